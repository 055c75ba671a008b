"""Deadlines: how one counts, in days or calendar months, from each day of signature.

The same moment has two dates where the calendars of two capitals differ. Each gives a deadline
of its own; a promise is past its deadline only after the last of them.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

CountUnit = Literal["day", "month"]
_MONTHS_A_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class Origin:
    """A day from which deadlines count, and the capital whose calendar it follows."""

    day: date
    place: str = ""


@dataclass(frozen=True, slots=True)
class Length:
    """So many days or calendar months."""

    count: int
    unit: CountUnit


@dataclass(frozen=True, slots=True)
class Deadline:
    """Last day on which something is in time.

    Attributes:
        day: the day itself, still in time.
        place: capital whose calendar it follows; empty where there is one day only.
        counted_from: None where a text names the day.
    """

    day: date
    place: str = ""
    counted_from: date | None = None


def add_months(day: date, months: int) -> date:
    """The same day of the month `months` later; the last of the month where it has no such day.

    Six months from 28 October 2025 are 28 April 2026, from 31 August 2025 28 February 2026.
    """
    position = day.year * _MONTHS_A_YEAR + day.month - 1 + months
    year, month = divmod(position, _MONTHS_A_YEAR)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def after(day: date, length: Length) -> date:
    """The day that lies `length` after `day`."""
    if length.unit == "month":
        return add_months(day, length.count)
    return day + timedelta(days=length.count)


def count_deadlines(origins: Sequence[Origin], length: Length) -> tuple[Deadline, ...]:
    """One deadline an origin, the earliest first."""
    found = [Deadline(after(o.day, length), o.place, o.day) for o in origins]
    return tuple(sorted(found, key=lambda deadline: (deadline.day, deadline.place)))
