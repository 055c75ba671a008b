"""The fixed side of a venture's money: what is spent when, borrowed on which terms, kept back."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np

from allanite.axis import FloatArray
from allanite.errors import ModelError
from allanite.studies.contracts.basket import Basket
from allanite.studies.contracts.finance import (
    DebtSchedule,
    FinancingTerms,
    LoanTerms,
    check_financing,
    debt_schedule,
    sum_schedules,
    yearly,
)
from allanite.studies.contracts.parameters import Side
from allanite.studies.contracts.venture import Venture

DUST: Final = 1e-6  # a debt below it is rounding [million USD]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CashTerms:
    """What does not hang on prices. Y years; money in million USD.

    Attributes:
        capex, depreciation, sustaining, idle_cost: shape (Y,).
        funding: grants, loans and public equity that come in, shape (Y,).
        running_credit: tax credit while running, shape (Y,).
        debt: all loans together.
        reserve: cash that stays in the venture; reserve_year: year owners put it in.
        watch_year: first year in which losses count towards closing.
        closing_years: years of loss running after which it closes.
        working_capital: years of running cost and inputs [yr].
        tax, royalty, owner_share: [1].
        remaining_life: years of running left after the last year shown [yr].
        closure_cost: at the end of life.
        hurdle_rate, public_rate, cover_ratio: [1].
    """

    capex: FloatArray
    depreciation: FloatArray
    sustaining: FloatArray
    idle_cost: FloatArray
    funding: FloatArray
    running_credit: FloatArray
    debt: DebtSchedule
    reserve: float
    reserve_year: int
    watch_year: int
    closing_years: int
    working_capital: float
    tax: float
    royalty: float
    owner_share: float
    remaining_life: float
    closure_cost: float
    hurdle_rate: float
    public_rate: float
    cover_ratio: float

    @property
    def held(self) -> FloatArray:
        """Cash that stays in the venture at the end of each year, shape (Y,) [million USD].

        The reserve, and loans beyond the capital cost as long as they are owed.
        """
        surplus = (self.funding - self.capex).tolist()
        beyond = list(accumulate(surplus, lambda held, more: max(held + more, 0.0), initial=0.0))
        return np.asarray(self.reserve + np.minimum(beyond[1:], self.debt.balance))


def cash_terms(
    venture: Venture,
    basket: Basket,
    financing: FinancingTerms,
    *,
    side: Side = "value",
    debt_share: float | None = None,
) -> CashTerms:
    """The terms of a venture under a financing.

    Args:
        venture: with its dates and parameters.
        basket: its running cost by year.
        financing: what others put in.
        side: central capital cost, or an end of its range.
        debt_share: part of the capital cost left that lenders carry; by default the parameter.

    Raises:
        ModelError: terms for another number of years.
    """
    check_financing(financing)
    years, of = len(basket.running_cost), venture.parameters.value
    capex = capital_schedule(venture, years, side)
    grants = yearly(financing.grant_amount, years, "grant_amount")
    share = of("debt_share") if debt_share is None else debt_share
    own, loans = debt_parts(venture, financing, capex, float(grants.sum()), share)
    debt = sum_schedules((own, *loans), years)
    equity = financing.equity_amount * capital_profile(capex)
    idle = of("idle_cost_share") * basket.full_cost * operating_share(venture, years)
    reserve = of("cash_reserve" if venture.kind == "project" else "operation_reserve")
    return CashTerms(
        capex=capex,
        depreciation=_depreciation(venture, years, side),
        sustaining=_sustaining(venture, basket, years, side),
        idle_cost=idle,
        funding=grants + debt.drawn + equity,
        running_credit=yearly(financing.tax_credit_share, years, "tax_credit_share")
        * basket.running_cost,
        debt=debt,
        reserve=reserve * float(debt.service.max() + idle.max()),
        reserve_year=min(math.floor(venture.start), years - 1),
        watch_year=math.ceil(venture.start + venture.ramp_duration),
        closing_years=round(of("closing_years")),
        working_capital=of("working_capital"),
        tax=of("corporate_tax", venture.country),
        royalty=of("royalty", venture.country),
        owner_share=1.0 - financing.equity_ownership_share,
        remaining_life=max(of("asset_life") + venture.start - years, 0.0),
        closure_cost=of("closure_share") * _capex_at(venture, side),
        hurdle_rate=of("hurdle_rate"),
        public_rate=of("public_rate"),
        cover_ratio=of("cover_ratio"),
    )


def _capex_at(venture: Venture, side: Side) -> float:
    return venture.capex.at(side) if venture.capex else 0.0


def capital_schedule(venture: Venture, years: int, side: Side = "value") -> FloatArray:
    """Capital cost that is left, in equal parts over the time of building, shape (Y,).

    Raises:
        ModelError: building ends after the last year.
    """
    if venture.start > years:
        raise ModelError(
            f"{venture.venture_id} starts {venture.start:.1f} years from 2027, beyond the"
            f" {years} years asked; ask for more"
        )
    left = _capex_at(venture, side) * (1.0 - venture.spent_share)
    build = max(venture.build_duration, 1e-6)
    edges = np.clip((np.arange(years + 1) - venture.permit_duration) / build, 0.0, 1.0)
    return np.asarray(left * np.diff(edges))


def operating_share(venture: Venture, years: int) -> FloatArray:
    """Part of each year after the first product, shape (Y,) [1]."""
    return np.asarray(np.diff(np.maximum(np.arange(years + 1) - venture.start, 0.0)))


def _depreciation(venture: Venture, years: int, side: Side) -> FloatArray:
    """Straight line on the whole capital cost, spent or not, from the first product."""
    life = venture.parameters.value("depreciation_life")
    edges = np.clip(np.arange(years + 1) - venture.start, 0.0, life)
    return np.asarray(_capex_at(venture, side) / life * np.diff(edges))


def _sustaining(venture: Venture, basket: Basket, years: int, side: Side) -> FloatArray:
    of = venture.parameters.value
    capex = _capex_at(venture, side)
    if capex > 0:
        return np.asarray(of("sustaining_share") * capex * operating_share(venture, years))
    return np.asarray(of("sustaining_cost_share") * basket.running_cost)


def capital_profile(capex: FloatArray) -> FloatArray:
    """Shares of the years in the capital cost, shape (Y,); all in the first where there is none."""
    total = capex.sum()
    return np.asarray(capex / total if total > 0 else np.eye(1, len(capex))[0])


def debt_parts(
    venture: Venture, financing: FinancingTerms, capex: FloatArray, grants: float, share: float
) -> tuple[DebtSchedule, tuple[DebtSchedule, ...]]:
    """Market debt up to the share that lenders carry of what is left, and concessional loans.

    Args:
        venture: with its dates and parameters.
        financing: what others put in.
        capex: capital cost that is left, shape (Y,) [million USD].
        grants: all of them [million USD].
        share: part of the capital cost left that lenders carry [1].
    """
    of, profile = venture.parameters.value, capital_profile(capex)
    cheap = sum(loan.principal for loan in financing.loans)
    paid = grants + financing.equity_amount
    market = share * max(float(capex.sum()) - paid, 0.0) - cheap
    market = market if market > DUST else 0.0  # a debt of rounding would be a default waiting
    guaranteed = financing.guaranteed_share
    rate = guaranteed * of("guaranteed_interest") + (1 - guaranteed) * of("market_interest")
    first = math.ceil(venture.start + of("debt_grace"))
    own = debt_schedule(market * profile, rate, first, round(of("debt_tenor")))
    return own, tuple(_served(loan, profile) for loan in financing.loans)


def _served(loan: LoanTerms, profile: FloatArray) -> DebtSchedule:
    drawn = int(np.flatnonzero(profile)[0])
    first = drawn + max(math.ceil(loan.grace_duration), 1)
    first = max(first, int(np.flatnonzero(profile)[-1]) + 1)
    payments = max(drawn + math.floor(loan.term_duration) - first + 1, 1)
    return debt_schedule(loan.principal * profile, loan.real_rate, first, payments)
