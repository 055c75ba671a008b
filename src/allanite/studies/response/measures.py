"""Measures: what each adds to the answer, alone and left out of all, and how pairs interact.

A measure is a set of columns of the programme: without it their upper bounds are zero, so
that every question is the same programme under other bounds, solved warm. Licence diplomacy
is the one that changes what the other side allows; it raises bounds instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

import numpy as np

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.conditions.effects import Conditions
from allanite.program.linear import Block
from allanite.studies.response.bounds import flow_limits
from allanite.studies.response.outcome import Outcome, read_outcome
from allanite.studies.response.program import ResponseProgram
from allanite.studies.response.solve import Solved
from allanite.studies.response.world import Rules, World

STOCK_RELEASE: Final = "stock release"
PURCHASE: Final = "purchase outside"
SPARE: Final = "allied spare capacity"
REROUTING: Final = "re-routing"
THRIFT: Final = "thrift"
SUBSTITUTION: Final = "substitution"
RECYCLING: Final = "recycling push"
DIPLOMACY: Final = "licence diplomacy"
OWN_MEASURES: Final = (
    STOCK_RELEASE,
    PURCHASE,
    SPARE,
    REROUTING,
    THRIFT,
    SUBSTITUTION,
    RECYCLING,
)
MEASURES: Final = (*OWN_MEASURES, DIPLOMACY)
# What a reader is told about each measure.
ALONE_TEXT: Final[Mapping[str, str]] = {
    STOCK_RELEASE: "Government stocks are released, after the time a decision takes.",
    PURCHASE: "Partners buy more from others than the watched country, once qualified.",
    SPARE: "Plants outside the watched country run up to their capacity.",
    REROUTING: "Goods take other ways across borders, where those are open.",
    THRIFT: "Uses save material at once, as far as it goes.",
    SUBSTITUTION: "Uses change to other materials or designs, as these are deployed.",
    RECYCLING: "Recyclers and collectors outside the watched country run up to their capacity.",
    DIPLOMACY: "The watched country approves a larger share of what it limits.",
}
RECYCLING_STAGES: Final = ("recycling", "collection")


def measure_columns(world: World, rules: Rules, made: ResponseProgram) -> dict[str, IntArray]:
    """Columns of each own measure in a programme; licence diplomacy has none of its own."""
    found: dict[str, list[IntArray]] = {name: [] for name in OWN_MEASURES}
    for block in made.program.columns:
        for name, chosen in _of_block(world, rules, block):
            found[name].append(block.start + np.flatnonzero(chosen))
    return {
        name: np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
        for name, parts in found.items()
    }


def _of_block(world: World, rules: Rules, block: Block) -> list[tuple[str, BoolArray]]:
    member = block.position[-1]
    if block.name == "extra activity":
        recycling, spare = _activity_kinds(world, rules)
        return [(RECYCLING, recycling[member]), (SPARE, spare[member])]
    if block.name == "extra flow":
        purchase, rerouting = _flow_kinds(world, rules)
        return [(PURCHASE, purchase[member]), (REROUTING, rerouting[member])]
    if block.name == "unmet":
        kind = np.array(world.economics.steps.kind, dtype=object)[member]
        return [(THRIFT, kind == "thrift"), (SUBSTITUTION, kind == "substitution")]
    if block.name == "stock drawn":
        return [(STOCK_RELEASE, world.holdings.is_government[member])]
    return []


def _activity_kinds(world: World, rules: Rules) -> tuple[BoolArray, BoolArray]:
    """Processes outside the watched country: those that recycle, and the others, (N,) each."""
    processes = world.network.processes
    outside = np.array([c != rules.watched for c in world.network.process_country], dtype=bool)
    stage = np.array(processes.stage, dtype=object)
    recycling = np.isin(stage, RECYCLING_STAGES)
    return outside & recycling, outside & ~recycling & (stage != "outside")


def _flow_kinds(world: World, rules: Rules) -> tuple[BoolArray, BoolArray]:
    """Routes across borders: to partners from others than the watched one, and the rest."""
    net = world.network
    country = np.array(net.place_country, dtype=object)[net.node_place]
    start, end = country[net.routes.origin_node], country[net.routes.destination_node]
    crossing = start != end
    purchase = crossing & np.isin(end, rules.partners) & (start != rules.watched)
    return purchase, crossing & ~purchase


def close_measures(
    world: World, rules: Rules, made: ResponseProgram, off: Iterable[str]
) -> ResponseProgram:
    """The programme without some measures."""
    columns, idle = measure_columns(world, rules, made), idle_columns(world, made)
    upper = closed_upper(made.program.column_upper, columns, idle, off)
    return replace(made, program=made.program.with_bounds(made.program.column_lower, upper))


def idle_columns(world: World, made: ResponseProgram) -> IntArray:
    """For each column of the programme the idle step of its period and demand, (n,).

    -1 for columns that are no step. What a closed step leaves falls to the idle one, so that
    the steps of a demand always sum to its need.
    """
    block, steps = made.program.column_block("unmet"), world.economics.steps
    period, step = block.position
    demand = steps.demand[step]
    is_idle = np.array([kind == "idle" for kind in steps.kind], dtype=bool)[step]
    found = np.full(made.program.cost.size, -1, dtype=np.int64)
    table = np.full((period.max(initial=0) + 1, steps.demand.max(initial=0) + 1), -1)
    table[period[is_idle], demand[is_idle]] = block.start + np.flatnonzero(is_idle)
    found[block.positions] = table[period, demand]
    return found


def closed_upper(
    upper: FloatArray, columns: Mapping[str, IntArray], idle: IntArray, off: Iterable[str]
) -> FloatArray:
    """Upper bounds without some measures, shape (n,)."""
    found = np.array(upper)
    for name in off:
        closed = columns[name]
        step = closed[idle[closed] >= 0]
        np.add.at(found, idle[step], found[step])
        found[closed] = 0.0
    return found


def diplomatic_conditions(
    world: World, rules: Rules, conditions: Conditions, gain: float
) -> Conditions:
    """Conditions in which the watched issuer approves a larger share of what it limits.

    Args:
        world: the world.
        rules: who is watched.
        conditions: as they are.
        gain: added to every share below one [1].
    """
    net = world.network
    country = np.array(net.place_country, dtype=object)[net.node_place]
    theirs = country[net.routes.origin_node] == rules.watched
    share = conditions.route_availability
    more = np.where(theirs & (share < 1), np.minimum(share + gain, 1.0), share)
    return replace(conditions, route_availability=more)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureValue:
    """What one measure is worth.

    Attributes:
        name: the measure.
        alone: outcome with it alone; without: outcome with all others but it.
        marginal_value: what one per cent more of it would save, beside all others [USD].
    """

    name: str
    alone: Outcome
    without: Outcome
    marginal_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """All solves of a ranking.

    Attributes:
        nothing: no measure; everything: all own measures.
        values: one a measure; for diplomacy `without` is `everything` and `on_top` the same
            with it.
        on_top: all own measures and licence diplomacy.
        pairs: outcome of two measures together.
    """

    nothing: Outcome
    everything: Outcome
    on_top: Outcome
    values: tuple[MeasureValue, ...]
    pairs: Mapping[tuple[str, str], Outcome]


@dataclass(slots=True)
class _Bench:
    """One programme in the solver, asked under many sets of measures."""

    solved: Solved
    columns: Mapping[str, IntArray]
    idle: IntArray
    upper: FloatArray
    diplomatic: FloatArray
    done: int = 0
    total: int = 0
    progress: Callable[[int, int], None] | None = None

    def ask(self, on: frozenset[str]) -> Outcome:
        """The outcome with these measures and no other."""
        off = [name for name in OWN_MEASURES if name not in on]
        whole = self.diplomatic if DIPLOMACY in on else self.upper
        upper = closed_upper(whole, self.columns, self.idle, off)
        made, session = self.solved.made, self.solved.session
        everywhere = np.arange(upper.size)
        session.change_bounds(everywhere, made.program.column_lower, upper)
        solution = session.solve()
        self.done += 1
        if self.progress is not None:
            self.progress(self.done, self.total)
        o = self.solved.outcome
        return read_outcome(o.world, o.conditions, o.rules, o.horizon, made, solution)


def rank_measures(
    solved: Solved,
    gain: float,
    *,
    pairs: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Ranking:
    """Every measure alone and left out, and pairs if asked for, by warm solves.

    Args:
        solved: a response with all own measures.
        gain: how much licence diplomacy adds to an approval share [1].
        pairs: whether to solve every pair too.
        progress: called with (solves done, all solves).
    """
    bench = _bench(solved, gain, progress)
    chosen = list(combinations(MEASURES, 2)) if pairs else []
    bench.total = 3 + 2 * len(OWN_MEASURES) + 1 + len(chosen)
    everything_set = frozenset(OWN_MEASURES)
    nothing = bench.ask(frozenset())
    alone = {name: bench.ask(frozenset({name})) for name in MEASURES}
    together = {pair: bench.ask(frozenset(pair)) for pair in chosen}
    without = {name: bench.ask(everything_set - {name}) for name in OWN_MEASURES}
    on_top = bench.ask(everything_set | {DIPLOMACY})
    everything = bench.ask(everything_set)
    without[DIPLOMACY] = everything
    values = tuple(
        MeasureValue(
            name=name,
            alone=alone[name],
            without=without[name],
            marginal_value=_marginal(solved, bench, name),
        )
        for name in MEASURES
    )
    return Ranking(
        nothing=nothing, everything=everything, on_top=on_top, values=values, pairs=together
    )


def _bench(solved: Solved, gain: float, progress: Callable[[int, int], None] | None) -> _Bench:
    outcome, made = solved.outcome, solved.made
    columns = measure_columns(outcome.world, outcome.rules, made)
    upper = np.array(made.program.column_upper)
    idle = idle_columns(outcome.world, made)
    diplomatic = _diplomatic_upper(solved, gain)
    return _Bench(solved, columns, idle, upper, diplomatic, progress=progress)


def _diplomatic_upper(solved: Solved, gain: float) -> FloatArray:
    """Upper bounds of all columns where licence diplomacy succeeds."""
    outcome, program = solved.outcome, solved.made.program
    better = diplomatic_conditions(outcome.world, outcome.rules, outcome.conditions, gain)
    since = outcome.horizon.step * (np.arange(outcome.horizon.count) + 0.5)
    normal, extra = flow_limits(outcome.world, better, outcome.horizon, since)
    upper = np.array(program.column_upper)
    for name, limit in (("normal flow", normal), ("extra flow", extra)):
        block = program.column_block(name)
        upper[block.positions] = limit[block.position[0], block.position[1]]
    return upper


def _marginal(solved: Solved, bench: _Bench, name: str) -> float:
    """Saving of one per cent more room for a measure, from the reduced costs of all measures.

    d cost = sum of reduced cost x (1 % of the upper bound), over columns at that bound.
    """
    reduced, upper = solved.solution.reduced_cost, bench.upper
    if name == DIPLOMACY:
        room = bench.diplomatic - upper
        return float(-(np.minimum(reduced, 0.0) * room).sum() * 0.01)
    columns = bench.columns[name]
    return float(-(np.minimum(reduced[columns], 0.0) * upper[columns]).sum() * 0.01)
