"""The response as one linear programme: deviations from the normal state, period by period.

    min  sum  cost x (more than normal) + step cost x (unmet) + price x (stock not refilled)
    s.t. at each node v and period p
         recipe x activity + arrivals - departures + unmet + drawn from stock
             >= demand + normal stock change                                  [balance]
         plants that share capacity [group], quotas [quota], releases [release],
         and the rationing rule [ration]

Activity and flow are each `normal` (up to what is usual, paid by contract) and `extra`
(within what capacity, qualification and time allow). Leaving a normal flow unused costs a
little, so that nothing stops which need not: without a shock the optimum is the normal state
and costs nothing. What is left over at a node leaves unused; mass is never made.

The matrix depends on the network, the delays and the length of periods only. Availability,
quotas, demand and stocks are bounds and sides, so that measures and scans start warm.

Source: Takayama and Judge (1971), Spatial and Temporal Price and Allocation Models, for the
reading of the duals of `balance` as prices.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csc_array

from allanite.axis import Axis, BoolArray, FloatArray, IntArray
from allanite.conditions.effects import Conditions
from allanite.conditions.horizon import Horizon
from allanite.program.highs import Basis, normal_basis
from allanite.program.linear import LinearProgram, ProgramBuilder
from allanite.studies.response.bounds import Limits, upper_limits
from allanite.studies.response.world import NOISE, Past, Rules, World, split_delay

# Cost of leaving a contracted tonne where it is, and of handling an extra one [USD/t]: small
# against every real cost; they only decide ties, towards the normal state.
IDLE_COST: Final = 1.0
HANDLING_COST: Final = 1.0
HOLDING_COST_SHARE: Final = 0.1  # of the price, a year: for stock above the usual
OTHERS_WEIGHT: Final = 10.0  # of the dearest step: others' use goes before the partners'
SMALLEST_COEFFICIENT: Final = 1e-9  # t per t; below it a recipe entry is rounding
SMALLEST_AMOUNT: Final = 1e-9  # t; below it a need or a flow is rounding
TONNES: Final = "t"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scope:
    """The part of a network that a programme decides: positions in the whole.

    Attributes:
        process, route, step, stock, node, group: sorted positions.
        normal_process, normal_route: among them those that run in the normal state.
    """

    process: IntArray
    route: IntArray
    step: IntArray
    stock: IntArray
    node: IntArray
    normal_process: IntArray
    normal_route: IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResponseProgram:
    """A programme and what its blocks are about.

    Attributes:
        program: the linear programme; scope: what of the network it decides.
        counted_cost: cost of each column as it is reported, shape (n,) [USD per unit]: under
            closure `partners` the others' costs are not in it, and tie-breaking costs never.
        start: the basis of the normal state.
    """

    program: LinearProgram
    scope: Scope
    counted_cost: FloatArray
    start: Basis


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


@dataclass(frozen=True, slots=True, eq=False)
class _Axes:
    """Axes of the blocks."""

    period: Axis
    process: Axis
    route: Axis
    step: Axis
    stock: Axis
    node: Axis


def build_response(
    world: World,
    conditions: Conditions,
    rules: Rules,
    horizon: Horizon,
    past: Past,
    active: BoolArray,
) -> ResponseProgram:
    """The programme of a window of periods under conditions of the same length.

    Args:
        world: normal state, costs, stocks.
        conditions: arrays of P periods.
        rules: closure and rationing.
        horizon: the P periods.
        past: what was decided before.
        active: nodes the programme decides about, shape (V,); the others stay normal.

    Raises:
        ModelError: bounds that contradict each other, with the column named.
    """
    scope = network_scope(world, active)
    limits = upper_limits(world, conditions, horizon, past)
    net = world.network
    axes = _Axes(
        Axis("period", horizon.labels),
        net.processes.labels,
        net.routes.labels,
        Axis("step", world.economics.steps.label),
        net.stocks.labels,
        net.nodes,
    )
    builder = ProgramBuilder()
    rows = _add_balance(builder, world, conditions, horizon, past, scope, axes)
    _add_activity(builder, world, limits, horizon, scope, axes, rows)
    _add_routes(builder, world, conditions, limits, horizon, scope, axes, rows)
    _add_steps(builder, world, rules, limits, horizon, scope, axes, rows)
    _add_stocking(builder, world, horizon, scope, axes, rows)
    _add_stocks(builder, world, horizon, past, scope, axes, rows)
    _add_releases(builder, world, conditions, horizon, past, scope, axes)
    _add_groups(builder, world, conditions, horizon, scope, axes)
    _add_quotas(builder, conditions, horizon, axes)
    _add_rationing(builder, world, conditions, rules, limits, horizon, scope, axes)
    program = builder.build()
    return ResponseProgram(
        program=program,
        scope=scope,
        counted_cost=_counted_cost(program, world, rules),
        start=_start(program),
    )


def _grid(count: int, members: IntArray) -> tuple[IntArray, IntArray]:
    """Period and member of a full grid, period by period, shape (P k,) each."""
    return np.repeat(np.arange(count), members.size), np.tile(members, count)


def _add_balance(
    builder: ProgramBuilder,
    world: World,
    conditions: Conditions,
    horizon: Horizon,
    past: Past,
    scope: Scope,
    axes: _Axes,
) -> IntArray:
    """Balance rows; their positions by period and node, (P, V), -1 where there is none."""
    state, net = world.state, world.network
    demand = demand_amount(world, conditions, horizon)
    need = np.zeros((horizon.count, len(net.nodes)))
    np.add.at(need.T, net.demands.node, demand.T)
    closing = np.maximum(-state.surplus_rate(), 0.0)  # rounding of the reconciliation
    drawn = np.minimum(state.stock_change_rate, 0.0)
    need += (drawn - closing) * horizon.step - past.arriving_amount
    stocks = net.stocks
    np.add.at(need[0], stocks.node, past.drawn_amount - past.added_amount)
    period, node = _grid(horizon.count, scope.node)
    row = builder.add_rows(
        "balance", TONNES, {axes.period: period, axes.node: node}, lower=need[period, node]
    )
    rows = np.full((horizon.count, len(net.nodes)), -1, dtype=np.int64)
    rows[period, node] = row
    return rows


def demand_amount(world: World, conditions: Conditions, horizon: Horizon) -> FloatArray:
    """Demand of each period, (P, D) [t]: normal rate x (1 + change) x length."""
    factor = np.maximum(1.0 + conditions.demand_change, 0.0)
    return np.asarray(world.state.demand_rate * factor * horizon.step)


def _add_activity(
    builder: ProgramBuilder,
    world: World,
    limits: Limits,
    horizon: Horizon,
    scope: Scope,
    axes: _Axes,
    rows: IntArray,
) -> None:
    recipe = csc_array(world.network.processes.recipe)
    running = world.economics.running_cost
    for name, members, upper, cost in (
        ("normal activity", scope.normal_process, limits.normal_activity, None),
        ("extra activity", scope.process, limits.extra_activity, running),
    ):
        period, member = _grid(horizon.count, members)
        column = builder.add_columns(
            name,
            TONNES,
            {axes.period: period, axes.process: member},
            upper=upper[period, member],
            cost=-IDLE_COST if cost is None else cost[member] + HANDLING_COST,
        )
        _add_recipe_terms(builder, recipe, period, member, column, rows)


def _add_recipe_terms(
    builder: ProgramBuilder,
    recipe: csc_array,
    period: IntArray,
    member: IntArray,
    column: IntArray,
    rows: IntArray,
) -> None:
    entries = np.diff(recipe.indptr)[member]
    start = np.repeat(recipe.indptr[member], entries)
    within = np.arange(entries.sum()) - np.repeat(np.cumsum(entries) - entries, entries)
    at = start + within
    kept = np.abs(recipe.data[at]) > SMALLEST_COEFFICIENT
    row = rows[np.repeat(period, entries)[kept], recipe.indices[at[kept]]]
    builder.add_terms(row, np.repeat(column, entries)[kept], recipe.data[at[kept]])


def _add_routes(
    builder: ProgramBuilder,
    world: World,
    conditions: Conditions,
    limits: Limits,
    horizon: Horizon,
    scope: Scope,
    axes: _Axes,
    rows: IntArray,
) -> None:
    routes = world.network.routes
    added = conditions.route_cost_added
    for name, members, upper, cost in (
        ("normal flow", scope.normal_route, limits.normal_flow, None),
        ("extra flow", scope.route, limits.extra_flow, world.economics.route_cost),
    ):
        period, member = _grid(horizon.count, members)
        base = -IDLE_COST if cost is None else cost[member] + HANDLING_COST
        column = builder.add_columns(
            name,
            TONNES,
            {axes.period: period, axes.route: member},
            upper=upper[period, member],
            cost=base + added[period, member],
        )
        builder.add_terms(rows[period, routes.origin_node[member]], column, -1.0)
        delay = world.economics.route_delay[member] + conditions.route_delay_added[period, member]
        whole, later = split_delay(delay, horizon.step)
        for arrival, share in ((period + whole, 1 - later), (period + whole + 1, later)):
            kept = (arrival < horizon.count) & (share > 0)
            row = rows[arrival[kept].astype(np.int64), routes.destination_node[member[kept]]]
            builder.add_terms(row, column[kept], share[kept])


def _add_steps(
    builder: ProgramBuilder,
    world: World,
    rules: Rules,
    limits: Limits,
    horizon: Horizon,
    scope: Scope,
    axes: _Axes,
    rows: IntArray,
) -> None:
    steps, demands = world.economics.steps, world.network.demands
    period, member = _grid(horizon.count, scope.step)
    cost = steps.cost * step_weight(world, rules)
    column = builder.add_columns(
        "unmet",
        TONNES,
        {axes.period: period, axes.step: member},
        upper=limits.unmet[period, member],
        cost=cost[member],
    )
    builder.add_terms(rows[period, demands.node[steps.demand[member]]], column, 1.0)
    instead = steps.substitute_node[member]
    kept = instead >= 0
    builder.add_terms(rows[period[kept], instead[kept]], column[kept], -1.0)


def step_weight(world: World, rules: Rules) -> FloatArray:
    """What a step's cost is multiplied by in the objective, shape (S,) [1]."""
    steps = world.economics.steps
    if rules.closure == "market":
        return np.ones(steps.demand.size)
    partner = is_partner_demand(world, rules)[steps.demand]
    dearest = float(steps.cost.max(initial=1.0))
    others = OTHERS_WEIGHT * dearest / np.maximum(steps.cost, 1.0)
    kept = np.array([kind in ("delay", "idle") for kind in steps.kind], dtype=bool)
    return np.where(partner | ~kept, 1.0, others)


