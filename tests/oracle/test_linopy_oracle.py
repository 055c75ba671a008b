"""The same programmes of random networks, built with linopy: the least cost is the same.

Columns: flow of each route, activity of each process, level of each stock, shortage of each
demand in a cheap and a dear step. Rows: balance at each node, growth of activity from period
to period, a yearly quota for what one region sends out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.sparse import csc_array

from allanite.axis import Axis, BoolArray, FloatArray, IntArray
from allanite.network.normal import NormalState
from allanite.network.supply import SupplyNetwork
from allanite.program.highs import solve_program
from allanite.program.linear import LinearProgram, ProgramBuilder
from random_networks import random_network

linopy = pytest.importorskip("linopy")
import xarray  # noqa: E402

PERIODS = 4
STEP = 0.25
GROWTH = 1.3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """One programme as plain arrays. P periods; amounts [t], costs [USD/t]."""

    network: SupplyNetwork
    flow_upper: FloatArray  # (P, R)
    activity_upper: FloatArray  # (P, N)
    demand: FloatArray  # (P, D)
    lag: IntArray  # (R,) periods
    flow_cost: FloatArray  # (R,)
    activity_cost: FloatArray  # (N,)
    shortage_cost: FloatArray  # (2, D)
    quota: FloatArray  # (P,)
    in_quota: BoolArray  # (R,)


def random_case(seed: int) -> Case:
    """Shortages and limits drawn around the normal state."""
    random = np.random.default_rng([seed, 1])
    state: NormalState = random_network(seed)
    net = state.network
    open_ = random.random((PERIODS, state.route_rate.size)) < 0.8
    delay = np.nan_to_num(net.routes.delay)
    in_quota = np.array([label.startswith("CHN") for label in net.routes.labels])
    normal = state.route_rate[in_quota].sum() * STEP
    return Case(
        network=net,
        flow_upper=1.5 * state.route_rate * STEP * open_,
        activity_upper=state.activity_rate * STEP * random.uniform(0.3, 1.5, (PERIODS, 1)),
        demand=state.demand_rate * STEP * random.uniform(0.5, 1.3, (PERIODS, 1)),
        lag=np.round(delay / STEP).astype(np.int64),
        flow_cost=random.uniform(1.0, 50.0, state.route_rate.size),
        activity_cost=random.uniform(10.0, 500.0, state.activity_rate.size),
        shortage_cost=random.uniform([[1e3], [1e4]], [[5e3], [1e5]], (2, state.demand_rate.size)),
        quota=np.full(PERIODS, normal) * random.uniform(0.2, 1.2, PERIODS),
        in_quota=in_quota,
    )


def _grid(count: int) -> tuple[IntArray, IntArray]:
    return np.repeat(np.arange(PERIODS), count), np.tile(np.arange(count), PERIODS)


def our_program(case: Case) -> LinearProgram:
    """The programme by our builder."""
    net, build = case.network, ProgramBuilder()
    period_axis = Axis("period", tuple(f"p{p}" for p in range(PERIODS)))
    quota_axis = Axis("quota", ("CHN",))
    v = len(net.nodes)
    period, node = _grid(v)
    balance = build.add_rows("balance", "t", {period_axis: period, net.nodes: node}, lower=0.0)
    recipe = csc_array(net.processes.recipe).tocoo()

    p, n = _grid(len(net.processes.labels))
    activity = build.add_columns(
        "activity",
        "t",
        {period_axis: p, net.processes.labels: n},
        upper=case.activity_upper.ravel(),
        cost=case.activity_cost[n],
    ).reshape(PERIODS, -1)
    for q in range(PERIODS):
        build.add_terms(balance[q * v + recipe.row], activity[q, recipe.col], recipe.data)
    p, n = p[p > 0], n[p > 0]
    growth = build.add_rows(
        "growth", "t", {period_axis: p, net.processes.labels: n}, upper=0.1 * STEP
    )
    build.add_terms(growth, activity[p, n], 1.0)
    build.add_terms(growth, activity[p - 1, n], -GROWTH)

    p, r = _grid(len(net.routes.labels))
    flow = build.add_columns(
        "flow",
        "t",
        {period_axis: p, net.routes.labels: r},
        upper=case.flow_upper.ravel(),
        cost=case.flow_cost[r],
    )
    build.add_terms(balance[p * v + net.routes.origin_node[r]], flow, -1.0)
    arrival = p + case.lag[r]
    kept = arrival < PERIODS
    to = net.routes.destination_node[r[kept]]
    build.add_terms(balance[arrival[kept] * v + to], flow[kept], 1.0)
    quota = build.add_rows(
        "quota",
        "t",
        {period_axis: np.arange(PERIODS), quota_axis: np.zeros(PERIODS, dtype=int)},
        upper=case.quota,
    )
    build.add_terms(quota[p[case.in_quota[r]]], flow[case.in_quota[r]], 1.0)

    _add_shortage_and_stocks(build, case, period_axis, balance)
    return build.build()


def _add_shortage_and_stocks(
    build: ProgramBuilder, case: Case, period_axis: Axis, balance: IntArray
) -> None:
    net, v = case.network, len(case.network.nodes)
    p, d = _grid(len(net.demands.labels))
    here = {period_axis: p, net.demands.labels: d}
    at = balance[p * v + net.demands.node[d]]
    # What is met and what is not make the demand: met = demand - cheap - dear.
    cheap = build.add_columns(
        "cheap", "t", here, upper=0.2 * case.demand[p, d], cost=case.shortage_cost[0, d]
    )
    dear = build.add_columns(
        "dear", "t", here, upper=0.8 * case.demand[p, d], cost=case.shortage_cost[1, d]
    )
    met = build.add_columns("met", "t", here)
    whole = build.add_rows("whole", "t", here, lower=case.demand[p, d], upper=case.demand[p, d])
    for column in (cheap, dear, met):
        build.add_terms(whole, column, 1.0)
    build.add_terms(at, met, -1.0)

    p, k = _grid(len(net.stocks.labels))
    level = build.add_columns(
        "level",
        "t",
        {period_axis: p, net.stocks.labels: k},
        upper=net.stocks.initial_amount[k],
        cost=0.5,
    )
    at = balance[p * v + net.stocks.node[k]]
    build.add_terms(at, level, -1.0)
    build.add_terms(at[p > 0], level[p < PERIODS - 1], 1.0)
    # What lies there at first comes in with the first period: a column fixed at it.
    k = np.arange(len(net.stocks.labels))
    first = build.add_columns(
        "first level",
        "t",
        {net.stocks.labels: k},
        lower=net.stocks.initial_amount,
        upper=net.stocks.initial_amount,
    )
    build.add_terms(balance[net.stocks.node], first, 1.0)


def least_cost_by_linopy(case: Case) -> float:
    """The same programme in linopy's expressions, solved through linopy."""
    net, model = case.network, linopy.Model()

    def table(values: FloatArray, *dims: str) -> xarray.DataArray:
        coords = {d: np.arange(size) for d, size in zip(dims, values.shape, strict=True)}
        return xarray.DataArray(values, dims=dims, coords=coords)

    def shape(dim: str, values: FloatArray) -> xarray.DataArray:
        return table(values, "period", dim)

    flow = model.add_variables(0, shape("route", case.flow_upper), name="flow")
    activity = model.add_variables(0, shape("process", case.activity_upper), name="activity")
    cheap = model.add_variables(0, shape("demand", 0.2 * case.demand), name="cheap")
    dear = model.add_variables(0, shape("demand", 0.8 * case.demand), name="dear")
    met = model.add_variables(
        shape("demand", 0 * case.demand),
        shape("demand", np.full_like(case.demand, np.inf)),
        name="met",
    )
    nodes, routes = len(net.nodes), len(net.routes.labels)
    recipe = table(net.processes.recipe.toarray(), "node", "process")
    leaves = np.zeros((nodes, routes))
    leaves[net.routes.origin_node, np.arange(routes)] = 1.0
    uses = table(net.demand_matrix().toarray(), "node", "demand")
    balance = (recipe * activity).sum("process") - (uses * met).sum("demand")
    balance = balance - (table(leaves, "node", "route") * flow).sum("route")
    # What a route sends in period `sent` arrives in `period` where they are its lag apart.
    late = np.subtract.outer(np.arange(PERIODS), np.arange(PERIODS))
    arrives = np.zeros((PERIODS, nodes, routes, PERIODS))
    arrives[:, net.routes.destination_node, np.arange(routes), :] = (
        case.lag[:, None, None] == late
    ).transpose(1, 0, 2)
    sent = flow.rename(period="sent")
    balance = balance + (table(arrives, "period", "node", "route", "sent") * sent).sum(
        ["route", "sent"]
    )
    cost = (flow * table(case.flow_cost, "route")).sum()
    cost = cost + (activity * table(case.activity_cost, "process")).sum()
    cost = cost + (cheap * table(case.shortage_cost[0], "demand")).sum()
    cost = cost + (dear * table(case.shortage_cost[1], "demand")).sum()
    first = np.zeros((PERIODS, nodes))
    if len(net.stocks.labels):
        amount = net.stocks.initial_amount
        upper = shape("stock", np.broadcast_to(amount, (PERIODS, amount.size)).copy())
        level = model.add_variables(0, upper, name="level")
        held = np.zeros((nodes, amount.size))
        held[net.stocks.node, np.arange(amount.size)] = 1.0
        drawn = np.einsum("vk,pq->pvkq", held, (late == 1).astype(float) - (late == 0))
        balance = balance + (
            table(drawn, "period", "node", "stock", "sent") * level.rename(period="sent")
        ).sum(["stock", "sent"])
        np.add.at(first[0], net.stocks.node, amount)
        cost = cost + 0.5 * level.sum()
    model.add_constraints(balance >= -shape("node", first), name="balance")
    model.add_constraints(cheap + dear + met == shape("demand", case.demand), name="whole")
    before, after = activity.isel(period=slice(0, -1)), activity.isel(period=slice(1, None))
    before = before.assign_coords(period=after.coords["period"])
    model.add_constraints(after - GROWTH * before <= 0.1 * STEP, name="growth")
    listed = table(case.in_quota.astype(float), "route")
    limit = table(case.quota, "period")
    model.add_constraints((listed * flow).sum("route") <= limit, name="quota")
    model.add_objective(cost)
    model.solve("highs", io_api="direct", output_flag=False, threads=1)
    return float(model.objective.value)


@pytest.mark.parametrize("seed", range(50))
def test_least_cost_equals_linopys(seed: int) -> None:
    case = random_case(seed)
    ours = solve_program(our_program(case)).objective
    assert ours == pytest.approx(least_cost_by_linopy(case), rel=1e-7)
    assert ours > 0
