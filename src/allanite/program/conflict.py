"""Why rows and bounds contradict, and where a cost falls without end, as small programmes.

The elastic programme lets every row give way at a price of one a unit. Its optimum is the
least violation, and the rows and bounds with a price there contradict each other (Farkas); of
these, one irreducible set is kept. The ray programme finds the steepest direction in which
all rows and bounds hold, with as few columns as a corner has.

Source: Chinneck (2008), Feasibility and Infeasibility in Optimization, ch. 6 (elastic filter).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import scipy.sparse as sp

from allanite.axis import BoolArray, IntArray
from allanite.program.linear import LinearProgram
from allanite.program.solution import Solution

SEARCH_SECONDS: Final = 60.0
# Which part of a contradiction cannot be left out is worth less, and takes long where it is wide.
IRREDUCIBLE_SECONDS: Final = 10.0
TOLERANCE: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Conflict:
    """Sides of rows and bounds of columns that cannot hold together.

    Attributes:
        row: positions, shape (r,); row_at_lower, row_at_upper: which sides take part, (r,).
        column: positions, shape (c,); column_at_lower, column_at_upper: which bounds, (c,).
    """

    row: IntArray
    row_at_lower: BoolArray
    row_at_upper: BoolArray
    column: IntArray
    column_at_lower: BoolArray
    column_at_upper: BoolArray

    @property
    def size(self) -> int:
        """Number of rows and columns that take part."""
        return self.row.size + self.column.size


# Each is given a programme and the seconds it may take; none where nothing was found.
Attempt = Callable[[LinearProgram, float], Solution | None]
FindConflict = Callable[[LinearProgram, float], Conflict | None]
# A programme, names of its columns, names of its rows, the file.
Write = Callable[[LinearProgram, list[str], list[str], Path], None]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a solver lends to find out why another solve failed.

    Attributes:
        attempt: the optimum; find_conflict: an irreducible conflict; write: to a file.
    """

    attempt: Attempt
    find_conflict: FindConflict
    write: Write


def elastic_program(program: LinearProgram) -> LinearProgram:
    """The programme in which each row may give way at a cost of one a unit, and no other cost.

    Columns: those of `program`, then one for each finite lower side (what is lacking), then
    one for each finite upper side (what is too much).
    """
    m, n = program.shape
    lacking, exceeding = finite_sides(program)
    added = lacking.size + exceeding.size
    give = sp.coo_array(
        (
            np.repeat([1.0, -1.0], [lacking.size, exceeding.size]),
            (np.concatenate([lacking, exceeding]), np.arange(added)),
        ),
        shape=(m, added),
    )
    return replace(
        program,
        cost=np.repeat([0.0, 1.0], [n, added]),
        matrix=sp.csc_array(sp.hstack([program.matrix, give], format="csc")),
        column_lower=np.concatenate([program.column_lower, np.zeros(added)]),
        column_upper=np.concatenate([program.column_upper, np.full(added, np.inf)]),
        is_integer=np.concatenate([program.is_integer, np.zeros(added, dtype=np.bool_)]),
        offset=0.0,
    )


def finite_sides(program: LinearProgram) -> tuple[IntArray, IntArray]:
    """Rows with a lower side, and rows with an upper one (positions)."""
    lower, upper = np.isfinite(program.row_lower), np.isfinite(program.row_upper)
    return np.flatnonzero(lower), np.flatnonzero(upper)


def priced_conflict(program: LinearProgram, elastic: Solution) -> Conflict:
    """Rows and bounds that carry a price in the elastic optimum: together they contradict."""
    n = program.shape[1]
    dual, reduced = elastic.dual, elastic.reduced_cost[:n]
    row = np.flatnonzero(np.abs(dual) > TOLERANCE)
    column = np.flatnonzero(np.abs(reduced) > TOLERANCE)
    return Conflict(
        row=row,
        row_at_lower=dual[row] > 0,
        row_at_upper=dual[row] < 0,
        column=column,
        column_at_lower=reduced[column] > 0,
        column_at_upper=reduced[column] < 0,
    )


