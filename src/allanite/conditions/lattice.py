"""Lattices: regimes as states of a Markov chain of blocks, and the rest as noise.

This is the form that stochastic dual dynamic programming reads: what a block may bring depends
on its state alone. What lasts beyond a block, demand and outcomes of projects, is no noise.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from allanite.axis import FloatArray
from allanite.conditions.horizon import Horizon
from allanite.conditions.regime_paths import bridge_paths, follow, marginals
from allanite.conditions.scenarios import ByteArray, Names, draw_outages, names_of
from allanite.conditions.tree import check_blocks
from allanite.conditions.uncertainty import Uncertainty, check_quarters
from allanite.errors import UsageError

MAX_NOISE: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Noise:
    """What may happen in one block under one regime, K outcomes of equal probability.

    Attributes:
        regime, price_state: positions, shape (K, quarters of the block).
        outage_share: share of a quarter that is lost, shape (K, quarters, E) [1].
    """

    regime: ByteArray
    price_state: ByteArray
    outage_share: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MarkovLattice:
    """Regimes as states of blocks, and the rest as noise without memory. B blocks, G regimes.

    The state of a block is the regime of its last quarter. Its inner quarters are drawn given
    that state alone: exact for blocks of one quarter, without memory of the block before else.
    Demand and outcomes of projects last, so they are no noise: one lattice holds one of each.

    Attributes:
        names: names of all positions.
        block_starts: first quarter of each block.
        initial: probability of the state of the first block, shape (G,) [1].
        transition: from the state of block b to that of block b + 1, shape (B - 1, G, G) [1].
        noise: by block and regime; None where a block cannot end in a regime.
    """

    names: Names
    block_starts: tuple[int, ...]
    initial: FloatArray
    transition: FloatArray
    noise: tuple[tuple[Noise | None, ...], ...]


def markov_lattice(
    uncertainty: Uncertainty,
    horizon: Horizon,
    block_starts: Sequence[int],
    outcomes: int,
    generator: np.random.Generator,
) -> MarkovLattice:
    """The lattice of an uncertainty.

    transition = product of the steps from the last quarter of a block to that of the next.

    Args:
        uncertainty: what is not known.
        horizon: periods of a quarter.
        block_starts: first quarter of each block, from 0, rising.
        outcomes: outcomes K of each block and regime.
        generator: source of every draw.

    Raises:
        UsageError: blocks that do not fit, or outcomes that are none or too many.
    """
    check_quarters(horizon)
    check_blocks(block_starts, horizon)
    if not 1 <= outcomes <= MAX_NOISE:
        raise UsageError(f"{outcomes} outcomes; allowed: 1 to {MAX_NOISE}")
    steps = uncertainty.control.steps(horizon)
    odds = marginals(uncertainty.control.initial, steps)
    ends = [*(start - 1 for start in block_starts[1:]), horizon.count - 1]
    size = odds.shape[1]
    transition = [_product(steps[a:b], size) for a, b in itertools.pairwise(ends)]
    noise: list[tuple[Noise | None, ...]] = []
    for block in zip(block_starts, ends, strict=True):
        possible = odds[block[1]] > 0
        draw = partial(_noise, uncertainty, horizon, block, outcomes, generator)
        noise.append(tuple(draw(state) if possible[state] else None for state in range(size)))
    return MarkovLattice(
        names=names_of(uncertainty, (), horizon),
        block_starts=tuple(block_starts),
        initial=odds[ends[0]],
        transition=np.array(transition).reshape(-1, size, size),
        noise=tuple(noise),
    )


def _product(steps: FloatArray, size: int) -> FloatArray:
    found = np.eye(size)
    for step in steps:
        found = found @ step
    return found


def _noise(
    uncertainty: Uncertainty,
    horizon: Horizon,
    block: tuple[int, int],
    outcomes: int,
    generator: np.random.Generator,
    state: int,
) -> Noise:
    """Outcomes of a block, by first and last quarter, that end in a state."""
    start, end = block
    control, market = uncertainty.control, uncertainty.price
    steps, length = control.steps(horizon), end - start + 1
    odds = marginals(control.initial, steps)[start]
    regime = bridge_paths(odds, steps[start:end], state, generator.random((outcomes, length)))
    entry = marginals(market.initial, np.repeat(market.transition[np.newaxis], start, axis=0))[-1]
    price = follow(entry, market.transition, generator.random((outcomes, length)))
    return Noise(
        regime=regime.astype(np.int8),
        price_state=price.astype(np.int8),
        outage_share=draw_outages(uncertainty.outages, outcomes, length, generator)[1],
    )
