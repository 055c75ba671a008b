"""Parties of a sale: who the names mean, and what rules ask of them on a day.

Only a name that is hit exactly, or one a person accepted, decides. A candidate makes the fact
unknown and is listed. Lists are not read whole, so a party that is not named on one is unknown
there and not clear.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import numpy as np

from allanite.errors import UsageError
from allanite.law.parties.index import PartyIndex
from allanite.law.parties.matching import Candidate
from allanite.law.parties.records import PartyList
from allanite.law.rules.cells import make_facts
from allanite.law.rules.facts import Facts, WordSet
from allanite.law.rules.logic import FALSE, MAYBE, TRUE
from allanite.studies.screening.bom import Bom
from allanite.studies.screening.sale import Sale

Role = Literal["buyer", "end user", "exporter", "supplier", "manufacturer"]
Decision = Literal["exact", "accepted", "candidate", "nobody"]
CHINESE_WORD: Final = {"control": "control_list", "watch": "watch_list"}
US_KINDS: Final = frozenset({"entity"})
CHINESE_ROLES: Final[tuple[Role, ...]] = ("buyer", "end user")
US_ROLES: Final[tuple[Role, ...]] = ("buyer", "end user", "exporter")
LONGEST_NAME: Final = 500
MOST_NAMES: Final = 2_000  # of suppliers and makers that are looked up


@dataclass(frozen=True, slots=True)
class Named:
    """A name in one role, and whom it means.

    Attributes:
        role, name: as stated.
        party_id: the party it means; empty where that is not decided.
        decision: how it was decided.
        candidates: parties it may mean.
    """

    role: Role
    name: str
    party_id: str
    decision: Decision
    candidates: tuple[Candidate, ...]


def named_parties(index: PartyIndex, sale: Sale, bom: Bom) -> tuple[Named, ...]:
    """The parties of the sale, then suppliers and makers of parts, each name once a role.

    Raises:
        UsageError: an accepted party there is not, or one accepted for a name nobody bears.
    """
    _check_accepted(index, sale, bom)
    roles: list[tuple[Role, str]] = [
        ("buyer", sale.buyer),
        ("end user", sale.end_user),
        ("exporter", sale.exporter),
    ]
    inside: list[tuple[Role, Iterable[str]]] = [
        ("supplier", bom.supplier),
        ("manufacturer", bom.manufacturer),
    ]
    for role, names in inside:
        distinct = [n for n in dict.fromkeys(names) if n and len(n) <= LONGEST_NAME]
        roles += [(role, name) for name in distinct[:MOST_NAMES]]
    return tuple(_named(index, sale, role, name) for role, name in roles if name)


def _check_accepted(index: PartyIndex, sale: Sale, bom: Bom) -> None:
    names = {sale.buyer, sale.end_user, sale.exporter, *bom.supplier, *bom.manufacturer}
    for name, party_id in sale.accepted.items():
        if party_id not in index.parties:
            raise UsageError(
                f"no party {party_id!r} to accept for {name!r}; `allanite data show parties`"
            )
        if name not in names:
            raise UsageError(f"nobody in the sale or the list is called {name!r}")


def _named(index: PartyIndex, sale: Sale, role: Role, name: str) -> Named:
    if name in sale.accepted:
        return Named(role, name, sale.accepted[name], "accepted", ())
    if name in index.parties:
        return Named(role, name, name, "exact", ())
    found = index.match(name)
    if len(found) == 1 and found[0].is_exact:
        return Named(role, name, found[0].party_id, "exact", found)
    return Named(role, name, "", "candidate" if found else "nobody", found)


def party_rows(index: PartyIndex, named: Sequence[Named], on: date) -> Iterator[dict[str, object]]:
    """Rows of `screening_parties`; names of parts that nobody bears are left out."""
    listed = index.listed_as(on)
    for one in named:
        base: dict[str, object] = {"role": one.role, "name": one.name, "decision": one.decision}
        if one.party_id:
            found = next((c for c in one.candidates if c.party_id == one.party_id), None)
            yield base | _row(index, one.party_id, found, listed)
        elif one.candidates:
            for candidate in one.candidates:
                yield base | _row(index, candidate.party_id, candidate, listed)
        elif one.role in US_ROLES:
            yield base | {"party_id": "none"}


def _row(
    index: PartyIndex, party_id: str, found: Candidate | None, listed: dict[str, list[str]]
) -> dict[str, object]:
    return {
        "party_id": party_id,
        "alias": found.alias if found else index.parties[party_id].name,
        "score": found.score if found else None,
        "why": found.why if found else None,
        "listed_as": " ".join(sorted(listed.get(party_id, ()))) or None,
    }


def party_facts(index: PartyIndex, named: Sequence[Named], sale: Sale, on: date) -> Facts:
    """Party facts of the sale on a day, as one row."""
    chinese = _lists(index, "CHN", frozenset(CHINESE_WORD))
    american = _lists(index, "USA", US_KINDS)
    importers = _of_roles(named, CHINESE_ROLES)
    parties = _of_roles(named, US_ROLES)
    us_share = _share(index, parties, american, on)
    values = {
        "chinese_list": _chinese_words(index, importers, chinese, on),
        "chinese_listed_owner_share": _share(index, importers, chinese, on),
        "recipient_country": _seat(index, importers),
        "us_listed_party": _is_listed(index, parties, american, on),
        "us_listed_owner": _has_listed_owner(index, parties, american, on),
        "us_listed_owner_share": us_share,
    }
    kept = {name: [value] for name, value in values.items() if name not in sale.stated}
    return make_facts(("sale",), kept)


def _lists(index: PartyIndex, issuer: str, kinds: Collection[str]) -> list[PartyList]:
    return [x for x in index.lists.values() if x.issuer == issuer and x.kind in kinds]


def _of_roles(named: Sequence[Named], roles: Sequence[Role]) -> list[Named]:
    """Parties of these roles; an end user that is not stated is the buyer."""
    return [one for one in named if one.role in roles]


def _ids(lists: Sequence[PartyList]) -> list[str]:
    return [entry.list_id for entry in lists]


def _is_whole(named: Sequence[Named]) -> bool:
    """Whether a buyer is stated and every name is decided."""
    return any(n.role == "buyer" for n in named) and all(n.party_id for n in named)


def _chinese_words(
    index: PartyIndex, named: Sequence[Named], lists: list[PartyList], on: date
) -> WordSet:
    on_list = index.listed_as(on, _ids(lists))
    kind = {entry.list_id: CHINESE_WORD[entry.kind] for entry in lists}
    words = {kind[i] for one in named for i in on_list.get(one.party_id, ())}
    may_be = _may_be_listed(index, named, lists, on)
    return WordSet(frozenset(words), _is_whole(named) and not may_be)


def _may_be_listed(
    index: PartyIndex, named: Sequence[Named], lists: list[PartyList], on: date
) -> bool:
    unsure = index.may_be_listed(on, _ids(lists))
    return any(bool(unsure[index.axis.position(n.party_id)]) for n in named if n.party_id)


def _is_listed(
    index: PartyIndex, named: Sequence[Named], lists: list[PartyList], on: date
) -> int:  # fmt: skip
    on_list = index.listed_as(on, _ids(lists))
    if any(one.party_id in on_list for one in named if one.party_id):
        return TRUE
    return MAYBE if not _is_whole(named) or _may_be_listed(index, named, lists, on) else FALSE


def _share(
    index: PartyIndex, named: Sequence[Named], lists: list[PartyList], on: date
) -> tuple[float, float] | None:
    """The greatest share over the parties; open where one of them is not decided."""
    found = [index.ownership(n.party_id, on, lists=_ids(lists)) for n in named if n.party_id]
    if not found:
        return None
    high = max(one.high for one in found) if _is_whole(named) else 1.0
    return (float(np.clip(max(one.low for one in found), 0, 1)), float(np.clip(high, 0, 1)))


def _has_listed_owner(
    index: PartyIndex, named: Sequence[Named], lists: list[PartyList], on: date
) -> int:
    found = [index.ownership(n.party_id, on, lists=_ids(lists)) for n in named if n.party_id]
    if any(one.listed_owners for one in found):
        return TRUE
    is_sure = _is_whole(named) and all(one.high <= 0 for one in found)
    return FALSE if is_sure else MAYBE


def _seat(index: PartyIndex, named: Sequence[Named]) -> WordSet | None:
    seats = {index.parties[n.party_id].country for n in named if n.party_id} - {""}
    complete = _is_whole(named) and all(index.parties[n.party_id].country for n in named)
    return WordSet(frozenset(seats), complete)
