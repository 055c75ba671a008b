"""Result tables of claims: verdicts, readings behind them, sources, contradictions."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, TableSchema
from allanite.catalogue.source import CONFIDENCES, QUALITIES
from allanite.catalogue.tables.claims import FIELDS, NATURES, QUERY_KINDS, ROLES

GROUP: Final = "results"

VERDICTS: Final = (
    "supported",
    "supported with nuance",
    "outdated",
    "contradicted",
    "not known",
    "not checkable",
)
RESTS_ON: Final = ("data", "sources", "nothing")
OUTCOMES: Final = ("bears out", "open", "contradicts", "not known")

RELATIONS: Final = ("cannot both hold", "differ and can both hold", "speak of different times")

CLAIM_VERDICTS: Final = TableSchema(
    name="claim_verdicts",
    group=GROUP,
    description="One claim on one day: what the data say to it, then and now.",
    key=("claim_id",),
    columns=(
        Column("claim_id", "text", "Claim.", required=True),
        Column("on_date", "date", "The day asked for.", required=True),
        Column("topic", "text", "What it is about.", required=True),
        Column("sentence", "text", "The claim as one sentence.", required=True),
        Column("said_on", "date", "Day it was said.", required=True),
        Column("grade", "text", "Kind of source of the claim.", allowed=CONFIDENCES),
        Column(
            "field", "text", "Of the project's field, or outside.", required=True, allowed=FIELDS
        ),
        Column("nature", "text", "Fact, statement, opinion, ...", required=True, allowed=NATURES),
        Column("verdict", "text", "Outcome on the day asked for.", required=True, allowed=VERDICTS),
        Column("verdict_then", "text", "Outcome on the day it was said.", allowed=VERDICTS),
        Column(
            "rests_on",
            "text",
            "data: a query, recomputed; sources: compiled by hand; nothing: no verdict.",
            required=True,
            allowed=RESTS_ON,
        ),
        Column("told", "text", "The verdict in a sentence or two, with dates.", required=True),
        Column("low", "number", "Lower end of the main readings, in `unit`."),
        Column("high", "number", "Upper end of the main readings, in `unit`."),
        Column("claimed_low", "number", "Lower end of what is claimed, in `unit`."),
        Column("claimed_high", "number", "Upper end of what is claimed, in `unit`."),
        Column("unit", "text", "Unit of these."),
        Column("as_of", "text", "Time the data speak of."),
        Column("held_from", "date", "First day on which the claim held, where days matter."),
        Column("held_until", "date", "Last day on which it held; empty where it still may."),
        Column("flips", "text", "What would turn the verdict."),
        Column("sources", "integer", "Independent sources that make the claim.", low=0),
        Column("texts", "integer", "Texts that make the claim.", low=0),
        Column("compiled", "text", "Outcome as compiled by hand.", required=True),
    ),
)

CLAIM_READINGS: Final = TableSchema(
    name="claim_readings",
    group=GROUP,
    description="One reading of one claim, and what the data say to it on the day asked for.",
    key=("claim_id", "query_id"),
    columns=(
        Column("claim_id", "text", "Claim.", required=True),
        Column("query_id", "text", "Query.", required=True),
        Column("kind", "text", "What was looked up.", required=True, allowed=QUERY_KINDS),
        Column("reading", "text", "What the claim is taken to mean.", required=True),
        Column("role", "text", "Weight of the reading.", required=True, allowed=ROLES),
        Column("outcome", "text", "Outcome.", required=True, allowed=OUTCOMES),
        Column("outcome_then", "text", "Outcome on the day it was said.", allowed=OUTCOMES),
        Column("value", "number", "What the data say, in `unit`."),
        Column("low", "number", "Lower end."),
        Column("high", "number", "Upper end."),
        Column("claimed_low", "number", "Lower end of what is claimed; empty for none."),
        Column("claimed_high", "number", "Upper end of what is claimed; empty for none."),
        Column("unit", "text", "Unit of these.", required=True),
        Column("told", "text", "What the data say, in words.", required=True),
        Column("flips", "text", "What would turn the outcome."),
        Column("as_of", "text", "Time the data speak of."),
        Column("table", "text", "Table that was read.", required=True),
        Column("quality", "text", "How the number came to be.", required=True, allowed=QUALITIES),
    ),
)

CLAIM_SOURCE_GROUPS: Final = TableSchema(
    name="claim_source_groups",
    group=GROUP,
    description="Texts on one topic that count as one source, and why.",
    key=("topic", "stance", "position"),
    columns=(
        Column("topic", "text", "Topic.", required=True),
        Column(
            "stance",
            "text",
            "Whether they make the claim or say something else.",
            required=True,
            allowed=("makes", "differs"),
        ),
        Column("position", "integer", "Place in the list, the largest group first.", required=True),
        Column("texts", "integer", "Number of texts.", required=True, low=1),
        Column("documents", "text", "The texts, separated by |.", required=True),
        Column("publishers", "text", "Who published them, separated by |.", required=True),
        Column("origin", "text", "Agency or first source they go back to."),
        Column("first_day", "date", "Day of the earliest."),
        Column("reason", "text", "Why they count once.", required=True),
    ),
)

CLAIM_CONTRADICTIONS: Final = TableSchema(
    name="claim_contradictions",
    group=GROUP,
    description="Two statements on one measure that differ; nobody is declared right.",
    key=("first_id", "second_id"),
    columns=(
        Column("first_id", "text", "Earlier statement.", required=True),
        Column("second_id", "text", "Later statement.", required=True),
        Column("subject", "text", "What both are about.", required=True),
        Column("measure", "text", "What both say something of.", required=True),
        Column(
            "relation",
            "text",
            "Whether they cannot both hold, can, or speak of different times.",
            required=True,
            allowed=RELATIONS,
        ),
        *(
            Column(f"{which}_{name}", "text", f"{what} of the {word} statement.", required=needed)
            for which, word in (("first", "earlier"), ("second", "later"))
            for name, what, needed in (
                ("told", "Sentence", True),
                ("by", "Source", True),
                ("on", "Date", True),
                ("grade", "Kind of source", True),
                ("url", "Page", False),
                ("note", "What to know", False),
            )
        ),
    ),
)

SCHEMAS: Final[tuple[TableSchema, ...]] = (
    CLAIM_VERDICTS,
    CLAIM_READINGS,
    CLAIM_SOURCE_GROUPS,
    CLAIM_CONTRADICTIONS,
)
