"""Result tables of screening."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, TableSchema
from allanite.catalogue.tables.screening import STAGES

GROUP: Final = "results"

ORIGIN_BOUNDS: Final = TableSchema(
    name="origin_bounds",
    group=GROUP,
    description="How likely an unknown origin is a listed one, from the supply of the region;"
    " it informs and decides nothing.",
    key=("part_id", "element", "stage"),
    columns=(
        Column("part_id", "text", "Part of the bill of materials.", required=True),
        Column("element", "text", "Element of the part.", required=True),
        Column("stage", "text", "Stage without origin.", required=True, allowed=STAGES),
        Column("listed", "text", "Listed countries.", required=True),
        Column(
            "share", "number", "Share of listed origin; missing without data.", "1", low=0, high=1
        ),
        Column("low", "number", "Low end; 0 without data.", "1", required=True, low=0, high=1),
        Column("high", "number", "High end; 1 without data.", "1", required=True, low=0, high=1),
        Column("basis", "text", "Whose supply was traced.", required=True),
        Column("status", "text", "What of it is known.", required=True, allowed=("ok", "no data")),
    ),
)

OPEN_QUESTIONS: Final = TableSchema(
    name="open_questions",
    group=GROUP,
    description="One fact that a supplier is asked for, with the proof that would settle it.",
    key=("supplier", "part_id", "fact"),
    columns=(
        Column(
            "supplier", "text", "Who is asked; the maker where no supplier stands.", required=True
        ),
        Column("part_id", "text", "Part of the bill of materials.", required=True),
        Column("part_number", "text", "Its number."),
        Column("name", "text", "What it is."),
        Column("product", "text", "Product it goes into.", required=True),
        Column("fact", "text", "Fact that is missing.", required=True),
        Column("question", "text", "The question in words.", required=True),
        Column("proof", "text", "Documents that would settle it.", required=True),
        Column("answer", "text", "For the supplier."),
        Column("evidence", "text", "For the supplier: document and date."),
    ),
)

SCHEMAS: Final[tuple[TableSchema, ...]] = (ORIGIN_BOUNDS, OPEN_QUESTIONS)
