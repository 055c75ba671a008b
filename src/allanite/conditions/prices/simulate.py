"""Paths of prices, a block at a time, month by month, in single precision.

Blocks are independent: each has a seed of its own, so that any number of threads gives the same
bytes. Within a block all paths step together; memory is that of the blocks in work.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.random import Generator, SeedSequence

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.conditions.prices.dynamics import SPIKE_LIMIT, monthly_chance, step_moments
from allanite.conditions.prices.grid import quota_profile
from allanite.conditions.prices.outside import APPROACH, LIMIT, SPELL_SPREAD, OutsideDraws
from allanite.conditions.prices.oxides import OXIDE_AXIS
from allanite.conditions.prices.paths import PricePaths, SingleArray
from allanite.conditions.prices.state import Parameters, PriceState

MONTH = 1 / 12  # [yr]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """What to simulate: parameters, state, premium, limit, first month, how far it lies ahead."""

    parameters: Parameters
    state: PriceState
    outside: OutsideDraws
    limit: FloatArray
    start: date
    ahead: int
    months: int

    @property
    def quota(self) -> FloatArray:
        """1 while export quotas stood, by month from the first after the state, [1]."""
        month = self.state.month + 1 + np.arange(self.ahead - 1 + self.months)
        return quota_profile((month - 1) / 3)


def run_blocks(plan: Plan, seed: int, paths: int, block: int, workers: int) -> Iterator[PricePaths]:
    """Blocks in order, at most `workers` of them in work."""
    starts = range(0, paths, block)
    seeds = iter(SeedSequence(seed).spawn(len(starts)))
    order = np.random.default_rng(seed).permutation(plan.parameters.reversion.size)
    work = ((s, order[np.arange(s, min(s + block, paths)) % order.size]) for s in starts)
    if workers == 1:
        for _, draw in work:
            yield simulate_block(plan, draw, next(seeds))
        return
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[PricePaths]] = deque()
        for _, draw in work:
            waiting.append(pool.submit(simulate_block, plan, draw, next(seeds)))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def simulate_block(plan: Plan, draw: IntArray, seed: SeedSequence) -> PricePaths:
    """Paths that use the draws at some positions, shape (B,)."""
    generator = np.random.default_rng(seed)
    level, premium = _Level(plan, draw), _Premium(plan, draw)
    shape = (plan.months, draw.size, len(OXIDE_AXIS))
    price, outside = np.empty(shape, np.float32), np.empty(shape, np.float32)
    shifted = plan.parameters.quota_shift[draw]
    first, limit = plan.ahead - 1, _single(plan.limit)
    for t, quota in enumerate(plan.quota):
        log_price = level.step(generator)
        if quota > 1e-6:
            log_price = log_price + (shifted * quota).astype(np.float32)
        log_premium = premium.step(generator)
        if t >= first:
            np.minimum(log_price, limit, out=price[t - first])
            np.exp(price[t - first], out=price[t - first])
            np.exp(log_premium, out=outside[t - first])
            outside[t - first] *= price[t - first]
    for array in (price, outside):
        array.setflags(write=False)
    return PricePaths(
        oxides=OXIDE_AXIS,
        start=plan.start,
        price=price.swapaxes(0, 1),
        outside=outside.swapaxes(0, 1),
    )


def _single(array: FloatArray) -> SingleArray:
    return np.ascontiguousarray(array, dtype=np.float32)


class _Level:
    """Log prices of a block as they step; a builder that is thrown away."""

    def __init__(self, plan: Plan, draw: IntArray) -> None:
        p, s = plan.parameters, plan.state
        own_kept, own_sd = step_moments(p.own_reversion[draw], MONTH)
        self.own_kept, self.own = _single(own_kept[:, None]), _single(own_sd[:, None] * p.own[draw])
        self.kept, self.sd = step_moments(p.reversion[draw], MONTH)
        self.common, self.load = s.common[draw], _single(p.common_load[draw])
        self.mean, self.dumped = _single(p.mean[draw]), _single(p.dumping_load[draw])
        self.jump = _single(p.jump_load[draw])
        self.spike_kept = np.exp(-p.spike_decay[draw] * MONTH)
        self.jump_chance = -np.expm1(np.log1p(-p.jump_chance[draw]) / 3)
        self.entry, self.leave = monthly_chance(p.entry[draw], p.leave[draw])
        self.level, self.noise = _single(s.level[draw]), np.empty_like(self.own)
        self.spike, self.glut = s.spike[draw], s.glut[draw]
        self.dumping = s.dumping[draw] > 0

    def step(self, generator: Generator) -> SingleArray:
        """Log prices a month on, shape (B, E)."""
        count = self.spike.size
        generator.standard_normal(dtype=np.float32, out=self.noise)
        self.noise *= self.own
        self.level *= self.own_kept
        self.level += self.noise
        self.common = self.common * self.kept + self.sd * generator.standard_normal(count)
        self._jump(generator, count)
        found = self.level + self.mean
        np.multiply(self.load, _single(self.common[:, None]), out=self.noise)
        found += self.noise
        np.multiply(self.jump, _single(self.spike[:, None]), out=self.noise)
        found += self.noise
        np.multiply(self.dumped, _single(self.glut[:, None]), out=self.noise)
        found -= self.noise
        return found

    def _jump(self, generator: Generator, count: int) -> None:
        """Spikes decay and jump; spells begin and end, and the mean follows them."""
        chance = generator.random((2, count))
        self.spike *= self.spike_kept
        jumped = np.flatnonzero(chance[0] < self.jump_chance)
        self.spike[jumped] += generator.standard_exponential(jumped.size)
        np.minimum(self.spike, SPIKE_LIMIT, out=self.spike)
        self.dumping ^= chance[1] < np.where(self.dumping, self.leave, self.entry)
        self.glut += (1 - self.kept) * (self.dumping - self.glut)


class _Premium:
    """Log premiums of a block as they step; a builder that is thrown away."""

    def __init__(self, plan: Plan, draw: IntArray) -> None:
        o = plan.outside
        self.size, self.calm = o.size[draw], _single(o.calm[draw][:, None])
        self.uncovered, self.light_chance = o.uncovered[draw], o.light_chance[draw]
        self.entry, self.leave, self.always = o.entry[draw], o.leave[draw], o.always
        self.approach = np.float32(-np.expm1(-APPROACH * MONTH))
        self.biting = np.full(draw.size, plan.state.biting)
        self.target = np.zeros(self.size.shape, dtype=np.float32)
        if plan.state.biting:
            self._aim(self.biting, np.zeros(draw.size, dtype=np.bool_), np.ones(draw.size))
        self.level = self.target.copy()

    def step(self, generator: Generator) -> SingleArray:
        """Log premiums a month on, shape (B, E)."""
        chance = generator.random((2, self.biting.size))
        turned = chance[0] < np.where(self.biting, self.leave, self.entry)
        began, ended = turned & ~self.biting, turned & self.biting
        self.biting = self.biting ^ turned
        spread = np.exp(SPELL_SPREAD * generator.standard_normal(self.biting.size))
        self._aim(began, chance[1] < self.light_chance, spread)
        self.target[ended] = 0.0
        self.level += self.approach * (self.target - self.level)
        return self.level + self.calm

    def _aim(self, where: BoolArray, light: BoolArray, spread: FloatArray) -> None:
        """Set the log premium that paths go to as a spell begins."""
        at = np.flatnonzero(where)
        covered = self.always[None, :] | light[at, None]
        size = np.where(covered, self.size[at], self.uncovered[at, None]) * spread[at, None]
        self.target[at] = np.minimum(size, LIMIT - self.calm[at])
