"""Whatever the chain: weights sum to one, fewer scenarios are farther, trees are consistent."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conditions.small_uncertainty import PROJECTS, quarters, small_uncertainty

from allanite.axis import FloatArray
from allanite.conditions.reduction import path_metric, reduce_scenarios
from allanite.conditions.regime_paths import marginals, stationary, strata_of
from allanite.conditions.scenarios import ARRAYS, sample_scenarios
from allanite.conditions.tree import sample_tree
from allanite.conditions.uncertainty import Uncertainty
from allanite.conditions.uncertainty_rows import shifted

HORIZON = quarters(6)
SEEDS = st.integers(0, 2**32 - 1)


@st.composite
def rows(draw: st.DrawFn, count: int = 3) -> FloatArray:
    """A distribution over a few states, zeros and tiny odds among them."""
    odds = st.one_of(st.just(0.0), st.floats(1e-9, 1e-6), st.floats(0.01, 1.0))
    values = np.array(draw(st.lists(odds, min_size=count, max_size=count)))
    if not values.sum():
        values[draw(st.integers(0, count - 1))] = 1.0
    return np.asarray(values / values.sum())


@st.composite
def uncertainties(draw: st.DrawFn) -> Uncertainty:
    """The small uncertainty with any control chain."""
    small = small_uncertainty()
    chain = replace(
        small.control,
        transition=np.stack([draw(rows()) for _ in range(3)]),
        initial=draw(rows()),
        after_truce=draw(rows()),
    )
    return replace(small, control=chain)


@given(uncertainties(), st.integers(1, 40), st.sampled_from((None, 0.0, 0.5, 1.0)), SEEDS)
@settings(max_examples=60, deadline=None)
def test_scenarios_are_possible_and_sum_to_one(
    uncertainty: Uncertainty, count: int, importance: float | None, seed: int
) -> None:
    found, again = (
        sample_scenarios(
            uncertainty, PROJECTS, HORIZON, count, np.random.default_rng(seed), importance
        )
        for _ in range(2)
    )
    assert len(found) == count
    assert found.probability.sum() == pytest.approx(1.0, abs=1e-12)
    assert (found.probability > 0).all()
    steps = uncertainty.control.steps(HORIZON)
    for path in found.regime:
        assert uncertainty.control.initial[path[0]] > 0
        assert (steps[np.arange(5), path[:-1], path[1:]] > 0).all()
    assert all(getattr(found, name).tobytes() == getattr(again, name).tobytes() for name in ARRAYS)


@given(uncertainties(), SEEDS)
@settings(max_examples=40, deadline=None)
def test_every_stratum_is_drawn_with_its_weight(uncertainty: Uncertainty, seed: int) -> None:
    control = uncertainty.control
    strata = strata_of(control.initial, control.steps(HORIZON))
    assert strata.probability.sum() == pytest.approx(1.0, abs=1e-12)
    count = max(8, strata.state.size)
    found = sample_scenarios(uncertainty, (), HORIZON, count, np.random.default_rng(seed))
    for k, state in enumerate(strata.state):
        inside = (found.regime == state).any(axis=1)
        inside &= ~np.isin(found.regime, strata.state[:k]).any(axis=1)
        assert found.probability[inside].sum() == pytest.approx(strata.probability[k], rel=1e-9)


@given(uncertainties(), SEEDS)
@settings(max_examples=25, deadline=None)
def test_fewer_scenarios_are_no_nearer(uncertainty: Uncertainty, seed: int) -> None:
    generator = np.random.default_rng(seed)
    everything = sample_scenarios(uncertainty, PROJECTS, HORIZON, 30, generator)
    metric = path_metric(uncertainty)
    reduced = [reduce_scenarios(everything, count, metric) for count in (1, 3, 9, 20, 30)]
    distances = [distance for _, distance in reduced]
    assert all(a >= b - 1e-12 for a, b in itertools.pairwise(distances))
    assert distances[-1] == 0.0
    for few, _ in reduced:
        assert few.probability.sum() == pytest.approx(1.0, abs=1e-12)


@given(
    uncertainties(),
    st.lists(st.integers(1, 4), min_size=3, max_size=3),
    st.integers(1, 3),
    SEEDS,
)
@settings(max_examples=40, deadline=None)
def test_trees_are_consistent(
    uncertainty: Uncertainty, branching: list[int], known_at: int, seed: int
) -> None:
    generator = np.random.default_rng(seed)
    found = sample_tree(
        uncertainty, PROJECTS, HORIZON, (0, 1, 4), branching, generator, known_at=known_at
    )
    below = np.bincount(found.parent[1:], found.probability[1:], minlength=len(found))
    inner = found.stage < 3
    assert below[inner] == pytest.approx(found.probability[inner], abs=1e-12)
    steps = uncertainty.control.steps(HORIZON)
    for t in found.leaves:
        path = found.regime[t]
        assert (steps[np.arange(5), path[:-1], path[1:]] > 0).all()


@given(rows(), rows(), rows())
def test_long_run_odds_stay(first: FloatArray, second: FloatArray, third: FloatArray) -> None:
    mixed = 0.9 * np.stack([first, second, third]) + 0.1 / 3
    odds = stationary(mixed)
    assert marginals(odds, np.stack([mixed] * 4)) == pytest.approx(np.tile(odds, (5, 1)), abs=1e-9)


@given(
    uncertainties(),
    st.sampled_from(("embargo", "truce", "dumping", "delays", "outages", "demand:low")),
    st.floats(0.0, 20.0),
)
def test_shifted_odds_are_odds(uncertainty: Uncertainty, which: str, factor: float) -> None:
    moved = shifted(uncertainty, which, factor)
    assert moved.control.transition.sum(axis=1) == pytest.approx(1.0, abs=1e-9)
    assert sum(path.probability for path in moved.demand) == pytest.approx(1.0, abs=1e-9)
    for status in moved.projects.statuses:
        assert status.outcomes()[1].sum() == pytest.approx(1.0, abs=1e-9)
