"""The plan that decides again, block by block, beside the plan that decides all today.

Both meet the same tree of courses. The first sees in each block only what has happened by
then, in what it builds, orders, draws and refills; the second decides all today and then knows
the whole course. What lies between them is what waiting is worth less what foresight hides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from allanite.conditions.tree import leaf_scenarios, sample_tree
from allanite.errors import UsageError
from allanite.program.decomposition import TwoStageSolution, solve_two_stage
from allanite.program.nested import NestedSolution, solve_nested
from allanite.studies.plan.build import plan_program, tree_program
from allanite.studies.plan.drawn import course_of
from allanite.studies.plan.prepare import PlanDesk
from allanite.studies.plan.request import PlanRequest

BLOCK_YEARS: Final = 2  # each block but the last
TREE: Final = 2  # tells the draws of the tree from those of the plan
MAX_LEAVES: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Adaptive:
    """Two plans on one tree, both without regard to the tail and projects in any size.

    Attributes:
        by_block: decided block by block; at_once: all decided today.
        leaves: courses of the tree; blocks: how many.
    """

    by_block: NestedSolution
    at_once: TwoStageSolution
    leaves: int
    blocks: int


def solve_adaptive(
    desk: PlanDesk, request: PlanRequest, progress: Callable[[str, int, int], None]
) -> Adaptive:
    """Both plans on a tree with the branching of the request, block by block.

    Raises:
        UsageError: more blocks than the horizon holds, or too many courses.
    """
    world, branching = desk.world, request.branching
    starts = block_starts(world.horizon.count, world.horizon.step, len(branching))
    if np.prod(branching) > MAX_LEAVES:
        raise UsageError(
            f"branching {branching} makes {np.prod(branching)} courses; allowed: {MAX_LEAVES}"
        )
    generator = np.random.default_rng((request.seed, TREE))
    odds = desk.plan.uncertainty
    tree = sample_tree(odds, desk.risky, world.horizon, starts, branching, generator)
    courses = [course_of(desk, tree, t) for t in range(1, len(tree))]
    staged, _ = tree_program(
        world, request.budget, starts, tree.parent, tree.stage, tree.probability, courses
    )
    progress("Deciding block by block", 0, 2)
    by_block = solve_nested(staged, gap=request.gap)
    progress("Deciding block by block", 1, 2)
    leaves = leaf_scenarios(tree)
    ends = [course_of(desk, leaves, s) for s in range(len(leaves))]
    whole = plan_program(world, request.budget, ends, leaves.probability)
    at_once = solve_two_stage(whole.staged, gap=request.gap)
    return Adaptive(by_block=by_block, at_once=at_once, leaves=len(leaves), blocks=len(branching))


def block_starts(count: int, step: float, blocks: int) -> tuple[int, ...]:
    """First period of each block: two years each, the last takes what is left.

    Raises:
        UsageError: more blocks than periods allow.
    """
    length = round(BLOCK_YEARS / step)
    starts = tuple(b * length for b in range(blocks))
    if not starts or starts[-1] >= count:
        raise UsageError(
            f"{blocks} blocks of {BLOCK_YEARS} years do not fit into {count * step:g} years"
        )
    return starts
