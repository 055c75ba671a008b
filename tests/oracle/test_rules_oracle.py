"""Rules by columns against a plain evaluator that takes one item after the other."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from allanite.catalogue.store import Release
from allanite.law.rules.evaluate import evaluate
from allanite.law.rules.facts import WordSet
from allanite.law.rules.logic import Condition, World
from allanite.law.rules.outcomes import outcomes_of
from allanite.law.rules.read import load_rules
from allanite.law.rules.rule import Rule
from allanite.law.rules.vocabulary import FACTS
from rule_worlds import DAYS, Value, columns, random_values

Item = dict[str, Value]
NOTHING = WordSet(frozenset(), False)


def holds(condition: Condition, item: Item, world: World) -> bool | None:
    """Truth of a condition for one item: True, False, or None for unknown."""
    kind = type(condition).__name__
    if kind in ("All", "Any"):
        parts = [holds(part, item, world) for part in condition.parts]
        settles = kind == "Any"
        if settles in parts:
            return settles
        return None if None in parts else not settles
    if kind == "Not":
        inner = holds(condition.part, item, world)
        return None if inner is None else not inner
    if kind == "On":
        first, last = condition.first_day or date.min, condition.last_day or date.max
        return first <= world.on <= last
    if kind == "InForce":
        return world.in_force[condition.law]
    if kind == "Reads":
        return world.readings[condition.question] == condition.answer
    return fact_holds(kind, condition, item)


def fact_holds(kind: str, atom: Condition, item: Item) -> bool | None:
    """Truth of a test of facts for one item."""
    value = item.get(atom.fact)
    if kind == "Holds":
        return None if value is None else value == 2
    if kind == "AtLeast":
        fact = FACTS[atom.fact]
        low, high = (fact.low, fact.high) if value is None else value
        results = {_reaches(end, atom) for end in (low, high)}
        return results.pop() if len(results) == 1 else None
    known = NOTHING if value is None else value
    if kind == "Differs":
        other = item.get(atom.other) or NOTHING
        if known.words & other.words:
            return False
        return True if known.is_complete and other.is_complete else None
    return words_hold(kind, atom, known)


def _reaches(value: float, atom: Condition) -> bool:
    near = abs(value - atom.threshold) <= 1e-12 * abs(atom.threshold)
    if atom.strictly:
        return value > atom.threshold and not near
    return value >= atom.threshold or near


def words_hold(kind: str, atom: Condition, known: WordSet) -> bool | None:
    """Truth of a test of words for one set."""
    if kind == "AllIn":
        if any(word not in atom.words for word in known.words):
            return False
        if not known.is_complete:
            return None
        return bool(known.words)
    if kind == "AnyIn":
        if any(word in atom.words for word in known.words):
            return True
        return False if known.is_complete else None
    if any(code.startswith(tuple(atom.starts)) for code in known.words):
        return True
    may = any(start.startswith(code) for code in known.words for start in atom.starts)
    return None if may or not known.is_complete else False


def possible(rule: Rule, item: Item, world: World) -> set[str]:
    """Outcomes possible for one item."""
    found: set[str] = set()
    for case in rule.cases:
        truth = holds(case.when, item, world)
        if truth is not False:
            found.add(case.outcome)
        if truth:
            return found
    return found | {rule.otherwise.outcome}


@pytest.mark.parametrize("on", DAYS)
def test_columns_agree_with_one_item_after_the_other(release: Release, on: date) -> None:
    rules = load_rules(release)
    values = random_values(np.random.default_rng(on.toordinal()), rules, 150)
    verdicts = evaluate(rules, columns(values), on)
    for column, rule in enumerate(rule for rule in rules if rule.is_screened):
        for found in verdicts.worlds[column]:
            for row in range(150):
                item = {name: cells[row] for name, cells in values.items()}
                expected = possible(rule, item, found.world)
                assert set(outcomes_of(int(found.possible[row]))) == expected, rule.rule_id
