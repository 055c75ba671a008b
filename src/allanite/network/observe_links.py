"""Observations of flows between places: links read one by one, and customs statistics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from allanite.axis import FloatArray
from allanite.catalogue.store import Release
from allanite.network.columns import Columns
from allanite.network.draft import NetworkDraft, route_label
from allanite.network.links import LinkEnds, base_year_links, find_handlers, link_ends
from allanite.network.markets import Markets, TradeFlow, load_trade
from allanite.network.observations import ObservationDraft
from allanite.network.supply import SupplyNetwork

Row = Mapping[str, Any]
PRODUCT_STAGES = ("oxide", "metal")
VALUED_STAGES = ("alloy", "magnet")


def crossing_routes(
    network: SupplyNetwork,
    markets: Markets,
    origins: Collection[str],
    destinations: Collection[str],
    materials: Collection[str],
) -> list[int]:
    """Routes that carry one of `materials` from one set of markets into another."""
    of_place = [markets.of(country) for country in network.place_country]
    routes, found = network.routes, []
    for r in range(len(routes.labels)):
        start, end = routes.origin_node[r], routes.destination_node[r]
        material = network.materials.labels[network.node_material[start]]
        ends = of_place[network.node_place[start]], of_place[network.node_place[end]]
        crosses = ends[0] != ends[1] and ends[0] in origins and ends[1] in destinations
        if crosses and material in materials:
            found.append(r)
    return found


def routes_by_market(
    network: SupplyNetwork, markets: Markets
) -> Mapping[tuple[str, str, str], list[int]]:
    """Routes between different markets, by market of origin, of destination, and material."""
    of_place = [markets.of(country) for country in network.place_country]
    place, material = network.node_place.tolist(), network.node_material.tolist()
    names = network.materials.labels
    found: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    ends = zip(
        network.routes.origin_node.tolist(), network.routes.destination_node.tolist(), strict=True
    )
    for r, (start, end) in enumerate(ends):
        origin, destination = of_place[place[start]], of_place[place[end]]
        if origin != destination:
            found[origin, destination, names[material[start]]].append(r)
    return found


def observe_links(
    draft: ObservationDraft,
    columns: Columns,
    release: Release,
    markets: Markets,
    network_draft: NetworkDraft,
    taken: FloatArray,
) -> dict[str, float]:
    """Observe links of the base year; returns observed rates by route label [t/yr].

    `taken` is what the region of each node takes, shape (V,) [t/yr].


    Links on the same routes are parts of one flow and add up. A rate from customs is about
    everything of the material that crosses between the two markets, whichever plant sent it.
    """
    flows: dict[tuple[int, ...], list[LinkEnds]] = defaultdict(list)
    covered: dict[str, float] = {}
    handlers = find_handlers(network_draft, markets, columns.network.year)
    for row in base_year_links(release.rows("links"), columns.network.year):
        if row["rate"] is None or row["rate"] <= 0:
            continue
        ends = link_ends(row, network_draft, markets, handlers)
        routes = _routes_of(columns.network, markets, ends) if ends else ()
        if (
            ends is None
            or not routes
            or _part_of_code(ends, columns.network, markets)
            or _holds_home_use(columns.network, markets, routes, ends)
        ):
            draft.skipped.append((row["link_id"], "link"))
        else:
            flows[routes].append(ends)
    for routes, parts in flows.items():
        covered.update(_observe_flow(draft, columns, routes, parts, taken))
    return covered


def _part_of_code(ends: LinkEnds, network: SupplyNetwork, markets: Markets) -> bool:
    """Whether a row states a product code towards one member of a market.

    The code's own mass between the markets says more.
    """
    region = ends.row["to_region"]
    member = region is not None and markets.of(region) != region
    stage = network.material_stage[network.materials.position(ends.materials[0])]
    return ends.grouped and member and stage in PRODUCT_STAGES


def _holds_home_use(
    network: SupplyNetwork, markets: Markets, routes: Collection[int], ends: LinkEnds
) -> bool:
    """Whether a customs flow and its route differ by what the origin country uses itself.

    A country with a market of its own has its uses in the demand region around it: the route
    into that region carries them too, and no border sees them.
    """
    return ends.customs and all(_leads_home(network, markets, r) for r in routes)


def _leads_home(network: SupplyNetwork, markets: Markets, route: int) -> bool:
    place = network.node_place
    start, end = network.routes.origin_node[route], network.routes.destination_node[route]
    origin, destination = network.place_country[place[start]], network.place_country[place[end]]
    region = markets.demand_region.get(origin, origin)
    return bool(markets.of(origin) != region and markets.of(destination) == region)


def _routes_of(network: SupplyNetwork, markets: Markets, ends: LinkEnds) -> tuple[int, ...]:
    country = dict(zip(network.places, network.place_country, strict=True))
    origins, destinations = (
        {markets.of(country[place]) for place in side} for side in (ends.origins, ends.destinations)
    )
    region = ends.row["to_region"]
    whole = ends.grouped or region is None or markets.of(region) == region
    if ends.customs and whole and not origins & destinations:
        return tuple(crossing_routes(network, markets, origins, destinations, ends.materials))
    (origin,), (destination,), (material,) = ends.origins, ends.destinations, ends.materials
    return (
        network.routes.labels.position(route_label((origin, material), (destination, material))),
    )


def _observe_flow(
    draft: ObservationDraft,
    columns: Columns,
    routes: tuple[int, ...],
    parts: list[LinkEnds],
    taken: FloatArray,
) -> dict[str, float]:
    """One observation of the sum of `routes`; memo rows are parts of others and never add."""
    rows = [p.row for p in parts if p.row["kind"] != "memo"] or [p.row for p in parts]
    network, start = columns.network, columns.start("route")
    share = _oxide_share(draft, network, parts[0])
    value = share * sum(float(row["rate"]) for row in rows)
    error = share * float(np.hypot.reduce([draft.error_of(row, row["rate"]) for row in rows]))
    scope = parts[0].row["material_scope"] if parts[0].grouped else parts[0].materials[0]
    name = "+".join(row["link_id"] for row in rows)
    label = f"{name} {rows[0]['from_name']} > {rows[0]['to_name']}: {scope}"
    entries = {start + r: 1.0 for r in routes}
    draft.add(label, "link", entries, value, error, rows[0])
    if rows[0]["kind"] != "memo":
        _tie_materials(draft, columns, name, routes, value, taken)
    return {network.routes.labels.labels[r]: value / len(routes) for r in routes}


def _oxide_share(draft: ObservationDraft, network: SupplyNetwork, ends: LinkEnds) -> float:
    """Oxide in a tonne as weighed at the border, for a whole code of oxides and their salts."""
    stage = network.material_stage[network.materials.position(ends.materials[0])]
    weighed = ends.grouped and stage == "oxide"
    return draft.assumptions.value("trade.oxide_share") if weighed else 1.0


def _tie_materials(
    draft: ObservationDraft,
    columns: Columns,
    name: str,
    routes: tuple[int, ...],
    value: float,
    taken: FloatArray,
) -> None:
    """Tie each material of a flow that customs do not split to its share of what is taken."""
    network, start = columns.network, columns.start("route")
    node = network.routes.destination_node
    parts: dict[int, list[int]] = defaultdict(list)
    for r in routes:
        parts[int(network.node_material[node[r]])].append(r)
    need = {m: max(sum(float(taken[node[r]]) for r in found), 1.0) for m, found in parts.items()}
    spread = draft.assumptions.value("sigma.share_of_code")
    for m, found in parts.items():
        share = need[m] / sum(need.values())
        if share < 1:
            tie = {start + r: (1.0 if r in found else 0.0) - share for r in routes}
            label = f"share {name}: {network.materials.labels[m]}"
            draft.add(label, "share of a code", tie, 0.0, spread * share * value)


def observe_trade(
    draft: ObservationDraft,
    columns: Columns,
    release: Release,
    markets: Markets,
    covered: Mapping[str, float],
    made: FloatArray,
) -> None:
    """Observe customs codes between markets as the mass of all products they can hold.

    Only where every route under the code carries an oxide or a metal, whose tonnes compare
    with gross weight, or alloys and magnets, whose mass follows from the value; where the origin
    makes as much as it ships (else it passes on); where the destination is a demand region, so
    that all uses stand there, but not the region of the origin's own uses; and where links
    explain less than a set share.

    Args:
        draft: observations so far.
        columns: columns of the rates.
        release: data release.
        markets: regional markets.
        covered: rates that links explain, by route label [t/yr].
        made: what is made in the region of each node, shape (V,) [t/yr].
    """
    network, read = columns.network, draft.assumptions
    codes = {code for parts in network.material_codes for code in parts}
    share, error = read.value("trade.covered_share"), read.value("sigma.trade_mass")
    by_code = {
        code: [
            m
            for m, parts in zip(network.materials, network.material_codes, strict=True)
            if code in parts
        ]
        for code in codes
    }
    unit_value, oxide = read.keyed("trade.unit_value"), read.value("trade.oxide_share")
    trade = load_trade(release, markets, codes, network.year)
    crossing, stages = routes_by_market(network, markets), network.node_stage
    for (code, origin, destination), flow in sorted(trade.items()):
        pairs = ((origin, destination, m) for m in by_code[code])
        routes = sorted(r for pair in pairs for r in crossing.get(pair, ()))
        found = {stages[network.routes.origin_node[r]] for r in routes}
        mass = _product_mass(found, flow, unit_value.get(code), oxide)
        supply = sum(float(made[v]) for v in _market_nodes(network, origin, by_code[code]))
        if mass is None or destination in markets.own or supply < mass:
            continue
        if all(_leads_home(network, markets, r) for r in routes):
            continue
        known = sum(covered.get(network.routes.labels.labels[r], 0.0) for r in routes)
        if known < share * mass:
            entries = {columns.start("route") + r: 1.0 for r in routes}
            draft.add(
                f"HS {code} {origin} > {destination}",
                "customs code",
                entries,
                mass,
                error * mass,
                _trade_origin(code, origin, destination),
            )


def _market_nodes(network: SupplyNetwork, market: str, materials: Collection[str]) -> list[int]:
    labels = [f"{market}/{material}" for material in materials]
    return [network.nodes.position(label) for label in labels if label in network.nodes]


def _product_mass(
    stages: set[str], flow: TradeFlow, unit_value: float | None, oxide_share: float
) -> float | None:
    """Mass [t] of the products of `stages` a code carries; None where it cannot be compared.

    A code with a unit value [USD/t] mixes goods, and its value says more than its weight. Codes
    of oxides hold their salts too: `oxide_share` is the oxide in a tonne as weighed.
    """
    if unit_value is not None:
        comparable = "magnet" in stages and stages <= set(VALUED_STAGES)
        return flow.value * 1000 / unit_value if comparable else None
    comparable = bool(stages) and stages <= set(PRODUCT_STAGES) and np.isfinite(flow.mass)
    if not comparable:
        return None
    return flow.mass * (oxide_share if stages == {"oxide"} else 1.0)


def _trade_origin(code: str, origin: str, destination: str) -> Row:
    return {
        "source_id": "cepii-baci-202601",
        "locator": f"code {code}, {origin} to {destination}, summed by market",
        "quality": "observed",
    }
