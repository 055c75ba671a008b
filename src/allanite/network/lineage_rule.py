"""What an extraterritorial rule looks at, and the labels of the two classes it makes.

A material of listed origin carries the issuer behind an `@`: `met_dy` is free, `met_dy@CHN` is
of listed origin. Everything else about the two is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from allanite.axis import BoolArray, FloatArray
from allanite.errors import ModelError
from allanite.network.supply import SupplyNetwork

SEPARATOR: Final = "@"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageRule:
    """A rule on what is made abroad from the issuer's materials.

    Attributes:
        label: name of the rule, such as the announcement's number.
        issuer: country whose materials are of listed origin, such as `CHN`.
        elements: chemical symbols; the rule looks at every material that holds one of them.
        threshold_share: least share of a product's value that listed inputs must have for the
            product to be of listed origin [1]; below it the product is free.
        prices: price by material id [USD/t], for the value shares.
        exempt_materials: material ids the rule does not look at although they hold an element.

    Raises:
        ModelError: the threshold does not lie between 0 and 1, or a price is not above 0.
    """

    label: str
    issuer: str
    elements: tuple[str, ...]
    threshold_share: float
    prices: Mapping[str, float]
    exempt_materials: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.threshold_share <= 1:
            raise ModelError(
                f"rule {self.label}: threshold_share is {self.threshold_share}; it must lie "
                "between 0 and 1: 0.1 % of the value is 0.001"
            )
        wrong = [m for m, price in self.prices.items() if not 0 < price < np.inf]
        if wrong:
            raise ModelError(
                f"rule {self.label}: the prices of {', '.join(wrong)} must lie above 0 and be "
                "finite: give USD/t or leave the material out"
            )


def base_material(label: str) -> str:
    """The label without its class: `met_dy@CHN` is `met_dy`. Serves every kind of label."""
    return label.partition(SEPARATOR)[0]


def is_listed(label: str) -> bool:
    """Whether a label names the class of listed origin."""
    return SEPARATOR in label


def listed_label(label: str, rule: LineageRule) -> str:
    """The label of the listed class of what `label` names."""
    return f"{label}{SEPARATOR}{rule.issuer}"


def looked_at(network: SupplyNetwork, rule: LineageRule) -> BoolArray:
    """Whether the rule looks at each material, shape (M,).

    Raises:
        ModelError: an element or an exempt material that the network does not have.
    """
    rows = network.elements.positions(rule.elements)
    held = np.asarray(network.element_content[rows].sum(axis=0)).ravel() > 0
    exempt = set(network.materials.positions(rule.exempt_materials).tolist())
    free = np.array([m in exempt for m in range(len(network.materials))], dtype=bool)
    return np.asarray(held & ~free)


def inside_issuer(network: SupplyNetwork, rule: LineageRule) -> BoolArray:
    """Whether each node lies in the issuer's territory, shape (V,).

    Raises:
        ModelError: no place lies there.
    """
    inside = np.array([country == rule.issuer for country in network.place_country], dtype=bool)
    if not inside.any():
        found = ", ".join(sorted(set(network.place_country)))
        raise ModelError(
            f"rule {rule.label}: no place lies in {rule.issuer!r}; the network has {found}"
        )
    return np.asarray(inside[network.node_place])


def material_prices(network: SupplyNetwork, rule: LineageRule) -> FloatArray:
    """Price of each material, shape (M,) [USD/t]; NaN where the rule gives none.

    Both classes of a material have one price.
    """
    return np.array(
        [rule.prices.get(base_material(label), np.nan) for label in network.materials],
        dtype=np.float64,
    )


def reference_value(network: SupplyNetwork, price: FloatArray) -> FloatArray:
    """Value of what one tonne of activity makes, shape (N,) [USD/t]; NaN without a price.

    The price of the reference output; where all outputs count the rate together, their sum.
    NaN also where nothing is made.
    """
    processes, by_node = network.processes, price[network.node_material]
    value = np.where(processes.reference_node >= 0, by_node[processes.reference_node], 0.0)
    recipe = processes.recipe
    for n in np.flatnonzero(processes.reference_node < 0):
        column = slice(recipe.indptr[n], recipe.indptr[n + 1])
        made = recipe.data[column] > 0
        worth = recipe.data[column][made] @ by_node[recipe.indices[column]][made]
        value[n] = worth if made.any() else np.nan
    return np.asarray(value)
