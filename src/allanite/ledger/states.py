"""The state of a promise on a day, from its deadline and the evidence that was public by then.

In this order: superseded; contradictory, while a source says otherwise and no later one settles
it; done; without a deadline standing, partly or not evidenced; before the first deadline
upcoming, up to the last one due; after it late only where a source shows that it was not
delivered in time, else partly or not evidenced. Not evidenced says that nothing was found, and
never that nothing happened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal

from allanite.ledger.agreements import Evidence, Provision

State = Literal[
    "upcoming",
    "due",
    "done",
    "partly",
    "late",
    "not evidenced",
    "contradictory",
    "superseded",
    "standing",
]
PROGRESS: Final = ("announced", "in work", "partly", "done")
"""Kinds of evidence that show delivery, the least first."""
OPEN_STATES: Final[tuple[State, ...]] = ("due", "partly", "late", "not evidenced", "contradictory")
"""States that ask for a look once the deadline is there."""
NOTHING: Final = "nothing found"
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseState:
    """A provision on a day.

    Attributes:
        on: the day.
        provision: the promise.
        state: its state; `reason` says why in a sentence.
        delivery: `nothing found`, `announced`, `in work`, `partly` or `done`.
        known: evidence that was public, in order of days.
        delay: days from the last deadline to delivery; None in time, or where not delivered.
    """

    on: date
    provision: Provision
    state: State
    reason: str
    delivery: str
    known: tuple[Evidence, ...]
    delay: int | None

    @property
    def days_left(self) -> int | None:
        """Days to the last deadline, below 0 after it; None without a deadline."""
        deadlines = self.provision.deadlines
        return (deadlines[-1].day - self.on).days if deadlines else None


def state_on(provision: Provision, on: date, known: date | None = None) -> PromiseState | None:
    """The state on a day; None before it was promised.

    Args:
        provision: the promise.
        on: the day.
        known: evidence public by this day counts; the day itself by default. A later day tells
            in hindsight: what was delivered after its deadline was late before.
    """
    if on < provision.starts:
        return None
    public = [e for e in provision.evidence if e.day <= (known or on) and e.supports != "not found"]
    seen = [item for item in public if item.day <= on]
    state, reason = _state(provision, on, seen, public)
    return PromiseState(
        on=on,
        provision=provision,
        state=state,
        reason=reason,
        delivery=delivery_of(seen),
        known=tuple(seen),
        delay=_delay(provision, seen),
    )


def delivery_of(seen: Sequence[Evidence]) -> str:
    """The furthest that evidence shows."""
    kinds = {item.supports for item in seen}
    return next((kind for kind in reversed(PROGRESS) if kind in kinds), NOTHING)


def _state(
    provision: Provision, on: date, seen: Sequence[Evidence], public: Sequence[Evidence]
) -> tuple[State, str]:
    kinds = {item.supports for item in seen}
    if "superseded" in kinds:
        return "superseded", "Another text took its place."
    if _is_disputed(seen):
        return "contradictory", "Sources disagree; both are shown."
    if "done" in kinds:
        return "done", "A source shows delivery."
    if not provision.deadlines:
        return _without_deadline(provision, kinds)
    return _with_deadline(provision, on, kinds, public)


def _with_deadline(
    provision: Provision, on: date, kinds: set[str], public: Sequence[Evidence]
) -> tuple[State, str]:
    if on < provision.deadlines[0].day:
        return "upcoming", "The deadline is still to come."
    if on <= provision.deadlines[-1].day:
        return "due", _due(provision, on)
    return _past(provision, on, kinds, public)


def _is_disputed(seen: Sequence[Evidence]) -> bool:
    """Whether a source says otherwise, another supports it, and no later one settles it."""
    against = [item.day for item in seen if item.supports == "contradicts"]
    settled = [item.day for item in seen if item.supports == "done"]
    supported = any(item.supports in PROGRESS for item in seen)
    return bool(against) and supported and not any(day > max(against) for day in settled)


def _without_deadline(provision: Provision, kinds: set[str]) -> tuple[State, str]:
    if provision.nature == "duty":
        return "standing", "A lasting duty without a deadline."
    if "partly" in kinds:
        return "partly", "A source shows a part; there is no deadline."
    if kinds & {"announced", "in work"}:
        return "standing", "Announced or in work; there is no deadline."
    return "not evidenced", "No source read shows it; there is no deadline."


def _due(provision: Provision, on: date) -> str:
    """Due today, and by whose calendar where two capitals have two days."""
    if len(provision.deadlines) == 1:
        return "Due on this day."
    here = [d.place for d in provision.deadlines if d.day == on and d.place]
    past = [d.place for d in provision.deadlines if d.day < on and d.place]
    due = f"Due on this day by the calendar of {' and '.join(here)}" if here else "Due"
    return f"{due}{f', past by that of {past[0]}' if past else ''}."


def _past(
    provision: Provision, on: date, kinds: set[str], public: Sequence[Evidence]
) -> tuple[State, str]:
    last = provision.deadlines[-1].day
    if any(item.supports == "open" and last < item.day <= on for item in public):
        return (
            "late",
            "The deadline is past, and a source after it shows that it was not delivered.",
        )
    if any(item.supports == "done" and item.day > on for item in public):
        return "late", "The deadline was past; delivery came later."
    if "partly" in kinds:
        return "partly", "The deadline is past; a source shows a part, none the whole."
    return (
        "not evidenced",
        "The deadline is past; no source read shows delivery, which does not say that none was.",
    )


def _delay(provision: Provision, seen: Sequence[Evidence]) -> int | None:
    done = next((item.day for item in seen if item.supports == "done"), None)
    if done is None or not provision.deadlines:
        return None
    days = (done - provision.deadlines[-1].day).days
    return days if days > 0 else None


def last_search(provision: Provision) -> Evidence | None:
    """The newest search that found nothing; it covers every earlier day too."""
    searches = [item for item in provision.evidence if item.supports == "not found"]
    return searches[-1] if searches else None


@dataclass(frozen=True, slots=True)
class Span:
    """Days with one state, both ends included."""

    state: State
    first_day: date
    last_day: date


def spans(provision: Provision, last_day: date, known: date | None = None) -> tuple[Span, ...]:
    """States from the first day to `last_day`, each by what was public on its days.

    Evidence after the day `known` is left out, so that what follows it holds if nothing comes.
    """
    seen = [item for item in provision.evidence if known is None or item.day <= known]
    told = replace(provision, evidence=tuple(seen))
    firsts = [day for day in _turning_days(told) if day <= last_day]
    found: list[Span] = []
    for first, following in zip(firsts, [*firsts[1:], last_day + _DAY], strict=True):
        state = state_on(told, first)
        if state is None:
            continue
        begun = found.pop().first_day if found and found[-1].state == state.state else first
        found.append(Span(state.state, begun, following - _DAY))
    return tuple(found)


def _turning_days(provision: Provision) -> Iterator[date]:
    """Days on which the state can differ from the day before, in order."""
    days = {provision.starts}
    days |= {item.day for item in provision.evidence if item.day >= provision.starts}
    if provision.deadlines:
        days |= {provision.deadlines[0].day, provision.deadlines[-1].day + _DAY}
    yield from sorted(day for day in days if day >= provision.starts)
