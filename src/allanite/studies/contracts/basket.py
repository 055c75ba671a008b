"""What a venture earns and pays as a linear map of oxide prices, year by year.

revenue = weight . price + outside weight . (outside price - price) + constant
bought inputs = weight . price + constant
With prices in USD/kg and weights in t/yr the product is thousand USD; arrays here are in
million USD, so that a block of paths is one matrix product.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from allanite.axis import FloatArray
from allanite.errors import ModelError
from allanite.studies.contracts.parameters import Side
from allanite.studies.contracts.plants import CHINA
from allanite.studies.contracts.price_map import OXIDES, PriceMap
from allanite.studies.contracts.running import Running, run_venture
from allanite.studies.contracts.venture import Venture

_THOUSAND: Final = 1e-3  # t/yr x USD/kg in million USD
_MILLION: Final = 1e-6
_OXIDE: Final = "ox_"
_PREMIUM_STAGES: Final = {"met_": "metal", "alloy_": "alloy", "powder_": "alloy", "mag_": "magnet"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinearMoney:
    """Money as a linear map of oxide prices. Y years, E oxides.

    Attributes:
        weight: t of oxide a year that price counts for, shape (Y, E) [t/yr].
        constant: shape (Y,) [million USD/yr].
    """

    weight: FloatArray
    constant: FloatArray

    def at(self, price: FloatArray) -> FloatArray:
        """Money at prices (S, Y, E) [USD/kg], shape (S, Y) [million USD/yr]."""
        weighed = np.einsum("sye,ye->sy", price, self.weight)
        return np.asarray(weighed * _THOUSAND + self.constant)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Basket:
    """What a venture sells, buys and pays to run. Y years, N plants, M materials.

    Attributes:
        running: flows behind it.
        revenue, inputs, mined: sales, what is bought, and value of what is mined.
        outside_weight: part of the sales of single oxides that the outside market takes at
            its own price, shape (Y, E) [t/yr].
        running_cost: with overhead, shape (Y,) [million USD/yr]; full_cost: at nameplate.
    """

    running: Running
    revenue: LinearMoney
    inputs: LinearMoney
    mined: LinearMoney
    outside_weight: FloatArray
    running_cost: FloatArray
    full_cost: float

    @property
    def exposure(self) -> FloatArray:
        """Outputs less bought inputs, shape (Y, E) [t of oxide a year]."""
        return np.asarray(self.revenue.weight - self.inputs.weight)


def venture_basket(
    venture: Venture,
    prices: PriceMap,
    years: int,
    *,
    outside_rate: FloatArray | None = None,
    side: Side = "value",
    ramp: FloatArray | None = None,
) -> Basket:
    """The basket of a venture.

    Args:
        venture: what is run.
        prices: price of each material from oxides.
        years: Y, from 2027.
        outside_rate: oxide traded outside China at its own price, shape (E,) [t/yr]; none
            where it is not given.
        side: central running costs, or the low or high end of all of them.
        ramp: as in `run_venture`.

    Raises:
        ModelError: a material without a price.
    """
    running = run_venture(venture, years, ramp)
    at = _priced(prices, running)
    premium = venture_premiums(venture, running.materials.labels)
    cost = running_cost(venture, running, side)
    full = run_venture(venture, 1, np.full((1, len(venture.plants)), _nameplate(venture)))
    weight, constant = prices.weight[at], prices.constant[at]
    return Basket(
        running=running,
        revenue=_money(running.sold, weight, constant + premium),
        inputs=_money(running.bought, weight, constant),
        mined=_money(running.mined, weight, constant),
        outside_weight=_outside(venture, running, weight, outside_rate),
        running_cost=cost,
        full_cost=float(running_cost(venture, full, side)[0]),
    )


def _nameplate(venture: Venture) -> float:
    return venture.parameters.value("utilisation")


def _priced(prices: PriceMap, running: Running) -> list[int]:
    missing = [m for m in running.materials if m not in prices.materials]
    if missing:
        raise ModelError(f"no price of {', '.join(missing)} in table material_price_terms")
    return [prices.materials.position(m) for m in running.materials]


def venture_premiums(venture: Venture, materials: tuple[str, ...]) -> FloatArray:
    """What metal, alloy and magnets fetch outside China above the Chinese price [USD/t].

    Bought inputs carry none: most makers outside China buy at the Chinese price.
    """
    if venture.country == CHINA:
        return np.zeros(len(materials))
    return np.array(
        [
            next(
                (
                    venture.parameters.value("conversion_premium", stage)
                    for prefix, stage in _PREMIUM_STAGES.items()
                    if material.startswith(prefix)
                ),
                0.0,
            )
            for material in materials
        ]
    )


def running_cost(venture: Venture, running: Running, side: Side = "value") -> FloatArray:
    """Running cost of all plants with overhead, shape (Y,) [million USD/yr]."""
    unit = np.array([plant.cost.at(side) for plant in venture.plants])
    overhead = np.array(
        [venture.parameters.value("overhead_share", plant.stage) for plant in venture.plants]
    )
    return np.asarray(running.activity @ (unit * (1.0 + overhead)) * _MILLION)


def _money(rate: FloatArray, weight: FloatArray, constant: FloatArray) -> LinearMoney:
    return LinearMoney(weight=rate @ weight, constant=rate @ constant * _MILLION)


def _outside(
    venture: Venture, running: Running, weight: FloatArray, outside_rate: FloatArray | None
) -> FloatArray:
    """Sales of oxides that go to the outside market: no more than one seller can place."""
    oxide = np.array([m.startswith(_OXIDE) for m in running.materials])
    sold = (running.sold * oxide) @ weight
    if outside_rate is None or venture.country == CHINA:
        return np.zeros_like(sold)
    if outside_rate.shape != (len(OXIDES),):
        raise ModelError(
            f"outside_rate has shape {outside_rate.shape}; it must be ({len(OXIDES)},)"
        )
    return np.asarray(np.minimum(sold, venture.parameters.value("outside_share") * outside_rate))
