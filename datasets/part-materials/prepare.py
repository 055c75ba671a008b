"""Materials of parts and what they hold; both files stand in the columns of their tables."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from allanite.catalogue.files import TextTable
from allanite.catalogue.read import type_table
from allanite.catalogue.snapshot import LINE, read_snapshot
from allanite.catalogue.tables.screening import PART_CONTENTS, PART_MATERIALS
from allanite.errors import DataError, Finding

SOURCE_ID = "part-materials"
FILES = {"part_materials.csv": PART_MATERIALS, "part_contents.csv": PART_CONTENTS}


def prepare(folder: Path) -> dict[str, pa.Table]:
    """The tables; raises `DataError` with every cell that is not of its type."""
    tables: dict[str, pa.Table] = {}
    findings: list[Finding] = []
    for name, schema in FILES.items():
        tables[schema.name], faults = type_table(_with_source(folder, name), schema)
        findings += faults
    if findings:
        raise DataError(findings)
    return tables


def _with_source(folder: Path, name: str) -> TextTable:
    cells = read_snapshot(folder, name)
    lines = cells.column(LINE).to_pylist()
    return TextTable(
        cells.drop_columns([LINE])
        .append_column("source_id", pa.array([SOURCE_ID] * len(lines)))
        .append_column("locator", pa.array([f"{name}, line {line}" for line in lines])),
        name,
    )
