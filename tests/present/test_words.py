"""Numbers and days as a reader meets them."""

from __future__ import annotations

from datetime import date

import pytest

from allanite.present.words import (
    counted,
    day,
    joined,
    percent,
    rate_range,
    share_range,
    significant,
    wrapped,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, "0"), (58_152, "58,200"), (0.01234, "0.0123"), (999.6, "1,000"), (-4.567, "-4.57")],
)
def test_three_significant_digits(value: float, expected: str) -> None:
    assert significant(value) == expected


def test_shares_are_never_rounded_to_all_or_nothing() -> None:
    assert percent(0.004) == "under 1 %"
    assert percent(0.998) == "over 99 %"
    assert percent(0.0) == "0 %"
    assert percent(1.0) == "over 99 %"


def test_a_missing_value_is_not_known_and_a_missing_range_is_said() -> None:
    assert share_range(None, None, None) == "not known"
    assert share_range(0.5, None, 0.6) == "50 % (range not known)"
    assert share_range(0.5, 0.4, 0.6) == "50 % (40–60 %)"
    assert rate_range(214_500, 199_000, 231_000) == "214,000 t (200,000–230,000 t)"


def test_days_counts_and_lists() -> None:
    assert day(date(2025, 10, 28)) == "28 October 2025"
    assert day(None) == "not known"
    assert counted(0, "change", "changes") == "no changes"
    assert counted(1, "change", "changes") == "1 change"
    assert joined(["a", "b", "c"]) == "a, b and c"


def test_long_labels_are_cut_with_a_mark() -> None:
    assert wrapped("one two three four", 8) == ["one two", "three…"]
    assert wrapped("extraordinarily", 8) == ["extraor…"]
