"""What a reader asks about, and whether an article covers it.

Words such as `Dy oxide`, `NdFeB magnet`, `ox_dy`, `Japan` or `EU` become sets of elements,
stages and countries. An article covers an item wholly, under a condition, or not at all;
an item that only may hold a controlled element is covered under a condition, never dropped.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from allanite.errors import UsageError

Subject = Literal["goods", "technology", "equipment"]
PARTIES: Final = ("civilian", "military", "listed", "affiliate")


@dataclass(frozen=True, slots=True)
class Item:
    """A material as a reader names it.

    Attributes:
        label: the reader's words.
        elements: elements the item surely holds.
        possible: elements it may hold, or may be.
        stages: its stages; None for every stage.
    """

    label: str
    elements: frozenset[str]
    possible: frozenset[str] = frozenset()
    stages: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Territory:
    """A country or group: the code shown, the reader's name for it, its members."""

    code: str
    label: str
    members: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One thing an article covers; None means any.

    Attributes:
        element: element or material symbol.
        stage: stage or form.
        destination: code of the destination, `WLD` for all.
        destinations: its members; None for all.
        excluded: countries `WLD` leaves out.
        party: any, military, listed or affiliate.
        subject: goods, technology or equipment.
        condition: condition under which it covers an item; empty without one.
    """

    element: str | None
    stage: str | None
    destination: str
    destinations: frozenset[str] | None
    excluded: frozenset[str]
    party: str
    subject: Subject
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: an item, a destination, a party; None leaves a side open."""

    item: Item | None = None
    destination: Territory | None = None
    party: str | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """How an article covers an item.

    Attributes:
        scopes: rows that cover it.
        conditions: conditions, any of which suffices; empty where a row covers it wholly.
    """

    scopes: tuple[Scope, ...]
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words of readers.

    Attributes:
        items: item by folded word, for whole names (`ndfeb magnet`, `ox_dy`, `dy`).
        stages: stages by folded word; None for every stage.
        territories: country or group by folded name or code.
    """

    items: Mapping[str, Item]
    stages: Mapping[str, frozenset[str] | None]
    territories: Mapping[str, Territory]

    def item(self, text: str) -> Item:
        """The item of a name such as `Dy`, `dysprosium oxide`, `NdFeB magnet`, `ox_dy`.

        Raises:
            UsageError: an unknown name; the nearest known ones are named.
        """
        folded = _fold(text)
        if folded in self.items:
            return _relabel(self.items[folded], text)
        words = folded.split(" ")
        for cut in range(len(words) - 1, 0, -1):
            head, tail = " ".join(words[:cut]), " ".join(words[cut:])
            if head in self.items and self.items[head].stages is None and tail in self.stages:
                known = self.items[head]
                return Item(text, known.elements, known.possible, self.stages[tail])
        raise UsageError(f"no material {text!r}; {_nearest(self._near_item(folded))}")

    def _near_item(self, folded: str) -> list[str]:
        head, _, tail = folded.partition(" ")
        near = _close(folded, self.items)
        if tail:
            heads = [head] if head in self.items else _close(head, self.items)
            tails = [tail] if tail in self.stages else _close(tail, self.stages)
            near += [f"{h} {t}" for h in heads for t in tails]
        return near or _close(head, self.items)

    def stage(self, text: str) -> frozenset[str] | None:
        """The stages of a word such as `oxide`; raises `UsageError` for an unknown one."""
        folded = _fold(text)
        if folded not in self.stages:
            raise UsageError(f"no stage {text!r}; {_nearest(_close(folded, self.stages))}")
        return self.stages[folded]

    def territory(self, text: str) -> Territory | None:
        """The country or group of a name or code; None for the whole world.

        Raises:
            UsageError: an unknown name; the nearest known ones are named.
        """
        folded = _fold(text)
        if folded in ("world", "wld", "all", "any"):
            return None
        if folded not in self.territories:
            near = _close(folded, self.territories)
            raise UsageError(f"no country or region {text!r}; {_nearest(near)}")
        return self.territories[folded]

    def question(
        self,
        material: str | None = None,
        stage: str | None = None,
        destination: str | None = None,
        party: str | None = None,
    ) -> Question:
        """The question of a reader's words.

        Raises:
            UsageError: an unknown word, or a stage the material does not have.
        """
        item = None if material is None else self.item(material)
        if stage is not None:
            item = _at_stage(item, self.stage(stage), stage)
        if party is not None and party not in PARTIES:
            raise UsageError(f"no party {party!r}; one of {', '.join(PARTIES)}")
        where = None if destination is None else self.territory(destination)
        return Question(item, where, party)


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())


def _relabel(item: Item, label: str) -> Item:
    return Item(label, item.elements, item.possible, item.stages)


def _close(word: str, known: Iterable[str]) -> list[str]:
    return difflib.get_close_matches(word, list(known), n=4, cutoff=0.6)


def _nearest(names: list[str]) -> str:
    unique = list(dict.fromkeys(names))[:4]
    if not unique:
        return "try an element and a stage, for example `Dy oxide`, or a country such as `JPN`"
    return "nearest known: " + ", ".join(repr(name) for name in unique)


def _at_stage(item: Item | None, stages: frozenset[str] | None, word: str) -> Item:
    if item is None:
        return Item(word, frozenset(), frozenset(), stages)
    if item.stages is None or stages is None:
        return Item(f"{item.label} ({word})", item.elements, item.possible, stages or item.stages)
    both = item.stages & stages
    if not both:
        found = ", ".join(sorted(item.stages))
        raise UsageError(f"{item.label!r} is at stage {found}, not at {word!r}; leave one out")
    return Item(item.label, item.elements, item.possible, both)


def cover(scopes: Iterable[Scope], question: Question) -> Cover | None:
    """How the rows cover what is asked; None where none does."""
    matches = ((scope, _match(scope, question)) for scope in scopes)
    found = [(scope, match) for scope, match in matches if match is not None]
    if not found:
        return None
    conditions = _conditions((match for _, match in found), question.item)
    return Cover(tuple(scope for scope, _ in found), _weakest(conditions))


@dataclass(frozen=True, slots=True)
class _Match:
    """Conditions under which a row covers what is asked.

    Attributes:
        conditions: all of them must hold.
        possible_element: element the item may hold; empty where it surely does.
        stage: the one stage the row covers; empty where it covers all that are asked.
    """

    conditions: frozenset[str]
    possible_element: str
    stage: str


def _conditions(matches: Iterable[_Match], item: Item | None) -> set[frozenset[str]]:
    """Conditions of the rows together: rows that differ in element or stage only are joined."""
    stages: dict[tuple[frozenset[str], str], set[str]] = {}
    for match in matches:
        stages.setdefault((match.conditions, match.possible_element), set()).add(match.stage)
    elements: dict[frozenset[str], set[str]] = {}
    for (texts, element), found in stages.items():
        whole = "" in found or (
            item is not None and item.stages is not None and item.stages <= found
        )
        stage_texts = frozenset() if whole else frozenset({"only as " + " or ".join(sorted(found))})
        elements.setdefault(texts | stage_texts, set()).add(element)
    return {
        texts if "" in found else texts | {_if_it_holds(found)} for texts, found in elements.items()
    }


def _if_it_holds(elements: Iterable[str]) -> str:
    return "only if it is or holds " + " or ".join(sorted(elements))


def _weakest(conditions: Iterable[frozenset[str]]) -> tuple[str, ...]:
    """The conditions no other one implies; none where one row covers without any."""
    known = sorted(conditions, key=lambda texts: (len(texts), sorted(texts)))
    kept: list[frozenset[str]] = []
    for texts in known:
        if not any(weaker <= texts for weaker in kept):
            kept.append(texts)
    return () if frozenset() in kept else tuple(" and ".join(sorted(texts)) for texts in kept)


def _match(scope: Scope, question: Question) -> _Match | None:
    element = _match_item(scope, question.item)
    where = _match_destination(scope, question.destination)
    if element is None or where is None or not _match_party(scope, question.party):
        return None
    texts = [*scope.condition.split("; "), where]
    return _Match(frozenset(text for text in texts if text), element, _stage(scope, question.item))


def _stage(scope: Scope, item: Item | None) -> str:
    """The stage of a row that covers only part of an item's stages; empty otherwise."""
    if item is None or scope.stage is None or scope.subject != "goods":
        return ""
    return "" if item.stages == frozenset({scope.stage}) else scope.stage


def _match_item(scope: Scope, item: Item | None) -> str | None:
    """Empty where the row covers the item, the element it may hold, None where it does not."""
    if item is None:
        return ""
    if item.stages is not None and scope.stage is not None and scope.stage not in item.stages:
        return None
    if scope.element is None or scope.element in item.elements or not _has_elements(item):
        return ""
    return scope.element if scope.element in item.possible else None


def _has_elements(item: Item) -> bool:
    return bool(item.elements or item.possible)


def _match_destination(scope: Scope, destination: Territory | None) -> str | None:
    if destination is None:
        return ""
    reached = destination.members - scope.excluded
    if scope.destinations is not None:
        reached &= scope.destinations
    if not reached:
        return None
    return "" if reached == destination.members else "only to " + ", ".join(sorted(reached))


def _match_party(scope: Scope, party: str | None) -> bool:
    return party is None or scope.party in ("any", party)
