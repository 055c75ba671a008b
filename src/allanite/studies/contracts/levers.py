"""Kinds of support by size: each size is a contract, valued like any other.

Contracts of a design are real (no inflation wears them down), run from the first product on, and
settle by quarter, as that of Mountain Pass. Money for building comes as it is spent.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from allanite.conditions.instruments.contract import Contract, Payer
from allanite.conditions.instruments.kinds import (
    ContractForDifference,
    EbitdaGuarantee,
    Equity,
    Grant,
    Guarantee,
    Instrument,
    Loan,
    Offtake,
    PriceFloor,
    TaxCredit,
)
from allanite.studies.contracts.blocks import BASKET, INDEX, product_of
from allanite.studies.contracts.study import Case
from allanite.studies.contracts.venture import FIRST_YEAR

FLOOR_PRODUCTS: Final = (INDEX, "Dy oxide", "Tb oxide", BASKET)
PRICE_REACH: Final = 5.0  # highest strike tried over the mean price
OWN_SHARE: Final = 0.2  # of what is sold that must be own output, for a tool on its price
QUARTER: Final = 3
LOAN_TENOR: Final = 15.0  # years of repayment of a concessional loan
PRICE: Final = "USD/kg"
MONEY: Final = "million USD"
YEARLY: Final = "million USD a year"
SHARE: Final = "1"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lever:
    """A kind of support by size.

    Attributes:
        kind: floor, contract for difference, fixed price, earnings, grant, loan, guarantee,
            equity or credit.
        name: in words; unit: of the size; most: largest size there is.
        contract: the contract of a size.
    """

    kind: str
    name: str
    unit: str
    most: float
    contract: Callable[[float], Contract]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeverTerms:
    """Terms that sizes leave open.

    Attributes:
        duration: of price contracts and credits [yr].
        upside_share: of the payer above the strike of a contract for difference [1].
        inflation_rate: by which a nominal rate is set from a real one [1].
    """

    duration: float
    upside_share: float
    inflation_rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Money for building that is still to be found beside contracts that are there already.

    Attributes:
        capital: capital cost left [million USD]; debt: what markets lend of it [million USD].
        worth: of the project to its owners beyond what they put in, which a new owner pays for
            too; 0 or more [million USD].
    """

    capital: float
    debt: float
    worth: float


def levers_of(
    case: Case, terms: LeverTerms, mean_price: Mapping[str, float], room: Room
) -> list[Lever]:
    """Kinds of support that have a hold on a venture.

    Args:
        case: the venture.
        terms: of their contracts.
        mean_price: of each product over paths and months [USD/kg].
        room: money for building that is still to be found.
    """
    found = [*_price_levers(case, terms, mean_price), _earnings(case, terms)]
    if room.capital > 0:
        found += [*_capital_levers(case, room)]
    if room.debt > 0:
        found += [*_debt_levers(case, terms, room.debt)]
    return [*found, _credit(case, terms)]


def owned(case: Case, product: str) -> bool:
    """Whether a venture makes a good part of what it sells of a product, not buys it."""
    made = product_of(product, case.basket)
    if product == BASKET:
        sold = float(case.basket.revenue.weight[-1].sum())
    else:
        sold = float(made.volume_rate[-1])
    own = float(np.maximum(case.basket.exposure[-1][made.weight > 0], 0.0).sum())
    return sold > 0 and own > OWN_SHARE * sold


def _price_levers(
    case: Case, terms: LeverTerms, mean_price: Mapping[str, float]
) -> Iterator[Lever]:
    for product in FLOOR_PRODUCTS:
        if owned(case, product):
            yield _on_price(case, terms, "floor", product, mean_price, _floor)
    if owned(case, BASKET):
        share = terms.upside_share

        def difference(strike: float) -> Instrument:
            return ContractForDifference(strike=strike, upside_strike=strike, upside_share=share)

        kind = "contract for difference"
        yield _on_price(case, terms, kind, BASKET, mean_price, difference)
        yield _on_price(case, terms, "fixed price", BASKET, mean_price, _fixed)


def _floor(strike: float) -> Instrument:
    return PriceFloor(strike=strike)


def _fixed(price: float) -> Instrument:
    return Offtake(price_rule="fixed", price=price) if price > 0 else PriceFloor(strike=0.0)


