"""What a contract pays by payer, path and year.

    floor, upside, fixed price   sums of legs (`legs`, `settlement`)
    cost plus                    (1 + margin) * production cost - market value of what is taken
    guarantee of earnings        max(0, amount - earnings with all other payments)
                                 - share of what exceeds it

A guarantee of earnings looks at the sum of the other instruments, so their order does not matter.
Loans, grants, guarantees of debt, equity and tax credits pay nothing here: see `financing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allanite.axis import Axis, FloatArray, IntArray
from allanite.conditions.instruments.contract import Contract, require_terms
from allanite.conditions.instruments.exposure import Exposure
from allanite.conditions.instruments.kinds import EbitdaGuarantee, Instrument, Offtake
from allanite.conditions.instruments.legs import KG_PER_TONNE, legs_of
from allanite.conditions.instruments.settlement import Settlement, leg_payments, settle
from allanite.errors import ModelError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Payments:
    """Payments of one contract. K payers, S paths, Y years.

    Attributes:
        contract_id: whose; payers: names; regions: region code of each payer, shape (K,).
        share: of each payer, shape (K,) [1].
        years: calendar years, shape (Y,).
        total: beyond the market value of goods, + means paid to the producer, shape (S, Y)
            [million USD of 2025].
    """

    contract_id: str
    payers: Axis
    regions: tuple[str, ...]
    share: FloatArray
    years: IntArray
    total: FloatArray

    @property
    def amount(self) -> FloatArray:
        """By payer, + means paid to the producer, shape (K, S, Y) [million USD of 2025]."""
        return np.asarray(self.share[:, None, None] * self.total)


def contract_payments(contract: Contract, exposure: Exposure) -> Payments:
    """Payments of one contract on its own.

    Raises:
        ModelError: a term that is not published, or an exposure without what the contract
            looks at (price, volume, production cost, earnings).
    """
    return stack_payments([contract], exposure)[0]


def stack_payments(contracts: Sequence[Contract], exposure: Exposure) -> tuple[Payments, ...]:
    """Payments of contracts that one producer holds together, in their order.

    Guarantees of earnings count what all other contracts pay; of several guarantees each sees
    the earnings without the others. Volumes are not shared out: two contracts that cover the
    same tonne both pay for it.

    Raises:
        ModelError: as `contract_payments`.
    """
    parts = [instrument_payments(contract, exposure) for contract in contracts]
    pairs = list(zip(contracts, parts, strict=True))
    before = sum((part for _, paid in pairs for part in paid), _nothing(exposure))
    found = []
    for contract, paid in pairs:
        total = sum(paid, _nothing(exposure))
        for instrument in contract.instruments:
            if isinstance(instrument, EbitdaGuarantee):
                total = total + _guaranteed(instrument, contract, exposure, before)
        found.append(_payments(contract, exposure, total))
    return tuple(found)


def instrument_payments(contract: Contract, exposure: Exposure) -> tuple[FloatArray, ...]:
    """What each instrument pays to the producer, shapes (S, Y) [million USD].

    A guarantee of earnings is zero here, as it looks at the others.

    Raises:
        ModelError: as `contract_payments`.
    """
    require_terms(contract)
    settled: Settlement | None = None
    found = []
    for instrument in contract.instruments:
        if not _looks_at_price(instrument):
            found.append(_nothing(exposure))
            continue
        settled = settled or settle(contract, exposure)
        found.append(_paid(instrument, contract, exposure, settled))
    return tuple(found)


def _looks_at_price(instrument: Instrument) -> bool:
    return bool(legs_of(instrument)) or _is_cost_plus(instrument)


def _is_cost_plus(instrument: Instrument) -> bool:
    return isinstance(instrument, Offtake) and instrument.price_rule == "cost_plus"


def _paid(
    instrument: Instrument, contract: Contract, exposure: Exposure, settled: Settlement
) -> FloatArray:
    if isinstance(instrument, Offtake) and instrument.price_rule == "cost_plus":
        return _cost_plus(instrument, contract, exposure, settled)
    legs = (leg_payments(leg, contract, settled) for leg in legs_of(instrument))
    return sum(legs, _nothing(exposure))


def _cost_plus(
    offtake: Offtake, contract: Contract, exposure: Exposure, settled: Settlement
) -> FloatArray:
    """Cost and margin of what is taken, less its market value.

    The cost of the year is shared out by volume: what is taken over what is made.
    """
    if exposure.production_cost is None:
        found = f"{contract.contract_id}: offtake at cost plus needs the production cost"
        raise ModelError(f"{found}; the exposure has none")
    value = settled.yearly(settled.price * settled.amount) / KG_PER_TONNE
    taken = settled.yearly(np.broadcast_to(settled.amount, settled.price.shape))
    made = _made_amount(contract, exposure)
    part = np.divide(taken, made, out=np.zeros_like(taken), where=made > 0)
    cost = (1.0 + offtake.margin_share) * exposure.production_cost * part
    return np.asarray(offtake.take_share * (cost - value))


def _made_amount(contract: Contract, exposure: Exposure) -> FloatArray:
    """Output of the product by year, shape (S, Y) or (1, Y) [t]."""
    rate = np.atleast_2d(exposure.volume_rate[contract.product])
    first = np.flatnonzero(np.diff(exposure.year_of_month, prepend=-1))
    return np.asarray(np.add.reduceat(rate, first, axis=1) / 12.0)


def _guaranteed(
    guarantee: EbitdaGuarantee, contract: Contract, exposure: Exposure, others: FloatArray
) -> FloatArray:
    if exposure.ebitda is None:
        found = f"{contract.contract_id}: a guarantee of earnings needs them"
        raise ModelError(f"{found}; the exposure has no ebitda")
    middle = exposure.years.astype(np.float64) + 0.5
    nominal = contract.indexation == "nominal"
    deflator = exposure.deflator(middle) if nominal else np.ones(middle.size)
    growth = (1.0 + guarantee.escalation_rate) ** np.floor(np.maximum(middle - contract.start, 0))
    level = guarantee.yearly_amount * growth * deflator
    gap = level - (exposure.ebitda + others)
    paid = np.minimum(np.maximum(gap, 0.0), guarantee.yearly_limit * deflator)
    shared = guarantee.excess_share * np.maximum(-gap, 0.0)
    return np.asarray((paid - shared) * _covered_share(contract, exposure))


def _covered_share(contract: Contract, exposure: Exposure) -> FloatArray:
    """Part of each year that lies inside the contract, shape (Y,) [1]."""
    first = exposure.years.astype(np.float64)
    inside = np.minimum(first + 1.0, contract.end) - np.maximum(first, contract.start)
    return np.asarray(np.clip(inside, 0.0, 1.0))


def _nothing(exposure: Exposure) -> FloatArray:
    return np.zeros((exposure.paths, exposure.years.size))


def _payments(contract: Contract, exposure: Exposure, total: FloatArray) -> Payments:
    return Payments(
        contract_id=contract.contract_id,
        payers=Axis("payer", tuple(payer.name for payer in contract.payers)),
        regions=tuple(payer.region for payer in contract.payers),
        share=np.array([payer.share for payer in contract.payers]),
        years=exposure.years,
        total=total,
    )
