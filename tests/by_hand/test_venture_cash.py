"""A small plant whose every figure can be reckoned on paper.

It sells 1,000 t/yr of Nd oxide at 60 USD/kg (60 million USD) from its second year on, for a running
cost of 20. It costs 100, half of it borrowed at 10 %, paid back in two years; tax is 20 %,
straight-line depreciation 50 in the second and third year, upkeep 1 a year.

    debt      drawn 50, half a year of interest 2.5, owed 52.5 at the end of the first year
              two payments of 52.5 / (1/1.1 + 1/1.21) = 30.25; interest 5.25, then 2.75
    tax       first year -2.5; second 40 - 50 - 5.25 = -15.25; third 40 - 50 - 2.75 = -12.75
              losses carried 30.5; fourth 40 - 30.5 = 9.5, tax 1.9
    free cash 0, 39, 39, 40 - 1 - 1.9 = 37.1
    cover     39 / 30.25 = 1.289
    owners    -50, 8.75, 8.75, 37.1
    value     at 10 %: -100/1.1^.5 + 39/1.1^1.5 + 39/1.1^2.5 + 37.1/1.1^3.5 = -4.23
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from allanite.axis import Axis
from allanite.studies.contracts.basket import Basket, LinearMoney
from allanite.studies.contracts.cash import CashFlow, YearlyPrices, cash_flow
from allanite.studies.contracts.finance import debt_schedule, present_value
from allanite.studies.contracts.price_map import OXIDES
from allanite.studies.contracts.running import Running
from allanite.studies.contracts.terms import CashTerms
from allanite.studies.contracts.value import venture_odds

YEARS, ND = 4, OXIDES.index("Nd")
ON = np.array([0.0, 1.0, 1.0, 1.0])
NONE = np.zeros((YEARS, len(OXIDES)))


def plant() -> Basket:
    weight = NONE.copy()
    weight[:, ND] = 1_000 * ON
    nothing = LinearMoney(weight=NONE, constant=np.zeros(YEARS))
    rate = 1_000 * ON[:, None]
    flows = Running(
        materials=Axis("material", ("ox_nd",)),
        activity=rate,
        sold=rate,
        bought=0 * rate,
        mined=0 * rate,
        covered=0 * rate,
    )
    return Basket(
        running=flows,
        revenue=LinearMoney(weight=weight, constant=np.zeros(YEARS)),
        inputs=nothing,
        mined=nothing,
        outside_weight=NONE,
        running_cost=20 * ON,
        full_cost=20.0,
    )


def terms(**changed: object) -> CashTerms:
    debt = debt_schedule(np.array([50.0, 0, 0, 0]), 0.10, first=1, payments=2)
    base = CashTerms(
        capex=np.array([100.0, 0, 0, 0]),
        depreciation=np.array([0.0, 50, 50, 0]),
        sustaining=1 * ON,
        idle_cost=5 * ON,
        funding=debt.drawn,
        running_credit=np.zeros(YEARS),
        debt=debt,
        reserve=0.0,
        reserve_year=1,
        watch_year=1,
        closing_years=2,
        working_capital=0.0,
        tax=0.2,
        royalty=0.0,
        owner_share=1.0,
        remaining_life=0.0,
        closure_cost=0.0,
        hurdle_rate=0.1,
        public_rate=0.05,
        cover_ratio=1.3,
    )
    return replace(base, **changed)  # type: ignore[arg-type]


def at(*price: float, outside: float = 0.0) -> YearlyPrices:
    values = np.zeros((1, YEARS, len(OXIDES)))
    values[0, :, ND] = price
    return YearlyPrices(price=values, outside=values + outside)


def run(*price: float, **changed: object) -> CashFlow:
    return cash_flow(plant(), terms(**changed), at(*price))


def test_debt_is_paid_in_two_equal_parts() -> None:
    debt = terms().debt
    assert debt.service == pytest.approx([0, 30.25, 30.25, 0])
    assert debt.interest == pytest.approx([2.5, 5.25, 2.75, 0])
    assert debt.balance == pytest.approx([52.5, 27.5, 0, 0])


def test_revenue_tax_and_owners() -> None:
    cash = run(60, 60, 60, 60)
    assert cash.revenue[0] == pytest.approx([0, 60, 60, 60])
    assert cash.margin[0] == pytest.approx([0, 40, 40, 40])
    assert cash.tax[0] == pytest.approx([0, 0, 0, 1.9])
    assert cash.free_cash[0] == pytest.approx([0, 39, 39, 37.1])
    assert cash.cover[0, 1] == pytest.approx(39 / 30.25)
    assert cash.to_owners[0] == pytest.approx([-50, 8.75, 8.75, 37.1])
    assert cash.project_flow[0] == pytest.approx([-100, 39, 39, 37.1])
    by_hand = -100 / 1.1**0.5 + 39 / 1.1**1.5 + 39 / 1.1**2.5 + 37.1 / 1.1**3.5
    assert present_value(cash.project_flow, 0.1)[0] == pytest.approx(by_hand)
    assert by_hand == pytest.approx(-4.23, abs=0.01)


def test_a_bad_year_is_a_default_unless_the_reserve_bears_it() -> None:
    """At 30 USD/kg the third year leaves 30 - 20 - 1 = 9 for a payment of 30.25."""
    bare, held = run(60, 60, 30, 60), run(60, 60, 30, 60, reserve=25.0)
    assert bare.defaulted[0].tolist() == [False, False, True, True]
    assert bare.to_owners[0] == pytest.approx([-50, 8.75, 0, 0])
    assert not held.defaulted.any()
    assert held.cash[0, 2] == pytest.approx(25 + 9 - 30.25)
    assert held.to_owners[0, 1] == pytest.approx(8.75 - 25)
    odds = venture_odds(bare, terms())
    assert odds.alive.tolist() == [1, 1, 0, 0]
    assert odds.default == 1 and odds.covered == 0


def test_a_plant_stands_still_and_closes() -> None:
    """At 10 USD/kg running loses 10, standing still 5; the second year of it closes the plant."""
    cash = run(10, 10, 10, 60, debt=debt_schedule(np.zeros(YEARS), 0.1, 1, 2), funding=0 * ON)
    assert cash.idle[0].tolist() == [False, True, True, False]
    assert cash.margin[0] == pytest.approx([0, -5, -5, 0])
    assert cash.closed[0].tolist() == [False, False, True, True]
    assert cash.to_owners[0] == pytest.approx([-100, -5, -5, 0])


def test_support_royalty_and_public_owner() -> None:
    """Support of 10 a year makes 49 of 39; half of what owners get is the state's."""
    support = 10 * ON[None, :]
    flow = cash_flow(plant(), terms(owner_share=0.5), at(60, 60, 60, 60), support)
    assert flow.free_cash[0, 1] == pytest.approx(49)
    assert flow.to_owners[0, 1] == pytest.approx((49 - 30.25) / 2)


def test_the_outside_market_pays_more_for_a_part() -> None:
    """200 of 1,000 t at 15 USD/kg more: 3 million USD."""
    outside = NONE.copy()
    outside[:, ND] = 200 * ON
    basket = replace(plant(), outside_weight=outside)
    cash = cash_flow(basket, terms(), at(60, 60, 60, 60, outside=15.0))
    assert cash.revenue[0] == pytest.approx([0, 63, 63, 63])


def test_help_that_comes_early_pays_the_cost_that_comes_late() -> None:
    """A grant of 100 in the first year, cost in the second: owners give nothing, debt is none."""
    late = np.array([0.0, 100, 0, 0])
    none = debt_schedule(np.zeros(YEARS), 0.1, 1, 2)
    flow = run(60, 60, 60, 60, capex=late, funding=100 * np.eye(1, YEARS)[0], debt=none)
    assert flow.cash[0, 0] == pytest.approx(100)
    assert flow.to_owners[0, :2] == pytest.approx([0, 39])
    assert flow.project_flow[0, :2] == pytest.approx([100, 39 - 100])
