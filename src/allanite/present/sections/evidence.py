"""What the brief rests on: assumptions, errata, sources with licences, and every table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import pyarrow as pa

from allanite.catalogue.tables import TABLES
from allanite.present.data import BriefData
from allanite.present.page import (
    Cell,
    Column,
    Row,
    Section,
    TableView,
    outside,
    quality_tag,
    source_cell,
    table_view,
)
from allanite.present.words import NOT_KNOWN, counted, day, significant

ASSUMPTIONS: Final = "assumptions"
SOURCES: Final = "sources"
_FIRST_ROWS: Final = 5
_FIRST_COLUMNS: Final = 8
_LONGEST: Final = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class TableEntry:
    """One whole table: what it holds, where it stands, and its first rows."""

    name: str
    description: str
    rows: int
    columns: tuple[tuple[str, str, str], ...]
    source_ids: tuple[str, ...]
    first: TableView


def assumptions_section(data: BriefData) -> Section:
    """Assumptions, and errata of the curated data."""
    rows = data.rows("assumptions")
    applied = [row for row in data.rows("corrections") if row.get("applied")]
    lead = (
        f"The results rest on {counted(len(rows), 'assumption', 'assumptions')} that no source "
        "settles."
        if rows
        else "The table of assumptions is empty."
    )
    recalled = sum(
        quality_tag(row) == "recalled"
        for name in ("sites", "control_periods", "demand")
        for row in data.rows(name)
    )
    marks = (
        "Values marked estimated, assumed or recalled were not observed or not read again. "
        f"{recalled:,} rows of the tables used here are recalled."
    )
    return Section(
        identifier=ASSUMPTIONS,
        title="Assumptions and corrections",
        lead=(lead, marks),
        tables=(_assumption_table(rows), _correction_table(applied)),
    )


def _assumption_table(rows: list[dict[str, object]]) -> TableView:
    columns = (
        Column("Assumption", lambda r: str(r["statement"])),
        Column("Value (range)", _value, True),
        Column("Used by", lambda r: str(r["used_by"])),
        Column("Why", lambda r: str(r["reason"])),
        Column("Source", source_cell),
    )
    return table_view(
        "rows-assumptions",
        "Every assumption",
        columns,
        rows,
        table="assumptions",
        is_folded=True,
    )


def _value(row: Row) -> str:
    if row["value"] is None:
        return "–"
    unit = "" if row["unit"] in (None, "1") else f" {row['unit']}"
    ends = (row["low"], row["high"])
    extent = "" if None in ends else f" ({significant(ends[0])}–{significant(ends[1])})"
    return f"{significant(row['value'])}{extent}{unit}"


def _correction_table(rows: list[dict[str, object]]) -> TableView:
    columns = (
        Column("Where", _where),
        Column("Old value", lambda r: _short(r.get("old_value"))),
        Column("Checked value", lambda r: _short(r.get("checked_value"))),
        Column("Reason", lambda r: _short(r.get("reason"), 160)),
        Column("Source", source_cell),
    )
    caption = "Corrections that were applied to the curated tables"
    return table_view(
        "rows-corrections",
        caption,
        columns,
        rows,
        table="corrections",
        is_folded=True,
    )


def _where(row: Row) -> str:
    parts = (row.get(key) for key in ("applied_table", "row_id", "applied_column"))
    return " · ".join(str(part) for part in parts if part)


def sources_section(data: BriefData) -> Section:
    """Publishers, licences and the day each snapshot was taken."""
    used = _used_sources(data)
    rows = [row for row in data.rows("sources") if row["source_id"] in used]
    lead = (
        f"The rows in this brief come from {counted(len(rows), 'source', 'sources')}. "
        "Each keeps its publisher's licence."
        if rows
        else "The table of sources is empty."
    )
    columns = (
        Column("Source", lambda r: Cell(str(r["title"]), outside(r["url"]))),
        Column("Publisher", lambda r: str(r["publisher"])),
        Column("Edition", lambda r: " ".join(str(r[k]) for k in ("version", "published") if r[k])),
        Column("Taken on", lambda r: day(r["accessed"])),
        Column("Licence", lambda r: Cell(str(r["licence"]), outside(r["licence_url"]))),
    )
    view = table_view("rows-sources", "Sources and licences", columns, rows, table="sources")
    view = replace(view, row_ids=tuple(f"source-{row['source_id']}" for row in rows))
    return Section(identifier=SOURCES, title="Sources and licences", lead=(lead,), tables=(view,))


def _used_sources(data: BriefData) -> set[str]:
    return {name for table in data.tables.values() for name in _source_ids(table)}


def _source_ids(table: pa.Table) -> list[str]:
    if "source_id" not in table.column_names:
        return []
    return sorted(x for x in table.column("source_id").unique().to_pylist() if x)


def table_entries(data: BriefData) -> tuple[TableEntry, ...]:
    """Every table of the brief with its columns and first rows."""
    return tuple(_entry(name, data.tables[name]) for name in sorted(data.tables))


def _entry(name: str, table: pa.Table) -> TableEntry:
    schema = TABLES[name]
    printed = [
        column for column in table.column_names if column not in ("geometry", "note", "locator")
    ][:_FIRST_COLUMNS]
    columns = [
        Column(column, lambda r, c=column: _short(r[c]), _is_number(table, column))  # type: ignore[misc]
        for column in printed
    ]
    rows = table.slice(0, _FIRST_ROWS).to_pylist()
    caption = f"First rows of {name}"
    return TableEntry(
        name=name,
        description=schema.description,
        rows=table.num_rows,
        columns=tuple((c.name, c.unit or c.dtype, c.description) for c in schema.columns),
        source_ids=tuple(_source_ids(table)),
        first=table_view(f"first-{name}", caption, columns, rows, table=name),
    )


def _is_number(table: pa.Table, column: str) -> bool:
    kind = table.schema.field(column).type
    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind))


def _short(value: object, longest: int = _LONGEST) -> str:
    if value is None:
        return NOT_KNOWN
    if isinstance(value, float):
        return significant(value)
    text = str(value)
    return text if len(text) <= longest else text[: longest - 1] + "…"
