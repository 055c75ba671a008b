"""Tables of statistical publishers: production, prices, governance, outlooks, outlines.

Trade and customs stand in `trade`. What a publisher did not print stays missing; a mass
that is missing is never zero.
"""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, ForeignKey, TableSchema
from allanite.catalogue.source import PROVENANCE

GROUP: Final = "publishers"
SOURCE_KEY: Final = ForeignKey("source_id", "sources", "source_id")
REGION_KEY: Final = ForeignKey("region", "regions", "region")

QUALIFIERS: Final = (
    "zero",
    "withheld",
    "not available",
    "not applicable",
    "net exporter",
    "very small",
    "greater than",
    "less than",
    "range",
    "text",
)

# What was printed, for every table of the Mineral Commodity Summaries.
_PRINTED: Final = (
    Column(
        "value",
        "number",
        "Value as printed, in `unit`; of a range its middle; missing where none was printed "
        "(withheld, not available) – missing is not zero.",
    ),
    Column("unit", "text", "Unit as printed."),
    Column(
        "qualifier",
        "text",
        "What was printed beside or in place of the number; `zero` is a printed zero or dash.",
        allowed=QUALIFIERS,
    ),
    Column("low", "number", "Lower end of a printed range, in `unit`."),
    Column("high", "number", "Upper end of a printed range, in `unit`."),
    Column("note", "text", "Footnotes as printed, and words printed in place of a number."),
)

MINERAL_PRODUCTION = TableSchema(
    name="mineral_production",
    group=GROUP,
    description=(
        "Production, capacity or reserves of one commodity in one country and year, in one "
        "edition of the Mineral Commodity Summaries. Editions differ for the same year: always "
        "choose one by `source_id`."
    ),
    key=("source_id", "commodity", "item", "statistic", "country", "year"),
    columns=(
        Column("commodity", "text", "Commodity as printed.", required=True),
        Column(
            "item",
            "text",
            "What is counted: stage, form and content as printed, without the word 'rounded'.",
            required=True,
        ),
        Column(
            "statistic",
            "text",
            "production and capacity are per year; reserves are a stock.",
            required=True,
            allowed=("production", "capacity", "reserves"),
        ),
        Column("country", "text", "Country or total as printed.", required=True),
        Column("region", "text", "Region code; missing for 'other countries' and for groups."),
        Column(
            "scope",
            "text",
            "country, other (countries not listed), group (several named ones), or world.",
            required=True,
            allowed=("country", "other", "group", "world"),
        ),
        Column("year", "integer", "Year of the value.", required=True, low=1900, high=2100),
        *_PRINTED,
        Column(
            "tonnes",
            "number",
            "The value in tonnes, a year's for production and capacity; missing where the unit "
            "is not a mass.",
            unit="t",
            low=0,
        ),
        *PROVENANCE,
    ),
    foreign_keys=(SOURCE_KEY, REGION_KEY),
)

US_SALIENT = TableSchema(
    name="us_salient",
    group=GROUP,
    description="One statistic of the United States for one commodity and year.",
    key=("commodity", "item", "year", "locator"),
    columns=(
        Column("commodity", "text", "Commodity as printed.", required=True),
        Column("statistic", "text", "Kind of statistic: import, stock, ...", required=True),
        Column("item", "text", "Line as printed.", required=True),
        Column("year", "integer", "Year of the value.", required=True, low=1900, high=2100),
        *_PRINTED,
        Column("tonnes", "number", "The value in tonnes, where the unit is a mass.", unit="t"),
        *PROVENANCE,
    ),
    foreign_keys=(SOURCE_KEY,),
)

MINERAL_PRICES = TableSchema(
    name="mineral_prices",
    group=GROUP,
    description=(
        "One annual price of one commodity as the Mineral Commodity Summaries print it. Many are "
        "unit values of United States imports or quotes at one place, not a world price."
    ),
    key=("commodity", "item", "year"),
    columns=(
        Column("commodity", "text", "Commodity as printed.", required=True),
        Column("item", "text", "Form, basis and place of the price as printed.", required=True),
        Column("year", "integer", "Year of the price.", required=True, low=1900, high=2100),
        *_PRINTED,
        Column(
            "price",
            "number",
            "The value in USD per tonne, of whatever form `item` names; missing where the unit "
            "is not a price by mass.",
            unit="USD/t",
            low=0,
        ),
        *PROVENANCE,
    ),
    foreign_keys=(SOURCE_KEY,),
)

