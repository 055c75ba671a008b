"""Text tables into typed ones.

A cell that is not of its column's type becomes a finding with file, row and remedy;
nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from allanite.catalogue.files import TextTable, fault, read_parquet, read_text_table
from allanite.catalogue.schema import ARROW_TYPE, Column, DType, TableSchema
from allanite.errors import Finding, UsageError
from allanite.units import unit_factor

MAX_FINDINGS_PER_COLUMN: Final = 20
TABLE_SUFFIXES: Final = (".csv", ".parquet", ".xlsx")
_HEADER_UNIT = re.compile(r"^(?P<name>[^\[\]]+?)\s*\[(?P<unit>[^\[\]]*)\]\s*$")
_NUMBER = re.compile(r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$", re.ASCII)
_WHOLE = re.compile(r"^[+-]?\d{1,18}(\.0+)?$", re.ASCII)  # workbooks write 2024 as 2024.0
_TYPE_WORDS: Final[dict[DType, str]] = {
    "text": "a text",
    "number": "a number",
    "integer": "a whole number",
    "date": "a date such as 2025-10-28",
    "flag": "yes or no",
}
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")


def read_table(path: Path, schema: TableSchema) -> tuple[pa.Table, list[Finding]]:
    """The typed table of a CSV, XLSX or Parquet file, and the faults of its cells."""
    text = read_parquet(path) if path.suffix == ".parquet" else read_text_table(path)
    return type_table(text, schema)


def type_table(text: TextTable, schema: TableSchema) -> tuple[pa.Table, list[Finding]]:
    """Cells in the types of the schema, columns in its order; every fault as a finding.

    A header may state a unit, `capacity_rate [kt/yr]`; it is converted to the declared one.
    Columns the schema does not know, and required ones that are missing, are findings.
    """
    findings: list[Finding] = []
    headers = {_header_name(name): name for name in text.columns.column_names}
    findings += [
        _column_finding(text, schema, name, "stands twice") for name in _repeated_columns(text)
    ]
    findings += [
        _column_finding(text, schema, name, "is not a column of this table")
        for name in sorted(set(headers) - set(schema.column_names))
    ]
    arrays: list[pa.Array] = []
    for column in schema.columns:
        if column.name in headers:
            header = headers[column.name]
            cells = _column_cells(text.columns, header)
            factor = _header_factor(text, schema, column, header, findings)
            arrays.append(_type_cells(text, schema, column, cells, factor, findings))
            continue
        if column.required:
            findings.append(_column_finding(text, schema, column.name, "is missing"))
        arrays.append(pa.nulls(text.columns.num_rows, ARROW_TYPE[column.dtype]))
    return pa.Table.from_arrays(arrays, names=list(schema.column_names)), findings


def _repeated_columns(text: TextTable) -> list[str]:
    names = [_header_name(name) for name in text.columns.column_names]
    return sorted({name for name in names if names.count(name) > 1})


def _column_cells(table: pa.Table, header: str) -> pa.Array:
    """Cells of the first column of that header as one array."""
    column = table.column(table.column_names.index(header))
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _header_name(header: str) -> str:
    match = _HEADER_UNIT.match(header)
    return match["name"] if match else header.strip()


def _header_factor(
    text: TextTable, schema: TableSchema, column: Column, header: str, findings: list[Finding]
) -> float:
    match = _HEADER_UNIT.match(header)
    if match is None:
        return 1.0
    try:
        return unit_factor(match["unit"], column.unit)
    except UsageError as error:
        finding = Finding(
            table=schema.name,
            place=f'header "{header}"',
            found=str(error),
            allowed=f"a unit that converts to {column.unit or 'none (this column has no unit)'}",
            remedy=f'Write "{column.name} [{column.unit}]" and convert the values.',
            origin=f"{text.origin}:1",
        )
        findings.append(finding)
        return 1.0


def _column_finding(text: TextTable, schema: TableSchema, name: str, what: str) -> Finding:
    return Finding(
        table=schema.name,
        place=f'column "{name}"',
        found=f'column "{name}" {what}',
        allowed=", ".join(schema.column_names),
        remedy="Compare the header with `allanite data show --schema " + schema.name + "`.",
        origin=f"{text.origin}:1",
    )


def _type_cells(
    text: TextTable,
    schema: TableSchema,
    column: Column,
    cells: pa.Array,
    factor: float,
    findings: list[Finding],
) -> pa.Array:
    target = ARROW_TYPE[column.dtype]
    if cells.type == target and factor == 1.0:
        return _without_blanks(cells) if column.dtype == "text" else cells
    if not pa.types.is_string(cells.type):
        try:
            cells = cells.cast(pa.string())
        except pa.ArrowException:
            findings.append(_type_finding(text, schema, column, cells.type))
            return pa.nulls(len(cells), target)
    typed, bad = _parse(cells, column)
    findings += [
        Finding(
            table=schema.name,
            place=f'row {row + 1}, column "{column.name}"',
            found=repr(cells[row].as_py()),
            allowed=_TYPE_WORDS[column.dtype] + (f" in {column.unit}" if column.unit else ""),
            remedy="Correct the cell, or leave it empty if the value is not known.",
            origin=f"{text.origin}:{row + text.first_row}",
        )
        for row in _true_positions(bad)[:MAX_FINDINGS_PER_COLUMN]
    ]
    return pc.multiply(typed, factor) if factor != 1.0 else typed


def _type_finding(
    text: TextTable, schema: TableSchema, column: Column, found: pa.DataType
) -> Finding:
    return Finding(
        table=schema.name,
        place=f'column "{column.name}"',
        found=f"values of type {found}",
        allowed=_TYPE_WORDS[column.dtype],
        remedy="Write one plain value a cell.",
        origin=text.origin,
    )


def _without_blanks(cells: pa.Array) -> pa.Array:
    """Texts as they stand; those of nothing but spaces become missing."""
    blank = pc.equal(pc.utf8_trim_whitespace(cells), "")
    return pc.if_else(blank, pa.scalar(None, cells.type), cells)


def _true_positions(mask: pa.Array) -> list[int]:
    return [int(i) for i in pc.indices_nonzero(mask).to_pylist()]


def _parse(cells: pa.Array, column: Column) -> tuple[pa.Array, pa.Array]:
    """Typed cells, and a mask of the cells that could not be typed (they become null)."""
    if column.dtype == "text":
        return _without_blanks(cells), pa.array([False] * len(cells), pa.bool_())
    if column.dtype != "flag":
        try:
            typed = _plain_cells(cells).cast(ARROW_TYPE[column.dtype])
            return typed, pa.array([False] * len(cells), pa.bool_())
        except pa.ArrowInvalid:
            pass  # some cell needs a look of its own
    values = [_parse_cell(cell, column) for cell in cells.to_pylist()]
    bad = pa.array([value is _BAD for value in values], pa.bool_())
    good = [None if value is _BAD else value for value in values]
    return pa.array(good, ARROW_TYPE[column.dtype]), bad


def _plain_cells(cells: pa.Array) -> pa.Array:
    trimmed = pc.utf8_trim_whitespace(cells)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


class _Bad:
    """Marks a cell that is not of its column's type."""


