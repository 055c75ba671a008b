"""Unit symbols and the factors between them.

Data are rates [t/yr]; decisions are amounts per period [t]. Every unit a table may
use stands in `UNITS`; conversion happens only in `catalogue.convert`.
"""

from __future__ import annotations

from typing import Final

from allanite.errors import UsageError

DAYS_PER_YEAR: Final = 365.25

# symbol -> (dimension, factor to the dimension's first unit)
UNITS: Final[dict[str, tuple[str, float]]] = {
    "1": ("share", 1.0),
    "%": ("share", 0.01),
    "t": ("mass", 1.0),
    "kt": ("mass", 1e3),
    "Mt": ("mass", 1e6),
    "kg": ("mass", 1e-3),
    "g": ("mass", 1e-6),
    "mg": ("mass", 1e-9),
    "lb": ("mass", 0.45359237e-3),
    "t/yr": ("mass rate", 1.0),
    "kt/yr": ("mass rate", 1e3),
    "kg/yr": ("mass rate", 1e-3),
    "USD": ("money", 1.0),
    "thousand USD": ("money", 1e3),
    "million USD": ("money", 1e6),
    "USD/t": ("price", 1.0),
    "USD/kg": ("price", 1e3),
    "million USD/t": ("price", 1e6),
    "USD/g": ("price", 1e6),
    "USD/lb": ("price", 1e3 / 0.45359237),
    "cent/lb": ("price", 1e1 / 0.45359237),
    "USD/troy oz": ("price", 1e6 / 31.1034768),
    "USD/short ton": ("price", 1 / 0.90718474),
    "yr": ("time", 1.0),
    "month": ("time", 1 / 12),
    "week": ("time", 7 / DAYS_PER_YEAR),
    "d": ("time", 1 / DAYS_PER_YEAR),
    "t/t": ("mass ratio", 1.0),
    "kg/t": ("mass ratio", 1e-3),
    "degree": ("angle", 1.0),
}


def unit_factor(found: str, wanted: str) -> float:
    """Factor that turns a value in `found` into one in `wanted`.

    Raises:
        UsageError: an unknown unit, or two units of different dimensions.
    """
    for unit in (found, wanted):
        if unit not in UNITS:
            raise UsageError(f"unknown unit {unit!r}; known units: {', '.join(UNITS)}")
    (found_dimension, found_factor), (wanted_dimension, wanted_factor) = UNITS[found], UNITS[wanted]
    if found_dimension != wanted_dimension:
        raise UsageError(
            f"unit {found!r} is a {found_dimension}; a {wanted_dimension} in {wanted!r} is needed"
        )
    return found_factor / wanted_factor
