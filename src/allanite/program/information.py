"""What knowing more is worth: the mean problem, and each scenario by itself.

    value of the stochastic solution   = E cost of the plan made for the mean - cost of the plan
    value of perfect information       = cost of the plan - E cost of planning each scenario

Both are brackets where the costs are.

Source: Birge (1982), The value of the stochastic solution in stochastic linear programs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_array

from allanite.axis import FloatArray
from allanite.errors import ModelError
from allanite.program.cuts import Cuts, with_outcomes
from allanite.program.decomposition import TwoStageSolution, solve_two_stage
from allanite.program.master import Master
from allanite.program.recourse import Recourse
from allanite.program.risk import Risk
from allanite.program.staged import NodeProgram, StagedProgram, two_stages

SOLO_ROUNDS: Final = 6
SOLO_GAP: Final = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Bracket:
    """A value between two proven ends."""

    low: float
    high: float


def mean_node(staged: StagedProgram) -> NodeProgram:
    """The scenario whose bounds, sides, costs and links are the means of all.

    Raises:
        ModelError: scenarios of different templates, or that change different places.
    """
    nodes, probability = staged.nodes[1:], staged.probability[1:]
    first = nodes[0]
    places = ("column", "row", "cost_column")
    for node in nodes:
        same = all(
            np.array_equal(getattr(node.changes, p), getattr(first.changes, p)) for p in places
        )
        if node.template is not first.template or not same:
            raise ModelError("the mean scenario needs scenarios that change the same places")
    mean: dict[str, Any] = {
        name: _weighted([getattr(n.changes, name) for n in nodes], probability)
        for name in ("column_lower", "column_upper", "row_lower", "row_upper", "cost")
    }
    link = csr_array(first.link * 0.0)
    for node, weight in zip(nodes, probability, strict=True):
        link = csr_array(link + node.link * weight)
    return replace(first, changes=replace(first.changes, **mean), link=link)


def _weighted(arrays: list[FloatArray], probability: FloatArray) -> FloatArray:
    # Infinite sides are the same in all scenarios, and stay.
    stack = np.stack(arrays)
    finite = np.isfinite(stack[0])
    mean = stack[0].copy()
    mean[finite] = probability @ stack[:, finite]
    return np.asarray(mean)


def mean_solution(staged: StagedProgram, gap: float) -> FloatArray:
    """First stage of the problem in which all scenarios are their mean, shape (n,)."""
    one = two_stages(staged.nodes[0], [mean_node(staged)], np.ones(1))
    return solve_two_stage(one, gap=gap).value


def value_of_stochastic_solution(
    staged: StagedProgram, recourse: Recourse, solution: TwoStageSolution, mean_plan: FloatArray
) -> Bracket:
    """What it is worth that the plan looks at all scenarios, on the mean.

    Args:
        staged: the programme in two stages.
        recourse: what solves its scenarios.
        solution: its risk-neutral solution.
        mean_plan: first stage of the mean problem, shape (n,).
    """
    first = staged.nodes[0]
    found = recourse.evaluate(mean_plan[first.state], np.arange(len(staged.nodes) - 1))
    program = first.program
    cost = float(program.cost @ mean_plan + program.offset + staged.probability[1:] @ found.cost)
    return _bracket(cost - solution.objective, cost - solution.bound)


def value_of_perfect_information(
    staged: StagedProgram, recourse: Recourse, solution: TwoStageSolution
) -> Bracket:
    """What it would be worth to know the scenario before deciding, on the mean.

    Each scenario is planned by itself from the cuts that the search found, for a few rounds.
    """
    low, high = wait_and_see(staged, recourse, solution)
    probability = staged.probability[1:]
    return _bracket(
        solution.bound - float(probability @ high), solution.objective - float(probability @ low)
    )


def _bracket(low: float, high: float) -> Bracket:
    """No worth is below nothing, and rounding does not turn the ends around."""
    return Bracket(low=max(min(low, high), 0.0), high=max(high, 0.0))


def wait_and_see(
    staged: StagedProgram, recourse: Recourse, solution: TwoStageSolution
) -> tuple[FloatArray, FloatArray]:
    """Lower and upper bounds of the cost of planning each scenario by itself, (S,) each."""
    count = len(staged.nodes) - 1
    low, high = np.zeros(count), np.zeros(count)
    for s in range(count):
        low[s], high[s] = _alone(staged, recourse, solution, s)
    return low, high


def _alone(
    staged: StagedProgram, recourse: Recourse, solution: TwoStageSolution, scenario: int
) -> tuple[float, float]:
    first, which = staged.nodes[0], np.array([scenario])
    program = first.program
    cuts: Cuts = solution.cuts.of(which)
    lower, upper = -np.inf, np.inf
    for _ in range(SOLO_ROUNDS):
        master = Master(
            first=first,
            cuts=cuts,
            scenarios=which,
            probability=np.ones(1),
            risk=Risk(),
            unit=solution.unit,
        )
        point = master.least(solution.value, 1e6, None)
        lower = max(lower, point.bound)
        state = point.value[first.state]
        found = recourse.evaluate(state, which)
        own = float(program.cost @ point.value + program.offset)
        upper = min(upper, own + float(found.cost[0]))
        if upper - lower <= SOLO_GAP * abs(upper):
            break
        cuts = with_outcomes(cuts, np.zeros(1, dtype=np.int64), state, found, 1)
    return lower, upper
