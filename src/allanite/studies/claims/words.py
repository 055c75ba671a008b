"""Numbers and outcomes of claims in short words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Final

from allanite.law.dates import spoken
from allanite.ledger.quantity import Interval

SHARE_KINDS: Final = (
    "output share",
    "published share",
    "exposure share",
    "world output share",
    "largest saving by a substitute",
)
_NEARLY_ALL: Final = 0.99
DAY_KIND: Final = "day of an agreement"


def percent_range(value: float, low: float, high: float) -> str:
    """A share with its range: `88 % (86–89 %)`."""
    centre = f"{100 * value:.0f} %"
    if low > _NEARLY_ALL:
        return "over 99 %"
    if f"{100 * low:.0f}" == f"{100 * high:.0f}":
        return centre
    return f"{centre} ({100 * low:.0f}–{100 * high:.0f} %)"


def value_text(value: float, kind: str, unit: str) -> str:
    """One number of a query in the words of its kind."""
    if kind in SHARE_KINDS:
        return f"{100 * value:.0f} %"
    if kind == DAY_KIND and unit == "d":
        return spoken(date.fromordinal(round(value)))
    plain = f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.3g}"
    if kind == DAY_KIND:
        plain = f"{value:.0f}"
    return plain if unit in ("1", "yr") else f"{plain} {_unit_word(unit, value)}"


def _unit_word(unit: str, value: float) -> str:
    many = {"d": "days", "month": "months"}
    one = {"d": "day", "month": "month"}
    return (one if value == 1 else many).get(unit, unit)


def interval_text(interval: Interval, kind: str, unit: str) -> str:
    """An interval: `more than 90 %`, `1`, `14 to 17`."""
    low, high = (value_text(x, kind, unit) if math.isfinite(x) else "" for x in _ends(interval))
    if low and high:
        return low if low == high else f"{low} to {high}"
    if low:
        return f"{'more than' if interval.low_open else 'at least'} {low}"
    return f"{'less than' if interval.high_open else 'at most'} {high}" if high else "any"


def _ends(interval: Interval) -> tuple[float, float]:
    return interval.low, interval.high


def listed(items: Sequence[str], most: int = 3) -> str:
    """Items as `a; b; c`, with the number of those left out."""
    shown = "; ".join(items[:most])
    rest = len(items) - most
    return f"{shown}; {rest} more" if rest > 0 else shown


def opening(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]
