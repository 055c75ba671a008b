"""Statements beside the record: what is known of it already, what it contradicts, what is new."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from rapidfuzz import fuzz

from allanite.ledger.reading.promises import names_deadline, names_sum
from allanite.ledger.reading.quantities import Quantity, equal_values
from allanite.ledger.reading.record import (
    KnownAgreement,
    KnownClaim,
    KnownControl,
    Record,
)
from allanite.ledger.reading.statements import Statement
from allanite.ledger.reading.words import RARE_EARTH_SIGNS, RARE_EARTHS

Flag = Literal["known", "contradicts", "new"]
LinkKind = Literal["claim", "agreement", "provision", "control", "material"]

SAME_CLAIM: Final = 75.0  # set on two reports of one day: true pairs there had 76 and more
_RECENT: Final = timedelta(days=60)
_MOST_CONTROLS: Final = 8
_ABOUT: Final = 0.1  # what "about" allows, as a share
_NO: Final = re.compile(r"\bNo\.?\s?(\d{1,4})(?:\s+of\s+|\s?/\s?)?((?:19|20)\d\d)?")
_ANNOUNCEMENT: Final = re.compile(
    r"\b(?:Announcement|Notice|Order)s?\s+(?:No\.?\s?)?(\d{1,4})(?:\s+of\s+|\s?/\s?)?((?:19|20)\d\d)?",
    re.IGNORECASE,
)
_CONTROL_TOPICS: Final = ("export_control", "foreign_reach", "tariff")
_ABROAD: Final = "deminimis_extraterritorial"


@dataclass(frozen=True, slots=True)
class Link:
    """One row of the record that a statement belongs to, and why."""

    kind: LinkKind
    target: str
    why: str


@dataclass(frozen=True, slots=True)
class Linked:
    """Links of a statement, its flag and the reason for it."""

    links: tuple[Link, ...]
    flag: Flag
    reason: str


def link_statement(statement: Statement, record: Record, day: date | None) -> Linked:
    """What the record says about a statement.

    Args:
        statement: one statement of a text.
        record: the release in the form for comparing.
        day: day of the text; the state of controls is that of this day.
    """
    claims = _like_claims(statement, record.claims)
    links = [Link("claim", claim.claim_id, f"likeness {score:.0f}") for claim, score in claims]
    links += _agreement_links(statement)
    links += _control_links(statement, record.controls, day)
    links += [Link("material", material, "named") for material in statement.materials]
    against = _contradiction(statement, record.claims)
    if against:
        return Linked(tuple(links), "contradicts", against)
    if claims:
        claim = claims[0][0]
        says = f"; the record says {claim.printed}" if _adds_number(statement, claim) else ""
        return Linked(tuple(links), "known", f"{claim.claim_id}, {claim.verdict}{says}")
    known = next((x for x in links if x.kind == "provision"), None)
    if known is None and statement.topic.topic_id == "signing":
        known = next((x for x in links if x.kind == "agreement"), None)
    if known is not None:
        return Linked(tuple(links), "known", f"{known.kind} {known.target}")
    return Linked(tuple(links), "new", "nothing like it in the record")


def _adds_number(statement: Statement, claim: KnownClaim) -> bool:
    """Whether the record has a number for a claim of which the text prints none."""
    return bool(claim.printed) and (
        (statement.quantity is None and not statement.dates) or _is_vague(statement)
    )


def _is_vague(statement: Statement) -> bool:
    return statement.quantity is not None and statement.quantity.kind == "vague"


def _like_claims(
    statement: Statement, claims: Sequence[KnownClaim]
) -> list[tuple[KnownClaim, float]]:
    """Known claims that say the same, the most alike first, at most three."""
    quote = statement.quote.lower()
    scored = [(claim, _likeness(statement, quote, claim)) for claim in claims]
    fits = sorted((pair for pair in scored if pair[1] >= SAME_CLAIM), key=lambda pair: -pair[1])
    return fits[:3]


def _likeness(statement: Statement, quote: str, claim: KnownClaim) -> float:
    """Likeness of words on 0-100, with more for the same topic, regions and quantity."""
    if claim.is_omission:
        return 0.0
    score = float(fuzz.token_set_ratio(quote, claim.text))
    score += 15 if statement.topic.topic_id in claim.topics else 0
    if claim.regions and statement.regions:
        needed = min(len(claim.regions), len(statement.regions), 2)
        score += 8 if len(claim.regions & set(statement.regions)) >= needed else -20
    if claim.materials and statement.materials and not claim.materials & set(statement.materials):
        score -= 25
    if statement.quantity is None:
        return score
    same = [q for q in claim.quantities if q.base_unit == statement.quantity.base_unit]
    if statement.quantity.kind == "money" and any(
        equal_values(statement.quantity, q) for q in same
    ):
        return score + 40  # a sum is known by its number
    return score + (12 if any(_overlap(statement.quantity, q) for q in same) else -10)


def _bounds(quantity: Quantity) -> tuple[float, float]:
    """Least and most that a quantity says, in its base unit; a share lies within 0-100."""
    scale = quantity.base_value / quantity.value if quantity.value else 1.0
    low = quantity.base_value
    high = low if quantity.high is None else quantity.high * scale
    most = 100.0 if quantity.unit.startswith("%") else math.inf
    if quantity.relation in (">", ">="):
        return low, most
    if quantity.relation in ("<", "<="):
        return 0.0, high
    if quantity.relation == "about":
        return low * (1 - _ABOUT), min(high * (1 + _ABOUT), most)
    return low, high


def _overlap(one: Quantity, other: Quantity) -> bool:
    (low, high), (other_low, other_high) = _bounds(one), _bounds(other)
    return low <= other_high and other_low <= high


def _contradiction(statement: Statement, claims: Sequence[KnownClaim]) -> str:
    """What of the record a statement cannot hold beside; empty where nothing."""
    if statement.topic.topic_id == "signing":
        for agreement in statement.agreements:
            against = _against_signing(statement, agreement)
            if against:
                return against
    if statement.quantity is None or statement.quantity.kind == "vague":
        return ""
    same = [c for c in claims if _same_measure(statement, c)]
    known = [q for c in same for q in c.quantities if q.base_unit == statement.quantity.base_unit]
    if not known or any(_overlap(statement.quantity, q) for q in known):
        return ""
    low, high = min(_bounds(q)[0] for q in known), max(_bounds(q)[0] for q in known)
    low, high = (x * statement.quantity.value / statement.quantity.base_value for x in (low, high))
    ids = ", ".join(dict.fromkeys(c.claim_id for c in same))
    return (
        f"{statement.quantity.printed} {statement.quantity.unit} lies outside "
        f"{low:g}-{high:g} of {ids}"
    )


def _same_measure(statement: Statement, claim: KnownClaim) -> bool:
    """Whether a known claim measures the same: topic, region and material."""
    if statement.topic.topic_id not in claim.topics or not statement.topic.needs:
        return False
    if claim.regions and not claim.regions & set(statement.regions):
        return False
    return not claim.materials or bool(claim.materials & set(statement.materials))


def _against_signing(statement: Statement, agreement: KnownAgreement) -> str:
    days = [d for d in statement.dates if d.earliest and d.latest and not d.is_deadline]
    for found in days:
        fits = any(
            found.earliest and found.latest and found.earliest <= day <= found.latest
            for day in agreement.signed
        )
        if not fits:
            signed = " or ".join(day.isoformat() for day in agreement.signed)
            return f"{found.printed} ({found.iso}); {agreement.agreement_id} was signed {signed}"
    elsewhere = [p for p in statement.places if p not in agreement.place_regions]
    if statement.places and agreement.place_regions and len(elsewhere) == len(statement.places):
        return f"another place than {agreement.place} of {agreement.agreement_id}"
    return ""


def _agreement_links(statement: Statement) -> list[Link]:
    links: list[Link] = []
    for agreement in statement.agreements:
        links.append(Link("agreement", agreement.agreement_id, agreement.title))
        links += [
            Link("provision", f"{agreement.agreement_id} {p.provision_id}", p.heading or p.action)
            for p in agreement.provisions
            if statement.topic.topic_id in p.topics
            or names_deadline(statement, p)
            or names_sum(statement, p)
        ]
    return links


def _control_links(
    statement: Statement, controls: Sequence[KnownControl], day: date | None
) -> list[Link]:
    """Controls named by number, or those of the issuer that fit the topic and the day."""
    numbers = _numbers(statement.quote, day)
    found = [c for c in controls if c.numbers & numbers]
    if not found and statement.topic.topic_id in _CONTROL_TOPICS:
        found = _fitting(statement, controls, day)
    return [Link("control", c.control_id, _state(c, day)) for c in found[:_MOST_CONTROLS]]


def _state(control: KnownControl, day: date | None) -> str:
    state = f", {control.state_on(day)} on {day.isoformat()}" if day else ""
    return f"{control.short_title}{state}"


def _numbers(quote: str, day: date | None) -> set[tuple[int, int]]:
    pairs = [(m[1], m[2]) for form in (_ANNOUNCEMENT, _NO) for m in form.finditer(quote)]
    year = day.year if day else 0
    return {(int(number), int(found or year)) for number, found in pairs}


def _fitting(
    statement: Statement, controls: Sequence[KnownControl], day: date | None
) -> list[KnownControl]:
    """Controls of a region named that stand on the day or were announced shortly before it."""
    if day is None:
        return []
    is_abroad = statement.topic.topic_id == "foreign_reach"
    since = (day - _RECENT).isoformat()
    fits = [
        c
        for c in controls
        if c.issuer in statement.regions
        and (c.kind == _ABROAD) == is_abroad
        and (c.kind == "tariff") == (statement.topic.topic_id == "tariff")
        and {"in_force", "announced"} & set(c.state_on(day).split("/"))
        and _shares_material(statement.materials, c)
    ]
    recent = [c for c in fits if since <= c.announced <= day.isoformat()]
    if _elements(statement.materials) != RARE_EARTH_SIGNS:  # single elements are named
        return sorted(recent or fits, key=lambda c: -_nearness(statement.materials, c))
    return sorted(recent or fits, key=lambda c: c.announced, reverse=True)


def _shares_material(materials: Sequence[str], control: KnownControl) -> bool:
    """Whether a control covers a material named; one on any material where none is named."""
    named = _elements(materials)
    is_general = not materials or "critical minerals" in materials
    return is_general or not control.materials or bool(named & control.materials)


def _elements(materials: Sequence[str]) -> frozenset[str]:
    """Elements that a text names; all rare earths only where it names none of them by itself."""
    named = frozenset(sign for material in materials for sign in material.split())
    if RARE_EARTHS in materials and not named & RARE_EARTH_SIGNS:
        return named | RARE_EARTH_SIGNS
    return named


def _nearness(materials: Sequence[str], control: KnownControl) -> float:
    """Share of elements that a text and a control have in common, 0-1."""
    named = _elements(materials)
    together = named | control.materials
    return len(named & control.materials) / len(together) if together else 0.0
