"""Where material comes from, through every tier, with proportional mixing at each node.

States are the nodes and the processes of a network, for one element. `A[u, v]` is the share
of v's supply that comes straight from u. With `D` the demand and absorbing states cut off
from what feeds them,

    share = (I - A)⁻¹ D

by sparse LU, never a dense inverse; loops (recycling) need no care. The
share of an origin is the value of its state; the shares of all origins sum to one.

Source: Miller and Blair 2009, ch. 2 (total requirements) and ch. 12 (supply-side model);
Kemeny and Snell 1976, ch. 3 (absorbing chains).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import coo_array, csc_array, csr_array, eye_array
from scipy.sparse.csgraph import breadth_first_order
from scipy.sparse.linalg import SuperLU, splu

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.errors import ModelError
from allanite.network.supply import SupplyNetwork

# Flows below this share of an element's largest flow are the solver's rounding.
FLOW_TOLERANCE: Final = 1e-9
SUM_TOLERANCE: Final = 1e-8


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """One balanced set of rates [t/yr].

    Attributes:
        process_flow: sparse (V, N), what each process gives (> 0) and takes (< 0).
        route, demand, stock_change: shapes (R,), (D,), (V,).
    """

    process_flow: csc_array
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
    """Flows of one element between nodes, processes and stocks.

    A stock drawn down is taken to hold the mix of what flows into its node; only where
    nothing else flows in is it an origin of its own. A process passes on what it takes in:
    the content of a material is an average over the recipes that make it, so a plant that
    takes no dysprosium gives none, whatever its grade holds on average.
    """
    node_content = _node_content(network, element)
    v, n = len(network.nodes), len(network.processes.labels)
    recipe = rates.process_flow.tocoo()
    flow = _passed_on(recipe, recipe.data * node_content[recipe.row], n)
    made, used = flow > 0, flow < 0
    routes = network.routes
    carried = np.maximum(rates.route, 0.0) * node_content[routes.origin_node]
    draw = np.maximum(-rates.stock_change, 0.0) * node_content
    least = FLOW_TOLERANCE * max(x.max(initial=0.0) for x in (np.abs(flow), carried, draw))
    draw[recipe.row[flow > least]] = draw[routes.destination_node[carried > least]] = 0.0
    origin = [v + recipe.col[made], recipe.row[used], routes.origin_node, v + n + np.arange(v)]
    destination = [recipe.row[made], v + recipe.col[used], routes.destination_node, np.arange(v)]
    rate = np.concatenate([flow[made], -flow[used], carried, draw])
    keep = rate > least
    return ElementFlows(
        origin=np.concatenate(origin)[keep],
        destination=np.concatenate(destination)[keep],
        rate=rate[keep],
        states=2 * v + n,
        demand=np.maximum(rates.demand, 0.0) * node_content[network.demands.node],
    )


def _passed_on(recipe: coo_array, flow: FloatArray, processes: int) -> FloatArray:
    """Element flows of the recipes' entries with outputs scaled to the inputs.

    Processes without any input (mines) keep their outputs.
    """
    column = recipe.col
    taken = np.bincount(column, weights=np.maximum(-flow, 0.0), minlength=processes)
    made = np.bincount(column, weights=np.maximum(flow, 0.0), minlength=processes)
    fed = np.bincount(column, weights=recipe.data < 0, minlength=processes) > 0
    factor = np.where(fed & (made > 0), taken / np.where(made > 0, made, 1.0), 1.0)
    return np.where(flow > 0, flow * factor[column], flow)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamPart:
    """The states from which any demand is fed, K of them, cut out of a network.

    Attributes:
        states: positions among all S states, shape (K,).
        shares, demand: A and D of those states, sparse (K, K) and (K, G).
    """

    states: IntArray
    shares: csc_array
    demand: csc_array


def upstream_part(shares: csc_array, demand: csc_array) -> UpstreamPart:
    """What feeds the demands: A (S, S) and D (S, G) without all other states."""
    states = np.flatnonzero(_upstream(shares, demand))
    return UpstreamPart(
        states=states, shares=shares[states][:, states].tocsc(), demand=demand[states].tocsc()
    )


def origin_shares(
    part: UpstreamPart, absorbing: BoolArray | None = None
) -> tuple[IntArray, IntArray, FloatArray]:
    """State, demand column and share of all origins, K' of each.

    Args:
        part: states upstream of the demands.
        absorbing: where tracing ends besides, shape (S,); nowhere by default.

    Raises:
        ModelError: shares that do not sum to one: a loop that nothing outside it feeds.
    """
    shares = part.shares if absorbing is None else stop_at(part.shares, absorbing[part.states])
    ends = np.diff(shares.indptr) == 0
    found = _end_shares(shares, ends, part.demand)
    _check_sums(found.sum(axis=0) - part.demand.sum(axis=0))
    row, group = np.nonzero(found)
    return part.states[ends][row], group, found[row, group]


def trace_origins(shares: csc_array, demand: csc_array) -> csr_array:
    """Share of each demand that comes from each origin, sparse (S, G), zero elsewhere.

    Args:
        shares: matrix A (S, S), stopped where tracing shall end.
        demand: D, share of each demand at each state, sparse (S, G); columns sum to one,
            or to zero where there is no demand.

    Raises:
        ModelError: shares that do not sum to one: a loop that nothing outside it feeds.
    """
    state, group, share = origin_shares(upstream_part(shares, demand))
    return coo_array((share, (state, group)), shape=demand.shape).tocsr()


def _upstream(shares: csc_array, demand: csc_array) -> BoolArray:
    """States from which any demand is fed, shape (S,)."""
    start = np.unique(demand.tocoo().row)
    count = demand.shape[0]
    root = count  # one state above all demands, so that one search finds all
    arcs = shares.tocoo()
    graph = csr_array(
        (
            np.ones(arcs.nnz + start.size),
            (np.append(arcs.col, np.full(start.size, root)), np.append(arcs.row, start)),
        ),
        shape=(count + 1, count + 1),
    )
    found = breadth_first_order(graph, root, return_predecessors=False)
    reached = np.zeros(count + 1, dtype=bool)
    reached[found] = True
    return reached[:count]


def _end_shares(direct: csc_array, ends: BoolArray, demand: csc_array) -> FloatArray:
    """Rows of (I - A)⁻¹ D at the ends, dense; solved from the side with fewer columns."""
    if ends.sum() >= demand.shape[1]:
        return total_requirements(direct, demand.toarray())[ends]
    chosen = np.eye(ends.size)[:, ends]
    return np.asarray((demand.T @ _factorised(direct).solve(chosen, "T")).T)


def total_requirements(direct: csc_array, demand: FloatArray) -> FloatArray:
    """(I - A)⁻¹ D, dense (S, G): what all tiers together give for each column of D.

    Raises:
        ModelError: I - A is singular: a loop that nothing outside it feeds.
    """
    return np.asarray(_factorised(direct).solve(demand))


def _factorised(direct: csc_array) -> SuperLU:
    matrix = (eye_array(direct.shape[0], format="csc") - direct).tocsc()
    try:
        return splu(matrix)
    except RuntimeError as error:
        raise ModelError(
            "exposure: a loop of the network feeds only itself; see `allanite network audit`"
        ) from error


def _check_sums(gap: FloatArray) -> None:
    if np.abs(gap).max(initial=0.0) > SUM_TOLERANCE:
        worst = int(np.abs(gap).argmax())
        raise ModelError(
            f"exposure: shares of demand {worst} miss their sum by {gap[worst]:.3g}: "
            "a loop of the network is hardly fed from outside, see `allanite network audit`"
        )
