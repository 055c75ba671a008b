"""Verdicts of many rules on many items: which outcomes are possible, in each state of the law."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from allanite.axis import frozen
from allanite.errors import DataError, UsageError
from allanite.law.rules.cells import check_facts
from allanite.law.rules.facts import Facts
from allanite.law.rules.logic import FALSE, TRUE, World
from allanite.law.rules.outcomes import (
    WORDS,
    OutcomeSets,
    WordCodes,
    is_single,
    least_severe,
    most_severe,
    outcome_bit,
    outcomes_of,
    word_codes,
)
from allanite.law.rules.rule import Rule
from allanite.law.rules.truth import TruthTable
from allanite.law.rules.worlds import worlds_of


@dataclass(frozen=True, slots=True)
class WorldVerdict:
    """Outcomes possible in one state and reading of the law, a set an item, shape (P,)."""

    world: World
    possible: OutcomeSets


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """Verdicts of R rules on P items on a day.

    Attributes:
        on: the day.
        labels: items, (P,).
        rule_ids: rules, (R,).
        word: position in `WORDS`, (P, R).
        possible: outcomes possible in any state and reading of the law, (P, R).
        worlds: states and readings by rule, one where nothing is open, (R,).
    """

    on: date
    labels: tuple[str, ...]
    rule_ids: tuple[str, ...]
    word: WordCodes
    possible: OutcomeSets
    worlds: tuple[tuple[WorldVerdict, ...], ...]

    def column(self, rule_id: str) -> int:
        """Position of a rule; raises `UsageError` for one that was not asked."""
        if rule_id not in self.rule_ids:
            raise UsageError(f"no rule {rule_id!r}; rules are {', '.join(self.rule_ids)}")
        return self.rule_ids.index(rule_id)

    def word_of(self, row: int, rule_id: str) -> str:
        """The verdict in a word: an outcome, `unknown_status` or `unknown`."""
        return WORDS[int(self.word[row, self.column(rule_id)])]

    def possible_of(self, row: int, rule_id: str) -> tuple[str, ...]:
        """Outcomes possible for an item under a rule, most severe first."""
        return outcomes_of(int(self.possible[row, self.column(rule_id)]))


def evaluate(rules: Sequence[Rule], facts: Facts, on: date) -> Verdicts:
    """Verdicts of every rule that is asked of items.

    Raises:
        DataError: columns of facts that do not fit their declaration.
    """
    findings = check_facts(facts)
    if findings:
        raise DataError(findings)
    table = TruthTable(facts)
    asked = [rule for rule in rules if rule.is_screened]
    worlds = tuple(_world_verdicts(rule, table, on) for rule in asked)
    word = np.empty((len(facts), len(asked)), dtype=np.int8)
    possible = np.empty((len(facts), len(asked)), dtype=np.uint16)
    for column, found in enumerate(worlds):
        word[:, column], possible[:, column] = _joined(found)
    frozen(word)
    frozen(possible)
    return Verdicts(
        on=on,
        labels=facts.labels,
        rule_ids=tuple(rule.rule_id for rule in asked),
        word=word,
        possible=possible,
        worlds=worlds,
    )


def _world_verdicts(rule: Rule, table: TruthTable, on: date) -> tuple[WorldVerdict, ...]:
    return tuple(
        WorldVerdict(world, possible_outcomes(rule, table, world)) for world in worlds_of(rule, on)
    )


def possible_outcomes(rule: Rule, table: TruthTable, world: World) -> OutcomeSets:
    """Outcomes possible in one world, a set an item, shape (P,).

    A case adds its outcome where it is not false and no case before it is true.
    """
    rows = len(table.facts)
    possible = np.zeros(rows, dtype=np.uint16)
    is_open = np.ones(rows, dtype=np.bool_)
    for case in rule.cases:
        truth = table.truth(case.when, world)
        reached = is_open & (truth != FALSE)
        possible[reached] |= np.uint16(outcome_bit(case.outcome))
        is_open &= truth != TRUE
    possible[is_open] |= np.uint16(outcome_bit(rule.otherwise.outcome))
    frozen(possible)
    return possible


def _joined(worlds: Sequence[WorldVerdict]) -> tuple[WordCodes, OutcomeSets]:
    union = np.bitwise_or.reduce([found.possible for found in worlds])
    decided = np.logical_and.reduce([is_single(found.possible) for found in worlds])
    return word_codes(union, decided), union


@dataclass(frozen=True, slots=True)
class Overall:
    """The least and the most severe an item can come to under all rules, (P,) in `OUTCOMES`."""

    at_least: WordCodes
    at_most: WordCodes


def overall(verdicts: Verdicts) -> Overall:
    """What surely and what possibly is the most severe outcome of each item over all rules.

    The two are equal where nothing that could make it worse is open; an item is clear only
    if both are.
    """
    if not verdicts.rule_ids:
        raise UsageError("no rule was asked; give at least one rule")
    return Overall(
        at_least=least_severe(verdicts.possible).min(axis=1),
        at_most=most_severe(verdicts.possible).min(axis=1),
    )
