"""How large things are before reconciliation: activities, throughput of nodes, room of routes.

These sizes never enter as facts. They set the standard errors of priors, which columns are
open at all in the base year, and which parts of recipes may be adjusted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from allanite.axis import FloatArray, IntArray
from allanite.network.assumptions import Assumptions
from allanite.network.columns import Columns
from allanite.network.supply import SupplyNetwork

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Sizes:
    """Expected sizes in the base year.

    Attributes:
        activity: shape (N,) [t/yr]; 0 where a process is not available.
        made, taken: what processes and uses make and take at each node, and for a market in
            all of its region, shape (V,) [t/yr].
        route: room of each route, shape (R,) [t/yr].
    """

    activity: FloatArray
    made: FloatArray
    taken: FloatArray
    route: FloatArray


def expected_sizes(
    network: SupplyNetwork, rows: Iterable[Row], assumptions: Assumptions, market: IntArray
) -> Sizes:
    """Sizes from the site rows.

    Args:
        network: the network.
        rows: site-process rows of the network.
        assumptions: utilisation of plants without a rate.
        market: position of the market place of each place, shape (L,).
    """
    activity = _expected_activity(network, rows, assumptions)
    for _ in range(2):  # outside supply is as large as what takes it
        made, taken = _node_sizes(network, activity, market)
        outside = [
            i for i, s in enumerate(network.processes.stage) if s in ("outside", "collection")
        ]
        for n in outside:
            activity[n] = taken[network.processes.reference_node[n]]
    return Sizes(activity, made, taken, _route_room(network, made, taken))


def _expected_activity(
    network: SupplyNetwork, rows: Iterable[Row], assumptions: Assumptions
) -> FloatArray:
    processes = network.processes
    share = assumptions.value("prior.utilisation")
    activity = np.zeros(len(processes.labels))
    for row in rows:
        n = processes.labels.position(f"{row['site_id']}:{row['process_id']}")
        rate = row["baseline_2024_rate"]
        known = rate is not None
        activity[n] = rate if known else share * processes.capacity_rate[n]
    return np.where(processes.available(network.year) & np.isfinite(activity), activity, 0.0)


def _node_sizes(
    network: SupplyNetwork, activity: FloatArray, market: IntArray
) -> tuple[FloatArray, FloatArray]:
    recipe = network.processes.recipe
    made = recipe.maximum(0) @ activity
    taken = -(recipe.minimum(0) @ activity)
    taken = taken + network.demand_matrix() @ network.demands.expected_rate
    of_market = {
        (int(place), int(material)): v
        for v, (place, material) in enumerate(
            zip(network.node_place, network.node_material, strict=True)
        )
    }
    all_made, all_taken = made.copy(), taken.copy()
    for v, (place, material) in enumerate(
        zip(network.node_place, network.node_material, strict=True)
    ):
        home = of_market.get((int(market[place]), int(material)))
        if home is not None and home != v:
            all_made[home] += made[v]
            all_taken[home] += taken[v]
    return all_made, all_taken


def _route_room(network: SupplyNetwork, made: FloatArray, taken: FloatArray) -> FloatArray:
    """The smaller of what the origin makes and the destination takes; a market passes on."""
    routes = network.routes
    origin, destination = routes.origin_node, routes.destination_node
    passes = np.array([network.place_kind[p] == "region" for p in network.node_place])
    market = np.array([kind == "market" for kind in routes.kind])
    supply = np.where(market & passes[origin] & (made[origin] == 0), np.inf, made[origin])
    inward = market & passes[origin] & ~passes[destination]
    supply = np.where(inward, np.inf, supply)
    need = np.where(market & passes[destination] & ~passes[origin], np.inf, taken[destination])
    room = np.minimum(supply, need)
    return np.where(np.isfinite(room), room, np.maximum(made[origin], taken[destination]))


def adjusted_columns(
    network: SupplyNetwork, errors: Mapping[tuple[int, int], float], sizes: Sizes
) -> Columns:
    """Columns with an adjusted flow for each uncertain part of the recipe of a running process.

    Args:
        network: the network.
        errors: relative standard error by (node, process).
        sizes: expected sizes.
    """
    keys = [(v, n) for (v, n), error in errors.items() if sizes.activity[n] > 0 and error > 0]
    node = np.array([v for v, _ in keys], dtype=np.int64)
    process = np.array([n for _, n in keys], dtype=np.int64)
    recipe = network.processes.recipe
    return Columns(
        network,
        node,
        process,
        np.array([float(recipe[v, n]) for v, n in keys]),
        np.array([errors[key] for key in keys]),
    )
