"""The response as one linear programme: deviations from the normal state, period by period.

    min  sum  cost x (more than normal) + step cost x (unmet) + price x (stock not refilled)
    s.t. at each node v and period p
         recipe x activity + arrivals - departures + unmet + drawn from stock
             >= demand + normal stock change                                  [balance]
         plants that share capacity [group], quotas [quota], releases [release],
         and the rationing rule [ration]

Activity and flow are each `normal` (up to what is usual, paid by contract) and `extra`
(within what capacity, qualification and time allow). Leaving a normal flow unused costs a
little, so that nothing stops which need not: without a shock the optimum is the normal state
and costs nothing. What is left over at a node leaves unused; mass is never made.

The matrix depends on the network, the delays and the length of periods only. Availability,
quotas, demand and stocks are bounds and sides, so that measures and scans start warm.

Source: Takayama and Judge (1971), Spatial and Temporal Price and Allocation Models, for the
reading of the duals of `balance` as prices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allanite.axis import BoolArray, FloatArray
from allanite.conditions.effects import Conditions
from allanite.conditions.horizon import Horizon
from allanite.program.highs import Basis, normal_basis
from allanite.program.linear import LinearProgram
from allanite.studies.response.blocks import (
    HANDLING_COST,
    IDLE_COST,
    add_activity,
    add_balance,
    add_routes,
    add_steps,
    step_weight,
)
from allanite.studies.response.scope import (
    Scope,
    begin_draft,
    demand_amount,
    is_partner_demand,
    network_scope,
)
from allanite.studies.response.sharing import add_groups, add_quotas, add_rationing
from allanite.studies.response.stock_blocks import add_releases, add_stocking, add_stocks
from allanite.studies.response.world import Past, Rules, World

__all__ = [
    "ResponseProgram",
    "Scope",
    "build_response",
    "demand_amount",
    "is_partner_demand",
    "network_scope",
    "step_weight",
]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResponseProgram:
    """A programme and what its blocks are about.

    Attributes:
        program: the linear programme; scope: what of the network it decides.
        counted_cost: cost of each column as it is reported, shape (n,) [USD per unit]: under
            closure `partners` the others' costs are not in it, and tie-breaking costs never.
        start: the basis of the normal state.
    """

    program: LinearProgram
    scope: Scope
    counted_cost: FloatArray
    start: Basis


def build_response(
    world: World,
    conditions: Conditions,
    rules: Rules,
    horizon: Horizon,
    past: Past,
    active: BoolArray,
) -> ResponseProgram:
    """The programme of a window of periods under conditions of the same length.

    Args:
        world: normal state, costs, stocks.
        conditions: arrays of P periods.
        rules: closure and rationing.
        horizon: the P periods.
        past: what was decided before.
        active: nodes the programme decides about, shape (V,); the others stay normal.

    Raises:
        ModelError: bounds that contradict each other, with the column named.
    """
    draft = begin_draft(world, conditions, rules, horizon, past, active)
    rows = add_balance(draft)
    add_activity(draft, rows)
    add_routes(draft, rows)
    add_steps(draft, rows)
    add_stocking(draft, rows)
    add_stocks(draft, rows)
    add_releases(draft)
    add_groups(draft)
    add_quotas(draft)
    add_rationing(draft)
    program = draft.builder.build()
    return ResponseProgram(
        program=program,
        scope=draft.scope,
        counted_cost=_counted_cost(program, world, rules),
        start=_start(program),
    )


def _start(program: LinearProgram) -> Basis:
    """The normal state as a basis: normal columns full, all others empty."""
    full = np.zeros(program.cost.size, dtype=bool)
    for block in program.columns:
        if block.name.startswith("normal ") or block.name == "served share":
            full[block.positions] = True
    return normal_basis(program, full)


def _counted_cost(program: LinearProgram, world: World, rules: Rules) -> FloatArray:
    """Cost of each column as it is reported, without weights and tie-breaking costs."""
    counted = np.array(program.cost)
    for block in program.columns:
        part = counted[block.positions]
        if block.name == "unmet":
            part = part / step_weight(world, rules)[block.position[1]]
            if rules.closure == "partners":
                demand = world.economics.steps.demand[block.position[1]]
                part = np.where(is_partner_demand(world, rules)[demand], part, 0.0)
        elif block.name.startswith("normal "):
            part = part + IDLE_COST
        elif block.name.startswith("extra "):
            part = part - HANDLING_COST
        counted[block.positions] = part
    return counted
