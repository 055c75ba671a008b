"""Tables of contracts: what was agreed or offered, its terms with their ranges, who pays.

One row of `contract_terms` is one number or word. A term that nobody published stands as a range
with its reason, or as missing: a contract that needs it cannot be valued until one is given.
"""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, ForeignKey, TableSchema
from allanite.catalogue.source import EVIDENCE, PROVENANCE
from allanite.catalogue.tables.rare_earths import NOTE

GROUP: Final = "contracts"

STATUSES: Final = ("in_force", "closed", "announced", "conditional", "proposed", "superseded")
BENEFICIARIES: Final = ("project", "site", "site group", "country")
INDEXATIONS: Final = ("nominal", "real")
STATES: Final = ("published", "range", "missing")

_SOURCE_KEY: Final = ForeignKey("source_id", "sources", "source_id")
_CONTRACT: Final = Column("contract_id", "text", "Contract.", required=True)
_WHY: Final = Column("note", "text", "Why this value; what to know before using it.", required=True)

CONTRACTS: Final = TableSchema(
    name="contracts",
    group=GROUP,
    description="One contract or offer between payers and the producers it supports.",
    key=("contract_id",),
    columns=(
        Column("contract_id", "text", "Short id, country of the payer first.", required=True),
        Column("name", "text", "Name shown to readers.", required=True),
        Column("status", "text", "State when compiled.", required=True, allowed=STATUSES),
        Column(
            "beneficiary_kind",
            "text",
            "What the beneficiaries are.",
            required=True,
            allowed=BENEFICIARIES,
        ),
        Column("beneficiaries", "text", "Their ids, separated by spaces.", required=True),
        Column("product", "text", "What its prices and volumes are of.", required=True),
        Column(
            "indexation",
            "text",
            "nominal: prices and amounts lose value with inflation; real: they do not.",
            required=True,
            allowed=INDEXATIONS,
        ),
        Column("instrument_id", "text", "Row of `instruments` it is made from."),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(ForeignKey("instrument_id", "instruments", "instrument_id"), _SOURCE_KEY),
)

CONTRACT_TERMS: Final = TableSchema(
    name="contract_terms",
    group=GROUP,
    description="One term of a contract, with its range and the reason for it.",
    key=("contract_id", "part", "term"),
    columns=(
        _CONTRACT,
        Column(
            "part",
            "text",
            "`contract`, or the kind of instrument it belongs to.",
            required=True,
        ),
        Column("term", "text", "Name of the term.", required=True),
        Column("value", "number", "Central value, in `unit`; empty where it is missing."),
        Column("low", "number", "Lower end."),
        Column("high", "number", "Upper end."),
        Column("unit", "text", "Unit of the value; empty for words and plain numbers."),
        Column("words", "text", "The term where it is a word, such as a price rule."),
        Column(
            "state",
            "text",
            "published; range: not published, taken from the range; missing: no range either.",
            required=True,
            allowed=STATES,
        ),
        _WHY,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(ForeignKey("contract_id", "contracts", "contract_id"), _SOURCE_KEY),
)

CONTRACT_PAYERS: Final = TableSchema(
    name="contract_payers",
    group=GROUP,
    description="One payer of a contract and its share of every payment, both ways.",
    key=("contract_id", "payer"),
    columns=(
        _CONTRACT,
        Column("payer", "text", "Who pays.", required=True),
        Column("region", "text", "Whose purse or whose buyers, as a region code.", required=True),
        Column("share", "number", "Share of payments.", "1", required=True, low=0.0, high=1.0),
        _WHY,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(
        ForeignKey("contract_id", "contracts", "contract_id"),
        ForeignKey("region", "regions", "region"),
        _SOURCE_KEY,
    ),
)

CONTRACTS_LEFT_OUT: Final = TableSchema(
    name="contracts_left_out",
    group=GROUP,
    description="One instrument of the policy files or fact that is no contract here, and why.",
    key=("subject",),
    columns=(
        Column("subject", "text", "Row of `instruments`, or a short id of a fact.", required=True),
        Column("reason", "text", "Why it is left out.", required=True),
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(_SOURCE_KEY,),
)

SCHEMAS: Final[tuple[TableSchema, ...]] = (
    CONTRACTS,
    CONTRACT_TERMS,
    CONTRACT_PAYERS,
    CONTRACTS_LEFT_OUT,
)
