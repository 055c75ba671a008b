"""Contracts and support of the shipped release on a rough price process."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from tests.price_worlds import rough_model

from allanite.catalogue.assumed import assumed_value
from allanite.catalogue.store import Release
from allanite.conditions.instruments.load import load_contracts
from allanite.conditions.prices.load import load_outside_volumes
from allanite.conditions.prices.oxides import OXIDES as PATH_OXIDES
from allanite.conditions.prices.quotes import VALUE_ADDED_TAX, load_quotes
from allanite.errors import UsageError
from allanite.studies.contracts.contract_study import (
    break_even_price,
    chosen_contracts,
    value_contracts,
)
from allanite.studies.contracts.design import design_support
from allanite.studies.contracts.price_map import OXIDES
from allanite.studies.contracts.producers import NOBODY, open_desk, producer_of
from allanite.studies.contracts.request import DesignRequest, ValuationRequest
from allanite.studies.contracts.supported import years_of
from allanite.studies.result import check_result

REQUEST = ValuationRequest(paths=600, range_paths=200, workers=1)
DESIGN = DesignRequest(
    paths=400, check_paths=400, workers=1, factors=(0.7, 1.3),
    payers=(("Japan", 0.4), ("United States", 0.6)),
)  # fmt: skip


@pytest.fixture(scope="module")
def valued(release: Release) -> dict[str, pa.Table]:
    return value_contracts(release, chosen_contracts(release, ()), rough_model(), REQUEST)


@pytest.fixture(scope="module")
def designed(release: Release) -> dict[str, pa.Table]:
    return design_support(release, "AU_NOLANS", rough_model(), DESIGN)


def rows(tables: dict[str, pa.Table], name: str, **where: object) -> list[dict]:
    found = tables[name].to_pylist()
    return [row for row in found if all(row[k] == v for k, v in where.items())]


def test_prices_of_paths_and_ventures_are_in_one_order() -> None:
    assert PATH_OXIDES == OXIDES


def test_benchmark_and_quotes_are_on_one_tax(release: Release) -> None:
    """A benchmark without value-added tax is the FOB price over one and the tax; a newer quote
    without it is that quote times the same: 100.8 in June 2026 is 113.9 FOB."""
    tax = 1.0 + assumed_value(release, VALUE_ADDED_TAX)
    shares = {c.benchmark_share for c in load_contracts(release)} - {1.0}
    assert list(shares) == [pytest.approx(1.0 / tax, abs=5e-4)]
    quotes = load_quotes(release).quotes
    june = next(q for q in quotes if q.oxide == "Nd" and q.period == "2026-06")
    assert june.nominal == pytest.approx(100.8 * tax)


def test_tables_hold(valued: dict[str, pa.Table], designed: dict[str, pa.Table]) -> None:
    assert not check_result(valued)
    assert not check_result(designed)


def test_every_contract_has_a_row_for_each_payer(
    release: Release, valued: dict[str, pa.Table]
) -> None:
    pairs = {(c.contract_id, p.name) for c in load_contracts(release) for p in c.payers}
    assert pairs == {(r["contract_id"], r["payer"]) for r in rows(valued, "contract_values")}


def test_a_missing_term_is_named_and_has_no_value(
    release: Release, valued: dict[str, pa.Table]
) -> None:
    for contract in load_contracts(release):
        for row in rows(valued, "contract_values", contract_id=contract.contract_id):
            if contract.missing:
                assert row["cost_mean"] is None
                assert all(name in row["note"] for name in contract.missing)
            elif producer_of(release, contract).venture_id == NOBODY:
                assert row["cost_mean"] is None and row["note"]
            else:
                assert row["cost_mean"] is not None
                low, high = row["terms_low_cost"], row["terms_high_cost"]
                assert low - 1e-9 <= row["cost_mean"] <= high + 1e-9


def test_superseded_contracts_are_told_apart(valued: dict[str, pa.Table]) -> None:
    for row in rows(valued, "contract_values", status="superseded"):
        assert row["note"].startswith("Superseded: not in any sum.")
    held = {r["contract_id"] for r in rows(valued, "contract_effects", venture_id="LYNAS")}
    assert "all" in held


def test_payers_of_a_contract_bear_it_together(valued: dict[str, pa.Table]) -> None:
    pair = rows(valued, "contract_values", contract_id="US-SERRA-SIIE-NDPR")
    assert sum(r["payer_share"] for r in pair) == pytest.approx(1.0)
    whole = {round(r["cost_mean"] / r["payer_share"], 6) for r in pair}
    assert len(whole) == 1


def test_the_budget_is_the_cost_by_year(valued: dict[str, pa.Table]) -> None:
    """Discounted at 5 % from the middle of each year, the mean budget is the mean cost."""
    budget = rows(valued, "contract_budget", contract_id="US-MP-PPA")
    assert [r["year"] for r in budget] == list(range(2027, 2036))
    present = sum(r["cost_mean"] * 1.05 ** -(r["year"] - 2027 + 0.5) for r in budget)
    row = rows(valued, "contract_values", contract_id="US-MP-PPA")[0]
    assert present == pytest.approx(row["cost_mean"], rel=1e-4)


def test_floors_help_and_the_upside_of_lynas_is_limited(valued: dict[str, pa.Table]) -> None:
    for name in ("US-MP-PPA", "JP-LYNAS-2026"):
        without, under = rows(valued, "contract_effects", contract_id=name)
        assert (without["state"], under["state"]) == ("without", "with")
        assert under["survival_share"] >= without["survival_share"]
        assert under["value_mean"] > without["value_mean"]
    points = rows(valued, "contract_payoffs", contract_id="JP-LYNAS-2026")
    assert min(p["payment"] for p in points) == pytest.approx(-10 * 1.022 ** (2025.5 - 2030.5))


def test_the_same_seed_gives_the_same_tables(release: Release) -> None:
    chosen = chosen_contracts(release, ("US-MP-PPA",))
    one, two = (value_contracts(release, chosen, rough_model(), REQUEST) for _ in range(2))
    assert all(one[name].equals(two[name]) for name in one)


def test_an_unknown_contract_is_refused(release: Release) -> None:
    with pytest.raises(UsageError, match="no contract 'XX'"):
        chosen_contracts(release, ("XX",))


def test_break_even_of_nolans_is_between_its_quotes(release: Release) -> None:
    """110 USD/kg without debt (docs of ventures); half debt at 7.5 % against 10 % lowers it."""
    desk = open_desk(release, 15)
    case = desk.case("AU_NOLANS")
    price = break_even_price(desk, case, ())
    assert price is not None
    assert 90 < price < 112
    assert years_of(case)[0] == 2027
    assert (load_outside_volumes(release)["outside_volume_rate"] == desk.outside_rate).all()


def test_no_money_for_building_keeps_a_plant_that_loses_by_running(release: Release) -> None:
    asked = DesignRequest(paths=200, check_paths=200, workers=1, factors=())
    found = design_support(release, "US_VULCAN", rough_model(), asked)
    for kind in ("grant", "public equity"):
        row = rows(found, "design_options", beside="nothing", instrument=kind)[0]
        assert row["size"] is None and not row["is_enough"]
        assert "cannot help" in row["note"]
        assert row["cost_mean"] < 1000.0


def test_options_of_nolans(designed: dict[str, pa.Table]) -> None:
    alone = rows(designed, "design_options", beside="nothing")
    enough = [r for r in alone if r["is_enough"]]
    assert sorted(r["rank"] for r in enough) == list(range(1, len(enough) + 1))
    assert all(abs(r["odds_reached"] - 0.9) < 0.12 for r in enough if r["odds_reached"] < 0.99)
    floor = next(r for r in alone if r["instrument"] == "floor on NdPr oxide")
    assert 70 < floor["size"] < 120
    beside = {r["beside"] for r in rows(designed, "design_options")}
    assert beside == {"nothing", "US-ARAFURA-EXIM"}
    helped = rows(designed, "design_options", beside="US-ARAFURA-EXIM")
    less = next(r for r in helped if r["instrument"] == "floor on NdPr oxide")
    assert less["size"] < floor["size"]


def test_payers_of_a_package_bear_it_together(designed: dict[str, pa.Table]) -> None:
    found = rows(designed, "design_packages")
    for name in {r["package"] for r in found}:
        by_payer = {r["payer"]: r["cost_mean"] for r in found if r["package"] == name}
        assert by_payer["Japan"] + by_payer["United States"] == pytest.approx(by_payer["all"])
    assert sum(r["is_cheapest"] for r in found if r["payer"] == "all") == 1


def test_floors_cost_less_where_prices_are_higher(designed: dict[str, pa.Table]) -> None:
    floor = rows(designed, "design_crossover", instrument="floor on NdPr oxide")
    assert floor[0]["price_factor"] < floor[1]["price_factor"]
    assert floor[0]["cost_mean"] > floor[1]["cost_mean"]
    assert np.isclose(floor[1]["price_mean"] / floor[0]["price_mean"], 1.3 / 0.7)


def test_requests_refuse_nonsense() -> None:
    with pytest.raises(UsageError, match="sum to 1"):
        DesignRequest(payers=(("a", 0.5),))
    with pytest.raises(UsageError, match="measure"):
        DesignRequest(measure="luck")
    with pytest.raises(UsageError, match="odds"):
        DesignRequest(odds=1.2)
    with pytest.raises(UsageError, match="at least 1"):
        ValuationRequest(paths=0)
