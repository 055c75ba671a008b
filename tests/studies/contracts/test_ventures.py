"""Ventures of the shipped release: all can be built, and what they sell is what they report."""

from __future__ import annotations

import numpy as np
import pytest

from allanite.axis import FloatArray
from allanite.catalogue.store import Release
from allanite.errors import ModelError, UsageError
from allanite.studies.contracts.basket import venture_basket
from allanite.studies.contracts.cash import YearlyPrices, flat_prices, yearly_prices
from allanite.studies.contracts.finance import SourceLoan, Sources
from allanite.studies.contracts.price_map import (
    OXIDES,
    PriceMap,
    load_price_map,
    quoted_prices,
)
from allanite.studies.contracts.running import mean_ramp, run_venture
from allanite.studies.contracts.study import break_evens, value_venture, venture_case
from allanite.studies.contracts.terms import capital_schedule, cash_terms
from allanite.studies.contracts.value import venture_value
from allanite.studies.contracts.venture import find_venture, venture_names
from allanite.studies.result import check_result

YEARS = 15
MARKET = "USGS (Argus), FOB China, annual average"


@pytest.fixture(scope="module")
def prices(release: Release) -> PriceMap:
    return load_price_map(release)


@pytest.fixture(scope="module")
def quotes(release: Release) -> FloatArray:
    return quoted_prices(release, MARKET, "2024")


def at_ndpr(quotes: FloatArray, ndpr: float) -> FloatArray:
    found = quotes.copy()
    found[[OXIDES.index("Nd"), OXIDES.index("Pr")]] = ndpr
    return found


def test_rules_give_the_prices_of_their_year(
    release: Release, prices: PriceMap, quotes: FloatArray
) -> None:
    """Exact but for NdPr oxide, quoted at 55 where Nd and Pr stood at 56: 1.8 % at most."""
    printed = {row["material_id"]: row["price"] for row in release.rows("material_prices")}
    assert set(prices.materials) == set(printed)
    found = dict(zip(prices.materials, prices.prices(quotes).tolist(), strict=True))
    bare = [m for m in printed if "ndpr" not in m and not m.startswith(("mag_ndfeb", "alloy"))]
    bare = [m for m in bare if m not in ("powder_mq", "mag_bonded", "eol_ndfeb")]
    assert len(bare) > 40
    for material in bare:
        assert found[material] == pytest.approx(printed[material], rel=1e-5), material
    for material, price in printed.items():
        assert price * (1 - 1e-5) <= found[material] <= price * 1.0183, material


def test_rules_are_exact_where_ndpr_is_its_parts(
    release: Release, prices: PriceMap, quotes: FloatArray
) -> None:
    printed = {row["material_id"]: row["price"] for row in release.rows("material_prices")}
    found = prices.prices(at_ndpr(quotes, 55.0))
    for material in ("ox_ndpr", "met_ndpr", "alloy_ndfeb", "mag_ndfeb_uh", "mag_bonded"):
        assert found[prices.materials.position(material)] == pytest.approx(
            printed[material], rel=1e-5
        )


def test_every_project_and_operation_is_built_or_refused(release: Release) -> None:
    refused = {}
    for name in venture_names(release):
        try:
            case = venture_case(release, name, YEARS)
        except ModelError as error:
            refused[name] = str(error)
            continue
        price = quoted_prices(release, MARKET, "2024")
        cash = case.cash(flat_prices(price, YEARS))
        worth = venture_value(cash, case.terms)
        assert np.isfinite(worth.project).all() and np.isfinite(worth.owners).all(), name
        assert (cash.revenue[:, -1] > 0).all(), name
    assert set(refused) == {"AU_WAGERUP_GA", "US_ATALCO_GA", "US_STIBNITE"}
    assert all("no recipe of rare earths" in reason for reason in refused.values())


def test_names(release: Release) -> None:
    group = find_venture(release, "LYNAS")
    assert {p.place for p in group.plants} >= {"AU_MT_WELD", "AU_KALGOORLIE", "MY_LAMP_LRE"}
    assert find_venture(release, "MY_LAMP_LRE").venture_id == "LYNAS"
    assert find_venture(release, "US_MP_NDPR").kind == "operation"
    assert find_venture(release, "AU_NOLANS").kind == "project"
    with pytest.raises(UsageError, match="did you mean AU_NOLANS"):
        find_venture(release, "AU_NOLAN")
    with pytest.raises(ModelError, match="makes nothing before 2027"):
        find_venture(release, "SE_NORRA_KARR")


def test_stages_are_netted(release: Release) -> None:
    """A mine with a plant sells oxides: no concentrate leaves, none is bought."""
    for name in ("US_MOUNTAIN_PASS", "LYNAS", "AU_NOLANS"):
        running = run_venture(find_venture(release, name), YEARS)
        for m, material in enumerate(running.materials):
            if material.startswith(("conc_", "mrec_")):
                assert running.sold[:, m] == pytest.approx(0, abs=0.1), (name, material)
            assert running.bought[:, m] == pytest.approx(0, abs=0.1), (name, material)


