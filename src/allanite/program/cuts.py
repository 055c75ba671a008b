"""Cuts: what is known of the cost of each scenario as planes below it.

    cost of scenario s at state z  >=  constant + slope' z        (a cut of the cost)
                                0  >=  constant + slope' z        (a cut of the violation)

A cut once found holds for its scenario at every state; none is thrown away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.program.recourse import Outcomes

# A plane that rises above those known by less than this share tells nothing new.
_NEW: Final = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cuts:
    """C cuts over a state of k columns.

    Attributes:
        scenario: position of its scenario, shape (C,).
        slope: shape (C, k); constant: shape (C,).
        is_cost: a cut of the cost; else of the violation; shape (C,).
    """

    scenario: IntArray
    slope: FloatArray
    constant: FloatArray
    is_cost: BoolArray

    def of(self, scenarios: IntArray) -> Cuts:
        """The cuts of these scenarios, their scenarios counted by position in `scenarios`."""
        position = np.full(max(int(self.scenario.max(initial=0)), *scenarios.tolist()) + 1, -1)
        position[scenarios] = np.arange(scenarios.size)
        found = position[self.scenario]
        ours = found >= 0
        return Cuts(
            scenario=found[ours],
            slope=self.slope[ours],
            constant=self.constant[ours],
            is_cost=self.is_cost[ours],
        )

    def cost_at(self, state: FloatArray, count: int) -> FloatArray:
        """Highest cut of the cost of each of `count` scenarios, shape (count,); -inf if none."""
        height = np.full(count, -np.inf)
        planes = self.slope[self.is_cost] @ state + self.constant[self.is_cost]
        np.maximum.at(height, self.scenario[self.is_cost], planes)
        return height


def no_cuts(size: int) -> Cuts:
    """No cut over a state of `size` columns."""
    return Cuts(
        scenario=np.zeros(0, dtype=np.int64),
        slope=np.zeros((0, size)),
        constant=np.zeros(0),
        is_cost=np.zeros(0, dtype=np.bool_),
    )


def with_outcomes(
    cuts: Cuts, scenarios: IntArray, state: FloatArray, outcomes: Outcomes, count: int
) -> Cuts:
    """The cuts and those of new outcomes that rise above them.

    Args:
        cuts: known so far.
        scenarios: which were evaluated, shape (K,).
        state: where, shape (k,).
        outcomes: what they cost there.
        count: scenarios in all.
    """
    is_cost = np.isfinite(outcomes.cost)
    height = np.where(is_cost, outcomes.cost, outcomes.violation)
    known = cuts.cost_at(state, count)[scenarios]
    new = ~is_cost | (outcomes.cost > known + _NEW * np.maximum(np.abs(height), 1e-3))
    return Cuts(
        scenario=np.concatenate([cuts.scenario, scenarios[new]]),
        slope=np.concatenate([cuts.slope, outcomes.gradient[new]]),
        constant=np.concatenate([cuts.constant, (height - outcomes.gradient @ state)[new]]),
        is_cost=np.concatenate([cuts.is_cost, is_cost[new]]),
    )
