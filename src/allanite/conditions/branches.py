"""Branches of the law: what is possible where the state of a control is unknown.

Controls whose state hangs on one cause, such as a suspension that ran out without news, move
together. With several causes every combination is a branch; its weight takes the causes as
independent, and is missing where one of them has none.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from allanite.conditions.horizon import Horizon
from allanite.errors import UsageError
from allanite.law.controls import Article, Control
from allanite.law.timeline import Period, State

MAX_BRANCHES: Final = 256
Picks = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedBranch:
    """One way the unknown states can turn out.

    Attributes:
        name: the outcome, such as `extended`; with several causes `CAUSE=outcome, ...`.
        weight: assumed weight [1]; None where nothing supports one.
        outcomes: outcome of each cause; a cause is the control behind the unknown state.
        controls: controls whose state hangs on it.
        check: what to look up.
    """

    name: str
    weight: float | None
    outcomes: tuple[tuple[str, str], ...]
    controls: tuple[str, ...]
    check: str


@dataclass(frozen=True, slots=True)
class Spell:
    """Days on end in which an article is in force; None is open."""

    first_day: date | None
    last_day: date | None


@dataclass(slots=True)
class _Cause:
    """Outcomes of one cause with their weights, while they are collected."""

    weights: dict[str, float | None]
    controls: set[str]
    check: str


def branches_of(
    articles: Iterable[tuple[Control, Article]], horizon: Horizon
) -> tuple[NamedBranch, ...]:
    """Branches of the articles in the periods of the horizon; none where every state is known.

    Raises:
        UsageError: more than `MAX_BRANCHES` combinations.
    """
    causes: dict[str, _Cause] = {}
    for control, article in articles:
        for period in article.periods:
            if _is_open(period) and _meets(period, horizon):
                _collect(causes, control, period)
                break
    if not causes:
        return ()
    count = 1
    for cause in causes.values():
        count *= len(cause.weights)
    if count > MAX_BRANCHES:
        raise UsageError(
            f"{count} branches of {len(causes)} unknown causes; allowed: {MAX_BRANCHES}. Name"
            f" fewer controls; causes: {', '.join(sorted(causes))}"
        )
    names = sorted(causes)
    combinations = itertools.product(*(causes[name].weights for name in names))
    return tuple(_branch(causes, dict(zip(names, some, strict=True))) for some in combinations)


def pick_branch(
    branches: tuple[NamedBranch, ...],
    name: str | None,
    possible: Mapping[str, Iterable[str]] | None = None,
) -> NamedBranch | None:
    """The branch of that name; an outcome alone stands for it in every cause.

    Args:
        branches: branches that make a difference here.
        name: the branch; None where there is none to choose.
        possible: outcomes by cause that may be named although they make no difference here, so
            that one scenario serves several networks.

    Raises:
        UsageError: a name is missing where the state is unknown, given where it is not, or not
            known; the branches are listed.
    """
    allowed = "; ".join(_shown(branch) for branch in branches)
    if name is None:
        if branches:
            raise UsageError(f"the state of a control is unknown; name a branch: {allowed}")
        return None
    here = {cause for branch in branches for cause, _ in branch.outcomes}
    idle = {_folded(f"{c}={o}") for c, found in (possible or {}).items() for o in found}
    idle -= {part for part in idle if part.split("=")[0] in {c.casefold() for c in here}}
    parts = [part for part in _folded(name).split(", ") if part not in idle]
    for branch in branches:
        alone = {_folded(outcome) for _, outcome in branch.outcomes}
        pairs = sorted(_folded(f"{cause}={outcome}") for cause, outcome in branch.outcomes)
        if parts == pairs or alone == set(parts):
            return branch
    outcomes = {_folded(o) for found in (possible or {}).values() for o in found}
    if not branches and set(parts) <= outcomes:
        return None
    if not branches:
        raise UsageError(f"branch {name!r}: every state is known here; leave the branch out")
    raise UsageError(f"no branch {name!r}; branches: {allowed}")


def possible_outcomes(articles: Iterable[tuple[Control, Article]]) -> dict[str, set[str]]:
    """Every outcome of each cause, whatever it changes."""
    found: dict[str, set[str]] = {}
    for control, article in articles:
        for period in article.periods:
            if _is_open(period):
                names = found.setdefault(cause_of(control, period), set())
                names |= {branch.name for branch in period.branches}
    return found


def spells(control: Control, article: Article, picks: Picks) -> tuple[Spell, ...]:
    """Days in force, adjacent periods joined, with unknown states as picked.

    A state that is unknown only because a source names a month counts as in force from the
    first day it can be.
    """
    found: list[Spell] = []
    for period in article.periods:
        if resolved(control, article, period, picks) != "in_force":
            continue
        if found and _adjacent(found[-1], period):
            found[-1] = Spell(found[-1].first_day, period.last_day)
        else:
            found.append(Spell(period.first_day, period.last_day))
    return tuple(found)


def delay_spells(found: Iterable[Spell], since: date, days: int) -> tuple[Spell, ...]:
    """The spells with those that begin on a day or later begun some days later, or earlier.

    One that would begin after its end is left out.
    """
    late = timedelta(days=days)
    moved = [
        spell
        if spell.first_day is None or spell.first_day < since
        else Spell(spell.first_day + late, spell.last_day)
        for spell in found
    ]
    return tuple(
        s
        for s in moved
        if None in (s.first_day, s.last_day) or s.first_day <= s.last_day  # type: ignore[operator]
    )


def resolved(control: Control, article: Article, period: Period, picks: Picks) -> State:
    """State of a period with the branches picked: by name, else by what the name stands for."""
    if period.state != "unknown":
        return period.state
    states = {branch.name: branch.state for branch in period.branches}
    pick = picks.get(cause_of(control, period))
    if pick in states:
        return states[pick]
    meant = {b.state for p in article.periods for b in p.branches if b.name == pick}
    same = [state for state in states.values() if state in meant]
    if same:
        return same[0]
    return "in_force" if "in_force" in states.values() else next(iter(states.values()))


def has_date_doubt(article: Article, horizon: Horizon) -> bool:
    """Whether a day in the horizon is unknown only because a source names a month or year."""
    return any(
        period.state == "unknown" and not _is_open(period) and _meets(period, horizon)
        for period in article.periods
    )


def cause_of(control: Control, period: Period) -> str:
    """The control behind an unknown state; the control itself where no other is named."""
    return period.because_of or control.control_id


def _is_open(period: Period) -> bool:
    """Whether the state is unknown for want of news, and not of a day."""
    return period.state == "unknown" and any(b.name != b.state for b in period.branches)


def _meets(period: Period, horizon: Horizon) -> bool:
    first, last = horizon.first_day(0), horizon.last_day(horizon.count - 1)
    begins = period.first_day is None or period.first_day <= last
    return begins and (period.last_day is None or period.last_day >= first)


def _collect(causes: dict[str, _Cause], control: Control, period: Period) -> None:
    cause = causes.setdefault(cause_of(control, period), _Cause({}, set(), period.check))
    cause.controls.add(control.control_id)
    for branch in period.branches:
        cause.weights.setdefault(branch.name, branch.weight)


def _branch(causes: Mapping[str, _Cause], outcomes: Picks) -> NamedBranch:
    weight: float | None = 1.0
    for cause, outcome in outcomes.items():
        own = causes[cause].weights[outcome]
        weight = None if weight is None or own is None else weight * own
    single = next(iter(outcomes.values()))
    joined = ", ".join(f"{cause}={outcome}" for cause, outcome in outcomes.items())
    controls = sorted(set().union(*(causes[cause].controls for cause in outcomes)))
    checks = dict.fromkeys(causes[cause].check for cause in outcomes if causes[cause].check)
    return NamedBranch(
        name=single if len(outcomes) == 1 else joined,
        weight=weight,
        outcomes=tuple(outcomes.items()),
        controls=tuple(controls),
        check="; ".join(checks),
    )


def _shown(branch: NamedBranch) -> str:
    weight = "no weight" if branch.weight is None else f"{branch.weight:g}"
    return f"{branch.name!r} ({weight})"


def _folded(name: str) -> str:
    parts = ("=".join(x.strip() for x in part.split("=")) for part in name.split(","))
    return ", ".join(sorted(parts)).casefold()


def _adjacent(spell: Spell, period: Period) -> bool:
    if spell.last_day is None or period.first_day is None:
        return False
    return period.first_day == spell.last_day + timedelta(days=1)
