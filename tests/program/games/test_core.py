from __future__ import annotations

import numpy as np
import pytest

from allanite.program.games.core import core_test
from allanite.program.games.game import Game, exact_game
from cooperative_games import LETTERS, game_of


def majority(pair: float, total: float = 1.0, width: float = 0.0) -> Game:
    """Three players; any two win `pair`, give or take `width`."""
    game = game_of({"AB": pair, "AC": pair, "BC": pair, "ABC": total})
    change = width * np.array([s.bit_count() == 2 for s in range(8)])
    return Game(
        players=game.players, value=game.value, low=game.value - change, high=game.value + change
    )


@pytest.mark.parametrize(
    ("pair", "width", "claim", "low", "high"),
    [
        (0.5, 0.1, "not empty", 0.0, 0.0),
        (0.6, 0.1, "cannot be told", 0.0, 0.05),
        (0.7, 0.1, "cannot be told", 0.0, 0.2),
        (0.8, 0.1, "empty", 0.05, 0.35),
    ],
)
def test_what_bounds_allow_to_say(pair: float, width: float, claim: str, low: float, high: float):
    """The core is empty where two win more than 2/3: the subsidy is 3/2 of a pair less 1."""
    found = core_test(majority(pair, width=width))
    assert found.claim == claim
    assert found.is_empty == (pair > 2 / 3)
    assert (found.subsidy_low, found.subsidy_high) == pytest.approx((low, high), abs=1e-9)
    assert found.subsidy == pytest.approx(max(0.0, 1.5 * pair - 1), abs=1e-9)


def test_bounds_of_what_everybody_wins():
    game = majority(0.6)
    low = game.low.copy()
    low[-1] = 0.5
    found = core_test(Game(players=game.players, value=game.value, low=low, high=game.high))
    assert found.claim == "cannot be told"
    assert found.subsidy_high == pytest.approx(0.4, abs=1e-9)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 3e9])
def test_units_do_not_matter(scale: float):
    found = core_test(majority(scale, total=scale))
    assert found.subsidy == pytest.approx(scale / 2, rel=1e-9)
    assert found.least_core == pytest.approx(scale / 3, rel=1e-9)
    assert sorted(s for s, _ in found.balance) == [0b011, 0b101, 0b110]


def test_a_core_with_room():
    """Pairs may claim 0.2 of 1: in the middle a player has 1/3 more than alone, a pair 7/15."""
    found = core_test(majority(0.2))
    assert found.balance == ((7, 1.0),)
    assert found.least_core == pytest.approx(-1 / 3, abs=1e-9)
    assert found.least_core_share == pytest.approx([1 / 3] * 3, abs=1e-9)
    assert found.binding == (1, 2, 4)


def test_players_who_win_more_alone_than_together():
    """The core is empty by the players alone; shares of the subsidised whole are theirs."""
    found = core_test(game_of({"A": 3, "B": 2, "AB": 4}))
    assert found.subsidy == pytest.approx(1, abs=1e-9)
    assert found.share == pytest.approx([3, 2], abs=1e-9)
    assert dict(found.balance) == pytest.approx({1: 1, 2: 1})


def test_one_player():
    found = core_test(exact_game(["A"], [0, 5]))
    assert not found.is_empty
    assert found.claim == "not empty"
    assert found.share.tolist() == found.least_core_share.tolist() == [5]
    assert (found.subsidy, found.least_core, found.binding) == (0, 0, ())


def test_nothing_to_win():
    found = core_test(exact_game("ABC", np.zeros(8)))
    assert not found.is_empty
    assert found.least_core == 0
    assert found.share.tolist() == [0, 0, 0]


def test_twelve_players():
    """A convex game has a core; a little more for one half of the players takes it away."""
    value = np.array([float(s.bit_count() ** 2) for s in range(4096)])
    assert core_test(exact_game(LETTERS, value)).claim == "not empty"
    value[0b111111], value[0b111111000000] = 73, 73
    found = core_test(exact_game(LETTERS, value))
    assert found.subsidy == pytest.approx(2, abs=1e-7)


def test_a_core_of_one_point():
    """Additive values: rounding of sums does not make the core empty."""
    flat = np.array([0.1, 0.2, 0.3, 0.7])
    part = np.array([[s >> i & 1 for i in range(4)] for s in range(16)])
    found = core_test(exact_game("ABCD", part @ flat))
    assert not found.is_empty
    assert found.share == pytest.approx(flat, abs=1e-9)
