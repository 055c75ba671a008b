"""A venture under contracts: its financing, what they pay it, and its cash with both.

Support is not paid while a plant stands idle, nor after it has closed or its owners have lost it
in default: who then runs it needs a contract of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.conditions.instruments.contract import Contract
from allanite.conditions.instruments.exposure import Exposure
from allanite.conditions.instruments.financing import Financing, contract_financing
from allanite.conditions.instruments.kinds import EbitdaGuarantee, Offtake
from allanite.conditions.instruments.legs import legs_of
from allanite.conditions.instruments.payments import stack_payments
from allanite.studies.contracts.blocks import (
    BASKET,
    INDEX,
    PriceBlock,
    Product,
    product_of,
)
from allanite.studies.contracts.cash import MONTHS, CashFlow
from allanite.studies.contracts.finance import DebtSchedule, SourceLoan, Sources
from allanite.studies.contracts.study import Case
from allanite.studies.contracts.terms import CashTerms, cash_terms, debt_parts
from allanite.studies.contracts.venture import FIRST_YEAR

COST_PLUS = "cost_plus"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SupportedCash:
    """One block of a venture under contracts. S paths, Y years.

    Attributes:
        terms: with the financing of all contracts.
        cash: with their payments.
        paid: by each price contract, while the plant runs, shapes (S, Y) [million USD].
        runs: neither idle nor closed nor lost before, shape (S, Y).
        market_debt: debt that is no public loan.
    """

    terms: CashTerms
    cash: CashFlow
    paid: tuple[FloatArray, ...]
    runs: BoolArray
    market_debt: DebtSchedule


def years_of(case: Case) -> IntArray:
    """Calendar years of a case, shape (Y,)."""
    return np.arange(FIRST_YEAR, FIRST_YEAR + len(case.basket.running_cost), dtype=np.int64)


def product_name(contract: Contract, case: Case) -> str:
    """Name of the product in a block: each venture's basket has a name of its own."""
    if contract.product == BASKET:
        return f"{BASKET} of {case.venture.venture_id}"
    return contract.product


def products_of(case: Case, contracts: Sequence[Contract]) -> dict[str, Product]:
    """Products whose prices the contracts of one venture look at, by name in a block.

    Raises:
        ModelError: a price tool on a product without a simulated price.
    """
    return {
        product_name(c, case): product_of(c.product, case.basket)
        for c in contracts
        if looks_at_price(c)
    }


def looks_at_price(contract: Contract) -> bool:
    """Whether any payment hangs on a price or a volume."""
    return any(
        legs_of(i) or (isinstance(i, Offtake) and i.price_rule == COST_PLUS)
        for i in contract.instruments
    )


def run_supported(
    case: Case, contracts: Sequence[Contract], block: PriceBlock, inflation_rate: float
) -> SupportedCash:
    """Cash of a venture that holds some contracts together.

    Args:
        case: the venture without contracts.
        contracts: with all their terms.
        block: prices with those of `products_of` these contracts.
        inflation_rate: by which nominal terms lose value, yearly [1].

    Raises:
        ModelError: a term that is not published, a product without a price.
    """
    financing = contract_financing(contracts, years_of(case), inflation_rate)
    sources = sources_of(case, financing)
    terms = cash_terms(case.venture, case.basket, sources)
    exposure = venture_exposure(case, contracts, block, inflation_rate)
    asked = [replace(c, product=product_name(c, case)) for c in contracts]
    payments = [p.total for p in stack_payments(asked, exposure)]
    total = sum(payments, np.zeros((block.paths, exposure.years.size)))
    cash = replace(case, terms=terms).cash(block.yearly, total)
    runs = running(cash)
    share = case.venture.parameters.value("debt_share")
    grants = float(sources.grant_amount.sum())
    return SupportedCash(
        terms=terms,
        cash=cash,
        paid=tuple(p * runs for p in payments),
        runs=runs,
        market_debt=debt_parts(case.venture, sources, terms.capex, grants, share)[0],
    )


def sources_of(case: Case, financing: Financing) -> Sources:
    """Sources of money for what the venture builds.

    Grants, loans and equity of a company that runs paid for other plants: they bring it no money
    and leave it no debt, but equity shares in what is distributed.
    """
    credits = financing.tax_credit_share
    if case.venture.kind != "project":
        return Sources(
            tax_credit_share=credits, equity_ownership_share=financing.equity_ownership_share
        )
    return Sources(
        grant_amount=financing.grant_amount,
        loans=source_loans(financing),
        guaranteed_share=financing.guaranteed_share,
        equity_amount=financing.equity_amount,
        equity_ownership_share=financing.equity_ownership_share,
        tax_credit_share=credits,
    )


def source_loans(financing: Financing) -> tuple[SourceLoan, ...]:
    """Loans of contracts as a cash flow reads them."""
    return tuple(
        SourceLoan(
            principal=loan.principal,
            real_rate=loan.real_rate,
            grace_duration=loan.grace_duration,
            term_duration=loan.term_duration,
        )
        for loan in financing.loans
    )


def venture_exposure(
    case: Case, contracts: Sequence[Contract], block: PriceBlock, inflation_rate: float
) -> Exposure:
    """The side of the venture that contracts look at."""
    products = products_of(case, contracts)
    prices = {name: block.monthly[name] for name in {INDEX: 0, **products}}
    needs_earnings = any(_needs_earnings(contract) for contract in contracts)
    plain = case.cash(block.yearly) if needs_earnings else None
    return Exposure(
        start=block.start,
        price=prices,
        volume_rate=_monthly(products),
        inflation_rate=inflation_rate,
        production_cost=plain.cost if plain else None,
        ebitda=plain.revenue - plain.cost if plain else None,
    )


def _needs_earnings(contract: Contract) -> bool:
    return any(
        isinstance(i, EbitdaGuarantee) or (isinstance(i, Offtake) and i.price_rule == COST_PLUS)
        for i in contract.instruments
    )


def _monthly(products: Mapping[str, Product]) -> dict[str, FloatArray]:
    return {name: np.repeat(product.volume_rate, MONTHS) for name, product in products.items()}


def running(cash: CashFlow) -> BoolArray:
    """Years in which a plant runs for its owners: support is paid then, shape (S, Y)."""
    return np.asarray(alive_before(cash) & ~cash.idle)


def alive_before(cash: CashFlow) -> BoolArray:
    """Neither in default nor closed before the year, shape (S, Y)."""
    first = np.ones((cash.idle.shape[0], 1), dtype=np.bool_)
    return np.concatenate([first, cash.alive[:, :-1]], axis=1)
