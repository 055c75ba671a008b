"""Prices of materials as linear maps of the prices of twelve oxides, as arrays.

The one place where table `material_price_terms` becomes arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from allanite.axis import Axis, FloatArray
from allanite.catalogue.store import Release
from allanite.catalogue.tables.response import PRICE_TERMS
from allanite.errors import ModelError
from allanite.studies.contracts.parameters import Side

OXIDES: Final = PRICE_TERMS[:-1]
CONSTANT: Final = PRICE_TERMS[-1]
NDPR_OXIDE: Final = "ox_ndpr"
_COLUMN: Final[dict[Side, str]] = {"low": "low", "value": "coefficient", "high": "high"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PriceMap:
    """Price of M materials from those of E oxides.

    Attributes:
        materials: materials with a rule.
        weight: oxide paid for, shape (M, E) [t per t].
        constant: shape (M,) [USD/t].
    """

    materials: Axis
    weight: FloatArray
    constant: FloatArray

    def prices(self, oxide_price: FloatArray) -> FloatArray:
        """Price of every material at prices of oxides (E,) [USD/kg], shape (M,) [USD/t]."""
        return np.asarray(self.weight @ oxide_price * 1e3 + self.constant)

    def weight_of(self, material: str) -> FloatArray:
        """Weights of one material, shape (E,) [t per t].

        Raises:
            ModelError: a material without a rule.
        """
        if material not in self.materials:
            raise ModelError(f"material {material!r} has no row in table material_price_terms")
        return np.asarray(self.weight[self.materials.position(material)])


def load_price_map(release: Release, side: Side = "value") -> PriceMap:
    """The rules of a release.

    Args:
        release: the data release.
        side: central rule, or the low or high end of what is paid for a material.
    """
    rows = release.rows("material_price_terms")
    materials = Axis("material", tuple(dict.fromkeys(row["material_id"] for row in rows)))
    table = np.zeros((len(materials), len(PRICE_TERMS)))
    terms = Axis("price term", PRICE_TERMS)
    at = materials.positions(row["material_id"] for row in rows)
    table[at, terms.positions(row["term"] for row in rows)] = [row[_COLUMN[side]] for row in rows]
    return PriceMap(materials=materials, weight=table[:, :-1], constant=table[:, -1])


def quoted_prices(release: Release, market: str, period: str) -> FloatArray:
    """Printed prices of the twelve oxides in one market and period, shape (E,) [USD/kg].

    Raises:
        ModelError: an oxide has no quote there.
    """
    names = {**{element: f"{element} oxide" for element in OXIDES}, "Y": "Y oxide 99.999%"}
    found = {
        row["product"]: row["low"]
        for row in release.rows("oxide_prices")
        if (row["market"], row["period"]) == (market, period)
    }
    missing = [name for name in names.values() if name not in found]
    if missing:
        raise ModelError(f"no quotes of {', '.join(missing)} in {market!r}, {period!r}")
    return np.array([found[names[element]] for element in OXIDES])
