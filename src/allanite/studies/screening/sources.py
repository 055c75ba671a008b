"""What to buy instead: other countries at the stage that catches a part, and ways to use less.

Countries are those of the reconciled network: output of its base year, capacity that runs and
capacity within five years. They say where one can ask, not who has tonnes to sell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from allanite.axis import FloatArray
from allanite.catalogue.store import Release
from allanite.catalogue.tables.core import NOT_PUBLISHED
from allanite.network.reconcile import Baseline
from allanite.studies.asset_sale.made import CAPACITY, OUTPUT, PLANNED, Made, made_by_place
from allanite.studies.screening.bom import Bom
from allanite.studies.screening.mapping import COVERED
from allanite.studies.screening.origins import TracedNetwork
from allanite.studies.screening.sale import Sale

Row = dict[str, object]
MOST_PARTS: Final = 200
LEAST_SHARE: Final = 0.01  # of an element by mass, unless a rule lists it
RUNNING: Final = frozenset({"operating", "ramp-up"})
_STAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "mined": ("mine",),
    "separated": ("separation", "refining"),
    "metal": ("metal",),
    "made": ("magnet",),
}
_LISTED: Final = frozenset({"Dy", "Gd", "Lu", "Sc", "Sm", "Tb", "Y"})
_MEASURES: Final = ((OUTPUT, "output_rate"), (CAPACITY, "capacity_rate"), (PLANNED, "planned_rate"))
# Uses of the network in the words of table `substitutions`.
_USES: Final[Mapping[str, tuple[str, ...]]] = {
    "EV and hybrid traction motors": ("EV traction", "All motors"),
    "Electric power steering": ("EPS", "All motors"),
    "HVAC and inverter compressors": ("Air conditioners", "All motors"),
    "Industrial motors, servos and robots": ("servo", "All motors"),
    "Wind turbines": ("Wind turbines",),
    "Consumer electronics and IT (phones, HDD, audio)": ("Speakers", "Small motors, sensors"),
    "Defence and aerospace": ("defence",),
    "Other automotive micromotors, sensors, speakers": ("Speakers", "Small motors"),
    "Other appliances and power tools": ("appliances", "All motors"),
}
_ALL: Final = "All magnets"
_HELPS: Final = ("substitution", "thrift")
_MAGNETS: Final = frozenset({"ndfeb_magnet", "smco_magnet"})


def source_rows(
    network: TracedNetwork | None, bom: Bom, caught: Sequence[int], sale: Sale
) -> Iterator[Row]:
    """Rows of `screening_sources`; none without a network."""
    if network is None or not isinstance(network.baseline, Baseline):
        return
    running = {r["site_id"] for r in network.release.rows("sites") if r["status"] in RUNNING}
    made = made_by_place(network.baseline, sale.on.year, running)
    country = np.array(network.baseline.network.place_country)
    known: dict[tuple[str, str], list[Row]] = {}
    for part in [p for p in caught if _is_covered(bom, p)][:MOST_PARTS]:
        for element in _elements(bom, part):
            for stage in _stages(bom, part, frozenset(sale.watched)):
                key = element, stage
                if key not in known:
                    known[key] = list(_countries(made, country, key, frozenset(sale.watched)))
                base: Row = {"part_id": bom.part_id[part], "element": element, "stage": stage}
                yield from (base | row for row in known[key])


def _is_covered(bom: Bom, part: int) -> bool:
    return bool(bom.material_class.at(part).words & COVERED)


def _elements(bom: Bom, part: int) -> list[str]:
    contents = bom.contents
    rows = np.flatnonzero(contents.part == part)
    return [
        symbol
        for row in rows.tolist()
        for symbol in (contents.elements.labels[int(contents.element[row])],)
        if contents.high[row] >= LEAST_SHARE or (symbol in _LISTED and contents.high[row] > 0)
    ]


def _stages(bom: Bom, part: int, watched: frozenset[str]) -> list[str]:
    """Stages at a watched country, or at none that is known."""
    found = []
    for stage in _STAGES:
        words = bom.country[stage].at(part)
        if words.words & watched or not words.is_complete:
            found.append(stage)
    return found


def _countries(
    made: Mapping[str, Made], country: np.ndarray[tuple[int], np.dtype[np.str_]],
    key: tuple[str, str], watched: frozenset[str],
) -> Iterator[Row]:  # fmt: skip
    rates = {name: _rate(made[measure], key, country.size) for measure, name in _MEASURES}
    if not any(rate.any() for rate in rates.values()):
        return
    by_country = {
        name: {c: float(rate[country == c].sum()) for c in sorted(set(country.tolist()))}
        for name, rate in rates.items()
    }
    output = by_country["output_rate"]
    outside = {c: rate for c, rate in output.items() if c not in watched}
    total = sum(outside.values())
    world = sum(output.values())
    most = [c for c in outside if c != NOT_PUBLISHED and any(by_country[n][c] > 0 for n in rates)]
    shared: Row = {"outside_share": min(total / world, 1.0) if world > 0 else None}
    if not most:
        yield {"country": "none", **shared}
    for code in sorted(most, key=lambda c: (-outside[c], -by_country["planned_rate"][c], c)):
        yield {
            "country": code,
            **{name: by_country[name][code] for name in rates},
            "share_outside": min(outside[code] / total, 1.0) if total > 0 else None,
            **shared,
        }


def _rate(made: Made, key: tuple[str, str], places: int) -> FloatArray:
    element, stage = key
    found = np.zeros(places)
    for name in _STAGES[stage]:
        found = found + made.get((name, element), 0.0)
    return np.asarray(found)


def substitute_rows(release: Release, bom: Bom, caught: Sequence[int]) -> Iterator[Row]:
    """Rows of `screening_substitutes` for caught magnets, by what the product is for."""
    options = {use: list(_options(release, use)) for use in {bom.end_use[p] for p in caught}}
    heavy = bom.contents.shares("Dy")[1] + bom.contents.shares("Tb")[1]
    for part in caught[:MOST_PARTS]:
        words = bom.material_class.at(part).words
        for option in options[bom.end_use[part]] if words & _MAGNETS else ():
            if _fits(str(option["replaces"]), "smco_magnet" in words, float(heavy[part])):
                yield {"part_id": bom.part_id[part], **option}


def _fits(replaces: str, is_smco: bool, heavy_share: float) -> bool:
    """Whether what an option replaces is in the magnet at all."""
    text = replaces.casefold()
    if is_smco:
        return text == "all" or "smco" in text
    return "smco" not in text and (heavy_share > 0 or not text.startswith(("dy", "tb")))


def _options(release: Release, end_use: str) -> Iterator[Row]:
    words = (*_USES.get(end_use, ()), _ALL) if end_use else (_ALL,)
    for row in release.rows("substitutions"):
        if any(word in row["end_use"] for word in words):
            penalty = "; ".join(x for x in (row["performance_penalty"], row["cost_effect"]) if x)
            yield {
                "option_id": row["substitution_id"],
                "replaces": row["replaces"],
                "substitute": row["substitute"],
                "penalty": penalty or None,
                "duration": row["deployment_duration"],
                "share": row["feasible_share_2030"],
                "quality": row["quality"],
                "url": row["url"],
            }
    for row in release.rows("demand_steps"):
        if row["end_use"] == end_use and row["kind"] in _HELPS:
            cost = f"{row['cost']:,.0f} USD/t ({row['low_cost']:,.0f} to {row['high_cost']:,.0f})"
            yield {
                "option_id": row["step_id"],
                "replaces": row["material_group"],
                "substitute": row["note"] or row["kind"],
                "penalty": cost,
                "duration": row["delay_duration"] + row["ramp_duration"],
                "share": row["share"],
                "quality": row["quality"],
                "url": row["url"],
            }
