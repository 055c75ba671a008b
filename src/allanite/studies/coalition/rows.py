"""Rows on who pays: coalitions, players, rules, payments, stability."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from allanite.axis import FloatArray
from allanite.program.games.game import coalition_label
from allanite.program.games.payments import side_payments
from allanite.studies.coalition.answer import CoalitionAnswer, Move
from allanite.studies.coalition.books import cash_books
from allanite.studies.coalition.values import mask_of
from allanite.studies.plan.stock_rows import order_costs

Row = dict[str, object]
SURE = 0.05  # million USD: less is no difference


def coalition_rows(answer: CoalitionAnswer) -> Iterator[Row]:
    """Rows of table `share_coalitions`, the largest first."""
    world, names = answer.stock.joint.program.world, answer.names
    for mask, one in answer.solved.items():
        free = ~world.options.is_committed
        saving = savings_of(answer, mask)
        yield {
            "coalition": coalition_label(names, mask),
            "members": len(one.members),
            "cost": one.objective,
            "cost_low": one.bound,
            "cost_high": one.objective,
            "saving": saving[0],
            "saving_low": saving[1],
            "saving_high": saving[2],
            "capital": float(world.options.capital[free] @ one.built[free]),
            "stock_capital": float(order_costs(world, one.ordered).sum()),
            "rounds": one.rounds,
        }


def savings_of(answer: CoalitionAnswer, mask: int) -> tuple[float, float, float]:
    """What a coalition saves against each member alone, with its bounds [million USD]."""
    one = answer.solved[mask]
    if len(one.members) < 2:
        return 0.0, 0.0, 0.0
    alone = [answer.solved[mask_of((i,))] for i in one.members]
    high, low = sum(a.objective for a in alone), sum(a.bound for a in alone)
    return high - one.objective, low - one.objective, high - one.bound


def player_rows(answer: CoalitionAnswer) -> Iterator[Row]:
    """Rows of table `share_players`."""
    joint = answer.stock.joint
    players, world = joint.setting.players, joint.program.world
    capital, orders = cash_books(players, world, joint.solved)
    paid = balanced_paid(answer)
    for i, name in enumerate(answer.names):
        alone = answer.stock.alone[i]
        yield {
            "player": name,
            "demand_share": float(players.demand_share[i]),
            "budget": float(players.budget[i]),
            "cost_alone": alone.solved.objective,
            "cost_alone_low": alone.solved.bound,
            "cost_alone_high": alone.solved.objective,
            "capital": float(capital[i] + orders[i]),
            "stock_capital": float(orders[i]),
            "cost_paid": float(paid[i]),
            "loss_alone": float(alone.loss[i]),
            "loss_joint": float(joint.loss[i]),
        }


def alone_costs(answer: CoalitionAnswer) -> FloatArray:
    """What each bears by itself, shape (n,) [million USD]."""
    return np.array([acting.solved.objective for acting in answer.stock.alone])


def balanced_paid(answer: CoalitionAnswer) -> FloatArray:
    """What each bears of the joint plan before side payments, shape (n,) [million USD].

    What rounding leaves between the books and the cost of the plan is spread evenly.
    """
    joint = answer.stock.joint
    paid = joint.paid_in_all
    return np.asarray(paid + (joint.solved.objective - paid.sum()) / paid.size)


def rule_rows(answer: CoalitionAnswer) -> Iterator[Row]:
    """Rows of table `share_rules`."""
    alone = alone_costs(answer)
    for rule in answer.shares:
        for i, name in enumerate(answer.names):
            yield {
                "rule": rule.rule,
                "player": name,
                "saving": float(rule.saving[i]),
                "saving_low": None if rule.low is None else float(rule.low[i]),
                "saving_high": None if rule.high is None else float(rule.high[i]),
                "standard_error": None if rule.error is None else float(rule.error[i]),
                "cost": float(alone[i] - rule.saving[i]),
                "is_in_core": not rule.leaves,
                "leaves": rule.leaves or None,
            }


def payment_rows(answer: CoalitionAnswer) -> Iterator[Row]:
    """Rows of table `share_payments`: who pays whom under each rule."""
    alone, paid = alone_costs(answer), balanced_paid(answer)
    for rule in answer.shares:
        due = alone - rule.saving
        due += (paid.sum() - due.sum()) / due.size
        for one in side_payments(answer.names, paid, due):
            yield {
                "rule": rule.rule,
                "payer": one.payer,
                "receiver": one.receiver,
                "payment": one.payment,
            }


def stability_rows(answer: CoalitionAnswer) -> Iterator[Row]:
    """Rows of table `share_stability`."""
    for move in answer.moves:
        yield {
            "test": move.test,
            "player": move.player,
            "affected": move.affected,
            "cost_with": move.cost_with,
            "cost_without": move.cost_without,
            "gain": move.cost_with - move.cost_without,
            "gain_low": move.low,
            "gain_high": move.high,
            "verdict": verdict(move),
            "note": move.note,
        }


def verdict(move: Move) -> str:
    """Whether there is a gain, by its bounds."""
    if move.low > SURE:
        return "gains"
    if move.high < -SURE:
        return "loses"
    return "neither" if move.low >= -SURE and move.high <= SURE else "cannot be told"
