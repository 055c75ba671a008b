"""The network a plan decides on: outside the watched country, markets pooled, partners' share.

A site and the market of its country exchange freely, so their nodes of one material are pooled
into one. Of what exists the partners' share counts (`rights`); projects count whole. Only nodes
on a way from a supply to a partner's demand are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csc_array, csr_array
from scipy.sparse.csgraph import connected_components

from allanite.axis import Axis, BoolArray, FloatArray, IntArray
from allanite.network.supply import SupplyNetwork
from allanite.studies.plan.rights import Rights
from allanite.studies.response.blocks import SMALLEST_COEFFICIENT
from allanite.studies.response.world import World

SMALLEST_SHARE: Final = 1e-3
SMALLEST_RATE: Final = 1e-2  # t/yr; rounding of the reconciliation lies below


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledNetwork:
    """Nodes, processes and routes of a plan. U nodes, N processes, R routes, I imports.

    Attributes:
        nodes: `PLACE/material`; pool: node of each node of the whole network, shape (V,), -1
            where it is left out; material: position of the material, shape (U,).
        process: positions in the whole network, shape (N,); recipe: sparse (U, N).
        route_origin, route_destination: shape (R,); route_cost: [USD/t], shape (R,).
        import_node: where an export of the watched country arrives, shape (I,); import_rate:
            what the partners normally take of it [t/yr], shape (I,).
        swap_rate: contracts on co-products, shape (U,) [t/yr].
        others_rate: what others normally take of what partners' plants make, (U,) [t/yr].
    """

    nodes: Axis
    pool: IntArray
    material: IntArray
    process: IntArray
    recipe: csc_array
    route_origin: IntArray
    route_destination: IntArray
    route_cost: FloatArray
    import_node: IntArray
    import_rate: FloatArray
    swap_rate: FloatArray
    others_rate: FloatArray


def pool_network(
    world: World, rights: Rights, chosen: BoolArray, partner_demand: FloatArray
) -> PooledNetwork:
    """The network of a plan.

    Args:
        world: normal state and costs.
        rights: the partners' share.
        chosen: processes that the plan may run, shape (N of the world,): existing ones the
            partners have a share in, and those of projects.
        partner_demand: at each node, shape (V,) [t/yr].
    """
    network = world.network
    inside = ~rights.is_watched
    pool, first = _pools(network, inside)
    kept = _on_the_way(world, rights, chosen, partner_demand, pool)
    position = np.full(kept.size, -1)
    position[np.flatnonzero(kept)] = np.arange(int(kept.sum()))
    pool = np.where(pool >= 0, position[np.maximum(pool, 0)], -1)
    process = _whole_processes(network, chosen, pool)
    names = tuple(network.nodes.labels[v] for v in first[kept])
    origin, destination, cost = _routes(world, pool)
    arriving, rate = _imports(world, rights, pool)
    count = len(names)
    return PooledNetwork(
        nodes=Axis("node", names),
        pool=pool,
        material=network.node_material[first[kept]],
        process=process,
        recipe=_pooled_recipe(network, process, pool, count),
        route_origin=origin,
        route_destination=destination,
        route_cost=cost,
        import_node=arriving,
        import_rate=rate,
        swap_rate=_at(pool, rights.swap_rate, count),
        others_rate=_at(pool, _others(world, rights), count),
    )


def _pools(network: SupplyNetwork, inside: BoolArray) -> tuple[IntArray, IntArray]:
    """Pool of each node, shape (V,), -1 outside; and the node that names each pool.

    A pool takes the name of its demand region where it holds one, else of its market.
    """
    routes, count = network.routes, len(network.nodes)
    joins = np.array([kind == "market" for kind in routes.kind], dtype=bool)
    joins &= inside[routes.origin_node] & inside[routes.destination_node]
    ends = (routes.origin_node[joins], routes.destination_node[joins])
    graph = csr_array((np.ones(int(joins.sum())), ends), shape=(count, count))
    label = connected_components(graph, directed=False)[1]
    is_region = np.array([kind == "region" for kind in network.place_kind], dtype=bool)
    is_market = np.isin(np.array(network.places.labels), network.demands.region)
    rank = 2 - is_region.astype(np.int64) - is_market
    order = np.lexsort((np.arange(count), rank[network.node_place]))
    order = order[inside[order]]
    _, first, inverse = np.unique(label[order], return_index=True, return_inverse=True)
    pool = np.full(count, -1, dtype=np.int64)
    pool[order] = inverse.ravel()
    return pool, np.asarray(order[first])


def _on_the_way(
    world: World,
    rights: Rights,
    chosen: BoolArray,
    partner_demand: FloatArray,
    pool: IntArray,
) -> BoolArray:
    """Pools that a supply can reach and from which a partner's demand can be reached."""
    network = world.network
    count = int(pool.max(initial=-1)) + 1
    step = _steps_of_flow(network, chosen, pool, count)
    held = _at(pool, np.maximum(world.state.supply_rate(), 0.0) * rights.node_share, count)
    outputs = csc_array(network.processes.recipe).maximum(0) @ chosen.astype(float)
    supplied = (held > SMALLEST_RATE) | (_at(pool, outputs, count) > 0)
    wanted = _at(pool, partner_demand, count) > 0
    return _spread(step, supplied | wanted) & _spread(csr_array(step.T), wanted)