def smallest_conflict(program: LinearProgram, solver: Diagnosis, support: Conflict) -> Conflict:
    """An irreducible part of `support`; `support` itself where the solver finds none."""
    part, column = part_of(program, support)
    alone = np.flatnonzero((np.diff(sp.csr_array(part.matrix).indptr) == 0) & _forbids_zero(part))
    if alone.size:
        return _row_alone(support, int(alone[0]))
    found = solver.find_conflict(part, IRREDUCIBLE_SECONDS)
    if found is None or found.size == 0:
        return support
    smaller = replace(found, row=support.row[found.row], column=column[found.column])
    # Trusted only if it contradicts by itself.
    elastic = solver.attempt(elastic_program(part_of(program, smaller)[0]), SEARCH_SECONDS)
    return support if elastic is None or elastic.objective <= TOLERANCE else smaller


def _forbids_zero(program: LinearProgram) -> BoolArray:
    return np.asarray((program.row_lower > TOLERANCE) | (program.row_upper < -TOLERANCE))


def _row_alone(conflict: Conflict, i: int) -> Conflict:
    """One row of a conflict: it has no terms, and yet zero is not allowed."""
    nothing = np.zeros(0, dtype=np.bool_)
    return Conflict(
        row=conflict.row[i : i + 1],
        row_at_lower=conflict.row_at_lower[i : i + 1],
        row_at_upper=conflict.row_at_upper[i : i + 1],
        column=np.zeros(0, dtype=np.int64),
        column_at_lower=nothing,
        column_at_upper=nothing,
    )


def part_of(program: LinearProgram, conflict: Conflict) -> tuple[LinearProgram, IntArray]:
    """The programme of these rows and bounds alone, and the positions of its columns."""
    rows = sp.csr_array(program.matrix)[conflict.row]
    touched = np.zeros(program.shape[1], dtype=np.bool_)
    touched[rows.indices] = True
    column = np.flatnonzero(touched)
    low, high = (np.full(program.shape[1], side) for side in (-np.inf, np.inf))
    at_lower = conflict.column[conflict.column_at_lower]
    at_upper = conflict.column[conflict.column_at_upper]
    low[at_lower] = program.column_lower[at_lower]
    high[at_upper] = program.column_upper[at_upper]
    part = LinearProgram(
        cost=np.zeros(column.size),
        matrix=sp.csc_array(rows[:, column]),
        row_lower=np.where(conflict.row_at_lower, program.row_lower[conflict.row], -np.inf),
        row_upper=np.where(conflict.row_at_upper, program.row_upper[conflict.row], np.inf),
        column_lower=low[column],
        column_upper=high[column],
        is_integer=np.zeros(column.size, dtype=np.bool_),
        columns=(),
        rows=(),
    )
    return part, column


def ray_of(program: LinearProgram) -> tuple[LinearProgram, IntArray, IntArray]:
    """The programme whose optimum is the steepest direction in which all rows and bounds hold.

    Its columns are steps upward of the columns without an upper bound, then steps downward of
    those without a lower one; the sum of all steps is at most one.

    Returns:
        The programme, and the positions of the rising and of the falling columns.
    """
    rising = np.flatnonzero(np.isposinf(program.column_upper))
    falling = np.flatnonzero(np.isneginf(program.column_lower))
    steps = sp.hstack([program.matrix[:, rising], -program.matrix[:, falling]])
    size = rising.size + falling.size
    lower = np.where(np.isfinite(program.row_lower), 0.0, -np.inf)
    upper = np.where(np.isfinite(program.row_upper), 0.0, np.inf)
    ray = LinearProgram(
        cost=np.concatenate([program.cost[rising], -program.cost[falling]]),
        matrix=sp.csc_array(sp.vstack([steps, np.ones((1, size))], format="csc")),
        row_lower=np.append(lower, -np.inf),
        row_upper=np.append(upper, 1.0),
        column_lower=np.zeros(size),
        column_upper=np.full(size, np.inf),
        is_integer=np.zeros(size, dtype=np.bool_),
        columns=(),
        rows=(),
    )
    return ray, rising, falling
