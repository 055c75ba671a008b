"""The shipped controls on the shipped network: what they close, and what is left open."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from tests.conditions.small_world import figure, figures

from allanite import Release
from allanite.conditions.atlas import make_atlas
from allanite.conditions.controls import (
    LineageNeed,
    control_conditions,
    list_branches,
    needs_lineage,
)
from allanite.conditions.effects import Conditions
from allanite.conditions.horizon import Horizon
from allanite.conditions.shocks import BorderClosure, Outage, shock_conditions
from allanite.errors import UsageError
from allanite.law.controls import Controls
from allanite.law.parameters import ControlParameters, load_control_parameters
from allanite.network.lineage import LineageRule, carry_lineage
from allanite.network.normal import normal_state
from allanite.network.observe import load_observations
from allanite.network.reconcile import reconcile_baseline
from allanite.network.supply import SupplyNetwork

SUMMER = Horizon(date(2025, 4, 1), count=6)
AUTUMN = Horizon(date(2026, 10, 1), count=6)
# Goods of the seven elements that the network moves as oxide, metal or magnet; of magnets only
# those with Sm, Tb or Dy. Concentrates and scrap are not on the list.
SEVEN = {
    *("ox_sm", "ox_gd", "ox_tb", "ox_dy", "ox_lu", "ox_y"),
    *("met_sm", "met_gd", "met_tb", "met_dy"),
    *("mag_smco", "mag_ndfeb_n", "mag_ndfeb_h", "mag_ndfeb_sh", "mag_ndfeb_uh", "mag_ndfeb_eh"),
}
WAIT = figures(figure("CN-2025-18", "licence_duration", 45, "d"))


def _leaves_china(network: SupplyNetwork) -> dict[str, str]:
    """Material of each route out of China, by label."""
    country = np.array(network.place_country)[network.node_place]
    routes = network.routes
    return {
        label: network.materials.labels[network.node_material[origin]]
        for label, origin, destination in zip(
            routes.labels, routes.origin_node, routes.destination_node, strict=True
        )
        if country[origin] == "CHN" and country[destination] != "CHN"
    }


def _touched(network: SupplyNetwork, made: Conditions) -> set[str]:
    hit = np.flatnonzero((made.route_availability < 1).any(axis=0))
    return {network.routes.labels.labels[i] for i in hit}


def _ends(network: SupplyNetwork, label: str) -> tuple[str, str]:
    """Countries of a route's ends."""
    route = network.routes.labels.position(label)
    ends = network.routes.origin_node[route], network.routes.destination_node[route]
    origin, destination = (network.place_country[network.node_place[end]] for end in ends)
    return origin, destination


def _apply(
    network: SupplyNetwork,
    controls: Controls,
    ids: list[str],
    horizon: Horizon = SUMMER,
    parameters: ControlParameters = WAIT,
    branch: str | None = None,
) -> Conditions:
    return control_conditions(
        network, horizon, controls, parameters, ids=ids, reading="de_jure", branch=branch
    )


def test_the_april_control_closes_exactly_its_goods(
    network: SupplyNetwork, controls: Controls
) -> None:
    made = _apply(network, controls, ["CN-2025-18"])
    expected = {label for label, m in _leaves_china(network).items() if m in SEVEN}
    assert len(expected) > 50
    assert _touched(network, made) == expected
    hit = [network.routes.labels.position(label) for label in expected]
    # In force from 4 April; 45 days are over on 19 May: 3 of 30 days pass, then 13 of 31.
    passing = np.array([3 / 30, 13 / 31, 1, 1, 1, 1])
    assert np.allclose(made.route_availability[:, hit], passing[:, None])
    # A control of goods that leaves everything else alone.
    assert made.process_availability.min() == 1.0
    assert made.stock_availability.min() == 1.0
    assert np.all(np.isinf(made.route_quota_rate))


def test_an_entity_list_takes_the_listed_share_of_dual_use_goods_to_its_country(
    network: SupplyNetwork, controls: Controls
) -> None:
    rows = figures(figure("CN-2026-11-JP-ENT", "listed_share", 0.1, destination="JPN"))
    made = _apply(network, controls, ["CN-2026-11-JP-ENT"], AUTUMN, rows)
    touched = _touched(network, made)
    assert {_ends(network, label) for label in touched} == {("CHN", "JPN")}
    assert {"CHN > JPN: mag_ndfeb_sh", "CHN > JPN: tungsten_refined"} <= touched
    assert "CHN > JPN: ox_la" not in touched
    column = network.routes.labels.position("CHN > JPN: mag_ndfeb_sh")
    assert np.allclose(made.route_availability[:, column], 0.9)


