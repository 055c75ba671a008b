"""Mean, tail and error of costs over paths, and the year that may cost most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import beta

from allanite.axis import FloatArray
from allanite.studies.contracts.cash import AnyFloats

LOW: Final = 0.05
HIGH: Final = 0.95
DEAREST: Final = 0.05  # part of the paths whose mean is the tail


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A figure over S paths.

    Attributes:
        mean, low, high: mean, 5th and 95th percentile; tail: mean of the dearest twentieth.
        error: standard error of the mean.
    """

    mean: float
    low: float
    high: float
    tail: float
    error: float


def spread_of(values: FloatArray) -> Spread:
    """Spread of values over paths, shape (S,)."""
    low, high = np.quantile(values, (LOW, HIGH))
    return Spread(
        mean=float(values.mean()),
        low=float(low),
        high=float(high),
        tail=tail_mean(values),
        error=standard_error(values),
    )


def tail_mean(values: FloatArray) -> float:
    """Mean of the dearest twentieth of paths, shape (S,): conditional value at risk at 95 %.

    The path on the edge counts in part, so that twentieths of any number of paths agree.

    Source: Rockafellar and Uryasev (2002), Journal of Banking and Finance 26, eq. 20.
    """
    count = DEAREST * values.size
    whole = int(np.ceil(count))
    largest = np.partition(values, values.size - whole)[values.size - whole :]
    edge = float(largest.min())
    return float((largest.sum() - (whole - count) * edge) / count)


def standard_error(values: FloatArray) -> float:
    """Standard error of the mean over paths, shape (S,); infinite for a single one."""
    if values.size < 2:
        return float("inf")
    return float(values.std(ddof=1) / np.sqrt(values.size))


def worst_year(yearly: AnyFloats) -> int:
    """Position of the year whose 95th percentile is dearest; of yearly costs (S, Y)."""
    return int(np.argmax(np.quantile(yearly, HIGH, axis=0)))


def odds_range(happened: FloatArray, draws: int) -> tuple[float, float]:
    """5th and 95th percentile of odds over the draws of the price process.

    Path s uses draw s mod D of a shuffled list, so each draw has a sample of its own. The
    variance of their shares less that of sampling is the variance of the odds between draws; a
    beta law with that mean and variance gives the ends.

    Args:
        happened: 1 or 0 on each path, in the order of the paths, shape (S,).
        draws: D; with fewer than two paths a draw both ends are the mean.
    """
    mean = float(happened.mean())
    each = happened.size // draws
    if each < 2 or mean in (0.0, 1.0):
        return mean, mean
    shares = happened[: each * draws].reshape(each, draws).mean(axis=0)
    within = float((shares * (1.0 - shares)).mean()) / (each - 1)
    between = float(shares.var()) - within
    room = mean * (1.0 - mean)
    if between <= 0.0:
        return mean, mean
    size = max(room / min(between, 0.999 * room) - 1.0, 1e-3)
    ends = beta.ppf((LOW, HIGH), mean * size, (1.0 - mean) * size)
    return float(ends[0]), float(ends[1])
