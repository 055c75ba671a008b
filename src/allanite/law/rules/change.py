"""What would change a verdict: the smallest sets of facts whose other value gives another one.

Every fact of the rule is tried at the values its tests tell apart, one fact at a time, then
two, by evaluating the rule anew; nothing is derived from the text.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, islice, product
from typing import Final

from allanite.law.rules.cells import make_facts
from allanite.law.rules.evaluate import evaluate
from allanite.law.rules.facts import Facts, WordSet, words_text
from allanite.law.rules.logic import (
    FALSE,
    THRESHOLD_TOLERANCE,
    TRUE,
    AllIn,
    AnyIn,
    AtLeast,
    FactAtom,
    InForce,
    On,
    Reads,
    StartsWith,
    atoms,
    facts_of,
)
from allanite.law.rules.outcomes import OUTCOMES
from allanite.law.rules.rule import Rule
from allanite.law.rules.vocabulary import FACTS
from allanite.law.rules.wording import number_text

LARGEST_SET: Final = 2
MOST_SHOWN: Final = 8
MOST_TRIED: Final = 20_000
_OTHER_COUNTRY: Final = "ZZZ"  # user-assigned in ISO 3166, so no rule can name it


@dataclass(frozen=True, slots=True)
class Change:
    """Facts with other values, in words, and the verdict they give."""

    values: tuple[tuple[str, str], ...]
    word: str


@dataclass(frozen=True, slots=True)
class _Value:
    """One value of one fact to try, with its words."""

    fact: str
    value: object
    text: str


def changes(rule: Rule, one: Facts, on: date, word: str) -> tuple[Change, ...]:
    """Smallest changes of the first item that give another, decided verdict.

    Args:
        rule: the rule.
        one: facts of one item.
        on: the day.
        word: its verdict as it stands.
    """
    values = _candidates(rule)
    for size in range(1, LARGEST_SET + 1):
        found = _flips(rule, one, on, word, list(islice(_sets(values, size), MOST_TRIED)))
        if found:
            return found[:MOST_SHOWN]
    return ()


def next_change(rule: Rule, one: Facts, on: date, word: str) -> tuple[date, str] | None:
    """The next day on which the same facts get another verdict, and that verdict; None without.

    Only days the texts and records name are tried: the first days of periods and of clauses.
    """
    for day in sorted(day for day in turning_days(rule) if day > on):
        new = evaluate([rule], one, day).word_of(0, rule.rule_id)
        if new != word:
            return day, new
    return None


def turning_days(rule: Rule) -> set[date]:
    """Days on which the law under a rule can change."""
    periods = [period for text in rule.laws.values() for period in text.periods]
    days = {period.first_day for period in periods if period.first_day is not None}
    for case in rule.cases:
        for atom in atoms(case.when):
            if isinstance(atom, On):
                days |= {atom.first_day} if atom.first_day is not None else set()
                days |= {atom.last_day + timedelta(days=1)} if atom.last_day is not None else set()
    return days


def _sets(values: Mapping[str, Sequence[_Value]], size: int) -> Iterator[tuple[_Value, ...]]:
    for names in combinations(sorted(values), size):
        yield from product(*(values[name] for name in names))


def _flips(
    rule: Rule, one: Facts, on: date, word: str, tried: Sequence[tuple[_Value, ...]]
) -> tuple[Change, ...]:
    verdicts = evaluate([rule], _varied(one, tried), on)
    found: dict[tuple[tuple[str, ...], str], Change] = {}
    for row, values in enumerate(tried):
        new = verdicts.word_of(row, rule.rule_id)
        if new != word and new in OUTCOMES:
            key = tuple(value.fact for value in values), new
            found.setdefault(key, Change(tuple((v.fact, v.text) for v in values), new))
    return tuple(found.values())


def _varied(one: Facts, tried: Sequence[tuple[_Value, ...]]) -> Facts:
    """The item once for every set of values, with those values in place of its own."""
    copies = one.take([0] * len(tried))
    touched = {value.fact for values in tried for value in values}
    columns: dict[str, list[object]] = {name: _own(one, name, len(tried)) for name in touched}
    for row, values in enumerate(tried):
        for value in values:
            columns[value.fact][row] = value.value
    new = make_facts(copies.labels, columns)
    return Facts(
        labels=copies.labels,
        flags={**copies.flags, **new.flags},
        numbers={**copies.numbers, **new.numbers},
        words={**copies.words, **new.words},
    )


def _own(one: Facts, name: str, times: int) -> list[object]:
    kind = FACTS[name].kind
    if kind == "flag":
        return [int(one.flag(name)[0])] * times
    if kind == "number":
        interval = one.number(name)
        return [(float(interval.low[0]), float(interval.high[0]))] * times
    column = one.word_column(name)
    return [column.sets[column.code[0]]] * times


def _candidates(rule: Rule) -> dict[str, list[_Value]]:
    """Values to try by fact: those its tests tell apart."""
    found: dict[str, dict[str, _Value]] = {}
    for case in rule.cases:
        for atom in atoms(case.when):
            if isinstance(atom, (On, InForce, Reads)):
                continue
            for name in facts_of(atom):
                for value in _values(name, atom):
                    found.setdefault(name, {}).setdefault(value.text, value)
    return {name: list(values.values()) for name, values in found.items()}


def _values(name: str, atom: FactAtom) -> Iterator[_Value]:
    if isinstance(atom, AtLeast):
        yield from _beside(name, atom)
    elif isinstance(atom, (AnyIn, AllIn)):
        for word in sorted(atom.words)[:3]:
            yield _words(name, word)
        yield _other(name, atom)
    elif isinstance(atom, StartsWith):
        for start in sorted(atom.starts):
            yield _words(name, start)
        yield _Value(name, WordSet(frozenset({"0000"}), True), "another code")
    elif FACTS[name].kind == "flag":
        yield _Value(name, TRUE, "yes")
        yield _Value(name, FALSE, "no")


def _words(name: str, word: str) -> _Value:
    known = WordSet(frozenset({word}), True)
    return _Value(name, known, words_text(known))


def _other(name: str, atom: AnyIn | AllIn) -> _Value:
    """A value outside the words of a test."""
    outside = [word for word in FACTS[name].allowed if word not in atom.words]
    if FACTS[name].is_country:
        return _Value(name, WordSet(frozenset({_OTHER_COUNTRY}), True), "another country")
    if outside:
        return _words(name, outside[-1])
    return _Value(name, WordSet(frozenset(), True), "none")


def _beside(name: str, atom: AtLeast) -> Iterator[_Value]:
    fact, threshold = FACTS[name], atom.threshold
    step = max(abs(threshold) * 10 * THRESHOLD_TOLERANCE, math.ulp(1.0))
    above = threshold + step if atom.strictly else threshold
    below = threshold if atom.strictly else threshold - step
    text = number_text(name, threshold)
    words = (f"above {text}", f"{text} or less") if atom.strictly else (
        f"{text} or more", f"below {text}"
    )  # fmt: skip
    for value, said in ((above, words[0]), (below, words[1])):
        if fact.low <= value <= fact.high:
            yield _Value(name, (value, value), said)
