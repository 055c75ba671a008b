"""A verdict in a sentence or two: short, dated, and fair to who said it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from allanite.law.dates import spoken
from allanite.ledger.claims import Claim
from allanite.ledger.quantity import Interval
from allanite.studies.claims.evaluate import (
    BEARS_OUT,
    CONTRADICTS,
    OPEN,
    Reading,
    flip_text,
)
from allanite.studies.claims.verdicts import (
    CONTRADICTED,
    HOLDS,
    NOT_CHECKABLE,
    NUANCE,
    OUTDATED,
    SUPPORTED,
    UNKNOWN,
    Judged,
)
from allanite.studies.claims.words import SHARE_KINDS, listed, opening

_OUTPUTS: Final = ("output share", "published share", "world output share", "exposure share")
_COUNTED: Final = ("main", "condition")


def told(judged: Judged) -> str:
    """The verdict in words."""
    return " ".join(_sentences(judged))


def _sentences(judged: Judged) -> Iterator[str]:
    claim = judged.claim
    if judged.verdict == NOT_CHECKABLE:
        yield _not_checkable(claim)
        return
    if not judged.readings:
        yield from _compiled(judged)
        return
    if judged.verdict == OUTDATED:
        yield f"Right on {spoken(claim.said_on)}{_since(judged)}."
        yield f"{opening(listed([_found(r) for r in _turned(judged)]))}."
        return
    if judged.verdict == UNKNOWN and judged.verdict_then in HOLDS:
        yield f"Right on {spoken(claim.said_on)}; not known on {spoken(judged.on)}."
    yield from _spread(judged)
    yield from _by_outcome(judged)
    for reading in judged.readings:
        if reading.query.caveat and judged.verdict in HOLDS:
            yield reading.query.caveat
    if judged.verdict_then == CONTRADICTED and judged.verdict in HOLDS:
        yield f"On {spoken(claim.said_on)} the data said otherwise."
    if years := _years(judged):
        yield f"Data of {years}."


def _not_checkable(claim: Claim) -> str:
    words = {
        "statement": "A statement of hopes or courtesy",
        "expectation": "An expectation",
        "opinion": "A judgement",
        "ceremony": "An event outside the field",
        "about sources": "On the sources, not on a fact",
    }
    lead = words.get(claim.nature, "Outside the field")
    return f"{lead}: not checkable with these data. {claim.why}".strip()


def _compiled(judged: Judged) -> Iterator[str]:
    """Claims that no query checks: what sources say, compiled by hand."""
    claim = judged.claim
    if judged.verdict == OUTDATED and claim.held_until is not None:
        until = f"Right on {spoken(claim.said_on)}, until about {spoken(claim.held_until)}"
        yield f"{until}: {claim.held_reason.rstrip('.')}."
        return
    lead = {
        SUPPORTED: "Other sources say the same",
        NUANCE: "Other sources say so in part",
        CONTRADICTED: "Other sources say otherwise",
    }.get(judged.verdict, "Not known")
    yield f"{lead}: {claim.other_sources.rstrip('.')}." if claim.other_sources else f"{lead}."
    yield "Compiled from sources, not recomputed."


def _since(judged: Judged) -> str:
    return "" if judged.held_until is None else f", and until {spoken(judged.held_until)}"


def _turned(judged: Judged) -> list[Reading]:
    """Readings that contradict the claim now, those that bear on it."""
    found = [r for r in judged.readings if r.outcome == CONTRADICTS and r.query.role in _COUNTED]
    return found or list(judged.readings)


def _found(reading: Reading) -> str:
    if reading.query.kind not in (*SHARE_KINDS, "count of sites"):
        return reading.evidence.told
    return f"{reading.query.reading}: {reading.evidence.told}"


def _by_outcome(judged: Judged) -> Iterator[str]:
    """What bears the claim out, what leaves it open, what contradicts it."""
    counted = [r for r in judged.readings if r.query.role != "context"]
    leads = ((BEARS_OUT, "Borne out"), (OPEN, "Open"), (CONTRADICTS, "Not borne out"))
    kinds = {r.outcome for r in counted} & {lead[0] for lead in leads}
    for outcome, lead in leads:
        found = [r for r in counted if r.outcome == outcome]
        if not found:
            continue
        texts = listed([_found(r) for r in found])
        alone = len(kinds) == 1 and outcome == BEARS_OUT
        yield f"{opening(texts)}." if alone else f"{lead}: {texts}."
    if not kinds:
        yield f"Not known: {listed([r.evidence.told for r in judged.readings])}."


def _spread(judged: Judged) -> Iterator[str]:
    """The range over the main readings, where several shares make it up."""
    main = [r for r in judged.readings if r.query.role == "main" and r.evidence.is_known]
    found = main_range(judged.readings)
    if len(main) > 1 and found is not None and all(r.query.kind in _OUTPUTS for r in main):
        low, high = (f"{100 * end:.0f}" for end in (found[1].low, found[1].high))
        yield f"By reading {low}–{high} %."


def _years(judged: Judged) -> str:
    """The year the shares speak of."""
    years = {
        r.evidence.as_of
        for r in judged.readings
        if r.query.kind in _OUTPUTS and r.query.role != "context" and r.evidence.as_of
    }
    return " and ".join(sorted(years))


def flips(judged: Judged) -> str:
    """What would turn the verdict: what would turn its main readings."""
    if judged.verdict == NOT_CHECKABLE or not judged.readings:
        return ""
    main = [r for r in judged.readings if r.query.role in _COUNTED and r.evidence.is_known]
    texts = [f"{r.query.reading}: {text}" for r in main if (text := flip_text(r))]
    return listed(list(dict.fromkeys(texts)))


def main_range(readings: Sequence[Reading]) -> tuple[Reading, Interval] | None:
    """The range over all main readings that found a number; None without one."""
    found = [
        (r, r.evidence.interval)
        for r in readings
        if r.query.role == "main" and r.evidence.interval is not None
    ]
    if not found:
        return None
    low, high = min(i.low for _, i in found), max(i.high for _, i in found)
    return found[0][0], Interval(low, high)
