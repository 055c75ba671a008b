"""How each project stands: regret of deciding the other way, and range among good plans."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from allanite.axis import FloatArray, IntArray
from allanite.program.alternatives import Alternative, CutDesk, cut_master, extents, most_allowed
from allanite.program.decomposition import TwoStageSolution
from allanite.program.recourse import Recourse
from allanite.program.risk import Risk, risk_value
from allanite.studies.plan.answer import Standing, built_of, decided, options_of, share_of_projects
from allanite.studies.plan.build import PlanProgram

HALF: Final = 0.5
TOLD_SHARE: Final = 0.1  # of the slack: regrets below it are not proven from above
WHOLE: Final = 1 - 1e-6  # of a project; less cannot be asked for whole
MORE: Final = 0.25  # of a project, from which it counts as taking another's place


def find_standing(
    program: PlanProgram,
    recourse: Recourse,
    risk: Risk,
    solution: TwoStageSolution,
    slack: float,
    progress: Callable[[int, int], None] | None = None,
) -> Standing:
    """How each project stands.

    A regret is proven from below by the cuts, and from above by trying the changed plan on
    all courses; the second only for what the plan builds and would miss. A project that the
    budgets leave no room for has none.

    Args:
        program: the plan.
        recourse: what solves its courses.
        risk: how the worst courses count.
        solution: the plan found.
        slack: what a plan near the best may cost more [million USD].
        progress: told (projects done, projects).
    """
    options = program.world.options
    count = len(options.projects)
    master = cut_master(program.staged, risk, solution)
    desk = CutDesk(program=master, columns=program.first.program.shape[1])
    columns = [_columns(program, j) for j in range(count)]
    share = share_of_projects(program, built_of(program, solution.value))
    fixed = decided(program)
    allowed = most_allowed(master, columns)
    least, most = extents(master, columns, solution.objective + slack)
    low, high = np.full(count, np.nan), np.full(count, np.nan)
    instead: list[tuple[int, ...]] = [()] * count
    for j in np.flatnonzero(~fixed & ((share > HALF) | (allowed >= WHOLE))).tolist():
        other = _other_way(desk, columns[j], share[j])
        low[j] = max(other.bound - solution.objective, 0.0)
        if share[j] > HALF and low[j] > slack * TOLD_SHARE:
            high[j] = max(_true_cost(program, recourse, risk, other) - solution.bound, 0.0)
            after = share_of_projects(program, built_of(program, other.value))
            instead[j] = tuple(int(i) for i in np.flatnonzero(after - share > MORE))
        if progress is not None:
            progress(j + 1, count)
    return Standing(
        regret_low=low,
        regret_high=high,
        least=np.clip(least, 0.0, 1.0),
        most=np.clip(most, 0.0, 1.0),
        slack=slack,
        instead=tuple(instead),
    )


def _columns(program: PlanProgram, project: int) -> IntArray:
    investment = program.first.investment
    built = np.zeros(0, dtype=np.int64) if investment is None else investment.built
    return np.asarray(built[options_of(program, project)])


def _other_way(desk: CutDesk, columns: IntArray, share: float) -> Alternative:
    """The best plan without a project that is built, or with one that is not."""
    if share > HALF:
        none: FloatArray = np.zeros(columns.size)
        return desk.least(columns, none, none)
    return desk.least_with(columns, 1.0)


def _true_cost(program: PlanProgram, recourse: Recourse, risk: Risk, other: Alternative) -> float:
    """What an alternative costs when it is tried on all courses [million USD]."""
    first, staged = program.first.program, program.staged
    found = recourse.evaluate(other.value[program.first.state], np.arange(len(staged.nodes) - 1))
    own = float(first.cost @ other.value + first.offset)
    return own + risk_value(found.cost, staged.probability[1:], risk)
