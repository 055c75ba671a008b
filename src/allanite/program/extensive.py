"""One programme of a whole tree: all nodes at once, for small trees and to check the others.

    min  (1 - w) sum_t p_t cost_t' x_t + w (v + sum_l p_l z_l / (1 - confidence))
    s.t. rows of each node, with link_t times the state of its parent;
         with risk:  c_t = c_parent + cost_t' x_t,  z_l >= c_l - v,  z_l >= 0  at each leaf l

c_t is the cost along the path to node t, v the value at risk. Blocks keep their names, with
the node before them.

Source: Birge and Louveaux (2011), Introduction to Stochastic Programming, ch. 1 to 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

import numpy as np
from scipy.sparse import coo_array, csc_array

from allanite.axis import Axis, FloatArray, IntArray
from allanite.program.linear import Block, LinearProgram
from allanite.program.risk import Risk
from allanite.program.staged import StagedProgram

_NEUTRAL: Final = Risk()
_MONEY: Final = "cost"


def extensive_form(staged: StagedProgram, risk: Risk = _NEUTRAL) -> LinearProgram:
    """The programme of all nodes: their columns and rows in order of the nodes.

    With a risk weight, columns and rows of the path costs follow behind.
    """
    programs = [node.program for node in staged.nodes]
    joined = _joined(staged, programs, 1 - risk.weight)
    return joined if risk.weight == 0 else _with_risk(staged, programs, joined, risk)


def node_columns(staged: StagedProgram) -> tuple[slice, ...]:
    """Where the columns of each node stand in the extensive form."""
    return _slices([node.template.shape[1] for node in staged.nodes])


def node_rows(staged: StagedProgram) -> tuple[slice, ...]:
    """Where the rows of each node stand in the extensive form."""
    return _slices([node.template.shape[0] for node in staged.nodes])


def node_costs(staged: StagedProgram, value: FloatArray) -> FloatArray:
    """Cost of each node at these values of the extensive form, offset included, shape (T,)."""
    found = np.zeros(len(staged.nodes))
    for t, (node, place) in enumerate(zip(staged.nodes, node_columns(staged), strict=True)):
        program = node.program
        found[t] = program.cost @ value[place] + program.offset
    return found


def leaf_costs(staged: StagedProgram, node_cost: FloatArray) -> tuple[IntArray, FloatArray]:
    """The leaves, shape (L,), and the cost along the path to each, shape (L,).

    Args:
        staged: the tree.
        node_cost: cost of each node alone, shape (T,).
    """
    path = node_cost.copy()
    for t in range(1, path.size):
        path[t] += path[staged.parent[t]]
    leaves = _leaves(staged)
    return leaves, path[leaves]


def _leaves(staged: StagedProgram) -> IntArray:
    return np.setdiff1d(np.arange(len(staged.nodes)), staged.parent)


def _slices(sizes: Sequence[int]) -> tuple[slice, ...]:
    ends = np.cumsum([0, *sizes]).tolist()
    return tuple(slice(start, stop) for start, stop in pairwise(ends))


def _joined(
    staged: StagedProgram, programs: Sequence[LinearProgram], share: float
) -> LinearProgram:
    weight = share * staged.probability
    return LinearProgram(
        cost=np.concatenate([w * p.cost for w, p in zip(weight, programs, strict=True)]),
        matrix=_matrix(staged, programs),
        row_lower=np.concatenate([p.row_lower for p in programs]),
        row_upper=np.concatenate([p.row_upper for p in programs]),
        column_lower=np.concatenate([p.column_lower for p in programs]),
        column_upper=np.concatenate([p.column_upper for p in programs]),
        is_integer=np.concatenate([p.is_integer for p in programs]),
        columns=_named([p.columns for p in programs], node_columns(staged)),
        rows=_named([p.rows for p in programs], node_rows(staged)),
        offset=float(sum(w * p.offset for w, p in zip(weight, programs, strict=True))),
    )


def _named(blocks: Sequence[Sequence[Block]], places: Sequence[slice]) -> tuple[Block, ...]:
    return tuple(
        replace(block, name=f"node {t}: {block.name}", start=block.start + place.start)
        for t, (ours, place) in enumerate(zip(blocks, places, strict=True))
        for block in ours
    )


def _matrix(staged: StagedProgram, programs: Sequence[LinearProgram]) -> csc_array:
    columns, rows = node_columns(staged), node_rows(staged)
    parts: list[coo_array] = []
    shifts: list[tuple[int, IntArray]] = []
    for t, (node, program) in enumerate(zip(staged.nodes, programs, strict=True)):
        parts.append(coo_array(program.matrix))
        shifts.append((rows[t].start, np.arange(columns[t].start, columns[t].stop)))
        above = int(staged.parent[t])
        if above >= 0 and node.link.nnz:
            parts.append(coo_array(node.link))
            shifts.append((rows[t].start, columns[above].start + staged.nodes[above].state))
    row = [
        part.row.astype(np.int32) + start for part, (start, _) in zip(parts, shifts, strict=True)
    ]
    column = [at.astype(np.int32)[p.col] for p, (_, at) in zip(parts, shifts, strict=True)]
    value = np.concatenate([part.data for part in parts])
    shape = (rows[-1].stop, columns[-1].stop)
    return csc_array((value, (np.concatenate(row), np.concatenate(column))), shape=shape)


def _with_risk(
    staged: StagedProgram, programs: Sequence[LinearProgram], joined: LinearProgram, risk: Risk
) -> LinearProgram:
    """The joined programme with columns v, c_t and z_l and the rows that define them."""
    (m, n), count, leaves = joined.shape, len(programs), _leaves(staged)
    size = 1 + count + leaves.size
    leaf_cost = risk.weight * risk.largest_ratio * staged.probability[leaves]
    at_least_zero = np.repeat([-np.inf, 0.0], [1 + count, leaves.size])
    offset = np.array([p.offset for p in programs])
    row_lower = np.concatenate([joined.row_lower, offset, np.zeros(leaves.size)])
    row_upper = np.concatenate([joined.row_upper, offset, np.full(leaves.size, np.inf)])
    return replace(
        joined,
        cost=np.concatenate([joined.cost, [risk.weight], np.zeros(count), leaf_cost]),
        matrix=_below(joined.matrix, _risk_terms(staged, programs, leaves)),
        row_lower=row_lower,
        row_upper=row_upper,
        column_lower=np.concatenate([joined.column_lower, at_least_zero]),
        column_upper=np.concatenate([joined.column_upper, np.full(size, np.inf)]),
        is_integer=np.concatenate([joined.is_integer, np.zeros(size, dtype=np.bool_)]),
        columns=(*joined.columns, *_risk_columns(n, count, leaves)),
        rows=(*joined.rows, *_risk_rows(m, count, leaves)),
    )


def _below(matrix: csc_array, added: coo_array) -> csc_array:
    """The matrix with further rows below, over its columns and further ones."""
    above, start = coo_array(matrix), matrix.shape[0]
    row = np.concatenate([above.row, start + added.row])
    column = np.concatenate([above.col, added.col])
    value = np.concatenate([above.data, added.data])
    return csc_array((value, (row, column)), shape=(start + added.shape[0], added.shape[1]))


def _risk_terms(
    staged: StagedProgram, programs: Sequence[LinearProgram], leaves: IntArray
) -> coo_array:
    """c_t - c_parent - cost_t' x_t = offset_t for each node; z_l + v - c_l >= 0 for each leaf."""
    count, places = len(programs), node_columns(staged)
    n = places[-1].stop
    path, beyond = n + 1, n + 1 + count
    node, child, leaf = np.arange(count), np.arange(1, count), np.arange(leaves.size)
    own = np.concatenate([p.cost for p in programs])
    used = np.flatnonzero(own)
    owner = np.repeat(node, [place.stop - place.start for place in places])[used]
    terms = [
        (node, path + node, np.ones(count)),
        (child, path + staged.parent[1:], np.full(count - 1, -1.0)),
        (owner, used, -own[used]),
        (count + leaf, beyond + leaf, np.ones(leaf.size)),
        (count + leaf, np.full(leaf.size, n), np.ones(leaf.size)),
        (count + leaf, path + leaves, np.full(leaf.size, -1.0)),
    ]
    row, column, value = (np.concatenate(part) for part in zip(*terms, strict=True))
    return coo_array((value, (row, column)), shape=(count + leaf.size, beyond + leaf.size))


def _risk_columns(start: int, count: int, leaves: IntArray) -> tuple[Block, ...]:
    node, at = _node_axis(count), np.arange(count)
    return (
        Block("value at risk", _MONEY, start, (_node_axis(1),), (np.zeros(1, dtype=np.int64),)),
        Block("path cost", _MONEY, start + 1, (node,), (at,)),
        Block("excess over value at risk", _MONEY, start + 1 + count, (node,), (leaves,)),
    )


def _risk_rows(start: int, count: int, leaves: IntArray) -> tuple[Block, ...]:
    node, at = _node_axis(count), np.arange(count)
    return (
        Block("path cost", _MONEY, start, (node,), (at,)),
        Block("excess over value at risk", _MONEY, start + count, (node,), (leaves,)),
    )


def _node_axis(count: int) -> Axis:
    return Axis("node", tuple(f"node {t}" for t in range(count)))
