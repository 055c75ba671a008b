"""Trees of node programmes solved node by node: the nested L-shaped method.

Passes go down the tree, each node deciding at what its parent decided, and up again, each
node giving its parent a cut. The root's objective is a lower bound; the cost of what all nodes
decided in one pass down is an upper one. Both are exact, and the gap between them is proven.

Risk is conditional, from stage to stage: V_t = cost_t' x_t + rho(V of the children), with rho
the mean and the conditional value at risk over the children of one node. That is not the risk
of the costs along whole paths, which does not split by node: see `extensive_form` for that one.
In two stages they are the same; with more, either may be the larger.

Sources: Birge (1985), Decomposition and partitioning methods for multistage stochastic linear
programs; Ruszczyński and Shapiro (2006), Conditional risk mappings.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from allanite.axis import FloatArray
from allanite.errors import SolveError, UsageError
from allanite.program.floors import conditional_probability, floors
from allanite.program.node_session import (
    ROW_TOLERANCE,
    Answer,
    NodeSession,
    check_refusals,
    money_unit,
    tightened,
)
from allanite.program.risk import Risk, risk_value
from allanite.program.staged import StagedProgram

# Rounding of sums: a share of all costs and gains added up by their size.
ROUNDING: Final = 1e-9
_NEUTRAL: Final = Risk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Bounds after one round.

    Attributes:
        bound: lower bound; -inf while some future is unknown.
        objective: cost of the best decisions found; inf before there are any.
        seconds: wall time since the start.
    """

    bound: float
    objective: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NestedSolution:
    """What the nodes decide, and between which bounds the least cost lies.

    Attributes:
        value: columns of each node, T arrays; they hold all rows.
        node_cost: own cost of each node, shape (T,).
        objective: conditional mean and risk of these decisions, an upper bound.
        bound: lower bound; gap: their difference as a share of the objective.
        rounds: passes down and up; stop: `gap`, `no cut moves`, `rounds` or `seconds`.
        history: bounds by round.
    """

    value: tuple[FloatArray, ...]
    node_cost: FloatArray
    objective: float
    bound: float
    gap: float
    rounds: int
    stop: str
    history: tuple[Round, ...]


def solve_nested(
    staged: StagedProgram,
    risk: Risk = _NEUTRAL,
    *,
    gap: float = 1e-6,
    seconds: float = np.inf,
    rounds: int = 1000,
    progress: Callable[[Round], None] | None = None,
) -> NestedSolution:
    """Decisions of every node at the least conditional mean and risk.

    V_t = min cost_t' x_t + (1 - w) E[V_child] + w CVaR[V_child], over the children of t.

    Args:
        staged: a tree of any number of stages without whole columns.
        risk: how the children of a node count together.
        gap: as a share of the objective, at which to stop.
        seconds: at most, whole rounds aside.
        rounds: at most.
        progress: called after each round.

    Raises:
        ModelError: whole columns.
        UsageError: a gap below 0 or no round.
        SolveError: no decisions hold all rows, or the cost falls without end.
    """
    if not gap >= 0 or rounds < 1:
        raise UsageError(f"gap {gap:g} and {rounds} rounds; gaps are from 0 on, rounds from 1")
    started = time.perf_counter()
    tree, history = _Tree(staged, risk), list[Round]()
    stop = "rounds"
    for _ in range(rounds):
        tree.pass_down()
        moved = tree.pass_up()
        now = Round(
            bound=tree.bound, objective=tree.objective, seconds=time.perf_counter() - started
        )
        history.append(now)
        if progress is not None:
            progress(now)
        if tree.gap <= gap:
            stop = "gap"
        elif not moved:
            stop = "no cut moves"
        elif now.seconds > seconds:
            stop = "seconds"
        else:
            continue
        break
    return tree.solution(stop, history)


def nested_value(staged: StagedProgram, node_cost: FloatArray, risk: Risk) -> float:
    """Conditional mean and risk of costs that every node has, the root's value.

    Args:
        staged: the tree.
        node_cost: own cost of each node, shape (T,).
        risk: how the children of a node count together.
    """
    value = node_cost.copy()
    for t in reversed(range(value.size)):
        below = staged.children[t]
        if below.size:
            value[t] += risk_value(value[below], conditional_probability(staged, t), risk)
    return float(value[0])


def relative_gap(objective: float, bound: float, magnitude: float) -> float:
    """Difference as a share of the objective; 0 if no more than rounding, inf without a bound.

    Args:
        objective: upper bound.
        bound: lower bound.
        magnitude: all costs and gains by their size, which the objective sums.
    """
    difference = objective - bound
    if difference <= ROUNDING * magnitude:
        return 0.0
    known = np.isfinite(difference) and objective
    return difference / abs(objective) if known else np.inf


