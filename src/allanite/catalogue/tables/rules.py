"""Tables of product rules as conditions: rules, definitions, own periods, notes, further pages."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, ForeignKey, TableSchema
from allanite.catalogue.source import EVIDENCE, PROVENANCE
from allanite.catalogue.tables.law import CONTROL_STATES, PRECISIONS

GROUP: Final = "law"

RULE_KINDS: Final = (
    "licence",
    "party",
    "prohibition",
    "disclosure",
    "tax",
    "tariff",
    "presumption",
    "benchmark",
    "eligibility",
    "investment",
    "watch",
)
NOTE_KINDS: Final = ("open", "recalled", "scope")

_SOURCE: Final = ForeignKey("source_id", "sources", "source_id")
_RULE: Final = ForeignKey("rule_id", "product_rules", "rule_id")
_RULE_ID: Final = Column("rule_id", "text", "The rule.", required=True)

RULE_LOGIC = TableSchema(
    name="rule_logic",
    group=GROUP,
    description="One product rule as cases over declared facts; its words stand in product_rules.",
    key=("rule_id",),
    columns=(
        _RULE_ID,
        Column("position", "integer", "Order of the rules for a reader.", required=True, low=0),
        Column("title", "text", "Name of the rule as a reader says it.", required=True),
        Column("issuer", "text", "Region code of the issuer; EU, or WLD for none.", required=True),
        Column("clause", "text", "Passage of the law.", required=True),
        Column("kind", "text", "Kind of rule.", required=True, allowed=RULE_KINDS),
        Column("logic_json", "text", "State, scope, cases and outcomes as JSON.", required=True),
        *PROVENANCE,
    ),
    foreign_keys=(_SOURCE, _RULE),
)

RULE_DEFINITIONS = TableSchema(
    name="rule_definitions",
    group=GROUP,
    description="One named condition that rules share, or one open passage and its readings.",
    key=("kind", "name"),
    columns=(
        Column("name", "text", "Name in the rules.", required=True),
        Column(
            "kind",
            "text",
            "A condition, or a passage that can be read in several ways.",
            required=True,
            allowed=("condition", "reading"),
        ),
        Column("description", "text", "What it says.", required=True),
        Column("logic_json", "text", "The condition, or the answers, as JSON.", required=True),
        *PROVENANCE,
    ),
    foreign_keys=(_SOURCE,),
)

RULE_PERIODS = TableSchema(
    name="rule_periods",
    group=GROUP,
    description=(
        "Days during which a rule without a control record has one state, both ends included; one"
        " row a branch where the state is unknown."
    ),
    key=("rule_id", "sequence"),
    columns=(
        _RULE_ID,
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
        Column("branch_weight", "number", "Assumed weight.", unit="1", low=0, high=1),
        Column("assumption_id", "text", "Assumption the weight comes from."),
        Column("because_of", "text", "Control that causes the state."),
        Column("what_to_check", "text", "What to look up where the state is unknown."),
        Column("url", "text", "Page behind the state."),
        *PROVENANCE,
    ),
    foreign_keys=(
        _SOURCE,
        _RULE,
        ForeignKey("assumption_id", "assumptions", "assumption_id"),
        ForeignKey("because_of", "controls", "control_id"),
    ),
)

RULE_NOTES = TableSchema(
    name="rule_notes",
    group=GROUP,
    description="One limit of a rule that every verdict shows: open, recalled, or of its scope.",
    key=("rule_id", "note_number"),
    columns=(
        _RULE_ID,
        Column("note_number", "integer", "Number of the note.", required=True, low=0),
        Column(
            "kind",
            "text",
            "open: the text does not settle it; recalled: from memory; scope: not looked at.",
            required=True,
            allowed=NOTE_KINDS,
        ),
        Column("note", "text", "The note.", required=True),
        *PROVENANCE,
    ),
    foreign_keys=(_SOURCE, _RULE),
)

RULE_SOURCES = TableSchema(
    name="rule_sources",
    group=GROUP,
    description="One page behind the conditions of a rule, beside those of product_rules.",
    key=("rule_id", "url"),
    columns=(_RULE_ID, *EVIDENCE, *PROVENANCE),
    foreign_keys=(_SOURCE, _RULE),
)

SCHEMAS: Final = (RULE_LOGIC, RULE_DEFINITIONS, RULE_PERIODS, RULE_NOTES, RULE_SOURCES)