_BAD = _Bad()


def _parse_cell(cell: str | None, column: Column) -> object:
    if cell is None or not cell.strip():
        return None
    text = cell.strip()
    if column.dtype == "number":
        return float(text) if _NUMBER.match(text) else _BAD
    if column.dtype == "integer":
        return int(text.split(".")[0]) if _WHOLE.match(text) else _BAD
    try:
        if column.dtype == "date":
            return date.fromisoformat(text[:10] if text[10:11] == " " else text)
    except ValueError:
        return _BAD
    lowered = text.lower()
    return True if lowered in _TRUE else False if lowered in _FALSE else _BAD


def empty_table(schema: TableSchema) -> pa.Table:
    """The table with its columns and no rows."""
    return schema.arrow_schema().empty_table()


def rows_table(schema: TableSchema, rows: Sequence[dict[str, object]]) -> pa.Table:
    """A typed table from rows; columns a row does not name are missing.

    Raises:
        DataError: a row names a column the schema does not have.
    """
    unknown = sorted({name for row in rows for name in row} - set(schema.column_names))
    if unknown:
        raise fault(
            schema.name, f"columns {unknown}", ", ".join(schema.column_names), "Fix the rows."
        )
    return pa.table(
        {
            c.name: pa.array([row.get(c.name) for row in rows], ARROW_TYPE[c.dtype])
            for c in schema.columns
        }
    )
