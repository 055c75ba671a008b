"""Weighted least squares under linear balances and bounds, solved as a sparse convex QP.

    min  sum_i ((A v - a)_i / sigma_i)^2   s.t.  B v = b,  G v <= h,  lower <= v <= upper

Two choices keep it sparse and well scaled. A row of A with one entry goes to the diagonal of
the quadratic term; a row with more gets a residual column of its own, because A'A of a sum
over hundreds of columns would be dense. Columns are scaled by their own weight, so that
rates from 1 to 400,000 t/yr all become of order one. The values `a` stand only in the
linear term and the right-hand side: redraws reuse the set-up.

The solver was chosen by measurement: see `benchmarks/reconcile_solvers.py`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

from allanite.axis import FloatArray
from allanite.errors import SolveError

if TYPE_CHECKING:
    import piqp


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LeastSquares:
    """One problem; n columns, k observations, m equalities, p inequalities.

    Attributes:
        matrix: A, sparse (k, n).
        value: a, shape (k,).
        standard_error: sigma > 0, shape (k,).
        equality: B, sparse (m, n); equality_value: b, shape (m,).
        inequality: G, sparse (p, n); inequality_upper: h, shape (p,).
        lower, upper: bounds, shape (n,); infinite where there is none.
    """

    matrix: sp.csr_array
    value: FloatArray
    standard_error: FloatArray
    equality: sp.csr_array
    equality_value: FloatArray
    inequality: sp.csr_array
    inequality_upper: FloatArray
    lower: FloatArray
    upper: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LeastSquaresSolution:
    """What the solver found.

    Attributes:
        value: v, shape (n,).
        residual: (A v - a) / sigma, shape (k,) [1].
        objective: sum of squared residuals.
        equality_error: largest |B v - b|, in the units of v.
        iterations: iterations of the solver.
        seconds: wall time of the solve.
    """

    value: FloatArray
    residual: FloatArray
    objective: float
    equality_error: float
    iterations: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QuadraticProgram:
    """min z'Pz/2 + q'z  s.t.  A z = b,  G z <= h,  lower <= z <= upper; columns of order one."""

    quadratic: sp.csc_array
    linear: FloatArray
    equality: sp.csc_array
    equality_value: FloatArray
    inequality: sp.csc_array
    inequality_upper: FloatArray
    lower: FloatArray
    upper: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class ScaledForm:
    """A problem in scaled columns, ready for several right-hand sides.

    Attributes:
        problem: as given.
        scale: v = scale * z, shape (n,).
        single: observations with one column; many: the others (positions).
        program: the QP for the values of `problem`.
    """

    problem: LeastSquares
    scale: FloatArray
    single: Any
    many: Any
    program: QuadraticProgram

    def right_hand(self, value: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Linear term and equality values for other observed values, scaled."""
        problem, n = self.problem, self.scale.size
        weighed = value / problem.standard_error
        a = sp.diags_array(1 / problem.standard_error) @ problem.matrix @ sp.diags_array(self.scale)
        linear = np.zeros(n + self.many.size)
        linear[:n] = -(a[self.single].T @ weighed[self.single])
        row = _row_scale(problem.equality @ sp.diags_array(self.scale))
        return linear, np.concatenate([row * problem.equality_value, weighed[self.many]])


def _row_scale(matrix: sp.csr_array) -> FloatArray:
    largest = np.asarray(abs(matrix).max(axis=1).todense()).ravel()
    return np.asarray(1 / np.where(largest > 0, largest, 1.0))


def scaled_form(problem: LeastSquares) -> ScaledForm:
    """The problem as a QP whose columns and rows are of order one."""
    weighed = sp.csr_array(sp.diags_array(1 / problem.standard_error) @ problem.matrix)
    norm = np.sqrt(np.asarray((weighed.multiply(weighed)).sum(axis=0)).ravel())
    typical = float(np.median(norm[norm > 0])) if np.any(norm > 0) else 1.0
    scale = 1 / np.where(norm > 0, norm, typical)
    a = sp.csr_array(weighed @ sp.diags_array(scale))
    entries = np.diff(a.indptr)
    single, many = np.flatnonzero(entries <= 1), np.flatnonzero(entries > 1)
    free = np.full(many.size, np.inf)
    program = QuadraticProgram(
        quadratic=_quadratic(a[single], many.size),
        linear=np.zeros(scale.size + many.size),
        equality=_equality(problem, a[many], scale),
        equality_value=np.zeros(problem.equality_value.size + many.size),
        inequality=_inequality(problem, scale, many.size)[0],
        inequality_upper=_inequality(problem, scale, many.size)[1],
        lower=np.concatenate([problem.lower / scale, -free]),
        upper=np.concatenate([problem.upper / scale, free]),
    )
    return ScaledForm(problem, scale, single, many, program)


