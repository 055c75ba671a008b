"""One venture over blocks of simulated prices, from a name to its result tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa

from allanite.axis import FloatArray
from allanite.catalogue.store import Release
from allanite.studies.contracts.basket import Basket, venture_basket
from allanite.studies.contracts.cash import CashFlow, YearlyPrices, cash_flow
from allanite.studies.contracts.finance import ALONE, FinancingTerms
from allanite.studies.contracts.price_map import NDPR_OXIDE, PriceMap, load_price_map
from allanite.studies.contracts.terms import CashTerms, cash_terms
from allanite.studies.contracts.value import (
    break_even_factor,
    break_even_margin,
    venture_odds,
    venture_value,
)
from allanite.studies.contracts.venture import Venture, find_venture
from allanite.studies.contracts.venture_tables import (
    basket_table,
    cash_table,
    odds_table,
    terms_table,
)

_SHARED = ("debt_service",)  # fields of a cash flow that have no paths


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """A venture ready to be valued under any prices.

    Attributes:
        venture, basket, terms: what it is, earns and owes.
        prices: of materials from oxides.
    """

    venture: Venture
    basket: Basket
    terms: CashTerms
    prices: PriceMap

    def cash(self, prices: YearlyPrices, support: FloatArray | None = None) -> CashFlow:
        """Cash of one block of paths; `support` from price contracts, (S, Y) [million USD]."""
        return cash_flow(self.basket, self.terms, prices, support)


def venture_case(
    release: Release,
    name: str,
    years: int,
    *,
    financing: FinancingTerms = ALONE,
    outside_rate: FloatArray | None = None,
    debt_share: float | None = None,
) -> Case:
    """A project or operation by name.

    Args:
        release: the data release.
        name: project id, site id or group of sites.
        years: Y, from 2027.
        financing: grants, loans, public equity, tax credits.
        outside_rate: oxide traded outside China, shape (E,) [t/yr].
        debt_share: part of the capital cost that lenders carry; by default the parameter.

    Raises:
        UsageError: no such venture. ModelError: one without a cash flow here.
    """
    venture, prices = find_venture(release, name), load_price_map(release)
    basket = venture_basket(venture, prices, years, outside_rate=outside_rate)
    terms = cash_terms(venture, basket, financing, debt_share=debt_share)
    return Case(venture=venture, basket=basket, terms=terms, prices=prices)


def join_cash(blocks: Sequence[CashFlow]) -> CashFlow:
    """Blocks of paths as one, in their order."""
    return CashFlow(
        **{
            field.name: getattr(blocks[0], field.name)
            if field.name in _SHARED
            else np.concatenate([getattr(block, field.name) for block in blocks])
            for field in fields(CashFlow)
        }
    )


def value_venture(
    case: Case,
    blocks: Iterable[tuple[YearlyPrices, FloatArray | None]],
    oxide_price: FloatArray,
) -> dict[str, pa.Table]:
    """Result tables of a venture.

    Args:
        case: the venture.
        blocks: prices of some paths, and the support they bring (S, Y) or None.
        oxide_price: at which the basket is shown and break-evens are found, (E,) [USD/kg].
    """
    cash = join_cash([case.cash(prices, support) for prices, support in blocks])
    value, odds = venture_value(cash, case.terms), venture_odds(cash, case.terms)
    return {
        "venture_basket": basket_table(case.venture, case.basket, case.prices, oxide_price),
        "venture_cash": cash_table(case.venture, cash),
        "venture_odds": odds_table(
            case.venture, case.terms, value, odds, break_evens(case, oxide_price)
        ),
        "venture_terms": terms_table(case.venture),
    }


def break_evens(case: Case, oxide_price: FloatArray) -> dict[str, tuple[float | None, str, str]]:
    """Prices at which the project, without debt or help, is worth nothing: value, unit, note."""
    terms = cash_terms(case.venture, case.basket, ALONE, debt_share=0.0)
    factor = break_even_factor(case.basket, terms, oxide_price)
    ndpr = float(case.prices.weight_of(NDPR_OXIDE) @ oxide_price)
    products = main_products(case, oxide_price)
    margin = break_even_margin(case.basket, terms, oxide_price, products)
    flat = "Flat for ever, hurdle rate, without debt or help."
    return {
        "break-even factor": (factor, "1", f"On all oxide prices. {flat}"),
        "break-even NdPr oxide": (
            None if factor is None else factor * ndpr,
            "USD/kg",
            f"Price of NdPr oxide when all oxides move together. {flat}",
        ),
        "break-even margin": (
            margin,
            "USD/kg",
            f"What {', '.join(products)} must fetch more at the stated prices. {flat}",
        ),
    }


def main_products(case: Case, oxide_price: FloatArray) -> tuple[str, ...]:
    """The product that earns most, with all others of its kind where it is a magnet."""
    running = case.basket.running
    unit = case.prices.prices(oxide_price)[case.prices.materials.positions(running.materials)]
    sold = running.sold[-1]
    first = running.materials.labels[int(np.argmax(sold * unit))]
    kind = first.split("_")[0] + "_" if first.startswith("mag_") else first
    return tuple(
        material
        for material, rate in zip(running.materials, sold.tolist(), strict=True)
        if rate > 0 and material.startswith(kind)
    )