def test_plants_that_share_capacity_take_own_ore_first(release: Release) -> None:
    """Eneabba works 17,400 t REO: 12,000 of its own, and equal parts of what it buys."""
    venture = find_venture(release, "AU_ENEABBA")
    running = run_venture(venture, 1, np.ones((1, len(venture.plants))))
    by_name = dict(zip((p.process_id for p in venture.plants), running.activity[0], strict=True))
    assert by_name["sep_monazite_full"] * 4.85 == pytest.approx(12_000, rel=2e-3)
    rest = by_name["sep_monz_carb_full"] / 3040, by_name["sep_xenotime_full"] / 355
    assert rest[0] == pytest.approx(rest[1])
    assert sum(rest) == pytest.approx(1 - by_name["sep_monazite_full"] / 3586.2)


def test_operations_earn_what_they_report(
    release: Release, prices: PriceMap, quotes: FloatArray
) -> None:
    """At the rates and prices of 2024: Lynas 300 to 370 million USD (year to June 2025: 556
    million Australian dollars), Mountain Pass with its concentrate near 204."""
    lynas = find_venture(release, "LYNAS")
    earned = base_year_revenue(lynas, prices, quotes)
    assert 290 < earned < 400
    mine = find_venture(release, "US_MOUNTAIN_PASS")
    oxides = base_year_revenue(mine, prices, quotes)
    surplus = 45_455 - 1_294 * 6.923
    unit = prices.prices(quotes)[prices.materials.position("conc_bastn_mp")]
    assert 160 < oxides + surplus * unit * 1e-6 < 260


def base_year_revenue(venture, prices: PriceMap, quotes: FloatArray) -> float:
    ramp = np.array(
        [[p.base_share * (2 if p.group_rule == "share" else 1) for p in venture.plants]]
    )
    basket = venture_basket(venture, prices, 1, ramp=ramp)
    return float(basket.revenue.at(quotes[None, None, :])[0, 0])


@pytest.mark.parametrize("name", ["LYNAS", "US_MOUNTAIN_PASS"])
def test_operations_gain_from_ndpr(release: Release, quotes: FloatArray, name: str) -> None:
    case = venture_case(release, name, YEARS)
    low, high = (case.cash(flat_prices(at_ndpr(quotes, p), YEARS)) for p in (55, 110))
    assert high.margin[0, -1] > low.margin[0, -1] + 200
    poor = case.cash(flat_prices(at_ndpr(quotes, 30.0), YEARS))
    assert poor.margin[0, -1] < 0.15 * high.margin[0, -1]


def test_light_oxides_are_nearly_worthless(release: Release, quotes: FloatArray) -> None:
    case = venture_case(release, "US_MOUNTAIN_PASS", YEARS)
    weight = case.basket.revenue.weight[-1] * quotes
    assert weight[:2].sum() < 0.03 * weight.sum()


def test_a_magnet_plant_lives_by_its_conversion(release: Release, quotes: FloatArray) -> None:
    """Oxides pass through: twice the price moves less than a tenth of what it pays for them."""
    for name in ("US_VULCAN", "US_MP_10X", "EE_NARVA"):
        case = venture_case(release, name, YEARS)
        inputs = case.basket.inputs.weight[-1] @ quotes
        assert abs(case.basket.exposure[-1] @ quotes) < 0.1 * inputs
        found = break_evens(case, quotes)
        assert found["break-even factor"][0] is None
        margin = found["break-even margin"][0]
        assert margin is not None and 0 < margin < 80


def test_break_evens_lie_where_sources_put_them(release: Release) -> None:
    """Project Blue: 75 to 105 USD/kg NdPr for enough capacity outside China; by-products less."""
    quotes = quoted_prices(release, MARKET, "2025")
    found = {
        name: break_evens(venture_case(release, name, YEARS), quotes)["break-even NdPr oxide"][0]
        for name in ("AU_NOLANS", "AU_ENEABBA", "BR_CALDEIRA", "BR_COLOSSUS", "US_WHITE_MESA_P2")
    }
    assert all(value is not None for value in found.values())
    assert 35 < (found["US_WHITE_MESA_P2"] or 0) < 65
    assert 60 < (found["BR_CALDEIRA"] or 0) < 100
    assert 70 < (found["AU_ENEABBA"] or 0) < 105
    assert 80 < (found["AU_NOLANS"] or 0) < 125


