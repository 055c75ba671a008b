"""What a set of duties does to each stage: the effective rate of protection.

    rate = sum_i a_i p_i t_i / sum_i a_i p_i

over outputs (a > 0) and inputs (a < 0) of a recipe: the rise of the value added that duties make
possible, over the value added at the prices without them. A duty on an input alone is a tax on
the next stage, a duty on an output alone protects more than its rate says. For the maker of a
product that pays no duty at the border the rate is - cost share x duty / value added share.

Source: Corden (1966), The structure of a tariff system and the effective protective rate, eq. 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csc_array

from allanite.axis import BoolArray, FloatArray
from allanite.network.supply import SupplyNetwork
from allanite.studies.border.point import Point
from allanite.studies.border.terms import BorderTerms

SMALLEST_VALUE_ADDED: Final = 0.01  # of the outputs: below it the rate says nothing
PRODUCT_STAGE: Final = "product"


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """One recipe, or one product, under one set of duties.

    Attributes:
        stage, subject: stage and recipe; `product` and end use.
        nominal: duty on the output as a share of its price [1].
        effective: change of the value added [1]; None where there is next to none to change.
        value_added_share: value added over outputs, without duties [1].
    """

    stage: str
    subject: str
    nominal: float
    effective: float | None
    value_added_share: float


def effective_rate(recipe: FloatArray, price: FloatArray, duty: FloatArray) -> float | None:
    """Effective rate of one recipe [1]; None where value added is next to nothing or below.

    Args:
        recipe: of each material, shape (M,) [t per t; inputs < 0].
        price: of each material, shape (M,) [USD/t].
        duty: on each material, shape (M,) [USD/t].
    """
    value_added, outputs = float(recipe @ price), float(np.maximum(recipe, 0.0) @ price)
    if value_added <= SMALLEST_VALUE_ADDED * outputs:
        return None
    return float(recipe @ duty) / value_added


def stage_protection(
    network: SupplyNetwork, price: FloatArray, duty: FloatArray, home: BoolArray
) -> Iterator[Protection]:
    """Rates of the recipes of plants at home in the chains of what pays, each once.

    Args:
        network: L places, M materials.
        price: of each material, shape (M,) [USD/t].
        duty: on each material, shape (M,) [USD/t].
        home: whether a place lies in a country that imposes the duties, shape (L,).
    """
    recipe, processes = csc_array(network.processes.recipe), network.processes
    named = np.array(network.material_chain, dtype=object)
    chain = np.isin(named, named[duty > 0])
    told: set[str] = set()
    for n in np.flatnonzero(home[processes.place]).tolist():
        part = slice(recipe.indptr[n], recipe.indptr[n + 1])
        of, entry = network.node_material[recipe.indices[part]], recipe.data[part]
        name = processes.recipe_name[n]
        if name in told or not (entry < 0).any() or not chain[of].any():
            continue
        told.add(name)
        row = np.bincount(of, weights=entry, minlength=price.size).astype(np.float64)
        outputs = float(np.maximum(row, 0.0) @ price)
        yield Protection(
            stage=processes.stage[n],
            subject=name,
            nominal=float(np.maximum(row, 0.0) @ duty) / outputs if outputs > 0 else 0.0,
            effective=effective_rate(row, price, duty),
            value_added_share=float(row @ price) / outputs if outputs > 0 else 0.0,
        )


def product_protection(
    point: Point, duty: FloatArray, terms: BorderTerms, *, on_products: bool
) -> Iterator[Protection]:
    """Rates of the makers of products at home, by end use."""
    network, price = point.base.network, point.base.price
    here = point.home[network.node_place[network.demands.node]]
    uses = np.array(network.demands.end_use, dtype=object)
    material = network.node_material[network.demands.node]
    goods = here & point.base.goods[material]
    for use in dict.fromkeys(uses[goods]):
        mine = goods & (uses == use)
        rate = point.base.world.state.demand_rate[mine]
        value = float(rate @ price[material[mine]])
        share = float(rate @ duty[material[mine]]) / value if value > 0 else 0.0
        product = terms.product(use)
        cost = product.cost_share * share
        kept = cost if on_products else 0.0
        yield Protection(
            stage=PRODUCT_STAGE,
            subject=use,
            nominal=kept,
            effective=(kept - cost) / product.value_added_share,
            value_added_share=product.value_added_share,
        )


def home_rise(point: Point) -> FloatArray:
    """Price rise of each material on the markets at home, shape (M,) [USD/t].

    The mean over nodes, weighted by what they are supplied with.
    """
    network = point.base.network
    supply = point.base.world.state.supply_rate() * point.home[network.node_place]
    total, weight = np.zeros(point.duty.size), np.zeros(point.duty.size)
    np.add.at(total, network.node_material, supply * point.rise)
    np.add.at(weight, network.node_material, supply)
    return np.asarray(total / np.where(weight > 0, weight, 1.0))
