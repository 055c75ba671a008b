"""Small balanced networks by hand that several tests trace."""

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallRates:
    """Rates [t/yr]; with a leading axis where they are draws."""

    activity_rate: FloatArray
    route_rate: FloatArray
    demand_rate: FloatArray
    stock_change_rate: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallBaseline:
    """A network with rates and, if wanted, redraws of them."""

    network: SupplyNetwork
    activity_rate: FloatArray
    route_rate: FloatArray
    demand_rate: FloatArray
    stock_change_rate: FloatArray
    draws: SmallRates | None = None

    def process_flow(self, draw: int | None = None) -> csc_array:
        """Recipe times activity (V, N)."""
        rates = self if draw is None else self.draws
        activity = rates.activity_rate if draw is None else rates.activity_rate[draw]
        return csc_array(self.network.processes.recipe @ diags_array(activity))


def _process(place, name, stage, recipe):
    return ProcessDraft(place=place, name=name, stage=stage, recipe=recipe)


def two_country_chain(draws: int = 0, seed: int = 1, scrap: float = 0.0) -> SmallBaseline:
    """Mines in China (80 t) and Australia (20 t), separation in China and Malaysia.

    Australia sends 10 t to China and 10 t to Malaysia; Japan takes 5 t of oxide from each and
    makes magnets; China uses the other 90 t. `scrap` [t/yr] of Japan's magnets goes back to oxide.
    """
    draft = NetworkDraft()
    for name, stage in (("ore", "concentrate"), ("oxide", "oxide"), ("magnet", "magnet")):
        draft.materials[name] = MaterialDraft(
            name=name, stage=stage, chain="rare earths", content={"Dy": 1.0}
        )
    for place, country in (
        ("Bayan", "CHN"),
        ("Weld", "AUS"),
        ("Ganzhou", "CHN"),
        ("Kuantan", "MYS"),
        ("JPN", "JPN"),
        ("CHN", "CHN"),
    ):
        draft.places[place] = PlaceDraft(name=place, country=country, kind="site")
    for mine in ("Bayan", "Weld"):
        draft.add_process(_process(mine, "mine", "mine", {"ore": 1.0}))
    for plant in ("Ganzhou", "Kuantan"):
        draft.add_process(_process(plant, "separate", "separation", {"ore": -1.0, "oxide": 1.0}))
    for plant in ("JPN", "CHN"):
        draft.add_process(_process(plant, "sinter", "magnet", {"oxide": -1.0, "magnet": 1.0}))
    draft.add_process(_process("JPN", "recycle", "recycling", {"magnet": -1.0, "oxide": 1.0}))
    flows = {
        (("Bayan", "ore"), ("Ganzhou", "ore")): 80.0,
        (("Weld", "ore"), ("Ganzhou", "ore")): 10.0,
        (("Weld", "ore"), ("Kuantan", "ore")): 10.0,
        (("Ganzhou", "oxide"), ("JPN", "oxide")): 5.0,
        (("Kuantan", "oxide"), ("JPN", "oxide")): 5.0,
        (("Ganzhou", "oxide"), ("CHN", "oxide")): 85.0,
        (("Kuantan", "oxide"), ("CHN", "oxide")): 5.0,
    }
    for origin, destination in flows:
        draft.add_route(origin, destination, "link")
    for region in ("JPN", "CHN"):
        draft.add_demand(
            DemandDraft(
                region=region,
                end_use="EV motors",
                material="magnet",
                chain="rare earths",
                expected_rate=1.0,
            )
        )
    network = draft.build(2024)
    activity = np.array([80.0, 20.0, 90.0, 10.0, 10.0 + scrap, 90.0, scrap])
    route = np.array(list(flows.values()))
    demand = np.array([10.0, 90.0])
    stock = np.zeros(len(network.nodes))
    redrawn = None
    if draws:
        factor = np.random.default_rng(seed).uniform(0.8, 1.2, draws)[:, None]
        # Japan takes more from Ganzhou and less from Kuantan, China the other way round.
        shift = (factor - 1.0) * np.array([0, 0, 0, 5.0, -5.0, -5.0, 5.0])
        redrawn = SmallRates(
            activity_rate=np.tile(activity, (draws, 1)),
            route_rate=route + shift,
            demand_rate=np.tile(demand, (draws, 1)),
            stock_change_rate=np.tile(stock, (draws, 1)),
        )
    return SmallBaseline(
        network=network,
        activity_rate=activity,
        route_rate=route,
        demand_rate=demand,
        stock_change_rate=stock,
        draws=redrawn,
    )
