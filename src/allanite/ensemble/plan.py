"""Solves a plan and all that is told beside it, on one process, a pool or a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from allanite.axis import FloatArray
from allanite.conditions.uncertainty_rows import STANDARD_SHIFTS, Shift, shifted
from allanite.ensemble.recourse import cluster_recourse, pool_recourse
from allanite.ensemble.side_by_side import side_by_side
from allanite.program.decomposition import TwoStageSolution, solve_two_stage
from allanite.program.information import (
    mean_solution,
    value_of_perfect_information,
    value_of_stochastic_solution,
)
from allanite.program.recourse import Recourse
from allanite.program.risk import Risk
from allanite.program.search import Round
from allanite.program.staged import StagedProgram
from allanite.studies.plan.adaptive import solve_adaptive
from allanite.studies.plan.answer import (
    FreshTrial,
    PlanAnswer,
    built_of,
    no_plan,
    share_of_projects,
)
from allanite.studies.plan.build import PlanProgram, plan_program
from allanite.studies.plan.drawn import draw_courses
from allanite.studies.plan.outcome import Outcomes, joined, operate
from allanite.studies.plan.prepare import PlanDesk
from allanite.studies.plan.request import PlanRequest
from allanite.studies.plan.standing import find_standing

# (what is being done, steps done, steps); the solver reports a round at a time, of no known number
Progress = Callable[[str, int, int], None]
FRESH: Final = 1  # tells the draws of the trial from those of the plan
SHIFT_GAP: Final = 5e-3
CHANGED: Final = 0.5
SMALL_CAPITAL: Final = 10.0  # million USD: a change of less is not told
BLOCK: Final = 8  # courses operated one after the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """Where a plan is solved.

    Attributes:
        workers: processes on this machine.
        scheduler: address of a Dask scheduler instead.
        checkpoint: file that the search goes on from.
    """

    workers: int = 1
    scheduler: str | None = None
    checkpoint: Path | None = None

    def recourse(self, staged: StagedProgram) -> AbstractContextManager[Recourse]:
        """What answers for the scenarios of a programme."""
        if self.scheduler is not None:
            return cluster_recourse(staged, self.scheduler)
        return pool_recourse(staged, self.workers)


def solve_plan(
    desk: PlanDesk, request: PlanRequest, means: Means, progress: Progress
) -> PlanAnswer:
    """The plan, its outcomes, and how good and how sure it is.

    Raises:
        UsageError: arguments that do not fit, a checkpoint of another plan, workers that die.
        SolveError: no plan meets the budgets; what contradicts is named.
    """
    scenarios, courses = draw_courses(desk, request.scenarios, (request.seed,))
    program = plan_program(
        desk.world, request.budget, courses, scenarios.probability, whole=request.whole
    )
    with means.recourse(program.staged) as recourse:
        solution = _solve(program, recourse, request, means, progress)
        neutral = _neutral(program, recourse, request, solution)
        progress("What other plans would cost", 0, 1)
        saving = _saving(program, recourse, solution)
        standing = find_standing(
            program,
            recourse,
            request.risk,
            solution,
            max(request.margin * saving, request.gap * abs(solution.objective)),
            partial(progress, "What other plans would cost"),
        )
        progress("What knowing is worth", 0, 2)
        stochastic = value_of_stochastic_solution(
            program.staged, recourse, neutral, mean_solution(_relaxed(program.staged), request.gap)
        )
        progress("What knowing is worth", 1, 2)
        perfect = value_of_perfect_information(program.staged, recourse, neutral)
        front = tuple(_front(program, recourse, request, neutral, progress))
    fresh = _try_fresh(desk, request, program, solution, means, progress)
    outcomes = _outcomes(program, solution, means.workers, progress)
    adaptive = solve_adaptive(desk, request, progress) if request.branching else None
    return PlanAnswer(
        desk=desk,
        request=request,
        scenarios=scenarios,
        courses=courses,
        program=program,
        solution=solution,
        neutral=neutral,
        with_plan=outcomes[0],
        without_plan=outcomes[1],
        standing=standing,
        stochastic=stochastic,
        perfect=perfect,
        fresh=fresh,
        front=front,
        adaptive=adaptive,
    )


def _solve(
    program: PlanProgram,
    recourse: Recourse,
    request: PlanRequest,
    means: Means,
    progress: Progress,
) -> TwoStageSolution:
    def told(found: Round) -> None:
        ends = f"{found.lower:,.0f} to {found.upper:,.0f} million USD"
        shown = f"{ends}, gap {found.gap:.2%}" if np.isfinite(found.gap) else "no bound yet"
        progress(f"Planning on {found.scenarios} courses: {shown}", 0, 0)

    return solve_two_stage(
        program.staged,
        request.risk,
        recourse=recourse,
        gap=request.gap,
        seconds=request.seconds,
        checkpoint=means.checkpoint,
        progress=told,
    )


def _neutral(
    program: PlanProgram, recourse: Recourse, request: PlanRequest, solution: TwoStageSolution
) -> TwoStageSolution:
    """The plan without regard to the tail, projects in any size: what knowing is measured by."""
    return solve_two_stage(
        _relaxed(program.staged), recourse=recourse, known=solution, gap=request.gap
    )


def _relaxed(staged: StagedProgram) -> StagedProgram:
    first = staged.nodes[0]
    anything = replace(first.template, is_integer=np.zeros(first.template.shape[1], dtype=np.bool_))
    return replace(staged, nodes=(replace(first, template=anything), *staged.nodes[1:]))


def _saving(program: PlanProgram, recourse: Recourse, solution: TwoStageSolution) -> float:
    """What the plan saves on the mean [million USD]."""
    state = no_plan(program)[program.first.state]
    found = recourse.evaluate(state, np.arange(len(program.staged.nodes) - 1))
    with_plan = solution.scenario_cost + solution.first_cost
    return float(program.staged.probability[1:] @ (found.cost - with_plan))


def _front(
    program: PlanProgram,
    recourse: Recourse,
    request: PlanRequest,
    known: TwoStageSolution,
    progress: Progress,
) -> Iterator[tuple[float, TwoStageSolution]]:
    """Plans by weight of the tail, projects in any size; each goes on from the cuts so far."""
    staged, last = _relaxed(program.staged), known
    for done, weight in enumerate(request.front):
        progress("Cost against risk", done, len(request.front))
        risk = Risk(weight=weight, confidence=request.risk.confidence)
        last = solve_two_stage(staged, risk, recourse=recourse, known=last, gap=request.gap)
        yield weight, last


def _try_fresh(
    desk: PlanDesk,
    request: PlanRequest,
    program: PlanProgram,
    solution: TwoStageSolution,
    means: Means,
    progress: Progress,
) -> FreshTrial | None:
    if not request.fresh:
        return None
    progress("Trying the plan on fresh courses", 0, 1)
    drawn, courses = draw_courses(desk, request.fresh, (request.seed, FRESH))
    trial = plan_program(desk.world, request.budget, courses, drawn.probability)
    every = np.arange(request.fresh)
    with means.recourse(trial.staged) as recourse:
        costs = [
            recourse.evaluate(value[program.first.state], every).cost + own
            for value, own in ((solution.value, solution.first_cost), (no_plan(program), 0.0))
        ]
    return FreshTrial(probability=drawn.probability, with_plan=costs[0], without_plan=costs[1])


def _outcomes(
    program: PlanProgram, solution: TwoStageSolution, workers: int, progress: Progress
) -> tuple[Outcomes, Outcomes]:
    """Outcomes with the plan and without it, on its own courses.

    A course begins at the basis of the one before, which decides between plans of one cost: so
    blocks are the same for any number of workers.
    """
    count = len(program.staged.nodes) - 1
    blocks = np.split(np.arange(count), np.arange(BLOCK, count, BLOCK))
    states = (solution.value[program.first.state], no_plan(program)[program.first.state])
    pieces = [(state, block) for state in states for block in blocks]
    work = partial(_operated, program)
    told = partial(progress, "Operating with and without the plan")
    parts = side_by_side(work, pieces, workers, told)
    return joined(parts[: len(blocks)]), joined(parts[len(blocks) :])


def _operated(program: PlanProgram, piece: tuple[FloatArray, np.ndarray]) -> Outcomes:
    state, courses = piece
    nodes = [program.staged.nodes[1 + int(s)] for s in courses]
    return operate(program.world, program.second, nodes, state)


def sensitivity_rows(
    desk: PlanDesk, request: PlanRequest, answer: PlanAnswer, means: Means, progress: Progress
) -> Iterator[dict[str, object]]:
    """Rows of table `plan_sensitivity`: the plan under other odds, and what would be best then."""
    known = {shift.name: shift for shift in STANDARD_SHIFTS}
    for done, name in enumerate(request.shifts):
        progress("Trying other odds", done, len(request.shifts))
        yield _shifted_row(desk, request, answer, means, known[name])


def _shifted_row(
    desk: PlanDesk, request: PlanRequest, answer: PlanAnswer, means: Means, shift: Shift
) -> dict[str, object]:
    odds = shifted(desk.plan.uncertainty, shift.which, shift.factor)
    drawn, courses = draw_courses(desk, request.scenarios, (request.seed,), odds)
    program = plan_program(desk.world, request.budget, courses, drawn.probability)
    every, state = np.arange(request.scenarios), program.first.state
    with means.recourse(program.staged) as recourse:
        best = solve_two_stage(program.staged, recourse=recourse, gap=SHIFT_GAP)
        kept = recourse.evaluate(answer.solution.value[answer.program.first.state], every)
        none = recourse.evaluate(no_plan(program)[state], every)
    plan_cost = answer.solution.first_cost + float(drawn.probability @ kept.cost)
    return {
        "shift": shift.title,
        "plan_cost": plan_cost,
        "no_plan_cost": float(drawn.probability @ none.cost),
        "best_cost": best.bound,
        "regret": max(plan_cost - best.bound, 0.0),
        "changes": _changes(answer, program, best),
    }


def _changes(answer: PlanAnswer, program: PlanProgram, best: TwoStageSolution) -> str:
    """Projects of some size that the best plan under other odds would add or drop."""
    now = share_of_projects(answer.program, answer.built)
    then = share_of_projects(program, built_of(program, best.value))
    options = program.world.options
    size = np.zeros(now.size)
    np.maximum.at(size, options.project, options.capital)
    labels = options.projects.labels
    words = [
        f"{'add' if then[j] > now[j] else 'drop'} {labels[j]}"
        for j in np.flatnonzero((np.abs(then - now) >= CHANGED) & (size >= SMALL_CAPITAL))
    ]
    return ", ".join(words) or "none"
