"""What the law may be on a day: its states where they are unknown, its readings where it is open.

Articles that the same record suspends share its branches: either it was extended for all of
them or for none. Different records are taken as independent, their weights multiplied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import prod

from allanite.law.rules.logic import InForce, LawKey, Reads, World, atoms
from allanite.law.rules.rule import Rule
from allanite.law.timeline import Branch, Period


@dataclass(frozen=True, slots=True)
class _Choice:
    """One branch of a cause, or one answer to an open question."""

    name: str
    in_force: Mapping[LawKey, bool]
    readings: Mapping[str, str]
    weight: float | None


def worlds_of(rule: Rule, on: date) -> tuple[World, ...]:
    """Every state of the law and reading of its texts that is possible on the day."""
    settled, sides = _sides(rule, on)
    combinations = list(product(*sides))
    return tuple(
        World(
            on=on,
            state="; ".join(choice.name for choice in choices if choice.in_force),
            reading="; ".join(choice.name for choice in choices if choice.readings),
            in_force={**settled, **{k: v for c in choices for k, v in c.in_force.items()}},
            readings={k: v for c in choices for k, v in c.readings.items()},
            weight=_weight(choices),
            is_open=len(combinations) > 1,
        )
        for choices in combinations
    )


def _weight(choices: tuple[_Choice, ...]) -> float | None:
    """Product of the weights of states; readings have none and share it."""
    states = [choice.weight for choice in choices if choice.in_force]
    known = [weight for weight in states if weight is not None]
    return prod(known) if len(known) == len(states) else None


def _sides(rule: Rule, on: date) -> tuple[dict[LawKey, bool], list[list[_Choice]]]:
    settled: dict[LawKey, bool] = {}
    causes: dict[object, dict[LawKey, Period]] = {}
    for key in sorted(_laws_read(rule)):
        period = next(p for p in rule.laws[key].periods if p.holds(on))
        if not period.branches:
            settled[key] = period.state == "in_force"
            continue
        names = tuple((b.name, b.weight) for b in period.branches)
        causes.setdefault((period.because_of or key, names), {})[key] = period
    sides = [_branches(rule, periods) for periods in causes.values()]
    return settled, sides + [_answers(rule, name) for name in sorted(_questions_read(rule))]


def _branches(rule: Rule, periods: Mapping[LawKey, Period]) -> list[_Choice]:
    first = next(iter(periods.values()))
    label = ", ".join(dict.fromkeys(rule.laws[key].label for key in periods))
    return [
        _Choice(
            name=f"{label}: {branch.name} ({branch.state.replace('_', ' ')})",
            in_force={key: _applies(period.branches[i]) for key, period in periods.items()},
            readings={},
            weight=branch.weight,
        )
        for i, branch in enumerate(first.branches)
    ]


def _applies(branch: Branch) -> bool:
    return branch.state == "in_force"


def _answers(rule: Rule, name: str) -> list[_Choice]:
    question = rule.questions[name]
    return [_Choice(text, {}, {name: answer}, None) for answer, text in question.answers.items()]


def _laws_read(rule: Rule) -> set[LawKey]:
    return {a.law for case in rule.cases for a in atoms(case.when) if isinstance(a, InForce)}


def _questions_read(rule: Rule) -> set[str]:
    return {a.question for case in rule.cases for a in atoms(case.when) if isinstance(a, Reads)}
