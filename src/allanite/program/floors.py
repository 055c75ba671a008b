"""What lies ahead of a node cannot cost less: bounds from each node at its cheapest.

A node's floor is its least own cost over all states its parent's bounds allow, and the floors
of its children. It bounds a future from the start, before there are cuts, and often is all
that keeps the first passes bounded.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from scipy.sparse import csc_array, hstack

from allanite.axis import FloatArray
from allanite.program.highs import Session
from allanite.program.linear import LinearProgram
from allanite.program.node_session import move_to
from allanite.program.risk import Risk, risk_value
from allanite.program.staged import NodeProgram, StagedProgram

# Share of its size that a floor is lowered by: the solver stops within its tolerance.
_SLACK: Final = 1e-6


@dataclass(slots=True)
class Floors:
    """Least own costs of nodes; solvers of like nodes are kept and start warm."""

    _session: dict[tuple[int, int, int], Session] = field(default_factory=dict)

    def least_cost(self, node: NodeProgram, above: NodeProgram) -> float:
        """What a node's own cost cannot fall below, whatever its parent decides in its bounds.

        -inf where there is no such cost: the parent's state has no bounds, or no state fits.

        Args:
            node: the node, not the root.
            above: its parent.
        """
        wanted = _with_state(node, above)
        key = id(node.template), id(node.link), id(above.template)
        session = self._session.get(key)
        if session is None:
            session = self._session[key] = Session(wanted)
        move_to(session, wanted, np.zeros(wanted.shape[0]))
        if session._run() != "optimal":
            return -np.inf
        found = session._read("optimal", 0.0, False)
        size = float(np.abs(wanted.cost * found.value).sum())
        return found.objective - _SLACK * max(size, 1.0)


def floors(staged: StagedProgram, risk: Risk) -> FloatArray:
    """What each node and all below it cannot cost less than, shape (T,); -inf where unknown.

    The root's is always -inf: nothing needs it.
    """
    found = np.full(len(staged.nodes), -np.inf)
    least = Floors()
    for t in reversed(range(1, found.size)):
        ahead = 0.0
        below = staged.children[t]
        if below.size:
            ahead = floor_ahead(found[below], conditional_probability(staged, t), risk)
        if np.isfinite(ahead):
            found[t] = ahead + least.least_cost(staged.nodes[t], staged.nodes[staged.parent[t]])
    return found


def floor_ahead(floor: FloatArray, probability: FloatArray, risk: Risk) -> float:
    """Floor of several children together; -inf where one of them has none."""
    return risk_value(floor, probability, risk) if np.isfinite(floor).all() else -np.inf


def conditional_probability(staged: StagedProgram, t: int) -> FloatArray:
    """Probability of each child of node t given t, shape (children,).

    Equal shares where node t has probability zero.
    """
    below = staged.probability[staged.children[t]]
    total = below.sum()
    return below / total if total > 0 else np.full(below.size, 1 / max(below.size, 1))


def _with_state(node: NodeProgram, above: NodeProgram) -> LinearProgram:
    """The node with the parent's state as further columns, within the parent's bounds."""
    program, parent, k = node.program, above.program, above.state.size
    return replace(
        program,
        cost=np.append(program.cost, np.zeros(k)),
        matrix=csc_array(hstack([program.matrix, node.link], format="csc")),
        column_lower=np.append(program.column_lower, parent.column_lower[above.state]),
        column_upper=np.append(program.column_upper, parent.column_upper[above.state]),
        is_integer=np.append(program.is_integer, np.zeros(k, dtype=np.bool_)),
    )
