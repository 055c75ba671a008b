"""Contracts of a release valued on simulated prices, from their ids to result tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from allanite.axis import FloatArray
from allanite.catalogue.store import Release
from allanite.conditions.instruments.contract import Contract
from allanite.conditions.instruments.load import find_contract, load_contracts
from allanite.conditions.prices.model import PriceModel
from allanite.studies.contracts.blocks import START, flat_block
from allanite.studies.contracts.cash import MONTHS
from allanite.studies.contracts.finance import present_value
from allanite.studies.contracts.payoffs import payoffs_table
from allanite.studies.contracts.price_map import NDPR_OXIDE, quoted_prices
from allanite.studies.contracts.producers import (
    NOBODY,
    Desk,
    cases_of,
    open_desk,
    producer_of,
)
from allanite.studies.contracts.request import ALL, ValuationRequest
from allanite.studies.contracts.study import Case
from allanite.studies.contracts.supported import products_of, run_supported
from allanite.studies.contracts.valuation import (
    Valued,
    held_contracts,
    value_items,
    valued_items,
)
from allanite.studies.contracts.valuation_tables import (
    budget_table,
    effects_table,
    values_table,
)
from allanite.studies.contracts.value import with_end

QUOTES: Final = ("USGS (Argus), FOB China, annual average", "2025")
_FACTORS: Final = np.geomspace(0.05, 10.0, 801)  # of all prices, 0.7 % apart


def chosen_contracts(release: Release, named: Sequence[str | Contract]) -> tuple[Contract, ...]:
    """Contracts by id, or as they are given; all of the release where none is named.

    Raises:
        UsageError: an id nobody knows.
    """
    known = load_contracts(release)
    found = (find_contract(known, one) if isinstance(one, str) else one for one in named)
    return tuple(found) or known


def value_contracts(
    release: Release,
    contracts: Sequence[Contract],
    prices: PriceModel,
    request: ValuationRequest,
    progress: Callable[[int], object] | None = None,
) -> dict[str, pa.Table]:
    """Tables `contract_values`, `contract_budget`, `contract_payoffs`, `contract_effects`.

    Args:
        release: the data.
        contracts: of the release or made by hand; those with missing terms, or for a whole
            country, get a row that says why they have no value.
        prices: the process.
        request: paths, horizon, seed.
        progress: called with the number of paths done.
    """
    desk = open_desk(release, request.years)
    producers = {c.contract_id: producer_of(release, c) for c in contracts}
    items = valued_items(contracts, producers, cases_of(desk, producers))
    months = MONTHS * request.years
    paths = prices.simulate(request.seed, request.paths, months, START, workers=request.workers)
    valued = value_items(desk, items, paths, request.range_paths, progress)
    return {
        "contract_values": values_table(contracts, producers, valued),
        "contract_budget": budget_table(contracts, valued),
        "contract_payoffs": payoffs_table(items.values(), desk.inflation_rate),
        "contract_effects": effects_table(valued, prices.draws, _break_evens(desk, valued)),
    }


def _break_evens(desk: Desk, valued: Valued) -> dict[tuple[str, str], float | None]:
    """Break-even prices of NdPr oxide, by contract (`all`, `none`) and venture."""
    cases = {item.case.venture.venture_id: item.case for item in valued.items.values()}
    asked: dict[tuple[str, str], tuple[Contract, ...]] = {
        (NOBODY, name): () for name in valued.without
    }
    asked |= {(ALL, name): held_contracts(valued.items, name) for name in valued.together}
    for key in valued.beside:
        item = valued.items[key]
        asked[key, item.case.venture.venture_id] = (item.contract,)
    return {
        (key, name): break_even_price(desk, cases[name], contracts)
        for (key, name), contracts in asked.items()
    }


def break_even_price(desk: Desk, case: Case, contracts: Sequence[Contract]) -> float | None:
    """Flat price of NdPr oxide above which owners are worth more than nothing [USD/kg].

    All oxides move together from their quotes of 2025. None where owners never lose or never
    gain between a twentieth and ten times them.

    Args:
        desk: the data.
        case: the venture.
        contracts: that it holds.
    """
    quotes = quoted_prices(desk.release, *QUOTES)
    items = {name: p.weight for name, p in products_of(case, contracts).items()}
    block = flat_block(_FACTORS[:, None] * quotes, desk.years, items)
    run = run_supported(case, contracts, block, desk.inflation_rate)
    worth = present_value(with_end(run.cash, run.terms)[1], run.terms.hurdle_rate)
    factor = _last_rise(_FACTORS, worth)
    ndpr = float(case.prices.weight_of(NDPR_OXIDE) @ quotes)
    return None if factor is None else factor * ndpr


def _last_rise(at: FloatArray, worth: FloatArray) -> float | None:
    """Where a curve crosses zero upwards for the last time, on a straight line between points."""
    rises = np.flatnonzero((worth[:-1] < 0) & (worth[1:] >= 0))
    if not rises.size:
        return None
    k = int(rises[-1])
    part = worth[k] / (worth[k] - worth[k + 1])
    return float(at[k] + part * (at[k + 1] - at[k]))
