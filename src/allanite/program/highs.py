"""The only file that imports HiGHS: hand over, solve, warm start, read back, find a conflict.

Signs. For a minimisation, `dual[i]` is the change of the least cost when the active side of
row i grows by one, and `reduced_cost[j]` the change when the active bound of column j does:
dual >= 0 where the lower side holds, <= 0 where the upper one does, and
`cost = matrix' dual + reduced_cost`. With integers both are zero: they have no meaning there.

A `Session` keeps one programme in the solver: only bounds, sides and costs change between
solves, and each solve starts from the basis of the last one.

Costs are scaled by a power of two before they are handed over, so that the largest is of
order one million; values read back are in the programme's own units.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from operator import attrgetter, methodcaller
from pathlib import Path
from typing import Final

import highspy
import numpy as np
from highspy import HighsStatus
from highspy._core import _Highs

from allanite.axis import FloatArray, IntArray
from allanite.errors import ModelError, SolveError, UsageError
from allanite.program.conflict import Conflict, Diagnosis
from allanite.program.failure import explain_failure
from allanite.program.linear import LinearProgram, check_bounds
from allanite.program.solution import STATUSES, Basis, Codes, Solution, normal_basis

__all__ = [
    "STATUSES",
    "Basis",
    "Session",
    "Solution",
    "find_conflict",
    "normal_basis",
    "solve_program",
    "write_program",
]

Option = bool | int | float | str

# Its dual tolerance, 1e-7, is then 1e-13 of the largest cost: costs that only break ties stay
# visible beside prices of scarcity. Larger still makes the residuals grow.
LARGEST_COST: Final = 1e6
# What every solver is given. HiGHS keeps one number of threads for the whole process, and
# leaves out terms below `small_matrix_value`: 1e-12 is the least it takes.
FIXED: Final[Mapping[str, Option]] = {
    "output_flag": False,
    "threads": 1,
    "small_matrix_value": 1e-12,
    "primal_feasibility_tolerance": 1e-7,
    "dual_feasibility_tolerance": 1e-7,
}
_BASIS_STATES: Final = (
    highspy.HighsBasisStatus.kLower,
    highspy.HighsBasisStatus.kBasic,
    highspy.HighsBasisStatus.kUpper,
    highspy.HighsBasisStatus.kZero,
    highspy.HighsBasisStatus.kNonbasic,
)
# From the whole programme, and until no part can be left out.
_IIS_STRATEGY: Final = int(highspy.IisStrategy.kIisStrategyFromLp) | int(
    highspy.IisStrategy.kIisStrategyIrreducible
)
# Bound codes of HiGHS' conflicts: lower or boxed, upper or boxed; others take no part.
_HAS_LOWER, _HAS_UPPER = (2, 4), (3, 4)


@dataclass(slots=True)
class Session:
    """One programme in the solver; thrown away after use.

    Args:
        program: the programme, kept up with every change of bounds, sides and costs.
        options: further options of HiGHS by name; `time_limit` [s] holds for each solve.
        folder: where a programme that fails is written; nothing is written without one.

    Raises:
        UsageError: an option that HiGHS does not know, or a value that it does not take.
        SolveError: HiGHS refuses the programme.
    """

    program: LinearProgram
    options: Mapping[str, Option] = field(default_factory=dict)
    folder: Path | None = None
    _solver: _Highs = field(init=False)
    _cost_scale: float = field(init=False)

    def __post_init__(self) -> None:
        self._solver = silent_solver(self.options)
        self._cost_scale = power_of_two(self.program.cost)
        hand_over(self._solver, self.program, self._cost_scale)

    def set_basis(self, basis: Basis) -> None:
        """Start the next solve from this basis; nothing else of earlier solves counts."""
        self._solver.clearSolver()  # it keeps weights of its last path beside the basis
        must(self._solver.setBasis(handed_basis(basis)), "the basis was refused")

    def change_bounds(self, column: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Set bounds of some columns (positions, shape (k,)); raises `ModelError` if crossed."""
        if len(column):
            low = _changed(self.program.column_lower, column, lower)
            high = _changed(self.program.column_upper, column, upper)
            changed = self.program.with_bounds(low, high)
            check_bounds(changed)
            index = np.asarray(column, dtype=np.int32)
            status = self._solver.changeColsBounds(index.size, index, low[column], high[column])
            must(status, "bounds were refused")
            self.program = changed

    def change_sides(self, row: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Set sides of some rows (positions, shape (k,)); raises `ModelError` if crossed."""
        if len(row):
            low = _changed(self.program.row_lower, row, lower)
            high = _changed(self.program.row_upper, row, upper)
            changed = self.program.with_sides(low, high)
            check_bounds(changed)
            index = np.asarray(row, dtype=np.int32)
            # Called by its name, since the type stubs of HiGHS leave it out.
            change = methodcaller("changeRowsBounds", index.size, index, low[row], high[row])
            status = change(self._solver)
            must(status, "sides of rows were refused")
            self.program = changed

    def change_costs(self, column: IntArray, cost: FloatArray) -> None:
        """Set costs of some columns (positions, shape (k,)); they must be finite."""
        if len(column):
            changed = _changed(self.program.cost, column, cost)
            if not np.isfinite(changed).all():
                raise ModelError("costs must be finite numbers")
            index = np.asarray(column, dtype=np.int32)
            scaled = changed[column] * self._cost_scale
            status = self._solver.changeColsCost(index.size, index, scaled)
            must(status, "costs were refused")
            self.program = self.program.with_costs(changed)

    def solve(self, *, read_basis: bool = True) -> Solution:
        """The optimum, from the basis of the last solve where there is one.

        Args:
            read_basis: whether the solution carries its basis; reading it costs about 0.1 s
                for 100,000 columns. A later solve of this session starts from it either way.

        Raises:
            SolveError: no optimum; the programme is written to `folder` and the rows and
                columns that contradict each other are named.
        """
        started = time.perf_counter()
        status = self._run()
        seconds = time.perf_counter() - started
        if status != "optimal":
            raise explain_failure(self.program, diagnosis(), status, self.folder)
        return self._read(status, seconds, read_basis)

    def _run(self) -> str:
        # HiGHS counts its limit over all runs of one solver, not for each.
        if "time_limit" in self.options:
            limit = self._solver.getRunTime() + float(self.options["time_limit"])
            _set_option(self._solver, "time_limit", limit)
        if self._solver.run() == HighsStatus.kError:
            # Another user of HiGHS in this process may have set another number of threads.
            _Highs.resetGlobalScheduler(True)
            self._solver.run()
        word = status_word(self._solver.getModelStatus(), self.program)
        if word not in ("unknown", "solve error"):
            return word
        # From a basis of other bounds the simplex may lose its way; a fresh start does not.
        self._solver.clearSolver()
        self._solver.run()
        return status_word(self._solver.getModelStatus(), self.program)

    def _read(self, status: str, seconds: float, read_basis: bool) -> Solution:
        found, info = self._solver.getSolution(), self._solver.getInfo()
        m, n = self.program.shape
        duals = bool(found.dual_valid) and n > 0
        has_integers = bool(self.program.is_integer.any())
        value = np.array(found.col_value, dtype=np.float64)
        iterations = (
            info.simplex_iteration_count,
            info.ipm_iteration_count,
            info.crossover_iteration_count,
        )
        return Solution(
            status=status,
            objective=float(self.program.cost @ value) + self.program.offset,
            value=value,
            reduced_cost=np.array(found.col_dual) / self._cost_scale if duals else np.zeros(n),
            dual=np.array(found.row_dual) / self._cost_scale if duals else np.zeros(m),
            activity=np.array(found.row_value, dtype=np.float64) if n else np.zeros(m),
            basis=self._basis() if read_basis and not has_integers else None,
            iterations=sum(max(int(count), 0) for count in iterations),
            gap=float(info.mip_gap) if has_integers else 0.0,
            seconds=seconds,
        )

    def _basis(self) -> Basis | None:
        found = self._solver.getBasis()
        return read_basis(found) if found.valid else None


def solve_program(
    program: LinearProgram,
    *,
    basis: Basis | None = None,
    options: Mapping[str, Option] | None = None,
    folder: Path | None = None,
) -> Solution:
    """The optimum of one programme, from `basis` where one is given.

    Raises:
        UsageError: an option that HiGHS does not know, or a value that it does not take.
        SolveError: no optimum; the programme is written to `folder`, and what contradicts is
            named.
    """
    session = Session(program, options or {}, folder)
    if basis is not None:
        session.set_basis(basis)
    return session.solve()


def find_conflict(program: LinearProgram, seconds: float) -> Conflict | None:
    """Rows and bounds none of which can be left out of the contradiction; none if not found.

    HiGHS' irreducible infeasible subsystem; integers are taken as any numbers.
    """
    relaxed = replace(program, is_integer=np.zeros(program.cost.size, dtype=np.bool_))
    options = {"time_limit": seconds, "iis_time_limit": seconds, "iis_strategy": _IIS_STRATEGY}
    solver = silent_solver(options)
    hand_over(solver, relaxed, 1.0)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kInfeasible:
        return None
    status, found = solver.getIis()
    if status == HighsStatus.kError or not found.valid_:
        return None
    row, row_bound = np.array(found.row_index_, dtype=np.int64), np.array(found.row_bound_)
    column, column_bound = np.array(found.col_index_, dtype=np.int64), np.array(found.col_bound_)
    bounded = np.isin(column_bound, _HAS_LOWER + _HAS_UPPER)
    return Conflict(
        row=row,
        row_at_lower=np.isin(row_bound, _HAS_LOWER),
        row_at_upper=np.isin(row_bound, _HAS_UPPER),
        column=column[bounded],
        column_at_lower=np.isin(column_bound[bounded], _HAS_LOWER),
        column_at_upper=np.isin(column_bound[bounded], _HAS_UPPER),
    )


def write_program(program: LinearProgram, columns: list[str], rows: list[str], file: Path) -> None:
    """Write a programme in free MPS under these names of its columns and rows.

    Raises:
        SolveError: HiGHS cannot write it.
    """
    solver = silent_solver({})
    hand_over(solver, program, 1.0)
    for j, name in enumerate(columns):
        solver.passColName(j, name)
    for i, name in enumerate(rows):
        solver.passRowName(i, name)
    must(solver.changeObjectiveOffset(program.offset), "the offset was refused")
    must(solver.writeModel(str(file)), f"{file.name} could not be written")


def _attempt(program: LinearProgram, seconds: float) -> Solution | None:
    """The optimum if there is one within the time; failures are not explained."""
    session = Session(program, {"time_limit": seconds})
    status = session._run()
    return session._read(status, 0.0, False) if status == "optimal" else None


def diagnosis() -> Diagnosis:
    return Diagnosis(attempt=_attempt, find_conflict=find_conflict, write=write_program)


def silent_solver(options: Mapping[str, Option]) -> _Highs:
    """A solver that prints nothing, with the fixed options and these."""
    # `highspy.Highs()` prints a banner before any option can be set; the class below it is mute.
    solver = _Highs()
    if options.get("threads", 1) != 1:
        raise UsageError(
            f"solver option threads is {options['threads']}; it must be 1: HiGHS keeps one "
            "number for the whole process. Run several processes instead"
        )
    for name, value in {**FIXED, **options}.items():
        _set_option(solver, name, value)
    return solver


def _set_option(solver: _Highs, name: str, value: Option) -> None:
    status, current = solver.getOptionValue(name)
    if status != HighsStatus.kOk:
        near = get_close_matches(name, dir(highspy.HighsOptions), n=3)
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        raise UsageError(f"solver option {name!r} is unknown{hint}")
    kinds = bool | int | float | str | np.number
    taken = isinstance(value, kinds) and solver.setOptionValue(name, value) == HighsStatus.kOk
    if not taken:
        raise UsageError(
            f"solver option {name} does not take {value!r}; it stands at {current!r}, "
            f"a {type(current).__name__}"
        )


def status_word(status: highspy.HighsModelStatus, program: LinearProgram) -> str:
    """How a solve ended, in our word."""
    word = STATUSES.get(status.name)
    if word is None:
        raise SolveError(status.name, "this version of HiGHS ends in a way we do not know")
    if word != "empty":
        return word
    # Without columns every row is zero; HiGHS does not look whether that may be.
    fits = (program.row_lower <= 0) & (program.row_upper >= 0)
    return "optimal" if fits.all() else "infeasible"


def _changed(array: FloatArray, position: IntArray, value: FloatArray) -> FloatArray:
    changed = array.copy()
    changed[position] = value
    return changed


def handed_basis(basis: Basis) -> highspy.HighsBasis:
    """A basis as HiGHS takes it."""
    states = np.array(_BASIS_STATES, dtype=object)
    handed = highspy.HighsBasis()
    handed.col_status = states[basis.column].tolist()
    handed.row_status = states[basis.row].tolist()
    handed.valid = True
    return handed


def read_basis(found: highspy.HighsBasis) -> Basis:
    """The codes of a basis of HiGHS."""
    return Basis(_codes(found.col_status), _codes(found.row_status))


def _codes(states: list[highspy.HighsBasisStatus]) -> Codes:
    return np.fromiter(map(attrgetter("value"), states), dtype=np.int8, count=len(states))


def power_of_two(cost: FloatArray) -> float:
    """What costs are multiplied by, so that the largest is of order one million."""
    largest = float(np.abs(cost).max(initial=0.0))
    return 1.0 if largest == 0 else float(2.0 ** np.floor(np.log2(LARGEST_COST / largest)))


def hand_over(solver: _Highs, program: LinearProgram, cost_scale: float) -> None:
    """Give the solver a programme at costs times `cost_scale`."""
    m, n = program.shape
    matrix = program.matrix
    status = solver.passModel(
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
        matrix.indptr.astype(np.int32, copy=False),
        matrix.indices.astype(np.int32, copy=False),
        matrix.data,
        program.is_integer.astype(np.int32),
    )
    # A warning means that HiGHS left something out, which would be another programme.
    if status != HighsStatus.kOk:
        size = np.abs(matrix.data)
        found = f"terms lie between {size.min(initial=np.inf):g} and {size.max(initial=0):g}"
        raise SolveError("load error", f"HiGHS takes terms from 1e-12 to 1e15; {found}")


def must(status: HighsStatus, message: str) -> None:
    """Raise `SolveError` where HiGHS refused a call."""
    if status == HighsStatus.kError:
        raise SolveError("load error", message)
