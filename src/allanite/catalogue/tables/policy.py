"""Tables of the policy files: agreements, product rules, lists, instruments, permits, claims."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, ForeignKey, TableSchema
from allanite.catalogue.source import EVIDENCE, PROVENANCE
from allanite.catalogue.tables.rare_earths import CORRECTION_IDS, NOTE

GROUP: Final = "policy"

BASES: Final = ("retrieved", "recalled")
DELIVERY: Final = (
    "done",
    "partly_done",
    "announced",
    "in_progress",
    "not_evidenced",
    "overdue_unconfirmed",
    "superseded",
    "standing",
    "expired_or_extended_unconfirmed",
    "outcome_unconfirmed",
)

_SOURCE_KEY: Final = ForeignKey("source_id", "sources", "source_id")
_BASIS: Final = Column(
    "basis",
    "text",
    "retrieved: a page was read; recalled: from memory, to be shown as such.",
    required=True,
    allowed=BASES,
)
_RECORD: Final = Column("record_json", "text", "The whole record as compiled.", required=True)

AGREEMENTS: Final = TableSchema(
    name="agreements",
    group=GROUP,
    description="One agreement, declaration or initiative between governments, or with firms.",
    key=("agreement_id",),
    columns=(
        Column("agreement_id", "text", "Short id.", required=True),
        Column("title", "text", "Title.", required=True),
        Column("parties", "text", "Parties as compiled, separated by |.", required=True),
        Column("regions", "text", "Region codes of the parties that are states, separated by |."),
        Column("signed", "date", "Day of signature or announcement, local time."),
        Column("signed_other", "date", "The same day in another party's time zone."),
        Column("binding", "flag", "Whether it binds; empty where not known."),
        Column("status", "text", "State when compiled.", allowed=DELIVERY),
        NOTE,
        CORRECTION_IDS,
        _BASIS,
        _RECORD,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

PROVISIONS: Final = TableSchema(
    name="provisions",
    group=GROUP,
    description="One provision or commitment of an agreement: who does what until when.",
    key=("agreement_id", "provision_id"),
    columns=(
        Column("agreement_id", "text", "Agreement.", required=True),
        Column("provision_id", "text", "Short id inside the agreement.", required=True),
        Column(
            "kind", "text", "Kind of entry.", required=True, allowed=("provision", "commitment")
        ),
        Column("heading", "text", "Heading."),
        Column("actors", "text", "Who acts, separated by |."),
        Column("action", "text", "What is promised."),
        Column("instruments", "text", "Means named, separated by |."),
        Column("deadline", "date", "Deadline, counted from the local day of signature."),
        Column("deadline_other", "date", "Deadline counted from the other day of signature."),
        Column("deadline_rule", "text", "How the deadline is counted."),
        Column("status", "text", "State when compiled."),
        Column("evidence", "text", "What was found about delivery."),
        _BASIS,
        _RECORD,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(ForeignKey("agreement_id", "agreements", "agreement_id"), _SOURCE_KEY),
)

PRODUCT_RULES: Final = TableSchema(
    name="product_rules",
    group=GROUP,
    description="One legal rule that a product or a purchase is screened against.",
    key=("rule_id",),
    columns=(
        Column("rule_id", "text", "Short id.", required=True),
        Column("law", "text", "Law and passage.", required=True),
        Column("question", "text", "Question it answers."),
        Column("applies_if", "text", "When it applies."),
        Column("test", "text", "Test."),
        Column("verdict", "text", "Outcome where the test holds."),
        Column("periods_json", "text", "States by date, as compiled."),
        NOTE,
        _BASIS,
        _RECORD,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

MINERAL_LISTS: Final = TableSchema(
    name="mineral_lists",
    group=GROUP,
    description="Whether one mineral stands on one official list.",
    key=("mineral", "list"),
    columns=(
        Column("mineral", "text", "Mineral.", required=True),
        Column("list", "text", "Official list.", required=True),
        Column("on_list", "flag", "True where it stands on the list.", required=True),
        Column("day", "date", "Day of the list, or of the entry; empty where none is known."),
        NOTE,
        CORRECTION_IDS,
        _BASIS,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

INSTRUMENTS: Final = TableSchema(
    name="instruments",
    group=GROUP,
    description="One instrument in use: a price floor, loan, equity, offtake, stockpile, tariff.",
    key=("instrument_id",),
    columns=(
        Column("instrument_id", "text", "Short id.", required=True),
        Column("country", "text", "Country or countries as compiled.", required=True),
        Column("instrument", "text", "Name.", required=True),
        Column("kind", "text", "Kind.", required=True),
        Column("counterparty", "text", "Counterparty."),
        Column("mineral", "text", "Minerals as compiled.", required=True),
        Column("amount", "number", "Amount, in `amount_unit`."),
        Column("amount_unit", "text", "Unit of the amount."),
        Column("price_parameter", "text", "Price, rate or share it works with."),
        Column("price_unit", "text", "Unit of that parameter."),
        Column("volume", "number", "Volume, in `volume_unit`."),
        Column("volume_unit", "text", "Unit of the volume."),
        Column("start", "text", "Start as printed."),
        Column("term", "text", "End or term as printed."),
        Column("terms", "text", "Terms in short."),
        Column("status_2026_07", "text", "State in July 2026.", required=True),
        _BASIS,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

PERMITTING: Final = TableSchema(
    name="permitting",
    group=GROUP,
    description="One figure on how long permits and building take.",
    key=("figure_id",),
    columns=(
        Column("figure_id", "text", "Short id.", required=True),
        Column("country", "text", "Country as compiled.", required=True),
        Column("stage", "text", "Span that is measured.", required=True),
        Column("metric", "text", "Kind of figure.", required=True),
        Column("value", "number", "Value, in `unit`."),
        Column("low", "number", "Lower end."),
        Column("high", "number", "Upper end."),
        Column("unit", "text", "Unit as printed."),
        Column("scope", "text", "What it covers."),
        Column("period", "text", "Year or day as printed."),
        Column("programme", "text", "Programme or study."),
        NOTE,
        _BASIS,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

CLAIMS: Final = TableSchema(
    name="claims",
    group=GROUP,
    description="One claim of a news text and what other sources say about it.",
    key=("claim_id",),
    columns=(
        Column("claim_id", "text", "Short id.", required=True),
        Column("text_file", "text", "News text it stands in.", required=True),
        Column("claim", "text", "The claim, in own words.", required=True),
        Column("subject", "text", "What it is about.", required=True),
        Column("quantity", "text", "Quantity as printed."),
        Column("unit", "text", "Unit of the quantity."),
        Column("claim_date", "text", "Date of the claim as printed."),
        Column("other_sources_say", "text", "What was found elsewhere."),
        Column("verdict", "text", "Outcome.", required=True),
        NOTE,
        _BASIS,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

SCHEMAS: Final[tuple[TableSchema, ...]] = (
    AGREEMENTS,
    PROVISIONS,
    PRODUCT_RULES,
    MINERAL_LISTS,
    INSTRUMENTS,
    PERMITTING,
    CLAIMS,
)
