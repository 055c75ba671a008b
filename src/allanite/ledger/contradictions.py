"""Pairs of statements that cannot both hold, side by side; nobody is declared right.

Only statements of one subject and one measure are compared: a pledge is never set against a
payment, a capacity never against an output. Statements that speak of different times do not
contradict each other; the later one is then an update.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from math import inf
from typing import Any, Final

from allanite.catalogue.files import fault
from allanite.catalogue.store import Release
from allanite.errors import UsageError
from allanite.ledger.quantity import Interval, day_interval, parse_span

Row = Mapping[str, Any]
CONFLICT: Final = "cannot both hold"
BOTH: Final = "differ and can both hold"
UPDATE: Final = "speak of different times"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What one source says about one measure.

    Attributes:
        statement_id, claim_id, subject, measure: as in table `claim_statements`.
        interval: the number or day said; None for a word.
        word: the word said; empty for a number or a day.
        valid: days it speaks of; holds_with: statements it can hold beside.
        said_by, said_on, first_said, grade, told, url, note: who, when, what kind of source.
    """

    statement_id: str
    claim_id: str
    subject: str
    measure: str
    interval: Interval | None
    word: str
    valid: Interval
    said_by: str
    said_on: str
    first_said: date
    grade: str
    told: str
    url: str
    holds_with: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two statements that differ, the earlier first, and how."""

    first: Statement
    second: Statement
    relation: str


def load_statements(release: Release) -> tuple[Statement, ...]:
    """Statements in the order of their table.

    Raises:
        DataError: a statement without what its kind needs, or with ends out of order.
    """
    return tuple(_statement(row) for row in release.rows("claim_statements"))


def find_contradictions(
    statements: Iterable[Statement], on: date | None = None
) -> tuple[Pair, ...]:
    """Pairs of one subject and measure that cannot both hold or are of different times.

    Args:
        statements: what sources say.
        on: statements made later are left out; None keeps all.
    """
    by_measure: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for statement in statements:
        if on is None or statement.first_said <= on:
            by_measure[statement.subject, statement.measure].append(statement)
    return tuple(pair for found in by_measure.values() for pair in _pairs(found))


def _pairs(statements: Sequence[Statement]) -> Iterator[Pair]:
    ordered = sorted(statements, key=lambda s: (s.first_said, s.statement_id))
    for first, second in combinations(ordered, 2):
        if differ(first, second):
            yield Pair(first, second, _relation(first, second))


def _relation(first: Statement, second: Statement) -> str:
    if second.statement_id in first.holds_with or first.statement_id in second.holds_with:
        return BOTH
    return CONFLICT if first.valid.meets(second.valid) else UPDATE


def differ(one: Statement, other: Statement) -> bool:
    """Whether no number, day or word fits both."""
    if one.interval is not None and other.interval is not None:
        return not one.interval.meets(other.interval)
    return one.word.casefold() != other.word.casefold()


def _statement(row: Row) -> Statement:
    try:
        interval = _interval(row)
        valid = _valid(row)
        first_said = parse_span(row["said_on"])[0]
    except UsageError as error:
        place = f"claim_statements[{row['statement_id']}]"
        allowed = "ends in order, a day or a word, a date"
        raise fault(place, str(error), allowed, "Correct the row.") from error
    return Statement(
        statement_id=row["statement_id"],
        claim_id=row["claim_id"] or "",
        subject=row["subject"],
        measure=row["measure"],
        interval=interval,
        word=row["word"] or "",
        valid=valid,
        said_by=row["said_by"],
        said_on=row["said_on"],
        first_said=first_said,
        grade=row["grade"],
        told=row["told"],
        url=row["url"] or "",
        holds_with=tuple((row["holds_with"] or "").split("|")),
        note=row["note"] or "",
    )


def _interval(row: Row) -> Interval | None:
    if row["kind"] == "number":
        low, high = row["low"], row["high"]
        if low is None and high is None:
            raise UsageError("a number without an end")
        least, most = (-inf if low is None else low), (inf if high is None else high)
        return Interval(least, most, low_open=bool(row["low_excluded"]))
    if row["kind"] == "day":
        if row["first_day"] is None:
            raise UsageError("a day without a date")
        return day_interval(row["first_day"], row["last_day"])
    if not row["word"]:
        raise UsageError("a word that is missing")
    return None


def _valid(row: Row) -> Interval:
    first, last = row["valid_from"], row["valid_to"]
    return Interval(
        -inf if first is None else first.toordinal(), inf if last is None else last.toordinal()
    )
