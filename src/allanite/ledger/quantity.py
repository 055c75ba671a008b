"""What a claim says as an interval: `>90 %`, `7 days`, `2025-10-28`, `8.5 bn USD`.

A closed interval of numbers in one unit, with ends that may be left out or excluded. A day is
an interval of day numbers, so that one comparison serves counts, shares, money and dates.
"""

from __future__ import annotations

import calendar
import math
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from allanite.errors import UsageError

DAY_UNIT: Final = "day number"
_NUMBER: Final = re.compile(
    r"^(?P<sign><=|>=|≤|≥|<|>|~|about |up to |more than |less than |at least |at most )?\s*"
    r"(?P<low>[+-]?\d+(?:\.\d+)?)(?:\s*(?:-|–|to)\s*(?P<high>\d+(?:\.\d+)?))?$"
)
_ABOVE: Final = (">", "more than ")
_BELOW: Final = ("<", "less than ")
_FROM: Final = (">=", "≥", "at least ")
_TO: Final = ("<=", "≤", "at most ", "up to ")
_ROUGHLY: Final = 0.05  # how far `about` reaches on either side, as a share of the number
# unit as printed -> (unit here, factor); what is not in the list keeps its word
_UNITS: Final[dict[str, tuple[str, float]]] = {
    "%": ("1", 0.01),
    "days": ("d", 1.0),
    "day": ("d", 1.0),
    "months": ("month", 1.0),
    "bn USD": ("million USD", 1000.0),
    "M USD": ("million USD", 1.0),
    "mine": ("1", 1.0),
    "elements": ("1", 1.0),
    "seats": ("1", 1.0),
    "% value": ("%", 1.0),
}
Side = Literal["inside", "partly", "outside"]


@dataclass(frozen=True, slots=True)
class Interval:
    """Numbers from `low` to `high`; an excluded end does not belong to it.

    Attributes:
        low, high: ends; infinite where there is none.
        low_open, high_open: whether the end itself is excluded.
    """

    low: float
    high: float
    low_open: bool = False
    high_open: bool = False

    def __post_init__(self) -> None:
        if math.isnan(self.low) or math.isnan(self.high) or self.low > self.high:
            raise UsageError(f"interval from {self.low} to {self.high}: the ends must be in order")

    def widened(self, by: float) -> Interval:
        """The interval with both ends moved outwards; excluded ends then belong to it."""
        if by < 0:
            raise UsageError(f"a tolerance of {by} is below zero")
        if by == 0:
            return self
        return Interval(self.low - by, self.high + by)

    def holds(self, value: float) -> bool:
        """Whether the value belongs to it."""
        above = value > self.low or (value == self.low and not self.low_open)
        return above and (value < self.high or (value == self.high and not self.high_open))

    def covers(self, other: Interval) -> bool:
        """Whether all of the other belongs to it."""
        low = other.low > self.low or (
            other.low == self.low and (not self.low_open or other.low_open)
        )
        high = other.high < self.high or (
            other.high == self.high and (not self.high_open or other.high_open)
        )
        return low and high

    def meets(self, other: Interval) -> bool:
        """Whether some number belongs to both."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        if low < high:
            return True
        return low == high and self.holds(low) and other.holds(low)

    def side_of(self, other: Interval) -> Side:
        """Where it lies as seen from the other: inside it, partly, or outside."""
        if other.covers(self):
            return "inside"
        return "partly" if self.meets(other) else "outside"


@dataclass(frozen=True, slots=True)
class Quantity:
    """An interval with its unit; `DAY_UNIT` counts days from the calendar's first."""

    interval: Interval
    unit: str


def day_interval(first: date, last: date | None = None) -> Interval:
    """Days from first to last, both included, as numbers."""
    return Interval(first.toordinal(), (last or first).toordinal())


def parse_span(text: str) -> tuple[date, date]:
    """First and last day of `2025-10-28`, `2025-10` or `2025`.

    Raises:
        UsageError: the text is no such date.
    """
    parts = text.strip().split("-")
    try:
        numbers = [int(part) for part in parts]
        if len(numbers) == 3:
            day = date(*numbers)
            return day, day
        if len(numbers) == 2:
            last = calendar.monthrange(*numbers)[1]
            return date(numbers[0], numbers[1], 1), date(numbers[0], numbers[1], last)
        if len(numbers) == 1 and len(parts[0]) == 4:
            return date(numbers[0], 1, 1), date(numbers[0], 12, 31)
    except ValueError:
        pass
    raise UsageError(f"{text!r} is not a date; write it as 2025-10-28, 2025-10 or 2025")


def parse_quantity(text: str | None, unit: str | None) -> Quantity | None:
    """The quantity of a claim's cells; None where there is none.

    Raises:
        UsageError: a text that is neither a number with a sign nor a date.
    """
    if text is None or not text.strip():
        return None
    if unit == "date":
        return Quantity(day_interval(*parse_span(text)), DAY_UNIT)
    found = _NUMBER.match(" ".join(text.split()))
    if found is None:
        raise UsageError(f"quantity {text!r}: write a number such as 5, >90, 85-92 or about 400")
    name, factor = _UNITS.get(unit or "", (unit or "1", 1.0))
    return Quantity(_scaled(_interval(found), factor), name)


def _scaled(interval: Interval, factor: float) -> Interval:
    return replace(interval, low=interval.low * factor, high=interval.high * factor)


def _interval(found: re.Match[str]) -> Interval:
    low, sign = float(found["low"]), found["sign"] or ""
    if found["high"] is not None:
        return Interval(low, float(found["high"]))
    if sign in _ABOVE or sign in _FROM:
        return Interval(low, math.inf, low_open=sign in _ABOVE)
    if sign in _BELOW or sign in _TO:
        return Interval(-math.inf, low, high_open=sign in _BELOW)
    around = _ROUGHLY * abs(low) if sign else 0.0
    return Interval(low - around, low + around)


def compared(comparison: str, low: float | None, high: float | None) -> Interval:
    """The interval that `comparison` asks for.

    Raises:
        UsageError: an end that the comparison needs is missing.
    """
    least = -math.inf if low is None else low
    most = math.inf if high is None else high
    wanted = low if comparison in ("more than", "at least", "equal", "between") else high
    if wanted is None:
        raise UsageError(f"comparison {comparison!r} has no number to compare with")
    if comparison == "more than":
        return Interval(least, most, low_open=True)
    if comparison == "less than":
        return Interval(least, most, high_open=True)
    if comparison == "equal" and high is None:
        return Interval(least, least)
    return Interval(least, most)
