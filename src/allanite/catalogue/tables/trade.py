"""Tables of trade: bilateral flows, customs figures as reported, quotas, quoted prices."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, ForeignKey, TableSchema
from allanite.catalogue.source import EVIDENCE, PROVENANCE

GROUP: Final = "trade"
SOURCE_KEY: Final = ForeignKey("source_id", "sources", "source_id")
NOMENCLATURE: Final = Column(
    "nomenclature",
    "text",
    "Edition of the Harmonized System; a code can mean another good in another edition.",
    required=True,
    allowed=("HS92", "HS02", "HS17"),
)
CODE: Final = Column("code", "text", "Six-digit code.", required=True)
KIND: Final = Column(
    "kind",
    "text",
    "reported as printed, or derived from printed figures (the note says how).",
    required=True,
    allowed=("reported", "derived"),
)

TRADE = TableSchema(
    name="trade",
    group=GROUP,
    description=(
        "Trade in one good from one economy to another in one year. Mirror reports of both "
        "sides are reconciled by the publisher; goods that no side reports are not in it."
    ),
    key=("nomenclature", "year", "code", "exporter", "importer"),
    columns=(
        NOMENCLATURE,
        Column("year", "integer", "Year.", required=True, low=1995, high=2100),
        CODE,
        Column("exporter", "text", "Region that exports; TWN is code 490 (S19).", required=True),
        Column("importer", "text", "Region that imports; TWN is code 490 (S19).", required=True),
        Column("trade_value", "number", "Value in the year.", "thousand USD", True, 0),
        Column(
            "trade_amount",
            "number",
            "Mass in the year; missing where no weight was reported – missing is not zero.",
            "t",
            False,
            0,
        ),
        Column(
            "coverage",
            "text",
            "complete, or the largest six partners of each side (98 % of value) only.",
            required=True,
            allowed=("complete", "largest partners"),
        ),
        *PROVENANCE,
    ),
    foreign_keys=(
        SOURCE_KEY,
        ForeignKey("exporter", "regions", "region"),
        ForeignKey("importer", "regions", "region"),
    ),
)

TRADE_LABELS = TableSchema(
    name="trade_labels",
    group=GROUP,
    description="Short name of one code of table trade, and what the code mixes.",
    key=("nomenclature", "code"),
    columns=(
        NOMENCLATURE,
        CODE,
        Column("label", "text", "Short name, as the snapshot has it.", required=True),
        Column("note", "text", "Other goods in the code: read before using its mass."),
        *PROVENANCE,
    ),
    foreign_keys=(SOURCE_KEY,),
)

CUSTOMS_EXPORTS = TableSchema(
    name="customs_exports",
    group=GROUP,
    description="Exports of China over a month, some months or a year as reported in print.",
    key=("product", "destination", "period", "url"),
    columns=(
        Column(
            "product",
            "text",
            "magnets: rare-earth permanent magnets (line 85051110); rare earths: all 17, gross "
            "weight; dysprosium, terbium: their goods, weight as reported.",
            required=True,
            allowed=("magnets", "rare earths", "dysprosium", "terbium"),
        ),
        Column("product_name", "text", "Product as reported.", required=True),
        Column("destination", "text", "Region of destination; WLD is all.", required=True),
        Column("period", "text", "Year, month or span of months.", required=True),
        Column("first_day", "date", "First day of the period.", required=True),
        Column("last_day", "date", "Last day of the period.", required=True),
        Column("export_amount", "number", "Mass in the period.", "t", True, 0),
        KIND,
        Column("note", "text", "How a figure was derived, and remarks."),
        *EVIDENCE,
        *PROVENANCE,
    ),
    foreign_keys=(SOURCE_KEY, ForeignKey("destination", "regions", "region")),
)

EXPORT_QUOTAS = TableSchema(
    name="export_quotas",
    group=GROUP,
    description=(
        "Quota, export, value or share of Chinese rare earths in one year of 2009–2014. Figures "
        "of one year can disagree: each names its page."
    ),
    key=("series", "year", "url"),
    columns=(
        Column("series", "text", "What is counted.", required=True),
        Column("year", "integer", "Year.", required=True, low=1900, high=2100),
        Column("value", "number", "Value in `unit`.", required=True, low=0),
        Column("unit", "text", "Unit.", required=True, allowed=("t", "million USD", "%", "1")),
        KIND,
        Column("note", "text", "How a figure was derived, and remarks."),
        *EVIDENCE,
        *PROVENANCE,
    ),
    foreign_keys=(SOURCE_KEY,),
)

OXIDE_PRICES = TableSchema(
    name="oxide_prices",
    group=GROUP,
    description="One quoted price, or range, of a rare-earth oxide or metal at one place and time.",
    key=("product", "market", "period", "basis", "locator"),
    columns=(
        Column("product", "text", "Oxide or metal as printed.", required=True),
        Column("market", "text", "Market and reporter as printed.", required=True),
        Column(
            "market_place",
            "text",
            "inside China (domestic), export from China (FOB), outside China, or not stated.",
            required=True,
            allowed=("inside China", "export from China", "outside China", "not stated"),
        ),
        Column("period", "text", "Day, month, quarter or year as printed.", required=True),
        Column("first_day", "date", "First day of the period.", required=True),
        Column("last_day", "date", "Last day of the period.", required=True),
        Column("low", "number", "Lower end as printed, in `unit`.", required=True, low=0),
        Column("high", "number", "Upper end as printed, in `unit`.", required=True, low=0),
        Column("unit", "text", "Unit.", required=True, allowed=("USD/kg", "CNY/kg")),
        Column("basis", "text", "Average, spot, ask, ... as printed.", required=True),
        Column("low_price", "number", "Lower end; missing for prices in CNY.", "USD/t", False, 0),
        Column("high_price", "number", "Upper end; missing for prices in CNY.", "USD/t", False, 0),
        Column("cited", "text", "Publication the quote was read in.", required=True),
        *EVIDENCE,
        *PROVENANCE,
    ),
    foreign_keys=(SOURCE_KEY,),
)

SCHEMAS: Final = (TRADE, TRADE_LABELS, CUSTOMS_EXPORTS, EXPORT_QUOTAS, OXIDE_PRICES)
