"""The index of parties: who a name may mean, what is listed, what listed parties hold of one.

Every answer is of a day. A share is an interval, and whether it reaches a threshold is true,
false or unknown: holders whom nobody named may be listed, so what is not known never clears.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import numpy as np

from allanite.axis import Axis, BoolArray
from allanite.catalogue.store import Release
from allanite.catalogue.tables.core import WORLD
from allanite.errors import UsageError
from allanite.law.parties.chains import group_heads, stake_arrays, stakes_above
from allanite.law.parties.matching import Candidate, NameList, match_name, name_list
from allanite.law.parties.records import (
    SILENT,
    Listing,
    Party,
    PartyList,
    Stake,
    holds_on,
    names_of,
    read_list,
    read_listing,
    read_party,
    read_stake,
)
from allanite.law.parties.shares import (
    MAJORITY,
    ROUNDING,
    Held,
    Holdings,
    control_chain,
    multiplied_through,
)

Reading = Literal["control_chain", "multiplied"]
Answer = Literal["true", "false", "unknown"]
READINGS: Final[Mapping[Reading, Callable[[Holdings, BoolArray, BoolArray], Held]]] = {
    "control_chain": control_chain,
    "multiplied": multiplied_through,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """Share of a party in the hands of listed ones on a day.

    Attributes:
        party_id, on, reading: what was asked.
        low, high: bounds [1], holders and listed parties whom nobody named counted as open.
        named_high: the most, were there no holders and no listed parties but those named.
        is_listed: whether it stands on a list itself (then the share is 1); unknown where a
            list that covers its country has parties nobody named.
        listed_as: lists that name it.
        listed_owners: listed parties that stand before it in the chain.
    """

    party_id: str
    on: date
    reading: Reading
    low: float
    high: float
    named_high: float
    is_listed: Answer
    listed_as: tuple[str, ...]
    listed_owners: tuple[str, ...]

    def reaches(self, threshold: float = MAJORITY) -> Answer:
        """Whether the share is the threshold or more; unknown where the interval straddles it."""
        return answer(self.low, self.high, threshold)


def answer(low: float, high: float, threshold: float) -> Answer:
    """Three-valued `share >= threshold` of an interval."""
    if low >= threshold - ROUNDING:
        return "true"
    return "unknown" if high >= threshold - ROUNDING else "false"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PartyIndex:
    """Parties, their names, lists and stakes.

    Attributes:
        parties: by id; axis: their ids in order, the positions of all arrays.
        names: names and aliases ready to be compared.
        lists: by id; listings, stakes: all, of any day.
    """

    parties: Mapping[str, Party]
    axis: Axis
    names: NameList
    lists: Mapping[str, PartyList]
    listings: tuple[Listing, ...]
    stakes: tuple[Stake, ...]

    def match(self, name: str) -> tuple[Candidate, ...]:
        """Parties the name may mean, best first; see `matching.match_name`."""
        return match_name(self.names, name)

    def party(self, name: str) -> Party:
        """The one party of that id, name or alias.

        Raises:
            UsageError: no name is hit exactly, or several are; the candidates are listed and
                the choice is left to the reader.
        """
        if name in self.parties:
            return self.parties[name]
        found = self.match(name)
        if len(found) == 1 and found[0].is_exact:
            return self.parties[found[0].party_id]
        raise UsageError(_undecided(name, found))

    def listed_as(self, on: date, lists: Collection[str] | None = None) -> dict[str, list[str]]:
        """Lists on which each listed party stands on a day; `lists` keeps only those.

        Raises:
            UsageError: an unknown list.
        """
        self._check_lists(lists)
        found: dict[str, list[str]] = defaultdict(list)
        for listing in self.listings:
            if lists is not None and listing.list_id not in lists:
                continue
            if holds_on(on, listing.valid_from, listing.valid_to):
                found[listing.party_id].append(listing.list_id)
        return dict(found)

    def stakes_on(self, on: date) -> tuple[Stake, ...]:
        """Stakes that count on a day; talks count for nothing."""
        return tuple(
            s for s in self.stakes if s.state != SILENT and holds_on(on, s.valid_from, s.valid_to)
        )

    def ownership(
        self,
        party: str,
        on: date,
        *,
        lists: Collection[str] | None = None,
        reading: Reading = "control_chain",
    ) -> Ownership:
        """Share of a party that listed parties hold on a day, direct and indirect.

        Args:
            party: id, name or alias; a name that is not hit exactly is refused.
            on: the day.
            lists: ids of lists that count; all by default.
            reading: through control (the cascade of sanctions law) or multiplied (interest).

        Raises:
            UsageError: an unknown or undecided party, an unknown list.
        """
        party_id = self.party(party).party_id
        listed = self.listed_as(on, lists)
        shares = self.listed_shares(on, lists=lists, reading=reading)
        i = self.axis.position(party_id)
        unsure = self.may_be_listed(on, lists)[i]
        return Ownership(
            party_id=party_id,
            on=on,
            reading=reading,
            low=float(shares.low[i]),
            high=float(shares.high[i]),
            named_high=float(shares.named[i]),
            is_listed="true" if party_id in listed else "unknown" if unsure else "false",
            listed_as=tuple(sorted(listed.get(party_id, ()))),
            listed_owners=tuple(
                sorted({s.owner_id for s in self.chain(party_id, on)} & set(listed))
            ),
        )

    def listed_shares(
        self,
        on: date,
        *,
        lists: Collection[str] | None = None,
        reading: Reading = "control_chain",
    ) -> Held:
        """The same for every party at once, in the order of `axis`, shapes (P,)."""
        listed = np.zeros(len(self.axis), dtype=np.bool_)
        listed[self.axis.positions(self.listed_as(on, lists))] = True
        return READINGS[reading](self.holdings(on), listed, self.may_be_listed(on, lists))

    def may_be_listed(self, on: date, lists: Collection[str] | None = None) -> BoolArray:
        """Parties that may stand on a list unnamed, those it names left out, shape (P,)."""
        named = self.listed_as(on, lists)
        covers = {entry.covers for entry in self._open_lists(on, lists)}
        return np.array(
            [p not in named and bool(covers & {WORLD, *self._seats(p)}) for p in self.axis],
            dtype=np.bool_,
        )

    def _seats(self, party_id: str) -> set[str]:
        party = self.parties[party_id]
        return {party.country, party.region} - {""} or {e.covers for e in self.lists.values()}

    def _open_lists(self, on: date, lists: Collection[str] | None) -> list[PartyList]:
        """Lists of which parties are not all named; one whose first day is not known is open."""
        begun = {x.list_id: x.valid_from for x in self.listings}
        return [
            entry
            for i, entry in self.lists.items()
            if (lists is None or i in lists)
            and begun.get(i, on) <= on
            and entry.entity_count not in {self.named_counts()[i][1]}
        ]

    def holdings(self, on: date) -> Holdings:
        """Stakes of a day as arrays."""
        return stake_arrays(self.axis, self.parties, self.stakes_on(on))

    def chain(self, party_id: str, on: date) -> tuple[Stake, ...]:
        """Stakes that lead up from a party, nearest first; loops end where they began."""
        return stakes_above(self.stakes_on(on), party_id)

    def group(self, party_id: str, on: date) -> frozenset[str]:
        """The party's group: the firm at the head and all that it decides on, on that day.

        A state is no head: what a state owns is told by the country, not as one group.
        """
        over = self.heads(on)
        head = over.get(party_id, party_id)
        return frozenset(p for p in self.axis if over.get(p, p) == head)

    def heads(self, on: date) -> dict[str, str]:
        """The firm at the head of each party's group; only parties that another decides on."""
        return group_heads(self.stakes_on(on), self.parties)

    def named_counts(self) -> dict[str, tuple[int | None, int]]:
        """Of each list: how many stand on it (None if not read), and how many are named."""
        named: dict[str, int] = defaultdict(int)
        for listing in self.listings:
            named[listing.list_id] += 1
        return {i: (entry.entity_count, named[i]) for i, entry in self.lists.items()}

    def _check_lists(self, lists: Collection[str] | None) -> None:
        unknown = sorted(set(lists or ()) - set(self.lists))
        if unknown:
            raise UsageError(f"unknown list {unknown[0]!r}; known: {', '.join(self.lists)}")


