"""Not going along, by hand, in the small world of `coalition_worlds`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from allanite.studies.coalition.entitlements import entitlements
from allanite.studies.coalition.rows import verdict
from allanite.studies.coalition.stability import (
    find_moves,
    hoarding_program,
    late_program,
    outsider_world,
)
from coalition_worlds import agreed, make_players, make_setting, silent, solve_all
from plan_worlds import MET_A, QUARTERS, course


def test_who_stays_outside_loses_what_it_was_to_save() -> None:
    players = make_players(present_cost=50.0)
    setting = make_setting(players, course(players.world))
    pact = agreed(setting)
    moves = [m for m in find_moves(pact, silent) if m.test == "outside"]
    own = {m.player: m for m in moves if m.player == m.affected}
    saved = (pact.cost.single.sum() - pact.cost.total) / 2
    for player in players.names:
        assert own[player].cost_with - own[player].cost_without == pytest.approx(-saved, abs=1e-6)
        assert verdict(own[player]) == "loses"


def test_an_outsider_buys_from_what_the_others_built_abroad() -> None:
    # The smelter stands abroad: BBB with all demand builds it, CCC has a claim to none of it.
    players = make_players(plants=(0.25, 0.75), demand=(0.25, 0.75), owner="CAN", present_cost=0.1)
    setting = make_setting(players, course(players.world, passing=0.0))
    solved = solve_all(setting)
    assert solved[2].built == pytest.approx([0.75])
    world = outsider_world(setting, 0, solved[2])
    assert world.options.most == pytest.approx([0.25])
    assert world.options.capital == pytest.approx([0.0])
    assert world.options.present_cost == pytest.approx([0.0])


def test_late_decides_nothing_in_the_first_two_years() -> None:
    players = make_players(starts=(0, 4), permit=0.0, build=1.0, bought=5.0)
    setting = make_setting(players, course(players.world, passing=0.0))
    pact = agreed(setting)
    late = late_program(setting, pact.joint.program, 0)
    first = late.staged.nodes[0].program
    investment = late.first.investment
    assert investment is not None
    assert first.column_upper[investment.built] == pytest.approx([0.0, 0.0])
    assert (first.column_upper[investment.ordered] > 0).all()  # BBB orders as before
    moves = [m for m in find_moves(pact, silent) if m.test == "late" and m.player == "AAA"]
    in_all = next(m for m in moves if m.affected == "all")
    assert in_all.cost_without > in_all.cost_with + 0.1
    each = [m for m in moves if m.affected != "all"]
    assert sum(m.cost_without for m in each) == pytest.approx(in_all.cost_without)


def test_hoarding_keeps_goods_at_home_only_in_an_embargo() -> None:
    # A stock at AAA, from which BBB is fed.
    players = make_players(bought=40.0, present_cost=50.0)
    stocks = replace(players.world.stocks, node=np.array([MET_A, MET_A]))
    players = replace(players, world=replace(players.world, stocks=stocks))
    released = np.zeros((QUARTERS.count, 1), dtype=bool)
    released[4:] = True
    setting = make_setting(players, replace(course(players.world), released=released))
    pact = agreed(setting)
    program = hoarding_program(setting, pact.joint.program, 0)
    done = pact.operate(program, pact.joint.solved.state, pact.joint.solved)
    flow = done.amount["flow"][0, :, 0]
    assert flow[:4] == pytest.approx(20.0)
    assert flow[4:] == pytest.approx(0.0)
    moves = [m for m in find_moves(pact, silent) if m.test == "hoarding" and m.player == "AAA"]
    # Half of the use goes without for a year: 80 t at 20,250 USD less 5,011 or 2,011 USD a tonne.
    in_all = next(m for m in moves if m.affected == "all")
    assert in_all.cost_without - in_all.cost_with == pytest.approx(
        (80 * 20_250 - 60 * 5011 + 60 * 0 - 20 * 2012) / 1e6, abs=2e-3
    )


def test_entitlements_by_hand() -> None:
    joint, alone = np.array([[6.0], [4.0]]), np.array([[1.0], [5.0]])
    # Four tonnes more together than apart, all of them for the first.
    assert entitlements(joint, alone) == pytest.approx(np.array([[5.0], [5.0]]))
    # Less together than apart: everybody keeps what it would have alone.
    assert entitlements(joint / 4, alone) == pytest.approx(alone)
