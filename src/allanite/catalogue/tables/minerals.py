"""Chains of nine minerals by country and stage: what a stage is, what it moves as, what is missing.

The numbers of production and trade stand in the publishers' tables; these tables say how a chain
reads them: which rows count for a stage, in which goods its material travels and how much of it a
tonne of goods holds, and where nothing was published.
"""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, ForeignKey, TableSchema
from allanite.catalogue.source import EVIDENCE, PROVENANCE

GROUP: Final = "mineral chains"
STAGES: Final = ("mine", "refining")
SOURCE_KEY: Final = ForeignKey("source_id", "sources", "source_id")

_CHAIN: Final = Column("chain", "text", "Mineral chain, such as cobalt.", required=True)
_STAGE: Final = Column("stage", "text", "Stage of the chain.", required=True, allowed=STAGES)
_CAVEAT: Final = Column("caveat", "text", "What the reader must know.")
_ROW_SOURCE: Final = (*PROVENANCE, *EVIDENCE)

MINERAL_STAGES = TableSchema(
    name="mineral_stages",
    group=GROUP,
    description="One stage of one mineral chain and the material that comes out of it.",
    key=("chain", "stage"),
    columns=(
        _CHAIN,
        _STAGE,
        Column("position", "integer", "Order in the chain, from 1.", required=True, low=1),
        Column("material_id", "text", "Short id of the material.", required=True),
        Column("material", "text", "Name shown to readers.", required=True),
        Column("element", "text", "Symbol of the element counted.", required=True),
        Column("basis", "text", "What one tonne of the material means.", required=True),
        Column("element_share", "number", "Element in a tonne of that basis.", "t/t", True, 0, 1),
        Column(
            "recovery_share",
            "number",
            "Part of the stage before that this stage recovers; missing on the first stage.",
            "t/t",
            low=0,
            high=1,
        ),
        Column("recovery_low", "number", "Lower end of what is plausible.", "t/t", low=0, high=1),
        Column("recovery_high", "number", "Upper end of what is plausible.", "t/t", low=0, high=1),
        Column("end_use", "text", "Name of the use that the last stage serves."),
        _CAVEAT,
        *_ROW_SOURCE,
    ),
    foreign_keys=(SOURCE_KEY,),
)

MINERAL_STAGE_SOURCES = TableSchema(
    name="mineral_stage_sources",
    group=GROUP,
    description="Which rows of a publisher's production table count for one stage.",
    key=("chain", "stage", "production_table", "commodity", "item"),
    columns=(
        _CHAIN,
        _STAGE,
        Column(
            "production_table",
            "text",
            "Table the rows stand in.",
            required=True,
            allowed=("mineral_production", "mineral_outlook"),
        ),
        Column("production_source", "text", "Source id of those rows.", required=True),
        Column("commodity", "text", "Commodity or mineral as printed.", required=True),
        Column("item", "text", "Item, or stage of the outlook, as printed.", required=True),
        Column("in_balance", "flag", "Whether the balance reads the rows.", required=True),
        _CAVEAT,
        *_ROW_SOURCE,
    ),
    foreign_keys=(SOURCE_KEY, ForeignKey("production_source", "sources", "source_id")),
)

MINERAL_TRADE_FORMS = TableSchema(
    name="mineral_trade_forms",
    group=GROUP,
    description=(
        "One form in which a stage's material crosses borders: the trade code, the unit values "
        "that tell it from other goods of the same code, and the content of a tonne of goods."
    ),
    key=("nomenclature", "code", "form"),
    columns=(
        _CHAIN,
        _STAGE,
        Column("nomenclature", "text", "HS92 or HS17.", required=True, allowed=("HS92", "HS17")),
        Column("code", "text", "Six-digit code.", required=True),
        Column("form", "text", "What the goods are.", required=True),
        Column(
            "unit_value_low",
            "number",
            "Goods at or above this unit value are of this form; missing means from zero.",
            "USD/t",
            low=0,
        ),
        Column(
            "unit_value_high",
            "number",
            "Goods below this unit value are of this form; missing means without end.",
            "USD/t",
            low=0,
        ),
        Column("content_share", "number", "Content, best guess.", "t/t", True, 0, 1),
        Column("content_low", "number", "Content, lower end.", "t/t", True, 0, 1),
        Column("content_high", "number", "Content, upper end.", "t/t", True, 0, 1),
        Column("reason", "text", "Where the content and the unit values come from.", required=True),
        _CAVEAT,
        *_ROW_SOURCE,
    ),
    foreign_keys=(SOURCE_KEY,),
)

