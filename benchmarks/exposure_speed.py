"""Time to trace a whole network of the size of the rare-earth chain, central and with draws.

    python benchmarks/exposure_speed.py [--size N] [--draws S]

`size` is the number of plants a stage; 40 gives about 1,000 nodes, 14 elements, 5 stages and
200 demands. The network is drawn from a fixed seed: layered, with recycling loops.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass

import numpy as np

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
STAGES = ("mine", "separation", "metal", "magnet", "recycling")
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


def layered_network(size: int, random: np.random.Generator) -> SupplyNetwork:
    """Mines, separators, metal makers, magnet plants and recyclers, `size` of each."""
    draft = NetworkDraft()
    chain = "rare earths"
    for name in ("ore", "scrap"):
        content = dict.fromkeys(ELEMENTS, 1 / len(ELEMENTS))
        draft.materials[name] = MaterialDraft(name=name, stage=name, chain=chain, content=content)
    for form in ("oxide", "metal"):
        for e in ELEMENTS:
            label = f"{e} {form}"
            draft.materials[label] = MaterialDraft(
                name=label, stage=form, chain=chain, content={e: 0.85}
            )
    content = dict.fromkeys(ELEMENTS, 0.3 / len(ELEMENTS))
    draft.materials["magnet"] = MaterialDraft(
        name="magnet", stage="magnet", chain=chain, content=content
    )
    plants = {s: [f"{s}-{i}" for i in range(size)] for s in STAGES}
    for place in (p for group in plants.values() for p in group):
        country = REGIONS[int(random.integers(len(REGIONS)))]
        draft.places[place] = PlaceDraft(name=place, country=country, kind="site")
    for region in REGIONS:
        draft.places[region] = PlaceDraft(name=region, country=region, kind="region")
    share = 1 / len(ELEMENTS)
    oxides = {f"{e} oxide": share for e in ELEMENTS}
    metals = {f"{e} metal": share for e in ELEMENTS}
    recipes: dict[str, dict[str, float]] = {
        "mine": {"ore": 1.0},
        "separation": {"ore": -1.0, **oxides},
        "metal": {**{k: -v for k, v in oxides.items()}, **metals},
        "magnet": {**{k: -v for k, v in metals.items()}, "magnet": 3.0, "scrap": 0.2},
        "recycling": {"scrap": -1.0, **oxides},
    }
    for stage, group in plants.items():
        for place in group:
            process = ProcessDraft(place=place, name=stage, stage=stage, recipe=recipes[stage])
            draft.add_process(process)
    join = [
        ("mine", "separation", ("ore",)),
        ("separation", "metal", tuple(oxides)),
        ("recycling", "metal", tuple(oxides)),
        ("metal", "magnet", tuple(metals)),
        ("magnet", "recycling", ("scrap",)),
    ]
    for origin, destination, goods in join:
        for place in plants[destination]:
            for other in random.choice(plants[origin], 3, replace=False):
                for good in goods:
                    draft.add_route((str(other), good), (place, good), "link")
    for region in REGIONS:
        for other in random.choice(plants["magnet"], min(size, 8), replace=False):
            draft.add_route((str(other), "magnet"), (region, "magnet"), "link")
        for use in range(USES):
            draft.materials.setdefault(
                f"magnet {use}",
                MaterialDraft(name=f"magnet {use}", stage="magnet", chain=chain, content=content),
            )
            label = f"magnet {use}"
            recipe = {"magnet": -1.0, label: 1.0}
            draft.add_process(
                ProcessDraft(place=region, name=f"use {use}", stage="product", recipe=recipe)
            )
            draft.add_demand(
                DemandDraft(
                    region=region,
                    end_use=f"use {use}",
                    material=label,
                    chain=chain,
                    expected_rate=1.0,
                )
            )
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