def _quadratic(single: sp.csr_array, residuals: int) -> sp.csc_array:
    diagonal = np.asarray(single.multiply(single).sum(axis=0)).ravel()
    return sp.csc_array(sp.diags_array(np.concatenate([diagonal, np.ones(residuals)])))


def _equality(problem: LeastSquares, many: sp.csr_array, scale: FloatArray) -> sp.csc_array:
    balance = problem.equality @ sp.diags_array(scale)
    balance = sp.diags_array(_row_scale(balance)) @ balance
    residual = -sp.eye_array(many.shape[0])
    return sp.csc_array(sp.block_array([[balance, None], [many, residual]]))


def _inequality(
    problem: LeastSquares, scale: FloatArray, residuals: int
) -> tuple[sp.csc_array, FloatArray]:
    rows = problem.inequality @ sp.diags_array(scale)
    row = _row_scale(rows)
    rows = sp.diags_array(row) @ rows
    wide = sp.hstack([rows, sp.csr_array((rows.shape[0], residuals))])
    return sp.csc_array(wide), row * problem.inequality_upper


@dataclass(slots=True)
class LeastSquaresSolver:
    """Set up once, solved for several vectors of observed values; thrown away after use."""

    form: ScaledForm
    _solver: Any = field(default=None, init=False)

    def solve(self, value: FloatArray | None = None) -> LeastSquaresSolution:
        """The solution for `value`, shape (k,); the problem's own values by default.

        Raises:
            SolveError: the constraints contradict each other, or the solver gave up.
        """
        observed = self.form.problem.value if value is None else value
        linear, right = self.form.right_hand(observed)
        started = time.perf_counter()
        z, iterations = self._run(linear, right)
        seconds = time.perf_counter() - started
        problem = self.form.problem
        v = np.clip(self.form.scale * z[: self.form.scale.size], problem.lower, problem.upper)
        residual = (problem.matrix @ v - observed) / problem.standard_error
        error = np.abs(problem.equality @ v - problem.equality_value)
        return LeastSquaresSolution(
            value=v,
            residual=residual,
            objective=float(residual @ residual),
            equality_error=float(error.max(initial=0.0)),
            iterations=iterations,
            seconds=seconds,
        )

    def _run(self, linear: FloatArray, right: FloatArray) -> tuple[FloatArray, int]:
        if self._solver is None:
            self._solver = _set_up(replace(self.form.program, linear=linear, equality_value=right))
        else:
            self._solver.update(c=linear, b=right)
        return _solved(self._solver, "least squares under balances could not be solved")


def solve_quadratic(program: QuadraticProgram) -> FloatArray:
    """The optimum of a convex quadratic programme, shape (n,).

    Raises:
        SolveError: the constraints contradict each other, or the solver gave up.
    """
    return _solved(_set_up(program), "a quadratic programme could not be solved")[0]


def _set_up(program: QuadraticProgram) -> piqp.SparseSolver:
    import piqp

    solver = piqp.SparseSolver()
    solver.settings.eps_abs = 1e-9
    solver.settings.eps_rel = 1e-11
    solver.settings.max_iter = 250
    solver.setup(
        sp.csc_matrix(program.quadratic),
        program.linear,
        sp.csc_matrix(program.equality),
        program.equality_value,
        sp.csc_matrix(program.inequality),
        None,
        program.inequality_upper,
        program.lower,
        program.upper,
    )
    return solver


def _solved(solver: piqp.SparseSolver, failure: str) -> tuple[FloatArray, int]:
    status = solver.solve()
    if status.name != "PIQP_SOLVED":
        raise SolveError(status.name, failure)
    return np.asarray(solver.result.x), int(solver.result.info.iter)


def solve_least_squares(problem: LeastSquares) -> LeastSquaresSolution:
    """The solution of one problem; raises `SolveError` where there is none."""
    return LeastSquaresSolver(scaled_form(problem)).solve()
