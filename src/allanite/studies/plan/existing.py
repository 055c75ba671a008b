"""What exists, for a plan: plants at the partners' share, prices and markets, shelves.

A plant that ran in the base year covers its cost there, whatever it is said to cost: it counts
as at most the value it adds at normal prices, and of that only what standing still would save.
So does that of one that is being built, since its output is sold: whoever contracted it pays
what the market does not. Abroad the partners pay the price of what they take.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csc_array

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.network.economics import process_chains
from allanite.studies.plan.pooled import SMALLEST_RATE, SMALLEST_SHARE, PooledNetwork
from allanite.studies.plan.rights import Rights
from allanite.studies.plan.world import Goods
from allanite.studies.response.bounds import UNBOUNDED_STAGES
from allanite.studies.response.world import World

# Stages with a deep market beyond the partners: what is left over can be sold, at a discount.
# Metals, alloys and magnets are made to order: others take what they normally do.
DEEP_STAGES: Final = ("concentrate", "mixed compound", "oxide")


def existing_processes(
    world: World, rights: Rights, chains: Sequence[str], start_year: int
) -> BoolArray:
    """Processes outside the watched country that run, or could by the start, shape (N,)."""
    network = world.network
    chain = np.array(process_chains(network), dtype=object)
    runs = world.state.activity_rate > SMALLEST_RATE
    opened = (network.processes.available_from < start_year) & ~runs
    country = np.array(network.process_country, dtype=object)
    watched = np.unique(country[_places_watched(world, rights)])
    mine = (rights.process_share > SMALLEST_SHARE) & (runs | opened)
    return np.asarray(np.isin(chain, list(chains)) & ~np.isin(country, watched) & mine)


def _places_watched(world: World, rights: Rights) -> BoolArray:
    network = world.network
    watched = np.unique(network.node_place[rights.is_watched])
    return np.isin(network.processes.place, watched)


def existing_rates(world: World, process: IntArray) -> FloatArray:
    """Most that each process makes, for whomever, shape (N,) [t/yr].

    What it makes, and of what its capacity leaves the part that can really be had, as in a
    response; where no capacity is known as much again counts as left. Purchases on markets
    outside the network have no limit.
    """
    network, state = world.network, world.state
    capacity = network.processes.capacity_rate[process]
    rate = state.activity_rate[process]
    left = np.where(np.isfinite(capacity), np.maximum(capacity - rate, 0.0), rate)
    whole = rate + world.economics.activity_ramp.reach_share[process] * left
    stage = np.array(network.processes.stage, dtype=object)[process]
    bought = np.isin(stage, UNBOUNDED_STAGES)
    return np.where(bought, np.inf, whole)


def running_costs(
    world: World,
    pooled: PooledNetwork,
    contracted: IntArray,
    partners: Sequence[str],
    avoidable_share: float,
) -> FloatArray:
    """Cost of one more tonne of reference output, shape (N,) [USD/t]; a purchase costs its price.

    Args:
        world: normal state and prices.
        pooled: the network of the plan.
        contracted: processes of the whole network whose output is sold before they open.
        partners: region codes; what comes from elsewhere they pay at its price.
        avoidable_share: part of the cost that a plant saves when it stands still [1].
    """
    process = pooled.process
    stated = world.economics.running_cost[process]
    recipe = csc_array(world.network.processes.recipe)[:, process]
    added = np.asarray(recipe.T @ world.economics.price)
    covered = world.state.activity_rate[process] > SMALLEST_RATE
    covered |= np.isin(process, contracted)
    worth = np.maximum(added, 0.0)
    country = np.array(world.network.process_country, dtype=object)[process]
    avoidable = np.where(
        np.isin(country, list(partners)), avoidable_share * np.minimum(stated, worth), worth
    )
    stage = np.array(world.network.processes.stage, dtype=object)[process]
    bought = np.isin(stage, UNBOUNDED_STAGES)
    return np.where(bought, added, np.where(covered, avoidable, stated))


def price_goods(
    world: World, pooled: PooledNetwork, sale_discount: float, import_rate: FloatArray
) -> Goods:
    """Prices and markets of the pooled nodes.

    Args:
        world: normal state and prices.
        pooled: the network of the plan.
        sale_discount: what a seller of a surplus gives up of the price [1].
        import_rate: contract rights, shape (I,) [t/yr].
    """
    network = world.network
    inside = np.flatnonzero(pooled.pool >= 0)
    price = np.zeros(len(pooled.nodes))
    price[pooled.pool[inside]] = world.economics.price[inside]
    stage = np.array(network.material_stage, dtype=object)[pooled.material]
    deep = np.isin(stage, DEEP_STAGES)
    return Goods(
        price=price,
        sale_price=price * (1 - sale_discount),
        sale_rate=np.where(deep, np.inf, pooled.others_rate),
        import_price=price[pooled.import_node],
        import_rate=import_rate,
        chain=tuple(network.material_chain[m] for m in pooled.material),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shelf:
    """Stocks that exist at pooled nodes. K stocks: see `Stockroom`."""

    label: tuple[str, ...]
    holder: tuple[str, ...]
    form: tuple[str, ...]
    node: IntArray
    amount: FloatArray
    release_rate: FloatArray


def existing_stocks(
    world: World, pooled: PooledNetwork, rights: Rights, partners: Sequence[str]
) -> Shelf:
    """Stocks in the partners' countries; those of one holder at one pool are one."""
    network, stocks = world.network, world.network.stocks
    country = np.array(network.place_country, dtype=object)[network.node_place[stocks.node]]
    home = np.isin(country, list(partners)) & (pooled.pool[stocks.node] >= 0)
    kept = np.flatnonzero(home & (stocks.initial_amount > 0))
    kind = np.array(stocks.kind, dtype=object)[kept]
    pool = pooled.pool[stocks.node[kept]]
    keys = [f"{k}: {pooled.nodes.labels[u]}" for k, u in zip(kind, pool, strict=True)]
    names, first, member = np.unique(keys, return_index=True, return_inverse=True)
    member = member.ravel()
    amount = stocks.initial_amount[kept] * rights.node_share[stocks.node[kept]]
    release = world.holdings.release_rate[kept]
    return Shelf(
        label=tuple(names.tolist()),
        holder=tuple(stocks.holder[kept[i]] for i in first),
        form=tuple(network.material_stage[pooled.material[u]] for u in pool[first]),
        node=pool[first],
        amount=np.bincount(member, weights=amount, minlength=names.size).astype(np.float64),
        release_rate=np.bincount(member, weights=release, minlength=names.size).astype(np.float64),
    )
