"""Where listed origin reaches, and how much of it there is in the normal state.

Reach asks what could be: every way out of the issuer's territory, used or not. The shares ask
what is: material mixed at a node is used in the proportion of the mix, and a process that is
caught makes as much of listed origin as its most listed input is. With S the supply of node v
from routes and processes, r the routes that arrive and m the processes that make it,

    share[v] = (sum_r rate[r] share[origin r] + sum_n made[v, n] share[n]) / S[v]
    share[n] = max over the caught inputs u of n of share[u],  share = 1 inside the issuer

The least solution is wanted: a closed loop that nothing listed enters stays free.

Source: Howard (1960), Dynamic Programming and Markov Processes, ch. 4 (policy iteration: the
input that decides each process is chosen, a linear system solved, the choice improved).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csc_array, eye_array
from scipy.sparse.linalg import spsolve

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.errors import ModelError
from allanite.network.lineage_rule import (
    LineageRule,
    inside_issuer,
    looked_at,
    material_prices,
    reference_value,
)
from allanite.network.normal import NormalState
from allanite.network.supply import SupplyNetwork

LEAK: Final = 1e-12  # share lost at each node, so that closed loops have a solution: 0
SAME: Final = 1e-9  # shares nearer than this to each other, to 0 or to 1 are the same


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entries:
    """Entries of the recipes, in the order of the sparse matrix. K entries.

    Attributes:
        node, process: positions, shape (K,).
        coefficient: [t per t of reference output; inputs < 0], shape (K,).
    """

    node: IntArray
    process: IntArray
    coefficient: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Origin:
    """Where listed origin reaches and what share of each mix it is. V nodes, N processes.

    Attributes:
        entries: of the recipes, K of them.
        inside: nodes in the issuer's territory, shape (V,).
        carried: nodes outside it that listed material can reach, shape (V,).
        caught_entry: inputs that make a product listed, shape (K,).
        split: processes with such an input, shape (N,).
        node_share, process_share: share of listed origin in the normal state, shapes (V,), (N,)
            [1]; 0 at nodes that are not carried.
    """

    entries: Entries
    inside: BoolArray
    carried: BoolArray
    caught_entry: BoolArray
    split: BoolArray
    node_share: FloatArray
    process_share: FloatArray


def trace_origin(state: NormalState, rule: LineageRule) -> Origin:
    """Where listed origin reaches in a normal state, and its shares.

    Raises:
        ModelError: an unknown element or issuer, or a price that a value share needs and that
            the rule does not give.
    """
    network = state.network
    entries = recipe_entries(network)
    inside = inside_issuer(network, rule)
    looked = looked_at(network, rule)[network.node_material] & ~inside
    price = material_prices(network, rule)
    value_share = _value_shares(network, price, entries, looked)
    carried, caught = _reach(network, rule, entries, looked, inside, value_share)
    lacking = np.isinf(value_share) & carried[entries.node]
    _require_prices(network, rule, price, entries, lacking)
    split = np.zeros(len(network.processes.labels), dtype=bool)
    split[entries.process[caught]] = True
    node_share, process_share = _shares(state, entries, inside, carried, caught)
    return Origin(
        entries=entries,
        inside=inside,
        carried=carried,
        caught_entry=caught,
        split=split,
        node_share=node_share,
        process_share=process_share,
    )


def recipe_entries(network: SupplyNetwork) -> Entries:
    """The entries of the recipes other than zero."""
    recipe = csc_array(network.processes.recipe).tocoo()
    kept = recipe.data != 0
    return Entries(
        node=recipe.row[kept].astype(np.int64),
        process=recipe.col[kept].astype(np.int64),
        coefficient=np.asarray(recipe.data[kept], dtype=np.float64),
    )


def _value_shares(
    network: SupplyNetwork, price: FloatArray, entries: Entries, looked: BoolArray
) -> FloatArray:
    """Share of an input in the value of the output, shape (K,) [1].

    NaN where the rule does not ask: not an input it looks at, or no output it looks at; inf
    where it asks and a price lacks.
    """
    makes = np.zeros(len(network.processes.labels), dtype=bool)
    makes[entries.process[(entries.coefficient > 0) & looked[entries.node]]] = True
    asked = (entries.coefficient < 0) & looked[entries.node] & makes[entries.process]
    paid = -entries.coefficient * price[network.node_material[entries.node]]
    share = paid / reference_value(network, price)[entries.process]
    return np.where(asked, np.where(np.isfinite(share), share, np.inf), np.nan)


def _require_prices(
    network: SupplyNetwork,
    rule: LineageRule,
    price: FloatArray,
    entries: Entries,
    lacking: BoolArray,
) -> None:
    """Raise where a share that is asked for lacks a price, naming the materials."""
    if not lacking.any():
        return
    reference = network.processes.reference_node[entries.process]
    summed = np.unique(entries.process[lacking & (reference < 0)])
    made = (entries.coefficient > 0) & np.isin(entries.process, summed)
    nodes = np.concatenate(
        [entries.node[lacking], reference[lacking & (reference >= 0)], entries.node[made]]
    )
    materials = np.unique(network.node_material[nodes])
    names = [network.materials.labels[m] for m in materials if np.isnan(price[m])]
    raise ModelError(
        f"rule {rule.label}: value shares need the prices of {', '.join(names)}; "
        "add them to the rule in USD/t"
    )


def _reach(
    network: SupplyNetwork,
    rule: LineageRule,
    entries: Entries,
    looked: BoolArray,
    inside: BoolArray,
    value_share: FloatArray,
) -> tuple[BoolArray, BoolArray]:
    """Nodes that listed material can reach, shape (V,), and the caught inputs, shape (K,)."""
    origin, destination = network.routes.origin_node, network.routes.destination_node
    carried = np.zeros(len(network.nodes), dtype=bool)
    carried[destination[inside[origin] & looked[destination]]] = True
    made = (entries.coefficient > 0) & looked[entries.node]
    while True:
        before = int(carried.sum())
        carried[destination[carried[origin] & looked[destination]]] = True
        caught = _caught_inputs(rule, entries, value_share, carried)
        reached = made & np.isin(entries.process, entries.process[caught])
        carried[entries.node[reached]] = True
        if int(carried.sum()) == before:
            return carried, caught


def _caught_inputs(
    rule: LineageRule, entries: Entries, value_share: FloatArray, carried: BoolArray
) -> BoolArray:
    """Inputs that, with all smaller ones, reach the threshold of their process, shape (K,).

    The smaller inputs that stay below it together may be listed without the product being so.
    """
    open_ = np.flatnonzero(~np.isnan(value_share) & carried[entries.node])
    order = open_[np.lexsort((value_share[open_], entries.process[open_]))]
    starts = np.flatnonzero(np.diff(entries.process[order])) + 1
    caught = np.zeros(value_share.size, dtype=bool)
    for part in np.split(order, starts):
        total = np.cumsum(value_share[part])
        caught[part[total >= rule.threshold_share * (1 - SAME)]] = True
    return caught


def _shares(
    state: NormalState, entries: Entries, inside: BoolArray, carried: BoolArray, caught: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Share of listed origin at each node (V,) and in each process (N,) [1]."""
    count = len(state.network.processes.labels)
    by_routes, given, by_processes = _mixing(state, entries, inside, carried)
    node, process = entries.node[caught], entries.process[caught]
    process_share, chosen = np.zeros(count), np.full(count, -1)
    chosen[process] = node
    while True:
        share = _solve(by_routes, by_processes, given, chosen)
        order = np.lexsort((share[node], process))
        best = np.full(count, -1)
        best[process[order]] = node[order]  # the last one of each process is its largest
        has = best >= 0
        process_share[has] = share[best[has]]
        gain = np.zeros(count)
        gain[has] = process_share[has] - share[chosen[has]]
        if gain.max(initial=0.0) <= SAME:
            return share, process_share
        chosen = np.where(gain > SAME, best, chosen)


