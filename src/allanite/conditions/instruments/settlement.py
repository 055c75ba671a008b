"""Months into settlement periods and years; what one leg pays by year.

A payment settles on the volume-weighted mean price of its period (a month, a quarter, half a
year or a year), and is booked in the calendar year of the period. A mean moves less than its
months, so a longer period makes a floor cheaper.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from allanite.axis import FloatArray, IntArray
from allanite.conditions.instruments.contract import Contract
from allanite.conditions.instruments.exposure import MONTHS, Exposure
from allanite.conditions.instruments.legs import KG_PER_TONNE, Leg
from allanite.errors import ModelError

PERIOD_MONTHS: Final = (1, 2, 3, 4, 6, 12)  # periods that never cross a calendar year
_TINY: Final = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Settlement:
    """Benchmark and volume of a contract by settlement period. Q periods, Y years.

    Attributes:
        price: benchmark, shape (S, Q) [USD/kg].
        amount: volume covered, shape (Q,) or (S, Q) [t].
        time: middle of each period as a decimal year, shape (Q,).
        length: of each period inside the contract, shape (Q,) [yr].
        first: position of the first period of each year that has one, shape (V,).
        year: position of that year among the years of the exposure, shape (V,).
        deflator: of nominal terms; ones where terms are real, shape (Q,) [1].
        year_deflator: the same at the middle of each year, shape (Y,) [1].
        paths, years: S and Y.
    """

    price: FloatArray
    amount: FloatArray
    time: FloatArray
    length: FloatArray
    first: IntArray
    year: IntArray
    deflator: FloatArray
    year_deflator: FloatArray
    paths: int
    years: int

    def yearly(self, values: FloatArray) -> FloatArray:
        """Sums by calendar year of values by period, shape (S, Q) to (S, Y)."""
        total = np.zeros((self.paths, self.years))
        if self.first.size:
            total[:, self.year] = np.add.reduceat(values, self.first, axis=1)
        return total


def settle(contract: Contract, exposure: Exposure) -> Settlement:
    """Benchmark and covered volume of a contract by settlement period.

    Raises:
        ModelError: the exposure has no price or volume of the product, or the settlement
            period is not one of `PERIOD_MONTHS`.
    """
    price, rate = _product(contract, exposure)
    if contract.settlement_months not in PERIOD_MONTHS:
        found = f"{contract.contract_id}: settlement over {contract.settlement_months:g} months"
        raise ModelError(f"{found}; allowed: {', '.join(str(m) for m in PERIOD_MONTHS)}")
    time = exposure.month_time
    inside = np.flatnonzero((time > contract.start) & (time < contract.end))
    number = exposure.month_number[inside] // int(contract.settlement_months)
    starts = np.flatnonzero(np.diff(number, prepend=-1))
    covered = np.minimum(rate[..., inside] * contract.volume_share, contract.limit_rate) / MONTHS
    year = exposure.year_of_month[inside][starts]
    first = np.flatnonzero(np.diff(year, prepend=-1))
    length = np.diff(np.append(starts, inside.size))
    middle = _summed(time[inside], starts) / np.maximum(length, 1)
    nominal = contract.indexation == "nominal"
    years = exposure.years.astype(np.float64) + 0.5
    return Settlement(
        price=_mean(price[:, inside] * contract.benchmark_share, covered, starts),
        amount=_summed(covered, starts),
        time=middle,
        length=length / MONTHS,
        first=first,
        year=year[first],
        deflator=exposure.deflator(middle) if nominal else np.ones(middle.size),
        year_deflator=exposure.deflator(years) if nominal else np.ones(years.size),
        paths=exposure.paths,
        years=years.size,
    )


def _product(contract: Contract, exposure: Exposure) -> tuple[FloatArray, FloatArray]:
    name = contract.product
    for what, known in (("price", exposure.price), ("volume", exposure.volume_rate)):
        if name not in known:
            found = f"{contract.contract_id}: the exposure has no {what} of {name!r}"
            raise ModelError(f"{found}; it has {', '.join(known) or 'none'}")
    return np.asarray(exposure.price[name], dtype=np.float64), exposure.volume_rate[name]


def _summed(values: FloatArray, starts: IntArray) -> FloatArray:
    if not starts.size:
        return np.zeros((*values.shape[:-1], 0))
    return np.asarray(np.add.reduceat(values, starts, axis=-1))


def _mean(price: FloatArray, covered: FloatArray, starts: IntArray) -> FloatArray:
    """Volume-weighted mean price by period; the plain one where nothing is covered."""
    if starts.size == price.shape[1]:
        return price
    weight = np.maximum(covered, _TINY)
    return np.asarray(_summed(price * weight, starts) / _summed(weight, starts))


def leg_payments(leg: Leg, contract: Contract, settled: Settlement) -> FloatArray:
    """What a leg pays to the producer by year, shape (S, Y) [million USD].

    Strike in period q: K (1 + g)^(t_q - start) times the deflator; the yearly limit holds for
    the sum of the year.
    """
    growth = (1.0 + leg.escalation_rate) ** (settled.time - contract.start)
    strike = leg.strike * growth * settled.deflator
    gap = strike - settled.price if leg.right == "put" else settled.price - strike
    np.maximum(gap, 0.0, out=gap)
    gap *= _leg_amount(leg, settled, strike) * (leg.share / KG_PER_TONNE)
    if leg.from_time > -math.inf:
        gap *= settled.time > leg.from_time
    yearly = settled.yearly(gap)
    if leg.yearly_limit < math.inf:
        np.minimum(yearly, leg.yearly_limit * settled.year_deflator, out=yearly)
    return leg.sign * yearly


def _leg_amount(leg: Leg, settled: Settlement, strike: FloatArray) -> FloatArray:
    """Volume of a leg by period, shape (Q,) or (S, Q) [t]."""
    amount = settled.amount
    if leg.limit_rate < math.inf:
        amount = np.minimum(amount, leg.limit_rate * settled.length)
    if leg.yearly_budget < math.inf:
        money = leg.yearly_budget * settled.deflator * settled.length
        dear = np.maximum(settled.price, np.maximum(strike, _TINY))
        amount = np.minimum(amount, money / dear * KG_PER_TONNE)
    return amount
