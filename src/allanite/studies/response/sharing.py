"""What several columns share: the capacity of a plant, a quota, and what is short.

Rationing: `pro_rata` gives every use at a node the same share of its need, `contract` gives
every buyer of an origin the same share of what it may normally take; `priority` needs no row.
"""

from __future__ import annotations

import numpy as np

from allanite.axis import Axis, FloatArray
from allanite.studies.response.scope import SMALLEST_AMOUNT, TONNES, Draft, demand_amount


def add_groups(draft: Draft) -> None:
    """Plants that several processes share: sum of rate / capacity, or sum of rates.

    A plant is as available as the most available of its processes.
    """
    scope, processes = draft.scope, draft.world.network.processes
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
        np.searchsorted(names, group), weights=weight * draft.world.state.activity_rate[members]
    )
    axis = Axis("plant", tuple(processes.labels.labels[members[group == g][0]] for g in names))
    period, at = draft.grid(np.arange(names.size))
    available = draft.conditions.process_availability
    open_share = np.stack([available[:, members[group == g]].max(axis=1) for g in names])
    row = draft.builder.add_rows(
        "plant",
        "1",
        {draft.axes.period: period, axis: at},
        upper=np.maximum(whole, used)[at] * open_share[at, period] * draft.horizon.step,
    ).reshape(draft.horizon.count, names.size)
    for name, there in (
        ("normal activity", scope.normal_process),
        ("extra activity", scope.process),
    ):
        block = draft.builder.positions_of(name).reshape(draft.horizon.count, there.size)
        present = np.isin(members, there)
        column = block[:, np.searchsorted(there, members[present])]
        target = row[:, np.searchsorted(names, group[present])]
        value = np.broadcast_to(weight[present], column.shape)
        draft.builder.add_terms(target.ravel(), column.ravel(), value.ravel())


def _group_size(rule: FloatArray, capacity: FloatArray) -> float:
    return float(capacity.sum()) if "sum" in rule else 1.0


def add_quotas(draft: Draft) -> None:
    """Quotas over groups of routes."""
    count = draft.horizon.count
    quotas = [q for q in draft.conditions.group_quotas if np.isfinite(q.quota_rate).any()]
    if not quotas:
        return
    axis = Axis("quota", tuple(f"{i}: {q.label}" for i, q in enumerate(quotas)))
    period, at = draft.grid(np.arange(len(quotas)))
    upper = np.array([q.quota_rate for q in quotas])[at, period] * draft.horizon.step
    index = {draft.axes.period: period, axis: at}
    row = draft.builder.add_rows("quota", TONNES, index, upper=upper)
    rows = row.reshape(count, len(quotas))
    for name in ("normal flow", "extra flow"):
        block = draft.builder.block(name)
        for q, quota in enumerate(quotas):
            inside = np.isin(block.position[1], quota.routes)
            column = block.start + np.flatnonzero(inside)
            draft.builder.add_terms(rows[block.position[0][inside], q], column, 1.0)


def add_rationing(draft: Draft) -> None:
    """The rows of the rule by which what is short is shared out."""
    if draft.rules.rationing == "pro_rata":
        _add_pro_rata(draft)
    elif draft.rules.rationing == "contract":
        _add_contract(draft)


def _add_pro_rata(draft: Draft) -> None:
    """Every use at a node goes without the same share of its need."""
    block, builder, axes = draft.builder.block("unmet"), draft.builder, draft.axes
    demand_of_step = draft.world.economics.steps.demand
    node_of = draft.world.network.demands.node
    amount = demand_amount(draft.world, draft.conditions, draft.horizon)
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
    index = {axes.period: pairs[0], axes.demand: pairs[1]}
    row = builder.add_rows("ration", TONNES, index, lower=0.0, upper=0.0)
    column = block.start + np.flatnonzero(needed)
    builder.add_terms(row[inverse.ravel()], column, 1.0)
    builder.add_terms(row, share[share_of.ravel()], -amount[pairs[0], pairs[1]])


def _add_contract(draft: Draft) -> None:
    """Every buyer of an origin gets the same share of what it may normally take."""
    block, builder, axes = draft.builder.block("normal flow"), draft.builder, draft.axes
    normal = draft.limits.normal_flow
    sent = normal[block.position[0], block.position[1]] > SMALLEST_AMOUNT
    period, route = (position[sent] for position in block.position)
    origin = draft.world.network.routes.origin_node[route]
    at_node, share_of = np.unique(np.stack([period, origin]), axis=1, return_inverse=True)
    share = builder.add_columns(
        "served share", "1", {axes.period: at_node[0], axes.node: at_node[1]}, upper=1.0
    )
    index = {axes.period: period, axes.route: route}
    row = builder.add_rows("ration", TONNES, index, lower=0.0, upper=0.0)
    builder.add_terms(row, block.start + np.flatnonzero(sent), 1.0)
    builder.add_terms(row, share[share_of.ravel()], -normal[period, route])
