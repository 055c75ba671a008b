"""All tables of what acting together is worth, and of who holds which stock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import pyarrow as pa

from allanite.catalogue.read import rows_table
from allanite.catalogue.tables import TABLES
from allanite.studies.coalition.answer import CoalitionAnswer, StockAnswer
from allanite.studies.coalition.entitlements import right_rows
from allanite.studies.coalition.figures import share_figure_rows, stock_figure_rows
from allanite.studies.coalition.rows import (
    coalition_rows,
    payment_rows,
    player_rows,
    rule_rows,
    stability_rows,
)
from allanite.studies.coalition.stocks import cover_rows, holding_rows, overlap_rows

Row = dict[str, object]
SHARED: Final[Mapping[str, Callable[[CoalitionAnswer], Iterable[Row]]]] = {
    "share_figures": share_figure_rows,
    "share_coalitions": coalition_rows,
    "share_players": player_rows,
    "share_rules": rule_rows,
    "share_payments": payment_rows,
    "share_stability": stability_rows,
}
STOCKED: Final[Mapping[str, Callable[[StockAnswer], Iterable[Row]]]] = {
    "share_rights": right_rows,
    "stock_figures": stock_figure_rows,
    "stock_holdings": holding_rows,
    "stock_cover": cover_rows,
    "stock_overlap": overlap_rows,
}


def share_tables(answer: CoalitionAnswer) -> dict[str, pa.Table]:
    """Tables `share_...`: values, shares, payments, stability; and those of the stocks."""
    tables = {name: rows_table(TABLES[name], list(rows(answer))) for name, rows in SHARED.items()}
    return {**tables, **stock_tables(answer.stock)}


def stock_tables(answer: StockAnswer) -> dict[str, pa.Table]:
    """Tables `stock_...` and the release rule: who holds what in which form, and for whom."""
    return {name: rows_table(TABLES[name], list(rows(answer))) for name, rows in STOCKED.items()}
