"""Dates as printed: a day, a month or a year, kept with what is not known about them."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from allanite.errors import UsageError

# Written out, because the names of the calendar module follow the reader's locale.
MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
Precision = Literal["day", "month", "year"]
_DAY: Final = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_MONTH: Final = re.compile(r"^(\d{4})-(\d{2})$")
_YEAR: Final = re.compile(r"^\d{4}$")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known to the day, the month or the year.

    Attributes:
        earliest: first day it can be.
        latest: last day it can be.
        precision: day, month or year.
    """

    earliest: date
    latest: date
    precision: Precision

    def __str__(self) -> str:
        length = {"day": 10, "month": 7, "year": 4}[self.precision]
        return self.earliest.isoformat()[:length]


def parse_partial(value: object) -> PartialDate:
    """The date of a cell such as `2025-10-09`, `2025-10`, `2025`, or of a date value.

    Raises:
        UsageError: the text is no such date.
    """
    text = value.isoformat()[:10] if isinstance(value, date) else str(value).strip()
    try:
        if _DAY.match(text):
            day = date.fromisoformat(text)
            return PartialDate(day, day, "day")
        if match := _MONTH.match(text):
            year, month = int(match[1]), int(match[2])
            last = calendar.monthrange(year, month)[1]
            return PartialDate(date(year, month, 1), date(year, month, last), "month")
        if _YEAR.match(text):
            return PartialDate(date(int(text), 1, 1), date(int(text), 12, 31), "year")
    except ValueError as error:
        raise UsageError(f"{text!r} is not a day of the calendar: {error}") from error
    raise UsageError(f"{text!r} is not a date; write it as 2025-10-28, 2025-10 or 2025")


def parse_day(text: str) -> date:
    """The day of an ISO date; raises `UsageError` with an example for anything else."""
    if _DAY.match(text.strip()):
        return parse_partial(text).earliest
    raise UsageError(f"{text!r} is not a date; write year-month-day, for example 2025-10-28")


def spoken(day: date) -> str:
    """A day as a reader says it: 28 October 2025."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
