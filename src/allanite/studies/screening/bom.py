"""A bill of materials as frozen columns: P parts in assemblies, what is known of each.

Masses are whole micrograms and values whole millionths of a dollar, so that sums are exact in
any order. What is not known stays unknown: `UNKNOWN` for an amount, an open set for a country.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from allanite.axis import Axis, FloatArray, IntArray
from allanite.studies.screening.tree import Tree

UNKNOWN: Final = -1
MICROGRAMS: Final = 1e6  # in a gram
MILLIONTHS: Final = 1e6  # in a dollar
FALSE, MAYBE, TRUE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Words:
    """Words known of a cell, and whether they are all: `CHN`, `AUS CHN ?`, `none`, unknown."""

    words: frozenset[str] = frozenset()
    is_complete: bool = False

    def __str__(self) -> str:
        if not self.words:
            return "none" if self.is_complete else "unknown"
        return " ".join([*sorted(self.words), *(() if self.is_complete else ("?",))])


NOTHING_KNOWN: Final = Words()


@dataclass(frozen=True, slots=True)
class WordColumn:
    """A column of word sets: position in `sets` of each part, shape (P,)."""

    code: IntArray
    sets: tuple[Words, ...]

    def at(self, part: int) -> Words:
        """The words of one part."""
        return self.sets[int(self.code[part])]

    def is_known(self) -> NDArray[np.bool_]:
        """Parts of which nothing is left open, shape (P,)."""
        return np.array([words.is_complete for words in self.sets], dtype=np.bool_)[self.code]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What parts hold by mass: K entries, one for a part and an element.

    Attributes:
        elements: symbols.
        part, element: positions, shape (K,).
        low, high: bounds of the share, shape (K,).
        unlisted: greatest share of an element without an entry, 0 where none is in the part,
            shape (P,).
    """

    elements: Axis
    part: IntArray
    element: IntArray
    low: FloatArray
    high: FloatArray
    unlisted: FloatArray

    def shares(self, element: str) -> tuple[FloatArray, FloatArray]:
        """Bounds of the share of one element, each of shape (P,)."""
        low, high = np.zeros(self.unlisted.size), self.unlisted.copy()
        if element in self.elements:
            chosen = self.element == self.elements.position(element)
            low[self.part[chosen]] = self.low[chosen]
            high[self.part[chosen]] = self.high[chosen]
        return low, high


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bom:
    """A bill of materials of P parts.

    Attributes:
        origin: name of the file.
        part_id, part_number, name, supplier, manufacturer, hts_code, end_use, material: as
            written, "" where not known, P of each; `end_use` is inherited from assemblies.
        tree: assemblies.
        quantity: pieces in one piece of the assembly, shape (P,).
        pieces: pieces in one product, shape (P,).
        mass_amount: of one piece [µg], `UNKNOWN` where not known, shape (P,).
        value_amount: of one piece [millionths of USD], `UNKNOWN` where not known, shape (P,).
        material_class: classes of the material, words of `MATERIAL_CLASSES`.
        contents: elements by mass.
        country: countries by stage of origin.
        technology: countries whose technology was used, by step.
        is_xinjiang: whether any input is from Xinjiang: 0 no, 1 not known, 2 yes, shape (P,).
        recycled_low, recycled_high: share of recycled material, shape (P,).
    """

    origin: str
    part_id: tuple[str, ...]
    part_number: tuple[str, ...]
    name: tuple[str, ...]
    supplier: tuple[str, ...]
    manufacturer: tuple[str, ...]
    hts_code: tuple[str, ...]
    end_use: tuple[str, ...]
    material: tuple[str, ...]
    tree: Tree
    quantity: FloatArray
    pieces: FloatArray
    mass_amount: IntArray
    value_amount: IntArray
    material_class: WordColumn
    contents: Contents
    country: Mapping[str, WordColumn]
    technology: Mapping[str, WordColumn]
    is_xinjiang: NDArray[np.int8]
    recycled_low: FloatArray
    recycled_high: FloatArray

    def __len__(self) -> int:
        return len(self.part_id)

    def label(self, part: int) -> str:
        """Name of a part for a reader: its id, and what it is."""
        name = self.name[part]
        return f"{self.part_id[part]} ({name})" if name else self.part_id[part]
