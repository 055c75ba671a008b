"""Whether the joint plan holds: staying outside, leaving in an embargo, joining late, hoarding.

Costs when all go along are those after side payments under the nucleolus. What a partner could
do otherwise is a plan, or the operation of what it has, over the same courses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from allanite.axis import FloatArray
from allanite.program.decomposition import TwoStageSolution, solve_two_stage
from allanite.program.games.game import Game
from allanite.program.staged import Changes
from allanite.studies.coalition.answer import Acting, Move
from allanite.studies.coalition.books import node_homes
from allanite.studies.coalition.operated import Conduct, embargo_quarters, in_embargo
from allanite.studies.coalition.players import coalition_budget, coalition_world
from allanite.studies.coalition.values import (
    Progress,
    Setting,
    Solved,
    Warm,
    coalition_program,
    mask_of,
    solve_program_of,
    solved_of,
)
from allanite.studies.plan.answer import no_plan
from allanite.studies.plan.build import PlanProgram, plan_program
from allanite.studies.plan.world import PlanWorld

Operate = Callable[[PlanProgram, FloatArray, Solved], Conduct]
LATE: Final = 8  # quarters
REST: Final = "the others"
ALL: Final = "all"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Agreed:
    """What all agreed on. n players.

    Attributes:
        joint: all together; known: their plan with its cuts; warm: what others start from.
        cost: of every coalition; solved: their plans by bit mask.
        due: what each bears after side payments, shape (n,) [million USD].
        operate: operation of a plan at a state in all courses, from the bases of a solution.
    """

    joint: Acting
    known: TwoStageSolution
    warm: Warm
    cost: Game
    solved: dict[int, Solved]
    due: FloatArray
    operate: Operate

    @property
    def setting(self) -> Setting:
        """What all coalitions have in common."""
        return self.joint.setting

    @property
    def names(self) -> tuple[str, ...]:
        """Region codes of the players."""
        return self.setting.players.names

    def rest(self, player: int) -> tuple[int, ...]:
        """All but one."""
        return tuple(j for j in self.setting.everybody if j != player)


def find_moves(agreed: Agreed, progress: Progress) -> Iterator[Move]:
    """What every player wins or loses by not going along, and the others with it."""
    count = len(agreed.names)
    if count < 2:
        return
    steps = 3 * count + 1
    for i in range(count):
        progress("Who would stay outside", i, steps)
        yield from _outside(agreed, i)
    for i in range(count):
        progress("Who would leave in an embargo", count + i, steps)
        yield from _leaving(agreed, i)
    progress("Who would join late", 2 * count, steps)
    yield from _late(agreed)
    for i in range(count):
        progress("What keeping stocks back costs", 2 * count + 1 + i, steps)
        yield from _hoarding(agreed, i)


# --- outside ------------------------------------------------------------------------------------


def _outside(agreed: Agreed, i: int) -> Iterator[Move]:
    setting, rest = agreed.setting, agreed.rest(i)
    others = agreed.solved[mask_of(rest)]
    world = outsider_world(setting, i, others)
    budget = coalition_budget(setting.players, (i,))
    program = plan_program(world, budget, setting.courses, setting.probability)
    out, _ = solve_program_of(setting, program, (i,), agreed.warm)
    share = float(agreed.due[i])
    yield Move(
        test="outside",
        player=agreed.names[i],
        affected=agreed.names[i],
        cost_with=share,
        cost_without=out.objective,
        low=share - out.objective,
        high=share - out.bound,
        note="alone, and buys its part of the projects that the others build in third countries",
    )
    share = float(agreed.due[list(rest)].sum())
    yield Move(
        test="outside",
        player=agreed.names[i],
        affected=REST,
        cost_with=share,
        cost_without=others.objective,
        low=share - others.objective,
        high=share - others.bound,
        note="together without it",
    )


def outsider_world(setting: Setting, outsider: int, others: Solved) -> PlanWorld:
    """The world of one alone, to whom the projects of the others in third countries sell.

    Of each it gets its share of demand for nothing but the price of the output, as far as it
    is built.
    """
    players = setting.players
    world, options = coalition_world(players, (outsider,)), players.world.options
    shared = np.array([who not in players.names for who in players.owner])
    open_part = float(players.demand_share[list(others.members)].sum())
    built = others.built / open_part if open_part > 0 else np.zeros(others.built.size)
    offered = players.demand_share[outsider] * np.clip(built, 0.0, 1.0)
    given = shared & (offered > 0) & ~options.is_committed
    mine = world.options
    return replace(
        world,
        options=replace(
            mine,
            access=np.where(given, offered, mine.most),
            capital=np.where(given, 0.0, mine.capital),
            present_cost=np.where(given, 0.0, mine.present_cost),
        ),
    )


# --- leaving ------------------------------------------------------------------------------------


def _leaving(agreed: Agreed, i: int) -> Iterator[Move]:
    setting = agreed.setting
    if not in_embargo(setting.courses).any():
        return
    for members, affected in (((i,), agreed.names[i]), (agreed.rest(i), REST)):
        program = coalition_program(setting, members)
        state = parted_state(agreed, program, members, leaver=i)
        done = agreed.operate(program, state, agreed.solved[mask_of(members)])
        share = _embargo_mean(agreed, _agreed_cost(agreed)[list(members)].sum(axis=0))
        alone = _embargo_mean(agreed, _cost_by_period(done))
        yield Move(
            test="leaving",
            player=agreed.names[i],
            affected=affected,
            cost_with=share,
            cost_without=alone,
            low=share - alone,
            high=share - alone,
            note="from the first embargo on, in the courses that have one; with its own stocks and"
            " what the joint plan built at its home"
            if affected != REST
            else "from the first embargo on, without its stocks and projects",
        )


def parted_state(
    agreed: Agreed, program: PlanProgram, members: Sequence[int], leaver: int
) -> FloatArray:
    """What some have of the joint plan when one leaves, as operation reads it.

    The leaver keeps what stands at its home; projects in third countries stay with the rest, as
    far as they are open to them.
    """
    setting, joint = agreed.setting, agreed.joint.solved
    players, first = setting.players, program.first
    value, investment = np.array(no_plan(program)), first.investment
    if investment is None:
        return np.asarray(value[first.state])
    names = {players.names[j] for j in members}
    stays = np.array(
        [who in names or (who not in players.names and leaver not in members)
         for who in players.owner]
    )  # fmt: skip
    free = ~program.world.options.is_committed
    most = first.program.column_upper[investment.built]
    value[investment.built] = np.where(
        free & stays, np.minimum(joint.built, most), value[investment.built]
    )
    payer = [players.world.stocks.payer[k] for k in players.world.stocks.bought]
    mine = np.array([who in names for who in payer], dtype=bool)
    value[investment.ordered] = joint.ordered * mine[:, None]
    return np.asarray(value[first.state])


def _agreed_cost(agreed: Agreed) -> FloatArray:
    """What each bears of operation and side payments by course and period, shape (n, S, P).

    Side payments are spread over the years, in equal parts.
    """
    world = agreed.joint.program.world
    owed = agreed.due - agreed.joint.paid_in_all
    worth = world.terms.discount(world.horizon)
    return np.asarray(agreed.joint.paid + owed[:, None, None] * (worth / worth.sum()))


def _cost_by_period(done: Conduct) -> FloatArray:
    """Cost of operation by course and period, shape (S, P) [million USD]."""
    return np.asarray(sum((done.amount[b] * done.cost[b]).sum(axis=2) for b in done.amount))


def _embargo_mean(agreed: Agreed, cost: FloatArray) -> float:
    """Mean cost from the first embargo on over the courses that have one, of shape (S, P)."""
    setting = agreed.setting
    begun = np.cumsum(embargo_quarters(setting.courses) > 0, axis=1) > 0
    weight = setting.probability * begun.any(axis=1)
    return float(weight @ (cost * begun).sum(axis=1) / weight.sum())


# --- joining late -------------------------------------------------------------------------------


def _late(agreed: Agreed) -> Iterator[Move]:
    setting, joint = agreed.setting, agreed.joint
    with setting.recourse_of(joint.program.staged) as recourse:
        recourse.restore(joint.solved.bases)
        for i in setting.everybody:
            program = late_program(setting, joint.program, i)
            found = solve_two_stage(
                program.staged, recourse=recourse, known=agreed.known, gap=setting.gap
            )
            solved = solved_of(program, setting.everybody, found, recourse.save())
            late = replace(
                joint,
                program=program,
                solved=solved,
                done=agreed.operate(program, solved.state, joint.solved),
            )
            width = found.objective - solved.bound + joint.solved.objective - joint.solved.bound
            yield from _changes(
                agreed,
                ("late", i),
                late,
                (
                    joint.solved.bound - found.objective,
                    joint.solved.objective - solved.bound,
                    width,
                ),
                "decides on its projects, orders and part abroad two years later; operation is"
                " joint from the first day",
            )


def late_program(setting: Setting, program: PlanProgram, player: int) -> PlanProgram:
    """The joint plan in which one decides nothing in the first two years."""
    players, first, root = setting.players, program.first, program.staged.nodes[0]
    if first.investment is None:
        return program
    options, stocks = players.world.options, players.world.stocks
    early = (options.start < LATE) & ~options.is_committed
    own = np.array([who == players.names[player] for who in players.owner])
    shared = np.array([who not in players.names for who in players.owner])
    most = options.most * np.where(own, 0.0, np.where(
        shared, 1 - players.demand_share[player], 1.0))  # fmt: skip
    payer = np.array([stocks.payer[k] for k in stocks.bought], dtype=object)
    closed = (payer == players.names[player])[:, None] & (stocks.purchase_period < LATE)
    column = np.concatenate([first.investment.built[early], first.investment.ordered[closed]])
    upper = np.concatenate([most[early], np.zeros(int(closed.sum()))])
    changes = Changes(
        column=column, column_lower=first.program.column_lower[column], column_upper=upper
    )
    nodes = (replace(root, changes=changes), *program.staged.nodes[1:])
    return replace(program, staged=replace(program.staged, nodes=nodes))


# --- hoarding -----------------------------------------------------------------------------------


def _hoarding(agreed: Agreed, i: int) -> Iterator[Move]:
    joint = agreed.joint
    program = hoarding_program(agreed.setting, joint.program, i)
    kept = replace(
        joint, program=program, done=agreed.operate(program, joint.solved.state, joint.solved)
    )
    lost = float(agreed.setting.probability @ (joint.done.total - kept.done.total))
    yield from _changes(
        agreed,
        ("hoarding", i),
        kept,
        (lost, lost, 0.0),
        "lets nothing of the goods that it holds in stock leave during an embargo, which nobody"
        " expected",
    )


def hoarding_program(setting: Setting, program: PlanProgram, player: int) -> PlanProgram:
    """Operation in which goods of one player's stocks do not leave its country in an embargo."""
    world = program.world
    home, pooled = node_homes(setting.players, world), world.pooled
    held = np.zeros(home.size, dtype=bool)
    held[world.stocks.node] = True
    kept = held & (home == player)
    banned = np.flatnonzero(kept[pooled.route_origin] & (home[pooled.route_destination] != player))
    block = program.second.program.column_block("flow")
    columns = block.start + np.arange(block.size).reshape(world.horizon.count, -1)
    nodes = [program.staged.nodes[0]]
    for node, quarters in zip(
        program.staged.nodes[1:], embargo_quarters(setting.courses) > 0, strict=True
    ):
        closed = columns[quarters][:, banned].ravel()
        nothing = np.zeros(closed.size)
        changes = replace(
            node.changes,
            column=np.concatenate([node.changes.column, closed]),
            column_lower=np.concatenate([node.changes.column_lower, nothing]),
            column_upper=np.concatenate([node.changes.column_upper, nothing]),
        )
        nodes.append(replace(node, changes=changes))
    return replace(program, staged=replace(program.staged, nodes=tuple(nodes)))


def _changes(
    agreed: Agreed,
    what: tuple[str, int],
    other: Acting,
    ends: tuple[float, float, float],
    note: str,
) -> Iterator[Move]:
    """Rows for each player and for all, with side payments as they were agreed."""
    test, i = what
    low, high, width = ends
    lost = other.paid_in_all - agreed.joint.paid_in_all
    for j, name in enumerate(agreed.names):
        yield Move(
            test=test,
            player=agreed.names[i],
            affected=name,
            cost_with=float(agreed.due[j]),
            cost_without=float(agreed.due[j] + lost[j]),
            low=float(-lost[j] - width),
            high=float(-lost[j] + width),
            note=note,
        )
    total = float(agreed.due.sum())
    yield Move(
        test=test,
        player=agreed.names[i],
        affected=ALL,
        cost_with=total,
        cost_without=total + float(lost.sum()),
        low=low,
        high=high,
        note=note,
    )
