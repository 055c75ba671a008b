"""Result tables of one venture from its basket, cash and value; no arithmetic beyond quantiles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
import pyarrow as pa

from allanite.axis import FloatArray
from allanite.catalogue.read import rows_table
from allanite.catalogue.tables.core import WORLD
from allanite.catalogue.tables.results_contracts import (
    VENTURE_BASKET,
    VENTURE_CASH,
    VENTURE_ODDS,
    VENTURE_TERMS,
)
from allanite.studies.contracts.basket import Basket, venture_premiums
from allanite.studies.contracts.cash import CashFlow
from allanite.studies.contracts.parameters import Parameters, Term
from allanite.studies.contracts.price_map import OXIDES, PriceMap
from allanite.studies.contracts.terms import CashTerms
from allanite.studies.contracts.value import Odds, Value
from allanite.studies.contracts.venture import FIRST_YEAR, Venture

Row = dict[str, object]
SPREAD: Final = (0.05, 0.5, 0.95)
_MONEY: Final = "million USD"
_OF_COUNTRY: Final = ("corporate_tax", "royalty")


def basket_table(
    venture: Venture, basket: Basket, prices: PriceMap, oxide_price: FloatArray
) -> pa.Table:
    """What the venture sells and buys in its last year at oxide prices (E,) [USD/kg]."""
    rows = list(_basket_rows(venture, basket, prices, oxide_price))
    total = sum(float(str(row["amount"])) for row in rows if row["side"] == "sold") or 1.0
    for row in rows:
        row["revenue_share"] = float(str(row["amount"])) / total
    return rows_table(VENTURE_BASKET, rows)


def _basket_rows(
    venture: Venture, basket: Basket, prices: PriceMap, oxide_price: FloatArray
) -> Iterator[Row]:
    running = basket.running
    unit = prices.prices(oxide_price)[prices.materials.positions(running.materials)] * 1e-3
    premium = venture_premiums(venture, running.materials.labels) * 1e-3
    sides = (("sold", running.sold[-1], unit + premium), ("bought", running.bought[-1], unit))
    for side, rates, price in sides:
        for m in np.flatnonzero(rates):
            yield _basket_row(venture, side, running.materials.labels[m], rates[m], price[m])
    for e in np.flatnonzero(basket.exposure[-1]):
        yield _basket_row(venture, "oxide", OXIDES[e], basket.exposure[-1, e], oxide_price[e])


def _basket_row(venture: Venture, side: str, item: str, rate: float, price: float) -> Row:
    return {
        "venture": venture.venture_id,
        "side": side,
        "item": item,
        "rate": float(rate),
        "price": float(price),
        "amount": float(rate * price) * 1e-3,
    }


def cash_table(venture: Venture, cash: CashFlow) -> pa.Table:
    """Spread of each year's cash over all paths."""
    due = cash.debt_service > 0
    paths = cash.revenue.shape[0]
    figures: Mapping[str, tuple[FloatArray, str]] = {
        "revenue": (cash.revenue, _MONEY),
        "cost": (cash.cost, _MONEY),
        "ebitda": (cash.margin, _MONEY),
        "debt service": (np.tile(cash.debt_service, (paths, 1)), _MONEY),
        "cover": (cash.cover, "1"),
        "cash": (cash.cash, _MONEY),
    }
    rows: list[Row] = []
    for figure, (values, unit) in figures.items():
        shown = np.where(due, values, 0.0) if figure == "cover" else values
        spread = np.quantile(shown, SPREAD, axis=0)
        for y in range(values.shape[1]):
            row: Row = {"venture": venture.venture_id, "year": FIRST_YEAR + y, "figure": figure}
            if figure != "cover" or due[y]:
                row |= _spread(spread[:, y])
            rows.append({**row, "unit": unit})
    return rows_table(VENTURE_CASH, rows)


def _spread(values: FloatArray) -> Row:
    return {"low": float(values[0]), "median": float(values[1]), "high": float(values[2])}


