"""Announcement 61 on the shipped network: who outside China it catches."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from allanite import Release
from allanite.axis import FloatArray
from allanite.network.lineage import (
    Lineage,
    LineageRule,
    is_listed,
    lineage_makers,
    sum_rows,
    trace_lineage,
)
from allanite.network.normal import NormalState, normal_state
from allanite.network.reconcile import Baseline
from allanite.network.supply import Processes
from allanite.units import DAYS_PER_YEAR

# Round prices of 2024 [USD/t], for a release without the table `material_prices`. No verdict
# below rests on them: value shares lie far from 0.1 %, except those of nearly no heavy content.
PRICES = {
    "ox_sm": 2.0e3,
    "ox_tb": 8.2e5,
    "ox_dy": 2.6e5,
    "met_sm": 1.0e4,
    "met_tb": 1.05e6,
    "met_dy": 3.3e5,
    "swarf_dy": 2.4e5,
    "swarf_tb": 7.7e5,
    "eol_ndfeb": 8.0e3,
    "mag_ndfeb_n": 4.5e4,
    "mag_ndfeb_h": 4.8e4,
    "mag_ndfeb_sh": 5.2e4,
    "mag_ndfeb_uh": 6.0e4,
    "mag_ndfeb_eh": 8.0e4,
    "mag_smco": 6.5e4,
    "ox_ndpr": 5.6e4,
    "seg_mp": 1.0e4,
    "segh_mtweld": 2.0e4,
    "segh_monazite": 2.0e4,
}


@pytest.fixture(scope="module")
def rule(release: Release) -> LineageRule:
    prices = PRICES
    if "material_prices" in release.names:
        rows = release.rows("material_prices")
        prices = {row["material_id"]: row["price"] for row in rows}
    return LineageRule(
        label="CN-2025-61",
        issuer="CHN",
        elements=("Dy", "Tb", "Sm"),
        threshold_share=0.001,
        prices=prices,
    )


@pytest.fixture(scope="module")
def state(baseline: Baseline) -> NormalState:
    return normal_state(baseline)


@pytest.fixture(scope="module")
def lineage(state: NormalState, rule: LineageRule) -> Lineage:
    return trace_lineage(state, rule)


@pytest.fixture(scope="module")
def makers(lineage: Lineage) -> dict[tuple[str, str], dict[str, Any]]:
    rows = lineage_makers(lineage.state, lineage.rule)
    return {(row["place"], row["process"]): row for row in rows}


@pytest.mark.parametrize("draw", [None, 0, 7])
def test_totals_and_balances_stay(baseline: Baseline, rule: LineageRule, draw: int | None) -> None:
    state = normal_state(baseline, draw)
    lineage = trace_lineage(state, rule)
    largest = state.use_rate().max()
    before, after = state.surplus_rate(), lineage.state.surplus_rate()
    assert after.min() >= before.min() - 1e-9 * largest
    together = sum_rows(after, lineage.map.node_of, len(state.network.nodes))
    np.testing.assert_allclose(together, before, atol=1e-9 * largest)
    for name, positions in (
        ("activity_rate", lineage.map.process_of),
        ("route_rate", lineage.map.route_of),
        ("demand_rate", lineage.map.demand_of),
    ):
        whole = getattr(state, name)
        summed = sum_rows(getattr(lineage.state, name), positions, whole.size)
        np.testing.assert_allclose(summed, whole, rtol=1e-12)
    assert lineage.state.route_rate.min() >= min(state.route_rate.min(), 0.0)


def test_what_is_carried_holds_a_listed_element_and_lies_outside(lineage: Lineage) -> None:
    network = lineage.state.network
    listed = [v for v, label in enumerate(network.nodes) if is_listed(label)]
    rows = network.elements.positions(lineage.rule.elements)
    held = np.asarray(network.element_content[rows].sum(axis=0)).ravel()
    assert len(listed) > 100
    assert (held[network.node_material[listed]] > 0).all()
    assert "CHN" not in {network.place_country[p] for p in network.node_place[listed]}


def test_plants_run_within_their_capacity_as_before(state: NormalState, lineage: Lineage) -> None:
    processes = lineage.state.network.processes
    limit = processes.capacity_alone(state.network.year) * (1 + 1e-9) + 1e-6
    assert (lineage.state.activity_rate <= limit).all()
    before = _shared_use(state.network.processes, state.activity_rate)
    after = _shared_use(processes, lineage.state.activity_rate)
    assert max(before.values()) <= 1 + 1e-6
    assert max(after.values()) <= 1 + 1e-6
    assert len(after) > len(before)


def _shared_use(processes: Processes, rate: FloatArray) -> dict[int, float]:
    """Sum of rate / capacity of the groups with the rule `share`."""
    use: dict[int, float] = {}
    for n, group in enumerate(processes.group):
        if group >= 0 and processes.group_rule[n] == "share":
            use[int(group)] = use.get(int(group), 0.0) + rate[n] / processes.capacity_rate[n]
    return use


def test_stocks_hold_the_same_tonnes(state: NormalState, lineage: Lineage) -> None:
    count = len(state.network.stocks.labels)
    after = sum_rows(_tonnes(lineage.state), lineage.map.stock_of, count)
    np.testing.assert_allclose(after, _tonnes(state), rtol=1e-6, atol=1e-9)


def _tonnes(state: NormalState) -> FloatArray:
    stocks = state.network.stocks
    by_days = stocks.cover / DAYS_PER_YEAR * state.use_rate()[stocks.node]
    return np.where(np.isfinite(stocks.initial_amount), stocks.initial_amount, by_days)


Makers = dict[tuple[str, str], dict[str, Any]]


@pytest.mark.parametrize("place", ["JP_MAGNET", "VN_SHINETSU_MAG", "KR_STAR", "DE_VAC_HANAU"])
@pytest.mark.parametrize("grade", ["sh", "uh"])
def test_makers_of_hot_grades_depend_on_listed_metal(
    makers: Makers, place: str, grade: str
) -> None:
    row = makers[place, f"sint_{grade}_gbd"]
    assert row["caught"] == "yes"
    assert row["listed_value_share"] > 0.02


def test_samarium_cobalt_is_caught_for_its_samarium(makers: Makers) -> None:
    for place in ("US_ARNOLD", "US_EEC", "DE_VAC_HANAU", "SI_MAGNETI", "JP_SMCO"):
        assert makers[place, "sint_smco"]["caught"] == "yes"


def test_grades_without_heavy_elements_are_free(makers: Makers) -> None:
    free = makers["JP_MAGNET", "sint_sh_free"]
    assert (free["caught"], free["listed_value_share"]) == ("no", 0.0)
    made = {row["material"] for row in makers.values()}
    assert not made & {"mag_ndfeb_low", "mag_bonded", "powder_mq", "alloy_ndfeb", "met_ndpr"}


def test_mines_and_old_magnets_are_free(makers: Makers) -> None:
    for key in (
        ("AU_MT_WELD", "mine_mtweld"),
        ("MM_KACHIN_SHAN", "mine_iac_my"),
        ("MY_LAMP_LRE", "sep_mtweld_light"),
        ("DE_HERAEUS", "rec_eol_short"),
    ):
        assert makers[key]["caught"] == "no"


def test_without_samarium_its_magnets_are_not_looked_at(
    state: NormalState, rule: LineageRule
) -> None:
    narrow = LineageRule(
        label="Dy and Tb only",
        issuer=rule.issuer,
        elements=("Dy", "Tb"),
        threshold_share=rule.threshold_share,
        prices=rule.prices,
    )
    rows = lineage_makers(trace_lineage(state, narrow).state, narrow)
    assert "mag_smco" not in {row["material"] for row in rows}
    assert "mag_ndfeb_sh" in {row["material"] for row in rows}
