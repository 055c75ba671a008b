"""Money promised or paid: four kinds that never add up, each amount once inside its kind.

    usd = amount · exchange · (1 + inflation)^(2025 − year)      million USD of 2025

A pledge that lies inside a larger one of the same kind is left to the larger one; what lies
inside one of another kind is counted in its own kind and named there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from allanite.catalogue.files import fault
from allanite.catalogue.store import Release
from allanite.catalogue.tables.promises import MONEY_KINDS

Row = Mapping[str, Any]
PRICE_YEAR: Final = 2025
INFLATION: Final = "contract.inflation_rate"
MINERALS: Final = "minerals"
ALL_SCOPES: Final = "all"


@dataclass(frozen=True, slots=True)
class Range:
    """A value with both ends."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pledge:
    """One sum.

    Attributes:
        pledge_id, kind, scope, day: as in table `pledges`.
        usd: million USD of 2025.
        exchange: USD for one unit of the currency; price_factor: USD of 2025 for one of its year.
        part_of: larger pledge that holds it; empty without one.
        row: the row of the table.
    """

    pledge_id: str
    kind: str
    scope: str
    day: date
    usd: Range
    exchange: float
    price_factor: float
    part_of: str
    row: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A sum of one kind: million USD of 2025, pledges it counts, and those inside them."""

    kind: str
    scope: str
    usd: Range
    counted: tuple[str, ...]
    inside: tuple[str, ...]


def load_pledges(release: Release) -> tuple[Pledge, ...]:
    """All pledges in USD of 2025, in the order of their table.

    Raises:
        DataError: an exchange rate or the rate of inflation is missing.
    """
    rows = release.rows("pledges")
    assumed = {row["assumption_id"]: row for row in release.rows("assumptions")}
    inflation = _assumed(assumed, INFLATION)
    rates = {c: exchange_rate(assumed, c) for c in sorted({row["currency"] for row in rows})}
    return tuple(_pledge(row, rates[row["currency"]], inflation) for row in rows)


def exchange_rate(assumed: Mapping[str, Row], currency: str) -> Range:
    """USD for one unit of the currency."""
    if currency == "USD":
        return Range(1.0, 1.0, 1.0)
    return _assumed(assumed, f"money.usd_per_{currency.lower()}")


def _assumed(assumed: Mapping[str, Row], name: str) -> Range:
    row = assumed.get(name)
    if row is None or row["value"] is None:
        remedy = "Add the row with its reason."
        raise fault(f"assumptions[{name}]", "no value", "a number", remedy)
    value = float(row["value"])
    ends = (value if row[end] is None else float(row[end]) for end in ("low", "high"))
    return Range(value, *ends)


def price_factor(year: int, inflation_rate: float) -> float:
    """USD of 2025 for one USD of a year."""
    return float((1.0 + inflation_rate) ** (PRICE_YEAR - year))


def _pledge(row: Row, exchange: Range, inflation: Range) -> Pledge:
    year = row["day"].year
    factor = price_factor(year, inflation.value)
    factors = sorted((price_factor(year, inflation.low), price_factor(year, inflation.high)))
    amount: float = row["amount"]
    least = 0.0 if row["bound"] == "up to" else amount
    low = least if row["low"] is None else row["low"]
    high = amount if row["high"] is None else row["high"]
    return Pledge(
        pledge_id=row["pledge_id"],
        kind=row["kind"],
        scope=row["scope"],
        day=row["day"],
        usd=Range(
            amount * exchange.value * factor,
            low * exchange.low * factors[0],
            high * exchange.high * factors[1],
        ),
        exchange=exchange.value,
        price_factor=factor,
        part_of=row["part_of"] or "",
        row=row,
    )


def public_by(
    pledges: Sequence[Pledge], on: date, agreements: Collection[str] | None = None
) -> list[Pledge]:
    """Pledges that were public by a day, of the agreements named (all for None)."""
    return [
        pledge
        for pledge in pledges
        if pledge.day <= on and (agreements is None or pledge.row["agreement_id"] in agreements)
    ]


def holder_of(pledge: Pledge, pledges: Sequence[Pledge]) -> str:
    """The largest of the pledges, of the same kind, that holds this one; empty without one."""
    by_id = {other.pledge_id: other for other in pledges}
    same = [name for name in _holders(pledge, by_id) if by_id[name].kind == pledge.kind]
    return same[-1] if same else ""


def totals(pledges: Sequence[Pledge]) -> tuple[Total, ...]:
    """Sums by kind, for minerals alone and for all; kinds without a pledge are left out."""
    found = []
    for kind in MONEY_KINDS:
        for scope in (MINERALS, ALL_SCOPES):
            chosen = [p for p in pledges if p.kind == kind and scope in (p.scope, ALL_SCOPES)]
            if chosen:
                found.append(_total(kind, scope, chosen, pledges))
    return tuple(found)


def _total(kind: str, scope: str, chosen: Sequence[Pledge], pledges: Sequence[Pledge]) -> Total:
    """The sum of the chosen; only another chosen one can hold an amount."""
    names = {pledge.pledge_id for pledge in chosen}
    by_id = {pledge.pledge_id: pledge for pledge in pledges}
    inside = {p.pledge_id for p in chosen if names & set(_holders(p, by_id))}
    counted = [pledge for pledge in chosen if pledge.pledge_id not in inside]
    usd = Range(
        sum(pledge.usd.value for pledge in counted),
        sum(pledge.usd.low for pledge in counted),
        sum(pledge.usd.high for pledge in counted),
    )
    return Total(
        kind=kind,
        scope=scope,
        usd=usd,
        counted=tuple(pledge.pledge_id for pledge in counted),
        inside=tuple(pledge.pledge_id for pledge in chosen if pledge.pledge_id in inside),
    )


def _holders(pledge: Pledge, by_id: Mapping[str, Pledge]) -> list[str]:
    """The larger pledges at hand that hold this one, of any kind, the smallest first."""
    found: list[str] = []
    holder = by_id.get(pledge.part_of)
    while holder is not None and holder.pledge_id not in found:
        found.append(holder.pledge_id)
        holder = by_id.get(holder.part_of)
    return found
