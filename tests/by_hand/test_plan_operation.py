"""A plan's operation with pencil and paper: imports, going without, a project, stocks, contracts.

Each quarter 20 t are used in BBB; 15 t may be imported into AAA at 5,000 USD/t and 5 t made there
at 2,000. A movement or a tonne made costs 1 USD more, and the way to BBB 10. The smelter takes two
tonnes of ore at 101 each: its tonne costs 3,001 + 202. Going without costs 6,000 USD/t for 5 t a
quarter and 25,000 USD/t beyond, the price included.
"""

from __future__ import annotations

import numpy as np
import pytest

from allanite.axis import FloatArray
from allanite.conditions.plan_case import Budget
from allanite.program.extensive import extensive_form
from allanite.program.highs import solve_program
from allanite.studies.plan.build import PlanProgram
from allanite.studies.plan.course import import_growth
from plan_worlds import course, operated, plan, small_world

MADE, IMPORTED, SMELTED, SHIPPED = 2001.0, 5000.0, 3203.0, 11.0
THRIFT, IDLE = 6000.0, 25_000.0


def quarters(amount: FloatArray) -> FloatArray:
    """One amount a quarter, of the only course."""
    return np.asarray(amount[0].sum(axis=1))


# --- what a quarter costs -----------------------------------------------------------------------
# Open: 15 x 5,000 + 5 x 2,001 + 20 x 11 = 85,225; eight times 681,800.
# Closed: 5 x 2,012 + 5 x 6,000 + 10 x 25,000 = 290,060; eight times 2,320,480.
# Half: 7.5 t come; 7.5 are missing: 7.5 x 5,011 + 10,060 + 30,000 + 2.5 x 25,000 = 140,142.50.
@pytest.mark.parametrize(
    ("passing", "cost", "short"), [(1.0, 85_225, 0), (0.0, 290_060, 10), (0.5, 140_142.5, 2.5)]
)
def test_a_share_of_an_import_that_passes(passing: float, cost: float, short: float) -> None:
    world = small_world()
    found = operated(plan(world, course(world, passing=passing)))
    assert found.cost[0] * 1e6 == pytest.approx(8 * cost)
    assert quarters(found.shortage_amount) == pytest.approx([short] * 8)
    assert quarters(found.import_amount) == pytest.approx([15 * passing] * 8)
    assert quarters(found.thrift_amount) == pytest.approx([5.0 if passing < 1 else 0.0] * 8)
    assert found.loss[0] == pytest.approx([short * 20_000 / 1e6] * 8)
    assert quarters(found.need_amount) == pytest.approx([20.0] * 8)


def test_a_use_of_nothing_needs_nothing() -> None:
    world = small_world(demand=0.0)
    found = operated(plan(world, course(world, passing=0.0)))
    assert found.cost[0] == pytest.approx(0.0, abs=1e-12)
    assert quarters(found.need_amount) == pytest.approx([0.0] * 8)


def test_a_price_that_doubles_is_paid_for_imports_alone() -> None:
    world = small_world()
    found = operated(plan(world, course(world, price=2.0)))
    # 10,000 for an import is dearer than thrift at 6,000: 10 t come, 5 t are thrifted.
    each = 10 * 10_000 + 5 * MADE + 15 * SHIPPED + 5 * THRIFT
    assert found.cost[0] * 1e6 == pytest.approx(8 * each)


def test_discounting_by_quarter() -> None:
    world = small_world(discount=0.1)
    found = operated(plan(world, course(world)))
    worth = sum(1.1 ** -((q + 0.5) / 4) for q in range(8))
    assert found.cost[0] * 1e6 == pytest.approx(85_225 * worth)


def test_rights_grow_with_the_use_and_leave_headroom() -> None:
    world = small_world(headroom=0.05)
    happens = course(world, factor=1.2)
    assert import_growth(world, happens.demand_factor) == pytest.approx(np.full((8, 1), 1.26))
    # 24 t are used, 5 made: 19 t are wanted of 15 x 1.26 = 18.9; 0.1 t is thrifted.
    found = operated(plan(world, happens))
    assert quarters(found.import_amount) == pytest.approx([18.9] * 8)
    assert quarters(found.thrift_amount) == pytest.approx([0.1] * 8)


def test_an_old_plant_that_stands_still_half_the_time() -> None:
    world = small_world()
    found = operated(plan(world, course(world, available={1: 0.5})))
    assert quarters(found.activity_amount[:, :, [1]]) == pytest.approx([2.5] * 8)
    assert quarters(found.thrift_amount) == pytest.approx([2.5] * 8)


