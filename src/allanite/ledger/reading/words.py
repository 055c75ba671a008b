"""Names in a text: regions, materials, stages, controls, agreements and actors of the release.

Words are looked up token by token in one table of first words, so that the time does not grow with
the number of names.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from allanite.catalogue.store import Release

NameKind = Literal["region", "place", "actor", "material", "stage", "agreement", "company", "site"]

TOKEN: Final = re.compile(r"(?:[A-Z]\.){2,}|[^\W_]+(?:'[^\W_]+)*")
_SHORTEST_ELEMENT: Final = 3  # symbols such as In, As and W are words too
_SHORTEST_NAME: Final = 5
_PROPER: Final = re.compile(r"(?:[A-Z][\w-]*(?:\s|$))+")
_AGGREGATES: Final = frozenset({"WLD", "XRW", "XUN", "S19", "R20", "ZA1", "PUS"})
RARE_EARTHS: Final = "rare earths"
RARE_EARTH_SIGNS: Final = frozenset(
    ("La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu", "Y", "Sc")
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word: span in the view, as printed, and folded without a possessive ending."""

    start: int
    end: int
    text: str
    folded: str


@dataclass(frozen=True, slots=True)
class Name:
    """One name in a text.

    Attributes:
        start, end: span in the view.
        kind: what it names.
        code: region code, material, stage, or agreement.
    """

    start: int
    end: int
    kind: NameKind
    code: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One name of the vocabulary: its words, folded, and whether capitals are needed."""

    words: tuple[str, ...]
    kind: NameKind
    code: str
    capital: bool
    exact: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """Names by their first word, the longest first, and units of counted nouns."""

    entries: Mapping[str, tuple[Entry, ...]]
    counted: Mapping[str, str]


def tokens_of(text: str, start: int, end: int) -> list[Token]:
    """Words between two positions of a view."""
    return [
        Token(m.start(), m.end(), m.group(), _folded(m.group()))
        for m in TOKEN.finditer(text, start, end)
    ]


def _folded(word: str) -> str:
    lowered = word.lower()
    return lowered[:-2] if lowered.endswith("'s") else lowered.rstrip("'")


def load_words(release: Release) -> Words:
    """Names of the release: regions, elements and items, stages, and the words of readers."""
    entries: dict[str, dict[tuple[str, ...], Entry]] = defaultdict(dict)
    for word, kind, code in _pairs(release):
        entry = _entry(word, kind, code)
        if entry is not None:
            entries[entry.words[0]].setdefault(entry.words, entry)
    ordered = {
        first: tuple(sorted(found.values(), key=lambda e: -len(e.words)))
        for first, found in entries.items()
    }
    rows = release.rows("reading_words")
    counted = {r["word"].lower(): r["meaning"] for r in rows if r["use"] == "counted"}
    return Words(ordered, counted)


def _pairs(release: Release) -> Iterator[tuple[str, NameKind, str]]:
    """Word, kind and code of every name; the first of equal words stands."""
    rows = release.rows("reading_words")
    kinds: dict[str, NameKind] = {
        "demonym": "region", "place": "place", "actor": "actor",
        "agreement": "agreement", "material": "material",
    }  # fmt: skip
    for row in rows:
        if row["use"] in kinds and row["meaning"]:
            yield row["word"], kinds[row["use"]], row["meaning"]
    for row in release.rows("region_names"):
        if row["region"] not in _AGGREGATES:
            yield row["name"], "region", row["region"]
    refused = {r["word"].lower() for r in rows if r["use"] == "not_material"}
    for row in release.rows("control_words"):
        word = row["word"]
        if row["use"] == "region" and row["regions"]:
            yield word, "region", row["regions"]
        elif row["use"] in ("element", "item") and _is_material(word, refused):
            yield word, "material", row["elements"] or RARE_EARTHS
        elif row["use"] == "stage" and row["stages"]:
            yield word, "stage", row["stages"]
    yield from _site_names(release)
    names = [row["commodity"] for row in release.rows("commodities")]
    names += [row["mineral"] for row in release.rows("mineral_lists")]
    for name in names:
        if _is_material(name, refused):
            yield name, "material", name


def _site_names(release: Release) -> Iterator[tuple[str, NameKind, str]]:
    """Sites and their owners, by the proper name at the head of what is printed."""
    for row in release.rows("sites"):
        for text in (row["name"] or "").split("/"):
            name = _proper_name(text)
            if name:
                yield name, "site", row["site_id"]
        for text in re.split(r"[,;/]", row["owner"] or ""):
            name = _proper_name(text)
            if name:
                yield name, "company", name
                yield name.removesuffix(" Rare Earths"), "company", name


def _proper_name(text: str) -> str:
    """The words with capitals that a text begins with; empty for one short word or none."""
    match = _PROPER.match(text.strip())
    name = match[0].strip() if match else ""
    return name if " " in name or len(name) >= _SHORTEST_NAME else ""


def _is_material(word: str, refused: set[str]) -> bool:
    is_code = "_" in word or len(word) < _SHORTEST_ELEMENT or word.startswith(("C-", "H2"))
    return not is_code and word.lower() not in refused


def _entry(word: str, kind: NameKind, code: str) -> Entry | None:
    tokens = tokens_of(word.replace("\u2019", "'"), 0, len(word))
    if not tokens:
        return None
    is_name = kind not in ("material", "stage")
    is_short = len(word.replace(".", "")) <= 3 and word.isupper()  # US, UAE, DRC
    exact = word if is_name and (is_short or word.isupper()) else ""
    return Entry(tuple(t.folded for t in tokens), kind, code, is_name, exact)


def find_names(tokens: Sequence[Token], words: Words) -> list[Name]:
    """Names among the words of a text; of two that overlap the first and longest counts."""
    found: list[Name] = []
    at = 0
    while at < len(tokens):
        entry = _match(tokens, at, words)
        if entry is None:
            at += 1
            continue
        last = tokens[at + len(entry.words) - 1]
        end = last.start + len(last.text) - (2 if last.text.lower().endswith("'s") else 0)
        found.append(Name(tokens[at].start, end, entry.kind, entry.code))
        at += len(entry.words)
    return found


def _match(tokens: Sequence[Token], at: int, words: Words) -> Entry | None:
    for entry in words.entries.get(tokens[at].folded, ()):
        length = len(entry.words)
        if at + length > len(tokens):
            continue
        if any(tokens[at + i].folded != entry.words[i] for i in range(length)):
            continue
        if entry.exact and length == 1 and not tokens[at].text.startswith(entry.exact):
            continue
        if entry.capital and not tokens[at].text[0].isupper():
            continue
        return entry
    return None


def codes(names: Iterable[Name], *kinds: NameKind) -> tuple[str, ...]:
    """Codes of the names of some kinds, each once, in order; a name may hold several."""
    found: dict[str, None] = {}
    for name in names:
        if name.kind in kinds:
            found.update(dict.fromkeys(_split(name)))
    return tuple(found)


def _split(name: Name) -> list[str]:
    return name.code.split() if name.kind in ("region", "place", "actor", "stage") else [name.code]
