"""Periods of a study: names, days, years."""

from __future__ import annotations

from datetime import date

import pytest

from allanite.conditions.horizon import Horizon
from allanite.errors import UsageError


def test_a_new_year_begins_in_january_whenever_the_first_period_does() -> None:
    years = Horizon(date(2025, 4, 1), count=24).years
    assert years[0] == pytest.approx(2025 + 90 / 365)
    assert years[[9, 21]].tolist() == [2026.0, 2027.0]
    assert (years[:9] < 2026).all()


def test_years_of_other_steps() -> None:
    assert Horizon(date(2025, 1, 1), step=0.25, count=5).years[4] == 2026.0
    weeks = Horizon(date(2025, 1, 6), step=7 / 365.25, count=3)
    assert weeks.years == pytest.approx(2025 + (5 + 7 * (weeks.years * 0 + [0, 1, 2])) / 365)


@pytest.mark.parametrize(
    ("start", "step", "labels"),
    [
        (date(2025, 12, 1), 1 / 12, ("2025-12", "2026-01")),
        (date(2025, 10, 1), 0.25, ("2025-10-01", "2026-01-01")),
        (date(2025, 12, 29), 7 / 365.25, ("2025-12-29", "2026-01-05")),
    ],
)
def test_labels(start: date, step: float, labels: tuple[str, ...]) -> None:
    assert Horizon(start, step, 2).labels == labels


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"count": 0}, "0 periods; allowed: 1 to 600"),
        ({"step": 2.0}, "a period of 2 years"),
        ({"start": date(2025, 1, 15)}, "not the first day of a month"),
        ({"start": date(1970, 1, 1)}, "allowed: 1990 to 2100"),
    ],
)
def test_horizons_that_cannot_be(given: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Horizon(**{"start": date(2025, 1, 1), **given})  # type: ignore[arg-type]
