"""Terms of a contract that contradict one another, and names nobody knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from allanite.catalogue.tables.contracts import STATUSES
from allanite.conditions.instruments.contract import Contract
from allanite.conditions.instruments.kinds import (
    Collar,
    ContractForDifference,
    Instrument,
    Offtake,
    StockPurchase,
    TaxCredit,
    kind_of,
)
from allanite.conditions.instruments.settlement import PERIOD_MONTHS

Fault = tuple[str, str, str]
SHARE_TOLERANCE: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What contracts may name.

    Attributes:
        products: of prices and volumes.
        beneficiaries: ids by kind of beneficiary.
        regions: region codes.
    """

    products: frozenset[str]
    beneficiaries: Mapping[str, frozenset[str]]
    regions: frozenset[str]


def contract_faults(contract: Contract, names: Names) -> Iterator[Fault]:
    """Place, what was found and what is allowed, for each fault of a contract."""
    if contract.duration <= 0:
        found = f"an end {contract.end:g} that is not after the start {contract.start:g}"
        yield "contract.duration", found, "more than 0"
    if contract.settlement_months not in PERIOD_MONTHS:
        allowed = ", ".join(str(months) for months in PERIOD_MONTHS)
        yield "contract.settlement_months", f"{contract.settlement_months:g}", allowed
    yield from _name_faults(contract, names)
    yield from _payer_faults(contract, names)
    for instrument in contract.instruments:
        for field, found, allowed in _instrument_faults(instrument, contract):
            yield f"{kind_of(instrument)}.{field}", found, allowed


def _name_faults(contract: Contract, names: Names) -> Iterator[Fault]:
    if contract.status not in STATUSES:
        yield "status", repr(contract.status), ", ".join(STATUSES)
    if contract.product not in names.products:
        yield "product", repr(contract.product), ", ".join(sorted(names.products))
    known = names.beneficiaries.get(contract.beneficiary_kind)
    if known is None:
        yield "beneficiary_kind", repr(contract.beneficiary_kind), ", ".join(names.beneficiaries)
        return
    if not contract.beneficiaries:
        yield "beneficiaries", "none", "one or more"
    for beneficiary in contract.beneficiaries:
        if beneficiary not in known:
            yield "beneficiaries", repr(beneficiary), f"a {contract.beneficiary_kind} of the data"


def _payer_faults(contract: Contract, names: Names) -> Iterator[Fault]:
    total = sum(payer.share for payer in contract.payers)
    if abs(total - 1.0) > SHARE_TOLERANCE:
        yield "payers", f"shares that sum to {total:g}", "1"
    if len({payer.name for payer in contract.payers}) < len(contract.payers):
        yield "payers", "a payer twice", "each once"
    for payer in contract.payers:
        if not 0.0 <= payer.share <= 1.0:
            yield f"payers.{payer.name}", f"a share of {payer.share:g}", "0 to 1"
        if payer.region not in names.regions:
            yield f"payers.{payer.name}", f"region {payer.region!r}", "a region code of the data"


def _instrument_faults(instrument: Instrument, contract: Contract) -> Iterator[Fault]:
    match instrument:
        case Collar(floor=floor, cap=cap) if cap < floor:
            yield "cap", f"{cap:g} below the floor {floor:g}", "the floor or more"
        case ContractForDifference():
            yield from _difference_faults(instrument, contract)
        case Offtake(price_rule=rule, price=price) | StockPurchase(price_rule=rule, price=price):
            if rule in ("floor", "fixed") and price <= 0:
                yield "price", f"no price for the rule {rule!r}", "a price above 0"
            if rule == "cost_plus" and isinstance(instrument, StockPurchase):
                yield "price_rule", "cost_plus", "index, floor or fixed"
        case TaxCredit(full_until_year=full, none_from_year=none) if none < full:
            yield "none_from_year", f"{none:g} before the last full year {full:g}", "after it"


def _difference_faults(tool: ContractForDifference, contract: Contract) -> Iterator[Fault]:
    if tool.upside_strike < tool.strike:
        found = f"{tool.upside_strike:g} below the strike {tool.strike:g}"
        yield "upside_strike", found, "the strike or more: below it both sides would pay"
    if tool.upside_start >= contract.end:
        found = f"{tool.upside_start:g}, after the end of the contract {contract.end:g}"
        yield "upside_start", found, "a day inside the contract"
