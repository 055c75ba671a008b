"""Simple rules to compare with: equal shares, and shares in proportion to something.

They look at one number a player and not at what coalitions can do, so that their shares may
lie outside the core even where it is not empty.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from allanite.axis import FloatArray
from allanite.errors import UsageError


def equal_split(amount: float, count: int) -> FloatArray:
    """The same share for each player, shape (count,), in the unit of the amount.

    Raises:
        UsageError: no player, or an amount that is not finite.
    """
    if count < 1:
        raise UsageError(f"{count} players; an amount is split among 1 or more")
    return np.full(count, _finite(amount) / count)


def proportional_split(amount: float, weight: ArrayLike) -> FloatArray:
    """Shares in proportion to the weights, shape (n,), in the unit of the amount.

    Args:
        amount: what is split.
        weight: of each player, shape (n,), e.g. its cost alone or its demand; 0 gives 0.

    Raises:
        UsageError: a weight that is negative or not finite, or none above 0.
    """
    weights = np.asarray(weight, dtype=np.float64)
    if weights.ndim != 1 or not weights.size:
        raise UsageError(f"weight has shape {weights.shape}; one a player is needed")
    bad = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))
    if bad.size:
        raise UsageError(
            f"weight[player {bad[0]}] is {weights[bad[0]]:g}; it must be a finite number, 0 or more"
        )
    if not weights.any():
        raise UsageError("all weights are 0; nothing to be in proportion to: split equally")
    # By the largest first, so that the sum of huge or tiny weights stays a number above 0.
    part = weights / weights.max()
    return np.asarray(_finite(amount) * (part / part.sum()))


def _finite(amount: float) -> float:
    if not np.isfinite(amount):
        raise UsageError(f"the amount to split is {amount}; it must be a finite number")
    return float(amount)
