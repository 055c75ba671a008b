"""What the sources say about the rates of the nine mineral chains, for the reconciliation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from allanite.network.columns import Columns
from allanite.network.draft import route_label
from allanite.network.mineral_plan import ChainPlan
from allanite.network.mineral_sizes import size_of_chain, size_of_output
from allanite.network.mineral_tables import range_error
from allanite.network.minerals import mineral_observations, process_name
from allanite.network.observations import ObservationDraft


def observe_minerals(
    draft: ObservationDraft, columns: Columns, plans: Iterable[ChainPlan]
) -> dict[str, float]:
    """Add the observations of the mineral chains.

    Returns:
        The size of every route of the chains by label [t/yr], none of which is closed.
    """
    network = columns.network
    axes = {
        "activity": network.processes.labels,
        "route": network.routes.labels,
        "demand": network.demands.labels,
    }
    opened: dict[str, float] = {}
    for plan in plans:
        for seen in mineral_observations(plan, draft.assumptions):
            positions = axes[seen.kind].positions(seen.labels)
            entries = {columns.start(seen.kind) + int(p): 1.0 for p in positions}
            figure = seen.figure
            row: Mapping[str, Any] = {
                "source_id": figure.source_id,
                "locator": figure.locator,
                "quality": figure.quality,
            }
            label = f"{seen.what} ({figure.source_id})"
            draft.add(label, seen.what, entries, figure.rate, figure.standard_error, row)
        opened |= route_sizes(plan)
    return opened


def route_sizes(plan: ChainPlan) -> dict[str, float]:
    """Size of each route of a chain by label [t/yr]: its figure, else the chain's."""
    material = {stage.name: stage.material for stage in plan.chain.stages}
    return {
        route_label((origin, material[stage]), (destination, material[stage])): (
            figure.rate if figure else size_of_chain(plan)
        )
        for (stage, origin, destination), figure in plan.routes.items()
    }


def process_sizes(plans: Iterable[ChainPlan]) -> dict[str, float]:
    """Size of each process of the chains by label [t/yr]."""
    return {
        f"{place}:{process_name(plan.chain, stage)}": size_of_output(plan, stage.name, place)
        for plan in plans
        for stage in plan.chain.stages
        for place in plan.makers[stage.name]
    }


def recovery_errors(plans: Iterable[ChainPlan]) -> dict[str, float]:
    """Standard error of the recovery of each recipe by its name, as a share of it."""
    return {
        process_name(plan.chain, stage): range_error(
            stage.row["recovery_low"], stage.row["recovery_high"]
        )
        / stage.row["recovery_share"]
        for plan in plans
        for stage in plan.chain.stages
        if stage.row["recovery_share"] is not None
    }
