"""What every coalition costs over one set of courses, with bounds, the largest first.

A coalition first tries the plan of all together, as far as it has access to it and money for it.
Bases and cuts of all together could be carried over too, since only limits differ: it was tried
and does not pay (`benchmarks/coalition_reuse.py`).
Projects come in any size: what is open to a partner by its share could not be built whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import numpy as np

from allanite.axis import FloatArray
from allanite.errors import UsageError
from allanite.program.decomposition import TwoStageSolution, solve_two_stage
from allanite.program.games.game import Game, coalition_label
from allanite.program.recourse import Recourse
from allanite.program.staged import StagedProgram
from allanite.studies.coalition.players import Players, coalition_budget, coalition_world
from allanite.studies.plan.answer import built_of, no_plan, ordered_of
from allanite.studies.plan.build import PlanProgram, plan_program
from allanite.studies.plan.course import Course
from allanite.studies.plan.investment import SLICES
from allanite.studies.plan.stock_rows import order_costs

RecourseOf = Callable[[StagedProgram], AbstractContextManager[Recourse]]
Progress = Callable[[str, int, int], None]
_DUST: Final = 1e-9  # of the money: rounding of a sum


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Setting:
    """What all coalitions have in common. S courses.

    Attributes:
        players: what each brings.
        courses: what happens; probability: theirs, shape (S,).
        gap: relative, at which a search ends.
        recourse_of: what answers for the courses of a programme.
    """

    players: Players
    courses: tuple[Course, ...]
    probability: FloatArray
    gap: float
    recourse_of: RecourseOf

    @property
    def everybody(self) -> tuple[int, ...]:
        """Positions of all players."""
        return tuple(range(len(self.players.names)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solved:
    """The best plan of one coalition. O options, X stocks bought for, Y years, S courses.

    Attributes:
        members: positions of its members, rising.
        value: columns of its first stage; state: those that operation reads.
        built: of each option, shape (O,) [1]; ordered: shape (X, Y) [t].
        objective: mean cost of the plan [million USD]; bound: no plan costs less.
        first_cost: of it for decisions; scenario_cost: of operation, shape (S,).
        gradient: of the mean cost of operation in the state.
        rounds: of the search.
        bases: of all courses at its end, as a recourse saves them.
    """

    members: tuple[int, ...]
    value: FloatArray
    state: FloatArray
    built: FloatArray
    ordered: FloatArray
    objective: float
    bound: float
    first_cost: float
    scenario_cost: FloatArray
    gradient: FloatArray
    rounds: int
    bases: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Warm:
    """What coalitions start from: the plan of all together, and its cuts."""

    solved: Solved
    found: TwoStageSolution


def mask_of(members: Sequence[int]) -> int:
    """The bit mask of a coalition: bit i stands for player i."""
    return sum(1 << i for i in members)


def members_of(mask: int, count: int) -> tuple[int, ...]:
    """Positions of the members of a coalition, rising."""
    return tuple(i for i in range(count) if mask >> i & 1)


def coalition_program(setting: Setting, members: Sequence[int]) -> PlanProgram:
    """The plan that some players could make together."""
    world = coalition_world(setting.players, members)
    budget = coalition_budget(setting.players, members)
    return plan_program(world, budget, setting.courses, setting.probability)


def solve_program_of(
    setting: Setting, program: PlanProgram, members: Sequence[int], warm: Warm | None = None
) -> tuple[Solved, Warm]:
    """The best plan in a programme, and what others may start from."""
    start = None if warm is None else restricted(program, warm.solved)
    with setting.recourse_of(program.staged) as recourse:
        found = solve_two_stage(program.staged, recourse=recourse, gap=setting.gap, start=start)
        solved = solved_of(program, members, found, recourse.save())
        return solved, warm or Warm(solved=solved, found=found)


def solved_of(
    program: PlanProgram,
    members: Sequence[int],
    found: TwoStageSolution,
    bases: Mapping[str, Any],
) -> Solved:
    """What is kept of a solution."""
    return Solved(
        members=tuple(members),
        value=found.value,
        state=found.value[program.first.state],
        built=built_of(program, found.value),
        ordered=ordered_of(program, found.value),
        objective=found.objective,
        bound=min(found.bound, found.objective),
        first_cost=found.first_cost,
        scenario_cost=found.scenario_cost,
        gradient=found.gradient,
        rounds=found.rounds,
        bases=bases,
    )


def restricted(program: PlanProgram, larger: Solved) -> FloatArray | None:
    """The plan of a larger coalition as far as this one may and can pay for it.

    Columns of the first stage; None where limits of single years still stand against it.
    """
    first, world = program.first, program.world
    investment = first.investment
    if investment is None:
        return None
    low, high = first.program.column_lower, first.program.column_upper
    value = np.array(no_plan(program))
    open_part = larger.built * world.options.most
    value[investment.built] = np.clip(open_part, low[investment.built], high[investment.built])
    limit = high[investment.ordered]
    value[investment.ordered] = np.minimum(larger.ordered, limit)
    free = ~world.options.is_committed
    cash = float(world.options.capital[free] @ value[investment.built][free])
    cash += float(order_costs(world, value[investment.ordered]).sum())
    part = 1.0 if cash <= 0 else min(1.0, _money(program) / cash)
    value[investment.built] = np.where(
        free, part * value[investment.built], value[investment.built]
    )
    value[investment.ordered] *= part
    parts = first.program.column_block("order part").positions
    length = limit[:, :, None] / SLICES
    filled = np.clip(
        value[investment.ordered][:, :, None] - length * np.arange(SLICES), 0.0, length
    )
    value[parts] = filled.ravel()
    return value if _meets_rows(program, value) else None


def _money(program: PlanProgram) -> float:
    blocks = {block.name: block for block in program.first.program.rows}
    if "budget" not in blocks:
        return float("inf")
    return float(program.first.program.row_upper[blocks["budget"].start])


def _meets_rows(program: PlanProgram, value: FloatArray) -> bool:
    first = program.first.program
    found = first.matrix @ value
    slack = _DUST * np.maximum(np.abs(found), 1.0)
    return bool(((found >= first.row_lower - slack) & (found <= first.row_upper + slack)).all())


def coalitions(count: int) -> Iterator[tuple[int, ...]]:
    """Every coalition but nobody, the largest first."""
    for size in range(count, 0, -1):
        yield from combinations(range(count), size)


def solve_coalitions(
    setting: Setting,
    wanted: Sequence[tuple[int, ...]],
    progress: Progress,
    warm: Warm | None = None,
) -> tuple[dict[int, Solved], Warm]:
    """The best plan of these coalitions, by bit mask, and what others may start from.

    Args:
        setting: what they have in common.
        wanted: members of each; everybody first, unless something to start from is given.
        progress: told who is planned for.
        warm: what to start from.

    Raises:
        UsageError: no coalition.
        SolveError: a plan without an optimum.
    """
    found: dict[int, Solved] = {}
    for done, members in enumerate(wanted):
        names = coalition_label(setting.players.names, mask_of(members))
        progress(f"Planning for {names}", done, len(wanted))
        program = coalition_program(setting, members)
        found[mask_of(members)], warm = solve_program_of(setting, program, members, warm)
    if warm is None:
        raise UsageError("no coalition to plan for; there must be one partner or more")
    return found, warm


def cost_game(players: Players, solved: Mapping[int, Solved]) -> Game:
    """What each coalition costs, with its bounds [million USD]."""
    count = 1 << len(players.names)
    value, low = np.zeros(count), np.zeros(count)
    for mask, one in solved.items():
        value[mask], low[mask] = one.objective, one.bound
    return Game(players=players.names, value=value, low=low, high=value)
