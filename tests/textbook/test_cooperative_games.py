"""Published games with known Shapley values, nucleoli and cores.

Sources: Shapley and Shubik (1954), A method for evaluating the distribution of power in a
committee system, with its Security Council of today (4 / 2145 for a member without veto).
Littlechild and Owen (1973), A simple expression for the Shapley value in a special case, and
Littlechild (1974), A simple expression for the nucleolus in a special case: airports. Aumann and
Maschler (1985), Game theoretic analysis of a bankruptcy problem from the Talmud. Peleg (1968),
On weights of constant-sum majority games. Peleg and Sudhölter (2007), Introduction to the Theory
of Cooperative Games, example 5.5.12. Ferguson, Game Theory, part IV. Shapley and Shubik (1969),
On market games: gloves. Guajardo and Jörnsten (2015), Common mistakes in computing the nucleolus,
European Journal of Operational Research 241: the right nucleoli of four published cases.
"""

from __future__ import annotations

import numpy as np
import pytest

from allanite.program.games.core import core_test
from allanite.program.games.game import Game, blocking_coalitions, exact_game, savings_game
from allanite.program.games.nucleolus import nucleolus
from allanite.program.games.pairs import convexity, superadditivity
from allanite.program.games.sampled import sampled_shapley
from allanite.program.games.shapley import shapley_value
from cooperative_games import airport, bankruptcy, game_of, listed_game, weighted_voting

CLAIMS = (100.0, 200.0, 300.0)
MAJORITY = {"AB": 1.0, "AC": 1.0, "BC": 1.0, "ABC": 1.0}
GLOVES = {"AB": 1.0, "AC": 1.0, "ABC": 1.0}  # A has a left one, B and C a right one each


def costs(game: Game) -> Game:
    """A game of costs as one of values."""
    return exact_game(game.players, -game.value)


@pytest.mark.parametrize(
    ("estate", "expected"),
    [(100.0, [100 / 3] * 3), (200.0, [50.0, 75.0, 75.0]), (300.0, [50.0, 100.0, 150.0])],
)
def test_the_talmud_divides_an_estate_by_the_nucleolus(estate: float, expected: list[float]):
    found = nucleolus(bankruptcy(estate, CLAIMS))
    assert found.share == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("estate", [100.0, 200.0, 300.0])
def test_bankruptcy_games_are_convex(estate: float):
    """Curiel, Maschler and Tijs (1987), Bankruptcy games."""
    game = bankruptcy(estate, CLAIMS)
    assert convexity(game).holds
    assert superadditivity(game).claim == "holds"
    assert blocking_coalitions(game, shapley_value(game)) == ()


def test_airport_of_six_planes():
    """Runways of 40 to 90: each stretch is paid in equal parts by all who need it."""
    runway = airport([40.0, 50.0, 60.0, 70.0, 80.0, 90.0])
    expected = np.array([40, 52, 67, 87, 117, 177]) / 6
    assert shapley_value(runway) == pytest.approx(expected, abs=1e-12)
    saved = shapley_value(savings_game(runway))
    assert saved == pytest.approx(runway.single - expected, abs=1e-12)


@pytest.mark.parametrize(
    "cost", [(1.0, 2.0), (40.0, 50.0, 60.0, 70.0, 80.0, 90.0), (3.0, 3.0, 10.0, 50.0)]
)
def test_airport_nucleolus_by_littlechild(cost: tuple[float, ...]):
    """A group that may pay least a head of what is left to pay, then the next one."""
    fees = []
    while len(fees) < len(cost):
        done = len(fees)
        paid = cost[done - 1] - fees[-1] if done else 0.0
        rate = [(c - paid) / (k + 2) for k, c in enumerate(cost[done:-1])]
        rate.append((cost[-1] - paid) / (len(cost) - done))
        least = int(np.argmin(rate))
        fees += [rate[least]] * (least + 1)
    runway = airport(cost)
    found = nucleolus(savings_game(runway))
    assert runway.single - found.share == pytest.approx(fees, abs=1e-9)
    assert nucleolus(costs(runway)).share == pytest.approx([-fee for fee in fees], abs=1e-9)


def test_gloves():
    """The short side takes all in the core; by the Shapley value two thirds."""
    game = game_of(GLOVES)
    assert shapley_value(game) == pytest.approx([2 / 3, 1 / 6, 1 / 6], abs=1e-15)
    assert nucleolus(game).share == pytest.approx([1, 0, 0], abs=1e-12)
    assert [game.label(s) for s in blocking_coalitions(game, shapley_value(game))] == [
        "A + B",
        "A + C",
    ]
    assert not core_test(game).is_empty