def odds_table(
    venture: Venture,
    terms: CashTerms,
    value: Value,
    odds: Odds,
    break_even: Mapping[str, tuple[float | None, str, str]],
) -> pa.Table:
    """Value, odds and break-evens of a venture.

    Args:
        venture: which.
        terms: for the cover ratio and the odds that banks ask.
        value: over all paths.
        odds: over all paths.
        break_even: figure -> value, unit, note, as the study found them.
    """
    rows = [*_odds_rows(odds), *_value_rows(value), *_bank_rows(venture, terms, odds)]
    rows += [
        {"figure": figure, "value": found, "unit": unit, "note": note}
        for figure, (found, unit, note) in break_even.items()
    ]
    return rows_table(VENTURE_ODDS, [{"venture": venture.venture_id, **row} for row in rows])


def _odds_rows(odds: Odds) -> Iterator[Row]:
    for y, alive in enumerate(odds.alive.tolist()):
        note = "Neither in default nor closed by the end of that year."
        yield {
            "figure": f"alive at the end of {FIRST_YEAR + y}",
            "value": alive,
            "unit": "1",
            "note": note,
        }
    note = "Debt due that cash could not pay, by the last year."
    yield {"figure": "default", "value": odds.default, "unit": "1", "note": note}
    note = "Shut for good after years of loss, without default before."
    yield {"figure": "closed", "value": odds.closed, "unit": "1", "note": note}


def _value_rows(value: Value) -> Iterator[Row]:
    notes = {
        "project": ("net present value, hurdle rate", "Before debt and owners, after tax."),
        "public": ("net present value, public rate", "The same at the rate of a public payer."),
        "owners": ("net present value of owners", "Private owners after debt, hurdle rate."),
    }
    for name, (figure, note) in notes.items():
        values = getattr(value, name)
        spread = _spread(np.quantile(values, SPREAD))
        row: Row = {"figure": figure, "value": float(values.mean()), "unit": _MONEY, "note": note}
        yield {**row, **spread}
    for figure, rate in (("project", value.project_rate), ("owners", value.owners_rate)):
        note = "At which the mean flow is worth nothing; missing where no rate does it."
        name = f"internal rate of return, {figure}"
        yield {"figure": name, "value": rate, "unit": "1", "note": note}


def _bank_rows(venture: Venture, terms: CashTerms, odds: Odds) -> Iterator[Row]:
    finite = np.isfinite(odds.cover)
    asked = venture.parameters.value("bankable_odds")
    note = "Free cash over debt service in its lowest year; missing without debt."
    row: Row = {"figure": "lowest cover", "unit": "1", "note": note}
    if finite.all():
        spread = _spread(np.quantile(odds.cover, SPREAD))
        row |= {"value": float(odds.cover.mean()), **spread}
    yield row
    note = f"Odds of a cover of {terms.cover_ratio:g} in every year; banks ask {asked:g}."
    covered = odds.covered if finite.all() else None
    yield {"figure": "cover held", "value": covered, "unit": "1", "note": note}


def terms_table(venture: Venture) -> pa.Table:
    """Every number the cash of a venture rests on, with range, quality and source."""
    found = {(t.name, t.scope): t for t in _terms(venture)}
    return rows_table(
        VENTURE_TERMS,
        [
            {
                "venture": venture.venture_id,
                "term": term.name,
                "scope": term.scope,
                "value": term.value,
                "low": term.low,
                "high": term.high,
                "unit": term.unit,
                "quality": term.quality,
                "source": term.source,
                "note": term.note,
            }
            for term in found.values()
        ],
    )


def _terms(venture: Venture) -> Iterator[Term]:
    if venture.capex:
        yield venture.capex
    yield from (plant.cost for plant in venture.plants)
    scopes = {
        WORLD,
        *(p.stage for p in venture.plants),
        *(m for p in venture.plants for m in p.recipe),
    }
    yield from _parameters(venture.parameters, venture.country, scopes)


def _parameters(parameters: Parameters, country: str, scopes: set[str]) -> Iterator[Term]:
    yield from (parameters.term(name, country) for name in _OF_COUNTRY)
    for (name, scope), term in parameters.terms.items():
        if name not in _OF_COUNTRY and scope in scopes:
            yield term
