"""Statements of a text: a part of a sentence with its topic, quantity, dates and names.

Every statement is either of the project's field or not, with the reason; a part that shows no topic
makes no statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from allanite.ledger.reading.context import (
    NOTHING_BEFORE,
    Context,
    Reader,
    context_of,
    is_a_place,
    left_for_next,
    promised_lately,
)
from allanite.ledger.reading.dates import DateFind
from allanite.ledger.reading.document import Document
from allanite.ledger.reading.quantities import Quantity, plain_dollar
from allanite.ledger.reading.record import KnownAgreement, Record
from allanite.ledger.reading.sentences import Span, part_spans, sentence_spans
from allanite.ledger.reading.topics import Topic
from allanite.ledger.reading.view import View, reading_view
from allanite.ledger.reading.words import Name, codes

_QUANTITY_NEEDS: Final = ("share", "money", "vague", "count", "mass", "price", "time", "change")
OWNED: Final = ("company", "site")  # names that are of the field by themselves
MOST_FIGURES: Final = 12  # of one part of a sentence: more are a table, and no statements
Said = tuple[Topic, Quantity | None]
_GAP: Final = 8  # characters between two parts that stand side by side
_FALLBACK: Final = "figure"  # the topic that stands only where nothing else fits
MATERIAL_COUNTS: Final = frozenset({"mine", "refinery", "smelter", "plant", "element", "mineral"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One thing that a text states.

    Attributes:
        start, end: span in the text as it is kept; `quote` is exactly that span.
        quote: the words.
        topic: what it is about.
        quantity: the quantity of the topic, if any.
        dates: dates that stand in the same part of the sentence.
        regions, materials, stages, places: codes named in it or its sentence.
        actors: persons, authorities, companies and sites named, as printed.
        agreements: agreements it speaks of.
        in_field: whether the project is about it.
        reason: why it is, or is not.
    """

    start: int
    end: int
    quote: str
    topic: Topic
    quantity: Quantity | None
    dates: tuple[DateFind, ...]
    regions: tuple[str, ...]
    materials: tuple[str, ...]
    stages: tuple[str, ...]
    places: tuple[str, ...]
    actors: tuple[str, ...]
    agreements: tuple[KnownAgreement, ...]
    in_field: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Stated:
    """What a text states.

    Attributes:
        statements: in order.
        left_out: figures beyond the first `MOST_FIGURES` of one part of a sentence.
    """

    statements: tuple[Statement, ...]
    left_out: int


def statements_of(document: Document, record: Record) -> Stated:
    """What a document states."""
    view = reading_view(document.text)
    reader = Reader(
        text=view.text,
        day=document.day,
        dollar=plain_dollar(view.text),
        issuers=_issuers(record, document.day),
        record=record,
    )
    found: list[Statement] = []
    left_out = 0
    before = NOTHING_BEFORE
    for span in sentence_spans(view.text, _start(document, view)):
        context = context_of(reader, span, before)
        parts = [_part(reader, context, part) for part in part_spans(reader.text, span)]
        found += _of_sentence(reader, view, document, context, parts)
        left_out += sum(part.left_out for part in parts)
        before = left_for_next(context, before)
    return Stated(tuple(found), left_out)


