"""How many independent sources stand behind a text: copies of one text count once.

Two documents are one source where they are the same text, share two telling sentences outside
quotations, credit one agency or one first source, or come from one house. What joins them is
named. A shared quotation alone joins nobody: two reporters may have heard the same speaker.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Final

from allanite.errors import UsageError
from allanite.ledger.copies import Groups, sentence_groups
from allanite.ledger.texts import Sentence, split_sentences

AGENCIES: Final = (
    "Reuters",
    "Associated Press",
    "AP",
    "AFP",
    "Agence France-Presse",
    "Bloomberg",
    "Kyodo",
    "Jiji",
    "Xinhua",
    "Yonhap",
    "dpa",
    "PTI",
    "ANI",
    "TASS",
    "EFE",
    "ANSA",
    "AAP",
    "UPI",
)
_SAME_AGENCY: Final = {"Associated Press": "AP", "Agence France-Presse": "AFP"}
_NAMES: Final = "|".join(sorted(map(re.escape, AGENCIES), key=len, reverse=True))
_CREDIT_LINE: Final = re.compile(
    rf"^[\W_]*(?:(?i:source|credit|by|from|with|©|\(c\))[:\s]+)*(?:[\w .&'-]{{0,40}}[/,|&-]\s*)?"
    rf"(?P<name>{_NAMES})\b[^.]{{0,60}}\.?[\W_]*$"
)
_DATELINE: Final = re.compile(rf"^[^\n]{{0,80}}\((?P<name>{_NAMES})\)\s*[-–—:]")
_EDGE_LINES: Final = 3  # lines at either end of a text that may credit somebody
_SPANS: Final = {0: "on one day", 1: "within a day"}
_PAIRED: Final = 2  # telling sentences that two documents must share
_MOST_SHARED: Final = 150  # shared sentences of one document that are looked at, the longest


@dataclass(frozen=True, slots=True)
class Document:
    """One text.

    Attributes:
        document_id: name or address.
        publisher: who published it; empty where not known.
        day: when; None where not known.
        text: the text itself; empty where only its address is at hand.
        origin: agency or first source it is known to rest on; empty takes its credit line.
    """

    document_id: str
    publisher: str
    day: date | None
    text: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceGroup:
    """Documents that count as one source.

    Attributes:
        documents: ids, the earliest first.
        publishers: who published them.
        origin: agency or first source they rest on; empty where not known.
        first_day: earliest day; None where none is known.
        shared: telling sentences outside quotations that at least two of them carry.
        reason: why they count once, in a sentence.
    """

    documents: tuple[str, ...]
    publishers: tuple[str, ...]
    origin: str
    first_day: date | None
    shared: int
    reason: str


@dataclass(frozen=True, slots=True)
class Independence:
    """Groups of documents that count once each, largest first, and documents without a word."""

    groups: tuple[SourceGroup, ...]
    empty: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """Number of independent sources."""
        return len(self.groups)


@dataclass(frozen=True, slots=True)
class _Read:
    """A document as it is compared: its credit, its form, groups of its sentences by length."""

    document: Document
    origin: str
    form: tuple[str, ...]
    own: Mapping[int, int]
    quoted: frozenset[int]


def credited_agency(text: str) -> str:
    """The agency that a text credits at its head or foot; empty where it credits none."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for line in lines[:_EDGE_LINES]:
        if found := _DATELINE.match(line):
            return _SAME_AGENCY.get(found["name"], found["name"])
    for line in [*lines[:_EDGE_LINES], *lines[-_EDGE_LINES:]]:
        if len(line) <= 120 and (found := _CREDIT_LINE.match(line)):
            return _SAME_AGENCY.get(found["name"], found["name"])
    return ""


def count_sources(documents: Sequence[Document]) -> Independence:
    """Documents in groups that count as one source each; their order does not matter.

    Raises:
        UsageError: two documents of one id.
    """
    names = [document.document_id for document in documents]
    if len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise UsageError(f"documents {', '.join(twice[:3])} stand twice: give each its own id")
    ordered = sorted(documents, key=lambda d: (d.day or date.max, d.document_id))
    read = [r for r in _read_all(ordered) if r.form or r.origin or r.document.publisher]
    known = {r.document.document_id for r in read}
    groups = Groups(len(read))
    for one, other in _links(read):
        groups.join(one, other)
    members: dict[int, list[_Read]] = defaultdict(list)
    for k, document in enumerate(read):
        members[groups.root(k)].append(document)
    told = [_group(found) for found in members.values()]
    told.sort(key=lambda g: (-len(g.documents), g.first_day or date.max, g.documents))
    return Independence(tuple(told), tuple(n for n in sorted(names) if n not in known))


