"""What the release records, in the form that statements are compared with."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from allanite.catalogue.store import Release
from allanite.ledger.reading.dates import find_dates
from allanite.ledger.reading.quantities import PlainDollar, Quantity, find_quantities
from allanite.ledger.reading.topics import Topics, load_topics
from allanite.ledger.reading.words import (
    Words,
    codes,
    find_names,
    load_words,
    tokens_of,
)

Row = Mapping[str, Any]
_NOT_QUANTITIES: Final = ("material", "agreement", "talks", "date", "day")
US_DOLLAR: Final = PlainDollar("USD", "")
_NUMBER_AND_YEAR: Final = re.compile(r"(\d+)\s*/\s*(\d{4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownClaim:
    """One claim of the record, with the quantities that its own and other sources give."""

    claim_id: str
    claim: str
    subject: str
    text: str
    topics: frozenset[str]
    regions: frozenset[str]
    materials: frozenset[str]
    quantities: tuple[Quantity, ...]
    printed: str
    verdict: str
    is_omission: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownProvision:
    """One provision: its topics, its sums and its deadline."""

    provision_id: str
    heading: str
    action: str
    topics: frozenset[str]
    sums: tuple[Quantity, ...]
    deadline: date | None
    deadline_other: date | None
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAgreement:
    """One agreement: regions, days of signature, place, sums in its title, provisions, topics."""

    agreement_id: str
    title: str
    regions: frozenset[str]
    signed: tuple[date, ...]
    place_regions: frozenset[str]
    place: str
    sums: tuple[Quantity, ...]
    binding: bool | None
    is_on_minerals: bool
    provisions: tuple[KnownProvision, ...]
    topics: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownControl:
    """One control: issuer, kind, materials, numbers such as 61 of 2025, states by day."""

    control_id: str
    issuer: str
    short_title: str
    kind: str
    announced: str
    materials: frozenset[str]
    numbers: frozenset[tuple[int, int]]
    periods: tuple[tuple[date | None, date | None, str], ...]

    def state_on(self, day: date) -> str:
        """The state of its articles on a day: one word, or several joined by `/`."""
        states = {
            state
            for first, last, state in self.periods
            if (first is None or first <= day) and (last is None or day <= last)
        }
        return "/".join(sorted(states)) or "not_announced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything that reading needs of a release; it passes to worker processes whole."""

    words: Words
    topics: Topics
    claims: tuple[KnownClaim, ...]
    agreements: tuple[KnownAgreement, ...]
    controls: tuple[KnownControl, ...]
    region_names: Mapping[str, str]


def load_record(release: Release) -> Record:
    """The record of a release, a user's tables laid over it."""
    words, topics = load_words(release), load_topics(release)
    return Record(
        words=words,
        topics=topics,
        claims=tuple(_claim(row, words, topics) for row in release.rows("claims")),
        agreements=_agreements(release, words, topics),
        controls=_controls(release),
        region_names={row["region"]: row["name"] for row in release.rows("regions")},
    )


def topics_in(text: str, topics: Topics, kinds: Iterable[str] = ()) -> frozenset[str]:
    """Ids of topics of the field whose cues stand in a text; those of any word are left out.

    Args:
        text: words of a record.
        topics: all topics.
        kinds: kinds of quantities that stand in it; topics that need another are left out.
    """
    met = {*_NOT_QUANTITIES, *kinds}
    found = topics.found(token.folded for token in tokens_of(text, 0, len(text)))
    return frozenset(t.topic_id for t in found if t.in_field and all(t.cues) and t.needs <= met)


def _claim(row: Row, words: Words, topics: Topics) -> KnownClaim:
    text = f"{row['claim']}; {row['subject']}"
    names = find_names(tokens_of(text, 0, len(text)), words)
    printed = f"{row['quantity'] or ''} {row['unit'] or ''}"
    others = f"{row['other_sources_say'] or ''} {row['note'] or ''}"
    quantities = [*_quantities(printed, words), *_quantities(others, words)]
    return KnownClaim(
        claim_id=row["claim_id"],
        claim=row["claim"],
        subject=row["subject"],
        text=text.lower(),
        topics=topics_in(text, topics, {q.kind for q in quantities}),
        regions=frozenset(codes(names, "region", "actor")),
        materials=frozenset(codes(names, "material")),
        quantities=tuple(quantities),
        printed=printed.strip(),
        verdict=row["verdict"],
        is_omission=row["claim"].startswith("("),
    )


