"""The law of the day in a few lines, and the columns a terminal has room for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from allanite.law.dates import spoken
from allanite.law.scope import Question, Territory
from allanite.law.state import ArticleState, article_name, branches_text, observed_text
from allanite.present.words import in_sentence

STATE_COLUMNS: Final = (
    "control",
    "issuer",
    "kind",
    "state",
    "branch",
    "weight",
    "since",
    "until",
    "next_date",
    "party",
    "condition",
)
CHANGE_COLUMNS: Final = (
    "control",
    "issuer",
    "kind",
    "before",
    "after",
    "steps",
    "after_branches",
    "next_date",
    "condition",
)
_VERB: Final = {
    "ban": "are banned",
    "licence": "need a licence",
    "quota": "are under a quota",
    "state_trading": "go through named exporters only",
    "tax_or_disruption": "are taxed or stopped",
    "tariff": "carry a duty",
}
_WHOSE: Final = {
    "military": " for military users",
    "listed": " for listed entities",
    "affiliate": " for affiliates of listed parties",
}


def law_lines(
    states: Sequence[ArticleState], on: date, question: Question, issuer: Territory | None
) -> list[str]:
    """What holds on the day: the answer, then in force, announced, suspended, unknown."""
    subject = f"On {spoken(on)} exports{_object(question)}{_way(question, issuer)}"
    if not states:
        return [
            f"{subject}: no control in these records covers them.",
            "The records hold what was read; they do not prove that no other control exists.",
        ]
    texts = [state for state in states if state.applicable.control.kind != "suspension"]
    leading = _leading(texts)
    parts = [f"{subject}{_lead(leading, issuer is None)}."]
    in_force = [state for state in texts if _is(state, "in_force") and state not in leading]
    parts += _listed("also in force", in_force)
    parts += _listed("announced, not in force", [s for s in texts if _is(s, "announced")])
    parts += _listed("suspended", [s for s in texts if _is(s, "suspended")])
    unknown = [state for state in texts if _is(state, "unknown")]
    parts += _unknown(unknown) if unknown else ["unknown: none"]
    return [*parts, *_newest(states, on)]


def observed_lines(states: Iterable[ArticleState]) -> list[str]:
    """What was seen in trade or practice, one line a control that is not ended."""
    live = [state for state in states if not _is(state, "ended")]
    controls = {s.applicable.control.control_id: s for s in live}
    return [
        f"{state.applicable.control.short_title}: {seen}"
        for state in controls.values()
        if (seen := observed_text(state.applicable.control, state.on))
    ]


def _object(question: Question) -> str:
    return "" if question.item is None else f" of {question.item.label}"


def _way(question: Question, issuer: Territory | None) -> str:
    origin = "" if issuer is None else f" from {in_sentence(issuer.label)}"
    destination = question.destination
    return origin + ("" if destination is None else f" to {in_sentence(destination.label)}")


def _is(state: ArticleState, word: str) -> bool:
    return state.period.state == word


def _leading(states: Sequence[ArticleState]) -> list[ArticleState]:
    """Controls in force on the goods themselves for every buyer; whole ones, if any."""
    found = [
        state
        for state in states
        if _is(state, "in_force")
        and state.applicable.control.kind in _VERB
        and any(s.party == "any" and s.subject == "goods" for s in state.applicable.cover.scopes)
    ]
    whole = [state for state in found if not state.applicable.cover.conditions]
    return whole or found


def _lead(leading: Sequence[ArticleState], any_issuer: bool) -> str:
    """What happens to the goods; of several issuing countries, each on its own."""
    if not leading:
        return " meet no control in force on the goods for every buyer"
    origins = sorted({_origin(state) for state in leading})
    if not any_issuer or len(origins) == 1:
        return " " + _measures(leading)
    clauses = (
        f"from {in_sentence(origin)} {_measures([s for s in leading if _origin(s) == origin])}"
        for origin in origins
    )
    return ": " + "; ".join(clauses)


def _origin(state: ArticleState) -> str:
    """Country that issued the control, without the office."""
    return state.applicable.control.issuer_name.partition(" (")[0]


def _measures(leading: Sequence[ArticleState]) -> str:
    kinds = [kind for kind in _VERB if any(s.applicable.control.kind == kind for s in leading)]
    clauses = (
        f"{_VERB[kind]}{_suffix(leading, kind)} ("
        + "; ".join(_leader(s) for s in leading if s.applicable.control.kind == kind)
        + ")"
        for kind in kinds
    )
    return " and ".join(clauses)


def _suffix(leading: Sequence[ArticleState], kind: str) -> str:
    conditions = [
        s.applicable.cover.conditions for s in leading if s.applicable.control.kind == kind
    ]
    return " under a condition" if all(conditions) else ""


def _leader(state: ArticleState) -> str:
    conditions = state.applicable.cover.conditions
    return _named(state) + (f", {' or '.join(conditions)}" if conditions else "")


def _listed(title: str, states: Sequence[ArticleState]) -> list[str]:
    return [f"{title}: " + ", ".join(_named(state) for state in states)] if states else []


def _unknown(states: Iterable[ArticleState]) -> list[str]:
    """Names with their branches, those with the same branches together."""
    groups: dict[str, list[str]] = {}
    for state in states:
        name = article_name(state.applicable) + _whose(state)
        groups.setdefault(branches_text(state.period.branches), []).append(name)
    return [f"unknown: {', '.join(names)} [{branches}]" for branches, names in groups.items()]


def _named(state: ArticleState) -> str:
    return article_name(state.applicable) + _whose(state) + _when(state)


def _whose(state: ArticleState) -> str:
    parties = {scope.party for scope in state.applicable.cover.scopes}
    return _WHOSE.get(next(iter(parties)), "") if len(parties) == 1 else ""


def _when(state: ArticleState) -> str:
    period, starts = state.period, state.applicable.article.starts
    if period.state == "announced":
        return f" (start by its text: {starts})" if starts else ""
    if period.state == "suspended" and period.last_day is not None:
        return f" until {spoken(period.last_day)}"
    if period.state == "in_force" and period.first_day is not None:
        return f" since {spoken(period.first_day)}"
    return ""


def _newest(states: Iterable[ArticleState], on: date) -> list[str]:
    """A note where the day lies after the newest source of any row."""
    dates = [state.applicable.control.evidence_until for state in states]
    known = [day for day in dates if day is not None]
    if not known or on <= max(known):
        return []
    return [f"Newest source of these rows: {spoken(max(known))}."]
