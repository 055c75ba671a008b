"""Result tables of promises: states on a day, their course, deadlines, sums of money."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, TableSchema
from allanite.catalogue.source import CONFIDENCES, SEEN
from allanite.catalogue.tables.promises import (
    BOUNDS,
    CURRENCIES,
    MONEY_KINDS,
    MONEY_SCOPES,
    NATURES,
    SUPPORTS,
)

GROUP: Final = "results"

STATES: Final = (
    "upcoming",
    "due",
    "done",
    "partly",
    "late",
    "not evidenced",
    "contradictory",
    "superseded",
    "standing",
)
DELIVERIES: Final = ("nothing found", "announced", "in work", "partly", "done")

_PROVISION: Final = (
    Column("agreement_id", "text", "Agreement.", required=True),
    Column("provision_id", "text", "Provision inside it.", required=True),
    Column("title", "text", "Short title of the provision.", required=True),
)
_USD: Final = (
    Column("usd", "number", "Amount, million USD of 2025.", unit="million USD", required=True),
    Column(
        "usd_low", "number", "Lower end, million USD of 2025.", unit="million USD", required=True
    ),
    Column(
        "usd_high", "number", "Upper end, million USD of 2025.", unit="million USD", required=True
    ),
)
_STATE: Final = Column("state", "text", "State.", required=True, allowed=STATES)

PROMISE_STATE_ROWS: Final = TableSchema(
    name="promise_states",
    group=GROUP,
    description="State of one provision on one day, from its deadline and the evidence known then.",
    key=("on_date", "agreement_id", "provision_id"),
    columns=(
        Column("on_date", "date", "The day asked for.", required=True),
        *_PROVISION,
        Column("actors", "text", "Who acts, separated by |."),
        Column("action", "text", "What is promised."),
        Column("nature", "text", "Act or duty.", required=True, allowed=NATURES),
        _STATE,
        Column(
            "delivery",
            "text",
            "How far it came by what was known.",
            required=True,
            allowed=DELIVERIES,
        ),
        Column("reason", "text", "Why it has this state.", required=True),
        Column("first_deadline", "date", "Earliest deadline of all calendars."),
        Column("last_deadline", "date", "Latest deadline; past only after this day."),
        Column("deadlines", "text", "Deadlines with the capital whose calendar they follow."),
        Column("rule", "text", "How the deadline counts."),
        Column("days_left", "integer", "Days to the latest deadline; below 0 after it.", unit="d"),
        Column("delay", "integer", "Days from the latest deadline to delivery.", unit="d"),
        Column("until", "date", "Last day of what is promised."),
        Column("evidence_rows", "integer", "Rows of evidence known on the day.", required=True),
        Column("newest_day", "date", "Day of the newest that bears on it; else of one near it."),
        Column("newest", "text", "What it shows."),
        Column("newest_supports", "text", "What it supports.", allowed=SUPPORTS),
        Column("newest_url", "text", "Its page."),
        Column("searched_until", "date", "Delivery was looked for up to this day."),
        Column("searched", "text", "What was looked for and not found."),
        Column("url", "text", "Page of the provision."),
        Column("confidence", "text", "What kind of source it is.", allowed=CONFIDENCES),
        Column("seen", "text", "Whether the page was read.", allowed=SEEN),
    ),
)

PROMISE_SPAN_ROWS: Final = TableSchema(
    name="promise_spans",
    group=GROUP,
    description="Days during which one provision had one state, by what was known on each day.",
    key=("agreement_id", "provision_id", "from_date"),
    columns=(
        *_PROVISION,
        _STATE,
        Column("from_date", "date", "First day.", required=True),
        Column("to_date", "date", "Last day.", required=True),
        Column("url", "text", "Page of the provision."),
    ),
)

PROMISE_DEADLINE_ROWS: Final = TableSchema(
    name="promise_deadlines",
    group=GROUP,
    description="One deadline of one provision by one calendar.",
    key=("agreement_id", "provision_id", "day", "place"),
    columns=(
        *_PROVISION,
        Column("action", "text", "What is promised."),
        Column("day", "date", "The deadline.", required=True),
        Column("place", "text", "Capital whose calendar it follows, where there are several."),
        Column("counted_from", "date", "Day it counts from."),
        Column("rule", "text", "How it counts."),
        Column("url", "text", "Page of the provision."),
    ),
)

PLEDGE_VALUE_ROWS: Final = TableSchema(
    name="pledge_values",
    group=GROUP,
    description="One pledge in USD of 2025, and whether sums count it or a larger one it is in.",
    key=("pledge_id",),
    columns=(
        Column("pledge_id", "text", "Pledge.", required=True),
        Column("kind", "text", "Kind of money.", required=True, allowed=MONEY_KINDS),
        Column("payer", "text", "Who pays.", required=True),
        Column("recipient", "text", "Who gets it."),
        Column("purpose", "text", "What it is for.", required=True),
        Column("scope", "text", "Minerals alone or mixed.", required=True, allowed=MONEY_SCOPES),
        Column("amount", "number", "Amount as stated, million of the currency.", required=True),
        Column("currency", "text", "Currency.", required=True, allowed=CURRENCIES),
        Column("bound", "text", "How the source states it.", required=True, allowed=BOUNDS),
        *_USD,
        Column("exchange", "number", "USD for one unit of the currency.", required=True),
        Column("price_factor", "number", "USD of 2025 for one of its year.", required=True),
        Column("part_of", "text", "Larger pledge that holds this money too."),
        Column("part_basis", "text", "Whether that is stated or likely."),
        Column(
            "counted_in",
            "text",
            "Pledge of the same kind whose amount holds this one; empty where sums count it.",
        ),
        Column("agreement_id", "text", "Agreement."),
        Column("instrument_id", "text", "Instrument."),
        Column("day", "date", "Day it was public.", required=True),
        Column("note", "text", "What to know about it."),
        Column("url", "text", "Page."),
        Column("confidence", "text", "What kind of source it is.", allowed=CONFIDENCES),
        Column("seen", "text", "Whether the page was read.", allowed=SEEN),
    ),
)

PLEDGE_TOTAL_ROWS: Final = TableSchema(
    name="pledge_totals",
    group=GROUP,
    description="Sum of pledges of one kind, each amount once; sums of two kinds do not add up.",
    key=("on_date", "kind", "scope"),
    columns=(
        Column("on_date", "date", "Pledges public by this day.", required=True),
        Column("kind", "text", "Kind of money.", required=True, allowed=MONEY_KINDS),
        Column(
            "scope",
            "text",
            "minerals: those for critical minerals alone; all: mixed ones too.",
            required=True,
            allowed=("minerals", "all"),
        ),
        *_USD,
        Column("pledges", "integer", "Pledges of the kind.", required=True),
        Column("counted", "integer", "Those that the sum counts.", required=True),
        Column("inside", "integer", "Those that lie inside counted ones.", required=True),
    ),
)

SCHEMAS: Final[tuple[TableSchema, ...]] = (
    PROMISE_STATE_ROWS,
    PROMISE_SPAN_ROWS,
    PROMISE_DEADLINE_ROWS,
    PLEDGE_VALUE_ROWS,
    PLEDGE_TOTAL_ROWS,
)