US_IMPORT_SHARES = TableSchema(
    name="us_import_shares",
    group=GROUP,
    description="Share of one country in the imports of the United States over several years.",
    key=("commodity", "item", "country"),
    columns=(
        Column("commodity", "text", "Commodity as printed.", required=True),
        Column("item", "text", "Form as printed.", required=True),
        Column("country", "text", "Country as printed.", required=True),
        Column("region", "text", "Region code; missing for 'other countries' and for groups."),
        Column("first_year", "integer", "First year of the mean.", required=True),
        Column("last_year", "integer", "Last year of the mean.", required=True),
        Column("import_share", "number", "Share of imports.", "1", True, 0, 1),
        Column("qualifier", "text", "Printed before the number.", allowed=QUALIFIERS),
        Column("note", "text", "Footnotes as printed; China often includes Hong Kong."),
        *PROVENANCE,
    ),
    foreign_keys=(SOURCE_KEY, REGION_KEY),
)

GOVERNANCE = TableSchema(
    name="governance",
    group=GROUP,
    description="One governance indicator of one economy in one year.",
    key=("indicator", "region", "year"),
    columns=(
        Column(
            "indicator",
            "text",
            "political stability: political stability and absence of violence or terrorism.",
            required=True,
            allowed=("political stability",),
        ),
        Column("region", "text", "Region code.", required=True),
        Column("year", "integer", "Year; biennial before 2002.", required=True),
        Column("estimate", "number", "Standard normal units; higher is better.", required=True),
        Column("standard_error", "number", "Standard error of the estimate.", low=0),
        Column("rank", "number", "Percentile rank among all economies.", "%", False, 0, 100),
        Column(
            "method",
            "text",
            "The publisher's method changed between 2022 and 2023: do not read a step between "
            "the two as a change of the economy.",
            required=True,
            allowed=("until 2022", "from 2023"),
        ),
        *PROVENANCE,
    ),
    foreign_keys=(SOURCE_KEY, REGION_KEY),
)

MINERAL_OUTLOOK = TableSchema(
    name="mineral_outlook",
    group=GROUP,
    description="Mining or refining of one mineral in one country and year; later ones projected.",
    key=("mineral", "stage", "country", "year"),
    columns=(
        Column("mineral", "text", "Mineral as printed.", required=True),
        Column(
            "scope",
            "text",
            "What the mineral covers; rare earths are magnet rare earths (Nd, Pr, Dy, Tb) only.",
        ),
        Column("stage", "text", "Stage.", required=True, allowed=("mining", "refining")),
        Column("country", "text", "Country as printed.", required=True),
        Column(
            "region",
            "text",
            "Region code; XRW is the countries not printed for this mineral and stage, but for "
            "graphite and nickel it holds one printed country a second time: take shares of "
            "WLD, not of the sum.",
            required=True,
        ),
        Column("year", "integer", "Year.", required=True, low=1900, high=2100),
        Column("supply_rate", "number", "Supply.", "t/yr", True, 0),
        *PROVENANCE,
    ),
    foreign_keys=(SOURCE_KEY, REGION_KEY),
)

MINERAL_DEMAND_OUTLOOK = TableSchema(
    name="mineral_demand_outlook",
    group=GROUP,
    description="World demand for one mineral by use, scenario and year.",
    key=("mineral", "end_use", "scenario", "year"),
    columns=(
        Column("mineral", "text", "Mineral as printed.", required=True),
        Column("scope", "text", "What the mineral covers; see mineral_outlook."),
        Column("end_use", "text", "Use or total as printed.", required=True),
        Column(
            "scenario",
            "text",
            "base is 2024; STEPS stated policies, APS announced pledges, NZE net zero.",
            required=True,
            allowed=("base", "STEPS", "APS", "NZE"),
        ),
        Column("year", "integer", "Year.", required=True, low=1900, high=2100),
        Column("demand_rate", "number", "Demand; missing on rows that are a share.", "t/yr"),
        Column("clean_share", "number", "Share of clean energy in demand.", "1", False, 0, 1),
        *PROVENANCE,
    ),
    foreign_keys=(SOURCE_KEY,),
)

COUNTRY_OUTLINES = TableSchema(
    name="country_outlines",
    group=GROUP,
    description="Outline of one country for small maps; it takes no side in any dispute.",
    key=("name",),
    columns=(
        Column("region", "text", "Region code; missing where the publisher gives no code."),
        Column("name", "text", "Name as printed.", required=True),
        Column(
            "geometry", "text", "GeoJSON geometry, longitude and latitude, WGS 84.", required=True
        ),
        *PROVENANCE,
    ),
    foreign_keys=(SOURCE_KEY, REGION_KEY),
)

SCHEMAS: Final = (
    MINERAL_PRODUCTION,
    US_SALIENT,
    MINERAL_PRICES,
    US_IMPORT_SHARES,
    GOVERNANCE,
    MINERAL_OUTLOOK,
    MINERAL_DEMAND_OUTLOOK,
    COUNTRY_OUTLINES,
)
