"""Foresight and rolling: the two ways of knowing, solved.

Foresight decides all periods at once and knows when the shock ends. Rolling decides each
period on the belief at hand, that what holds now will go on, over a window of some months,
and keeps only the first period of each plan. The difference in cost is the value of knowing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from allanite.axis import BoolArray, FloatArray
from allanite.conditions.effects import Conditions
from allanite.conditions.horizon import Horizon
from allanite.program.highs import Basis, Option, Session, Solution
from allanite.studies.response.measure_columns import close_measures
from allanite.studies.response.outcome import Outcome, read_outcome
from allanite.studies.response.program import (
    ResponseProgram,
    build_response,
)
from allanite.studies.response.world import (
    Past,
    Rules,
    World,
    normal_arrivals,
    opening,
    split_delay,
    touched_nodes,
)

Knowledge = Literal["foresight", "rolling"]
KNOWLEDGE: Final[tuple[Knowledge, ...]] = ("foresight", "rolling")
# Programmes come in tonnes and in costs that are scaled already; scaling again costs a quarter.
SIMPLEX: Final[Mapping[str, Option]] = {"simplex_scale_strategy": 0}
WINDOW: Final = 6  # periods that a rolling plan looks ahead


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solved:
    """A programme in the solver, its optimum and what it means."""

    made: ResponseProgram
    session: Session
    solution: Solution
    outcome: Outcome


def solve_foresight(
    world: World,
    conditions: Conditions,
    rules: Rules,
    horizon: Horizon,
    *,
    active: BoolArray | None = None,
    basis: Basis | None = None,
    folder: Path | None = None,
    read_basis: bool = True,
) -> Solved:
    """The cheapest response when the course of the conditions is known.

    Args:
        world: normal state, costs, stocks.
        conditions: arrays over the horizon.
        rules: closure and rationing.
        horizon: the periods.
        active: nodes that are decided about; those the conditions can reach by default.
        basis: where the simplex starts; the normal state by default, or where it does not fit.
        folder: where a programme that fails is written.
        read_basis: whether the final basis is read, which costs time.

    Raises:
        SolveError: no response exists; what contradicts is named.
    """
    nodes = touched_nodes(world.network, conditions) if active is None else active
    past = opening(world, horizon.step, horizon.count)
    made = build_response(world, conditions, rules, horizon, past, nodes)
    session = Session(made.program, SIMPLEX, folder)
    fits = basis is not None and _fits(basis, made)
    session.set_basis(basis if basis is not None and fits else made.start)
    solution = session.solve(read_basis=read_basis)
    outcome = read_outcome(world, conditions, rules, horizon, made, solution)
    return Solved(made=made, session=session, solution=solution, outcome=outcome)


def solve_rolling(
    world: World,
    conditions: Conditions,
    rules: Rules,
    horizon: Horizon,
    *,
    window: int = WINDOW,
    active: BoolArray | None = None,
    off: Sequence[str] = (),
    folder: Path | None = None,
) -> Outcome:
    """The response decided period by period, each time as if the present went on.

    Raises:
        SolveError: no response exists in some window.
    """
    nodes = touched_nodes(world.network, conditions) if active is None else active
    record = _Record.empty(world, horizon)
    basis: Basis | None = None
    for p in range(horizon.count):
        ahead = Horizon(horizon.first_day(p), horizon.step, window)
        belief = _persisting(conditions, p, window)
        past = record.past(world, conditions, horizon, p, window)
        made = build_response(world, belief, rules, ahead, past, nodes)
        if off:
            made = close_measures(world, rules, made, off)
        session = Session(made.program, SIMPLEX, folder)
        fits = basis is not None and _fits(basis, made)
        session.set_basis(basis if basis is not None and fits else made.start)
        solution = session.solve()
        basis = solution.basis
        record.keep(p, read_outcome(world, belief, rules, ahead, made, solution), made, solution)
    return record.outcome(world, conditions, rules, horizon)


def _fits(basis: Basis, made: ResponseProgram) -> bool:
    rows, columns = made.program.shape
    return bool(basis.column.size == columns and basis.row.size == rows)


def _persisting(conditions: Conditions, period: int, window: int) -> Conditions:
    """The conditions of one period, as if they held through a whole window."""
    arrays: dict[str, Any] = {
        f.name: np.repeat(getattr(conditions, f.name)[[period]], window, axis=0)
        for f in fields(conditions)
        if isinstance(getattr(conditions, f.name), np.ndarray)
    }
    quotas = tuple(
        replace(q, quota_rate=np.repeat(q.quota_rate[[period]], window))
        for q in conditions.group_quotas
    )
    return replace(conditions, group_quotas=quotas, **arrays)


@dataclass(slots=True)
class _Record:
    """What a rolling run has decided so far; thrown away once the outcome is read."""

    activity: FloatArray
    flow: FloatArray
    unmet: FloatArray
    drawn: FloatArray
    added: FloatArray
    price: FloatArray
    cost: float

    @classmethod
    def empty(cls, world: World, horizon: Horizon) -> _Record:
        net, count = world.network, horizon.count
        sizes = {
            "activity": len(net.processes.labels),
            "flow": len(net.routes.labels),
            "unmet": len(world.economics.steps.label),
            "drawn": len(net.stocks.labels),
            "added": len(net.stocks.labels),
            "price": len(net.nodes),
        }
        return cls(**{name: np.zeros((count, n)) for name, n in sizes.items()}, cost=0.0)

    def past(
        self, world: World, conditions: Conditions, horizon: Horizon, period: int, window: int
    ) -> Past:
        """What lies behind period p: stocks so far, goods on the way."""
        if period == 0:
            return opening(world, horizon.step, window)
        arriving = normal_arrivals(world, horizon.step, period + window)[period:]
        arriving = arriving + self._sent(world, conditions, horizon, period, window)
        return Past(
            drawn_amount=self.drawn[period - 1],
            added_amount=self.added[period - 1],
            arriving_amount=arriving,
            elapsed=period * horizon.step,
        )

    def _sent(
        self, world: World, conditions: Conditions, horizon: Horizon, period: int, window: int
    ) -> FloatArray:
        """What was sent since the start and arrives in the window, (window, V) [t]."""
        routes = world.network.routes
        arriving = np.zeros((window, len(world.network.nodes)))
        delay = world.economics.route_delay + conditions.route_delay_added[:period]
        whole, later = split_delay(delay, horizon.step)
        sent = np.arange(period)[:, None]
        for arrival, share in ((sent + whole, 1 - later), (sent + whole + 1, later)):
            place = arrival.astype(np.int64) - period
            inside = (place >= 0) & (place < window)
            _, route = np.nonzero(inside)
            amount = (share * self.flow[:period])[inside]
            np.add.at(arriving, (place[inside], routes.destination_node[route]), amount)
        return arriving

    def keep(self, period: int, found: Outcome, made: ResponseProgram, solution: Solution) -> None:
        """Keep the first period of a plan."""
        self.activity[period], self.flow[period] = found.activity[0], found.flow[0]
        self.unmet[period] = found.unmet[0]
        self.drawn[period], self.added[period] = found.drawn[0], found.added[0]
        self.price[period] = found.marginal_value[0]
        for block in made.program.columns:
            if block.name == "stock drawn":
                continue
            first = block.start + np.flatnonzero(block.position[0] == 0)
            self.cost += float(made.counted_cost[first] @ solution.value[first])

    def outcome(
        self, world: World, conditions: Conditions, rules: Rules, horizon: Horizon
    ) -> Outcome:
        """The whole run; stock that was not refilled is paid at the end, as in foresight."""
        price = world.economics.price[world.network.stocks.node]
        return Outcome(
            world=world,
            conditions=conditions,
            rules=rules,
            horizon=horizon,
            activity=self.activity,
            flow=self.flow,
            unmet=self.unmet,
            drawn=self.drawn,
            added=self.added,
            marginal_value=self.price,
            cost=self.cost + float(price @ self.drawn[-1]),
        )
