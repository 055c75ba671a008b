"""Files from outside: size limits, no binary content, no path that leaves the folder given.

Files are hostile until read. Whatever a reader of workbooks or Parquet raises on a broken
file becomes a fault that names the file and the remedy.
"""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from allanite.errors import DataError, Finding, UsageError

MAX_FILE_BYTES: Final = 200 * 1024**2
MAX_CELLS: Final = 10_000_000
MAX_ENTRIES: Final = 1_000  # files inside a workbook
MAX_RATIO: Final = 200  # unpacked size by packed size of one of them
# The apostrophe that marks a text in a spreadsheet, as `present.output` writes it, is no letter.
_MARKED: Final = r"^'([=@\t\r＝＠+\-＋－])"
_SMALL_BYTES: Final = 1024**2  # a small sheet of equal rows may be packed any tighter
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


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


def read_file(path: Path, limit: int | None = None) -> bytes:
    """Content of a file; raises `DataError` where it is missing, closed, empty or too large.

    Args:
        path: the file.
        limit: largest size [byte]; `MAX_FILE_BYTES` by default.
    """
    largest = MAX_FILE_BYTES if limit is None else limit
    try:
        if not path.is_file():
            found = "a folder" if path.is_dir() else "no such file"
            raise fault(path.name, found, "an existing file", "Check the name.")
        size = path.stat().st_size
        if size > largest:
            raise fault(path.name, _mebibytes(size), f"at most {_mebibytes(largest)}", "Split it.")
        content = path.read_bytes()
    except OSError as error:
        found = error.strerror or str(error)
        raise fault(path.name, found, "a file you may read", "Check its permissions.") from error
    if not content:
        raise fault(path.name, "an empty file", "content", "Fill the file or remove it.")
    return content


def _mebibytes(size: int) -> str:
    return f"{size / 1024**2:.0f} MiB"


