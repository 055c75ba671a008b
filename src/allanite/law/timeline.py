"""Dated facts of one article into periods, each with one state or with branches.

A state is stated only where a text or a source carries it. In the days a month-wide date
leaves open, and after a suspension ran out without news, the state is unknown and every
possible state is a branch. A text without an end stays in force until a text ends it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from allanite.law.dates import PartialDate, Precision

State = Literal["not_announced", "announced", "in_force", "suspended", "ended", "unknown"]
STATES: Final[tuple[State, ...]] = (
    "not_announced",
    "announced",
    "in_force",
    "suspended",
    "ended",
    "unknown",
)
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Branch:
    """One of the states that are possible where the state is unknown.

    Attributes:
        name: what happened in this branch, e.g. `extended`.
        state: the state it leads to.
        weight: assumed weight [1]; None where nothing supports one.
        assumption_id: the assumption the weight comes from; empty without one.
    """

    name: str
    state: State
    weight: float | None = None
    assumption_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days during which an article has one state, both ends included.

    Attributes:
        first_day: None for "since always"; last_day: None for "until a text changes it".
        precision: how exactly the source gives the first day.
        state: `unknown` exactly if there are branches.
        branches: the possible states, at least two, where the state is unknown.
        because_of: control that causes the state, e.g. the suspending one.
        check: what to look up where the state is unknown.
    """

    first_day: date | None
    last_day: date | None
    precision: Precision
    state: State
    branches: tuple[Branch, ...] = ()
    because_of: str = ""
    check: str = ""
    url: str = ""

    def holds(self, day: date) -> bool:
        """Whether the day lies in the period."""
        after = self.first_day is None or self.first_day <= day
        return after and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class Suspension:
    """Days on which an article is suspended, both included, and the control that does it."""

    first_day: date
    last_day: date
    by: str


@dataclass(frozen=True, slots=True)
class OpenPeriod:
    """Days whose state no source settles, with the branches a curator names."""

    first_day: date
    last_day: date | None
    branches: tuple[Branch, ...]
    check: str
    url: str = ""
    because_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleDates:
    """The dated facts of one article.

    Attributes:
        announced, starts: None where there is no such date.
        last_day: last day in force; None where the text has no end.
        suspensions: suspensions that texts state.
        open_periods: periods whose state is open.
    """

    announced: PartialDate | None
    starts: PartialDate | None
    last_day: PartialDate | None = None
    suspensions: tuple[Suspension, ...] = ()
    open_periods: tuple[OpenPeriod, ...] = ()


def build_periods(dates: ArticleDates) -> tuple[Period, ...]:
    """Periods that together cover every day once, in order of time."""
    firsts: list[date | None] = [None, *sorted(_boundaries(dates))]
    periods: list[Period] = []
    for i, first in enumerate(firsts):
        following = firsts[i + 1] if i + 1 < len(firsts) else None
        last = following - _DAY if following is not None else None
        period = _period(dates, first, last)
        if periods and _same_state(periods[-1], period):
            period = _joined(periods.pop(), period)
        periods.append(period)
    return tuple(periods)


def _boundaries(dates: ArticleDates) -> set[date]:
    """First days on which the state can differ from the day before."""
    days: set[date] = set()
    for start in (dates.announced, dates.starts):
        if start is not None:
            days |= {start.earliest, start.latest}
    if dates.last_day is not None:
        days |= {dates.last_day.earliest + _DAY, dates.last_day.latest + _DAY}
    spans = [(span.first_day, span.last_day) for span in dates.open_periods]
    spans += [(span.first_day, span.last_day) for span in dates.suspensions]
    for first, last in spans:
        days |= {first} if last is None else {first, last + _DAY}
    return days


def _period(dates: ArticleDates, first: date | None, last: date | None) -> Period:
    day = first if first is not None else date.min
    for span in dates.open_periods:
        if span.first_day <= day and (span.last_day is None or day <= span.last_day):
            return Period(
                first_day=first,
                last_day=last,
                precision="day",
                state="unknown",
                branches=span.branches,
                check=span.check,
                url=span.url,
                because_of=span.because_of,
            )
    for suspension in dates.suspensions:
        if suspension.first_day <= day <= suspension.last_day:
            return _known(dates, first, last, "suspended", suspension.by)
    possible = _possible_states(dates, day)
    if len(possible) > 1:
        return _uncertain(dates, first, last, possible)
    ran_out = _ran_out(dates, day)
    if ran_out is not None and possible[0] == "in_force":
        return _after_suspension(first, last, ran_out)
    return _known(dates, first, last, possible[0], "")


def _known(
    dates: ArticleDates, first: date | None, last: date | None, state: State, because_of: str
) -> Period:
    precision: Precision = "day"
    for start in (dates.announced, dates.starts):
        if start is not None and first in (start.earliest, start.latest):
            precision = start.precision
    return Period(
        first_day=first, last_day=last, precision=precision, state=state, because_of=because_of
    )


def _uncertain(
    dates: ArticleDates, first: date | None, last: date | None, possible: Sequence[State]
) -> Period:
    printed = ", ".join(
        f"{what} {when}"
        for what, when in (
            ("announced", dates.announced),
            ("in force from", dates.starts),
            ("last day", dates.last_day),
        )
        if when is not None and when.precision != "day"
    )
    return Period(
        first_day=first,
        last_day=last,
        precision="day",
        state="unknown",
        branches=tuple(Branch(state, state) for state in possible),
        check=f"The day: sources give only the month or the year ({printed}).",
    )


def _after_suspension(first: date | None, last: date | None, suspension: Suspension) -> Period:
    return Period(
        first_day=first,
        last_day=last,
        precision="day",
        state="unknown",
        branches=(Branch("extended", "suspended"), Branch("revived", "in_force")),
        check=f"Whether {suspension.by or 'the suspension'} was extended when it ran out.",
        because_of=suspension.by,
    )


def _ran_out(dates: ArticleDates, day: date) -> Suspension | None:
    past = [s for s in dates.suspensions if s.last_day < day]
    return max(past, key=lambda s: s.last_day) if past else None


def _possible_states(dates: ArticleDates, day: date) -> tuple[State, ...]:
    """States the announced, start and end dates allow on a day, without suspensions."""
    last = dates.last_day
    if last is not None and day > last.latest:
        return ("ended",)
    possible: set[State] = {"ended"} if last is not None and day > last.earliest else set()
    announced, starts = _reached(dates.announced, day), _reached(dates.starts, day)
    if starts != "no":
        possible.add("in_force")
    if starts != "yes":
        if announced != "no":
            possible.add("announced")
        if announced != "yes":
            possible.add("not_announced")
    return tuple(state for state in STATES if state in possible)


def _reached(when: PartialDate | None, day: date) -> Literal["no", "maybe", "yes"]:
    if when is None or day < when.earliest:
        return "no"
    return "yes" if day >= when.latest else "maybe"


def _same_state(one: Period, other: Period) -> bool:
    return (one.state, one.branches, one.because_of, one.check) == (
        other.state,
        other.branches,
        other.because_of,
        other.check,
    )


def _joined(one: Period, other: Period) -> Period:
    return Period(
        first_day=one.first_day,
        last_day=other.last_day,
        precision=one.precision,
        state=one.state,
        branches=one.branches,
        because_of=one.because_of,
        check=one.check,
        url=one.url,
    )
