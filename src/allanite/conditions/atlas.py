"""A network as the law and a shock see it: countries of places, items of materials.

Markets of the network are countries or aggregates of countries; texts name countries and
groups. A market counts as inside a territory where more than half of its countries are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from allanite.axis import BoolArray, IntArray
from allanite.errors import UsageError
from allanite.law.scope import Item, Vocabulary
from allanite.network.lineage_rule import base_material, is_listed
from allanite.network.supply import SupplyNetwork


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Atlas:
    """A network with the countries of its places and the items of its materials.

    Attributes:
        network: L places, M materials, R routes, N processes.
        words: names of materials, stages and territories.
        place_members: countries a place stands for, less those with a market of their own
            in the network, shape (L,).
        items: what each material is to the law, shape (M,); None where nobody says what it
            holds.
        listed: whether a material is of listed origin, shape (M,).
        route_origin, route_destination: place of each end, shape (R,).
        route_material: shape (R,).
        crossing: whether a route passes from one country or market into another, shape (R,);
            the way between a site and its market is none.
    """

    network: SupplyNetwork
    words: Vocabulary
    place_members: tuple[frozenset[str], ...]
    items: tuple[Item | None, ...]
    listed: BoolArray
    route_origin: IntArray
    route_destination: IntArray
    route_material: IntArray
    crossing: BoolArray

    def inside(self, territory: frozenset[str]) -> BoolArray:
        """Whether each place lies in a territory, shape (L,)."""
        return np.array([lies_in(found, territory) for found in self.place_members], dtype=bool)

    def touched(self, territory: frozenset[str]) -> BoolArray:
        """Whether a place stands for any country of a territory, shape (L,)."""
        return np.array([bool(found & territory) for found in self.place_members], dtype=bool)


def make_atlas(network: SupplyNetwork, words: Vocabulary) -> Atlas:
    """The atlas of a network in the words of a release."""
    origin = network.node_place[network.routes.origin_node]
    destination = network.node_place[network.routes.destination_node]
    country = np.array(network.place_country, dtype=object)
    is_site = np.array([kind == "site" for kind in network.place_kind], dtype=bool)
    to_market = np.array([kind == "market" for kind in network.routes.kind], dtype=bool)
    local = to_market & (is_site[origin] | is_site[destination])
    return Atlas(
        network=network,
        words=words,
        place_members=_place_members(network, words),
        items=tuple(_item(network, words, m) for m in range(len(network.materials))),
        listed=np.array([is_listed(label) for label in network.materials], dtype=bool),
        route_origin=origin,
        route_destination=destination,
        route_material=network.node_material[network.routes.origin_node],
        crossing=np.asarray((country[origin] != country[destination]) & ~local, dtype=bool),
    )


def lies_in(members: frozenset[str], territory: frozenset[str]) -> bool:
    """Whether more than half of the countries lie in a territory."""
    return 2 * len(members & territory) > len(members)


def members_of_code(words: Vocabulary, code: str) -> frozenset[str]:
    """Countries of a region code; a code that no table knows stands for itself."""
    found = words.territories.get(code.casefold())
    return frozenset({code}) if found is None else found.members


def find_territory(atlas: Atlas, text: str) -> frozenset[str]:
    """Countries of a country or group by name or code, and the code itself.

    Raises:
        UsageError: an unknown name, or one without a place in the network; the nearest named.
    """
    here = sorted(set(atlas.network.place_country))
    found = atlas.words.territories.get(" ".join(text.casefold().split()))
    members = frozenset({text}) if found is None else found.members | {found.code}
    if found is None and text not in here:
        names = [*here, *atlas.words.territories]
        raise UsageError(f"no country or region {text!r}; {nearest(text, names)}")
    if not atlas.touched(members).any() and text not in here:
        raise UsageError(f"{text!r} has no place in the network; places lie in {', '.join(here)}")
    return members


def find_places(atlas: Atlas, text: str) -> BoolArray:
    """The site of that id, or every place of a country or group, shape (L,).

    Raises:
        UsageError: an unknown place; the nearest ones are named.
    """
    network = atlas.network
    if text in network.places and network.place_kind[network.places.position(text)] == "site":
        found = np.zeros(len(network.places), dtype=bool)
        found[network.places.position(text)] = True
        return found
    try:
        return atlas.inside(find_territory(atlas, text))
    except UsageError as error:
        near = nearest(text, network.places.labels)
        raise UsageError(f"no place {text!r} in the network; {near}") from error


def find_materials(
    atlas: Atlas, materials: Sequence[str], elements: Sequence[str], stages: Sequence[str]
) -> BoolArray:
    """Materials by id, element or stage, shape (M,): an empty list asks for any.

    Ids find both the free and the listed-origin form of a material.

    Raises:
        UsageError: an unknown id, element or stage, with the nearest ones.
    """
    network = atlas.network
    base = [base_material(label) for label in network.materials]
    symbols = [item.elements if item else frozenset() for item in atlas.items]
    known = frozenset().union(*symbols) if symbols else frozenset()
    for kind, wanted, allowed in (
        ("material", materials, base),
        ("element", elements, sorted(known)),
        ("stage", stages, network.material_stage),
    ):
        check_known(kind, wanted, allowed)
    found = np.ones(len(base), dtype=bool)
    if materials:
        found &= np.array([label in materials for label in base])
    if elements:
        found &= np.array([bool(some & set(elements)) for some in symbols])
    if stages:
        found &= np.array([stage in stages for stage in network.material_stage])
    return found


def check_known(kind: str, wanted: Iterable[str], allowed: Iterable[str]) -> None:
    """Raise `UsageError` for names that are not allowed, each with the nearest that are."""
    names = list(dict.fromkeys(allowed))
    unknown = [name for name in wanted if name not in names]
    if unknown:
        texts = (f"no {kind} {name!r} in the network; {nearest(name, names)}" for name in unknown)
        raise UsageError("; ".join(texts))


def nearest(text: str, names: Iterable[str]) -> str:
    """The nearest names in words."""
    by_folded = {name.casefold(): name for name in names}
    near = get_close_matches(text.casefold(), list(by_folded), n=4, cutoff=0.4)
    shown = near or sorted(by_folded)[:6]
    word = "nearest" if near else "for example"
    return f"{word}: " + ", ".join(repr(by_folded[name]) for name in shown)


def _place_members(network: SupplyNetwork, words: Vocabulary) -> tuple[frozenset[str], ...]:
    markets = {
        country
        for country, kind in zip(network.place_country, network.place_kind, strict=True)
        if kind == "region"
    }
    found = []
    for country in network.place_country:
        members = members_of_code(words, country)
        own = members - markets if len(members) > 1 else members
        found.append(own or members)
    return tuple(found)


def _item(network: SupplyNetwork, words: Vocabulary, material: int) -> Item | None:
    """The item the words know; else what the network says of elements and stage."""
    label = base_material(network.materials.labels[material])
    found = words.items.get(label.casefold())
    if found is not None:
        return Item(label, found.elements, found.possible, found.stages)
    rows = network.element_content[:, [material]].tocoo().row
    elements = frozenset(network.elements.labels[i] for i in rows)
    stages = words.stages.get(network.material_stage[material].casefold())
    return Item(label, elements, frozenset(), stages) if elements else None
