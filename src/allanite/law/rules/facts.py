"""Facts of many items as columns: truth values, intervals, sets of words.

A column that is not given is unknown in every row. Every distinct set of words stands once, so
that a test on it is made once and spread by position.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from allanite.axis import FloatArray, frozen
from allanite.law.rules.logic import (
    FALSE,
    MAYBE,
    THRESHOLD_TOLERANCE,
    TRUE,
    AllIn,
    AnyIn,
    AtLeast,
    Differs,
    FactAtom,
    Holds,
    StartsWith,
    TruthArray,
)
from allanite.law.rules.vocabulary import FACTS

CodeArray = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class WordSet:
    """Words known of a fact, and whether they are all.

    Attributes:
        words: those that surely hold.
        is_complete: whether no other holds.
        maybe: where it is not complete: the only others that may hold; empty means any.
    """

    words: frozenset[str]
    is_complete: bool
    maybe: frozenset[str] = frozenset()

    def may_hold(self, wanted: frozenset[str]) -> bool:
        """Whether one of these words holds or may hold."""
        is_any = not self.is_complete and not self.maybe
        return is_any or bool(wanted & (self.words | self.maybe))

    def may_hold_others(self, wanted: frozenset[str]) -> bool:
        """Whether a word that is none of these holds or may hold."""
        is_any = not self.is_complete and not self.maybe
        return is_any or bool((self.words | self.maybe) - wanted)


NOTHING_KNOWN: Final = WordSet(frozenset(), False)


@dataclass(frozen=True, slots=True)
class Interval:
    """A number column: least and greatest value, each of shape (P,), in the fact's unit."""

    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True)