def _read_all(documents: Sequence[Document]) -> list[_Read]:
    sentences = [split_sentences(document.text) for document in documents]
    group = sentence_groups(s.words for found in sentences for s in found if s.is_telling)
    return [
        _Read(
            document,
            document.origin or credited_agency(document.text),
            tuple(word for sentence in found for word in sentence.words),
            _by_length(found, group, is_quoted=False),
            frozenset(_by_length(found, group, is_quoted=True)),
        )
        for document, found in zip(documents, sentences, strict=True)
    ]


def _by_length(
    sentences: Sequence[Sentence], group: Mapping[tuple[str, ...], int], is_quoted: bool
) -> dict[int, int]:
    """Groups of telling sentences, quoted or not, with their number of words."""
    return {
        group[s.words]: len(s.words) for s in sentences if s.is_telling and s.is_quoted == is_quoted
    }


def _links(read: Sequence[_Read]) -> Iterator[tuple[int, int]]:
    """Pairs that are one source; chains of them join whole groups.

    A key that two documents have in common links each to the first that has it: the same text,
    a pair of shared sentences, an origin, a house.
    """
    first: dict[tuple[object, ...], int] = {}
    carried = _carried(read)
    for k, document in enumerate(read):
        for key in _keys(document, carried):
            holder = first.setdefault(key, k)
            if holder != k:
                yield holder, k


def _carried(read: Sequence[_Read]) -> dict[int, int]:
    """Number of different texts that carry each sentence outside quotations."""
    count: dict[int, int] = defaultdict(int)
    for text in {document.form: document.own for document in read}.values():
        for sentence in text:
            count[sentence] += 1
    return count


def _keys(read: _Read, carried: Mapping[int, int]) -> Iterator[tuple[object, ...]]:
    if read.form:
        yield "text", read.form
    shared = sorted((s for s in read.own if carried[s] > 1), key=lambda s: (-read.own[s], s))
    for pair in combinations(sorted(shared[:_MOST_SHARED]), _PAIRED):
        yield "sentences", *pair
    if read.origin:
        yield "origin", read.origin.casefold()
    if read.document.publisher:
        yield "house", read.document.publisher.casefold()


def _group(members: Sequence[_Read]) -> SourceGroup:
    origins = [r.origin for r in members if r.origin]
    carried = _carried(members)
    shared = sum(count > 1 for count in carried.values())
    first = members[0].document
    return SourceGroup(
        documents=tuple(r.document.document_id for r in members),
        publishers=tuple(dict.fromkeys(r.document.publisher for r in members)),
        origin=", ".join(dict.fromkeys(origins)),
        first_day=first.day,
        shared=shared,
        reason=_reason(members, shared),
    )


def _reason(members: Sequence[_Read], shared: int) -> str:
    if len(members) == 1:
        origin = members[0].origin
        return f"stands alone; rests on {origin}" if origin else "stands alone"
    found: list[str] = []
    if len({r.form for r in members if r.form}) == 1 and members[0].form:
        found.append("carry the same text")
    elif shared:
        found.append(f"share {shared} sentence{'' if shared == 1 else 's'} outside quotations")
    origins = dict.fromkeys(r.origin for r in members if r.origin)
    if origins:
        credited = sum(bool(r.origin) for r in members)
        found.append(f"{credited} of {len(members)} go back to {' and '.join(origins)}")
    houses = {r.document.publisher for r in members if r.document.publisher}
    if len(houses) == 1 and not shared and not origins:
        found.append(f"come from one house, {next(iter(houses))}")
    if days := sorted({r.document.day for r in members if r.document.day}):
        span = (days[-1] - days[0]).days
        found.append(f"came out {_SPANS.get(span, f'within {span} days')}")
    return "; ".join(found)
