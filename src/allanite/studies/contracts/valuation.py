"""Contracts over simulated prices: what each costs whom, and what it does for its venture.

Every contract is valued alone, on the same paths with it and without it; where a venture holds
several, once more with all of them. Paths pass in blocks; kept are one number a path, and one a
path and year.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np

from allanite.axis import BoolArray, FloatArray
from allanite.conditions.instruments.contract import Contract, contract_at
from allanite.conditions.instruments.kinds import EbitdaGuarantee, TaxCredit
from allanite.conditions.prices.paths import PricePaths, SingleArray
from allanite.studies.contracts.blocks import PriceBlock, price_block
from allanite.studies.contracts.cash import CashFlow
from allanite.studies.contracts.finance import present_value
from allanite.studies.contracts.producers import NOBODY, Desk, Producer
from allanite.studies.contracts.public_money import PublicMoney, public_money
from allanite.studies.contracts.study import Case
from allanite.studies.contracts.supported import (
    looks_at_price,
    products_of,
    run_supported,
)
from allanite.studies.contracts.terms import CashTerms
from allanite.studies.contracts.value import lowest_cover, with_end

HELD: Final = ("in_force", "closed", "announced", "conditional")  # summed; others are told apart


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fate:
    """What becomes of a venture on each path.

    Attributes:
        alive: at the end of each year, shape (S, Y); the rest have shape (S,).
        defaulted: by the end of the last year.
        value: to private owners, at the hurdle rate [million USD].
        cover: lowest cover of debt service [1]; infinite without debt.
    """

    alive: BoolArray
    defaulted: BoolArray
    value: FloatArray
    cover: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bill:
    """What a contract costs all its payers on each path.

    Attributes:
        cost, received: present, shape (S,) [million USD]; yearly: not discounted, (S, Y).
        pays: years in which it pays out, shape (S, Y).
        moved: cost with one term at one end of its range, on the first paths, shape (R, M).
    """

    cost: FloatArray
    received: FloatArray
    yearly: SingleArray
    pays: BoolArray
    moved: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Item:
    """A contract with its venture; `case` is that without any contract."""

    contract: Contract
    case: Case


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Valued:
    """What a valuation found over all paths.

    Attributes:
        items: contracts by id.
        bills: by contract.
        without: fate of each venture without contracts, by venture.
        beside: fate under one contract, by contract.
        together: fate of ventures under all of theirs, by venture, where there are several.
        paths: S.
    """

    items: Mapping[str, Item]
    bills: Mapping[str, Bill]
    without: Mapping[str, Fate]
    beside: Mapping[str, Fate]
    together: Mapping[str, Fate]
    paths: int


def valued_items(
    contracts: Sequence[Contract], producers: Mapping[str, Producer], cases: Mapping[str, Case]
) -> dict[str, Item]:
    """Contracts that can be valued: with all terms and with a venture."""
    return {
        c.contract_id: Item(contract=c, case=cases[producers[c.contract_id].venture_id])
        for c in contracts
        if not c.missing and producers[c.contract_id].venture_id != NOBODY
    }


def has_effect(item: Item) -> bool:
    """Whether a contract changes what its venture earns or can build.

    Loans, grants and equity of a company that runs paid for plants beyond the venture.
    """
    builds = item.case.venture.kind == "project"
    return builds or looks_at_price(item.contract) or _pays_by_year(item.contract)


def _pays_by_year(contract: Contract) -> bool:
    return any(isinstance(i, EbitdaGuarantee | TaxCredit) for i in contract.instruments)


def weights_of(items: Iterable[Item]) -> dict[str, FloatArray]:
    """Mixes of oxides that price blocks need, by name of the product."""
    found: dict[str, FloatArray] = {}
    for item in items:
        for name, product in products_of(item.case, [item.contract]).items():
            found[name] = product.weight
    return found


def value_items(
    desk: Desk,
    items: Mapping[str, Item],
    paths: Iterable[PricePaths],
    range_paths: int,
    progress: Callable[[int], object] | None = None,
) -> Valued:
    """Value contracts over blocks of paths.

    Args:
        desk: for the inflation of nominal terms.
        items: by contract id.
        paths: blocks in order.
        range_paths: paths from the first on that are valued at the ends of terms too.
        progress: called with the number of paths done.
    """
    weights, parts, done = weights_of(items.values()), [], 0
    for block in paths:
        priced = price_block(block, weights)
        parts.append(_value_block(desk, items, priced, done < range_paths))
        done += priced.paths
        if progress:
            progress(done)
    return Valued(
        items=items,
        bills={key: Bill(**_arrays([p.bills[key] for p in parts])) for key in parts[0].bills},
        without=_fates([part.without for part in parts]),
        beside=_fates([part.beside for part in parts]),
        together=_fates([part.together for part in parts]),
        paths=done,
    )


def _fates(parts: Sequence[Mapping[str, Fate]]) -> dict[str, Fate]:
    return {key: Fate(**_arrays([part[key] for part in parts])) for key in parts[0]}


def _arrays(parts: Sequence[Fate] | Sequence[Bill]) -> dict[str, Any]:
    """Fields of blocks of paths one after the other."""
    names = [field.name for field in fields(parts[0])]
    return {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}


def _value_block(
    desk: Desk, items: Mapping[str, Item], block: PriceBlock, with_ends: bool
) -> Valued:
    ventures = {item.case.venture.venture_id: item.case for item in items.values()}
    bills, beside = {}, {}
    for key, item in items.items():
        run = run_supported(item.case, [item.contract], block, desk.inflation_rate)
        money = public_money(item.case, item.contract, run, run.paid[0], desk.inflation_rate)
        bills[key] = _bill(desk, item, block, money, with_ends)
        if has_effect(item):
            beside[key] = fate_of(run.cash, run.terms)
    return Valued(
        items=items,
        bills=bills,
        without={
            name: fate_of(case.cash(block.yearly), case.terms) for name, case in ventures.items()
        },
        beside=beside,
        together=_together(desk, items, ventures, block),
        paths=block.paths,
    )


def _together(
    desk: Desk, items: Mapping[str, Item], ventures: Mapping[str, Case], block: PriceBlock
) -> dict[str, Fate]:
    """Fate of ventures that hold several contracts, under all of them."""
    found = {}
    for name, case in ventures.items():
        held = held_contracts(items, name)
        if len(held) > 1:
            run = run_supported(case, held, block, desk.inflation_rate)
            found[name] = fate_of(run.cash, run.terms)
    return found


def held_contracts(items: Mapping[str, Item], venture_id: str) -> tuple[Contract, ...]:
    """Contracts of a venture that are summed and have an effect on it."""
    return tuple(
        item.contract
        for item in items.values()
        if item.case.venture.venture_id == venture_id
        and item.contract.status in HELD
        and has_effect(item)
    )


def fate_of(cash: CashFlow, terms: CashTerms) -> Fate:
    """Fate on every path of a block."""
    return Fate(
        alive=cash.alive,
        defaulted=cash.defaulted[:, -1],
        value=present_value(with_end(cash, terms)[1], terms.hurdle_rate),
        cover=lowest_cover(cash, terms),
    )


def _bill(desk: Desk, item: Item, block: PriceBlock, money: PublicMoney, with_ends: bool) -> Bill:
    varied = varied_contracts(item.contract)
    moved = np.zeros((block.paths if with_ends else 0, len(varied)))
    if with_ends:
        for m, contract in enumerate(varied):
            run = run_supported(item.case, [contract], block, desk.inflation_rate)
            paid = run.paid[0]
            moved[:, m] = public_money(item.case, contract, run, paid, desk.inflation_rate).cost
    return Bill(
        cost=money.cost,
        received=money.received,
        yearly=money.yearly.astype(np.float32),
        pays=money.out > 0,
        moved=moved,
    )


def varied_contracts(contract: Contract) -> tuple[Contract, ...]:
    """The contract with one term at one end of its range, for each term and end that differ."""
    return tuple(
        contract_at(contract, {term.name: end})
        for term in contract.terms
        for end in (term.low, term.high)
        if term.value is not None and end is not None and end != term.value
    )
