"""A small brief of invented numbers: two partners, one watched issuer, every table filled.

Nothing here is a fact. Numbers are round, names say that they are invented, and one site
bears a hostile name, which must come out as text.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import product
from typing import Any

import pyarrow as pa

from allanite.catalogue.read import rows_table
from allanite.catalogue.tables import TABLES
from allanite.conditions.case import Case, ElementGroup
from allanite.present.data import BriefData
from allanite.present.places import places_of

HOSTILE = "<script>alert('x')</script> & \"Mine\" {{ 7*7 }} </style></svg>"
AS_OF, SINCE = date(2026, 11, 22), date(2025, 10, 28)
ORIGIN = {"source_id": "invented", "locator": "row 1", "quality": "observed"}
EVIDENCE = {
    "url": "https://example.org/page",
    "as_of": "2026",
    "confidence": "press",
    "seen": "yes",
}
STAGES = ("mine", "separation", "metal", "magnet")
CASE = Case(
    case_id="invented",
    title="Two invented partners",
    partners=("USA", "JPN"),
    watched="CHN",
    since=SINCE,
    base_year=2024,
    element_groups=(
        ElementGroup("Neodymium and praseodymium", ("Pr", "Nd")),
        ElementGroup("Dysprosium", ("Dy",)),
    ),
    end_uses=("Invented motors",),
)
Rows = list[dict[str, Any]]


def table(name: str, rows: Iterable[dict[str, Any]]) -> pa.Table:
    """A table of the declared schema."""
    return rows_table(TABLES[name], list(rows))


def regions() -> Rows:
    names = {
        "CHN": "China",
        "USA": "United States",
        "JPN": "Japan",
        "AUS": "Australia",
        "MYS": "Malaysia",
        "XRW": "Rest of world",
        "XUN": "Not published",
        "WLD": "World",
    }
    return [
        {
            "region": code,
            "name": name,
            "kind": "country",
            "demand_region": "XRW" if code in ("AUS", "MYS") else None,
            **ORIGIN,
        }
        for code, name in names.items()
    ]


def sites() -> Rows:
    places = [
        ("CHN", 40.0, 110.0),
        ("USA", 35.5, -115.5),
        ("JPN", 35.0, 136.0),
        ("AUS", -29, 122.5),
    ]
    rows = [
        {
            "site_id": f"{country}_{stage}",
            "name": f"Invented {stage} of {country}",
            "country": country,
            "stage": stage,
            "status": "operating" if country != "USA" else "proposed",
            "latitude": float(latitude),
            "longitude": float(longitude),
            **ORIGIN,
            **EVIDENCE,
        }
        for stage, (country, latitude, longitude) in product(STAGES, places)
    ]
    hostile = {**rows[0], "site_id": "HOSTILE", "name": HOSTILE, "url": "javascript:alert(1)"}
    recalled = {**rows[1], "site_id": "RECALLED", "seen": "no"}
    unlocated = {**rows[2], "site_id": "UNLOCATED", "latitude": None}
    return [*rows, hostile, recalled, unlocated]


def outlines() -> Rows:
    box = '{"type": "Polygon", "coordinates": [[[100,20],[100,45],[125,45],[125,20],[100,20]]]}'
    return [{"region": "CHN", "name": "China", "geometry": box, **ORIGIN}]


def controls() -> Rows:
    return [
        {
            "control_id": name,
            "issuer": "CHN",
            "issuer_name": "Invented ministry",
            "title": f"Announcement {name} - invented items",
            "short_title": name,
            "kind": "licence",
            "de_jure": "Invented text.",
            **ORIGIN,
            **EVIDENCE,
        }
        for name in ("No. 1", "No. 2")
    ]


def control_periods() -> Rows:
    base = {"article": "whole", "from_precision": "day", **ORIGIN, **EVIDENCE}
    end = date(2026, 11, 10)
    branches = [("extended", "suspended", 0.8), ("revived", "in_force", 0.2)]
    return [
        {
            "control_id": "No. 1",
            "sequence": 0,
            "from_date": date(2025, 4, 4),
            "state": "in_force",
            **base,
        },
        {
            "control_id": "No. 2",
            "sequence": 0,
            "from_date": date(2025, 11, 10),
            "to_date": end,
            "state": "suspended",
            **base,
        },
        *(
            {
                "control_id": "No. 2",
                "sequence": i + 1,
                "from_date": date(2026, 11, 11),
                "state": "unknown",
                "branch": name,
                "branch_state": state,
                "branch_weight": weight,
                "what_to_check": "The invented gazette.",
                **base,
            }
            for i, (name, state, weight) in enumerate(branches)
        ),
    ]


def _control_row(name: str) -> dict[str, Any]:
    return {
        "control_id": name,
        "article": "whole",
        "control": name,
        "issuer": "CHN",
        "kind": "licence",
        "subject": "goods",
        "destinations": "WLD",
        "party": "any",
        "coverage": "whole",
        "de_jure": "Invented text.",
        "basis": "yes",
        "url": "https://example.org/control",
    }


def control_states() -> Rows:
    known = {"on_date": AS_OF, "state": "in_force", **_control_row("No. 1")}
    unknown = {
        "on_date": AS_OF,
        "state": "unknown",
        "check": "The gazette.",
        **_control_row("No. 2"),
    }
    return [
        known,
        {**unknown, "branch": "extended", "branch_state": "suspended", "weight": 0.8},
        {**unknown, "branch": "revived", "branch_state": "in_force", "weight": 0.2},
    ]


def control_changes() -> Rows:
    return [
        {
            "from_date": SINCE,
            "to_date": AS_OF,
            "before": "announced",
            "after": "unknown",
            "after_branches": "extended: suspended (0.8); revived: in force (0.2)",
            "changed_on": date(2026, 11, 11),
            **_control_row("No. 2"),
        }
    ]


def chain_flows() -> Rows:
    columns = (*STAGES, "end use")
    shares = {
        ("CHN", "CHN"): 80,
        ("CHN", "JPN"): 8,
        ("AUS", "JPN"): 6,
        ("USA", "USA"): 4,
        ("MYS", "CHN"): 1,
    }
    return [
        {
            "element": element,
            "from_stage": columns[i],
            "from_country": source,
            "to_stage": columns[i + 1],
            "to_country": target,
            "rate": rate * factor,
        }
        for element, factor in (("Nd", 500.0), ("Pr", 150.0), ("Dy", 20.0))
        for i in range(4)
        for (source, target), rate in shares.items()
    ]


def exposure_rows() -> Rows:
    rows = []
    for region, use, element, stage in product(
        CASE.partners, ("all", "Invented motors"), ("Pr", "Nd", "Dy"), STAGES
    ):
        watched = 0.95 if element == "Dy" else 0.6 if region == "JPN" else 0.7
        for country, share in (("CHN", watched), (region, 0.03), ("AUS", 0.97 - watched)):
            rows.append(
                {
                    "demand_region": region,
                    "end_use": use,
                    "material": "invented magnet",
                    "element": element,
                    "stage": stage,
                    "origin_country": country,
                    "origin_stage": stage,
                    "share": share,
                    "low": max(share - 0.05, 0.0),
                    "high": min(share + 0.03, 1.0),
                    "status": "ok",
                }
            )
    return rows + unpublished_rows()


def concentration() -> Rows:
    return mineral_exposure() + [
        {
            "demand_region": region,
            "end_use": "all",
            "material": "invented magnet",
            "element": element,
            "stage": stage,
            "status": "ok",
            "stage_share": 1.0,
            "hhi": hhi,
            "hhi_low": hhi - 0.05,
            "hhi_high": hhi + 0.05,
            "top_origin": "CHN",
            "top_share": hhi**0.5,
            "low": 0.5,
            "high": 0.99,
        }
        for region, element, stage in product(CASE.partners, ("Nd", "Dy"), STAGES)
        for hhi in (0.9 if element == "Dy" else 0.5,)
    ]


def mineral_exposure() -> Rows:
    """Gallium of both partners: the one's origin is mostly unpublished, the other has no data."""
    shared = {"end_use": "all", "material": "Gallium", "element": "Ga", "stage": "mine"}
    return [
        {
            **shared,
            "demand_region": "USA",
            "stage_share": 0.4,
            "hhi": 0.5,
            "top_origin": "JPN",
            "top_share": 0.22,
            "low": 0.1,
            "high": 0.3,
            "status": "partial",
            "caveat": "Invented refiners do not publish.",
        },
        {**shared, "demand_region": "JPN", "status": "no data", "caveat": "No invented code."},
        {
            **shared,
            "stage": "refining",
            "demand_region": "USA",
            "stage_share": 1.0,
            "hhi": 0.5,
            "top_origin": "JPN",
            "top_share": 0.47,
            "low": 0.4,
            "high": 0.5,
            "status": "ok",
        },
    ]


