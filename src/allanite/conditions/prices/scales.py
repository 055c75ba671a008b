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


def draw_common(grid: Grid, chains: Chains, news: CommonNews, generator: Generator) -> None:
    """Draw the common level: precision L L', mean (L L')^-1 b, plus L'^-1 of standard normals."""
    drift = (news.weight @ residual(grid, chains, common=False)[..., None])[..., 0]
    noise = generator.standard_normal(drift.shape)
    half = np.linalg.solve(news.factor, drift[..., None]) + noise[..., None]
    upper = np.swapaxes(news.factor, 1, 2)
    chains.common = np.asarray(np.linalg.solve(upper, half)[..., 0], np.float64)


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
        members = chains.load[:, group == GROUP_OF_OXIDE, COMMON]
        chains.common_mean[:, group] = _walk_mean(
            members, chains.common_mean[:, group], "common_load", generator
        )
        members = chains.load[:, group == GROUP_OF_OXIDE, JUMP]
        chains.jump_mean[:, group] = _walk_mean(
            members, chains.jump_mean[:, group], "jump_load", generator
        )
    chains.dumping_mean = _walk_mean(
        chains.load[..., DUMPING], chains.dumping_mean, "dumping_load", generator
    )


def draw_jump_scale(chains: Chains, generator: Generator) -> None:
    """Make all jumps larger and all jump loads smaller by one factor, or the other way round.

    The quotes do not notice; the priors do. Jacobian: factor to the number of jumps less that
    of the loads and their means.
    """
    step = 0.2 * generator.standard_normal(chains.reversion.shape)
    factor = np.exp(step)[:, None]
    load = chains.load.copy()
    load[..., JUMP] /= factor
    mean, jumps = chains.jump_mean / factor, chains.jumps * factor
    loads = load.shape[1] + len(GROUPS)
    rise = _jump_density(load, mean, jumps) + ((jumps > 0).sum(1) - loads) * step
    rise -= _jump_density(chains.load, chains.jump_mean, chains.jumps)
    allowed = (chains.spike * factor).max(1) <= SPIKE_LIMIT
    accepted = (np.log(generator.random(step.shape)) < rise) & allowed
    for name, value in (("load", load), ("jump_mean", mean), ("jumps", jumps)):
        chains.keep(accepted, name, value)


def _jump_density(load: FloatArray, mean: FloatArray, jumps: FloatArray) -> FloatArray:
    """Log prior of jump loads, their mean and the sizes of jumps, shape (C,)."""
    groups = [
        _mean_density(load[:, g == GROUP_OF_OXIDE, JUMP], mean[:, g], "jump_load")
        for g in range(len(GROUPS))
    ]
    return np.asarray(sum(groups) - jumps.sum(1))


def _walk_mean(load: FloatArray, old: FloatArray, name: str, generator: Generator) -> FloatArray:
    """One Metropolis step of the mean of truncated normals, shape (C,)."""
    new = old + 0.5 * PRIORS[name].second * generator.standard_normal(old.shape)
    tried = np.maximum(new, 1e-12)
    rise = _mean_density(load, tried, name) - _mean_density(load, old, name)
    accepted = (new > 0) & (np.log(generator.random(old.shape)) < rise)
    return np.where(accepted, new, old)


def _mean_density(load: FloatArray, mean: FloatArray, name: str) -> FloatArray:
    """Log density of loads cut at 0 about their mean, and of the mean, shape (C,)."""
    prior, sd = PRIORS[f"{name}_mean"], PRIORS[name].second
    part = -0.5 * ((load - mean[:, None]) / sd) ** 2 - log_ndtr(mean / sd)[:, None]
    return np.asarray(part.sum(1) - 0.5 * ((mean - prior.first) / prior.second) ** 2)


def draw_own(grid: Grid, chains: Chains, own: OwnNews, generator: Generator) -> OwnNews:
    """Steps of own volatilities, their reversion and the error scale, given the common level."""
    rest = np.zeros((chains.reversion.size, *grid.log_price.shape))
    rest[:, grid.oxide, grid.row] = residual(grid, chains, common=True)
    fit = _own_fit(own, rest)
    own, fit = _step_volatility(grid, chains, rest, (own, fit), generator)
    _draw_own_median(chains, generator)
    for name, size in (("own_reversion", 0.5), ("error_scale", 0.1), ("own_reversion", 0.25)):
        own, fit = _step_own(grid, chains, rest, (own, fit), (name, size), generator)
    return own


def _own_fit(own: OwnNews, rest: FloatArray) -> FloatArray:
    """Log likelihood by oxide, shape (C, E)."""
    square = ((own.precision @ rest[..., None])[..., 0] * rest).sum(-1)
    return np.asarray(-0.5 * (square + own.log_det))


