"""A contract, a plant and three prices whose every figure can be reckoned on paper.

The plant of `test_venture_cash`: 1,000 t/yr of Nd oxide from 2028 on for 20 million USD a year. It
costs 20 here, so that its debt service is 6.05; where it costs 100, that is 30.25. Prices stand at
10, 50 and 90 USD/kg. A floor of 40 from 2028 to 2030, real:

    at 10   pays (40 - 10) x 1,000 t = 30 a year; earns 10 + 30 - 20 = 20 and runs
    at 50, 90  pays nothing
    cost at 5 %: 30 (1.05^-1.5 + 1.05^-2.5 + 1.05^-3.5) = 30 x 2.65762 = 79.729 on one path of three
    mean 26.576; a payer of 40 % bears 10.630
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.by_hand.test_venture_cash import plant
from tests.contract_worlds import contract

from allanite.axis import Axis
from allanite.conditions.instruments.contract import Contract, Payer
from allanite.conditions.instruments.kinds import Grant, Guarantee, Loan, PriceFloor
from allanite.studies.contracts.blocks import PriceBlock, flat_block
from allanite.studies.contracts.costs import odds_range, spread_of, tail_mean
from allanite.studies.contracts.finance import ALONE
from allanite.studies.contracts.leverage import leverage
from allanite.studies.contracts.levers import Lever
from allanite.studies.contracts.parameters import Parameters, Term
from allanite.studies.contracts.price_map import OXIDES, PriceMap
from allanite.studies.contracts.public_money import PublicMoney, first_missed, public_money
from allanite.studies.contracts.search import Field, least_size
from allanite.studies.contracts.study import Case
from allanite.studies.contracts.supported import (
    SupportedCash,
    product_name,
    products_of,
    run_supported,
    running,
)
from allanite.studies.contracts.terms import cash_terms
from allanite.studies.contracts.venture import Venture

YEARS, ND = 4, OXIDES.index("Nd")
OWN = {
    "debt_share": 0.5,
    "market_interest": 0.10,
    "guaranteed_interest": 0.03,
    "debt_tenor": 2.0,
    "debt_grace": 0.0,
    "cover_ratio": 1.3,
    "hurdle_rate": 0.10,
    "public_rate": 0.05,
    "cash_reserve": 0.0,
    "operation_reserve": 0.0,
    "working_capital": 0.0,
    "asset_life": 3.0,
    "depreciation_life": 10.0,
    "sustaining_share": 0.0,
    "sustaining_cost_share": 0.0,
    "closure_share": 0.0,
    "idle_cost_share": 0.25,
    "closing_years": 2.0,
    "corporate_tax": 0.0,
    "royalty": 0.0,
    "recovery_share": 0.5,
    "bankable_odds": 0.9,
}


def parameters() -> Parameters:
    def term(name: str, value: float) -> Term:
        return Term(
            name=name, scope="WLD", value=value, low=value, high=value, unit="1",
            quality="assumed", source="test", note="test",
        )  # fmt: skip

    return Parameters({(name, "WLD"): term(name, value) for name, value in OWN.items()})


def case(capital: float = 100.0) -> Case:
    """The plant, built in 2027; market debt is half of what it costs."""
    found = parameters()
    capex = replace(found.term("debt_share"), name="capex", value=capital)
    venture = Venture(
        venture_id="PLANT", name="Plant", country="USA", kind="project", plants=(), capex=capex,
        spent_share=0.0, public_support=0.0, permit_duration=0.0, build_duration=1.0,
        ramp_duration=0.0, parameters=found,
    )  # fmt: skip
    basket = plant()
    prices = PriceMap(
        materials=Axis("material", ("ox_nd",)),
        weight=np.eye(len(OXIDES))[[ND]],
        constant=np.zeros(1),
    )
    terms = cash_terms(venture, basket, ALONE)
    return Case(venture=venture, basket=basket, terms=terms, prices=prices)


def at(made: Case, contracts: list[Contract], *price: float) -> PriceBlock:
    flat = np.zeros((len(price), len(OXIDES)))
    flat[:, ND] = price
    weights = {n: p.weight for n, p in products_of(made, contracts).items()}
    return flat_block(flat, YEARS, weights)


def run(made: Case, contracts: list[Contract], *price: float) -> SupportedCash:
    return run_supported(made, contracts, at(made, contracts, *price), 0.0)


def money(made: Case, only: Contract, *price: float) -> PublicMoney:
    found = run(made, [only], *price)
    return public_money(made, only, found, found.paid[0], 0.0)


def floor(strike: float = 40.0, **changes: object) -> Contract:
    given: dict[str, object] = {"product": "Nd oxide", "start": 2028.0, "duration": 3.0}
    return contract(PriceFloor(strike=strike), **{**given, **changes})


def test_a_floor_costs_what_it_pays() -> None:
    found = money(case(20.0), floor(), 10.0, 50.0, 90.0)
    assert found.yearly[0] == pytest.approx([0, 30, 30, 30])
    assert not found.yearly[1:].any()
    assert found.cost == pytest.approx([79.729, 0, 0], abs=1e-3)
    spread = spread_of(found.cost)
    assert spread.mean == pytest.approx(26.576, abs=1e-3)
    assert spread.error == pytest.approx(79.729 / 3, abs=1e-3)
    assert spread.tail == pytest.approx(79.729, abs=1e-3)


def test_payers_share_a_payment() -> None:
    """0.4 x 26.576 = 10.630."""
    payers = (
        Payer(name="a", region="JPN", share=0.4),
        Payer(name="b", region="USA", share=0.6),
    )
    shared = floor(payers=payers)
    mean = money(case(20.0), shared, 10.0, 50.0, 90.0).cost.mean()
    assert payers[0].share * mean == pytest.approx(10.630, abs=1e-3)
    assert sum(p.share for p in payers) * mean == pytest.approx(mean)


def test_no_support_after_default_nor_while_idle() -> None:
    """At 1 USD/kg and a floor of 12 the plant earns 12 - 20 = -8, worse than standing idle at -5:
    no tonne, no payment; it owes 30.25 in 2028 (`test_venture_cash`) and is lost at once."""
    found = run(case(), [floor(12.0)], 1.0)
    assert found.cash.idle[0, 1]
    assert found.cash.defaulted[0, 1]
    assert not found.paid[0].any()


def test_support_ends_with_default() -> None:
    """At 10 and a floor of 25 it runs and earns 5, owes 30.25 and is lost in 2028: paid is that
    year, 15 x 1,000 t = 15, and none after it."""
    found = run(case(), [floor(25.0)], 10.0)
    assert found.cash.defaulted[0].tolist() == [False, True, True, True]
    assert found.paid[0][0] == pytest.approx([0, 15, 0, 0])


def test_a_loan_costs_what_does_not_come_back() -> None:
    """50 lent in 2027 at nothing, two payments of 25 from 2028 on: 50 / 1.05^.5 - 25 (1.05^-1.5 +
    1.05^-2.5) = 48.795 - 45.365 = 3.430 where it lives. Lost in 2028, half of the 50 owed comes
    back: 48.795 - 25 / 1.05^1.5 = 25.559."""
    loan = contract(
        Loan(amount=50.0, rate=0.0, term_duration=2.0, grace_duration=1.0), duration=3.0
    )
    found = money(case(), loan, 90.0, 10.0)
    assert found.cost == pytest.approx([3.430, 25.559], abs=1e-3)


def test_a_guarantee_is_called_once() -> None:
    """Debt 50, half a year of interest at 3 % (all of it guaranteed): 50.75 owed at the end of
    2027; 2028 adds 1.5225. Lost there, 52.2725 is paid to lenders and half of it comes back."""
    made = contract(Guarantee(guaranteed_share=1.0), duration=3.0)
    found = money(case(), made, 10.0, 90.0)
    assert found.out[0] == pytest.approx([0, 52.2725, 0, 0])
    assert found.yearly[0] == pytest.approx([0, 26.13625, 0, 0])
    assert not found.yearly[1].any()


def test_the_least_grant_makes_debt_bearable() -> None:
    """At 50 USD/kg it earns 30 a year; cover 1.3 bears a service of 23.077, 30.25 for each 50 of
    debt: debt of 38.144, so capital of 76.287 and a grant of 23.713."""
    made = case()
    grant = Lever(
        kind="grant", name="grant", unit="million USD", most=100.0,
        contract=lambda size: contract(Grant(amount=size), duration=3.0),
    )  # fmt: skip
    field = Field(
        case=made, given=(), block=at(made, [], 50.0), measure="bankable", odds=1.0,
        least_value=-np.inf, inflation_rate=0.0,
    )  # fmt: skip
    found = least_size(field, grant)
    assert found.size == pytest.approx(23.713, abs=0.05)
    assert found.odds == 1.0


def test_leverage_is_capital_kept_for_a_dollar() -> None:
    """Odds from 1/3 to 1 on 100 of capital without public money: 66.67 / 20 = 3.33."""
    before, after = np.array([True, False, False]), np.ones(3, dtype=np.bool_)
    assert leverage(case(), [floor()], before, after, 20.0) == pytest.approx(3.333, abs=1e-3)
    granted = contract(Grant(amount=40.0))
    assert leverage(case(), [granted], before, after, 20.0) == pytest.approx(2.0)
    assert leverage(case(), [floor()], before, after, 0.0) is None


def test_the_tail_counts_the_edge_in_part() -> None:
    """Of 30 paths a twentieth is one and a half: (30 + 29 / 2) / 1.5 = 29.667."""
    assert tail_mean(np.arange(1.0, 31.0)) == pytest.approx(29.6667, abs=1e-3)


def test_odds_range_takes_sampling_out() -> None:
    """Draws that all have the same odds have no range; half at 0 and half at 1 have all of it."""
    rng = np.random.default_rng(1)
    same = (rng.random(40_000) < 0.7).astype(float)
    low, high = odds_range(same, 200)
    assert high - low < 0.06
    apart = np.tile(np.repeat([0.0, 1.0], 100), 50)
    low, high = odds_range(apart, 200)
    assert (low, high) == (pytest.approx(0, abs=1e-3), pytest.approx(1, abs=1e-3))
    assert odds_range(np.array([1.0, 0.0]), 2) == (0.5, 0.5)


def test_running_and_missed_years() -> None:
    cash = run(case(), [], 10.0).cash
    assert running(cash)[0].tolist() == [True, False, False, False]
    assert first_missed(cash)[0].tolist() == [False, True, False, False]


def test_a_basket_has_the_name_of_its_venture() -> None:
    made = case()
    held = contract(PriceFloor(strike=1.0), product="basket")
    assert product_name(held, made) == "basket of PLANT"
    assert products_of(made, [held])["basket of PLANT"].weight[ND] == 1.0


def test_a_grant_of_all_leaves_no_debt_of_rounding() -> None:
    """Capital of 100 in parts and a grant of it less a trillionth: nothing is due, so a year of
    loss is no default."""
    granted = contract(Grant(amount=100.0 - 1e-10), duration=3.0)
    found = run(case(), [granted], 19.0)
    assert not found.terms.debt.service.any()
    assert not found.cash.defaulted.any()
