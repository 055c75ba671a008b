"""Invented rows of every table of the response: two partners, two branches, 24 months.

Nothing here is a fact. The first branch stops uses, the second hardly any; one
use never stops; one bears a hostile name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import combinations, product
from typing import Any

from synthetic import EVIDENCE, HOSTILE, ORIGIN, synthetic, table

from allanite.present.data import BriefData

Rows = list[dict[str, Any]]
BRANCHES = ("No. 2 revived", "No. 2 extended")
PERIODS = [f"{2026 + (10 + m) // 12}-{(10 + m) % 12 + 1:02d}" for m in range(24)]
# use, sector, material, need [t/yr], weeks in each branch (low, central, high)
USES = [
    ("Invented motors", "automotive", "met_dy", 900.0, (4.2, 6.1, 9.0), (30.0, None, None)),
    ("Power steering", "automotive", "met_tb", 300.0, (7.0, 9.5, 14.0), None),
    ("Wind turbines", "wind power", "ox_ndpr", 1500.0, (12.0, 17.0, None), None),
    ("Defence and aerospace", "defence", "met_sm", 40.0, (0.8, 1.4, 2.6), (9.0, 20.0, 41.0)),
    ("Industrial motors, servos and robots", "machinery", "met_dy", 600.0, (9.0, 13.0, 21.0), None),
    (HOSTILE, "other", "ox_y", 75.0, (20.0, 28.0, 60.0), None),
    ("Glass and ceramics", "glass and ceramics", "ox_ce", 4000.0, None, None),
]  # fmt: skip
MEASURES = [
    ("stock release", 1500.0, 420.0, 5.2, "Government stocks are released."),
    ("thrift", 1100.0, 310.0, 3.9, "Less of it in each product."),
    ("allied spare capacity", 640.0, 520.0, 2.1, "Plants outside the watched country make more."),
    ("substitution", 480.0, 90.0, 1.6, "Another material does the work."),
    ("re-routing", 120.0, 12.0, 0.4, "Other ways over third countries."),
    ("purchase outside", 80.0, -3.0, 0.3, "More is bought outside."),
    ("recycling push", 22.0, 18.0, 0.1, "More scrap is taken back."),
    ("licence diplomacy", 900.0, 700.0, 3.0, "A larger share of licences is approved."),
]


def _cover_of(use: tuple[Any, ...], region: str, branch: str) -> dict[str, Any]:
    name, sector, material, need, *ranges = use
    low, weeks, high = ranges[BRANCHES.index(branch)] or (None, None, None)
    later = 1.0 if region == "JPN" else 1.6
    loss = 0.0 if weeks is None else 4000.0 / weeks * (1 if branch == BRANCHES[0] else 0.3)
    return {
        "branch": branch,
        "region": region,
        "sector": sector,
        "end_use": name,
        "partner": True,
        "weeks": weeks and weeks * later,
        "low": low and low * later,
        "high": high and high * later,
        "material": None if weeks is None else material,
        "need_rate": need,
        "lowest_share": 0.99 if weeks is None else 0.35,
        "loss_nothing": loss,
        "loss_cheapest": 0.3 * loss,
        "first_of_sector": name != "Power steering",
        "quality": "estimated" if weeks else "assumed",
    }


def cover() -> Rows:
    rows = [
        _cover_of(use, region, branch)
        for use, region, branch in product(USES, ("USA", "JPN"), BRANCHES)
    ]
    other = {**rows[0], "region": "XRW", "partner": False}
    return [*rows, other]


def service() -> Rows:
    rows = []
    for row, answer in product(cover(), ("nothing", "cheapest")):
        need = row["need_rate"] / 12
        for m, period in enumerate(PERIODS):
            over = row["weeks"] is not None and 4.35 * (m + 1) > row["weeks"]
            missing = (0.65 if answer == "nothing" else 0.65 * max(0.6 - m / 24, 0)) * over
            rows.append(
                {
                    **{x: row[x] for x in ("branch", "region", "sector", "end_use")},
                    "answer": answer,
                    "material": row["material"] or "ox_ce",
                    "period": period,
                    "need_amount": need,
                    "thrift_amount": 0.0,
                    "substitution_amount": 0.0,
                    "delayed_amount": 0.2 * missing * need,
                    "idle_amount": 0.8 * missing * need,
                    "served_share": 1 - missing,
                    "loss": 3 * missing,
                }
            )
    return rows


def prices() -> Rows:
    markets = (("CHN", "@CHN", 0.0), ("JPN", "", 4.0), ("JPN", "@CHN", 1.0), ("USA", "", 2.5))
    return [
        {
            "branch": branch,
            "place": place,
            "material": f"{material}{mark}",
            "chain": "rare earths",
            "period": period,
            "normal_price": price,
            "price_added": price * added * min(m / 6, 1) * (branch == BRANCHES[0]),
        }
        for branch, (place, mark, added), (material, price) in product(
            BRANCHES, markets, (("ox_dy", 240e3), ("ox_tb", 800e3), ("ox_ndpr", 62e3))
        )
        for m, period in enumerate(PERIODS)
    ]


def stocks() -> Rows:
    shelves = [
        ("USA", "met_dy", "government", 60.0),
        ("USA", "mag_ndfeb_h", "commercial", 400.0),
        ("JPN", "met_dy", "commercial", 90.0),
        ("JPN_metal", "ox_tb@CHN", "government", 25.0),
        ("AUS", "ox_dy", "commercial", 10.0),
    ]
    return [
        {
            "branch": branch,
            "stock": f"{kind} {place} {material}",
            "holder": "Invented agency" if kind == "government" else "Invented companies",
            "kind": kind,
            "place": place,
            "material": material,
            "period": period,
            "initial_amount": amount,
            "level_amount": amount * max(1 - m / 10, 0.1) if branch == BRANCHES[0] else amount,
        }
        for branch, (place, material, kind, amount) in product(BRANCHES, shelves)
        for m, period in enumerate(PERIODS)
    ]


def flows() -> Rows:
    return [
        {
            "branch": BRANCHES[0],
            "kind": "route",
            "label": "CHN > JPN: met_dy",
            "chain": "rare earths",
            "stage": "metal",
            "country": "CHN",
            "country_to": "JPN",
            "period": period,
            "normal_amount": 20.0,
            "amount": 4.0,
        }
        for period in PERIODS
    ]


def figures() -> Rows:
    return [
        {
            "branch": branch,
            "figure": "loss if nobody acts",
            "region": region,
            "value": 4500.0,
            "low": 3000.0,
            "high": 6000.0,
            "unit": "million USD",
        }
        for branch, region in product(BRANCHES, ("USA", "JPN", "partners"))
    ]


def measures() -> Rows:
    return [
        {
            "branch": branch,
            "rank": rank,
            "measure": name,
            "shortage_avoided_amount": alone / 3 * factor,
            "saving_alone": alone * factor,
            "saving_last": last * factor,
            "weeks_gained": weeks * factor,
            "marginal_value": alone / 300 * factor,
            "what_it_is": text,
        }
        for branch, factor in zip(BRANCHES, (1.0, 0.04), strict=True)
        for rank, (name, alone, last, weeks, text) in enumerate(
            sorted(MEASURES, key=lambda m: -m[1]), start=1
        )
    ]


def pairs() -> Rows:
    rows = []
    for i, (first, second) in enumerate(combinations(MEASURES, 2)):
        gap = (0.0, -160.0, 45.0, -12.0, -310.0)[i % 5]
        rows.append(
            {
                "branch": BRANCHES[0],
                "first": first[0],
                "second": second[0],
                "saving_first": first[1],
                "saving_second": second[1],
                "saving_both": first[1] + second[1] + gap,
                "interaction": gap,
                "reading": "apart" if not gap else "help" if gap > 0 else "overlap",
            }
        )
    return rows


def knowledge() -> Rows:
    return [
        {
            "branch": branch,
            "knowledge": name,
            "cost": 1000.0 + more,
            "loss": 900.0 + more,
            "shortage_amount": 120.0,
            "value_of_knowing": more,
        }
        for branch, name, more in (
            (BRANCHES[0], "foresight", 0.0),
            (BRANCHES[0], "rolling", 180.0),
            (BRANCHES[1], "foresight", 0.0),
            (BRANCHES[1], "rolling", 0.0),
        )
    ]


def notes() -> Rows:
    texts = ("No. 1: 60 % of licences pass, as measured.", f"Not expressed: {HOSTILE}.")
    return [{"branch": branch, "note": text} for branch, text in product(BRANCHES, texts)]


def makers() -> Rows:
    return [
        {
            "rule": "No. 2 (0.1 %)",
            "place": place,
            "country": place[:3],
            "process": f"{place}:sinter",
            "material": "mag_ndfeb_h",
            "rate": rate,
            "listed_share": share,
            "listed_value_share": 0.12 * share,
            "caught": caught,
        }
        for place, rate, share, caught in (
            ("JPN_magnet", 9000.0, 1.0, "yes"),
            ("USA_magnet", 300.0, 0.4, "partly"),
            ("AUS_separation", 5000.0, 0.0, "no"),
        )
    ]


def choke_points() -> Rows:
    rows = []
    points = [
        ("CHN", "rare earths", "separation", 9000.0),
        ("CHN", "rare earths", "metal", 7400.0),
        ("CHN", "gallium", "refining", 2600.0),
        ("JPN", "rare earths", "magnet", 1200.0),
        ("AUS", "rare earths", "mine", 800.0),
        ("MYS", "rare earths", "separation", 640.0),
        ("USA", "rare earths", "mine", 30.0),
    ]
    for level in ("country", "place"):
        for rank, (country, chain, stage, loss) in enumerate(points, start=1):
            label = country if level == "country" else f"{country}_{stage}"
            for region, share in (("partners", 1.0), ("USA", 0.4), ("JPN", 0.6)):
                rows.append(
                    {
                        "level": level,
                        "label": label,
                        "name": {"CHN": "China"}.get(label, f"Invented place {label}"),
                        "country": country,
                        "chain": chain,
                        "stage": stage,
                        "region": region,
                        "rank": rank,
                        "normal_rate": 1200.0,
                        "shortage_amount": loss / 4,
                        "loss": loss * share,
                        "most_hit": "Invented motors" if loss > 700 else None,
                    }
                )
    return rows


def materials() -> Rows:
    names = {
        "met_dy": "Dysprosium metal",
        "met_tb": "Terbium metal",
        "met_sm": "Samarium metal",
        "ox_ndpr": "NdPr oxide",
        "mag_ndfeb_h": "NdFeB magnet, grade H",
    }
    return [
        {
            "material_id": label,
            "name": name,
            "chain": "rare earths",
            "stage": "metal",
            "basis": "t",
            "elements": "Dy",
            "core": True,
            **ORIGIN,
            **EVIDENCE,
        }
        for label, name in names.items()
    ]


RESPONSE_ROWS: dict[str, Callable[[], Rows]] = {
    "choke_points": choke_points,
    "lineage_makers": makers,
    "materials": materials,
    "response_cover": cover,
    "response_figures": figures,
    "response_flows": flows,
    "response_knowledge": knowledge,
    "response_measures": measures,
    "response_notes": notes,
    "response_pairs": pairs,
    "response_prices": prices,
    "response_service": service,
    "response_stocks": stocks,
}


def synthetic_response(
    empty: Iterable[str] = (), branches: Iterable[str] = BRANCHES, data: BriefData | None = None
) -> BriefData:
    """The invented brief with a response; tables named in `empty` lose their rows.

    A single branch becomes `as stated`, as where every state is known.
    """
    without, kept = set(empty), tuple(branches)
    base = synthetic(without) if data is None else data
    tables = dict(base.tables)
    for name, make in RESPONSE_ROWS.items():
        rows = [] if name in without else make()
        rows = [row for row in rows if row.get("branch", kept[0]) in kept]
        if len(kept) == 1:
            rows = [{**r, "branch": "as stated"} if "branch" in r else r for r in rows]
        tables[name] = table(name, rows)
    return replace(base, tables=tables)