def test_majority_of_three_has_an_empty_core():
    """Any two may have the whole: half as much again would satisfy all of them."""
    game = game_of(MAJORITY)
    found = core_test(game)
    assert found.is_empty
    assert found.claim == "empty"
    assert found.subsidy == pytest.approx(0.5, abs=1e-9)
    assert found.share == pytest.approx([0.5] * 3, abs=1e-9)
    pairs = [game.coalition(pair) for pair in ("AB", "AC", "BC")]
    assert dict(found.balance) == pytest.approx(dict.fromkeys(pairs, 0.5), abs=1e-9)
    assert found.least_core == pytest.approx(1 / 3, abs=1e-9)
    assert found.binding == tuple(sorted(pairs))
    assert nucleolus(game).share == pytest.approx([1 / 3] * 3, abs=1e-12)
    assert not convexity(game).holds


def test_votes_of_3_2_1_1_with_a_quota_of_4():
    """Shapley and Shubik's index; by Peleg the nucleolus is the homogeneous votes 2, 1, 1, 1."""
    game = weighted_voting(4, [3, 2, 1, 1])
    assert shapley_value(game) == pytest.approx([1 / 2, 1 / 6, 1 / 6, 1 / 6], abs=1e-15)
    assert nucleolus(game).share == pytest.approx([0.4, 0.2, 0.2, 0.2], abs=1e-12)


def test_security_council_by_drawn_orders():
    """5 members with a veto and 10 without; 9 votes pass. Each veto holds 421 / 2145."""

    def passes(coalition: int) -> float:
        return float(coalition & 0b11111 == 0b11111 and coalition.bit_count() >= 9)

    members = [f"member {i}" for i in range(15)]
    found = sampled_shapley(members, passes, 4000, np.random.default_rng(1945))
    assert found.share.sum() == pytest.approx(1, abs=1e-12)
    veto, error = found.share[:5], found.standard_error[:5]
    assert (np.abs(veto - 421 / 2145) < 4 * error).all()
    assert error.max() < 0.01
    assert found.share[5:].mean() == pytest.approx(4 / 2145, abs=1e-3)


def test_shapley_value_of_ferguson():
    game = game_of({"A": 1, "C": 1, "AB": 4, "AC": 3, "BC": 5, "ABC": 8})
    assert shapley_value(game) == pytest.approx([14 / 6, 17 / 6, 17 / 6], abs=1e-15)


def test_nucleolus_of_ferguson():
    game = game_of({"A": -1, "C": 1, "AB": 3, "AC": 4, "BC": 2, "ABC": 5})
    assert nucleolus(game).share == pytest.approx([8 / 3, 2 / 3, 5 / 3], abs=1e-12)


def test_nobody_gets_less_than_alone():
    """Peleg and Sudhölter: without that condition C would pay 4 to A and B."""
    game = game_of({"AB": 10, "ABC": 2})
    assert nucleolus(game).share == pytest.approx([1, 1, 0], abs=1e-12)


# Guajardo and Jörnsten, each with a wrong nucleolus in its first publication.
LEMAIRE = [46125, 69187.5, 90000, 53812.5, 17437.5, 30750, 5812.5]
HASAN = [8, 8, 10, 20, 19, 10, 20, 19, 1, 10, 13, 12, 10, 12, 11]
OH_AND_SHIN = [375144, 568232, 772500, 551055, 245280, 452411, 211239]
SAKAWA = [
    *(0.060, 0.378, 0.536, 0.906, 1.000, 0.573, 0.747, 0.874, 0.485, 0.144, 0.546),
    *(0.634, 0.255, 0.408, 0.561, 0.182, 0.168, 0.337, 0.706, 0.801, 0.379, 0.538),
    *(0.668, 0.279, 0.030, 0.383, 0.473, 0.083, 0.249, 0.386, 0.000),
]


@pytest.mark.parametrize(
    ("game", "expected"),
    [
        pytest.param(listed_game(LEMAIRE), [52687.5, 24468.75, 12843.75], id="insurers"),
        pytest.param(costs(listed_game(HASAN)), [-7.5, -0.5, -1.5, -10.5], id="broadcast"),
        pytest.param(
            costs(listed_game(OH_AND_SHIN)), [-331695.25, -233051.25, -207753.5], id="factories"
        ),
        pytest.param(listed_game(SAKAWA), [0.165, 0.3205, 0.0845, 0.3745, 0.0555], id="transport"),
    ],
)
def test_nucleoli_that_were_first_published_wrong(game: Game, expected: list[float]):
    largest = np.abs(game.value).max()
    assert nucleolus(game).share == pytest.approx(expected, abs=1e-12 * largest)
