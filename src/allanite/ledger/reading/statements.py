"""Statements of a text: a part of a sentence with its topic, quantity, dates and names.

Every statement is either of the project's field or not, with the reason; a part that shows no topic
makes no statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from allanite.ledger.reading.context import (
    NOTHING_BEFORE,
    Context,
    Reader,
    context_of,
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
from allanite.ledger.reading.words import codes

_QUANTITY_NEEDS: Final = ("share", "money", "vague", "count", "mass", "price", "time")
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


def statements_of(document: Document, record: Record) -> list[Statement]:
    """Statements of a document, in order."""
    view = reading_view(document.text)
    reader = Reader(text=view.text, day=document.day, dollar=plain_dollar(view.text), record=record)
    found: list[Statement] = []
    before = NOTHING_BEFORE
    for span in sentence_spans(view.text, _start(document, view)):
        context = context_of(reader, span, before)
        found += _of_sentence(reader, view, document, context)
        before = left_for_next(context, before)
    return found


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


def _of_sentence(
    reader: Reader, view: View, document: Document, context: Context
) -> list[Statement]:
    found: list[Statement] = []
    for span in part_spans(reader.text, context.span):
        part = _part(reader, context, span)
        for topic, quantity in _without_weak(_topics_of_part(reader, context, part)):
            made = _statement(reader, view, document, context, part, topic, quantity)
            _add(found, made, document.text)
    return found


def _without_weak(pairs: Iterable[Said]) -> list[Said]:
    """A strong topic speaks for its part: weaker ones of the field need a quantity beside it."""
    listed = list(pairs)
    if not any(topic.strong for topic, _ in listed):
        return listed
    return [(t, q) for t, q in listed if t.strong or not t.in_field or q is not None]


def _add(found: list[Statement], made: Statement, text: str) -> None:
    """Add a statement; a second part of a sentence about the same thing lengthens the first."""
    for i, known in enumerate(found):
        if known.topic is made.topic and known.quantity is None and made.quantity is None:
            if made.start - known.end < _GAP:
                quote = text[known.start : made.end]
                found[i] = replace(known, end=made.end, quote=quote, dates=known.dates + made.dates)
            return
    found.append(made)


def _part(reader: Reader, context: Context, span: Span) -> _Part:
    inside = [t.folded for t in context.tokens if span[0] <= t.start and t.end <= span[1]]
    return _Part(
        span,
        tuple(reader.record.topics.found(inside)),
        tuple(q for q in context.quantities if span[0] <= q.start < span[1]),
        tuple(d for d in context.dates if span[0] <= d.start < span[1]),
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
        "deadline": any(d.is_deadline for d in part.dates),
        "material": bool(context.materials),
        "agreement": bool(context.agreements),
        "talks": _is_talks(reader, context),
    }
    return all(met.get(need, need in kinds) for need in topic.needs)


def _is_talks(reader: Reader, context: Context) -> bool:
    """Whether two regions are named that both have announced controls by that day."""
    if reader.day is None:
        return False
    issuers = {
        c.issuer
        for c in reader.record.controls
        if {"in_force", "announced"} & set(c.state_on(reader.day).split("/"))
    }
    return len(issuers & set(context.regions)) > 1


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
        places=codes([n for n in context.names if part.span[0] <= n.start < part.span[1]], "place"),
        actors=_actors(reader, context),
        agreements=tuple(agreements.values()),
        in_field=in_field,
        reason=reason,
    )


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
    if topic.strong:
        return True, f"about {topic.label}"
    if context.materials:
        return True, f"names {', '.join(context.materials[:3])}"
    if agreements:
        return True, f"speaks of {agreements[0].agreement_id}"
    owned = [n for n in context.names if n.kind in ("company", "site")]
    if owned:
        return True, f"names {reader.text[owned[0].start : owned[0].end]}"
    if "talks" in topic.needs:
        names = [reader.record.region_names.get(r, r) for r in context.regions]
        return True, f"{' and '.join(names)} keep controls against each other"
    return False, "names no mineral, control or agreement of the record"
