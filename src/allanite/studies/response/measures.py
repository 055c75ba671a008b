"""Measures: what each adds to the answer, alone and left out of all, and how pairs interact.

A measure is a set of columns of the programme: without it their upper bounds are zero, so
that every question is the same programme under other bounds, solved warm. Licence diplomacy
is the one that changes what the other side allows; it raises bounds instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

import numpy as np

from allanite.axis import FloatArray, IntArray
from allanite.conditions.effects import Conditions
from allanite.program.highs import Basis
from allanite.studies.response.bounds import elapsed_years, flow_limits
from allanite.studies.response.measure_columns import (
    DIPLOMACY,
    MEASURES,
    OWN_MEASURES,
    closed_upper,
    idle_columns,
    measure_columns,
)
from allanite.studies.response.outcome import Outcome, read_outcome
from allanite.studies.response.solve import Solved
from allanite.studies.response.world import Rules, World


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


MOST_PAIRED: Final = 5
SMALLEST_SAVING: Final = 0.01  # of the cost of doing nothing; a measure below it is not paired


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

    def ask(self, on: frozenset[str], basis: Basis) -> tuple[Outcome, Basis]:
        """The outcome with these measures and no other, from a basis near by, and its own.

        Only with one measure or none is that basis read back: what follows starts from it.
        """
        off = [name for name in OWN_MEASURES if name not in on]
        whole = self.diplomatic if DIPLOMACY in on else self.upper
        upper = closed_upper(whole, self.columns, self.idle, off)
        made, session = self.solved.made, self.solved.session
        everywhere = np.arange(upper.size)
        session.change_bounds(everywhere, made.program.column_lower, upper)
        session.set_basis(basis)
        solution = session.solve(read_basis=len(on) < 2)
        self.done += 1
        if self.progress is not None:
            self.progress(self.done, self.total)
        o = self.solved.outcome
        outcome = read_outcome(o.world, o.conditions, o.rules, o.horizon, made, solution)
        return outcome, solution.basis or basis


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
        pairs: whether to solve pairs of the measures that count for something alone.
        progress: called with (solves done, all solves).
    """
    bench = _bench(solved, gain, progress)
    bench.total = 2 + len(MEASURES) + len(OWN_MEASURES)
    everything = frozenset(OWN_MEASURES)
    best = solved.solution.basis or solved.made.start
    nothing, start = bench.ask(frozenset(), solved.made.start)
    singles = {name: bench.ask(frozenset({name}), start) for name in MEASURES}
    alone = {name: outcome for name, (outcome, _) in singles.items()}
    chosen = _pairs(nothing, alone) if pairs else []
    bench.total += len(chosen)
    together = {
        (one, other): bench.ask(frozenset({one, other}), singles[one][1])[0]
        for one, other in chosen
    }
    without = {name: bench.ask(everything - {name}, best)[0] for name in OWN_MEASURES}
    without[DIPLOMACY] = solved.outcome
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
        nothing=nothing,
        everything=solved.outcome,
        on_top=bench.ask(frozenset(MEASURES), best)[0],
        values=values,
        pairs=together,
    )


def _pairs(nothing: Outcome, alone: Mapping[str, Outcome]) -> list[tuple[str, str]]:
    """Pairs of the measures that save most alone, each at least a hundredth of doing nothing.

    The one that saves more stands first: its optimum is the nearer start for both together.
    """
    saved = {name: nothing.cost - outcome.cost for name, outcome in alone.items()}
    counts = [name for name in saved if saved[name] > SMALLEST_SAVING * abs(nothing.cost)]
    first = sorted(counts, key=lambda name: (-saved[name], name))[:MOST_PAIRED]
    return list(combinations(first, 2))


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
    since = elapsed_years(outcome.horizon)
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