def _quantities(text: str, words: Words) -> list[Quantity]:
    return find_quantities(text, 0, len(text), words.counted, US_DOLLAR)


def _agreements(release: Release, words: Words, topics: Topics) -> tuple[KnownAgreement, ...]:
    provisions: dict[str, list[KnownProvision]] = {}
    for row in release.rows("provisions"):
        provisions.setdefault(row["agreement_id"], []).append(_provision(row, words, topics))
    return tuple(
        _agreement(row, tuple(provisions.get(row["agreement_id"], ())), words)
        for row in release.rows("agreements")
    )


def _agreement(row: Row, provisions: tuple[KnownProvision, ...], words: Words) -> KnownAgreement:
    title = row["title"]
    place = str(json.loads(row["record_json"] or "{}").get("place") or "")
    in_title = codes(find_names(tokens_of(title, 0, len(title)), words), "material")
    in_place = find_names(tokens_of(place, 0, len(place)), words)
    return KnownAgreement(
        agreement_id=row["agreement_id"],
        title=title,
        regions=frozenset((row["regions"] or "").split("|")) - {""},
        signed=tuple(day for day in (row["signed"], row["signed_other"]) if day),
        place_regions=frozenset(codes(in_place, "place", "region")),
        place=place,
        sums=tuple(q for q in _quantities(title, words) if q.kind == "money"),
        binding=row["binding"],
        is_on_minerals=bool(in_title),
        provisions=provisions,
        topics=frozenset(t for p in provisions for t in p.topics),
    )


def _provision(row: Row, words: Words, topics: Topics) -> KnownProvision:
    parts = (row["heading"], row["action"], (row["instruments"] or "").replace("|", ", "))
    text = ". ".join(part for part in parts if part)
    return KnownProvision(
        provision_id=row["provision_id"],
        heading=row["heading"] or "",
        action=row["action"] or "",
        topics=topics_in(text, topics),
        sums=tuple(q for q in _quantities(text, words) if q.kind == "money"),
        deadline=row["deadline"],
        deadline_other=row["deadline_other"],
        rule=row["deadline_rule"] or "",
    )


def _controls(release: Release) -> tuple[KnownControl, ...]:
    periods: dict[str, list[tuple[date | None, date | None, str]]] = {}
    for row in release.rows("control_periods"):
        entry = (row["from_date"], row["to_date"], row["state"])
        if entry not in (known := periods.setdefault(row["control_id"], [])):
            known.append(entry)
    elements: dict[str, set[str]] = {}
    for row in release.rows("control_scope"):
        if row["element"]:
            elements.setdefault(row["control_id"], set()).add(row["element"])
    return tuple(
        KnownControl(
            control_id=row["control_id"],
            issuer=row["issuer"],
            short_title=row["short_title"],
            kind=row["kind"],
            announced=row["announced"] or "",
            materials=frozenset(elements.get(row["control_id"], ())),
            numbers=_numbers(row["short_title"]),
            periods=tuple(periods.get(row["control_id"], ())),
        )
        for row in release.rows("controls")
    )


def _numbers(short_title: str) -> frozenset[tuple[int, int]]:
    """Numbers of announcements in a short title: `No. 11 and 12/2026` is 11 and 12 of 2026."""
    found = _NUMBER_AND_YEAR.search(short_title)
    if found is None:
        return frozenset()
    numbers = re.findall(r"\d+", short_title[: found.end(1)])
    return frozenset((int(number), int(found[2])) for number in numbers)


def deadline_lengths(rule: str) -> list[str]:
    """Lengths of time that the rule of a deadline names, as printed: `180 days`, `6 months`."""
    text = "within " + rule.partition("+")[2].strip()
    return [find.printed for find in find_dates(text, 0, len(text), None)]
