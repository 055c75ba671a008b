"""Values all coalitions and tries who would not go along, on one process or a pool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from allanite.axis import FloatArray
from allanite.ensemble.plan import Means, Progress
from allanite.ensemble.side_by_side import side_by_side
from allanite.errors import UsageError
from allanite.program.games.game import MOST_PLAYERS
from allanite.program.games.sampled import SampledShapley, sampled_shapley
from allanite.studies.coalition.answer import Acting, CoalitionAnswer, Move, StockAnswer
from allanite.studies.coalition.operated import Conduct, conduct, joined_conduct
from allanite.studies.coalition.players import find_players
from allanite.studies.coalition.request import MOST_EXACT, ShareRequest
from allanite.studies.coalition.sharing import RuleShare, find_shares, sampled_shares
from allanite.studies.coalition.stability import Agreed, find_moves
from allanite.studies.coalition.study import share_tables, stock_tables
from allanite.studies.coalition.values import (
    Setting,
    Solved,
    Warm,
    coalition_program,
    coalitions,
    cost_game,
    mask_of,
    members_of,
    solve_coalitions,
)
from allanite.studies.plan.build import PlanProgram
from allanite.studies.plan.drawn import draw_courses
from allanite.studies.plan.prepare import PlanDesk

ORDERS = 11  # tells the draws of orders from those of courses


def cooperation_tables(
    command: str, desk: PlanDesk, request: ShareRequest, means: Means, progress: Progress
) -> dict[str, pa.Table]:
    """The tables of `share`, or of `stock`; errors as those of solving them."""
    if command == "stock":
        return stock_tables(solve_stock(desk, request, means, progress))
    return share_tables(solve_coalition(desk, request, means, progress))


def solve_stock(
    desk: PlanDesk, request: ShareRequest, means: Means, progress: Progress
) -> StockAnswer:
    """One joint plan beside one of each partner.

    Raises:
        UsageError: arguments that do not fit, no demand, workers that die.
        SolveError: a plan without an optimum.
    """
    setting = make_setting(desk, request, means)
    solved, _ = solve_coalitions(setting, _pillars(setting), progress)
    return _stock_answer(desk, request, setting, solved, means, progress)


def solve_coalition(
    desk: PlanDesk, request: ShareRequest, means: Means, progress: Progress
) -> CoalitionAnswer:
    """What acting together is worth, who pays, and whether it holds.

    Raises:
        UsageError: arguments that do not fit, no demand, workers that die.
        SolveError: a plan without an optimum.
    """
    setting = make_setting(desk, request, means)
    count = len(setting.players.names)
    if count > MOST_EXACT:
        return _sampled(desk, request, setting, means, progress)
    solved, warm = solve_coalitions(setting, list(coalitions(count)), progress)
    stock = _stock_answer(desk, request, setting, solved, means, progress)
    cost = cost_game(setting.players, solved)
    shares = find_shares(cost, setting.players.demand_share)
    agreed = Agreed(
        joint=stock.joint,
        known=warm.found,
        warm=warm,
        cost=cost,
        solved=solved,
        due=_due(stock, shares),
        operate=partial(operate_all, workers=means.workers),
    )
    moves: tuple[Move, ...] = tuple(find_moves(agreed, progress))
    return CoalitionAnswer(
        stock=stock, solved=solved, cost=cost, sampled=None, shares=shares, moves=moves
    )


def make_setting(desk: PlanDesk, request: ShareRequest, means: Means) -> Setting:
    """What all coalitions have in common: players and courses.

    Raises:
        UsageError: too many partners, or none with any demand.
    """
    if len(desk.case.partners) > MOST_PLAYERS:
        raise UsageError(
            f"{len(desk.case.partners)} partners; sharing takes at most {MOST_PLAYERS}: join some"
        )
    drawn, courses = draw_courses(desk, request.scenarios, (request.seed,))
    return Setting(
        players=find_players(desk, request.budget),
        courses=courses,
        probability=drawn.probability,
        gap=request.gap,
        recourse_of=means.recourse,
    )


def _pillars(setting: Setting) -> list[tuple[int, ...]]:
    """Everybody, and each alone."""
    every = setting.everybody
    return [every, *((i,) for i in every if len(every) > 1)]


def _stock_answer(
    desk: PlanDesk,
    request: ShareRequest,
    setting: Setting,
    solved: dict[int, Solved],
    means: Means,
    progress: Progress,
) -> StockAnswer:
    wanted = [setting.everybody, *((i,) for i in setting.everybody)]
    acting = []
    for done, members in enumerate(wanted):
        progress("Operating joint and separate plans", done, len(wanted))
        one, program = solved[mask_of(members)], coalition_program(setting, members)
        amounts = operate_all(program, one.state, one, workers=means.workers)
        acting.append(Acting(setting=setting, program=program, solved=one, done=amounts))
    return StockAnswer(desk=desk, request=request, joint=acting[0], alone=tuple(acting[1:]))


def operate_all(program: PlanProgram, state: FloatArray, near: Solved, *, workers: int) -> Conduct:
    """Operation in all courses, each from its basis in a solution near to it."""
    count = len(program.staged.nodes) - 1
    blocks = [range(w, count, workers) for w in range(min(workers, count))]
    work = partial(_conducted, program, state, near.bases)
    parts = joined_conduct(side_by_side(work, blocks, workers))
    return parts.ordered(np.argsort(np.concatenate(blocks)))


def _conducted(
    program: PlanProgram, state: FloatArray, bases: Mapping[str, Any], scenarios: Sequence[int]
) -> Conduct:
    return conduct(program, scenarios, state, bases)


def _due(stock: StockAnswer, shares: Sequence[RuleShare]) -> FloatArray:
    """What each bears under the nucleolus; in all, what the joint plan costs, shape (n,)."""
    alone = np.array([acting.solved.objective for acting in stock.alone])
    saving = next(one.saving for one in shares if one.rule == "nucleolus")
    due = alone - saving
    return np.asarray(due + (stock.joint.paid_in_all.sum() - due.sum()) / due.size)


def _sampled(
    desk: PlanDesk, request: ShareRequest, setting: Setting, means: Means, progress: Progress
) -> CoalitionAnswer:
    """Shares where not every coalition is valued."""
    solved, sampled, alone = sample_coalitions(setting, request, progress)
    total = float(alone.sum() - solved[mask_of(setting.everybody)].objective)
    return CoalitionAnswer(
        stock=_stock_answer(desk, request, setting, solved, means, progress),
        solved=solved,
        cost=None,
        sampled=sampled,
        shares=sampled_shares(sampled, total, setting.players.demand_share, alone),
        moves=(),
    )


def sample_coalitions(
    setting: Setting, request: ShareRequest, progress: Progress
) -> tuple[dict[int, Solved], SampledShapley, FloatArray]:
    """Shapley values from orders of joining that are drawn; coalitions are valued as they come up.

    Returns the plans by bit mask, the estimate, and what each costs alone, shape (n,).
    """
    names = setting.players.names
    solved, warm = solve_coalitions(setting, _pillars(setting), progress)
    alone = np.array([solved[mask_of((i,))].objective for i in setting.everybody])

    def value_of(mask: int) -> float:
        members = members_of(mask, len(names))
        if mask not in solved:
            solved.update(_one(setting, members, warm, progress))
        return float(alone[list(members)].sum() - solved[mask].objective)

    orders = np.random.default_rng((request.seed, ORDERS))
    return solved, sampled_shapley(names, value_of, request.permutations, orders), alone


def _one(
    setting: Setting, members: tuple[int, ...], warm: Warm, progress: Progress
) -> dict[int, Solved]:
    return solve_coalitions(setting, [members], progress, warm)[0]