class WordColumn:
    """A words column: position in `sets` of each row, shape (P,), and the distinct sets."""

    code: CodeArray
    sets: tuple[WordSet, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Facts of P items; what is not given is unknown.

    Attributes:
        labels: name of each item, shape (P,); need not be distinct.
        flags: truth by fact, each of shape (P,).
        numbers: interval by fact.
        words: sets by fact.
    """

    labels: tuple[str, ...]
    flags: Mapping[str, TruthArray] = field(default_factory=dict)
    numbers: Mapping[str, Interval] = field(default_factory=dict)
    words: Mapping[str, WordColumn] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for array in self.flags.values():
            frozen(array)
        for interval in self.numbers.values():
            frozen(interval.low)
            frozen(interval.high)
        for column in self.words.values():
            frozen(column.code)

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: Sequence[int] | NDArray[np.int64]) -> Facts:
        """The facts of these rows, in this order."""
        where = np.asarray(rows, dtype=np.int64)
        return Facts(
            labels=tuple(self.labels[i] for i in where),
            flags={name: array[where] for name, array in self.flags.items()},
            numbers={n: Interval(i.low[where], i.high[where]) for n, i in self.numbers.items()},
            words={n: WordColumn(c.code[where], c.sets) for n, c in self.words.items()},
        )

    def flag(self, name: str) -> TruthArray:
        """Truth of a flag, shape (P,)."""
        known = self.flags.get(name)
        return np.full(len(self), MAYBE, dtype=np.int8) if known is None else known

    def number(self, name: str) -> Interval:
        """Interval of a number; the declared bounds where nothing is known."""
        known = self.numbers.get(name)
        if known is not None:
            return known
        fact = FACTS[name]
        return Interval(np.full(len(self), fact.low), np.full(len(self), fact.high))

    def word_column(self, name: str) -> WordColumn:
        """Sets of words; nothing known where the column is not given."""
        known = self.words.get(name)
        if known is not None:
            return known
        return WordColumn(np.zeros(len(self), dtype=np.int32), (NOTHING_KNOWN,))

    def is_known(self, name: str) -> NDArray[np.bool_]:
        """Whether nothing about the fact is left open, shape (P,)."""
        kind = FACTS[name].kind
        if kind == "flag":
            return np.asarray(self.flag(name) != MAYBE)
        if kind == "number":
            interval = self.number(name)
            return np.asarray(interval.low == interval.high)
        column = self.word_column(name)
        return np.array([s.is_complete for s in column.sets], dtype=np.bool_)[column.code]

    def text(self, name: str, row: int) -> str:
        """The value in one row in words."""
        kind, fact = FACTS[name].kind, FACTS[name]
        if kind == "flag":
            return ("no", "unknown", "yes")[int(self.flag(name)[row])]
        if kind == "words":
            column = self.word_column(name)
            return words_text(column.sets[column.code[row]])
        interval = self.number(name)
        low, high = float(interval.low[row]), float(interval.high[row])
        if (low, high) == (fact.low, fact.high):
            return "unknown"
        return f"{low:.6g}" if low == high else f"{low:.6g} to {high:.6g}"


def words_text(words: WordSet) -> str:
    """A set of words as a reader writes it: `CHN AUS`, `CHN ?`, `none`, `Fe, perhaps Ni`."""
    if words.maybe and not words.is_complete:
        sure = f"{' '.join(sorted(words.words))}, " if words.words else ""
        return f"{sure}perhaps {' '.join(sorted(words.maybe - words.words))}"
    if not words.words:
        return "none" if words.is_complete else "unknown"
    return " ".join([*sorted(words.words), *(() if words.is_complete else ("?",))])


def atom_truth(atom: FactAtom, facts: Facts) -> TruthArray:
    """Truth of an atom in every row, shape (P,)."""
    match atom:
        case Holds(fact):
            return facts.flag(fact)
        case AtLeast(fact):
            return _reaches(facts.number(fact), atom)
        case Differs(fact, other):
            return _differs(facts.word_column(fact), facts.word_column(other))
        case AnyIn() | AllIn() | StartsWith():
            column = facts.word_column(atom.fact)
            table = np.array([_set_truth(atom, found) for found in column.sets], dtype=np.int8)
            return table[column.code]


def _reaches(interval: Interval, atom: AtLeast) -> TruthArray:
    slack = abs(atom.threshold) * THRESHOLD_TOLERANCE
    if atom.strictly:
        level = atom.threshold + slack
        surely, never = interval.low > level, interval.high <= level
    else:
        level = atom.threshold - slack
        surely, never = interval.low >= level, interval.high < level
    return np.where(surely, TRUE, np.where(never, FALSE, MAYBE)).astype(np.int8)


def _set_truth(atom: AnyIn | AllIn | StartsWith, found: WordSet) -> int:
    if isinstance(atom, AllIn):
        if found.words - atom.words or not found.may_hold(atom.words):
            return FALSE
        return MAYBE if not found.words or found.may_hold_others(atom.words) else TRUE
    if isinstance(atom, StartsWith):
        return _code_truth(atom, found)
    if found.words & atom.words:
        return TRUE
    return MAYBE if found.may_hold(atom.words) else FALSE


def _code_truth(atom: StartsWith, found: WordSet) -> int:
    """A short code may still turn out to be a longer one that begins as wanted."""
    if any(code.startswith(start) for code in found.words for start in atom.starts):
        return TRUE
    may_be = any(start.startswith(code) for code in found.words for start in atom.starts)
    return MAYBE if may_be or not found.is_complete else FALSE


def _differs(one: WordColumn, other: WordColumn) -> TruthArray:
    """Each pair of sets that occurs is compared once."""
    pairs = one.code.astype(np.int64) * len(other.sets) + other.code
    distinct, position = np.unique(pairs, return_inverse=True)
    found = [
        _sets_differ(one.sets[pair // len(other.sets)], other.sets[pair % len(other.sets)])
        for pair in distinct.tolist()
    ]
    return np.array(found, dtype=np.int8)[position]


def _sets_differ(one: WordSet, other: WordSet) -> int:
    if one.words & other.words:
        return FALSE
    is_open = one.may_hold(other.words | other.maybe) or other.may_hold(one.words | one.maybe)
    return MAYBE if is_open else TRUE
