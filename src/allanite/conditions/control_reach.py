"""What each article of a control reaches in a network: routes, or processes.

Direct reach: routes that leave the issuer with goods the scope covers. Extraterritorial reach:
routes between two other countries with goods of listed origin. Know-how: processes outside the
issuer. What a text covers only under a condition that no network can show is told, not applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from allanite.axis import BoolArray, IntArray
from allanite.conditions.atlas import Atlas, members_of_code
from allanite.law.controls import Article, Control
from allanite.law.scope import Item, Question, Scope, Vocabulary, cover

Treatment = Literal["ban", "licence", "quota", "denied", "measured", "growth"]
# kinds that never change a flow by themselves, and why
NO_FLOW: Final[Mapping[str, str]] = {
    "state_trading": "it names who may export, not how much",
    "reporting": "a duty to report stops no goods",
    "suspension": "it acts through the controls it suspends",
    "tariff": "a duty is a cost to the importer and no limit on a flow",
    "countermeasure": "it forbids dealings with listed bodies, which no route shows",
}
_TREATMENT: Final[Mapping[str, Treatment]] = {
    "ban": "ban",
    "licence": "licence",
    "quota": "quota",
    "tax_or_disruption": "measured",
}
# stage of a know-how in the scope -> stage of the processes that need it
KNOW_HOW: Final[Mapping[str, str]] = {
    "oxide": "separation",
    "compound": "separation",
    "metal": "metal",
    "alloy": "alloy",
    "magnet": "magnet",
}
_RELIEF: Final = "general licen"
_INPUT: Final = "as an input"
_BY_KNOW_HOW: Final = "technology"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reach:
    """What one article reaches, and how it acts there.

    Attributes:
        control, article: the text.
        treatment: ban; licence; quota; denied to listed or military parties; measured (only as
            far as figures say); growth of processes.
        routes: positions of routes; processes: positions of processes.
        abroad: whether the routes lie between two other countries.
    """

    control: Control
    article: Article
    treatment: Treatment
    routes: IntArray
    processes: IntArray
    abroad: bool = False


def reaches(
    atlas: Atlas, controls: Iterable[Control], dual_use: Mapping[str, BoolArray]
) -> tuple[tuple[Reach, ...], tuple[str, ...]]:
    """Reach of every article that changes a flow, and notes on what is not applied.

    Args:
        atlas: the network.
        controls: the controls asked for.
        dual_use: materials on each issuer's list, shape (M,), for texts that name no item.
    """
    found: list[Reach] = []
    notes: list[str] = []
    for control in controls:
        if reason := _no_flow(control):
            notes.append(f"{control.short_title}: no effect on flows; {reason}.")
            continue
        for article in control.articles:
            some, told = _article_reach(atlas, control, article, dual_use)
            found += some
            notes += told
            if not some and not told:
                notes.append(f"{article.label}: reaches nothing in this network.")
    return tuple(found), tuple(notes)


def listed_goods(atlas: Atlas, controls: Iterable[Control]) -> BoolArray:
    """Materials that licences on goods cover, shape (M,): what a list of dual-use items holds."""
    found = np.zeros(len(atlas.items), dtype=bool)
    for control in controls:
        if control.kind == "licence" and not _no_flow(control):
            for article in control.articles:
                scopes = _plain(article.scopes, "any")
                found |= _covered(atlas, [s for s in scopes if s.element is not None])
    return found


def _no_flow(control: Control) -> str:
    if _RELIEF in control.title.casefold():
        return "it eases other licences; measured approval shares hold what it brings"
    return NO_FLOW.get(control.kind, "")


def _article_reach(
    atlas: Atlas, control: Control, article: Article, dual_use: Mapping[str, BoolArray]
) -> tuple[list[Reach], list[str]]:
    if control.kind == "technology":
        return _growth(atlas, control, article)
    if control.kind == "deminimis_extraterritorial":
        return _extraterritorial(atlas, control, article)
    found: list[Reach] = []
    notes: list[str] = []
    for treatment, scopes in _by_treatment(control, article).items():
        routes = _routes(atlas, control, scopes, dual_use, abroad=False)
        found += _reach(control, article, treatment, routes)
        if _names_origin(atlas.words, control) and treatment != "quota":
            again = _routes(atlas, control, scopes, dual_use, abroad=True)
            found += _reach(control, article, treatment, again, abroad=True)
        notes += _partial(atlas, article, scopes, routes)
    return found, [*notes, *_untold(atlas, control, article)]


def _reach(
    control: Control,
    article: Article,
    treatment: Treatment,
    routes: BoolArray,
    *,
    abroad: bool = False,
) -> list[Reach]:
    if not routes.any():
        return []
    nothing = np.zeros(0, dtype=np.int64)
    return [
        Reach(
            control=control,
            article=article,
            treatment=treatment,
            routes=np.flatnonzero(routes),
            processes=nothing,
            abroad=abroad,
        )
    ]


def _by_treatment(control: Control, article: Article) -> dict[Treatment, list[Scope]]:
    """Scopes on goods by how they act: those on some parties only are denials."""
    found: dict[Treatment, list[Scope]] = {}
    whole = _TREATMENT.get(control.kind)
    if whole is not None:
        found[whole] = [s for s in _plain(article.scopes, "any") if s.element is not None]
    parties = [s for s in article.scopes if s.subject == "goods" and s.party != "any"]
    if parties:
        found["denied"] = parties
    return found


def _plain(scopes: Iterable[Scope], party: str) -> list[Scope]:
    return [s for s in scopes if s.subject == "goods" and s.party == party and not s.condition]


def _covered(atlas: Atlas, scopes: Sequence[Scope], listed: BoolArray | None = None) -> BoolArray:
    """Materials that the scopes cover, shape (M,).

    A scope without an element covers the materials of `listed` at its stages.
    """
    named = [scope for scope in scopes if scope.element is not None]
    unnamed = [scope for scope in scopes if scope.element is None]
    found = np.zeros(len(atlas.items), dtype=bool)
    for m, item in enumerate(atlas.items):
        if item is not None:
            on_list = listed is not None and bool(listed[m])
            found[m] = _covers(named, item) or (on_list and _covers(unnamed, item))
    return found


def _covers(scopes: Sequence[Scope], item: Item) -> bool:
    return bool(scopes) and cover(scopes, Question(item)) is not None


def _routes(
    atlas: Atlas,
    control: Control,
    scopes: Sequence[Scope],
    dual_use: Mapping[str, BoolArray],
    *,
    abroad: bool,
) -> BoolArray:
    """Routes that the scopes cover, shape (R,): out of the issuer, or between others."""
    issuer = members_of_code(atlas.words, control.issuer)
    at_home = atlas.inside(issuer)
    leaves = at_home[atlas.route_origin] != abroad
    outside = ~at_home[atlas.route_destination]
    if abroad:
        outside &= atlas.crossing & atlas.listed[atlas.route_material]
    listed = dual_use.get(control.issuer)
    found = np.zeros(leaves.size, dtype=bool)
    for destination in np.unique(atlas.route_destination[leaves & outside]):
        there = leaves & outside & (atlas.route_destination == destination)
        usable = [s for s in scopes if _reaches(s, atlas.place_members[destination])]
        found[there] = _covered(atlas, usable, listed)[atlas.route_material[there]]
    return found


def _reaches(scope: Scope, members: frozenset[str]) -> bool:
    """Whether a scope holds for more than half of the countries of a destination."""
    reached = members - scope.excluded
    if scope.destinations is not None:
        reached &= scope.destinations
    return 2 * len(reached) > len(members)


def _partial(
    atlas: Atlas, article: Article, scopes: Sequence[Scope], routes: BoolArray
) -> Iterable[str]:
    """Sentences on goods and destinations that the text covers in part and that count whole."""
    parts: dict[str, list[str]] = {}
    named = [scope for scope in scopes if scope.element is not None]
    for m in np.unique(atlas.route_material[routes]):
        item = atlas.items[m]
        found = None if item is None else cover(named, Question(item))
        if item is not None and found is not None and found.conditions:
            parts.setdefault(" or ".join(found.conditions), []).append(item.label)
    for text, labels in parts.items():
        goods = ", ".join(dict.fromkeys(labels))
        yield f"{article.label}: counts {goods} as covered; the text says {text}."
    if routes.any() and len(named) < len(scopes):
        yield (
            f"{article.label}: names a list and no item; the list is read as the goods of the"
            " issuer's licences that are in force."
        )
    places = _places_in_part(atlas, scopes, routes)
    if places:
        yield f"{article.label}: counts {', '.join(places)} whole as a destination."


def _places_in_part(atlas: Atlas, scopes: Sequence[Scope], routes: BoolArray) -> list[str]:
    """Destinations of which the text names only some countries."""
    named = [scope.destinations for scope in scopes if scope.destinations is not None]
    if not named or len(named) < len(scopes):
        return []
    reached = frozenset().union(*named)
    destinations = np.unique(atlas.route_destination[routes])
    return [
        atlas.network.place_country[place]
        for place in destinations
        if atlas.place_members[place] - reached
    ]


def _names_origin(words: Vocabulary, control: Control) -> bool:
    """Whether the text also binds third countries that pass the issuer's goods on."""
    territory = words.territories.get(control.issuer.casefold())
    name = control.issuer if territory is None else territory.label
    return f"{name}-origin" in control.de_jure


