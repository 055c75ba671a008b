"""A chain of three nodes, reconciled with pencil and paper."""

from __future__ import annotations

import numpy as np
import pytest

from allanite.network.reconcile import process_flow, reconcile_baseline
from small_networks import chain_draft, columns_of, joint_draft, network_of, observe

# Mine, export and use must be one number x. Observed: mine 100 +- 10, export 90 +- 5, use
# 120 +- 20. Weighted least squares of one number is the mean with weights 1 / sigma^2:
#
#   weights 0.01, 0.04, 0.0025, sum 0.0525
#   x = (0.01 * 100 + 0.04 * 90 + 0.0025 * 120) / 0.0525 = 4.9 / 0.0525 = 93.3333
#   residuals (x - a) / sigma: -0.6667, 0.6667, -1.3333; sum of squares 2.6667
EXPECTED = 4.9 / 0.0525
SAID = (("mine", 100.0, 10.0), ("export", 90.0, 5.0), ("use", 120.0, 20.0))


def _chain_columns() -> tuple[object, dict[str, int]]:
    columns = columns_of(network_of(chain_draft()), {})
    positions = {"mine": 0, "export": columns.start("route") + 1, "use": columns.start("demand")}
    return columns, positions


def test_mean_of_three_observations() -> None:
    columns, position = _chain_columns()
    said = [(name, {position[name]: 1.0}, value, error) for name, value, error in SAID]
    baseline = reconcile_baseline(observe(columns, said), seed=1, draws=2)
    assert baseline.activity_rate == pytest.approx([EXPECTED])
    assert baseline.route_rate == pytest.approx([EXPECTED, EXPECTED])
    assert baseline.demand_rate == pytest.approx([EXPECTED])
    assert baseline.residual == pytest.approx([-2 / 3, 2 / 3, -4 / 3])
    assert baseline.objective == pytest.approx(8 / 3)


def test_spread_of_redraws_is_the_error_of_the_mean() -> None:
    # The error of the weighted mean is 1 / sqrt(0.0525) = 4.364.
    columns, position = _chain_columns()
    said = [(name, {position[name]: 1.0}, value, error) for name, value, error in SAID]
    baseline = reconcile_baseline(observe(columns, said), seed=1, draws=2000)
    spread = np.std(baseline.draws.activity_rate[:, 0])
    assert spread == pytest.approx(0.0525**-0.5, rel=0.05)


def test_uncertain_recipe_takes_its_part_of_the_misfit() -> None:
    # 1 t feed gives 0.5 A and 0.25 B, so B = 0.5 A. Observed: A = 100 +- 0.01 (nearly certain) and
    # B = 80 +- 10, while the recipe says B = 50 +- 20 % of 50 = 10. Both pull alike:
    # B = (80 + 50) / 2 = 65, the reconciled coefficient is 65 / 100 = 0.65.
    network = network_of(joint_draft())
    node, process = network.nodes.position("R/B"), network.processes.labels.position("R:split")
    columns = columns_of(network, {(node, process): 0.2})
    flow, start = columns.start("adjusted"), columns.start("demand")
    said = [
        ("A", {process: 1.0}, 100.0, 0.01),
        ("B", {start + 1: 1.0}, 80.0, 10.0),
        ("recipe", {flow: 1.0, process: -0.5}, 0.0, 10.0),
    ]
    observations = observe(columns, said)
    baseline = reconcile_baseline(observations, seed=1, draws=2)
    assert baseline.demand_rate == pytest.approx([100.0, 65.0], rel=1e-4)
    assert baseline.network.processes.recipe[node, process] == pytest.approx(0.65, rel=1e-4)
    flows = process_flow(observations, baseline.rates)
    assert flows[node, process] == pytest.approx(65.0, rel=1e-4)


def test_a_process_cannot_make_from_nothing() -> None:
    # A is certainly 0, so B is 0 too, however loudly it is observed.
    network = network_of(joint_draft())
    node, process = network.nodes.position("R/B"), network.processes.labels.position("R:split")
    columns = columns_of(network, {(node, process): 0.2})
    said = [
        ("A", {process: 1.0}, 0.0, 1e-3),
        ("B", {columns.start("demand") + 1: 1.0}, 80.0, 10.0),
        ("recipe", {columns.start("adjusted"): 1.0, process: -0.5}, 0.0, 10.0),
    ]
    baseline = reconcile_baseline(observe(columns, said), seed=1, draws=2)
    assert baseline.demand_rate[1] == pytest.approx(0.0, abs=0.01)
