"""Tables of verdicts: every part under every rule, with reasons, branches, proofs by case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa

from allanite.axis import BoolArray, IntArray
from allanite.catalogue.tables.results_verdicts import SCREENING_VERDICTS
from allanite.law.rules.explain import Reason, explain
from allanite.law.rules.facts import Facts
from allanite.law.rules.outcomes import CLEAR, UNKNOWN, UNKNOWN_STATUS, WORDS, outcomes_of
from allanite.law.rules.relevance import missing_facts
from allanite.law.rules.rule import Rule
from allanite.law.rules.truth import TruthTable
from allanite.studies.screening.cases import Cases, Outcomes, find_cases, next_changes, outcomes_on
from allanite.studies.screening.sale import is_of_sale

Row = dict[str, object]
# Outcomes that stop goods, make them wait, cost more or lose a benefit; and those to be told.
STOPS: Final = frozenset(range(WORDS.index("eligible")))
MOST_EXPLAINED: Final = 400  # cases whose chain of facts is written out, in all rules together
_CLEAR: Final = WORDS.index(CLEAR)


@dataclass(frozen=True, slots=True, eq=False)
class SaleDay:
    """One of the two days: its name, the day, and the facts of the sale on it as one row."""

    name: str
    on: date
    facts: Facts


@dataclass(frozen=True, slots=True, eq=False)
class RuleCases:
    """The cases of a rule with their verdicts on the day of the order and of the delivery."""

    cases: Cases
    order: Outcomes
    delivery: Outcomes
    later: list[tuple[date, int] | None]

    @property
    def rule(self) -> Rule:
        """The rule."""
        return self.cases.rule

    def case_id(self, case: int) -> str:
        """Name of a case: the rule and a number."""
        return f"{self.rule.rule_id}/{case + 1}"

    def is_open_or_caught(self, case: int) -> bool:
        """Whether the verdict of either day is anything but clear."""
        return int(self.order.word[case]) != _CLEAR or int(self.delivery.word[case]) != _CLEAR


def judge(
    rules: Sequence[Rule], facts: Facts, order: SaleDay, delivery: SaleDay
) -> tuple[RuleCases, ...]:
    """Cases of every rule with their verdicts on both days."""
    table = TruthTable(facts)
    found = []
    for rule in rules:
        cases = find_cases(rule, table, order.on)
        first = outcomes_on(cases, order.facts, order.on)
        last = outcomes_on(cases, delivery.facts, delivery.on)
        later = next_changes(cases, order.facts, order.on, first.word)
        found.append(RuleCases(cases, first, last, later))
    return tuple(found)


def verdict_table(part_ids: Sequence[str], judged: Sequence[RuleCases]) -> pa.Table:
    """Table `screening_verdicts`: parts in the order of the list, rules in that of the file."""
    rows, starts, of_part = [], 0, []
    for one in judged:
        rows += [_case_row(one, case) for case in range(len(one.cases.first))]
        of_part.append(one.cases.case_of + starts)
        starts = len(rows)
    positions = pa.array(np.column_stack(of_part).ravel()) if of_part else pa.array([], pa.int64())
    schema = SCREENING_VERDICTS.arrow_schema()
    parts = pa.array(np.repeat(np.arange(len(part_ids)), len(judged)))
    columns = {"part_id": pa.array(part_ids, pa.string()).take(parts)}
    for name in schema.names[1:]:
        kind = schema.field(name).type
        columns[name] = pa.array([row[name] for row in rows], kind).take(positions)
    return pa.table(columns, schema=schema)


def _case_row(one: RuleCases, case: int) -> Row:
    word = WORDS[int(one.order.word[case])]
    later = one.later[case]
    open_words = {UNKNOWN: "facts open", UNKNOWN_STATUS: "law open"}
    return {
        "rule_id": one.rule.rule_id,
        "outcome": word,
        "possible": _words(one.order, case),
        "outcome_on_delivery": WORDS[int(one.delivery.word[case])],
        "possible_on_delivery": _words(one.delivery, case),
        "certainty": open_words.get(word, "decided"),
        "next_change": later[0] if later else None,
        "next_outcome": WORDS[later[1]] if later else None,
        "case_id": one.case_id(case),
    }


def _words(outcomes: Outcomes, case: int) -> str:
    return " ".join(outcomes_of(int(outcomes.possible[case])))


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """A case with its reason on one of the days."""

    judged: RuleCases
    case: int
    day: str
    part_id: str
    parts: int
    reason: Reason


def explained(
    judged: Sequence[RuleCases],
    days: tuple[SaleDay, SaleDay],
    products: Iterable[int],
    part_ids: Sequence[str],
) -> tuple[Explained, ...]:
    """Reasons of the cases a reader asks for first; on delivery where the verdict is another.

    Cases of products come first, then what is not clear, the most severe and the most frequent
    first, up to a limit.
    """
    tops = np.array(list(products), dtype=np.int64)
    chosen = sorted(_ranked(judged, tops))[:MOST_EXPLAINED]
    found: list[Explained] = []
    for *_, position, case in sorted(chosen, key=lambda rank: rank[-2:]):
        one = judged[position]
        first = int(one.cases.first[case])
        for day, outcomes in zip(days, (one.order, one.delivery), strict=True):
            same = int(one.order.word[case]) == int(outcomes.word[case])
            if day.name != "order" and same:
                continue
            reason = explain(one.rule, one.cases.on_day(day.facts), case, day.on)
            count = int(one.cases.count[case])
            found.append(Explained(one, case, day.name, part_ids[first], count, reason))
    return tuple(found)


def _ranked(
    judged: Sequence[RuleCases], tops: IntArray
) -> Iterator[tuple[bool, bool, int, int, int, int]]:
    for position, one in enumerate(judged):
        of_products = set(one.cases.case_of[tops].tolist())
        for case in range(len(one.cases.first)):
            severity = min(int(one.order.word[case]), int(one.delivery.word[case]))
            is_open = one.is_open_or_caught(case)
            rank = (case not in of_products, not is_open, severity)
            yield (*rank, -int(one.cases.count[case]), position, case)


def reason_rows(found: Iterable[Explained]) -> Iterator[Row]:
    """Rows of `screening_reasons`."""
    for one in found:
        base: Row = {
            "case_id": one.judged.case_id(one.case),
            "day": one.day,
            "rule_id": one.reason.rule_id,
            "part_id": one.part_id,
            "parts": one.parts,
        }
        for number, branch in enumerate(one.reason.branches, 1):
            position = 0
            for step in branch.steps:
                for link in step.chain:
                    position += 1
                    yield base | {
                        "branch": number,
                        "position": position,
                        "outcome": step.outcome,
                        "is_certain": step.is_certain,
                        "clause": step.clause,
                        "detail": step.detail or None,
                        "statement": link.statement,
                        "value": link.value,
                        "holds": link.holds,
                    }


def branch_rows(found: Iterable[Explained]) -> Iterator[Row]:
    """Rows of `screening_branches`."""
    for one in found:
        for number, branch in enumerate(one.reason.branches, 1):
            yield {
                "case_id": one.judged.case_id(one.case),
                "day": one.day,
                "branch": number,
                "rule_id": one.reason.rule_id,
                "state": branch.state or None,
                "reading": branch.reading or None,
                "weight": branch.weight,
                "possible": " ".join(branch.possible),
            }


def change_rows(found: Iterable[Explained]) -> Iterator[Row]:
    """Rows of `screening_changes`, of the day of the order."""
    for one in found:
        if one.day != "order":
            continue
        for position, change in enumerate(one.reason.would_change, 1):
            yield {
                "case_id": one.judged.case_id(one.case),
                "position": position,
                "rule_id": one.reason.rule_id,
                "change": "; ".join(f"{name} = {value}" for name, value in change.values),
                "outcome": change.word,
            }


@dataclass(frozen=True, slots=True, eq=False)
class Missing:
    """Facts missing for the cases of a rule on either day, each of shape (G,)."""

    judged: RuleCases
    facts: dict[str, BoolArray]

    def worth_asking(self) -> BoolArray:
        """Cases in which a supplier's answer can keep goods from being stopped, shape (G,).

        Where your own sale leaves the rule open, that is settled first; what a rule only opens
        to you is not asked for.
        """
        stops = np.uint16(sum(1 << outcome for outcome in STOPS))
        judged = self.judged
        found: BoolArray = ((judged.order.possible | judged.delivery.possible) & stops) != 0
        for name, rows in self.facts.items():
            if not asks_supplier(name):
                found = found & ~rows
        return found


def missing_of(one: RuleCases, days: tuple[SaleDay, SaleDay]) -> Missing:
    """What is missing for a rule on the day of the order or of the delivery."""
    found: dict[str, BoolArray] = {}
    for day in days:
        for name, rows in missing_facts(one.rule, one.cases.on_day(day.facts), day.on).items():
            found[name] = found[name] | rows if name in found else rows
    return Missing(one, dict(sorted(found.items())))


def asks_supplier(fact: str) -> bool:
    """Whether the supplier of a part can tell the fact; else it is one of your own sale."""
    return not is_of_sale(fact) or fact in ("country_origin", "uflpa_listed_supplier")


def missing_rows(found: Iterable[Missing]) -> Iterator[Row]:
    """Rows of `screening_missing`."""
    for one in found:
        for name, rows in one.facts.items():
            for case in np.flatnonzero(rows).tolist():
                yield {
                    "case_id": one.judged.case_id(case),
                    "fact": name,
                    "rule_id": one.judged.rule.rule_id,
                    "who": "supplier" if asks_supplier(name) else "you",
                    "parts": int(one.judged.cases.count[case]),
                }