def test_the_suspension_runs_out_in_november_2026(
    network: SupplyNetwork, controls: Controls
) -> None:
    ids = ["CN-2025-57", "CN-2025-62"]
    found = list_branches(network, AUTUMN, controls, ids=ids)
    assert [(b.name, b.weight) for b in found] == [("extended", 0.8), ("revived", 0.2)]
    assert found[0].controls == ("CN-2025-57", "CN-2025-62")
    with pytest.raises(UsageError, match=r"name a branch: 'extended' \(0.8\); 'revived' \(0.2\)"):
        _apply(network, controls, ids, AUTUMN)
    rows = figures(figure("CN-2025-57", "licence_duration", 45, "d"))
    extended = _apply(network, controls, ids, AUTUMN, rows, "extended")
    assert _touched(network, extended) == set()
    assert extended.process_growth.min() == 1.0
    revived = _apply(network, controls, ids, AUTUMN, rows, "revived")
    column = network.routes.labels.position("CHN > JPN: ox_eu")
    # From 11 November: 10 of 30 days pass; 45 days are over on 26 December, 6 of 31 pass.
    assert np.allclose(revived.route_availability[:, column], [1, 10 / 30, 6 / 31, 1, 1, 1])
    assert revived.process_growth[0].min() == 1.0
    assert revived.process_growth[2].min() == 0.0
    assert list_branches(network, SUMMER, controls, ids=ids) == ()


def test_two_causes_give_four_branches(network: SupplyNetwork, controls: Controls) -> None:
    found = list_branches(network, AUTUMN, controls, ids=["all:CHN"])
    weights = {branch.name: branch.weight for branch in found}
    assert weights == {
        "CN-2025-70=extended, CN-2025-72=extended": pytest.approx(0.4),
        "CN-2025-70=extended, CN-2025-72=revived": pytest.approx(0.4),
        "CN-2025-70=revived, CN-2025-72=extended": pytest.approx(0.1),
        "CN-2025-70=revived, CN-2025-72=revived": pytest.approx(0.1),
    }
    made = _apply(network, controls, ["all:CHN"], AUTUMN, branch="revived")
    assert any("CN-2025-70=revived, CN-2025-72=revived" in note for note in made.notes)


def test_every_control_of_the_release_leaves_an_effect_or_a_note(
    network: SupplyNetwork, controls: Controls, release: Release
) -> None:
    parameters = load_control_parameters(release)
    for record in controls.records.values():
        ids = [record.control_id]
        found = list_branches(network, AUTUMN, controls, ids=ids)
        made = _apply(network, controls, ids, AUTUMN, parameters, found[0].name if found else None)
        names = (record.short_title, *(article.label for article in record.articles))
        told = [note for note in made.notes if note.startswith(names)]
        assert told, record.control_id


def test_what_the_rule_of_october_2025_looks_at(controls: Controls) -> None:
    (need,) = needs_lineage(controls, ["CN-2025-61", "CN-2025-18"])
    assert need == LineageNeed(
        control_id="CN-2025-61",
        issuer="CHN",
        elements=("Dy", "Sm", "Tb"),
        threshold_share=pytest.approx(0.001),
    )


def test_the_rule_of_october_2025_closes_listed_goods_between_other_countries(
    release: Release, network: SupplyNetwork, controls: Controls
) -> None:
    (need,) = needs_lineage(controls, ["CN-2025-61"])
    rule = LineageRule(
        label=need.control_id,
        issuer=need.issuer,
        elements=need.elements,
        threshold_share=need.threshold_share,
        prices={row["material_id"]: row["price"] for row in release.rows("material_prices")},
    )
    observations = load_observations(release, network)
    normal = normal_state(reconcile_baseline(observations, seed=1, draws=0))
    carried = carry_lineage(normal, rule).network
    rows = figures(figure("CN-2025-61", "licence_duration", 45, "d"))
    made = _apply(carried, controls, ["CN-2025-61"], AUTUMN, rows, "revived")
    touched = _touched(carried, made)
    assert len(touched) > 50
    for label in touched:
        assert label.endswith("@CHN")
        assert "CHN" not in _ends(carried, label)
        assert len(set(_ends(carried, label))) == 2
    # Magnets that Japan makes of listed metal and sells to the United States.
    assert "JPN > USA: mag_ndfeb_sh@CHN" in touched
    assert (
        _touched(network, _apply(network, controls, ["CN-2025-61"], AUTUMN, rows, "revived"))
        == set()
    )


def test_an_unknown_control_is_told_with_the_nearest(
    network: SupplyNetwork, controls: Controls
) -> None:
    with pytest.raises(UsageError, match=r"no control 'CN-2025-81'; nearest: .*CN-2025-18"):
        _apply(network, controls, ["CN-2025-81"])


def test_every_material_of_the_network_is_an_item_of_the_law(
    network: SupplyNetwork, controls: Controls
) -> None:
    atlas = make_atlas(network, controls.words)
    without: list[Any] = [
        label
        for label, item in zip(network.materials, atlas.items, strict=True)
        if item is None or not item.elements or not item.stages
    ]
    assert without == []


def test_shocks_name_places_as_readers_do(network: SupplyNetwork, controls: Controls) -> None:
    atlas = make_atlas(network, controls.words)
    days: dict[str, Any] = {"first_day": date(2025, 4, 1), "last_day": date(2025, 4, 30)}
    border = BorderClosure(origin="Myanmar", destination="China", **days)
    made = shock_conditions(atlas, SUMMER, border)
    assert {_ends(network, label) for label in _touched(network, made)} == {("MMR", "CHN")}
    europe = shock_conditions(atlas, SUMMER, Outage(place="EU", stage="magnet", **days))
    hit = np.flatnonzero(europe.process_availability[0] == 0)
    countries = {network.process_country[n] for n in hit}
    assert {"DEU", "XEU"} & countries
    assert "CHN" not in countries
