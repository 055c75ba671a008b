"""What assemblies hold, from their parts: words joined up the tree, with what stays open.

Each row is one whole number of bits: words it surely has, words it may have, and whether there
may be others. Joining is then one `or` a row, however many words there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from allanite.axis import BoolArray, IntArray
from allanite.law.rules.facts import WordColumn, WordSet
from allanite.law.rules.logic import FALSE, MAYBE, TRUE, TruthArray
from allanite.studies.screening import bom as lists
from allanite.studies.screening.bom import Bom
from allanite.studies.screening.tree import TOP, Tree


@dataclass(frozen=True, slots=True)
class Bits:
    """Places of words in a number: sure words first, possible ones after, then `open`."""

    place: dict[str, int]

    @property
    def open(self) -> int:
        """The bit that says that there may be other words."""
        return 1 << 2 * len(self.place)

    def sure(self, words: Iterable[str]) -> int:
        """Words that a row has."""
        return sum(1 << self.place[word] for word in set(words))

    def possible(self, words: Iterable[str]) -> int:
        """Words that a row may have."""
        return self.sure(words) << len(self.place)

    def of_set(self, words: lists.Words | WordSet) -> int:
        """A set as it stands."""
        return self.sure(words.words) | (0 if words.is_complete else self.open)

    def as_possible(self, words: lists.Words | WordSet) -> int:
        """The same set of a part that may or may not count."""
        return self.possible(words.words) | (0 if words.is_complete else self.open)

    def read(self, bits: int) -> WordSet:
        """The set of a number: complete if nothing is open and all that is possible is sure."""
        count = len(self.place)
        sure, possible = bits & ((1 << count) - 1), bits >> count & ((1 << count) - 1)
        words = frozenset(word for word, i in self.place.items() if sure >> i & 1)
        others = possible & ~sure
        if bits & self.open or not others:
            return WordSet(words, not bits & self.open)
        maybe = frozenset(word for word, i in self.place.items() if others >> i & 1)
        return WordSet(words, False, maybe)

    def column(self, rows: Sequence[int]) -> WordColumn:
        """Sets of all rows, each distinct one read once."""
        codes: dict[int, int] = {}
        code = [codes.setdefault(bits, len(codes)) for bits in rows]
        return WordColumn(
            np.array(code, dtype=np.int32), tuple(self.read(bits) for bits in codes)
        )  # fmt: skip


def bits_of(columns: Iterable[lists.WordColumn]) -> Bits:
    """Places for every word of the columns."""
    words = sorted({w for column in columns for s in column.sets for w in s.words})
    return Bits({word: i for i, word in enumerate(words)})


def or_up(tree: Tree, own: Sequence[int]) -> list[int]:
    """Own bits and those of all below, for every row."""
    found, parents = list(own), tree.parent.tolist()
    for part in reversed(tree.order.tolist()):
        if parents[part] != TOP:
            found[parents[part]] |= found[part]
    return found


def max_up(tree: Tree, own: Sequence[float]) -> list[float]:
    """The greatest of own and all below, for every row."""
    found, parents = list(own), tree.parent.tolist()
    for part in reversed(tree.order.tolist()):
        above = parents[part]
        if above != TOP and found[part] > found[above]:
            found[above] = found[part]
    return found


@dataclass(frozen=True, slots=True)
class Counted:
    """Which rows a fact looks at: surely, or perhaps, each of shape (P,)."""

    surely: BoolArray
    perhaps: BoolArray


def lifted_words(
    bom: Bom, column: lists.WordColumn, counted: Counted, is_open: BoolArray
) -> WordColumn:
    """Words of the counted parts in each assembly; parts have their own.

    An assembly in which nothing counts has its own words. `is_open` are rows that hold what
    nobody named.
    """
    bits = bits_of([column])
    whole = [bits.of_set(words) for words in column.sets]
    doubt = [bits.as_possible(words) for words in column.sets]
    touched = bits.open << 1
    codes = column.code.tolist()
    own = [
        (whole[code] | touched) if sure else (doubt[code] | touched) if may else 0
        for code, sure, may in zip(
            codes, counted.surely.tolist(), counted.perhaps.tolist(), strict=True
        )
    ]
    own = [
        bits.open | touched if open_row else value
        for value, open_row in zip(own, is_open.tolist(), strict=True)
    ]
    joined = or_up(bom.tree, own)
    leaf = bom.tree.is_leaf().tolist()
    rows = [
        whole[code] if is_leaf or not value & touched else value & ~touched
        for code, is_leaf, value in zip(codes, leaf, joined, strict=True)
    ]
    return bits.column(rows)


def lifted_flag(bom: Bom, own: TruthArray, is_open: BoolArray) -> TruthArray:
    """Whether anything in a row has it: yes of one part is yes; no needs every part's no.

    An assembly's own no stands for all in it, but never against a part's yes.
    """
    has_yes, has_doubt = 1, 2
    stated = own.tolist()
    leaf, opened = bom.tree.is_leaf().tolist(), is_open.tolist()
    parents = bom.tree.parent.tolist()
    found = [0] * len(bom)
    for part in reversed(bom.tree.order.tolist()):
        value = found[part]
        if stated[part] == TRUE:
            value |= has_yes
        elif stated[part] == FALSE:
            value &= ~has_doubt
        elif leaf[part] or opened[part]:
            value |= has_doubt
        found[part] = value
        if parents[part] != TOP:
            found[parents[part]] |= value
    truth = [TRUE if v & has_yes else MAYBE if v & has_doubt else FALSE for v in found]
    return np.array(truth, dtype=np.int8)


def codes_of(texts: Sequence[str]) -> tuple[IntArray, list[str]]:
    """Position of each text among the distinct ones, and those."""
    known: dict[str, int] = {}
    codes = [known.setdefault(text, len(known)) for text in texts]
    return np.array(codes, dtype=np.int64), list(known)
