"""Yearly cash of a venture over simulated prices: who is paid, and when the money runs out.

    operating = revenue + support - inputs - running cost - royalty
    margin    = operating, or - idle cost where standing still costs less
    tax       = rate x max(0, margin - depreciation - interest - losses carried)
    free cash = margin - tax - upkeep - change of working capital + credits
    cash      = cash before + free cash + funding - capital cost - debt service

A year in which cash would fall below nothing while debt is due is a default; owners top up
where none is due, and until the ramp has ended, as sponsors of a loan do. After `closing_years`
of loss running the plant closes. Paths are whole arrays; the only loop is over years, since
losses, cash and state pass from one to the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.errors import ModelError
from allanite.studies.contracts.basket import Basket, LinearMoney
from allanite.studies.contracts.terms import CashTerms

MONTHS: Final = 12
DUST: Final = 1e-9  # cash below nothing by rounding is no default [million USD]
AnyFloats = NDArray[np.floating[Any]]


class MonthlyPrices(Protocol):
    """What is read of simulated price paths, which start in a January."""

    @property
    def price(self) -> AnyFloats:
        """Shape (S, T, E) [USD/kg]."""

    @property
    def outside(self) -> AnyFloats:
        """Shape (S, T, E) [USD/kg]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class YearlyPrices:
    """Prices by calendar year, shapes (S, Y, E) [USD/kg].

    Attributes:
        price: FOB China.
        outside: paid outside China for what trades there.
    """

    price: FloatArray
    outside: FloatArray


def yearly_prices(paths: MonthlyPrices) -> YearlyPrices:
    """Means of calendar years of paths that start in a January.

    Raises:
        ModelError: months that are no whole years.
    """
    months = paths.price.shape[1]
    if months % MONTHS:
        raise ModelError(f"paths of {months} months; whole years are needed, such as 180")
    return YearlyPrices(price=_means(paths.price), outside=_means(paths.outside))


def _means(values: AnyFloats) -> FloatArray:
    """Twelve months in the type of the paths, which holds seven digits at least, then float64."""
    total = values[:, ::MONTHS].copy()
    for month in range(1, MONTHS):
        total += values[:, month::MONTHS]
    return np.asarray(total, dtype=np.float64) / MONTHS


def flat_prices(price: FloatArray, years: int, factor: float = 1.0) -> YearlyPrices:
    """One path that stays at prices (E,) [USD/kg] times a factor, the same outside China."""
    values = np.broadcast_to(price * factor, (1, years, len(price)))
    return YearlyPrices(price=values, outside=values)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CashFlow:
    """A venture over paths. S paths, Y years; money shapes (S, Y) [million USD].

    Attributes:
        revenue, cost: sales, and inputs, running and royalty; as if it ran all year.
        support: from price contracts, as it was given.
        margin: EBITDA with support, or the cost of standing still.
        tax, free_cash: as in the equations.
        project_flow: free cash less capital cost, with grants, before debt and owners.
        debt_service: shape (Y,).
        cash: at the end of the year.
        to_owners: paid to (+) or by (-) private owners.
        distributed: paid out to all owners, a public one too.
        idle, defaulted, closed: state of the year; the last two stay.
    """

    revenue: FloatArray
    cost: FloatArray
    support: FloatArray
    margin: FloatArray
    tax: FloatArray
    free_cash: FloatArray
    project_flow: FloatArray
    debt_service: FloatArray
    cash: FloatArray
    to_owners: FloatArray
    distributed: FloatArray
    idle: BoolArray
    defaulted: BoolArray
    closed: BoolArray

    @property
    def alive(self) -> BoolArray:
        """Neither in default nor closed by the end of the year, shape (S, Y)."""
        return np.asarray(~(self.defaulted | self.closed))

    @property
    def cover(self) -> FloatArray:
        """Free cash over debt service, shape (S, Y) [1]; infinite where none is due."""
        due = np.where(self.debt_service > 0, self.debt_service, 1.0)
        return np.where(self.debt_service > 0, self.free_cash / due, np.inf)


def cash_flow(
    basket: Basket, terms: CashTerms, prices: YearlyPrices, support: FloatArray | None = None
) -> CashFlow:
    """Cash of a venture on every path.

    Args:
        basket: what it sells, buys and pays, Y years.
        terms: capital, debt, tax.
        prices: S paths, Y years.
        support: from price contracts, shape (S, Y) [million USD]; none where not given.

    Raises:
        ModelError: prices or support for other years or paths.
    """
    _check(basket, prices, support)
    revenue = basket.revenue.at(prices.price) + _outside_gain(basket, prices)
    inputs = basket.inputs.at(prices.price)
    royalty = terms.royalty * np.maximum(basket.mined.at(prices.price), 0.0)
    cost = inputs + basket.running_cost + royalty
    more = np.zeros_like(revenue) if support is None or not support.size else support
    return _walk(revenue, cost, more, _working_capital(basket, terms, prices), terms)


def _working_capital(basket: Basket, terms: CashTerms, prices: YearlyPrices) -> FloatArray:
    """Growth of working capital, shape (S, Y): more volume at the prices of the year.

    Stocks that are worth more because prices rose are lent against, and are no use of cash. A
    running plant has its working capital before the first year, a project none.
    """
    runs = not terms.capex.any() and terms.watch_year == 0
    inputs, cost = basket.inputs, basket.running_cost
    more = LinearMoney(
        weight=_growth(inputs.weight, runs), constant=_growth(inputs.constant + cost, runs)
    )
    return terms.working_capital * more.at(prices.price)


