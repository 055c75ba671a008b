"""The extensive form and the decomposition must agree, whatever the numbers are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from allanite.axis import FloatArray
from allanite.errors import SolveError
from allanite.program import decomposition
from allanite.program.decomposition import solve_two_stage
from allanite.program.extensive import extensive_form, leaf_costs, node_columns, node_costs
from allanite.program.highs import solve_program
from allanite.program.risk import (
    Risk,
    conditional_value_at_risk,
    risk_value,
    worst_case_probability,
)
from allanite.program.staged import Changes, StagedProgram, two_stages
from staged_forms import dense_program, leaf, root

MANY = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


EXACT = {"mip_rel_gap": 1e-9, "mip_abs_gap": 1e-9}


@dataclass(frozen=True, slots=True)
class Drawn:
    staged: StagedProgram
    risk: Risk


@st.composite
def two_stage(draw: st.DrawFn, *, complete: bool | None = None, whole: bool | None = None) -> Drawn:
    """A programme with a first stage that all scenarios allow; scenarios are bounded.

    Where recourse is not complete, scenarios forbid other first stages.
    """
    n, m, rows, scenarios = (draw(st.integers(1, top)) for top in (3, 2, 3, 5))
    y = draw(st.integers(2, 5))
    complete = draw(st.booleans()) if complete is None else complete
    whole = draw(st.booleans()) if whole is None else whole

    def numbers(low: int, high: int, *shape: int) -> FloatArray:
        return draw(arrays(np.int8, shape, elements=st.integers(low, high))).astype(float)

    point, own = numbers(0, 4, n), numbers(-2, 2, m, n)
    price = numbers(-5, 9, n)
    # Without a bound above, a column of the first stage is held by what it costs and by scenarios.
    is_open = draw(arrays(np.bool_, n)) & (price >= 0)
    first = dense_program(
        own,
        price,
        (own @ point - numbers(0, 3, m), own @ point + numbers(0, 3, m)),
        (np.zeros(n), np.where(is_open, np.inf, point + numbers(0, 6, n))),
        is_integer=whole,
    )
    matrix = numbers(-2, 2, rows, y)
    if complete:  # each row can be met at a cost, whatever the state
        matrix = np.hstack([matrix, np.eye(rows), -np.eye(rows)])
    width, base = matrix.shape[1], numbers(-5, 9, y)
    cost = np.concatenate([base, np.full(width - y, 12.0)])
    template = dense_program(
        matrix,
        cost,
        (np.full(rows, -30.0), np.full(rows, 30.0)),
        (np.zeros(width), np.concatenate([np.full(y, 5.0), np.full(width - y, 500.0)])),
    )
    nodes = []
    for _ in range(scenarios):
        link, inner = numbers(-2, 2, rows, n), numbers(0, 2, y)
        middle = matrix[:, :y] @ inner + link @ point
        low = middle - numbers(0, 3, rows)
        column = np.flatnonzero(numbers(0, 1, y))
        changes = Changes(
            column=column,
            column_lower=np.zeros(column.size),
            column_upper=inner[column] + numbers(0, 3, column.size),
            row=np.arange(rows),
            row_lower=low,
            row_upper=np.where(numbers(0, 1, rows) > 0, low, middle + numbers(0, 3, rows))
            if complete
            else middle + numbers(0, 3, rows),
            cost_column=np.array([0]),
            cost=numbers(-5, 9, 1),
        )
        nodes.append(leaf(template, link, changes))
    weight = numbers(0, 4, scenarios) + 1e-3
    risk = Risk(
        weight=draw(st.sampled_from([0.0, 0.5, 1.0])),
        confidence=draw(st.sampled_from([0.25, 0.7, 0.9])),
    )
    return Drawn(two_stages(root(first), nodes, weight / weight.sum()), risk)


def check_agrees(drawn: Drawn) -> None:
    staged, risk = drawn.staged, drawn.risk
    whole = solve_program(extensive_form(staged, risk), options=EXACT)
    found = solve_two_stage(staged, risk, gap=1e-8, rounds=300)
    size = max(1.0, abs(whole.objective), float(np.abs(found.scenario_cost).max()))
    assert found.objective == pytest.approx(whole.objective, abs=1e-6 * size)
    assert found.bound <= found.objective + 1e-6 * size
    assert found.bound == pytest.approx(whole.objective, abs=1e-6 * size)
    value = risk_value(found.scenario_cost, staged.probability[1:], risk)
    assert found.first_cost + value == pytest.approx(found.objective, abs=1e-9 * size)
    # The point itself, put into the extensive form, costs no less and is allowed there.
    form, place = extensive_form(staged, risk), node_columns(staged)[0]
    low, high = form.column_lower.copy(), form.column_upper.copy()
    low[place], high[place] = found.value - 1e-6, found.value + 1e-6
    at = solve_program(form.with_bounds(low, high), options=EXACT)
    assert at.objective == pytest.approx(found.objective, abs=1e-4 * size)


@MANY
@given(two_stage(complete=True, whole=False))
def test_complete_recourse(drawn: Drawn) -> None:
    check_agrees(drawn)


@MANY
@given(two_stage(complete=False, whole=False))
def test_scenarios_that_forbid_first_stages(drawn: Drawn) -> None:
    check_agrees(drawn)


@MANY
@given(two_stage(whole=True))
def test_whole_first_stage(drawn: Drawn) -> None:
    check_agrees(drawn)


@MANY
@given(
    arrays(np.float64, st.shared(st.integers(1, 8), key="n"), elements=st.integers(-9, 9)),
    arrays(np.float64, st.shared(st.integers(1, 8), key="n"), elements=st.integers(0, 5)),
    st.floats(0.05, 0.95),
)
def test_risk_is_the_least_over_values_at_risk(
    cost: FloatArray, share: FloatArray, confidence: float
) -> None:
    """CVaR is min over v of v + E[max(cost - v, 0)] / (1 - confidence), reached at a cost."""
    probability = (share + 1e-3) / (share + 1e-3).sum()
    found = conditional_value_at_risk(cost, probability, confidence)
    excess = np.maximum(cost[None, :] - cost[:, None], 0.0)
    assert found == pytest.approx((cost + excess @ probability / (1 - confidence)).min(), abs=1e-9)
    worst = worst_case_probability(cost, probability, confidence)
    assert worst.sum() == pytest.approx(1)
    assert ((worst >= 0) & (worst <= probability / (1 - confidence) * (1 + 1e-9))).all()
    mean = probability @ cost
    assert mean - 1e-9 <= found <= cost.max() + 1e-9


@settings(MANY, max_examples=60)
@given(two_stage(whole=False))
def test_scenarios_that_come_in_by_and_by(drawn: Drawn) -> None:
    patch = pytest.MonkeyPatch()
    with patch.context() as changed:
        changed.setattr(decomposition, "FIRST_SCENARIOS", 1)
        changed.setattr(decomposition, "WIDENING", 2)
        check_agrees(drawn)


@settings(MANY, max_examples=60)
@given(two_stage(complete=True, whole=False), st.integers(0, 4))
def test_gradient_is_below_all_states(drawn: Drawn, seed: int) -> None:
    """A convex cost lies above its tangent at the solution, with the probabilities there."""
    staged = drawn.staged
    found = solve_two_stage(staged, drawn.risk, gap=1e-8, rounds=300)
    first = staged.nodes[0].program
    upper = np.minimum(first.column_upper, 10.0)
    other = np.random.default_rng(seed).uniform(first.column_lower, upper)
    try:
        fixed = staged.nodes[0].template.with_bounds(other, other)
        moved = two_stages(root(fixed), staged.nodes[1:], staged.probability[1:])
        there = solve_program(extensive_form(moved))
    except SolveError:
        return
    _, cost = leaf_costs(moved, node_costs(moved, there.value))
    second = risk_value(cost - first.cost @ other, staged.probability[1:], drawn.risk)
    here = risk_value(found.scenario_cost, staged.probability[1:], drawn.risk)
    step = other - found.value
    assert second >= here + found.gradient @ step - 1e-6 * max(1.0, abs(here), abs(second))
