"""Files into text tables, and text tables into typed ones.

Files are hostile until read: size limits, no binary content, no path that leaves the
folder given. A cell that is not of its column's type becomes a finding with file, row
and remedy; nothing is guessed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from allanite.catalogue.schema import ARROW_TYPE, Column, TableSchema
from allanite.errors import DataError, Finding, UsageError
from allanite.units import unit_factor

MAX_FILE_BYTES: Final = 200 * 1024**2
MAX_FINDINGS_PER_COLUMN: Final = 20
TABLE_SUFFIXES: Final = (".csv", ".parquet", ".xlsx")
_HEADER_UNIT = re.compile(r"^(?P<name>[^\[\]]+?)\s*\[(?P<unit>[^\[\]]*)\]\s*$")
_NUMBER = re.compile(r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$", re.ASCII)
_WHOLE = re.compile(r"^[+-]?\d{1,18}(\.0+)?$", re.ASCII)  # workbooks write 2024 as 2024.0
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table of text cells as they stand in a file; missing cells are null.

    Attributes:
        columns: texts by header.
        origin: file name shown to the reader.
        first_row: line of the file on which the first row stands.
    """

    columns: pa.Table
    origin: str
    first_row: int = 2


def inside(folder: Path, name: str) -> Path:
    """The path of `name` inside `folder`; raises `UsageError` where it leads outside."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise UsageError(f"path {name!r} leaves the folder {folder.name!r}; use a name inside it")
    return path


def fault(origin: str, found: str, allowed: str, remedy: str) -> DataError:
    """A `DataError` about a whole file."""
    return DataError([Finding(table=origin, place="", found=found, allowed=allowed, remedy=remedy)])


def check_size(path: Path) -> None:
    """Raise `DataError` for a file that is missing, empty, or larger than `MAX_FILE_BYTES`."""
    if not path.is_file():
        raise fault(path.name, "no such file", "an existing file", "Check the name.")
    size = path.stat().st_size
    if size == 0:
        raise fault(path.name, "an empty file", "a header and rows", "Fill the file or remove it.")
    if size > MAX_FILE_BYTES:
        limit = f"at most {MAX_FILE_BYTES // 1024**2} MiB"
        raise fault(path.name, f"{size // 1024**2} MiB", limit, "Split the file.")


def read_text_file(path: Path) -> str:
    """Text of a UTF-8 file after the size check; raises `DataError` for binary content."""
    check_size(path)
    content = path.read_bytes()
    if b"\x00" in content:
        raise fault(path.name, "binary content", "UTF-8 text", "Export the table as text again.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"a byte that is not UTF-8 at position {error.start}"
        raise fault(path.name, found, "UTF-8 text", "Save the file as UTF-8.") from error


def read_text_table(path: Path) -> TextTable:
    """A CSV or XLSX file as text cells; raises `DataError` where it cannot be read."""
    if path.suffix == ".xlsx":
        return _read_xlsx(path)
    content = read_text_file(path)
    options = pa_csv.ConvertOptions(strings_can_be_null=True, null_values=[""])
    header = content.split("\n", 1)[0].strip()
    if not header:
        raise fault(path.name, "an empty first line", "column names", "Write the header first.")
    try:
        names = next(csv.reader(io.StringIO(content)))
        options.column_types = {name: pa.string() for name in names}
        table = pa_csv.read_csv(
            pa.py_buffer(content.encode()),
            parse_options=pa_csv.ParseOptions(newlines_in_values=True),
            convert_options=options,
        )
    except (pa.ArrowInvalid, csv.Error) as error:
        raise fault(path.name, str(error), "CSV with one header line", "Repair the row.") from error
    return TextTable(table, path.name)


def _read_xlsx(path: Path) -> TextTable:
    import zipfile

    from openpyxl import load_workbook

    check_size(path)
    try:
        _check_unpacked(path)
        with closing(load_workbook(path, read_only=True, data_only=True)) as book:
            rows = list(book.worksheets[0].iter_rows(values_only=True))
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise fault(path.name, str(error), "an XLSX workbook", "Save it again as XLSX.") from error
    if not rows:
        raise fault(path.name, "an empty sheet", "a header and rows", "Fill the first sheet.")
    header = [str(name).strip() if name is not None else "" for name in rows[0]]
    cells = [[None if c is None or c == "" else str(c) for c in row] for row in rows[1:]]
    arrays = [
        pa.array([row[i] if i < len(row) else None for row in cells], pa.string())
        for i in range(len(header))
    ]
    return TextTable(pa.Table.from_arrays(arrays, names=header), path.name)


def _check_unpacked(path: Path) -> None:
    """Raise `DataError` for a workbook that is small on disk and huge when unpacked."""
    import zipfile

    with zipfile.ZipFile(path) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > MAX_FILE_BYTES:
        found = f"{size // 1024**2} MiB unpacked"
        raise fault(path.name, found, f"at most {MAX_FILE_BYTES // 1024**2} MiB", "Use CSV.")


def read_table(path: Path, schema: TableSchema) -> tuple[pa.Table, list[Finding]]:
    """The typed table of a CSV, XLSX or Parquet file, and the faults of its cells."""
    if path.suffix == ".parquet":
        check_size(path)
        try:
            return type_table(TextTable(pq.ParquetFile(path).read(), path.name), schema)
        except pa.ArrowInvalid as error:
            raise fault(path.name, str(error), "a Parquet file", "Write it again.") from error
    return type_table(read_text_table(path), schema)


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
        return cells
    if not pa.types.is_string(cells.type):
        cells = cells.cast(pa.string())
    typed, bad = _parse(cells, column)
    findings += [
        Finding(
            table=schema.name,
            place=f'row {row + 1}, column "{column.name}"',
            found=repr(cells[row].as_py()),
            allowed=f"a {column.dtype}" + (f" in {column.unit}" if column.unit else ""),
            remedy="Correct the cell, or leave it empty if the value is not known.",
            origin=f"{text.origin}:{row + text.first_row}",
        )
        for row in _true_positions(bad)[:MAX_FINDINGS_PER_COLUMN]
    ]
    return pc.multiply(typed, factor) if factor != 1.0 else typed


def _true_positions(mask: pa.Array) -> list[int]:
    return [int(i) for i in pc.indices_nonzero(mask).to_pylist()]


def _parse(cells: pa.Array, column: Column) -> tuple[pa.Array, pa.Array]:
    """Typed cells, and a mask of the cells that could not be typed (they become null)."""
    if column.dtype == "text":
        return cells, pa.array([False] * len(cells), pa.bool_())
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
