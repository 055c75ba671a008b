"""A network with more rows behind its own."""

from __future__ import annotations

import numpy as np
import pytest

from allanite.errors import ModelError
from allanite.network.draft import PlaceDraft, ProcessDraft
from allanite.network.extend import Additions, extend_network, extend_state
from allanite.network.normal import NormalState
from small_networks import chain_draft, network_of


def second_mine(group: str = "") -> Additions:
    """A second mine in B, joined with its market, and the way from B to A."""
    added = Additions()
    added.places["PIT"] = PlaceDraft(name="Pit", country="BBB", kind="site")
    added.processes["PIT:dig"] = ProcessDraft(
        place="PIT",
        name="dig",
        stage="mine",
        recipe={"ore": 1.0},
        reference="ore",
        capacity_rate=3.0,
        available_from=2028,
        group=group,
        group_rule="sum" if group else "separate",
    )
    added.routes[("PIT", "ore"), ("BBB", "ore")] = "market"
    added.routes[("BBB", "ore"), ("AAA", "ore")] = "trade"
    return added


def test_new_rows_stand_behind_the_old_ones() -> None:
    larger = extend_network(network_of(chain_draft()), second_mine())
    assert larger.nodes.labels == ("MINE/ore", "AAA/ore", "BBB/ore", "PIT/ore")
    assert larger.processes.recipe.toarray().tolist() == [[1, 0], [0, 0], [0, 0], [0, 1]]
    assert larger.processes.reference_node.tolist() == [0, 3]
    assert larger.processes.capacity_rate.tolist() == [np.inf, 3.0]
    assert larger.routes.origin_node.tolist() == [0, 1, 3, 2]
    assert larger.routes.destination_node.tolist() == [1, 2, 2, 1]
    assert larger.process_country == ("AAA", "BBB")
    assert larger.routes.labels.labels[-1] == "BBB > AAA: ore"


def test_a_route_that_exists_stands_once() -> None:
    added = Additions()
    added.routes[("AAA", "ore"), ("BBB", "ore")] = "link"
    larger = extend_network(network_of(chain_draft()), added)
    assert larger.routes.kind == ("market", "trade")


def test_nothing_added_changes_nothing() -> None:
    network = network_of(chain_draft())
    same = extend_network(network, Additions())
    assert same.nodes.labels == network.nodes.labels
    assert same.processes.recipe.toarray().tolist() == network.processes.recipe.toarray().tolist()


def test_old_and_new_processes_of_one_plant_share_a_group() -> None:
    added = second_mine("plant")
    added.groups["MINE:dig"] = ("plant", "sum")
    larger = extend_network(network_of(chain_draft()), added)
    assert larger.processes.group.tolist() == [0, 0]
    assert larger.processes.group_rule == ("sum", "sum")
    assert larger.processes.capacity_alone(2028).tolist() == [np.inf, np.inf]


def test_a_plant_keeps_its_group() -> None:
    added = second_mine("plant")
    added.groups["MINE:dig"] = ("plant", "sum")
    larger = extend_network(network_of(chain_draft()), added)
    again = Additions(groups={"PIT:dig": ("other", "sum")})
    with pytest.raises(ModelError, match="PIT:dig belongs to a plant already"):
        extend_network(larger, again)


def test_what_is_not_known_is_refused() -> None:
    network = network_of(chain_draft())
    added = second_mine()
    del added.places["PIT"]
    with pytest.raises(ModelError, match="unknown place 'PIT'"):
        extend_network(network, added)
    added = Additions()
    added.routes[("AAA", "gold"), ("BBB", "gold")] = "trade"
    with pytest.raises(ModelError, match="unknown material 'gold'"):
        extend_network(network, added)


def test_a_process_stands_once() -> None:
    added = Additions()
    added.processes["MINE:dig"] = ProcessDraft(
        place="MINE", name="dig", stage="mine", recipe={"ore": 1.0}
    )
    with pytest.raises(ModelError, match="MINE:dig"):
        extend_network(network_of(chain_draft()), added)


def test_a_route_keeps_its_material() -> None:
    added = Additions()
    added.routes[("AAA", "ore"), ("BBB", "gold")] = "trade"
    with pytest.raises(ModelError, match="does not move one material"):
        extend_network(network_of(chain_draft()), added)


def test_the_normal_state_has_zeros_behind() -> None:
    network = network_of(chain_draft())
    state = NormalState(
        network=network,
        activity_rate=np.array([5.0]),
        route_rate=np.array([5.0, 5.0]),
        demand_rate=np.array([5.0]),
        stock_change_rate=np.zeros(3),
    )
    larger = extend_state(state, extend_network(network, second_mine()))
    assert larger.activity_rate.tolist() == [5.0, 0.0]
    assert larger.route_rate.tolist() == [5.0, 5.0, 0.0, 0.0]
    assert larger.surplus_rate().tolist() == [0.0, 0.0, 0.0, 0.0]
