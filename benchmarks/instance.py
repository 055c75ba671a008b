"""A drawn network programme over 24 periods, of any size, that several benchmarks build.

It is as hub-shaped as the real network, where a hub has some six times the routes of a common
node: a twentieth of the nodes are hubs and take three tenths of the ends of routes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allanite.axis import Axis, FloatArray, IntArray
from allanite.program.linear import LinearProgram, ProgramBuilder

PERIODS = 24
GROWTH = 1.1
HUB_SHARE, HUB_ROUTES = 1 / 20, 0.3
Index = dict[Axis, IntArray]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Instance:
    """A drawn network. V nodes, R routes, N processes with E entries, D demands, K stocks."""

    nodes: int
    origin: IntArray  # (R,)
    destination: IntArray  # (R,)
    flow_cost: FloatArray  # (R,)
    flow_upper: FloatArray  # (P, R)
    entry_process: IntArray  # (E,)
    entry_node: IntArray  # (E,)
    entry_value: FloatArray  # (E,)
    activity_cost: FloatArray  # (N,)
    activity_upper: FloatArray  # (P, N)
    demand_node: IntArray  # (D,)
    demand: FloatArray  # (P, D)
    shortage_cost: FloatArray  # (D,)
    stock_node: IntArray  # (K,)
    stock_upper: FloatArray  # (K,)

    def need(self) -> FloatArray:
        """Demand at each node, shape (P, V)."""
        need = np.zeros((PERIODS, self.nodes))
        np.add.at(need.T, self.demand_node, self.demand.T)
        return need


def draw_instance(size: int) -> Instance:
    """The network of this size, always the same."""
    random = np.random.default_rng(20250401)
    nodes, routes, processes = 6 * size, 25 * size, 4 * size
    hubs = max(int(nodes * HUB_SHARE), 1)

    def ends() -> IntArray:
        at_hub = random.random(routes) < HUB_ROUTES
        drawn = np.where(at_hub, random.integers(0, hubs, routes), 0)
        common = random.integers(0, nodes, routes)
        return np.where(at_hub, drawn, common).astype(np.int64)

    # One output and two inputs, at three different nodes.
    first = random.integers(0, nodes, processes)
    node = (first[:, None] + np.array([0, 1, 2]) * max(nodes // 3, 1)) % nodes
    value = np.column_stack([np.ones(processes), -random.uniform(0.2, 2.0, (processes, 2))])
    origin, destination = ends(), ends()
    origin[:nodes] = random.permutation(nodes)  # no node stands alone
    destination = np.where(destination == origin, (destination + 1) % nodes, destination)
    return Instance(
        nodes=nodes,
        origin=origin,
        destination=destination,
        flow_cost=random.uniform(1, 50, routes),
        flow_upper=random.uniform(1, 100, (PERIODS, routes)),
        entry_process=np.repeat(np.arange(processes), 3),
        entry_node=node.ravel(),
        entry_value=value.ravel(),
        activity_cost=random.uniform(10, 500, processes),
        activity_upper=random.uniform(1, 50, (PERIODS, processes)),
        demand_node=random.permutation(nodes)[: 3 * size],
        demand=random.uniform(1, 20, (PERIODS, 3 * size)),
        shortage_cost=random.uniform(1e3, 1e5, 3 * size),
        stock_node=random.permutation(nodes)[:size],
        stock_upper=random.uniform(1, 100, size),
    )


def our_program(one: Instance) -> LinearProgram:
    """The programme by our builder."""
    build, period = ProgramBuilder(), Axis("period", tuple(map(str, range(PERIODS))))
    here, _, _ = _grid(period, "node", one.nodes)
    balance = build.add_rows("balance", "t", here, lower=one.need().ravel())
    balance = balance.reshape(PERIODS, -1)
    _add_flow(build, one, period, balance)
    _add_activity(build, one, period, balance)
    _add_shortage(build, one, period, balance)
    _add_stock(build, one, period, balance)
    return build.build()


def _grid(period: Axis, name: str, size: int) -> tuple[Index, IntArray, IntArray]:
    """Index of a full grid, its periods and its members."""
    p, member = np.repeat(np.arange(PERIODS), size), np.tile(np.arange(size), PERIODS)
    return {period: p, Axis(name, tuple(map(str, range(size)))): member}, p, member


def _add_flow(build: ProgramBuilder, one: Instance, period: Axis, balance: IntArray) -> None:
    here, p, r = _grid(period, "route", one.origin.size)
    upper, cost = one.flow_upper.ravel(), one.flow_cost[r]
    flow = build.add_columns("flow", "t", here, upper=upper, cost=cost)
    build.add_terms(balance[p, one.origin[r]], flow, -1.0)
    build.add_terms(balance[p, one.destination[r]], flow, 1.0)


def _add_activity(build: ProgramBuilder, one: Instance, period: Axis, balance: IntArray) -> None:
    here, p, n = _grid(period, "process", one.activity_cost.size)
    upper, cost = one.activity_upper.ravel(), one.activity_cost[n]
    activity = build.add_columns("activity", "t", here, upper=upper, cost=cost)
    table = activity.reshape(PERIODS, -1)
    build.add_terms(
        balance[:, one.entry_node].ravel(),
        table[:, one.entry_process].ravel(),
        np.tile(one.entry_value, PERIODS),
    )
    later = {axis: position[p > 0] for axis, position in here.items()}
    growth = build.add_rows("growth", "t", later, upper=1.0)
    build.add_terms(growth, table[1:].ravel(), 1.0)
    build.add_terms(growth, table[:-1].ravel(), -GROWTH)


def _add_shortage(build: ProgramBuilder, one: Instance, period: Axis, balance: IntArray) -> None:
    here, p, d = _grid(period, "demand", one.demand_node.size)
    upper, cost = one.demand.ravel(), one.shortage_cost[d]
    short = build.add_columns("shortage", "t", here, upper=upper, cost=cost)
    build.add_terms(balance[p, one.demand_node[d]], short, 1.0)


def _add_stock(build: ProgramBuilder, one: Instance, period: Axis, balance: IntArray) -> None:
    here, p, k = _grid(period, "stock", one.stock_node.size)
    level = build.add_columns("level", "t", here, upper=one.stock_upper[k])
    at = balance[p, one.stock_node[k]]
    build.add_terms(at, level, -1.0)
    build.add_terms(at[p > 0], level[p < PERIODS - 1], 1.0)
