"""Reduction: the distance is that of an optimal transport, and rare regimes can be kept."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.optimize import linprog
from tests.conditions.small_uncertainty import PROJECTS, quarters, small_uncertainty

from allanite.axis import FloatArray
from allanite.conditions.reduction import (
    mass_by_regime,
    path_distances,
    path_metric,
    rarest_regime,
    reduce_scenarios,
)
from allanite.conditions.scenarios import Scenarios, sample_scenarios
from allanite.errors import UsageError

UNCERTAINTY = small_uncertainty()
METRIC = path_metric(UNCERTAINTY)


def sample(count: int, seed: int = 1) -> Scenarios:
    generator = np.random.default_rng(seed)
    return sample_scenarios(UNCERTAINTY, PROJECTS, quarters(8), count, generator)


def transport(cost: FloatArray, source: FloatArray, sink: FloatArray) -> float:
    """Kantorovich distance by linear programming."""
    rows, columns = cost.shape
    equal = np.zeros((rows + columns, rows * columns))
    for i, j in itertools.product(range(rows), range(columns)):
        equal[i, i * columns + j] = equal[rows + j, i * columns + j] = 1.0
    solved = linprog(cost.ravel(), A_eq=equal[:-1], b_eq=np.append(source, sink)[:-1])
    assert solved.success
    return float(solved.fun)


def test_the_distance_is_that_of_the_best_transport() -> None:
    everything = sample(25)
    few, distance = reduce_scenarios(everything, 6, METRIC)
    cost = path_distances(everything, few, METRIC)
    best = transport(cost, everything.probability, few.probability)
    assert distance == pytest.approx(best, abs=1e-9)
    assert few.probability.sum() == pytest.approx(1.0, abs=1e-12)


def test_one_scenario_is_the_best_one() -> None:
    everything = sample(30)
    _, distance = reduce_scenarios(everything, 1, METRIC)
    cost = path_distances(everything, everything, METRIC)
    assert distance == pytest.approx((everything.probability @ cost).min(), abs=1e-12)


def test_forward_selection_is_near_the_best_pair() -> None:
    everything = sample(20)
    cost = path_distances(everything, everything, METRIC)
    pairs = itertools.combinations(range(20), 2)
    best = min(everything.probability @ cost[:, pair].min(axis=1) for pair in pairs)
    _, distance = reduce_scenarios(everything, 2, METRIC)
    assert best - 1e-12 <= distance <= 1.25 * best


def test_distances_by_hand() -> None:
    everything = sample(2)
    first, second = everything.take(np.array([0]), np.ones(1)), everything
    regime = np.array([[0, 0, 1, 2, 2, 0, 0, 0], [0, 1, 1, 0, 2, 0, 0, 0]], dtype=np.int8)
    arrays = {
        "names": everything.names,
        "probability": np.array([0.5, 0.5]),
        "regime": regime,
        "price_state": np.array([[0] * 8, [1] * 2 + [0] * 6], dtype=np.int8),
        "outage_share": np.zeros((2, 8, 2)),
        "demand_path": np.array([0, 1], dtype=np.int8),
        "project_delay": np.array([[0, 2, 0], [4, -1, 0]], dtype=np.int16),
        "failure_draw": np.array([[1.0, 1.0, 1.0], [1.0, 0.5, 1.0]]),
        "lasting_delay": np.array([[0, 2, 0], [4, 2, 0]], dtype=np.int16),
        "bad_times": np.zeros(2, dtype=bool),
    }
    arrays["outage_share"][1, 3, 0] = 1.0
    pair = Scenarios(**arrays)
    held = 1 - 0.1
    wanted = (0.1 + held) / 8 + 2 * np.log(2) / 8 + 0.3 / 8 + 0.3 + (4 + 6) / (8 * 3)
    assert path_distances(pair, pair, METRIC)[0, 1] == pytest.approx(wanted)
    assert path_distances(first, second, METRIC).shape == (1, 2)


def test_the_metric_is_one() -> None:
    cost = path_distances(sample(40), sample(40), METRIC)
    assert cost == pytest.approx(cost.T)
    assert np.diag(cost) == pytest.approx(0.0)
    assert (cost[:, np.newaxis, :] <= cost[:, :, np.newaxis] + cost[np.newaxis] + 1e-12).all()


def test_classes_keep_their_mass() -> None:
    everything = sample(200)
    few, distance = reduce_scenarios(everything, 8, METRIC, keep_rare=UNCERTAINTY)
    free = reduce_scenarios(everything, 8, METRIC)[1]
    assert distance >= free - 1e-12
    labels = rarest_regime(everything, UNCERTAINTY), rarest_regime(few, UNCERTAINTY)
    for g in range(3):
        kept = few.probability[labels[1] == g].sum()
        assert kept == pytest.approx(everything.probability[labels[0] == g].sum(), abs=1e-12)
    assert mass_by_regime(few)[2] == pytest.approx(mass_by_regime(everything)[2], abs=1e-12)
    assert len(few) == 8


def test_all_scenarios_are_at_no_distance() -> None:
    everything = sample(10)
    same, distance = reduce_scenarios(everything, 10, METRIC)
    assert same is everything
    assert distance == 0.0


def test_requests_that_do_not_fit_are_refused() -> None:
    with pytest.raises(UsageError, match="0 of 5"):
        reduce_scenarios(sample(5), 0, METRIC)
    with pytest.raises(UsageError, match="classes by rarest regime"):
        reduce_scenarios(sample(50), 1, METRIC, keep_rare=UNCERTAINTY)
