"""Result tables of the law of the day: states and changes."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, TableSchema
from allanite.catalogue.source import CONFIDENCES, SEEN
from allanite.catalogue.tables.law import CONTROL_KINDS, CONTROL_STATES

GROUP: Final = "results"

_IDENTITY: Final = (
    Column("control_id", "text", "The control.", required=True),
    Column("article", "text", "Article; `whole` where the text has one state.", required=True),
    Column("control", "text", "Short name of control and article.", required=True),
    Column("issuer", "text", "Region code of the issuer.", required=True),
    Column("kind", "text", "Kind of measure.", required=True, allowed=CONTROL_KINDS),
)
_MATCH: Final = (
    Column("subject", "text", "Goods, technology or equipment.", required=True),
    Column("elements", "text", "Elements of the query that it covers; missing: any item."),
    Column("stages", "text", "Stages it covers; missing: every stage."),
    Column("destinations", "text", "Destinations it names.", required=True),
    Column("party", "text", "Whose purchases: any, military, listed, affiliate.", required=True),
    Column(
        "coverage",
        "text",
        "Whole: the item is covered; conditional: only under the condition.",
        required=True,
        allowed=("whole", "conditional"),
    ),
    Column("condition", "text", "The condition."),
)
_EVIDENCE: Final = (
    Column("de_jure", "text", "What the text says.", required=True),
    Column("observed", "text", "What was seen in trade or practice up to the date."),
    Column("confidence", "text", "Kind of the best source.", allowed=CONFIDENCES),
    Column("basis", "text", "Whether the pages were read.", allowed=SEEN),
    Column("url", "text", "The best source."),
    Column("evidence_until", "date", "Date of the newest source."),
)

CONTROL_STATE_ROWS = TableSchema(
    name="control_states",
    group=GROUP,
    description="State of one article on one day; one row a branch where the state is unknown.",
    key=("on_date", "control_id", "article", "branch"),
    columns=(
        Column("on_date", "date", "The day asked for.", required=True),
        *_IDENTITY,
        Column("state", "text", "State.", required=True, allowed=CONTROL_STATES),
        Column("branch", "text", "Branch; missing where the state is known."),
        Column("branch_state", "text", "State in this branch.", allowed=CONTROL_STATES),
        Column("weight", "number", "Assumed weight of the branch.", unit="1", low=0, high=1),
        Column("assumption_id", "text", "Assumption the weight comes from."),
        Column("since", "date", "First day of the state."),
        Column("since_precision", "text", "How exactly the first day is known."),
        Column("until", "date", "Last day of the state that a text or statement gives."),
        Column("starts_by_text", "text", "First day in force as the text has it."),
        Column("next_date", "date", "Next date to watch."),
        Column("next_event", "text", "What happens then."),
        Column("check", "text", "What to look up."),
        Column("because_of", "text", "Control that causes the state."),
        *_MATCH,
        *_EVIDENCE,
    ),
)

CONTROL_CHANGE_ROWS = TableSchema(
    name="control_changes",
    group=GROUP,
    description="One article whose state differs between two days.",
    key=("from_date", "to_date", "control_id", "article"),
    columns=(
        Column("from_date", "date", "The first day.", required=True),
        Column("to_date", "date", "The second day.", required=True),
        *_IDENTITY,
        Column("before", "text", "State on the first day.", required=True, allowed=CONTROL_STATES),
        Column("after", "text", "State on the second day.", required=True, allowed=CONTROL_STATES),
        Column("before_branches", "text", "Branches on the first day, with weights."),
        Column("after_branches", "text", "Branches on the second day, with weights."),
        Column("changed_on", "date", "Day of the last change between the two."),
        Column("steps", "text", "Every change between the two days, in order of time."),
        Column("next_date", "date", "Next date to watch after the later day."),
        Column("next_event", "text", "What happens then."),
        Column("check", "text", "What to look up."),
        *_MATCH,
        *_EVIDENCE,
    ),
)

SCHEMAS: Final = (CONTROL_STATE_ROWS, CONTROL_CHANGE_ROWS)
