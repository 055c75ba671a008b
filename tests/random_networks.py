"""Random networks in a normal state that balances, for oracles and property tests.

Flows are built forward, stage by stage: what mines make is shipped and used in random shares,
and what is left over leaves unused. So every node balances by construction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from allanite.axis import FloatArray
from allanite.network.draft import (
    DemandDraft,
    MaterialDraft,
    NetworkDraft,
    Node,
    PlaceDraft,
    ProcessDraft,
    StockDraft,
    route_label,
)
from allanite.network.normal import NormalState
from small_networks import YEAR

STAGES = ("concentrate", "oxide", "metal", "magnet")
REGIONS = ("CHN", "JPN", "USA", "AUS", "MYS")


@dataclass(slots=True)
class _Drawing:
    """A network under way: what lies at each node [t/yr], and the rates by label."""

    random: np.random.Generator
    regions: tuple[str, ...]
    draft: NetworkDraft = field(default_factory=NetworkDraft)
    left: dict[Node, float] = field(default_factory=dict)
    activity: dict[str, float] = field(default_factory=dict)
    route: dict[str, float] = field(default_factory=dict)
    demand: dict[str, float] = field(default_factory=dict)
    stocked: dict[Node, float] = field(default_factory=dict)

    def part(self, node: Node, most: float) -> float:
        """A random part, up to the share `most`, of what lies at a node."""
        return self.left.get(node, 0.0) * float(self.random.uniform(0.0, most))

    def add(self, node: Node, amount: float) -> None:
        self.left[node] = self.left.get(node, 0.0) + amount


def random_network(seed: int) -> NormalState:
    """A network of 2 to 5 regions and up to four stages, with trade, uses and stocks.

    Every node balances: up to rounding, `surplus_rate` is 0, or positive where something leaves
    unused. Some routes, processes and demands run at rate 0, some routes take time, and some
    processes make two materials at once.
    """
    random = np.random.default_rng(seed)
    regions = REGIONS[: random.integers(2, len(REGIONS) + 1)]
    drawing = _Drawing(random, regions)
    for region in regions:
        drawing.draft.places[region] = PlaceDraft(name=region, country=region, kind="region")
    materials = [
        [f"{stage}_{element}" for element in ("dy", "nd")[: random.integers(1, 3)]]
        for stage in STAGES[: random.integers(2, len(STAGES) + 1)]
    ]
    for made in materials:
        for material in made:
            stage = material.partition("_")[0]
            drawing.draft.materials[material] = MaterialDraft(
                name=material, stage=stage, chain="test", content={"Dy": 0.5}
            )
    _mine(drawing, materials[0])
    for used, made in zip(materials, [*materials[1:], []], strict=True):
        _trade(drawing, used)
        _use(drawing, used, last=not made)
        _make(drawing, used, made)
    return _state(drawing)


def _mine(drawing: _Drawing, materials: list[str]) -> None:
    for region in drawing.regions[: drawing.random.integers(1, len(drawing.regions) + 1)]:
        recipe = {material: 1.0 if k == 0 else 0.3 for k, material in enumerate(materials)}
        _run(drawing, region, "dig", recipe, float(drawing.random.uniform(1.0, 1000.0)))


def _make(drawing: _Drawing, used: list[str], made: list[str]) -> None:
    """One process a region, from the first material used to all that are made."""
    if not made:
        return
    for region in drawing.regions:
        need = float(drawing.random.uniform(1.1, 3.0))
        recipe = {made[0]: 1.0, **dict.fromkeys(made[1:], 0.2), used[0]: -need}
        taken = drawing.part((region, used[0]), 0.9)
        if taken or drawing.random.random() < 0.5:
            _run(drawing, region, f"make {made[0]}", recipe, taken / need)


def _run(drawing: _Drawing, region: str, name: str, recipe: dict[str, float], rate: float) -> None:
    stage = "mine" if name == "dig" else "separation"
    spare = float(drawing.random.choice([1.0, 1.5, np.inf]))
    process = ProcessDraft(
        place=region,
        name=name,
        stage=stage,
        recipe=recipe,
        reference=next(iter(recipe)),
        capacity_rate=rate * spare if rate else np.inf,
    )
    drawing.activity[drawing.draft.add_process(process)] = rate
    for material, coefficient in recipe.items():
        drawing.add((region, material), coefficient * rate)


def _trade(drawing: _Drawing, materials: Iterable[str]) -> None:
    """Each region sends what it had to some others; nothing travels in a circle."""
    random = drawing.random
    for material in materials:
        before = dict(drawing.left)
        for origin in drawing.regions:
            for other in drawing.regions:
                if other == origin or random.random() < 0.4:
                    continue
                start, end = (origin, material), (other, material)
                drawing.draft.add_route(start, end, "trade")
                if random.random() < 0.5:
                    drawing.draft.delays[start, end] = float(random.uniform(0.0, 0.2))
                share = float(random.uniform(0.0, 1 / len(drawing.regions)))
                rate = before.get(start, 0.0) * share * (random.random() < 0.8)
                drawing.route[route_label(start, end)] = rate
                drawing.add(start, -rate)
                drawing.add(end, rate)


def _use(drawing: _Drawing, materials: Iterable[str], *, last: bool) -> None:
    """Uses and stocks; at the last stage all regions use what they have."""
    random = drawing.random
    for material in materials:
        for region in drawing.regions:
            node = drawing.draft.node(region, material)
            drawn = drawing.part(node, 1.0 if last else 0.5)
            drawing.add(node, -drawn)
            if last or random.random() < 0.3:
                use = DemandDraft(
                    region=region,
                    end_use="use",
                    material=material,
                    chain="test",
                    expected_rate=drawn,
                )
                drawing.demand[drawing.draft.add_demand(use)] = drawn
            else:
                drawing.stocked[node] = drawn * 0.1
                drawing.add(node, drawn * 0.9)
            if random.random() < 0.3:
                label = f"stock of {region}/{material}"
                drawing.draft.stocks[label] = StockDraft(
                    label=label,
                    node=node,
                    holder=region,
                    kind="working",
                    initial_amount=float(random.uniform(0.0, 50.0)),
                )


def _state(drawing: _Drawing) -> NormalState:
    network = drawing.draft.build(YEAR)

    def rates(labels: Iterable[str], given: dict[str, float]) -> FloatArray:
        return np.array([given[label] for label in labels], dtype=np.float64)

    stocked = [drawing.stocked.get(node, 0.0) for node in drawing.draft.nodes]
    return NormalState(
        network=network,
        activity_rate=rates(network.processes.labels, drawing.activity),
        route_rate=rates(network.routes.labels, drawing.route),
        demand_rate=rates(network.demands.labels, drawing.demand),
        stock_change_rate=np.array(stocked, dtype=np.float64),
    )
