"""The process in formulas: reversion, spikes, dumping, on a grid of equal steps.

    log price = mean + quota_shift * quota + level + jump_load * spike - dumping_load * glut

level: Ornstein-Uhlenbeck; spike: sum of past jump sizes that decay; glut: approaches 1 in a
dumping spell and 0 outside one, at the speed of reversion.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from allanite.axis import FloatArray

SPIKE_LIMIT: Final = 4.0  # mean jumps; beyond it users go without. 2011 came to about three.


def step_moments(reversion: FloatArray, step: float) -> tuple[FloatArray, FloatArray]:
    """What is left after a step, and sd of what a unit diffusion adds to it.

    x(t + step) = x(t) exp(-k step) + sd e, sd^2 = (1 - exp(-2 k step)) / (2 k), e standard normal.

    Source: Glasserman (2004), Monte Carlo Methods in Financial Engineering, eq. 3.45-3.46.

    Args:
        reversion: k [1/yr].
        step: length of a step [yr].
    """
    kept = np.exp(-reversion * step)
    return kept, np.sqrt(-np.expm1(-2 * reversion * step) / (2 * reversion))


def forward_price(
    price: float, mean: float, reversion: float, volatility: float, years: FloatArray
) -> FloatArray:
    """Expected price of an Ornstein-Uhlenbeck log price, by time ahead [USD/kg].

    F = exp(e^{-k t} ln S + (1 - e^{-k t}) m + v^2 (1 - e^{-2 k t}) / (4 k))

    Source: Schwartz (1997), The Stochastic Behavior of Commodity Prices, one-factor model.

    Args:
        price: now [USD/kg].
        mean: long-run log price m.
        reversion: k [1/yr].
        volatility: v [1/yr^0.5].
        years: t, shape (T,).
    """
    kept = np.exp(-reversion * years)
    sd = np.sqrt(-np.expm1(-2 * reversion * years) / (2 * reversion))
    log_mean = kept * np.log(price) + (1 - kept) * mean
    return np.asarray(np.exp(log_mean + 0.5 * (volatility * sd) ** 2))


def decayed(impulse: FloatArray, speed: FloatArray, step: float) -> FloatArray:
    """Sum of past impulses that decay, shape (C, Q): z(t) = z(t-1) e^{-k step} + impulse(t).

    Args:
        impulse: shape (C, Q).
        speed: k, shape (C,) [1/yr].
        step: length of a step [yr].
    """
    growth = np.exp(speed[:, None] * step * np.arange(impulse.shape[1]))  # far below 1e300
    return np.asarray(np.cumsum(impulse * growth, axis=1) / growth)


def glut_of(dumping: FloatArray, speed: FloatArray, step: float) -> FloatArray:
    """Approach of the mean to its dumped level, shape (C, Q): g(t) = g(t-1) a + (1 - a) d(t).

    The first quarter stands in balance with its state.
    """
    drive = (1 - np.exp(-speed * step))[:, None] * dumping
    drive[:, 0] = dumping[:, 0]
    return decayed(drive, speed, step)


def ou_precision(reversion: FloatArray, count: int, step: float) -> tuple[FloatArray, FloatArray]:
    """Precision of a stationary path of unit diffusion, shape (C, Q, Q), and its log determinant.

    Tridiagonal: (1, 1 + a^2, ..., 1) / s^2 on and -a / s^2 beside the diagonal; s^2 (1 - a^2)^-1
    is the stationary variance.
    """
    kept, sd = step_moments(reversion, step)
    scale = 1 / sd**2
    found = np.zeros((reversion.size, count, count))
    at = np.arange(count)
    found[:, at, at] = (scale * (1 + kept**2))[:, None]
    found[:, 0, 0] = found[:, -1, -1] = scale
    found[:, at[1:], at[:-1]] = found[:, at[:-1], at[1:]] = -(scale * kept)[:, None]
    return found, np.log(2 * reversion) + (count - 1) * np.log(scale)


def monthly_chance(entry: FloatArray, leave: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Monthly odds of a two-state chain that has these quarterly ones [1].

    The second eigenvalue of a step is 1 - entry - leave; a month takes its third root.
    """
    share = entry / (entry + leave)
    left = -np.expm1(np.log1p(-(entry + leave)) / 3)
    return share * left, (1 - share) * left
