"""A floor in a plan with pencil and paper: what it pays, whom it saves, when it is signed.

The smelter makes 0, 0, 0, 2.5, 7.5, 10, 10, 10 t by quarter, 40 t, and of 10 t/yr under the floor
10 t are sold in two years. At a strike of 6 and an index of 5 USD/kg the payer owes 1 USD/kg in
calm times, 10,000 USD in all, and 3 USD/kg where prices fall to 0.6, 30,000 USD. The smelter
fails in the course of dumping, in which nothing is imported; a floor that leaves half of its
failures saves it. Its 40 t then take the place of idle plants at 25,000 USD/t and cost 3,203 and
11: 871,440 USD are saved. An offtake contract is the other project: one tonne a quarter, which
leaves plants idle all the same. The capital is small, 1,000 USD, so that the smelter is built
with the floor or without it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from allanite.conditions.plan_case import Budget
from allanite.program.decomposition import solve_two_stage
from allanite.program.extensive import extensive_form
from allanite.program.highs import solve_program
from allanite.program.risk import Risk
from allanite.studies.plan.answer import built_of
from allanite.studies.plan.build import PlanProgram
from allanite.studies.plan.course import Course, contract_payments, option_lateness
from allanite.studies.plan.world import PlanWorld
from plan_worlds import course, operated, plan, small_world

USUAL, SIGNED, OFFTAKE = 0, 1, 2
SAVED = 40 * (25_000 - 3203 - 11) / 1e6
CALM, DUMPED = 0.01, 0.03


def world_of(**changed: float) -> PlanWorld:
    """The smelter with a floor that leaves half of its failures, and an offtake contract."""
    return small_world(
        **{
            "demand": 88.0,
            "present_cost": 0.001,
            "left": 0.5,
            "offtake": 4.0,
            "fee": 0.01,
            **changed,
        }
    )


def two_courses(world: PlanWorld) -> tuple[Course, Course]:
    """All goes well; prices fall, imports end and the smelter fails, as one in two with a floor."""
    return course(world), course(world, passing=0.0, price=0.6, delay=np.nan, failure=0.7)


def best(program: PlanProgram, risk: Risk | None = None) -> np.ndarray:
    """What the least cost builds, shape (O,)."""
    found = solve_program(extensive_form(program.staged, risk or Risk())).value
    return built_of(program, found[: program.first.program.shape[1]])


def test_what_a_floor_pays_in_each_course() -> None:
    world = world_of()
    paid = [contract_payments(world, happens)[:, 0] for happens in two_courses(world)]
    # A quarter of 10 t/yr, of which 0, 0, 0, a quarter, three quarters and all are online.
    online = 2.5 * np.array([0, 0, 0, 0.25, 0.75, 1, 1, 1])
    assert paid[0] == pytest.approx(online * 1.0 / 1e3)
    assert paid[1] == pytest.approx(online * 3.0 / 1e3)
    assert [p.sum() for p in paid] == pytest.approx([CALM, DUMPED])


def test_the_floor_saves_the_smelter_and_costs_its_payer() -> None:
    world = world_of()
    program = plan(world, *two_courses(world))
    none, usual, signed = (
        operated(program, built).cost for built in ({}, {USUAL: 1.0}, {SIGNED: 1.0})
    )
    # It works in the first course either way, and there the floor only costs.
    assert signed[0] - usual[0] == pytest.approx(CALM)
    assert usual[1] == pytest.approx(none[1])
    assert signed[1] - usual[1] == pytest.approx(DUMPED - SAVED)
    half = operated(program, {SIGNED: 0.5}).cost
    assert half[0] - operated(program, {USUAL: 0.5}).cost[0] == pytest.approx(CALM / 2)


@pytest.mark.parametrize("failure", [0.0, 0.3, 0.4999])
def test_a_failure_that_is_left_is_not_saved_and_pays_nothing(failure: float) -> None:
    world = world_of()
    happens = course(world, passing=0.0, price=0.6, delay=np.nan, failure=failure)
    assert np.isnan(option_lateness(world, happens)).tolist() == [True, True, False]
    assert contract_payments(world, happens).sum() == 0.0


def test_whom_a_floor_saves_is_as_late_as_others() -> None:
    world = world_of()
    happens = course(world, delay=np.nan, failure=0.5, lasting=2.0)
    assert option_lateness(world, happens)[SIGNED] == 2.0
    # Two quarters later: 2.5 t x (0.25 + 0.75 + 1) at 1 USD/kg.
    assert contract_payments(world, happens).sum() == pytest.approx(5.0 * 1.0 / 1e3)
    late = replace(happens, delay=np.array([1.0, 0.0]))
    assert option_lateness(world, late)[:2].tolist() == [1.0, 1.0]


# The floor costs 10 t x (strike - 5) in one course and x (strike - 3) in the other, where it saves
# 871,440 USD: they are equal where 2 strike - 8 = 87.144, at 47.57 USD/kg.
@pytest.mark.parametrize(("strike", "is_signed"), [(6.0, True), (47.0, True), (48.0, False)])
def test_it_is_signed_where_the_failure_avoided_is_worth_more(
    strike: float, is_signed: bool
) -> None:
    world = world_of(strike=strike)
    program = plan(world, *two_courses(world), whole=True)
    built = best(program)
    assert built[SIGNED] == pytest.approx(float(is_signed))
    assert built[USUAL] == pytest.approx(float(not is_signed))
    assert built[[USUAL, SIGNED]].sum() <= 1 + 1e-9, "a project has one variant"
    found = solve_two_stage(program.staged, gap=1e-9)
    assert built_of(program, found.value) == pytest.approx(built, abs=1e-6)


def test_who_looks_at_the_worst_course_alone_signs_for_more() -> None:
    """Dumping weighs all: signed while 10 t x (strike - 3) is less than 871,440 USD."""
    worst = Risk(weight=1.0, confidence=0.5)
    for strike, is_signed in ((48.0, True), (90.0, True), (91.0, False)):
        world = world_of(strike=strike)
        program = plan(world, *two_courses(world))
        assert best(program, worst)[SIGNED] == pytest.approx(float(is_signed), abs=1e-6)


def test_a_share_in_high_prices_is_paid_to_the_payer() -> None:
    world = world_of(upside=0.3)
    # 5 x 1.6 = 8 USD/kg is 2 above the strike: 30 % of it, on 10 t.
    happens = course(world, price=1.6)
    assert contract_payments(world, happens).sum() == pytest.approx(-10 * 0.3 * 2 / 1e3)


def test_a_guarantee_pays_once_and_a_grant_at_once() -> None:
    world = world_of(guarantee=0.08, grant=0.05, volume=0.0)
    fails = course(world, delay=np.nan)
    paid = contract_payments(world, fails)[:, 0]
    assert paid == pytest.approx([0, 0, 0, 0.08, 0, 0, 0, 0]), "when its output was due"
    assert contract_payments(world, course(world)).sum() == 0.0
    assert world.options.present_cost[SIGNED] - world.options.present_cost[USUAL] == pytest.approx(
        0.05
    )


def test_budgets_count_the_grant_and_what_is_expected() -> None:
    """Capital 1, expected payments 0.1, grant 0.05: 1.15 million USD for a whole one."""
    world = world_of(grant=0.05, offtake=0.0)
    courses = two_courses(world)
    for total, share in ((1.15, 1.0), (0.575, 0.5)):
        program = plan(world, courses[1], budget=Budget(total=total))
        assert best(program)[SIGNED] == pytest.approx(share)
    # What BBB pays on the contract counts against its own limit; `both` may pay the capital.
    limits = Budget(total=9.0, partners=(("AAA", 5.0), ("BBB", 0.075)))
    assert best(plan(world, courses[1], budget=limits))[SIGNED] == pytest.approx(0.5)
