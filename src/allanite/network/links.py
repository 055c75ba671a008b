"""Which nodes a row of table `links` joins.

A row about one material joins the two sites it names, or the market of the country where
the site named does not handle that material. A row about a whole customs code is about all
materials of the same stage and code, and joins markets: customs see countries, not plants.
"""

from __future__ import annotations

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


def handled_nodes(draft: NetworkDraft, markets: Markets, year: int) -> set[Node]:
    """Sites, and markets whose region, make or take a material in `year`: (place, material)."""
    sides = markets_by_material(draft, markets, year)
    found = {(m, material) for side in sides for material, part in side.items() for m in part}
    for process in draft.processes.values():
        if process.available_from <= year:
            found |= {(process.place, material) for material in process.recipe}
    return found


def link_ends(
    row: Row, draft: NetworkDraft, markets: Markets, handled: set[Node]
) -> LinkEnds | None:
    """The ends of a link, or None where it joins no two places of the network.

    Args:
        row: a row of table `links`.
        draft: the network so far.
        markets: regional markets.
        handled: see `handled_nodes`; a country that handles nothing of the kind is read as
            its demand region.
    """
    if row["material_id"] not in draft.materials:
        return None
    grouped = row["material_scope"] != "single"
    materials = _group(row["material_id"], draft) if grouped else (row["material_id"],)
    if grouped:
        origins = _region(row["from_region"], materials, markets, handled)
        destinations = _region(row["to_region"], materials, markets, handled)
    else:
        origins = _place(row, "from", materials, markets, handled)
        destinations = _place(row, "to", materials, markets, handled)
    memo = row["kind"] == "memo" and destinations != {row["to_region"]}
    if not origins or not destinations or origins & destinations or memo:
        return None
    customs = grouped or (row["url"] or "").startswith(CUSTOMS)
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
    region: str | None, materials: Iterable[str], markets: Markets, handled: set[Node]
) -> frozenset[str]:
    if not region:
        return frozenset()
    found = {m for m in markets.inside(region) for x in materials if (m, x) in handled}
    return frozenset(found) or frozenset({markets.demand_region.get(region, region)})


def _place(
    row: Row, side: str, materials: tuple[str, ...], markets: Markets, handled: set[Node]
) -> frozenset[str]:
    site = row[f"{side}_site"]
    if site and (site, materials[0]) in handled:
        return frozenset({site})
    region = row[f"{side}_region"]
    home = markets.of(region) if region else None
    if home and (home, materials[0]) not in handled:
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
