"""Kinds of instrument, one frozen class each, in the words of contracts.

A field without a default must be given; a default is neutral: no limit, the whole volume, no
escalation. Money is million USD, prices are USD/kg, in the money of the contract. What a kind
pays is in `legs` (price tools), `payments` (cost plus, guarantee of earnings) and `financing`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

PriceRule = Literal["index", "floor", "fixed", "cost_plus"]
PRICE_RULES: Final[tuple[PriceRule, ...]] = ("index", "floor", "fixed", "cost_plus")


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceFloor:
    """The payer makes up the price to the strike.

    Attributes:
        strike: [USD/kg]; share: of the volume covered [1].
        escalation_rate: yearly growth of the strike from the start of the contract [1/yr].
        yearly_limit: most that is paid for a calendar year [million USD].
    """

    strike: float
    share: float = 1.0
    escalation_rate: float = 0.0
    yearly_limit: float = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceCap:
    """The producer gives what the price exceeds the strike by; fields as in `PriceFloor`."""

    strike: float
    share: float = 1.0
    escalation_rate: float = 0.0
    yearly_limit: float = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Collar:
    """A floor bought and a cap sold on the same volume; limits hold for each side."""

    floor: float
    cap: float
    share: float = 1.0
    escalation_rate: float = 0.0
    yearly_limit: float = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractForDifference:
    """The payer makes up the price to the strike and takes a share of what exceeds a threshold.

    Attributes:
        strike: [USD/kg]; share: of the volume covered [1].
        upside_strike: threshold of the upside [USD/kg]; the strike makes it two-sided.
        upside_share: of what the price exceeds the threshold by, on the volume covered [1].
        upside_limit: most the payer receives for a calendar year [million USD].
        upside_start: first day of the upside as a decimal year; minus infinity from the start.
        escalation_rate: yearly growth of both prices [1/yr].
        yearly_limit: most the payer pays for a calendar year [million USD].
    """

    strike: float
    upside_strike: float
    upside_share: float
    upside_limit: float = math.inf
    upside_start: float = -math.inf
    share: float = 1.0
    escalation_rate: float = 0.0
    yearly_limit: float = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Offtake:
    """A buyer takes volume at a price of the contract.

    Attributes:
        price_rule: `index` the market, `floor` the market but at least `price`, `fixed` the
            `price`, `cost_plus` production cost and a margin.
        price: [USD/kg], for `floor` and `fixed`; 0 where the rule has none.
        take_share: of the volume of the contract that must be taken or paid [1].
        reserved_rate: priority beyond the firm volume, up to this rate in all [t/yr].
        margin_share: on top of cost, for `cost_plus` [1].
        escalation_rate: yearly growth of the price [1/yr].
    """

    price_rule: PriceRule
    price: float = 0.0
    take_share: float = 1.0
    reserved_rate: float = 0.0
    margin_share: float = 0.0
    escalation_rate: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EbitdaGuarantee:
    """The payer makes up yearly earnings before interest, tax and depreciation to an amount.

    Attributes:
        yearly_amount: guaranteed [million USD a year].
        escalation_rate: its yearly growth from the start of the contract [1/yr].
        excess_share: of earnings beyond it that goes to the payer [1].
        yearly_limit: most that is paid for a calendar year [million USD].
    """

    yearly_amount: float
    escalation_rate: float = 0.0
    excess_share: float = 0.0
    yearly_limit: float = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """Money lent at the start of the contract.

    Attributes:
        amount: principal [million USD].
        rate: yearly nominal rate, fixed or the base a spread is added to [1].
        spread: on top of it [1].
        term_duration: from the loan to its last repayment [yr].
        grace_duration: before the first repayment of principal [yr].
    """

    amount: float
    rate: float
    term_duration: float
    spread: float = 0.0
    grace_duration: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantee:
    """The payer answers for a share of the producer's debt.

    Attributes:
        guaranteed_share: of the debt outstanding [1].
        fee_rate: yearly, on what is guaranteed, paid by the producer [1].
    """

    guaranteed_share: float
    fee_rate: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Money given, paid evenly from the start of the contract.

    Attributes:
        amount: [million USD]; paid_duration: over how long [yr].
    """

    amount: float
    paid_duration: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Equity:
    """Shares bought from the company.

    Attributes:
        amount: paid for them [million USD].
        ownership_share: of the company, after conversion [1].
        preferred_rate: yearly dividend of preferred shares, paid in kind [1].
    """

    amount: float
    ownership_share: float
    preferred_rate: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxCredit:
    """Part of the production cost is paid back; it phases out in equal yearly steps.

    Attributes:
        credit_share: of production cost [1].
        full_until_year: last calendar year of the whole credit.
        none_from_year: first calendar year without any.
    """

    credit_share: float
    full_until_year: float = math.inf
    none_from_year: float = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """A duty on imports raises what home producers receive; home buyers pay it.

    Attributes:
        duty_share: of the import price [1].
        pass_through_share: of the duty that reaches the home price [1].
    """

    duty_share: float
    pass_through_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderAdjustment:
    """A duty of max(0, floor - import price); fields as in `Tariff`, floor in USD/kg."""

    floor: float
    pass_through_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StockPurchase:
    """A stockpile buys, by volume or for a sum of money.

    Attributes:
        price_rule: as in `Offtake`, without `cost_plus`.
        price: [USD/kg], for `floor` and `fixed`.
        purchase_rate: most that is bought [t/yr].
        yearly_amount: most that is spent [million USD a year].
    """

    price_rule: PriceRule
    price: float = 0.0
    purchase_rate: float = math.inf
    yearly_amount: float = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Incomplete:
    """An instrument of which needed terms are not published: it cannot be valued.

    Attributes:
        kind: name of the kind.
        given: fields that are known, with their values.
        missing: fields that are not.
    """

    kind: str
    given: tuple[tuple[str, float | str], ...]
    missing: tuple[str, ...]


PriceTool = (
    PriceFloor
    | PriceCap
    | Collar
    | ContractForDifference
    | Offtake
    | Tariff
    | BorderAdjustment
    | StockPurchase
)
Funding = Loan | Guarantee | Grant | Equity | TaxCredit
Instrument = PriceTool | EbitdaGuarantee | Funding | Incomplete

KINDS: Final[dict[str, type]] = {
    "price floor": PriceFloor,
    "price cap": PriceCap,
    "collar": Collar,
    "contract for difference": ContractForDifference,
    "offtake": Offtake,
    "ebitda guarantee": EbitdaGuarantee,
    "loan": Loan,
    "guarantee": Guarantee,
    "grant": Grant,
    "equity": Equity,
    "tax credit": TaxCredit,
    "tariff": Tariff,
    "border adjustment": BorderAdjustment,
    "stock purchase": StockPurchase,
}


def kind_of(instrument: Instrument) -> str:
    """Name of the kind of an instrument."""
    if isinstance(instrument, Incomplete):
        return instrument.kind
    return next(name for name, kind in KINDS.items() if kind is type(instrument))
