"""Stochastic dual dynamic programming: a policy over a Markov chain, by drawn courses.

Each round draws courses of the chain, decides along them, and on the way back solves all that
might have been drawn at each stage and averages their cuts into one:

    future_i >= sum_jk q_jk (constant_jk + gradient_jk' s),

with q the probability of moving to state j and drawing outcome k there or, with risk, the one
under which the mean is (1 - w) E + w CVaR at this point. The bound at the root is proven; an
upper bound is proven only where the whole tree is small enough to follow. Otherwise a mean
over draws and its interval are told, and only without risk: no such mean bounds a risk-averse
cost.

Sources: Pereira and Pinto (1991); Shapiro (2011), Analysis of stochastic dual dynamic
programming method; Philpott and de Matos (2012) for risk and Markov states.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path as File
from typing import Final

import numpy as np

from allanite.axis import FloatArray
from allanite.errors import UsageError
from allanite.program.markov import MarkovProgram, Unrolled, reachable, tree_size, unrolled
from allanite.program.nested import Round, relative_gap
from allanite.program.node_session import Answer, Cut
from allanite.program.policy import Graph, Path, Policy, draw_path, empty_policy, outlook
from allanite.program.policy_store import (
    Checkpoint,
    digest_of,
    load_checkpoint,
    save_checkpoint,
)
from allanite.program.risk import Risk, risk_probability
from allanite.program.simulation import Interval, mean_interval, tree_answers, tree_value

_NEUTRAL: Final = Risk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """How long a policy is trained.

    Attributes:
        gap: as a share of the cost: where to stop, and what counts as a bound that stalls.
        rounds: at most; seconds: at most, whole rounds aside.
        courses: drawn a round.
        check_rounds: after so many the bound is checked, the cuts are chosen anew and a
            checkpoint is written.
        draws: courses of the mean that is told with its interval; confidence: of the interval.
        tree_nodes: a tree of no more nodes is followed whole instead.

    Raises:
        UsageError: a value out of range.
    """

    gap: float = 1e-4
    rounds: int = 500
    seconds: float = np.inf
    courses: int = 1
    check_rounds: int = 20
    draws: int = 500
    confidence: float = 0.95
    tree_nodes: int = 1000

    def __post_init__(self) -> None:
        least = {"rounds": 1, "courses": 1, "check_rounds": 1, "draws": 2}
        for name, value in least.items():
            if getattr(self, name) < value:
                raise UsageError(f"training {name} is {getattr(self, name)}; at least {value}")
        if not self.gap >= 0 or not 0 < self.confidence < 1:
            raise UsageError(
                f"training gap {self.gap:g}, confidence {self.confidence:g}; gaps are from 0 on,"
                " a confidence lies between 0 and 1"
            )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PolicySolution:
    """A policy and what is known of its cost.

    Attributes:
        policy: the cuts; first: columns of the first stage, shape (n,).
        bound: no policy costs less, conditional risk included.
        objective: cost of this policy over the whole tree; none where the tree is too large.
        gap: between them, as a share of the objective; none without an objective.
        interval: mean over draws; none with risk, or where the objective is known.
        rounds: done; stop: `gap`, `bound stalls within the interval`, `bound stalls` (with
            risk: nothing is known from above), `rounds` or `seconds`.
        history: bound and mean cost of the courses by round; the latter is no upper bound.
    """

    policy: Policy
    first: FloatArray
    bound: float
    objective: float | None
    gap: float | None
    interval: Interval | None
    rounds: int
    stop: str
    history: tuple[Round, ...]


def solve_policy(
    markov: MarkovProgram,
    generator: np.random.Generator,
    risk: Risk = _NEUTRAL,
    *,
    training: Training | None = None,
    checkpoint: File | None = None,
    progress: Callable[[Round], None] | None = None,
) -> PolicySolution:
    """A policy near the least conditional mean and risk, with what is proven of it.

    Args:
        markov: the chain and its programmes.
        generator: draws the courses; from a checkpoint its state goes on from there.
        risk: how what may be drawn next counts together.
        training: how long; its defaults where none is given.
        checkpoint: file to go on from where it exists, written at every check. The result is
            the same with or without it, but for the seconds.
        progress: called after each round.

    Raises:
        ModelError: whole columns.
        UsageError: a checkpoint of another programme, risk or training.
        SolveError: no decisions hold all rows, or the cost falls without end.
    """
    how = training or Training()
    run = _started(markov, generator, risk, how, checkpoint)
    stop = "rounds"
    while len(run.history) < how.rounds:
        run.one_round(how.courses)
        if progress is not None:
            progress(run.history[-1])
        if run.history[-1].seconds > how.seconds:
            stop = "seconds"
            break
        if len(run.history) % how.check_rounds == 0:
            if found := run.check():
                stop = found
                break
            # Solvers start anew here, whether or not a file is written: the same bytes.
            run.graph.choose_cuts()
            run.save(checkpoint)
    return run.solution(stop)


def averaged(cut: list[Cut], cost: FloatArray, probability: FloatArray, risk: Risk) -> Cut:
    """The cut of what may be drawn together, at the state where it costs `cost`.

    Args:
        cut: of each, K cuts.
        cost: of each at the state, shape (K,).
        probability: of each, shape (K,).
        risk: how they count together.
    """
    share = risk_probability(cost, probability, risk)
    gradient = share @ np.array([one.gradient for one in cut])
    return Cut(gradient, float(share @ [one.constant for one in cut]))


@dataclass(slots=True)
class _Run:
    """A training under way."""

    graph: Graph
    generator: np.random.Generator
    how: Training
    history: list[Round]
    bound: float
    digest: str
    before: float = 0.0
    started: float = field(default_factory=time.perf_counter)
    _tree: Unrolled | None = field(init=False, default=None)
    _objective: float | None = field(init=False, default=None)
    _gap: float | None = field(init=False, default=None)
    _interval: Interval | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        if tree_size(self.graph.markov) <= self.how.tree_nodes:
            self._tree = unrolled(self.graph.markov)

    def one_round(self, courses: int) -> None:
        """Decide along drawn courses and come back with cuts."""
        cost = []
        for _ in range(courses):
            path = draw_path(self.graph.markov, self.generator)
            answers = self.graph.walk(path)
            cost.append(sum(answer.cost for answer in answers))
            _come_back(self.graph, path, answers)
        root = self._root()
        if self.graph.is_bounded(0, 0):
            self.bound = max(self.bound, root.objective)
        seconds = self.before + time.perf_counter() - self.started
        mean = float(np.mean(cost))
        self.history.append(Round(bound=self.bound, objective=mean, seconds=seconds))

    def check(self) -> str:
        """Why to stop; empty where to go on."""
        if self._tree is not None:
            answers = self._follow_tree(self._tree)
            if self._gap is not None and self._gap <= self.how.gap:
                return "gap"
            self._come_back_whole(self._tree, answers)
            return ""
        if not self._stalls():
            return ""
        if self.graph.policy.risk.weight > 0:
            return "bound stalls"
        self._draw()
        overlaps = self._interval is not None and self._interval.low <= self.bound
        return "bound stalls within the interval" if overlaps else ""

    def save(self, file: File | None) -> None:
        """Write all that the next round starts from."""
        if file is not None:
            state = Checkpoint(
                policy=self.graph.now, history=tuple(self.history), digest=self.digest
            )
            save_checkpoint(file, state, self.generator)

    def solution(self, stop: str) -> PolicySolution:
        """The policy, and its cost where it was not just found."""
        risk = self.graph.policy.risk
        if self._tree is not None and stop != "gap":
            self._follow_tree(self._tree)
        elif self._tree is None and risk.weight == 0 and not stop.startswith("bound"):
            self._draw()
        return PolicySolution(
            policy=self.graph.now,
            first=self._root().value,
            bound=self.bound,
            objective=self._objective,
            gap=self._gap,
            interval=self._interval,
            rounds=len(self.history),
            stop=stop,
            history=tuple(self.history),
        )

    def _root(self) -> Answer:
        path = Path(state=np.zeros(1, dtype=np.int64), outcome=np.zeros(1, dtype=np.int64))
        return self.graph.walk(path)[0]

    def _stalls(self) -> bool:
        if len(self.history) <= self.how.check_rounds or not np.isfinite(self.bound):
            return False
        risen = self.bound - self.history[-1 - self.how.check_rounds].bound
        return risen <= self.how.gap * abs(self.bound)

    def _follow_tree(self, tree: Unrolled) -> list[Answer]:
        """What is decided all over the tree; its cost and gap are kept."""
        answers = tree_answers(self.graph, tree)
        self._objective = tree_value(tree, answers, self.graph.policy.risk)
        size = float(tree.tree.probability @ [answer.magnitude for answer in answers])
        self._gap = relative_gap(self._objective, self.bound, size)
        return answers

    def _come_back_whole(self, tree: Unrolled, answers: list[Answer]) -> None:
        """Cuts from all over the tree: what is seldom drawn is not left out."""
        stage = tree.tree.stage
        for t in reversed(range(len(answers))):
            if tree.tree.children[t].size:
                _send_back(self.graph, int(stage[t]), int(tree.state[t]), answers[t].state)

    def _draw(self) -> None:
        paths = [draw_path(self.graph.markov, self.generator) for _ in range(self.how.draws)]
        walks = [self.graph.walk(path) for path in paths]
        cost = np.array([sum(answer.cost for answer in walk) for walk in walks])
        self._interval = mean_interval(cost, self.how.confidence)


def _come_back(graph: Graph, path: Path, answers: list[Answer]) -> None:
    """From the last stage to the first, give what was decided the cuts of what may follow."""
    for t in reversed(range(len(graph.markov.transition))):
        _send_back(graph, t, int(path.state[t]), answers[t].state)


def _send_back(graph: Graph, stage: int, state: int, at: FloatArray) -> None:
    """Solve all that may be drawn after a decision, and cut off what is too low there."""
    markov = graph.markov
    found = _all_drawn(graph, stage, state, at)
    if found is None:
        return
    # What was solved serves every state of the chain that leads to no others.
    for i in range(len(markov.stages[stage])):
        if np.isin(reachable(markov, stage, i), reachable(markov, stage, state)).all():
            drawn, probability = outlook(markov, stage, i)
            cost = np.array([found[place].objective for place in drawn])
            cuts = [found[place].cut for place in drawn]
            cut = averaged(cuts, cost, probability, graph.policy.risk)
            graph.offer(stage, i, at, cut)


def _all_drawn(
    graph: Graph, stage: int, state: int, before: FloatArray
) -> dict[tuple[int, int], Answer] | None:
    """Answers to all that may be drawn next; none where one has none or ignores its future."""
    found: dict[tuple[int, int], Answer] = {}
    for j, k in outlook(graph.markov, stage, state)[0]:
        answer = graph.solve(stage + 1, j, k, before)
        if answer is None:
            graph.refuse(stage + 1, j, before)
            return None
        if not graph.is_bounded(stage + 1, j):
            return None
        found[j, k] = answer
    return found


def _started(
    markov: MarkovProgram,
    generator: np.random.Generator,
    risk: Risk,
    how: Training,
    checkpoint: File | None,
) -> _Run:
    digest = ""
    if checkpoint is not None:
        digest = digest_of(markov, risk, (how.courses, how.check_rounds))
        if checkpoint.exists():
            state = load_checkpoint(checkpoint, markov, risk, digest, generator)
            last = state.history[-1]
            return _Run(
                graph=Graph(state.policy),
                generator=generator,
                how=how,
                history=list(state.history),
                bound=last.bound,
                digest=digest,
                before=last.seconds,
            )
    return _Run(
        graph=Graph(empty_policy(markov, risk)),
        generator=generator,
        how=how,
        history=[],
        bound=-np.inf,
        digest=digest,
    )