def is_partner_demand(world: World, rules: Rules) -> BoolArray:
    """Whether each demand is a partner's, shape (D,)."""
    return np.array([r in rules.partners for r in world.network.demands.region], dtype=bool)


def _add_stocking(
    builder: ProgramBuilder,
    world: World,
    horizon: Horizon,
    scope: Scope,
    axes: _Axes,
    rows: IntArray,
) -> None:
    """What normally goes into stock; it may stay away where material is short."""
    rate = world.state.stock_change_rate
    period, node = _grid(horizon.count, scope.node[rate[scope.node] > 0])
    column = builder.add_columns(
        "normal stocking",
        TONNES,
        {axes.period: period, axes.node: node},
        upper=rate[node] * horizon.step,
        cost=-IDLE_COST,
    )
    builder.add_terms(rows[period, node], column, -1.0)


def _add_stocks(
    builder: ProgramBuilder,
    world: World,
    horizon: Horizon,
    past: Past,
    scope: Scope,
    axes: _Axes,
    rows: IntArray,
) -> None:
    """Cumulative amounts drawn from a stock and added on top of it."""
    stocks = world.network.stocks
    period, member = _grid(horizon.count, scope.stock)
    index = {axes.period: period, axes.stock: member}
    price = world.economics.price[stocks.node[member]]
    last = period == horizon.count - 1
    late = world.holdings.decision[member] > past.elapsed + horizon.step * (period + 0.5)
    amount = np.where(late, 0.0, stocks.initial_amount[member])
    drawn = builder.add_columns(
        "stock drawn", TONNES, index, upper=amount, cost=np.where(last, price, 0.0)
    )
    room = np.where(world.holdings.is_government[member], 0.0, stocks.initial_amount[member])
    added = builder.add_columns(
        "stock added", TONNES, index, upper=room, cost=HOLDING_COST_SHARE * horizon.step * price
    )
    row = rows[period, stocks.node[member]]
    following = rows[np.minimum(period + 1, horizon.count - 1), stocks.node[member]]
    for column, sign in ((drawn, 1.0), (added, -1.0)):
        builder.add_terms(row, column, sign)
        builder.add_terms(following[~last], column[~last], -sign)


