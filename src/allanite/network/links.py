"""Which nodes a row of table `links` joins.

A row about one material joins the two sites it names, or the market of the country where
the site named does not handle that material. A row about a whole customs code is about all
materials of the same stage and code, and joins markets: customs see countries, not plants.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from allanite.network.draft import NetworkDraft, Node
from allanite.network.markets import Markets, markets_by_material

KINDS = ("flow", "contract", "captive")
CUSTOMS = "CEPII BACI"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LinkEnds:
    """What one link is about.

    Attributes:
        row: the row of table `links`.
        materials: the material, or all of the group.
        origins, destinations: place labels; several where the end is an aggregate of markets.
        grouped: the row is about a customs code and not about one material.
        customs: the rate was read from customs records, which see countries and not plants.
    """

    row: Row
    materials: tuple[str, ...]
    origins: frozenset[str]
    destinations: frozenset[str]
    grouped: bool
    customs: bool


def base_year_links(rows: Iterable[Row], year: int) -> list[Row]:
    """Links that describe a flow of the base year; memo rows count where they name a market."""
    return [row for row in rows if row["year"] == year and row["kind"] in (*KINDS, "memo")]


@dataclass(frozen=True, slots=True)
class Handlers:
    """Who makes and takes what in one year.

    Attributes:
        nodes: sites, and markets whose region, make or take a material: (place, material).
        sites: sites that make (sign 1) or take (-1) a material, by (market, material, sign).
    """

    nodes: frozenset[Node]
    sites: Mapping[tuple[str, str, int], frozenset[str]]


def find_handlers(draft: NetworkDraft, markets: Markets, year: int) -> Handlers:
    """The handlers among the rows of a draft."""
    sides = markets_by_material(draft, markets, year)
    nodes = {(m, material) for side in sides for material, part in side.items() for m in part}
    sites: dict[tuple[str, str, int], set[str]] = defaultdict(set)
    for process in draft.processes.values():
        if process.available_from <= year:
            market = markets.of(draft.places[process.place].country)
            for material, coefficient in process.recipe.items():
                nodes.add((process.place, material))
                sites[market, material, 1 if coefficient > 0 else -1].add(process.place)
    return Handlers(frozenset(nodes), {key: frozenset(found) for key, found in sites.items()})


def link_ends(
    row: Row, draft: NetworkDraft, markets: Markets, handlers: Handlers
) -> LinkEnds | None:
    """The ends of a link, or None where it joins no two places of the network.

    Args:
        row: a row of table `links`.
        draft: the network so far.
        markets: regional markets.
        handlers: who handles what; a country that handles nothing of the kind is read as its
            demand region.
    """
    if row["material_id"] not in draft.materials:
        return None
    grouped = row["material_scope"] != "single"
    customs = grouped or (row["url"] or "").startswith(CUSTOMS)
    materials = _group(row["material_id"], draft) if grouped else (row["material_id"],)
    if grouped:
        origins = _region(row["from_region"], materials, markets, handlers)
        destinations = _region(row["to_region"], materials, markets, handlers)
    else:
        origins = _place(row, "from", materials[0], markets, handlers, customs)
        destinations = _place(row, "to", materials[0], markets, handlers, customs)
    memo = row["kind"] == "memo" and destinations != {row["to_region"]}
    if not origins or not destinations or origins & destinations or memo:
        return None
    return LinkEnds(row, materials, origins, destinations, grouped, customs)


def _group(material: str, draft: NetworkDraft) -> tuple[str, ...]:
    """Materials of the same stage that share a code with `material`."""
    one = draft.materials[material]
    return tuple(
        label
        for label, other in draft.materials.items()
        if other.stage == one.stage and set(other.codes) & set(one.codes)
    )


def _region(
    region: str | None, materials: Iterable[str], markets: Markets, handlers: Handlers
) -> frozenset[str]:
    if not region:
        return frozenset()
    found = {m for m in markets.inside(region) for x in materials if (m, x) in handlers.nodes}
    return frozenset(found) or frozenset({markets.demand_region.get(region, region)})


def _place(
    row: Row, side: str, material: str, markets: Markets, handlers: Handlers, customs: bool
) -> frozenset[str]:
    """The site a link names, or its market.

    Customs see countries: where several sites of a market make (or take) the material, a rate
    from customs is the market's.
    """
    site, region = row[f"{side}_site"], row[f"{side}_region"]
    home = markets.of(region) if region else None
    if site and (site, material) in handlers.nodes:
        among = handlers.sites.get((home or "", material, 1 if side == "from" else -1), frozenset())
        if not customs or not among or among == {site}:
            return frozenset({site})
    if home and (home, material) not in handlers.nodes:
        home = markets.demand_region.get(home, home)
    return frozenset({home}) if home else frozenset()


def add_link_routes(draft: NetworkDraft, ends: LinkEnds) -> None:
    """Add the routes of a link: one for a single material, all pairs that exist for a group."""
    for material in ends.materials:
        for origin in sorted(ends.origins):
            for destination in sorted(ends.destinations):
                start: Node = (origin, material)
                end: Node = (destination, material)
                if not ends.grouped:
                    draft.add_route(start, end, "link")
                elif start in draft.nodes and end in draft.nodes:
                    draft.add_route(start, end, "trade")
