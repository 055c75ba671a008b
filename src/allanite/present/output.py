"""Result tables to a terminal, JSON, CSV, Parquet or XLSX; files appear whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.csv as pa_csv
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from allanite.catalogue.store import parquet_bytes
from allanite.errors import UsageError

FORMATS: Final = (".csv", ".json", ".parquet", ".xlsx")
XLSX_MAX_ROWS: Final = 1_048_575
# A fixed moment, so that the same tables give the same workbook.
_WORKBOOK_MOMENT: Final = datetime(2025, 10, 28)


def emit(
    table: pa.Table, *, title: str = "", as_json: bool = False, out: Path | None = None
) -> None:
    """Print a table for people or as JSON, or write it to a file."""
    if out is not None:
        write_table(table, out)
        Console(stderr=True).print(f"wrote {out.name}: {table.num_rows:,} rows")
    elif as_json:
        print(json_text(table))
    else:
        print_table(table, title)


def json_text(table: pa.Table) -> str:
    """The rows as a JSON array; missing values are null, dates ISO 8601."""
    return json.dumps(table.to_pylist(), default=_iso, ensure_ascii=False, indent=1)


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no JSON form for {type(value).__name__}")


def print_table(table: pa.Table, title: str = "", limit: int = 200) -> None:
    """Print at most `limit` rows with a note on how many there are."""
    shown = RichTable(title=title or None, title_justify="left", header_style="bold")
    for field in table.schema:
        numeric = pa.types.is_floating(field.type) or pa.types.is_integer(field.type)
        shown.add_column(field.name, justify="right" if numeric else "left", overflow="fold")
    for row in table.slice(0, limit).to_pylist():
        shown.add_row(*(Text(_cell(value)) for value in row.values()))
    console = Console()
    console.print(shown)
    if table.num_rows > limit:
        console.print(f"{limit} of {table.num_rows:,} rows; use --out to get them all")


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return str(value)


def write_table(table: pa.Table, path: Path) -> None:
    """Write one table; the ending of `path` rules the form.

    Raises:
        UsageError: an unknown ending, a missing folder, or too many rows for XLSX.
    """
    if path.suffix not in FORMATS:
        raise UsageError(f"cannot write {path.name!r}: endings known are {', '.join(FORMATS)}")
    if path.suffix == ".csv":
        sink = pa.BufferOutputStream()
        pa_csv.write_csv(table, sink)
        write_whole(path, lambda p: p.write_bytes(sink.getvalue().to_pybytes()))
    elif path.suffix == ".json":
        write_whole(path, lambda p: p.write_text(json_text(table) + "\n", encoding="utf-8"))
    elif path.suffix == ".parquet":
        write_whole(path, lambda p: p.write_bytes(parquet_bytes(table)))
    else:
        write_workbook({path.stem[:31]: table}, path)


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Call `write` on a temporary name beside `path`, then rename: never half a file."""
    if not path.parent.is_dir():
        raise UsageError(f"no folder {str(path.parent)!r}; make it first")
    handle, name = tempfile.mkstemp(prefix=".allanite-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    scratch = Path(name)
    try:
        write(scratch)
        scratch.chmod(0o644)
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)


def write_workbook(tables: Mapping[str, pa.Table], path: Path) -> None:
    """Write tables as sheets of one workbook; raises `UsageError` for a table too long."""
    for name, table in tables.items():
        if table.num_rows > XLSX_MAX_ROWS:
            raise UsageError(
                f"table {name} has {table.num_rows:,} rows; XLSX holds {XLSX_MAX_ROWS:,}"
            )
    write_whole(path, lambda scratch: _fill_workbook(tables, scratch))


def _fill_workbook(tables: Mapping[str, pa.Table], path: Path) -> None:
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": _WORKBOOK_MOMENT, "author": "allanite"})
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, table in tables.items():
            sheet = book.add_worksheet(name[:31])
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, table.column_names, bold)
            for j, column in enumerate(table.columns):
                fmt = day if pa.types.is_date(column.type) else None
                sheet.write_column(1, j, column.to_pylist(), fmt)
            if table.num_columns:
                sheet.autofilter(0, 0, table.num_rows, table.num_columns - 1)
