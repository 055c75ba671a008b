"""Draws of loads, volatilities, speeds and chances, given the times of jumps and spells."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.random import Generator
from scipy.special import log_ndtr, ndtr, ndtri

from allanite.axis import BoolArray, FloatArray
from allanite.conditions.prices.chains import (
    COMMON,
    DUMPING,
    JUMP,
    LOADS,
    MEAN,
    SHIFT,
    Chains,
    CommonNews,
    OwnNews,
    common_news,
    load_center,
    own_news,
    quadratic,
    residual,
)
from allanite.conditions.prices.dynamics import SPIKE_LIMIT
from allanite.conditions.prices.grid import Grid
from allanite.conditions.prices.oxides import GROUP_OF_OXIDE, GROUPS
from allanite.conditions.prices.priors import PRIORS
from allanite.conditions.prices.times import spell_counts

_SWEEPS = 3  # of the five loads of an oxide, one after the other
_STEP = {"reversion": 0.3, "own_reversion": 0.3, "spike_decay": 0.3, "error_scale": 0.15}


def draw_common(grid: Grid, chains: Chains, news: CommonNews, generator: Generator) -> None:
    """Draw the common level: precision L L', mean (L L')^-1 b, plus L'^-1 of standard normals."""
    drift = (news.weight @ residual(grid, chains, common=False)[..., None])[..., 0]
    noise = generator.standard_normal(drift.shape)
    half = np.linalg.solve(news.factor, drift[..., None]) + noise[..., None]
    chains.common = np.linalg.solve(np.swapaxes(news.factor, 1, 2), half)[..., 0]


def draw_loads(grid: Grid, chains: Chains, own: OwnNews, generator: Generator) -> None:
    """Draw the five loads of each oxide one after the other; three of them are never below 0."""
    columns = _columns(grid, chains)
    center, sd = load_center(chains, grid)
    weighted = np.swapaxes(columns, -1, -2) @ own.precision
    precision = weighted @ columns + np.diag(sd**-2)
    drift = (weighted @ grid.log_price[..., None])[..., 0] + center / sd**2
    load = chains.load.copy()
    for _ in range(_SWEEPS):
        for j in range(len(LOADS)):
            spread = precision[..., j, j] ** -0.5
            others = (precision[..., j, :] * load).sum(-1) - precision[..., j, j] * load[..., j]
            middle = (drift[..., j] - others) * spread**2
            load[..., j] = (
                middle + spread * generator.standard_normal(middle.shape)
                if j in (MEAN, SHIFT)
                else positive_normal(middle, spread, generator)
            )
    chains.load = load


def _columns(grid: Grid, chains: Chains) -> FloatArray:
    """What each load multiplies, by row, shape (C, E, N, 5)."""
    series = {COMMON: chains.common, JUMP: chains.spike, DUMPING: -chains.glut}
    count = chains.reversion.size
    found = np.empty((count, *grid.log_price.shape, len(LOADS)))
    found[..., MEAN] = grid.read.sum(-1)
    found[..., SHIFT] = grid.read @ grid.quota
    for j, values in series.items():
        found[..., j] = np.moveaxis(grid.read @ values.T, -1, 0)
    return found


def positive_normal(middle: FloatArray, spread: FloatArray, generator: Generator) -> FloatArray:
    """Draws of normals that are above 0, by their distribution function.

    Far below 0 the tail is exponential with rate -middle / spread^2.
    """
    below = ndtr(-middle / spread)
    chance = below + (1 - below) * generator.random(middle.shape)
    normal = middle + spread * ndtri(np.minimum(chance, 1 - 1e-16))
    tail = generator.standard_exponential(middle.shape) * spread**2 / np.maximum(-middle, 1e-300)
    return np.maximum(np.where(middle < -6 * spread, tail, normal), 0.0)


