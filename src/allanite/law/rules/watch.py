"""Suspensions that run out: how many days are left, and whether both branches must be shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from allanite.errors import UsageError
from allanite.law.rules.logic import LawKey
from allanite.law.rules.rule import LawText, Rule

Colour = Literal["green", "amber", "red"]
DAYS: Final = ("amber_days", "red_days")


@dataclass(frozen=True, slots=True)
class Watch:
    """One suspended article, or one whose suspension ran out without news.

    Attributes:
        law, label: key and name of the article.
        rule_ids: rules that stand on it.
        last_day: last day of the suspension by its text.
        days_left: days from the day asked for to it; negative once it is past [d].
        colour: green, amber below `amber_days`, red below `red_days` or past.
        check: what to look up.
    """

    law: LawKey
    label: str
    rule_ids: tuple[str, ...]
    last_day: date
    days_left: int
    colour: Colour
    check: str


def watch_suspensions(rules: Sequence[Rule], on: date) -> tuple[Watch, ...]:
    """Suspensions under the rules on a day, the most pressing first.

    Raises:
        UsageError: no rule of kind watch gives the days.
    """
    limits = next((rule.parameters for rule in rules if rule.kind == "watch"), None)
    if limits is None or any(name not in limits for name in DAYS):
        raise UsageError("no rule of kind watch with amber_days and red_days")
    users: dict[LawKey, list[str]] = {}
    texts: dict[LawKey, LawText] = {}
    for rule in rules:
        for key, text in rule.laws.items():
            users.setdefault(key, []).append(rule.rule_id)
            texts[key] = text
    found = [
        Watch(
            key, texts[key].label, tuple(users[key]), last_day, left, _colour(left, limits), check
        )
        for key, last_day, check in _suspended(texts, on)
        for left in ((last_day - on).days,)
    ]
    return tuple(sorted(found, key=lambda watch: (watch.last_day, watch.law)))


def _colour(days_left: int, limits: Mapping[str, float]) -> Colour:
    if days_left < limits["red_days"]:
        return "red"
    return "amber" if days_left < limits["amber_days"] else "green"


def _suspended(texts: dict[LawKey, LawText], on: date) -> Iterator[tuple[LawKey, date, str]]:
    """Last days by text of suspensions that run, or that ran out into an unknown state."""
    for key, text in texts.items():
        position = next(i for i, p in enumerate(text.periods) if p.holds(on))
        period = text.periods[position]
        check = period.check
        while period.branches and position > 0:
            position -= 1
            period = text.periods[position]
        if period.state == "suspended" and period.last_day is not None:
            yield key, period.last_day, check
