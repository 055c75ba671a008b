"""Simulated prices by month: what every valuation reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from allanite.axis import Axis, FloatArray
from allanite.errors import ModelError

SingleArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PricePaths:
    """Simulated oxide prices by month. S paths, T months, E oxides.

    Attributes:
        oxides: E oxides; start: first day of the first month.
        price: export price FOB China, the benchmark of contracts, shape (S, T, E) [USD/kg of
            oxide, money of 2025].
        outside: price paid outside China, where a thin volume trades, shape (S, T, E) [USD/kg];
            never below `price`.
    """

    oxides: Axis
    start: date
    price: SingleArray
    outside: SingleArray

    def product(self, weight: FloatArray, *, outside: bool = False) -> SingleArray:
        """Price of a mix, shape (S, T) [USD/kg].

        Args:
            weight: mass share of each oxide, shape (E,) [1], as `product_weight` gives it.
            outside: the price outside China instead of FOB China.

        Raises:
            ModelError: shares of another shape, below 0, or that do not sum to one.
        """
        if weight.shape != (len(self.oxides),) or (weight < 0).any():
            raise ModelError(
                f"weight of shape {weight.shape}, least {weight.min()}: it needs one share of 0 or"
                f" more for each of the {len(self.oxides)} oxides {', '.join(self.oxides)}"
            )
        if not np.isclose(weight.sum(), 1.0, atol=1e-6):
            raise ModelError(f"shares of a mix sum to {weight.sum():g}; they must sum to 1")
        prices = self.outside if outside else self.price
        total = np.zeros(prices.shape[:2], dtype=np.float32)
        for e in np.flatnonzero(weight):
            total += np.float32(weight[e]) * prices[:, :, e]
        return total
