"""What a plan does in every course, column by column, and when a course is in an embargo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.program.highs import Session
from allanite.program.staged import NodeProgram
from allanite.studies.plan.build import PlanProgram
from allanite.studies.plan.course import Course
from allanite.studies.plan.node import operation_of
from allanite.studies.plan.outcome import SIMPLEX

BLOCKS = ("activity", "flow", "import", "sold", "unmet", "level", "drawn", "filled", "delivered")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Conduct:
    """Operation of a plan in S courses. P periods.

    Attributes:
        amount: by name of a block of columns, shape (S, P, size) [t].
        cost: what a tonne of each costs, shape (S, P, size), discounted [million USD].
        need: at each node of need, shape (S, P, H) [t].
    """

    amount: Mapping[str, FloatArray]
    cost: Mapping[str, FloatArray]
    need: FloatArray

    @property
    def total(self) -> FloatArray:
        """Cost of operation in each course, shape (S,), discounted [million USD]."""
        parts = [(self.amount[b] * self.cost[b]).sum(axis=(1, 2)) for b in self.amount]
        return np.asarray(np.sum(parts, axis=0))


def conduct(
    program: PlanProgram,
    nodes: Sequence[NodeProgram],
    state: FloatArray,
) -> Conduct:
    """Operation in some courses with what is built, ordered and in stock.

    Args:
        program: the plan's.
        nodes: courses of it, neighbours alike.
        state: shape (O + X Y + K,).

    Raises:
        SolveError: a course without an optimum.
    """
    form = program.second
    session = Session(form.program, SIMPLEX)
    column, row = np.arange(form.program.cost.size), np.arange(form.program.row_lower.size)
    need = operation_of(form).need
    values, costs, needs = [], [], []
    for node in nodes:
        one, shift = node.program, node.link @ state
        session.change_bounds(column, one.column_lower, one.column_upper)
        session.change_sides(row, one.row_lower - shift, one.row_upper - shift)
        session.change_costs(column, one.cost)
        values.append(session.solve(read_basis=False).value)
        costs.append(one.cost)
        needs.append(one.row_upper[need])
    periods = operation_of(form).periods.size
    blocks = {b.name: b.positions for b in form.program.columns if b.name in BLOCKS}

    def shaped(found: list[FloatArray]) -> dict[str, FloatArray]:
        whole = np.array(found)
        return {name: whole[:, at].reshape(len(found), periods, -1) for name, at in blocks.items()}

    return Conduct(amount=shaped(values), cost=shaped(costs), need=np.array(needs))


def joined_conduct(parts: Sequence[Conduct]) -> Conduct:
    """Operation of several lists of courses as one."""
    return Conduct(
        amount={b: np.concatenate([p.amount[b] for p in parts]) for b in parts[0].amount},
        cost={b: np.concatenate([p.cost[b] for p in parts]) for b in parts[0].cost},
        need=np.concatenate([p.need for p in parts]),
    )


def embargo_quarters(courses: Sequence[Course]) -> IntArray:
    """Quarter since the embargo began, from 1, shape (S, P); 0 where there is none.

    An embargo is when some stock may be released.
    """
    found = np.array([course.released.any(axis=1) for course in courses], dtype=np.int64)
    for p in range(1, found.shape[1]):
        found[:, p] *= found[:, p - 1] + 1
    return found


def in_embargo(courses: Sequence[Course]) -> BoolArray:
    """Courses in which there is an embargo at some time, shape (S,)."""
    return np.asarray((embargo_quarters(courses) > 0).any(axis=1))
