"""Statements side by side: what cannot both hold, what can, what is of another time."""

from __future__ import annotations

from datetime import date
from math import inf
from typing import Any

import pytest

from allanite import Release
from allanite.catalogue.read import rows_table
from allanite.catalogue.store import with_overrides
from allanite.catalogue.tables.claims import CLAIM_STATEMENTS
from allanite.errors import DataError
from allanite.ledger.contradictions import Statement, find_contradictions, load_statements
from allanite.ledger.quantity import Interval

ALWAYS = Interval(-inf, inf)


def statement(name: str, low: float, high: float, **more: Any) -> Statement:
    plain: dict[str, Any] = {
        "claim_id": "",
        "subject": "gallium",
        "measure": "share",
        "word": "",
        "valid": ALWAYS,
        "said_by": name,
        "said_on": "2026",
        "first_said": date(2026, 1, 1),
        "grade": "press",
        "told": name,
        "url": "",
        "holds_with": (),
        "note": "",
    }
    return Statement(statement_id=name, interval=Interval(low, high), **plain | more)


def test_only_ranges_without_a_common_number_contradict() -> None:
    """80 to 90 and 85 to 95 can both hold; 80 to 90 and 91 to 95 cannot."""
    a, b, c = statement("a", 80, 90), statement("b", 85, 95), statement("c", 91, 95)
    found = [(p.first.statement_id, p.second.statement_id) for p in find_contradictions([a, b, c])]
    assert found == [("a", "c")]


def test_other_measures_and_other_times_do_not_contradict() -> None:
    pledged = statement("a", 550, 550, measure="pledged")
    paid = statement("b", 5, 5, measure="paid")
    assert find_contradictions([pledged, paid]) == ()
    then = statement("c", 1, 1, valid=Interval(0, 10))
    now = statement("d", 2, 2, valid=Interval(11, 20), first_said=date(2026, 5, 1))
    (pair,) = find_contradictions([now, then])
    assert pair.relation == "speak of different times"
    assert pair.first is then


def test_time_zones_can_both_hold() -> None:
    tokyo, washington = statement("a", 28, 28), statement("b", 27, 27, holds_with=("a",))
    (pair,) = find_contradictions([tokyo, washington])
    assert pair.relation == "differ and can both hold"


def test_shipped_pairs(release: Release) -> None:
    statements = load_statements(release)
    pairs = find_contradictions(statements)
    conflicts = {(p.first.subject, p.first.measure) for p in pairs if "cannot" in p.relation}
    assert ("Framework of the United States and Japan", "place of signing") in conflicts
    assert ("Truce of the United States and China", "last day") in conflicts
    assert not any(p.first.subject.startswith("Japan's package") for p in pairs)
    early = find_contradictions(statements, date(2025, 12, 31))
    assert all(p.second.first_said <= date(2025, 12, 31) for p in early)
    assert len(early) < len(pairs)


def test_a_broken_statement_is_named(release: Release) -> None:
    rows = release.rows("claim_statements")
    rows[0] |= {"kind": "day", "first_day": None}
    broken = with_overrides(release, {"claim_statements": rows_table(CLAIM_STATEMENTS, rows)})
    with pytest.raises(DataError, match="a day without a date"):
        load_statements(broken)
