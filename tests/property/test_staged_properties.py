"""All methods for programmes in stages agree, whatever the numbers are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allanite.errors import SolveError
from allanite.program.extensive import extensive_form
from allanite.program.highs import solve_program
from allanite.program.markov import unrolled
from allanite.program.nested import solve_nested
from allanite.program.risk import Risk
from allanite.program.sddp import Training, solve_policy
from random_trees import least_or_none, nested_extensive, random_markov, random_tree

RISKS = st.sampled_from(
    [Risk(), Risk(), Risk(weight=0.5, confidence=0.7), Risk(weight=1.0, confidence=0.4)]
)
SEEDS = st.integers(0, 2**32 - 1)
BRANCHES = st.sampled_from([(3,), (5,), (2, 2), (3, 2), (2, 2, 2)])
SHAPES = st.sampled_from([((2, 2),), ((1, 3),), ((2, 2), (2, 2)), ((1, 3), (2, 1))])


@settings(max_examples=120, deadline=None)
@given(seed=SEEDS, branches=BRANCHES, risk=RISKS, is_complete=st.booleans())
def test_nested_cuts_find_the_optimum_of_the_extensive_form(
    seed: int, branches: tuple[int, ...], risk: Risk, is_complete: bool
):
    tree = random_tree(np.random.default_rng(seed), branches, is_complete)
    whole = least_or_none(nested_extensive(tree, risk))
    if whole is None:
        with pytest.raises(SolveError):
            solve_nested(tree, risk)
        return
    found = solve_nested(tree, risk, gap=1e-8)
    assert found.stop in ("gap", "no cut moves")
    assert found.objective == pytest.approx(whole, rel=1e-6, abs=1e-6)
    assert found.bound <= found.objective + 1e-9 * abs(whole)
    assert found.bound == pytest.approx(whole, rel=1e-6, abs=1e-6)


@settings(max_examples=100, deadline=None)
@given(seed=SEEDS, shape=SHAPES, risk=RISKS, is_complete=st.booleans())
def test_drawn_courses_find_the_optimum_of_the_tree(
    seed: int, shape: tuple[tuple[int, int], ...], risk: Risk, is_complete: bool
):
    markov = random_markov(np.random.default_rng(seed), shape, is_complete)
    whole = least_or_none(nested_extensive(unrolled(markov).tree, risk))
    training = Training(gap=1e-7, check_rounds=10, rounds=400)
    if whole is None:
        with pytest.raises(SolveError):
            solve_policy(markov, np.random.default_rng(seed), risk, training=training)
        return
    found = solve_policy(markov, np.random.default_rng(seed), risk, training=training)
    assert found.objective is not None
    assert found.objective == pytest.approx(whole, rel=1e-6, abs=1e-6)
    assert found.bound == pytest.approx(whole, rel=1e-6, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, branches=BRANCHES)
def test_bounds_of_every_round_hold_the_optimum(seed: int, branches: tuple[int, ...]):
    tree = random_tree(np.random.default_rng(seed), branches)
    whole = solve_program(extensive_form(tree)).objective
    for now in solve_nested(tree, gap=0.0, rounds=30).history:
        assert now.bound <= whole + 1e-7 * abs(whole)
        assert now.objective >= whole - 1e-7 * abs(whole)


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, confidence=st.floats(0.1, 0.9))
def test_in_two_stages_conditional_risk_is_the_risk_of_paths(seed: int, confidence: float):
    tree = random_tree(np.random.default_rng(seed), (4,))
    risk = Risk(weight=0.6, confidence=confidence)
    paths = solve_program(extensive_form(tree, risk)).objective
    assert solve_nested(tree, risk, gap=1e-9).objective == pytest.approx(paths, rel=1e-6)