def _growth(values: FloatArray, runs: bool) -> FloatArray:
    before = values[:1] if runs else np.zeros_like(values[:1])
    return np.diff(values, axis=0, prepend=before)


def _outside_gain(basket: Basket, prices: YearlyPrices) -> FloatArray:
    if not basket.outside_weight.any():
        return np.zeros(prices.price.shape[:2])
    gap = prices.outside - prices.price
    return np.asarray(np.einsum("sye,ye->sy", gap, basket.outside_weight) * 1e-3)


def _check(basket: Basket, prices: YearlyPrices, support: FloatArray | None) -> None:
    wanted = basket.revenue.weight.shape
    if prices.price.shape[1:] != wanted:
        raise ModelError(f"prices of shape {prices.price.shape}; they must be (paths, *{wanted})")
    if support is not None and support.size and support.shape != prices.price.shape[:2]:
        raise ModelError(
            f"support of shape {support.shape}; it must be {prices.price.shape[:2]}, (paths, years)"
        )


@dataclass(slots=True, eq=False)
class _State:
    """What passes from year to year, shapes (S,); thrown away with the walk."""

    cash: FloatArray
    losses: FloatArray
    red_years: IntArray
    defaulted: BoolArray
    closed: BoolArray


def _walk(
    revenue: FloatArray,
    cost: FloatArray,
    support: FloatArray,
    growth: FloatArray,
    terms: CashTerms,
) -> CashFlow:
    paths, years = revenue.shape
    state = _State(*(np.zeros(paths, dtype=kind) for kind in (float, float, int, bool, bool)))
    operating = revenue + support - cost
    steps = [_step(state, operating[:, y], growth[:, y], terms, y) for y in range(years)]
    found = [np.stack(column, axis=1) for column in zip(*steps, strict=True)]
    margin, tax, free, project, owners, shared, cash, idle, defaulted, closed = found
    return CashFlow(
        revenue=revenue,
        cost=cost,
        support=support,
        margin=margin,
        tax=tax,
        free_cash=free,
        project_flow=project,
        debt_service=terms.debt.service,
        cash=cash,
        to_owners=owners,
        distributed=shared,
        idle=idle.astype(bool),
        defaulted=defaulted.astype(bool),
        closed=closed.astype(bool),
    )


def _step(
    state: _State, operating: FloatArray, growth: FloatArray, terms: CashTerms, y: int
) -> tuple[FloatArray | BoolArray, ...]:
    """One year of all paths, in the order of the equations; changes the state."""
    is_open = ~state.closed
    kept = terms.sustaining[y] - terms.running_credit[y]
    idle = (operating - kept < -terms.idle_cost[y]) & is_open
    margin = np.where(idle, -terms.idle_cost[y], operating) * is_open
    income = margin - terms.depreciation[y] - terms.debt.interest[y]
    tax = _tax(state, income * is_open, terms.tax)
    free = margin - tax - (np.where(idle, 0.0, kept) + growth) * is_open
    grants = terms.funding[y] - terms.debt.drawn[y]
    project = free + (grants - terms.capex[y]) * is_open
    owners, shared = _pay(state, free, terms, y)
    red = np.where((margin < 0) & (y >= terms.watch_year), state.red_years + 1, 0)
    state.red_years = red
    state.closed = state.closed | (red >= terms.closing_years)
    end = state.cash, idle, state.defaulted, state.closed
    return margin, tax, free, project, owners, shared, *end


def _tax(state: _State, income: FloatArray, rate: float) -> FloatArray:
    """Tax of the year; losses are carried forward without end."""
    used = np.clip(income, 0.0, state.losses)
    state.losses = state.losses + np.maximum(-income, 0.0) - used
    return np.asarray(rate * (np.maximum(income, 0.0) - used))


def _pay(
    state: _State, free: FloatArray, terms: CashTerms, y: int
) -> tuple[FloatArray, FloatArray]:
    """Serve debt, keep the reserve, pay owners the rest; or default.

    What private owners get less what they put in, and what is paid out to all owners.
    """
    before = ~(state.defaulted | state.closed)
    need = terms.capex[y] - terms.funding[y]  # below 0: more comes in than is spent
    unspent = state.cash if y <= terms.reserve_year else 0.0  # help that came early pays first
    injected = np.maximum(max(need, 0.0) - unspent, 0.0) + terms.reserve * (y == terms.reserve_year)
    due = terms.debt.service[y]
    cash = state.cash + free + injected - need - due
    stand_in = due <= 0 or y < terms.watch_year
    top_up = np.maximum(-cash, 0.0) if stand_in else np.zeros_like(cash)
    state.defaulted = state.defaulted | (before & (cash + top_up < -DUST))
    alive = before & ~state.defaulted
    reserve = terms.held[y] if y >= terms.reserve_year else np.inf
    paid = np.maximum(cash + top_up - reserve, 0.0)
    state.cash = np.where(alive, cash + top_up - paid, 0.0)
    to_owners = paid * terms.owner_share - top_up - injected
    private = np.where(alive, to_owners, np.where(before, -injected, 0.0))
    return private, np.where(alive, paid, 0.0)
