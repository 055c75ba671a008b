"""A network with more places, processes and routes behind those it has.

What exists keeps its position, so arrays of the smaller network serve the larger one with
zeros at their end. Materials do not change: whoever adds a process uses what is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.sparse import csc_array, hstack, vstack

from allanite.axis import Axis, FloatArray, IntArray
from allanite.errors import ModelError
from allanite.network.draft import Node, PlaceDraft, ProcessDraft, route_label
from allanite.network.normal import NormalState
from allanite.network.supply import Processes, RouteKind, Routes, SupplyNetwork

Group = tuple[str, str]


@dataclass(slots=True)
class Additions:
    """What a network is to be given; thrown away after `extend_network`.

    Attributes:
        places: new places by label.
        processes: new processes by label.
        routes: new routes; one that exists is left as it is.
        groups: (group, rule) of processes that stand alone in the network, by label; a group
            of this mapping and one of a new process are the same where they have one name.
    """

    places: dict[str, PlaceDraft] = field(default_factory=dict)
    processes: dict[str, ProcessDraft] = field(default_factory=dict)
    routes: dict[tuple[Node, Node], RouteKind] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)


def extend_network(network: SupplyNetwork, added: Additions) -> SupplyNetwork:
    """The network with the additions behind its own rows.

    Raises:
        ModelError: a process or place that exists, a material or place that does not, a route
            that would change the material, or a group for a process that has one.
    """
    places = Axis("place", network.places.labels + tuple(added.places))
    routes = _new_routes(network, added)
    pairs = _new_nodes(network, added, routes)
    nodes = Axis("node", network.nodes.labels + tuple(f"{p}/{m}" for p, m in pairs))
    new = added.places.values()
    return replace(
        network,
        places=places,
        place_name=network.place_name + tuple(p.name for p in new),
        place_country=network.place_country + tuple(p.country for p in new),
        place_kind=network.place_kind + tuple(p.kind for p in new),
        nodes=nodes,
        node_place=_joined(network.node_place, places.positions(p for p, _ in pairs)),
        node_material=_joined(
            network.node_material, network.materials.positions(m for _, m in pairs)
        ),
        processes=_processes(network, added, places, nodes),
        routes=_routes(network, routes, nodes),
    )


def extend_state(state: NormalState, network: SupplyNetwork) -> NormalState:
    """The same normal state on a network that `extend_network` made of its own: zeros behind."""
    return NormalState(
        network=network,
        activity_rate=_padded(state.activity_rate, len(network.processes.labels)),
        route_rate=_padded(state.route_rate, len(network.routes.labels)),
        demand_rate=state.demand_rate,
        stock_change_rate=_padded(state.stock_change_rate, len(network.nodes)),
    )


def _padded(rate: FloatArray, count: int) -> FloatArray:
    return np.append(rate, np.zeros(count - rate.size))


def _joined(old: IntArray, new: Iterable[int]) -> IntArray:
    joined = np.append(old, np.fromiter(new, dtype=np.int64))
    joined.setflags(write=False)
    return joined


def _new_routes(network: SupplyNetwork, added: Additions) -> dict[tuple[Node, Node], RouteKind]:
    wrong = [(start, end) for start, end in added.routes if start[1] != end[1] or start == end]
    if wrong:
        raise ModelError(f"route {wrong[0][0]} > {wrong[0][1]} does not move one material")
    labels = network.routes.labels
    return {ends: kind for ends, kind in added.routes.items() if route_label(*ends) not in labels}


def _new_nodes(
    network: SupplyNetwork, added: Additions, routes: Mapping[tuple[Node, Node], RouteKind]
) -> list[Node]:
    named = [(p.place, material) for p in added.processes.values() for material in p.recipe]
    named += [node for ends in routes for node in ends]
    return [n for n in dict.fromkeys(named) if f"{n[0]}/{n[1]}" not in network.nodes]


def _processes(network: SupplyNetwork, added: Additions, places: Axis, nodes: Axis) -> Processes:
    old, new = network.processes, list(added.processes.values())
    group, group_rule = _groups(old, added)
    return Processes(
        labels=Axis("process", old.labels.labels + tuple(added.processes)),
        place=_joined(old.place, places.positions(row.place for row in new)),
        recipe_name=old.recipe_name + tuple(row.name for row in new),
        stage=old.stage + tuple(row.stage for row in new),
        recipe=_recipe(old.recipe, new, nodes),
        reference_node=_joined(
            old.reference_node,
            (nodes.position(f"{r.place}/{r.reference}") if r.reference else -1 for r in new),
        ),
        capacity_rate=np.append(old.capacity_rate, [row.capacity_rate for row in new]),
        available_from=_joined(old.available_from, (row.available_from for row in new)),
        group=group,
        group_rule=group_rule,
    )


def _recipe(old: csc_array, new: Sequence[ProcessDraft], nodes: Axis) -> csc_array:
    taller = vstack([old, csc_array((len(nodes) - old.shape[0], old.shape[1]))])
    entries = [
        (nodes.position(f"{row.place}/{material}"), n, coefficient)
        for n, row in enumerate(new)
        for material, coefficient in row.recipe.items()
    ]
    row, column, value = zip(*entries, strict=True) if entries else ((), (), ())
    behind = csc_array(
        (np.array(value, dtype=np.float64), (np.array(row, int), np.array(column, int))),
        shape=(len(nodes), len(new)),
    )
    return csc_array(hstack([taller, behind]))


def _groups(old: Processes, added: Additions) -> tuple[IntArray, tuple[str, ...]]:
    taken = [label for label in added.groups if old.group[old.labels.position(label)] >= 0]
    if taken:
        raise ModelError(f"process {taken[0]} belongs to a plant already")
    wanted = [(r.group, r.group_rule) for r in added.processes.values()]
    names = dict.fromkeys(name for name, _ in [*added.groups.values(), *wanted] if name)
    number = {name: int(old.group.max(initial=-1)) + 1 + i for i, name in enumerate(names)}
    group, rule = old.group.copy(), list(old.group_rule)
    for label, (name, kind) in added.groups.items():
        position = old.labels.position(label)
        group[position], rule[position] = number[name], kind
    behind = [number[name] if name else -1 for name, _ in wanted]
    return _joined(group, behind), (*rule, *(kind for _, kind in wanted))


def _routes(
    network: SupplyNetwork, new: Mapping[tuple[Node, Node], RouteKind], nodes: Axis
) -> Routes:
    old = network.routes
    ends = [(f"{a[0]}/{a[1]}", f"{b[0]}/{b[1]}") for a, b in new]
    return Routes(
        labels=Axis("route", old.labels.labels + tuple(route_label(*pair) for pair in new)),
        origin_node=_joined(old.origin_node, nodes.positions(a for a, _ in ends)),
        destination_node=_joined(old.destination_node, nodes.positions(b for _, b in ends)),
        kind=old.kind + tuple(new.values()),
        delay=np.append(old.delay, np.full(len(new), np.nan)),
    )
