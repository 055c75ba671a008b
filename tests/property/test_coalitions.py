"""What holds for any coalition: together is never dearer, limits add up, books balance."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from allanite.program.games.game import savings_game
from allanite.program.games.pairs import superadditivity
from allanite.studies.coalition.entitlements import entitlements
from allanite.studies.coalition.players import Players, coalition_budget, coalition_world
from allanite.studies.coalition.sharing import find_shares
from allanite.studies.coalition.values import coalition_program, cost_game, restricted
from coalition_worlds import acting, make_players, make_setting, solve_all
from plan_worlds import random_course


def random_players(seed: int) -> Players:
    """Three players with rights and money at random; the third has no use and no plants."""
    random = np.random.default_rng([seed, 7])
    part = random.random()
    return make_players(
        names=("AAA", "BBB", "CCC"),
        imports=tuple(random.uniform(0, 60, 3)),
        plants=(part, 1 - part, 0.0),
        demand=(0.0, 1.0, 0.0),
        budget=tuple(random.choice([0.0, 0.3, 2.0], 3)),
        owner=str(random.choice(["AAA", "BBB", "CAN"])),
        bought=float(random.choice([0.0, 20.0])),
        starts=(0, 4),
        offtake=0.0,
        discount=0.05,
    )


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000))
def test_together_is_never_dearer_and_books_balance(seed: int) -> None:
    players = random_players(seed)
    setting = make_setting(
        players, random_course(players.world, seed), random_course(players.world, seed + 1, 0.0)
    )
    solved = solve_all(setting)
    cost = cost_game(players, solved)
    saved = savings_game(cost)
    assert superadditivity(saved).claim != "fails"
    assert saved.high.min() >= -1e-9
    joint = acting(setting, solved, 0, 1, 2)
    assert np.isclose(joint.paid_in_all.sum(), joint.solved.objective, atol=1e-5)
    for share in find_shares(cost, players.demand_share):
        assert np.isclose(share.saving.sum(), saved.total, atol=1e-6)


@settings(deadline=None)
@given(st.integers(0, 10_000))
def test_limits_of_coalitions_add_up(seed: int) -> None:
    players = random_players(seed)
    whole = coalition_world(players, (0, 1, 2))
    parts = [coalition_world(players, (i,)) for i in range(3)]
    assert np.allclose(sum(p.goods.import_rate for p in parts), whole.goods.import_rate)
    assert np.allclose(sum(p.plants.size for p in parts), whole.plants.size)
    assert np.allclose(sum(p.options.most for p in parts), whole.options.most)
    budgets = [coalition_budget(players, (i,)).total for i in range(3)]
    assert np.isclose(sum(budgets), coalition_budget(players, (0, 1, 2)).total)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000))
def test_the_plan_of_all_cut_down_is_a_plan(seed: int) -> None:
    players = random_players(seed)
    setting = make_setting(players, random_course(players.world, seed))
    larger = solve_all(setting)[7]
    for members in ((0, 1), (1, 2), (0,), (1,), (2,)):
        program = coalition_program(setting, members)
        value = restricted(program, larger)
        assert value is not None
        first = program.first.program
        assert (value >= first.column_lower - 1e-9).all()
        assert (value <= first.column_upper + 1e-9).all()
        assert (first.matrix @ value <= first.row_upper + 1e-7).all()


@given(st.integers(0, 10_000))
def test_nobody_is_entitled_to_less_than_alone(seed: int) -> None:
    random = np.random.default_rng(seed)
    joint, alone = random.uniform(0, 10, (2, 3, 4, 5)) * (random.random((2, 3, 4, 5)) < 0.7)
    found = entitlements(joint, alone)
    assert (found >= alone).all()
    more = np.maximum(joint.sum(axis=0), alone.sum(axis=0))
    assert (found.sum(axis=0) <= more + 1e-9).all()
