"""The periods of a study: where they begin, how long they are, what they are called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from allanite.axis import FloatArray
from allanite.errors import UsageError
from allanite.units import DAYS_PER_YEAR

MONTH: Final = 1 / 12
DAY: Final = 1 / DAYS_PER_YEAR
MAX_PERIODS: Final = 600
YEARS: Final = (1990, 2100)


@dataclass(frozen=True, slots=True)
class Horizon:
    """Periods of equal length from a day on.

    Attributes:
        start: first day of the first period.
        step: length of a period [yr]; whole months are calendar months.
        count: number of periods P.

    Raises:
        UsageError: no period, too many, a length of less than a day, or years far away.
    """

    start: date
    step: float = MONTH
    count: int = 24

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MAX_PERIODS:
            raise UsageError(f"{self.count} periods; allowed: 1 to {MAX_PERIODS}")
        if not DAY <= self.step <= 1:
            raise UsageError(f"a period of {self.step:g} years; allowed: one day to one year")
        last = self.start.year + self.step * self.count
        if self.start.year < YEARS[0] or last > YEARS[1]:
            raise UsageError(
                f"periods from {self.start} to {last:.0f}; allowed: {YEARS[0]} to {YEARS[1]}"
            )
        if self._whole_months() and self.start.day != 1:
            raise UsageError(
                f"{self.start} is not the first day of a month; periods of whole months begin"
                f" on one, for example {self.start.replace(day=1)}"
            )

    def _whole_months(self) -> int:
        """Months of a period; 0 where it is not a whole number of months."""
        months = self.step / MONTH
        return round(months) if abs(months - round(months)) < 1e-9 else 0

    def first_day(self, period: int) -> date:
        """First day of a period; `period` may be P, the day after the last one ends."""
        months = self._whole_months()
        if not months:
            return self.start + timedelta(days=round(period * self.step * DAYS_PER_YEAR))
        total = self.start.year * 12 + self.start.month - 1 + period * months
        return date(total // 12, total % 12 + 1, 1)

    def last_day(self, period: int) -> date:
        """Last day of a period, included."""
        return self.first_day(period + 1) - timedelta(days=1)

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the periods: `2025-04` for months, else the first day."""
        firsts = [self.first_day(p) for p in range(self.count)]
        if self._whole_months() == 1:
            return tuple(f"{day:%Y-%m}" for day in firsts)
        return tuple(day.isoformat() for day in firsts)

    @property
    def years(self) -> FloatArray:
        """Calendar year in which each period begins, with its fraction, shape (P,) [yr]."""
        return np.array([decimal_year(self.first_day(p)) for p in range(self.count)])

    def share_of_period(self, period: int, first: date | None, last: date | None) -> float:
        """Share of a period's days that lie from `first` to `last`, both included [1]."""
        begin, end = self.first_day(period), self.last_day(period)
        covered = (min(end, last or end) - max(begin, first or begin)).days + 1
        return max(covered, 0) / ((end - begin).days + 1)


def decimal_year(day: date) -> float:
    """A day as its calendar year with a fraction [yr]."""
    first, following = date(day.year, 1, 1), date(day.year + 1, 1, 1)
    return day.year + (day - first).days / (following - first).days
