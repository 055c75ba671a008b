"""Plants of a venture: what one process at one place makes, takes in and costs.

Stage costs count a tonne of reference output. A separation plant whose reference is
dysprosium works through twelve tonnes of heavy oxides for it, one that only cracks through
none to the end: `separation_work` puts each recipe on the tonnes that the stage cost counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from allanite.catalogue.store import Release
from allanite.catalogue.tables.core import WORLD
from allanite.errors import DataError, Finding, ModelError
from allanite.studies.contracts.parameters import Parameters, Term

Row = Mapping[str, Any]
EARLY_OXIDES: Final = ("ox_la", "ox_ce")  # leave a circuit first
NO_PROCESS: Final = "collect_"  # old magnets are bought at the price of the delivered magnet
SEPARATION: Final = "separation"
CHINA: Final = "CHN"
INCUMBENT_YEAR: Final = 2016  # first product no later: the plant has run for ten years


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """One process at one place.

    Attributes:
        label: `SITE:process`; place, process_id, country, stage: of it.
        recipe: t per t of reference output, inputs below 0.
        capacity_rate: reference output [t/yr].
        base_share: part of the capacity used in the base year; 0 for what is not built [1].
        first_year: first year of output.
        group, group_rule: plant that several rows share, and how.
        cost: running cost [USD/t of reference output].
        covers_inputs: whether the cost holds what is taken in.
    """

    label: str
    place: str
    process_id: str
    country: str
    stage: str
    recipe: Mapping[str, float]
    capacity_rate: float
    base_share: float
    first_year: int
    group: str
    group_rule: str
    cost: Term
    covers_inputs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantTables:
    """What plants are read from: recipes and stages by process, countries by site, costs."""

    recipes: Mapping[str, Mapping[str, float]]
    stages: Mapping[str, str]
    countries: Mapping[str, str]
    stage_costs: Mapping[tuple[str, str], Row]
    site_costs: Mapping[tuple[str, str], Row]
    parameters: Parameters


def load_plant_tables(release: Release, parameters: Parameters) -> PlantTables:
    """The tables of a release that plants are read from, by their keys."""
    recipes: dict[str, dict[str, float]] = defaultdict(dict)
    for row in release.rows("process_coefficients"):
        recipes[row["process_id"]][row["material_id"]] = row["coefficient"]
    return PlantTables(
        recipes=recipes,
        stages={row["process_id"]: row["stage"] for row in release.rows("processes")},
        countries={row["site_id"]: row["country"] for row in release.rows("sites")},
        stage_costs={(row["stage"], row["country"]): row for row in release.rows("stage_costs")},
        site_costs={(r["place"], r["process_id"]): r for r in release.rows("site_running_costs")},
        parameters=parameters,
    )


def read_plant(tables: PlantTables, place: str, row: Row, base_share: float, year: int) -> Plant:
    """The plant of one row of `project_processes` or `site_processes`.

    Raises:
        ModelError: a process without a recipe, or a capacity nobody knows.
    """
    process = row["process_id"]
    if process not in tables.recipes:
        raise ModelError(
            f"process {process!r} at {place} has no recipe of rare earths: what it sells has no"
            " price among the twelve oxides, so it has no cash flow here; use `allanite plan`"
        )
    if row["capacity_rate"] is None:
        raise ModelError(
            f"process {process!r} at {place} has no capacity; give it in site_processes"
        )
    country = tables.countries.get(place, place)
    own = tables.site_costs.get((place, process))
    return Plant(
        label=f"{place}:{process}",
        place=place,
        process_id=process,
        country=country,
        stage=tables.stages[process],
        recipe=tables.recipes[process],
        capacity_rate=row["capacity_rate"],
        base_share=base_share,
        first_year=year,
        group=row["capacity_group"] or "",
        group_rule=row["group_rule"] or "separate",
        cost=_own_cost(own) if own else _stage_cost(tables, process, country, year),
        covers_inputs=bool(own and own["covers_inputs"]),
    )


def _own_cost(row: Row) -> Term:
    return Term(
        name="running_cost",
        scope=f"{row['place']}:{row['process_id']}",
        value=row["running_cost"],
        low=row["low"],
        high=row["high"],
        unit="USD/t",
        quality=row["quality"],
        source=f"{row['source_id']}: {row['locator']}",
        note=row["note"],
    )


def _stage_cost(tables: PlantTables, process: str, country: str, year: int) -> Term:
    stage = tables.stages[process]
    row = tables.stage_costs.get((stage, country)) or tables.stage_costs.get((stage, WORLD))
    if row is None:
        raise DataError([_no_cost(stage, country)])
    work = separation_work(tables, process) if stage == SEPARATION else 1.0
    if country != CHINA and 0 < year <= INCUMBENT_YEAR:
        work *= tables.parameters.value("incumbent_cost_share", stage)
    return Term(
        name="running_cost",
        scope=f"{process}, {country}",
        value=row["running_cost"] * work,
        low=row["low"] * work,
        high=row["high"] * work,
        unit="USD/t",
        quality=row["quality"],
        source=f"{row['source_id']}: {row['locator']}",
        note=row["note"] + (f" Times {work:.3g} for this recipe and plant." if work != 1 else ""),
    )


def _no_cost(stage: str, country: str) -> Finding:
    return Finding(
        table="stage_costs",
        place=f'stage "{stage}", {country}',
        found="no row, and none for the world",
        allowed="one row for the country or the world",
        remedy="Add the row with its reason.",
    )


def separation_work(tables: PlantTables, process: str) -> float:
    """Work of a separation recipe over that which its stage cost counts [1].

    work = (oxides separated to the end + early share x (La, Ce, mixed products)) / counted
    per tonne of reference output; counted is 2.5 t of REO.
    """
    recipe, parameters = tables.recipes[process], tables.parameters
    made = {m: c for m, c in recipe.items() if c > 0}
    early = sum(c for m, c in made.items() if m in EARLY_OXIDES or not m.startswith("ox_"))
    late = sum(made.values()) - early
    share = parameters.value("early_work_share")
    return (late + share * early) / parameters.value("separation_work")
