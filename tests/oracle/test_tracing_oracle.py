"""Tracing against a plain loop that pushes demand one tier up at a time."""

import numpy as np
import pytest
from scipy.sparse import csc_array

from allanite.errors import ModelError
from allanite.studies.tracing import ElementFlows, supply_shares, trace_origins


def by_power_series(flows: ElementFlows, demanded: int, tiers: int = 4000) -> np.ndarray:
    """What each end gives: D + A D + A² D + ..., with ends keeping what they hold."""
    supply: dict[int, list[tuple[int, float]]] = {}
    for origin, destination, rate in zip(flows.origin, flows.destination, flows.rate, strict=True):
        supply.setdefault(int(destination), []).append((int(origin), float(rate)))
    ended, open_share = np.zeros(flows.states), {demanded: 1.0}
    for _ in range(tiers):
        above: dict[int, float] = {}
        for state, share in open_share.items():
            if state not in supply:
                ended[state] += share
                continue
            total = sum(rate for _, rate in supply[state])
            for origin, rate in supply[state]:
                above[origin] = above.get(origin, 0.0) + share * rate / total
        open_share = above
    return ended


@pytest.mark.parametrize("seed", range(5))
def test_equal_to_the_power_series_with_loops(seed):
    random = np.random.default_rng(seed)
    count, sources = 40, 6
    mixers = np.arange(sources, count)
    extra = 120
    flows = ElementFlows(
        origin=np.concatenate(
            [random.integers(0, sources, mixers.size), random.integers(sources, count, extra)]
        ),
        destination=np.concatenate([mixers, random.integers(sources, count, extra)]),
        rate=np.concatenate([random.uniform(1, 9, mixers.size), random.exponential(3, extra)]),
        states=count,
        demand=np.ones(1),
    )
    demand = np.zeros((count, 1))
    demand[count - 1, 0] = 1.0
    found = trace_origins(supply_shares(flows), csc_array(demand))
    assert found.toarray()[:, 0] == pytest.approx(by_power_series(flows, count - 1), abs=1e-10)


def test_loop_fed_by_nothing_is_refused():
    flows = ElementFlows(
        origin=np.array([0, 1]),
        destination=np.array([1, 0]),
        rate=np.ones(2),
        states=2,
        demand=np.ones(1),
    )
    with pytest.raises(ModelError, match="loop"):
        trace_origins(supply_shares(flows), csc_array(np.array([[1.0], [0.0]])))
