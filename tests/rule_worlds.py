"""Random facts for rules, and the same facts with more known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import numpy as np

from allanite.law.rules.cells import make_facts
from allanite.law.rules.facts import Facts, WordSet
from allanite.law.rules.logic import AllIn, AnyIn, AtLeast, StartsWith, atoms
from allanite.law.rules.rule import Rule
from allanite.law.rules.vocabulary import FACTS, Fact

Value = int | tuple[float, float] | WordSet | None
Values = dict[str, list[Value]]
DAYS = (
    *(date(2024, 12, 3), date(2025, 10, 20), date(2025, 11, 30), date(2026, 11, 10)),
    *(date(2026, 11, 22), date(2026, 12, 31), date(2027, 1, 1), date(2031, 5, 1)),
)


class ShortRules(tuple[Rule, ...]):
    """Rules whose print is short, for the reports of failed examples."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{len(self)} rules"


def facts_used(rules: Sequence[Rule]) -> list[str]:
    """Names of the facts the rules ask for."""
    found = {
        name
        for rule in rules
        for case in rule.cases
        for atom in atoms(case.when)
        for name in (getattr(atom, "fact", None), getattr(atom, "other", None))
        if name is not None
    }
    return sorted(found)


def pools(rules: Sequence[Rule]) -> dict[str, list[object]]:
    """Words and thresholds the rules tell apart, and some they do not."""
    found: dict[str, set[object]] = {}
    for rule in rules:
        for case in rule.cases:
            for atom in atoms(case.when):
                if isinstance(atom, AnyIn | AllIn):
                    found.setdefault(atom.fact, set()).update(atom.words)
                elif isinstance(atom, StartsWith):
                    found.setdefault(atom.fact, set()).update(atom.starts | {"85", "84"})
                elif isinstance(atom, AtLeast):
                    found.setdefault(atom.fact, set()).add(atom.threshold)
    return {name: sorted(values, key=str) for name, values in found.items()}


def random_values(rng: np.random.Generator, rules: Sequence[Rule], rows: int) -> Values:
    """Values of every fact the rules use; about half unknown or partly known."""
    pool = pools(rules)
    return {
        name: [_value(rng, FACTS[name], pool.get(name, [])) for _ in range(rows)]
        for name in facts_used(rules)
    }


def narrowed(rng: np.random.Generator, rules: Sequence[Rule], values: Values) -> Values:
    """The same values with more known: nothing that was known is lost or altered."""
    pool = pools(rules)
    return {
        name: [_narrower(rng, FACTS[name], value, pool.get(name, [])) for value in column]
        for name, column in values.items()
    }


def columns(values: Values) -> Facts:
    """The values as columns."""
    rows = len(next(iter(values.values())))
    return make_facts([str(i) for i in range(rows)], values)


def _value(rng: np.random.Generator, fact: Fact, pool: list[object]) -> Value:
    if rng.random() < 0.3:
        return None
    if fact.kind == "flag":
        return int(rng.choice([0, 2]))
    if fact.kind == "number":
        ends = sorted(_number(rng, fact, pool) for _ in range(2))
        return (ends[0], ends[0]) if rng.random() < 0.5 else (ends[0], ends[1])
    return WordSet(_some_words(rng, fact, pool), bool(rng.random() < 0.7))


def _narrower(rng: np.random.Generator, fact: Fact, value: Value, pool: list[object]) -> Value:
    if rng.random() < 0.3:
        return value
    if fact.kind == "flag":
        return int(rng.choice([0, 2])) if value is None else value
    if fact.kind == "number":
        low, high = (fact.low, fact.high) if value is None else value
        ends = sorted(min(max(_number(rng, fact, pool), low), high) for _ in range(2))
        return ends[0], ends[1]
    known = WordSet(frozenset(), False) if value is None else value
    assert isinstance(known, WordSet)
    if known.is_complete:
        return known
    more = known.words | _some_words(rng, fact, pool)
    return WordSet(more, bool(rng.random() < 0.6))


def _number(rng: np.random.Generator, fact: Fact, pool: list[object]) -> float:
    thresholds = [float(str(t)) for t in pool]
    if thresholds and rng.random() < 0.7:
        beside = float(rng.choice(thresholds)) + float(rng.choice([-1e-4, 0.0, 1e-4]))
        return min(max(beside, fact.low), fact.high)
    top = 1.0 if math.isinf(fact.high) else fact.high
    return float(rng.uniform(fact.low, top))


def _some_words(rng: np.random.Generator, fact: Fact, pool: list[object]) -> frozenset[str]:
    other = ["MYS", "AUS"] if fact.is_country else ["999999"] if fact.name == "hts_code" else []
    words = [*map(str, pool), *(fact.allowed[-2:] or other or ["iron"])]
    return frozenset(str(w) for w in rng.choice(words, size=int(rng.integers(0, 3))))