def test_a_contract_on_a_co_product_lowers_the_need() -> None:
    world = small_world(contract=8.0)
    found = operated(plan(world, course(world, passing=0.0)))
    assert quarters(found.shortage_amount) == pytest.approx([8.0] * 8)


def test_what_is_left_over_is_sold_but_not_at_a_price_that_rose() -> None:
    world = small_world(old=100.0, sold=12.0)
    for factor, price in ((1.0, 2500.0), (2.0, 2500.0), (0.9, 2250.0)):
        found = operated(plan(world, course(world, price=factor)))
        # 20 t of the old plant's 25 are used, 3 t find a market, 2 stay unmade.
        assert found.cost[0] * 1e6 == pytest.approx(8 * (23 * MADE + 20 * SHIPPED - 3 * price))


# --- a project ----------------------------------------------------------------------------------
# Permit 1, building 2 quarters: output from quarter 3 on, ramp of two quarters: a quarter of 10 t,
# three quarters, then all. Closed imports: each tonne takes the place of an idle plant.
@pytest.mark.parametrize(
    ("delay", "output"),
    [
        (0.0, [0, 0, 0, 2.5, 7.5, 10, 10, 10]),
        (2.0, [0, 0, 0, 0, 0, 2.5, 7.5, 10]),
        (np.nan, [0] * 8),
    ],
)
def test_a_project_on_time_late_and_failed(delay: float, output: list[float]) -> None:
    world = small_world()
    program = plan(world, course(world, passing=0.0, delay=delay))
    found = operated(program, {0: 1.0})
    assert quarters(found.activity_amount[:, :, [2]]) == pytest.approx(output)
    assert quarters(found.activity_amount[:, :, [0]]) == pytest.approx(2 * np.array(output))
    saved = sum(output) * (IDLE - SMELTED - SHIPPED)
    assert (operated(program).cost[0] - found.cost[0]) * 1e6 == pytest.approx(saved)


def test_half_of_a_project_makes_half() -> None:
    world = small_world()
    found = operated(plan(world, course(world, passing=0.0)), {0: 0.5})
    assert quarters(found.activity_amount[:, :, [2]]).sum() == pytest.approx(20.0)


def test_the_plan_builds_what_pays_in_two_courses() -> None:
    # Open: 40 t at 3,203 for imports at 5,000 save 71,880; closed: 871,440. Mean 471,660, less
    # 300,000: 171,660 are saved, of (681,800 + 2,320,480) / 2 = 1,501,140.
    world = small_world()
    program = plan(world, course(world), course(world, passing=0.0))
    best = solve_program(extensive_form(program.staged))
    assert best.objective * 1e6 == pytest.approx(1_501_140 - 171_660)
    dear = small_world(present_cost=0.5)
    none = plan(dear, course(dear), course(dear, passing=0.0))
    assert solve_program(extensive_form(none.staged)).objective * 1e6 == pytest.approx(1_501_140)


def test_a_project_that_is_decided_costs_nothing_and_is_there() -> None:
    world = small_world(committed=True)
    program = plan(world, course(world, passing=0.0), budget=Budget(total=0.0))
    best = solve_program(extensive_form(program.staged))
    assert best.objective * 1e6 == pytest.approx(2_320_480 - 871_440)


def test_a_faster_permit_is_taken_where_it_pays() -> None:
    # Permit 1 instead of 3 quarters: output 2.5, 7.5, 10, 10, 10 instead of 0, 0, 2.5, 7.5, 10 t.
    for extra, wanted in ((0.1, "fast"), (0.5, "usual permit")):
        world = small_world(permit=3.0, saved=2.0, faster_cost=extra)
        program = plan(world, course(world, passing=0.0))
        best = solve_program(extensive_form(program.staged))
        built = best.value[program.first.program.column_block("built").positions]
        assert world.options.variant[int(np.argmax(built))] == wanted
        assert built.sum() == pytest.approx(1.0)
        # 40 or 20 t in place of idle plants at 21,786 USD/t.
        saved = {"fast": 40 * 21_786 - (0.3 + 0.1) * 1e6, "usual permit": 20 * 21_786 - 0.3e6}
        assert best.objective * 1e6 == pytest.approx(2_320_480 - saved[wanted])


