"""What a producer has by path: prices, volumes, cost and earnings, on one calendar.

Contracts are valued against an `Exposure`. Prices and money are real, of the middle of 2025.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from allanite.axis import FloatArray, IntArray
from allanite.errors import ModelError

MONEY_YEAR: Final = 2025.5  # money of 2025, taken at its middle
MONTHS: Final = 12
# Prices of a simulation come in float32; all sums are made in float64.
PriceArray = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Exposure:
    """A producer's side of a contract. S paths, T months, Y calendar years they touch.

    Attributes:
        start: first day of the first month.
        price: index price by product, shape (S, T) [USD/kg].
        volume_rate: output by product, shape (T,) or (S, T) [t/yr].
        inflation_rate: by which nominal terms lose value, yearly [1].
        production_cost: shape (Y,) or (S, Y) [million USD]; needed by offtake at cost plus.
        ebitda: before any contract, shape (Y,) or (S, Y) [million USD]; needed by a guarantee
            of earnings.

    Raises:
        ModelError: shapes that do not fit, a first day that is not the first of a month.
    """

    start: date
    price: Mapping[str, PriceArray]
    volume_rate: Mapping[str, FloatArray]
    inflation_rate: float
    production_cost: FloatArray | None = None
    ebitda: FloatArray | None = None

    def __post_init__(self) -> None:
        shapes = {name: array.shape for name, array in self.price.items()}
        if len(set(shapes.values())) != 1 or len(next(iter(shapes.values()))) != 2:
            raise ModelError(f"prices of shapes {shapes}; allowed: one shape (paths, months)")
        if self.start.day != 1:
            raise ModelError(f"an exposure from {self.start}; allowed: the first day of a month")
        paths, months = self.paths, self.months
        for name, array in self.volume_rate.items():
            self._check(f"volume_rate of {name}", array, months)
        for name in ("production_cost", "ebitda"):
            if getattr(self, name) is not None:
                self._check(name, getattr(self, name), len(self.years))
        if not np.isfinite(self.inflation_rate) or paths < 1:
            raise ModelError(f"inflation_rate {self.inflation_rate}, {paths} paths")

    def _check(self, name: str, array: FloatArray, columns: int) -> None:
        if array.shape not in ((columns,), (self.paths, columns)):
            allowed = f"({columns},) or ({self.paths}, {columns})"
            raise ModelError(f"{name} has shape {array.shape}; allowed: {allowed}")

    @property
    def paths(self) -> int:
        """Number of paths S."""
        return int(next(iter(self.price.values())).shape[0])

    @property
    def months(self) -> int:
        """Number of months T."""
        return int(next(iter(self.price.values())).shape[1])

    @property
    def month_number(self) -> IntArray:
        """Months since the year 0, shape (T,)."""
        first = self.start.year * MONTHS + self.start.month - 1
        return np.arange(first, first + self.months, dtype=np.int64)

    @property
    def month_time(self) -> FloatArray:
        """Middle of each month as a decimal year, shape (T,)."""
        return np.asarray((self.month_number + 0.5) / MONTHS)

    @property
    def years(self) -> IntArray:
        """Calendar years, shape (Y,)."""
        number = self.month_number
        return np.arange(number[0] // MONTHS, number[-1] // MONTHS + 1, dtype=np.int64)

    @property
    def year_of_month(self) -> IntArray:
        """Position of each month's calendar year in `years`, shape (T,)."""
        return np.asarray(self.month_number // MONTHS - self.years[0])

    def deflator(self, time: FloatArray) -> FloatArray:
        """Value in money of 2025 of one nominal dollar at decimal years `time` [1]."""
        return np.asarray((1.0 + self.inflation_rate) ** (MONEY_YEAR - time))
