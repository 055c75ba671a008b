"""Small networks in a normal state, for tests of listed origin."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from allanite.axis import FloatArray
from allanite.network.draft import (
    DemandDraft,
    MaterialDraft,
    NetworkDraft,
    PlaceDraft,
    ProcessDraft,
)
from allanite.network.lineage import LineageRule
from allanite.network.normal import NormalState
from small_networks import YEAR

PRICES = {"met": 1000.0, "weak": 10_000.0, "strong": 10_000.0, "scrap": 500.0}


def rule_of(**changed: object) -> LineageRule:
    """The rule of the tests: dysprosium of CHN, 0.1 % of the value."""
    given = {
        "label": "test rule",
        "issuer": "CHN",
        "elements": ("Dy",),
        "threshold_share": 0.001,
        "prices": PRICES,
    }
    return LineageRule(**{**given, **changed})  # type: ignore[arg-type]


def metal_draft() -> NetworkDraft:
    """Metal mined in CHN and AUS, sold to JPN; four materials that hold dysprosium."""
    draft = NetworkDraft()
    for name, content in {"met": 1.0, "weak": 0.005, "strong": 0.02, "scrap": 0.5}.items():
        draft.materials[name] = MaterialDraft(
            name=name.title(), stage="metal", chain="test", content={"Dy": content}
        )
    draft.materials["box"] = MaterialDraft(
        name="Box", stage="metal", chain="test", content={"Fe": 1.0}
    )
    for region in ("CHN", "AUS", "JPN"):
        draft.places[region] = PlaceDraft(name=region, country=region, kind="region")
    for region in ("CHN", "AUS"):
        add(draft, region, "mine", {"met": 1.0})
        draft.add_route((region, "met"), ("JPN", "met"), "trade")
    return draft


def add(
    draft: NetworkDraft, place: str, name: str, recipe: Mapping[str, float], **more: object
) -> str:
    """Add a process whose reference is its first material, unless `more` says otherwise."""
    given = {"stage": "magnet", "recipe": dict(recipe), "reference": next(iter(recipe)), **more}
    return draft.add_process(ProcessDraft(place=place, name=name, **given))  # type: ignore[arg-type]


def use(draft: NetworkDraft, region: str, material: str) -> None:
    """Add a demand."""
    draft.add_demand(
        DemandDraft(region=region, end_use="use", material=material, chain="test", expected_rate=1)
    )


def state_of(
    draft: NetworkDraft,
    *,
    activity: Mapping[str, float],
    routes: Mapping[str, float],
    demands: Mapping[str, float],
) -> NormalState:
    """The network in the state that these rates make; what is not named is 0."""
    network = draft.build(YEAR)

    def filled(labels: tuple[str, ...], given: Mapping[str, float]) -> FloatArray:
        assert set(given) <= set(labels), f"{set(given) - set(labels)} not in {labels}"
        return np.array([float(given.get(label, 0.0)) for label in labels])

    return NormalState(
        network=network,
        activity_rate=filled(network.processes.labels.labels, activity),
        route_rate=filled(network.routes.labels.labels, routes),
        demand_rate=filled(network.demands.labels.labels, demands),
        stock_change_rate=np.zeros(len(network.nodes)),
    )
