"""What is made, sent, used and gone without: the balances of a response and their columns.

Activity and flow are each `normal` and `extra`; a flow that takes time enters the balance of
the period in which it arrives.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.sparse import csc_array

from allanite.axis import FloatArray, IntArray
from allanite.errors import ModelError
from allanite.network.normal import NormalState
from allanite.studies.response.scope import TONNES, Draft, demand_amount, is_partner_demand
from allanite.studies.response.world import Rules, World, split_delay

# Cost of leaving a contracted tonne where it is, and of handling an extra one [USD/t]: small
# against every real cost; they only decide ties, towards the normal state.
IDLE_COST: Final = 1.0
HANDLING_COST: Final = 1.0
OTHERS_WEIGHT: Final = 10.0  # of the dearest step: others' use goes before the partners'
ROUNDING_SHARE: Final = 1e-6  # of what a node takes: what may be missing in the normal state
SMALLEST_COEFFICIENT: Final = 1e-9  # t per t; below it a recipe entry is rounding


def add_balance(draft: Draft) -> IntArray:
    """Balance rows; their positions by period and node, (P, V), -1 where there is none.

    Raises:
        ModelError: the normal state does not balance.
    """
    state, net, horizon = draft.world.state, draft.world.network, draft.horizon
    demand = demand_amount(draft.world, draft.conditions, horizon)
    need = np.zeros((horizon.count, len(net.nodes)))
    np.add.at(need.T, net.demands.node, demand.T)
    closing = _rounding(state, draft.scope.node)
    drawn = np.minimum(state.stock_change_rate, 0.0)
    need += (drawn - closing) * horizon.step - draft.past.arriving_amount
    np.add.at(need[0], net.stocks.node, draft.past.drawn_amount - draft.past.added_amount)
    period, node = draft.grid(draft.scope.node)
    index = {draft.axes.period: period, draft.axes.node: node}
    row = draft.builder.add_rows("balance", TONNES, index, lower=need[period, node])
    rows = np.full((horizon.count, len(net.nodes)), -1, dtype=np.int64)
    rows[period, node] = row
    return rows


def _rounding(state: NormalState, nodes: IntArray) -> FloatArray:
    """What rounding of the reconciliation leaves missing at each node, shape (V,) [t/yr].

    Raises:
        ModelError: more is missing than rounding; the node is named.
    """
    missing = np.maximum(-state.surplus_rate(), 0.0)
    taken = state.use_rate() + np.maximum(state.stock_change_rate, 0.0)
    wrong = nodes[missing[nodes] > ROUNDING_SHARE * np.maximum(taken[nodes], 1.0)]
    if wrong.size:
        v = int(wrong[np.argmax(missing[wrong])])
        raise ModelError(
            f"normal state of {state.network.nodes.labels[v]}: {taken[v]:g} t/yr are taken and"
            f" {missing[v]:g} t/yr of them come from nowhere; every node must balance before a"
            " response departs from it"
        )
    return missing


def add_activity(draft: Draft, rows: IntArray) -> None:
    """Normal and extra activity."""
    recipe = csc_array(draft.world.network.processes.recipe)
    running, scope, limits = draft.world.economics.running_cost, draft.scope, draft.limits
    for name, members, upper, cost in (
        ("normal activity", scope.normal_process, limits.normal_activity, None),
        ("extra activity", scope.process, limits.extra_activity, running),
    ):
        period, member = draft.grid(members)
        column = draft.builder.add_columns(
            name,
            TONNES,
            {draft.axes.period: period, draft.axes.process: member},
            upper=upper[period, member],
            cost=-IDLE_COST if cost is None else cost[member] + HANDLING_COST,
        )
        _add_recipe_terms(draft, recipe, period, member, column, rows)


def _add_recipe_terms(
    draft: Draft,
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
    draft.builder.add_terms(row, np.repeat(column, entries)[kept], recipe.data[at[kept]])


def add_routes(draft: Draft, rows: IntArray) -> None:
    """Normal and extra flow; what would arrive after the last period enters no balance."""
    scope, limits, added = draft.scope, draft.limits, draft.conditions.route_cost_added
    origin = draft.world.network.routes.origin_node
    for name, members, upper, cost in (
        ("normal flow", scope.normal_route, limits.normal_flow, None),
        ("extra flow", scope.route, limits.extra_flow, draft.world.economics.route_cost),
    ):
        period, member = draft.grid(members)
        base = -IDLE_COST if cost is None else cost[member] + HANDLING_COST
        column = draft.builder.add_columns(
            name,
            TONNES,
            {draft.axes.period: period, draft.axes.route: member},
            upper=upper[period, member],
            cost=base + added[period, member],
        )
        draft.builder.add_terms(rows[period, origin[member]], column, -1.0)
        _add_arrivals(draft, period, member, column, rows)


def _add_arrivals(
    draft: Draft, period: IntArray, member: IntArray, column: IntArray, rows: IntArray
) -> None:
    count, routes = draft.horizon.count, draft.world.network.routes
    usual, added = draft.world.economics.route_delay, draft.conditions.route_delay_added
    whole, later = split_delay(usual[member] + added[period, member], draft.horizon.step)
    for arrival, share in ((period + whole, 1 - later), (period + whole + 1, later)):
        kept = (arrival < count) & (share > 0)
        row = rows[arrival[kept].astype(np.int64), routes.destination_node[member[kept]]]
        draft.builder.add_terms(row, column[kept], share[kept])


def add_steps(draft: Draft, rows: IntArray) -> None:
    """What demands go without, step by step; a substitute is drawn at its own node."""
    steps, demands = draft.world.economics.steps, draft.world.network.demands
    period, member = draft.grid(draft.scope.step)
    cost = steps.cost * step_weight(draft.world, draft.rules)
    column = draft.builder.add_columns(
        "unmet",
        TONNES,
        {draft.axes.period: period, draft.axes.step: member},
        upper=draft.limits.unmet[period, member],
        cost=cost[member],
    )
    draft.builder.add_terms(rows[period, demands.node[steps.demand[member]]], column, 1.0)
    instead = steps.substitute_node[member]
    kept = instead >= 0
    draft.builder.add_terms(rows[period[kept], instead[kept]], column[kept], -1.0)
    _add_needs(draft, period, member, column)


def _add_needs(draft: Draft, period: IntArray, member: IntArray, column: IntArray) -> None:
    """Nobody goes without more than it needs, where a substitute stands beside the idle step."""
    steps = draft.world.economics.steps
    replaced = np.unique(steps.demand[member[steps.substitute_node[member] >= 0]])
    if not replaced.size:
        return
    amount = demand_amount(draft.world, draft.conditions, draft.horizon)
    when, demand = draft.grid(replaced)
    index = {draft.axes.period: when, draft.axes.demand: demand}
    row = draft.builder.add_rows("need", TONNES, index, upper=amount[when, demand])
    kept = np.isin(steps.demand[member], replaced)
    at = np.searchsorted(replaced, steps.demand[member[kept]])
    rows = row.reshape(draft.horizon.count, replaced.size)
    draft.builder.add_terms(rows[period[kept], at], column[kept], 1.0)


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