def read_text_file(path: Path, limit: int | None = None) -> str:
    """Text of a UTF-8 file (see `read_file`); raises `DataError` for binary content."""
    content = read_file(path, limit)
    if content.startswith(_UTF16):
        raise fault(path.name, "UTF-16 text", "UTF-8 text", "Save the file as UTF-8.")
    if b"\x00" in content:
        raise fault(path.name, "binary content", "UTF-8 text", "Export it as text again.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"a byte that is not UTF-8 at position {error.start}"
        raise fault(path.name, found, "UTF-8 text", "Save the file as UTF-8.") from error


def read_text_table(path: Path) -> TextTable:
    """A CSV or XLSX file as text cells; raises `DataError` where it cannot be read."""
    if path.suffix.lower() == ".xlsx":
        return _read_workbook(path)
    content = read_text_file(path)
    if "\n" not in content:
        content = content.replace("\r", "\n") + "\n"
    header = content.split("\n", 1)[0]
    if not header.strip():
        raise fault(path.name, "an empty first line", "column names", "Write the header first.")
    _check_cells(path.name, content, _separator(header))
    try:
        return TextTable(_parse_csv(content, _separator(header)), path.name)
    except (pa.ArrowInvalid, csv.Error) as error:
        raise fault(path.name, str(error), "CSV with one header line", "Repair the row.") from error


def _separator(header: str) -> str:
    """What parts the cells: a comma, or what stands in a header without one."""
    return next((mark for mark in (",", ";", "\t") if mark in header), ",")


def _check_cells(name: str, content: str, separator: str) -> None:
    """Raise `DataError` for text of more cells than memory should hold."""
    count = content.count(separator) + content.count("\n")
    if count > MAX_CELLS:
        found = f"about {count:,} cells"
        raise fault(name, found, f"at most {MAX_CELLS:,} cells", "Split the file.")


def _parse_csv(content: str, separator: str) -> pa.Table:
    """Cells as texts; one block, so that a long cell needs no block of its own."""
    names = next(csv.reader(io.StringIO(content), delimiter=separator))
    text = content.encode()
    table = pa_csv.read_csv(
        pa.py_buffer(text),
        read_options=pa_csv.ReadOptions(block_size=len(text) + 1),
        parse_options=pa_csv.ParseOptions(delimiter=separator, newlines_in_values=True),
        convert_options=pa_csv.ConvertOptions(
            strings_can_be_null=True,
            null_values=[""],
            column_types={name: pa.string() for name in names},
        ),
    )
    columns = [pc.replace_substring_regex(c, _MARKED, r"\1") for c in table.columns]
    return pa.Table.from_arrays(columns, names=table.column_names)


def _read_workbook(path: Path) -> TextTable:
    """The first sheet; blank rows at its end and blank columns without a header do not count."""
    content = read_file(path)
    try:
        _check_unpacked(content, path.name)
        rows = _sheet_rows(content, path.name)
    except DataError:
        raise
    except Exception as error:  # a broken workbook breaks its reader in many ways
        found = f"{type(error).__name__}: {error}"
        raise fault(path.name, found, "an XLSX workbook", "Save it again as XLSX.") from error
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        raise fault(path.name, "an empty sheet", "a header and rows", "Fill the first sheet.")
    return TextTable(_cells_table(rows), path.name)


def _sheet_rows(content: bytes, name: str) -> list[list[str | None]]:
    """Stored values of the first sheet; a formula that stored none is a fault, not a blank."""
    from openpyxl import load_workbook

    with closing(load_workbook(io.BytesIO(content), read_only=True, data_only=True)) as book:
        rows = _texts(book.worksheets[0], name)
    if not _has_formulas(content):
        return rows
    with closing(load_workbook(io.BytesIO(content), read_only=True)) as book:
        written = _texts(book.worksheets[0], name)
    for n, (values, formulas) in enumerate(zip(rows, written, strict=True), start=1):
        for value, formula in zip(values, formulas, strict=False):
            if value is None and formula is not None and formula.startswith("="):
                found = f"a formula without a stored value in row {n}: {formula[:80]!r}"
                raise fault(name, found, "values", "Paste the values in place of the formulas.")
    return rows


def _texts(sheet: Any, name: str) -> list[list[str | None]]:  # noqa: ANN401
    sheet.reset_dimensions()  # a sheet may claim a size it does not have
    rows: list[list[str | None]] = []
    cells = 0
    for row in sheet.iter_rows(values_only=True):
        cells += len(row) + 1
        if cells > MAX_CELLS:
            found = f"more than {MAX_CELLS:,} cells in the first sheet"
            raise fault(name, found, f"at most {MAX_CELLS:,} cells", "Remove blank ones or split.")
        rows.append([None if cell is None or cell == "" else str(cell) for cell in row])
    return rows


def _has_formulas(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/")]
        return any(b"<f>" in (text := archive.read(n)) or b"<f " in text for n in sheets)


def _cells_table(rows: Sequence[Sequence[str | None]]) -> pa.Table:
    header, cells = rows[0], rows[1:]
    columns: dict[int, list[str | None]] = {
        i: [row[i] if i < len(row) else None for row in cells]
        for i in range(max(len(row) for row in rows))
    }
    named = {i: (header[i] or "").strip() for i in range(len(header))}
    kept = [i for i in columns if named.get(i) or any(columns[i])]
    return pa.Table.from_arrays(
        [pa.array(columns[i], pa.string()) for i in kept],
        names=[named.get(i) or f"(no header, column {i + 1})" for i in kept],
    )


def _check_unpacked(content: bytes, name: str) -> None:
    """Raise `DataError` for a workbook of too many, too large or too dense files, or with code."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
    size = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES:
        found, allowed = f"{len(entries):,} files inside", f"at most {MAX_ENTRIES:,}"
        raise fault(name, found, allowed, "Save only the sheet as a new workbook.")
    if size > MAX_FILE_BYTES:
        found = f"{_mebibytes(size)} unpacked"
        raise fault(name, found, f"at most {_mebibytes(MAX_FILE_BYTES)}", "Use CSV.")
    for entry in entries:
        if entry.file_size > max(_SMALL_BYTES, MAX_RATIO * entry.compress_size):
            found = f"{entry.filename!r}, {_mebibytes(entry.file_size)} packed into"
            found += f" {entry.compress_size / 1024:.0f} KiB"
            raise fault(name, found, f"at most {MAX_RATIO} to 1", "Use CSV.")
        part = entry.filename.lower()
        if part.endswith("vbaproject.bin"):
            raise fault(name, "macros", "a workbook without code", "Save it as XLSX, or as CSV.")
        if part.startswith("xl/externallinks/"):
            remedy = "Break the links: paste their values, and save again."
            raise fault(name, "links to other workbooks", "values only", remedy)


def read_parquet(path: Path) -> TextTable:
    """A Parquet file with the types it has; raises `DataError` where it cannot be read."""
    content = read_file(path)
    try:
        table = pq.ParquetFile(pa.py_buffer(content)).read()
        table.validate(full=True)
    except (pa.ArrowException, OSError) as error:
        found = " ".join(str(error).split())
        raise fault(path.name, found, "a Parquet file", "Write it again.") from error
    return TextTable(table, path.name)
