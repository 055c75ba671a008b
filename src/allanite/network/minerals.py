"""Nine mineral chains by country and stage: their rows in the network, their observations.

Each chain has up to two stages: a mine (or the recovery as a by-product) and refining. A place
is a country, the market of a demand region, or `XUN` for what nobody published. Materials count
tonnes of content, so a recipe is a recovery.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from allanite.catalogue.store import Release
from allanite.catalogue.tables.core import NOT_PUBLISHED
from allanite.network.assumptions import Assumptions
from allanite.network.draft import (
    DemandDraft,
    MaterialDraft,
    NetworkDraft,
    PlaceDraft,
    ProcessDraft,
    route_label,
)
from allanite.network.mineral_plan import UNITED_STATES, ChainPlan, plan_chain, sum_figures
from allanite.network.mineral_sizes import expected_use, seen_to_leave, size_of_use
from allanite.network.mineral_tables import Chain, Figure, Stage, load_chains

# Marks weak statements that are reckoned from other figures; they are no evidence.
PRIOR: Final = "prior"
PRIOR_SOURCE: Final = "mineral-chains"
# Supply whose origin nobody published: it is no mine, and no total of mining counts it.
UNKNOWN_STAGE: Final = "origin not published"


@dataclass(frozen=True, slots=True, kw_only=True)
class MineralObservation:
    """A figure for the sum of some rates.

    Attributes:
        what: name shown to readers.
        kind: activity, route or demand; labels: of that kind, whose rates add up to the figure.
    """

    what: str
    kind: str
    labels: tuple[str, ...]
    figure: Figure


def draft_minerals(
    draft: NetworkDraft, release: Release, assumptions: Assumptions, year: int
) -> None:
    """Add the mineral chains to a draft of the network."""
    names = {row["region"]: row["name"] for row in release.rows("regions")}
    for plan in plan_chains(release, assumptions, year):
        _add_chain(draft, plan, names)


def plan_chains(release: Release, assumptions: Assumptions, year: int) -> tuple[ChainPlan, ...]:
    """The plans of all mineral chains."""
    return tuple(plan_chain(chain, assumptions) for chain in load_chains(release, year))


def _add_chain(draft: NetworkDraft, plan: ChainPlan, names: dict[str, str]) -> None:
    for stage in plan.chain.stages:
        draft.materials[stage.material] = _material(plan.chain, stage)
    for place in sorted({p for s in plan.chain.stages for p in plan.takers(s.name)}):
        name = f"{names.get(place, place)} (market)"
        draft.places.setdefault(place, PlaceDraft(name=name, country=place, kind="region"))
    for stage in plan.chain.stages:
        for place in plan.makers[stage.name]:
            draft.add_process(_process(plan.chain, stage, place))
        for name, origin, destination in plan.routes:
            if name == stage.name:
                market = plan.chain.market(origin) == destination
                ends = (origin, stage.material), (destination, stage.material)
                draft.add_route(*ends, "market" if market else "trade")
    for region in plan.users:
        draft.add_demand(_demand(plan, region))


def _material(chain: Chain, stage: Stage) -> MaterialDraft:
    row = stage.row
    return MaterialDraft(
        name=row["material"],
        stage=stage.name,
        chain=chain.name,
        codes=tuple(code.split()[1] for code in chain.codes.get(stage.name, ())),
        content={row["element"]: row["element_share"]},
    )


def _process(chain: Chain, stage: Stage, place: str) -> ProcessDraft:
    recipe = {stage.material: 1.0}
    position = chain.stages.index(stage)
    if position:
        recipe[chain.stages[position - 1].material] = -1.0 / stage.row["recovery_share"]
    return ProcessDraft(
        place=place,
        name=process_name(chain, stage),
        stage=UNKNOWN_STAGE if place == NOT_PUBLISHED else stage.name,
        recipe=recipe,
        reference=stage.material,
    )


def process_name(chain: Chain, stage: Stage) -> str:
    """Recipe id of a stage, the same at every place."""
    return f"{chain.name} {stage.name}"


def _demand(plan: ChainPlan, region: str) -> DemandDraft:
    stage = plan.chain.stages[-1]
    return DemandDraft(
        region=region,
        end_use=stage.row["end_use"],
        material=stage.material,
        chain=plan.chain.name,
        expected_rate=size_of_use(plan, region),
    )


def demand_label(plan: ChainPlan, region: str) -> str:
    """Label of a region's use of the last material."""
    stage = plan.chain.stages[-1]
    return f"{region}: {stage.row['end_use']}: {stage.material}"


