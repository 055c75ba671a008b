"""Dates counted from Tuesday, 28 October 2025, each by hand."""

from __future__ import annotations

from datetime import date

import pytest

from allanite.ledger.deadlines import add_months
from allanite.ledger.reading.dates import find_dates

TUESDAY = date(2025, 10, 28)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("was signed today", "2025-10-28"),
        ("plans to meet him on Thursday", "2025-10-30"),
        ("before travelling on Wednesday", "2025-10-29"),
        ("he arrived in Seoul on Monday", "2025-10-27"),
        ("the trial that began on Tuesday", "2025-10-28"),
        ("signed on Friday", "2025-10-24"),
        ("will open next Tuesday", "2025-11-04"),
        ("last Tuesday", "2025-10-21"),
        ("signed on 20 October", "2025-10-20"),
        ("on 3 January they met", "2026-01-03"),
        ("Oct. 30, 2025", "2025-10-30"),
        ("in May 2025", "2025-05"),
        ("last May", "2025-05"),
        ("next May", "2026-05"),
        ("agreed this year", "2025"),
        ("in 2019", "2019"),
        ("last week", "2025-10-20..2025-10-26"),
        ("three days ago", "2025-10-25"),
        ("within six months", "2026-04-28"),
        ("within 180 days", "2026-04-26"),
    ],
)
def test_a_phrase_gives_its_day(text: str, iso: str) -> None:
    found = find_dates(text, 0, len(text), TUESDAY)
    assert [d.iso for d in found] == [iso]
    assert text[found[0].start : found[0].end] == found[0].printed


@pytest.mark.parametrize(
    "text", ["31 February", "he may 5 times", "2,019 tonnes", "No. 61 of 2025"]
)
def test_what_is_no_date_is_left(text: str) -> None:
    assert find_dates(text, 0, len(text), TUESDAY) == []


def test_deadlines_are_told_from_dates() -> None:
    text = "within 180 days, by 28 April 2026, on 28 April 2026"
    assert [d.is_deadline for d in find_dates(text, 0, len(text), TUESDAY)] == [True, True, False]


def test_without_a_day_nothing_relative_is_resolved() -> None:
    text = "signed today, on Thursday, on 20 October, within six months, on 20 October 2025"
    assert [d.iso for d in find_dates(text, 0, len(text), None)] == ["", "", "", "", "2025-10-20"]


def test_months_end_where_the_month_does() -> None:
    assert add_months(date(2025, 8, 31), 6) == date(2026, 2, 28)
    assert add_months(date(2026, 4, 30), -6) == date(2025, 10, 30)
