"""Which solver reconciles the base year best: the real instance, cold and redrawn.

Run: `python benchmarks/reconcile_solvers.py [--draws 20]`. Prints size, seconds cold and per
redraw, sum of squared residuals, and the largest violation of a balance or a bound, all in
the original units. HiGHS, OSQP and Clarabel are compared with the default, PIQP.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import scipy.sparse as sp

from allanite.axis import FloatArray
from allanite.catalogue.store import load_release
from allanite.network.load import load_network
from allanite.network.observe import load_observations
from allanite.network.reconcile import least_squares_problem
from allanite.program.quadratic import LeastSquaresSolver, ScaledForm, scaled_form

Run = Callable[[FloatArray, FloatArray], FloatArray]


def rows_of(form: ScaledForm) -> tuple[sp.csc_matrix, FloatArray, FloatArray]:
    """All constraints as rows: lower <= A z <= upper, bounds last; the equality part moves."""
    p = form.program
    matrix = sp.csc_matrix(sp.vstack([p.equality, p.inequality, sp.eye_array(p.lower.size)]))
    low = np.full(p.inequality_upper.size, -np.inf)
    return matrix, np.concatenate([low, p.lower]), np.concatenate([p.inequality_upper, p.upper])


def piqp_run(form: ScaledForm) -> Run:
    """The package's own solver."""
    solver = LeastSquaresSolver(form)
    return lambda linear, right: solver._run(linear, right)[0]


def clarabel_run(form: ScaledForm) -> Run:
    """Clarabel, data updated in place between redraws."""
    import clarabel

    p = form.program
    matrix, low, high = rows_of(form)
    equal, rest = p.equality.shape[0], matrix[p.equality.shape[0] :]
    up, down = np.isfinite(high), np.isfinite(low)
    stacked = sp.csc_matrix(sp.vstack([matrix[:equal], rest[up], -rest[down]]))
    tail = np.concatenate([high[up], -low[down]])
    cones = [clarabel.ZeroConeT(equal), clarabel.NonnegativeConeT(tail.size)]
    settings = clarabel.DefaultSettings()
    settings.verbose, settings.presolve_enable = False, False
    settings.tol_gap_rel = settings.tol_feas = 1e-10
    held: list[object] = []

    def run(linear: FloatArray, right: FloatArray) -> FloatArray:
        b = np.concatenate([right, tail])
        if held:
            held[0].update(q=linear, b=b)  # type: ignore[attr-defined]
        else:
            quadratic = sp.triu(sp.csc_matrix(p.quadratic)).tocsc()
            held.append(clarabel.DefaultSolver(quadratic, linear, stacked, b, cones, settings))
        return np.array(held[0].solve().x)  # type: ignore[attr-defined]

    return run


def osqp_run(form: ScaledForm) -> Run:
    """OSQP, warm-started, at the accuracy it reaches in 200,000 iterations."""
    import osqp

    matrix, low, high = rows_of(form)
    held: list[object] = []

    def run(linear: FloatArray, right: FloatArray) -> FloatArray:
        l, u = np.concatenate([right, low]), np.concatenate([right, high])
        if held:
            held[0].update(q=linear, l=l, u=u)  # type: ignore[attr-defined]
        else:
            solver = osqp.OSQP()
            solver.setup(
                sp.csc_matrix(form.program.quadratic),
                linear,
                matrix,
                l,
                u,
                verbose=False,
                eps_abs=1e-7,
                eps_rel=1e-7,
                max_iter=200_000,
                polishing=True,
            )
            held.append(solver)
        return np.array(held[0].solve(raise_error=False).x)  # type: ignore[attr-defined]

    return run


def highs_run(form: ScaledForm) -> Run:
    """HiGHS active-set QP, from scratch each time."""
    import highspy

    p = form.program
    matrix, low, high = rows_of(form)
    rows = matrix.shape[0] - p.lower.size

    def run(linear: FloatArray, right: FloatArray) -> FloatArray:
        model = highspy.HighsModel()
        part = sp.csc_matrix(matrix[:rows])
        model.lp_.num_col_, model.lp_.num_row_ = p.lower.size, rows
        model.lp_.col_cost_, model.lp_.col_lower_, model.lp_.col_upper_ = linear, p.lower, p.upper
        count = rows - right.size
        model.lp_.row_lower_ = np.concatenate([right, low[:count]])
        model.lp_.row_upper_ = np.concatenate([right, high[:count]])
        model.lp_.a_matrix_.start_ = part.indptr
        model.lp_.a_matrix_.index_, model.lp_.a_matrix_.value_ = part.indices, part.data
        square = sp.tril(sp.csc_matrix(p.quadratic)).tocsc()
        model.hessian_.dim_ = p.lower.size
        model.hessian_.start_ = square.indptr
        model.hessian_.index_, model.hessian_.value_ = square.indices, square.data
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("time_limit", 120.0)
        solver.passModel(model)
        solver.run()
        return np.array(solver.getSolution().col_value)

    return run


RUNS: dict[str, Callable[[ScaledForm], Run]] = {
    "PIQP": piqp_run,
    "Clarabel": clarabel_run,
    "OSQP": osqp_run,
    "HiGHS": highs_run,
}


def measure(name: str, form: ScaledForm, draws: int) -> str:
    """One line of the table."""
    problem = form.problem
    run = RUNS[name](form)
    started = time.perf_counter()
    z = run(*form.right_hand(problem.value))
    cold = time.perf_counter() - started
    v = form.scale * z[: form.scale.size]
    residual = (problem.matrix @ v - problem.value) / problem.standard_error
    balance = np.abs(problem.equality @ v - problem.equality_value).max()
    bound = max(np.max(problem.lower - v), np.max(v - problem.upper), 0.0)
    generator, started = np.random.default_rng(1), time.perf_counter()
    for _ in range(draws):
        noise = generator.standard_normal(problem.value.size) * problem.standard_error
        run(*form.right_hand(problem.value + noise))
    each = (time.perf_counter() - started) / max(draws, 1)
    return (
        f"{name:9} {cold:8.3f} s {each:8.3f} s {residual @ residual:14.6f} "
        f"{balance:10.1e} t/yr {bound:10.1e} t/yr"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--only", nargs="*", choices=list(RUNS), default=list(RUNS))
    arguments = parser.parse_args()
    release = load_release()
    problem = least_squares_problem(load_observations(release, load_network(release))).problem
    form = scaled_form(problem)
    p = form.program
    print(
        f"{problem.lower.size} rates, {problem.value.size} observations, "
        f"{problem.equality.shape[0]} balances, {problem.inequality.shape[0]} limits; as a QP "
        f"{p.lower.size} columns, {p.equality.shape[0]} equalities, "
        f"{p.equality.nnz + p.inequality.nnz} entries"
    )
    print("solver        cold    redraw  sum of squares       balance          bound")
    for name in arguments.only:
        draws = arguments.draws if name in ("PIQP", "Clarabel") else min(arguments.draws, 2)
        print(measure(name, form, draws), flush=True)


if __name__ == "__main__":
    main()
