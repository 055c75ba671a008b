"""Parts that are alike under a rule, as one case: a rule is worked out once a case.

Two parts are one case of a rule if every test of the rule is equally true of both and the same
facts of them are known; while there are few, their words are equal too, so that the reason of a
case reads the same for each. Of numbers a case has the range over its parts, which keeps every
test.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from allanite.axis import IntArray
from allanite.law.rules.change import turning_days
from allanite.law.rules.evaluate import evaluate
from allanite.law.rules.facts import Facts, Interval
from allanite.law.rules.logic import InForce, On, Reads, atoms, facts_of
from allanite.law.rules.outcomes import OutcomeSets, WordCodes
from allanite.law.rules.rule import Rule
from allanite.law.rules.truth import TruthTable
from allanite.law.rules.vocabulary import FACTS
from allanite.law.rules.worlds import worlds_of
from allanite.studies.screening.sale import joined_facts, repeated

MOST_EXACT: Final = 64  # cases of a rule whose words are told apart
_WIDE: Final = 1 << 40


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """Cases of one rule.

    Attributes:
        rule: the rule.
        case_of: case of each part, shape (P,).
        first: first part of each case, shape (G,).
        count: parts of each case, shape (G,).
        facts: facts of each case without those of the sale, G rows.
    """

    rule: Rule
    case_of: IntArray
    first: IntArray
    count: IntArray
    facts: Facts

    def on_day(self, sale: Facts) -> Facts:
        """Facts of every case with the sale's of a day."""
        return joined_facts(self.facts, repeated(sale, self.facts.labels))


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """Verdicts of the cases of a rule on a day: word codes and possible outcomes, (G,)."""

    word: WordCodes
    possible: OutcomeSets


def find_cases(rule: Rule, table: TruthTable, on: date) -> Cases:
    """The cases of a rule over facts of parts."""
    facts = table.facts
    names, truths = _tests(rule, table, on)
    columns = [*truths, *(np.asarray(facts.is_known(n), dtype=np.int64) for n in names)]
    alike = _distinct(columns, len(facts))
    words = [
        facts.word_column(name).code.astype(np.int64)
        for name in names
        if FACTS[name].kind == "words"
    ]
    exact = _distinct([alike, *words], len(facts))
    case_of = exact if exact.max(initial=0) < MOST_EXACT else alike
    _, first, count = np.unique(case_of, return_index=True, return_counts=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(order.size)
    case_of, first, count = rank[case_of], first[order], count[order]
    return Cases(rule, case_of, first, count, _ranged(facts, names, case_of, first))


def _tests(rule: Rule, table: TruthTable, on: date) -> tuple[list[str], list[IntArray]]:
    """Facts of parts a rule reads, and the truth of each of its tests on parts."""
    found = dict.fromkeys(a for case in rule.cases for a in atoms(case.when))
    tests = [a for a in found if not isinstance(a, On | InForce | Reads)]
    world = worlds_of(rule, on)[0]
    truths = [
        np.broadcast_to(table.truth(a, world), (len(table.facts),)).astype(np.int64) for a in tests
    ]
    names = {name for a in tests for name in facts_of(a)} | set(rule.discloses)
    held = {**table.facts.flags, **table.facts.numbers, **table.facts.words}
    return sorted(names & set(held)), truths


def _distinct(columns: Sequence[IntArray], rows: int) -> IntArray:
    """Position of each row among the distinct ones, packed into one whole number as it goes."""
    code, size = np.zeros(rows, dtype=np.int64), 1
    for column in columns:
        width = int(column.max(initial=0)) + 1
        if size * width > _WIDE:
            code = _dense(code)
            size = int(code.max(initial=0)) + 1
        code, size = code * width + column, size * width
    return _dense(code)


def _dense(code: IntArray) -> IntArray:
    return np.unique(code, return_inverse=True)[1].astype(np.int64)


def _ranged(facts: Facts, names: Sequence[str], case_of: IntArray, first: IntArray) -> Facts:
    """Facts of the first part of each case, numbers with the range over all of its parts."""
    some = facts.take(first)
    numbers = {}
    for name, interval in facts.numbers.items():
        low, high = some.numbers[name].low.copy(), some.numbers[name].high.copy()
        if name in names:
            np.minimum.at(low, case_of, interval.low)
            np.maximum.at(high, case_of, interval.high)
        numbers[name] = Interval(low, high)
    return Facts(labels=some.labels, flags=some.flags, numbers=numbers, words=some.words)


def outcomes_on(cases: Cases, sale: Facts, on: date) -> Outcomes:
    """Verdicts of the cases on a day."""
    verdicts = evaluate([cases.rule], cases.on_day(sale), on)
    return Outcomes(verdicts.word[:, 0], verdicts.possible[:, 0])


def next_changes(
    cases: Cases, sale: Facts, on: date, word: WordCodes
) -> list[tuple[date, int] | None]:
    """The next day after `on` on which each case gets another word, and that word's code."""
    found: list[tuple[date, int] | None] = [None] * len(cases.first)
    for day in sorted(day for day in turning_days(cases.rule) if day > on):
        later = outcomes_on(cases, sale, day).word
        for case in np.flatnonzero(later != word).tolist():
            if found[case] is None:
                found[case] = (day, int(later[case]))
    return found
