"""Least squares against independent solvers: scipy's bounded solver and the KKT system."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.optimize import lsq_linear

from allanite.errors import SolveError
from allanite.program.quadratic import (
    LeastSquares,
    LeastSquaresSolver,
    scaled_form,
    solve_least_squares,
)


def _problem(seed: int, *, bounded: bool, equalities: int) -> LeastSquares:
    generator = np.random.default_rng(seed)
    n, k = 12, 20
    matrix = sp.random_array((k, n), density=0.4, rng=generator, format="csr")
    matrix = sp.csr_array(sp.vstack([matrix, sp.eye_array(n)]))
    return LeastSquares(
        matrix=matrix,
        value=generator.normal(0, 100, k + n),
        standard_error=generator.uniform(1, 50, k + n),
        equality=sp.csr_array(generator.normal(size=(equalities, n))),
        equality_value=np.zeros(equalities),
        inequality=sp.csr_array((0, n)),
        inequality_upper=np.zeros(0),
        lower=np.full(n, 0.0 if bounded else -np.inf),
        upper=np.full(n, 40.0 if bounded else np.inf),
    )


@pytest.mark.parametrize("seed", range(5))
def test_bounds_agree_with_scipy(seed: int) -> None:
    problem = _problem(seed, bounded=True, equalities=0)
    weight = 1 / problem.standard_error
    dense = problem.matrix.toarray() * weight[:, None]
    bounds = problem.lower, problem.upper
    oracle = lsq_linear(dense, problem.value * weight, bounds=bounds, method="bvls", tol=1e-14)
    found = solve_least_squares(problem)
    assert found.value == pytest.approx(oracle.x, abs=1e-4)
    assert found.objective == pytest.approx(2 * oracle.cost, rel=1e-8)


@pytest.mark.parametrize("seed", range(5))
def test_balances_agree_with_the_closed_form(seed: int) -> None:
    # v = solution of [[A'WA, B'], [B, 0]] [v, y] = [A'Wa, 0], W = diag(1 / sigma^2).
    problem = _problem(seed, bounded=False, equalities=3)
    matrix, balance = problem.matrix.toarray(), problem.equality.toarray()
    weight = np.diag(problem.standard_error**-2)
    system = np.block([[matrix.T @ weight @ matrix, balance.T], [balance, np.zeros((3, 3))]])
    right = np.concatenate([matrix.T @ weight @ problem.value, np.zeros(3)])
    oracle = np.linalg.solve(system, right)[: matrix.shape[1]]
    found = solve_least_squares(problem)
    assert found.value == pytest.approx(oracle, rel=1e-6, abs=1e-5)
    assert found.equality_error < 1e-6


def test_a_second_right_hand_side_is_solved_as_if_alone() -> None:
    problem = _problem(7, bounded=True, equalities=2)
    other = problem.value + 30.0
    solver = LeastSquaresSolver(scaled_form(problem))
    solver.solve()
    again = solver.solve(other).value
    fields = {name: getattr(problem, name) for name in problem.__slots__}
    alone = solve_least_squares(LeastSquares(**{**fields, "value": other}))
    assert again == pytest.approx(alone.value, abs=1e-5)


def test_contradicting_constraints_are_an_error() -> None:
    problem = _problem(1, bounded=True, equalities=0)
    fields = {name: getattr(problem, name) for name in problem.__slots__}
    fields["equality"] = sp.csr_array(np.ones((1, 12)))
    fields["equality_value"] = np.array([-5.0])
    with pytest.raises(SolveError):
        solve_least_squares(LeastSquares(**fields))
