"""Shapley value: each player's mean contribution over all orders in which the players may join.

    phi_i = sum over S without i of  |S|! (n - |S| - 1)! / n!  (v(S + i) - v(S))

Exact for up to 12 players. It is linear in the values, so bounds of the values give exact
bounds of each share: every value at the bound that its weight calls for.

Source: Shapley (1953), A value for n-person games.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, fsum

import numpy as np

from allanite.axis import FloatArray
from allanite.program.games.game import Game, members, single_coalitions


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShareInterval:
    """Between which bounds the share of each player lies, each by itself.

    Attributes:
        low, high: shape (n,), in the unit of the game.
    """

    low: FloatArray
    high: FloatArray


def shapley_value(game: Game) -> FloatArray:
    """The Shapley value of each player, shape (n,), in the unit of the game.

    Sums are rounded once, so players that are alike get the same bytes, and one who adds
    nothing gets exactly 0.
    """
    count = len(game.players)
    coalition = np.arange(game.value.size)
    size = members(count).sum(axis=1)
    order_share = np.array([1 / (count * comb(count - 1, s)) for s in range(count)])
    share = np.zeros(count)
    for i in range(count):
        without = coalition[coalition >> i & 1 == 0]
        added = game.value[without | 1 << i] - game.value[without]
        share[i] = fsum(order_share[size[without]] * added)
    return share


def shapley_interval(game: Game) -> ShareInterval:
    """Exact bounds of the Shapley value of each player under the bounds of the game's values."""
    return _interval(_weights(len(game.players)), game)


def shapley_saving_interval(cost: Game) -> ShareInterval:
    """Exact bounds of the Shapley value of the savings, under bounds of the costs.

    Narrower than `shapley_interval(savings_game(cost))`: the cost of a player alone stands in
    many savings, here with one value in all of them. The share of i is c({i}) - phi_i(c).
    """
    count = len(cost.players)
    weight = -_weights(count)
    weight[np.arange(count), single_coalitions(count)] += 1
    return _interval(weight, cost)


def _weights(count: int) -> FloatArray:
    """What one more of each coalition's value adds to each player's share, shape (n, 2^n)."""
    part = members(count).T
    size = part.sum(axis=0)
    joins = np.array([1 / (count * comb(count - 1, max(s - 1, 0))) for s in range(count + 1)])
    stays = np.array([1 / (count * comb(count - 1, min(s, count - 1))) for s in range(count + 1)])
    weight = np.where(part, joins[size], -stays[size])
    weight[:, 0] = 0  # nobody's value is 0 whatever the bounds
    return np.asarray(weight)


def _interval(weight: FloatArray, game: Game) -> ShareInterval:
    up, down = np.maximum(weight, 0), np.minimum(weight, 0)
    return ShareInterval(
        low=up @ game.low + down @ game.high, high=up @ game.high + down @ game.low
    )
