"""Projects of the shipped release: in the network, fed, and of use to the partners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pytest
from scipy.sparse import csc_array

from allanite import Release
from allanite.errors import DataError, ModelError
from allanite.network.assumptions import assumed_range, load_assumptions
from allanite.network.audit import audit_network, reachable_nodes, refuse_errors
from allanite.network.economics import load_economics
from allanite.network.extend import extend_state
from allanite.network.lineage import LineageRule, carry_lineage
from allanite.network.normal import NormalState, normal_state
from allanite.network.project_audit import check_projects, process_nodes
from allanite.network.projects import Projects, add_plan_links, load_projects
from allanite.network.reconcile import Baseline
from allanite.network.supply import SupplyNetwork

PARTNERS, WATCHED = ("USA", "JPN"), ("CHN",)
ROUNDING = 1.1  # market rates are printed with two figures
NOT_FROM_THE_BASELINE = {"gallium_refined", "germanium_refined"}  # use is not published


@dataclass(frozen=True, slots=True)
class Changed:
    """A release of which one table holds other rows."""

    release: Release
    table: str
    other: list[dict[str, Any]]

    def rows(self, name: str) -> list[dict[str, Any]]:
        return self.other if name == self.table else self.release.rows(name)


def changed(release: Release, table: str, other: list[dict[str, Any]]) -> Release:
    return cast(Release, Changed(release, table, other))


@pytest.fixture(scope="module")
def larger(network: SupplyNetwork, release: Release) -> SupplyNetwork:
    return add_plan_links(network, release)


@pytest.fixture(scope="module")
def projects(larger: SupplyNetwork, release: Release) -> Projects:
    return load_projects(release, larger)


def test_the_base_year_keeps_its_positions(network: SupplyNetwork, larger: SupplyNetwork) -> None:
    for name in ("nodes", "places", "materials"):
        old = getattr(network, name).labels
        assert getattr(larger, name).labels[: len(old)] == old
    old, new = network.processes, larger.processes
    count = len(old.labels)
    assert new.labels.labels[:count] == old.labels.labels
    assert np.array_equal(new.capacity_rate[:count], old.capacity_rate)
    assert np.array_equal(new.available_from[:count], old.available_from)
    rows = len(network.nodes)
    assert abs(csc_array(new.recipe[:rows, :count]) - old.recipe).max() == 0
    assert new.recipe[rows:, :count].nnz == 0
    routes = len(network.routes.labels)
    assert larger.routes.labels.labels[:routes] == network.routes.labels.labels


def test_only_groups_of_projects_change(
    network: SupplyNetwork, larger: SupplyNetwork, projects: Projects
) -> None:
    count = len(network.processes.labels)
    differs = np.flatnonzero(larger.processes.group[:count] != network.processes.group)
    assert set(differs.tolist()) <= set(projects.process.tolist())


def test_the_normal_state_still_balances(baseline: Baseline, release: Release) -> None:
    state = normal_state(baseline)
    larger = extend_state(state, add_plan_links(state.network, release))
    old = state.surplus_rate()
    assert np.allclose(larger.surplus_rate()[: old.size], old, atol=1e-9)
    assert not larger.surplus_rate()[old.size :].any()


def test_the_larger_network_has_no_errors(larger: SupplyNetwork) -> None:
    refuse_errors(audit_network(larger))


def test_no_project_runs_in_the_base_year(
    baseline: Baseline, network: SupplyNetwork, projects: Projects
) -> None:
    old = projects.process[projects.process < len(network.processes.labels)]
    assert old.size > 50
    assert not baseline.activity_rate[old].any()


def test_every_project_is_fed_and_of_use(projects: Projects, larger: SupplyNetwork) -> None:
    findings = check_projects(projects, larger, PARTNERS, WATCHED)
    assert not [f"{f.place}: {f.found}" for f in findings]


def test_projects_lead_nowhere_without_the_routes_of_the_plan(
    network: SupplyNetwork, release: Release
) -> None:
    without = changed(release, "plan_links", [])
    bare = add_plan_links(network, without)
    findings = check_projects(load_projects(without, bare), bare, PARTNERS, WATCHED)
    lost = {(f.check, f.place) for f in findings if f.severity == "error"}
    assert ("use of projects", "AU_NOLANS_SEP:sep_nolans") in lost
    assert ("feed of projects", "US_ACLARA_VINTON:sep_iac_granite_full") in lost
    only_watched = {f.place: f.found for f in findings if f.severity == "warning"}
    assert only_watched["VN_NOVATECH:sint_sh_gbd"] == (
        "VN_NOVATECH/met_dy, VN_NOVATECH/met_tb only from CHN"
    )


def test_gallium_of_the_projects_reaches_the_united_states_alone(
    projects: Projects, larger: SupplyNetwork
) -> None:
    lost = check_projects(projects, larger, ("JPN",), WATCHED)
    # Magnets of the highest grade from the United States have no route to Japan either.
    kinds = {f.place.split(":")[1].split(" ")[0] for f in lost}
    assert kinds == {"gallium", "sint_eh_gbd"}


def test_arrays_fit_together(projects: Projects, larger: SupplyNetwork) -> None:
    count = len(projects.labels)
    assert projects.project_of_process.shape == projects.process.shape
    assert set(projects.project_of_process.tolist()) == set(range(count))
    assert len(set(projects.process.tolist())) == projects.process.size
    assert set(projects.permits.project.tolist()) <= set(range(count))
    assert np.isfinite(larger.processes.capacity_rate[projects.process]).all()
    assert projects.plan_route.size == projects.plan_route_year.size


def test_months_become_years(projects: Projects) -> None:
    eneabba = projects.labels.position("AU_ENEABBA")
    assert projects.build_duration.value[eneabba] == pytest.approx(7 / 12)
    assert projects.build_duration.high[eneabba] == pytest.approx(1.0)
    assert projects.capex.value[eneabba] == 1140.0
    assert projects.permit_duration.value[projects.labels.position("US_WHITE_MESA_P2")] == 0.5


def test_one_plant_with_three_feeds_is_one_group(projects: Projects, larger: SupplyNetwork) -> None:
    mine = projects.project_of_process == projects.labels.position("US_UCORE_SMC")
    rows = projects.process[mine]
    assert rows.size == 3
    assert len(set(larger.processes.group[rows].tolist()) - {-1}) == 1
    assert {larger.processes.group_rule[n] for n in rows} == {"share"}


def test_an_expansion_is_a_process_of_its_own(projects: Projects, larger: SupplyNetwork) -> None:
    labels = larger.processes.labels
    new = labels.position("JP_MAGNET:sint_sh_free (JP_DAIDO2)")
    old = labels.position("JP_MAGNET:sint_sh_free")
    assert larger.processes.group[new] == -1
    assert (larger.processes.recipe[:, [new]] != larger.processes.recipe[:, [old]]).nnz == 0
    assert new in projects.process


def test_later_processes_of_no_project_are_named(projects: Projects, larger: SupplyNetwork) -> None:
    sites = {larger.processes.labels.labels[n].split(":")[0] for n in projects.left_process}
    left = {"CN_NRE_ALLOY", "SE_NORRA_KARR", "IN_REPM_SCHEME", "RU_GLAZOV", "BR_LABFAB"}
    assert sites == left


def test_a_process_nobody_knows_is_refused(network: SupplyNetwork, release: Release) -> None:
    row = next(r for r in release.rows("project_processes") if not r["in_network"])
    for column, text in (("process_id", "has no recipe"), ("place", "no site and no market")):
        bad = changed(release, "project_processes", [{**row, column: "NOBODY"}])
        with pytest.raises(ModelError, match=text):
            add_plan_links(network, bad)


def test_inputs_and_product_of_a_process(larger: SupplyNetwork) -> None:
    n = larger.processes.labels.position("AU_NOLANS_SEP:sep_nolans")
    inputs, products = process_nodes(larger, n)
    assert [larger.nodes.labels[v] for v in inputs] == ["AU_NOLANS_SEP/conc_nolans"]
    assert [larger.nodes.labels[v] for v in products] == ["AU_NOLANS_SEP/ox_ndpr"]
    mine = larger.processes.labels.position("AU_DONALD:mine_donald")
    assert process_nodes(larger, mine)[1].size == 2


def test_nodes_reached_without_a_country_are_fewer(larger: SupplyNetwork) -> None:
    everywhere, apart = reachable_nodes(larger, 2040), reachable_nodes(larger, 2040, WATCHED)
    assert (apart <= everywhere).all()
    assert not apart[larger.nodes.position("CN_MAGNET/met_gd")]


def use_outside(state: NormalState, country: str) -> dict[str, float]:
    """What processes and demands take outside a country, by material [t/yr]."""
    net = state.network
    taken = -(csc_array(net.processes.recipe).minimum(0) @ state.activity_rate)
    taken = taken + net.demand_matrix() @ state.demand_rate
    outside = np.array([net.place_country[p] != country for p in net.node_place])
    sums = np.bincount(net.node_material, weights=taken * outside, minlength=len(net.materials))
    return dict(zip(net.materials.labels, sums.tolist(), strict=True))


def test_markets_of_stocks_are_the_use_outside_the_watched_country(
    baseline: Baseline, release: Release
) -> None:
    use = use_outside(normal_state(baseline), "CHN")
    for row in release.rows("stock_options"):
        if row["material_id"] not in NOT_FROM_THE_BASELINE:
            ratio = row["market_rate"] / use[row["material_id"]]
            assert 1 / ROUNDING < ratio < ROUNDING, row["option_id"]


def test_assumptions_of_the_plan_are_read_by_their_prefix(release: Release) -> None:
    plan = load_assumptions(release, "plan.")
    assert plan.value("asset_life") == 20.0
    assert plan.value("capex_spread", "proposed") == 1.4
    assert assumed_range(release, "discount_rate", "plan.") == (0.03, 0.05, 0.08)
    with pytest.raises(DataError, match=r"plan\.nothing"):
        plan.value("nothing")
    with pytest.raises(DataError, match=r"plan\.nothing"):
        assumed_range(release, "nothing", "plan.")


def test_lineage_is_carried_with_projects_in_place(baseline: Baseline, release: Release) -> None:
    prices = {r["material_id"]: r["price"] for r in release.rows("material_prices")}
    rule = LineageRule(
        label="61",
        issuer="CHN",
        elements=("Sm", "Tb", "Dy"),
        threshold_share=0.001,
        prices=prices,
    )
    state = normal_state(baseline)
    larger = extend_state(state, add_plan_links(state.network, release))
    carried = carry_lineage(larger, rule)
    projects = load_projects(release, carried.network)
    assert projects.process.tolist() == load_projects(release, larger.network).process.tolist()
    assert np.all(carried.activity_rate[projects.process] == 0)
    assert np.allclose(carried.surplus_rate().sum(), larger.surplus_rate().sum())


def test_costs_are_known_of_all_that_is_added(larger: SupplyNetwork, release: Release) -> None:
    economics = load_economics(release, larger)
    assert np.isfinite(economics.running_cost).all()
    assert np.isfinite(economics.route_cost).all()
