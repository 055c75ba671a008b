"""The larger network that carries listed origin, and its normal state.

Every carried node, the routes that leave it, the processes that can be caught and its stocks
stand twice: first all rows of the original network, in their order, as the free class, then the
copies of listed origin, then one route of kind `class` at each carried node, by which free
material counts as listed. Demands draw at the listed node, and so take either.

Two rows of one plant share its capacity: they join a group with the rule `share`. A group with
the rule `sum` becomes one with the rule `share` whose members all have the sum as capacity:
sum of x <= C is sum of x / C <= 1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csc_array, hstack

from allanite.axis import Axis, FloatArray, IntArray
from allanite.network.lineage_rule import LineageRule, listed_label
from allanite.network.lineage_share import Origin
from allanite.network.normal import NormalState
from allanite.network.supply import (
    Demands,
    Processes,
    RouteKind,
    Routes,
    Stocks,
    SupplyNetwork,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LineageMap:
    """Position in the original network of each row of the larger one.

    Attributes:
        node_of, process_of, route_of, demand_of, stock_of: positions; route_of is -1 for the
            routes of kind `class`, which the original network does not have.
    """

    node_of: IntArray
    process_of: IntArray
    route_of: IntArray
    demand_of: IntArray
    stock_of: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class _Copies:
    """Positions that the parts of the larger network share.

    Attributes:
        nodes, processes, routes, stocks: originals that are copied.
        twin: the listed node of each node, or the node itself where it has none, shape (V,).
        into: routes from the issuer to a carried node, shape (R,) bool.
    """

    nodes: IntArray
    processes: IntArray
    routes: IntArray
    stocks: IntArray
    twin: IntArray


def expand_network(
    state: NormalState, rule: LineageRule, origin: Origin
) -> tuple[NormalState, LineageMap]:
    """The normal state with carried materials in two classes, and what came from what."""
    network = state.network
    copies = _copies(network, origin)
    expanded = NormalState(
        network=_network(network, rule, origin, copies),
        activity_rate=_activity_rate(state, origin, copies),
        route_rate=_route_rate(state, origin, copies),
        demand_rate=state.demand_rate,
        stock_change_rate=_two_classes(state.stock_change_rate, origin.node_share, copies.nodes),
    )
    lineage = LineageMap(
        node_of=_with(len(network.nodes), copies.nodes),
        process_of=_with(len(network.processes.labels), copies.processes),
        route_of=np.append(
            _with(len(network.routes.labels), copies.routes), np.full(copies.nodes.size, -1)
        ),
        demand_of=np.arange(len(network.demands.labels)),
        stock_of=_with(len(network.stocks.labels), copies.stocks),
    )
    return _with_split_stocks(expanded, state, origin, lineage), lineage


def _copies(network: SupplyNetwork, origin: Origin) -> _Copies:
    nodes = np.flatnonzero(origin.carried)
    twin = np.arange(len(network.nodes))
    twin[nodes] = twin.size + np.arange(nodes.size)
    return _Copies(
        nodes=nodes,
        processes=np.flatnonzero(origin.split),
        routes=np.flatnonzero(origin.carried[network.routes.origin_node]),
        stocks=np.flatnonzero(origin.carried[network.stocks.node]),
        twin=twin,
    )


def _with(count: int, copied: IntArray) -> IntArray:
    return np.append(np.arange(count), copied)


def _two_classes(rate: FloatArray, listed_share: FloatArray, copied: IntArray) -> FloatArray:
    """Rates of the free rows, then of the listed copies; rows without a copy stay whole."""
    free = rate.copy()
    free[copied] *= 1 - listed_share[copied]
    return np.append(free, rate[copied] * listed_share[copied])


def _activity_rate(state: NormalState, origin: Origin, copies: _Copies) -> FloatArray:
    return _two_classes(state.activity_rate, origin.process_share, copies.processes)


def _route_rate(state: NormalState, origin: Origin, copies: _Copies) -> FloatArray:
    """Routes leave with the mix of their origin; then what is counted as listed at each node.

    Demands and inputs of either class draw at the listed node, so the free part of what they
    take moves there; a caught process takes more of listed origin than the mix of an input
    that is less listed than its most listed one.
    """
    share = origin.node_share
    routes = _two_classes(state.route_rate, share[state.network.routes.origin_node], copies.routes)
    entries, count = origin.entries, share.size
    used = -np.minimum(entries.coefficient, 0.0) * state.activity_rate[entries.process]
    listed = np.where(origin.caught_entry, origin.process_share[entries.process], 1.0)
    moved = used * np.maximum(listed - share[entries.node], 0.0)
    counted = np.bincount(entries.node, weights=moved, minlength=count)
    counted += (1 - share) * (state.network.demand_matrix() @ state.demand_rate)
    return np.append(routes, counted[copies.nodes])


def _network(
    network: SupplyNetwork, rule: LineageRule, origin: Origin, copies: _Copies
) -> SupplyNetwork:
    material = np.unique(network.node_material[copies.nodes])
    position = np.full(len(network.materials), -1)
    position[material] = len(network.materials) + np.arange(material.size)
    of = _with(len(network.materials), material)
    names = network.material_name
    listed_names = tuple(f"{names[m]}, listed origin ({rule.issuer})" for m in material)
    return replace(
        network,
        materials=_axis(network.materials, material, rule),
        material_name=names + listed_names,
        material_stage=_take(network.material_stage, of),
        material_chain=_take(network.material_chain, of),
        material_codes=tuple(network.material_codes[m] for m in of),
        discard_share=network.discard_share[of],
        element_content=csc_array(
            hstack([network.element_content, network.element_content[:, material]])
        ),
        nodes=_axis(network.nodes, copies.nodes, rule),
        node_place=np.append(network.node_place, network.node_place[copies.nodes]),
        node_material=np.append(
            network.node_material, position[network.node_material[copies.nodes]]
        ),
        processes=_processes(network, rule, origin, copies),
        routes=_routes(network, rule, origin, copies),
        demands=_demands(network.demands, copies),
        stocks=_stocks(network.stocks, rule, copies),
    )


def _axis(axis: Axis, copied: IntArray, rule: LineageRule) -> Axis:
    listed = tuple(listed_label(axis.labels[i], rule) for i in copied)
    return Axis(axis.name, axis.labels + listed)


def _take(values: tuple[str, ...], positions: IntArray) -> tuple[str, ...]:
    return tuple(values[i] for i in positions)


def _processes(
    network: SupplyNetwork, rule: LineageRule, origin: Origin, copies: _Copies
) -> Processes:
    old, of = network.processes, _with(len(network.processes.labels), copies.processes)
    listed_reference = old.reference_node[copies.processes]
    capacity_rate, group, group_rule = _plants(network, copies)
    return Processes(
        labels=_axis(old.labels, copies.processes, rule),
        place=old.place[of],
        recipe_name=_take(old.recipe_name, of),
        stage=_take(old.stage, of),
        recipe=_recipe(origin, copies, len(network.nodes), len(old.labels)),
        reference_node=np.append(
            old.reference_node,
            np.where(listed_reference >= 0, copies.twin[listed_reference], -1),
        ),
        capacity_rate=capacity_rate,
        available_from=old.available_from[of],
        group=group,
        group_rule=group_rule,
    )


def _recipe(origin: Origin, copies: _Copies, nodes: int, processes: int) -> csc_array:
    """Recipes of the free rows, then of the listed copies.

    Inputs that are never caught draw at the listed node, where either class may be had.
    """
    entries = origin.entries
    either = (entries.coefficient < 0) & ~origin.caught_entry
    free_node = np.where(either, copies.twin[entries.node], entries.node)
    listed = np.flatnonzero(origin.split[entries.process])
    column = np.full(processes, -1)
    column[copies.processes] = processes + np.arange(copies.processes.size)
    matrix = csc_array(
        (
            np.append(entries.coefficient, entries.coefficient[listed]),
            (
                np.append(free_node, copies.twin[entries.node[listed]]),
                np.append(entries.process, column[entries.process[listed]]),
            ),
        ),
        shape=(nodes + copies.nodes.size, processes + copies.processes.size),
    )
    matrix.sort_indices()
    return matrix


def _plants(
    network: SupplyNetwork, copies: _Copies
) -> tuple[FloatArray, IntArray, tuple[str, ...]]:
    """Capacity, group and rule of all rows, so that every plant keeps its limit."""
    old, of = network.processes, _with(len(network.processes.labels), copies.processes)
    capacity, group = old.capacity_rate[of], old.group[of]
    rule = [old.group_rule[n] for n in of]
    for limit, rows in _limits(network, copies, of):
        shared = 0 < limit < np.inf
        capacity[rows] = limit
        group[rows] = group.max() + 1 if shared else -1
        for row in rows:
            rule[row] = "share" if shared else "separate"
    return capacity, group, tuple(rule)


def _limits(network: SupplyNetwork, copies: _Copies, of: IntArray) -> list[tuple[float, IntArray]]:
    """Capacity and rows of each plant that needs a group of its own.

    Plants with the rule `share` need none: a copy joins the group of its original.
    """
    old = network.processes
    alone = old.capacity_alone(network.year)
    rule = np.array(old.group_rule, dtype=object)
    limits: list[tuple[float, IntArray]] = []
    done = np.zeros(len(old.labels), dtype=bool)
    for n in copies.processes:
        members = (old.group == old.group[n]) & (old.group[n] >= 0)
        summed = members & (rule == "sum")
        if done[n] or ("share" in rule[members] and not summed.any()):
            continue
        plant = summed if summed[n] else np.arange(len(old.labels)) == n
        done |= plant
        limits.append((float(alone[n]), np.flatnonzero(plant[of])))
    return limits


def _routes(network: SupplyNetwork, rule: LineageRule, origin: Origin, copies: _Copies) -> Routes:
    """Routes of the free class, then their listed copies, then the change of class at each node.

    What leaves the issuer arrives at the listed node.
    """
    old, twin = network.routes, copies.twin
    leaving = origin.inside[old.origin_node]
    kinds: tuple[RouteKind, ...] = tuple(old.kind[r] for r in copies.routes)
    change: RouteKind = "class"
    classes = (change,) * copies.nodes.size
    listed = tuple(listed_label(old.labels.labels[r], rule) for r in copies.routes)
    return Routes(
        labels=Axis("route", old.labels.labels + listed + _class_labels(network, rule, copies)),
        origin_node=np.concatenate(
            [old.origin_node, twin[old.origin_node[copies.routes]], copies.nodes]
        ),
        destination_node=np.concatenate(
            [
                np.where(leaving, twin[old.destination_node], old.destination_node),
                twin[old.destination_node[copies.routes]],
                twin[copies.nodes],
            ]
        ),
        kind=old.kind + kinds + classes,
        delay=np.concatenate([old.delay, old.delay[copies.routes], np.zeros(copies.nodes.size)]),
    )


def _class_labels(network: SupplyNetwork, rule: LineageRule, copies: _Copies) -> tuple[str, ...]:
    places = [network.places.labels[network.node_place[v]] for v in copies.nodes]
    names = [network.materials.labels[network.node_material[v]] for v in copies.nodes]
    return tuple(
        f"{place}: {name} > {listed_label(name, rule)}"
        for place, name in zip(places, names, strict=True)
    )


def _demands(old: Demands, copies: _Copies) -> Demands:
    return replace(old, node=copies.twin[old.node])


def _stocks(old: Stocks, rule: LineageRule, copies: _Copies) -> Stocks:
    of = _with(len(old.labels), copies.stocks)
    return Stocks(
        labels=_axis(old.labels, copies.stocks, rule),
        node=np.append(old.node, copies.twin[old.node[copies.stocks]]),
        holder=_take(old.holder, of),
        kind=_take(old.kind, of),
        cover=old.cover[of],
        low_cover=old.low_cover[of],
        high_cover=old.high_cover[of],
        initial_amount=old.initial_amount[of],
    )


def _with_split_stocks(
    expanded: NormalState, state: NormalState, origin: Origin, lineage: LineageMap
) -> NormalState:
    """Stocks of both classes that hold, together, what the one held.

    Days of cover are days of the use of the node. The two nodes together use more than the one
    did, because what is counted as listed leaves one of them first; so the days of each are
    those that give its share of the tonnes.
    """
    stocks, of = expanded.network.stocks, lineage.stock_of
    node = state.network.stocks.node[of]
    listed = np.arange(of.size) >= len(state.network.stocks.labels)
    carried, share = origin.carried[node], origin.node_share[node]
    part = np.where(carried, np.where(listed, share, 1 - share), 1.0)
    before, after = state.use_rate()[node], expanded.use_rate()[stocks.node]
    ratio = np.divide(before, after, out=np.zeros(of.size), where=after > 0)
    days = np.where(carried, part * ratio, 1.0)
    split = replace(
        stocks,
        cover=stocks.cover * days,
        low_cover=stocks.low_cover * days,
        high_cover=stocks.high_cover * days,
        initial_amount=stocks.initial_amount * part,
    )
    return replace(expanded, network=replace(expanded.network, stocks=split))
