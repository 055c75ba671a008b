"""Result tables of a screened product: verdicts, reasons, branches, proofs, parties, sources."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, TableSchema

GROUP: Final = "results"
DAYS: Final = ("order", "delivery")
OUTCOMES: Final = (
    "prohibited",
    "deny_in_principle",
    "detained_presumption",
    "case_by_case",
    "licence_required",
    "not_eligible",
    "duty",
    "report_only",
    "eligible",
    "clear",
)
OUTCOME_WORDS: Final = (*OUTCOMES, "unknown_status", "unknown")
CERTAINTY: Final = ("decided", "law open", "facts open")
_CASE: Final = Column("case_id", "text", "Case of the rule; parts alike share one.", required=True)
_RULE: Final = Column("rule_id", "text", "Rule.", required=True)
_DAY: Final = Column("day", "text", "Which of the two days.", required=True, allowed=DAYS)

SCREENING_RULES: Final = TableSchema(
    name="screening_rules",
    group=GROUP,
    description="One product rule: whether it was asked, where it stands, its most severe verdict.",
    key=("rule_id",),
    columns=(
        _RULE,
        Column("title", "text", "What it is.", required=True),
        Column("issuer", "text", "Who rules.", required=True),
        Column("clause", "text", "Passage.", required=True),
        Column("basis", "text", "Whether its text was read (retrieved) or recalled."),
        Column("is_asked", "flag", "Whether the sale says enough to ask it.", required=True),
        Column("why_not", "text", "What to state so that it is asked."),
        Column("state", "text", "State of the texts it stands on, on the day of the order."),
        Column("state_on_delivery", "text", "The same on the day of delivery."),
        Column("check", "text", "What to look up where the state of the law is not known."),
        Column("url", "text", "Page behind it; of several the first."),
        Column("note", "text", "Limits of the rule."),
    ),
)

SCREENING_VERDICTS: Final = TableSchema(
    name="screening_verdicts",
    group=GROUP,
    description="The verdict of one rule on one part, as if it were shipped under the sale.",
    key=("part_id", "rule_id"),
    columns=(
        Column("part_id", "text", "Part or assembly of the bill of materials.", required=True),
        _RULE,
        Column(
            "outcome",
            "text",
            "Verdict on the day of the order.",
            required=True,
            allowed=OUTCOME_WORDS,
        ),
        Column("possible", "text", "Outcomes left open, most severe first.", required=True),
        Column(
            "outcome_on_delivery",
            "text",
            "Verdict on the day of delivery.",
            required=True,
            allowed=OUTCOME_WORDS,
        ),
        Column(
            "possible_on_delivery",
            "text",
            "Outcomes left open then, most severe first.",
            required=True,
        ),
        Column(
            "certainty",
            "text",
            "What is open on the day of the order: nothing, the law, or facts.",
            required=True,
            allowed=CERTAINTY,
        ),
        Column("next_change", "date", "Next day after the order with another verdict."),
        Column(
            "next_outcome", "text", "The verdict from that day on.", allowed=OUTCOME_WORDS
        ),
        _CASE,
    ),
)  # fmt: skip

SCREENING_REASONS: Final = TableSchema(
    name="screening_reasons",
    group=GROUP,
    description="One link in the chain of facts behind the verdict of a case.",
    key=("case_id", "day", "branch", "position"),
    columns=(
        _CASE,
        _DAY,
        Column("branch", "integer", "Number of the branch of the law.", required=True, low=1),
        Column("position", "integer", "Place in the chain.", required=True, low=1),
        _RULE,
        Column("part_id", "text", "First part of the case.", required=True),
        Column("parts", "integer", "How many parts share it.", required=True, low=1),
        Column("outcome", "text", "Outcome the link belongs to.", required=True),
        Column("is_certain", "flag", "Whether it gives the outcome for sure.", required=True),
        Column("clause", "text", "Passage."),
        Column("detail", "text", "What the outcome means."),
        Column("statement", "text", "What is tested.", required=True),
        Column("value", "text", "Value of the fact; of numbers the range over the parts."),
        Column("holds", "text", "true, unknown or false.", required=True),
    ),
)

SCREENING_BRANCHES: Final = TableSchema(
    name="screening_branches",
    group=GROUP,
    description="The verdict of a case in one state of the law and one reading of its text.",
    key=("case_id", "day", "branch"),
    columns=(
        _CASE,
        _DAY,
        Column("branch", "integer", "Number.", required=True, low=1),
        _RULE,
        Column("state", "text", "State of the law in this branch; empty where none is open."),
        Column("reading", "text", "How its text is read in this branch."),
        Column("weight", "number", "Assumed weight of the state.", "1", low=0, high=1),
        Column("possible", "text", "Outcomes left open, most severe first.", required=True),
    ),
)

SCREENING_CHANGES: Final = TableSchema(
    name="screening_changes",
    group=GROUP,
    description="What would change the verdict of a case: facts with other values.",
    key=("case_id", "position"),
    columns=(
        _CASE,
        Column("position", "integer", "Number.", required=True, low=1),
        _RULE,
        Column("change", "text", "Facts with the values that change it.", required=True),
        Column(
            "outcome", "text", "The verdict then.", required=True, allowed=OUTCOME_WORDS
        ),
    ),
)  # fmt: skip

SCREENING_MISSING: Final = TableSchema(
    name="screening_missing",
    group=GROUP,
    description="A fact that is not known and could change the verdict of a case.",
    key=("case_id", "fact"),
    columns=(
        _CASE,
        Column("fact", "text", "Fact.", required=True),
        _RULE,
        Column(
            "who",
            "text",
            "Who can tell: the supplier of the part, or you of your own sale.",
            required=True,
            allowed=("supplier", "you"),
        ),
        Column("parts", "integer", "Parts it is missing for.", required=True, low=1),
    ),
)

SCREENING_PARTIES: Final = TableSchema(
    name="screening_parties",
    group=GROUP,
    description="A name in the sale or the list, and a party it means or may mean.",
    key=("role", "name", "party_id"),
    columns=(
        Column(
            "role",
            "text",
            "Part the name plays.",
            required=True,
            allowed=("buyer", "end user", "exporter", "supplier", "manufacturer"),
        ),
        Column("name", "text", "Name as written.", required=True),
        Column("party_id", "text", "Party; `none` where nobody is called so.", required=True),
        Column("alias", "text", "Name of that party which is most alike."),
        Column("score", "number", "Likeness, of 100.", low=0, high=100),
        Column("why", "text", "How they are alike."),
        Column(
            "decision",
            "text",
            "Whether the party counts; a candidate decides nothing.",
            required=True,
            allowed=("exact", "accepted", "candidate", "nobody"),
        ),
        Column("listed_as", "text", "Lists it stands on, on the day of the order."),
    ),
)

SCREENING_SOURCES: Final = TableSchema(
    name="screening_sources",
    group=GROUP,
    description="Another country in which an element of a caught part could be made at the stage"
    " that catches it.",
    key=("part_id", "element", "stage", "country"),
    columns=(
        Column("part_id", "text", "Caught part.", required=True),
        Column("element", "text", "Element.", required=True),
        Column("stage", "text", "Stage of origin that catches it.", required=True),
        Column("country", "text", "Country; `none` where nobody else is known.", required=True),
        Column(
            "output_rate", "number", "Output there, base year, of the element.", "t/yr", low=0
        ),
        Column("capacity_rate", "number", "Capacity that runs there.", "t/yr", low=0),
        Column("planned_rate", "number", "Capacity within five years.", "t/yr", low=0),
        Column(
            "share_outside",
            "number",
            "Its share of the output outside the watched countries.",
            "1",
            low=0,
            high=1,
        ),
        Column(
            "outside_share",
            "number",
            "Share of the world's output outside the watched countries.",
            "1",
            low=0,
            high=1,
        ),
    ),
)  # fmt: skip

SCREENING_SUBSTITUTES: Final = TableSchema(
    name="screening_substitutes",
    group=GROUP,
    description="A way to use less of what is caught in a part, with its penalty and time.",
    key=("part_id", "option_id"),
    columns=(
        Column("part_id", "text", "Caught part.", required=True),
        Column("option_id", "text", "Row of `substitutions` or `demand_steps`.", required=True),
        Column("replaces", "text", "What it replaces."),
        Column("substitute", "text", "What stands in its place.", required=True),
        Column("penalty", "text", "What it costs in performance or money."),
        Column("duration", "number", "Time until it helps.", "month", low=0),
        Column("share", "number", "Share of the use for which it can do.", "1", low=0, high=1),
        Column("quality", "text", "observed, estimated or assumed."),
        Column("url", "text", "Page behind it."),
    ),
)

SCHEMAS: Final[tuple[TableSchema, ...]] = (
    SCREENING_RULES,
    SCREENING_VERDICTS,
    SCREENING_REASONS,
    SCREENING_BRANCHES,
    SCREENING_CHANGES,
    SCREENING_MISSING,
    SCREENING_PARTIES,
    SCREENING_SOURCES,
    SCREENING_SUBSTITUTES,
)
