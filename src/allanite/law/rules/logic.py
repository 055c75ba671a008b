"""Conditions and their truth: false 0, unknown 1, true 2, a column of rows at a time.

Kleene's strong logic: `all` is the least, `any` the greatest, `not` turns the scale. A
comparison is true or false only if the whole interval is. A set of words that may be incomplete
can prove that a word is in it, never that none is. So what is decided stays decided when
more becomes known.

Source: Kleene (1952), Introduction to Metamathematics, section 64.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

TruthArray = NDArray[np.int8]
FALSE, MAYBE, TRUE = 0, 1, 2
TRUTH_WORDS: Final = ("false", "unknown", "true")
THRESHOLD_TOLERANCE: Final = 1e-12
"""Relative; a share that is the threshold but for rounding reaches it."""

LawKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Holds:
    """A flag is yes."""

    fact: str


@dataclass(frozen=True, slots=True)
class AnyIn:
    """A word of the fact is one of these."""

    fact: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class AllIn:
    """Every word of the fact is one of these, and there is one."""

    fact: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class StartsWith:
    """A code begins with one of these."""

    fact: str
    starts: frozenset[str]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A number reaches the threshold; strictly: goes beyond it."""

    fact: str
    threshold: float
    strictly: bool = False


@dataclass(frozen=True, slots=True)
class Differs:
    """Two facts have no word in common."""

    fact: str
    other: str


@dataclass(frozen=True, slots=True)
class On:
    """The day asked for lies in these days, both included."""

    first_day: date | None
    last_day: date | None


@dataclass(frozen=True, slots=True)
class InForce:
    """An article of a control, or a rule by itself, is in force."""

    law: LawKey


@dataclass(frozen=True, slots=True)
class Reads:
    """An open text is read in this way."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Some part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


FactAtom = Holds | AnyIn | AllIn | StartsWith | AtLeast | Differs
LawAtom = On | InForce | Reads
Condition = FactAtom | LawAtom | All | Any | Not


@dataclass(frozen=True, slots=True)
class World:
    """One state of the law on a day and one reading of its open texts.

    Attributes:
        on: the day.
        state: branch of each open state in words; empty where none is open.
        reading: how each open passage is read, in words; empty where none is.
        in_force: whether each article is in force.
        readings: answer to each open question of the texts.
        weight: assumed weight of the state [1], which its readings share; None where nothing
            supports one.
        is_open: whether another state or reading is possible.
    """

    on: date
    state: str
    reading: str
    in_force: Mapping[LawKey, bool]
    readings: Mapping[str, str]
    weight: float | None = None
    is_open: bool = False


def atoms(condition: Condition) -> Iterator[FactAtom | LawAtom]:
    """Every atom of a condition, in order, as often as it stands there."""
    match condition:
        case All(parts) | Any(parts):
            for part in parts:
                yield from atoms(part)
        case Not(part):
            yield from atoms(part)
        case _:
            yield condition


def facts_of(atom: FactAtom) -> tuple[str, ...]:
    """Names of the facts an atom asks for."""
    return (atom.fact, atom.other) if isinstance(atom, Differs) else (atom.fact,)


def law_truth(atom: LawAtom, world: World) -> int:
    """Truth of an atom on the law; never unknown inside one world."""
    match atom:
        case On(first, last):
            after = first is None or first <= world.on
            holds = after and (last is None or world.on <= last)
        case InForce(law):
            holds = world.in_force[law]
        case Reads(question, answer):
            holds = world.readings[question] == answer
    return TRUE if holds else FALSE
