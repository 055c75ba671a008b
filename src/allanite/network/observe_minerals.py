"""What the sources say about the rates of the nine mineral chains, for the reconciliation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from allanite.network.columns import Columns
from allanite.network.draft import route_label
from allanite.network.mineral_plan import ChainPlan
from allanite.network.mineral_sizes import size_of_chain, size_of_output
from allanite.network.mineral_tables import Figure, range_error
from allanite.network.minerals import (
    PRIOR,
    MineralObservation,
    mineral_observations,
    process_name,
)
from allanite.network.observations import ObservationDraft

KIND_IN_WORDS: Final[Mapping[str, str]] = {
    "activity": "output of a country",
    "route": "content of traded goods",
    "demand": "apparent use",
}


def observe_minerals(
    draft: ObservationDraft, columns: Columns, plans: Iterable[ChainPlan]
) -> dict[str, float]:
    """Add the observations of the mineral chains.

    Returns:
        Their routes by label, all of them open, with the size of the chain [t/yr]: a route is no
        larger than its chain, which is all that is said of one that was not observed.
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
            label = f"{seen.what} ({seen.figure.source_id})"
            rate, error = seen.figure.rate, seen.figure.standard_error
            draft.add(label, _kind(seen), entries, rate, error, _origin(seen.figure), error)
        opened |= dict.fromkeys(_route_labels(plan), size_of_chain(plan))
    return opened


def _kind(seen: MineralObservation) -> str:
    """What was observed, in the reader's words; weak priors are named so."""
    kind = KIND_IN_WORDS[seen.kind]
    return f"{PRIOR}: {kind}" if seen.what.startswith(PRIOR) else kind


def _origin(figure: Figure) -> Mapping[str, Any]:
    return {
        "source_id": figure.source_id,
        "locator": figure.locator,
        "quality": figure.quality,
    }


def _route_labels(plan: ChainPlan) -> list[str]:
    material = {stage.name: stage.material for stage in plan.chain.stages}
    return [
        route_label((origin, material[stage]), (destination, material[stage]))
        for stage, origin, destination in plan.routes
    ]


def mineral_process_rows(plans: Iterable[ChainPlan]) -> list[Mapping[str, Any]]:
    """Size of each process of the chains [t/yr], in the columns of `site_processes`."""
    return [
        {
            "site_id": place,
            "process_id": process_name(plan.chain, stage),
            "baseline_2024_rate": size_of_output(plan, stage.name, place),
        }
        for plan in plans
        for stage in plan.chain.stages
        for place in plan.makers[stage.name]
    ]


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
