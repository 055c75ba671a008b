"""Shares through loops, thresholds and unknown holders, worked out on paper."""

from __future__ import annotations

import numpy as np
import pytest

from allanite.law.parties.index import answer
from allanite.law.parties.shares import Holdings, control_chain, multiplied_through

NAMES = ("A", "B", "C", "L", "M", "S")  # firms; L and M are listed; S is a state
LISTED = np.array([name in {"L", "M"} for name in NAMES])


def held(stakes):
    """Holdings of (owner, held, low, high) by name; one number is both ends."""
    rows = [(*row, row[2]) if len(row) == 3 else row for row in stakes]
    return Holdings(
        owner=np.array([NAMES.index(r[0]) for r in rows], dtype=np.int64),
        held=np.array([NAMES.index(r[1]) for r in rows], dtype=np.int64),
        low=np.array([r[2] for r in rows], dtype=np.float64),
        high=np.array([r[3] for r in rows], dtype=np.float64),
        is_ownerless=np.array([name == "S" for name in NAMES]),
    )


def of(found, name):
    i = NAMES.index(name)
    return found.low[i], found.named[i], found.high[i]


def test_a_loop_of_cross_holdings_is_a_geometric_series():
    """L holds 40 % of A and 10 % of B; A holds 60 % of B, B holds 30 % of A; a state the rest.

    a = 0.4 + 0.3 b and b = 0.1 + 0.6 a, so a = 0.43 + 0.18 a = 0.43 / 0.82 = 0.524390...
    and b = 0.1 + 0.6 x 0.524390 = 0.414634...
    """
    loop = held(
        [
            ("L", "A", 0.4),
            ("L", "B", 0.1),
            ("A", "B", 0.6),
            ("B", "A", 0.3),
            ("S", "A", 0.3),
            ("S", "B", 0.3),
        ]
    )
    found = multiplied_through(loop, LISTED)
    assert of(found, "A") == pytest.approx((0.43 / 0.82,) * 3)
    assert of(found, "B") == pytest.approx((0.1 + 0.6 * 0.43 / 0.82,) * 3)


def test_in_the_same_loop_control_finds_nobody_at_half():
    """A is 40 % in listed hands, B 10 %: neither half, so neither counts for the other."""
    loop = held([("L", "A", 0.4), ("L", "B", 0.1), ("A", "B", 0.6), ("B", "A", 0.3)])
    found = control_chain(loop, LISTED)
    assert (found.low[0], found.low[1]) == (0.4, 0.1)


def test_control_runs_round_a_loop_once_half_is_reached():
    """L holds half of A, so A counts whole: B has 0.6 + 0.1, and through B A has 0.5 + 0.3."""
    loop = held([("L", "A", 0.5), ("L", "B", 0.1), ("A", "B", 0.6), ("B", "A", 0.3)])
    found = control_chain(loop, LISTED)
    assert (found.low[0], found.low[1]) == pytest.approx((0.8, 0.7))


def test_firms_that_only_own_one_another_are_in_no_listed_hands():
    """A owns all of B and B all of A: the equations a = b, b = a have no other ground than 0."""
    ring = held([("A", "B", 1.0), ("B", "A", 1.0)])
    for reading in (multiplied_through, control_chain):
        found = reading(ring, LISTED)
        assert of(found, "A") == (0.0, 0.0, 0.0)


def test_a_chain_of_halves_is_whole_by_control_and_an_eighth_by_interest():
    """L holds 50 % of A, A of B, B of C: 1/2 x 1/2 x 1/2 = 0.125, but half at each step."""
    chain = held([("L", "A", 0.5), ("A", "B", 0.5), ("B", "C", 0.5)])
    assert multiplied_through(chain, LISTED).low[2] == pytest.approx(0.125)
    assert control_chain(chain, LISTED).low[2] == pytest.approx(0.5)
    assert answer(*control_chain(chain, LISTED).low[[2, 2]], 0.5) == "true"


@pytest.mark.parametrize(
    ("share", "verdict"),
    [(0.4999, "false"), (0.5, "true"), (0.5001, "true"), (0.0, "false"), (1.0, "true")],
)
def test_half_is_enough_and_a_hair_less_is_not(share, verdict):
    """The state holds all the rest, so nothing is open."""
    found = control_chain(held([("L", "A", share), ("S", "A", 1 - share)]), LISTED)
    assert answer(found.low[0], found.high[0], 0.5) == verdict


def test_two_listed_owners_of_30_and_20_percent_add_up_to_half():
    """0.30 + 0.20 = 0.50; either alone would not do."""
    both = held([("L", "A", 0.3), ("M", "A", 0.2), ("S", "A", 0.5)])
    alone = held([("L", "A", 0.3), ("B", "A", 0.2), ("S", "A", 0.5), ("S", "B", 1.0)])
    for reading in (multiplied_through, control_chain):
        assert of(reading(both, LISTED), "A") == pytest.approx((0.5, 0.5, 0.5))
        assert of(reading(alone, LISTED), "A") == pytest.approx((0.3, 0.3, 0.3))


def test_decimals_that_binary_numbers_miss_still_make_half():
    """0.1 + 0.1 + 0.1 + 0.2 is 0.5 on paper; 0.1 + 0.2 + 0.2 too. No rounding may clear a firm."""
    found = control_chain(
        held([("L", "A", 0.1 + 0.2), ("M", "A", 0.7 - 0.5), ("S", "A", 0.5)]), LISTED
    )
    assert answer(found.low[0], found.high[0], 0.5) == "true"


def test_an_unknown_share_is_an_interval_and_the_answer_unknown():
    """L holds 20 to 60 % of A and nobody else is named: certain 0.2, named 0.6, open to 1."""
    found = control_chain(held([("L", "A", 0.2, 0.6)]), LISTED)
    assert of(found, "A") == pytest.approx((0.2, 0.6, 1.0))
    assert answer(found.low[0], found.high[0], 0.5) == "unknown"


def test_a_known_owner_leaves_an_unknown_one_no_more_than_the_rest():
    """The state holds 55 % for certain: L, of unknown share, holds at most 45 %: below half."""
    found = control_chain(held([("S", "A", 0.55), ("L", "A", 0.0, 1.0)]), LISTED)
    assert of(found, "A") == pytest.approx((0.0, 0.45, 0.45))
    assert answer(found.low[0], found.high[0], 0.5) == "false"


def test_what_may_be_listed_counts_in_the_high_end_only():
    """C owns A whole and may stand on a list that is not read: 0 for certain, 1 at most."""
    may_be = np.array([name == "C" for name in NAMES])
    found = multiplied_through(held([("C", "A", 1.0), ("S", "C", 1.0)]), LISTED, may_be)
    assert of(found, "A") == (0.0, 0.0, 1.0)
