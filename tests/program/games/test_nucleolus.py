from __future__ import annotations

import time

import numpy as np
import pytest

from allanite.errors import ModelError, SolveError, UsageError
from allanite.program.games import nucleolus as nucleolus_file
from allanite.program.games.game import exact_game, members
from allanite.program.games.kohlberg import is_nucleolus
from allanite.program.games.nucleolus import nucleolus
from cooperative_games import LETTERS, game_of, random_game


def test_two_players_halve_what_they_win_by_joining():
    found = nucleolus(game_of({"A": 1, "B": 2, "AB": 6}))
    assert found.share == pytest.approx([2.5, 3.5], abs=1e-12)
    assert found.level == pytest.approx([-1.5], abs=1e-12)
    assert found.settled == ((1, 2),)


def test_one_player_takes_all():
    found = nucleolus(exact_game(["A"], [0, 5]))
    assert found.share.tolist() == [5]
    assert found.settled == ()


def test_nothing_to_share():
    assert nucleolus(exact_game("ABC", np.zeros(8))).share.tolist() == [0, 0, 0]


def test_a_single_imputation_is_the_answer():
    """Nothing is won together, whatever two of them could win."""
    found = nucleolus(game_of({"A": 1, "B": 2, "C": 3, "AB": 9, "BC": 4, "ABC": 6}))
    assert found.share == pytest.approx([1, 2, 3], abs=1e-12)


def test_levels_fall():
    found = nucleolus(game_of({"AB": 5, "AC": 4, "BC": 1, "ABC": 6}))
    assert len(found.level) > 1
    assert (np.diff(found.level) < 0).all()


def test_no_shares_give_each_what_it_wins_alone():
    with pytest.raises(ModelError, match=r"A \+ B wins 4 together and its members 5 alone"):
        nucleolus(game_of({"A": 3, "B": 2, "AB": 4}))


def test_nine_players_are_too_many():
    with pytest.raises(UsageError, match="9 players; the nucleolus takes at most 8"):
        nucleolus(exact_game(LETTERS[:9], np.zeros(512)))


@pytest.mark.parametrize("seed", range(3))
def test_eight_players_take_less_than_two_seconds(seed: int):
    game = random_game(np.random.default_rng(seed), 8, largest=40)
    started = time.process_time()
    found = nucleolus(game)
    assert time.process_time() - started < 2
    assert is_nucleolus(game, found.share)


def test_eight_alike_share_alike():
    value = np.array([float(s.bit_count() >= 5) for s in range(256)])
    assert nucleolus(exact_game(LETTERS[:8], value)).share == pytest.approx([1 / 8] * 8, abs=1e-12)


@pytest.mark.parametrize("scale", [1e-6, 7.0, 3e9])
@pytest.mark.parametrize("base", [0.0, 1e3])
def test_units_and_what_each_wins_alone_do_not_matter(scale: float, base: float):
    game = random_game(np.random.default_rng(11), 4)
    alone = members(4) @ np.array([base, -base, 2 * base, 0.0])
    moved = exact_game(game.players, scale * (game.value + alone))
    expected = scale * (nucleolus(game).share + np.array([base, -base, 2 * base, 0]))
    assert nucleolus(moved).share == pytest.approx(expected, abs=1e-9 * scale * max(base, 10))


@pytest.mark.parametrize("noise", [1e-13, 1e-10, 1e-9, 1e-7])
def test_ties_that_noise_breaks(noise: float):
    """Values from programmes solved to a gap: shares move no more than some times the noise."""
    generator = np.random.default_rng(2)
    for _ in range(5):
        game = random_game(generator, 5)
        moved = game.value + noise * generator.random(32)
        moved[0] = 0
        moved[-1] += 10 * noise
        found = nucleolus(exact_game(game.players, moved)).share
        assert found == pytest.approx(nucleolus(game).share, abs=100 * noise + 1e-9)


def test_kohlberg_refuses_what_is_no_share_of_the_whole():
    game = game_of({"AB": 1, "ABC": 2, "C": 0.5})
    right = nucleolus(game).share
    assert is_nucleolus(game, right)
    assert not is_nucleolus(game, right * 1.01)
    assert not is_nucleolus(game, [1.0, 0.75, 0.25])
    with pytest.raises(UsageError, match=r"share has shape \(2,\)"):
        is_nucleolus(game, [1.0, 1.0])


def test_shares_that_are_not_proven_are_not_handed_out(monkeypatch: pytest.MonkeyPatch):
    shares = nucleolus_file._shares

    def wrong(*found: object) -> object:
        share, level = shares(*found)  # type: ignore[arg-type]
        return share[::-1], level

    monkeypatch.setattr(nucleolus_file, "_shares", wrong)
    with pytest.raises(SolveError, match="not the nucleolus by Kohlberg's criterion"):
        nucleolus(game_of({"AB": 1, "AC": 0.5, "ABC": 2}))
