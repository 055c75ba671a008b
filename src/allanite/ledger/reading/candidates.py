"""Candidate claims: statements with their links as plain values that a person can read and edit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from rapidfuzz import fuzz

from allanite.ledger.reading.document import Document
from allanite.ledger.reading.link import Link, link_statement
from allanite.ledger.reading.omissions import Omission, omissions_of
from allanite.ledger.reading.record import Record
from allanite.ledger.reading.statements import Statement, statements_of

_DENIAL: Final = re.compile(
    r"\b(?:not|never|no longer|none|neither|denie[sd]|deny|untrue|false|wrong(?:ly)?)\b"
    r"|n['\u2019]t\b",
    re.IGNORECASE,
)
SAME_WORDS: Final = 80.0  # of 100: two statements of one topic and quantity say the same
_MOST_COMPARED: Final = 50  # statements of one topic and quantity that a new one is compared with


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One thing a text states, as it stands in the file for a person.

    Attributes:
        candidate_id: number of the text and of the statement in it.
        start, end: span in the kept text, in characters; `quote` is exactly that span.
        claim, subject: a proposal in own words, made from what was found.
        topic: what it is about.
        quantity, unit: as the table of claims prints them; empty without one.
        note: what was taken for granted about the quantity, and whether words deny.
        event_date: date named in it, resolved; empty without one.
        date_rule: how that date was counted.
        claim_date: day of the text; empty where not known.
        regions, materials, stages: codes named.
        actors: persons, authorities, companies and sites named.
        in_field, reason: whether the project is about it, and why.
        flag, flag_reason: known, contradicts or new, and beside what.
        repeats: an earlier candidate that says the same; empty without one.
        links: rows of the record it belongs to.
    """

    candidate_id: str
    document: str
    start: int
    end: int
    quote: str
    claim: str
    subject: str
    topic: str
    quantity: str
    unit: str
    note: str
    event_date: str
    date_rule: str
    claim_date: str
    regions: tuple[str, ...]
    materials: tuple[str, ...]
    stages: tuple[str, ...]
    actors: tuple[str, ...]
    in_field: bool
    reason: str
    flag: str
    flag_reason: str
    links: tuple[Link, ...]
    repeats: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read in one document: candidates of the field and outside it, and omissions.

    `left_out` counts figures of long lists that were not made into candidates.
    """

    document: Document
    candidates: tuple[Candidate, ...]
    omissions: tuple[Omission, ...]
    left_out: int = 0

    @property
    def in_field(self) -> tuple[Candidate, ...]:
        """Candidates of the project's field."""
        return tuple(c for c in self.candidates if c.in_field)

    @property
    def outside(self) -> tuple[Candidate, ...]:
        """Candidates outside the field."""
        return tuple(c for c in self.candidates if not c.in_field)


def read_text(document: Document, record: Record, number: int = 1) -> Reading:
    """Candidates and omissions of one document.

    Args:
        document: the text.
        record: what the release records.
        number: number of the document, for the ids of its candidates.
    """
    stated = statements_of(document, record)
    statements = stated.statements
    return Reading(
        document=document,
        candidates=tuple(
            _candidate(document, record, statement, f"{number}-{i:02d}")
            for i, statement in enumerate(statements, start=1)
        ),
        omissions=tuple(omissions_of(statements, record)),
        left_out=stated.left_out,
    )


def _candidate(
    document: Document, record: Record, statement: Statement, candidate_id: str
) -> Candidate:
    linked = link_statement(statement, record, document.day) if statement.in_field else None
    quantity, unit = _quantity_of(statement)
    names = [record.region_names.get(region, region) for region in statement.regions]
    return Candidate(
        candidate_id=candidate_id,
        document=document.name,
        start=statement.start,
        end=statement.end,
        quote=statement.quote,
        claim=_own_words(statement, names, quantity, unit),
        subject=_subject(statement, names),
        topic=statement.topic.topic_id,
        quantity=quantity,
        unit=unit,
        note=_note(statement),
        event_date=next((d.iso for d in statement.dates if d.iso), ""),
        date_rule="; ".join(d.rule for d in statement.dates if d.rule),
        claim_date=document.day.isoformat() if document.day else "",
        regions=statement.regions,
        materials=statement.materials,
        stages=statement.stages,
        actors=statement.actors,
        in_field=statement.in_field,
        reason=statement.reason,
        flag=linked.flag if linked else "outside",
        flag_reason=linked.reason if linked else statement.reason,
        links=linked.links if linked else (),
    )


def _quantity_of(statement: Statement) -> tuple[str, str]:
    """Quantity and unit; a date where the statement has one and no quantity."""
    if statement.quantity is not None:
        return statement.quantity.printed, statement.quantity.unit
    for found in statement.dates:
        if found.iso:
            words = {"year": "year", "month": "month", "span": "days"}
            return found.iso, "date" if found.is_deadline else words.get(found.precision, "date")
    return "", ""


def _note(statement: Statement) -> str:
    """What a reader must know: how the quantity was read, and words that deny."""
    notes = [statement.quantity.note] if statement.quantity else []
    if _DENIAL.search(statement.quote):
        notes.append("the words hold a denial: the claim may be the opposite")
    return "; ".join(note for note in notes if note)


def _own_words(statement: Statement, names: Sequence[str], quantity: str, unit: str) -> str:
    """A claim made from the finds, so that no sentence of the text is copied."""
    parts = [statement.topic.label]
    if names:
        parts.insert(0, " and ".join(names))
    text = ": ".join(parts)
    materials = ", ".join(statement.materials)
    agreements = ", ".join(a.agreement_id for a in statement.agreements)
    rest = [x for x in (materials, agreements, f"{quantity} {unit}".strip()) if x]
    return "; ".join([text, *rest])


def _subject(statement: Statement, names: Sequence[str]) -> str:
    if statement.agreements:
        return statement.agreements[0].agreement_id
    return ", ".join([*names[:2], statement.topic.label])


def with_repeats(readings: Sequence[Reading]) -> list[Reading]:
    """The readings with every candidate that says what an earlier one said marked as such."""
    seen: dict[tuple[str, str, str], list[Candidate]] = {}
    found: list[Reading] = []
    for reading in readings:
        marked = tuple(_marked(candidate, seen) for candidate in reading.candidates)
        found.append(replace(reading, candidates=marked))
    return found


def _marked(candidate: Candidate, seen: dict[tuple[str, str, str], list[Candidate]]) -> Candidate:
    if not candidate.in_field:
        return candidate
    alike = seen.setdefault((candidate.topic, candidate.quantity, candidate.unit), [])
    quote = candidate.quote.lower()
    for known in alike:
        if fuzz.token_set_ratio(quote, known.quote.lower()) >= SAME_WORDS:
            return replace(candidate, repeats=known.candidate_id)
    if len(alike) < _MOST_COMPARED:
        alike.append(candidate)
    return candidate
