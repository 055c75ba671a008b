"""Result tables of a valuation of contracts; no arithmetic beyond shares and spreads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from allanite.catalogue.read import rows_table
from allanite.catalogue.tables.results_support import (
    CONTRACT_BUDGET,
    CONTRACT_EFFECTS,
    CONTRACT_VALUES,
)
from allanite.conditions.instruments.contract import Contract
from allanite.conditions.prices.paths import SingleArray
from allanite.studies.contracts.costs import (
    HIGH,
    LOW,
    Spread,
    odds_range,
    spread_of,
    worst_year,
)
from allanite.studies.contracts.leverage import leverage
from allanite.studies.contracts.producers import NOBODY, Producer
from allanite.studies.contracts.request import ALL
from allanite.studies.contracts.valuation import HELD, Bill, Fate, Item, Valued
from allanite.studies.contracts.venture import FIRST_YEAR

Row = dict[str, object]
BreakEvens = Mapping[tuple[str, str], float | None]
COVER_LOW: Final = 0.1
BEYOND: Final = (
    "The money is for plants beyond this venture: no effect on it is shown, and a loan is taken as"
    " repaid, so that its risk is not in the cost."
)


def values_table(
    contracts: Sequence[Contract], producers: Mapping[str, Producer], valued: Valued
) -> pa.Table:
    """Table `contract_values`: a row for each payer, of contracts without a value too."""
    rows: list[Row] = []
    for contract in contracts:
        producer = producers[contract.contract_id]
        shared: Row = {
            "contract_id": contract.contract_id,
            "name": contract.name,
            "venture_id": producer.venture_id,
            "status": contract.status,
            "assumed_terms": assumed_terms(contract) or None,
            "note": contract_note(contract, producer, valued) or None,
        }
        figures = _figures(contract, valued)
        rows += [
            {**shared, "payer": payer.name, "payer_share": payer.share, **figures(payer.share)}
            for payer in contract.payers
        ]
    return rows_table(CONTRACT_VALUES, rows)


def _figures(contract: Contract, valued: Valued) -> Callable[[float], Row]:
    """Figures of a payer by its share."""
    key = contract.contract_id
    if key not in valued.bills:
        return lambda _: {}
    bill, item = valued.bills[key], valued.items[key]
    cost, worst = spread_of(bill.cost), worst_year(bill.yearly)
    year = spread_of(bill.yearly[:, worst].astype(np.float64))
    ends = _ends(bill, cost) if len(bill.moved) else (None, None)
    plain: Row = {
        "worst_year": FIRST_YEAR + worst,
        "pays_share": _pays_share(contract, bill),
        "leverage": _leverage(item, valued, cost.mean),
    }
    received = float(bill.received.mean())
    return lambda share: {
        **plain,
        "cost_mean": share * cost.mean,
        "cost_error": share * cost.error,
        "cost_low": share * cost.low,
        "cost_high": share * cost.high,
        "cost_tail": share * cost.tail,
        "terms_low_cost": None if ends[0] is None else share * ends[0],
        "terms_high_cost": None if ends[1] is None else share * ends[1],
        "received_mean": share * received,
        "worst_year_cost_mean": share * year.mean,
        "worst_year_cost_high": share * year.high,
    }


def _ends(bill: Bill, cost: Spread) -> tuple[float, float]:
    """Least and most mean cost as single terms move: differences on the same paths."""
    moves = (bill.moved - bill.cost[: len(bill.moved), None]).mean(axis=0)
    return cost.mean + float(moves.min(initial=0.0)), cost.mean + float(moves.max(initial=0.0))


def _pays_share(contract: Contract, bill: Bill) -> float:
    years = FIRST_YEAR + np.arange(bill.pays.shape[1])
    inside = (contract.start < years + 1.0) & (contract.end > years)
    return float(bill.pays[:, inside].mean()) if inside.any() else 0.0


def _leverage(item: Item, valued: Valued, cost: float) -> float | None:
    key = item.contract.contract_id
    if key not in valued.beside:
        return None
    before = valued.without[item.case.venture.venture_id].alive[:, -1]
    return leverage(item.case, [item.contract], before, valued.beside[key].alive[:, -1], cost)


def assumed_terms(contract: Contract) -> str:
    """Terms that nobody printed, with what is taken for them and the range."""
    parts = [
        f"{t.name} {t.value:g} ({t.low:g} to {t.high:g})"
        for t in contract.terms
        if t.value is not None and t.quality != "observed" and t.low != t.high
    ]
    return "; ".join(parts)


def contract_note(contract: Contract, producer: Producer, valued: Valued) -> str:
    """What to know before using the row of a contract."""
    parts = []
    if contract.status not in HELD:
        parts.append(f"{contract.status.capitalize()}: not in any sum.")
    if contract.missing:
        parts.append(f"Not published, so not valued: {', '.join(contract.missing)}.")
    if producer.venture_id == NOBODY:
        parts.append(producer.reason)
    elif contract.contract_id in valued.bills:
        bill = valued.bills[contract.contract_id]
        if not bill.yearly.any() and not bill.cost.any():
            parts.append("Pays nothing beyond the market price; its worth is a sure buyer.")
        elif contract.contract_id not in valued.beside:
            parts.append(BEYOND)
    return " ".join(parts)


def budget_table(contracts: Sequence[Contract], valued: Valued) -> pa.Table:
    """Table `contract_budget`: years in which a payer pays or receives anything."""
    rows: list[Row] = []
    for contract in contracts:
        if contract.contract_id in valued.bills:
            yearly = valued.bills[contract.contract_id].yearly
            for payer in contract.payers:
                rows += _budget_rows(contract.contract_id, payer.name, payer.share, yearly)
    return rows_table(CONTRACT_BUDGET, rows)


def _budget_rows(key: str, payer: str, share: float, yearly: SingleArray) -> Iterator[Row]:
    mean = yearly.mean(axis=0, dtype=np.float64)
    low, high = np.quantile(yearly, (LOW, HIGH), axis=0)
    for y in np.flatnonzero(yearly.any(axis=0)).tolist():
        yield {
            "contract_id": key,
            "payer": payer,
            "year": FIRST_YEAR + y,
            "cost_mean": share * float(mean[y]),
            "cost_low": share * float(low[y]),
            "cost_high": share * float(high[y]),
        }


def effects_table(valued: Valued, draws: int, break_even: BreakEvens) -> pa.Table:
    """Table `contract_effects`: each contract alone, then all of a venture together.

    Args:
        valued: fates without and with contracts.
        draws: of the price process, for the range of odds.
        break_even: price of NdPr oxide at which owners' value is nil, by contract (`all`,
            `none`) and venture.
    """
    pairs = [
        *((key, valued.items[key].case.venture.venture_id, f) for key, f in valued.beside.items()),
        *((ALL, name, fate) for name, fate in valued.together.items()),
    ]
    rows: list[Row] = []
    for key, name, fate in pairs:
        before = valued.without[name]
        last = _last_year(valued, key)
        for state, found, price in (
            ("without", before, break_even[NOBODY, name]),
            ("with", fate, break_even[key, name]),
        ):
            rows.append(
                {
                    "contract_id": key,
                    "venture_id": name,
                    "state": state,
                    **_effect(found, draws, last),
                    "break_even_price": price,
                }
            )
    return rows_table(CONTRACT_EFFECTS, rows)


def _last_year(valued: Valued, key: str) -> int:
    """Position of the last whole year of a contract, or of the horizon."""
    years = int(next(iter(valued.without.values())).alive.shape[1])
    if key not in valued.items:
        return years - 1
    last = int(valued.items[key].contract.end) - FIRST_YEAR - 1
    return min(max(last, 0), years - 1)


def _effect(fate: Fate, draws: int, last: int) -> Row:
    alive = fate.alive[:, -1].astype(np.float64)
    low, high = odds_range(alive, draws)
    value = spread_of(fate.value)
    survival, has_debt = spread_of(alive), bool(np.isfinite(fate.cover).all())
    return {
        "survival_share": survival.mean,
        "survival_error": survival.error,
        "survival_low": low,
        "survival_high": high,
        "survival_term_share": float(fate.alive[:, last].mean()),
        "default_share": float(fate.defaulted.mean()),
        "value_mean": value.mean,
        "value_error": value.error,
        "value_low": value.low,
        "value_high": value.high,
        "cover_low": float(np.quantile(fate.cover, COVER_LOW)) if has_debt else None,
    }
