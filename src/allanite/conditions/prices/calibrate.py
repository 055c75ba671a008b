"""Gibbs sampling of the price process: many chains, kept draws, and their check.

One round draws the speeds, the times of jumps and spells, the common level, the loads of each
oxide and its own volatility, each given the rest. The first part is thrown away; chains that are
still in a far less likely mode by then go on from the likeliest one. One core; the same seed
gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.random import Generator
from threadpoolctl import threadpool_limits

from allanite.axis import FloatArray
from allanite.conditions.prices.chains import (
    COMMON,
    DUMPING,
    JUMP,
    MEAN,
    SHIFT,
    Chains,
    OwnNews,
    leave_lesser,
    residual,
    start_chains,
)
from allanite.conditions.prices.grid import Grid, build_grid
from allanite.conditions.prices.kept import Kept, left_out, own_level, stacked
from allanite.conditions.prices.model import PriceModel
from allanite.conditions.prices.outside import Premium, draw_outside
from allanite.conditions.prices.oxides import OXIDES
from allanite.conditions.prices.quotes import PriceQuotes, quarter_of
from allanite.conditions.prices.scales import (
    all_news,
    draw_chances,
    draw_common,
    draw_decay,
    draw_group_means,
    draw_jump_scale,
    draw_loads,
    draw_own,
    draw_reversion,
)
from allanite.conditions.prices.state import Parameters, PriceState
from allanite.conditions.prices.times import Pull, move_times

CHAINS: Final = 4
ROUNDS: Final = 700
THROWN_AWAY: Final = 200
THIN: Final = 2
LOOKED_AT: Final = 0.75  # of what is thrown away, when chains in a lesser mode leave it
SQUEEZE: Final = (quarter_of(2010, 1), quarter_of(2013, 1))
HISTORY: Final = quarter_of(2009, 12)
BITES_FROM: Final = quarter_of(2025, 4)  # licences on medium and heavy oxides, 4 April 2025


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """A calibrated model and how its chains went.

    Attributes:
        model: the process; quotes: what it was calibrated on.
        kept: kept draws by chain.
    """

    model: PriceModel
    quotes: PriceQuotes
    kept: Kept


@lru_cache(maxsize=4)
def calibrate(
    quotes: PriceQuotes,
    seed: int,
    premiums: tuple[Premium, ...] = (),
    rounds: int = ROUNDS,
) -> Calibration:
    """The process that quotes leave possible.

    The answer to the same question is kept in memory: it depends on nothing else.

    Args:
        quotes: at least one.
        seed: of all draws.
        premiums: prices outside over inside; without any the priors of the premium stand.
        rounds: of each chain; the first two sevenths are thrown away.
    """
    generator = np.random.default_rng(seed)
    grid = build_grid(quotes)
    thrown = rounds * THROWN_AWAY // ROUNDS
    with threadpool_limits(limits=1):
        chains = start_chains(grid, CHAINS, generator)
        fits, found = [], []
        for r in range(rounds):
            own, fit = _round(grid, chains, r, generator)
            fits.append(fit)
            if r == int(LOOKED_AT * thrown):
                leave_lesser(chains, np.mean(fits[r // 2 :], axis=0))
            if r >= thrown and (r - thrown) % THIN == 0:
                found.append(_keep(grid, chains, own, generator))
        kept = stacked(found)
        model = _model(quotes, kept, premiums, generator)
    return Calibration(model, quotes, kept)


def price_limit(quotes: PriceQuotes) -> FloatArray:
    """Log of a price above which users go without, shape (E,); inf without a quote.

    Three times the dearest quote of the oxide where it was quoted in the squeeze of 2010-12,
    fifteen times where it was not: the others rose five- to fortyfold then. Assumed.
    """
    limit = np.full(len(OXIDES), np.inf)
    for e in np.unique(quotes.oxide):
        mine = [q for q in quotes.quotes if q.oxide == OXIDES[e]]
        squeezed = any(SQUEEZE[0] <= q.first and q.last < SQUEEZE[1] for q in mine)
        limit[e] = np.log((3.0 if squeezed else 15.0) * max(q.price for q in mine))
    return limit


def _round(
    grid: Grid, chains: Chains, round_: int, generator: Generator
) -> tuple[OwnNews, FloatArray]:
    """One draw of everything; the reversion, which needs all covariances twice, in every other."""
    news = all_news(grid, chains)
    if round_ % 2 == 0:
        news = draw_reversion(grid, chains, news, generator)
    precision = news.common.precision
    drift = (precision @ residual(grid, chains, common=False)[..., None])[..., 0]
    move_times(grid, chains, Pull(precision, drift), generator)
    draw_decay(grid, chains, precision, generator)
    draw_common(grid, chains, news.common, generator)
    draw_loads(grid, chains, news.own, generator)
    draw_jump_scale(chains, generator)
    draw_group_means(chains, generator)
    own = draw_own(grid, chains, news.own, generator)
    draw_chances(chains, generator)
    return own, news.fit


def _keep(grid: Grid, chains: Chains, own: OwnNews, generator: Generator) -> Kept:
    """Where the chains stand, with states drawn and each quote foretold from the others."""
    last = grid.quarters - 1
    places = [last, HISTORY] if last > HISTORY else [last]
    foretold, quantile = left_out(grid, chains)
    return Kept(
        parameters=_parameters(chains),
        level=own_level(grid, chains, own, places, generator),
        common=chains.common[:, places],
        spike=chains.spike[:, places],
        glut=chains.glut[:, places],
        dumping=chains.dumping[:, places],
        jumped=chains.jumps > 0,
        dumped=chains.dumping > 0,
        foretold=foretold,
        quantile=quantile,
        common_mean=chains.common_mean,
        jump_mean=chains.jump_mean,
        dumping_mean=chains.dumping_mean,
        own_median=chains.own_median,
    )


def _parameters(chains: Chains) -> Parameters:
    load = chains.load
    return Parameters(
        reversion=chains.reversion,
        own_reversion=chains.own_reversion,
        spike_decay=chains.spike_decay,
        error_scale=chains.error_scale,
        own=chains.own,
        mean=load[..., MEAN],
        quota_shift=load[..., SHIFT],
        common_load=load[..., COMMON],
        jump_load=load[..., JUMP],
        dumping_load=load[..., DUMPING],
        jump_chance=chains.jump_chance,
        entry=chains.entry,
        leave=chains.leave,
    )


def _model(
    quotes: PriceQuotes, kept: Kept, premiums: tuple[Premium, ...], generator: Generator
) -> PriceModel:
    """Draws of all chains in one row."""
    parameters = kept.flat_parameters()
    last = quotes.quarters - 1
    states = [
        PriceState(
            quarter=quarter,
            level=kept.flat(kept.level)[:, i],
            common=kept.flat(kept.common)[:, i],
            spike=kept.flat(kept.spike)[:, i],
            glut=kept.flat(kept.glut)[:, i],
            dumping=kept.flat(kept.dumping)[:, i],
            biting=quarter >= BITES_FROM,
        )
        for i, quarter in enumerate([last, HISTORY][: kept.spike.shape[-1]])
    ]
    return PriceModel(
        parameters=parameters,
        state=states[0],
        history=states[1] if len(states) > 1 else None,
        outside=draw_outside(premiums, parameters.reversion.size, generator),
        limit=price_limit(quotes),
        digest=quotes.digest,
    )
