"""Courses of the law: the branches of what is unknown, and the case without licences.

Courses that lead to the same conditions are told as one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from hashlib import sha256
from typing import Final

import numpy as np

from allanite.conditions.atlas import make_atlas
from allanite.conditions.branches import NamedBranch
from allanite.conditions.control_reach import listed_goods
from allanite.conditions.controls import Reached, list_branches
from allanite.conditions.effects import Conditions
from allanite.conditions.horizon import Horizon
from allanite.conditions.scenario import Scenario, scenario_conditions
from allanite.conditions.shocks import Closure
from allanite.errors import UsageError
from allanite.law.controls import Article, Control
from allanite.network.lineage_rule import base_material
from allanite.studies.response.prepare import Desk
from allanite.studies.response.request import ResponseRequest
from allanite.studies.response.world import Rules

STATED: Final = "as stated"
NO_LICENCES: Final = "no licence for the partners"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BranchCase:
    """One course of the law, its conditions, and its assumed weight if there is one.

    Attributes:
        law: name of the branch of the law; of several with the same effect the first.
        is_stress: whether it is the case without licences instead.
    """

    name: str
    weight: float | None
    conditions: Conditions
    law: str | None = None
    is_stress: bool = False


def branch_cases(desk: Desk, request: ResponseRequest, rules: Rules) -> tuple[BranchCase, ...]:
    """Courses of the law that lead to different conditions; equal ones are told as one.

    Raises:
        UsageError: an unknown control or branch.
    """
    found = _chosen_branches(desk, request)
    merged: dict[str, BranchCase] = {}
    for name, branch in found.items():
        law = None if branch is None else branch.name
        conditions = _compile(desk, request, law)
        weight = None if branch is None else branch.weight
        course = BranchCase(name=name, weight=weight, conditions=conditions, law=law)
        key = _effect_digest(conditions)
        merged[key] = _merge(merged.get(key), course)
    if request.stress:
        conditions = _stress(desk, request, rules)
        merged.setdefault(
            _effect_digest(conditions),
            BranchCase(name=NO_LICENCES, weight=None, conditions=conditions, is_stress=True),
        )
    return tuple(merged.values())


def course_conditions(
    desk: Desk,
    request: ResponseRequest,
    rules: Rules,
    course: BranchCase,
    start_delay: int = 0,
    reached: Reached | None = None,
) -> Conditions:
    """Conditions of a course found before, for another state of the world or later.

    Args:
        desk: a desk whose network, figures or stocks may differ from those the course has.
        request: what was asked for.
        rules: its rules.
        course: one of `branch_cases`.
        start_delay: how much later begins what begins in the horizon [d].
        reached: what the controls reach in the network, where it is at hand.
    """
    if course.is_stress:
        return _stress(desk, request, rules, start_delay)
    return _compile(desk, request, course.law, start_delay, reached)


def _chosen_branches(desk: Desk, request: ResponseRequest) -> Mapping[str, NamedBranch | None]:
    """The branches asked for, by their names in words."""
    network, horizon = desk.world.network, request.horizon
    found = list_branches(network, horizon, desk.controls, ids=request.controls)
    if not found:
        if request.branch is not None:
            raise UsageError(f"no branch {request.branch!r}; every state is known")
        return {STATED: None}
    named = {_in_words(desk, branch): branch for branch in found}
    if request.branch is not None:
        chosen = {
            name: branch for name, branch in named.items() if request.branch in (name, branch.name)
        }
        if not chosen:
            raise UsageError(f"no branch {request.branch!r}; branches: {'; '.join(named)}")
        return chosen
    if request.ends:
        first, *_, last = named if len(named) > 1 else (*named, *named)
        return {name: named[name] for name in dict.fromkeys((first, last))}
    return named


def _in_words(desk: Desk, branch: NamedBranch) -> str:
    """The branch as a reader says it: `suspensions extended`, or each control by its name."""
    records = desk.controls.records
    outcomes = {outcome for _, outcome in branch.outcomes}
    causes = [records.get(cause) for cause, _ in branch.outcomes]
    if len(outcomes) == 1 and len(causes) > 1 and all(c and c.kind == "suspension" for c in causes):
        return f"suspensions {outcomes.pop()}"
    titles = {c.control_id: c.short_title for c in records.values()}
    return ", ".join(f"{titles.get(cause, cause)} {outcome}" for cause, outcome in branch.outcomes)


def _stress(desk: Desk, request: ResponseRequest, rules: Rules, start_delay: int = 0) -> Conditions:
    """No licence for the partners from the first day on, on top of the shocks asked for."""
    horizon, materials = request.horizon, licensed_materials(desk, rules, request.horizon)
    closure = Closure(
        origin=rules.watched,
        destinations=rules.partners,
        materials=materials,
        first_day=horizon.first_day(0),
        last_day=horizon.last_day(horizon.count - 1),
    )
    # Without materials a closure is of everything; without licences nothing is withheld.
    shocks = (*request.shocks, closure) if materials else request.shocks
    alone = replace(request, controls=(), branch=None, shocks=shocks, stress=False)
    return _compile(desk, alone, None, start_delay)


def licensed_materials(desk: Desk, rules: Rules, horizon: Horizon) -> tuple[str, ...]:
    """Materials of the network that the watched issuer's licences cover on the first day."""
    day = horizon.first_day(0)
    licences = (
        replace(control, articles=_in_force(control, day))
        for control in desk.controls.records.values()
        if control.issuer == rules.watched and control.kind == "licence"
    )
    atlas = make_atlas(desk.world.network, desk.controls.words)
    covered = listed_goods(atlas, [control for control in licences if control.articles])
    labels = desk.world.network.materials.labels
    return tuple(sorted({base_material(labels[m]) for m in np.flatnonzero(covered)}))


def _in_force(control: Control, day: date) -> tuple[Article, ...]:
    return tuple(a for a in control.articles if a.period_on(day).state == "in_force")


def _compile(
    desk: Desk,
    request: ResponseRequest,
    branch: str | None,
    start_delay: int = 0,
    reached: Reached | None = None,
) -> Conditions:
    scenario = Scenario(
        horizon=request.horizon,
        controls=request.controls,
        reading=request.reading,
        branch=branch,
        shocks=request.shocks,
        start_delay=start_delay,
    )
    return scenario_conditions(
        desk.world.network, scenario, desk.controls, desk.parameters, desk.prices, reached
    )


def _effect_digest(conditions: Conditions) -> str:
    """Digest of what conditions do, without their notes."""
    digest = sha256()
    for item in fields(conditions):
        value = getattr(conditions, item.name)
        if isinstance(value, np.ndarray):
            digest.update(value.tobytes())
    for quota in conditions.group_quotas:
        digest.update(quota.routes.tobytes() + quota.quota_rate.tobytes())
    return digest.hexdigest()


def _merge(known: BranchCase | None, new: BranchCase) -> BranchCase:
    if known is None:
        return new
    both = known.weight is not None and new.weight is not None
    notes = tuple(sorted({*known.conditions.notes, *new.conditions.notes}))
    return replace(
        known,
        name=f"{known.name} or {new.name}",
        weight=known.weight + new.weight if both else None,  # type: ignore[operator]
        conditions=replace(known.conditions, notes=notes),
    )
