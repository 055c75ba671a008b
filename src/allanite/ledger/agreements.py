"""Agreements with their provisions, deadlines and evidence, loaded from the release.

A provision that table `provision_terms` does not name keeps the deadline and the heading of its
own row, so that a reader's own agreements work without further tables.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any, Final

from allanite.catalogue.store import Release
from allanite.catalogue.tables.promises import SIGNING_DAY
from allanite.errors import DataError, Finding, UsageError
from allanite.ledger.deadlines import Deadline, Length, Origin, count_deadlines

Row = Mapping[str, Any]
Key = tuple[str, str]
# Parties that stand for several states.
GROUP_MEMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "G7": ("USA", "JPN", "DEU", "GBR", "FRA", "ITA", "CAN")
}
_TITLE: Final = 60  # characters of an action that has no title


@dataclass(frozen=True, slots=True)
class Page:
    """Where a record comes from: address, kind of source, whether the page was read."""

    url: str
    confidence: str
    seen: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one source shows about one provision, public from `day` on."""

    day: date
    what: str
    supports: str
    page: Page


@dataclass(frozen=True, slots=True)
class Particular:
    """One particular of an agreement as one source gives it."""

    particular: str
    value: str
    place: str
    standing: str
    note: str
    page: Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """One promise.

    Attributes:
        provision_id, title, action: what it is called and what it says.
        actors: who acts.
        nature: `act` to deliver or `duty` to keep up.
        starts: first day on which it stands.
        deadlines: by each calendar, the earliest first; empty without a deadline.
        rule: how they count, in words.
        until: last day of what is promised; None where it has no end.
        evidence: in order of days.
        page: where it is read.
    """

    provision_id: str
    title: str
    action: str
    actors: tuple[str, ...]
    nature: str
    starts: date
    deadlines: tuple[Deadline, ...]
    rule: str
    until: date | None
    evidence: tuple[Evidence, ...]
    page: Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One agreement; `regions` are the states among its parties, groups resolved."""

    agreement_id: str
    title: str
    parties: tuple[str, ...]
    regions: tuple[str, ...]
    binding: bool | None
    note: str
    signed: tuple[Origin, ...]
    particulars: tuple[Particular, ...]
    provisions: tuple[Provision, ...]
    page: Page


def load_agreements(release: Release) -> tuple[Agreement, ...]:
    """All agreements of the release, in its order.

    Raises:
        DataError: a provision without a day from which it stands, or terms that name two ways
            to count a deadline, or evidence of a provision that is not there.
    """
    parts = _Parts.of(release)
    faults: list[Finding] = []
    found = tuple(_agreement(row, parts, faults) for row in release.rows("agreements"))
    known = {(a.agreement_id, p.provision_id) for a in found for p in a.provisions}
    for table, keys in (("provision_terms", parts.terms), ("provision_evidence", parts.evidence)):
        faults += [
            _fault(table, key, "no such provision", "a row of table provisions")
            for key in sorted(set(keys) - known)
        ]
    if faults:
        raise DataError(faults)
    return found


def find_agreement(agreements: Sequence[Agreement], agreement_id: str) -> Agreement:
    """The agreement of that id; raises `UsageError` that names near ones."""
    by_id = {agreement.agreement_id: agreement for agreement in agreements}
    if agreement_id in by_id:
        return by_id[agreement_id]
    near = get_close_matches(agreement_id.upper(), by_id, n=3) or sorted(by_id)
    raise UsageError(f"no agreement {agreement_id!r}; known are {', '.join(near)}")


def agreements_of(agreements: Sequence[Agreement], partners: Sequence[str]) -> list[Agreement]:
    """Agreements to which every one of the partners is a party."""
    return [agreement for agreement in agreements if set(partners) <= set(agreement.regions)]


@dataclass(frozen=True, slots=True)
class _Parts:
    """Rows of the tables beside `agreements`, by what they belong to."""

    provisions: Mapping[str, list[Row]]
    terms: Mapping[Key, Row]
    evidence: Mapping[Key, list[Row]]
    particulars: Mapping[str, list[Row]]

    @classmethod
    def of(cls, release: Release) -> _Parts:
        """The rows of a release."""
        provisions: dict[str, list[Row]] = defaultdict(list)
        evidence: dict[Key, list[Row]] = defaultdict(list)
        particulars: dict[str, list[Row]] = defaultdict(list)
        for row in release.rows("provisions"):
            provisions[row["agreement_id"]].append(row)
        for row in release.rows("provision_evidence"):
            evidence[_key(row)].append(row)
        for row in release.rows("agreement_particulars"):
            particulars[row["agreement_id"]].append(row)
        terms = {_key(row): row for row in release.rows("provision_terms")}
        return cls(provisions, terms, evidence, particulars)


def _key(row: Row) -> Key:
    return row["agreement_id"], row["provision_id"]


def _agreement(row: Row, parts: _Parts, faults: list[Finding]) -> Agreement:
    name = row["agreement_id"]
    parties = tuple(row["parties"].split("|"))
    regions = [*(row["regions"] or "").split("|"), *_members(parties)]
    signed = signing_days(row, parts.particulars.get(name, []))
    return Agreement(
        agreement_id=name,
        title=row["title"],
        parties=parties,
        regions=tuple(dict.fromkeys(region for region in regions if region)),
        binding=row["binding"],
        note=row["note"] or "",
        signed=signed,
        particulars=tuple(_particular(r) for r in parts.particulars.get(name, [])),
        provisions=tuple(
            found
            for entry in parts.provisions.get(name, [])
            if (found := _provision(entry, signed, parts, faults)) is not None
        ),
        page=_page(row),
    )


def _members(parties: Sequence[str]) -> list[str]:
    return [member for party in parties for member in GROUP_MEMBERS.get(party, ())]


def signing_days(row: Row, particulars: Sequence[Row]) -> tuple[Origin, ...]:
    """Days of signature by each calendar that a source carries; outliers are left out."""
    held = [
        Origin(r["day"], r["place"] or "")
        for r in particulars
        if r["particular"] == SIGNING_DAY and r["standing"] != "outlier" and r["day"]
    ]
    if held:
        return tuple(sorted(held, key=lambda origin: origin.day))
    days = {row["signed"], row["signed_other"]} - {None}
    return tuple(Origin(day) for day in sorted(days))


def _provision(
    row: Row, signed: Sequence[Origin], parts: _Parts, faults: list[Finding]
) -> Provision | None:
    terms = parts.terms.get(_key(row), {})
    evidence = tuple(
        sorted((_evidence(r) for r in parts.evidence.get(_key(row), [])), key=lambda e: e.day)
    )
    starts = _starts(terms, signed, evidence)
    if starts is None:
        allowed = "a day of signature, of start or of evidence"
        faults.append(_fault("provisions", _key(row), "no day from which it stands", allowed))
        return None
    action = row["action"] or terms.get("title") or row["provision_id"]
    return Provision(
        provision_id=row["provision_id"],
        title=terms.get("title") or row["heading"] or action[:_TITLE],
        action=action,
        actors=tuple((row["actors"] or "").split("|")) if row["actors"] else (),
        nature=terms.get("nature") or "act",
        starts=starts,
        deadlines=_deadlines(row, terms, signed, faults),
        rule=terms.get("rule") or row["deadline_rule"] or "",
        until=terms.get("until"),
        evidence=evidence,
        page=_page(row),
    )


def _starts(terms: Row, signed: Sequence[Origin], evidence: Sequence[Evidence]) -> date | None:
    if terms.get("starts"):
        day: date = terms["starts"]
        return day
    days = [origin.day for origin in signed] or [item.day for item in evidence]
    return min(days, default=None)


def _deadlines(
    row: Row, terms: Row, signed: Sequence[Origin], faults: list[Finding]
) -> tuple[Deadline, ...]:
    """Deadlines by the terms; without terms those of the provision's own row."""
    if not terms:
        days = {row["deadline"], row["deadline_other"]} - {None}
        return tuple(Deadline(day) for day in sorted(days))
    fixed, count, unit = terms["fixed_day"], terms["count"], terms["unit"]
    if (count is None) != (unit is None) or (fixed is not None and count is not None):
        allowed = "a count with its unit, or a fixed day, or neither"
        faults.append(_fault("provision_terms", _key(row), "half a rule or two", allowed))
        return ()
    if fixed is not None:
        return (Deadline(fixed),)
    if count is None:
        return ()
    own = terms["counted_from"]
    return count_deadlines([Origin(own)] if own else signed, Length(count, unit))


def _evidence(row: Row) -> Evidence:
    return Evidence(row["day"], row["what"], row["supports"], _page(row))


def _particular(row: Row) -> Particular:
    return Particular(
        row["particular"],
        row["value"],
        row["place"] or "",
        row["standing"],
        row["note"] or "",
        _page(row),
    )


def _page(row: Row) -> Page:
    return Page(row["url"] or "", row["confidence"] or "", row["seen"] or "")


def _fault(table: str, key: Key, found: str, allowed: str) -> Finding:
    remedy = "Correct the row, or add the provision."
    return Finding(table=table, place=".".join(key), found=found, allowed=allowed, remedy=remedy)