# --- an offtake contract ------------------------------------------------------------------------
# From the second quarter on 2 t more a quarter of the old plant: 14 t, however late projects are.
@pytest.mark.parametrize("delay", [0.0, 3.0, np.nan])
def test_an_offtake_contract_is_never_late(delay: float) -> None:
    world = small_world(offtake=8.0)
    program = plan(world, course(world, passing=0.0, delay=delay))
    found = operated(program, {1: 1.0})
    assert quarters(found.activity_amount[:, :, [1]]) == pytest.approx([5.0] + [7.0] * 7)
    saved = 14 * (IDLE - MADE - SHIPPED)
    assert (operated(program).cost[0] - found.cost[0]) * 1e6 == pytest.approx(saved)


# --- stocks -------------------------------------------------------------------------------------
def test_an_order_comes_in_equal_parts_and_is_paid_when_it_comes() -> None:
    # 20 t in the first year: 5 t a quarter, drawn at once for 1 USD/t in place of idle plants.
    world = small_world(bought=20.0)
    program = plan(world, course(world, passing=0.0))
    found = operated(program, ordered=[20.0, 0.0])
    assert quarters(found.shortage_amount) == pytest.approx([5.0] * 4 + [10.0] * 4)
    saved = 20 * (IDLE - IMPORTED - 1)
    assert (operated(program).cost[0] - found.cost[0]) * 1e6 == pytest.approx(saved)


def test_only_what_passes_of_an_order_arrives_and_is_paid() -> None:
    world = small_world(bought=20.0)
    program = plan(world, course(world, passing=0.0, arrives=[1, 0.5, 0, 0, 1, 1, 1, 1]))
    found = operated(program, ordered=[20.0, 8.0])
    short = [5.0, 7.5, 10, 10, 8, 8, 8, 8]
    assert quarters(found.shortage_amount) == pytest.approx(short)
    saved = (80 - sum(short)) * (IDLE - IMPORTED - 1)
    assert (operated(program).cost[0] - found.cost[0]) * 1e6 == pytest.approx(saved)


def test_a_stock_is_kept_for_the_closure_and_costs_its_holding() -> None:
    # Closed in the second year: 5, 10, 15, 20 t wait, 10 t go in each of its first quarters.
    # A quarter of holding costs 0.02 x 5,000 / 4 = 25 USD/t: 60 t-quarters.
    world = small_world(bought=20.0)
    program = plan(world, course(world, passing=[1, 1, 1, 1, 0, 0, 0, 0]))
    found = operated(program, ordered=[20.0, 0.0])
    assert found.level_amount[0, :, 1] == pytest.approx([5, 10, 15, 20, 10, 0, 0, 0])
    saved = 20 * (IDLE - IMPORTED - 1) - 25 * 60
    assert (operated(program).cost[0] - found.cost[0]) * 1e6 == pytest.approx(saved)


def test_what_is_lost_in_store() -> None:
    # 19 % a year: a tenth of it in two quarters.
    world = small_world(bought=20.0, loss=0.19, steps=(("idle", 20_000.0, 1.0),))
    program = plan(world, course(world, passing=[1, 1, 1, 1, 1, 1, 1, 0]))
    level = operated(program, ordered=[20.0, 0.0]).level_amount[0, :, 1]
    kept = 0.81**0.25
    assert level[:4] == pytest.approx([5 * sum(kept**i for i in range(q + 1)) for q in range(4)])
    assert level[6] == pytest.approx(level[3] * kept**3)


def test_a_shelf_is_drawn_and_filled_again_before_the_next_closure() -> None:
    # Rights of 25 t a quarter: 10 t on the shelf go in the first closed quarter, come back in the
    # last open one (holding costs 25 USD/t from then on) and go again.
    world = small_world(shelf=10.0, imported=100.0)
    program = plan(world, course(world, passing=[0, 1, 1, 1, 1, 1, 1, 0]))
    found = operated(program)
    assert found.level_amount[0, :, 0] == pytest.approx([0, 0, 0, 0, 0, 0, 10, 0])
    bare = operated(plan(small_world(imported=100.0), course(world, passing=[0] + [1] * 6 + [0])))
    saved = 2 * 10 * (IDLE - 1) - 10 * (IMPORTED + SHIPPED + 1 + 25)
    assert (bare.cost[0] - found.cost[0]) * 1e6 == pytest.approx(saved)