def test_outside_sales_stop_at_what_one_seller_can_place(
    release: Release, prices: PriceMap
) -> None:
    rate = np.full(len(OXIDES), 100.0)
    basket = venture_basket(find_venture(release, "FR_CAREMAG"), prices, YEARS, outside_rate=rate)
    assert basket.outside_weight.max() == pytest.approx(25.0)
    assert (basket.outside_weight <= basket.revenue.weight + 1e-9).all()
    china = venture_basket(find_venture(release, "CN_CREG_SEP"), prices, 1, outside_rate=rate)
    assert not china.outside_weight.any()


def test_work_of_a_heavy_circuit_counts_its_feed(release: Release) -> None:
    """A tonne of Dy from xenotime carries eleven others: near 12 x 12,000 USD, not 30,000."""
    plants = {p.process_id: p for p in find_venture(release, "AU_ENEABBA").plants}
    assert 120_000 < plants["sep_xenotime_full"].cost.value < 160_000
    assert 25_000 < plants["sep_monazite_full"].cost.value < 36_000


def test_named_costs_rule(release: Release) -> None:
    plant = find_venture(release, "BR_CALDEIRA").plants[0]
    assert plant.cost.value == 8910 and "C033" in plant.cost.note
    white = find_venture(release, "US_WHITE_MESA_P2")
    assert white.plants[0].covers_inputs
    assert not run_venture(white, 3).bought.any()


def test_ramp_and_capital(release: Release) -> None:
    """Start at 2.5, two years of ramp: 0.0625 in the third year, 0.5 in the fourth, 0.9375, 1."""
    assert mean_ramp(6, 2.5, 2.0) == pytest.approx([0, 0, 0.0625, 0.5, 0.9375, 1])
    assert mean_ramp(3, 1.0, 0.0) == pytest.approx([0, 1, 1])
    nolans = find_venture(release, "AU_NOLANS")
    left = 1220 * 0.95
    assert capital_schedule(nolans, YEARS).sum() == pytest.approx(left)
    assert capital_schedule(nolans, YEARS)[0] == pytest.approx(left * 12 / 32)
    with pytest.raises(ModelError, match="beyond the 2 years"):
        capital_schedule(nolans, 2)


def test_cheap_loans_stand_in_for_market_debt(release: Release) -> None:
    loan = SourceLoan(principal=400.0, real_rate=0.02, grace_duration=4, term_duration=16)
    case = venture_case(release, "AU_NOLANS", YEARS)
    with_loan = cash_terms(case.venture, case.basket, Sources(loans=(loan,)))
    assert with_loan.debt.drawn.sum() == pytest.approx(case.terms.debt.drawn.sum())
    assert with_loan.debt.service.max() < case.terms.debt.service.max()
    with pytest.raises(ModelError, match="grace"):
        bad = SourceLoan(principal=1, real_rate=0, grace_duration=9, term_duration=5)
        cash_terms(case.venture, case.basket, Sources(loans=(bad,)))


def test_tables_are_declared_and_checked(release: Release, quotes: FloatArray) -> None:
    case = venture_case(release, "AU_NOLANS", YEARS)
    random = np.random.default_rng(7)
    blocks = []
    for _ in range(2):
        price = quotes * np.exp(random.normal(0, 0.3, (50, YEARS, 1)))
        blocks.append((YearlyPrices(price=price, outside=price), None))
    tables = value_venture(case, blocks, quotes)
    assert check_result(tables) == []
    assert tables["venture_cash"].num_rows == 6 * YEARS
    shares = tables["venture_basket"].to_pylist()
    assert sum(r["revenue_share"] for r in shares if r["side"] == "sold") == pytest.approx(1)
    terms = {(r["term"], r["scope"]) for r in tables["venture_terms"].to_pylist()}
    assert {("corporate_tax", "AUS"), ("hurdle_rate", "WLD"), ("capex", "AU_NOLANS")} <= terms


def test_months_become_years() -> None:
    class Paths:
        price = np.arange(48, dtype=np.float32).reshape(1, 24, 2)
        outside = price + 1

    found = yearly_prices(Paths())
    assert found.price[0].tolist() == [[11, 12], [35, 36]]
    assert found.outside[0, 0].tolist() == [12, 13]


def test_a_loan_to_an_operation_is_kept_until_it_is_repaid(release: Release) -> None:
    """300 million USD at 2 % must not make a running company likelier to default."""
    loan = SourceLoan(principal=300.0, real_rate=0.02, grace_duration=4, term_duration=14)
    alone = venture_case(release, "LYNAS", YEARS)
    lent = venture_case(release, "LYNAS", YEARS, financing=Sources(loans=(loan,)))
    assert lent.terms.held[0] == pytest.approx(lent.terms.reserve + 300)
    assert lent.terms.held[-1] == pytest.approx(lent.terms.reserve)
    low = at_ndpr(quoted_prices(release, MARKET, "2024"), 45.0)
    for case in (alone, lent):
        assert case.cash(flat_prices(low, YEARS)).alive.all()
