"""Mathematics of linear programmes that must hold whatever the numbers are."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from allanite.axis import Axis, FloatArray, IntArray
from allanite.errors import SolveError
from allanite.program.conflict import (
    Conflict,
    elastic_program,
    part_of,
    priced_conflict,
    smallest_conflict,
)
from allanite.program.highs import Session, Solution, _attempt, diagnosis, solve_program
from allanite.program.linear import LinearProgram, ProgramBuilder

TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """A programme as dense arrays; m rows, n columns."""

    matrix: FloatArray
    cost: FloatArray
    column_lower: FloatArray
    column_upper: FloatArray
    row_lower: FloatArray
    row_upper: FloatArray


@st.composite
def feasible(draw: st.DrawFn) -> Numbers:
    """A programme with a point inside its rows and bounds; the bounds are finite."""
    m, n = draw(st.integers(1, 6)), draw(st.integers(1, 8))

    def whole(low: int, high: int, *shape: int) -> FloatArray:
        return draw(arrays(np.int8, shape, elements=st.integers(low, high))).astype(float)

    matrix, point = whole(-3, 3, m, n), whole(-2, 2, n)
    inside = matrix @ point
    row_lower = inside - whole(0, 3, m)
    row_upper = inside + whole(0, 3, m)
    open_below = draw(arrays(np.bool_, m))
    return Numbers(
        matrix=matrix,
        cost=whole(-5, 5, n),
        column_lower=point - whole(0, 4, n),
        column_upper=point + whole(0, 4, n),
        row_lower=np.where(open_below, -np.inf, row_lower),
        row_upper=np.where(draw(arrays(np.bool_, m)) & ~open_below, np.inf, row_upper),
    )


def built(
    numbers: Numbers, column_order: IntArray | None = None, row_order: IntArray | None = None
) -> LinearProgram:
    """The programme with one block a column and a row, added in this order."""
    m, n = numbers.matrix.shape
    axis, build = Axis("item", ("it",)), ProgramBuilder()
    here = {axis: np.array([0])}
    column, row = np.zeros(n, dtype=np.int64), np.zeros(m, dtype=np.int64)
    for j in np.arange(n) if column_order is None else column_order:
        column[j] = build.add_columns(
            f"x{j}",
            "t",
            here,
            lower=numbers.column_lower[j],
            upper=numbers.column_upper[j],
            cost=numbers.cost[j],
        )[0]
    for i in np.arange(m) if row_order is None else row_order:
        row[i] = build.add_rows(
            f"r{i}", "t", here, lower=numbers.row_lower[i], upper=numbers.row_upper[i]
        )[0]
    i, j = np.nonzero(numbers.matrix)
    build.add_terms(row[i], column[j], numbers.matrix[i, j])
    return build.build()


def check_optimal(program: LinearProgram, solution: Solution) -> None:
    """The value is feasible, and the duals prove that nothing is cheaper."""
    value, activity = solution.value, program.matrix @ solution.value
    assert activity == pytest.approx(solution.activity, abs=TOLERANCE)
    assert np.all(value >= program.column_lower - TOLERANCE)
    assert np.all(value <= program.column_upper + TOLERANCE)
    assert np.all(activity >= program.row_lower - TOLERANCE)
    assert np.all(activity <= program.row_upper + TOLERANCE)
    assert program.matrix.T @ solution.dual + solution.reduced_cost == pytest.approx(
        program.cost, abs=TOLERANCE
    )
    proved = 0.0
    for price, at, low, high in (
        (solution.dual, activity, program.row_lower, program.row_upper),
        (solution.reduced_cost, value, program.column_lower, program.column_upper),
    ):
        up, down = price > TOLERANCE, price < -TOLERANCE
        # Complementary slackness: what has a price stands at its side.
        assert at[up] == pytest.approx(low[up], abs=TOLERANCE)
        assert at[down] == pytest.approx(high[down], abs=TOLERANCE)
        proved += price[up] @ low[up] + price[down] @ high[down]
    assert proved == pytest.approx(solution.objective, abs=1e-5)


@settings(max_examples=60, deadline=None)
@given(numbers=feasible())
def test_strong_duality_and_complementary_slackness(numbers: Numbers) -> None:
    program = built(numbers)
    check_optimal(program, solve_program(program))


@settings(max_examples=60, deadline=None)
@given(numbers=feasible(), power=st.integers(-20, 20))
def test_scaled_costs_scale_the_least_cost_and_every_price(numbers: Numbers, power: int) -> None:
    program, factor = built(numbers), 2.0**power
    plain = solve_program(program)
    scaled = solve_program(program.with_costs(program.cost * factor))
    assert scaled.objective == pytest.approx(plain.objective * factor, rel=1e-9, abs=1e-12)
    assert np.array_equal(scaled.value, plain.value)
    assert scaled.dual == pytest.approx(plain.dual * factor)


@settings(max_examples=60, deadline=None)
@given(numbers=feasible(), data=st.data())
def test_scaled_rows_scale_their_duals_and_nothing_else(
    numbers: Numbers, data: st.DataObject
) -> None:
    m = numbers.matrix.shape[0]
    power = data.draw(arrays(np.int8, m, elements=st.integers(-4, 4)))
    factor = 2.0 ** power.astype(float)
    scaled = replace(
        numbers,
        matrix=numbers.matrix * factor[:, None],
        row_lower=numbers.row_lower * factor,
        row_upper=numbers.row_upper * factor,
    )
    plain, other = built(numbers), solve_program(built(scaled))
    assert other.objective == pytest.approx(solve_program(plain).objective, abs=1e-6)
    # Its duals, unscaled, prove the plain programme: they need not be the same corner's.
    check_optimal(plain, replace(other, dual=other.dual * factor, activity=other.activity / factor))


@settings(max_examples=60, deadline=None)
@given(numbers=feasible(), data=st.data())
def test_the_order_of_blocks_does_not_matter(numbers: Numbers, data: st.DataObject) -> None:
    m, n = numbers.matrix.shape
    columns = np.array(data.draw(st.permutations(range(n))))
    rows = np.array(data.draw(st.permutations(range(m))))
    plain, turned = built(numbers), built(numbers, columns, rows)
    turned_solution = solve_program(turned)
    assert turned_solution.objective == pytest.approx(solve_program(plain).objective, abs=1e-6)
    for j in range(n):
        block = turned.column_block(f"x{j}")
        assert turned.cost[block.positions] == numbers.cost[j]
    check_optimal(turned, turned_solution)


@settings(max_examples=60, deadline=None)
@given(numbers=feasible(), data=st.data())
def test_a_warm_session_finds_what_a_cold_solve_finds(
    numbers: Numbers, data: st.DataObject
) -> None:
    m, n = numbers.matrix.shape
    session = Session(built(numbers))
    session.solve()
    for _ in range(3):
        column = np.flatnonzero(data.draw(arrays(np.bool_, n)))
        row = np.flatnonzero(data.draw(arrays(np.bool_, m)))
        less = data.draw(arrays(np.int8, n, elements=st.integers(0, 3))).astype(float)
        more = data.draw(arrays(np.int8, n, elements=st.integers(0, 3))).astype(float)
        cost = data.draw(arrays(np.int8, n, elements=st.integers(-5, 5))).astype(float)
        # Bounds may cut off all that is feasible: then both must say so.
        now = session.program
        low = now.column_lower - less + 2
        high = np.maximum(now.column_upper + more - 2, low)
        session.change_bounds(column, low[column], high[column])
        session.change_sides(row, now.row_lower[row] - 1, now.row_upper[row] + 1)
        session.change_costs(column, cost[column])
        cold = _attempt(session.program, 10.0)
        if cold is None:
            with pytest.raises(SolveError, match="infeasible"):
                session.solve()
        else:
            warm = session.solve()
            assert warm.objective == pytest.approx(cold.objective, abs=1e-6)
            check_optimal(session.program, warm)


@st.composite
def infeasible(draw: st.DrawFn) -> Numbers:
    """A programme with two more rows that ask for more of one sum than the other allows."""
    numbers = draw(feasible())
    n = numbers.matrix.shape[1]
    term = draw(arrays(np.int8, n, elements=st.integers(-2, 2))).astype(float)
    side = float(draw(st.integers(-3, 3)))
    gap = float(draw(st.integers(1, 5)))
    return replace(
        numbers,
        matrix=np.vstack([numbers.matrix, term, -term]),
        row_lower=np.append(numbers.row_lower, [side + gap, -side]),
        row_upper=np.append(numbers.row_upper, [np.inf, np.inf]),
    )


def without(program: LinearProgram, conflict: Conflict, which: int) -> Conflict:
    """The conflict with one of its rows or columns left out."""
    rows = np.arange(conflict.row.size) != which
    columns = np.arange(conflict.column.size) != which - conflict.row.size
    return Conflict(
        row=conflict.row[rows],
        row_at_lower=conflict.row_at_lower[rows],
        row_at_upper=conflict.row_at_upper[rows],
        column=conflict.column[columns],
        column_at_lower=conflict.column_at_lower[columns],
        column_at_upper=conflict.column_at_upper[columns],
    )


@settings(max_examples=60, deadline=None)
@given(numbers=infeasible())
def test_a_conflict_contradicts_and_each_of_its_parts_is_needed(numbers: Numbers) -> None:
    program = built(numbers)
    elastic = _attempt(elastic_program(program), 10.0)
    assert elastic is not None
    assert elastic.objective > 0.5
    conflict = smallest_conflict(program, diagnosis(), priced_conflict(program, elastic))
    assert _attempt(part_of(program, conflict)[0], 10.0) is None
    for which in range(conflict.size):
        rest = part_of(program, without(program, conflict, which))[0]
        assert _attempt(rest, 10.0) is not None


@settings(max_examples=40, deadline=None)
@given(numbers=infeasible())
def test_giving_way_by_the_least_violation_is_enough_and_less_is_not(numbers: Numbers) -> None:
    program = built(numbers)
    elastic = _attempt(elastic_program(program), 10.0)
    assert elastic is not None
    lacking = np.flatnonzero(np.isfinite(program.row_lower))
    exceeding = np.flatnonzero(np.isfinite(program.row_upper))
    give = elastic.value[program.shape[1] :]
    for share, solvable in ((1.0, True), (0.9, False)):
        low, high = program.row_lower.copy(), program.row_upper.copy()
        low[lacking] -= share * give[: lacking.size] + (1e-7 if solvable else 0.0)
        high[exceeding] += share * give[lacking.size :] + (1e-7 if solvable else 0.0)
        assert (_attempt(program.with_sides(low, high), 10.0) is not None) == solvable