def _undecided(name: str, found: tuple[Candidate, ...]) -> str:
    shown = name if len(name) <= 60 else f"{name[:60]}..."
    if not found:
        return (
            f"no party is called {shown!r} or nearly so; see table `parties` "
            "(`allanite data show parties`), or give a region code"
        )
    told = "; ".join(f"{c.party_id} ({c.alias}, {c.score:.0f} of 100: {c.why})" for c in found)
    return f"{shown!r} is not decided; give the id of the party you mean: {told}"


def party_index(
    parties: Iterable[Party],
    stakes: Iterable[Stake] = (),
    listings: Iterable[Listing] = (),
    lists: Iterable[PartyList] = (),
    names: Iterable[tuple[str, str]] | None = None,
) -> PartyIndex:
    """The index of the records; names are those of the parties unless others are given."""
    known = {party.party_id: party for party in sorted(parties, key=lambda p: p.party_id)}
    own = [(party.party_id, party.name) for party in known.values()]
    return PartyIndex(
        parties=known,
        axis=Axis("party", tuple(known)),
        names=name_list(own if names is None else names),
        lists={entry.list_id: entry for entry in lists},
        listings=tuple(listings),
        stakes=tuple(stakes),
    )


def load_parties(release: Release) -> PartyIndex:
    """The index of a release."""
    region_of = {row["region"]: row["demand_region"] for row in release.rows("regions")}
    return party_index(
        (read_party(row, region_of) for row in release.rows("parties")),
        map(read_stake, release.rows("party_stakes")),
        map(read_listing, release.rows("party_listings")),
        map(read_list, release.rows("party_lists")),
        names_of(release),
    )
