"""Every fault the audit must find, in a network made to have it."""

from __future__ import annotations

from allanite.network.audit import audit_network
from allanite.network.draft import DemandDraft, MaterialDraft, NetworkDraft, ProcessDraft
from allanite.network.supply import SupplyNetwork
from small_networks import chain_draft, joint_draft, network_of


def _found(network: SupplyNetwork, check: str) -> list[str]:
    return [f.place for f in audit_network(network) if f.check == check]


def test_a_sound_network_has_no_findings() -> None:
    assert audit_network(network_of(chain_draft())) == ()
    assert audit_network(network_of(joint_draft())) == ()


def test_a_recipe_that_gains_is_found() -> None:
    draft = joint_draft()
    recipe = {"feed": -1.0, "A": 1.0, "B": 0.25}  # 1 t feed holds 0.5 t A only
    draft.processes["R:split"] = ProcessDraft(
        place="R", name="split", stage="separation", recipe=recipe, reference="A"
    )
    findings = [f for f in audit_network(network_of(draft)) if f.check == "mass balance of recipes"]
    assert [f.place for f in findings] == ["split"]
    assert findings[0].severity == "error"
    assert "0.5 t more A" in findings[0].found


def test_a_demand_without_a_source_is_found() -> None:
    draft = chain_draft()
    draft.routes.clear()
    assert _found(network_of(draft), "reach of demands") == ["BBB: use: ore"]


def test_a_source_that_starts_later_does_not_count() -> None:
    draft = chain_draft()
    draft.processes["MINE:dig"] = ProcessDraft(
        place="MINE",
        name="dig",
        stage="mine",
        recipe={"ore": 1.0},
        reference="ore",
        available_from=2030,
    )
    assert _found(network_of(draft), "reach of demands") == ["BBB: use: ore"]


def test_orphans_are_found() -> None:
    draft = chain_draft()
    for name in ("unused", "unmade"):
        draft.materials[name] = MaterialDraft(name=name, stage="oxide", chain="test")
    draft.add_process(ProcessDraft(place="AAA", name="make", stage="mine", recipe={"unused": 1.0}))
    draft.add_demand(
        DemandDraft(region="BBB", end_use="x", material="unmade", chain="test", expected_rate=1.0)
    )
    network = network_of(draft)
    assert _found(network, "orphan materials") == ["unused", "unmade"]
    assert "BBB: x: unmade" in _found(network, "reach of demands")


def test_a_site_that_leads_nowhere_is_found() -> None:
    draft = chain_draft()
    del draft.routes[("AAA", "ore"), ("BBB", "ore")]
    assert "MINE" in _found(network_of(draft), "sites not connected")


def _loop(back: float) -> NetworkDraft:
    """Metal to magnet, magnet to scrap and back to metal, with a yield `back` of the last step."""
    draft = NetworkDraft()
    for name in ("metal", "magnet"):
        draft.materials[name] = MaterialDraft(
            name=name, stage="metal", chain="t", content={"N": 1.0}
        )
    draft.places["R"] = chain_draft().places["AAA"]
    draft.add_process(ProcessDraft(place="R", name="dig", stage="mine", recipe={"metal": 1.0}))
    draft.add_process(
        ProcessDraft(
            place="R",
            name="make",
            stage="alloy",
            recipe={"metal": -1.0, "magnet": 1.0},
            reference="magnet",
        )
    )
    draft.add_process(
        ProcessDraft(
            place="R",
            name="back",
            stage="recycling",
            recipe={"magnet": -1.0, "metal": back},
            reference=None,
        )
    )
    draft.add_demand(
        DemandDraft(region="R", end_use="use", material="magnet", chain="t", expected_rate=1.0)
    )
    return draft


def test_a_recycling_loop_that_gains_is_found() -> None:
    assert _found(network_of(_loop(0.9)), "loops that gain") == []
    assert len(_found(network_of(_loop(1.1)), "loops that gain")) == 1


def test_a_gain_outweighed_on_the_way_round_is_no_gaining_loop() -> None:
    draft = _loop(1.1)
    draft.processes["R:make"] = ProcessDraft(
        place="R",
        name="make",
        stage="alloy",
        recipe={"metal": -2.0, "magnet": 1.0},
        reference="magnet",
    )
    assert _found(network_of(draft), "loops that gain") == []


def test_observations_without_a_column_are_listed() -> None:
    findings = audit_network(network_of(chain_draft()), [("L001", "link")])
    assert [(f.check, f.place) for f in findings] == [("observation without a column", "L001")]
