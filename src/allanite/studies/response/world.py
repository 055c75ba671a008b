"""What a response reads: the normal state with its costs and stocks, the rules, the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy.sparse import csc_array, csr_array
from scipy.sparse.csgraph import connected_components

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.conditions.effects import Conditions
from allanite.network.economics import Economics
from allanite.network.holdings import Holdings
from allanite.network.normal import NormalState
from allanite.network.supply import SupplyNetwork

Closure = Literal["market", "partners"]
Rationing = Literal["priority", "pro_rata", "contract"]
CLOSURES: Final[tuple[Closure, ...]] = ("market", "partners")
RATIONINGS: Final[tuple[Rationing, ...]] = ("priority", "pro_rata", "contract")
# A rate below this share of the largest one is solver noise of the reconciliation.
NOISE: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class World:
    """Everything that does not change between two responses.

    Attributes:
        state: normal rates; economics: costs and times; holdings: range of the stocks.
    """

    state: NormalState
    economics: Economics
    holdings: Holdings

    @property
    def network(self) -> SupplyNetwork:
        """The network of the state."""
        return self.state.network


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Whose shortage counts, and how what is short is shared out.

    Attributes:
        partners: region codes of the partners; watched: the issuer that is watched.
        closure: `market` counts every region's shortage alike; `partners` keeps the use of
            all others before that of the partners, and counts the partners' costs only.
        rationing: `priority` to the uses with the most at stake; `pro_rata` gives every use
            at a node the same share of its need; `contract` gives every buyer of an origin
            the same share of what it normally takes.
    """

    partners: tuple[str, ...]
    watched: str
    closure: Closure = "market"
    rationing: Rationing = "priority"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Past:
    """What was decided before a window opens. K stocks, V nodes.

    Attributes:
        drawn_amount: taken from each stock so far, shape (K,) [t].
        added_amount: put on top of each stock so far, shape (K,) [t].
        arriving_amount: on the way, by period of arrival in the window, shape (P, V) [t].
        elapsed: time since the response began [yr].
    """

    drawn_amount: FloatArray
    added_amount: FloatArray
    arriving_amount: FloatArray
    elapsed: float = 0.0


def split_delay(delay: FloatArray, step: float) -> tuple[FloatArray, FloatArray]:
    """Whole periods of a delay, and the share that arrives one period later.

    A delay of 1.3 periods arrives as 0.7 after one period and 0.3 after two, which keeps
    the mean delay for any length of period.
    """
    periods = np.maximum(delay, 0.0) / step
    whole = np.floor(periods + 1e-9)
    return whole, np.clip(periods - whole, 0.0, 1.0)


def normal_arrivals(world: World, step: float, count: int) -> FloatArray:
    """What is on the way when a response begins, by period of arrival, (P, V) [t]."""
    whole, later = split_delay(world.economics.route_delay, step)
    period = np.arange(count)[:, None]
    share = (1 - later) * (period < whole) + later * (period < whole + 1)
    amount = share * world.state.route_rate * step
    arrive = _arrival_matrix(world.network)
    return np.asarray(amount @ arrive.T)


def _arrival_matrix(network: SupplyNetwork) -> csr_array:
    """Sparse (V, R): 1 where a route arrives."""
    count = len(network.routes.labels)
    entries = (np.ones(count), (network.routes.destination_node, np.arange(count)))
    return csr_array(entries, shape=(len(network.nodes), count))


def opening(world: World, step: float, count: int) -> Past:
    """Full shelves and normal goods on the way."""
    none = np.zeros(len(world.network.stocks.labels))
    return Past(
        drawn_amount=none,
        added_amount=none,
        arriving_amount=normal_arrivals(world, step, count),
    )


def touched_nodes(network: SupplyNetwork, conditions: Conditions) -> BoolArray:
    """Nodes that conditions can reach through processes and routes, shape (V,).

    Chains that share nothing with what is changed keep their normal state, which is optimal
    for them, so that leaving them out is exact.
    """
    seeds = np.zeros(len(network.nodes), dtype=bool)
    recipe = csc_array(network.processes.recipe)
    changed = np.any((conditions.process_availability < 1) | (conditions.process_growth < 1), 0)
    seeds[recipe[:, np.flatnonzero(changed)].tocoo().row] = True
    routes = np.any(
        (conditions.route_availability < 1)
        | np.isfinite(conditions.route_quota_rate)
        | (conditions.route_delay_added > 0)
        | (conditions.route_cost_added != 0),
        axis=0,
    )
    for quota in conditions.group_quotas:
        routes[quota.routes] = True
    seeds[network.routes.origin_node[routes]] = True
    demands = np.any(conditions.demand_change != 0, axis=0)
    seeds[network.demands.node[demands]] = True
    stocks = np.any(conditions.stock_availability < 1, axis=0)
    seeds[network.stocks.node[stocks]] = True
    label = node_components(network)
    return np.asarray(np.isin(label, np.unique(label[seeds])))


def node_components(network: SupplyNetwork) -> IntArray:
    """Which part of the network that recipes and routes link each node belongs to, (V,)."""
    return _components(len(network.nodes), _links(network))


def linked_nodes(world: World, active: BoolArray) -> BoolArray:
    """The active nodes with all that a decision at one of them can reach, shape (V,).

    Recipes, routes, plants that several processes share and substitutes link nodes; a
    programme that decides about some of them has to decide about all.
    """
    network, steps = world.network, world.economics.steps
    instead = steps.substitute_node >= 0
    node = network.demands.node[steps.demand[instead]]
    links = (*_links(network), _plant_links(network), (node, steps.substitute_node[instead]))
    label = _components(len(network.nodes), links)
    return np.asarray(np.isin(label, np.unique(label[active])))


Links = tuple[IntArray, IntArray]


def _links(network: SupplyNetwork) -> tuple[Links, ...]:
    """Pairs of nodes of one recipe, and of one route."""
    recipe = csc_array(network.processes.recipe)
    first = np.repeat(_first_nodes(recipe), np.diff(recipe.indptr))
    routes = network.routes
    return (
        (first, recipe.indices.astype(np.int64)),
        (routes.origin_node, routes.destination_node),
    )


def _plant_links(network: SupplyNetwork) -> Links:
    """Pairs of nodes of processes that share a plant."""
    group = network.processes.group
    first = _first_nodes(csc_array(network.processes.recipe))
    shared = np.flatnonzero(group >= 0)
    _, leader, plant = np.unique(group[shared], return_index=True, return_inverse=True)
    return first[shared[leader]][plant.ravel()], first[shared]


def _first_nodes(recipe: csc_array) -> IntArray:
    """The first node of each recipe, shape (N,)."""
    return np.asarray(recipe.indices[np.minimum(recipe.indptr[:-1], max(recipe.nnz - 1, 0))])


def _components(size: int, links: tuple[Links, ...]) -> IntArray:
    start, end = (np.concatenate(ends) for ends in zip(*links, strict=True))
    graph = csr_array((np.ones(start.size), (start, end)), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1])
