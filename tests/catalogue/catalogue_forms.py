"""A small table form and helpers that the catalogue's tests share."""

from __future__ import annotations

from pathlib import Path

from allanite.catalogue.schema import Column, ForeignKey, TableSchema

PLANTS = TableSchema(
    name="plants",
    group="test",
    description="One plant.",
    key=("plant",),
    columns=(
        Column("plant", "text", "Name.", required=True),
        Column("region", "text", "Region."),
        Column("stage", "text", "Stage.", allowed=("mine", "magnet")),
        Column("capacity_rate", "number", "Capacity.", unit="t/yr", low=0, high=1e9),
        Column("first_year", "integer", "First year."),
        Column("seen_on", "date", "Day it was seen."),
        Column("operating", "flag", "Whether it runs."),
    ),
    foreign_keys=(ForeignKey("region", "places", "region"),),
)
PLACES = TableSchema(
    name="places",
    group="test",
    description="One place.",
    key=("region",),
    columns=(Column("region", "text", "Code.", required=True),),
)
FORMS = {"plants": PLANTS, "places": PLACES}

# A table of the release that a reader might add rows to, with every required column.
TRADE_HEADER = (
    "nomenclature,year,code,exporter,importer,trade_value,trade_amount,coverage,"
    "source_id,locator,quality"
)
TRADE_ROW = "HS17,2024,284690,CHN,JPN,1000,20,complete,cepii-baci-202601,own note,assumed"


def write(folder: Path, name: str, text: str) -> Path:
    """A text file in a folder."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
