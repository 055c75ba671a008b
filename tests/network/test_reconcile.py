"""The shipped baseline: balances, limits, residuals, and figures an expert would check."""

from __future__ import annotations

import numpy as np
import pytest

from allanite import Release
from allanite.network.explain import explain_gross_errors, gross_errors
from allanite.network.observations import CLASSES, Observations
from allanite.network.observe import repeats_rate
from allanite.network.reconcile import Baseline, rate_vectors, reconcile_baseline
from allanite.network.tables import observations_table, rates_table
from allanite.network.totals import baseline_totals

LARGEST = 4e5


def test_mass_is_conserved_at_every_node_in_every_draw(baseline: Baseline) -> None:
    balance = baseline.observations.columns.balance()
    central, draws = rate_vectors(baseline)
    assert np.abs(balance @ central).max() < 1e-8 * LARGEST
    assert np.abs(balance @ draws.T).max() < 1e-8 * LARGEST


def test_the_contract_balance_holds_with_the_reconciled_recipes(baseline: Baseline) -> None:
    network = baseline.network
    left = (
        network.processes.recipe @ baseline.activity_rate
        + network.route_matrix() @ baseline.route_rate
        - network.demand_matrix() @ baseline.demand_rate
        - baseline.unused_rate
        - baseline.stock_change_rate
    )
    assert np.abs(left).max() < 1e-8 * LARGEST


def test_flows_of_a_draw_balance_too(baseline: Baseline) -> None:
    network, draw = baseline.network, baseline.draws.draw(3)
    made = np.asarray(baseline.process_flow(3).sum(axis=1)).ravel()
    moved = network.route_matrix() @ draw.route_rate - network.demand_matrix() @ draw.demand_rate
    assert np.abs(made + moved - draw.unused_rate - draw.stock_change_rate).max() < 1e-8 * LARGEST


def test_rates_stay_within_capacity(baseline: Baseline) -> None:
    capacity = baseline.network.processes.capacity_rate
    alone = np.array([rule != "sum" for rule in baseline.network.processes.group_rule])
    assert (baseline.activity_rate[alone] <= capacity[alone] * (1 + 1e-9)).all()
    assert (baseline.activity_rate >= 0).all()
    assert (baseline.route_rate >= 0).all()


def test_projects_do_not_run(baseline: Baseline) -> None:
    later = ~baseline.network.processes.available(baseline.network.year)
    assert later.any()
    assert (baseline.activity_rate[later] == 0).all()


@pytest.mark.parametrize(
    ("check", "tolerance"),
    [
        ("mine-reo-world-2024-mcs2026", 0.05),
        ("mine-reo-china-2024", 0.05),
        ("ndpr-oxide-primary-world-2024", 0.05),
        ("ndpr-oxide-primary-china-2024", 0.05),
        ("dytb-oxide-china-2024-smm", 0.15),
        ("magnets-sintered-world-2024", 0.06),
        ("magnets-sintered-china-2024", 0.06),
        ("magnet-exports-china-2024", 0.05),
        ("refined-magnet-rare-earths-china-2024", 0.05),
    ],
)
def test_published_totals(
    baseline: Baseline, release: Release, check: str, tolerance: float
) -> None:
    rows = {r["check_id"]: r for r in baseline_totals(baseline, release).to_pylist()}
    assert rows[check]["difference_share"] == pytest.approx(0.0, abs=tolerance)
    assert rows[check]["low"] < rows[check]["high"]


def test_japan_gets_its_metal_from_vietnam(baseline: Baseline) -> None:
    network = baseline.network
    r = network.routes.labels.position("VN_SHENGHE_METAL > JPN: met_ndpr")
    assert baseline.route_rate[r] == pytest.approx(2788, rel=0.1)


def test_china_ships_magnets_to_every_region(baseline: Baseline) -> None:
    network = baseline.network
    for region in ("XEU", "USA", "JPN", "KOR", "IND", "XRW"):
        into = [
            baseline.route_rate[r]
            for r, label in enumerate(network.routes.labels)
            if label.startswith(f"CHN > {region}: mag_ndfeb")
        ]
        assert sum(into) > 500


def test_no_magnet_metal_is_thrown_away(baseline: Baseline) -> None:
    network = baseline.network
    valued = np.array(
        [
            network.materials.labels[m]
            in ("ox_ndpr", "ox_dy", "ox_tb", "met_ndpr", "met_dy", "met_tb")
            for m in network.node_material
        ]
    )
    assert baseline.unused_rate[valued].max() == 0.0


def test_every_gross_error_is_explained_from_the_data(baseline: Baseline) -> None:
    found = gross_errors(baseline)
    explained = explain_gross_errors(baseline)
    assert set(found) == set(explained)
    assert len(found) < 0.01 * (~baseline.observations.is_prior).sum()
    for i, text in explained.items():
        assert baseline.observations.labels.labels[i] in text
        assert "contradict" in text


