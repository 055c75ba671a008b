"""Quotes drawn from a process whose parameters are known."""

from __future__ import annotations

import numpy as np

from allanite.conditions.prices.dynamics import decayed, step_moments
from allanite.conditions.prices.grid import QUARTER
from allanite.conditions.prices.oxides import OXIDES
from allanite.conditions.prices.quotes import AVERAGE, FIRST_YEAR, POINT, PriceQuotes, Quote

REVERSION, OWN_REVERSION = 0.6, 0.4
COMMON, OWN, JUMP, ERROR = 0.4, 0.2, 0.8, 0.05
LOG_MEAN = 4.0
YEARS = 19


def quote(oxide: str, first: int, last: int, price: float, kind: str = AVERAGE) -> Quote:
    """A quote in money of 2025."""
    year = FIRST_YEAR + first // 4
    return Quote(
        oxide=oxide,
        period=f"{year}" if kind == AVERAGE else f"{year}-Q{first % 4 + 1}",
        kind=kind,
        first=first,
        last=last,
        nominal=price,
        price=price,
        error=ERROR,
        source="drawn",
    )


def drawn_quotes(seed: int) -> PriceQuotes:
    """Averages of every year and a point every two years, with one spike in 2011."""
    generator = np.random.default_rng(seed)
    count = 4 * YEARS
    impulse = np.zeros((1, count))
    impulse[0, 17] = 2.0
    spike = decayed(impulse, np.array([1.0]), QUARTER)[0]
    common = _path(REVERSION, count, generator)
    found = []
    for e, oxide in enumerate(OXIDES):
        own = _path(OWN_REVERSION, count, generator)
        log_price = LOG_MEAN + COMMON * common + OWN * own + JUMP * spike
        for year in range(YEARS):
            mean = log_price[4 * year : 4 * year + 4].mean() + ERROR * generator.normal()
            found.append(quote(oxide, 4 * year, 4 * year + 3, float(np.exp(mean))))
        for q in range(1, count, 8 if e % 2 else 24):  # so that oxides differ in their rows
            price = float(np.exp(log_price[q] + ERROR * generator.normal()))
            found.append(quote(oxide, q, q, price, POINT))
    return PriceQuotes(tuple(found))


def _path(reversion: float, count: int, generator: np.random.Generator) -> np.ndarray:
    kept, sd = step_moments(np.array([reversion]), QUARTER)
    path = np.empty(count)
    path[0] = generator.normal() / np.sqrt(2 * reversion)
    for t in range(1, count):
        path[t] = kept[0] * path[t - 1] + sd[0] * generator.normal()
    return path
