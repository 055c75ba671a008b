"""Tables that every other table refers to: sources, their files, regions, assumptions."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, ForeignKey, TableSchema
from allanite.catalogue.source import PROVENANCE

GROUP: Final = "core"

SOURCES = TableSchema(
    name="sources",
    group=GROUP,
    description="One publication that rows of other tables come from.",
    key=("source_id",),
    columns=(
        Column("source_id", "text", "Short id; folder name under `datasets/`.", required=True),
        Column("publisher", "text", "Publisher as printed.", required=True),
        Column("title", "text", "Title as printed.", required=True),
        Column("version", "text", "Edition or release."),
        Column("published", "text", "Date of publication as printed."),
        Column("accessed", "date", "Day the snapshot was taken.", required=True),
        Column("url", "text", "The publisher's own address.", required=True),
        Column("download", "text", "Address of the file itself; empty if there is none."),
        Column("licence", "text", "Licence of the source.", required=True),
        Column("licence_url", "text", "Text of the licence."),
        Column("citation", "text", "How to cite it.", required=True),
        Column("note", "text", "Limits and traps."),
    ),
)

SOURCE_FILES = TableSchema(
    name="source_files",
    group=GROUP,
    description="One untouched snapshot file of a source, in the repository under `datasets/`.",
    key=("source_id", "file"),
    columns=(
        Column("source_id", "text", "Source of the file.", required=True),
        Column("file", "text", "Name of the file.", required=True),
        Column("sha256", "text", "Its sha256, hexadecimal.", required=True),
    ),
    foreign_keys=(ForeignKey("source_id", "sources", "source_id"),),
)

REGIONS = TableSchema(
    name="regions",
    group=GROUP,
    description="One country, economy or aggregate that rows refer to.",
    key=("region",),
    columns=(
        Column(
            "region",
            "text",
            "ISO 3166-1 alpha-3 code; aggregates use user-assigned codes (XEU, XRW, WLD).",
            required=True,
        ),
        Column("name", "text", "Name shown to readers.", required=True),
        Column(
            "kind", "text", "country or aggregate.", required=True, allowed=("country", "aggregate")
        ),
        Column("iso_numeric", "text", "ISO 3166-1 numeric code, three digits."),
        Column("iso2", "text", "ISO 3166-1 alpha-2 code."),
        Column(
            "demand_region",
            "text",
            "Region of the rare-earth demand tables this country belongs to.",
        ),
        Column("note", "text", "Why a code is used, or what it covers."),
        *PROVENANCE,
    ),
    foreign_keys=(
        ForeignKey("source_id", "sources", "source_id"),
        ForeignKey("demand_region", "regions", "region"),
    ),
)

REGION_NAMES = TableSchema(
    name="region_names",
    group=GROUP,
    description="One name that a publisher prints for a region.",
    key=("name",),
    columns=(
        Column("name", "text", "Name as printed.", required=True),
        Column("region", "text", "Region it stands for.", required=True),
        *PROVENANCE,
    ),
    foreign_keys=(
        ForeignKey("source_id", "sources", "source_id"),
        ForeignKey("region", "regions", "region"),
    ),
)

ASSUMPTIONS = TableSchema(
    name="assumptions",
    group=GROUP,
    description="One number or choice that no source settles; printed in every brief.",
    key=("assumption_id",),
    columns=(
        Column("assumption_id", "text", "Short id that code and results refer to.", required=True),
        Column("statement", "text", "What is assumed, in one sentence.", required=True),
        Column("value", "number", "The number, where there is one."),
        Column("unit", "text", "Unit of the number."),
        Column("low", "number", "Lower end of what is plausible."),
        Column("high", "number", "Upper end of what is plausible."),
        Column("used_by", "text", "Study or step that reads it.", required=True),
        Column("reason", "text", "Why this value.", required=True),
        *PROVENANCE,
    ),
    foreign_keys=(ForeignKey("source_id", "sources", "source_id"),),
)

SCHEMAS: Final = (SOURCES, SOURCE_FILES, REGIONS, REGION_NAMES, ASSUMPTIONS)
