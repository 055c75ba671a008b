"""The quarterly grid of a calibration: which quarters each quote averages, with what error.

Rows are padded to the oxide with the most quotes; a padded row reads no quarter. Its variance is
one whatever the error scale, so that it adds nothing to any likelihood.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from allanite.axis import FloatArray, IntArray
from allanite.conditions.prices.oxides import OXIDES
from allanite.conditions.prices.quotes import POINT, PriceQuotes, quarter_of

QUARTER: Final = 0.25  # [yr]
QUOTAS_END: Final = quarter_of(2015, 1)  # export quotas ended in January 2015, taxes in May
CALM_FROM: Final = quarter_of(2018, 1)  # stocks and contracts of the quota years are used up
QUOTA_FADE: Final = 2.0  # [1/yr] stocks bought at old prices last half a year


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid:
    """Quotes as arrays. E oxides, N rows an oxide at most, Q quarters, n quotes.

    Attributes:
        read: weight of each quarter in a row, shape (E, N, Q) [1].
        log_price: shape (E, N) [log USD/kg], 0 where padded.
        variance: error variance of the log price, shape (E, N), 0 where padded.
        padding: 1 where padded, shape (E, N).
        oxide, row: where each quote stands, shape (n,).
        pairs: weight of each distance in quarters between two rows, shape (E * N * N, Q).
        quota: 1 while export quotas stood, then fading, shape (Q,) [1].
        center: mean log quote since 2018, shape (E,).
    """

    read: FloatArray
    log_price: FloatArray
    variance: FloatArray
    padding: FloatArray
    oxide: IntArray
    row: IntArray
    pairs: FloatArray
    quota: FloatArray
    center: FloatArray

    @property
    def quarters(self) -> int:
        """Q."""
        return int(self.read.shape[2])

    @property
    def flat_read(self) -> FloatArray:
        """Weights of quarters by quote, shape (n, Q)."""
        return self.read[self.oxide, self.row]


def build_grid(quotes: PriceQuotes) -> Grid:
    """Arrays of the quotes."""
    oxide = quotes.oxide
    count = np.bincount(oxide, minlength=len(OXIDES))
    row = np.concatenate([np.arange(k) for k in count])
    shape = (len(OXIDES), int(count.max()))
    read = np.zeros((*shape, quotes.quarters))
    log_price, variance = np.zeros(shape), np.zeros(shape)
    for e, n, quote in zip(oxide, row, quotes.quotes, strict=True):
        read[e, n, quote.first : quote.last + 1] = 1 / (quote.last + 1 - quote.first)
        if quote.kind == POINT:
            read[e, n, quote.last] = 1 - quote.share
            read[e, n, quote.first] = quote.share
        log_price[e, n] = np.log(quote.price)
        variance[e, n] = quote.error**2
    return Grid(
        read=read,
        log_price=log_price,
        variance=variance,
        padding=(variance == 0).astype(np.float64),
        oxide=oxide,
        row=row,
        pairs=_pairs(read),
        quota=quota_profile(np.arange(quotes.quarters, dtype=np.float64)),
        center=_center(quotes),
    )


def quota_profile(quarter: FloatArray) -> FloatArray:
    """1 until export quotas ended, then fading, by quarter since the first of 2007."""
    return np.exp(-QUOTA_FADE * QUARTER * np.maximum(quarter - QUOTAS_END + 1, 0))


def _pairs(read: FloatArray) -> FloatArray:
    """Weights of distances between the quarters of two rows of one oxide."""
    oxides, rows, quarters = read.shape
    found = np.zeros((oxides, rows, rows, quarters))
    for e in range(oxides):
        for a in range(rows):
            for i in np.flatnonzero(read[e, a]):
                part = read[e, a, i] * read[e]  # (N, Q): the other row's quarters
                found[e, a, :, : quarters - i] += part[:, i:]
                found[e, a, :, 1 : i + 1] += part[:, :i][:, ::-1]
    return found.reshape(-1, quarters)


def _center(quotes: PriceQuotes) -> FloatArray:
    """Mean log quote since 2018 by oxide; of all quotes where none is so new.

    An oxide without a quote takes the mean of all: its prices then say nothing, see the page.
    """
    logs = np.log([q.price for q in quotes.quotes])
    new = np.array([q.first >= CALM_FROM for q in quotes.quotes])
    found = np.full(len(OXIDES), float(logs.mean()))
    for e in range(len(OXIDES)):
        mine = quotes.oxide == e
        chosen = mine & new if (mine & new).any() else mine
        if chosen.any():
            found[e] = logs[chosen].mean()
    return found
