"""The dated data of parties as frozen records, and how a release becomes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from allanite.catalogue.store import Release
from allanite.catalogue.tables.core import WORLD

Row = Mapping[str, Any]
# Kinds that nobody owns, so that no part of them can be in unknown hands.
OWNERLESS: Final = frozenset({"state", "agency"})
SILENT: Final = "talks"  # a state of a stake that counts for nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A firm, agency, state or group of holders.

    Attributes:
        country: of its seat; region: the larger region that country is counted in.
    """

    party_id: str
    name: str
    country: str = ""
    region: str = ""
    kind: str = "company"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyList:
    """A list that a government keeps.

    Attributes:
        covers: where its parties have their seat, a country or region; WLD is anywhere.
        entity_count: how many parties it has; None where that was not read.
    """

    list_id: str
    issuer: str
    kind: str
    title: str
    covers: str = WORLD
    control_id: str = ""
    entity_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A party on a list from the first to the last day."""

    list_id: str
    party_id: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stake:
    """What one party holds of another.

    Attributes:
        low, high: bounds of the share [1]; share: as printed, None where it is not.
        state: held, agreed, ordered_sold or talks.
        control: yes, joint, no or unknown: whether the owner decides, whatever the share.
        source: where the row stands, and its quality.
    """

    owner_id: str
    held_id: str
    low: float
    high: float
    share: float | None = None
    state: str = "held"
    control: str = "unknown"
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = field(default="", compare=False)


def holds_on(day: date, first: date | None, last: date | None) -> bool:
    """Whether the day lies between the two, ends included; an open end is always."""
    return (first is None or first <= day) and (last is None or day <= last)


def read_party(row: Row, region_of: Mapping[str, str | None]) -> Party:
    """A row of `parties`; `region_of` gives the larger region of a country."""
    country = row["country"] or ""
    return Party(
        party_id=row["party_id"],
        name=row["name"],
        country=country,
        region=region_of.get(country) or "",
        kind=row["kind"],
    )


def read_list(row: Row) -> PartyList:
    """A row of `party_lists`."""
    return PartyList(
        list_id=row["list_id"],
        issuer=row["issuer"],
        kind=row["kind"],
        title=row["title"],
        covers=row["covers"],
        control_id=row["control_id"] or "",
        entity_count=row["entity_count"],
    )


def read_listing(row: Row) -> Listing:
    """A row of `party_listings`."""
    return Listing(
        list_id=row["list_id"],
        party_id=row["party_id"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
    )


def read_stake(row: Row) -> Stake:
    """A row of `party_stakes`; what is only agreed may be nothing yet."""
    return Stake(
        owner_id=row["owner_id"],
        held_id=row["held_id"],
        low=0.0 if row["state"] == "agreed" else row["low"],
        high=row["high"],
        share=row["share"],
        state=row["state"],
        control=row["control"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        source=f"{row['locator']} ({row['quality']})",
    )


def names_of(release: Release) -> list[tuple[str, str]]:
    """(party id, name) of every name and alias."""
    own = [(row["party_id"], row["name"]) for row in release.rows("parties")]
    return own + [(row["party_id"], row["alias"]) for row in release.rows("party_aliases")]
