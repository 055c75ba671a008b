"""What several columns share: the capacity of a plant, a quota, and what is short.

Rationing: `pro_rata` gives every use at a node the same share of its need, `contract` gives
every buyer of an origin the same share of what it may normally take; `priority` needs no row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allanite.axis import Axis, BoolArray, FloatArray, IntArray
from allanite.studies.response.scope import SMALLEST_AMOUNT, TONNES, Draft, demand_amount


def add_groups(draft: Draft) -> None:
    """Plants that several processes share: sum of rate / capacity, or sum of rates.

    A plant is as available as the most available of its processes, and as large as those of
    them that are open.
    """
    plants = _shared_plants(draft)
    if not plants.names.size:
        return
    labels = draft.world.network.processes.labels.labels
    first = [plants.members[plants.group == g][0] for g in range(plants.names.size)]
    axis = Axis("plant", tuple(labels[n] for n in first))
    period, at = draft.grid(np.arange(plants.names.size))
    index = {draft.axes.period: period, axis: at}
    upper = _plant_sizes(draft, plants)[period, at] * draft.horizon.step
    row = draft.builder.add_rows("plant", "1", index, upper=upper).reshape(draft.horizon.count, -1)
    for name, there in (
        ("normal activity", draft.scope.normal_process),
        ("extra activity", draft.scope.process),
    ):
        block = draft.builder.positions_of(name).reshape(draft.horizon.count, there.size)
        present = np.isin(plants.members, there)
        column = block[:, np.searchsorted(there, plants.members[present])]
        target = row[:, plants.group[present]]
        value = np.broadcast_to(plants.weight[present], column.shape)
        draft.builder.add_terms(target.ravel(), column.ravel(), value.ravel())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Plants:
    """Plants that several processes share. M processes, G plants.

    Attributes:
        members: positions of the processes, (M,); group: plant of each, (M,).
        weight: what one t/yr takes of its plant, (M,); is_sum: its rule, (M,).
        names: ids of the plants, (G,).
    """

    members: IntArray
    group: IntArray
    weight: FloatArray
    is_sum: BoolArray
    names: IntArray


def _shared_plants(draft: Draft) -> _Plants:
    processes, scope = draft.world.network.processes, draft.scope
    members = scope.process[processes.group[scope.process] >= 0]
    rule = np.array(processes.group_rule, dtype=object)[members]
    capacity = processes.capacity_rate[members]
    limited = np.isfinite(capacity) & (capacity > 0) & (rule != "separate")
    members, is_sum, capacity = members[limited], rule[limited] == "sum", capacity[limited]
    names, group = np.unique(processes.group[members], return_inverse=True)
    return _Plants(
        members=members,
        group=group.ravel(),
        weight=np.where(is_sum, 1.0, 1 / capacity),
        is_sum=is_sum,
        names=names,
    )


def _plant_sizes(draft: Draft, plants: _Plants) -> FloatArray:
    """How much of each plant there is, (P, G): its open capacity, or 1; never less than used."""
    processes, members = draft.world.network.processes, plants.members
    opened = processes.available_from[members] <= draft.horizon.years[:, None]
    capacity = processes.capacity_rate[members] * opened
    used = plants.weight * draft.world.state.activity_rate[members]
    available = draft.conditions.process_availability[:, members]
    size = np.zeros((draft.horizon.count, plants.names.size))
    for g in range(plants.names.size):
        mine = plants.group == g
        whole = capacity[:, mine].sum(axis=1) if plants.is_sum[mine].any() else 1.0
        size[:, g] = np.maximum(whole, used[mine].sum()) * available[:, mine].max(axis=1)
    return size


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
