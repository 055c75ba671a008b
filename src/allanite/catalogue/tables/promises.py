"""Tables of promises: terms of provisions, what sources show about them, and money.

Evidence has a day of its own, so that a state can be told as it was known on any day.
Money is of four kinds (announced, named, committed, disbursed) that nobody may add together.
"""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, ForeignKey, TableSchema
from allanite.catalogue.source import EVIDENCE, PROVENANCE
from allanite.catalogue.tables.rare_earths import NOTE

GROUP: Final = "promises"

NATURES: Final = ("act", "duty")
COUNT_UNITS: Final = ("day", "month")
STANDINGS: Final = ("held", "other zone", "outlier")
SIGNING_DAY: Final = "signing day"
PARTICULARS: Final = (SIGNING_DAY, "signing place", "binding", "text")
SUPPORTS: Final = (
    "announced",
    "in work",
    "partly",
    "done",
    "open",
    "contradicts",
    "superseded",
    "related",
    "not found",
)
MONEY_KINDS: Final = ("announced", "named", "committed", "disbursed")
MONEY_SCOPES: Final = ("minerals", "mixed")
BOUNDS: Final = ("stated", "about", "at least", "up to")
CURRENCIES: Final = ("USD", "JPY", "AUD", "EUR", "CAD")

_SOURCE_KEY: Final = ForeignKey("source_id", "sources", "source_id")
_FACT_KEY: Final = ForeignKey("fact_id", "new_facts", "fact_id")
_AGREEMENT_KEY: Final = ForeignKey("agreement_id", "agreements", "agreement_id")
_AGREEMENT: Final = Column("agreement_id", "text", "Agreement.", required=True)
_PROVISION: Final = Column("provision_id", "text", "Provision inside it.", required=True)

PROVISION_TERMS: Final = TableSchema(
    name="provision_terms",
    group=GROUP,
    description="How one provision is read: its short title, its nature, how its deadline counts.",
    key=("agreement_id", "provision_id"),
    columns=(
        _AGREEMENT,
        _PROVISION,
        Column("title", "text", "Short title shown to readers.", required=True),
        Column(
            "nature",
            "text",
            "act: something to deliver; duty: something to keep up.",
            required=True,
            allowed=NATURES,
        ),
        Column("starts", "date", "Day it was promised, where that is not the signature."),
        Column("count", "integer", "Length of the deadline, in `unit`.", low=1),
        Column("unit", "text", "Days or calendar months.", allowed=COUNT_UNITS),
        Column("counted_from", "date", "Day it counts from; empty: each day of signature."),
        Column("fixed_day", "date", "Deadline named as a day."),
        Column("until", "date", "Last day of what is promised; not a deadline."),
        Column("rule", "text", "How the deadline counts, in words."),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_AGREEMENT_KEY, _SOURCE_KEY),
)

AGREEMENT_PARTICULARS: Final = TableSchema(
    name="agreement_particulars",
    group=GROUP,
    description="One particular of an agreement as one source gives it, held or not.",
    key=("agreement_id", "particular", "value"),
    columns=(
        _AGREEMENT,
        Column("particular", "text", "What is told.", required=True, allowed=PARTICULARS),
        Column("value", "text", "What the source says.", required=True),
        Column("day", "date", "The day, where it is one."),
        Column("place", "text", "Capital whose calendar the day follows."),
        Column(
            "standing",
            "text",
            "held; other zone: the same moment in another calendar; outlier: one source alone.",
            required=True,
            allowed=STANDINGS,
        ),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_AGREEMENT_KEY, _SOURCE_KEY),
)

PROVISION_EVIDENCE: Final = TableSchema(
    name="provision_evidence",
    group=GROUP,
    description="One thing one source shows about the delivery of one provision, with its day.",
    key=("evidence_id",),
    columns=(
        Column("evidence_id", "text", "Short id.", required=True),
        _AGREEMENT,
        _PROVISION,
        Column(
            "day",
            "date",
            "Day it was public: that of a public act the source names, else the source's; the "
            "last day of the span where only a month, a year or a range is printed.",
            required=True,
        ),
        Column("what", "text", "What the source shows, in own words.", required=True),
        Column(
            "supports",
            "text",
            "announced, in work, partly, done: so far it came; open: it was not delivered on that "
            "day; contradicts: another source says otherwise; superseded: another text took its "
            "place; related: near it, without bearing on its state; not found: looked for up to "
            "that day.",
            required=True,
            allowed=SUPPORTS,
        ),
        Column("fact_id", "text", "Fact of `new_facts` it follows from."),
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_AGREEMENT_KEY, _FACT_KEY, _SOURCE_KEY),
)

PLEDGES: Final = TableSchema(
    name="pledges",
    group=GROUP,
    description="One sum of money promised or paid; kinds are never added together.",
    key=("pledge_id",),
    columns=(
        Column("pledge_id", "text", "Short id.", required=True),
        Column(
            "kind",
            "text",
            "announced: a total said; named: a recipient is named, no contract is known; "
            "committed: signed or filled; disbursed: paid or issued.",
            required=True,
            allowed=MONEY_KINDS,
        ),
        Column("payer", "text", "Who pays.", required=True),
        Column("recipient", "text", "Who gets it."),
        Column("purpose", "text", "What it is for.", required=True),
        Column(
            "scope",
            "text",
            "minerals: for critical minerals alone; mixed: energy or other fields too.",
            required=True,
            allowed=MONEY_SCOPES,
        ),
        Column("currency", "text", "Currency as stated.", required=True, allowed=CURRENCIES),
        Column("amount", "number", "Amount, million of the currency.", required=True, low=0.0),
        Column("low", "number", "Lower end, million of the currency.", low=0.0),
        Column("high", "number", "Upper end, million of the currency.", low=0.0),
        Column("bound", "text", "How the source states it.", required=True, allowed=BOUNDS),
        Column("day", "date", "Day from which it counts, as for evidence.", required=True),
        Column("agreement_id", "text", "Agreement it belongs to."),
        Column("instrument_id", "text", "Row of `instruments`."),
        Column("fact_id", "text", "Fact of `new_facts`."),
        Column("part_of", "text", "Larger pledge that holds this money too."),
        Column(
            "part_basis",
            "text",
            "stated: the source says it is part; likely: it may be, and counts as such.",
            allowed=("stated", "likely"),
        ),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(
        _AGREEMENT_KEY,
        ForeignKey("instrument_id", "instruments", "instrument_id"),
        ForeignKey("part_of", "pledges", "pledge_id", is_acyclic=True),
        _FACT_KEY,
        _SOURCE_KEY,
    ),
)

SCHEMAS: Final[tuple[TableSchema, ...]] = (
    PROVISION_TERMS,
    AGREEMENT_PARTICULARS,
    PROVISION_EVIDENCE,
    PLEDGES,
)
