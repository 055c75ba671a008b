"""Readings to one verdict, on the day a claim was said and on the day asked for.

Main readings decide. All bear the claim out: supported. All contradict it: contradicted. Else it
depends on the reading: supported with nuance. A condition that fails contradicts whatever else
holds; one that is open leaves the claim unknown. Other readings and caveats can only add nuance.
A claim that held on its day and is contradicted now is outdated. A wider tolerance never turns
a supported claim into a contradicted one, for each outcome only rises with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from allanite.ledger.claims import Claim, ClaimQuery
from allanite.studies.claims.evaluate import (
    BEARS_OUT,
    CHANGES,
    CONTRADICTS,
    NOT_KNOWN,
    OPEN,
    Reading,
    read_query,
)
from allanite.studies.claims.evidence import ClaimWorld

Verdict = Literal[
    "supported",
    "supported with nuance",
    "outdated",
    "contradicted",
    "not known",
    "not checkable",
]
SUPPORTED: Final = "supported"
NUANCE: Final = "supported with nuance"
OUTDATED: Final = "outdated"
CONTRADICTED: Final = "contradicted"
UNKNOWN: Final = "not known"
NOT_CHECKABLE: Final = "not checkable"
HOLDS: Final = (SUPPORTED, NUANCE)
# verdict as compiled by hand -> verdict, of claims without a query
_COMPILED: Final[Mapping[str, Verdict]] = {
    "supported": "supported",
    "consistent": "supported",
    "supported_with_nuance": "supported with nuance",
    "partly_supported": "supported with nuance",
    "overstated": "supported with nuance",
    "outlier_rejected": "contradicted",
    "outdated": "outdated",
    "plausible_not_checked": "not known",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One claim judged.

    Attributes:
        claim: the claim; on: the day asked for.
        readings: on that day; then: on the day it was said.
        verdict, verdict_then: on these days.
        rests_on: data, sources (compiled by hand) or nothing.
        held_from, held_until: days between which it held, where days matter; None else.
    """

    claim: Claim
    on: date
    readings: tuple[Reading, ...]
    then: tuple[Reading, ...]
    verdict: Verdict
    verdict_then: Verdict
    rests_on: str
    held_from: date | None = None
    held_until: date | None = None


def combined(readings: Sequence[Reading]) -> Verdict:
    """One verdict of the readings of one day."""
    by_role = {
        role: [r.outcome for r in readings if r.query.role == role]
        for role in ("main", "condition", "other")
    }
    conditions = by_role["condition"]
    main = [outcome for outcome in by_role["main"] if outcome != NOT_KNOWN]
    if CONTRADICTS in conditions or (main and all(o == CONTRADICTS for o in main)):
        return "contradicted"
    if not main or OPEN in conditions or NOT_KNOWN in conditions:
        return "not known"
    doubts = [o for o in (*main, *by_role["other"]) if o not in (BEARS_OUT, NOT_KNOWN)]
    caveats = any(r.query.caveat for r in readings)
    return "supported with nuance" if doubts or caveats else "supported"


def judge_claim(world: ClaimWorld, claim: Claim, queries: Sequence[ClaimQuery], on: date) -> Judged:
    """The claim on a day: by its queries, else as compiled, else not checkable."""
    if not claim.is_checkable:
        return _bare(claim, on, "not checkable", "nothing")
    if not queries:
        verdict = _COMPILED.get(claim.compiled, "not checkable")
        rests_on = "nothing" if verdict == NOT_CHECKABLE else "sources"
        return _bare(claim, on, _aged(claim, verdict, on), rests_on, verdict)
    fixed = {q.query_id: read_query(world, claim, q, on) for q in queries if q.kind not in CHANGES}

    def readings_on(day: date) -> tuple[Reading, ...]:
        return tuple(fixed.get(q.query_id) or read_query(world, claim, q, day) for q in queries)

    then, now = readings_on(claim.said_on), readings_on(on)
    verdict_then, verdict_now = combined(then), combined(now)
    held = _held(world, claim, queries, on, lambda day: combined(readings_on(day)) in HOLDS)
    is_over = verdict_then in HOLDS and verdict_now == CONTRADICTED
    return Judged(
        claim=claim,
        on=on,
        readings=now,
        then=then,
        verdict="outdated" if is_over else _aged(claim, verdict_now, on),
        verdict_then=verdict_then,
        rests_on="data" if verdict_now != UNKNOWN or _has_data(now) else "nothing",
        held_from=held[0],
        held_until=held[1],
    )


def _has_data(readings: Iterable[Reading]) -> bool:
    return any(reading.evidence.is_known for reading in readings)


def _aged(claim: Claim, verdict: Verdict, on: date) -> Verdict:
    """Outdated where a source says that what held has ended by the day."""
    over = claim.held_until is not None and on > claim.held_until
    return "outdated" if over and verdict in HOLDS else verdict


def _bare(
    claim: Claim, on: date, verdict: Verdict, rests_on: str, then: Verdict | None = None
) -> Judged:
    return Judged(
        claim=claim,
        on=on,
        readings=(),
        then=(),
        verdict=verdict,
        verdict_then=then or verdict,
        rests_on=rests_on,
        held_until=claim.held_until,
    )


def _held(
    world: ClaimWorld,
    claim: Claim,
    queries: Sequence[ClaimQuery],
    on: date,
    holds: Callable[[date], bool],
) -> tuple[date | None, date | None]:
    """First and last day of the span around the day it was said in which the claim held."""
    days = sorted({d for q in queries if q.kind in CHANGES for d in CHANGES[q.kind](world, q)})
    if not days or not holds(claim.said_on):
        return None, None
    first: date | None = None
    for day in reversed([d for d in days if d <= claim.said_on]):
        if not holds(day):
            break
        first = day
    over = next((d for d in days if claim.said_on < d <= on and not holds(d)), None)
    return first, None if over is None else over - timedelta(days=1)
