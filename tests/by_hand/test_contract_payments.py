"""What contracts pay, reckoned by hand at prices that stand still."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from tests.contract_worlds import NDPR, contract, steady

from allanite.axis import FloatArray
from allanite.catalogue.store import Release
from allanite.conditions.instruments.contract import Contract, Indexation, Payer, contract_at
from allanite.conditions.instruments.exposure import Exposure
from allanite.conditions.instruments.financing import contract_financing
from allanite.conditions.instruments.kinds import (
    BorderAdjustment,
    ContractForDifference,
    EbitdaGuarantee,
    Equity,
    Grant,
    Guarantee,
    Loan,
    Offtake,
    PriceFloor,
    StockPurchase,
    Tariff,
    TaxCredit,
)
from allanite.conditions.instruments.load import find_contract, load_contracts
from allanite.conditions.instruments.payments import contract_payments, stack_payments
from allanite.errors import ModelError


def paid(made: Contract, exposure: Exposure) -> FloatArray:
    return contract_payments(made, exposure).total[0]


@pytest.fixture(scope="module")
def shipped(release: Release) -> tuple[Contract, ...]:
    return load_contracts(release)


@pytest.mark.parametrize(
    ("benchmark", "million"),
    [(52.0, 348.0), (55.0, 330.0), (60.0, 300.0), (100.0, 60.0), (110.0, 0.0), (130.0, 0.0)],
)
def test_the_floor_of_mountain_pass(
    shipped: tuple[Contract, ...], benchmark: float, million: float
) -> None:
    """(110 - 52) USD/kg x 6,000 t x 1,000 kg/t = 348 million USD; nothing above 110.

    The upside has not begun in 2027.
    """
    floor = contract_at(find_contract(shipped, "US-MP-PPA"), {"contract.benchmark_share": 1.0})
    assert paid(floor, steady(benchmark)) == pytest.approx([million, million])


def test_the_benchmark_without_tax_makes_the_floor_dearer(shipped: tuple[Contract, ...]) -> None:
    """At 60 FOB the benchmark is 53.1: (110 - 53.1) x 6,000 t = 341.4 million USD."""
    floor = find_contract(shipped, "US-MP-PPA")
    assert paid(floor, steady(60.0)) == pytest.approx([341.4, 341.4])


def test_the_upside_of_mountain_pass_waits_for_full_production(
    shipped: tuple[Contract, ...],
) -> None:
    """0.3 x (130 - 110) x 6,000 t = 36 million USD a year from 2029 on, to the department."""
    made = contract_at(find_contract(shipped, "US-MP-PPA"), {"contract.benchmark_share": 1.0})
    assert paid(made, steady(130.0, months=48)) == pytest.approx([0.0, 0.0, -36.0, -36.0])
    late = contract_at(made, {"contract for difference.upside_start": 2030.5})
    assert paid(late, steady(130.0, months=48)) == pytest.approx([0.0, 0.0, 0.0, -18.0])


@pytest.mark.parametrize(
    ("price", "million"), [(150.0, 0.0), (155.0, -7.5), (470.0 / 3.0, -10.0), (200.0, -10.0)]
)
def test_the_cap_of_lynas_binds_at_157(
    shipped: tuple[Contract, ...], price: float, million: float
) -> None:
    """0.3 x (P - 150) x 5,000 t = 10 million USD at P = 150 + 10 / 1.5 = 156.7 USD/kg.

    Output beyond the 5,000 t firm counts for nothing.
    """
    made = contract_at(find_contract(shipped, "JP-LYNAS-2026"), {"contract.benchmark_share": 1.0})
    assert paid(made, steady(price, 7260.0)) == pytest.approx([million, million])


def test_a_nominal_floor_falls_with_inflation() -> None:
    """110 x 1.02^-(2027.5 - 2025.5) = 105.73; at 100 and 1,000 t a year 5.73 million USD.

    The year has twelve months around its middle, whose powers differ from it by 1e-4.
    """
    made = contract(PriceFloor(strike=110.0), indexation="nominal")
    first = paid(made, steady(100.0, 1000.0, inflation_rate=0.02))[0]
    assert first == pytest.approx(110 / 1.02**2 - 100, abs=0.01)


def test_a_quarter_settles_on_the_mean_weighted_by_volume() -> None:
    """Months at 80, 100, 120 USD/kg with 1, 1, 2 parts of 400 t: mean 105, 5 x 0.4 = 2 million.

    By month the floor of 110 pays 30 x 0.1 + 10 x 0.1 = 4 million USD.
    """
    exposure = Exposure(
        start=date(2027, 1, 1),
        price={NDPR: np.array([[80.0, 100.0, 120.0]])},
        volume_rate={NDPR: np.array([1200.0, 1200.0, 2400.0])},
        inflation_rate=0.0,
    )
    assert paid(contract(PriceFloor(strike=110.0)), exposure) == pytest.approx([4.0])
    quarterly = contract(PriceFloor(strike=110.0), settlement_months=3)
    assert paid(quarterly, exposure) == pytest.approx([2.0])


def test_only_months_inside_the_contract_count() -> None:
    """From July 2027 for one year: half of 10 x 6 = 60 million USD in each calendar year."""
    made = contract(PriceFloor(strike=110.0), start=2027.5, duration=1.0)
    assert paid(made, steady(100.0, months=36)) == pytest.approx([30.0, 30.0, 0.0])


def test_payers_share_both_ways() -> None:
    """60 million USD at 0.7 and 0.3: 42 and 18; 0.5 x 10 x 6 = 30 back at 120: 21 and 9."""
    payers = (
        Payer(name="one", region="USA", share=0.7),
        Payer(name="two", region="JPN", share=0.3),
    )
    tool = ContractForDifference(strike=110.0, upside_strike=110.0, upside_share=0.5)
    made = contract(tool, payers=payers)
    found = contract_payments(made, steady(100.0)).amount[:, 0, 0]
    assert found == pytest.approx([42.0, 18.0])
    assert contract_payments(made, steady(120.0)).amount[:, 0, 0] == pytest.approx([-21.0, -9.0])
    assert contract_payments(made, steady(120.0)).regions == ("USA", "JPN")


def test_a_limit_holds_for_the_year() -> None:
    """10 x 6 = 60 million USD, at most 25."""
    assert paid(contract(PriceFloor(strike=110.0, yearly_limit=25.0)), steady(100.0))[0] == 25.0


@pytest.mark.parametrize(("ebitda", "million"), [(100.0, 42.8), (200.0, -28.6)])
def test_the_guarantee_of_earnings(ebitda: float, million: float) -> None:
    """140 x 1.02 = 142.8 in the second year; 42.8 are missing, or half of 57.2 goes back."""
    made = contract(EbitdaGuarantee(yearly_amount=140.0, escalation_rate=0.02, excess_share=0.5))
    found = paid(made, steady(50.0, ebitda=np.full(2, ebitda)))
    assert found[1] == pytest.approx(million)


def test_a_guarantee_counts_what_other_contracts_pay() -> None:
    """Earnings 100, a floor pays 60: nothing is missing to 140 and nothing to 160."""
    floor = contract(PriceFloor(strike=110.0), contract_id="F")
    guarantee = contract(EbitdaGuarantee(yearly_amount=165.0), contract_id="G")
    exposure = steady(100.0, ebitda=np.full(2, 100.0))
    alone = paid(guarantee, exposure)
    assert alone == pytest.approx([65.0, 65.0])
    for order in ([floor, guarantee], [guarantee, floor]):
        totals = {p.contract_id: p.total[0, 0] for p in stack_payments(order, exposure)}
        assert totals == pytest.approx({"F": 60.0, "G": 5.0})


def test_offtake_at_cost_plus() -> None:
    """Cost 500 and 10 % are 550; market value 80 x 6 = 480: 70 million USD. Half taken: 35."""
    tool = Offtake(price_rule="cost_plus", margin_share=0.1)
    exposure = steady(80.0, production_cost=np.full(2, 500.0))
    assert paid(contract(tool), exposure) == pytest.approx([70.0, 70.0])
    assert paid(contract(tool, limit_rate=3000.0), exposure) == pytest.approx([35.0, 35.0])
    assert paid(contract(Offtake(price_rule="index")), exposure) == pytest.approx([0.0, 0.0])


def test_a_stockpile_buys_for_a_sum_of_money() -> None:
    """24 million USD at 120 buy 200 t, above the floor nothing; at 80 the floor of 100 buys 240 t.

    20 x 0.24 = 4.8 million USD beyond the market. With a rate of 120 t at most: 2.4.
    """
    tool = StockPurchase(price_rule="floor", price=100.0, yearly_amount=24.0)
    assert paid(contract(tool), steady(120.0)) == pytest.approx([0.0, 0.0])
    assert paid(contract(tool), steady(80.0)) == pytest.approx([4.8, 4.8])
    fixed = StockPurchase(price_rule="fixed", price=100.0, yearly_amount=24.0)
    assert paid(contract(fixed), steady(120.0)) == pytest.approx([-4.8, -4.8])
    slow = StockPurchase(price_rule="floor", price=100.0, yearly_amount=24.0, purchase_rate=120.0)
    assert paid(contract(slow), steady(80.0)) == pytest.approx([2.4, 2.4])


def test_border_measures_reach_the_home_price_in_part() -> None:
    """25 % of 40 x 1,000 t x a half = 5 million; (110 - 40) x a half = 35 million USD."""
    duty = contract(Tariff(duty_share=0.25, pass_through_share=0.5))
    assert paid(duty, steady(40.0, 1000.0))[0] == pytest.approx(5.0)
    reference = contract(BorderAdjustment(floor=110.0, pass_through_share=0.5))
    assert paid(reference, steady(40.0, 1000.0))[0] == pytest.approx(35.0)
    assert paid(reference, steady(120.0, 1000.0))[0] == 0.0


def test_financing_in_real_terms() -> None:
    """A loan of 103 drawn at 2026.5 with 3 % inflation is 100 of 2025; 5 % nominal is 1.94 % real.

    Half of a grant over two years from mid 2027 falls into 2028. A credit of 10 % that is whole
    until 2028 and nothing from 2031 leaves 10, 10, 6.7 and 3.3 % in 2027-2030.
    """
    loan = contract(
        Loan(amount=103.0, rate=0.04, spread=0.01, term_duration=12.0),
        start=2026.5,
        indexation="nominal",
    )
    more = contract(
        Grant(amount=40.0, paid_duration=2.0),
        Equity(amount=30.0, ownership_share=0.1),
        Guarantee(guaranteed_share=0.8, fee_rate=0.01),
        start=2027.5,
    )
    credit = contract(TaxCredit(credit_share=0.1, full_until_year=2028, none_from_year=2031))
    found = contract_financing([loan, more, credit], np.arange(2027, 2032), 0.03)
    assert found.loans[0].principal == pytest.approx(100.0)
    assert found.loans[0].real_rate == pytest.approx(1.05 / 1.03 - 1)
    assert found.grant_amount == pytest.approx([10.0, 20.0, 10.0, 0.0, 0.0])
    assert found.tax_credit_share == pytest.approx([0.1, 0.1, 0.2 / 3, 0.1 / 3, 0.0])
    assert (found.equity_amount, found.equity_ownership_share) == (30.0, 0.1)
    assert (found.guaranteed_share, found.guarantee_fee_rate) == (0.8, 0.01)
    assert paid(more, steady(50.0)) == pytest.approx([0.0, 0.0])  # nothing is counted twice


@pytest.mark.parametrize(
    ("indexation", "million"), [("real", 60.0), ("nominal", (110 / 1.1**2 - 100) * 6)]
)
def test_indexation(indexation: Indexation, million: float) -> None:
    """At 10 % inflation a nominal 110 of mid 2027 is 90.9 of 2025: nothing to pay at 100."""
    made = contract(PriceFloor(strike=110.0), indexation=indexation)
    found = paid(made, steady(100.0, inflation_rate=0.1))[0]
    assert found == pytest.approx(max(million, 0.0), abs=0.5)


def test_what_an_exposure_lacks_is_said() -> None:
    guarantee = contract(EbitdaGuarantee(yearly_amount=140.0))
    with pytest.raises(ModelError, match="guarantee of earnings needs them"):
        contract_payments(guarantee, steady(100.0))
    with pytest.raises(ModelError, match="no price of 'Dy oxide'; it has NdPr oxide"):
        contract_payments(contract(PriceFloor(strike=1.0), product="Dy oxide"), steady(100.0))
    with pytest.raises(ModelError, match="cost plus needs the production cost"):
        contract_payments(contract(Offtake(price_rule="cost_plus")), steady(100.0))
    with pytest.raises(ModelError, match="settlement over 5 months; allowed: 1, 2, 3"):
        contract_payments(contract(PriceFloor(strike=1.0), settlement_months=5), steady(100.0))
    with pytest.raises(ModelError, match="volume_rate of NdPr oxide has shape"):
        steady(100.0, volume_rate={NDPR: np.ones(3)})
    with pytest.raises(ModelError, match="first day of a month"):
        steady(100.0, start=date(2027, 1, 2))
