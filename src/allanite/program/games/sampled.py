"""Shapley value of many players, from orders drawn at random, with standard errors.

Orders are drawn in pairs, each with its reverse: who joins early in the one joins late in the
other, so that their errors partly cancel. A coalition is valued once, however often it occurs.

Source: Castro, Gómez and Tejada (2009), Polynomial calculation of the Shapley value based on
sampling; Mitchell, Cooper, Frank and Holmes (2022), Sampling permutations for Shapley value
estimation (pairs of orders).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from allanite.axis import FloatArray
from allanite.errors import UsageError
from allanite.program.games.game import check_players, coalition_label


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SampledShapley:
    """An estimate of the Shapley value.

    Attributes:
        share: of each player, shape (n,); they sum to the value of everybody.
        standard_error: of each share, shape (n,), from the pairs of orders.
        permutations: orders drawn, reverses included.
        valued: coalitions that were valued.
    """

    share: FloatArray
    standard_error: FloatArray
    permutations: int
    valued: int


def sampled_shapley(
    players: Sequence[str],
    value_of: Callable[[int], float],
    permutations: int,
    generator: np.random.Generator,
) -> SampledShapley:
    """The Shapley value estimated from orders drawn in pairs.

    Args:
        players: their names, shape (n,); any number.
        value_of: value of a coalition, given by its bit mask; asked once each, never for nobody.
        permutations: orders to draw, even, 4 or more.
        generator: where the orders come from.

    Raises:
        UsageError: a number of permutations that does not fit, names that are not distinct, or
            a value that is not finite; the coalition is named.
    """
    check_players(players, most=len(players))
    if permutations < 4 or permutations % 2:
        raise UsageError(
            f"{permutations} permutations; they come in pairs, at least 2 pairs for an error:"
            " give an even number from 4 on"
        )
    known = {0: 0.0}
    pairs = np.zeros((permutations // 2, len(players)))
    for pair in pairs:
        order = generator.permutation(len(players))
        for one in (order, order[::-1]):
            _add_contributions(pair, one.tolist(), players, value_of, known)
    pairs /= 2
    return SampledShapley(
        share=pairs.mean(axis=0),
        standard_error=pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs)),
        permutations=permutations,
        valued=len(known) - 1,
    )


def _add_contributions(
    total: FloatArray,
    order: list[int],
    players: Sequence[str],
    value_of: Callable[[int], float],
    known: dict[int, float],
) -> None:
    """Add to `total` what each player adds to those before it in the order."""
    coalition = 0
    for i in order:
        joined = coalition | 1 << i
        if joined not in known:
            value = float(value_of(joined))
            if not isfinite(value):
                where = coalition_label(players, joined)
                raise UsageError(f"value[{where}] is {value}; it must be a finite number")
            known[joined] = value
        total[i] += known[joined] - known[coalition]
        coalition = joined