@dataclass(slots=True)
class _Tree:
    """The solvers of a tree, what its nodes decided last, and the best of it."""

    staged: StagedProgram
    risk: Risk
    bound: float = -np.inf
    objective: float = np.inf
    magnitude: float = 0.0
    best: list[Answer] = field(default_factory=list)
    _session: list[NodeSession] = field(default_factory=list)
    _answer: dict[int, Answer] = field(default_factory=dict)
    _place: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        nodes = self.staged.nodes
        unit, floor = money_unit(nodes), floors(self.staged, self.risk)
        last: dict[int, NodeSession] = {}
        self._place = [0] * len(nodes)
        for t, node in enumerate(nodes):
            below = self.staged.children[t]
            for i, child in enumerate(below):
                self._place[child] = i
            # Nodes without children have no cuts of their own and share a solver.
            session = None if below.size else last.get(id(node.template))
            if session is None:
                share = conditional_probability(self.staged, t)
                session = NodeSession(node, share, floor[below], self.risk, unit)
            if not below.size:
                last[id(node.template)] = session
            self._session.append(session)

    @property
    def gap(self) -> float:
        return relative_gap(self.objective, self.bound, self.magnitude)

    def pass_down(self) -> None:
        """Solve every node at its parent's state; back to the parent where there is no answer."""
        nodes, parent = self.staged.nodes, self.staged.parent
        stale = np.ones(len(nodes), dtype=np.bool_)
        stale[0] = 0 not in self._answer
        t, refused = 0, 0
        while t < len(nodes):
            if not stale[t]:
                t += 1
                continue
            answer = self._solve(t)
            stale[t] = answer is None
            if answer is not None:
                self._answer[t] = answer
                stale[self.staged.children[t]] = True
                continue
            self._refuse(t)
            refused += 1
            check_refusals(refused, len(nodes), f"node {t}")
            t = int(parent[t])
            stale[t] = True
        self._keep_best()

    def pass_up(self) -> bool:
        """Give every parent the cuts of its children, last nodes first; whether any was new."""
        moved = False
        for t in reversed(range(len(self.staged.nodes))):
            below = self.staged.children[t]
            if not below.size:
                continue
            added = [self._add_cut(t, i, int(child)) for i, child in enumerate(below)]
            if any(added):
                moved = True
                answer = self._solve(t)
                if answer is not None:  # cuts of futures leave every state allowed
                    self._answer[t] = answer
        if all(s.is_bounded for s in self._session):
            self.bound = max(self.bound, self._answer[0].objective)
        return moved

    def solution(self, stop: str, history: list[Round]) -> NestedSolution:
        """The best decisions of all passes down."""
        return NestedSolution(
            value=tuple(answer.value for answer in self.best),
            node_cost=np.array([answer.cost for answer in self.best]),
            objective=self.objective,
            bound=self.bound,
            gap=self.gap,
            rounds=len(history),
            stop=stop,
            history=tuple(history),
        )

    def _solve(self, t: int) -> Answer | None:
        above = int(self.staged.parent[t])
        state = self._answer[above].state if above >= 0 else np.zeros(0)
        self._session[t].load(self.staged.nodes[t], state)
        return self._session[t].solve()

    def _refuse(self, t: int) -> None:
        """Forbid the parent's state, at which node t has no answer."""
        session, above = self._session[t], int(self.staged.parent[t])
        if above < 0:
            session.explain()
        cut = session.feasibility_cut()
        if cut is None:
            session.explain()
            raise SolveError("infeasible", f"node {t} has no answer, and no row lacks anything")
        cut = tightened(cut, self._answer[above].state)
        self._session[above].add_feasibility_cut(cut, f"need of node {t}")

    def _add_cut(self, t: int, i: int, child: int) -> bool:
        """Whether the child costs more than its future stands for."""
        answer, parent = self._answer[child], self._answer[t]
        higher = answer.objective - parent.future[i]
        size = max(abs(answer.objective), abs(answer.cost))
        known = self._session[t].is_known(i)
        missed = 2 * ROW_TOLERANCE * self._session[t].unit  # the solver has such a cut already
        if known and higher <= max(ROUNDING * size, missed):
            return False
        self._session[t].add_cut(i, answer.cut)
        return True

    def _keep_best(self) -> None:
        found = [self._answer[t] for t in range(len(self.staged.nodes))]
        cost = np.array([answer.cost for answer in found])
        objective = nested_value(self.staged, cost, self.risk)
        if objective < self.objective:
            self.objective, self.best = objective, found
            self.magnitude = float(self.staged.probability @ [a.magnitude for a in found])
