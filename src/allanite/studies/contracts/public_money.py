"""What a contract costs those who pay it, year by year and path by path.

    price contract     out: payments while the plant runs; back: what it pays
    grant, tax credit  out; nothing comes back
    loan               out: principal; back: service until default, then a part of what is owed
    guarantee          out: what lenders are owed at default; back: a part of it, and the fee
    equity             out: the amount; back: its share of what is paid out to owners

    cost = present worth of out less back, at the public rate, + is paid by the public

What comes back from equity is discounted at the rate that owners ask, since it bears their risk:
at the public rate buying a plant at par would seem to pay for itself.

Source: Congressional Budget Office (2012), Fair-Value Accounting for Federal Credit Programs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allanite.axis import BoolArray, FloatArray
from allanite.conditions.instruments.contract import Contract
from allanite.conditions.instruments.financing import Financing, contract_financing
from allanite.studies.contracts.cash import CashFlow
from allanite.studies.contracts.finance import DebtSchedule, Sources, present_value
from allanite.studies.contracts.study import Case
from allanite.studies.contracts.supported import (
    SupportedCash,
    alive_before,
    source_loans,
    years_of,
)
from allanite.studies.contracts.terms import CashTerms, capital_profile, debt_parts
from allanite.studies.contracts.value import owners_end


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PublicMoney:
    """Money of all payers of one contract. S paths, Y years; million USD of 2025.

    Attributes:
        out, back: by year, shape (S, Y).
        dividends: what comes back from equity, shape (S, Y).
        after: worth at the start of what comes back after the last year, shape (S,).
        rate, equity_rate: at which a public payer discounts, and of equity [1].
    """

    out: FloatArray
    back: FloatArray
    dividends: FloatArray
    after: FloatArray
    rate: float
    equity_rate: float

    @property
    def yearly(self) -> FloatArray:
        """Cost by year, not discounted, shape (S, Y)."""
        return np.asarray(self.out - self.back - self.dividends)

    @property
    def received(self) -> FloatArray:
        """Present worth of what comes back, shape (S,)."""
        returned = present_value(self.back, self.rate)
        return np.asarray(returned + present_value(self.dividends, self.equity_rate) + self.after)

    @property
    def cost(self) -> FloatArray:
        """Present cost, shape (S,)."""
        return np.asarray(present_value(self.out, self.rate) - self.received)


def public_money(
    case: Case, contract: Contract, run: SupportedCash, paid: FloatArray, inflation_rate: float
) -> PublicMoney:
    """Money of one contract among those that a venture holds.

    Args:
        case: the venture without contracts.
        contract: one of them.
        run: the venture under all of them.
        paid: by this contract, shape (S, Y) [million USD].
        inflation_rate: by which nominal terms lose value, yearly [1].
    """
    financing = contract_financing([contract], years_of(case), inflation_rate)
    terms, cash = run.terms, run.cash
    out = np.maximum(paid, 0.0) + financing.grant_amount
    back = np.maximum(-paid, 0.0)
    dividends, after = np.zeros(paid.shape), np.zeros(len(paid))
    out = out + financing.tax_credit_share * case.basket.running_cost * run.runs
    for schedule in _loans(case, financing, terms):
        if case.venture.kind == "project":
            returned, late = _repaid(schedule, cash, terms, _recovery(case))
        else:  # what it was lent for is not in the venture, so its risk is not known
            returned = np.broadcast_to(schedule.service, out.shape)
            late = np.full(len(out), _left(schedule, terms))
        out, back, after = out + schedule.drawn, back + returned, after + late
    if financing.guaranteed_share:
        called, returned = _guaranteed(case, financing, run)
        out, back = out + called, back + returned
    if financing.equity_ownership_share:
        part = financing.equity_ownership_share
        out = out + financing.equity_amount * capital_profile(terms.capex)
        dividends = part * cash.distributed
        after = after + part * _later(owners_end(cash, terms), terms)
    return PublicMoney(
        out=out,
        back=back,
        dividends=dividends,
        after=after,
        rate=terms.public_rate,
        equity_rate=terms.hurdle_rate,
    )


def _recovery(case: Case) -> float:
    return case.venture.parameters.value("recovery_share")


def _loans(case: Case, financing: Financing, terms: CashTerms) -> tuple[DebtSchedule, ...]:
    loans = Sources(loans=source_loans(financing))
    return debt_parts(case.venture, loans, terms.capex, 0.0, 0.0)[1]


def served(cash: CashFlow) -> BoolArray:
    """Years whose debt service is paid, shape (S, Y)."""
    return np.asarray(alive_before(cash) & ~cash.defaulted)


def first_missed(cash: CashFlow) -> BoolArray:
    """The first year whose debt service is not paid, shape (S, Y)."""
    paid = served(cash)
    before = np.concatenate([np.ones_like(paid[:, :1]), paid[:, :-1]], axis=1)
    return np.asarray(before & ~paid)


def _repaid(
    schedule: DebtSchedule, cash: CashFlow, terms: CashTerms, recovery: float
) -> tuple[FloatArray, FloatArray]:
    """What a loan returns by year, shape (S, Y), and worth of what it returns later, (S,)."""
    owed = schedule.balance + schedule.service
    returned = schedule.service * served(cash) + recovery * owed * first_missed(cash)
    closed = served(cash)[:, -1] & ~cash.alive[:, -1]
    return returned, _left(schedule, terms) * (cash.alive[:, -1] + recovery * closed)


def _left(schedule: DebtSchedule, terms: CashTerms) -> float:
    """Worth at the start of what is owed after the last year [million USD]."""
    return float(schedule.balance[-1] * (1.0 + terms.public_rate) ** -len(schedule.balance))


def _guaranteed(
    case: Case, financing: Financing, run: SupportedCash
) -> tuple[FloatArray, FloatArray]:
    """What lenders are paid when they call on a guarantee, and what comes back with the fee."""
    debt = run.market_debt
    owed = financing.guaranteed_share * (debt.balance + debt.service)
    called = owed * first_missed(run.cash)
    fee = financing.guarantee_fee_rate * owed * served(run.cash)
    return called, _recovery(case) * called + fee


def _later(flow: FloatArray, terms: CashTerms) -> FloatArray:
    """Worth at the start of dividends after the last year, shape (S, L) to (S,)."""
    delay = (1.0 + terms.hurdle_rate) ** -len(terms.capex)
    return np.asarray(present_value(flow, terms.hurdle_rate) * delay)
