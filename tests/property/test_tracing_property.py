"""What must hold for any flows: shares sum to one, scale does not matter, no share is negative."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csc_array

from allanite.studies.tracing import ElementFlows, stop_at, supply_shares, trace_origins


@st.composite
def flows(draw):
    """States 0-3 are sources, 4-11 mix what flows in, loops among them allowed."""
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    mixers = np.arange(4, 12)
    origin = [random.integers(0, 4, mixers.size), random.integers(4, 12, 20)]
    destination = [mixers, random.integers(4, 12, 20)]
    rate = np.concatenate([random.uniform(0.1, 10, mixers.size), random.exponential(5, 20)])
    return ElementFlows(
        origin=np.concatenate(origin),
        destination=np.concatenate(destination),
        rate=rate * draw(st.sampled_from([1e-6, 1.0, 1e6])),
        states=12,
        demand=np.ones(1),
    )


def demand_at(*states):
    columns = np.zeros((12, len(states)))
    columns[list(states), range(len(states))] = 1.0
    return csc_array(columns)


@settings(max_examples=60, deadline=None)
@given(flows(), st.integers(4, 11), st.integers(4, 11))
def test_shares_are_a_distribution_over_ends(case, demanded, absorbing):
    stop = np.zeros(12, dtype=bool)
    stop[absorbing] = True
    shares = stop_at(supply_shares(case), stop)
    found = trace_origins(shares, demand_at(demanded))
    dense = found.toarray()[:, 0]
    assert abs(dense.sum() - 1.0) < 1e-9
    assert dense.min() >= -1e-12
    ends = {0, 1, 2, 3, absorbing}
    assert set(np.flatnonzero(np.abs(dense) > 1e-12)) <= ends


@settings(max_examples=30, deadline=None)
@given(flows(), st.floats(1e-3, 1e3))
def test_scaling_all_rates_changes_no_share(case, factor):
    scaled = ElementFlows(
        origin=case.origin,
        destination=case.destination,
        rate=case.rate * factor,
        states=12,
        demand=case.demand,
    )
    demand = demand_at(*range(4, 12))
    one, other = (trace_origins(supply_shares(f), demand) for f in (case, scaled))
    assert abs(one - other).max() < 1e-9
