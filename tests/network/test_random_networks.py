"""The random networks that oracles use are what they claim to be."""

from __future__ import annotations

import numpy as np
import pytest

from random_networks import random_network

SEEDS = range(60)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_node_balances(seed: int) -> None:
    state = random_network(seed)
    largest = max(state.use_rate().max(), state.supply_rate().max())
    assert state.surplus_rate().min() >= -1e-12 * largest
    for rate in (state.activity_rate, state.route_rate, state.demand_rate):
        assert rate.min(initial=0.0) >= 0
    assert np.all(state.activity_rate <= state.network.processes.capacity_rate)


def test_the_same_seed_gives_the_same_network() -> None:
    first, again, other = random_network(3), random_network(3), random_network(4)
    assert first.network.routes.labels == again.network.routes.labels
    assert np.array_equal(first.activity_rate, again.activity_rate)
    assert first.activity_rate.tolist() != other.activity_rate.tolist()


def test_they_are_not_all_alike() -> None:
    states = [random_network(seed) for seed in SEEDS]
    assert any(len(s.network.stocks.labels) > 2 for s in states)
    assert any(np.isfinite(s.network.routes.delay).any() for s in states)
    assert any((s.route_rate == 0).any() and (s.route_rate > 0).any() for s in states)
    assert any((s.stock_change_rate > 0).any() for s in states)
    assert any((np.diff(s.network.processes.recipe.tocsc().indptr) > 2).any() for s in states)
    assert len({s.network.processes.recipe.shape for s in states}) > 20
    assert all(s.demand_rate.sum() > 0 for s in states)
