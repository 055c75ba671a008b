"""Shares held through others, on arrays: two readings of indirect ownership.

With a[i, j] the share of party j that party i holds, and listed parties counted as one body,
the share of j in listed hands is

    multiplied through:  t_j = sum_i a[i, j] w_i,  w_i = 1 if i is listed, else t_i
    control chain:       t_j = sum_i a[i, j] w_i,  w_i = 1 if i is listed or t_i >= 1/2, else 0

The first is an economic interest, t = (I - A')^-1 d over the parties not listed, d the direct
holdings of listed ones; a loop of cross-holdings is a geometric series and so is counted once.
The second is the cascade of sanctions law, taken as the least fixed point: two firms that hold
each other do not make each other listed.

Shares are intervals. Both readings rise with every share, so the low bounds give the low end.
The high end is a choice: each firm gives what is open to the owners that matter most, in all no
more than the whole; it is found by improving that choice until nothing improves (policy
iteration). What no named owner holds is in unknown hands.

Source: Brioschi, Buzzacchi and Colombo (1989), Journal of Banking and Finance 13 (integrated
ownership); Delgado, Sanner and de Barros (2011), Artificial Intelligence 175 (intervals).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csc_array, eye_array
from scipy.sparse.csgraph import breadth_first_order
from scipy.sparse.linalg import splu

from allanite.axis import BoolArray, FloatArray, IntArray

MAJORITY: Final = 0.5
# Printed shares are sums of decimals: 0.1 five times is a half, whatever binary makes of it.
ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Holdings:
    """Who holds whom on one day. P parties, S stakes.

    Attributes:
        owner, held: positions of parties, shape (S,).
        low, high: bounds of the share [1], shape (S,).
        is_ownerless: nobody can own it (a state), shape (P,).
    """

    owner: IntArray
    held: IntArray
    low: FloatArray
    high: FloatArray
    is_ownerless: BoolArray

    @property
    def count(self) -> int:
        """Number of parties."""
        return int(self.is_ownerless.size)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Held:
    """Share of each party in the hands of listed ones [1], shapes (P,).

    Attributes:
        low: what is certain.
        named: the most, were nobody an owner or listed but those named.
        high: the most, were owners whom nobody named listed, and parties that may be.
    """

    low: FloatArray
    named: FloatArray
    high: FloatArray


def multiplied_through(
    holdings: Holdings, listed: BoolArray, may_be: BoolArray | None = None
) -> Held:
    """Share in listed hands, direct and indirect, each link multiplied.

    Args:
        holdings: stakes of P parties.
        listed: which parties are listed, shape (P,); a listed party itself counts as 1.
        may_be: which may be listed though nobody names them, shape (P,); none by default.
    """
    possible = listed if may_be is None else listed | may_be
    return Held(
        low=_solve(holdings, holdings.low, np.zeros(holdings.count), listed),
        named=_most(holdings, listed, np.zeros(holdings.count)),
        high=_most(holdings, possible, np.ones(holdings.count)),
    )


def control_chain(
    holdings: Holdings,
    listed: BoolArray,
    may_be: BoolArray | None = None,
    threshold: float = MAJORITY,
) -> Held:
    """Share in hands that are listed or held to `threshold` or more by such hands.

    Args:
        holdings: stakes of P parties.
        listed: which parties are listed, shape (P,).
        may_be: which may be listed though nobody names them, shape (P,); none by default.
        threshold: share from which an owner counts as listed itself.
    """
    nothing, everything = np.zeros(holdings.count), np.ones(holdings.count)
    possible = listed if may_be is None else listed | may_be
    return Held(
        low=_cascade(holdings, listed, threshold, None),
        named=_cascade(holdings, listed, threshold, nothing),
        high=_cascade(holdings, possible, threshold, everything),
    )


def reaches(share: FloatArray, threshold: float = MAJORITY) -> BoolArray:
    """Whether a share is the threshold or more, rounding of decimals set aside."""
    return np.asarray(share >= threshold - ROUNDING)


def _cascade(
    holdings: Holdings, listed: BoolArray, threshold: float, rest: FloatArray | None
) -> FloatArray:
    """Least fixed point of the cascade; `rest` None takes the low shares, else the highest."""
    caught = listed.copy()
    while True:
        worth = caught.astype(np.float64)
        shares = holdings.low if rest is None else _dearest(holdings, worth, rest)[0]
        unnamed = np.zeros(holdings.count) if rest is None else _left(holdings, shares) * rest
        share = held_sum(holdings, shares * worth[holdings.owner]) + unnamed
        now = listed | reaches(share, threshold)
        if np.array_equal(now, caught):
            return np.where(listed, 1.0, np.clip(share, 0.0, 1.0))
        caught = now


def _most(holdings: Holdings, listed: BoolArray, rest: FloatArray) -> FloatArray:
    """Highest share in listed hands, by policy iteration; `rest` is what unnamed owners count."""
    shares = holdings.low
    value = np.where(listed, 1.0, 0.0)
    while True:
        chosen, worth = _dearest(holdings, value, rest)
        better = worth > value + ROUNDING
        if not (better & ~listed).any():
            return value
        # Only firms that gain change their owners, so that a tie cannot make the search turn.
        shares = np.where(better[holdings.held], chosen, shares)
        found = _solve(holdings, shares, _left(holdings, shares) * rest, listed)
        value = np.maximum(value, found)


def _dearest(
    holdings: Holdings, value: FloatArray, rest: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Shares that make each firm worth most, and that worth.

    Every owner has its low share; what is left goes to the dearest owner first, up to its high
    share, and in the end to owners whom nobody named, who stand before all worth less.
    """
    worth = value[holdings.owner]
    open_share = np.where(holdings.is_ownerless, 0.0, 1.0 - held_sum(holdings, holdings.low))
    open_share = np.clip(open_share, 0.0, None)
    chosen = holdings.low.copy()
    for stake in np.lexsort((holdings.owner, -worth)):
        firm = holdings.held[stake]
        if worth[stake] <= rest[firm]:
            continue
        more = min(holdings.high[stake] - holdings.low[stake], open_share[firm])
        chosen[stake] += more
        open_share[firm] -= more
    return chosen, held_sum(holdings, chosen * worth) + open_share * rest