def _mixing(
    state: NormalState, entries: Entries, inside: BoolArray, carried: BoolArray
) -> tuple[csc_array, FloatArray, csc_array]:
    """Shares of the supply of carried nodes [1]: who sends it, who makes it.

    Returns:
        From other nodes outside the issuer, shape (V, V); from the issuer, shape (V,); from
        processes, shape (V, N).
    """
    routes, count = state.network.routes, len(carried)
    activity, rate = np.maximum(state.activity_rate, 0.0), np.maximum(state.route_rate, 0.0)
    made = np.maximum(entries.coefficient, 0.0) * activity[entries.process]
    supply = np.bincount(entries.node, weights=made, minlength=count)
    supply += np.bincount(routes.destination_node, weights=rate, minlength=count)
    scale = np.where(carried & (supply > 0), 1 / np.where(supply > 0, supply, 1.0), 0.0)
    weight = rate * scale[routes.destination_node]
    listed = inside[routes.origin_node]
    given = np.bincount(routes.destination_node, weights=weight * listed, minlength=count)
    ends = (routes.destination_node, routes.origin_node)
    by_routes = csc_array((weight * ~listed, ends), shape=(count, count))
    by_processes = csc_array(
        (made * scale[entries.node], (entries.node, entries.process)),
        shape=(count, activity.size),
    )
    return by_routes, np.asarray(given, dtype=np.float64), by_processes


def _solve(
    by_routes: csc_array, by_processes: csc_array, given: FloatArray, chosen: IntArray
) -> FloatArray:
    """Shares by node (V,) when the chosen input decides each process."""
    has = np.flatnonzero(chosen >= 0)
    choice = csc_array((np.ones(has.size), (has, chosen[has])), shape=(chosen.size, given.size))
    step = by_routes + by_processes @ choice
    system = csc_array((1 + LEAK) * eye_array(given.size) - step)
    share = np.asarray(spsolve(system, given))
    return np.where(share > 1 - SAME, 1.0, np.where(share < SAME, 0.0, share))
