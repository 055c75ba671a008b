"""Odds of a venture under support, and the least size of a kind of support that is enough.

Enough: the odds asked are reached, and owners agree: in the mean they are worth no less than
without the contract, and those of a project no less than nothing. Else a fixed price would look
cheap that takes all gains from them.

All sizes are tried on the same paths. Odds and worth rise with the size, so the least one is
found by halving; a first row of sizes finds where they do, should they not rise everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from allanite.axis import BoolArray, FloatArray
from allanite.conditions.instruments.contract import Contract
from allanite.conditions.instruments.kinds import Equity, Grant, Loan
from allanite.studies.contracts.blocks import PriceBlock
from allanite.studies.contracts.finance import present_value
from allanite.studies.contracts.levers import Lever, Room
from allanite.studies.contracts.public_money import public_money
from allanite.studies.contracts.study import Case
from allanite.studies.contracts.supported import SupportedCash, run_supported
from allanite.studies.contracts.value import lowest_cover, with_end

GRID: Final = (0.0, 0.08, 0.16, 0.24, 0.32, 0.5, 0.75, 1.0)  # of the largest size
HALVINGS: Final = 9
_DUST: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Field:
    """What support is tried on.

    Attributes:
        case: the venture without contracts; given: contracts that are there already.
        block: prices.
        measure: bankable or survival; odds: that are asked for.
        least_value: mean worth that owners must keep [million USD].
        inflation_rate: by which nominal terms lose value, yearly [1].
    """

    case: Case
    given: tuple[Contract, ...]
    block: PriceBlock
    measure: str
    odds: float
    least_value: float
    inflation_rate: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trial:
    """Support on every path. S paths, Y years.

    Attributes:
        reached: bankable, or alive, shape (S,); alive: at the horizon, shape (S,).
        cost: present, of each contract tried, shape (K, S) [million USD].
        yearly: of all of them, not discounted, shape (S, Y).
        value: of private owners, at the hurdle rate, shape (S,) [million USD].
        margin: EBITDA before support, as if it ran, mean of the last year [million USD].
    """

    reached: BoolArray
    alive: BoolArray
    cost: FloatArray
    yearly: FloatArray
    value: FloatArray
    margin: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The least size of a lever; `size` is None where its largest is not enough.

    Attributes:
        size: least size that is enough.
        odds, value: reached with it, or with the largest [1, million USD].
    """

    size: float | None
    odds: float
    value: float


def run_field(field: Field, contracts: Sequence[Contract]) -> SupportedCash:
    """The venture with contracts on top of those given."""
    held = [*field.given, *contracts]
    return run_supported(field.case, held, field.block, field.inflation_rate)


def room_of(field: Field) -> Room:
    """Money for building that the contracts given leave to be found."""
    run = run_field(field, ())
    public = sum(
        i.amount
        for contract in field.given
        for i in contract.instruments
        if isinstance(i, Grant | Loan | Equity)
    )
    builds = field.case.venture.kind == "project"
    left = float(run.terms.capex.sum()) - public if builds else 0.0
    return Room(
        capital=max(left, 0.0),
        debt=float(run.market_debt.drawn.sum()),
        worth=max(float(owners_value(run).mean()), 0.0),
    )


def reached(field: Field, run: SupportedCash) -> BoolArray:
    """Paths on which the venture does what is asked, shape (S,).

    bankable: alive at the horizon, and free cash over debt service at least the cover ratio in
    every year after the ramp.
    """
    alive = run.cash.alive[:, -1]
    if field.measure == "survival":
        return np.asarray(alive)
    return np.asarray(alive & (lowest_cover(run.cash, run.terms) >= run.terms.cover_ratio))


def owners_value(run: SupportedCash) -> FloatArray:
    """Worth of private owners at the hurdle rate, shape (S,) [million USD]."""
    return present_value(with_end(run.cash, run.terms)[1], run.terms.hurdle_rate)


def standing(field: Field, contracts: Sequence[Contract]) -> tuple[float, float]:
    """Odds that the venture does what is asked, and mean worth of its owners [million USD]."""
    run = run_field(field, contracts)
    return float(reached(field, run).mean()), float(owners_value(run).mean())


def enough(field: Field, odds: float, value: float) -> bool:
    """Whether odds and worth are what is asked."""
    return odds >= field.odds and value >= field.least_value - _DUST


def try_contracts(field: Field, contracts: Sequence[Contract]) -> Trial:
    """Odds and cost of contracts on top of those given."""
    run = run_field(field, contracts)
    own = run.paid[len(field.given) :]
    moneys = [
        public_money(field.case, contract, run, paid, field.inflation_rate)
        for contract, paid in zip(contracts, own, strict=True)
    ]
    nothing = np.zeros(run.cash.idle.shape)
    return Trial(
        reached=reached(field, run),
        alive=run.cash.alive[:, -1],
        cost=np.array([money.cost for money in moneys]).reshape(len(moneys), len(nothing)),
        yearly=sum((money.yearly for money in moneys), nothing),
        value=owners_value(run),
        margin=float((run.cash.revenue - run.cash.cost)[:, -1].mean()),
    )


def least_size(field: Field, lever: Lever, beside: Sequence[Contract] = ()) -> Found:
    """The least size of a lever that reaches the odds asked, beside some contracts.

    Args:
        field: venture, prices, odds.
        lever: the kind of support.
        beside: contracts tried with it.
    """
    low, found = 0.0, (0.0, 0.0)
    for part in GRID:
        high = part * lever.most
        found = standing(field, [*beside, lever.contract(high)])
        if enough(field, *found):
            return _halved(field, lever, beside, (low, high), found)
        low = high
    return Found(size=None, odds=found[0], value=found[1])


def _halved(
    field: Field,
    lever: Lever,
    beside: Sequence[Contract],
    ends: tuple[float, float],
    best: tuple[float, float],
) -> Found:
    low, high = ends
    for _ in range(HALVINGS if high > low else 0):
        middle = 0.5 * (low + high)
        found = standing(field, [*beside, lever.contract(middle)])
        if enough(field, *found):
            high, best = middle, found
        else:
            low = middle
    return Found(size=high, odds=best[0], value=best[1])
