"""The world a border measure meets: a steady year, whole costs, and users slow to switch.

Four things differ from a response to a shock. What a maker asks above the going price counts,
not its whole running cost, since a tonne it sells displaces one that would be paid for. Goods go
by sea, and time on the way does not matter. A market passes on what all plants behind it could
take, not what they took. And users differ in what a new supplier has to offer
before they leave the old one: on every market of the goods stands a desk for new suppliers, and
ways from the desk to the market that cost more the more users have switched,

    share switched at a discount w = 1 - (1 + w)^(-sigma)

which is what a constant elasticity of substitution sigma gives. Without a measure nobody switches.

Source: Howitt (1995), Positive mathematical programming, for costs that make the base year the
optimum; Armington (1969) for the elasticity between suppliers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.sparse import csc_array

from allanite.axis import Axis, BoolArray, FloatArray, IntArray
from allanite.network.draft import PlaceDraft
from allanite.network.economics import Economics, Ramp
from allanite.network.extend import Additions, extend_network, extend_state
from allanite.network.supply import RouteKind, Routes, SupplyNetwork
from allanite.studies.response.bounds import possible_use
from allanite.studies.response.world import NOISE, World

DESK: Final = ": new suppliers"
# A route of this kind lets its start take as much as its end could: a desk, what its market does.
AS_OF_MARKET: Final[RouteKind] = "class"
# Discounts, as shares of the price, between which users switch at the middle of the part.
DISCOUNTS: Final = (0.0, 0.02, 0.04, 0.07, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.6, 0.8, 1.0, 1.5, 2.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BorderWorld:
    """A world with desks for new suppliers. R routes, M materials.

    Attributes:
        world: normal state, costs, steps.
        price: of each material, shape (M,) [USD/t].
        goods: materials with desks, shape (M,).
        switch: positions of the ways from desks to markets, shape (K,).
        switch_rate: how many users there are on each, shape (K,) [t/yr].
        settled: routes whose buyers are settled: more goes through a desk, shape (S,).
        newcomer: the route to the desk for each of those, shape (S,).
    """

    world: World
    price: FloatArray
    goods: BoolArray
    switch: IntArray
    switch_rate: FloatArray
    settled: IntArray
    newcomer: IntArray

    @property
    def network(self) -> SupplyNetwork:
        """The network with desks."""
        return self.world.network


def border_world(
    world: World, goods: BoolArray, elasticity: float, sea: Mapping[str, float] | None = None
) -> BorderWorld:
    """The world of a border measure on some goods.

    Args:
        world: the world of a response.
        goods: materials with desks, shape (M,).
        elasticity: between suppliers; 0 lets nobody switch.
        sea: freight by stage [USD/t]; what the world has where None.
    """
    steady = replace(world, economics=steady_economics(world, sea))
    price = material_price(steady)
    settled = _settled_routes(steady, goods)
    widened, newcomer = _with_desks(steady, settled)
    base = steady.state.supply_rate()
    shares = switch_shares(elasticity)
    return _with_switches(widened, price, goods, (settled, newcomer), base, shares)


def steady_economics(world: World, sea: Mapping[str, float] | None) -> Economics:
    """Costs of a steady year: what makers ask above the price, freight by sea, no transit."""
    economics, network = world.economics, world.network
    recipe = csc_array(network.processes.recipe)
    added_value = np.asarray(recipe.T @ economics.price)
    freight = economics.route_cost
    if sea is not None:
        by_sea = np.array([sea.get(stage, np.inf) for stage in network.node_stage])
        freight = np.minimum(freight, by_sea[network.routes.origin_node])
    ramp = economics.route_ramp
    reach = ramp.reach_share * _market_factor(world)[network.routes.destination_node]
    return replace(
        economics,
        running_cost=np.maximum(economics.running_cost - added_value, 0.0),
        route_ramp=replace(ramp, reach_share=reach),
        route_cost=freight,
        route_delay=np.zeros_like(economics.route_delay),
    )


def _market_factor(world: World) -> FloatArray:
    """What a market could take with all plants behind it, over what it could without, (V,).

    Growth of a route is a share of what its end could take. New plants that took nothing in the
    base year would get nothing in a steady year otherwise.
    """
    network, size = world.network, possible_use(world)
    routes = network.routes
    kind = np.array([kind == "market" for kind in routes.kind], dtype=bool)
    at_site = np.array([kind == "site" for kind in network.place_kind], dtype=bool)
    chosen = kind & at_site[network.node_place[routes.destination_node]]
    behind = size[routes.destination_node] - np.maximum(world.state.route_rate, 0.0)
    more = np.zeros_like(size)
    np.add.at(more, routes.origin_node[chosen], np.maximum(behind, 0.0)[chosen])
    known = size > NOISE
    return np.where(known, (size + more) / np.where(known, size, 1.0), 1.0)


def material_price(world: World) -> FloatArray:
    """Price of each material, shape (M,) [USD/t]."""
    price = np.zeros(len(world.network.materials))
    price[world.network.node_material] = world.economics.price
    return price


def switch_shares(elasticity: float) -> FloatArray:
    """Share of a market's users who switch in each part between two discounts, shape (J,)."""
    edges = np.array(DISCOUNTS)
    return np.asarray(np.diff(1.0 - (1.0 + edges) ** -elasticity))


