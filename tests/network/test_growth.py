"""Growth since the base year by the fastest outlook."""

from __future__ import annotations

from datetime import date

import pytest

from allanite import Release
from allanite.network.growth import TABLE, TOTAL, fastest_growth, node_growth
from allanite.network.load import load_network


def test_growth_is_that_of_the_fastest_scenario_at_an_even_rate(release: Release) -> None:
    rows = [r for r in release.rows(TABLE) if r["mineral"] == "Lithium" and r["end_use"] == TOTAL]
    base = next(r["demand_rate"] for r in rows if r["scenario"] == "base")
    fastest = max(r["demand_rate"] for r in rows if r["year"] == 2030)
    whole = fastest_growth(release, 2024, date(2030, 7, 1))
    assert whole["lithium"] == pytest.approx(fastest / base - 1, rel=1e-3)
    half = fastest_growth(release, 2024, date(2027, 7, 1))
    assert half["lithium"] == pytest.approx((fastest / base) ** 0.5 - 1, rel=1e-3)
    assert 0 < half["rare earths"] < half["lithium"]


def test_there_is_no_growth_before_the_base_year(release: Release) -> None:
    assert set(fastest_growth(release, 2024, date(2024, 1, 1)).values()) == {0.0}


def test_every_node_of_a_chain_grows_alike(release: Release) -> None:
    network = load_network(release)
    growth = node_growth(network, {"lithium": 0.5})
    chains = [network.material_chain[m] for m in network.node_material]
    assert {(c == "lithium", float(g)) for c, g in zip(chains, growth, strict=True)} == {
        (True, 0.5),
        (False, 0.0),
    }
