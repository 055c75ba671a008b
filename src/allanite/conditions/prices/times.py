"""Moves of jump times, jump sizes and dumping spells, with both levels integrated out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from allanite.axis import BoolArray, FloatArray
from allanite.conditions.prices.chains import DUMPING, JUMP, Chains
from allanite.conditions.prices.dynamics import SPIKE_LIMIT, decayed, glut_of
from allanite.conditions.prices.grid import QUARTER, Grid

JUMP_MOVES, SPELL_MOVES = 21, 10
_FIRST_DUMPED = 0.3  # chance that the first quarter lies in a spell


@dataclass(slots=True, eq=False)
class Pull:
    """Residuals and their product with the precision, kept up to date as moves are accepted.

    Attributes:
        precision: shape (C, n, n); drift: precision @ residual, shape (C, n).
    """

    precision: FloatArray
    drift: FloatArray

    def gain(self, change: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Rise of the log likelihood if the model's log price moves by `change`, shape (C, n)."""
        moved = (self.precision @ change[..., None])[..., 0]
        rise = np.einsum("cn,cn->c", change, self.drift - 0.5 * moved)
        return rise, moved


def move_times(grid: Grid, chains: Chains, pull: Pull, generator: Generator) -> None:
    """A round of moves: flip, shift and resize jumps; set stretches of quarters to dumping or not.

    Every proposal is symmetric, or drawn from the prior, so that only likelihood and prior odds
    decide.
    """
    for k in range(JUMP_MOVES):
        propose = _flip if k % 3 == 0 else _shift if k % 3 == 1 else _resize
        jumps, odds = propose(chains, generator)
        spike = decayed(jumps, chains.spike_decay, QUARTER)
        change = (spike - chains.spike) @ grid.flat_read.T * chains.load[:, grid.oxide, JUMP]
        allowed = spike.max(1) <= SPIKE_LIMIT
        _decide(chains, pull, "jumps", jumps, change, odds, allowed, generator)
    always = np.ones(chains.reversion.size, dtype=np.bool_)
    for _ in range(SPELL_MOVES):
        dumping, odds = _stretch(chains, generator)
        change = glut_of(dumping - chains.dumping, chains.reversion, QUARTER) @ grid.flat_read.T
        change *= -chains.load[:, grid.oxide, DUMPING]
        _decide(chains, pull, "dumping", dumping, change, odds, always, generator)


def _decide(
    chains: Chains,
    pull: Pull,
    name: str,
    value: FloatArray,
    change: FloatArray,
    odds: FloatArray,
    allowed: BoolArray,
    generator: Generator,
) -> None:
    rise, moved = pull.gain(change)
    accepted = (np.log(generator.random(rise.size)) < rise + odds) & allowed
    chains.keep(accepted, name, value)
    pull.drift -= np.where(accepted[:, None], moved, 0.0)


def _flip(chains: Chains, generator: Generator) -> tuple[FloatArray, FloatArray]:
    """Add a jump to a random quarter, its size from the prior, or take it away."""
    count, quarters = chains.jumps.shape
    chain, at = np.arange(count), generator.integers(quarters, size=count)
    size = generator.standard_exponential(count)
    there = chains.jumps[chain, at] > 0
    jumps = chains.jumps.copy()
    jumps[chain, at] = np.where(there, 0.0, size)
    odds = np.log(chains.jump_chance) - np.log1p(-chains.jump_chance)
    return jumps, np.where(there, -odds, odds)


def _shift(chains: Chains, generator: Generator) -> tuple[FloatArray, FloatArray]:
    """Swap a random jump with a quarter up to two away; the number of jumps stays."""
    count, quarters = chains.jumps.shape
    chain = np.arange(count)
    at = np.argmax((chains.jumps > 0) * generator.random(chains.jumps.shape), axis=1)
    to = at + generator.choice(np.array([-2, -1, 1, 2]), size=count)
    inside = (to >= 0) & (to < quarters)
    to = np.where(inside, to, at)
    jumps = chains.jumps.copy()
    jumps[chain, at], jumps[chain, to] = chains.jumps[chain, to], chains.jumps[chain, at]
    return jumps, np.zeros(count)


def _resize(chains: Chains, generator: Generator) -> tuple[FloatArray, FloatArray]:
    """Scale every jump by a factor of its own; the prior of a size is exponential."""
    factor = 0.25 * generator.standard_normal(chains.jumps.shape)
    jumps = chains.jumps * np.exp(factor)
    odds = np.where(chains.jumps > 0, factor - (jumps - chains.jumps), 0.0).sum(1)
    return jumps, odds


def _stretch(chains: Chains, generator: Generator) -> tuple[FloatArray, FloatArray]:
    """Turn a random stretch of quarters over: dumping where there was none, and back."""
    count, quarters = chains.dumping.shape
    start = generator.integers(quarters, size=(count, 1))
    length = generator.geometric(0.15, size=(count, 1))
    at = np.arange(quarters)
    inside = (at >= start) & (at < start + length)
    dumping = np.where(inside, 1.0 - chains.dumping, chains.dumping)
    return dumping, _chain_odds(chains, dumping) - _chain_odds(chains, chains.dumping)


def _chain_odds(chains: Chains, dumping: FloatArray) -> FloatArray:
    """Log probability of a path of spells, shape (C,)."""
    counts = spell_counts(dumping)
    chances = np.stack([1 - chains.entry, chains.entry, chains.leave, 1 - chains.leave], axis=1)
    first = np.where(dumping[:, 0] > 0, np.log(_FIRST_DUMPED), np.log1p(-_FIRST_DUMPED))
    return np.asarray(first + (counts * np.log(chances)).sum(1))


def spell_counts(dumping: FloatArray) -> FloatArray:
    """Steps calm to calm, calm to spell, spell to calm, spell to spell, shape (C, 4)."""
    before, after = dumping[:, :-1] > 0, dumping[:, 1:] > 0
    kinds = (~before & ~after, ~before & after, before & ~after, before & after)
    return np.stack([kind.sum(1) for kind in kinds], axis=1).astype(np.float64)
