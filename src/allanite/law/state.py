"""The state of the law on a day, and what differs between two days.

A row is one article that bears on what is asked. Articles not announced by the day are left
out of a state, for nobody could know them; ended ones stay in, so that an end is seen as
such. Where the state is unknown every branch is given, with its weight and what to check.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import pyarrow as pa

from allanite.catalogue.read import rows_table
from allanite.catalogue.tables.results_law import CONTROL_CHANGE_ROWS, CONTROL_STATE_ROWS
from allanite.law.controls import Article, Control, Controls
from allanite.law.dates import parse_partial
from allanite.law.scope import Cover, Question, cover
from allanite.law.timeline import Branch, Period

Row = dict[str, Any]
_ORDER: Final = ("in_force", "unknown", "announced", "suspended", "ended", "not_announced")


@dataclass(frozen=True, slots=True)
class Applicable:
    """An article that bears on what is asked, and how."""

    control: Control
    article: Article
    cover: Cover


@dataclass(frozen=True, slots=True)
class ArticleState:
    """An article that bears on what is asked, with its period on the day."""

    on: date
    applicable: Applicable
    period: Period

    @property
    def next_date(self) -> date | None:
        """First later day on which a text, a statement or an event asks for a look."""
        return _next_watch(self.applicable, self.period, self.on)[0]


@dataclass(frozen=True, slots=True)
class Change:
    """An article whose state differs between two days."""

    before: ArticleState
    after: ArticleState


def state_on(
    controls: Controls,
    on: date,
    material: str | None = None,
    stage: str | None = None,
    destination: str | None = None,
    issuer: str | None = None,
    party: str | None = None,
) -> tuple[ArticleState, ...]:
    """States of every announced article that bears on what is asked, on the day.

    Args:
        controls: records of a release.
        on: the day.
        material: `Dy`, `Dy oxide`, `NdFeB magnet`, a material id; None asks for all.
        stage: `oxide`, `metal`, `magnet`, ...; None asks for all.
        destination: country or group, as a name or a code; None asks for all.
        issuer: the country whose controls are asked for; None asks for all.
        party: civilian, military, listed or affiliate; None asks for all.

    Returns:
        In force first, then unknown, announced, suspended, ended; by control id within.

    Raises:
        UsageError: a word that is not known; the nearest ones are named.
    """
    question = controls.words.question(material, stage, destination, party)
    states = (
        ArticleState(on, found, found.article.period_on(on))
        for found in applicable_articles(controls, question, issuer)
    )
    announced = [state for state in states if state.period.state != "not_announced"]
    return tuple(sorted(announced, key=lambda state: _ORDER.index(state.period.state)))


def changes_between(
    controls: Controls,
    first: date,
    second: date,
    material: str | None = None,
    stage: str | None = None,
    destination: str | None = None,
    issuer: str | None = None,
    party: str | None = None,
) -> tuple[Change, ...]:
    """Articles whose state, or whose branches, differ between the two days.

    Swapping the days swaps before and after. Arguments and errors as for `state_on`.
    """
    question = controls.words.question(material, stage, destination, party)
    changes = (
        Change(
            ArticleState(first, found, found.article.period_on(first)),
            ArticleState(second, found, found.article.period_on(second)),
        )
        for found in applicable_articles(controls, question, issuer)
    )
    return tuple(change for change in changes if _differs(change))


def applicable_articles(
    controls: Controls, question: Question, issuer: str | None = None
) -> Iterator[Applicable]:
    """Articles whose scope covers what is asked, wholly or under a condition."""
    wanted = None if issuer is None else controls.words.territory(issuer)
    for control in controls.records.values():
        if wanted is not None and control.issuer not in {wanted.code, *wanted.members}:
            continue
        for article in control.articles:
            found = cover(article.scopes, question)
            if found is not None:
                yield Applicable(control, article, found)


def _differs(change: Change) -> bool:
    before, after = change.before.period, change.after.period
    return (before.state, before.branches) != (after.state, after.branches)


def states_table(states: Iterable[ArticleState]) -> pa.Table:
    """Table `control_states`: one row an article, one a branch where the state is unknown."""
    return rows_table(CONTROL_STATE_ROWS, [row for s in states for row in _state_rows(s)])


def changes_table(changes: Iterable[Change]) -> pa.Table:
    """Table `control_changes`: one row an article."""
    return rows_table(CONTROL_CHANGE_ROWS, [_change_row(change) for change in changes])


def _state_rows(state: ArticleState) -> Iterator[Row]:
    period = state.period
    next_date, next_event = _next_watch(state.applicable, period, state.on)
    common = {
        "on_date": state.on,
        **_identity(state.applicable),
        "state": period.state,
        "since": period.first_day,
        "since_precision": period.precision,
        "until": period.last_day,
        "starts_by_text": state.applicable.article.starts or None,
        "next_date": next_date,
        "next_event": next_event,
        "check": period.check or None,
        "because_of": period.because_of or None,
        **_coverage(state.applicable.cover),
        **_evidence(state.applicable, state.on),
    }
    if not period.branches:
        yield common
    for branch in period.branches:
        yield {
            **common,
            "branch": branch.name,
            "branch_state": branch.state,
            "weight": branch.weight,
            "assumption_id": branch.assumption_id or None,
        }


def _change_row(change: Change) -> Row:
    applicable = change.after.applicable
    early, late = sorted((change.before, change.after), key=lambda state: state.on)
    steps = _steps(applicable.article, early.on, late.on)
    next_date, next_event = _next_watch(applicable, late.period, late.on)
    return {
        "from_date": change.before.on,
        "to_date": change.after.on,
        **_identity(applicable),
        "before": change.before.period.state,
        "after": change.after.period.state,
        "before_branches": branches_text(change.before.period.branches) or None,
        "after_branches": branches_text(change.after.period.branches) or None,
        "changed_on": steps[-1].first_day,
        "steps": "; ".join(f"{step.first_day} {_words(step.state)}" for step in steps),
        "next_date": next_date,
        "next_event": next_event,
        "check": late.period.check or None,
        **_coverage(applicable.cover),
        **_evidence(applicable, late.on),
    }


def _steps(article: Article, early: date, late: date) -> list[Period]:
    """Periods that begin after the early day and up to the late one; never empty for a change."""
    return [p for p in article.periods if p.first_day is not None and early < p.first_day <= late]


def branches_text(branches: Iterable[Branch]) -> str:
    """Branches in one line: `extended: suspended (0.8); revived: in force (0.2)`."""
    return "; ".join(
        f"{branch.name}: {_words(branch.state)}"
        + (f" ({branch.weight:g})" if branch.weight is not None else " (no weight)")
        for branch in branches
    )


def _words(state: str) -> str:
    return state.replace("_", " ")


def _identity(found: Applicable) -> Row:
    return {
        "control_id": found.control.control_id,
        "article": found.article.article,
        "control": article_name(found),
        "issuer": found.control.issuer,
        "kind": found.control.kind,
    }


def article_name(found: Applicable) -> str:
    """Short name of control and article as a reader says it."""
    return found.article.label


def _coverage(found: Cover) -> Row:
    elements = {scope.element for scope in found.scopes}
    stages = {scope.stage for scope in found.scopes}
    return {
        "subject": _joined(scope.subject for scope in found.scopes),
        "elements": None if None in elements else _joined(e or "" for e in elements),
        "stages": None if None in stages else _joined(s or "" for s in stages),
        "destinations": _joined(scope.destination for scope in found.scopes),
        "party": _joined(scope.party for scope in found.scopes),
        "coverage": "conditional" if found.conditions else "whole",
        "condition": "; or ".join(found.conditions) or None,
    }


def _joined(words: Iterable[str]) -> str:
    return ", ".join(sorted(set(words)))


def _evidence(found: Applicable, on: date) -> Row:
    control = found.control
    return {
        "de_jure": found.article.de_jure,
        "observed": observed_text(control, on) or None,
        "confidence": control.confidence or None,
        "basis": control.seen or None,
        "url": control.url or None,
        "evidence_until": control.evidence_until,
    }


def observed_text(control: Control, on: date) -> str:
    """Effects seen up to the day, and those without a date; empty where there is none."""
    seen = (e.text for e in control.effects if e.dated is None or _known_by(e.dated, on))
    return "; ".join(seen)


def _known_by(dated: str, on: date) -> bool:
    return parse_partial(dated).earliest <= on


def _next_watch(found: Applicable, period: Period, on: date) -> tuple[date | None, str | None]:
    """The next end of a period or event after the day, and what it is."""
    coming: list[tuple[date, str]] = []
    if period.last_day is not None:
        first_after = period.last_day + timedelta(days=1)
        following = found.article.period_on(first_after).state
        coming.append((first_after, f"state becomes {_words(following)}"))
    coming += [
        (parse_partial(event.dated).earliest, event.what)
        for event in found.control.events
        if parse_partial(event.dated).earliest > on
    ]
    return min(coming) if coming else (None, None)
