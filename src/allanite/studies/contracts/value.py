"""What a venture is worth and how likely it lives: present values, odds, break-even prices.

Project values count the flow before debt and owners; owners' values the flow to private owners.
After the last year shown, a plant that still runs earns the mean of its last three years, without
support, until the end of its life, and pays its closure then; it closes where that earns nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import brentq

from allanite.axis import FloatArray
from allanite.studies.contracts.basket import Basket
from allanite.studies.contracts.cash import CashFlow, cash_flow, flat_prices
from allanite.studies.contracts.finance import annuity_factor, internal_rate, present_value
from allanite.studies.contracts.terms import CashTerms

LAST_YEARS: Final = 3  # whose mean goes on after the last year
FACTORS: Final = (0.02, 50.0)  # of oxide prices, between which a break-even is looked for


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Value:
    """Values by path, shape (S,) [million USD], and rates.

    Attributes:
        project: at the hurdle rate; public: at the public rate; owners: of private owners, at
            the hurdle rate.
        project_rate, owners_rate: internal rate of the mean flow; None where there is none, as
            for an operation, which has nothing to spend.
    """

    project: FloatArray
    public: FloatArray
    owners: FloatArray
    project_rate: float | None
    owners_rate: float | None


def venture_value(cash: CashFlow, terms: CashTerms) -> Value:
    """Value of every path."""
    project, owners = with_end(cash, terms)
    spends = bool(terms.capex.any())
    return Value(
        project=present_value(project, terms.hurdle_rate),
        public=present_value(project, terms.public_rate),
        owners=present_value(owners, terms.hurdle_rate),
        project_rate=internal_rate(project.mean(axis=0)) if spends else None,
        owners_rate=internal_rate(owners.mean(axis=0)) if spends else None,
    )


def with_end(cash: CashFlow, terms: CashTerms) -> tuple[FloatArray, FloatArray]:
    """Flows of the project and of private owners with the years after the last, (S, Y + L).

    L is the remaining life in whole years, at least one, which holds the closure. Debt that is
    left is paid in equal parts over it, and owners may leave: their flow stays above 0.
    """
    owned = owners_end(cash, terms) * terms.owner_share
    return (
        np.concatenate([cash.project_flow, _project_end(cash, terms)], axis=1),
        np.concatenate([cash.to_owners, owned], axis=1),
    )


def owners_end(cash: CashFlow, terms: CashTerms) -> FloatArray:
    """What all owners together get after the last year, shape (S, L)."""
    tail = _project_end(cash, terms)
    left = terms.debt.balance[-1] / annuity_factor(0.0, tail.shape[1])
    owned = np.maximum(tail - left, 0.0) * cash.alive[:, -1:]
    owned[:, -1] += cash.cash[:, -1]
    return np.asarray(owned)


def _project_end(cash: CashFlow, terms: CashTerms) -> FloatArray:
    """Flow of the project after the last year, shape (S, L)."""
    years = max(int(np.ceil(terms.remaining_life)), 1)
    part = np.clip(terms.remaining_life - np.arange(years), 0.0, 1.0)
    mean = _unsupported(cash, terms)[:, -LAST_YEARS:].mean(axis=1)
    runs = ~cash.closed[:, -1:]
    tail = mean[:, None] * part * runs
    tail[:, -1] -= terms.closure_cost * runs[:, 0]
    return np.asarray(tail)


def _unsupported(cash: CashFlow, terms: CashTerms) -> FloatArray:
    """Free cash without support; contracts end, and none goes on for ever."""
    if not cash.support.any():
        return cash.free_cash
    without = cash.free_cash - np.where(cash.idle, 0.0, (1.0 - terms.tax) * cash.support)
    return np.asarray(np.where(cash.support != 0, np.maximum(without, 0.0), cash.free_cash))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Odds:
    """How likely a venture lives. Y years.

    Attributes:
        alive: neither in default nor closed by the end of each year, shape (Y,) [1].
        default, closed: by the last year [1].
        cover: lowest cover of each path after the ramp, shape (S,) [1]; infinite without debt.
        covered: odds that the cover ratio banks ask holds in every year [1].
    """

    alive: FloatArray
    default: float
    closed: float
    cover: FloatArray
    covered: float


def venture_odds(cash: CashFlow, terms: CashTerms) -> Odds:
    """Odds over all paths of a block."""
    lowest = lowest_cover(cash, terms)
    return Odds(
        alive=cash.alive.mean(axis=0),
        default=float(cash.defaulted[:, -1].mean()),
        closed=float((cash.closed & ~cash.defaulted)[:, -1].mean()),
        cover=lowest,
        covered=float((lowest >= terms.cover_ratio).mean()),
    )


def lowest_cover(cash: CashFlow, terms: CashTerms) -> FloatArray:
    """Lowest cover of each path from the end of the ramp on, shape (S,); infinite without debt.

    Before it sponsors stand behind the loan.
    """
    return np.asarray(cash.cover[:, terms.watch_year :].min(axis=1, initial=np.inf))


def break_even_factor(basket: Basket, terms: CashTerms, price: FloatArray) -> float | None:
    """Factor on all oxide prices (E,) at which the project is worth nothing, flat for ever.

    Give terms without debt, so that the factor is one of the plant and not of its lenders.

    Returns:
        The factor, found by Brent's method; None where no factor between 0.02 and 50 does it:
        a converter, whose margin does not hang on oxides.
    """
    years = len(basket.running_cost)

    def worth(factor: float) -> float:
        cash = cash_flow(basket, terms, flat_prices(price, years, factor))
        return float(present_value(with_end(cash, terms)[0], terms.hurdle_rate)[0])

    return _root(worth, *FACTORS)


def break_even_margin(
    basket: Basket, terms: CashTerms, price: FloatArray, materials: Sequence[str]
) -> float | None:
    """What a kg of some products must fetch more, at flat prices, for a value of 0 [USD/kg].

    Below 0 where the project is worth more than nothing; None where none of them is sold.

    Raises:
        ModelError: a material that the venture neither makes nor takes in.
    """
    years = len(basket.running_cost)
    sold = basket.running.sold[:, basket.running.materials.positions(materials)].sum(axis=1)
    if not sold.any():
        return None
    prices = flat_prices(price, years)

    def worth(margin: float) -> float:
        cash = cash_flow(basket, terms, prices, (margin * sold * 1e-3)[None, :])
        return float(present_value(with_end(cash, terms)[0], terms.hurdle_rate)[0])

    return _root(worth, -1e4, 1e4)


def _root(worth: Callable[[float], float], low: float, high: float) -> float | None:
    if worth(low) * worth(high) > 0:
        return None
    return float(brentq(worth, low, high, xtol=1e-6))
