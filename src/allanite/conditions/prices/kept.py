"""What is kept of a round of the chains: parameters, states, and each quote left out in turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.random import Generator
from scipy.special import ndtr

from allanite.axis import BoolArray, FloatArray
from allanite.conditions.prices.chains import (
    Chains,
    OwnNews,
    common_news,
    own_news,
    residual,
)
from allanite.conditions.prices.grid import QUARTER, Grid
from allanite.conditions.prices.state import Parameters


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kept:
    """Kept draws; stacked, every array leads with the round R and the chain C.

    Attributes:
        parameters: see there.
        level: own, at the last quarter and at the end of 2009, shape (C, 2, E); common, spike,
            glut, dumping: the same, shape (C, 2).
        jumped, dumped: quarters with a jump, in a spell, shape (C, Q).
        foretold: log price of each quote by the others, shape (C, n); quantile: of the quote
            among what they foretell, shape (C, n) [1].
        common_mean, jump_mean: of the groups, shape (C, 2); dumping_mean, own_median: (C,).
    """

    parameters: Parameters
    level: FloatArray
    common: FloatArray
    spike: FloatArray
    glut: FloatArray
    dumping: FloatArray
    jumped: BoolArray
    dumped: BoolArray
    foretold: FloatArray
    quantile: FloatArray
    common_mean: FloatArray
    jump_mean: FloatArray
    dumping_mean: FloatArray
    own_median: FloatArray

    def flat(self, values: FloatArray) -> FloatArray:
        """Draws of all chains in one row, shape (D, ...)."""
        return values.reshape(-1, *values.shape[2:])

    def flat_parameters(self) -> Parameters:
        """Parameters of all chains in one row."""
        values = {f.name: self.flat(getattr(self.parameters, f.name)) for f in fields(Parameters)}
        return Parameters(**values)


def stacked(rounds: Sequence[Kept]) -> Kept:
    """Rounds in order along a new first axis."""

    def joined(items: Sequence[Kept | Parameters], kind: type) -> dict[str, FloatArray]:
        names = [f.name for f in fields(kind) if f.name != "parameters"]
        return {name: np.stack([getattr(item, name) for item in items]) for name in names}

    parameters = Parameters(**joined([k.parameters for k in rounds], Parameters))
    values: dict[str, Any] = joined(rounds, Kept)
    return Kept(parameters=parameters, **values)


def own_level(
    grid: Grid, chains: Chains, own: OwnNews, quarters: Sequence[int], generator: Generator
) -> FloatArray:
    """Draw the own levels at some quarters given the quotes, shape (C, K, E).

    Normal: mean K W r and covariance K_0 - K W K', with K the covariance of quarters and rows.
    """
    rest = np.zeros((chains.reversion.size, *grid.log_price.shape))
    rest[:, grid.oxide, grid.row] = residual(grid, chains, common=True)
    places = np.array(quarters)
    speed = chains.own_reversion[:, None, None]
    apart = np.abs(places[:, None] - np.arange(grid.quarters))
    lag = np.exp(-speed * QUARTER * apart) / (2 * speed)  # (C, K, Q)
    size = chains.own[..., None, None] ** 2
    cross = size * np.einsum("ckq,enq->cekn", lag, grid.read)
    prior = size * lag[:, None, :, places]
    mean = (cross @ own.precision @ rest[..., None])[..., 0]
    covariance = prior - cross @ own.precision @ np.swapaxes(cross, -1, -2)
    factor = np.linalg.cholesky(covariance + 1e-10 * np.eye(places.size))
    noise = generator.standard_normal(mean.shape)
    return np.swapaxes(mean + (factor @ noise[..., None])[..., 0], 1, 2)


def left_out(grid: Grid, chains: Chains) -> tuple[FloatArray, FloatArray]:
    """Log price of each quote foretold by all others, and its quantile there, shape (C, n).

    With precision matrix P and residuals r, a quote given the rest is normal about itself less
    (P r)_i / P_ii with variance 1 / P_ii.

    Source: Sundararajan and Keerthi (2001), Neural Computation 13, predictive approaches.
    """
    precision = common_news(grid, chains, own_news(grid, chains, chains.own)).precision
    drift = (precision @ residual(grid, chains, common=False)[..., None])[..., 0]
    spread = np.diagonal(precision, axis1=1, axis2=2)
    log_price = grid.log_price[grid.oxide, grid.row]
    return log_price - drift / spread, np.asarray(ndtr(drift / np.sqrt(spread)))
