"""Tables of parties: names, lists they stand on, who holds whom, who owns which site.

A share that nobody printed is an interval, never a guess that looks like a number: `share`
is empty, `low` and `high` say what it can be.
"""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import Column, ForeignKey, TableSchema
from allanite.catalogue.source import EVIDENCE, PROVENANCE
from allanite.catalogue.tables.rare_earths import NOTE

GROUP: Final = "parties"

PARTY_KINDS: Final = ("company", "agency", "state", "holders")
LANGUAGES: Final = ("en", "ja", "zh")
LIST_KINDS: Final = ("control", "watch", "entity", "procurement", "countermeasure")
STAKE_STATES: Final = ("held", "agreed", "ordered_sold", "talks")
STAKE_CONTROLS: Final = ("yes", "joint", "no", "unknown")
SITE_CONTROLS: Final = ("sole", "joint", "several", "minority")

_SOURCE_KEY: Final = ForeignKey("source_id", "sources", "source_id")


def _party(name: str, description: str) -> Column:
    return Column(name, "text", description, required=True)


def _shares(of: str) -> tuple[Column, ...]:
    return (
        Column("share", "number", f"Share {of}; empty if not printed.", "1", low=0.0, high=1.0),
        Column("low", "number", "Least it can be.", "1", required=True, low=0.0, high=1.0),
        Column("high", "number", "Most it can be.", "1", required=True, low=0.0, high=1.0),
    )


PARTIES: Final = TableSchema(
    name="parties",
    group=GROUP,
    description="A firm, agency, state or group of holders that owns, sells, buys or is listed.",
    key=("party_id",),
    columns=(
        _party("party_id", "Short id."),
        Column("name", "text", "Name as the records give it.", required=True),
        Column("country", "text", "Country of its seat, as a region code; empty if not known."),
        Column(
            "kind",
            "text",
            "holders: several, not one that decides; nobody owns a state or an agency.",
            required=True,
            allowed=PARTY_KINDS,
        ),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(ForeignKey("country", "regions", "region"), _SOURCE_KEY),
)

PARTY_ALIASES: Final = TableSchema(
    name="party_aliases",
    group=GROUP,
    description="Another name of a party, also in Japanese or Chinese script.",
    key=("party_id", "alias"),
    columns=(
        _party("party_id", "Party."),
        Column("alias", "text", "The other name.", required=True),
        Column("language", "text", "Language of the name.", required=True, allowed=LANGUAGES),
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(ForeignKey("party_id", "parties", "party_id"), _SOURCE_KEY),
)

PARTY_LISTS: Final = TableSchema(
    name="party_lists",
    group=GROUP,
    description="A list of parties that a government keeps, and how many stand on it.",
    key=("list_id",),
    columns=(
        Column("list_id", "text", "Short id.", required=True),
        Column("issuer", "text", "Who keeps it, as a region code.", required=True),
        Column("control_id", "text", "Control record behind it; empty if none."),
        Column("kind", "text", "What being on it means.", required=True, allowed=LIST_KINDS),
        Column(
            "covers",
            "text",
            "Where its parties have their seat, as a region code; WLD is anywhere.",
            required=True,
        ),
        Column("title", "text", "Title.", required=True),
        Column("entity_count", "integer", "How many parties it has; empty if not read.", low=0),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(
        ForeignKey("issuer", "regions", "region"),
        ForeignKey("covers", "regions", "region"),
        ForeignKey("control_id", "controls", "control_id"),
        _SOURCE_KEY,
    ),
)

PARTY_LISTINGS: Final = TableSchema(
    name="party_listings",
    group=GROUP,
    description="A party that a list names, and from when to when.",
    key=("list_id", "party_id"),
    columns=(
        Column("list_id", "text", "List.", required=True),
        _party("party_id", "Party."),
        Column("printed_name", "text", "Name as printed.", required=True),
        Column("valid_from", "date", "First day.", required=True),
        Column("valid_to", "date", "Last day; empty while it stands."),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(
        ForeignKey("list_id", "party_lists", "list_id"),
        ForeignKey("party_id", "parties", "party_id"),
        _SOURCE_KEY,
    ),
)

PARTY_STAKES: Final = TableSchema(
    name="party_stakes",
    group=GROUP,
    description="What one party holds of another, from when to when.",
    key=("owner_id", "held_id", "state", "valid_from", "valid_to"),
    columns=(
        _party("owner_id", "Party that holds."),
        _party("held_id", "Party that is held."),
        *_shares("held"),
        Column(
            "state",
            "text",
            "held; agreed: bought, closing not seen, so nothing to all; ordered_sold: held "
            "against an order; talks: counts for nothing.",
            required=True,
            allowed=STAKE_STATES,
        ),
        Column(
            "control",
            "text",
            "Whether the owner decides, whatever the share.",
            required=True,
            allowed=STAKE_CONTROLS,
        ),
        Column("valid_from", "date", "First day; empty if it is not known, then always."),
        Column("valid_to", "date", "Last day; empty while it stands."),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(
        ForeignKey("owner_id", "parties", "party_id"),
        ForeignKey("held_id", "parties", "party_id"),
        _SOURCE_KEY,
    ),
)

SITE_OWNERS: Final = TableSchema(
    name="site_owners",
    group=GROUP,
    description="A party that owns a site, as read from the owner of table `sites`.",
    key=("site_id", "party_id"),
    columns=(
        Column("site_id", "text", "Site.", required=True),
        _party("party_id", "Owner."),
        *_shares("owned"),
        Column(
            "control",
            "text",
            "sole: it decides; joint: with partners; several: one of the makers that the row "
            "adds up; minority: it does not decide.",
            required=True,
            allowed=SITE_CONTROLS,
        ),
        NOTE,
        *PROVENANCE,
        *EVIDENCE,
    ),
    foreign_keys=(
        ForeignKey("site_id", "sites", "site_id"),
        ForeignKey("party_id", "parties", "party_id"),
        _SOURCE_KEY,
    ),
)

SCHEMAS: Final = (
    PARTIES,
    PARTY_ALIASES,
    PARTY_LISTS,
    PARTY_LISTINGS,
    PARTY_STAKES,
    SITE_OWNERS,
)
