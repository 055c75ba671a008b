"""What one sentence names, and what it takes over from the sentences before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from allanite.ledger.reading.dates import DateFind, find_dates
from allanite.ledger.reading.quantities import PlainDollar, Quantity, find_quantities
from allanite.ledger.reading.record import KnownAgreement, Record
from allanite.ledger.reading.sentences import Span
from allanite.ledger.reading.words import Name, Token, codes, find_names, tokens_of

# How long after its signature an agreement is what "the deal" of two parties means.
NEWS_DAYS: Final = 30
_AHEAD: Final = timedelta(days=2)  # time zones, and texts dated by the day of writing
_AGREEMENT: Final = re.compile(
    r"\b(?:framework|deals?|agreement|pact|memorandum|accord|partnership|treaty|declaration|"
    r"arrangement|package|compact)\b",
    re.IGNORECASE,
)
_TAKES_OVER: Final = re.compile(
    r"(?:All|They|These|Those|It|Its|Both|This|That|Their|The (?:agreement|deal|pact|framework|two|"
    r"metals|minerals|materials|elements)|As part of (?:their|the) deal|She|He)\b"
)
_WHERE: Final = re.compile(
    r"\b(?:in|at|from|to|near|of|outside|around)\s+(?:the\s+|downtown\s+|central\s+){0,2}$", re.I
)
_PARTIES: Final = re.compile(r"(?:They|Both|It|Its|Their|The (?:agreement|deal|pact|two))\b")
_PERSON: Final = re.compile(r"(?:He|She)\b")
_BOTH: Final = re.compile(
    r"\b(?:(?:both|each)(?: of the)? "
    r"(?:countr(?:y|ies)|sides?|nations?|governments?|part(?:y|ies))|the two)\b",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a sentence names, in spans of the view.

    Attributes:
        span: the sentence.
        tokens, names, quantities, dates: finds in order.
        regions, materials: codes, taken over from before where the sentence only points back.
        agreements: agreements it speaks of.
        spoken_of: agreements that the sentences before speak of.
    """

    span: Span
    tokens: Sequence[Token]
    names: Sequence[Name]
    quantities: Sequence[Quantity]
    dates: Sequence[DateFind]
    regions: tuple[str, ...]
    materials: tuple[str, ...]
    agreements: tuple[KnownAgreement, ...] = ()
    spoken_of: tuple[KnownAgreement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What the sentences before have left: materials, regions, the person, the agreement."""

    person: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    agreements: tuple[KnownAgreement, ...] = ()


NOTHING_BEFORE: Final = Before()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What stays the same over a document: text of its view, day, dollar, issuers, the record."""

    text: str
    day: date | None
    dollar: PlainDollar
    issuers: frozenset[str]
    record: Record = field(repr=False)


def context_of(reader: Reader, span: Span, before: Before) -> Context:
    """What a sentence names, with what it takes over."""
    tokens = tokens_of(reader.text, *span)
    names = [n for n in find_names(tokens, reader.record.words) if not _in_money(reader.text, n)]
    dates = find_dates(reader.text, *span, reader.day)
    quantities = [
        q
        for q in find_quantities(reader.text, *span, reader.record.words.counted, reader.dollar)
        if not any(d.start < q.end and q.start < d.end for d in dates)
    ]
    context = Context(
        span=span,
        tokens=tokens,
        names=names,
        quantities=quantities,
        dates=dates,
        regions=codes((n for n in names if _acts(reader.text, n)), "region", "actor", "place"),
        materials=codes(names, "material"),
    )
    return _with_agreements(reader, _taken_over(reader, context, before), before)


def is_a_place(text: str, name: Name) -> bool:
    """Whether a name says where something happens, as in `at the White House`."""
    return _WHERE.search(text[max(0, name.start - 24) : name.start]) is not None


def _acts(text: str, name: Name) -> bool:
    """Whether a name stands for a region: all but places at which something happens."""
    return name.kind != "place" or not is_a_place(text, name)


def _in_money(text: str, name: Name) -> bool:
    """Whether a region is a part of a currency, as in US$ or $US."""
    return text[name.end : name.end + 1] == "$" or text[name.start - 1 : name.start] == "$"


def _taken_over(reader: Reader, context: Context, before: Before) -> Context:
    """The context with materials or regions from before, where its first words point back."""
    sentence = reader.text[context.span[0] : context.span[1]]
    regions, materials = context.regions, context.materials
    points_back = _TAKES_OVER.match(sentence) is not None
    if points_back and not materials:
        materials = before.materials
    if (_PARTIES.match(sentence) or _BOTH.search(sentence)) and not regions:
        regions = before.regions
    if _PERSON.match(sentence):  # "He then meets": the region of the person spoken of
        regions = tuple(dict.fromkeys((*before.person, *regions)))
    return replace(context, regions=regions, materials=materials)


def _with_agreements(reader: Reader, context: Context, before: Before) -> Context:
    found = {a.agreement_id: a for a in _agreements(reader, context, before)}
    return replace(context, agreements=tuple(found.values()), spoken_of=before.agreements)


def _agreements(reader: Reader, context: Context, before: Before) -> list[KnownAgreement]:
    """Agreements a sentence speaks of: by name, by a sum, by its parties, or the one before."""
    known = reader.record.agreements
    named = set(codes(context.names, "agreement"))
    found = [a for a in known if a.agreement_id in named]
    found += [a for a in known if _names_sum(a, context) and a not in found]
    sentence = reader.text[context.span[0] : context.span[1]]
    if not found and _BOTH.search(sentence):
        found += [a for a in before.agreements[:1] if a.regions >= set(context.regions)]
    if not _AGREEMENT.search(sentence):
        return found
    by_parties = _newest(known, context.regions, reader.day)
    if by_parties is not None and not found:
        found.append(by_parties)
    if not found and _TAKES_OVER.match(sentence):
        found += before.agreements[:1]
    return found


def _names_sum(agreement: KnownAgreement, context: Context) -> bool:
    """Whether a sentence names a sum that stands in an agreement's title, to one per cent."""
    return any(
        q.base_unit == known.base_unit
        and abs(q.base_value - known.base_value) <= q.base_value / 100
        for known in agreement.sums
        for q in context.quantities
        if q.kind == "money"
    )


def _newest(
    known: Sequence[KnownAgreement], regions: Sequence[str], day: date | None
) -> KnownAgreement | None:
    """The newest agreement between parties that a sentence names all, signed by the day."""
    fits = [
        (max(a.signed), a.agreement_id, a)
        for a in known
        if len(a.regions) > 1
        and a.regions <= set(regions)
        and a.signed
        and (day is None or min(a.signed) <= day + _AHEAD)
    ]
    return max(fits)[2] if fits else None


def promised_lately(context: Context, topic: str, reader: Reader) -> list[KnownAgreement]:
    """Agreements that promise what a topic is about.

    Those the sentences before speak of, where no other region is named; or those of the parties
    named that were signed within `NEWS_DAYS` before the day of the text.
    """
    before = [
        a
        for a in context.spoken_of
        if topic in a.topics and set(context.regions) <= a.regions and a.is_on_minerals
    ]
    if before or reader.day is None:
        return before
    return [
        a
        for a in reader.record.agreements
        if topic in a.topics
        and len(a.regions) > 1
        and a.regions <= set(context.regions)
        and a.signed
        and min(a.signed) - _AHEAD <= reader.day <= max(a.signed) + timedelta(days=NEWS_DAYS)
    ]


def left_for_next(context: Context, before: Before) -> Before:
    """What the next sentences can point back to."""
    return Before(
        person=codes(context.names, "actor")[:1] or before.person,
        materials=context.materials,
        regions=context.regions if len(context.regions) > 1 else before.regions,
        agreements=context.agreements or before.agreements,
    )