def test_every_gross_error_has_a_cause_in_plain_words(baseline: Baseline, release: Release) -> None:
    rows = observations_table(baseline, release).to_pylist()
    gross = [row for row in rows if row["gross_error"]]
    assert gross
    assert [row["observation_id"] for row in gross if not row["explanation"]] == []
    text_of_topic = {row["topic"]: row["explanation"] for row in gross}
    assert all(text_of_topic[row["topic"]] == row["explanation"] for row in gross)


def test_explanations_name_observations(observations: Observations, release: Release) -> None:
    said = {row["observation"] for row in release.rows("observation_explanations")}
    assert said <= set(observations.labels)


def test_only_printed_figures_count_as_observations(baseline: Baseline, release: Release) -> None:
    rows = observations_table(baseline, release).to_pylist()
    assert {row["class"] for row in rows} == set(CLASSES)
    counted = [row for row in rows if row["class"] == "observation"]
    assert len(counted) < len(rows) / 3
    own = [
        r for r in counted if r["quality"] == "assumed" and r["source_id"] == "network-assumptions"
    ]
    assert {row["what"] for row in own} <= {"link", "rate of a plant"}  # compiled flows and plants
    assert {row["source_id"] for row in rows if row["class"] == "tie"} <= {
        "network-assumptions",
        "rare-earth-chain",
    }


def test_central_rates_lie_inside_their_redraws(baseline: Baseline) -> None:
    central, draws = rate_vectors(baseline)
    slack = 1e-6 * np.maximum(1.0, np.abs(central))
    outside = (central < draws.min(axis=0) - slack) | (central > draws.max(axis=0) + slack)
    assert outside.mean() < 0.02


def test_a_capacity_that_repeats_a_rate_is_no_bound(baseline: Baseline) -> None:
    network, observations = baseline.network, baseline.observations
    n = network.processes.labels.position("CN_BAYAN_OBO:mine_bayan_obo")
    assert np.isinf(observations.upper[n])
    assert baseline.draws.activity_rate[:, n].max() > observations.expected_activity[n]
    assert repeats_rate(np.array([10.0, 10.0, 0.0]), np.array([10.0, 9.0, 0.0])).tolist() == [
        True,
        False,
        False,
    ]


def test_nobody_throws_away_what_he_bought(baseline: Baseline) -> None:
    network = baseline.network
    for label in ("JPN/ox_ce", "JPN/ox_y", "KOR/ox_la"):
        v = network.nodes.position(label)
        assert baseline.observations.upper[baseline.observations.columns.start("unused") + v] == 0


def test_magnet_trade_that_customs_see_is_observed(baseline: Baseline) -> None:
    # 1.8 million USD went from Japan to Korea, some 30 t; alloys share the code and the routes.
    labels = baseline.observations.labels
    i = labels.position("HS 850511 JPN > KOR")
    assert baseline.observations.value[i] == pytest.approx(32, rel=0.05)
    assert abs(baseline.residual[i]) < 1


def test_codes_of_oxides_and_their_salts_are_read_as_oxide(observations: Observations) -> None:
    # 4,718.753 t under HS 284610 went from China to Japan; a tonne as weighed holds 0.6 t.
    i = observations.labels.position("HS 284610 CHN > JPN")
    assert observations.value[i] == pytest.approx(0.6 * 4718.753)
    assert observations.standard_error[i] == pytest.approx(0.35 * 0.6 * 4718.753)


def test_regional_key_has_the_error_of_a_prior_worth_one_observation_a_region(
    observations: Observations,
) -> None:
    # Japan has 13,000 of 214,500 t of magnets, s = 0.0606; sqrt(s (1 - s) / 8) = 0.0844.
    world = observations.labels.position("D0337 world: Metallurgy and batteries: met_lace")
    key = observations.labels.position("key JPN: Metallurgy and batteries: met_lace")
    share = observations.standard_error[key] / observations.value[world]
    assert share == pytest.approx(0.0844, abs=2e-4)


def test_home_use_is_not_read_from_customs(observations: Observations) -> None:
    # Vietnam's own uses stand in the rest of the world: no border sees them.
    assert not [label for label in observations.labels if label.startswith("L124 VN_SHINETSU")]
    assert "HS 850511 VNM > XRW" not in observations.labels


def test_a_line_of_unnamed_countries_is_not_read(observations: Observations) -> None:
    assert not [x for x in observations.labels if "mine output Other" in x]


def test_tables_have_one_row_each(baseline: Baseline, release: Release) -> None:
    seen = observations_table(baseline, release)
    assert seen.num_rows == len(baseline.observations.labels)
    assert seen["prior"].to_pylist() == sorted(seen["prior"].to_pylist())
    rates = rates_table(baseline).to_pylist()
    assert len({(r["kind"], r["label"]) for r in rates}) == len(rates)
    assert all(r["low"] <= r["rate"] <= r["high"] for r in rates)


def test_the_same_seed_gives_the_same_bytes(observations: Observations) -> None:
    first, second, other = (reconcile_baseline(observations, s, draws=2) for s in (5, 5, 6))
    assert first.draws.route_rate.tobytes() == second.draws.route_rate.tobytes()
    assert first.draws.route_rate.tobytes() != other.draws.route_rate.tobytes()
