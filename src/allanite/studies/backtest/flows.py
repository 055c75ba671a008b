"""What leaves China in an outcome: routes by product as customs group them, and by destination."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csc_array

from allanite.axis import BoolArray, FloatArray
from allanite.catalogue.tables.core import WORLD
from allanite.network.lineage_rule import base_material
from allanite.network.supply import SupplyNetwork
from allanite.studies.backtest.reported import CHINA, RARE_EARTH_CODES

MAGNETS: Final = "magnets"
RARE_EARTHS: Final = "rare earths"
ELEMENT_OF: Final[Mapping[str, str]] = {"dysprosium": "Dy", "terbium": "Tb"}
MAGNET_STAGE: Final = "magnet"
PURE_STAGES: Final = ("oxide", "metal")
RARE_EARTH_CHAIN: Final = "rare earths"


@dataclass(frozen=True, slots=True, eq=False)
class ExportRoutes:
    """Routes of a network that leave China, by what they carry and where they end.

    Attributes:
        network: the network.
        leaves: whether a route leaves China, shape (R,).
        end: country or region of the destination, shape (R,).
    """

    network: SupplyNetwork
    leaves: BoolArray
    end: FloatArray

    def of(self, product: str, destination: str = WORLD) -> BoolArray:
        """Routes of a product (or of one material id) to a destination, shape (R,)."""
        material = product_materials(self.network, product)
        carried = material[self.network.node_material[self.network.routes.origin_node]]
        chosen = self.leaves & carried
        return chosen if destination == WORLD else chosen & (self.end == destination)

    @property
    def destinations(self) -> frozenset[str]:
        """Every country or region that a route out of China reaches."""
        return frozenset(self.end[self.leaves].tolist())


def export_routes(network: SupplyNetwork, origin: str = CHINA) -> ExportRoutes:
    """The routes that leave a country."""
    country = np.array(network.place_country, dtype=object)[network.node_place]
    start, end = country[network.routes.origin_node], country[network.routes.destination_node]
    return ExportRoutes(network, np.asarray((start == origin) & (end != origin)), end)


def product_materials(network: SupplyNetwork, product: str) -> BoolArray:
    """Materials that customs count as a product, shape (M,).

    `magnets` are the finished magnets, `rare earths` what travels as metal or compound of the
    17, `dysprosium` and `terbium` the oxide and metal that hold nothing else; any other name
    is a material id.
    """
    stage = np.array(network.material_stage, dtype=object)
    chain = np.array(network.material_chain, dtype=object)
    if product == MAGNETS:
        return np.asarray((stage == MAGNET_STAGE) & (chain == RARE_EARTH_CHAIN))
    pure = np.isin(stage, PURE_STAGES) & (chain == RARE_EARTH_CHAIN)
    if product == RARE_EARTHS:
        coded = [any(c in RARE_EARTH_CODES for c in codes) for codes in network.material_codes]
        return np.asarray(pure & np.array(coded, dtype=bool))
    if product in ELEMENT_OF:
        return np.asarray(pure & _only_element(network, ELEMENT_OF[product]))
    return np.array([base_material(m) == product for m in network.materials.labels], dtype=bool)


def _only_element(network: SupplyNetwork, symbol: str) -> BoolArray:
    content = csc_array(network.element_content).toarray() > 0
    row = network.elements.position(symbol)
    return np.asarray(content[row] & (content.sum(axis=0) == 1))


def grades(network: SupplyNetwork) -> tuple[str, ...]:
    """Material ids of the finished magnets, in the order of the network."""
    chosen = product_materials(network, MAGNETS)
    names = [
        base_material(m) for m, keep in zip(network.materials.labels, chosen, strict=True) if keep
    ]
    return tuple(dict.fromkeys(names))
