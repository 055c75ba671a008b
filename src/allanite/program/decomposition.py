"""Two stages by cuts: the first stage over planes below the cost of each scenario.

Each round looks at one first stage: all scenarios that take part are solved there and give a
cut each; the first stage over all cuts gives a lower bound, the cost of the best one looked at
an upper bound. It starts on a few scenarios and widens, keeping the cuts. Integers are taken
as any numbers until the gap is closed, then as whole ones over the same cuts.

Source: Van Slyke and Wets (1969), L-shaped linear programs; Birge and Louveaux (1988), A
multicut algorithm for two-stage stochastic linear programs.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from allanite.axis import FloatArray, IntArray
from allanite.errors import ModelError, SolveError, UsageError
from allanite.program.cuts import Cuts, no_cuts, with_outcomes
from allanite.program.master import Master, MasterPoint
from allanite.program.recourse import Outcomes, Recourse, SerialRecourse
from allanite.program.risk import Risk, risk_probability
from allanite.program.search import (
    Best,
    Keeper,
    Round,
    Search,
    check_start,
    load_search,
    nested_order,
    problem_digest,
    relative_gap,
)
from allanite.program.staged import StagedProgram

Progress = Callable[[Round], object]

LEVEL: Final = 0.1  # where between the bounds the next state may lie
FIRST_SCENARIOS: Final = 8
WIDENING: Final = 4
STAGE_GAP: Final = 1e-3  # at which more scenarios come in
_CROSSED: Final = 1e-6  # of the cost: what rounding may explain
_NEUTRAL: Final = Risk()
# Of the cost of a scenario: bounds nearer than this are one number to the solver.
_TOLD_APART: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TwoStageSolution:
    """The best first stage found, S scenarios, n columns, k of them states.

    Attributes:
        value: columns of the first stage, shape (n,).
        objective: its cost with the risk, an upper bound; bound: no first stage costs less.
        gap: (objective - bound) / |objective|, proven.
        first_cost: cost of the first stage itself; scenario_cost: shape (S,).
        scenario_gradient: of the cost of each scenario in the state, shape (S, k).
        gradient: what one more of each state changes of the expected (or risk-averse) cost of
            the scenarios, shape (k,): minus the marginal value.
        rounds: how many; history: bounds after each.
        stop: `gap`, `rounds` or `seconds`.
        cuts: found on the way; they hold at every state.
        unit: of costs in a master over them.
    """

    value: FloatArray
    objective: float
    bound: float
    gap: float
    first_cost: float
    scenario_cost: FloatArray
    scenario_gradient: FloatArray
    gradient: FloatArray
    rounds: int
    history: tuple[Round, ...]
    stop: str
    cuts: Cuts
    unit: float


@dataclass(frozen=True, kw_only=True, eq=False)
class _Problem:
    staged: StagedProgram
    risk: Risk
    recourse: Recourse
    gap: float

    @cached_property
    def stages(self) -> tuple[IntArray, ...]:
        """Scenarios that take part, stage by stage; each holds those before it."""
        count = len(self.staged.nodes) - 1
        order, sizes = nested_order(count), []
        size = FIRST_SCENARIOS
        while size * 2 <= count:
            sizes.append(size)
            size *= WIDENING
        return tuple(np.sort(order[:size]) for size in (*sizes, count))

    def probability(self, stage: int) -> FloatArray:
        """Of the scenarios that take part, shape (A,), sum 1."""
        ours = self.staged.probability[1:][self.stages[stage]]
        total = ours.sum()
        return ours / total if total > 0 else np.full(ours.size, 1 / ours.size)

    def master(self, search: Search) -> Master:
        """The first stage over the cuts of the scenarios that take part."""
        scenarios = self.stages[search.stage]
        return Master(
            first=self.staged.nodes[0],
            cuts=search.cuts.of(scenarios),
            scenarios=scenarios,
            probability=self.probability(search.stage),
            risk=self.risk,
            unit=search.unit or 1.0,
        )

    @property
    def has_integers(self) -> bool:
        return bool(self.staged.nodes[0].template.is_integer.any())


def solve_two_stage(  # noqa: PLR0913 - one argument a limit, and each has a default
    staged: StagedProgram,
    risk: Risk = _NEUTRAL,
    *,
    recourse: Recourse | None = None,
    known: TwoStageSolution | None = None,
    start: FloatArray | None = None,
    gap: float = 1e-4,
    seconds: float | None = None,
    rounds: int = 1000,
    checkpoint: Path | None = None,
    progress: Progress | None = None,
) -> TwoStageSolution:
    """The best first stage, and proof of how good it is.

    Args:
        staged: a root and its scenarios; only the root may have integers.
        risk: how the worst outcomes count.
        recourse: what solves the scenarios; in this process by default.
        known: a solution of the same scenarios under another risk, probability or first stage
            with the same state; its cuts are gone on from.
        start: columns of the first stage, shape (n,), looked at first; they meet its rows.
        gap: relative, at which the search ends.
        seconds: wall time after which no further round starts, but for the one that brings all
            scenarios in.
        rounds: at most, over all stops.
        checkpoint: written after each round, or where that takes long, so rarely that it takes
            a tenth of the time; a search goes on from one that is there.
        progress: told the bounds after each round.

    Raises:
        UsageError: arguments out of range, or a checkpoint of another problem.
        ModelError: more than two stages, or integers in a scenario.
        SolveError: no first stage meets all rows, or a cost falls without end.
    """
    _check(staged, gap, rounds, seconds)
    used = recourse if recourse is not None else SerialRecourse(staged=staged)
    problem = _Problem(staged=staged, risk=risk, recourse=used, gap=gap)
    digest = "" if checkpoint is None else problem_digest(staged, risk)
    search = _begin(problem, checkpoint, digest, known, start)
    spent = search.history[-1].seconds if search.history else 0.0
    started = time.perf_counter() - spent
    stop, keeper = _stop(problem, search, rounds, seconds, started), Keeper(checkpoint, digest)
    while not stop:
        search = _round(problem, search, started)
        stop = _stop(problem, search, rounds, seconds, started)
        keeper.keep(search, used.save, is_last=bool(stop))
        if progress is not None:
            progress(search.history[-1])
    if not _is_proven(problem, search):
        search = _round(problem, _brought_to_the_end(problem, search), started)
    return _solution(problem, search, stop)


def _check(staged: StagedProgram, gap: float, rounds: int, seconds: float | None) -> None:
    if not gap >= 0:
        raise UsageError(f"gap {gap:g}; it must be 0 or more")
    if rounds < 1:
        raise UsageError(f"{rounds} rounds; one or more are needed")
    if seconds is not None and not seconds >= 0:
        raise UsageError(f"{seconds:g} seconds; it must be 0 or more")
    if len(staged.nodes) < 2:
        raise ModelError("no scenario; a programme in two stages needs at least one")
    if (staged.parent[1:] != 0).any():
        raise ModelError(f"{int(staged.stage.max()) + 1} stages; this solves two")
    whole = [s for s, node in enumerate(staged.nodes[1:]) if node.template.is_integer.any()]
    if whole:
        raise ModelError(
            f"scenario {whole[0]} has columns that must be whole; only the first stage may:"
            " solve the extensive form"
        )


def _begin(
    problem: _Problem,
    checkpoint: Path | None,
    digest: str,
    known: TwoStageSolution | None,
    start: FloatArray | None,
) -> Search:
    if checkpoint is not None and checkpoint.exists():
        search, warm = load_search(checkpoint, digest)
        problem.recourse.restore(warm)
        return search
    first, count = problem.staged.nodes[0], len(problem.staged.nodes) - 1
    nothing = Search(
        stage=0,
        whole=False,
        trial=np.zeros(first.template.shape[1]),
        cuts=no_cuts(first.state.size),
        best=_no_best(first.template.shape[1], count, first.state.size),
        lower=-np.inf,
        basis=None,
        radius=1e3,
        unit=0.0,
        history=(),
        is_done=False,
    )
    if known is not None:
        last = len(problem.stages) - 1
        nothing = replace(nothing, stage=last, cuts=known.cuts, unit=known.unit)
    if start is not None:
        check_start(first.program, start)
        return replace(nothing, trial=np.asarray(start, dtype=np.float64))
    point = problem.master(nothing).least(nothing.trial, nothing.radius, None)
    return replace(nothing, trial=point.value)


def _no_best(columns: int, scenarios: int, states: int) -> Best:
    return Best(
        value=np.zeros(columns),
        upper=np.inf,
        scenario_cost=np.full(scenarios, np.nan),
        gradient=np.zeros((scenarios, states)),
    )


def _stop(
    problem: _Problem, search: Search, rounds: int, seconds: float | None, started: float
) -> str:
    """Why the search ends here; empty if it goes on."""
    if search.is_done and _is_closed(search, problem.gap):
        return "gap"
    if len(search.history) >= rounds:
        return "rounds"
    if seconds is not None and time.perf_counter() - started >= seconds:
        return "seconds"
    return ""


def _round(problem: _Problem, search: Search, started: float) -> Search:
    """One more first stage looked at, and where to look next."""
    first, scenarios = problem.staged.nodes[0], problem.stages[search.stage]
    state = search.trial[first.state]
    outcomes = problem.recourse.evaluate(state, scenarios)
    count = len(problem.staged.nodes) - 1
    search = replace(
        search,
        cuts=with_outcomes(search.cuts, scenarios, state, outcomes, count),
        best=_better(problem, search, outcomes),
        unit=search.unit or _unit(outcomes),
    )
    master = problem.master(search)
    point = _least(problem, search, master)
    lower = max(search.lower, point.bound)
    seconds = time.perf_counter() - started
    entry = Round(scenarios=scenarios.size, lower=lower, upper=search.best.upper, seconds=seconds)
    search = replace(
        search,
        lower=lower,
        basis=point.basis,
        radius=point.radius,
        history=(*search.history, entry),
    )
    return _next(problem, search, master, point)


def _better(problem: _Problem, search: Search, outcomes: Outcomes) -> Best:
    """The trial where it costs less than the best one so far."""
    if not np.isfinite(outcomes.cost).all():
        return search.best
    program = problem.staged.nodes[0].program
    probability = problem.probability(search.stage)
    worse = risk_probability(outcomes.cost, probability, problem.risk)
    upper = float(program.cost @ search.trial + program.offset + worse @ outcomes.cost)
    if upper >= search.best.upper:
        return search.best
    scenarios = problem.stages[search.stage]
    cost, gradient = np.full_like(search.best.scenario_cost, np.nan), search.best.gradient.copy()
    cost[scenarios], gradient[scenarios] = outcomes.cost, outcomes.gradient
    return Best(value=search.trial, upper=upper, scenario_cost=cost, gradient=gradient)


def _unit(outcomes: Outcomes) -> float:
    finite = np.abs(outcomes.cost[np.isfinite(outcomes.cost)])
    largest = float(finite.max(initial=0.0))
    return float(2.0 ** np.round(np.log2(largest))) if largest > 0 else 0.0


def _least(problem: _Problem, search: Search, master: Master) -> MasterPoint:
    if search.whole:
        return master.least_whole(search.trial, search.radius, max(problem.gap / 4, 1e-9))
    return master.least(search.trial, search.radius, search.basis)


def _next(problem: _Problem, search: Search, master: Master, point: MasterPoint) -> Search:
    """Where to look next: with more scenarios, with whole numbers, or at another state."""
    last = search.stage == len(problem.stages) - 1
    if _is_closed(search, problem.gap if last else max(problem.gap, STAGE_GAP)):
        if not last:
            return _widened(search)
        if problem.has_integers and not search.whole:
            return _made_whole(problem, search, master)
        return replace(search, is_done=True)
    if search.whole or not np.isfinite([search.lower, search.best.upper]).all():
        return replace(search, trial=point.value)
    level = search.lower + LEVEL * (search.best.upper - search.lower)
    near = master.nearest_below(level, search.best.value)
    return replace(search, trial=point.value if near is None else near)


def _is_closed(search: Search, gap: float) -> bool:
    """Whether the bounds meet, by the relative gap or as well as the solver tells numbers."""
    if relative_gap(search.lower, search.best.upper) <= gap:
        return True
    return bool(search.best.upper - search.lower <= _TOLD_APART * search.unit)


def _widened(search: Search) -> Search:
    return replace(
        search,
        stage=search.stage + 1,
        trial=search.best.value,
        best=replace(search.best, upper=np.inf),
        lower=-np.inf,
        basis=None,
    )


def _made_whole(problem: _Problem, search: Search, master: Master) -> Search:
    whole = replace(search, whole=True, best=replace(search.best, upper=np.inf), basis=None)
    point = _least(problem, whole, master)
    return replace(whole, trial=point.value, lower=max(search.lower, point.bound))


def _is_proven(problem: _Problem, search: Search) -> bool:
    """Whether the bounds are those of all scenarios and of whole numbers."""
    last = search.stage == len(problem.stages) - 1
    return last and search.whole == problem.has_integers and np.isfinite(search.best.upper)


def _brought_to_the_end(problem: _Problem, search: Search) -> Search:
    """The search with all scenarios and whole numbers, at the best point it has."""
    last = len(problem.stages) - 1
    if search.stage < last:
        known = np.isfinite(search.best.upper)
        trial = search.best.value if known else search.trial
        search = replace(_widened(search), stage=last, trial=trial)
    if problem.has_integers and not search.whole:
        return _made_whole(problem, search, problem.master(search))
    return search


def _solution(problem: _Problem, search: Search, stop: str) -> TwoStageSolution:
    first, best = problem.staged.nodes[0].program, search.best
    if not np.isfinite(best.upper):
        raise SolveError(
            stop, f"no first stage that all scenarios allow in {len(search.history)} rounds"
        )
    if search.lower - best.upper > _CROSSED * max(abs(best.upper), 1.0):
        raise SolveError(
            "bounds crossed",
            f"a lower bound of {search.lower:g} stands above a cost of {best.upper:g} that was"
            " found: the solver gave a wrong bound",
        )
    probability = problem.staged.probability[1:]
    worse = risk_probability(best.scenario_cost, probability, problem.risk)
    return TwoStageSolution(
        value=best.value,
        objective=best.upper,
        bound=search.lower,
        gap=relative_gap(search.lower, best.upper),
        first_cost=float(first.cost @ best.value + first.offset),
        scenario_cost=best.scenario_cost,
        scenario_gradient=best.gradient,
        gradient=worse @ best.gradient,
        rounds=len(search.history),
        history=search.history,
        stop=stop,
        cuts=search.cuts,
        unit=search.unit,
    )