def _on_price(
    case: Case,
    terms: LeverTerms,
    kind: str,
    product: str,
    mean_price: Mapping[str, float],
    tool: Callable[[float], Instrument],
) -> Lever:
    name = f"{kind} on {'the basket of oxides' if product == BASKET else product}"

    def contract(size: float) -> Contract:
        return made(case, name, tool(size), _running_term(case, terms), product=product)

    most = PRICE_REACH * mean_price[product]
    return Lever(kind=kind, name=name, unit=PRICE, most=most, contract=contract)


def _running_term(case: Case, terms: LeverTerms) -> tuple[float, float]:
    """Start and duration of what is paid while a plant runs."""
    return FIRST_YEAR + math.floor(case.venture.start), terms.duration


def _building_term(case: Case) -> tuple[float, float]:
    """Start and duration of what is paid while a plant is built."""
    spent = np.flatnonzero(case.terms.capex)
    return FIRST_YEAR + float(spent[0]), float(spent[-1] - spent[0] + 1)


def _earnings(case: Case, terms: LeverTerms) -> Lever:
    def contract(size: float) -> Contract:
        tool = EbitdaGuarantee(yearly_amount=size)
        return made(case, "guarantee of earnings", tool, _running_term(case, terms))

    capital = case.venture.capex.value if case.venture.capex else 0.0
    most = 0.5 * capital + float(case.basket.running_cost.max())
    return Lever(
        kind="earnings", name="guarantee of earnings", unit=YEARLY, most=most, contract=contract
    )


def _credit(case: Case, terms: LeverTerms) -> Lever:
    def contract(size: float) -> Contract:
        tool = TaxCredit(credit_share=size)
        return made(case, "tax credit", tool, _running_term(case, terms))

    name = "tax credit on running cost"
    return Lever(kind="credit", name=name, unit=SHARE, most=1.0, contract=contract)


def _capital_levers(case: Case, room: Room) -> Iterator[Lever]:
    left, building = room.capital, _building_term(case)

    def grant(size: float) -> Contract:
        return made(case, "grant", Grant(amount=size, paid_duration=building[1]), building)

    def equity(size: float) -> Contract:
        lent = case.venture.parameters.value("debt_share")
        private = (1.0 - lent) * (left - size) + _spent(case) + room.worth
        part = size / (size + private) if size > 0 else 0.0
        return made(case, "equity", Equity(amount=size, ownership_share=part), building)

    yield Lever(kind="grant", name="grant", unit=MONEY, most=left, contract=grant)
    yield Lever(kind="equity", name="public equity", unit=MONEY, most=left, contract=equity)


def _debt_levers(case: Case, terms: LeverTerms, debt: float) -> Iterator[Lever]:
    of, building = case.venture.parameters.value, _building_term(case)
    wait = case.venture.build_duration + case.venture.ramp_duration + of("debt_grace")

    def loan(share: float) -> Contract:
        nominal = (1.0 + of("public_loan_interest")) * (1.0 + terms.inflation_rate) - 1.0
        tool = Loan(
            amount=share * debt,
            rate=nominal,
            term_duration=wait + LOAN_TENOR,
            grace_duration=wait,
        )
        return made(case, "concessional loan", tool, building)

    def guarantee(share: float) -> Contract:
        tool = Guarantee(guaranteed_share=share, fee_rate=of("guarantee_fee"))
        return made(case, "guarantee of debt", tool, building)

    words = "concessional loan in place of market debt, share of it"
    yield Lever(kind="loan", name=words, unit=SHARE, most=1.0, contract=loan)
    words = "guarantee of market debt, share of it"
    yield Lever(kind="guarantee", name=words, unit=SHARE, most=1.0, contract=guarantee)


def _spent(case: Case) -> float:
    """Capital that owners have put in before [million USD]."""
    venture = case.venture
    return venture.capex.value * venture.spent_share if venture.capex else 0.0


def made(
    case: Case,
    name: str,
    instrument: Instrument,
    term: tuple[float, float],
    product: str = INDEX,
) -> Contract:
    """A contract of a design, paid by one purse, for the venture of a case."""
    return Contract(
        contract_id=f"DESIGN {name}",
        name=name,
        status="proposed",
        beneficiary_kind="project",
        beneficiaries=(case.venture.venture_id,),
        product=product,
        payers=(Payer(name="all", region=case.venture.country, share=1.0),),
        instruments=(instrument,),
        start=term[0],
        duration=term[1],
        indexation="real",
        settlement_months=QUARTER,
    )
