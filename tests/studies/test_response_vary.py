"""Worlds that differ in what is not known: each function by its defining property."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allanite.studies.response.solve import solve_foresight
from allanite.studies.response.vary import (
    between,
    with_growth,
    with_ramp_factor,
    with_step_costs,
    with_stocks_at,
)
from response_worlds import MONTHS, PARTNER, random_conditions, random_world

SEEDS = st.integers(0, 200)


@given(
    ends=st.lists(st.tuples(*[st.floats(0, 1e6)] * 3), min_size=1, max_size=5),
    position=st.floats(-1, 1),
)
def test_values_lie_between_their_ends(ends: list[tuple[float, ...]], position: float) -> None:
    low, central, high = np.sort(np.array(ends), axis=1).T
    found = between(low, central, high, position)
    assert (found >= low - 1e-6).all()
    assert (found <= high + 1e-6).all()
    assert ((found - central) * position >= -1e-6).all()
    assert between(low, central, high, 0.0).tolist() == central.tolist()
    assert between(low, central, high, 1.0) == pytest.approx(high)
    assert between(low, central, high, -1.0) == pytest.approx(low)


@given(seed=SEEDS, share=st.floats(0, 0.6))
@settings(max_examples=15, deadline=None)
def test_a_world_that_grew_balances_as_before(seed: int, share: float) -> None:
    world = random_world(seed)
    grown = with_growth(world, np.full(len(world.network.nodes), share))
    assert grown.state.surplus_rate() == pytest.approx(
        world.state.surplus_rate() * (1 + share), rel=1e-9, abs=1e-6
    )
    rate, capacity = grown.state.activity_rate, grown.network.processes.capacity_rate
    assert (capacity >= rate - 1e-9).all()
    before = world.network.processes.capacity_rate
    assert ((capacity == before) | (capacity == rate)).all()


@given(seed=SEEDS, share=st.floats(0.05, 0.6))
@settings(max_examples=10, deadline=None)
def test_a_world_that_grew_loses_at_least_in_step(seed: int, share: float) -> None:
    """Scaled back it is the old one with less idle capacity, smaller quotas and public stocks."""
    world = random_world(seed)
    conditions = random_conditions(world, MONTHS, seed)
    grown = with_growth(world, np.full(len(world.network.nodes), share))
    plain = solve_foresight(world, conditions, PARTNER, MONTHS).solution.objective
    found = solve_foresight(grown, conditions, PARTNER, MONTHS).solution.objective
    assert found >= (1 + share) * plain - 1e-6 * (1 + abs(plain))


@given(seed=SEEDS, position=st.floats(-1, 1), factor=st.floats(0.5, 2.0))
@settings(max_examples=15, deadline=None)
def test_stocks_costs_and_ramps_move_what_they_name_and_nothing_else(
    seed: int, position: float, factor: float
) -> None:
    world = random_world(seed)
    steps = world.economics.steps
    kinds = np.array(steps.kind, dtype=object)
    dearer = with_step_costs(world, 0.5 * steps.cost, 3.0 * steps.cost, position)
    moved = dearer.economics.steps.cost / steps.cost
    expected = 1 + position * (2.0 if position > 0 else 0.5)
    going_without = np.isin(kinds, ("delay", "idle"))
    assert moved[going_without] == pytest.approx(expected)
    assert moved[~going_without] == pytest.approx(1.0)

    slower = with_ramp_factor(world, factor)
    for name in ("activity_ramp", "route_ramp"):
        old, new = getattr(world.economics, name), getattr(slower.economics, name)
        assert new.delay == pytest.approx(old.delay * factor)
        assert new.duration == pytest.approx(old.duration * factor)
        assert new.reach_share.tolist() == old.reach_share.tolist()
    assert slower.network is world.network

    stocked = with_stocks_at(world, position, 0.0)
    amount, before = stocked.network.stocks.initial_amount, world.network.stocks.initial_amount
    government = world.holdings.is_government
    assert amount[government].tolist() == before[government].tolist()
    low, high = world.holdings.low_share * before, world.holdings.high_share * before
    inside = (amount >= np.minimum(low, before) - 1e-9) & (
        amount <= np.maximum(high, before) + 1e-9
    )
    assert inside.all()
