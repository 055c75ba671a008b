"""Conditions in words, for the chain of facts a reader follows."""

from __future__ import annotations

from allanite.law.rules.logic import (
    All,
    AllIn,
    Any,
    AnyIn,
    AtLeast,
    Condition,
    Differs,
    Holds,
    InForce,
    Not,
    On,
    Reads,
    StartsWith,
)
from allanite.law.rules.vocabulary import FACTS

_MANY = 12


def atom_text(atom: Condition) -> str:
    """The test of an atom in words."""
    match atom:
        case Holds(fact):
            text = fact
        case AnyIn(fact, words):
            text = f"{fact} names one of {_listed(words)}"
        case AllIn(fact, words):
            text = f"{fact} names only {_listed(words)}"
        case StartsWith(fact, starts):
            text = f"{fact} begins with {_listed(starts)}"
        case AtLeast(fact, threshold, strictly):
            word = "is above" if strictly else "is at least"
            text = f"{fact} {word} {number_text(fact, threshold)}"
        case Differs(fact, other):
            text = f"{fact} differs from {other}"
        case On(first, last):
            ends = (("from", first), ("to", last))
            text = " ".join(f"{word} {day}" for word, day in ends if day is not None)
        case InForce(law):
            text = " ".join(part for part in law if part != "whole") + " in force"
        case Reads(question, answer):
            text = f"{question} read as {answer}"
        case All(parts):
            text = " and ".join(atom_text(part) for part in parts)
        case Any(parts):
            text = " or ".join(atom_text(part) for part in parts)
        case Not(part):
            text = f"not ({atom_text(part)})"
    return text


def number_text(fact: str, value: float) -> str:
    """A number with its unit; shares in per cent."""
    unit = FACTS[fact].unit
    return f"{value * 100:.6g} %" if unit == "1" else f"{value:.6g} {unit}".strip()


def _listed(words: frozenset[str]) -> str:
    some = sorted(words)
    more = f" and {len(some) - _MANY} more" if len(some) > _MANY else ""
    return ", ".join(some[:_MANY]) + more
