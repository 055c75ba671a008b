"""The core: shares that no coalition can improve on; what it takes where there are none.

    core:  x(N) = v(N),  x(S) >= v(S) for all S

It is empty exactly where some coalitions, weighted so that every player belongs to weight one
of them, are worth more together than everybody; what they are worth more is the least subsidy
that makes the core not empty. A larger v(N) or a smaller v(S) only lowers that subsidy, so
bounds of the values give exact bounds of it.

Source: Bondareva (1963), Some applications of linear programming methods to the theory of
cooperative games; Shapley (1967), On balanced sets and cores; Maschler, Peleg and Shapley
(1979), Geometric properties of the kernel, nucleolus, and related solution concepts (least core).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from allanite.axis import FloatArray
from allanite.program.games.claims import least_excess, least_total, scaled_game
from allanite.program.games.game import TOLERANCE, Game, largest_value


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CoreTest:
    """Whether the core is empty, and what follows.

    Attributes:
        is_empty: at the values themselves.
        claim: what the bounds of the values allow to say.
        subsidy: least amount to add to what everybody wins, so that some shares satisfy all
            coalitions; 0 where the core is not empty.
        subsidy_low, subsidy_high: bounds of it under the bounds of the values.
        share: shares of v(N) + subsidy that satisfy all coalitions, shape (n,).
        balance: coalitions and weights that prove the subsidy: every player belongs to weight
            one of them, and their weighted values sum to v(N) + subsidy.
        least_core: the least e such that no coalition misses more than e; below 0, what every
            coalition can have beyond its claim. 0 with one player.
        least_core_share: shares of v(N) that reach it, shape (n,).
        binding: coalitions that keep it from being less; where the core is empty no shares
            satisfy all of them.
    """

    is_empty: bool
    claim: Literal["not empty", "empty", "cannot be told"]
    subsidy: float
    subsidy_low: float
    subsidy_high: float
    share: FloatArray
    balance: tuple[tuple[int, float], ...]
    least_core: float
    least_core_share: FloatArray
    binding: tuple[int, ...]


def core_test(game: Game) -> CoreTest:
    """Whether any shares satisfy all coalitions, and the least subsidy under which some do.

    Amounts below 1e-9 of the largest value count as 0.

    Raises:
        SolveError: the solver finds no optimum.
    """
    subsidy, share, weight = _least_subsidy(game)
    low, high = (_least_subsidy(one)[0] for one in _extremes(game))
    least_core, least_core_share, binding = _least_core(game)
    return CoreTest(
        is_empty=subsidy > 0,
        claim="empty" if low > 0 else "cannot be told" if high > 0 else "not empty",
        subsidy=subsidy,
        subsidy_low=low,
        subsidy_high=high,
        share=share,
        balance=tuple((int(s), float(weight[s])) for s in np.flatnonzero(weight)),
        least_core=least_core,
        least_core_share=least_core_share,
        binding=binding,
    )


def _extremes(game: Game) -> tuple[Game, Game]:
    """The values within the bounds that call for the least and for the largest subsidy."""
    easy, hard = game.low.copy(), game.high.copy()
    easy[-1], hard[-1] = game.high[-1], game.low[-1]
    return replace(game, value=easy), replace(game, value=hard)


def _least_subsidy(game: Game) -> tuple[float, FloatArray, FloatArray]:
    """The least subsidy, shares under it, shape (n,), and balancing weights, shape (2^n,)."""
    scaled = scaled_game(game)
    found, weight = least_total(scaled.value)
    share = scaled.share(found)
    # By the weights: a balanced sum of values, where the shares only meet the claims to the
    # solver's tolerance.
    subsidy = scaled.scale * float(weight @ scaled.value - scaled.value[-1])
    return (subsidy if subsidy > TOLERANCE * largest_value(game) else 0.0), share, weight


def _least_core(game: Game) -> tuple[float, FloatArray, tuple[int, ...]]:
    """The least greatest excess, shares that reach it, and the coalitions that keep it up."""
    scaled = scaled_game(game)
    claiming = np.arange(1, game.everybody)
    if not claiming.size:
        return 0.0, np.array(game.value[1:]), ()
    found = least_excess(
        scaled.value, claiming, np.array([game.everybody]), scaled.value[-1:], -np.inf
    )
    return (
        scaled.scale * found.level,
        scaled.share(found.share),
        tuple(int(s) for s in claiming[found.is_binding]),
    )
