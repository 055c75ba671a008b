"""Tables of dated control records: controls, their periods, items and destinations."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, ForeignKey, TableSchema
from allanite.catalogue.source import EVIDENCE, PROVENANCE

GROUP: Final = "law"

CONTROL_KINDS: Final = (
    "ban",
    "licence",
    "quota",
    "state_trading",
    "deminimis_extraterritorial",
    "technology",
    "entity_list",
    "tax_or_disruption",
    "suspension",
    "countermeasure",
    "tariff",
    "reporting",
)
CONTROL_STATES: Final = (
    "not_announced",
    "announced",
    "in_force",
    "suspended",
    "ended",
    "unknown",
)
SUBJECTS: Final = ("goods", "technology", "equipment")
PARTIES: Final = ("any", "military", "listed", "affiliate")
PRECISIONS: Final = ("day", "month", "year")

_SOURCE: Final = ForeignKey("source_id", "sources", "source_id")
_CONTROL: Final = ForeignKey("control_id", "controls", "control_id")
_CONTROL_ID: Final = Column("control_id", "text", "The control.", required=True)
_ARTICLE: Final = Column(
    "article", "text", "Article or paragraph; `whole` where the text has one state.", required=True
)

CONTROLS = TableSchema(
    name="controls",
    group=GROUP,
    description="One export control or restriction: what its text says and who issued it.",
    key=("control_id",),
    columns=(
        _CONTROL_ID,
        Column("issuer", "text", "Region code of the issuer; EU for the Union.", required=True),
        Column("issuer_name", "text", "Issuer as printed.", required=True),
        Column("title", "text", "Title, errata applied.", required=True),
        Column("short_title", "text", "Short name, e.g. `No. 18/2025`.", required=True),
        Column("kind", "text", "Kind of measure.", required=True, allowed=CONTROL_KINDS),
        Column("announced", "text", "Date of announcement as printed: day, month or year."),
        Column("de_jure", "text", "What the text says.", required=True),
        Column("thresholds", "text", "Thresholds, item numbers and customs codes as JSON."),
        Column("affects", "text", "Controls a suspension acts on, separated by spaces."),
        Column("status_text", "text", "Status in the words of the record, errata applied."),
        Column("note", "text", "Limits of the record."),
        Column("evidence_until", "date", "Date of the newest source; later changes are not seen."),
        *EVIDENCE,
        *PROVENANCE,
    ),
    foreign_keys=(_SOURCE,),
)

CONTROL_PERIODS = TableSchema(
    name="control_periods",
    group=GROUP,
    description=(
        "Days during which one article has one state, both ends included. Where the state is"
        " unknown there is one row a branch."
    ),
    key=("control_id", "article", "sequence"),
    columns=(
        _CONTROL_ID,
        _ARTICLE,
        Column("sequence", "integer", "Order in time.", required=True, low=0),
        Column("from_date", "date", "First day; missing: since always."),
        Column("to_date", "date", "Last day; missing: until a text changes it."),
        Column(
            "from_precision",
            "text",
            "How exactly the source gives the first day.",
            required=True,
            allowed=PRECISIONS,
        ),
        Column("state", "text", "State.", required=True, allowed=CONTROL_STATES),
        Column("branch", "text", "Name of the branch; missing where the state is known."),
        Column(
            "branch_state",
            "text",
            "State in this branch.",
            allowed=tuple(state for state in CONTROL_STATES if state != "unknown"),
        ),
        Column(
            "branch_weight",
            "number",
            "Assumed weight of the branch; missing where nothing supports one.",
            unit="1",
            low=0,
            high=1,
        ),
        Column("assumption_id", "text", "Assumption the weight comes from."),
        Column("because_of", "text", "Control that causes the state."),
        Column("what_to_check", "text", "What to look up where the state is unknown."),
        *EVIDENCE,
        *PROVENANCE,
    ),
    foreign_keys=(
        _SOURCE,
        _CONTROL,
        ForeignKey("because_of", "controls", "control_id"),
        ForeignKey("assumption_id", "assumptions", "assumption_id"),
    ),
)

CONTROL_SCOPE = TableSchema(
    name="control_scope",
    group=GROUP,
    description="One thing an article covers: element, stage, destination and party.",
    key=("control_id", "article", "item"),
    columns=(
        _CONTROL_ID,
        _ARTICLE,
        Column("item", "integer", "Number of the row in the article.", required=True, low=0),
        Column("element", "text", "Element or material symbol; missing: any item."),
        Column("stage", "text", "Stage or form; missing: every stage."),
        Column("destination", "text", "Region code, EU, or WLD for all.", required=True),
        Column("excluded_destination", "text", "Region code or EU that WLD leaves out."),
        Column("party", "text", "Whose purchases.", required=True, allowed=PARTIES),
        Column("subject", "text", "What is controlled.", required=True, allowed=SUBJECTS),
        Column("condition", "text", "Condition under which the row covers the item."),
        Column("printed", "text", "The words of the record.", required=True),
        *PROVENANCE,
    ),
    foreign_keys=(_SOURCE, _CONTROL),
)

CONTROL_ARTICLES = TableSchema(
    name="control_articles",
    group=GROUP,
    description="One article of a control and what it says; `whole` where it is not divided.",
    key=("control_id", "article"),
    columns=(
        _CONTROL_ID,
        _ARTICLE,
        Column("label", "text", "Name of the article as a reader says it.", required=True),
        Column("de_jure", "text", "What the article says.", required=True),
        Column("in_force_from", "text", "First day in force by the text: day, month or year."),
        Column("last_day", "text", "Last day in force by the text, where it has one."),
        *PROVENANCE,
    ),
    foreign_keys=(_SOURCE, _CONTROL),
)

CONTROL_EFFECTS = TableSchema(
    name="control_effects",
    group=GROUP,
    description="One effect seen in trade or practice, apart from what the text says.",
    key=("control_id", "effect", "measure"),
    columns=(
        _CONTROL_ID,
        Column("effect", "integer", "Number of the observation.", required=True, low=0),
        Column("measure", "text", "What was measured; `text` for the words.", required=True),
        Column("observed_text", "text", "The observation in words.", required=True),
        Column("dated", "text", "Day, month or year of the observation; missing: not dated."),
        Column("value", "number", "The figure, where there is one."),
        Column("unit", "text", "Unit of the figure."),
        *PROVENANCE,
    ),
    foreign_keys=(_SOURCE, _CONTROL),
)

CONTROL_SOURCES = TableSchema(
    name="control_sources",
    group=GROUP,
    description="One page that supports a control record.",
    key=("control_id", "url"),
    columns=(_CONTROL_ID, *EVIDENCE, *PROVENANCE),
    foreign_keys=(_SOURCE, _CONTROL),
)

CONTROL_ERRATA = TableSchema(
    name="control_errata",
    group=GROUP,
    description="One check of a control record: old value, checked value, source and reason.",
    key=("control_id", "field", "old_value"),
    columns=(
        _CONTROL_ID,
        Column("field", "text", "Field of the record.", required=True),
        Column("old_value", "text", "Value in the record; missing where the field was empty."),
        Column("new_value", "text", "Checked value; missing where none was found."),
        Column(
            "verdict",
            "text",
            "Outcome: reading is a curator's reading of the same words.",
            required=True,
            allowed=("corrected", "confirmed", "not_found", "addition", "reading"),
        ),
        Column("applied", "flag", "Whether the new value stands in the tables.", required=True),
        Column("reason", "text", "Why.", required=True),
        *EVIDENCE,
        *PROVENANCE,
    ),
    foreign_keys=(_SOURCE, _CONTROL),
)

CONTROL_EVENTS = TableSchema(
    name="control_events",
    group=GROUP,
    description="One dated event around controls: milestones, talks, dates to check.",
    key=("event",),
    columns=(
        Column("event", "text", "Short id.", required=True),
        Column("control_id", "text", "The control it bears on; missing: several."),
        Column("dated", "text", "Day, month or year.", required=True),
        Column("what", "text", "What happens or happened.", required=True),
        *EVIDENCE,
        *PROVENANCE,
    ),
    foreign_keys=(_SOURCE, _CONTROL),
)

CONTROL_WORDS = TableSchema(
    name="control_words",
    group=GROUP,
    description="One word of records or readers and what it stands for.",
    key=("use", "word"),
    columns=(
        Column(
            "use",
            "text",
            "What kind of word it is.",
            required=True,
            allowed=("element", "stage", "item", "region", "region_group"),
        ),
        Column("word", "text", "The word.", required=True),
        Column("elements", "text", "Elements the item surely holds, separated by spaces."),
        Column("possible_elements", "text", "Elements the item may hold or be."),
        Column("stages", "text", "Stages, separated by spaces; missing: every stage."),
        Column("regions", "text", "Region codes, separated by spaces."),
        Column("subject", "text", "What is controlled.", allowed=SUBJECTS),
        *PROVENANCE,
    ),
    foreign_keys=(_SOURCE,),
)

SCHEMAS: Final = (
    CONTROLS,
    CONTROL_ARTICLES,
    CONTROL_PERIODS,
    CONTROL_SCOPE,
    CONTROL_EFFECTS,
    CONTROL_SOURCES,
    CONTROL_ERRATA,
    CONTROL_EVENTS,
    CONTROL_WORDS,
)
