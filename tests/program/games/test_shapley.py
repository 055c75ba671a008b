from __future__ import annotations

import numpy as np
import pytest

from allanite.errors import UsageError
from allanite.program.games.game import Game, exact_game, savings_game
from allanite.program.games.sampled import sampled_shapley
from allanite.program.games.shapley import (
    shapley_interval,
    shapley_saving_interval,
    shapley_value,
)
from cooperative_games import LETTERS, game_of, random_game

PAIR = game_of({"A": 1, "B": 2, "AB": 6})


def test_two_players_halve_what_they_win_by_joining():
    assert shapley_value(PAIR).tolist() == [2.5, 3.5]


def test_one_player_takes_all():
    assert shapley_value(exact_game(["A"], [0, -7])).tolist() == [-7]


def test_bounds_of_two_shares_by_hand():
    """phi_A = (v(A) + v(AB) - v(B)) / 2."""
    value = PAIR.value
    game = Game(
        players=PAIR.players,
        value=value,
        low=value - np.array([0, 0.5, 1, 2]),
        high=value + np.array([0, 1.5, 0, 4]),
    )
    found = shapley_interval(game)
    assert found.low == pytest.approx([(0.5 + 4 - 2) / 2, (1 + 4 - 2.5) / 2])
    assert found.high == pytest.approx([(2.5 + 10 - 1) / 2, (2 + 10 - 0.5) / 2])


def test_savings_know_that_a_cost_alone_is_one_number():
    """Saving of A = (c(A) + c(B) - c(AB)) / 2 = that of B: the width is 1, not more."""
    cost = np.array([0.0, 10.0, 20.0, 24.0])
    width = np.array([0, 1, 0, 0])
    game = Game(players=("A", "B"), value=cost, low=cost - width, high=cost + width)
    found = shapley_saving_interval(game)
    assert found.low == pytest.approx([2.5, 2.5])
    assert found.high == pytest.approx([3.5, 3.5])


def test_twelve_players_with_one_who_adds_nothing():
    rest = np.arange(1 << 11, dtype=np.float64) ** 1.5
    found = shapley_value(exact_game(LETTERS, np.tile(rest, 2)))
    assert found[-1] == 0
    assert found.sum() == pytest.approx(rest[-1], rel=1e-12)


def test_drawn_orders_come_near_the_exact_value():
    game = random_game(np.random.default_rng(3), 6)
    exact = shapley_value(game)
    asked: list[int] = []

    def value_of(coalition: int) -> float:
        asked.append(coalition)
        return float(game.value[coalition])

    found = sampled_shapley(game.players, value_of, 600, np.random.default_rng(4))
    assert (np.abs(found.share - exact) < 4 * found.standard_error).all()
    assert (found.standard_error < 0.5).all()
    assert found.share.sum() == pytest.approx(game.total, abs=1e-9)
    assert len(asked) == len(set(asked)) == found.valued
    assert 0 not in asked


def test_standard_errors_are_those_of_repeated_draws():
    game = random_game(np.random.default_rng(5), 5)
    runs = [
        sampled_shapley(game.players, game.value.__getitem__, 40, np.random.default_rng(seed))
        for seed in range(200)
    ]
    spread = np.std([run.share for run in runs], axis=0, ddof=1)
    told = np.sqrt(np.mean([run.standard_error**2 for run in runs], axis=0))
    assert told == pytest.approx(spread, rel=0.25)


def test_a_pair_of_orders_has_no_error_where_players_add_in_twos():
    """With v(S) = |S|^2 an order and its reverse give every player its exact share."""
    found = sampled_shapley(
        list("ABCDEFG"), lambda s: float(s.bit_count() ** 2), 4, np.random.default_rng(0)
    )
    assert found.share == pytest.approx(np.full(7, 7.0), abs=1e-12)
    assert found.standard_error == pytest.approx(np.zeros(7), abs=1e-12)


def test_the_same_seed_gives_the_same_bytes():
    game = random_game(np.random.default_rng(6), 6)
    first, second = (
        sampled_shapley(game.players, game.value.__getitem__, 20, np.random.default_rng(9))
        for _ in range(2)
    )
    assert first.share.tobytes() == second.share.tobytes()


@pytest.mark.parametrize("permutations", [-2, 0, 2, 5])
def test_orders_come_in_pairs(permutations: int):
    with pytest.raises(UsageError, match="give an even number from 4 on"):
        sampled_shapley(["A"], lambda _: 1.0, permutations, np.random.default_rng(0))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_coalition_without_a_value_is_named(value: float):
    with pytest.raises(UsageError, match=r"value\[B\] is (nan|inf); it must be a finite"):
        sampled_shapley(
            ["A", "B"], lambda s: value if s == 2 else 1.0, 20, np.random.default_rng(0)
        )


def test_drawn_orders_of_nobody():
    with pytest.raises(UsageError, match="0 players"):
        sampled_shapley([], lambda _: 1.0, 4, np.random.default_rng(0))


def test_savings_and_costs_give_the_same_shares():
    cost = random_game(np.random.default_rng(8), 5)
    saved = shapley_value(savings_game(cost))
    assert cost.single - saved == pytest.approx(shapley_value(cost), abs=1e-9)
