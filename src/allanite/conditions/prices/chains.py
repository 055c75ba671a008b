"""Where chains of a Gibbs sampler stand, and what the quotes say there.

Chains run side by side: every array leads with the chain. Own levels of the oxides are never
drawn while the chains run: they are integrated out, and so is the common level where times of
jumps and spells are drawn, so that the two do not block one another.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.random import Generator

from allanite.axis import BoolArray, FloatArray
from allanite.conditions.prices.dynamics import SPIKE_LIMIT, decayed, glut_of, ou_precision
from allanite.conditions.prices.grid import QUARTER, Grid
from allanite.conditions.prices.oxides import GROUP_OF_OXIDE, GROUPS
from allanite.conditions.prices.priors import PRIORS

MEAN, SHIFT, COMMON, JUMP, DUMPING = range(5)  # columns of `load`
LESSER: Final = 14.0  # log units; between likely chains means differ by half as much
LOADS: Final = ("mean", "quota_shift", "common_load", "jump_load", "dumping_load")


@dataclass(slots=True, kw_only=True, eq=False)
class Chains:
    """C chains, E oxides, Q quarters.

    Attributes:
        reversion: of the common level, own_reversion: of own ones, shape (C,) [1/yr].
        spike_decay: shape (C,) [1/yr]; error_scale: shape (C,) [1].
        own: volatility of the own level, shape (C, E) [1/yr^0.5]; own_median: shape (C,).
        load: mean, quota shift, common, jump and dumping load, shape (C, E, 5).
        common_mean, jump_mean: of loads by group, shape (C, 2); dumping_mean: shape (C,).
        jumps: size of the jump of a quarter, 0 where there is none, shape (C, Q).
        dumping: 1 in a spell, shape (C, Q).
        jump_chance, entry, leave: by quarter, shape (C,) [1].
        common: common level of unit diffusion, shape (C, Q).
    """

    reversion: FloatArray
    own_reversion: FloatArray
    spike_decay: FloatArray
    error_scale: FloatArray
    own: FloatArray
    own_median: FloatArray
    load: FloatArray
    common_mean: FloatArray
    jump_mean: FloatArray
    dumping_mean: FloatArray
    jumps: FloatArray
    dumping: FloatArray
    jump_chance: FloatArray
    entry: FloatArray
    leave: FloatArray
    common: FloatArray

    @property
    def spike(self) -> FloatArray:
        """Sum of decayed jumps, shape (C, Q)."""
        return decayed(self.jumps, self.spike_decay, QUARTER)

    @property
    def glut(self) -> FloatArray:
        """Approach to the dumped mean, shape (C, Q)."""
        return glut_of(self.dumping, self.reversion, QUARTER)

    def keep(self, accepted: BoolArray, name: str, value: FloatArray) -> None:
        """Take proposed values where accepted, by chain (or chain and oxide)."""
        old = getattr(self, name)
        mask = accepted.reshape(accepted.shape + (1,) * (old.ndim - accepted.ndim))
        setattr(self, name, np.where(mask, value, old))


def start_chains(grid: Grid, count: int, generator: Generator) -> Chains:
    """Chains scattered over the priors."""
    oxides, quarters = grid.center.size, grid.quarters

    def spread(name: str, *shape: int) -> FloatArray:
        prior = PRIORS[name]
        return prior.first * np.exp(prior.second * generator.standard_normal((count, *shape)))

    load = _start_loads(grid, count, generator)
    jumps = np.zeros((count, quarters))
    jumps[np.arange(count), _peak(grid) - generator.integers(4, size=count)] = generator.uniform(
        1, SPIKE_LIMIT, count
    )
    return Chains(
        reversion=spread("reversion"),
        own_reversion=spread("own_reversion"),
        spike_decay=spread("spike_decay"),
        error_scale=spread("error_scale"),
        own=0.25 * np.exp(0.4 * generator.standard_normal((count, oxides))),
        own_median=np.full(count, 0.25),
        load=load,
        common_mean=np.full((count, len(GROUPS)), 0.25),
        jump_mean=np.full((count, len(GROUPS)), 0.7),
        dumping_mean=np.full(count, 0.4),
        jumps=jumps,
        dumping=(generator.random((count, 1)) < 0.3) * np.ones((count, quarters)),
        jump_chance=np.full(count, 0.03),
        entry=np.full(count, 0.05),
        leave=np.full(count, 0.08),
        common=np.zeros((count, quarters)),
    )


def _start_loads(grid: Grid, count: int, generator: Generator) -> FloatArray:
    """Loads scattered about their priors, shape (C, E, 5); the common level starts small."""
    oxides = grid.center.size
    load = np.empty((count, oxides, len(LOADS)))
    load[..., MEAN] = grid.center + 0.3 * generator.standard_normal((count, oxides))
    load[..., SHIFT] = 0.3 * generator.standard_normal((count, oxides))
    load[..., COMMON] = generator.uniform(0.02, 0.1, (count, oxides))
    load[..., JUMP] = generator.uniform(0.3, 1.2, (count, oxides))
    load[..., DUMPING] = generator.uniform(0.1, 0.6, (count, oxides))
    return load


def _peak(grid: Grid) -> int:
    """Quarter in which quotes stand highest over the mean of their oxide since 2018; 3 or later.

    A chain that starts without the highest spike takes hundreds of rounds to find it.
    """
    above = (grid.log_price - grid.center[:, None])[grid.oxide, grid.row]
    short = grid.flat_read * (grid.flat_read > 0.49)  # averages of a year tell no quarter
    seen = short.sum(0)
    mean = np.where(seen > 0, above @ short / np.maximum(seen, 1), -np.inf)
    return max(int(np.argmax(mean)), 3) if (seen > 0).any() else 3


def leave_lesser(chains: Chains, fit: FloatArray) -> None:
    """Go on from the likeliest chain where a chain lies far below it.

    Spikes and the common level can swap roles: spikes for magnets, the level for the other oxides.
    That tells the quotes some twenty log units worse, a chance of less than one in a million, and
    a chain may take a thousand rounds to leave it.

    Args:
        chains: moved in place.
        fit: mean log likelihood of late rounds, shape (C,).
    """
    best = int(np.argmax(fit))
    lesser = fit < fit[best] - LESSER
    for field in fields(chains):
        values = getattr(chains, field.name)
        values[lesser] = values[best]


def load_center(chains: Chains, grid: Grid) -> tuple[FloatArray, FloatArray]:
    """Prior mean, shape (C, E, 5), and sd, shape (5,), of the loads."""
    center = np.zeros_like(chains.load)
    center[..., MEAN] = grid.center
    center[..., COMMON] = chains.common_mean[:, GROUP_OF_OXIDE]
    center[..., JUMP] = chains.jump_mean[:, GROUP_OF_OXIDE]
    center[..., DUMPING] = chains.dumping_mean[:, None]
    return center, np.array([PRIORS[name].second for name in LOADS])


@dataclass(frozen=True, slots=True, eq=False)
class OwnNews:
    """Quotes of each oxide with its own level integrated out.

    Attributes:
        precision: of the rows, shape (C, E, N, N); log_det: of their covariance, shape (C, E).
    """

    precision: FloatArray
    log_det: FloatArray


def own_news(grid: Grid, chains: Chains, own: FloatArray) -> OwnNews:
    """Covariance of quotes by oxide, of own level and error, inverted.

    Args:
        grid: the quotes.
        chains: whose own reversion and error scale are taken.
        own: volatility of own levels, shape (C, E): where the chains stand or where they may go.
    """
    oxides, rows = grid.log_price.shape
    reversion, error_scale = chains.own_reversion, chains.error_scale
    lag = np.exp(-reversion[:, None] * QUARTER * np.arange(grid.quarters))
    level = (lag / (2 * reversion[:, None])) @ grid.pairs.T
    covariance = level.reshape(-1, oxides, rows, rows) * own[..., None, None] ** 2
    at = np.arange(rows)
    covariance[..., at, at] += error_scale[:, None, None] ** 2 * grid.variance + grid.padding
    log_det: FloatArray = np.linalg.slogdet(covariance)[1]
    return OwnNews(np.asarray(np.linalg.inv(covariance), np.float64), log_det)


@dataclass(frozen=True, slots=True, eq=False)
class CommonNews:
    """What the quotes say of the common level.

    Attributes:
        weight: of the quotes' residuals in its drift, shape (C, Q, n).
        factor: lower Cholesky factor of its precision, shape (C, Q, Q).
        log_det: of all quotes' covariance with both levels integrated out, shape (C,).
        precision: of all quotes' residuals with both integrated out, shape (C, n, n).
    """

    weight: FloatArray
    factor: FloatArray
    log_det: FloatArray
    precision: FloatArray


def common_news(grid: Grid, chains: Chains, own: OwnNews) -> CommonNews:
    """Integrate the common level out by the matrix inversion lemma."""
    flat = grid.flat_read
    load = chains.load[..., COMMON]
    block = _flat_precision(grid, own)
    loaded = flat[None] * load[:, grid.oxide][:, :, None]  # (C, n, Q)
    weight = np.swapaxes(loaded, 1, 2) @ block
    prior, prior_log_det = ou_precision(chains.reversion, grid.quarters, QUARTER)
    factor: FloatArray = np.asarray(np.linalg.cholesky(prior + weight @ loaded), np.float64)
    half = np.linalg.solve(factor, weight)
    log_det = 2 * np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(1)
    return CommonNews(
        weight=weight,
        factor=factor,
        log_det=own.log_det.sum(1) + log_det - prior_log_det,
        precision=block - np.swapaxes(half, 1, 2) @ half,
    )


def _flat_precision(grid: Grid, own: OwnNews) -> FloatArray:
    """Precision by quote, shape (C, n, n): blocks of the oxides."""
    count = grid.oxide.size
    found = np.zeros((own.precision.shape[0], count, count))
    same = grid.oxide[:, None] == grid.oxide[None, :]
    a, b = np.nonzero(same)
    found[:, a, b] = own.precision[:, grid.oxide[a], grid.row[a], grid.row[b]]
    return found


def residual(grid: Grid, chains: Chains, *, common: bool) -> FloatArray:
    """Log price less what the loads explain, shape (C, n), with or without the common level."""
    load = chains.load[:, grid.oxide]  # (C, n, 5)
    flat = grid.flat_read.T
    found = grid.log_price[grid.oxide, grid.row] - load[..., MEAN]
    found = found - load[..., SHIFT] * (grid.quota @ flat)
    found -= load[..., JUMP] * (chains.spike @ flat) - load[..., DUMPING] * (chains.glut @ flat)
    return found - load[..., COMMON] * (chains.common @ flat) if common else found


def quadratic(precision: FloatArray, rest: FloatArray) -> FloatArray:
    """Rest' precision rest by chain, shape (C,)."""
    return np.asarray(np.einsum("cn,cn->c", (precision @ rest[..., None])[..., 0], rest))
