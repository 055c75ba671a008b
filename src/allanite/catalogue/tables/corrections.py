"""Tables of the errata layer: what was checked, which cells changed and why, later facts."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, ForeignKey, TableSchema
from allanite.catalogue.source import PROVENANCE
from allanite.catalogue.tables.rare_earths import SITE_STATUSES

GROUP: Final = "corrections"

VERDICTS: Final = ("confirmed", "corrected", "contradicted", "not found", "proposed")
STRENGTHS: Final = ("high", "medium", "none")

_SOURCE_KEY: Final = ForeignKey("source_id", "sources", "source_id")

CORRECTIONS: Final = TableSchema(
    name="corrections",
    group=GROUP,
    description="One check of one cell: what stood there, what a source says, what was done.",
    key=("correction_id",),
    columns=(
        Column("correction_id", "text", "Short id.", required=True),
        Column("file", "text", "Compiled file that was checked.", required=True),
        Column("row_id", "text", "Row of the file.", required=True),
        Column("column_name", "text", "Column or passage that was checked."),
        Column("old_value", "text", "What stood there."),
        Column("checked_value", "text", "What the source says."),
        Column("verdict", "text", "Outcome.", required=True, allowed=VERDICTS),
        Column("applied", "flag", "Whether a cell of this release was changed.", required=True),
        Column("cells", "integer", "Number of cells changed.", required=True, low=0),
        Column("applied_table", "text", "Table of the first cell changed."),
        Column("applied_key", "text", "Its row, as column=value pairs separated by ;."),
        Column("applied_column", "text", "Its column."),
        Column("applied_value", "text", "The value that stands there now."),
        Column("not_applied_reason", "text", "Why no cell was changed."),
        Column("reason", "text", "What the check found, in the checker's words."),
        Column("url", "text", "Page or document of the check."),
        Column("reference", "text", "Document or reasoning, beyond the address."),
        Column("as_of", "text", "Date of that page as printed."),
        *PROVENANCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

CORRECTED_CELLS: Final = TableSchema(
    name="corrected_cells",
    group=GROUP,
    description="One cell that was changed, with the value before and after and the reason.",
    key=("table_name", "row_key", "column_name"),
    columns=(
        Column("correction_id", "text", "Correction it rests on.", required=True),
        Column("table_name", "text", "Table of this release.", required=True),
        Column("row_key", "text", "Row, as column=value pairs separated by ;.", required=True),
        Column("column_name", "text", "Column.", required=True),
        Column("old_value", "text", "Value before, in the unit of the column; empty if none."),
        Column("new_value", "text", "Value after, in the unit of the column; empty if none."),
        Column("reason", "text", "Why this value.", required=True),
        *PROVENANCE,
    ),
    foreign_keys=(
        ForeignKey("correction_id", "corrections", "correction_id"),
        _SOURCE_KEY,
    ),
)

NEW_FACTS: Final = TableSchema(
    name="new_facts",
    group=GROUP,
    description="One fact of 2026 found after the tables were compiled.",
    key=("fact_id",),
    columns=(
        Column("fact_id", "text", "Short id.", required=True),
        Column("date_printed", "text", "Date as printed, a range or a month too.", required=True),
        Column("day", "date", "First day; the first of the month where only that is known."),
        Column("fact", "text", "What was found, or looked for and not found.", required=True),
        Column("affects", "text", "Rows and files it bears on.", required=True),
        Column("strength", "text", "How sure it is.", required=True, allowed=STRENGTHS),
        Column("strength_note", "text", "What the strength applies to."),
        Column("second_hand", "flag", "Read as quoted by another page.", required=True),
        Column("url", "text", "Page or document."),
        Column("reference", "text", "Document or reasoning, beyond the address."),
        *PROVENANCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

SITE_EVENTS: Final = TableSchema(
    name="site_events",
    group=GROUP,
    description="One dated change at one site; status and capacity from that day on.",
    key=("site_id", "day", "event"),
    columns=(
        Column("site_id", "text", "Site.", required=True),
        Column(
            "day", "date", "Day; the first of the month where only that is known.", required=True
        ),
        Column("event", "text", "What happened.", required=True),
        Column("status", "text", "State from that day, where it says.", allowed=SITE_STATUSES),
        Column("capacity_rate", "number", "Capacity it names.", unit="t/yr", low=0.0),
        Column("capacity_basis", "text", "What the tonnes count."),
        Column("strength", "text", "How sure it is.", required=True, allowed=STRENGTHS),
        Column("fact_id", "text", "Fact it follows from; empty where a check names it."),
        Column("url", "text", "Page or document."),
        *PROVENANCE,
    ),
    foreign_keys=(
        ForeignKey("site_id", "sites", "site_id"),
        ForeignKey("fact_id", "new_facts", "fact_id"),
        _SOURCE_KEY,
    ),
)

SCHEMAS: Final[tuple[TableSchema, ...]] = (CORRECTIONS, CORRECTED_CELLS, NEW_FACTS, SITE_EVENTS)
