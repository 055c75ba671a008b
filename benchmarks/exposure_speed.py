"""Time to trace a whole network of the size of the rare-earth chain, central and with draws.

    python benchmarks/exposure_speed.py [--size N] [--draws S]

`size` is the number of plants a stage; 40 gives 3,200 nodes, 14 elements, 5 stages and 196
demands, each of which takes every element: some five times the work of the real network.
The network is drawn from a fixed seed: layered, with recycling loops.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.sparse import csc_array, diags_array

from allanite.axis import FloatArray
from allanite.network.draft import (
    DemandDraft,
    MaterialDraft,
    NetworkDraft,
    PlaceDraft,
    ProcessDraft,
)
from allanite.network.supply import SupplyNetwork
from allanite.studies.exposure import trace_exposure

ELEMENTS = ("La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Yb", "Lu", "Y")
REGIONS = ("CHN", "JPN", "USA", "KOR", "IND", "XEU", "XRW")
USES = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnRates:
    """Rates [t/yr], with a leading axis where they are draws."""

    activity_rate: FloatArray
    route_rate: FloatArray
    demand_rate: FloatArray
    stock_change_rate: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnBaseline:
    """A network with random rates; tracing needs no balance."""

    network: SupplyNetwork
    activity_rate: FloatArray
    route_rate: FloatArray
    demand_rate: FloatArray
    stock_change_rate: FloatArray
    draws: DrawnRates | None

    def process_flow(self, draw: int | None = None) -> csc_array:
        """Recipe times activity (V, N)."""
        if draw is None or self.draws is None:
            activity = self.activity_rate
        else:
            activity = self.draws.activity_rate[draw]
        return csc_array(self.network.processes.recipe @ diags_array(activity))


def add_materials(draft: NetworkDraft) -> None:
    """Ore, scrap, oxides, metals, magnets and one product a use."""
    mixed, magnet = (dict.fromkeys(ELEMENTS, total / len(ELEMENTS)) for total in (1.0, 0.3))
    content = {"ore": mixed, "scrap": mixed, "magnet": magnet}
    content |= {f"{e} {form}": {e: 0.85} for form in ("oxide", "metal") for e in ELEMENTS}
    content |= {f"product {use}": magnet for use in range(USES)}
    for name, shares in content.items():
        draft.materials[name] = MaterialDraft(
            name=name, stage=name, chain="rare earths", content=shares
        )


def add_plants(draft: NetworkDraft, size: int, random: np.random.Generator) -> None:
    """`size` plants of each stage, each in a random region."""
    oxides = {f"{e} oxide": 1 / len(ELEMENTS) for e in ELEMENTS}
    metals = {f"{e} metal": 1 / len(ELEMENTS) for e in ELEMENTS}
    recipes: dict[str, dict[str, float]] = {
        "mine": {"ore": 1.0},
        "separation": {"ore": -1.0, **oxides},
        "metal": {**{name: -share for name, share in oxides.items()}, **metals},
        "magnet": {**{name: -share for name, share in metals.items()}, "magnet": 3.0, "scrap": 0.2},
        "recycling": {"scrap": -1.0, **oxides},
    }
    for stage, recipe in recipes.items():
        for i in range(size):
            place, country = f"{stage}-{i}", REGIONS[int(random.integers(len(REGIONS)))]
            draft.places[place] = PlaceDraft(name=place, country=country, kind="site")
            draft.add_process(ProcessDraft(place=place, name=stage, stage=stage, recipe=recipe))


def add_routes(draft: NetworkDraft, size: int, random: np.random.Generator) -> None:
    """Three suppliers for each plant and good."""
    oxides, metals = ([f"{e} {form}" for e in ELEMENTS] for form in ("oxide", "metal"))
    joined = [
        ("mine", "separation", ["ore"]),
        ("separation", "metal", oxides),
        ("recycling", "metal", oxides),
        ("metal", "magnet", metals),
        ("magnet", "recycling", ["scrap"]),
    ]
    for origin, destination, goods in joined:
        for i, good in product(range(size), goods):
            for other in random.choice(size, 3, replace=False):
                draft.add_route((f"{origin}-{other}", good), (f"{destination}-{i}", good), "link")


def add_uses(draft: NetworkDraft, size: int, random: np.random.Generator) -> None:
    """Uses of magnets in each region, fed by up to eight plants."""
    for region in REGIONS:
        draft.places[region] = PlaceDraft(name=region, country=region, kind="region")
        for other in random.choice(size, min(size, 8), replace=False):
            draft.add_route((f"magnet-{other}", "magnet"), (region, "magnet"), "link")
        for use in range(USES):
            goods = f"product {use}"
            recipe = {"magnet": -1.0, goods: 1.0}
            draft.add_process(
                ProcessDraft(place=region, name=f"use {use}", stage="product", recipe=recipe)
            )
            draft.add_demand(
                DemandDraft(
                    region=region,
                    end_use=f"use {use}",
                    material=goods,
                    chain="rare earths",
                    expected_rate=1.0,
                )
            )


def layered_network(size: int, random: np.random.Generator) -> SupplyNetwork:
    """Mines, separators, metal makers, magnet plants and recyclers, `size` of each."""
    draft = NetworkDraft()
    add_materials(draft)
    add_plants(draft, size, random)
    add_routes(draft, size, random)
    add_uses(draft, size, random)
    return draft.build(2024)


def drawn_baseline(size: int, draws: int) -> DrawnBaseline:
    """The network with positive random rates."""
    random = np.random.default_rng(20241231)
    network = layered_network(size, random)
    counts = (
        len(network.processes.labels),
        len(network.routes.labels),
        len(network.demands.labels),
    )
    activity, route, demand = (random.uniform(1, 10, n) for n in counts)
    stock = np.zeros(len(network.nodes))
    again = [rates * random.lognormal(0, 0.1, (draws, rates.size)) for rates in (activity, route)]
    redrawn = DrawnRates(
        activity_rate=again[0],
        route_rate=again[1],
        demand_rate=np.tile(demand, (draws, 1)),
        stock_change_rate=np.tile(stock, (draws, 1)),
    )
    return DrawnBaseline(
        network=network,
        activity_rate=activity,
        route_rate=route,
        demand_rate=demand,
        stock_change_rate=stock,
        draws=redrawn if draws else None,
    )


def main() -> None:
    """Trace and print times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=40)
    parser.add_argument("--draws", type=int, default=100)
    asked = parser.parse_args()
    for draws in (0, asked.draws):
        baseline = drawn_baseline(asked.size, draws)
        start = time.perf_counter()
        result = trace_exposure(baseline, dict.fromkeys(REGIONS, 0.5))
        seconds = time.perf_counter() - start
        nodes, demands = len(baseline.network.nodes), len(baseline.network.demands.labels)
        rows = result.tables["exposure_shares"].num_rows
        print(
            f"{nodes:,} nodes, {demands} demands, {len(ELEMENTS)} elements, {draws} draws: "
            f"{seconds:.2f} s, {rows:,} rows, peak {result.record.peak_memory:,.0f} MiB"
        )


if __name__ == "__main__":
    main()
