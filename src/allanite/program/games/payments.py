"""Side payments: who pays whom how much, so that each bears its share of a joint plan.

The fewest transfers leave n players in as many groups as possible, each settled within itself
by one transfer less than it has members. Groups are sought over all coalitions for up to 12
players; more settle in one group. Within a group the largest debt is paid to the largest
claim first; what is equal goes by the order of the players, so the table is always the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

import numpy as np
from numpy.typing import ArrayLike

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.errors import UsageError
from allanite.program.games.game import MOST_PLAYERS, TOLERANCE, check_players, members


@dataclass(frozen=True, slots=True, kw_only=True)
class SidePayment:
    """One player pays another.

    Attributes:
        payer: who pays.
        receiver: who receives.
        payment: how much, above 0, in the unit of the costs.
    """

    payer: str
    receiver: str
    payment: float


def side_payments(
    players: Sequence[str], payer_cost: ArrayLike, share: ArrayLike
) -> tuple[SidePayment, ...]:
    """The fewest payments after which each player has borne its share.

    Args:
        players: their names, shape (n,).
        payer_cost: what each pays in the joint plan before side payments, shape (n,).
        share: what each shall bear, shape (n,); the sums of both are equal.

    Raises:
        UsageError: shapes that differ, a number that is not finite, or sums that differ by more
            than 1e-9 of the largest number.
    """
    check_players(players, most=len(players))
    paid, due = (_checked(players, *one) for one in (("payer_cost", payer_cost), ("share", share)))
    largest = float(max(np.abs(paid).max(), np.abs(due).max()))
    if abs(fsum(due) - fsum(paid)) > TOLERANCE * largest:
        raise UsageError(
            f"the shares sum to {fsum(due):g} and what is paid to {fsum(paid):g}; both must be"
            " equal"
        )
    debt = due - paid
    debt[np.abs(debt) <= TOLERANCE * largest] = 0
    payments: list[SidePayment] = []
    for group in _settled_groups(debt, TOLERANCE * largest):
        payments += _payments_within(players, debt, group, TOLERANCE * largest)
    return tuple(payments)


def _checked(players: Sequence[str], name: str, given: ArrayLike) -> FloatArray:
    found = np.asarray(given, dtype=np.float64)
    if found.shape != (len(players),):
        raise UsageError(f"{name} has shape {found.shape}; {len(players)} players need one each")
    for player, number in zip(players, found, strict=True):
        if not np.isfinite(number):
            raise UsageError(f"{name}[{player}] is {number}; it must be a finite number")
    return found


def _settled_groups(debt: FloatArray, tolerance: float) -> list[list[int]]:
    """Players in as many groups as possible whose debts sum to 0; those without debt left out.

    An order of the players passes 0 once a group; the best order is built up one player at a
    time, over all sets of players that may come first.
    """
    owing = np.flatnonzero(debt)
    if owing.size > MOST_PLAYERS:
        return [owing.tolist()]
    is_even = np.abs(members(owing.size) @ debt[owing]) <= tolerance * max(owing.size, 1)
    last = _best_last(is_even, owing.size)
    groups: list[list[int]] = []
    left = is_even.size - 1
    while left:
        if is_even[left]:
            groups.append([])
        groups[-1].append(int(owing[last[left]]))
        left ^= 1 << int(last[left])
    return groups


def _best_last(is_even: BoolArray, count: int) -> IntArray:
    """For each set of players, who comes last in an order that passes 0 most often, (2^n,)."""
    passes = np.zeros(is_even.size, dtype=np.int64)
    last = np.zeros(is_even.size, dtype=np.int64)
    for first in range(1, is_even.size):
        candidates = [i for i in range(count) if first >> i & 1]
        last[first] = max(candidates, key=lambda i: passes[first ^ 1 << i])
        passes[first] = passes[first ^ 1 << int(last[first])] + is_even[first]
    return last


def _payments_within(
    players: Sequence[str], debt: FloatArray, group: list[int], tolerance: float
) -> list[SidePayment]:
    """Payments that settle one group; each settles one of its members or two."""
    left = {i: float(debt[i]) for i in sorted(group)}
    payments: list[SidePayment] = []
    while True:
        payer, receiver = max(left, key=left.__getitem__), min(left, key=left.__getitem__)
        payment = min(left[payer], -left[receiver])
        if payment <= tolerance:  # what is left is rounding
            return payments
        left[payer] -= payment
        left[receiver] += payment
        payments.append(
            SidePayment(payer=players[payer], receiver=players[receiver], payment=payment)
        )
