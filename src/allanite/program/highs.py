"""The only file that calls HiGHS: hand over, solve, warm start, read back, explain failure.

Signs. For a minimisation, `dual[i]` is the change of the least cost when the active side of
row i grows by one, and `reduced_cost[j]` the change when the active bound of column j does.
A `Session` keeps one programme in the solver: only bounds, sides and costs change between
solves, and each solve starts from the basis of the last one.

Costs are scaled by a power of two before they are handed over, so that the largest is of
order one thousand; values read back are in the programme's own units.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from allanite.axis import FloatArray
from allanite.errors import SolveError
from allanite.program.linear import LinearProgram

LARGEST_COST: Final = 1000.0
TOLERANCE: Final = 1e-7
THREADS: Final = 1
# HiGHS' model status -> our word; every other one is an error of its own name.
STATUSES: Final[Mapping[str, str]] = {
    "kOptimal": "optimal",
    "kInfeasible": "infeasible",
    "kUnbounded": "unbounded",
    "kUnboundedOrInfeasible": "infeasible or unbounded",
    "kTimeLimit": "time limit",
    "kIterationLimit": "iteration limit",
    "kModelEmpty": "optimal",
}


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """Which columns and rows are basic: codes of HiGHS, int8, shapes (n,) and (m,).

    0 at its lower bound, 1 basic, 2 at its upper bound, 3 at zero.
    """

    column: Any
    row: Any


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solution:
    """What a solve found.

    Attributes:
        status: `optimal`; other statuses raise.
        objective: least cost, offset included.
        value: (n,); reduced_cost: (n,); dual: (m,); activity: row values A x, (m,).
        basis: the final basis; iterations: of the simplex; gap: relative, 0 without integers.
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


@dataclass(slots=True)
class Session:
    """One programme in the solver; thrown away after use.

    Args:
        program: the programme.
        options: further options of HiGHS by name.
        folder: where a programme that fails is written; nothing is written without one.
    """

    program: LinearProgram
    options: Mapping[str, Any] = field(default_factory=dict)
    folder: Path | None = None
    _solver: Any = field(default=None, init=False)
    _cost_scale: float = field(default=1.0, init=False)

    def __post_init__(self) -> None:
        import highspy

        self._solver = highspy.Highs()
        self._set("output_flag", False)
        self._set("threads", THREADS)
        for name, value in self.options.items():
            self._set(name, value)
        self._cost_scale = _power_of_two(self.program.cost)
        _hand_over(self._solver, self.program, self._cost_scale)

    def _set(self, name: str, value: object) -> None:
        status = self._solver.setOptionValue(name, value)
        if status.name != "kOk":
            raise SolveError(status.name, f"option {name}={value!r} was refused")

    def set_basis(self, basis: Basis) -> None:
        """Start the next solve from this basis."""
        import highspy

        states = [
            highspy.HighsBasisStatus.kLower,
            highspy.HighsBasisStatus.kBasic,
            highspy.HighsBasisStatus.kUpper,
            highspy.HighsBasisStatus.kZero,
        ]
        handed = highspy.HighsBasis()
        handed.col_status = [states[i] for i in basis.column.tolist()]
        handed.row_status = [states[i] for i in basis.row.tolist()]
        handed.valid = True
        _must(self._solver.setBasis(handed), "the basis was refused")

    def change_bounds(self, column: Any, lower: FloatArray, upper: FloatArray) -> None:
        """Set bounds of some columns (positions, shape (k,))."""
        if len(column):
            index = np.asarray(column, dtype=np.int32)
            _must(
                self._solver.changeColsBounds(
                    index.size, index, np.asarray(lower, float), np.asarray(upper, float)
                ),
                "bounds were refused",
            )

    def change_sides(self, row: Any, lower: FloatArray, upper: FloatArray) -> None:
        """Set sides of some rows (positions, shape (k,))."""
        if len(row):
            index = np.asarray(row, dtype=np.int32)
            _must(
                self._solver.changeRowsBounds(
                    index.size, index, np.asarray(lower, float), np.asarray(upper, float)
                ),
                "sides of rows were refused",
            )

    def change_costs(self, column: Any, cost: FloatArray) -> None:
        """Set costs of some columns (positions, shape (k,))."""
        if len(column):
            index = np.asarray(column, dtype=np.int32)
            scaled = np.asarray(cost, float) * self._cost_scale
            _must(self._solver.changeColsCost(index.size, index, scaled), "costs were refused")

    def solve(self) -> Solution:
        """The optimum, from the basis of the last solve where there is one.

        Raises:
            SolveError: no optimum; the programme is written to `folder` and the rows and
                columns that contradict each other are named.
        """
        started = time.perf_counter()
        self._solver.run()
        seconds = time.perf_counter() - started
        status = self._solver.getModelStatus().name
        word = STATUSES.get(status, status)
        if word != "optimal":
            raise _failure(self, word)
        return self._read(word, seconds)

    def _read(self, status: str, seconds: float) -> Solution:
        found, info = self._solver.getSolution(), self._solver.getInfo()
        m, n = self.program.shape
        duals = bool(found.dual_valid)
        gap = info.mip_gap if self.program.is_integer.any() else 0.0
        return Solution(
            status=status,
            objective=info.objective_function_value / self._cost_scale + self.program.offset,
            value=np.array(found.col_value),
            reduced_cost=np.array(found.col_dual) / self._cost_scale if duals else np.zeros(n),
            dual=np.array(found.row_dual) / self._cost_scale if duals else np.zeros(m),
            activity=np.array(found.row_value),
            basis=self._basis(),
            iterations=int(info.simplex_iteration_count),
            gap=float(gap),
            seconds=seconds,
        )

    def _basis(self) -> Basis | None:
        found = self._solver.getBasis()
        if not found.valid:
            return None
        return Basis(_codes(found.col_status), _codes(found.row_status))


