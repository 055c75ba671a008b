"""Result tables to a terminal, JSON, CSV, Parquet or XLSX; files appear whole or not at all."""

from __future__ import annotations

import json
import math
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable
from rich.text import Text

from allanite.catalogue.folders import writing
from allanite.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

FORMATS: Final = (".csv", ".json", ".parquet", ".xlsx")
XLSX_MAX_ROWS: Final = 1_048_575
XLSX_MAX_TEXT: Final = 32_767
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# What begins a formula in a spreadsheet, in Japanese ones too; numbers and lone dashes do not.
_FORMULA: Final = r"^[=@\t\r＝＠+\-＋－]."
_SIGNED_NUMBER: Final = r"^[+\-][\d.,]+(e[+\-]?\d+)?\s*%?$"
_NO_SHEET_NAME: Final = re.compile(r"[\[\]:*?/\\]")
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
        print_json(_json_rows(table))
    else:
        print_table(table, title)


def json_text(table: pa.Table) -> str:
    """The rows as a JSON array; missing values are null, dates ISO 8601."""
    return json.dumps(
        _json_rows(table), default=_iso, ensure_ascii=False, allow_nan=False, indent=1
    )


def print_json(value: object) -> None:
    """Print a value as JSON; letters the output cannot show are written as escapes."""
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    plain = not encoding.startswith("utf")
    print(json.dumps(value, default=_iso, ensure_ascii=plain, allow_nan=False, indent=1))


def _json_rows(table: pa.Table) -> list[dict[str, object]]:
    """The rows; numbers that JSON does not know (infinite, NaN) become null."""
    return [
        {name: None if _is_endless(value) else value for name, value in row.items()}
        for row in table.to_pylist()
    ]


def _is_endless(value: object) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no JSON form for {type(value).__name__}")


def print_table(table: pa.Table, title: str = "", limit: int = 200) -> None:
    """Print at most `limit` rows with a note on how many there are."""
    import pyarrow as pa

    heading = Text(printable(title)) if title else None
    shown = RichTable(title=heading, title_justify="left", header_style="bold")
    for field in table.schema:
        numeric = pa.types.is_floating(field.type) or pa.types.is_integer(field.type)
        name = Text(printable(field.name))
        shown.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in table.slice(0, limit).to_pylist():
        shown.add_row(*(Text(printable(_cell(value))) for value in row.values()))
    console = Console()
    console.print(shown)
    if table.num_rows > limit:
        console.print(f"{limit} of {table.num_rows:,} rows; use --out to get them all")


def say(lines: Iterable[str], to_error: bool = False) -> None:
    """Print sentences, one a line, to stdout or stderr."""
    console = Console(stderr=to_error)
    for line in lines:
        console.print(escape(printable(line)), soft_wrap=True, highlight=False)


def printable(text: str) -> str:
    """The text without characters that command a terminal; lines and tabs stay."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


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
        UsageError: an unknown ending, a place that cannot be written, or a table that XLSX
            cannot hold.
    """
    from allanite.catalogue.store import parquet_bytes

    if path.suffix not in FORMATS:
        raise UsageError(f"cannot write {path.name!r}: endings known are {', '.join(FORMATS)}")
    if path.suffix == ".csv":
        write_whole(path, lambda p: p.write_bytes(_csv_bytes(table)))
    elif path.suffix == ".json":
        write_whole(path, lambda p: p.write_text(json_text(table) + "\n", encoding="utf-8"))
    elif path.suffix == ".parquet":
        write_whole(path, lambda p: p.write_bytes(parquet_bytes(table)))
    else:
        write_workbook({path.stem: table}, path)


def _csv_bytes(table: pa.Table) -> bytes:
    import pyarrow as pa
    import pyarrow.csv as pa_csv

    sink = pa.BufferOutputStream()
    pa_csv.write_csv(_harmless(table), sink)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _harmless(table: pa.Table) -> pa.Table:
    """Texts a spreadsheet would run as a formula, with an apostrophe before them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for n, column in enumerate(table.columns):
        if pa.types.is_string(column.type):
            is_number = pc.match_substring_regex(column, _SIGNED_NUMBER, ignore_case=True)
            runs = pc.and_(pc.match_substring_regex(column, _FORMULA), pc.invert(is_number))
            text = pc.if_else(runs, pc.binary_join_element_wise("'", column, ""), column)
            table = table.set_column(n, table.field(n), text)
    return table


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Call `write` on a temporary name beside `path`, then rename: never half a file.

    Raises:
        UsageError: the folder is missing or closed, the disk full, or `path` is a folder.
    """
    with writing(path):
        if not path.parent.is_dir():
            raise UsageError(f"no folder {str(path.parent)!r}; make it first")
        if path.is_dir():
            raise UsageError(f"{path.name!r} is a folder; name a file")
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
    """Write tables as sheets of one workbook; raises `UsageError` for what XLSX cannot hold."""
    for name, table in tables.items():
        _check_fits(name, table)
    write_whole(path, lambda scratch: _fill_workbook(tables, scratch))


def _check_fits(name: str, table: pa.Table) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    remedy = "write .csv or .parquet instead"
    if table.num_rows > XLSX_MAX_ROWS:
        held = f"XLSX holds {XLSX_MAX_ROWS:,}"
        raise UsageError(f"table {name} has {table.num_rows:,} rows; {held}: {remedy}")
    for column, values in zip(table.column_names, table.columns, strict=True):
        if not pa.types.is_string(values.type):
            continue
        longest = pc.max(pc.utf8_length(values)).as_py() or 0
        if longest > XLSX_MAX_TEXT:
            held = f"XLSX holds {XLSX_MAX_TEXT:,} in a cell"
            raise UsageError(
                f"table {name}, column {column}: a text of {longest:,} characters; {held}: {remedy}"
            )


def _fill_workbook(tables: Mapping[str, pa.Table], path: Path) -> None:
    import pyarrow as pa
    import xlsxwriter

    # Texts stay texts: a cell that starts with = never becomes a formula.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": _WORKBOOK_MOMENT, "author": "allanite"})
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, table in tables.items():
            sheet = book.add_worksheet(_sheet_name(name))
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, table.column_names, bold)
            for j, column in enumerate(table.columns):
                fmt = day if pa.types.is_date(column.type) else None
                cells = [None if _is_endless(cell) else cell for cell in column.to_pylist()]
                sheet.write_column(1, j, cells, fmt)
            if table.num_columns:
                sheet.autofilter(0, 0, table.num_rows, table.num_columns - 1)


def _sheet_name(name: str) -> str:
    """The name with only what a sheet may be called by, at most 31 characters."""
    plain = _NO_SHEET_NAME.sub("_", printable(name)).strip("'")[:31].rstrip("'")
    return "table" if plain.lower() in ("", "history") else plain
