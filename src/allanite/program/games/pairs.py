"""Do coalitions win by joining? Superadditive and convex games, with the pair that says no.

    superadditive:  v(S + T) >= v(S) + v(T)              for S and T without a common member
    convex:         v(S + T) + v(S & T) >= v(S) + v(T)   for all S and T

In a superadditive game everybody together is the best that can be had; in a convex one the
core is not empty and holds the Shapley value. Convexity is tested where S and T share all but
one member each, which is enough.

Source: Shapley (1971), Cores of convex games.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from allanite.axis import FloatArray, IntArray
from allanite.program.games.game import TOLERANCE, Game, largest_value


@dataclass(frozen=True, slots=True, kw_only=True)
class PairTest:
    """Whether all pairs of coalitions win by joining.

    Attributes:
        holds: at the values themselves.
        claim: what the bounds allow to say: `holds` for all values between them, `fails` where
            one pair fails for all of them, else `cannot be told`.
        gain: least gain of a pair, at the values; below 0 where one loses.
        first, second: the pair with the least gain; 0 where there is no pair.
    """

    holds: bool
    claim: Literal["holds", "fails", "cannot be told"]
    gain: float
    first: int
    second: int


def superadditivity(game: Game) -> PairTest:
    """Whether two coalitions without a common member never lose by joining."""
    code = np.arange(3 ** len(game.players))
    first, second = np.zeros_like(code), np.zeros_like(code)
    for i in range(len(game.players)):
        digit = code // 3**i % 3
        first |= (digit == 1) << i
        second |= (digit == 2) << i
    is_pair = (first > 0) & (first < second)
    return _test(game, first[is_pair], second[is_pair])


def convexity(game: Game) -> PairTest:
    """Whether a player never adds less to a larger coalition than to a smaller one."""
    count = len(game.players)
    coalition = np.arange(game.value.size)
    first, second = [], []
    for i in range(count):
        for j in range(i):
            common = coalition[(coalition >> i | coalition >> j) & 1 == 0]
            first.append(common | 1 << i)
            second.append(common | 1 << j)
    nothing = np.zeros(0, dtype=np.int64)
    return _test(game, np.concatenate([nothing, *first]), np.concatenate([nothing, *second]))


def _test(game: Game, first: IntArray, second: IntArray) -> PairTest:
    if not first.size:
        return PairTest(holds=True, claim="holds", gain=0.0, first=0, second=0)
    tolerance = TOLERANCE * largest_value(game)
    gain = _gain(game.value, game.value, first, second)
    least = int(np.argmin(gain))
    claim: Literal["holds", "fails", "cannot be told"] = "cannot be told"
    if _gain(game.low, game.high, first, second).min() >= -tolerance:
        claim = "holds"
    elif _gain(game.high, game.low, first, second).min() < -tolerance:
        claim = "fails"
    return PairTest(
        holds=bool(gain[least] >= -tolerance),
        claim=claim,
        gain=float(gain[least]),
        first=int(first[least]),
        second=int(second[least]),
    )


def _gain(joined: FloatArray, apart: FloatArray, first: IntArray, second: IntArray) -> FloatArray:
    """What pairs win by joining, with the values of their union and their own, shape (k,)."""
    together = joined[first | second] + joined[first & second]
    return np.asarray(together - apart[first] - apart[second])