def _add_releases(
    builder: ProgramBuilder,
    world: World,
    conditions: Conditions,
    horizon: Horizon,
    past: Past,
    scope: Scope,
    axes: _Axes,
) -> None:
    """Rows drawn[p] - drawn[p-1] <= release, where a rate or a condition limits a release."""
    stocks, holdings = world.network.stocks, world.holdings
    most = np.where(
        conditions.stock_availability < 1,
        conditions.stock_availability * stocks.initial_amount,
        np.broadcast_to(holdings.release_rate * horizon.step, conditions.stock_availability.shape),
    )
    period, member = _grid(horizon.count, scope.stock)
    kept = np.isfinite(most[period, member])
    if not kept.any():
        return
    block = builder.positions_of("stock drawn").reshape(horizon.count, scope.stock.size)
    at = np.searchsorted(scope.stock, member[kept])
    upper = most[period[kept], member[kept]]
    first = period[kept] == 0
    upper = upper + np.where(first, past.drawn_amount[member[kept]], 0.0)
    row = builder.add_rows(
        "release", TONNES, {axes.period: period[kept], axes.stock: member[kept]}, upper=upper
    )
    builder.add_terms(row, block[period[kept], at], 1.0)
    builder.add_terms(row[~first], block[period[kept][~first] - 1, at[~first]], -1.0)


