"""What was found about acting together, with all that its tables are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from allanite.axis import FloatArray, IntArray
from allanite.program.games.game import Game
from allanite.program.games.sampled import SampledShapley
from allanite.studies.coalition.books import decision_books, node_homes, operation_books
from allanite.studies.coalition.ends import Ends, find_ends
from allanite.studies.coalition.operated import Conduct, embargo_quarters
from allanite.studies.coalition.request import ShareRequest
from allanite.studies.coalition.sharing import RuleShare
from allanite.studies.coalition.values import Setting, Solved
from allanite.studies.plan.build import PlanProgram
from allanite.studies.plan.operation import MILLION
from allanite.studies.plan.prepare import PlanDesk


@dataclass(frozen=True, kw_only=True, eq=False)
class Acting:
    """Some players who act together, and what they do in every course.

    Attributes:
        setting: what all coalitions have in common.
        program: their plan; solved: the best of it; done: its operation.
    """

    setting: Setting
    program: PlanProgram
    solved: Solved
    done: Conduct

    @cached_property
    def quarter(self) -> IntArray:
        """Quarter since an embargo began, from 1, shape (S, P); 0 where there is none."""
        return embargo_quarters(self.setting.courses)

    @cached_property
    def paid(self) -> FloatArray:
        """What each player bears of operation before side payments, (n, S, P) [million USD]."""
        setting = self.setting
        return operation_books(setting.players, self.program.world, setting.courses, self.done)

    @cached_property
    def paid_in_all(self) -> FloatArray:
        """What each player bears before side payments, shape (n,) [million USD]."""
        first = decision_books(self.setting.players, self.program.world, self.solved)
        return np.asarray(first + self.paid.sum(axis=2) @ self.setting.probability)

    @cached_property
    def ends(self) -> Ends:
        """Where what is drawn from stocks in an embargo goes."""
        setting = self.setting
        homes = node_homes(setting.players, self.program.world)
        return find_ends(
            self.program,
            self.done,
            self.quarter,
            setting.probability,
            homes,
            len(setting.players.names),
        )

    def mean(self, amount: FloatArray) -> FloatArray:
        """Mean over the courses, of an array whose first axis is the course."""
        return np.asarray(np.tensordot(self.setting.probability, amount, axes=1))

    @cached_property
    def loss(self) -> FloatArray:
        """Mean loss from delayed use and idle plants of each player, (n,), not discounted."""
        uses, count = self.program.world.uses, len(self.setting.players.names)
        unmet = self.mean(self.done.amount["unmet"]).sum(axis=0)
        home = node_homes(self.setting.players, self.program.world)[uses.node]
        lost = np.where(uses.is_shortage, unmet * uses.cost, 0.0) / MILLION
        return np.bincount(home, weights=lost, minlength=count + 1)[:count].astype(np.float64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Move:
    """What one player's not going along brings one player, or several.

    Attributes:
        test: `outside`, `leaving`, `late` or `hoarding`; player: who does so; affected: whose
            costs these are.
        cost_with: when all go along; cost_without: otherwise [million USD].
        low, high: bounds of the gain.
        note: how it was reckoned.
    """

    test: str
    player: str
    affected: str
    cost_with: float
    cost_without: float
    low: float
    high: float
    note: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StockAnswer:
    """One joint plan beside one of each player.

    Attributes:
        desk: what the planner has before it; request: what was asked.
        joint: all together; alone: each by itself, in their order.
    """

    desk: PlanDesk
    request: ShareRequest
    joint: Acting
    alone: tuple[Acting, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CoalitionAnswer:
    """What acting together is worth, and who pays.

    Attributes:
        stock: the joint plan and those of each.
        solved: the best plans of coalitions, by bit mask.
        cost: the game of costs; None where orders of joining were sampled.
        sampled: the estimate then; None otherwise.
        shares: by rule.
        moves: what not going along brings.
    """

    stock: StockAnswer
    solved: Mapping[int, Solved]
    cost: Game | None
    sampled: SampledShapley | None
    shares: tuple[RuleShare, ...]
    moves: tuple[Move, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Region codes of the players."""
        return self.stock.joint.setting.players.names
