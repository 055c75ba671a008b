"""Who pays for a venture and how debt is served: terms, schedules, present values.

Money is million USD of 2025, real; flows of a year stand at its middle. Debt is drawn with the
capital cost; interest until the first repayment is added to it; then equal payments follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np
from scipy.optimize import brentq

from allanite.axis import FloatArray
from allanite.errors import ModelError

_RATES: Final = (-0.5, 10.0)  # between which an internal rate of return is looked for


class LoanTerms(Protocol):
    """A concessional loan; `conditions.instruments` has one such, and so has `SourceLoan`."""

    @property
    def principal(self) -> float:
        """Amount [million USD]."""

    @property
    def real_rate(self) -> float:
        """Interest a year [1]."""

    @property
    def grace_duration(self) -> float:
        """From the first draw to the first repayment [yr]."""

    @property
    def term_duration(self) -> float:
        """From the first draw to the last repayment [yr]."""


class FinancingTerms(Protocol):
    """What others put in beside price contracts. Y years."""

    @property
    def grant_amount(self) -> FloatArray:
        """Shape (Y,) [million USD]."""

    @property
    def loans(self) -> Sequence[LoanTerms]:
        """They stand in for market debt."""

    @property
    def guaranteed_share(self) -> float:
        """Of the market debt, by a state [1]."""

    @property
    def equity_amount(self) -> float:
        """Paid by a public owner with the capital cost [million USD]."""

    @property
    def equity_ownership_share(self) -> float:
        """Of what goes to owners, for that public owner [1]."""

    @property
    def tax_credit_share(self) -> FloatArray:
        """Of running cost, paid back in the year, shape (Y,) [1]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLoan:
    """A loan on terms of its own; fields as in `LoanTerms`."""

    principal: float
    real_rate: float
    grace_duration: float
    term_duration: float


def _none() -> FloatArray:
    return np.zeros(0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sources:
    """Sources of money given by hand; fields as in `FinancingTerms`, an empty array is nothing."""

    grant_amount: FloatArray = field(default_factory=_none)
    loans: tuple[SourceLoan, ...] = ()
    guaranteed_share: float = 0.0
    equity_amount: float = 0.0
    equity_ownership_share: float = 0.0
    tax_credit_share: FloatArray = field(default_factory=_none)


ALONE: Final = Sources()


def check_financing(financing: FinancingTerms) -> None:
    """Raise `ModelError` on shares outside 0 to 1, amounts below 0 and loans without a term."""
    for name in ("guaranteed_share", "equity_ownership_share"):
        if not 0.0 <= getattr(financing, name) <= 1.0:
            found = getattr(financing, name)
            raise ModelError(f"{name} is {found:g}; it must lie between 0 and 1")
    if financing.equity_amount < 0 or (financing.grant_amount < 0).any():
        raise ModelError("equity_amount and grant_amount must be 0 or more [million USD]")
    for loan in financing.loans:
        if loan.principal < 0 or loan.real_rate < -0.5 or loan.term_duration <= loan.grace_duration:
            raise ModelError(
                f"loan of {loan.principal:g} at {loan.real_rate:g}, grace {loan.grace_duration:g},"
                f" term {loan.term_duration:g}: it needs a principal of 0 or more and a grace"
                " below its term"
            )


def yearly(values: FloatArray, years: int, name: str) -> FloatArray:
    """The values as (Y,), zeros where there are none.

    Raises:
        ModelError: values for another number of years.
    """
    if values.size == 0:
        return np.zeros(years)
    if values.shape != (years,):
        raise ModelError(f"{name} has shape {values.shape}; it must be ({years},), one a year")
    return np.asarray(values, dtype=np.float64)


def annuity_factor(rate: float, years: float) -> float:
    """Present value of 1 a year paid at the end of each of `years` years.

    (1 - (1 + r)^-n) / r, and n at r = 0.
    Source: Brealey, Myers, Allen (2020), Principles of Corporate Finance, ch. 2.
    """
    return years if rate == 0 else (1.0 - (1.0 + rate) ** -years) / rate


def present_value(flow: FloatArray, rate: float) -> FloatArray:
    """Value at the start of yearly flows (..., Y), each at the middle of its year, shape (...)."""
    return np.asarray(flow @ (1.0 + rate) ** -(np.arange(flow.shape[-1]) + 0.5))


def internal_rate(flow: FloatArray) -> float | None:
    """Rate at which flows (Y,) are worth nothing; None where no rate does it.

    Where several do, the one between the two ends at which the value changes its sign.
    """
    low, high = _RATES
    ends = float(present_value(flow, low)), float(present_value(flow, high))
    if ends[0] * ends[1] > 0 or not flow.any():
        return None
    return float(brentq(lambda rate: float(present_value(flow, rate)), low, high))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DebtSchedule:
    """A loan year by year, all shapes (Y,) [million USD].

    Attributes:
        drawn, interest, service: interest as it accrues, service as it is paid.
        balance: at the end of the year.
    """

    drawn: FloatArray
    interest: FloatArray
    service: FloatArray
    balance: FloatArray


def debt_schedule(drawn: FloatArray, rate: float, first: int, payments: int) -> DebtSchedule:
    """Debt with equal payments: A = B r / (1 - (1 + r)^-n) on the balance B before the first.

    Args:
        drawn: shape (Y,) [million USD]; half a year of interest in the year of drawing.
        rate: interest a year [1].
        first: position of the first year of payment.
        payments: n, how many years pay; those beyond Y are not shown.
    """
    years = len(drawn)
    interest, service, balance = np.zeros(years), np.zeros(years), np.zeros(years)
    left = due = 0.0
    for y in range(years):
        interest[y] = rate * (left + drawn[y] / 2)
        if y == first:
            due = left / annuity_factor(rate, payments)
        left += drawn[y] + interest[y]
        service[y] = min(due, left) if first <= y < first + payments else 0.0
        left -= service[y]
        balance[y] = left
    return DebtSchedule(drawn=drawn, interest=interest, service=service, balance=balance)


def sum_schedules(parts: tuple[DebtSchedule, ...], years: int) -> DebtSchedule:
    """All loans together."""
    zero = np.zeros(years)
    return DebtSchedule(
        drawn=sum((p.drawn for p in parts), zero),
        interest=sum((p.interest for p in parts), zero),
        service=sum((p.service for p in parts), zero),
        balance=sum((p.balance for p in parts), zero),
    )