def _add_groups(
    builder: ProgramBuilder,
    world: World,
    conditions: Conditions,
    horizon: Horizon,
    scope: Scope,
    axes: _Axes,
) -> None:
    """Plants that several processes share: sum of rate / capacity, or sum of rates.

    A plant is as available as the most available of its processes.
    """
    processes = world.network.processes
    members = scope.process[processes.group[scope.process] >= 0]
    rule = np.array(processes.group_rule, dtype=object)[members]
    capacity = processes.capacity_rate[members]
    limited = np.isfinite(capacity) & (capacity > 0) & (rule != "separate")
    members, rule, capacity = members[limited], rule[limited], capacity[limited]
    if not members.size:
        return
    group = processes.group[members]
    names = np.unique(group)
    weight = np.where(rule == "share", 1 / capacity, 1.0)
    whole = np.array([_group_size(rule[group == g], capacity[group == g]) for g in names])
    used = np.bincount(
        np.searchsorted(names, group), weights=weight * world.state.activity_rate[members]
    )
    axis = Axis("plant", tuple(processes.labels.labels[members[group == g][0]] for g in names))
    period, at = _grid(horizon.count, np.arange(names.size))
    open_share = np.stack(
        [conditions.process_availability[:, members[group == g]].max(axis=1) for g in names]
    )
    row = builder.add_rows(
        "plant",
        "1",
        {axes.period: period, axis: at},
        upper=np.maximum(whole, used)[at] * open_share[at, period] * horizon.step,
    ).reshape(horizon.count, names.size)
    for name, available in (
        ("normal activity", scope.normal_process),
        ("extra activity", scope.process),
    ):
        block = builder.positions_of(name).reshape(horizon.count, available.size)
        present = np.isin(members, available)
        column = block[:, np.searchsorted(available, members[present])]
        target = row[:, np.searchsorted(names, group[present])]
        value = np.broadcast_to(weight[present], column.shape)
        builder.add_terms(target.ravel(), column.ravel(), value.ravel())


def _group_size(rule: FloatArray, capacity: FloatArray) -> float:
    return float(capacity.sum()) if "sum" in rule else 1.0


def _add_quotas(
    builder: ProgramBuilder, conditions: Conditions, horizon: Horizon, axes: _Axes
) -> None:
    """Quotas over groups of routes."""
    quotas = [q for q in conditions.group_quotas if np.isfinite(q.quota_rate).any()]
    if not quotas:
        return
    axis = Axis("quota", tuple(f"{i}: {q.label}" for i, q in enumerate(quotas)))
    period, at = _grid(horizon.count, np.arange(len(quotas)))
    upper = np.array([q.quota_rate for q in quotas])[at, period] * horizon.step
    row = builder.add_rows("quota", TONNES, {axes.period: period, axis: at}, upper=upper)
    rows = row.reshape(horizon.count, len(quotas))
    for name in ("normal flow", "extra flow"):
        block = builder.block(name)
        for q, quota in enumerate(quotas):
            inside = np.isin(block.position[1], quota.routes)
            column = block.start + np.flatnonzero(inside)
            builder.add_terms(rows[block.position[0][inside], q], column, 1.0)


