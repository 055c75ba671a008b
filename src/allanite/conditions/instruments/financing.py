"""What contracts change in the financing of a producer: grants, loans, equity, tax credits.

`payments` holds none of this, so that nothing is counted twice: a cash flow adds the payments of
contracts to its revenue, and draws its sources of money and its tax credit from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allanite.axis import FloatArray, IntArray
from allanite.conditions.instruments.contract import Contract, require_terms
from allanite.conditions.instruments.exposure import MONEY_YEAR
from allanite.conditions.instruments.kinds import Equity, Grant, Guarantee, Loan, TaxCredit


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcessionalLoan:
    """One loan.

    Attributes:
        contract_id: where it comes from.
        principal: [million USD of 2025].
        real_rate: yearly, inflation taken off [1].
        grace_duration: before the first repayment of principal [yr].
        term_duration: from the loan to its last repayment [yr].
        start: day it is drawn, as a decimal year.
    """

    contract_id: str
    principal: float
    real_rate: float
    grace_duration: float
    term_duration: float
    start: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Financing:
    """Sources of money from contracts. Y years.

    Attributes:
        years: calendar years, shape (Y,).
        grant_amount: shape (Y,) [million USD of 2025].
        loans: drawn inside these years or before.
        guaranteed_share: of the debt [1]; guarantee_fee_rate: yearly, on what is guaranteed [1].
        equity_amount: public equity [million USD of 2025].
        equity_ownership_share: of the company, that it buys [1].
        equity_preferred_rate: real yearly dividend in kind, mean weighted by amount [1].
        tax_credit_share: of production cost, shape (Y,) [1].
    """

    years: IntArray
    grant_amount: FloatArray
    loans: tuple[ConcessionalLoan, ...]
    guaranteed_share: float
    guarantee_fee_rate: float
    equity_amount: float
    equity_ownership_share: float
    equity_preferred_rate: float
    tax_credit_share: FloatArray


def contract_financing(
    contracts: Sequence[Contract], years: IntArray, inflation_rate: float
) -> Financing:
    """What the contracts of one producer give to its financing, together.

    Guaranteed shares, ownership and credits of several contracts add up, at most to one. An
    instrument before the first year counts in full: its money is in the company.

    Args:
        contracts: of one producer.
        years: calendar years without a gap, shape (Y,).
        inflation_rate: by which nominal amounts and rates lose value, yearly [1].

    Raises:
        ModelError: a term that is not published.
    """
    for contract in contracts:
        require_terms(contract)
    pairs = [(c, instrument) for c in contracts for instrument in c.instruments]
    equity = [(_real(c, e.amount, inflation_rate), e) for c, e in pairs if isinstance(e, Equity)]
    guarantees = [g for _, g in pairs if isinstance(g, Guarantee)]
    money = sum(amount for amount, _ in equity)
    dividend = sum(amount * e.preferred_rate for amount, e in equity)
    guaranteed = sum(g.guaranteed_share for g in guarantees)
    fee = sum(g.guaranteed_share * g.fee_rate for g in guarantees)
    grants = [_granted(c, g, years, inflation_rate) for c, g in pairs if isinstance(g, Grant)]
    credits = [_credited(c, t, years) for c, t in pairs if isinstance(t, TaxCredit)]
    nothing = np.zeros(years.size)
    return Financing(
        years=years,
        grant_amount=sum(grants, nothing),
        loans=tuple(_loan(c, n, inflation_rate) for c, n in pairs if isinstance(n, Loan)),
        guaranteed_share=min(guaranteed, 1.0),
        guarantee_fee_rate=fee / guaranteed if guaranteed else 0.0,
        equity_amount=money,
        equity_ownership_share=min(sum(e.ownership_share for _, e in equity), 1.0),
        equity_preferred_rate=_real_rate(dividend / money, inflation_rate) if dividend else 0.0,
        tax_credit_share=np.minimum(sum(credits, nothing), 1.0),
    )


def _real(contract: Contract, amount: float, inflation_rate: float) -> float:
    """An amount at the start of the contract in money of 2025 [million USD]."""
    if contract.indexation == "real":
        return amount
    return float(amount * (1.0 + inflation_rate) ** (MONEY_YEAR - contract.start))


def _real_rate(rate: float, inflation_rate: float) -> float:
    return (1.0 + rate) / (1.0 + inflation_rate) - 1.0


def _loan(contract: Contract, loan: Loan, inflation_rate: float) -> ConcessionalLoan:
    return ConcessionalLoan(
        contract_id=contract.contract_id,
        principal=_real(contract, loan.amount, inflation_rate),
        real_rate=_real_rate(loan.rate + loan.spread, inflation_rate),
        grace_duration=loan.grace_duration,
        term_duration=loan.term_duration,
        start=contract.start,
    )


def _granted(
    contract: Contract, grant: Grant, years: IntArray, inflation_rate: float
) -> FloatArray:
    """Grant by year, paid evenly from the start, shape (Y,); what came before counts first."""
    amount = _real(contract, grant.amount, inflation_rate)
    first, length = contract.start, max(grant.paid_duration, 1e-9)
    upto = np.clip((years + 1.0 - first) / length, 0.0, 1.0)
    return np.asarray(amount * np.diff(upto, prepend=0.0))


def _credited(contract: Contract, credit: TaxCredit, years: IntArray) -> FloatArray:
    """Share of production cost by year: whole, then in equal steps to nothing, shape (Y,)."""
    if np.isfinite(credit.none_from_year):
        steps = max(credit.none_from_year - credit.full_until_year, 1.0)
        level = np.clip((credit.none_from_year - years) / steps, 0.0, 1.0)
    else:
        level = np.ones(years.size)
    inside = np.clip(
        np.minimum(years + 1.0, contract.end) - np.maximum(years, contract.start), 0, 1
    )
    return np.asarray(credit.credit_share * level * inside)
