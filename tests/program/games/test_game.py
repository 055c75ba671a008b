from __future__ import annotations

import numpy as np
import pytest

from allanite.errors import UsageError
from allanite.program.games.game import (
    Game,
    blocking_coalitions,
    exact_game,
    excess,
    lexicographic_excess,
    savings_game,
)
from allanite.program.games.pairs import convexity, superadditivity
from cooperative_games import LETTERS, game_of

COST = game_of({"A": 5, "B": 4, "C": 3, "AB": 7, "AC": 8, "BC": 4, "ABC": 9})


def with_bounds(game: Game, low: float, high: float) -> Game:
    """Bounds around the values of coalitions of several players."""
    several = np.array([s & (s - 1) > 0 for s in range(game.value.size)])
    return Game(
        players=game.players,
        value=game.value,
        low=game.value - low * several,
        high=game.value + high * several,
    )


def test_coalitions_in_words_and_back():
    assert COST.label(0b101) == "A + C"
    assert COST.label(0) == "nobody"
    assert COST.coalition(["C", "A"]) == 0b101
    assert COST.everybody == 7
    assert COST.total == 9
    assert COST.single.tolist() == [5, 4, 3]


def test_savings_are_costs_alone_less_costs_together():
    found = savings_game(COST)
    assert found.value.tolist() == [0, 0, 0, 2, 0, 0, 3, 3]


def test_bounds_of_savings_take_costs_at_their_worst():
    cost = Game(players=COST.players, value=COST.value, low=COST.value * 0.9, high=COST.value * 1.1)
    found = savings_game(cost)
    assert found.low[0b011] == pytest.approx(0.9 * 9 - 1.1 * 7)
    assert found.high[0b011] == pytest.approx(1.1 * 9 - 0.9 * 7)
    assert found.low[[1, 2, 4]].tolist() == found.high[[1, 2, 4]].tolist() == [0, 0, 0]


def test_excess_and_who_blocks():
    game = game_of({"AB": 6, "BC": 5, "ABC": 8})
    assert excess(game, [4, 0, 4]).tolist() == [0, -4, 0, 2, -4, -8, 1, 0]
    assert lexicographic_excess(game, [4, 0, 4]).tolist() == [2, 1, 0, -4, -4, -8]
    assert [game.label(s) for s in blocking_coalitions(game, [4, 0, 4])] == ["A + B", "B + C"]
    assert blocking_coalitions(game, [2, 4, 2]) == ()


def test_arrays_are_the_games_own():
    value = np.array([0.0, 1.0])
    game = exact_game(["A"], value)
    value[1] = 7
    assert game.value.tolist() == [0, 1]
    with pytest.raises(ValueError, match="read-only"):
        game.value[1] = 7


@pytest.mark.parametrize(
    ("players", "value", "text"),
    [
        ([], [0], "0 players; there must be 1 to 12"),
        ([str(i) for i in range(13)], np.zeros(8192), "13 players; there must be 1 to 12"),
        (["A", "A"], [0, 0, 0, 0], "must be distinct; found twice: A"),
        (["A", "B"], [0, 1, 2], r"value has shape \(3,\); 2 players need 4 values"),
        (["A", "B"], [0, 1, 2, np.nan], r"value\[A \+ B\] is nan; it must be a finite number"),
        (["A", "B"], [0, np.inf, 2, 3], r"value\[A\] is inf"),
        (["A"], [2, 1], r"value\[nobody\] is 2; nobody wins and costs 0"),
    ],
)
def test_what_is_no_game(players: list[str], value: list[float], text: str):
    with pytest.raises(UsageError, match=text):
        exact_game(players, value)


def test_bounds_that_do_not_hold_the_value():
    value = np.array([0.0, 1.0])
    with pytest.raises(UsageError, match=r"value\[A\] is 1, its bounds are 2 and 3"):
        Game(players=("A",), value=value, low=value * 2, high=value * 3)


def test_an_unknown_player_is_named():
    with pytest.raises(UsageError, match="unknown player 'D'; players: A, B, C"):
        COST.coalition(["A", "D"])


@pytest.mark.parametrize(
    ("share", "text"),
    [([1, 2], r"share has shape \(2,\)"), ([1, np.nan, 2], r"share\[B\] is nan")],
)
def test_shares_that_are_none(share: list[float], text: str):
    with pytest.raises(UsageError, match=text):
        excess(COST, share)


def test_two_who_lose_by_joining_are_named():
    game = game_of({"A": 2, "B": 2, "AB": 5, "C": 1, "AC": 1, "BC": 3, "ABC": 6})
    found = superadditivity(game)
    assert not found.holds
    assert found.claim == "fails"
    assert found.gain == -2
    assert {game.label(found.first), game.label(found.second)} == {"A", "C"}


def test_a_player_who_adds_less_to_more_is_told_by_the_pair():
    game = game_of({"AB": 4, "AC": 4, "BC": 0, "ABC": 6})
    assert superadditivity(game).holds
    found = convexity(game)
    assert not found.holds
    assert found.gain == -2  # 6 + 0 - 4 - 4
    assert {game.label(found.first), game.label(found.second)} == {"A + B", "A + C"}


@pytest.mark.parametrize(
    ("low", "high", "claim"), [(1.0, 0.0, "holds"), (3.0, 0.0, "cannot be told")]
)
def test_bounds_may_not_allow_a_claim(low: float, high: float, claim: str):
    """A and B win 2 by joining; ABC wins 4 over AB and C, less with all bounds at their worst."""
    game = game_of({"AB": 2, "AC": 2, "BC": 2, "ABC": 6})
    assert superadditivity(with_bounds(game, low, high)).claim == claim


def test_a_game_that_fails_only_at_its_values_cannot_be_told():
    game = game_of({"A": 1, "B": 1, "AB": 1})
    assert superadditivity(game).claim == "fails"
    found = superadditivity(with_bounds(game, 0.0, 2.0))
    assert not found.holds
    assert found.claim == "cannot be told"


def test_one_player_has_no_pair():
    game = exact_game("A", [0, 3])
    for found in (superadditivity(game), convexity(game)):
        assert (found.holds, found.claim, found.first, found.second) == (True, "holds", 0, 0)


def test_twelve_players_are_tested_whole():
    """One pair of the 261,625 without a common member loses."""
    size = np.array([s.bit_count() for s in range(4096)], dtype=np.float64)
    value = size**2
    value[0b111] = 2  # 1 and 2 alone win 1 + 4
    found = superadditivity(exact_game(LETTERS, value))
    assert found.gain == 2 - 5
    assert found.first | found.second == 0b111
