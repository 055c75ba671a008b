"""The reference page of the tables, generated from their declarations.

Run as `python -m allanite.present.reference FOLDER`; a test fails where the page in the
repository is not the one that the declarations give.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from allanite.catalogue.schema import Column, TableSchema
from allanite.catalogue.tables import TABLES
from allanite.present.output import write_whole

TABLES_PAGE: Final = "tables.md"
_HEAD: Final = """# Tables

Generated from the declarations in `src/allanite/catalogue/tables/`; do not edit. `make docs`
writes it anew. `allanite data show TABLE --schema` prints the same.

A missing value is not known; it is never zero. Every row of a source names its source
(`source_id`), its place there (`locator`) and how the number came to be (`quality`).
"""


def tables_page(tables: Mapping[str, TableSchema]) -> str:
    """Markdown of all tables, one heading a group and one below it a table."""
    groups = dict.fromkeys(schema.group for schema in tables.values())
    parts = [_HEAD]
    for group in groups:
        members = [schema for schema in tables.values() if schema.group == group]
        parts.append(f"\n## {group.capitalize()}\n")
        parts += [_table_section(schema) for schema in members]
    return "".join(parts)


def _table_section(schema: TableSchema) -> str:
    refers = [f"`{k.column}` → `{k.to_table}.{k.to_column}`" for k in schema.foreign_keys]
    facts = [f"Key: {_names(schema.key)}."]
    if refers:
        facts.append(f"Refers: {', '.join(refers)}.")
    facts.append(f"Form {schema.version}.")
    head = "| column | type | unit | bounds | meaning |\n|---|---|---|---|---|\n"
    rows = "".join(_column_row(column) for column in schema.columns)
    text = f"\n### `{schema.name}`\n\n{schema.description}\n\n{' '.join(facts)}\n\n"
    return text + head + rows


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _column_row(column: Column) -> str:
    kind = column.dtype + (", required" if column.required else "")
    meaning = column.description
    if column.allowed:
        meaning = f"{meaning} One of: {', '.join(column.allowed)}."
    cells = (f"`{column.name}`", kind, column.unit, _bounds(column), meaning)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _bounds(column: Column) -> str:
    if column.low is None and column.high is None:
        return ""
    low = "" if column.low is None else f"{column.low:g}"
    high = "" if column.high is None else f"{column.high:g}"
    return f"{low} … {high}".strip()


def write_reference(folder: Path) -> Path:
    """Write the page into a folder, which is made if need be; returns its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / TABLES_PAGE
    text = tables_page(TABLES)
    write_whole(path, lambda scratch: scratch.write_text(text, encoding="utf-8"))
    return path


if __name__ == "__main__":
    print(f"wrote {write_reference(Path(sys.argv[1])).name}")
