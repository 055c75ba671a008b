"""Input tables of border measures: ranges hold their values, and measures name what exists."""

from __future__ import annotations

import pytest

from allanite.catalogue.store import Release, load_release
from allanite.conditions.border import load_measures, measured_goods
from allanite.network.load import load_network
from allanite.studies.border.terms import load_terms


@pytest.fixture(scope="module")
def release() -> Release:
    return load_release()


def test_ranges_hold_their_value(release: Release) -> None:
    for row in release.rows("border_uses"):
        assert row["low"] < row["cost_share"] < row["high"], row["end_use"]
    for row in release.rows("border_measures"):
        level = row["reference_price"] if row["reference_material"] else row["rate"]
        assert row["low"] <= level <= row["high"], row["measure_id"]


def test_measures_name_goods_of_the_network(release: Release) -> None:
    network = load_network(release)
    for measure in load_measures(release).values():
        assert measured_goods(measure, network).any(), measure.measure_id


def test_every_magnet_use_has_a_product(release: Release) -> None:
    network = load_network(release)
    demands = network.demands
    uses = {
        use
        for use, node in zip(demands.end_use, demands.node, strict=True)
        if network.node_stage[node] == "magnet"
    }
    assert uses <= {row["end_use"] for row in release.rows("border_uses")}


def test_the_ends_of_the_terms_lie_on_their_sides(release: Release) -> None:
    """At the low end of products less moves: less competition, a smaller share, more at home."""
    terms = load_terms(release)
    low, mid, high = (terms[name] for name in ("products low", "central", "products high"))
    assert low.product_elasticity < mid.product_elasticity < high.product_elasticity
    assert low.home("USA") > mid.home("USA") > high.home("USA")
    assert low.home("USA") != low.home("JPN")
    assert terms["suppliers low"].supplier_elasticity < mid.supplier_elasticity


def test_home_share_of_the_united_states_is_the_quotient_of_its_sources(release: Release) -> None:
    """10,000 t of magnets built in (D0020) over 16,100 t with those in imports (D0024) = 0.62."""
    rows = {row["demand_id"]: row["value"] for row in release.rows("demand")}
    share = load_terms(release)["central"].home("USA")
    assert share == pytest.approx(rows["D0020"] / rows["D0024"], abs=0.005)
