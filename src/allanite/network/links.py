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
from allanite.network.markets import Markets

KINDS = ("flow", "contract", "captive")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LinkEnds:
    """What one link is about.

    Attributes:
        row: the row of table `links`.
        materials: the material, or all of the group.
        origins, destinations: place labels; several where the end is an aggregate of markets.
        grouped: the row is about a customs code and not about one material.
    """

    row: Row
    materials: tuple[str, ...]
    origins: frozenset[str]
    destinations: frozenset[str]
    grouped: bool


def base_year_links(rows: Iterable[Row], year: int) -> list[Row]:
    """Links that describe a flow of the base year; memo rows count where they name a market."""
    return [row for row in rows if row["year"] == year and row["kind"] in (*KINDS, "memo")]


def link_ends(row: Row, draft: NetworkDraft, markets: Markets) -> LinkEnds | None:
    """The ends of a link, or None where it joins no two places of the network."""
    if row["material_id"] not in draft.materials:
        return None
    grouped = row["material_scope"] != "single"
    materials = _group(row["material_id"], draft) if grouped else (row["material_id"],)
    if grouped:
        origins, destinations = _region(row["from_region"], markets), _region(row["to_region"], markets)
    else:
        origins = _place(row["from_site"], row["from_region"], materials[0], draft, markets)
        destinations = _place(row["to_site"], row["to_region"], materials[0], draft, markets)
    if not origins or not destinations or origins & destinations:
        return None
    return LinkEnds(row, materials, origins, destinations, grouped)


def _group(material: str, draft: NetworkDraft) -> tuple[str, ...]:
    """Materials of the same stage that share a code with `material`."""
    one = draft.materials[material]
    return tuple(
        label
        for label, other in draft.materials.items()
        if other.stage == one.stage and set(other.codes) & set(one.codes)
    )


def _region(region: str | None, markets: Markets) -> frozenset[str]:
    return markets.inside(region) if region else frozenset()


def _place(
    site: str | None, region: str | None, material: str, draft: NetworkDraft, markets: Markets
) -> frozenset[str]:
    if site and (site, material) in draft.nodes:
        return frozenset({site})
    return frozenset({markets.of(region)}) if region else frozenset()


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
