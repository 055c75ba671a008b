"""Contracts that options of a plan bring: whom they keep alive, and what they make a payer pay.

A floor pays what its index lacks to the price that was agreed, for all that is sold; above a price
the payer may have a share. What it pays hangs on the course: prices move the index, delays and
failures the volume. A guarantee pays where the project fails all the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allanite.axis import BoolArray, FloatArray, IntArray

THOUSAND = 1e3  # USD/kg x t in thousand USD, and thousands in a million


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Floors:
    """Prices agreed. F floors.

    Attributes:
        contract: position of the contract each belongs to, shape (F,).
        material: shape (F,); node: whose price moves the index, shape (F,).
        strike: price agreed; index: price of the benchmark in the normal state of the market,
            both shape (F,) [USD/kg].
        upside_from: price above which the payer has a share, shape (F,) [USD/kg].
        upside_share: that share, shape (F,) [1].
        volume_rate: sold under the floor by the whole project at nameplate, shape (F,) [t/yr].
    """

    contract: IntArray
    material: tuple[str, ...]
    node: IntArray
    strike: FloatArray
    index: FloatArray
    upside_from: FloatArray
    upside_share: FloatArray
    volume_rate: FloatArray

    def margin(self, price_factor: FloatArray) -> FloatArray:
        """What the payer pays for a kg, less its share of high prices, shape (k, F) [USD/kg].

        Args:
            price_factor: on normal prices at each node, shape (k, U) [1].
        """
        price = self.index * price_factor[:, self.node]
        due = np.maximum(self.strike - price, 0.0)
        return np.asarray(due - self.upside_share * np.maximum(price - self.upside_from, 0.0))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanContracts:
    """Contracts of options. C contracts, F floors, R payers.

    Attributes:
        option: the option that brings each, position among all options, shape (C,).
        name: shape (C,); payers: region codes, R of them; payer_position: shape (C,).
        failure_factor: share of the failures of the project that is left, shape (C,) [1].
        upfront_cost: grant, paid when the option is decided, shape (C,) [million USD].
        default_cost: paid where the project fails all the same, shape (C,) [million USD].
        default_period: in which that falls, shape (C,); beyond the horizon it is not counted.
        expected_cost: what budgets count beside the grant: the present worth of what is expected to
            be paid, shape (C,) [million USD].
        floors: prices agreed.
    """

    option: IntArray
    name: tuple[str, ...]
    payers: tuple[str, ...]
    payer_position: IntArray
    failure_factor: FloatArray
    upfront_cost: FloatArray
    default_cost: FloatArray
    default_period: IntArray
    expected_cost: FloatArray
    floors: Floors

    @property
    def payer(self) -> tuple[str, ...]:
        """Payer of each, shape (C,)."""
        return tuple(self.payers[r] for r in self.payer_position)

    @property
    def scored_cost(self) -> FloatArray:
        """What the budget of the payer counts for a whole one, shape (C,) [million USD]."""
        return self.upfront_cost + np.maximum(self.expected_cost, 0.0)

    def floor_payments(
        self, online: FloatArray, price_factor: FloatArray, step: float
    ) -> FloatArray:
        """What floors of whole projects pay in each period, shape (P, C) [million USD].

        payment = sum over floors of volume x step x online x (margin of the price)

        Args:
            online: share of nameplate that runs, shape (P, C) [1].
            price_factor: at each node, shape (P, U) [1].
            step: length of a period [yr].
        """
        return self.volume_worth(self.floors.margin(price_factor), step) * online

    def volume_worth(self, margin: FloatArray, step: float) -> FloatArray:
        """A margin on all that is sold at nameplate in a period, (k, F) -> (k, C) [million USD]."""
        floors = self.floors
        worth = margin * floors.volume_rate * step / THOUSAND
        found = np.zeros((margin.shape[0], self.option.size))
        np.add.at(found.T, floors.contract, worth.T)
        return found

    def default_payments(self, fails: BoolArray, periods: int) -> FloatArray:
        """What guarantees pay in each period, shape (P, C) [million USD].

        Args:
            fails: whether the project of each fails in spite of it, shape (C,).
            periods: number of periods P.
        """
        falls = np.arange(periods)[:, None] == self.default_period
        return np.asarray(falls * fails * self.default_cost)