def mineral_observations(plan: ChainPlan, assumptions: Assumptions) -> list[MineralObservation]:
    """Everything observed on one chain: output, routes, and a wide prior of apparent use."""
    return [
        *_output_observations(plan),
        *_rest_observations(plan, assumptions),
        *_route_observations(plan),
        *_use_observations(plan, assumptions),
    ]


def _output_observations(plan: ChainPlan) -> Iterator[MineralObservation]:
    stages = {stage.name: stage for stage in plan.chain.stages}
    for (name, _, place), figure in plan.made.items():
        label = f"{place}:{process_name(plan.chain, stages[name])}"
        what = f"{plan.chain.name} {name}, {place}"
        yield MineralObservation(what=what, kind="activity", labels=(label,), figure=figure)
    for (name, _), group in plan.rests.items():
        recipe = process_name(plan.chain, stages[name])
        labels = tuple(f"{place}:{recipe}" for place in group.places)
        what = f"{plan.chain.name} {name}, countries not printed"
        yield MineralObservation(what=what, kind="activity", labels=labels, figure=group.figure)


def _rest_observations(plan: ChainPlan, assumptions: Assumptions) -> Iterator[MineralObservation]:
    """A wide prior for output that is withheld, and for refiners no one prints.

    They make about what is seen to leave them as the last material. Without it the balances could
    give the whole output of all countries that are not printed to one of them.
    """
    first, last = plan.chain.stages[0], plan.chain.stages[-1]
    withheld = {
        plan.chain.place(row["region"])
        for row in plan.chain.production[first.name]
        if row["rate"] is None
    }
    unprinted = {
        place
        for (stage, _), group in plan.rests.items()
        for place in group.places
        if stage == plan.last and plan.chain.market(place) != place
    }
    of_stage = [(first, place) for place in withheld] + [(last, place) for place in unprinted]
    for stage, place in sorted(of_stage, key=lambda pair: (pair[0].name, pair[1])):
        rate = seen_to_leave(plan, plan.last, place)
        if rate > 0:
            yield _output_prior(plan, stage, place, rate, assumptions)


def _output_prior(
    plan: ChainPlan, stage: Stage, place: str, rate: float, assumptions: Assumptions
) -> MineralObservation:
    figure = Figure(
        rate=rate,
        standard_error=assumptions.value("minerals.use_error") * rate,
        quality="assumed",
        source_id=PRIOR_SOURCE,
        locator="sum of what is seen to leave",
    )
    return MineralObservation(
        what=f"{PRIOR}: {plan.chain.name} {stage.name}, {place}",
        kind="activity",
        labels=(f"{place}:{process_name(plan.chain, stage)}",),
        figure=figure,
    )


def _route_observations(plan: ChainPlan) -> Iterator[MineralObservation]:
    material = {stage.name: stage.material for stage in plan.chain.stages}
    to_united_states = []
    for (name, origin, destination), figure in plan.routes.items():
        label = route_label((origin, material[name]), (destination, material[name]))
        if destination == UNITED_STATES and name == plan.last:
            to_united_states.append(label)
        if figure is not None:
            what = f"{plan.chain.name} {name}, {origin} to {destination}"
            yield MineralObservation(what=what, kind="route", labels=(label,), figure=figure)
    if plan.us_totals:
        yield MineralObservation(
            what=f"{plan.chain.name} {plan.last}, imports of the United States",
            kind="route",
            labels=tuple(to_united_states),
            figure=sum_figures(plan.us_totals),
        )


def _use_observations(plan: ChainPlan, assumptions: Assumptions) -> Iterator[MineralObservation]:
    for figure in plan.us_use:
        labels = (demand_label(plan, UNITED_STATES),)
        what = f"{plan.chain.name}, use in the United States"
        yield MineralObservation(what=what, kind="demand", labels=labels, figure=figure)
    if not plan.covered:
        return
    for region in plan.users:
        use = expected_use(plan, region)
        if use is not None and use[1] > 0:
            figure = Figure(
                rate=use[0],
                standard_error=assumptions.value("minerals.use_error") * use[1],
                quality="assumed",
                source_id=PRIOR_SOURCE,
                locator="output plus imports less exports",
            )
            labels = (demand_label(plan, region),)
            what = f"{PRIOR}: {plan.chain.name}, apparent use in {region}"
            yield MineralObservation(what=what, kind="demand", labels=labels, figure=figure)
