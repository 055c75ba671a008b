"""Input tables of the price process: each file stands in the columns of its table.

Added here are only the source and the place of every row; a fault in a cell stops the build.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from allanite.catalogue.files import TextTable
from allanite.catalogue.read import type_table
from allanite.catalogue.snapshot import LINE, read_snapshot
from allanite.catalogue.tables import TABLES
from allanite.errors import DataError, Finding

SOURCE_ID = "price-parameters"
NAMES = ("price_deflators", "price_points", "outside_premiums", "outside_volumes")


def prepare(folder: Path) -> dict[str, pa.Table]:
    """The tables of this source by name.

    Raises:
        DataError: cells that are not of their column's type, all of them at once.
    """
    tables: dict[str, pa.Table] = {}
    findings: list[Finding] = []
    for name in NAMES:
        tables[name], faults = type_table(_with_place(folder, f"{name}.csv"), TABLES[name])
        findings += faults
    if findings:
        raise DataError(findings)
    return tables


def _with_place(folder: Path, file: str) -> TextTable:
    """The rows of a snapshot as text, with their source and the line they stand on."""
    rows = read_snapshot(folder, file)
    lines = [f"{file}, line {line}" for line in rows[LINE].to_pylist()]
    text = rows.drop_columns([LINE])
    text = text.append_column("source_id", pa.array([SOURCE_ID] * len(lines), pa.string()))
    return TextTable(text.append_column("locator", pa.array(lines, pa.string())), file)
