"""Small networks and observations that tests of several packages share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from allanite.network.assumptions import Assumptions
from allanite.network.columns import Columns
from allanite.network.draft import (
    DemandDraft,
    MaterialDraft,
    NetworkDraft,
    PlaceDraft,
    ProcessDraft,
)
from allanite.network.observations import ObservationDraft, Observations
from allanite.network.supply import SupplyNetwork

YEAR = 2024
Said = tuple[str, Mapping[int, float], float, float]


def chain_draft() -> NetworkDraft:
    """Mine in A, its market, the market of B with a use: one material all the way."""
    draft = NetworkDraft()
    draft.materials["ore"] = MaterialDraft(
        name="Ore", stage="oxide", chain="test", content={"X": 1.0}
    )
    draft.places["MINE"] = PlaceDraft(name="Mine", country="AAA", kind="site")
    for region in ("AAA", "BBB"):
        draft.places[region] = PlaceDraft(name=region, country=region, kind="region")
    draft.add_process(
        ProcessDraft(place="MINE", name="dig", stage="mine", recipe={"ore": 1.0}, reference="ore")
    )
    draft.add_route(("MINE", "ore"), ("AAA", "ore"), "market")
    draft.add_route(("AAA", "ore"), ("BBB", "ore"), "trade")
    draft.add_demand(
        DemandDraft(region="BBB", end_use="use", material="ore", chain="test", expected_rate=1.0)
    )
    return draft


def joint_draft(yield_a: float = 0.5, yield_b: float = 0.25) -> NetworkDraft:
    """A separator that takes feed and makes A (its reference) and B; both are used."""
    draft = NetworkDraft()
    content = {"A": yield_a, "B": yield_b}
    draft.materials["feed"] = MaterialDraft(
        name="Feed", stage="concentrate", chain="t", content=content
    )
    for name in ("A", "B"):
        draft.materials[name] = MaterialDraft(
            name=name, stage="oxide", chain="t", content={name: 1.0}
        )
    draft.places["R"] = PlaceDraft(name="R", country="RRR", kind="region")
    draft.add_process(
        ProcessDraft(place="R", name="dig", stage="mine", recipe={"feed": 1.0}, reference="feed")
    )
    recipe = {"feed": -1 / yield_a, "A": 1.0, "B": yield_b / yield_a}
    draft.add_process(
        ProcessDraft(place="R", name="split", stage="separation", recipe=recipe, reference="A")
    )
    for name in ("A", "B"):
        draft.add_demand(
            DemandDraft(region="R", end_use="use", material=name, chain="t", expected_rate=1.0)
        )
    return draft


def columns_of(network: SupplyNetwork, uncertain: Mapping[tuple[int, int], float]) -> Columns:
    """Columns with an adjusted flow for each uncertain recipe entry (node, process)."""
    recipe = network.processes.recipe
    return Columns(
        network,
        np.array([v for v, _ in uncertain], dtype=np.int64),
        np.array([n for _, n in uncertain], dtype=np.int64),
        np.array([float(recipe[v, n]) for v, n in uncertain]),
        np.array(list(uncertain.values())),
    )


def observe(
    columns: Columns, said: Iterable[Said], *, unused: bool = False, stock: bool = False
) -> Observations:
    """Observations (label, columns, value, standard error); slack columns closed by default."""
    draft = ObservationDraft(Assumptions({"sigma.floor_rate": 1e-9}))
    for label, entries, value, error in said:
        draft.add(label, "rate", entries, value, error)
    upper = np.full(columns.size, np.inf)
    for kind, open_ in (("unused", unused), ("stock_change", stock)):
        start = columns.start(kind)
        upper[start : start + columns.sizes[kind]] = np.inf if open_ else 0.0
    expected = np.ones(len(columns.network.processes.labels))
    return draft.build(columns, expected, upper)


def network_of(draft: NetworkDraft) -> SupplyNetwork:
    """The frozen network of the test year."""
    return draft.build(YEAR)
