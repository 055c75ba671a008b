"""Programmes in stages: one programme a node, linked to what its parent decided.

A node reads the values of some columns of its parent, the state s:

    min cost' x   s.t.   row_lower <= A x + link s <= row_upper,   column_lower <= x <= column_upper

Nodes that differ in bounds, sides and costs only share one template by identity, so that a
solver keeps it and changes what differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from allanite.axis import FloatArray, IntArray
from allanite.errors import ModelError
from allanite.program.linear import LinearProgram

PROBABILITY_TOLERANCE: Final = 1e-9
_NO_POSITIONS: Final = np.zeros(0, dtype=np.int64)
_NO_VALUES: Final = np.zeros(0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Changes:
    """What a node changes of its template: positions, shape (k,), and the new values.

    Attributes:
        column: columns with other bounds; column_lower, column_upper: theirs.
        row: rows with other sides; row_lower, row_upper: theirs.
        cost_column: columns at another cost; cost: theirs.
    """

    column: IntArray = field(default_factory=lambda: _NO_POSITIONS)
    column_lower: FloatArray = field(default_factory=lambda: _NO_VALUES)
    column_upper: FloatArray = field(default_factory=lambda: _NO_VALUES)
    row: IntArray = field(default_factory=lambda: _NO_POSITIONS)
    row_lower: FloatArray = field(default_factory=lambda: _NO_VALUES)
    row_upper: FloatArray = field(default_factory=lambda: _NO_VALUES)
    cost_column: IntArray = field(default_factory=lambda: _NO_POSITIONS)
    cost: FloatArray = field(default_factory=lambda: _NO_VALUES)

    def applied_to(self, program: LinearProgram) -> LinearProgram:
        """The template with these bounds, sides and costs."""
        lower, upper = program.column_lower.copy(), program.column_upper.copy()
        lower[self.column], upper[self.column] = self.column_lower, self.column_upper
        low, high = program.row_lower.copy(), program.row_upper.copy()
        low[self.row], high[self.row] = self.row_lower, self.row_upper
        cost = program.cost.copy()
        cost[self.cost_column] = self.cost
        return program.with_bounds(lower, upper).with_sides(low, high).with_costs(cost)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NodeProgram:
    """What one node decides.

    Attributes:
        template: the programme, n columns and m rows; its integers are kept.
        changes: how this node differs from it.
        state: columns that its children read, shape (k,); empty at leaves.
        link: sparse (m, k of the parent): what one unit of the parent's state adds to each
            row; (m, 0) at the root.
    """

    template: LinearProgram
    changes: Changes
    state: IntArray
    link: csr_array

    @property
    def program(self) -> LinearProgram:
        """The programme of this node, for a parent state of zero."""
        return self.changes.applied_to(self.template)


@dataclass(frozen=True, kw_only=True, eq=False)
class StagedProgram:
    """A tree of node programmes. T nodes; the root is node 0 and parents stand before children.

    Attributes:
        nodes: shape (T,).
        parent: position of the parent, shape (T,); -1 at the root.
        probability: unconditional, shape (T,); those of the children of a node sum to its own.

    Raises:
        ModelError: an order, a probability, a state or a link that does not fit; the node is
            named.
    """

    nodes: tuple[NodeProgram, ...]
    parent: IntArray
    probability: FloatArray

    def __post_init__(self) -> None:
        _check_order(self.parent, len(self.nodes))
        _check_probability(self.probability, self.parent)
        for t, node in enumerate(self.nodes):
            above = int(self.parent[t])
            expected = self.nodes[above].state.size if above >= 0 else 0
            if node.link.shape != (node.template.shape[0], expected):
                raise ModelError(
                    f"node {t}: its link has shape {node.link.shape}; it must be"
                    f" {(node.template.shape[0], expected)}: its rows by the parent's state"
                )

    @cached_property
    def children(self) -> tuple[IntArray, ...]:
        """Positions of the children of each node."""
        order = np.argsort(self.parent, kind="stable")
        start = np.searchsorted(self.parent[order], np.arange(len(self.nodes) + 1))
        return tuple(order[start[t] : start[t + 1]] for t in range(len(self.nodes)))

    @cached_property
    def stage(self) -> IntArray:
        """Number of nodes above each node, shape (T,)."""
        stage = np.zeros(len(self.nodes), dtype=np.int64)
        for t in range(1, len(self.nodes)):
            stage[t] = stage[self.parent[t]] + 1
        return stage


def two_stages(
    first: NodeProgram, second: Sequence[NodeProgram], probability: FloatArray
) -> StagedProgram:
    """A root and its scenarios.

    Raises:
        ModelError: no scenario, or probabilities that do not sum to one.
    """
    if not second:
        raise ModelError("no scenario; a programme in two stages needs at least one")
    return StagedProgram(
        nodes=(first, *second),
        parent=np.concatenate([[-1], np.zeros(len(second), dtype=np.int64)]),
        probability=np.concatenate([[1.0], np.asarray(probability, dtype=np.float64)]),
    )


def _check_order(parent: IntArray, count: int) -> None:
    if parent.shape != (count,) or not count:
        raise ModelError(f"parents have shape {parent.shape}; there are {count} nodes")
    if parent[0] != -1 or (parent[1:] < 0).any() or (parent[1:] >= np.arange(1, count)).any():
        raise ModelError("node 0 must be the only root, and every parent stand before its children")


def _check_probability(probability: FloatArray, parent: IntArray) -> None:
    if probability.shape != parent.shape or not (probability >= 0).all():
        raise ModelError("probabilities must be numbers from 0 on, one a node")
    below = np.bincount(parent[1:], weights=probability[1:], minlength=parent.size)
    inner = np.isin(np.arange(parent.size), parent)
    wrong = inner & (np.abs(below - probability) > PROBABILITY_TOLERANCE)
    if abs(probability[0] - 1) > PROBABILITY_TOLERANCE:
        raise ModelError(f"the root has probability {probability[0]:g}; it must be 1")
    if wrong.any():
        t = int(np.argmax(wrong))
        raise ModelError(
            f"node {t} has probability {probability[t]:g} and its children {below[t]:g} together;"
            " they must be equal"
        )