def test_a_shelf_gives_no_faster_than_it_may() -> None:
    world = small_world(shelf=10.0, release=12.0, holding=0.0)
    found = operated(plan(world, course(world, passing=[1, 1, 1, 1, 0, 0, 1, 1])))
    assert quarters(found.shortage_amount) == pytest.approx([0, 0, 0, 0, 7, 7, 0, 0])


def test_what_is_left_in_store_is_worth_something_at_the_end_only() -> None:
    # Worth 6,000 USD/t then, and 5,011 now: the 10 t stay, for 8 quarters at 25 USD/t.
    world = small_world(shelf=10.0, salvage=1.2)
    found = operated(plan(world, course(world)))
    assert found.level_amount[0, :, 0] == pytest.approx([10.0] * 8)
    assert found.cost[0] * 1e6 == pytest.approx(8 * (85_225 + 10 * 25) - 10 * 6000)
    # Worth 4,000 they are used at once.
    world = small_world(shelf=10.0, salvage=0.8)
    found = operated(plan(world, course(world)))
    assert found.cost[0] * 1e6 == pytest.approx(8 * 85_225 - 10 * (IMPORTED + SHIPPED - 1))


# --- money --------------------------------------------------------------------------------------
def test_what_a_budget_that_binds_is_worth() -> None:
    # Half a million of a project of one: half of it, and each USD more saves 0.57144.
    world = small_world()
    program = plan(world, course(world, passing=0.0), budget=Budget(total=0.5))
    form = extensive_form(program.staged)
    best = solve_program(form)
    assert best.objective * 1e6 == pytest.approx(2_320_480 - 0.5 * 571_440)
    row = form.row_block("node 0: budget")
    assert best.dual[row.positions] == pytest.approx([-0.571440])


def test_the_last_third_of_an_order_costs_more_than_the_first() -> None:
    # 20 t of a market of 100: the price rises by 0.2 x impact on the mean; thirds pay a third, the
    # whole and five thirds of it.
    world = small_world(bought=20.0, impact=1.0, present_cost=10.0)
    program = plan(world, course(world, passing=0.0))
    form = program.first.program
    rise = form.cost[form.column_block("order part").positions] * 1e6
    assert rise == pytest.approx(np.tile([1000 / 3, 1000, 5000 / 3], 2))
    # All is ordered, in both years: 40 t at 5,000 + 1,000 + 1 USD/t for idle plants.
    best = solve_program(extensive_form(program.staged))
    assert best.objective * 1e6 == pytest.approx(2_320_480 - 40 * (IDLE - 6001))


def test_a_budget_of_a_year_and_of_a_partner() -> None:
    # A USD on orders saves four times what one on the project does.
    world = small_world(bought=20.0)
    closed = course(world, passing=0.0)
    poor = Budget(total=np.inf, partners=(("AAA", 0.0), ("BBB", 0.04)))
    assert ordered_by_year(plan(world, closed, budget=poor)).sum() == pytest.approx(8.0)
    yearly = plan(world, closed, budget=Budget(total=np.inf, yearly=0.05))
    assert ordered_by_year(yearly) == pytest.approx([10.0, 10.0])


def test_what_both_pay_is_split_freely() -> None:
    world = small_world()
    closed = course(world, passing=0.0)
    for first, second, built in ((0.3, 0.7, 1.0), (0.3, 0.2, 0.5), (0.0, 0.0, 0.0)):
        budget = Budget(total=np.inf, partners=(("AAA", first), ("BBB", second)))
        assert built_share(plan(world, closed, budget=budget)) == pytest.approx(built)
    mine = small_world(payer="AAA")
    budget = Budget(total=np.inf, partners=(("AAA", 0.3), ("BBB", 0.7)))
    assert built_share(plan(mine, closed, budget=budget)) == pytest.approx(0.3)


def test_a_partner_without_a_limit_pays_what_the_other_cannot() -> None:
    world = small_world()
    budget = Budget(total=np.inf, partners=(("AAA", 0.1),))
    assert built_share(plan(world, course(world, passing=0.0), budget=budget)) == pytest.approx(1.0)


def ordered_by_year(program: PlanProgram) -> FloatArray:
    """Orders of the best plan, shape (Y,)."""
    best = solve_program(extensive_form(program.staged))
    return np.asarray(best.value[program.first.program.column_block("ordered").positions])


def built_share(program: PlanProgram) -> float:
    """What the best plan builds of the project."""
    best = solve_program(extensive_form(program.staged))
    return float(best.value[program.first.program.column_block("built").positions].sum())
