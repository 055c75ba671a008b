"""One query answered on one day, compared with what the claim says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from allanite.ledger.claims import Claim, ClaimQuery
from allanite.ledger.quantity import Interval
from allanite.studies.claims.counts import (
    count_elements,
    count_minerals,
    count_sites,
    days_of_sites,
    largest_saving,
)
from allanite.studies.claims.evidence import ClaimWorld, Evidence
from allanite.studies.claims.records import (
    agreement_day,
    binding_force,
    control_state,
    control_threshold,
    days_of_control,
    money_pledged,
    provision_present,
    reference_rate,
    time_to_deadline,
)
from allanite.studies.claims.shares import (
    exposure_share,
    output_share,
    published_share,
    world_output_share,
)
from allanite.studies.claims.words import SHARE_KINDS, interval_text, value_text

Outcome = Literal["bears out", "open", "contradicts", "not known"]
BEARS_OUT: Final = "bears out"
OPEN: Final = "open"
CONTRADICTS: Final = "contradicts"
NOT_KNOWN: Final = "not known"
_OF_SIDE: Final[Mapping[str, Outcome]] = {
    "inside": "bears out",
    "partly": "open",
    "outside": "contradicts",
}
Answer = Callable[[ClaimWorld, ClaimQuery, date], Evidence]
ANSWERS: Final[Mapping[str, Answer]] = {
    "output share": output_share,
    "published share": published_share,
    "exposure share": exposure_share,
    "world output share": world_output_share,
    "count of sites": count_sites,
    "state of a control": control_state,
    "count of elements": count_elements,
    "threshold of a control": control_threshold,
    "day of an agreement": agreement_day,
    "provision of an agreement": provision_present,
    "time to a deadline": time_to_deadline,
    "binding force": binding_force,
    "money pledged": money_pledged,
    "quotient": reference_rate,
    "count of minerals on a list": count_minerals,
    "largest saving by a substitute": largest_saving,
}
# Kinds whose answer depends on the day, with the days on which it can change.
CHANGES: Final[Mapping[str, Callable[[ClaimWorld, ClaimQuery], list[date]]]] = {
    "count of sites": days_of_sites,
    "state of a control": days_of_control,
}
# Kinds that read what a text says: only a correction turns them.
RECORDED: Final = (
    "count of elements",
    "threshold of a control",
    "day of an agreement",
    "provision of an agreement",
    "time to a deadline",
    "binding force",
)
NETWORK_KINDS: Final = ("output share", "exposure share", "world output share")


@dataclass(frozen=True, slots=True)
class Reading:
    """One query with its answer and outcome.

    Attributes:
        query: the query; evidence: what the data say.
        wanted: what they must show, without the tolerance; None where states are compared.
        outcome: bears out, open, contradicts or not known.
    """

    query: ClaimQuery
    evidence: Evidence
    wanted: Interval | None
    outcome: Outcome


def read_query(world: ClaimWorld, claim: Claim, query: ClaimQuery, on: date) -> Reading:
    """The query answered on a day, and compared with the claim."""
    evidence = ANSWERS[query.kind](world, query, on)
    wanted = query.wanted(claim)
    return Reading(query, evidence, wanted, outcome_of(evidence, wanted, query))


def outcome_of(evidence: Evidence, wanted: Interval | None, query: ClaimQuery) -> Outcome:
    """How evidence and claim compare; a range that lies only partly inside leaves it open."""
    if evidence.states:
        borne = [state in query.states for state in evidence.states]
        return "bears out" if all(borne) else "open" if any(borne) else "contradicts"
    if evidence.interval is None or wanted is None:
        return "not known"
    return _OF_SIDE[evidence.interval.side_of(wanted.widened(query.tolerance))]


def flip_text(reading: Reading) -> str:
    """What would turn the outcome of a reading; empty where nothing can be said."""
    if reading.evidence.states:
        return reading.evidence.next_change
    if reading.query.kind in RECORDED:
        return "a correction of the record"
    wanted, found = reading.wanted, reading.evidence.interval
    if wanted is None or found is None:
        return ""
    kind, unit = reading.query.kind, reading.query.unit
    bounds = wanted.widened(reading.query.tolerance)
    asked = interval_text(wanted, kind, unit)
    if wanted.low == wanted.high and reading.query.tolerance > 0:
        asked += f" ± {value_text(reading.query.tolerance, kind, unit)}"
    if reading.outcome == BEARS_OUT:
        return f"a value that is no longer {asked}"
    if reading.outcome == OPEN:
        return f"a range that lies wholly at {asked}, or wholly outside"
    short = found.high < bounds.low
    gap = abs(wanted.low - found.high if short else found.low - wanted.high)
    text = value_text(gap, kind, unit)
    if kind in SHARE_KINDS:
        text = text.replace(" %", " point" if text == "1 %" else " points")
    return f"{text} {'more' if short else 'less'} would bear it out"
