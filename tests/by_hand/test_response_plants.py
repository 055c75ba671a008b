"""Other plants that make up for a shortage, with pencil and paper: products, capacity.

Each case is solved, solved again from its stored tables, and stored as a result and read back.
Half a year in months; costs in USD.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from allanite.network.normal import NormalState
from allanite.studies.response.outcome import Outcome
from allanite.studies.response.solve import solve_foresight
from lineage_networks import add, state_of
from response_worlds import (
    MONTHS,
    PARTNER,
    Terms,
    activity_of,
    add_use,
    draft_of,
    effects,
    idle,
    shortage_of,
    three_ways,
    world_of,
)


# --- joint production ---------------------------------------------------------------------------
# Two separators in JPN: `first` 60 t/yr of a (0.25 t of b each), `second` 40 t/yr (1 t of b each),
# with room for 70. Uses: 100 of a, 55 of b. Without `first`, `second` makes 70 of a and 70 of b:
# 30 of a short, 15 of b leave unused. A year: 30 x 20 (running) + 30 x 1,000; half of it 15,300.
def _separators() -> NormalState:
    draft = draft_of(("JPN",), {"feed": 0.1, "a": 1.0, "b": 1.0})
    add(draft, "JPN", "dig", {"feed": 1.0}, stage="mine")
    more = {"stage": "separation", "capacity_rate": 60.0}
    add(draft, "JPN", "first", {"a": 1.0, "b": 0.25, "feed": -2.0}, **more)
    more["capacity_rate"] = 70.0
    add(draft, "JPN", "second", {"a": 1.0, "b": 1.0, "feed": -2.0}, **more)
    for material in ("a", "b"):
        add_use(draft, "JPN", "use", material)
    return state_of(
        draft,
        activity={"JPN:dig": 200.0, "JPN:first": 60.0, "JPN:second": 40.0},
        routes={},
        demands={"JPN: use: a": 100.0, "JPN: use: b": 55.0},
    )


def test_the_other_product_leaves_unused(tmp_path: Path) -> None:
    world = world_of(_separators(), Terms(running=20.0, spare=0.0))
    outage = effects(world, MONTHS, process_availability={"JPN:first": 0.0})

    def check(outcome: Outcome) -> None:
        assert activity_of(outcome, "JPN:second") == pytest.approx([70 / 12] * 6)
        assert activity_of(outcome, "JPN:first") == pytest.approx([0.0] * 6)
        assert shortage_of(outcome, "JPN: use: a") == pytest.approx([30 / 12] * 6)
        assert shortage_of(outcome, "JPN: use: b") == pytest.approx([0.0] * 6)
        assert outcome.cost == pytest.approx(15_300.0)
        made = world.network.processes.recipe @ outcome.activity.T
        unused = made[world.network.nodes.position("JPN/b")] - 55 / 12
        assert unused == pytest.approx([15 / 12] * 6)

    three_ways(world, outage, PARTNER, MONTHS, tmp_path, check)


# `second` at four fifths makes at most 0.8 x 70 = 56 t/yr, 16 more than usual and not
# 0.8 x 30 = 24 more: 60 - 16 = 44 t/yr short, half of it in half a year.
def test_a_plant_in_part_makes_no_more_than_that_part_of_its_capacity(tmp_path: Path) -> None:
    world = world_of(_separators(), Terms(spare=0.0))
    part = {"JPN:first": 0.0, "JPN:second": 0.8}
    outage = effects(world, MONTHS, process_availability=part)

    def check(outcome: Outcome) -> None:
        assert activity_of(outcome, "JPN:second") == pytest.approx([56 / 12] * 6)
        assert outcome.shortage.sum() == pytest.approx(22.0)

    three_ways(world, outage, PARTNER, MONTHS, tmp_path, check)


# --- plants that share capacity -----------------------------------------------------------------
# One plant presses `strong` and `weak`; 20 t/yr of strong came from CHN and come no more. Strong
# is worth 1,000 to its use, weak 500; running 20 a tonne, metal has room at the mine.
#   share: strong / 100 + weak / 60 <= 1, full at 50 and 30. 20 more strong take the place of 12
#     weak: a year 12 x 500 + 20 x 20 + 8 x 20 (more metal) = 6,560.
#   sum: strong + weak <= 160, full at 90 and 70; weak stands above its own 60. 20 more strong take
#     the place of 20 weak, and strong goes to 110, above its own 100: 20 x 500 + 20 x 20 = 10,400.
def _presses(rule: str, strong: float, weak: float) -> NormalState:
    draft = draft_of(("CHN", "JPN"), {"met": 1.0, "strong": 0.3, "weak": 0.1})
    add(draft, "JPN", "dig", {"met": 1.0}, stage="mine", capacity_rate=200.0)
    add(draft, "CHN", "make", {"strong": 1.0}, stage="magnet")
    draft.add_route(("CHN", "strong"), ("JPN", "strong"), "trade")
    more = {"group": "plant", "group_rule": rule}
    add(draft, "JPN", "strong", {"strong": 1.0, "met": -1.0}, capacity_rate=100.0, **more)
    add(draft, "JPN", "weak", {"weak": 1.0, "met": -1.0}, capacity_rate=60.0, **more)
    for material in ("strong", "weak"):
        add_use(draft, "JPN", "use", material)
    made = {"JPN:strong": strong, "JPN:weak": weak}
    return state_of(
        draft,
        activity={"JPN:dig": strong + weak, "CHN:make": 20.0, **made},
        routes={"CHN > JPN: strong": 20.0},
        demands={"JPN: use: strong": strong + 20, "JPN: use: weak": weak},
    )


@pytest.mark.parametrize(
    ("rule", "strong", "weak", "given_up", "yearly"),
    [("share", 50.0, 30.0, 12.0, 6560.0), ("sum", 90.0, 70.0, 20.0, 10_400.0)],
)
def test_plants_that_share_capacity(
    tmp_path: Path, rule: str, strong: float, weak: float, given_up: float, yearly: float
) -> None:
    steps = {"JPN: use: strong": idle(1000.0), "JPN: use: weak": idle(500.0)}
    world = world_of(_presses(rule, strong, weak), Terms(steps=steps, running=20.0, spare=0.0))
    closed = effects(world, MONTHS, route_availability={"CHN > JPN: strong": 0.0})

    def check(outcome: Outcome) -> None:
        assert activity_of(outcome, "JPN:strong") == pytest.approx([(strong + 20) / 12] * 6)
        assert shortage_of(outcome, "JPN: use: weak") == pytest.approx([given_up / 12] * 6)
        assert shortage_of(outcome, "JPN: use: strong") == pytest.approx([0.0] * 6, abs=1e-6)
        assert outcome.cost == pytest.approx(yearly / 2)

    three_ways(world, closed, PARTNER, MONTHS, tmp_path, check)


def test_capacity_that_is_not_built_yet_is_not_shared() -> None:
    # The second press of the plant opens in 2030: until then the sum is 100 and not 160.
    state = _presses("sum", 90.0, 0.0)
    processes = state.network.processes
    later = replace(processes, available_from=np.where(processes.capacity_rate == 60.0, 2030, 0))
    state = replace(state, network=replace(state.network, processes=later))
    world = world_of(state, Terms(spare=0.0))
    closed = effects(world, MONTHS, route_availability={"CHN > JPN: strong": 0.0})
    outcome = solve_foresight(world, closed, PARTNER, MONTHS).outcome
    assert activity_of(outcome, "JPN:strong") == pytest.approx([100 / 12] * 6)
    assert outcome.shortage.sum() == pytest.approx(5.0)


def test_plants_that_share_capacity_are_decided_together() -> None:
    # `strong` and `weak` share nothing but the plant. Demand for strong rises by 40 of 70 t/yr:
    # the plant is full, so that weak gives way, although no material links the two.
    draft = draft_of(("JPN",), {"strong": 0.3, "weak": 0.1})
    more = {"group": "plant", "group_rule": "sum"}
    add(draft, "JPN", "strong", {"strong": 1.0}, capacity_rate=100.0, **more)
    add(draft, "JPN", "weak", {"weak": 1.0}, capacity_rate=60.0, **more)
    for material in ("strong", "weak"):
        add_use(draft, "JPN", "use", material)
    state = state_of(
        draft,
        activity={"JPN:strong": 100.0, "JPN:weak": 60.0},
        routes={},
        demands={"JPN: use: strong": 100.0, "JPN: use: weak": 60.0},
    )
    steps = {"JPN: use: strong": idle(1000.0), "JPN: use: weak": idle(500.0)}
    world = world_of(state, Terms(steps=steps, spare=0.0))
    surge = effects(world, MONTHS, demand_change={"JPN: use: strong": 0.4})
    outcome = solve_foresight(world, surge, PARTNER, MONTHS).outcome
    assert activity_of(outcome, "JPN:strong") == pytest.approx([140 / 12] * 6)
    assert shortage_of(outcome, "JPN: use: weak") == pytest.approx([40 / 12] * 6)
    assert outcome.cost == pytest.approx(20 * 500.0)
