"""What is saved together, shared by five rules, and whether a group would rather leave."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from allanite.axis import FloatArray
from allanite.errors import ModelError
from allanite.program.games.game import Game, blocking_coalitions, savings_game
from allanite.program.games.nucleolus import nucleolus
from allanite.program.games.rules import equal_split, proportional_split
from allanite.program.games.sampled import SampledShapley
from allanite.program.games.shapley import shapley_saving_interval, shapley_value


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RuleShare:
    """What each player gets of the savings under one rule. n players.

    Attributes:
        rule: its name.
        saving: shape (n,) [million USD]; low, high: bounds, shape (n,), None where there are none.
        error: standard error where orders were sampled, shape (n,); else None.
        leaves: the group with most reason to leave; empty where none has any.
    """

    rule: str
    saving: FloatArray
    low: FloatArray | None = None
    high: FloatArray | None = None
    error: FloatArray | None = None
    leaves: str = ""


def likely_savings(cost: Game) -> Game:
    """The savings; those that a gap alone puts below nothing are nothing.

    Together players can do what each could do alone, so that no saving is truly below zero.
    """
    saved = savings_game(cost)
    return replace(saved, value=np.clip(np.maximum(saved.value, 0.0), saved.low, saved.high))


def find_shares(cost: Game, demand_share: FloatArray) -> tuple[RuleShare, ...]:
    """Shares of the savings under all rules.

    Args:
        cost: of every coalition.
        demand_share: of each player, shape (n,).
    """
    saved, bounds = likely_savings(cost), shapley_saving_interval(cost)
    value = shapley_value(saved)
    found = [
        RuleShare(
            rule="shapley",
            saving=value,
            low=np.minimum(bounds.low, value),
            high=np.maximum(bounds.high, value),
        ),
        RuleShare(rule="nucleolus", saving=_nucleolus(saved)),
        *simple_shares(saved.total, demand_share, cost.single),
    ]
    return tuple(replace(one, leaves=_leaves(saved, one.saving)) for one in found)


def _nucleolus(saved: Game) -> FloatArray:
    """The nucleolus; the Shapley value where everybody together saves less than nothing."""
    try:
        return nucleolus(saved).share
    except ModelError:
        return shapley_value(saved)


def simple_shares(
    total: float, demand_share: FloatArray, alone: FloatArray
) -> tuple[RuleShare, ...]:
    """Equal shares of the savings, and shares by demand and by the cost alone.

    Who earns alone has no cost to go by, and counts as none.
    """
    count = demand_share.size
    return (
        RuleShare(rule="equal", saving=equal_split(total, count)),
        RuleShare(rule="by demand", saving=_proportional(total, demand_share)),
        RuleShare(rule="by cost alone", saving=_proportional(total, np.maximum(alone, 0.0))),
    )


def _proportional(total: float, weight: FloatArray) -> FloatArray:
    return proportional_split(total, weight) if weight.any() else equal_split(total, weight.size)


def sampled_shares(
    sampled: SampledShapley, total: float, demand_share: FloatArray, alone: FloatArray
) -> tuple[RuleShare, ...]:
    """Shares where only some coalitions are valued: no nucleolus and no core."""
    first = RuleShare(rule="shapley", saving=sampled.share, error=sampled.standard_error)
    return (first, *simple_shares(total, demand_share, alone))


def _leaves(saved: Game, share: FloatArray) -> str:
    blocking = blocking_coalitions(saved, share)
    return saved.label(blocking[0]) if blocking else ""
