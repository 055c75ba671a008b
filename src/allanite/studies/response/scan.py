"""N-1: every place and stage removed in turn, and what that costs each partner.

One programme a mineral chain stays in the solver. Removing a plant closes its columns; each
solve starts from the basis of the normal state, so that results do not depend on the order.
Plants that stand still in the normal state change nothing and are left out: exact.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from allanite.axis import IntArray
from allanite.conditions.effects import normal_conditions
from allanite.conditions.horizon import Horizon
from allanite.network.economics import process_chains
from allanite.network.minerals import UNKNOWN_STAGE
from allanite.studies.response.bounds import UNBOUNDED_STAGES
from allanite.studies.response.outcome import Outcome, read_outcome
from allanite.studies.response.solve import Solved, solve_foresight
from allanite.studies.response.world import NOISE, Rules, World

Level = Literal["place", "country"]
LEVELS: Final[tuple[Level, ...]] = ("place", "country")
SCAN_PERIODS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Removal:
    """A place, or country, at one stage of one chain; its processes are positions."""

    level: Level
    label: str
    country: str
    chain: str
    stage: str
    processes: IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChokePoint:
    """What happens without a place and stage.

    Attributes:
        removal: what is gone; outcome: the cheapest response; iterations: of the simplex.
    """

    removal: Removal
    outcome: Outcome
    iterations: int


def list_removals(world: World, level: Level) -> list[Removal]:
    """Every place (or country) and stage that has processes running in the normal state.

    A plant that stands still normally is no choke point: without it the normal state stays.
    """
    net, rate = world.network, world.state.activity_rate
    running = rate > NOISE * max(float(rate.max(initial=0.0)), 1.0)
    chains = process_chains(net)
    groups: dict[tuple[str, str, str, str], list[int]] = {}
    for n in np.flatnonzero(running).tolist():
        stage, country = net.processes.stage[n], net.process_country[n]
        if stage in (*UNBOUNDED_STAGES, UNKNOWN_STAGE):
            continue  # no place that could stop
        label = net.places.labels[int(net.processes.place[n])] if level == "place" else country
        groups.setdefault((label, country, chains[n], stage), []).append(n)
    return [
        Removal(
            level=level,
            label=label,
            country=country,
            chain=chain,
            stage=stage,
            processes=np.array(rows),
        )
        for (label, country, chain, stage), rows in sorted(groups.items())
    ]


def scan_removals(
    world: World,
    rules: Rules,
    horizon: Horizon,
    removals: list[Removal],
    progress: Callable[[int, int], None] | None = None,
) -> list[ChokePoint]:
    """The response to each removal, in the order given.

    Raises:
        SolveError: a removal leaves no response.
    """
    chain_of_node = np.array(world.network.material_chain, dtype=object)[
        world.network.node_material
    ]
    benches: dict[str, Solved] = {}
    found = []
    for i, removal in enumerate(removals):
        if removal.chain not in benches:
            active = chain_of_node == removal.chain
            normal = normal_conditions(world.network, horizon)
            benches[removal.chain] = solve_foresight(world, normal, rules, horizon, active=active)
        found.append(_without(benches[removal.chain], removal))
        if progress is not None:
            progress(i + 1, len(removals))
    return found


def _without(bench: Solved, removal: Removal) -> ChokePoint:
    """The response without the plants of a removal, from the normal basis."""
    columns = _activity_columns(bench, removal.processes)
    program, session = bench.made.program, bench.session
    lower, upper = program.column_lower[columns], program.column_upper[columns]
    session.change_bounds(columns, lower, np.zeros(columns.size))
    session.set_basis(bench.made.start)
    solution = session.solve(read_basis=False)
    session.change_bounds(columns, lower, upper)
    o = bench.outcome
    outcome = read_outcome(o.world, o.conditions, o.rules, o.horizon, bench.made, solution)
    return ChokePoint(removal=removal, outcome=outcome, iterations=solution.iterations)


def _activity_columns(bench: Solved, processes: IntArray) -> IntArray:
    found = []
    for name in ("normal activity", "extra activity"):
        block = bench.made.program.column_block(name)
        found.append(block.start + np.flatnonzero(np.isin(block.position[1], processes)))
    return np.concatenate(found)
