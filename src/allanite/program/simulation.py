"""What a policy costs: on courses drawn from the chain, and on the whole tree where it is small.

A mean over draws comes with an interval and is no proof. The tree gives the policy's very
cost, conditional risk included, and so an upper bound on the least one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from allanite.axis import FloatArray, IntArray
from allanite.errors import UsageError
from allanite.program.linear import LinearProgram
from allanite.program.markov import LARGEST_TREE, Unrolled, unrolled
from allanite.program.nested import nested_value
from allanite.program.node_session import Answer
from allanite.program.policy import Graph, Policy, draw_path
from allanite.program.risk import Risk


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Mean cost over draws and where the true mean lies with some confidence.

    Attributes:
        mean: of the draws; low, high: ends of the interval, by the normal distribution.
        count: number of draws; confidence: share of such intervals that hold the true mean.
    """

    mean: float
    low: float
    high: float
    count: int
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Simulation:
    """Courses of the chain and what the policy decides on them. N courses, T stages.

    Attributes:
        stage_cost: shape (N, T).
        state: of the chain, shape (N, T); outcome: which was drawn, shape (N, T).
        values: block -> its columns by stage, arrays of shape (N, size); size 0 where a stage
            has no such block.
    """

    stage_cost: FloatArray
    state: IntArray
    outcome: IntArray
    values: dict[str, tuple[FloatArray, ...]]

    def interval(self, confidence: float = 0.95) -> Interval:
        """The mean of the courses' costs and its interval; needs two courses or more."""
        return mean_interval(self.stage_cost.sum(axis=1), confidence)


def simulate(
    policy: Policy, count: int, generator: np.random.Generator, blocks: Iterable[str] = ()
) -> Simulation:
    """The policy on courses drawn from the chain.

    Args:
        policy: the cuts to follow.
        count: number of courses.
        generator: draws them.
        blocks: blocks of columns whose values are kept.

    Raises:
        UsageError: no course.
        SolveError: a course on which the policy, with the cuts that this finds, has no answer.
    """
    if count < 1:
        raise UsageError(f"{count} courses to simulate; one at least is needed")
    graph = Graph(policy)
    paths = [draw_path(policy.markov, generator) for _ in range(count)]
    walks = [graph.walk(path) for path in paths]
    state = np.array([path.state for path in paths])
    return Simulation(
        stage_cost=np.array([[answer.cost for answer in walk] for walk in walks]),
        state=state,
        outcome=np.array([path.outcome for path in paths]),
        values={name: _values(graph, name, state, walks) for name in blocks},
    )


def exact_value(policy: Policy, largest: int = LARGEST_TREE) -> float:
    """Conditional mean and risk of the policy's costs over the tree of all that may happen.

    Args:
        policy: the cuts to follow.
        largest: most nodes the tree may have.

    Raises:
        ModelError: the tree has more nodes.
        SolveError: the policy, with the cuts that this finds, has no answer somewhere.
    """
    tree = unrolled(policy.markov, largest)
    return tree_value(tree, tree_answers(Graph(policy), tree), policy.risk)


def tree_answers(graph: Graph, tree: Unrolled) -> list[Answer]:
    """What is decided at every node of the tree; states without an answer are forbidden."""
    while True:
        answers: list[Answer] = []
        for t, above in enumerate(tree.tree.parent.tolist()):
            before = answers[above].state if above >= 0 else np.zeros(0)
            place = int(tree.tree.stage[t]), int(tree.state[t])
            answer = graph.solve(*place, int(tree.outcome[t]), before)
            if answer is None:
                graph.refuse(*place, before)
                break
            answers.append(answer)
        else:
            return answers


def tree_value(tree: Unrolled, answers: list[Answer], risk: Risk) -> float:
    """Conditional mean and risk of these answers."""
    return nested_value(tree.tree, np.array([answer.cost for answer in answers]), risk)


def mean_interval(cost: FloatArray, confidence: float) -> Interval:
    """Mean of costs, shape (N,), and its interval by the normal distribution.

    Raises:
        UsageError: fewer than two costs, or a confidence out of range.
    """
    if cost.size < 2 or not 0 < confidence < 1:
        raise UsageError(
            f"{cost.size} draws at confidence {confidence:g}; two at least are needed, and a"
            " confidence between 0 and 1"
        )
    half = NormalDist().inv_cdf((1 + confidence) / 2) * cost.std(ddof=1) / np.sqrt(cost.size)
    mean = float(cost.mean())
    return Interval(
        mean=mean,
        low=mean - float(half),
        high=mean + float(half),
        count=cost.size,
        confidence=confidence,
    )


def _values(
    graph: Graph, name: str, state: IntArray, walks: list[list[Answer]]
) -> tuple[FloatArray, ...]:
    """Values of a block at each stage, shape (N, size) each."""
    stages = graph.markov.stages
    found: list[FloatArray] = []
    for t, stage in enumerate(stages):
        places = [_positions(one.node.template, name) for one in stage]
        sizes = {place.stop - place.start for place in places}
        if len(sizes) > 1:
            raise UsageError(
                f"block {name!r} has {sorted(sizes)} columns in the states of stage {t}; its"
                " values are kept only where all have as many"
            )
        rows = [walk[t].value[places[i]] for walk, i in zip(walks, state[:, t], strict=True)]
        found.append(np.array(rows))
    return tuple(found)


def _positions(template: LinearProgram, name: str) -> slice:
    return next((b.positions for b in template.columns if b.name == name), slice(0, 0))