def unpublished_rows() -> Rows:
    shared = {"end_use": "all", "material": "Gallium", "element": "Ga", "stage": "mine"}
    hidden = {"origin_country": "XUN", "origin_stage": "origin not published"}
    return [
        {**shared, **hidden, "demand_region": "USA", "share": 0.6, "status": "partial"},
        {**shared, **hidden, "demand_region": "JPN", "share": None, "status": "no data"},
    ]


def world_output() -> Rows:
    shared = {"chain": "gallium", "element": "Ga"}
    mine = {**shared, "stage": "mine", "status": "ok"}
    caveat = "Nobody invented it."
    return [
        {**mine, "country": "CHN", "rate": 98.0, "share": 0.98, "low": 0.97, "high": 0.99},
        {**mine, "country": "JPN", "rate": 2.0, "share": 0.02, "low": 0.01, "high": 0.03},
        {**shared, "stage": "refining", "country": "XUN", "status": "no data", "caveat": caveat},
    ]


def mineral_stages() -> Rows:
    shared = {"chain": "gallium", "element": "Ga", "basis": "t Ga", **ORIGIN, **EVIDENCE}
    return [
        {**shared, "stage": "mine", "position": 1, "material_id": "ga1", "material": "Raw gallium"},
        {**shared, "stage": "refining", "position": 2, "material_id": "ga2", "material": "Gallium"},
    ]


