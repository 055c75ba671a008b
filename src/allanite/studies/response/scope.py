"""Which part of a network a programme decides, and what all parts of it are built from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csc_array

from allanite.axis import Axis, BoolArray, FloatArray, IntArray
from allanite.conditions.effects import Conditions
from allanite.conditions.horizon import Horizon
from allanite.program.linear import ProgramBuilder
from allanite.studies.response.bounds import Limits, upper_limits
from allanite.studies.response.world import NOISE, Past, Rules, World, linked_nodes

TONNES: Final = "t"
SMALLEST_AMOUNT: Final = 1e-9  # t; below it a need or a flow is rounding


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scope:
    """The part of a network that a programme decides: positions in the whole.

    Attributes:
        process, route, step, stock, node: sorted positions.
        normal_process, normal_route: among them those that run in the normal state.
    """

    process: IntArray
    route: IntArray
    step: IntArray
    stock: IntArray
    node: IntArray
    normal_process: IntArray
    normal_route: IntArray


def network_scope(world: World, active: BoolArray) -> Scope:
    """The part of the network at the active nodes.

    Args:
        world: the world.
        active: shape (V,); a process or route belongs where its nodes do.
    """
    net = world.network
    recipe = csc_array(net.processes.recipe)
    touches = np.asarray((abs(recipe) > 0).T @ active.astype(np.int64)) > 0
    process = np.flatnonzero(touches)
    route = np.flatnonzero(active[net.routes.origin_node])
    step = np.flatnonzero(active[net.demands.node[world.economics.steps.demand]])
    largest = NOISE * max(float(world.state.activity_rate.max(initial=0.0)), 1.0)
    return Scope(
        process=process,
        route=route,
        step=step,
        stock=np.flatnonzero(active[net.stocks.node]),
        node=np.flatnonzero(active),
        normal_process=process[world.state.activity_rate[process] > largest],
        normal_route=route[world.state.route_rate[route] > largest],
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Axes:
    """Axes of the blocks."""

    period: Axis
    process: Axis
    route: Axis
    step: Axis
    stock: Axis
    node: Axis
    demand: Axis


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draft:
    """A programme under way; thrown away once it is built.

    Attributes:
        world, conditions, rules, horizon, past: what is asked.
        limits, scope, axes: what follows from it.
        builder: collects the blocks.
    """

    world: World
    conditions: Conditions
    rules: Rules
    horizon: Horizon
    past: Past
    limits: Limits
    scope: Scope
    axes: Axes
    builder: ProgramBuilder

    def grid(self, members: IntArray) -> tuple[IntArray, IntArray]:
        """Period and member of a full grid, period by period, shape (P k,) each."""
        count = self.horizon.count
        return np.repeat(np.arange(count), members.size), np.tile(members, count)


def begin_draft(
    world: World,
    conditions: Conditions,
    rules: Rules,
    horizon: Horizon,
    past: Past,
    active: BoolArray,
) -> Draft:
    """A programme without blocks: see `build_response`."""
    net = world.network
    axes = Axes(
        period=Axis("period", horizon.labels),
        process=net.processes.labels,
        route=net.routes.labels,
        step=Axis("step", world.economics.steps.label),
        stock=net.stocks.labels,
        node=net.nodes,
        demand=net.demands.labels,
    )
    return Draft(
        world=world,
        conditions=conditions,
        rules=rules,
        horizon=horizon,
        past=past,
        limits=upper_limits(world, conditions, horizon, past),
        scope=network_scope(world, linked_nodes(world, active)),
        axes=axes,
        builder=ProgramBuilder(),
    )


def demand_amount(world: World, conditions: Conditions, horizon: Horizon) -> FloatArray:
    """Demand of each period, (P, D) [t]: normal rate x (1 + change) x length."""
    factor = np.maximum(1.0 + conditions.demand_change, 0.0)
    return np.asarray(world.state.demand_rate * factor * horizon.step)


def is_partner_demand(world: World, rules: Rules) -> BoolArray:
    """Whether each demand is a partner's, shape (D,)."""
    return np.array([r in rules.partners for r in world.network.demands.region], dtype=bool)
