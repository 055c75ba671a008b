"""Shares of the partners in nodes and plants, going up the chain; and of origins, going down."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allanite.axis import FloatArray
from allanite.network.draft import NetworkDraft, PlaceDraft
from allanite.network.normal import NormalState
from allanite.studies.plan.rights import Rights, origin_share, trace_rights
from lineage_networks import add, metal_draft, state_of, use
from random_networks import random_network

FEW = settings(max_examples=25, deadline=None, derandomize=True)
SEEDS = st.integers(0, 5000)


def prices(state: NormalState, seed: int = 1) -> FloatArray:
    """Any prices."""
    return np.random.default_rng(seed).uniform(100, 1000, len(state.network.nodes))


def two_users() -> NormalState:
    """100 t of Australian metal: 60 used in JPN, 40 in USA; CHN sells JPN 20 t more."""
    draft = metal_draft()
    draft.places["USA"] = PlaceDraft(name="USA", country="USA", kind="region")
    draft.add_route(("AUS", "met"), ("USA", "met"), "trade")
    for region in ("JPN", "USA"):
        use(draft, region, "met")
    return state_of(
        draft,
        activity={"CHN:mine": 20.0, "AUS:mine": 100.0},
        routes={"CHN > JPN: met": 20.0, "AUS > JPN: met": 60.0, "AUS > USA: met": 40.0},
        demands={"JPN: use: met": 80.0, "USA: use: met": 40.0},
    )


def share_of(rights: Rights, state: NormalState, label: str) -> float:
    return float(rights.node_share[state.network.nodes.position(label)])


def plant_share(rights: Rights, state: NormalState, label: str) -> float:
    return float(rights.process_share[state.network.processes.labels.position(label)])


def test_what_leaves_a_node_belongs_to_its_users() -> None:
    state = two_users()
    rights = trace_rights(state, prices(state), ("JPN",), "CHN")
    assert share_of(rights, state, "AUS/met") == pytest.approx(0.6)
    assert plant_share(rights, state, "AUS:mine") == pytest.approx(0.6)
    assert share_of(rights, state, "JPN/met") == pytest.approx(1.0)
    assert share_of(rights, state, "USA/met") == pytest.approx(0.0)
    # The watched country's own nodes count for nothing: what comes from it is an import.
    assert share_of(rights, state, "CHN/met") == 0.0
    assert rights.is_watched.sum() == sum(label.startswith("CHN") for label in nodes_of(state))
    assert rights.swap_rate == pytest.approx(0.0)
    # What is not theirs is the others'.
    others = trace_rights(state, prices(state), ("USA",), "CHN")
    assert share_of(others, state, "AUS/met") == pytest.approx(0.4)
    assert plant_share(others, state, "AUS:mine") == pytest.approx(0.4)


def nodes_of(state: NormalState) -> tuple[str, ...]:
    return state.network.nodes.labels


def test_a_home_plant_counts_whole() -> None:
    state = two_users()
    rights = trace_rights(state, prices(state), ("AUS",), "CHN")
    assert plant_share(rights, state, "AUS:mine") == 1.0
    assert share_of(rights, state, "JPN/met") == pytest.approx(0.0)


def test_co_products_are_shared_out_by_value() -> None:
    # A plant in AUS makes a tonne of each of two metals; JPN uses the one worth three times as
    # much, USA the other: its share of the plant is three quarters, and of its own metal it gets a
    # quarter by contract.
    draft = NetworkDraft()
    draft.materials.update(metal_draft().materials)
    for region in ("AUS", "JPN", "USA", "CHN"):
        draft.places[region] = PlaceDraft(name=region, country=region, kind="region")
    add(draft, "AUS", "split", {"weak": 1.0, "strong": 1.0})
    for region, metal in (("JPN", "strong"), ("USA", "weak")):
        draft.add_route(("AUS", metal), (region, metal), "trade")
        use(draft, region, metal)
    state = state_of(
        draft,
        activity={"AUS:split": 10.0},
        routes={"AUS > JPN: strong": 10.0, "AUS > USA: weak": 10.0},
        demands={"JPN: use: strong": 10.0, "USA: use: weak": 10.0},
    )
    nodes = state.network.nodes
    price = np.zeros(len(nodes))
    price[nodes.position("AUS/strong")], price[nodes.position("AUS/weak")] = 300.0, 100.0
    rights = trace_rights(state, price, ("JPN",), "CHN")
    assert plant_share(rights, state, "AUS:split") == pytest.approx(0.75)
    swap = rights.swap_rate
    assert swap[nodes.position("AUS/strong")] == pytest.approx(2.5)
    assert swap.sum() == pytest.approx(2.5)


@FEW
@given(SEEDS)
def test_shares_lie_between_nothing_and_all_and_hold_what_flows(seed: int) -> None:
    """The partners' use of a node is that of its plants, ways and demands."""
    state = random_network(seed)
    net, price = state.network, prices(state, seed)
    regions = sorted(set(net.demands.region))
    partners = tuple(regions[: 1 + seed % 2])
    rights = trace_rights(state, price, partners, "CHN")
    for share in (rights.node_share, rights.process_share):
        assert (share >= 0).all()
        assert (share <= 1).all()
    assert (rights.swap_rate >= 0).all()
    home = np.isin(np.array(net.process_country, dtype=object), partners)
    assert (rights.process_share[home] == 1).all()
    taken = np.maximum(-net.processes.recipe.toarray(), 0.0) * state.activity_rate
    mine = np.isin(np.array(net.demands.region, dtype=object), partners)
    own = np.zeros((2, len(net.nodes)))
    np.add.at(own[0], net.demands.node, state.demand_rate * mine)
    np.add.at(own[1], net.demands.node, state.demand_rate)
    sent = rights.node_share[net.routes.destination_node] * state.route_rate
    used, partner_use = own[1] + taken.sum(axis=1), own[0] + taken @ rights.process_share
    np.add.at(used, net.routes.origin_node, state.route_rate)
    np.add.at(partner_use, net.routes.origin_node, sent)
    inside = (used > 1e-9) & ~rights.is_watched
    assert inside.any()
    expected = np.minimum(partner_use, used)[inside]
    assert (rights.node_share * used)[inside] == pytest.approx(expected, rel=1e-6, abs=1e-6)