MINERAL_US_TRADE = TableSchema(
    name="mineral_us_trade",
    group=GROUP,
    description=(
        "One line of the United States statistics that stands for a stage's imports, exports or "
        "use where no trade code at hand covers it; it takes the place of the trade code."
    ),
    key=("chain", "stage", "flow", "item"),
    columns=(
        _CHAIN,
        _STAGE,
        Column(
            "flow",
            "text",
            "imports, exports or use.",
            required=True,
            allowed=("imports", "exports", "use"),
        ),
        Column("commodity", "text", "Commodity of `us_salient`.", required=True),
        Column("item", "text", "Line of `us_salient` as printed.", required=True),
        Column("share_item", "text", "Item of `us_import_shares` that splits it by country."),
        Column("skipped_regions", "text", "Regions whose share is another stage's, joined by |."),
        _CAVEAT,
        *_ROW_SOURCE,
    ),
    foreign_keys=(SOURCE_KEY,),
)

MINERAL_LINKS = TableSchema(
    name="mineral_links",
    group=GROUP,
    description=(
        "One route that carries a stage's material under a code that is not at hand, or whose "
        "other end nobody published; without a rate it is open and the balances settle it."
    ),
    key=("chain", "stage", "origin", "destination"),
    columns=(
        _CHAIN,
        _STAGE,
        Column("origin", "text", "Region the material leaves.", required=True),
        Column("destination", "text", "Region it goes to.", required=True),
        Column("rate", "number", "Content carried; missing is unknown.", "t/yr", low=0),
        Column("rate_low", "number", "Lower end.", "t/yr", low=0),
        Column("rate_high", "number", "Upper end.", "t/yr", low=0),
        Column("reason", "text", "Why the route is there.", required=True),
        *_ROW_SOURCE,
    ),
    foreign_keys=(
        SOURCE_KEY,
        ForeignKey("origin", "regions", "region"),
        ForeignKey("destination", "regions", "region"),
    ),
)

MINERAL_GAPS = TableSchema(
    name="mineral_gaps",
    group=GROUP,
    description="One thing that nobody published, or that is not at hand, and what follows.",
    key=("chain", "stage", "region", "gap"),
    columns=(
        _CHAIN,
        _STAGE,
        Column("region", "text", "Region it touches; WLD is all of them.", required=True),
        Column(
            "reach",
            "text",
            "no data: no figure may be shown; partial: figures cover what is listed only.",
            required=True,
            allowed=("no data", "partial"),
        ),
        Column("gap", "text", "What is missing.", required=True),
        Column("consequence", "text", "What a reader may and may not conclude.", required=True),
        *_ROW_SOURCE,
    ),
    foreign_keys=(SOURCE_KEY, ForeignKey("region", "regions", "region")),
)

OBSERVATION_EXPLANATIONS = TableSchema(
    name="observation_explanations",
    group=GROUP,
    description="Why one observation and the reconciled rate are far apart.",
    key=("observation",),
    columns=(
        Column("observation", "text", "Id of the observation in the baseline.", required=True),
        Column(
            "topic",
            "text",
            "Short name of the contradiction; observations with one topic share one explanation.",
            required=True,
        ),
        Column("explanation", "text", "The cause, as far as it is known.", required=True),
        *_ROW_SOURCE,
    ),
    foreign_keys=(SOURCE_KEY,),
)

SCHEMAS: Final = (
    MINERAL_STAGES,
    MINERAL_STAGE_SOURCES,
    MINERAL_TRADE_FORMS,
    MINERAL_US_TRADE,
    MINERAL_LINKS,
    MINERAL_GAPS,
    OBSERVATION_EXPLANATIONS,
)
