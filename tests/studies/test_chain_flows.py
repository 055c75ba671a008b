"""Flows from stage to stage in the two-country chain, by hand."""

from __future__ import annotations

import pytest
from two_countries import SmallBaseline, two_country_chain

from allanite.errors import ModelError
from allanite.studies.chain_flows import trace_chain
from allanite.studies.result import check_result
from allanite.studies.tracing import Rates


def flows(baseline: SmallBaseline) -> dict[tuple[str, str, str, str], float]:
    rates = Rates(
        process_flow=baseline.process_flow(),
        route=baseline.route_rate,
        demand=baseline.demand_rate,
        stock_change=baseline.stock_change_rate,
    )
    table = trace_chain(baseline.network, rates, ["Dy"])
    assert check_result({"chain_flows": table}) == []
    return {
        (r["from_stage"], r["from_country"], r["to_stage"], r["to_country"]): r["rate"]
        for r in table.to_pylist()
    }


def test_every_flow_of_the_chain_by_hand() -> None:
    assert flows(two_country_chain()) == pytest.approx(
        {
            ("mine", "CHN", "separation", "CHN"): 80.0,
            ("mine", "AUS", "separation", "CHN"): 10.0,
            ("mine", "AUS", "separation", "MYS"): 10.0,
            ("separation", "CHN", "magnet", "JPN"): 5.0,
            ("separation", "MYS", "magnet", "JPN"): 5.0,
            ("separation", "CHN", "magnet", "CHN"): 85.0,
            ("separation", "MYS", "magnet", "CHN"): 5.0,
            ("magnet", "JPN", "end use", "JPN"): 10.0,
            ("magnet", "CHN", "end use", "CHN"): 90.0,
        }
    )


def test_recycled_material_enters_where_separated_oxide_does() -> None:
    """Two tonnes of Japan's twelve come back as oxide; the loop is not drawn backwards."""
    found = flows(two_country_chain(scrap=2.0))
    assert found["separation", "JPN", "magnet", "JPN"] == pytest.approx(2.0)
    assert found["magnet", "JPN", "end use", "JPN"] == pytest.approx(10.0)
    assert ("magnet", "JPN", "separation", "JPN") not in found


def test_an_unknown_element_is_named() -> None:
    baseline = two_country_chain()
    rates = Rates(
        process_flow=baseline.process_flow(),
        route=baseline.route_rate,
        demand=baseline.demand_rate,
        stock_change=baseline.stock_change_rate,
    )
    with pytest.raises(ModelError, match="Dz"):
        trace_chain(baseline.network, rates, ["Dz"])