def _settled_routes(world: World, goods: BoolArray) -> IntArray:
    """Routes of the goods into a market that has a normal supply."""
    network = world.network
    at_market = np.array([kind == "region" for kind in network.place_kind], dtype=bool)
    end = network.routes.destination_node
    supply = world.state.supply_rate()
    supplied = supply > NOISE * max(float(supply.max(initial=0.0)), 1.0)
    kept = goods[network.node_material[end]] & at_market[network.node_place[end]] & supplied[end]
    return np.flatnonzero(kept)


def _with_desks(world: World, settled: IntArray) -> tuple[World, IntArray]:
    """The world with a desk beside each market, and the route to it for each settled one."""
    network = world.network
    node = network.routes.destination_node[settled]
    start = network.routes.origin_node[settled]
    added = Additions()
    for a, b in zip(start.tolist(), node.tolist(), strict=True):
        place = network.places.labels[network.node_place[b]]
        position = network.node_place[b]
        added.places[place + DESK] = PlaceDraft(
            name=network.place_name[position] + DESK,
            country=network.place_country[position],
            kind="region",
        )
        material = network.material_of_node(b)
        origin = network.places.labels[network.node_place[a]], material
        added.routes[origin, (place + DESK, material)] = "trade"
    wider = extend_network(network, added)
    first = len(network.routes.labels)
    source = np.concatenate([np.arange(first), settled])
    state = extend_state(world.state, wider)
    economics = _take_routes(world.economics, source)
    grown = replace(economics, price=_price_of(world, wider))
    return replace(world, state=state, economics=grown), first + np.arange(settled.size)


def _take_routes(economics: Economics, source: IntArray) -> Economics:
    """The economics with routes that take the terms of those positions."""
    return replace(
        economics,
        route_cost=economics.route_cost[source],
        route_ramp=economics.route_ramp.take(source),
        route_delay=economics.route_delay[source],
    )


def _price_of(world: World, wider: SupplyNetwork) -> FloatArray:
    return np.asarray(material_price(world)[wider.node_material])


def _with_switches(
    world: World,
    price: FloatArray,
    goods: BoolArray,
    pairs: tuple[IntArray, IntArray],
    base: FloatArray,
    shares: FloatArray,
) -> BorderWorld:
    """The world with ways from each desk to its market, one for each part of the users."""
    network, old = world.network, world.network.routes
    settled, newcomer = pairs
    ends = dict(zip(old.destination_node[newcomer], old.destination_node[settled], strict=True))
    desk = np.repeat(np.array(list(ends), dtype=np.int64), shares.size)
    market = np.repeat(np.array(list(ends.values()), dtype=np.int64), shares.size)
    part = np.tile(np.arange(shares.size), len(ends))
    middle = (np.array(DISCOUNTS)[1:] + np.array(DISCOUNTS)[:-1]) / 2
    cost = middle[part] * price[network.node_material[market]] if ends else np.zeros(0)
    labels = [
        f"{network.nodes.labels[a]} > market, part {j}" for a, j in zip(desk, part, strict=True)
    ]
    kinds: tuple[RouteKind, ...] = tuple(AS_OF_MARKET for _ in range(desk.size))
    routes = Routes(
        labels=Axis("route", old.labels.labels + tuple(labels)),
        origin_node=np.append(old.origin_node, desk),
        destination_node=np.append(old.destination_node, market),
        kind=(*old.kind, *kinds),
        delay=np.append(old.delay, np.zeros(desk.size)),
    )
    wider = replace(network, routes=routes)
    first = len(old.labels)
    return BorderWorld(
        world=replace(
            world,
            state=extend_state(world.state, wider),
            economics=_add_free_routes(world.economics, cost),
        ),
        price=price,
        goods=goods,
        switch=first + np.arange(desk.size),
        switch_rate=shares[part] * base[market],
        settled=settled,
        newcomer=newcomer,
    )


def _add_free_routes(economics: Economics, cost: FloatArray) -> Economics:
    """Routes behind the others that cost this and need no time."""
    none, whole = np.zeros(cost.size), np.ones(cost.size)
    ramp = economics.route_ramp
    return replace(
        economics,
        route_cost=np.append(economics.route_cost, cost),
        route_ramp=Ramp(
            delay=np.append(ramp.delay, none),
            duration=np.append(ramp.duration, none),
            reach_share=np.append(ramp.reach_share, whole),
        ),
        route_delay=np.append(economics.route_delay, none),
    )
