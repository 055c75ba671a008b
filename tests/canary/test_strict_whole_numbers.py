"""A first stage over its cuts on which HiGHS 1.16 ends `optimal` at a dearer point.

It does so where whole numbers are asked for to 1e-9; at its own tolerance it is right. This is
what is left of the plan of the United States and Japan on four courses after columns and rows
were taken out one by one.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from allanite.axis import Axis
from allanite.program.highs import Option, Session
from allanite.program.linear import LinearProgram, ProgramBuilder

STRICT = 1e-9
COST = [1.119, 104.5, 0.0, 0.002642, 0.0, 3506.0, 1861.0, 3844.0, 2258.0, 4915.0]
MOST = [1.0, 1.0, 466.7, 466.7, 1400.0, *[np.inf] * 5]
LEAST_ROW = [0.0, 0.0, 0.0, 0.6388, 0.6713, 0.7405, 0.6565, 0.6602, 0.6587]
TERMS = [
    {2: -1.0, 3: -1.0, 4: 1.0},
    {6: -1.0, 9: 1.0},
    {7: -1.0, 9: 1.0},
    {4: 3.065e-07, 5: 1.0},
    {0: 7.949e-05, 1: 0.01835, 4: 6.146e-08, 6: 1.0},
    {1: 0.01269, 7: 1.0},
    {4: -3.782e-11, 6: 1.0},
    {0: 4.304e-05, 1: 0.007523, 8: 1.0},
    {1: 0.007525, 8: 1.0},
]
WHOLE = 1


def master() -> LinearProgram:
    """Five columns that are decided, of which the second whole, and five costs above their cuts."""
    build = ProgramBuilder()
    column = Axis("column", tuple(map(str, range(10))))
    at = np.arange(10)
    whole = at == WHOLE
    x = np.zeros(10, dtype=np.int64)
    for name, mine in (("decided", ~whole & (at < 5)), ("whole", whole), ("cost", at >= 5)):
        x[mine] = build.add_columns(
            name,
            "1",
            {column: at[mine]},
            lower=-np.inf if name == "cost" else 0.0,
            upper=np.array(MOST)[mine],
            cost=np.array(COST)[mine],
            is_integer=name == "whole",
        )
    upper = np.array([0.0, *[np.inf] * 8])
    index = {Axis("row", tuple(map(str, range(9)))): np.arange(9)}
    rows = build.add_rows("cut", "1", index, lower=np.array(LEAST_ROW), upper=upper)
    for row, terms in zip(rows, TERMS, strict=True):
        for j, value in terms.items():
            build.add_terms(np.array([row]), x[[j]], value)
    return build.build()


def least(program: LinearProgram, **options: Option) -> float:
    """Least cost that the solver finds."""
    return Session(program, {"mip_rel_gap": 1e-6, **options}).solve(read_basis=False).objective


def true_least() -> float:
    """The better of the two values of the whole column."""
    program = master()
    column = program.column_block("whole").start
    loose = replace(program, is_integer=np.zeros(program.shape[1], dtype=np.bool_))
    found = []
    for value in (0.0, 1.0):
        lower, upper = loose.column_lower.copy(), loose.column_upper.copy()
        lower[column] = upper[column] = value
        found.append(least(loose.with_bounds(lower, upper)))
    return min(found)


def test_at_its_own_tolerance_the_solver_is_right() -> None:
    assert least(master()) == pytest.approx(true_least(), rel=1e-6)


def test_at_a_strict_tolerance_it_is_still_wrong() -> None:
    """Where this fails HiGHS is mended: whole numbers may be asked for strictly again."""
    assert least(master(), mip_feasibility_tolerance=STRICT) > true_least() + 1.0
