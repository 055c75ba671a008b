"""What a solve found, in arrays that pass between processes; no solver needed to read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from allanite.axis import BoolArray, FloatArray
from allanite.program.linear import LinearProgram

Codes = NDArray[np.int8]

# HiGHS' model status -> our word; only `optimal` is none of the errors.
STATUSES: Final[Mapping[str, str]] = {
    "kOptimal": "optimal",
    "kModelEmpty": "empty",
    "kInfeasible": "infeasible",
    "kUnbounded": "unbounded",
    "kUnboundedOrInfeasible": "infeasible or unbounded",
    "kTimeLimit": "time limit",
    "kIterationLimit": "iteration limit",
    "kSolutionLimit": "solution limit",
    "kMemoryLimit": "memory limit",
    "kObjectiveBound": "objective bound",
    "kObjectiveTarget": "objective target",
    "kInterrupt": "interrupted",
    "kHighsInterrupt": "interrupted by the solver",
    "kNotset": "not started",
    "kLoadError": "load error",
    "kModelError": "model error",
    "kPresolveError": "presolve error",
    "kSolveError": "solve error",
    "kPostsolveError": "postsolve error",
    "kUnknown": "unknown",
}


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """Which columns and rows are basic: codes of HiGHS, int8, shapes (n,) and (m,).

    0 at its lower bound, 1 basic, 2 at its upper bound, 3 at zero.
    """

    column: Codes
    row: Codes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solution:
    """What a solve found.

    Attributes:
        status: `optimal`; other statuses raise.
        objective: least cost, offset included.
        value: (n,); reduced_cost: (n,); dual: (m,); activity: row values A x, (m,).
        basis: the final basis; none with integers, or where it was not asked for.
        iterations: of simplex, interior point and crossover; gap: relative, 0 without integers.
        seconds: wall time of the solve.
    """

    status: str
    objective: float
    value: FloatArray
    reduced_cost: FloatArray
    dual: FloatArray
    activity: FloatArray
    basis: Basis | None
    iterations: int
    gap: float
    seconds: float


def normal_basis(program: LinearProgram, at_upper: BoolArray) -> Basis:
    """The basis in which every row is basic and every column stands at a bound.

    Args:
        program: the programme.
        at_upper: columns that stand at their upper bound, shape (n,); the others stand at
            their lower one, or at zero where they have none.
    """
    column = np.where(at_upper, 2, np.where(np.isfinite(program.column_lower), 0, 3))
    return Basis(column.astype(np.int8), np.ones(program.row_lower.size, dtype=np.int8))
