"""Words for materials to what they hold: common names, magnet grades, ids of the network.

A word that names only a family holds a range, `NdFeB magnet` from no dysprosium to ten per cent.
A word nobody declared is refused with the nearest ones; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from allanite.catalogue.store import Release
from allanite.errors import UsageError
from allanite.network.assumptions import load_assumptions
from allanite.network.composition import element_contents

Range = tuple[float, float]
Row = Mapping[str, Any]

OTHER: Final = "other"
LEAST_PURITY: Final = 0.95  # of a metal or oxide sold as one element
MIXED_SPREAD: Final = 0.2  # of shares in concentrates and mixed compounds, either way
# N42SH, 42 SH, NdFeB N42SH, NdFeB magnet, grade 48H: energy product in MGOe and letters of heat.
_GRADE: Final = re.compile(
    r"^(?P<family>(?:sintered )?(?:ndfeb|neodymium|nd)(?: magnets?)?,? ?)?(?:grade )?"
    r"(?P<n>n)?(?P<energy>[2-5]\d) ?-?(?P<heat>m|h|sh|uh|eh|ah|th|vh)?(?: magnets?)?$"
)
_SYMBOL: Final = re.compile(r"^[A-Z][a-z]?(-[a-z]+)?$")
_GRADE_NAME: Final = "ndfeb magnet, grade {}"
_HEAT: Final = {"": "n", "th": "ah", "vh": "ah"}


@dataclass(frozen=True, slots=True)
class PartMaterial:
    """One material of parts.

    Attributes:
        name: plain name.
        material_class: a word of `MATERIAL_CLASSES`.
        contents: least and greatest share by element, by mass.
        unlisted: greatest share of an element without an entry.
    """

    name: str
    material_class: str
    contents: Mapping[str, Range]
    unlisted: float = 0.0


@dataclass(frozen=True, slots=True)
class PartMaterials:
    """Materials by folded word."""

    by_word: Mapping[str, PartMaterial]

    def find(self, text: str) -> PartMaterial:
        """The material of a word; raises `UsageError` with the nearest words for an unknown one."""
        folded = fold(text)
        known = self.by_word.get(folded)
        if known is None:
            known = self._grade(folded)
        if known is None:
            raise UsageError(f"no material {text!r}; {self._near(folded)}")
        return known

    def _grade(self, folded: str) -> PartMaterial | None:
        """The NdFeB grade of a text such as `n42sh`; a bare number says too little."""
        match = _GRADE.match(folded)
        if match is None or not (match["family"] or match["n"] or match["heat"]):
            return None
        heat = match["heat"] or ""
        return self.by_word.get(_GRADE_NAME.format(_HEAT.get(heat, heat)))

    def _near(self, folded: str) -> str:
        near = get_close_matches(folded, list(self.by_word), n=4, cutoff=0.55)
        near += [word for word in self.by_word if folded in word or word in folded]
        names = list(dict.fromkeys(self.by_word[word].name for word in near))[:4]
        hint = f"nearest known: {', '.join(map(repr, names))}. " if names else ""
        return hint + "Use a word of table part_materials, or state element_shares instead"


def fold(text: str) -> str:
    """The text without case and without runs of white space."""
    return " ".join(text.casefold().split())


def load_part_materials(release: Release, year: int = 2024) -> PartMaterials:
    """Materials of tables `part_materials` and `part_contents`, then of the network, then elements.

    Args:
        release: the data.
        year: year of the network whose mixed materials are meant.
    """
    by_word: dict[str, PartMaterial] = {}
    for word, material in (
        *_declared(release),
        *_of_network(release, year),
        *_pure_elements(release),
    ):
        by_word.setdefault(fold(word), material)
    return PartMaterials(by_word)


def _declared(release: Release) -> Iterator[tuple[str, PartMaterial]]:
    contents: dict[str, dict[str, Range]] = {}
    for row in release.rows("part_contents"):
        contents.setdefault(row["material"], {})[row["element"]] = (row["low"], row["high"])
    for row in release.rows("part_materials"):
        name = row["material"]
        material = PartMaterial(
            name, row["material_class"], contents.get(name, {}), row["unlisted_share"]
        )
        yield name, material
        for word in (row["words"] or "").split("|"):
            if word:
                yield word, material


def _of_network(release: Release, year: int) -> Iterator[tuple[str, PartMaterial]]:
    contents = element_contents(release, load_assumptions(release), year)
    for row in release.rows("materials"):
        found = contents.get(row["material_id"])
        if found:
            material = PartMaterial(row["name"], OTHER, _ranges(found))
            for word in (row["material_id"], row["name"]):
                yield word, material
            if len(found) == 1 and row["stage"] == "oxide":
                element = next(iter(found))
                for known in _names_of(release, element):
                    yield f"{known} oxide", material


def _ranges(shares: Mapping[str, float]) -> dict[str, Range]:
    if len(shares) == 1:
        return {e: (share * LEAST_PURITY, share) for e, share in shares.items()}
    return {
        e: (share * (1 - MIXED_SPREAD), min(share * (1 + MIXED_SPREAD), 1.0))
        for e, share in shares.items()
    }


def _names_of(release: Release, element: str) -> list[str]:
    rows = release.rows("control_words")
    return [r["word"] for r in rows if r["use"] == "element" and r["elements"] == element]


def _pure_elements(release: Release) -> Iterator[tuple[str, PartMaterial]]:
    """Metals by symbol and name, for elements no declared material stands for."""
    for row in release.rows("control_words"):
        element = row["elements"]
        if row["use"] == "element" and _is_one(element):
            material = PartMaterial(f"{element} metal", OTHER, {element: (LEAST_PURITY, 1.0)})
            yield f"{row['word']} metal", material
            yield row["word"], material


def known_elements(release: Release) -> frozenset[str]:
    """Symbols of all elements the law names."""
    rows = release.rows("control_words")
    named = {r["elements"] for r in rows if r["use"] == "element" and _is_one(r["elements"])}
    return frozenset(named | {row["element"] for row in release.rows("part_contents")})


def _is_one(elements: str | None) -> bool:
    """Whether a cell is one symbol, perhaps with its form, such as `C-graphite`."""
    return _SYMBOL.match(elements or "") is not None
