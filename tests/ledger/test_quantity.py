"""Quantities of claims: signs, units, dates, and how intervals lie to each other."""

from __future__ import annotations

import math
from datetime import date

import pytest

from allanite.errors import UsageError
from allanite.ledger.quantity import (
    DAY_UNIT,
    Interval,
    compared,
    day_interval,
    parse_quantity,
    parse_span,
)


@pytest.mark.parametrize(
    ("text", "unit", "low", "high", "found_unit"),
    [
        (">90", "%", 0.9, math.inf, "1"),
        ("85-92", "%", 0.85, 0.92, "1"),
        ("8.5", "bn USD", 8500, 8500, "million USD"),
        ("up to 400", "bn USD", -math.inf, 400_000, "million USD"),
        ("at least 1", "bn USD", 1000, math.inf, "million USD"),
        ("about 100", "", 95, 105, "1"),
        ("6", "months", 6, 6, "month"),
        ("0.1", "% value", 0.1, 0.1, "%"),
    ],
)
def test_signs_and_units(text: str, unit: str, low: float, high: float, found_unit: str) -> None:
    found = parse_quantity(text, unit)
    assert found is not None and found.unit == found_unit
    assert found.interval.low == pytest.approx(low)
    assert found.interval.high == pytest.approx(high)


def test_more_than_excludes_its_end_and_at_least_does_not() -> None:
    above, from_ = parse_quantity(">90", "%"), parse_quantity("at least 90", "%")
    assert above is not None and from_ is not None
    assert not above.interval.holds(0.9) and from_.interval.holds(0.9)


def test_days_are_numbers_and_months_are_spans() -> None:
    found = parse_quantity("2025-10-28", "date")
    assert found is not None and found.unit == DAY_UNIT
    assert found.interval == day_interval(date(2025, 10, 28))
    assert parse_span("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))


@pytest.mark.parametrize("text", ["nearly all", "1,000 or so", "9O"])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="write a number"):
        parse_quantity(text, "%")


@pytest.mark.parametrize("text", ["2025-13", "2025-02-30", "", "soon", "25"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not a date"):
        parse_span(text)


@pytest.mark.parametrize(
    ("found", "side"),
    [
        (Interval(0.91, 0.95), "inside"),
        (Interval(0.9, 0.95), "partly"),
        (Interval(0.89, 0.91), "partly"),
        (Interval(0.85, 0.9), "outside"),
    ],
)
def test_a_range_lies_inside_partly_or_outside_of_more_than_nine_tenths(
    found: Interval, side: str
) -> None:
    assert found.side_of(Interval(0.9, math.inf, low_open=True)) == side


def test_a_tolerance_takes_the_excluded_end_in() -> None:
    wanted = Interval(0.9, math.inf, low_open=True)
    assert Interval(0.895, 0.9).side_of(wanted.widened(0.005)) == "inside"
    with pytest.raises(UsageError, match="below zero"):
        wanted.widened(-0.1)


def test_ends_out_of_order_and_comparisons_without_a_number_are_refused() -> None:
    with pytest.raises(UsageError, match="in order"):
        Interval(2, 1)
    with pytest.raises(UsageError, match="no number"):
        compared("at least", None, 3)
    assert compared("equal", 2, None) == Interval(2, 2)
    assert compared("at most", None, 2) == Interval(-math.inf, 2)