def mineral_gaps() -> Rows:
    return [
        {
            "chain": "gallium",
            "stage": "refining",
            "region": "WLD",
            "reach": "no data",
            "gap": "Nobody invented it.",
            "consequence": "No share.",
            **ORIGIN,
            **EVIDENCE,
        }
    ]


def priorities() -> Rows:
    rows = []
    for rank, mineral in enumerate(("Dysprosium", "Gallium", "Inventium"), start=1):
        for partner in CASE.partners:
            listed = rank < 3 or partner == "USA"
            rows.append(
                {
                    "mineral": mineral,
                    "partner": partner,
                    "listed": listed,
                    "score": 1 - rank / 5,
                    "score_low": 0.8 - rank / 5,
                    "score_high": 1 - rank / 6,
                    "missing": "import_reliance" if rank == 2 else "",
                    "joint_score": 1 - rank / 5,
                    "joint_rank": rank,
                    "rank_best": rank,
                    "rank_worst": rank + 1,
                    "agreement": "all partners" if rank < 3 else "one partner",
                    "listed_by": "JPN, USA" if rank < 3 else "USA",
                    "reason": "Invented reason.",
                }
            )
    return rows


def supply_risk() -> Rows:
    good = {"hhi": 0.9, "import_risk": 0.5, "geopolrisk": 0.45, "status": "ok"}
    none = {"status": "no production data"}
    return [
        {"region": region, "commodity": commodity, "year": 2024, **values}
        for region in CASE.partners
        for commodity, values in (("gallium", good), ("germanium", none))
    ]


def observations() -> Rows:
    residuals = [(i % 13 - 6) / 2.5 for i in range(60)] + [4.2, -3.4]
    return [
        {
            "observation_id": f"Invented observation {i}",
            "what": "link",
            "observed_rate": 1000.0 + i,
            "standard_error": 50.0,
            "reconciled_rate": 1000.0 + i + 50 * residual,
            "residual": residual,
            "class": "prior" if i == 0 else "observation",
            "prior": i == 0,
            "gross_error": residual > 4,
            "explanation": "Two sources count twice." if abs(residual) > 3 else None,
            "topic": "counted twice" if abs(residual) > 3 else None,
            "conflict": "It contradicts another." if abs(residual) > 3 else None,
            **ORIGIN,
            "url": "https://example.org/observation",
        }
        for i, residual in enumerate(residuals)
    ]


def totals() -> Rows:
    return [
        {
            "check_id": f"{quantity} {region}",
            "quantity": quantity,
            "region": region,
            "rate": rate,
            "low": 0.93 * rate,
            "high": 1.06 * rate,
            "published": published,
            "unit": unit,
            "published_by": "Invented yearbook",
            "quality": quality,
        }
        for quantity, region, rate, published, unit, quality in (
            ("Mine output", "WLD", 395_000.0, 390_000.0, "t/yr", "observed"),
            ("Mine output", "CHN", 271_000.0, 240_000.0, "t/yr", "estimated"),
            ("Share of China in invented magnets", "CHN", 0.9, 0.91, "1", "observed"),
        )
    ]


def assumptions() -> Rows:
    return [
        {
            "assumption_id": "invented.weight",
            "statement": "An invented weight.",
            "value": 0.8,
            "unit": "1",
            "low": 0.5,
            "high": 0.9,
            "used_by": "law",
            "reason": "No source settles it.",
            **ORIGIN,
            "quality": "assumed",
        }
    ]


def sources() -> Rows:
    return [
        {
            "source_id": "invented",
            "publisher": "Nobody",
            "title": "Invented numbers",
            "accessed": date(2026, 11, 22),
            "url": "https://example.org",
            "licence": "CC0-1.0",
            "licence_url": "https://example.org/licence",
            "citation": "Nobody (2026).",
        }
    ]


ROWS = {
    "assumptions": assumptions,
    "baseline_observations": observations,
    "baseline_totals": totals,
    "chain_flows": chain_flows,
    "control_changes": control_changes,
    "control_periods": control_periods,
    "control_states": control_states,
    "controls": controls,
    "country_outlines": outlines,
    "exposure_by_country": exposure_rows,
    "exposure_concentration": concentration,
    "joint_priorities": priorities,
    "mineral_gaps": mineral_gaps,
    "regions": regions,
    "sites": sites,
    "sources": sources,
    "supply_risk": supply_risk,
    "mineral_stages": mineral_stages,
    "world_output": world_output,
}


def synthetic(empty: Iterable[str] = (), case: Case = CASE) -> BriefData:
    """The invented brief; tables named in `empty` keep their columns and lose their rows."""
    without = set(empty)
    tables = {name: table(name, [] if name in without else rows()) for name, rows in ROWS.items()}
    return BriefData(
        case=case,
        as_of=AS_OF,
        since=SINCE,
        places=places_of(case, regions()),
        tables=tables,
        release="invented",
        data_digest="0" * 64,
    )
