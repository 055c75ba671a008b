"""The builder from rows to arrays."""

from __future__ import annotations

import numpy as np
import pytest

from allanite.errors import ModelError
from allanite.network.draft import ProcessDraft
from small_networks import chain_draft, network_of


def test_arrays_follow_the_rows() -> None:
    network = network_of(chain_draft())
    assert network.nodes.labels == ("MINE/ore", "AAA/ore", "BBB/ore")
    assert network.routes.labels.labels == ("MINE > AAA: ore", "AAA > BBB: ore")
    assert network.demands.labels.labels == ("BBB: use: ore",)
    assert network.processes.recipe.toarray().tolist() == [[1.0], [0.0], [0.0]]
    assert network.route_matrix().toarray().tolist() == [[-1, 0], [1, -1], [0, 1]]
    assert network.demand_matrix().toarray().tolist() == [[0], [0], [1]]
    assert network.process_country == ("AAA",)


def test_unknown_capacity_is_infinite_and_unknown_delay_is_not_zero() -> None:
    network = network_of(chain_draft())
    assert np.isinf(network.processes.capacity_rate).all()
    assert np.isnan(network.routes.delay).all()


def test_arrays_are_read_only() -> None:
    network = network_of(chain_draft())
    with pytest.raises(ValueError, match="read-only"):
        network.processes.capacity_rate[0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        network.demands.expected_rate[0] = 1.0


def test_a_process_stands_once() -> None:
    draft = chain_draft()
    again = ProcessDraft(place="MINE", name="dig", stage="mine", recipe={"ore": 1.0})
    with pytest.raises(ModelError, match="MINE:dig is added twice"):
        draft.add_process(again)


def test_a_node_needs_its_place_and_material() -> None:
    with pytest.raises(ModelError, match="NOWHERE/ore"):
        chain_draft().node("NOWHERE", "ore")


def test_a_route_keeps_its_material() -> None:
    draft = chain_draft()
    with pytest.raises(ModelError, match="change the material"):
        draft.add_route(("MINE", "ore"), ("AAA", "gold"), "link")
