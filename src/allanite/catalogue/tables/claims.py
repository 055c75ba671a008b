"""Tables about claims: their topics, the queries that check them, their sources, and statements.

A query names one kind of a closed vocabulary and its arguments as plain cells; nothing in a
cell is ever run. Claims themselves stand in table `claims`.
"""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, ForeignKey, TableSchema
from allanite.catalogue.source import CONFIDENCES, EVIDENCE, PROVENANCE
from allanite.catalogue.tables.rare_earths import NOTE

GROUP: Final = "claims"

FIELDS: Final = ("minerals", "outside")
NATURES: Final = (
    "fact",
    "omission",
    "statement",
    "expectation",
    "opinion",
    "ceremony",
    "about sources",
)
QUERY_KINDS: Final = (
    "output share",
    "published share",
    "exposure share",
    "world output share",
    "count of sites",
    "state of a control",
    "count of elements",
    "threshold of a control",
    "day of an agreement",
    "provision of an agreement",
    "time to a deadline",
    "binding force",
    "money pledged",
    "quotient",
    "count of minerals on a list",
    "largest saving by a substitute",
)
ROLES: Final = ("main", "condition", "other", "context")
COMPARISONS: Final = ("equal", "more than", "at least", "less than", "at most", "between")
STANCES: Final = ("makes", "differs")
STATEMENT_KINDS: Final = ("number", "day", "word")

_SOURCE_KEY: Final = ForeignKey("source_id", "sources", "source_id")
_CLAIM_KEY: Final = ForeignKey("claim_id", "claims", "claim_id")

CLAIM_TOPICS: Final = TableSchema(
    name="claim_topics",
    group=GROUP,
    description="What one claim is about, in one sentence, and whether data can check it.",
    key=("claim_id",),
    columns=(
        Column("claim_id", "text", "Claim.", required=True),
        Column("topic", "text", "Word that all claims of one subject share.", required=True),
        Column(
            "field",
            "text",
            "minerals: of the project's field; outside: not looked at further.",
            required=True,
            allowed=FIELDS,
        ),
        Column(
            "nature",
            "text",
            "fact: data can speak; omission: what a text leaves out; statement: someone said it;"
            " expectation, opinion, ceremony: nothing to check; about sources: on the texts.",
            required=True,
            allowed=NATURES,
        ),
        Column("sentence", "text", "The claim as one plain sentence.", required=True),
        Column("why", "text", "Why no query stands for it; empty where one does."),
        Column("held_until", "date", "Last day on which it held, where a source says so."),
        Column("held_reason", "text", "What ended it."),
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_CLAIM_KEY, _SOURCE_KEY),
)

CLAIM_QUERIES: Final = TableSchema(
    name="claim_queries",
    group=GROUP,
    description="One question put to the data to check the claims of a topic, in one reading.",
    key=("query_id",),
    columns=(
        Column("query_id", "text", "Short id.", required=True),
        Column("topic", "text", "Topic of the claims it checks.", required=True),
        Column("kind", "text", "What is looked up.", required=True, allowed=QUERY_KINDS),
        Column("reading", "text", "What the claim is taken to mean here.", required=True),
        Column(
            "role",
            "text",
            "main: as the words are commonly meant; condition: must hold as well; other: a reading"
            " that is possible too; context: shown beside, with no say in the verdict.",
            required=True,
            allowed=ROLES,
        ),
        Column("subject", "text", "Id of the control, agreement, check, pledge or list asked for."),
        Column("item", "text", "Article, provision or parameter of the subject."),
        Column("region", "text", "Region whose share or sites are asked for."),
        Column("stage", "text", "Stage of the chain."),
        Column("materials", "text", "Material ids or element symbols, separated by |."),
        Column("status", "text", "Statuses of sites that count, separated by |."),
        Column("except_ids", "text", "Sites that are not counted in this reading, by |."),
        Column("user", "text", "Region whose use is traced, of exposure."),
        Column("end_use", "text", "End use that is traced, of exposure."),
        Column(
            "comparison",
            "text",
            "How data and claim must compare; empty takes the claim's own quantity.",
            allowed=COMPARISONS,
        ),
        Column("expected_day", "date", "The day the claim names."),
        Column("expected_low", "number", "Lower end of what the claim says, in `unit`."),
        Column("expected_high", "number", "Upper end of what the claim says, in `unit`."),
        Column("expected_states", "text", "States that bear the claim out, separated by |."),
        Column("numerator", "number", "Of a quotient."),
        Column("denominator", "number", "Of a quotient."),
        Column("unit", "text", "Unit of what is found.", required=True),
        Column(
            "tolerance",
            "number",
            "By how much the data may miss and still bear it out, in `unit`.",
            required=True,
            low=0.0,
        ),
        Column(
            "caveat",
            "text",
            "What a reader must know even where the data bear the claim out: then it is supported"
            " with nuance.",
        ),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

CLAIM_SOURCES: Final = TableSchema(
    name="claim_sources",
    group=GROUP,
    description="One text that makes a claim, who published it, and whose words it carries.",
    key=("claim_id", "document"),
    columns=(
        Column("claim_id", "text", "Claim.", required=True),
        Column("document", "text", "Text file or address.", required=True),
        Column("publisher", "text", "Who published it.", required=True),
        Column("published", "text", "Day, month or year of publication as known."),
        Column(
            "stance",
            "text",
            "Whether it makes the claim, or says something else on the same matter.",
            required=True,
            allowed=STANCES,
        ),
        Column("origin", "text", "Agency or first source that the words go back to."),
        Column("origin_reason", "text", "How that is known."),
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_CLAIM_KEY, _SOURCE_KEY),
)

CLAIM_STATEMENTS: Final = TableSchema(
    name="claim_statements",
    group=GROUP,
    description="What one source says about one measure, to be set beside what others say.",
    key=("statement_id",),
    columns=(
        Column("statement_id", "text", "Short id.", required=True),
        Column("claim_id", "text", "Claim it belongs to; empty for statements of other sources."),
        Column("subject", "text", "What it is about.", required=True),
        Column(
            "measure",
            "text",
            "What is said of it; statements of different measures are never compared.",
            required=True,
        ),
        Column("kind", "text", "Number, day or word.", required=True, allowed=STATEMENT_KINDS),
        Column("low", "number", "Lower end, in `unit`; empty for none."),
        Column("high", "number", "Upper end, in `unit`; empty for none."),
        Column("low_excluded", "flag", "True where the lower end itself is not meant."),
        Column("unit", "text", "Unit of the number."),
        Column("first_day", "date", "The day said, or the first of a span."),
        Column("last_day", "date", "The day said, or the last of a span."),
        Column("word", "text", "The word said, of statements without a number or a day."),
        Column("valid_from", "date", "First day the statement speaks of; empty for no bound."),
        Column("valid_to", "date", "Last day the statement speaks of; empty for no bound."),
        Column("said_by", "text", "Who says it.", required=True),
        Column("said_on", "text", "When it was said: day, month or year.", required=True),
        Column("grade", "text", "Kind of source.", required=True, allowed=CONFIDENCES),
        Column("told", "text", "The statement in one sentence.", required=True),
        Column(
            "holds_with",
            "text",
            "Statements that can hold beside it although they differ, by |; the note says why.",
        ),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_CLAIM_KEY, _SOURCE_KEY),
)

SCHEMAS: Final[tuple[TableSchema, ...]] = (
    CLAIM_TOPICS,
    CLAIM_QUERIES,
    CLAIM_SOURCES,
    CLAIM_STATEMENTS,
)
