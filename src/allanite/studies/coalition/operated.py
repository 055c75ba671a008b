"""What a plan does in every course, column by column, and when a course is in an embargo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.program.highs import Session
from allanite.program.solution import Basis, Codes
from allanite.studies.plan.build import PlanProgram
from allanite.studies.plan.course import Course
from allanite.studies.plan.node import NodeForm, operation_of
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

    def ordered(self, order: IntArray) -> Conduct:
        """The same courses in another order."""
        return Conduct(
            amount={name: amount[order] for name, amount in self.amount.items()},
            cost={name: cost[order] for name, cost in self.cost.items()},
            need=self.need[order],
        )


def conduct(
    program: PlanProgram,
    scenarios: Sequence[int],
    state: FloatArray,
    bases: Mapping[str, Codes],
) -> Conduct:
    """Operation in some courses with what is built, ordered and in stock.

    Args:
        program: the plan's.
        scenarios: positions of the courses.
        state: shape (O + X Y + K,).
        bases: to start each course from, as a recourse saves them; of templates of this shape.

    Raises:
        SolveError: a course without an optimum.
    """
    form, need = program.second, operation_of(program.second).need
    values, costs, needs = [], [], []
    for scenario in scenarios:
        node = program.staged.nodes[1 + scenario]
        one, shift = node.program, node.link @ state
        # A solver of its own, so that nothing of other courses counts.
        session = Session(one.with_sides(one.row_lower - shift, one.row_upper - shift), SIMPLEX)
        if f"basis-{scenario}" in bases:
            codes, n = bases[f"basis-{scenario}"], one.cost.size
            session.set_basis(Basis(codes[:n], codes[n:]))
        values.append(session.solve(read_basis=False).value)
        costs.append(one.cost)
        needs.append(one.row_upper[need])
    return Conduct(
        amount=_by_block(form, values), cost=_by_block(form, costs), need=np.array(needs)
    )


def _by_block(form: NodeForm, found: Sequence[FloatArray]) -> dict[str, FloatArray]:
    """Numbers of all columns, course by course, as arrays of shape (S, P, size) by block."""
    whole, periods = np.array(found), operation_of(form).periods.size
    return {
        block.name: whole[:, block.positions].reshape(len(found), periods, -1)
        for block in form.program.columns
        if block.name in BLOCKS
    }


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
