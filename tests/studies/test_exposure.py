import numpy as np
import pytest
from small_networks import SmallBaseline, two_country_chain

from allanite.errors import ModelError
from allanite.studies.exposure import trace_exposure
from allanite.studies.result import check_result

GOVERNANCE = {"CHN": 0.6, "AUS": 0.3, "MYS": 0.5}


def shares(result, table, origin, **wanted):
    rows = result.tables[table].to_pylist()
    return {
        row[origin]: row["share"]
        for row in rows
        if all(row[name] == value for name, value in wanted.items())
    }


def japan(stage):
    return {"demand_region": "JPN", "end_use": "EV motors", "element": "Dy", "stage": stage}


def test_shares_of_the_two_country_chain_by_hand():
    result = trace_exposure(two_country_chain(), GOVERNANCE)
    # Japan's oxide: 5 of 10 t from Ganzhou (CHN), 5 of 10 t from Kuantan (MYS).
    by_country = shares(result, "exposure_by_country", "origin_country", **japan("separation"))
    assert by_country == pytest.approx({"CHN": 0.5, "MYS": 0.5}, abs=1e-12)
    # Ganzhou mixes 80 t of China and 10 t of Australia, Kuantan is all Australian:
    # China 1/2 · 80/90 = 4/9, Australia 1/2 · 10/90 + 1/2 = 5/9.
    by_country = shares(result, "exposure_by_country", "origin_country", **japan("mine"))
    assert by_country == pytest.approx({"CHN": 4 / 9, "AUS": 5 / 9}, abs=1e-12)
    by_place = shares(result, "exposure_shares", "origin_place", **japan("magnet"))
    assert by_place == pytest.approx({"JPN": 1.0}, abs=1e-12)


def test_concentration_of_the_two_country_chain_by_hand():
    table = trace_exposure(two_country_chain(), GOVERNANCE).tables["exposure_concentration"]
    (row,) = [r for r in table.to_pylist() if {**r, **japan("mine")} == r]
    assert row["hhi"] == pytest.approx((4 / 9) ** 2 + (5 / 9) ** 2)
    assert row["hhi_governance"] == pytest.approx(0.6 * (4 / 9) ** 2 + 0.3 * (5 / 9) ** 2)
    assert (row["top_origin"], row["top_share"]) == ("AUS", pytest.approx(5 / 9))
    assert row["stage_share"] == pytest.approx(1.0)
    assert row["low"] is None


def test_unknown_governance_is_missing_with_bounds_and_never_zero():
    table = trace_exposure(two_country_chain(), {"CHN": 0.6}).tables["exposure_concentration"]
    (row,) = [r for r in table.to_pylist() if {**r, **japan("mine")} == r]
    assert row["hhi_governance"] is None
    assert row["hhi_governance_low"] == pytest.approx(0.6 * (4 / 9) ** 2)
    assert row["hhi_governance_high"] == pytest.approx(0.6 * (4 / 9) ** 2 + (5 / 9) ** 2)


def test_intervals_hold_the_central_share_and_follow_the_draws():
    result = trace_exposure(two_country_chain(draws=60), GOVERNANCE)
    rows = [
        r
        for r in result.tables["exposure_by_country"].to_pylist()
        if {**r, **japan("separation")} == r
    ]
    for row in rows:
        assert row["low"] < row["share"] < row["high"]
        # The draws move 5 t by up to a fifth: shares lie within 0.4 and 0.6.
        assert 0.4 <= row["low"] <= 0.45 and 0.55 <= row["high"] <= 0.6


def test_result_tables_pass_their_schemas():
    assert check_result(trace_exposure(two_country_chain(draws=5), GOVERNANCE).tables) == []


def test_recycling_loop_is_traced_to_its_source():
    # The plant takes 10 t from the two separators and 2 t of its own scrap: 12 t in.
    result = trace_exposure(two_country_chain(scrap=2.0), GOVERNANCE)
    recycled = shares(result, "exposure_by_country", "origin_stage", **japan("recycling"))
    assert recycled["recycling"] == pytest.approx(2 / 12)
    # Scrap came from the same plant: behind the loop the mines keep their shares.
    mined = shares(result, "exposure_by_country", "origin_country", **japan("mine"))
    assert mined == pytest.approx({"CHN": 4 / 9, "AUS": 5 / 9}, abs=1e-12)


def with_rates(baseline, *, route=None, stock=None):
    return SmallBaseline(
        network=baseline.network,
        activity_rate=baseline.activity_rate,
        route_rate=baseline.route_rate if route is None else route,
        demand_rate=baseline.demand_rate,
        stock_change_rate=baseline.stock_change_rate if stock is None else stock,
    )


def japans_oxide_from_stock(baseline):
    stock = baseline.stock_change_rate.copy()
    stock[baseline.network.nodes.position("JPN/oxide")] = -10.0
    return stock


def test_stock_has_the_mix_of_what_flows_into_its_node():
    baseline = two_country_chain()
    drawn = with_rates(baseline, stock=japans_oxide_from_stock(baseline))
    plain = trace_exposure(baseline, GOVERNANCE).tables["exposure_shares"]
    assert trace_exposure(drawn, GOVERNANCE).tables["exposure_shares"].equals(plain)


def test_node_fed_by_stock_alone_ends_at_the_stock():
    baseline = two_country_chain()
    route = baseline.route_rate.copy()
    route[3:5] = 0.0
    drawn = with_rates(baseline, route=route, stock=japans_oxide_from_stock(baseline))
    found = shares(
        trace_exposure(drawn, GOVERNANCE), "exposure_shares", "origin_stage", **japan("mine")
    )
    assert found == {"stock": 1.0}


def test_unfed_node_is_shown_as_unknown_origin():
    baseline = two_country_chain()
    route = baseline.route_rate.copy()
    route[3:5] = 0.0  # nothing reaches Japan's plant
    unfed = with_rates(baseline, route=route)
    rows = trace_exposure(unfed, GOVERNANCE).tables["exposure_shares"].to_pylist()
    (row,) = [r for r in rows if {**r, **japan("mine")} == r]
    assert (row["origin_stage"], row["share"]) == ("unknown", 1.0)


@pytest.mark.parametrize("demand", [("JPX", "EV motors"), ("JPN", "EV motor")])
def test_unknown_region_or_end_use_names_the_nearest(demand):
    with pytest.raises(ModelError, match="did you mean"):
        trace_exposure(two_country_chain(), GOVERNANCE, demand=demand)


def test_one_demand_has_the_shares_it_has_among_all():
    every = trace_exposure(two_country_chain(draws=8), GOVERNANCE).tables["exposure_shares"]
    alone = trace_exposure(two_country_chain(draws=8), GOVERNANCE, demand=("JPN", "EV motors"))
    rows = [
        r for r in every.to_pylist() if (r["demand_region"], r["end_use"]) == ("JPN", "EV motors")
    ]
    assert alone.tables["exposure_shares"].to_pylist() == rows


@pytest.mark.parametrize("wrong", [{"elements": ["Dx"]}, {"stages": ["mining"]}])
def test_unknown_element_or_stage_is_refused(wrong):
    with pytest.raises(ModelError, match="unknown"):
        trace_exposure(two_country_chain(), GOVERNANCE, **wrong)


def test_same_draws_give_the_same_tables():
    first = trace_exposure(two_country_chain(draws=10), GOVERNANCE).tables
    again = trace_exposure(two_country_chain(draws=10), GOVERNANCE).tables
    assert all(first[name].equals(again[name]) for name in first)
    assert not np.allclose(0, first["exposure_shares"]["share"].to_numpy())
