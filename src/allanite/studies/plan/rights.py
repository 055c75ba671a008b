"""What of the world's supply the partners have a right to: their share of every node and plant.

A tonne that leaves a node belongs to whoever uses it in the end. Going up the chain, the share
of the partners in the use of node v and in process n is

    share_v = (sum_n intake_vn share_n + sum of routes share_destination + partners' demand) / use_v
    share_n = value of its outputs x share of their nodes / value of its outputs

Plants in a partner's country serve the partners whole: what they export is theirs to redirect.
What goes into the watched country counts as others': what comes back from it is an import.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csc_array, csr_array, diags_array

from allanite.axis import BoolArray, FloatArray
from allanite.network.normal import NormalState
from allanite.network.supply import SupplyNetwork

ROUNDS: Final = 200
CLOSE: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rights:
    """Shares of the partners in the normal state. V nodes, N processes.

    Attributes:
        node_share: of what is used at each node, shape (V,) [1]; 0 in the watched country.
        process_share: of what each process makes, shape (N,) [1].
        is_watched: nodes in the watched country, shape (V,).
        swap_rate: what partners get at a node beyond their share of the plants that supply it,
            because co-products are shared out by value and used otherwise, shape (V,) [t/yr].
    """

    node_share: FloatArray
    process_share: FloatArray
    is_watched: BoolArray
    swap_rate: FloatArray


def trace_rights(
    state: NormalState,
    price: FloatArray,
    partners: tuple[str, ...],
    watched: str,
) -> Rights:
    """Shares of the partners in every node and process.

    Args:
        state: the normal state.
        price: of a tonne at each node, shape (V,) [USD/t].
        partners: region codes.
        watched: region code of the issuer whose exports may be curbed.
    """
    network = state.network
    country = np.array(network.place_country, dtype=object)[network.node_place]
    is_watched = np.asarray(country == watched)
    home = np.isin(np.array(network.process_country, dtype=object), partners)
    running = state.activity_rate > 0
    intake, made = _gross(state)
    weight = _output_weights(network, price)
    sent = _route_matrix(state)
    own = _partner_demand(state, partners)
    use = np.asarray(intake.sum(axis=1)).ravel() + np.asarray(sent.sum(axis=1)).ravel()
    use += np.asarray(network.demand_matrix() @ state.demand_rate)
    share_v = np.zeros(len(network.nodes))
    share_n = np.where(home, 1.0, 0.0)
    for _ in range(ROUNDS):
        before = share_v
        mine = intake @ share_n + sent @ share_v + own
        share_v = np.where(use > 0, mine / np.where(use > 0, use, 1.0), before)
        share_v = np.where(is_watched, 0.0, np.clip(share_v, 0.0, 1.0))
        share_n = np.where(home, 1.0, np.asarray(weight.T @ share_v))
        if np.abs(share_v - before).max(initial=0.0) < CLOSE:
            break
    supplied = made @ (share_n * running) + _arriving(state, share_v)
    swap = np.where(is_watched, 0.0, share_v * use - supplied)
    return Rights(
        node_share=share_v,
        process_share=share_n,
        is_watched=is_watched,
        swap_rate=np.maximum(swap, 0.0),
    )


def _gross(state: NormalState) -> tuple[csr_array, csr_array]:
    """What each process takes and makes at each node in the normal state, (V, N) [t/yr]."""
    recipe = csc_array(state.network.processes.recipe)
    rates = diags_array(state.activity_rate)
    return csr_array((-recipe.minimum(0)) @ rates), csr_array(recipe.maximum(0) @ rates)


def _output_weights(network: SupplyNetwork, price: FloatArray) -> csc_array:
    """Share of each node in the value of a process's outputs, sparse (V, N) [1]."""
    value = csc_array(diags_array(price) @ csc_array(network.processes.recipe).maximum(0))
    whole = np.asarray(value.sum(axis=0)).ravel()
    return csc_array(value @ diags_array(np.where(whole > 0, 1 / np.where(whole > 0, whole, 1), 0)))


def _route_matrix(state: NormalState) -> csr_array:
    """What goes from node to node in the normal state, sparse (V, V) [t/yr]."""
    routes, count = state.network.routes, len(state.network.nodes)
    ends = (routes.origin_node, routes.destination_node)
    return csr_array((state.route_rate, ends), shape=(count, count))


def _partner_demand(state: NormalState, partners: tuple[str, ...]) -> FloatArray:
    demands = state.network.demands
    mine = np.isin(np.array(demands.region, dtype=object), partners)
    return np.asarray(state.network.demand_matrix() @ (state.demand_rate * mine))


def _arriving(state: NormalState, share_v: FloatArray) -> FloatArray:
    """What arrives at each node for the partners, shape (V,) [t/yr]."""
    routes, count = state.network.routes, len(state.network.nodes)
    share = share_v[routes.destination_node]
    found = np.bincount(routes.destination_node, state.route_rate * share, minlength=count)
    return np.asarray(found, dtype=np.float64)


def origin_share(state: NormalState, price: FloatArray, starts: BoolArray) -> FloatArray:
    """Share of what is supplied at each node that some processes stand behind, shape (V,) [1].

    Going down the chain with proportional mixing: a process passes on the share of its inputs,
    by value.

    Args:
        state: the normal state.
        price: of a tonne at each node, shape (V,) [USD/t].
        starts: processes that count as the origin, shape (N,).
    """
    intake, made = _gross(state)
    sent = _route_matrix(state)
    value = csc_array(diags_array(price) @ intake)
    paid = np.asarray(value.sum(axis=0)).ravel()
    supply = np.asarray(made.sum(axis=1)).ravel() + np.asarray(sent.sum(axis=0)).ravel()
    supply = np.where(supply > 0, supply, 1.0)
    share = np.zeros(price.size)
    for _ in range(ROUNDS):
        passed = np.where(paid > 0, (value.T @ share) / np.where(paid > 0, paid, 1.0), 0.0)
        fresh = (made @ np.where(starts, 1.0, passed) + sent.T @ share) / supply
        if np.abs(fresh - share).max(initial=0.0) < CLOSE:
            return np.asarray(fresh)
        share = fresh
    return share
