"""Small programmes with whole columns on which HiGHS 1.14.0 ended `optimal` at a dearer point.

Each shares a row between a column that must be whole and one that stands in no other row; its
presolve took the wrong one. Optima are found here by trying every whole value.

Source: HiGHS issues 2957 and 3002 (github.com/ERGO-Code/HiGHS), mended in 1.15.0.
"""

from __future__ import annotations

import itertools
from importlib.metadata import version

import highspy
import numpy as np
import pytest

from allanite.axis import Axis, FloatArray
from allanite.program.highs import solve_program
from allanite.program.linear import ProgramBuilder


def least_cost(
    cost: FloatArray, matrix: FloatArray, lower: FloatArray, upper: FloatArray, whole: list[bool]
) -> float:
    """Least cost of min cost' x, matrix x >= lower, 0 <= x <= upper."""
    build = ProgramBuilder()
    columns = [
        build.add_columns(
            f"x{j}",
            "t",
            {Axis("one", ("a",)): np.array([0])},
            upper=upper[j],
            cost=cost[j],
            is_integer=whole[j],
        )[0]
        for j in range(len(cost))
    ]
    axis = Axis("row", tuple(map(str, range(len(lower)))))
    rows = build.add_rows("row", "t", {axis: np.arange(len(lower))}, lower=lower)
    i, j = np.nonzero(matrix)
    build.add_terms(rows[i], np.array(columns)[j], matrix[i, j])
    return solve_program(build.build()).objective


@pytest.mark.parametrize("need", [0.5, 3.5, 7.5, 12.25])
@pytest.mark.parametrize("whole_cost", [3.0, 2.5])
def test_a_whole_column_is_not_rounded_up_where_another_is_cheaper(
    need: float, whole_cost: float
) -> None:
    # min 2 x + c z, x + z >= need, c > 2: x takes it all.
    found = least_cost(
        np.array([2.0, whole_cost]),
        np.array([[1.0, 1.0]]),
        np.array([need]),
        np.array([20.0, 20.0]),
        [False, True],
    )
    assert found == pytest.approx(2 * need)


@pytest.mark.parametrize("seed", range(25))
def test_drawn_programmes_against_every_whole_value(seed: int) -> None:
    random = np.random.default_rng(seed)
    n = int(random.integers(2, 4))
    # One more column, of any value, that stands in the first row only.
    cost = np.append(random.integers(1, 9, n), random.integers(1, 9)).astype(float)
    matrix = np.hstack([random.integers(0, 3, (2, n)), [[1.0], [0.0]]])
    lower = random.integers(1, 10, 2) + random.choice([0.0, 0.5], 2)
    matrix[1, 0] = max(matrix[1, 0], 1.0)
    upper = np.append(np.full(n, 12.0), 15.0)
    best = np.inf
    for whole in itertools.product(range(13), repeat=n):
        short = lower - matrix[:, :n] @ whole
        if short[1] <= 0 and short[0] <= upper[n]:
            best = min(best, float(cost[:n] @ whole) + cost[n] * max(short[0], 0.0))
    found = least_cost(cost, matrix, lower, upper, [True] * n + [False])
    assert found == pytest.approx(best)


def test_the_solver_is_not_one_that_is_known_to_be_wrong() -> None:
    major, minor, patch = (int(part) for part in version("highspy").split(".")[:3])
    assert (major, minor, patch) >= (1, 15, 1)
    assert minor == highspy.HIGHS_VERSION_MINOR