def draw_group_means(chains: Chains, generator: Generator) -> None:
    """Draw the means that loads of a group share, by one random walk step each."""
    for group in range(len(GROUPS)):
        members = chains.load[:, GROUP_OF_OXIDE == group, COMMON]
        chains.common_mean[:, group] = _walk_mean(
            members, chains.common_mean[:, group], "common_load", generator
        )
    for name, column in (("jump", JUMP), ("dumping", DUMPING)):
        old = getattr(chains, f"{name}_mean")
        new = _walk_mean(chains.load[..., column], old, f"{name}_load", generator)
        setattr(chains, f"{name}_mean", new)


def _walk_mean(load: FloatArray, old: FloatArray, name: str, generator: Generator) -> FloatArray:
    """One Metropolis step of the mean of truncated normals, shape (C,)."""
    prior, sd = PRIORS[f"{name}_mean"], PRIORS[name].second

    def log_density(mean: FloatArray) -> FloatArray:
        part = -0.5 * ((load - mean[:, None]) / sd) ** 2 - log_ndtr(mean / sd)[:, None]
        return np.asarray(part.sum(1) - 0.5 * ((mean - prior.first) / prior.second) ** 2)

    new = old + 0.5 * sd * generator.standard_normal(old.shape)
    rise = np.where(new > 0, log_density(new) - log_density(old), -np.inf)
    return np.where(np.log(generator.random(old.shape)) < rise, new, old)


def draw_own(grid: Grid, chains: Chains, own: OwnNews, generator: Generator) -> OwnNews:
    """One step of the own volatilities, all oxides at once, and a draw of their median."""
    rest = np.zeros((chains.reversion.size, *grid.log_price.shape))
    rest[:, grid.oxide, grid.row] = residual(grid, chains, common=True)
    proposed = chains.own * np.exp(0.4 * generator.standard_normal(chains.own.shape))
    news = own_news(grid, chains, proposed)
    sd = PRIORS["own_volatility"].second
    middle = np.log(chains.own_median)[:, None]

    def log_density(found: OwnNews, value: FloatArray) -> FloatArray:
        fit = np.einsum("ceni,cen,cei->ce", found.precision, rest, rest)
        prior = ((np.log(value) - middle) / sd) ** 2
        return np.asarray(-0.5 * (fit + found.log_det + prior))

    rise = log_density(news, proposed) - log_density(own, chains.own)
    accepted = np.log(generator.random(rise.shape)) < rise
    chains.keep(accepted, "own", proposed)
    _draw_own_median(chains, generator)
    kept = np.where(accepted[..., None, None], news.precision, own.precision)
    return OwnNews(kept, np.where(accepted, news.log_det, own.log_det))


def _draw_own_median(chains: Chains, generator: Generator) -> None:
    """Normal prior and normal members, in logarithms."""
    prior, sd = PRIORS["own_volatility_median"], PRIORS["own_volatility"].second
    precision = prior.second**-2 + chains.own.shape[1] * sd**-2
    drift = np.log(prior.first) / prior.second**2 + np.log(chains.own).sum(1) / sd**2
    noise = generator.standard_normal(drift.shape) / np.sqrt(precision)
    chains.own_median = np.exp(drift / precision + noise)


@dataclass(frozen=True, slots=True, eq=False)
class News:
    """What the quotes say where chains stand: own levels integrated out, then the common one.

    Attributes:
        own, common: see there; fit: log likelihood with both integrated out, shape (C,).
    """

    own: OwnNews
    common: CommonNews
    fit: FloatArray


def all_news(grid: Grid, chains: Chains) -> News:
    """Integrate both levels out where the chains stand."""
    own = own_news(grid, chains, chains.own)
    common = common_news(grid, chains, own)
    rest = residual(grid, chains, common=False)
    return News(own, common, -0.5 * (quadratic(common.precision, rest) + common.log_det))


def _merged(accepted: BoolArray, new: News, old: News) -> News:
    """By chain, the news of where it went or of where it stayed."""

    def chosen(a: FloatArray, b: FloatArray) -> FloatArray:
        return np.where(accepted.reshape(-1, *(1,) * (a.ndim - 1)), a, b)

    own = [chosen(getattr(new.own, f.name), getattr(old.own, f.name)) for f in fields(OwnNews)]
    common = [
        chosen(getattr(new.common, f.name), getattr(old.common, f.name)) for f in fields(CommonNews)
    ]
    return News(OwnNews(*own), CommonNews(*common), chosen(new.fit, old.fit))