def _extraterritorial(
    atlas: Atlas, control: Control, article: Article
) -> tuple[list[Reach], list[str]]:
    scopes = _listed_scopes(article)
    if not scopes:
        reason = "whose know-how a plant abroad uses stands in no table"
        return [], [f"{article.label}: not applied; {reason}."]
    if not atlas.listed.any():
        reason = "the network does not carry listed origin"
        return [], [f"{article.label}: not applied; {reason}."]
    routes = _routes(atlas, control, scopes, {}, abroad=True)
    return _reach(control, article, "licence", routes, abroad=True), []


def _listed_scopes(article: Article) -> list[Scope]:
    """Goods caught for what they hold: not the inputs, nor what know-how alone catches."""
    return [
        scope
        for scope in article.scopes
        if scope.subject == "goods"
        and not scope.condition.startswith(_INPUT)
        and _BY_KNOW_HOW not in scope.condition
    ]


def input_scopes(article: Article) -> list[Scope]:
    """Inputs whose worth counts towards a value rule."""
    return [s for s in article.scopes if s.condition.startswith(_INPUT)]


def goods_scopes(article: Article) -> list[Scope]:
    """Goods that an extraterritorial article catches for what they hold."""
    return _listed_scopes(article)


def needs_listed_origin(words: Vocabulary, control: Control) -> bool:
    """Whether a control binds goods of listed origin between other countries."""
    extraterritorial = control.kind == "deminimis_extraterritorial"
    return extraterritorial or (not _no_flow(control) and _names_origin(words, control))


