"""Which terms a contract and each kind of instrument have, their units and bounds.

Fields and defaults are those of the classes in `kinds`; only units and bounds are added here.
A field without a default is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Final

from allanite.conditions.instruments.kinds import KINDS

# Products that contracts name and no price table quotes.
UNQUOTED_PRODUCTS: Final = ("rare-earth oxides", "NdFeB magnet", "magnets and oxides", "gallium")
CONTRACT_FIELDS: Final = (
    "start",
    "duration",
    "volume_share",
    "limit_rate",
    "benchmark_share",
    "settlement_months",
)
WORD_FIELDS: Final = ("price_rule",)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Unit and closed bounds of a field."""

    unit: str
    low: float
    high: float


_SHARE: Final = Bounds("1", 0.0, 1.0)
_PRICE: Final = Bounds("USD/kg", 0.0, 1e6)
_MONEY: Final = Bounds("million USD", 0.0, 1e6)
_RATE: Final = Bounds("t/yr", 0.0, 1e9)
_YEAR: Final = Bounds("yr", 1990.0, 2100.0)
_SPAN: Final = Bounds("yr", 0.0, 100.0)
_GROWTH: Final = Bounds("1", -0.5, 0.5)

BOUNDS: Final[Mapping[str, Bounds]] = {
    "start": _YEAR,
    # An end before the start is told by `check`, in words that fit.
    "duration": Bounds("yr", -200.0, 200.0),
    "volume_share": _SHARE,
    "limit_rate": _RATE,
    "benchmark_share": Bounds("1", 0.0, 2.0),
    "settlement_months": Bounds("month", 1.0, 12.0),
    "strike": _PRICE,
    "floor": _PRICE,
    "cap": _PRICE,
    "price": _PRICE,
    "upside_strike": _PRICE,
    "share": _SHARE,
    "upside_share": _SHARE,
    "take_share": _SHARE,
    "excess_share": _SHARE,
    "guaranteed_share": _SHARE,
    "ownership_share": _SHARE,
    "credit_share": _SHARE,
    "pass_through_share": _SHARE,
    "duty_share": Bounds("1", 0.0, 10.0),
    "margin_share": Bounds("1", 0.0, 10.0),
    "escalation_rate": _GROWTH,
    "rate": _GROWTH,
    "spread": _GROWTH,
    "fee_rate": _GROWTH,
    "preferred_rate": _GROWTH,
    "amount": _MONEY,
    "yearly_amount": _MONEY,
    "yearly_limit": _MONEY,
    "upside_limit": _MONEY,
    "reserved_rate": _RATE,
    "purchase_rate": _RATE,
    "upside_start": _YEAR,
    "full_until_year": _YEAR,
    "none_from_year": _YEAR,
    "term_duration": _SPAN,
    "grace_duration": _SPAN,
    "paid_duration": _SPAN,
}


def fields_of(kind: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Fields that a kind of instrument needs, and those it may have."""
    found = fields(KINDS[kind])
    needed = tuple(field.name for field in found if field.default is MISSING)
    return needed, tuple(field.name for field in found if field.default is not MISSING)