def draw_speed(grid: Grid, chains: Chains, name: str, news: News, generator: Generator) -> News:
    """One step of a reversion or of the error scale, both levels integrated out.

    Raising a reversion alone would shrink the spread of levels; common loads or own volatilities
    are scaled with it, which the odds account for by the Jacobian of the loads.
    """
    old = getattr(chains, name)
    step = _STEP[name] * generator.standard_normal(old.shape)
    before = news.fit + _log_prior(chains, grid)
    saved = (chains.own, chains.load, old)
    setattr(chains, name, old * np.exp(step))
    jacobian = np.zeros_like(step)
    if name == "reversion":
        chains.load = chains.load.copy()
        chains.load[..., COMMON] *= np.exp(0.5 * step)[:, None]
        jacobian = chains.own.shape[1] * 0.5 * step
    if name == "own_reversion":
        chains.own = chains.own * np.exp(0.5 * step)[:, None]
    moved = all_news(grid, chains)
    after = moved.fit + _log_prior(chains, grid) + jacobian
    accepted = np.log(generator.random(old.shape)) < after - before
    for field, value in zip(("own", "load", name), saved, strict=True):
        chains.keep(~accepted, field, value)
    return _merged(accepted, moved, news)


def draw_decay(grid: Grid, chains: Chains, precision: FloatArray, generator: Generator) -> None:
    """One step of the speed at which spikes decay; covariances do not depend on it."""
    old = chains.spike_decay
    step = _STEP["spike_decay"] * generator.standard_normal(old.shape)
    before = _decay_density(grid, chains, precision)
    chains.spike_decay = old * np.exp(step)
    after = _decay_density(grid, chains, precision)
    after = np.where(chains.spike.max(1) <= SPIKE_LIMIT, after, -np.inf)
    chains.keep(np.log(generator.random(old.shape)) >= after - before, "spike_decay", old)


def _decay_density(grid: Grid, chains: Chains, precision: FloatArray) -> FloatArray:
    fit = quadratic(precision, residual(grid, chains, common=False))
    prior = PRIORS["spike_decay"]
    walk = np.log(chains.spike_decay / prior.first) / prior.second
    return np.asarray(-0.5 * (fit + walk**2))


def _log_prior(chains: Chains, grid: Grid) -> FloatArray:
    """Of what a step of a speed may move, in the logarithms it walks in, shape (C,)."""
    total = np.zeros(chains.reversion.shape)
    for name in ("reversion", "own_reversion", "error_scale"):
        prior = PRIORS[name]
        total -= 0.5 * (np.log(getattr(chains, name) / prior.first) / prior.second) ** 2
    ratio = np.log(chains.own / chains.own_median[:, None]) / PRIORS["own_volatility"].second
    center, sd = load_center(chains, grid)
    common = (chains.load[..., COMMON] - center[..., COMMON]) / sd[COMMON]
    return np.asarray(total - 0.5 * (ratio**2).sum(1) - 0.5 * (common**2).sum(1))


def draw_chances(chains: Chains, generator: Generator) -> None:
    """Chances of a jump, and of a spell's begin and end: beta priors, counted quarters."""
    jumped = (chains.jumps > 0).sum(1)
    counts = spell_counts(chains.dumping)
    chains.jump_chance = _beta("jump_chance", jumped, chains.jumps.shape[1] - jumped, generator)
    chains.entry = _beta("dumping_entry", counts[:, 1], counts[:, 0], generator)
    chains.leave = _beta("dumping_exit", counts[:, 2], counts[:, 3], generator)


def _beta(name: str, yes: FloatArray, no: FloatArray, generator: Generator) -> FloatArray:
    prior = PRIORS[name]
    return generator.beta(prior.first + yes, prior.second + no)
