"""Snapshots of publishers to tables of declared schemas: what every `prepare.py` needs.

A snapshot is an untouched file whose sha256 stands in `source.toml`; it may be
compressed. Every row keeps the line it came from, so that a locator can name it.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.csv as pa_csv

from allanite.catalogue.files import TextTable, fault
from allanite.catalogue.read import type_table
from allanite.catalogue.schema import TableSchema
from allanite.catalogue.source import Source
from allanite.catalogue.tables import TABLES
from allanite.errors import DataError, Finding

SNAPSHOT: Final = "snapshot"
LINE: Final = "line"


def snapshot_path(folder: Path, name: str) -> Path:
    """Path of a snapshot file below a source's folder."""
    return folder / SNAPSHOT / name


def read_snapshot(folder: Path, name: str) -> pa.Table:
    """Rows of a CSV snapshot (`.csv` or `.csv.gz`) as text; empty cells are missing.

    The added column `line` counts the rows as lines of the file, the header being 1.
    """
    content = snapshot_path(folder, name).read_bytes()
    if name.endswith(".gz"):
        content = gzip.decompress(content)
    header = pa_csv.read_csv(pa.py_buffer(content)).column_names
    table = pa_csv.read_csv(
        pa.py_buffer(content),
        parse_options=pa_csv.ParseOptions(newlines_in_values=True),
        convert_options=pa_csv.ConvertOptions(
            strings_can_be_null=True,
            null_values=[""],
            column_types={column: pa.string() for column in header},
        ),
    )
    return table.append_column(LINE, pa.array(range(2, table.num_rows + 2), pa.int64()))


def placed_tables(folder: Path, source_id: str, names: Iterable[str]) -> dict[str, pa.Table]:
    """Tables whose files `<name>.csv` stand in their columns, with source and line added.

    Raises:
        DataError: cells that are not of their column's type, all of them at once.
    """
    tables: dict[str, pa.Table] = {}
    findings: list[Finding] = []
    for name in names:
        text = _with_place(folder, f"{name}.csv", source_id)
        tables[name], faults = type_table(text, TABLES[name])
        findings += faults
    if findings:
        raise DataError(findings)
    return tables


def _with_place(folder: Path, file: str, source_id: str) -> TextTable:
    """The rows of a snapshot as text, with their source and the line they stand on."""
    rows = read_snapshot(folder, file)
    lines = [f"{file}, line {line}" for line in rows[LINE].to_pylist()]
    text = rows.drop_columns([LINE])
    text = text.append_column("source_id", pa.array([source_id] * len(lines), pa.string()))
    return TextTable(text.append_column("locator", pa.array(lines, pa.string())), file)


def select_table(schema: TableSchema, query: str, tables: Mapping[str, pa.Table]) -> pa.Table:
    """Rows of a query over text tables, in the columns and types of the schema.

    Columns the query does not give are missing; one the schema does not know is an error.

    Raises:
        DataError: the query gives a column that is not declared.
    """
    connection = duckdb.connect()
    for name, table in tables.items():
        connection.register(name, table)
    result: pa.Table = connection.sql(query).to_arrow_table()
    unknown = sorted(set(result.column_names) - set(schema.column_names))
    if unknown:
        allowed = ", ".join(schema.column_names)
        raise fault(schema.name, f"columns {unknown}", allowed, "Correct the query.")
    target = schema.arrow_schema()
    arrays = [
        result.column(field.name).cast(field.type)
        if field.name in result.column_names
        else pa.nulls(result.num_rows, field.type)
        for field in target
    ]
    return pa.table(dict(zip(target.names, arrays, strict=True)))


def check_snapshot(folder: Path, source: Source) -> None:
    """Compare every snapshot file with the sha256 of its source.

    Raises:
        DataError: a file is missing, has another sha256, or is not named in `source.toml`.
    """
    for file in source.files:
        path = snapshot_path(folder, file.name)
        origin = f"{source.source_id}/{SNAPSHOT}/{file.name}"
        if not path.is_file():
            raise fault(origin, "no such file", "the snapshot", "Restore it from the repository.")
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != file.sha256:
            remedy = "Restore the file, or write the new sha256 to source.toml if it was renewed."
            raise fault(origin, f"sha256 {found}", f"sha256 {file.sha256}", remedy)
    named = {file.name for file in source.files}
    present = {path.name for path in (folder / SNAPSHOT).glob("*") if path.is_file()}
    for name in sorted(present - named):
        origin = f"{source.source_id}/{SNAPSHOT}/{name}"
        remedy = "Add a [[file]] entry with its sha256, or remove the file."
        raise fault(origin, "a file without an entry", "files named in source.toml", remedy)
