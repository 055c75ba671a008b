"""The oxides of the price process and the products that are mixed from them."""

from __future__ import annotations

from typing import Final

import numpy as np

from allanite.axis import Axis, FloatArray

OXIDES: Final = ("La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Y")
OXIDE_AXIS: Final = Axis("oxide", OXIDES)
GROUPS: Final = ("magnets and clays", "others")  # Er, Gd, Ho and Y come with Dy from clays
_FIRST: Final = ("Pr", "Nd", "Gd", "Tb", "Dy", "Ho", "Er", "Y")
GROUP_OF_OXIDE: Final = np.array([0 if oxide in _FIRST else 1 for oxide in OXIDES])
NEODYMIUM_SHARE: Final = 0.75  # of NdPr oxide by mass, as it is sold; the rest is praseodymium

_MIXES: Final = {
    "NdPr oxide": {"Nd": NEODYMIUM_SHARE, "Pr": 1 - NEODYMIUM_SHARE},
    **{f"{oxide} oxide": {oxide: 1.0} for oxide in OXIDES},
}
PRODUCTS: Final = Axis("product", tuple(_MIXES))


def product_weight(name: str) -> FloatArray:
    """Mass share of each oxide in a product, shape (E,) [1].

    Args:
        name: `NdPr oxide`, which is three quarters Nd (assumed), or one oxide, `Dy oxide`.

    Raises:
        ModelError: no such product; names the nearest.
    """
    PRODUCTS.position(name)
    weight = np.zeros(len(OXIDES))
    for oxide, share in _MIXES[name].items():
        weight[OXIDE_AXIS.position(oxide)] = share
    return weight
