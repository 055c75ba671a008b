"""Files to bills of materials: CSV, XLSX, JSON and CycloneDX, all into one declared form.

A file is hostile until read. Whatever is wrong with it is told with row and column, all of it
at once up to a limit; nothing is guessed and nothing is written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from allanite.catalogue.check import check_tables
from allanite.catalogue.files import TextTable, fault, read_text_file, read_text_table
from allanite.catalogue.read import MAX_FINDINGS_PER_COLUMN, type_table
from allanite.catalogue.tables.screening import BILL_OF_MATERIALS, MASS_UNITS
from allanite.errors import Finding
from allanite.studies.screening.bom import Bom
from allanite.studies.screening.columns import Lexicon, bom_of_table
from allanite.studies.screening.cyclonedx import cyclonedx_rows, is_cyclonedx
from allanite.studies.screening.json_rows import json_rows, parse_json
from allanite.studies.screening.tree import row_finding

MAX_PARTS: Final = 200_000
MAX_COLUMNS: Final = 500
MAX_TEXT: Final = 2_000
TABLE_ENDINGS: Final = (".csv", ".tsv", ".txt", ".xlsx")
_REMEDY_OF_ENDING: Final = {
    ".xls": "Save it as XLSX or CSV.",
    ".xlsm": "Save it as XLSX without macros, or as CSV.",
    ".xlsb": "Save it as XLSX or CSV.",
    ".ods": "Save it as XLSX or CSV.",
    ".xml": "Export CycloneDX as JSON.",
}
# Headers as purchasing systems print them; spaces, points and case do not count.
ALIASES: Final = {
    "id": "part_id",
    "item": "part_id",
    "position": "part_id",
    "parent": "parent_id",
    "bom_level": "level",
    "part_no": "part_number",
    "pn": "part_number",
    "mpn": "part_number",
    "material_number": "part_number",
    "description": "name",
    "part_name": "name",
    "qty": "quantity",
    "weight": "mass",
    "net_weight": "mass",
    "unit_mass": "mass",
    "unit_price": "value",
    "price": "value",
    "unit_value": "value",
    "vendor": "supplier",
    "maker": "manufacturer",
    "hs_code": "hts_code",
    "tariff_code": "hts_code",
    "country_of_origin": "country_made",
    "remark": "note",
}
_HEADER: Final = re.compile(r"^(?P<name>[^\[\]]+?)\s*(?:\[(?P<unit>[^\[\]]*)\])?\s*$")
_UNIT_COLUMN: Final = {"mass": "mass_unit", "value": "currency"}
_IGNORED: Final = "x_"
# Control characters but tab and line ends, and marks that turn the direction of writing.
_UNSEEN: Final = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\x{202a}-\x{202e}\x{2066}-\x{2069}]"


def read_bom(path: Path, lexicon: Lexicon) -> Bom:
    """The bill of materials in a file.

    Args:
        path: a CSV, XLSX or JSON file, or CycloneDX 1.6 or 1.7 as JSON.
        lexicon: words that may stand in it, by `load_lexicon`.

    Raises:
        DataError: every fault found, with file, row and column.
    """
    table, findings = read_parts(path)
    return bom_of_table(table, lexicon, path.name, findings)


def read_parts(path: Path) -> tuple[pa.Table, list[Finding]]:
    """The typed table of a file and the faults of its cells.

    Raises:
        DataError: a file that holds no table at all.
    """
    text = _read_cells(path)
    if text.columns.num_columns > MAX_COLUMNS:
        found = f"{text.columns.num_columns:,} columns"
        raise fault(path.name, found, f"at most {MAX_COLUMNS}", "Remove columns without use.")
    text = _named(text)
    if text.columns.num_rows > MAX_PARTS:
        found = f"{text.columns.num_rows:,} parts"
        raise fault(path.name, found, f"at most {MAX_PARTS:,}", "Split the file by product.")
    table, findings = type_table(text, BILL_OF_MATERIALS)
    findings += _text_findings(table, path.name)
    schemas = {BILL_OF_MATERIALS.name: BILL_OF_MATERIALS}
    findings += check_tables(
        {BILL_OF_MATERIALS.name: table}, schemas, {BILL_OF_MATERIALS.name: path.name}
    )
    return table, findings


def _read_cells(path: Path) -> TextTable:
    ending = path.suffix.lower()
    if ending == ".json":
        return _json_cells(path)
    if ending not in TABLE_ENDINGS:
        remedy = _REMEDY_OF_ENDING.get(ending, "Save it in one of these forms.")
        allowed = f"{', '.join(TABLE_ENDINGS)} or .json"
        raise fault(path.name, f"the ending {ending!r}", allowed, remedy)
    text = read_text_table(path)
    if not text.columns.num_rows:
        raise fault(path.name, "a header and no row", "one row for each part", "Add the parts.")
    return text


def _json_cells(path: Path) -> TextTable:
    content = parse_json(read_text_file(path), path.name)
    rows = (
        cyclonedx_rows(content, path.name)
        if is_cyclonedx(content)
        else json_rows(content, path.name)
    )
    if not rows:
        raise fault(path.name, "no parts", "at least one part", "Add the parts.")
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {n: pa.array([row.get(n) for row in rows], pa.string()) for n in names}
    return TextTable(pa.table(columns), path.name)


def _named(text: TextTable) -> TextTable:
    """The table with our column names; units move from headers into their columns."""
    arrays: list[pa.Array] = []
    names: list[str] = []
    given = [_plain_name(header)[0] for header in text.columns.column_names]
    for header, array in zip(text.columns.column_names, text.columns.columns, strict=True):
        name, unit = _plain_name(header)
        if name.startswith(_IGNORED):
            continue
        if unit and name in _UNIT_COLUMN and _UNIT_COLUMN[name] not in given:
            names.append(_UNIT_COLUMN[name])
            arrays.append(_unit_cells(array, unit))
            unit = ""
        names.append(f"{name} [{unit}]" if unit else name)
        arrays.append(array)
    return TextTable(pa.Table.from_arrays(arrays, names=names), text.origin, text.first_row)


def _unit_cells(array: pa.ChunkedArray, unit: str) -> pa.Array:
    """The unit beside every cell that holds something."""
    known = {u.casefold(): u for u in MASS_UNITS}.get(unit.casefold(), unit)
    return pc.if_else(pc.is_valid(array), pa.scalar(known), pa.scalar(None, pa.string()))


def _plain_name(header: str) -> tuple[str, str]:
    match = _HEADER.match(header)
    if match is None:
        return header, ""
    folded = re.sub(r"[\s.\-/]+", "_", match["name"].strip().casefold()).strip("_")
    name = ALIASES.get(folded, folded)
    known = name in BILL_OF_MATERIALS.column_names or name.startswith(_IGNORED)
    return (name if known else match["name"].strip()), match["unit"] or ""


def _text_findings(table: pa.Table, origin: str) -> list[Finding]:
    """Cells with characters no reader sees, and cells too long to be meant."""
    findings: list[Finding] = []
    for name in _text_columns():
        cells = table.column(name)
        unseen = pc.fill_null(pc.match_substring_regex(cells, _UNSEEN), False)
        long = pc.fill_null(pc.greater(pc.utf8_length(cells), MAX_TEXT), False)
        findings += _rows(
            unseen, name, origin, cells, "control characters", "text", "Remove the characters."
        )
        findings += _rows(
            long, name, origin, cells, "a long text", f"{MAX_TEXT} letters", "Shorten the text."
        )
    return findings


def _text_columns() -> Iterable[str]:
    return (column.name for column in BILL_OF_MATERIALS.columns if column.dtype == "text")


def _rows(
    mask: pa.Array, name: str, origin: str, cells: pa.Array, what: str, allowed: str, remedy: str
) -> list[Finding]:
    positions = pc.indices_nonzero(mask).to_pylist()[:MAX_FINDINGS_PER_COLUMN]
    return [
        row_finding(
            row,
            name,
            origin,
            found=f"{what}: {json.dumps(cells[row].as_py()[:40])}",
            allowed=allowed,
            remedy=remedy,
        )
        for row in positions
    ]