def solve_program(
    program: LinearProgram,
    *,
    basis: Basis | None = None,
    options: Mapping[str, Any] | None = None,
    folder: Path | None = None,
) -> Solution:
    """The optimum of one programme, from `basis` where one is given.

    Raises:
        SolveError: no optimum; the programme is written to `folder`, and what contradicts is
            named.
    """
    session = Session(program, options or {}, folder)
    if basis is not None:
        session.set_basis(basis)
    return session.solve()


def normal_basis(program: LinearProgram, at_upper: Any) -> Basis:
    """The basis in which every row is basic and every column stands at a bound.

    Args:
        program: the programme.
        at_upper: columns that stand at their upper bound, shape (n,) of bool; the others
            stand at their lower one, or at zero where they have none.
    """
    column = np.where(at_upper, 2, np.where(np.isfinite(program.column_lower), 0, 3))
    return Basis(column.astype(np.int8), np.ones(program.row_lower.size, dtype=np.int8))


def _codes(states: Any) -> Any:
    return np.fromiter((int(s) for s in states), dtype=np.int8, count=len(states))


def _power_of_two(cost: FloatArray) -> float:
    largest = float(np.abs(cost).max(initial=0.0))
    return 1.0 if largest == 0 else float(2.0 ** np.floor(np.log2(LARGEST_COST / largest)))


def _hand_over(solver: Any, program: LinearProgram, cost_scale: float) -> None:
    import highspy

    m, n = program.shape
    matrix = program.matrix
    arguments = [
        n,
        m,
        matrix.nnz,
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        program.cost * cost_scale,
        program.column_lower,
        program.column_upper,
        program.row_lower,
        program.row_upper,
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.data,
        program.is_integer.astype(np.int32),
    ]
    _must(solver.passModel(*arguments), "the programme was refused")


def _must(status: Any, message: str) -> None:
    if status.name == "kError":
        raise SolveError(status.name, message)


def _failure(session: Session, word: str) -> SolveError:
    from allanite.program.failure import explain_failure

    return explain_failure(session.program, session._solver, word, session.folder)
