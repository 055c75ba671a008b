"""Simulated prices as contracts and ventures read them: by month and product, by year and oxide.

A product is what a contract looks at: an oxide, NdPr oxide, or the basket of one venture, which
is the mix of oxides it sells less those it buys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from allanite.axis import FloatArray
from allanite.conditions.prices.oxides import PRODUCTS, product_weight
from allanite.conditions.prices.paths import PricePaths
from allanite.errors import ModelError
from allanite.studies.contracts.basket import Basket
from allanite.studies.contracts.cash import MONTHS, YearlyPrices, yearly_prices

BASKET: Final = "basket"
INDEX: Final = "NdPr oxide"  # priced in every block, so that each has a shape
START: Final = date(2027, 1, 1)
PriceArray = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Product:
    """What a contract looks at, for one venture. E oxides, Y years.

    Attributes:
        weight: mass share of each oxide, shape (E,) [1].
        volume_rate: of the venture, shape (Y,) [t/yr].
    """

    weight: FloatArray
    volume_rate: FloatArray


def product_of(name: str, basket: Basket) -> Product:
    """A product as one venture sells it.

    A concentrate, metal or magnet counts with the oxide that is paid for in it.

    Args:
        name: an oxide, `NdPr oxide`, or `basket`: oxides sold less those bought.
        basket: of the venture.

    Raises:
        ModelError: a product without a simulated price.
    """
    if name == BASKET:
        net = np.maximum(basket.exposure, 0.0)
        total = float(net[-1].sum())
        weight = net[-1] / total if total > 0 else product_weight(INDEX)
        return Product(weight=weight, volume_rate=net.sum(axis=1))
    if name not in PRODUCTS:
        raise ModelError(
            f"{name} has no simulated price; a contract on it can be valued only where it looks"
            f" at none; priced are {', '.join(PRODUCTS)}"
        )
    weight = product_weight(name)
    sold = basket.revenue.weight[:, weight > 0].sum(axis=1)
    return Product(weight=weight, volume_rate=np.maximum(sold, 0.0))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PriceBlock:
    """Prices of some paths. S paths, T months.

    Attributes:
        start: first day.
        yearly: by oxide.
        monthly: by product, shape (S, T) [USD/kg].
    """

    start: date
    yearly: YearlyPrices
    monthly: Mapping[str, PriceArray]

    @property
    def paths(self) -> int:
        """S."""
        return int(self.yearly.price.shape[0])


def price_block(paths: PricePaths, weights: Mapping[str, FloatArray]) -> PriceBlock:
    """A block of simulated prices.

    Args:
        paths: from January on, whole years.
        weights: mass shares by product, shape (E,) [1]; `NdPr oxide` is always there.
    """
    needed = {INDEX: product_weight(INDEX), **weights}
    return PriceBlock(
        start=paths.start,
        yearly=yearly_prices(paths),
        monthly={name: paths.product(weight) for name, weight in needed.items()},
    )


def flat_block(price: FloatArray, years: int, weights: Mapping[str, FloatArray]) -> PriceBlock:
    """Paths that stand still, the same outside China.

    Args:
        price: oxide prices of each path, shape (S, E) [USD/kg].
        years: of each path.
        weights: as in `price_block`.
    """
    yearly = np.repeat(price[:, None, :], years, axis=1)
    needed = {INDEX: product_weight(INDEX), **weights}
    return PriceBlock(
        start=START,
        yearly=YearlyPrices(price=yearly, outside=yearly),
        monthly={
            name: np.repeat((price @ weight)[:, None], years * MONTHS, axis=1)
            for name, weight in needed.items()
        },
    )


def scaled(block: PriceBlock, factor: float) -> PriceBlock:
    """The block with every price times a factor."""
    yearly = block.yearly
    return replace(
        block,
        yearly=YearlyPrices(price=yearly.price * factor, outside=yearly.outside * factor),
        monthly={name: values * factor for name, values in block.monthly.items()},
    )


def joined(blocks: Iterable[PriceBlock]) -> PriceBlock:
    """Blocks of paths as one, in their order."""
    kept = list(blocks)
    return PriceBlock(
        start=kept[0].start,
        yearly=YearlyPrices(
            price=np.concatenate([b.yearly.price for b in kept]),
            outside=np.concatenate([b.yearly.outside for b in kept]),
        ),
        monthly={name: np.concatenate([b.monthly[name] for b in kept]) for name in kept[0].monthly},
    )
