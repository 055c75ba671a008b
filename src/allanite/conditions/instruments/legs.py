"""Price tools as legs: rights to sell (put) or to buy (call) at a strike.

All price tools are sums of legs, so that a collar is a floor and a sold cap, and what a fixed
price pays is a put less a call at it, by construction.

    put  = share * max(strike - price, 0) * volume
    call = share * max(price - strike, 0) * volume
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from allanite.conditions.instruments.kinds import (
    BorderAdjustment,
    Collar,
    ContractForDifference,
    Instrument,
    Offtake,
    PriceCap,
    PriceFloor,
    StockPurchase,
    Tariff,
)

KG_PER_TONNE = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One right on the price.

    Attributes:
        right: put pays below the strike, call above it.
        strike: at the start of the contract [USD/kg].
        sign: +1 paid to the producer, -1 paid by it.
        share: of the volume covered [1].
        escalation_rate: yearly growth of the strike [1/yr].
        yearly_limit: most for a calendar year [million USD].
        from_time: first day as a decimal year.
        limit_rate: most volume of this leg [t/yr].
        yearly_budget: most that the volume of this leg may cost at the higher of price and
            strike [million USD a year].
    """

    right: Literal["put", "call"]
    strike: float
    sign: float
    share: float = 1.0
    escalation_rate: float = 0.0
    yearly_limit: float = math.inf
    from_time: float = -math.inf
    limit_rate: float = math.inf
    yearly_budget: float = math.inf


def legs_of(instrument: Instrument) -> tuple[Leg, ...]:
    """Legs of an instrument; none for one that is no price tool or pays the market price."""
    legs: tuple[Leg, ...] = ()
    match instrument:
        case PriceFloor():
            legs = (_bought(instrument, instrument.strike),)
        case PriceCap():
            legs = (_sold(instrument, instrument.strike),)
        case Collar():
            legs = _bought(instrument, instrument.floor), _sold(instrument, instrument.cap)
        case ContractForDifference():
            legs = _bought(instrument, instrument.strike), _upside(instrument)
        case Offtake():
            legs = _offtake_legs(instrument)
        case StockPurchase():
            legs = _purchase_legs(instrument)
        case Tariff():
            # A call struck at nothing is the price itself.
            reached = instrument.duty_share * instrument.pass_through_share
            legs = (Leg(right="call", strike=0.0, sign=1.0, share=reached),)
        case BorderAdjustment():
            reached = instrument.pass_through_share
            legs = (Leg(right="put", strike=instrument.floor, sign=1.0, share=reached),)
    return legs


def _bought(tool: PriceFloor | Collar | ContractForDifference, strike: float) -> Leg:
    return Leg(
        right="put",
        strike=strike,
        sign=1.0,
        share=tool.share,
        escalation_rate=tool.escalation_rate,
        yearly_limit=tool.yearly_limit,
    )


def _sold(tool: PriceCap | Collar, strike: float) -> Leg:
    return Leg(
        right="call",
        strike=strike,
        sign=-1.0,
        share=tool.share,
        escalation_rate=tool.escalation_rate,
        yearly_limit=tool.yearly_limit,
    )


def _upside(tool: ContractForDifference) -> Leg:
    return Leg(
        right="call",
        strike=tool.upside_strike,
        sign=-1.0,
        share=tool.share * tool.upside_share,
        escalation_rate=tool.escalation_rate,
        yearly_limit=tool.upside_limit,
        from_time=tool.upside_start,
    )


def _offtake_legs(offtake: Offtake) -> tuple[Leg, ...]:
    share, growth = offtake.take_share, offtake.escalation_rate
    put = Leg(right="put", strike=offtake.price, sign=1.0, share=share, escalation_rate=growth)
    if offtake.price_rule == "floor":
        return (put,)
    if offtake.price_rule == "fixed":
        call = Leg(
            right="call", strike=offtake.price, sign=-1.0, share=share, escalation_rate=growth
        )
        return put, call
    return ()


def _purchase_legs(purchase: StockPurchase) -> tuple[Leg, ...]:
    price, rate = purchase.price, purchase.purchase_rate
    if purchase.price_rule == "floor":
        budget = purchase.yearly_amount
        return (Leg(right="put", strike=price, sign=1.0, limit_rate=rate, yearly_budget=budget),)
    if purchase.price_rule == "fixed":
        # million USD / (USD/kg) is thousand t
        bought = min(rate, purchase.yearly_amount / price * KG_PER_TONNE) if price else rate
        return (
            Leg(right="put", strike=price, sign=1.0, limit_rate=bought),
            Leg(right="call", strike=price, sign=-1.0, limit_rate=bought),
        )
    return ()
