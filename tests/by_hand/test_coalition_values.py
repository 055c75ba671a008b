"""A game of two and of three regions by hand: values, shares, who pays whom.

All use is in BBB: 80 t/yr for two years, price 5,000 USD/t. AAA has the right to import 60 t/yr
and a plant of 20 t/yr that runs at 2,000 USD/t; a tonne goes to BBB for 10 USD. Going without
costs 6,000 USD/t for a quarter of the use (thrift) and 25,000 for the rest; every movement but
an import 1 USD/t.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from allanite.conditions.plan_case import Budget
from allanite.ensemble.coalition import sample_coalitions
from allanite.program.games.payments import side_payments
from allanite.studies.coalition.books import decision_books, operation_books
from allanite.studies.coalition.request import ShareRequest
from allanite.studies.coalition.sharing import find_shares
from allanite.studies.coalition.values import cost_game
from coalition_worlds import acting, make_players, make_setting, silent, solve_all
from plan_worlds import course

# 160 t at a quarter of 6,000 and three quarters of 25,000.
ALONE = 160 * (0.25 * 6000 + 0.75 * 25_000) / 1e6
# 120 t imported, 40 t made, 160 t moved.
TOGETHER = (120 * 5000 + 40 * 2001 + 160 * 11) / 1e6


def test_two_regions() -> None:
    players = make_players(present_cost=50.0)
    setting = make_setting(players, course(players.world))
    solved = solve_all(setting)
    cost = cost_game(players, solved)
    assert pytest.approx(3.24) == ALONE
    assert cost.value == pytest.approx([0.0, 0.0, ALONE, TOGETHER], abs=1e-6)
    assert (cost.low <= cost.value).all()
    for share in find_shares(cost, players.demand_share)[:2]:
        assert share.saving == pytest.approx([(ALONE - TOGETHER) / 2] * 2, abs=1e-6)
        assert share.leaves == ""


def test_who_pays_whom() -> None:
    players = make_players(present_cost=50.0)
    setting = make_setting(players, course(players.world))
    solved = solve_all(setting)
    joint = acting(setting, solved, 0, 1)
    # AAA imports and runs its plant, and sells 160 t; BBB buys them and pays the freight.
    assert joint.paid_in_all == pytest.approx(
        [(120 * 5000 + 40 * 2001 - 160 * 5000) / 1e6, (160 * 11 + 160 * 5000) / 1e6], abs=1e-6
    )
    assert joint.paid_in_all.sum() == pytest.approx(joint.solved.objective)
    due = np.array([0.0, ALONE]) - (ALONE - TOGETHER) / 2
    due += (joint.paid_in_all.sum() - due.sum()) / 2
    (payment,) = side_payments(players.names, joint.paid_in_all, due)
    assert (payment.payer, payment.receiver) == ("BBB", "AAA")
    assert payment.payment == pytest.approx((ALONE - TOGETHER) / 2 - 0.11996, abs=1e-6)


def test_three_regions() -> None:
    # CCC has half of the import rights and nothing else.
    players = make_players(
        names=("AAA", "BBB", "CCC"),
        imports=(30.0, 0.0, 30.0),
        plants=(1.0, 0.0, 0.0),
        demand=(0.0, 1.0, 0.0),
        budget=(100.0, 100.0, 100.0),
        present_cost=50.0,
    )
    setting = make_setting(players, course(players.world))
    cost = cost_game(players, solve_all(setting))
    a_b = 2 * (30 * 5000 + 20 * 2001 + 50 * 11 + 20 * 6000 + 10 * 25_000) / 1e6
    b_c = 2 * (30 * 5000 + 30 * 11 + 20 * 6000 + 30 * 25_000) / 1e6
    assert cost.value == pytest.approx([0, 0, ALONE, a_b, 0, 0, b_c, TOGETHER], abs=1e-6)
    shapley = find_shares(cost, players.demand_share)[0]
    first = (ALONE - a_b) / 6 + (b_c - TOGETHER) / 3
    last = (ALONE - b_c) / 6 + (a_b - TOGETHER) / 3
    assert shapley.saving == pytest.approx([first, ALONE - TOGETHER - first - last, last], abs=1e-6)
    assert shapley.low is not None and shapley.high is not None
    assert (shapley.low <= shapley.saving).all() and (shapley.saving <= shapley.high).all()


def test_a_project_of_one_is_no_choice_of_the_other() -> None:
    # Closed, the smelter would be worth its cost to BBB, which cannot build it alone.
    players = make_players()
    setting = make_setting(players, course(players.world, passing=0.0))
    solved = solve_all(setting)
    assert solved[2].built == pytest.approx([0.0])
    assert solved[3].built == pytest.approx([1.0])
    joint = acting(setting, solved, 0, 1)
    # What both may pay is paid by who has it at home, and by share of demand where nobody has.
    assert decision_books(players, players.world, joint.solved) == pytest.approx([0.3, 0.0])
    abroad = replace(players, owner=("both",), demand_share=np.array([0.25, 0.75]))
    found = decision_books(abroad, players.world, joint.solved)
    assert found == pytest.approx([0.075, 0.225])


def test_what_nobody_has_at_home_is_paid_by_demand() -> None:
    players = make_players(
        names=("CCC", "BBB"), imports=(60.0, 0.0), demand=(0.25, 0.75), present_cost=50.0
    )
    setting = make_setting(players, course(players.world))
    joint = acting(setting, solve_all(setting), 0, 1)
    books = operation_books(players, joint.program.world, setting.courses, joint.done)
    abroad = (120 * 5000 + 40 * 2001 - 160 * 5000) / 1e6
    assert books.sum(axis=(1, 2)) == pytest.approx(
        [0.25 * abroad, 0.75 * abroad + (160 * 11 + 160 * 5000) / 1e6], abs=1e-6
    )


def test_one_player() -> None:
    players = make_players(
        names=("BBB",), imports=(0.0,), plants=(0.0,), demand=(1.0,), budget=(100.0,)
    )
    setting = make_setting(players, course(players.world))
    cost = cost_game(players, solve_all(setting))
    assert cost.value == pytest.approx([0.0, ALONE])
    for share in find_shares(cost, players.demand_share):
        assert share.saving == pytest.approx([0.0])


def test_without_money_nothing_is_built() -> None:
    players = make_players(budget=(0.0, 0.0))
    setting = make_setting(players, course(players.world, passing=0.0))
    solved = solve_all(setting)
    assert solved[3].built == pytest.approx([0.0])
    players = make_players(budget=(0.0, 0.5))
    solved = solve_all(make_setting(players, course(players.world, passing=0.0)))
    assert solved[3].built == pytest.approx([0.5])


def test_eight_players_are_sampled() -> None:
    # Six with ten tonnes of rights each are alike; AAA has the plant and BBB the use.
    others = tuple(f"C{i}C" for i in range(6))
    players = make_players(
        names=("AAA", "BBB", *others),
        imports=(0.0, 0.0, *(10.0,) * 6),
        plants=(1.0, 0.0, *(0.0,) * 6),
        demand=(0.0, 1.0, *(0.0,) * 6),
        budget=(1.0,) * 8,
        present_cost=50.0,
    )
    setting = make_setting(players, course(players.world))
    request = ShareRequest(budget=Budget(total=8.0), permutations=4)
    solved, found, alone = sample_coalitions(setting, request, silent)
    assert found.share.sum() == pytest.approx(ALONE - TOGETHER)
    assert alone == pytest.approx([0.0, ALONE, *(0.0,) * 6], abs=1e-9)
    assert found.share[1] > found.share[2:].max()
    assert (found.standard_error >= 0).all()
    assert found.valued <= len(solved) < 255
    again = sample_coalitions(setting, request, silent)[1]
    assert (again.share == found.share).all()