def _growth(atlas: Atlas, control: Control, article: Article) -> tuple[list[Reach], list[str]]:
    """Processes outside the issuer that make a covered element at a covered stage."""
    network = atlas.network
    abroad = ~atlas.inside(members_of_code(atlas.words, control.issuer))[network.processes.place]
    wanted: dict[str, set[str]] = {}
    skipped: set[str] = set()
    for scope in article.scopes:
        stage = KNOW_HOW.get(scope.stage or "")
        if scope.subject == "technology" and scope.element and stage:
            wanted.setdefault(stage, set()).add(scope.element)
        elif scope.subject == "technology":
            skipped.add(scope.stage or "any stage")
    made = _made_elements(atlas)
    found = [
        n
        for n, stage in enumerate(network.processes.stage)
        if abroad[n] and made[n] & wanted.get(stage, set())
    ]
    notes = []
    if skipped:
        notes.append(
            f"{article.label}: know-how for {', '.join(sorted(skipped))} is not applied; growth"
            " is closed for separation, metals, alloys and magnets only."
        )
    if not found:
        return [], notes
    return [_grown(control, article, np.array(found, dtype=np.int64))], notes


def _grown(control: Control, article: Article, processes: IntArray) -> Reach:
    nothing = np.zeros(0, dtype=np.int64)
    return Reach(
        control=control, article=article, treatment="growth", routes=nothing, processes=processes
    )


def _made_elements(atlas: Atlas) -> list[frozenset[str]]:
    """Elements in what each process makes, shape (N,)."""
    network = atlas.network
    recipe = network.processes.recipe
    found = []
    for n in range(len(network.processes.labels)):
        column = slice(recipe.indptr[n], recipe.indptr[n + 1])
        nodes = recipe.indices[column][recipe.data[column] > 0]
        items = [atlas.items[m] for m in network.node_material[nodes]]
        found.append(frozenset().union(*(item.elements for item in items if item is not None)))
    return found


def _untold(atlas: Atlas, control: Control, article: Article) -> Iterable[str]:
    """Sentences on parts of a text that the effects leave out."""
    texts = sorted({s.condition for s in article.scopes if s.condition and s.party == "any"})
    if texts:
        yield f"{article.label}: not applied where the text says {'; '.join(texts)}."
    others = sorted({s.subject for s in article.scopes if s.subject != "goods"})
    if others:
        yield f"{article.label}: {' and '.join(others)} not applied; the network moves goods."
    issuer = members_of_code(atlas.words, control.issuer)
    if control.kind == "quota" and any(s.destinations == issuer for s in article.scopes):
        yield f"{article.label}: not applied to output inside the issuer; it limits routes only."
    if any(s.element is None and not s.condition and s.party == "any" for s in article.scopes):
        yield f"{article.label}: names no item; the controls that do stand on their own."
    if _names_origin(atlas.words, control):
        how = "applied to the goods that the network carries in two classes"
        if not atlas.listed.any():
            how = "not applied, as the network does not carry listed origin"
        yield f"{article.label}: binds third countries that pass the goods on; {how}."
