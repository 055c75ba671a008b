"""A policy over the states of a Markov chain: the cuts of each, and solvers that follow them.

Each state of the chain at each stage has one future column, the mean (or the risk-averse
mean) of what lies ahead, bounded by averaged cuts. A policy is those cuts alone. A `Graph`
holds the solvers; of all cuts it gives them those that are highest at some state met so far
(level one), and any other as soon as it is the highest where it stands.

Sources: Pereira and Pinto (1991), Multi-stage stochastic optimization applied to energy
planning; de Matos, Philpott and Finardi (2015) for the choice of cuts.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.errors import SolveError
from allanite.program.floors import Floors, floor_ahead
from allanite.program.markov import MarkovProgram, reachable
from allanite.program.node_session import (
    Answer,
    Cut,
    NodeSession,
    check_refusals,
    money_unit,
    tightened,
)
from allanite.program.risk import Risk

_NO_STATE: Final = np.zeros(0)
_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NodeCuts:
    """Cuts of one state of the chain at one stage; k columns are read by the next stage.

    Attributes:
        gradient: shape (C, k); constant: shape (C,).
        is_feasibility: whether the cut forbids states rather than bounds the future, (C,).
        visited: states at which the choice of cuts is made, shape (V, k).
        is_active: whether the solver has it, shape (C,).
    """

    gradient: FloatArray
    constant: FloatArray
    is_feasibility: BoolArray
    visited: FloatArray
    is_active: BoolArray

    def future_at(self, state: FloatArray) -> FloatArray:
        """What each cut says of the future at a state, shape (C,); -inf for feasibility."""
        value = self.gradient @ state + self.constant
        return np.where(self.is_feasibility, -np.inf, value)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Policy:
    """Cuts of every state of the chain but those of the last stage.

    Attributes:
        markov: the chain; risk: how outcomes count together.
        cuts: by stage and state of the chain.
        floor: what lies ahead of each cannot cost less, arrays by stage.
    """

    markov: MarkovProgram
    risk: Risk
    cuts: tuple[tuple[NodeCuts, ...], ...]
    floor: tuple[FloatArray, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Path:
    """One course of the chain: its state and the outcome drawn at each stage, shape (T,)."""

    state: IntArray
    outcome: IntArray


def draw_path(markov: MarkovProgram, generator: np.random.Generator) -> Path:
    """A course of the chain, drawn by its probabilities."""
    state, outcome = [0], [0]
    for t, matrix in enumerate(markov.transition):
        state.append(int(generator.choice(matrix.shape[1], p=matrix[state[-1]])))
        drawn = markov.stages[t + 1][state[-1]]
        outcome.append(int(generator.choice(len(drawn.outcomes), p=drawn.probability)))
    return Path(state=np.array(state), outcome=np.array(outcome))


def empty_policy(markov: MarkovProgram, risk: Risk) -> Policy:
    """A policy without cuts, with the floors of all futures."""
    none = tuple(
        tuple(
            NodeCuts(
                gradient=np.zeros((0, state.node.state.size)),
                constant=np.zeros(0),
                is_feasibility=np.zeros(0, dtype=np.bool_),
                visited=np.zeros((0, state.node.state.size)),
                is_active=np.zeros(0, dtype=np.bool_),
            )
            for state in stage
        )
        for stage in markov.stages[:-1]
    )
    return Policy(markov=markov, risk=risk, cuts=none, floor=_floors(markov, risk))


def outlook(
    markov: MarkovProgram, stage: int, state: int
) -> tuple[list[tuple[int, int]], FloatArray]:
    """What may be drawn at the next stage, (state, outcome) each, and with what probability."""
    drawn: list[tuple[int, int]] = []
    share: list[float] = []
    for j in reachable(markov, stage, state).tolist():
        after = markov.stages[stage + 1][j]
        drawn += [(j, k) for k in range(len(after.outcomes))]
        share += (markov.transition[stage][state, j] * after.probability).tolist()
    probability = np.array(share)
    return drawn, probability / probability.sum()


@dataclass(slots=True)
class Graph:
    """Solvers of every state of the chain, following a policy that may grow.

    Args:
        policy: what to start from.
    """

    policy: Policy
    cuts: list[list[NodeCuts]] = field(init=False)
    _session: list[list[NodeSession]] = field(init=False)

    def __post_init__(self) -> None:
        self.cuts = [list(stage) for stage in self.policy.cuts]
        self.start_anew()

    @property
    def markov(self) -> MarkovProgram:
        """The chain."""
        return self.policy.markov

    @property
    def now(self) -> Policy:
        """The policy as it stands."""
        return Policy(
            markov=self.markov,
            risk=self.policy.risk,
            cuts=tuple(tuple(stage) for stage in self.cuts),
            floor=self.policy.floor,
        )

    def start_anew(self) -> None:
        """Give new solvers the active cuts, so that nothing counts but the policy."""
        stages = self.markov.stages
        unit = money_unit(node for stage in stages for s in stage for node in s.outcomes)
        one, mean = np.ones(1), Risk()
        self._session = []
        for t, stage in enumerate(stages[:-1]):
            floor = self.policy.floor[t]
            sessions = [
                NodeSession(state.node, one, floor[i : i + 1], mean, unit)
                for i, state in enumerate(stage)
            ]
            for cuts, session in zip(self.cuts[t], sessions, strict=True):
                for c in np.flatnonzero(cuts.is_active).tolist():
                    _hand_over(session, cuts, c)
            self._session.append(sessions)
        self._session.append(
            [NodeSession(s.node, _NO_STATE, _NO_STATE, mean, unit) for s in stages[-1]]
        )

    def is_bounded(self, stage: int, state: int) -> bool:
        """Whether what lies ahead has a cut or a floor."""
        return self._session[stage][state].is_bounded

    def solve(self, stage: int, state: int, outcome: int, before: FloatArray) -> Answer | None:
        """What is decided there, `before` being what the stage before decided; none if nothing."""
        session = self._session[stage][state]
        session.load(self.markov.stages[stage][state].outcomes[outcome], before)
        return session.solve()

    def refuse(self, stage: int, state: int, before: FloatArray) -> None:
        """Forbid what the stage before decided, at which the last solve there had no answer.

        Raises:
            SolveError: it was the first stage.
        """
        session = self._session[stage][state]
        cut = session.feasibility_cut() if stage else None
        if cut is None:
            session.explain()
            raise SolveError("infeasible", f"stage {stage}, state {state}: no row lacks anything")
        cut = tightened(cut, before)
        for i in np.flatnonzero(self.markov.transition[stage - 1][:, state] > 0).tolist():
            self._add(stage - 1, i, cut, True)

    def walk(self, path: Path) -> list[Answer]:
        """What is decided along a course, or its first stages.

        States found without an answer are forbidden, and the stage before decides anew.

        Raises:
            SolveError: no decisions hold all rows.
        """
        answers: list[Answer] = []
        refused = 0
        while (t := len(answers)) < path.state.size:
            before = answers[-1].state if t else _NO_STATE
            answer = self.solve(t, int(path.state[t]), int(path.outcome[t]), before)
            if answer is not None:
                answers.append(answer)
                continue
            self.refuse(t, int(path.state[t]), before)
            refused += 1
            check_refusals(refused, path.state.size, f"stage {t}, state {path.state[t]}")
            answers.pop()
        return answers

    def offer(self, stage: int, state: int, at: FloatArray, cut: Cut) -> bool:
        """Add a cut made at this state if it is above all others there; whether it was.

        If not, the highest of the others becomes active.
        """
        cuts = self.cuts[stage][state]
        cuts = replace(cuts, visited=np.vstack([cuts.visited, at]))
        self.cuts[stage][state] = cuts
        future, here = cuts.future_at(at), cut.at(at)
        best = int(np.argmax(future)) if future.size else -1
        highest = float(future[best]) if future.size else -np.inf
        if np.isneginf(highest) or here - highest > _ROUNDING * max(abs(here), abs(highest)):
            self._add(stage, state, cut, False)
            return True
        if cuts.is_active[best]:
            return False
        active = cuts.is_active.copy()
        active[best] = True
        self.cuts[stage][state] = replace(cuts, is_active=active)
        _hand_over(self._session[stage][state], cuts, best)
        return True

    def choose_cuts(self) -> None:
        """Keep active those cuts that are highest at some state met, and start anew."""
        for stage in self.cuts:
            for i, cuts in enumerate(stage):
                stage[i] = replace(cuts, is_active=_level_one(cuts))
        self.start_anew()

    def _add(self, stage: int, state: int, cut: Cut, is_feasibility: bool) -> None:
        cuts = self.cuts[stage][state]
        self.cuts[stage][state] = wider = NodeCuts(
            gradient=np.vstack([cuts.gradient, cut.gradient]),
            constant=np.append(cuts.constant, cut.constant),
            is_feasibility=np.append(cuts.is_feasibility, is_feasibility),
            visited=cuts.visited,
            is_active=np.append(cuts.is_active, True),
        )
        _hand_over(self._session[stage][state], wider, wider.constant.size - 1)


def _hand_over(session: NodeSession, cuts: NodeCuts, c: int) -> None:
    """Give the solver of a state of the chain one of its cuts."""
    cut = Cut(cuts.gradient[c], float(cuts.constant[c]))
    if cuts.is_feasibility[c]:
        session.add_feasibility_cut(cut, "need of the next stage")
    else:
        session.add_cut(0, cut)


def _level_one(cuts: NodeCuts) -> BoolArray:
    """Feasibility cuts, and those of the future that are highest at some state met."""
    chosen = cuts.is_feasibility.copy()
    if cuts.visited.size and not chosen.all():
        value = cuts.visited @ cuts.gradient.T + cuts.constant
        value[:, cuts.is_feasibility] = -np.inf
        chosen[np.argmax(value, axis=1)] = True
    return chosen


def _floors(markov: MarkovProgram, risk: Risk) -> tuple[FloatArray, ...]:
    """What lies ahead of each state of the chain cannot cost less, by stage; last stage 0."""
    least = Floors()
    ahead = [np.zeros(len(markov.stages[-1]))]
    for t in reversed(range(len(markov.stages) - 1)):
        here = np.full(len(markov.stages[t]), -np.inf)
        for i, state in enumerate(markov.stages[t]):
            drawn, probability = outlook(markov, t, i)
            floor = np.array([ahead[0][j] for j, _ in drawn])
            if np.isfinite(floor).all():
                nodes = [markov.stages[t + 1][j].outcomes[k] for j, k in drawn]
                floor += [least.least_cost(node, state.node) for node in nodes]
            here[i] = floor_ahead(floor, probability, risk)
        ahead.insert(0, here)
    return tuple(ahead)