def _start(document: Document, view: View) -> int:
    """Position in the view after the date at the head of a text."""
    if not document.body_start or view.starts is None:
        return document.body_start
    return sum(1 for start in view.starts if start < document.body_start)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a sentence with what stands in it."""

    span: Span
    topics: tuple[Topic, ...]
    quantities: tuple[Quantity, ...]
    dates: tuple[DateFind, ...]
    left_out: int


def _of_sentence(
    reader: Reader, view: View, document: Document, context: Context, parts: Sequence[_Part]
) -> list[Statement]:
    found: list[Statement] = []
    plain: dict[str, int] = {}
    for part in parts:
        for topic, quantity in _without_weak(_topics_of_part(reader, context, part)):
            made = _statement(reader, view, document, context, part, topic, quantity)
            _add(found, plain, made, document.text)
    return found


def _without_weak(pairs: Iterable[Said]) -> list[Said]:
    """A strong topic speaks for its part: weaker ones of the field need a quantity beside it."""
    listed = list(pairs)
    if not any(topic.strong for topic, _ in listed):
        return listed
    return [(t, q) for t, q in listed if t.strong or not t.in_field or q is not None]


def _add(found: list[Statement], plain: dict[str, int], made: Statement, text: str) -> None:
    """Add a statement; a second part of a sentence about the same thing lengthens the first.

    Args:
        found: statements of the sentence so far.
        plain: positions among them of those without a quantity, by topic.
        made: the new one.
        text: the kept text.
    """
    if made.quantity is not None:
        found.append(made)
        return
    at = plain.setdefault(made.topic.topic_id, len(found))
    if at == len(found):
        found.append(made)
    elif made.start - found[at].end < _GAP:
        quote = text[found[at].start : made.end]
        dates = found[at].dates + made.dates
        found[at] = replace(found[at], end=made.end, quote=quote, dates=dates)


def _part(reader: Reader, context: Context, span: Span) -> _Part:
    inside = [t.folded for t in context.tokens if span[0] <= t.start and t.end <= span[1]]
    quantities = [q for q in context.quantities if span[0] <= q.start < span[1]]
    return _Part(
        span,
        tuple(reader.record.topics.found(inside)),
        tuple(quantities[:MOST_FIGURES]),
        tuple(d for d in context.dates if span[0] <= d.start < span[1])[:MOST_FIGURES],
        max(0, len(quantities) - MOST_FIGURES),
    )


def _topics_of_part(reader: Reader, context: Context, part: _Part) -> Iterator[Said]:
    """Topics whose needs are met, each with its quantity; general ones only if no other fits."""
    used: set[int] = set()
    met = [t for t in part.topics if _needs_met(reader, context, part, t)]
    plain = [t for t in met if not _wanted(t)]
    measured = [t for t in met if _wanted(t) and t.topic_id != _FALLBACK]
    for topic in sorted(measured, key=lambda t: all(t.cues) is False):
        for quantity in _fitting(topic, part, used):
            used.add(quantity.start)
            yield topic, quantity
    for topic in plain:
        counted = [q for q in _left(part, used) if topic.strong and q.unit in MATERIAL_COUNTS]
        used |= {q.start for q in counted[:1]}
        yield topic, counted[0] if counted else None
    if not used and not any(t.in_field for t in plain):
        yield from ((t, q) for t in met if t.topic_id == _FALLBACK for q in _fitting(t, part, used))


def _wanted(topic: Topic) -> frozenset[str]:
    """Kinds of quantities a topic asks for; every kind but time where any will do."""
    if "quantity" in topic.needs:
        return frozenset(_QUANTITY_NEEDS) - {"time"}
    return topic.needs & frozenset(_QUANTITY_NEEDS)


def _left(part: _Part, used: set[int]) -> list[Quantity]:
    return [q for q in part.quantities if q.start not in used]


def _fitting(topic: Topic, part: _Part, used: set[int]) -> list[Quantity]:
    """Quantities of a part that are not told yet and of a kind the topic asks for."""
    wanted = _wanted(topic)
    return [q for q in _left(part, used) if q.kind in wanted and _counts(topic, q)]


def _counts(topic: Topic, quantity: Quantity) -> bool:
    """Whether a counted thing is one of the field, where the topic is."""
    return quantity.kind != "count" or not topic.in_field or quantity.unit in MATERIAL_COUNTS


def _needs_met(reader: Reader, context: Context, part: _Part, topic: Topic) -> bool:
    kinds = {q.kind for q in part.quantities}
    met = {
        "quantity": bool(part.quantities),
        "date": bool(part.dates),
        "day": any(not d.is_deadline for d in part.dates),
        "deadline": any(d.is_deadline for d in part.dates),
        "material": bool(context.materials) or any(n.kind in OWNED for n in context.names),
        "agreement": bool(context.agreements),
        "talks": len(reader.issuers & set(context.regions)) > 1,
    }
    return all(met.get(need, need in kinds) for need in topic.needs)


def _issuers(record: Record, day: date | None) -> frozenset[str]:
    """Regions that have announced controls by a day, or have them in force."""
    if day is None:
        return frozenset()
    standing = {"in_force", "announced"}
    return frozenset(
        c.issuer for c in record.controls if standing & set(c.state_on(day).split("/"))
    )


def _statement(
    reader: Reader,
    view: View,
    document: Document,
    context: Context,
    part: _Part,
    topic: Topic,
    quantity: Quantity | None,
) -> Statement:
    start, end = view.span(*part.span)
    agreements = {a.agreement_id: a for a in context.agreements}
    if not agreements:
        lately = promised_lately(context, topic.topic_id, reader)
        agreements = {a.agreement_id: a for a in lately}
    in_field, reason = _field_reason(reader, context, topic, tuple(agreements.values()))
    return Statement(
        start=start,
        end=end,
        quote=document.text[start:end],
        topic=topic,
        quantity=quantity,
        dates=part.dates,
        regions=context.regions,
        materials=context.materials,
        stages=codes(context.names, "stage"),
        places=codes(_places_in(reader, context, part), "place"),
        actors=_actors(reader, context),
        agreements=tuple(agreements.values()),
        in_field=in_field,
        reason=reason,
    )


def _places_in(reader: Reader, context: Context, part: _Part) -> list[Name]:
    """Places of a part at which something happens, not capitals that stand for their state."""
    inside = (n for n in context.names if part.span[0] <= n.start < part.span[1])
    return [n for n in inside if n.kind == "place" and is_a_place(reader.text, n)]


def _actors(reader: Reader, context: Context) -> tuple[str, ...]:
    kinds = ("actor", "company", "site")
    printed = (reader.text[n.start : n.end] for n in context.names if n.kind in kinds)
    return tuple(dict.fromkeys(printed))


def _field_reason(
    reader: Reader, context: Context, topic: Topic, agreements: Sequence[KnownAgreement]
) -> tuple[bool, str]:
    """Whether a statement is of the field, and why."""
    if not topic.in_field:
        return False, f"about {topic.label}"
    reason = _evidence(reader, context, topic, agreements)
    return bool(reason), reason or "names no mineral, control or agreement of the record"


def _evidence(
    reader: Reader, context: Context, topic: Topic, agreements: Sequence[KnownAgreement]
) -> str:
    """What makes a statement one of the field; empty where nothing does."""
    owned = [n for n in context.names if n.kind in OWNED]
    names = [reader.record.region_names.get(r, r) for r in context.regions]
    reasons = (
        (topic.strong, f"about {topic.label}"),
        (context.materials, f"names {', '.join(context.materials[:3])}"),
        (agreements, f"speaks of {', '.join(a.agreement_id for a in agreements[:1])}"),
        (owned, f"names {', '.join(reader.text[n.start : n.end] for n in owned[:1])}"),
        ("talks" in topic.needs, f"{' and '.join(names)} keep controls against each other"),
    )
    return next((reason for holds, reason in reasons if holds), "")
