"""Tables that every other table refers to: sources, their files, regions, assumptions."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, ForeignKey, TableSchema
from allanite.catalogue.source import PROVENANCE

GROUP: Final = "core"

# Codes of table `regions` that are no country: ISO 3166 leaves them to the user.
WORLD: Final = "WLD"
REST_OF_WORLD: Final = "XRW"
NOT_PUBLISHED: Final = "XUN"

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

COMMODITIES = TableSchema(
    name="commodities",
    group=GROUP,
    description="One commodity, and what the sources call it.",
    key=("commodity",),
    columns=(
        Column("commodity", "text", "Name used in lists and results.", required=True),
        Column(
            "traded_as",
            "text",
            "Commodity it is traded as; a rare-earth element is traded as `rare earths`.",
            required=True,
        ),
        Column("production_commodity", "text", "Its name in `mineral_production`."),
        Column("production_item", "text", "How `item` of the production rows to add up begins."),
        Column("salient_commodity", "text", "Its name in `us_salient`."),
        Column("salient_item", "text", "Words in the item of its net import reliance."),
        Column("element", "text", "Symbol of the element."),
        Column("caveat", "text", "What the reader must know."),
        *PROVENANCE,
    ),
    foreign_keys=(
        ForeignKey("source_id", "sources", "source_id"),
        ForeignKey("traded_as", "commodities", "commodity"),
    ),
)

TRADE_CODES = TableSchema(
    name="trade_codes",
    group=GROUP,
    description="What a trade code means: the commodity, its stage, and whether it may be read "
    "as that commodity at all.",
    key=("nomenclature", "code", "commodity"),
    columns=(
        Column("nomenclature", "text", "HS92, HS02 or HS17.", required=True),
        Column("code", "text", "Six-digit code.", required=True),
        Column("label", "text", "What the code covers, in short.", required=True),
        Column("commodity", "text", "Commodity it is read as.", required=True),
        Column(
            "stage",
            "text",
            "Form of the goods; basket codes mix commodities and are never read as one.",
            required=True,
            allowed=("ore", "refined", "compound", "magnet", "basket"),
        ),
        Column(
            "content_share",
            "number",
            "Tonne of the commodity in a tonne of goods.",
            unit="t/t",
            low=0,
            high=1,
        ),
        Column("use", "flag", "Whether supply risk reads it.", required=True),
        Column("caveat", "text", "What the reader must know."),
        *PROVENANCE,
    ),
    foreign_keys=(
        ForeignKey("source_id", "sources", "source_id"),
        ForeignKey("commodity", "commodities", "commodity"),
    ),
)

SCHEMAS: Final = (
    SOURCES,
    SOURCE_FILES,
    REGIONS,
    REGION_NAMES,
    ASSUMPTIONS,
    COMMODITIES,
    TRADE_CODES,
)
