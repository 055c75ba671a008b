from dataclasses import replace

import numpy as np
import pytest

from allanite.axis import Axis
from allanite.catalogue.tables.results_exposure import STATUSES
from allanite.studies.concentration import (
    fill_between,
    governance_risk,
    herfindahl,
    weighted_herfindahl,
)
from allanite.studies.supply_risk import RiskInputs, TradeFlows, assess_supply_risk

# Countries A, B, C; one commodity; one year. World output: A 60 t, B 30 t, C 10 t.
# C imports 20 t from A (risk 0.8, 40 thousand USD) and 10 t from B (risk 0.5, 35 thousand USD).


def inputs(**changes) -> RiskInputs:
    places = Axis("country", ("A", "B", "C"))
    flows = TradeFlows(
        exporter=np.array([0, 1]),
        importer=np.array([2, 2]),
        commodity=np.array([0, 0]),
        year=np.array([0, 0]),
        amount=np.array([20.0, 10.0]),
        value=np.array([40.0, 35.0]),
    )
    base = RiskInputs(
        places=places,
        regions=places,
        region_of_place=np.arange(3),
        commodities=Axis("commodity", ("X",)),
        years=(2024,),
        flows=flows,
        production=np.array([60.0, 30.0, 10.0]).reshape(3, 1, 1),
        other_production=np.zeros((1, 1)),
        governance_risk=np.array([[0.8], [0.5], [0.2]]),
        copper_factor=0.5,
        governed_share_min=0.9,
    )
    return replace(base, **changes)


def at(risk, name, region=2):
    return getattr(risk, name)[region, 0, 0]


def status(risk, region=2):
    return STATUSES[at(risk, "status", region)]


def test_three_countries_by_hand():
    risk = assess_supply_risk(inputs())
    # hhi = 0.6² + 0.3² + 0.1² = 0.46
    assert at(risk, "hhi") == pytest.approx(0.46)
    # import risk = (20 · 0.8 + 10 · 0.5) / (20 + 10 + 10) = 21 / 40
    assert at(risk, "import_risk") == pytest.approx(21 / 40)
    assert at(risk, "trade_risk") == pytest.approx(21 / 30)
    assert at(risk, "geopolrisk") == pytest.approx(0.46 * 21 / 40)
    # price = 75 thousand USD / 30 t = 2.5 USD/kg; factor = 0.46 · 0.525 · 2.5 / 0.5
    assert at(risk, "price") == pytest.approx(2.5)
    assert at(risk, "characterization_factor") == pytest.approx(0.46 * 0.525 * 2.5 / 0.5)
    assert status(risk) == "ok"


def test_country_without_trade_is_marked_and_not_zero():
    risk = assess_supply_risk(inputs())
    assert status(risk, region=0) == "no trade data"
    assert np.isnan(at(risk, "geopolrisk", 0)) and np.isnan(at(risk, "import_amount", 0))


def test_commodity_without_production_is_marked_and_keeps_its_trade_risk():
    risk = assess_supply_risk(inputs(production=np.zeros((3, 1, 1))))
    assert status(risk) == "no production data"
    assert np.isnan(at(risk, "import_risk")) and np.isnan(at(risk, "geopolrisk"))
    assert at(risk, "trade_risk") == pytest.approx(0.7)


def test_withheld_domestic_output_is_not_read_as_none():
    production = np.array([60.0, 30.0, np.nan]).reshape(3, 1, 1)
    risk = assess_supply_risk(inputs(production=production))
    assert status(risk) == "no production data" and np.isnan(at(risk, "import_risk"))


def test_origin_without_governance_gives_bounds_and_a_mark():
    risk = assess_supply_risk(inputs(governance_risk=np.array([[np.nan], [0.5], [0.2]])))
    assert status(risk) == "no governance data"
    # Known: 10 · 0.5 of 40 t; the other 20 t count 0 or 1.
    assert at(risk, "import_risk_low") == pytest.approx(5 / 40)
    assert at(risk, "import_risk_high") == pytest.approx(25 / 40)
    assert at(risk, "governed_share") == pytest.approx(1 / 3)


def test_flow_without_mass_moves_neither_risk_nor_price():
    flows = inputs().flows
    flows = replace(flows, amount=np.array([20.0, np.nan]))
    risk = assess_supply_risk(inputs(flows=flows))
    assert at(risk, "price") == pytest.approx(40 / 20)
    assert at(risk, "import_risk") == pytest.approx(16 / 30)
    assert at(risk, "weighed_share") == pytest.approx(40 / 75)


def test_flow_without_value_is_no_price():
    flows = replace(inputs().flows, value=np.array([np.nan, np.nan]))
    risk = assess_supply_risk(inputs(flows=flows))
    assert status(risk) == "no price" and at(risk, "geopolrisk") > 0
    assert not at(risk, "characterization_factor") > 0


def test_trade_inside_a_group_carries_no_risk():
    # B and C buy as one: only the 20 t from A carry risk; output of both counts.
    regions = Axis("region", ("A", "G"))
    risk = assess_supply_risk(inputs(regions=regions, region_of_place=np.array([0, 1, 1])))
    assert at(risk, "import_risk", 1) == pytest.approx(20 * 0.8 / (30 + 40))


def test_unnamed_producers_lower_the_index():
    risk = assess_supply_risk(inputs(other_production=np.array([[100.0]])))
    assert at(risk, "hhi") == pytest.approx(0.3**2 + 0.15**2 + 0.05**2)


def test_governance_runs_from_zero_to_one_and_keeps_gaps():
    found = governance_risk(np.array([2.5, 0.0, -2.5, -3.0, np.nan]))
    assert found[:4] == pytest.approx([0.0, 0.5, 1.0, 1.0]) and np.isnan(found[4])


def test_indices():
    assert herfindahl(np.array([1.0, 1.0])) == pytest.approx(0.5)
    assert np.isnan(herfindahl(np.zeros(3)))
    assert weighted_herfindahl(np.array([0.5, 0.5]), np.array([1.0, 0.2])) == pytest.approx(0.3)
    assert np.isnan(weighted_herfindahl(np.array([0.5, 0.5]), np.array([1.0, np.nan])))


def test_years_between_surveys_are_read_and_far_ones_are_not():
    values = np.array([[1.0, 3.0], [np.nan, 2.0]])
    found = fill_between(values, np.array([1996.0, 1998.0]), np.array([1995.0, 1997.0, 2000.0]), 1)
    assert found[0, :2] == pytest.approx([1.0, 2.0]) and np.isnan(found[0, 2])
    assert np.isnan(found[1, 0]) and found[1, 1] == 2.0
