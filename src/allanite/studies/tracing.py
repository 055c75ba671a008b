"""Where material comes from, through every tier, with proportional mixing at each node.

States are the nodes and the processes of a network, for one element. `A[u, v]` is the share
of v's supply that comes straight from u. With `D` the demand and absorbing states cut off
from what feeds them,

    share = (I - A)⁻¹ D

by one sparse LU of all elements and stages at once; loops (recycling) need no care. The
share of an origin is the value of its state; the shares of all origins sum to one.

Source: Miller and Blair 2009, ch. 2 (total requirements) and ch. 12 (supply-side model);
Kemeny and Snell 1976, ch. 3 (absorbing chains).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import block_diag, coo_array, csc_array, csr_array, eye_array
from scipy.sparse.linalg import splu

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.errors import ModelError
from allanite.network.supply import SupplyNetwork

# Flows below this share of an element's largest flow are the solver's rounding.
FLOW_TOLERANCE: Final = 1e-9
SUM_TOLERANCE: Final = 1e-8


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """One balanced set of rates [t/yr]: activity (N,), route (R,), demand (D,), stock (V,)."""

    activity: FloatArray
    route: FloatArray
    demand: FloatArray
    stock_change: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementFlows:
    """Flows of one element between states; S = V + N + V states.

    States are the V nodes, then the N processes, then one drawn-down stock a node.

    Attributes:
        origin, destination: states, shape (F,).
        rate: mass of the element [t/yr], shape (F,).
        states: S.
        demand: mass of the element each demand takes [t/yr], shape (D,).
    """

    origin: IntArray
    destination: IntArray
    rate: FloatArray
    states: int
    demand: FloatArray


def element_flows(network: SupplyNetwork, rates: Rates, element: int) -> ElementFlows:
    """Flows of one element between nodes, processes and stocks."""
    node_content = _node_content(network, element)
    v, n = len(network.nodes), len(network.processes.labels)
    recipe = network.processes.recipe.tocoo()
    flow = recipe.data * node_content[recipe.row] * rates.activity[recipe.col]
    made, used = flow > 0, flow < 0
    routes = network.routes
    draw = np.maximum(-rates.stock_change, 0.0) * node_content
    origin = [v + recipe.col[made], recipe.row[used], routes.origin_node, v + n + np.arange(v)]
    destination = [recipe.row[made], v + recipe.col[used], routes.destination_node, np.arange(v)]
    carried = np.maximum(rates.route, 0.0) * node_content[routes.origin_node]
    rate = np.concatenate([flow[made], -flow[used], carried, draw])
    keep = rate > FLOW_TOLERANCE * rate.max(initial=0.0)
    return ElementFlows(
        origin=np.concatenate(origin)[keep],
        destination=np.concatenate(destination)[keep],
        rate=rate[keep],
        states=2 * v + n,
        demand=np.maximum(rates.demand, 0.0) * node_content[network.demands.node],
    )


def _node_content(network: SupplyNetwork, element: int) -> FloatArray:
    row = network.element_content[[element], :].toarray().ravel()
    return np.asarray(row[network.node_material], dtype=np.float64)


def supply_shares(flows: ElementFlows) -> csc_array:
    """Sparse A (S, S): `A[u, v]` is the share of v's supply that comes straight from u."""
    total = np.bincount(flows.destination, weights=flows.rate, minlength=flows.states)
    share = flows.rate / total[flows.destination]
    return coo_array(
        (share, (flows.origin, flows.destination)), shape=(flows.states, flows.states)
    ).tocsc()


def stop_at(shares: csc_array, absorbing: BoolArray) -> csc_array:
    """`shares` with nothing feeding the absorbing states: tracing ends there."""
    stopped = shares.copy()
    stopped.data = stopped.data * np.repeat(~absorbing, np.diff(shares.indptr))
    stopped.eliminate_zeros()
    return stopped


def trace_origins(shares: Sequence[csc_array], demand: Sequence[FloatArray]) -> list[csr_array]:
    """Share of each demand that comes from each origin, several systems in one factorisation.

    Args:
        shares: matrices A, each (S, S), stopped where tracing shall end.
        demand: share of each demand at each state, each (S, G); columns sum to one.

    Returns:
        For each system a sparse (S, G): the share of each origin, zero elsewhere.

    Raises:
        ModelError: shares that do not sum to one: a loop that nothing outside it feeds.
    """
    reached = [_upstream(a, d) for a, d in zip(shares, demand, strict=True)]
    small = [a[keep][:, keep] for a, keep in zip(shares, reached, strict=True)]
    start = [d[keep] for d, keep in zip(demand, reached, strict=True)]
    width = max(d.shape[1] for d in start)
    stacked = np.vstack([np.pad(d, ((0, 0), (0, width - d.shape[1]))) for d in start])
    system = block_diag(small, format="csc")
    visited = _solve(system, stacked)
    ends = np.asarray(system.sum(axis=0)).ravel() == 0
    visited[~ends] = 0.0
    offsets = np.cumsum([0, *(d.shape[0] for d in start)])
    return [
        _checked(visited[a:b, : d.shape[1]], keep)
        for a, b, d, keep in zip(offsets[:-1], offsets[1:], start, reached, strict=True)
    ]


def _upstream(shares: csc_array, demand: FloatArray) -> BoolArray:
    """States from which any demand is fed, shape (S,)."""
    feeds = (shares != 0).astype(np.float64)
    reached = demand.any(axis=1)
    while True:
        grown = reached | (feeds @ reached.astype(np.float64) > 0)
        if (grown == reached).all():
            return np.asarray(reached)
        reached = grown


def _solve(shares: csc_array, demand: FloatArray) -> FloatArray:
    matrix = (eye_array(shares.shape[0], format="csc") - shares).tocsc()
    try:
        return np.asarray(splu(matrix).solve(demand))
    except RuntimeError as error:
        raise ModelError(
            "exposure: a loop of the network feeds only itself; see `allanite network audit`"
        ) from error


def _checked(visited: FloatArray, keep: BoolArray) -> csr_array:
    total = visited.sum(axis=0)
    if np.abs(total - 1.0).max(initial=0.0) > SUM_TOLERANCE:
        worst = int(np.abs(total - 1.0).argmax())
        raise ModelError(
            f"exposure: shares of demand {worst} sum to {total[worst]:.9f}; they must sum to 1: "
            "a loop of the network is hardly fed from outside, see `allanite network audit`"
        )
    state, group = np.nonzero(visited)
    full = np.flatnonzero(keep)[state]
    return coo_array(
        (visited[state, group], (full, group)), shape=(keep.size, visited.shape[1])
    ).tocsr()