def _step_volatility(
    grid: Grid,
    chains: Chains,
    rest: FloatArray,
    now: tuple[OwnNews, FloatArray],
    generator: Generator,
) -> tuple[OwnNews, FloatArray]:
    """A step of all volatilities at once, each accepted by itself."""
    proposed = chains.own * np.exp(0.4 * generator.standard_normal(chains.own.shape))
    news = own_news(grid, chains, proposed)
    fit = _own_fit(news, rest)
    sd, middle = PRIORS["own_volatility"].second, np.log(chains.own_median)[:, None]
    prior = [-0.5 * ((np.log(value) - middle) / sd) ** 2 for value in (proposed, chains.own)]
    accepted = np.log(generator.random(fit.shape)) < fit + prior[0] - now[1] - prior[1]
    chains.keep(accepted, "own", proposed)
    return _chosen(accepted, news, now[0]), np.where(accepted, fit, now[1])


def _step_own(
    grid: Grid,
    chains: Chains,
    rest: FloatArray,
    now: tuple[OwnNews, FloatArray],
    what: tuple[str, float],
    generator: Generator,
) -> tuple[OwnNews, FloatArray]:
    """A step of one number that all oxides share; own volatilities go with their reversion."""
    name, size = what
    old, own = getattr(chains, name), chains.own
    step = size * generator.standard_normal(old.shape)
    setattr(chains, name, old * np.exp(step))
    prior = _walk(name, old * np.exp(step)) - _walk(name, old)
    if name == "own_reversion":
        chains.own = own * np.exp(0.5 * step)[:, None]
        sd, middle = PRIORS["own_volatility"].second, np.log(chains.own_median)[:, None]
        about = [((np.log(value) - middle) / sd) ** 2 for value in (chains.own, own)]
        prior = prior - 0.5 * (about[0] - about[1]).sum(1)
    news = own_news(grid, chains, chains.own)
    fit = _own_fit(news, rest)
    accepted = np.log(generator.random(old.shape)) < (fit - now[1]).sum(1) + prior
    chains.keep(~accepted, name, old)
    chains.keep(~accepted, "own", own)
    wide = np.broadcast_to(accepted[:, None], fit.shape)
    return _chosen(wide, news, now[0]), np.where(wide, fit, now[1])


def _chosen(accepted: BoolArray, new: OwnNews, old: OwnNews) -> OwnNews:
    """By chain and oxide, the news of where it went or of where it stayed."""
    precision = np.where(accepted[..., None, None], new.precision, old.precision)
    return OwnNews(precision, np.where(accepted, new.log_det, old.log_det))


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


def draw_reversion(grid: Grid, chains: Chains, news: News, generator: Generator) -> News:
    """One step of the reversion of the common level, which is integrated out.

    Raising it alone would shrink the spread of the level; common loads are scaled with it, which
    the odds account for by their Jacobian.
    """
    old, load = chains.reversion, chains.load
    step = 0.4 * generator.standard_normal(old.shape)
    before = news.fit + _reversion_prior(grid, chains)
    chains.reversion, chains.load = old * np.exp(step), load.copy()
    chains.load[..., COMMON] *= np.exp(0.5 * step)[:, None]
    moved = all_news(grid, chains)
    after = moved.fit + _reversion_prior(grid, chains) + load.shape[1] * 0.5 * step
    accepted = np.log(generator.random(old.shape)) < after - before
    chains.keep(~accepted, "reversion", old)
    chains.keep(~accepted, "load", load)
    return _merged(accepted, moved, news)


def _reversion_prior(grid: Grid, chains: Chains) -> FloatArray:
    """Log prior of the reversion and the common loads, shape (C,)."""
    center, sd = load_center(chains, grid)
    common = (chains.load[..., COMMON] - center[..., COMMON]) / sd[COMMON]
    return np.asarray(_walk("reversion", chains.reversion) - 0.5 * (common**2).sum(1))


def _walk(name: str, value: FloatArray) -> FloatArray:
    """Log density of a lognormal prior in the logarithm it walks in."""
    prior = PRIORS[name]
    return np.asarray(-0.5 * (np.log(value / prior.first) / prior.second) ** 2)


def draw_decay(grid: Grid, chains: Chains, precision: FloatArray, generator: Generator) -> None:
    """One step of the speed at which spikes decay; covariances do not depend on it."""
    old = chains.spike_decay
    step = 0.3 * generator.standard_normal(old.shape)
    before = _decay_density(grid, chains, precision)
    chains.spike_decay = old * np.exp(step)
    after = _decay_density(grid, chains, precision)
    after = np.where(chains.spike.max(1) <= SPIKE_LIMIT, after, -np.inf)
    chains.keep(np.log(generator.random(old.shape)) >= after - before, "spike_decay", old)


def _decay_density(grid: Grid, chains: Chains, precision: FloatArray) -> FloatArray:
    fit = quadratic(precision, residual(grid, chains, common=False))
    return -0.5 * fit + _walk("spike_decay", chains.spike_decay)


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
