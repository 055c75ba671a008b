from __future__ import annotations

import numpy as np
import pytest

from allanite.errors import UsageError
from allanite.program.games.payments import SidePayment, side_payments
from allanite.program.games.rules import equal_split, proportional_split


def test_equal_and_proportional_shares():
    assert equal_split(9, 3).tolist() == [3, 3, 3]
    assert proportional_split(12, [1, 0, 2]).tolist() == [4, 0, 8]
    assert proportional_split(-12, [1, 0, 2]).tolist() == [-4, 0, -8]


@pytest.mark.parametrize("size", [1e-310, 1e-200, 1e300])
def test_proportions_of_any_size(size: float):
    assert proportional_split(3, [size, size, size]) == pytest.approx([1, 1, 1])


@pytest.mark.parametrize(
    ("amount", "weight", "text"),
    [
        (1, [0, 0], "all weights are 0"),
        (1, [1, -1], r"weight\[player 1\] is -1"),
        (1, [np.nan, 1], r"weight\[player 0\] is nan"),
        (1, [], r"weight has shape \(0,\)"),
        (1, [[1]], r"weight has shape \(1, 1\)"),
        (np.inf, [1], "the amount to split is inf"),
    ],
)
def test_proportions_that_are_none(amount: float, weight: list[float], text: str):
    with pytest.raises(UsageError, match=text):
        proportional_split(amount, weight)


def test_equal_shares_of_nobody():
    with pytest.raises(UsageError, match="0 players"):
        equal_split(1, 0)
    with pytest.raises(UsageError, match="the amount to split is nan"):
        equal_split(np.nan, 2)


def test_who_pays_whom():
    """A builds the plant for 100; B and C bear 30 and 20 of it."""
    found = side_payments("ABC", [100, 0, 0], [50, 30, 20])
    assert found == (
        SidePayment(payer="B", receiver="A", payment=30),
        SidePayment(payer="C", receiver="A", payment=20),
    )


def test_two_pairs_that_even_out_are_kept_apart():
    """Largest to largest alone would take three transfers."""
    found = side_payments("ABCD", [0, 0, 3, 5], [5, 3, 0, 0])
    assert {(one.payer, one.receiver, one.payment) for one in found} == {
        ("A", "D", 5),
        ("B", "C", 3),
    }
    found = side_payments("ABCDE", [0, 0, 0, 4, 5], [2, 2, 5, 0, 0])
    assert len(found) == 3


def test_nobody_owes_and_one_player():
    assert side_payments("AB", [3, 4], [3, 4]) == ()
    assert side_payments("A", [3], [3]) == ()
    assert side_payments("AB", [0, 0], [0, 0]) == ()


def test_rounding_owes_nothing():
    third = 1 / 3
    found = side_payments("ABC", [1, 0, 0], [third, third, third])
    assert [one.payer for one in found] == ["B", "C"]
    assert side_payments("ABC", [0.1, 0.2, 0.3], [0.1, 0.2, 0.1 + 0.2]) == ()


def test_more_than_twelve_settle_in_one_group():
    players = [f"P{i}" for i in range(16)]
    debt = np.arange(16) - 7.5
    found = side_payments(players, np.zeros(16), debt)
    assert len(found) <= 15
    borne = dict.fromkeys(players, 0.0)
    for one in found:
        borne[one.payer] += one.payment
        borne[one.receiver] -= one.payment
    assert list(borne.values()) == pytest.approx(debt.tolist())


@pytest.mark.parametrize(
    ("paid", "share", "text"),
    [
        ([1, 2], [1, 1], "the shares sum to 2 and what is paid to 3"),
        ([1], [1, 1], r"payer_cost has shape \(1,\)"),
        ([1, 1], [1, np.nan], r"share\[B\] is nan"),
    ],
)
def test_payments_that_cannot_settle(paid: list[float], share: list[float], text: str):
    with pytest.raises(UsageError, match=text):
        side_payments("AB", paid, share)
