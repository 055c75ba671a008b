"""Result tables of reading news: candidate claims, omissions, files that were refused."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, TableSchema

GROUP: Final = "results"
FLAGS: Final = ("known", "contradicts", "new", "outside")
_DOCUMENT: Final = Column("document", "text", "File it was read in.", required=True)


def _text(name: str, description: str, *, required: bool = False) -> Column:
    return Column(name, "text", description, required=required)


FOUND_CLAIMS: Final = TableSchema(
    name="found_claims",
    group=GROUP,
    description="One candidate claim found in a text, before a person has accepted it.",
    key=("candidate_id",),
    columns=(
        _text("candidate_id", "Number of the text and of the statement in it.", required=True),
        _DOCUMENT,
        Column("start", "integer", "First character in the kept text, from 0.", required=True),
        Column("end", "integer", "Character after the last one.", required=True),
        _text("quote", "Exactly the characters from `start` to `end`.", required=True),
        _text("claim", "The claim in words made from what was found.", required=True),
        _text("subject", "What it is about.", required=True),
        _text("topic", "Topic of table `reading_topics`.", required=True),
        _text("quantity", "Quantity as the table `claims` prints it."),
        _text("unit", "Unit of the quantity; `date` where the quantity is one."),
        _text("note", "What was taken for granted about the quantity; whether words deny."),
        _text("event_date", "Date named in it, resolved from the day of the text."),
        _text("date_rule", "How that date was counted."),
        _text("claim_date", "Day of the text."),
        _text("regions", "Region codes named, separated by |."),
        _text("materials", "Materials named, separated by |."),
        _text("stages", "Stages named, separated by |."),
        _text("actors", "Persons, authorities, companies and sites named, separated by |."),
        Column("in_field", "flag", "Whether the project is about it.", required=True),
        _text("reason", "Why it is of the field, or not.", required=True),
        Column("flag", "text", "What the record says.", required=True, allowed=FLAGS),
        _text("flag_reason", "Beside which row of the record, or why.", required=True),
        _text("repeats", "Earlier candidate that says the same."),
        _text("links", "Rows of the record it belongs to, separated by |."),
    ),
)

FOUND_OMISSIONS: Final = TableSchema(
    name="found_omissions",
    group=GROUP,
    description="One thing that an agreement holds and a text that reports it does not say.",
    key=("document", "agreement_id", "provision_id", "kind"),
    columns=(
        _DOCUMENT,
        _text("agreement_id", "Agreement.", required=True),
        _text("provision_id", "Provision; `*` for the whole agreement.", required=True),
        Column(
            "kind",
            "text",
            "What is left out.",
            required=True,
            allowed=("provision", "deadline", "binding force"),
        ),
        _text("what", "What it is, in the words of the record.", required=True),
        _text("deadline", "Day of the deadline."),
    ),
)

SCHEMAS: Final[tuple[TableSchema, ...]] = (FOUND_CLAIMS, FOUND_OMISSIONS)
