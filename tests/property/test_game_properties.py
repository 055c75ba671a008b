"""What holds for the shares of any game."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allanite.axis import FloatArray
from allanite.program.games.core import core_test
from allanite.program.games.game import (
    Game,
    blocking_coalitions,
    exact_game,
    excess,
    lexicographic_excess,
    members,
    savings_game,
)
from allanite.program.games.kohlberg import is_nucleolus
from allanite.program.games.nucleolus import nucleolus
from allanite.program.games.pairs import convexity
from allanite.program.games.payments import side_payments
from allanite.program.games.shapley import (
    shapley_interval,
    shapley_saving_interval,
    shapley_value,
)
from cooperative_games import (
    LETTERS,
    bankruptcy,
    is_worse,
    random_convex_game,
    random_game,
    random_imputation,
)

SEEDS = st.integers(0, 2**32 - 1)
COUNTS = st.integers(1, 5)
MANY = settings(max_examples=100, deadline=None)
SOME = settings(max_examples=40, deadline=None)


def reordered(game: Game, order: list[int]) -> Game:
    """The same game with its players in another order: player i of it is `order[i]`."""
    old = members(len(order))[:, np.argsort(order)] @ (1 << np.arange(len(order)))
    return exact_game([game.players[i] for i in order], game.value[old])


def bounded(generator: np.random.Generator, game: Game) -> Game:
    """The game with bounds around its values."""
    width = generator.integers(0, 3, (2, game.value.size)) * (np.arange(game.value.size) > 0)
    return Game(
        players=game.players,
        value=game.value,
        low=game.value - width[0],
        high=game.value + width[1],
    )


@MANY
@given(seed=SEEDS, count=COUNTS)
def test_shapley_value_shares_all_and_follows_names_and_sums(seed: int, count: int):
    generator = np.random.default_rng(seed)
    first, second = random_game(generator, count), random_game(generator, count)
    share = shapley_value(first)
    assert share.sum() == pytest.approx(first.total, abs=1e-9)
    together = exact_game(first.players, first.value + 3 * second.value)
    assert shapley_value(together) == pytest.approx(share + 3 * shapley_value(second), abs=1e-9)
    order = generator.permutation(count).tolist()
    assert shapley_value(reordered(first, order)).tobytes() == share[order].tobytes()


@MANY
@given(seed=SEEDS, count=COUNTS)
def test_shapley_value_is_the_mean_over_all_orders(seed: int, count: int):
    game = random_game(np.random.default_rng(seed), count)
    total = np.zeros(count)
    orders = list(permutations(range(count)))
    for order in orders:
        coalition = 0
        for i in order:
            total[i] += game.value[coalition | 1 << i] - game.value[coalition]
            coalition |= 1 << i
    assert shapley_value(game) == pytest.approx(total / len(orders), abs=1e-9)


@MANY
@given(seed=SEEDS, count=st.integers(1, 4))
def test_who_adds_nothing_gets_nothing_and_changes_nothing(seed: int, count: int):
    """A partner without demand and without assets."""
    game = random_game(np.random.default_rng(seed), count)
    wider = exact_game([*game.players, "none"], np.tile(game.value, 2))
    assert shapley_value(wider)[-1] == 0
    assert shapley_value(wider)[:-1] == pytest.approx(shapley_value(game), abs=1e-9)
    assert core_test(wider).subsidy == pytest.approx(core_test(game).subsidy, abs=1e-9)
    if not core_test(game).is_empty:
        assert nucleolus(wider).share == pytest.approx(
            [*nucleolus(game).share.tolist(), 0], abs=1e-9
        )


@MANY
@given(seed=SEEDS, count=st.integers(2, 5))
def test_those_who_are_alike_share_alike(seed: int, count: int):
    game = random_game(np.random.default_rng(seed), count)
    swapped = reordered(game, [1, 0, *range(2, count)])
    alike = exact_game(game.players, game.value + swapped.value)
    share = shapley_value(alike)
    assert share[0] == share[1]
    share = nucleolus(alike).share
    assert share[0] == pytest.approx(share[1], abs=1e-9)


@MANY
@given(seed=SEEDS, count=COUNTS)
def test_no_drawn_shares_beat_the_nucleolus(seed: int, count: int):
    generator = np.random.default_rng(seed)
    game = random_game(generator, count)
    share = nucleolus(game).share
    assert share.sum() == pytest.approx(game.total, abs=1e-9)
    assert (share >= game.single - 1e-9).all()
    best = lexicographic_excess(game, share)
    others = [random_imputation(generator, game) for _ in range(20)]
    near = [share + 1e-3 * (other - share) for other in others]
    for other in (*others, *near):
        assert not is_worse(best, lexicographic_excess(game, other), 1e-9)


@SOME
@given(seed=SEEDS, count=st.integers(2, 5))
def test_kohlberg_takes_the_nucleolus_and_nothing_beside_it(seed: int, count: int):
    generator = np.random.default_rng(seed)
    game = random_game(generator, count)
    share = nucleolus(game).share
    assert is_nucleolus(game, share)
    other = random_imputation(generator, game)
    for step in (1.0, 1e-4):
        moved = share + step * (other - share)
        assert is_nucleolus(game, moved) == (np.abs(moved - share).max() <= 1e-9)


@SOME
@given(seed=SEEDS, count=COUNTS)
def test_nucleolus_lies_in_a_core_that_is_not_empty(seed: int, count: int):
    game = random_game(np.random.default_rng(seed), count)
    found, share = core_test(game), nucleolus(game).share
    assert (blocking_coalitions(game, share) == ()) == (not found.is_empty)
    if count > 1 and not found.is_empty:
        assert lexicographic_excess(game, share)[0] == pytest.approx(found.least_core, abs=1e-9)


@SOME
@given(seed=SEEDS, count=COUNTS)
def test_the_subsidy_is_enough_and_proven(seed: int, count: int):
    game = random_game(np.random.default_rng(seed), count)
    found = core_test(game)
    assert excess(game, found.share).max() <= 1e-8
    assert found.share.sum() == pytest.approx(game.total + found.subsidy, abs=1e-8)
    part = members(count)
    weight = sum(w * part[s] for s, w in found.balance)
    assert weight == pytest.approx(np.ones(count), abs=1e-9)
    worth = sum(w * game.value[s] for s, w in found.balance)
    assert worth == pytest.approx(game.total + found.subsidy, abs=1e-9)


@SOME
@given(seed=SEEDS, count=COUNTS)
def test_shapley_value_of_a_convex_game_lies_in_its_core(seed: int, count: int):
    game = random_convex_game(np.random.default_rng(seed), count)
    assert convexity(game).claim == "holds"
    assert not core_test(game).is_empty
    assert blocking_coalitions(game, shapley_value(game)) == ()


@SOME
@given(seed=SEEDS, count=st.integers(2, 5), size=st.floats(0, 1))
def test_nucleolus_of_a_bankruptcy_is_the_rule_of_the_talmud(seed: int, count: int, size: float):
    """Half of each claim at most, in equal parts; beyond half of all claims the losses so."""
    claim = np.random.default_rng(seed).integers(1, 20, count).astype(np.float64)
    estate = size * claim.sum()
    given_out = min(estate, claim.sum() - estate)
    award = equal_up_to(claim / 2, given_out)
    expected = award if estate <= claim.sum() / 2 else claim - award
    found = nucleolus(bankruptcy(estate, claim.tolist())).share
    assert found == pytest.approx(expected, abs=1e-7)


def equal_up_to(most: FloatArray, amount: float) -> FloatArray:
    """Equal parts of the amount, none above its limit."""
    low, high = 0.0, float(most.max())
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if np.minimum(most, middle).sum() < amount else (low, middle)
    return np.minimum(most, high)


@SOME
@given(seed=SEEDS, count=COUNTS)
def test_intervals_hold_all_games_between_the_bounds_and_are_reached(seed: int, count: int):
    generator = np.random.default_rng(seed)
    game = bounded(generator, random_game(generator, count))
    part = members(count)
    share, saved = shapley_interval(game), shapley_saving_interval(game)
    core = core_test(game)
    for _ in range(10):
        value = generator.uniform(game.low, game.high)
        drawn = exact_game(game.players, value)
        for bounds, found in (
            (share, shapley_value(drawn)),
            (saved, shapley_value(savings_game(drawn))),
        ):
            assert (bounds.low <= found + 1e-9).all()
            assert (found <= bounds.high + 1e-9).all()
        subsidy = core_test(drawn).subsidy
        assert core.subsidy_low - 1e-8 <= subsidy <= core.subsidy_high + 1e-8
    for i in range(count):
        extreme = exact_game(game.players, np.where(part[:, i], game.high, game.low))
        assert shapley_value(extreme)[i] == pytest.approx(share.high[i], abs=1e-9)
    wide = shapley_interval(savings_game(game))
    assert (wide.low <= saved.low + 1e-9).all()
    assert (saved.high <= wide.high + 1e-9).all()


@MANY
@given(debt=st.lists(st.integers(-4, 4), min_size=1, max_size=6))
def test_side_payments_are_the_fewest_and_settle_all(debt: list[int]):
    debt = [*debt, -sum(debt)]
    players = list(LETTERS[: len(debt)])
    payments = side_payments(players, np.zeros(len(debt)), np.array(debt, dtype=np.float64))
    borne = dict.fromkeys(players, 0.0)
    for payment in payments:
        assert payment.payment > 0
        borne[payment.payer] += payment.payment
        borne[payment.receiver] -= payment.payment
    assert list(borne.values()) == debt
    owing = tuple(d for d in debt if d)
    assert len(payments) == len(owing) - most_groups(owing)


def most_groups(debt: tuple[int, ...]) -> int:
    """Into how many groups that sum to 0 the debts fall at most, by trying all of them."""
    if not debt:
        return 0
    best = -len(debt)
    for chosen in range(1 << (len(debt) - 1)):
        inside = [debt[0], *(d for k, d in enumerate(debt[1:]) if chosen >> k & 1)]
        if sum(inside) == 0:
            rest = tuple(d for k, d in enumerate(debt[1:]) if not chosen >> k & 1)
            best = max(best, 1 + most_groups(rest))
    return best