def _add_rationing(
    builder: ProgramBuilder,
    world: World,
    conditions: Conditions,
    rules: Rules,
    limits: Limits,
    horizon: Horizon,
    scope: Scope,
    axes: _Axes,
) -> None:
    if rules.rationing == "pro_rata":
        _add_pro_rata(builder, world, conditions, horizon, axes)
    elif rules.rationing == "contract":
        _add_contract(builder, world, limits, horizon, scope, axes)


def _add_pro_rata(
    builder: ProgramBuilder,
    world: World,
    conditions: Conditions,
    horizon: Horizon,
    axes: _Axes,
) -> None:
    """Every use at a node goes without the same share of its need."""
    block = builder.block("unmet")
    demand_of_step, node_of = world.economics.steps.demand, world.network.demands.node
    amount = demand_amount(world, conditions, horizon)
    needed = amount[block.position[0], demand_of_step[block.position[1]]] > SMALLEST_AMOUNT
    period, step = (position[needed] for position in block.position)
    demand = demand_of_step[step]
    pairs, inverse = np.unique(np.stack([period, demand]), axis=1, return_inverse=True)
    at_node, share_of = np.unique(
        np.stack([pairs[0], node_of[pairs[1]]]), axis=1, return_inverse=True
    )
    share = builder.add_columns(
        "short share", "1", {axes.period: at_node[0], axes.node: at_node[1]}, upper=1.0
    )
    row = builder.add_rows(
        "ration",
        TONNES,
        {axes.period: pairs[0], world.network.demands.labels: pairs[1]},
        lower=0.0,
        upper=0.0,
    )
    column = block.start + np.flatnonzero(needed)
    builder.add_terms(row[inverse.ravel()], column, 1.0)
    builder.add_terms(row, share[share_of.ravel()], -amount[pairs[0], pairs[1]])


def _add_contract(
    builder: ProgramBuilder,
    world: World,
    limits: Limits,
    horizon: Horizon,
    scope: Scope,
    axes: _Axes,
) -> None:
    """Every buyer of an origin gets the same share of what it may normally take."""
    block = builder.block("normal flow")
    sent = limits.normal_flow[block.position[0], block.position[1]] > SMALLEST_AMOUNT
    period, route = (position[sent] for position in block.position)
    origin = world.network.routes.origin_node[route]
    at_node, share_of = np.unique(np.stack([period, origin]), axis=1, return_inverse=True)
    share = builder.add_columns(
        "served share", "1", {axes.period: at_node[0], axes.node: at_node[1]}, upper=1.0
    )
    row = builder.add_rows(
        "ration", TONNES, {axes.period: period, axes.route: route}, lower=0.0, upper=0.0
    )
    builder.add_terms(row, block.start + np.flatnonzero(sent), 1.0)
    builder.add_terms(row, share[share_of.ravel()], -limits.normal_flow[period, route])


def _start(program: LinearProgram) -> Basis:
    """The normal state as a basis: normal columns full, all others empty."""
    full = np.zeros(program.cost.size, dtype=bool)
    for block in program.columns:
        if block.name.startswith("normal ") or block.name == "served share":
            full[block.positions] = True
    return normal_basis(program, full)


def _counted_cost(program: LinearProgram, world: World, rules: Rules) -> FloatArray:
    """Cost of each column as it is reported, without weights and tie-breaking costs."""
    counted = np.array(program.cost)
    for block in program.columns:
        part = counted[block.positions]
        if block.name == "unmet":
            part = part / step_weight(world, rules)[block.position[1]]
            if rules.closure == "partners":
                demand = world.economics.steps.demand[block.position[1]]
                part = np.where(is_partner_demand(world, rules)[demand], part, 0.0)
        elif block.name.startswith("normal "):
            part = part + IDLE_COST
        elif block.name.startswith("extra "):
            part = part - HANDLING_COST
        counted[block.positions] = part
    return counted