@FEW
@given(SEEDS)
def test_partners_by_themselves_have_at_least_what_they_have_together(seed: int) -> None:
    """A home plant counts whole for each: what one exports to the other counts twice."""
    state = random_network(seed)
    regions = sorted(set(state.network.demands.region))
    price = prices(state, seed)
    parts = [trace_rights(state, price, (region,), "nowhere").node_share for region in regions]
    whole = trace_rights(state, price, tuple(regions), "nowhere").node_share
    assert (sum(parts) >= whole - 1e-6).all()


@FEW
@given(SEEDS, st.integers(2, 4))
def test_origins_that_are_all_of_them_stand_behind_everything(seed: int, parts: int) -> None:
    state = random_network(seed)
    price = prices(state, seed)
    count = len(state.network.processes.labels)
    recipe = state.network.processes.recipe.toarray()
    first = (recipe >= 0).all(axis=0)  # what takes nothing: the mines
    which = np.random.default_rng(seed).integers(0, parts, count)
    shares = [origin_share(state, price, first & (which == k)) for k in range(parts)]
    whole = origin_share(state, price, first)
    assert sum(shares) == pytest.approx(whole, abs=1e-6)
    made = np.maximum(recipe, 0.0) @ state.activity_rate
    np.add.at(made, state.network.routes.destination_node, state.route_rate)
    fed = made > 1e-6
    assert fed.any()
    assert whole[fed] == pytest.approx(1.0, abs=1e-6)
    for share in shares:
        assert (share >= -1e-9).all()
        assert (share <= 1 + 1e-9).all()
