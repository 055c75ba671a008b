"""What happened in a response, as arrays: amounts by period, shortages, prices, cost.

A solved programme and a rolling run give the same form, so that tables, measures and scans
read one thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.conditions.effects import Conditions
from allanite.conditions.horizon import Horizon
from allanite.program.highs import Solution
from allanite.program.linear import LinearProgram
from allanite.studies.response.program import ResponseProgram, demand_amount, is_partner_demand
from allanite.studies.response.world import Rules, World

SERVED: Final = 0.95  # a use has stopped once less of its need than this is served
WEEKS_PER_YEAR: Final = 365.25 / 7
MILLION: Final = 1e6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """Amounts of a response. P periods, N processes, R routes, S steps, K stocks, V nodes.

    Attributes:
        world, conditions, rules, horizon: what was asked.
        activity, flow: made and sent, (P, N) and (P, R) [t].
        unmet: by step, (P, S) [t].
        drawn, added: so far from and on top of each stock, (P, K) [t].
        marginal_value: what one more tonne at a node would save, (P, V) [USD/t]; NaN outside
            the programme. What it saves holds the normal price, as far as stock is refilled.
        cost: counted cost [USD]; without tie-breaking costs and, under closure `partners`,
            without the others'.
    """

    world: World
    conditions: Conditions
    rules: Rules
    horizon: Horizon
    activity: FloatArray
    flow: FloatArray
    unmet: FloatArray
    drawn: FloatArray
    added: FloatArray
    marginal_value: FloatArray
    cost: float

    @property
    def need(self) -> FloatArray:
        """Demand, (P, D) [t]."""
        return demand_amount(self.world, self.conditions, self.horizon)

    def unmet_of(self, *kinds: str) -> FloatArray:
        """Unmet demand by steps of these kinds, (P, D) [t]."""
        steps = self.world.economics.steps
        chosen = np.array([kind in kinds for kind in steps.kind], dtype=bool)
        total = np.zeros_like(self.need)
        np.add.at(total.T, steps.demand[chosen], self.unmet[:, chosen].T)
        return total

    @property
    def shortage(self) -> FloatArray:
        """Need that was postponed or left plants idle, (P, D) [t]; thrift is not shortage."""
        return self.unmet_of("delay", "idle")

    @property
    def loss(self) -> FloatArray:
        """Cost of delay and idle plants, (P, D) [USD]."""
        steps = self.world.economics.steps
        chosen = np.array([kind in ("delay", "idle") for kind in steps.kind], dtype=bool)
        total = np.zeros_like(self.need)
        np.add.at(total.T, steps.demand[chosen], (self.unmet * steps.cost)[:, chosen].T)
        return total

    def partner_shortage(self) -> float:
        """Shortage of all partners over the horizon [t]."""
        return float(self.shortage[:, is_partner_demand(self.world, self.rules)].sum())

    def partner_loss(self) -> float:
        """Loss of all partners over the horizon [USD]."""
        return float(self.loss[:, is_partner_demand(self.world, self.rules)].sum())


def read_outcome(
    world: World,
    conditions: Conditions,
    rules: Rules,
    horizon: Horizon,
    made: ResponseProgram,
    solution: Solution,
) -> Outcome:
    """The amounts of a solved programme; what it does not decide is normal."""
    network, value, program = world.network, solution.value, made.program
    count = horizon.count
    activity = np.tile(world.state.activity_rate * horizon.step, (count, 1))
    activity[:, made.scope.process] = 0.0
    activity += block_amounts(program, value, "normal activity", count, activity.shape[1])
    activity += block_amounts(program, value, "extra activity", count, activity.shape[1])
    flow = np.tile(world.state.route_rate * horizon.step, (count, 1))
    flow[:, made.scope.route] = 0.0
    flow += block_amounts(program, value, "normal flow", count, flow.shape[1])
    flow += block_amounts(program, value, "extra flow", count, flow.shape[1])
    stocks = len(network.stocks.labels)
    return Outcome(
        world=world,
        conditions=conditions,
        rules=rules,
        horizon=horizon,
        activity=activity,
        flow=flow,
        unmet=block_amounts(program, value, "unmet", count, len(world.economics.steps.label)),
        drawn=block_amounts(program, value, "stock drawn", count, stocks),
        added=block_amounts(program, value, "stock added", count, stocks),
        marginal_value=balance_duals(program, solution, count, len(network.nodes)),
        cost=float(made.counted_cost @ value),
    )


def block_amounts(
    program: LinearProgram, value: FloatArray, name: str, count: int, size: int
) -> FloatArray:
    """Values of a block of columns by period and member, (P, size); 0 where it has none."""
    block = program.column_block(name)
    found = np.zeros((count, size))
    np.add.at(found, (block.position[0], block.position[1]), value[block.positions])
    return found


def balance_duals(program: LinearProgram, solution: Solution, count: int, size: int) -> FloatArray:
    """Duals of the balances, (P, V) [USD/t]: what one tonne more at a node would save."""
    block = program.row_block("balance")
    found = np.full((count, size), np.nan)
    found[block.position[0], block.position[1]] = solution.dual[block.positions]
    return found


def served_share(need: FloatArray, shortage: FloatArray) -> FloatArray:
    """Share of the need that is served, 1 where nothing is needed."""
    whole = np.where(need > 0, need, 1.0)
    return np.asarray(np.where(need > 0, 1.0 - shortage / whole, 1.0))


def weeks_of_cover(served: FloatArray, step: float) -> FloatArray:
    """Weeks until less than 95 % of a need is served, shape (k,); inf where that never comes.

    Within the period in which it happens, what there is serves the need in full until it is
    used up, so that a period served at 40 % ends after 0.4 of its length.

    Args:
        served: shares by period, (P, k).
        step: length of a period [yr].
    """
    low = served < SERVED
    first = np.argmax(low, axis=0)
    within = np.clip(served[first, np.arange(served.shape[1])], 0.0, 1.0)
    weeks = (first + within) * step * WEEKS_PER_YEAR
    return np.where(low.any(axis=0), weeks, np.inf)


@dataclass(frozen=True, slots=True, eq=False)
class UseGroups:
    """Demands of one region and end use, all materials together. G groups.

    Attributes:
        label: (region, end use) of each; member: group of each demand, shape (D,), -1 for none.
    """

    label: tuple[tuple[str, str], ...]
    member: IntArray

    def sum(self, amount: FloatArray) -> FloatArray:
        """Sums over the demands of each group, (P, G)."""
        total = np.zeros((amount.shape[0], len(self.label)))
        kept = self.member >= 0
        np.add.at(total.T, self.member[kept], amount[:, kept].T)
        return total


def use_groups(world: World, chosen: BoolArray | None = None) -> UseGroups:
    """Groups of the chosen demands (all by default) by region and end use."""
    demands = world.network.demands
    keys = list(zip(demands.region, demands.end_use, strict=True))
    kept = np.ones(len(keys), dtype=bool) if chosen is None else chosen
    labels = tuple(dict.fromkeys(key for key, keep in zip(keys, kept, strict=True) if keep))
    place = {label: g for g, label in enumerate(labels)}
    member = [place[key] if keep else -1 for key, keep in zip(keys, kept, strict=True)]
    return UseGroups(labels, np.array(member, dtype=np.int64))


def use_cover(outcome: Outcome, groups: UseGroups) -> FloatArray:
    """Weeks of cover of each group, shape (G,); inf where it does not stop."""
    return weeks_of_cover(use_service(outcome, groups), outcome.horizon.step)


def use_service(outcome: Outcome, groups: UseGroups) -> FloatArray:
    """Share of each group's need that is served, by value at stake, (P, G) [1].

    By tonnes, a use of much cerium and a little yttrium would go on while its coatings stop.
    """
    stake = value_at_stake(outcome.world)
    return served_share(groups.sum(outcome.need * stake), groups.sum(outcome.shortage * stake))


def value_at_stake(world: World) -> FloatArray:
    """What idle plants lose by one tonne that is missing, shape (D,) [USD/t]; 1 where none is."""
    steps = world.economics.steps
    idle = np.array([kind == "idle" for kind in steps.kind], dtype=bool)
    stake = np.zeros(len(world.network.demands.labels))
    np.maximum.at(stake, steps.demand[idle], steps.cost[idle])
    return np.where(stake > 0, stake, 1.0)
