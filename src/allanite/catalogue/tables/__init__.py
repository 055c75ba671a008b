"""Every input and result table, declared once; the reference pages are generated from it."""

from __future__ import annotations

from itertools import chain
from typing import Final

from allanite.catalogue.schema import TableSchema
from allanite.catalogue.tables import (
    border,
    bulk,
    contracts,
    core,
    corrections,
    finance,
    law,
    minerals,
    network,
    parties,
    plan,
    policy,
    prices,
    rare_earths,
    response,
    results_backtest,
    results_border,
    results_brief,
    results_coalition,
    results_contracts,
    results_ensemble,
    results_exposure,
    results_law,
    results_network,
    results_parties,
    results_plan,
    results_prices,
    results_response,
    results_screening,
    results_support,
    results_verdicts,
    rules,
    screening,
    trade,
)

_MODULES = (
    core,
    corrections,
    bulk,
    trade,
    rare_earths,
    network,
    minerals,
    policy,
    prices,
    law,
    rules,
    response,
    plan,
    contracts,
    finance,
    border,
    screening,
    parties,
    results_network,
    results_response,
    results_plan,
    results_prices,
    results_exposure,
    results_law,
    results_brief,
    results_coalition,
    results_support,
    results_contracts,
    results_backtest,
    results_border,
    results_ensemble,
    results_screening,
    results_verdicts,
    results_parties,
)

TABLES: Final[dict[str, TableSchema]] = {
    schema.name: schema for schema in chain.from_iterable(m.SCHEMAS for m in _MODULES)
}
