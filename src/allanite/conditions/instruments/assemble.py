"""From rows to a contract: the one way in for tables and for files, with all faults at once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from allanite.conditions.instruments.check import Names, contract_faults
from allanite.conditions.instruments.contract import (
    CONTRACT,
    Contract,
    Payer,
    Term,
    complete,
)
from allanite.conditions.instruments.forms import (
    BOUNDS,
    CONTRACT_FIELDS,
    WORD_FIELDS,
    fields_of,
)
from allanite.conditions.instruments.kinds import KINDS, PRICE_RULES, Instrument
from allanite.conditions.instruments.notes import Notes

MISSING: Final = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTerm:
    """A term as it stands in a row or a file.

    Attributes:
        part: `contract` or a kind of instrument; two of a kind in one contract carry a number
            after it, as in `loan 2`.
        field: name of the term.
        value, low, high: None where it is missing; words: for a term that is a word.
        unit: as written; empty takes the declared one.
        state, quality, why: as in table `contract_terms`.
    """

    part: str
    field: str
    value: float | None
    low: float | None
    high: float | None
    unit: str = ""
    words: str = ""
    state: str = "published"
    quality: str = "assumed"
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawContract:
    """A contract as it stands: header fields of `Contract`, terms, payers."""

    header: Mapping[str, Any]
    terms: Sequence[RawTerm]
    payers: Sequence[Payer]


def assemble(raw: RawContract, names: Names, notes: Notes) -> Contract | None:
    """The contract, or None with findings noted where it has faults.

    Args:
        raw: as it stands.
        names: what products, places and regions there are.
        notes: where faults are noted.
    """
    before = len(notes.findings)
    for term in raw.terms:
        _check_term(term, notes)
    parts = [part for part in dict.fromkeys(term.part for term in raw.terms) if part != CONTRACT]
    if not parts:
        notes.add("instruments", "none", "one or more")
    own: dict[str, Any] = {t.field: t.value for t in raw.terms if t.part == CONTRACT}
    for field in ("start", "duration", *own):
        if own.get(field) is None:
            notes.add(f"{CONTRACT}.{field}", "no value", "a value, or a range around one")
    if len(notes.findings) > before:
        return None
    contract = Contract(
        **raw.header,
        **own,
        payers=tuple(raw.payers),
        instruments=tuple(
            _instrument(part, [t for t in raw.terms if t.part == part], notes) for part in parts
        ),
        terms=tuple(
            _term(t, [CONTRACT, *parts].index(t.part) - 1) for t in raw.terms if not t.words
        ),
    )
    for fault in contract_faults(contract, names):
        notes.add(*fault)
    return contract if len(notes.findings) == before else None


def kind_of_part(part: str) -> str:
    """Kind of an instrument by the name of its part, without the number of a second one."""
    return part.rstrip("0123456789 ")


def _check_term(term: RawTerm, notes: Notes) -> None:
    kind = kind_of_part(term.part)
    place = f"{term.part}.{term.field}"
    if kind != CONTRACT and kind not in KINDS:
        notes.add(term.part, f"a kind {kind!r}", ", ".join(KINDS))
        return
    known = CONTRACT_FIELDS if kind == CONTRACT else sum(fields_of(kind), ())
    if term.field not in known:
        notes.add(place, f"a term no {kind} has", ", ".join(known))
    elif term.field in WORD_FIELDS:
        if term.words not in PRICE_RULES:
            notes.add(place, repr(term.words), ", ".join(PRICE_RULES))
    elif term.value is None:
        if term.state != MISSING or term.low is not None or term.high is not None:
            notes.add(place, "no value", "a value, or `missing` without a range")
    else:
        _check_number(term, place, notes)


def _check_number(term: RawTerm, place: str, notes: Notes) -> None:
    bounds = BOUNDS[term.field]
    value, low, high = term.value, term.low, term.high
    if value is None or low is None or high is None or not low <= value <= high:
        notes.add(place, f"{value} from {low} to {high}", "low, value, high in this order")
    elif not (bounds.low <= low and high <= bounds.high and math.isfinite(value)):
        found = f"{value:g} from {low:g} to {high:g}"
        unit = "" if bounds.unit == "1" else f" {bounds.unit}"
        notes.add(place, found, f"{bounds.low:g} to {bounds.high:g}{unit}")
    if (term.unit or bounds.unit) != bounds.unit:
        notes.add(place, f"unit {term.unit!r}", repr(bounds.unit))
    if term.state == MISSING:
        notes.add(place, "missing and a value", "one of the two")


def _instrument(part: str, terms: Sequence[RawTerm], notes: Notes) -> Instrument:
    kind = kind_of_part(part)
    needed, _ = fields_of(kind)
    given: dict[str, float | str] = {
        t.field: t.words or float(t.value or 0.0) for t in terms if t.words or t.value is not None
    }
    missing = tuple(t.field for t in terms if not t.words and t.value is None)
    for field in needed:
        if field not in given and field not in missing:
            notes.add(f"{part}.{field}", "no value", "a value, a range, or `missing`")
            missing = (*missing, field)
    return complete(kind, given, missing)


def _term(term: RawTerm, position: int) -> Term:
    return Term(
        name=f"{term.part}.{term.field}",
        position=position,
        field=term.field,
        value=term.value,
        low=term.low,
        high=term.high,
        unit=BOUNDS[term.field].unit,
        quality=term.quality,
        why=term.why,
    )
