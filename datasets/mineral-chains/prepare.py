"""Nine mineral chains: stages, forms of trade, lines of United States statistics, links, gaps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from allanite.catalogue.files import TextTable
from allanite.catalogue.read import type_table
from allanite.catalogue.schema import TableSchema
from allanite.catalogue.snapshot import LINE, read_snapshot
from allanite.catalogue.tables.core import ASSUMPTIONS, REGIONS
from allanite.catalogue.tables.minerals import (
    MINERAL_GAPS,
    MINERAL_LINKS,
    MINERAL_STAGE_SOURCES,
    MINERAL_STAGES,
    MINERAL_TRADE_FORMS,
    MINERAL_US_TRADE,
    OBSERVATION_EXPLANATIONS,
)
from allanite.errors import DataError

SOURCE_ID = "mineral-chains"
SCHEMA_OF_FILE = {
    "stages.csv": MINERAL_STAGES,
    "stage_sources.csv": MINERAL_STAGE_SOURCES,
    "trade_forms.csv": MINERAL_TRADE_FORMS,
    "us_trade.csv": MINERAL_US_TRADE,
    "links.csv": MINERAL_LINKS,
    "gaps.csv": MINERAL_GAPS,
    "explanations.csv": OBSERVATION_EXPLANATIONS,
    "assumptions.csv": ASSUMPTIONS,
    "regions.csv": REGIONS,
}


def prepare(folder: Path) -> dict[str, pa.Table]:
    """The tables, one a file; raises `DataError` with every cell that is not of its type."""
    read = {schema.name: _read(folder, name, schema) for name, schema in SCHEMA_OF_FILE.items()}
    findings = [finding for _, faults in read.values() for finding in faults]
    if findings:
        raise DataError(findings)
    return {name: table for name, (table, _) in read.items()}


def _read(folder: Path, name: str, schema: TableSchema) -> tuple[pa.Table, list[Any]]:
    cells = read_snapshot(folder, name)
    locators = [f"{name}, line {line}" for line in cells.column(LINE).to_pylist()]
    cells = cells.drop_columns([LINE])
    cells = cells.append_column("source_id", pa.array([SOURCE_ID] * cells.num_rows))
    cells = cells.append_column("locator", pa.array(locators, pa.string()))
    return type_table(TextTable(cells, name), schema)
