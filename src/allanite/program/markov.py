"""Programmes over stages of a Markov chain: what may happen depends on its state alone.

At each stage the chain is in one state and one of its outcomes is drawn, whatever came
before; the node decides at what the stage before decided and what was drawn. The first stage
has one state and one outcome: where something is drawn there, put a stage before it that
fixes what is given. The tree of all that may happen grows with every stage, the graph does
not; `unrolled` gives the tree where it is small.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from allanite.axis import FloatArray, IntArray
from allanite.errors import ModelError
from allanite.program.staged import (
    PROBABILITY_TOLERANCE,
    Changes,
    NodeProgram,
    StagedProgram,
)

LARGEST_TREE: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MarkovState:
    """What may be drawn in one state of the chain at one stage.

    Attributes:
        outcomes: node programmes of one template and one state; they differ in changes or in
            the link.
        probability: of each outcome, shape (K,), sum 1.

    Raises:
        ModelError: no outcome, another template or state, or probabilities that do not sum to
            one.
    """

    outcomes: tuple[NodeProgram, ...]
    probability: FloatArray

    def __post_init__(self) -> None:
        if not self.outcomes:
            raise ModelError("a state of the chain has no outcome; one at least is needed")
        first = self.outcomes[0]
        for k, node in enumerate(self.outcomes):
            if node.template is not first.template or not np.array_equal(node.state, first.state):
                raise ModelError(
                    f"outcome {k} has another template or state than outcome 0; outcomes of one"
                    " state of the chain share both"
                )
        _check_shares(self.probability, len(self.outcomes), "outcomes")

    @property
    def node(self) -> NodeProgram:
        """One of its nodes."""
        return self.outcomes[0]


@dataclass(frozen=True, kw_only=True, eq=False)
class MarkovProgram:
    """A chain and what is decided in it. T stages.

    Attributes:
        stages: states of the chain at each stage, one at the first.
        transition: from each state of a stage to each of the next, T - 1 matrices.

    Raises:
        ModelError: stages, transitions or links that do not fit together; the stage is named.
    """

    stages: tuple[tuple[MarkovState, ...], ...]
    transition: tuple[FloatArray, ...]

    def __post_init__(self) -> None:
        if len(self.stages) < 2 or len(self.transition) != len(self.stages) - 1:
            raise ModelError(
                f"{len(self.stages)} stages and {len(self.transition)} transitions; there must be"
                " two stages or more and a transition between any two"
            )
        if len(self.stages[0]) != 1 or len(self.stages[0][0].outcomes) != 1:
            raise ModelError(
                "the first stage must have one state and one outcome; put a stage before it that"
                " fixes what is given"
            )
        _check_links(self.stages[0], 0, 0)
        for t, matrix in enumerate(self.transition):
            before, after = self.stages[t], self.stages[t + 1]
            if matrix.shape != (len(before), len(after)):
                raise ModelError(
                    f"transition {t} has shape {matrix.shape}; it must be"
                    f" {(len(before), len(after))}: states of stage {t} by states of stage {t + 1}"
                )
            for i, row in enumerate(matrix):
                _check_shares(row, len(after), f"moves from state {i} of stage {t}")
            sizes = {state.node.state.size for state in before}
            if len(sizes) > 1:
                raise ModelError(f"stage {t}: states of the chain read {sorted(sizes)} columns")
            _check_links(after, t + 1, sizes.pop())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Unrolled:
    """The tree of all that may happen.

    Attributes:
        tree: its node programmes.
        state: state of the chain at each node, shape (T,); outcome: which was drawn, shape (T,).
    """

    tree: StagedProgram
    state: IntArray
    outcome: IntArray


def outcomes_of(
    node: NodeProgram, changes: Sequence[Changes], probability: FloatArray
) -> MarkovState:
    """A state of the chain in which one of several changes of a node is drawn.

    Args:
        node: what is decided; its own changes are replaced.
        changes: what each outcome changes of the template.
        probability: of each, shape (K,), sum 1.

    Raises:
        ModelError: no outcome, or probabilities that do not sum to one.
    """
    outcomes = tuple(replace(node, changes=one) for one in changes)
    return MarkovState(outcomes=outcomes, probability=np.asarray(probability, dtype=np.float64))


def certain(node: NodeProgram) -> MarkovState:
    """A state of the chain with one outcome."""
    return MarkovState(outcomes=(node,), probability=np.ones(1))


def reachable(markov: MarkovProgram, stage: int, state: int) -> IntArray:
    """States of the next stage that a state may move to."""
    return np.flatnonzero(markov.transition[stage][state] > 0)


def tree_size(markov: MarkovProgram) -> int:
    """Number of nodes of the tree of all that may happen."""
    paths, total = [1], 1
    for t in range(len(markov.transition)):
        below = [0] * len(markov.stages[t + 1])
        for i, count in enumerate(paths):
            for j in reachable(markov, t, i).tolist():
                below[j] += count * len(markov.stages[t + 1][j].outcomes)
        paths, total = below, total + sum(below)
    return total


def unrolled(markov: MarkovProgram, largest: int = LARGEST_TREE) -> Unrolled:
    """The tree of all that may happen; moves of probability zero are left out.

    Args:
        markov: the chain and its programmes.
        largest: most nodes it may have.

    Raises:
        ModelError: it has more nodes.
    """
    if (size := tree_size(markov)) > largest:
        raise ModelError(
            f"the tree has {size} nodes; at most {largest} are built. Solve the graph instead"
        )
    nodes = [markov.stages[0][0].node]
    parent, state, outcome, probability = [-1], [0], [0], [1.0]
    level = [0]
    for t in range(len(markov.transition)):
        start = len(nodes)
        for up in level:
            for j in reachable(markov, t, state[up]).tolist():
                share, after = markov.transition[t][state[up], j], markov.stages[t + 1][j]
                for k, node in enumerate(after.outcomes):
                    nodes.append(node)
                    parent.append(up)
                    state.append(j)
                    outcome.append(k)
                    probability.append(probability[up] * share * after.probability[k])
        level = list(range(start, len(nodes)))
    tree = StagedProgram(
        nodes=tuple(nodes), parent=np.array(parent), probability=np.array(probability)
    )
    return Unrolled(tree=tree, state=np.array(state), outcome=np.array(outcome))


def _check_shares(share: FloatArray, count: int, what: str) -> None:
    if share.shape != (count,):
        raise ModelError(f"{what}: probabilities have shape {share.shape}; {(count,)} is needed")
    if not (share >= 0).all() or abs(share.sum() - 1) > PROBABILITY_TOLERANCE:
        raise ModelError(
            f"{what}: probabilities sum to {share.sum():g}, the least is {share.min():g}; they"
            " must be 0 or more and sum to 1"
        )


def _check_links(states: Sequence[MarkovState], stage: int, size: int) -> None:
    for i, state in enumerate(states):
        for k, node in enumerate(state.outcomes):
            expected = node.template.shape[0], size
            if node.link.shape != expected:
                raise ModelError(
                    f"stage {stage}, state {i}, outcome {k}: its link has shape"
                    f" {node.link.shape}; it must be {expected}: its rows by what the stage"
                    " before decides"
                )
