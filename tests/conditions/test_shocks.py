"""Shocks as conditions, by hand on a small world, and what they refuse."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from tests.conditions.small_world import (
    HORIZON,
    control,
    figure,
    figures,
    in_force,
    law,
    small_words,
    small_world,
)

from allanite.conditions.atlas import make_atlas
from allanite.conditions.effects import Conditions
from allanite.conditions.scenario import Scenario, scenario_conditions
from allanite.conditions.shocks import (
    BorderClosure,
    Closure,
    DemandSurge,
    Outage,
    PowerCut,
    PriceMove,
    Shock,
    StockLock,
    shock_conditions,
)
from allanite.errors import UsageError

NETWORK = small_world()
ATLAS = make_atlas(NETWORK, small_words())
# 15 January to the end of February: 17 of 31 days, then all 28, then none.
DAYS: dict[str, Any] = {"first_day": date(2027, 1, 15), "last_day": date(2027, 2, 28)}
PRICES = {"oxide": 200_000.0}


def _apply(shock: Shock) -> Conditions:
    return shock_conditions(ATLAS, HORIZON, shock, PRICES)


def _named(array: np.ndarray, labels: Any, normal: float) -> dict[str, list[float]]:
    """Columns that are not normal, by label."""
    return {
        label: array[:, i].tolist()
        for i, label in enumerate(labels)
        if not np.all(array[:, i] == normal)
    }


def test_an_outage_stops_a_stage_of_a_country_for_its_share_of_days() -> None:
    made = _apply(Outage(place="Aland", stage="separation", share_left=0.2, **DAYS))
    found = _named(made.process_availability, NETWORK.processes.labels, 1.0)
    # 1 - 17/31 x 0.8; then 0.2; then normal.
    assert found == {"SEP:split": pytest.approx([1 - 17 / 31 * 0.8, 0.2, 1.0])}
    assert made.notes == (
        "Outage of separation at Aland to 20% of the normal, from 15 January 2027 to"
        " 28 February 2027.",
    )


def test_an_outage_of_a_site_or_a_process() -> None:
    site = _apply(Outage(place="MAG", **DAYS))
    process = _apply(Outage(place="BBB", process="press", **DAYS))
    assert np.array_equal(site.process_availability, process.process_availability)
    assert site.process_availability[1].tolist() == [1.0, 0.0, 1.0]


def test_a_power_cut_stops_one_plant() -> None:
    made = _apply(PowerCut(site="SEP", share_left=0.5, **DAYS))
    assert made.process_availability[1].tolist() == [0.5, 1.0, 1.0]


def test_a_closure_holds_back_goods_that_leave() -> None:
    made = _apply(Closure(origin="AAA", elements=("Dy",), share_left=0.25, **DAYS))
    found = _named(made.route_availability, NETWORK.routes.labels, 1.0)
    assert set(found) == {"AAA > BBB: oxide", "AAA > CCC: oxide"}
    assert found["AAA > BBB: oxide"][1] == 0.25
    one = _apply(Closure(origin="AAA", destinations=("CCC",), materials=("oxide",), **DAYS))
    assert set(_named(one.route_availability, NETWORK.routes.labels, 1.0)) == {"AAA > CCC: oxide"}


def test_a_closure_finds_both_classes_of_a_material() -> None:
    network = small_world(lineage=True)
    atlas = make_atlas(network, small_words())
    shock = Closure(origin="BBB", stages=("magnet",), materials=("magnet",), **DAYS)
    made = shock_conditions(atlas, HORIZON, shock)
    assert set(_named(made.route_availability, network.routes.labels, 1.0)) == {
        "BBB > CCC: magnet",
        "BBB > CCC: magnet@AAA",
    }


def test_a_closed_border_stops_every_good_one_way() -> None:
    made = _apply(BorderClosure(origin="AAA", destination="BBB", **DAYS))
    assert set(_named(made.route_availability, NETWORK.routes.labels, 1.0)) == {
        "AAA > BBB: oxide",
        "AAA > BBB: lime",
    }


def test_a_surge_adds_its_share_to_demand() -> None:
    made = _apply(DemandSurge(region="Beland", end_use="cars", change=0.5, **DAYS))
    found = _named(made.demand_change, NETWORK.demands.labels, 0.0)
    assert found == {"BBB: cars: magnet": pytest.approx([17 / 31 * 0.5, 0.5, 0.0])}
    both = _apply(DemandSurge(region="BBB", change=0.5, materials=("magnet",), **DAYS))
    assert len(_named(both.demand_change, NETWORK.demands.labels, 0.0)) == 2


def test_a_price_rise_makes_routes_out_of_the_origin_dearer() -> None:
    made = _apply(PriceMove(material="oxide", change=0.1, **DAYS))
    found = _named(made.route_cost_added, NETWORK.routes.labels, 0.0)
    # 10 % of 200,000 USD/t; the way from the market to the plant crosses no border.
    assert set(found) == {"AAA > BBB: oxide", "AAA > CCC: oxide"}
    assert found["AAA > CCC: oxide"] == pytest.approx([17 / 31 * 20_000, 20_000, 0.0])


def test_locked_stocks_may_not_be_drawn() -> None:
    made = _apply(StockLock(place="BBB", holder="state", materials=("magnet",), **DAYS))
    assert _named(made.stock_availability, NETWORK.stocks.labels, 1.0) == {
        "state": pytest.approx([1 - 17 / 31, 0.0, 1.0])
    }


def test_a_shock_outside_the_periods_says_so() -> None:
    made = _apply(PowerCut(site="SEP", first_day=date(2030, 1, 1), last_day=date(2030, 2, 1)))
    assert made.process_availability.min() == 1.0
    assert made.notes[0].endswith("outside these periods, without effect.")


@pytest.mark.parametrize(
    ("shock", "text"),
    [
        (PowerCut(site="SEPP", **DAYS), "no site 'SEPP' in the network; nearest: 'SEP'"),
        (Outage(place="Alland", **DAYS), "no place 'Alland' in the network"),
        (Outage(place="AAA", stage="metal", **DAYS), "no stage 'metal'"),
        (Outage(place="AAA", stage="magnet", **DAYS), r"no process at AAA \(magnet\)"),
        (Outage(place="AAA", process="pres", **DAYS), "nearest: 'press'"),
        (Closure(origin="AAA", elements=("Dx",), **DAYS), "no element 'Dx'"),
        (Closure(origin="CCC", **DAYS), "no route from CCC to all others with all goods"),
        (BorderClosure(origin="BBB", destination="AAA", **DAYS), "no route from BBB to AAA"),
        (BorderClosure(origin="BBB", destination="DDD", **DAYS), "no place 'DDD'"),
        (DemandSurge(region="AAA", change=1, **DAYS), "no demand region 'AAA'; regions: BBB, CCC"),
        (DemandSurge(region="BBB", end_use="car", change=1, **DAYS), "nearest: 'cars'"),
        (DemandSurge(region="CCC", end_use="robots", change=1, **DAYS), "no demand of CCC"),
        (DemandSurge(region="BBB", change=-1, **DAYS), "change is -1; it must lie between 0"),
        (PriceMove(material="magnet", change=1, **DAYS), "no price of 'magnet'"),
        (PriceMove(material="oxides", change=1, **DAYS), "nearest: 'oxide'"),
        (StockLock(place="AAA", **DAYS), "no stock of anyone in AAA"),
        (StockLock(place="BBB", holder="states", **DAYS), "nearest: 'state'"),
        (PowerCut(site="SEP", share_left=1.5, **DAYS), "share_left is 1.5; it must lie between"),
        (
            PowerCut(site="SEP", first_day=date(2023, 12, 31), last_day=date(2027, 1, 1)),
            "begins 2023-12-31, before the data; begin in 2024 or later",
        ),
        (
            PowerCut(site="SEP", first_day=date(2027, 2, 1), last_day=date(2027, 1, 1)),
            "ends 2027-01-01, before it begins",
        ),
    ],
)
def test_what_the_network_does_not_have_is_refused(shock: Shock, text: str) -> None:
    with pytest.raises(UsageError, match=text):
        _apply(shock)


def test_a_scenario_joins_controls_and_shocks() -> None:
    records = law(control("lic", "licence", [in_force(date(2026, 1, 1))]))
    parameters = figures(figure("lic", "approval_share", 0.5))
    shocks = (
        Closure(origin="AAA", materials=("oxide",), share_left=0.6, **DAYS),
        PriceMove(material="oxide", change=0.1, **DAYS),
        PriceMove(material="oxide", change=0.2, origin="AAA", **DAYS),
    )
    scenario = Scenario(horizon=HORIZON, controls=("lic",), shocks=shocks)
    made = scenario_conditions(NETWORK, scenario, records, parameters, PRICES)
    column = NETWORK.routes.labels.position("AAA > BBB: oxide")
    # The smaller share holds; costs add up: 10 % and 20 % of 200,000 USD/t.
    assert made.route_availability[:, column].tolist() == [0.5, 0.5, 0.5]
    assert made.route_cost_added[1, column] == pytest.approx(60_000)
    assert len(made.notes) == 4


def test_an_empty_scenario_is_normal() -> None:
    made = scenario_conditions(NETWORK, Scenario(horizon=HORIZON), law(), figures())
    assert made.route_availability.min() == 1.0
    assert made.notes == ()