def _left(holdings: Holdings, shares: FloatArray) -> FloatArray:
    """What the shares leave of each firm, shape (P,)."""
    left = np.clip(1.0 - held_sum(holdings, shares), 0.0, 1.0)
    return np.where(holdings.is_ownerless, 0.0, left)


def held_sum(holdings: Holdings, by_stake: FloatArray) -> FloatArray:
    """Sum over the stakes in each party of a number by stake (S,), shape (P,)."""
    total = np.bincount(holdings.held, weights=by_stake, minlength=holdings.count)
    return total.astype(np.float64)


def _solve(
    holdings: Holdings, shares: FloatArray, outside: FloatArray, listed: BoolArray
) -> FloatArray:
    """Shares in listed hands at given shares: (I - A') t = d + outside, a sparse solve, (P,).

    Firms that nothing listed reaches are left out first: their share is 0, and a closed ring
    of firms that own one another whole would make the matrix singular.
    """
    count = holdings.count
    is_source = listed[holdings.owner]
    direct = held_sum(holdings, np.where(is_source, shares, 0.0)) + outside
    linked = csc_array((shares, (holdings.held, holdings.owner)), shape=(count, count))
    open_firms = _reached(linked, (direct > 0) & ~listed, listed)
    value = listed.astype(np.float64)
    if open_firms.size:
        inner = linked[open_firms][:, open_firms]
        matrix = csc_array(eye_array(open_firms.size, format="csc") - inner)
        value[open_firms] = splu(matrix).solve(direct[open_firms])
    return np.clip(value, 0.0, 1.0)


def _reached(linked: csc_array, start: BoolArray, listed: BoolArray) -> IntArray:
    """Firms that own themselves from the start or hold on through others, in order."""
    count = linked.shape[0]
    edges = linked.tocoo()
    keep = (edges.data > 0) & ~listed[edges.row] & ~listed[edges.col]
    # One more node stands before all that start, so that one search finds everything.
    row = np.concatenate([edges.col[keep], np.full(int(start.sum()), count)])
    column = np.concatenate([edges.row[keep], np.flatnonzero(start)])
    graph = csc_array((np.ones(row.size), (row, column)), shape=(count + 1, count + 1))
    order = breadth_first_order(graph.tocsr(), count, return_predecessors=False)
    return np.sort(order[order < count]).astype(np.int64)