def _steps_of_flow(
    network: SupplyNetwork, chosen: BoolArray, pool: IntArray, count: int
) -> csr_array:
    """From which pool to which material can go in one step, sparse (pools, pools)."""
    routes, recipe = network.routes, csc_array(network.processes.recipe).tocoo()
    kept = chosen[recipe.col] & (pool[recipe.row] >= 0)
    row, column, value = pool[recipe.row[kept]], recipe.col[kept], recipe.data[kept]
    size = (count, chosen.size)
    taken = csr_array((np.ones((value < 0).sum()), (row[value < 0], column[value < 0])), shape=size)
    made = csr_array((np.ones((value > 0).sum()), (row[value > 0], column[value > 0])), shape=size)
    ends = pool[routes.origin_node], pool[routes.destination_node]
    inside = (ends[0] >= 0) & (ends[1] >= 0) & (ends[0] != ends[1])
    moved = (np.ones(int(inside.sum())), (ends[0][inside], ends[1][inside]))
    return csr_array(taken @ made.T + csr_array(moved, shape=(count, count)))


def _spread(step: csr_array, start: BoolArray) -> BoolArray:
    """Everything that can be reached from the start, the start included."""
    reached = start.copy()
    while True:
        wider = reached | (np.asarray(step.T @ reached.astype(float)) > 0)
        if (wider == reached).all():
            return reached
        reached = wider


def _whole_processes(network: SupplyNetwork, chosen: BoolArray, pool: IntArray) -> IntArray:
    """Chosen processes all of whose inputs are kept and at least one of whose outputs is."""
    recipe = csc_array(network.processes.recipe).tocoo()
    missing = pool[recipe.row] < 0
    count = chosen.size
    lacks = np.bincount(recipe.col, weights=(recipe.data < 0) & missing, minlength=count) > 0
    gives = np.bincount(recipe.col, weights=(recipe.data > 0) & ~missing, minlength=count) > 0
    return np.flatnonzero(chosen & ~lacks & gives)


def _pooled_recipe(
    network: SupplyNetwork, process: IntArray, pool: IntArray, count: int
) -> csc_array:
    part = csc_array(network.processes.recipe)[:, process].tocoo()
    row = pool[part.row]
    kept = (row >= 0) & (np.abs(part.data) > SMALLEST_COEFFICIENT)
    shape = (count, process.size)
    return csc_array((part.data[kept], (row[kept], part.col[kept])), shape=shape)


def _routes(world: World, pool: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Ways between different pools, each once, at the cheapest cost."""
    routes = world.network.routes
    ends = np.stack([pool[routes.origin_node], pool[routes.destination_node]])
    kept = (ends >= 0).all(axis=0) & (ends[0] != ends[1])
    pairs, inverse = np.unique(ends[:, kept], axis=1, return_inverse=True)
    cost = np.full(pairs.shape[1], np.inf)
    np.minimum.at(cost, inverse.ravel(), world.economics.route_cost[kept])
    return pairs[0], pairs[1], cost


def _imports(world: World, rights: Rights, pool: IntArray) -> tuple[IntArray, FloatArray]:
    """Where exports of the watched country arrive, and what the partners take of them."""
    routes = world.network.routes
    crosses = rights.is_watched[routes.origin_node] & (pool[routes.destination_node] >= 0)
    share = rights.node_share[routes.destination_node]
    amount = world.state.route_rate * share
    kept = crosses & (amount > SMALLEST_RATE)
    node, inverse = np.unique(pool[routes.destination_node[kept]], return_inverse=True)
    return node, _sums(inverse.ravel(), amount[kept], node.size)


def import_rates(world: World, rights: Rights, pooled: PooledNetwork) -> FloatArray:
    """What some partners take of each import of a pooled network, shape (I,) [t/yr].

    Args:
        world: normal state.
        rights: theirs.
        pooled: a network that holds all their imports.
    """
    routes, pool = world.network.routes, pooled.pool
    crosses = rights.is_watched[routes.origin_node] & (pool[routes.destination_node] >= 0)
    amount = world.state.route_rate * rights.node_share[routes.destination_node] * crosses
    at = np.where(crosses, pool[routes.destination_node], 0)
    return _sums(at, amount, len(pooled.nodes))[pooled.import_node]


def pooled_swaps(rights: Rights, pooled: PooledNetwork) -> FloatArray:
    """Contracts of some partners on co-products, shape (U,) [t/yr]."""
    return _at(pooled.pool, rights.swap_rate, len(pooled.nodes))


def _others(world: World, rights: Rights) -> FloatArray:
    """What others take of what the partners' share of plants and imports brings, (V,) [t/yr]."""
    state, network = world.state, world.network
    made = csc_array(network.processes.recipe).maximum(0)
    mine = made @ (state.activity_rate * rights.process_share)
    whole = np.asarray(made @ state.activity_rate)
    extra = np.maximum(mine - rights.node_share * whole, 0.0)
    return np.asarray(np.where(rights.is_watched, 0.0, extra))


def _at(pool: IntArray, value: FloatArray, count: int) -> FloatArray:
    """Sums over the nodes of each pool, shape (count,)."""
    inside = pool >= 0
    return _sums(pool[inside], value[inside], count)


def _sums(group: IntArray, value: FloatArray, count: int) -> FloatArray:
    return np.asarray(np.bincount(group, weights=value, minlength=count), dtype=np.float64)
