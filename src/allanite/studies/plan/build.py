"""The plan as a staged programme: two stages, or a tree of blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allanite.axis import FloatArray, IntArray
from allanite.conditions.plan_case import Budget
from allanite.program.staged import StagedProgram, two_stages
from allanite.studies.plan.course import Course
from allanite.studies.plan.investment import Moment
from allanite.studies.plan.node import NodeForm, build_form, course_node, root_node
from allanite.studies.plan.world import PlanWorld

_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanProgram:
    """A plan in two stages.

    Attributes:
        world: what is decided on.
        first, second: templates of the decisions and of operation.
        staged: root and scenarios.
    """

    world: PlanWorld
    first: NodeForm
    second: NodeForm
    staged: StagedProgram


def everything(world: PlanWorld, *, whole: bool = False) -> Moment:
    """The moment at which all is decided."""
    options, years = world.options.project.size, world.stocks.purchase_period.size
    return Moment(options=np.ones(options, bool), years=np.ones(years, bool), whole=whole)


def plan_program(
    world: PlanWorld,
    budget: Budget,
    courses: Sequence[Course],
    probability: FloatArray,
    *,
    whole: bool = False,
) -> PlanProgram:
    """All decisions now, and operation over the whole horizon in each course.

    Args:
        world: what is decided on.
        budget: limits of the partners.
        courses: the scenarios.
        probability: theirs, shape (S,).
        whole: whether lumpy projects are built whole or not at all.

    Raises:
        ModelError: no course, or probabilities that do not sum to one.
    """
    first = build_form(world, budget, _NONE, everything(world, whole=whole))
    second = build_form(world, budget, np.arange(world.horizon.count), None)
    nodes = [course_node(world, second, course) for course in courses]
    staged = two_stages(root_node(first), nodes, probability)
    return PlanProgram(world=world, first=first, second=second, staged=staged)


def tree_program(
    world: PlanWorld,
    budget: Budget,
    block_starts: Sequence[int],
    parent: IntArray,
    stage: IntArray,
    probability: FloatArray,
    courses: Sequence[Course],
) -> tuple[StagedProgram, tuple[NodeForm, ...]]:
    """A plan that decides again at the start of each block, on what it has seen by then.

    Args:
        world: what is decided on.
        budget: limits of the partners.
        block_starts: first period of each block.
        parent: shape (T,), -1 at the root.
        stage: 0 at the root, b + 1 in block b, shape (T,).
        probability: unconditional, shape (T,).
        courses: of the nodes after the root, T - 1 of them, over the whole horizon.
    """
    ends = (*block_starts[1:], world.horizon.count)
    forms = [build_form(world, budget, _NONE, _moment(world, 0, ends[0], inherits=False))]
    for b, (start, end) in enumerate(zip(block_starts, ends, strict=True)):
        following = None
        if b + 1 < len(block_starts):
            following = _moment(world, end, ends[b + 1], inherits=True)
        forms.append(build_form(world, budget, np.arange(start, end), following))
    nodes = [root_node(forms[0])]
    nodes += [
        course_node(world, forms[int(s)], course)
        for s, course in zip(stage[1:], courses, strict=True)
    ]
    staged = StagedProgram(nodes=tuple(nodes), parent=parent, probability=probability)
    return staged, tuple(forms)


def _moment(world: PlanWorld, start: int, end: int, *, inherits: bool) -> Moment:
    """What can be decided for the periods from `start` to before `end`."""
    options, years = world.options.start, world.stocks.purchase_period
    return Moment(
        options=(options >= start) & (options < end),
        years=(years >= start) & (years < end),
        inherits=inherits,
    )
