"""Worlds that differ from the one at hand in what is not known exactly. Pure functions.

A position says where in a range a value lies: -1 at the low end, 0 at the central value, 1 at
the high end, straight in between.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csc_array

from allanite.axis import FloatArray
from allanite.network.economics import Ramp
from allanite.studies.response.prepare import with_stock_shares
from allanite.studies.response.world import World

GOING_WITHOUT = ("delay", "idle")


def between(low: FloatArray, central: FloatArray, high: FloatArray, position: float) -> FloatArray:
    """Values at a position of their ranges, all of one shape."""
    end, weight = high if position > 0 else low, abs(position)
    return np.asarray((1.0 - weight) * central + weight * end)


def with_stocks_at(world: World, commercial: float, government: float) -> World:
    """The world with its shelves at positions of their ranges, those of a kind together."""
    holdings = world.holdings
    one = np.ones(holdings.low_share.size)
    shares = np.where(
        holdings.is_government,
        between(holdings.low_share, one, holdings.high_share, government),
        between(holdings.low_share, one, holdings.high_share, commercial),
    )
    return with_stock_shares(world, shares)


def with_step_costs(world: World, low: FloatArray, high: FloatArray, position: float) -> World:
    """The world in which delay and idle plants cost more or less.

    Args:
        world: the world.
        low: low end of each step's cost, shape (S,) [USD/t].
        high: its high end.
        position: in the range, the same for all steps.
    """
    steps = world.economics.steps
    moved = np.isin(np.array(steps.kind, dtype=object), GOING_WITHOUT)
    cost = np.where(moved, between(low, steps.cost, high, position), steps.cost)
    return replace(world, economics=replace(world.economics, steps=replace(steps, cost=cost)))


def with_ramp_factor(world: World, factor: float) -> World:
    """The world in which everything that must first be built up takes `factor` times as long."""
    economics = world.economics
    return replace(
        world,
        economics=replace(
            economics,
            activity_ramp=_slower(economics.activity_ramp, factor),
            route_ramp=_slower(economics.route_ramp, factor),
            steps=replace(economics.steps, ramp=_slower(economics.steps.ramp, factor)),
        ),
    )


def _slower(ramp: Ramp, factor: float) -> Ramp:
    return replace(ramp, delay=ramp.delay * factor, duration=ramp.duration * factor)


def with_growth(world: World, growth: FloatArray) -> World:
    """The world grown since the base year, everything of a chain in step.

    Plants, flows, uses and commercial stocks grow; capacities only where they would be
    exceeded, so that what grows less is what lies idle. Government stocks stay.

    Args:
        world: the world of the base year.
        growth: at each node, the same at all nodes of a process or route, shape (V,) [1].
    """
    state, net = world.state, world.network
    recipe = csc_array(net.processes.recipe)
    factor = 1.0 + growth
    first = recipe.indices[np.minimum(recipe.indptr[:-1], max(recipe.nnz - 1, 0))]
    activity = state.activity_rate * factor[first]
    capacity = np.maximum(net.processes.capacity_rate, activity)
    stocks = net.stocks
    held = np.where(world.holdings.is_government, 1.0, factor[stocks.node])
    grown = replace(
        net,
        processes=replace(net.processes, capacity_rate=capacity),
        stocks=replace(stocks, initial_amount=stocks.initial_amount * held),
    )
    return replace(
        world,
        state=replace(
            state,
            network=grown,
            activity_rate=activity,
            route_rate=state.route_rate * factor[net.routes.origin_node],
            demand_rate=state.demand_rate * factor[net.demands.node],
            stock_change_rate=state.stock_change_rate * factor,
        ),
    )
