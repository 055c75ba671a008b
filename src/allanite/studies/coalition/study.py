"""All tables of what acting together is worth, and of who holds which stock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import pyarrow as pa

from allanite.catalogue.read import rows_table
from allanite.catalogue.tables import TABLES
from allanite.studies.coalition.answer import CoalitionAnswer, StockAnswer

Row = dict[str, object]
SHARED: Final[Mapping[str, Callable[[CoalitionAnswer], Iterable[Row]]]] = {}
STOCKED: Final[Mapping[str, Callable[[StockAnswer], Iterable[Row]]]] = {}


def share_tables(answer: CoalitionAnswer) -> dict[str, pa.Table]:
    """Tables `share_...`: values of coalitions, shares, payments, stability, entitlements."""
    return {name: rows_table(TABLES[name], list(rows(answer))) for name, rows in SHARED.items()}


def stock_tables(answer: StockAnswer) -> dict[str, pa.Table]:
    """Tables `stock_...`: who holds what in which form, joint against separate."""
    return {name: rows_table(TABLES[name], list(rows(answer))) for name, rows in STOCKED.items()}
