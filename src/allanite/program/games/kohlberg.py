"""Kohlberg's criterion: whether shares are the nucleolus, seen from the shares alone.

Take the coalitions from the largest excess down. At each level those reached so far must be
balanced: positive weights under which every player belongs to weight one of them, where
players who get no more than alone may add weight of their own. A coalition whose members'
shares follow from those of earlier ones changes nothing, so at most n - 1 levels count.

Source: Kohlberg (1971), On the nucleolus of a characteristic function game; Benedek, Fliege and
Nguyen (2021), Finding and verifying the nucleolus of cooperative games (few levels).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from allanite.axis import Axis, BoolArray, FloatArray, IntArray
from allanite.program.games.claims import ScaledGame, add_claims, scaled_game, solve_tight
from allanite.program.games.game import TOLERANCE, Game, checked_share, largest_value, members
from allanite.program.linear import ProgramBuilder

# Coalitions are rows of 0 and 1 with at most 12 entries; one outside the span of others lies
# at least 1 / sqrt(largest Gram determinant) from it, far above this for 8 players.
_SPAN_TOLERANCE: Final = 1e-6


def is_nucleolus(game: Game, share: ArrayLike) -> bool:
    """Whether these shares are the nucleolus, to 1e-9 of the largest value.

    Raises:
        UsageError: not one finite share a player.
        SolveError: the solver finds no optimum.
    """
    given = checked_share(game, share)
    scaled = scaled_game(game)
    tolerance = TOLERANCE * max(1.0, largest_value(game) / scaled.scale)
    return satisfies_kohlberg(scaled, (given - scaled.base) / scaled.scale, tolerance)


def satisfies_kohlberg(scaled: ScaledGame, share: FloatArray, tolerance: float) -> bool:
    """Whether scaled shares are the nucleolus of a scaled game, up to the tolerance.

    Coalitions whose excesses differ by less than the tolerance may come in any order.
    """
    if abs(share.sum() - scaled.value[-1]) > tolerance or share.min() < -tolerance:
        return False
    part = members(scaled.count)
    excess = scaled.value - part @ share
    held = np.eye(scaled.count, dtype=np.bool_)[share <= tolerance]
    settled = part[-1:]
    while (left := outside_span(part, settled)).any():
        level = excess[left].max()
        near = part[left & (excess >= level - tolerance)]
        balanced = near[_is_balanced(near, settled, held)]
        if not balanced.size:
            return False
        settled = with_independent(settled, balanced)
    return True


def outside_span(part: BoolArray, settled: BoolArray) -> BoolArray:
    """Which coalitions' sums do not follow from those of the settled ones, shape (k,).

    Args:
        part: members of coalitions, shape (k, n).
        settled: members of settled ones, linearly independent, shape (r, n).
    """
    basis, _ = np.linalg.qr(settled.T.astype(np.float64))
    rest = part - (part @ basis) @ basis.T
    return np.asarray(np.linalg.norm(rest, axis=1) > _SPAN_TOLERANCE)


def with_independent(settled: BoolArray, more: BoolArray) -> BoolArray:
    """The settled coalitions and those of `more` that do not follow from earlier ones."""
    for one in more:
        if outside_span(one[None, :], settled)[0]:
            settled = np.vstack([settled, one])
    return settled


def _is_balanced(near: BoolArray, settled: BoolArray, held: BoolArray) -> BoolArray:
    """Which of the near coalitions can have weight in a balanced collection, shape (k,).

    max sum d   s.t.   sum (d + r)_S 1_S + sum m_i 1_i + sum f_T 1_T = 0,   0 <= d <= 1, r, m >= 0

    over near S, held players i and settled T, which are balanced already and so take any
    weight, everybody among them. The weights form a cone: d is 1 wherever it can be above 0.
    """
    builder = ProgramBuilder()
    counted = _add_weights(builder, "counted", near, lower=0.0, upper=1.0, cost=-1.0)
    further = _add_weights(builder, "further", near, lower=0.0)
    alone = _add_weights(builder, "held", held, lower=0.0)
    free = _add_weights(builder, "settled", settled, lower=-np.inf)
    every = np.vstack([near, near, held, settled])
    columns = np.concatenate([counted, further, alone, free])
    zero = np.zeros(every.shape[1])
    add_claims(builder, "player", every.T, columns, lower=zero, upper=zero)
    return np.asarray(solve_tight(builder.build()).value[counted] > 0.5)


def _add_weights(
    builder: ProgramBuilder,
    name: str,
    part: BoolArray,
    *,
    lower: float,
    upper: float = np.inf,
    cost: float = 0.0,
) -> IntArray:
    axis = Axis(name, tuple(str(k) for k in range(len(part))))
    index = {axis: np.arange(len(part))}
    return builder.add_columns(name, "1", index, lower=lower, upper=upper, cost=cost)
