"""Every input and result table, declared once; the reference pages are generated from it."""

from __future__ import annotations

from itertools import chain
from typing import Final

from allanite.catalogue.schema import TableSchema
from allanite.catalogue.tables import (
    bulk,
    contracts,
    core,
    corrections,
    finance,
    law,
    minerals,
    network,
    plan,
    policy,
    rare_earths,
    reading,
    response,
    results_backtest,
    results_brief,
    results_coalition,
    results_contracts,
    results_ensemble,
    results_exposure,
    results_law,
    results_ledger_reading,
    results_network,
    results_plan,
    results_response,
    results_support,
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
    law,
    reading,
    response,
    plan,
    contracts,
    finance,
    results_network,
    results_response,
    results_plan,
    results_exposure,
    results_law,
    results_brief,
    results_coalition,
    results_support,
    results_contracts,
    results_backtest,
    results_ensemble,
    results_ledger_reading,
)

TABLES: Final[dict[str, TableSchema]] = {
    schema.name: schema for schema in chain.from_iterable(m.SCHEMAS for m in _MODULES)
}
