"""The shipped rare-earth network: what an expert would look for first."""

from __future__ import annotations

import numpy as np
import pytest

from allanite import Release
from allanite.network.audit import audit_network, element_groups, recipe_balance
from allanite.network.supply import SupplyNetwork


def _content(network: SupplyNetwork, material: str) -> dict[str, float]:
    column = network.element_content[:, [network.materials.position(material)]].tocoo()
    return {
        network.elements.labels[e]: float(x) for e, x in zip(column.row, column.data, strict=True)
    }


def test_no_error_in_the_audit(network: SupplyNetwork) -> None:
    assert [f for f in audit_network(network) if f.severity == "error"] == []


def test_lean_enough_to_solve_often(network: SupplyNetwork) -> None:
    assert len(network.routes.labels) < 3000


def test_every_processing_step_loses_or_keeps_each_element(network: SupplyNetwork) -> None:
    balance = recipe_balance(network)
    separation = [n for n, s in enumerate(network.processes.stage) if s in ("separation", "metal")]
    assert balance[:, separation].toarray().max() < 1e-4
    assert element_groups(network).shape[0] == len(network.elements) - 3  # Nd+Pr, Er+Tm+Yb


def test_contents_follow_the_grades(network: SupplyNetwork) -> None:
    assert _content(network, "ox_dy") == pytest.approx({"Dy": 0.8713})
    ndpr = _content(network, "alloy_ndfeb")
    assert ndpr["Nd"] + ndpr["Pr"] == pytest.approx(0.31, abs=1e-4)
    dysprosium = [
        _content(network, f"mag_ndfeb_{g}").get("Dy", 0.0) for g in ("n", "h", "sh", "uh", "eh")
    ]
    assert dysprosium == sorted(dysprosium)
    assert dysprosium[-1] > 0.03


def test_plants_counted_inside_others_do_not_enter(network: SupplyNetwork) -> None:
    for site in ("CN_JLMAG", "CN_HRE_SEP", "CN_NDPR", "JP_SHINETSU_SEP", "JP_TDK_MAG"):
        assert site not in network.places


def test_projects_are_kept_and_cannot_run_yet(network: SupplyNetwork) -> None:
    n = network.processes.labels.position("AU_ENEABBA_REF:sep_monazite_full")
    assert network.processes.available_from[n] > network.year
    assert not network.processes.available(network.year)[n]


def test_demands_add_up_to_the_demand_table(network: SupplyNetwork, release: Release) -> None:
    cells = release.sql(
        "select sum(value) v from demand where row_type = 'quantity' and year = 2024 and end_use "
        "not in ('all', 'all magnets') and item like 'NdFeB magnet, finished (where%'"
    ).to_pylist()[0]["v"]
    graded = np.array(
        [
            network.materials.labels[network.node_material[v]].startswith("mag_ndfeb")
            for v in network.demands.node
        ]
    )
    assert network.demands.expected_rate[graded].sum() == pytest.approx(cells, rel=1e-3)


def test_goods_in_transit_give_delays(network: SupplyNetwork) -> None:
    r = network.routes.labels.position("AU_MT_WELD > MY_LAMP_LRE: conc_mtweld")
    known = np.isfinite(network.routes.delay)
    assert known.any()
    assert network.routes.kind[r] == "link"


def test_stocks_stand_at_nodes_with_a_range(network: SupplyNetwork) -> None:
    stocks = network.stocks
    assert len(stocks.labels) > 50
    ranged = np.isfinite(stocks.low_cover)
    assert (stocks.low_cover[ranged] <= stocks.cover[ranged]).all()
