"""Who goes short, when and at what cost: responses with pencil and paper.

Each case is solved, solved again from its stored tables, and stored as a result and read back.
Amounts are in t, six months of 10 t unless said otherwise, costs in USD.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from allanite.conditions.horizon import Horizon
from allanite.studies.response.outcome import Outcome, use_cover, use_groups
from allanite.studies.response.solve import solve_foresight, solve_rolling
from allanite.studies.response.world import Rationing, Rules
from response_worlds import (
    MONTHS,
    PARTNER,
    Step,
    Terms,
    by_month,
    effects,
    idle,
    quota,
    supplied,
    three_ways,
    two_buyers,
    world_of,
)

LINE = "CHN > JPN: met"
WEEK = 7 / 365.25


# --- a closed route and a stock -----------------------------------------------------------------
# Closed for 4 months: 40 t do not come. A stock of 25 t serves 2.5 months; 15 t are short at
# 1,000, and 25 t of stock are not refilled, at 100: 15,000 + 2,500 = 17,500.
def test_a_closed_route_and_a_stock(tmp_path: Path) -> None:
    world = world_of(supplied(stock=25.0), Terms(price=100.0))
    closed = effects(world, MONTHS, route_availability={LINE: [0, 0, 0, 0, 1, 1]})

    def check(outcome: Outcome) -> None:
        assert outcome.cost == pytest.approx(17_500.0)
        assert outcome.shortage.sum() == pytest.approx(15.0)
        assert outcome.drawn[-1, 0] == pytest.approx(25.0)
        assert by_month(outcome.flow) == pytest.approx([0, 0, 0, 0, 10, 10])

    three_ways(world, closed, PARTNER, MONTHS, tmp_path, check)


# Met as it comes, the stock serves two months and half of the third: 2.5 / 12 yr, as long as
# 25 t last at 120 t/yr, 25 / 120 / (7 / 365.25) = 10.87 weeks. Half the stock, half the weeks.
@pytest.mark.parametrize(("stock", "short"), [(25.0, [0, 0, 5, 10, 0, 0]), (5.0, [5, 10, 10, 10])])
def test_weeks_of_cover_are_those_of_the_stock(stock: float, short: list[float]) -> None:
    world = world_of(supplied(stock=stock), Terms())
    closed = effects(world, MONTHS, route_availability={LINE: [0, 0, 0, 0, 1, 1]})
    outcome = solve_rolling(world, closed, PARTNER, MONTHS, window=1)
    assert by_month(outcome.shortage)[: len(short)] == pytest.approx(short, abs=1e-6)
    weeks = use_cover(outcome, use_groups(world))
    assert weeks == pytest.approx([stock / 120 / WEEK])


def test_without_a_shock_nothing_changes_and_nothing_costs(tmp_path: Path) -> None:
    world = world_of(supplied(stock=25.0), Terms(growth=0.0, spare=0.0, running=1.0, freight=1.0))

    def check(outcome: Outcome) -> None:
        assert outcome.cost == 0.0
        assert by_month(outcome.flow) == pytest.approx([10.0] * 6)
        assert outcome.drawn.sum() == outcome.added.sum() == outcome.shortage.sum() == 0.0

    three_ways(world, effects(world, MONTHS), PARTNER, MONTHS, tmp_path, check)


# --- a licence that takes 1.5 months ------------------------------------------------------------
# What is sent in month p arrives half in p + 1 and half in p + 2. Without transit: nothing in
# month 0, 5 t in month 1: 10 + 5 = 15 t short, 1.5 months' worth, 15,000. With a transit of one
# month, 10 t are on the way already, and all is one month later.
@pytest.mark.parametrize(
    ("transit", "short"), [(0.0, [10, 5, 0, 0, 0, 0]), (1 / 12, [0, 10, 5, 0, 0, 0])]
)
def test_a_licence_delay_arrives_split(tmp_path: Path, transit: float, short: list[float]) -> None:
    world = world_of(supplied(), Terms(transit={LINE: transit}))
    late = effects(world, MONTHS, route_delay_added={LINE: 1.5 / 12})

    def check(outcome: Outcome) -> None:
        assert by_month(outcome.shortage) == pytest.approx(short, abs=1e-6)
        assert outcome.cost == pytest.approx(15_000.0)
        assert by_month(outcome.flow) == pytest.approx([10.0] * 6)

    three_ways(world, late, PARTNER, MONTHS, tmp_path, check)


# --- two uses and two buyers, one third left ----------------------------------------------------
# CHN makes 5 of 15 t a month. Cars JPN 5,000, toys JPN 1,000, cars USA 2,000; 5 t of each.
#   priority   all to cars JPN: 5 x 1,000 + 5 x 2,000                              = 15,000
#   pro rata   a tonne to JPN saves (1,000 + 5,000) / 2 = 3,000, more than in USA: all to JPN,
#              2.5 x 1,000 + 2.5 x 5,000 + 5 x 2,000                               = 25,000
#   contract   a third to each: JPN 10/3 to cars, USA 5/3:
#              5 x 1,000 + 5/3 x 5,000 + 10/3 x 2,000                              = 20,000
COSTS = {
    "JPN: cars: met": idle(5000.0),
    "JPN: toys: met": idle(1000.0),
    "USA: cars: met": idle(2000.0),
}


@pytest.mark.parametrize(
    ("rationing", "monthly", "short"),
    [
        ("priority", 15_000.0, [0.0, 5.0, 5.0]),
        ("pro_rata", 25_000.0, [2.5, 2.5, 5.0]),
        ("contract", 20_000.0, [5 / 3, 5.0, 10 / 3]),
    ],
)
def test_three_rules_of_sharing(
    tmp_path: Path, rationing: Rationing, monthly: float, short: list[float]
) -> None:
    world = world_of(two_buyers(), Terms(steps=COSTS))
    outage = effects(world, MONTHS, process_availability={"CHN:dig": 1 / 3})
    rules = Rules(partners=("JPN",), watched="CHN", rationing=rationing)

    def check(outcome: Outcome) -> None:
        assert outcome.cost == pytest.approx(6 * monthly)
        assert outcome.shortage == pytest.approx(np.tile(short, (6, 1)), abs=1e-6)

    three_ways(world, outage, rules, MONTHS, tmp_path, check)


# The same under closure `partners`: USA, no partner, keeps its 5 t, so that JPN has none.
#   5 x 5,000 + 5 x 1,000 = 30,000 a month; a shortage of USA would not be counted.
def test_closure_partners_keeps_the_use_of_others(tmp_path: Path) -> None:
    world = world_of(two_buyers(), Terms(steps=COSTS))
    outage = effects(world, MONTHS, process_availability={"CHN:dig": 1 / 3})
    rules = Rules(partners=("JPN",), watched="CHN", closure="partners")

    def check(outcome: Outcome) -> None:
        assert outcome.shortage == pytest.approx(np.tile([5.0, 5.0, 0.0], (6, 1)), abs=1e-6)
        assert outcome.cost == pytest.approx(6 * 30_000.0)

    three_ways(world, outage, rules, MONTHS, tmp_path, check)


def test_closure_partners_counts_no_shortage_of_others(tmp_path: Path) -> None:
    # Only the way to USA closes: 5 t a month short there, which no partner pays.
    world = world_of(two_buyers(), Terms(steps=COSTS))
    closed = effects(world, MONTHS, route_availability={"CHN > USA: met": 0.0})
    rules = Rules(partners=("JPN",), watched="CHN", closure="partners")

    def check(outcome: Outcome) -> None:
        assert by_month(outcome.shortage) == pytest.approx([5.0] * 6)
        assert outcome.cost == pytest.approx(0.0, abs=1e-6)

    three_ways(world, closed, rules, MONTHS, tmp_path, check)


# --- a quota over both ways ---------------------------------------------------------------------
# 90 t/yr for both: 7.5 t a month, 5 t to cars JPN; of the other 2.5 t each saves 2,000 in USA,
# more than the 1,000 of toys: 2.5 x 2,000 + 5 x 1,000 = 10,000 a month.
def test_a_quota_over_two_routes(tmp_path: Path) -> None:
    world = world_of(two_buyers(), Terms(steps=COSTS))
    both = (LINE, "CHN > USA: met")
    limited = effects(world, MONTHS, group_quotas=(quota(world, "both", both, np.full(6, 90.0)),))

    def check(outcome: Outcome) -> None:
        assert by_month(outcome.flow) == pytest.approx([7.5] * 6)
        assert outcome.shortage == pytest.approx(np.tile([0.0, 5.0, 2.5], (6, 1)), abs=1e-6)
        assert outcome.cost == pytest.approx(60_000.0)

    three_ways(world, limited, PARTNER, MONTHS, tmp_path, check)


# --- the value of knowing -----------------------------------------------------------------------
# Quarters of 30 t; closed in the first, for three months. 60 t of stock; half of the need can be
# postponed at 400.
#   knowing   30 t of stock at 100                                                  = 3,000
#   rolling   as if closed for a year: 120 t needed, 60 of stock, so all of the 60 t that can be
#             postponed are: 15 t now at 400, 15 t of stock at 100                  = 7,500
def test_the_value_of_knowing(tmp_path: Path) -> None:
    quarters = Horizon(date(2025, 1, 1), step=0.25, count=4)
    steps = (Step(kind="delay", cost=400.0, share=0.5), Step(kind="idle", cost=1000.0))
    world = world_of(supplied(stock=60.0), Terms(steps={"JPN: cars: met": steps}))
    closed = effects(world, quarters, route_availability={LINE: [0, 1, 1, 1]})

    def check(outcome: Outcome) -> None:
        assert outcome.cost == pytest.approx(3000.0)
        assert by_month(outcome.shortage) == pytest.approx([0, 0, 0, 0], abs=1e-6)

    known = three_ways(world, closed, PARTNER, quarters, tmp_path, check)
    rolling = solve_rolling(world, closed, PARTNER, quarters, window=4)
    assert by_month(rolling.shortage) == pytest.approx([15, 0, 0, 0], abs=1e-6)
    assert rolling.cost == pytest.approx(7500.0)
    assert rolling.cost - known.cost == pytest.approx(4500.0)
    again = solve_foresight(world, closed, PARTNER, quarters)
    assert again.outcome.cost == known.cost
