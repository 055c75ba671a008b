"""What a plan does in one course, read back from the solved recourse."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np

from allanite.axis import FloatArray
from allanite.program.highs import Option, Session
from allanite.program.solution import Solution
from allanite.program.staged import NodeProgram
from allanite.studies.plan.node import NodeForm, operation_of
from allanite.studies.plan.operation import MILLION, Operation
from allanite.studies.plan.world import PlanWorld

SIMPLEX: dict[str, Option] = {"simplex_scale_strategy": 0}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcomes:
    """Results of S courses. P periods, H nodes of need, N processes, I imports, K stocks.

    Attributes:
        cost: of operation, discounted, shape (S,) [million USD].
        loss: of delayed use and idle plants, not discounted, shape (S, P) [million USD].
        shortage_amount: need that was delayed or left plants idle, shape (S, P, H) [t].
        thrift_amount: what was thrifted or replaced, shape (S, P, H) [t].
        need_amount: shape (S, P, H) [t].
        level_amount: in each stock at the end of each period, shape (S, P, K) [t].
        activity_amount: of each process, shape (S, P, N) [t].
        import_amount: of each import, shape (S, P, I) [t].
        node_value: what a tonne more at each node would save, not discounted, shape (S, P, U)
            [USD/t].
    """

    cost: FloatArray
    loss: FloatArray
    shortage_amount: FloatArray
    thrift_amount: FloatArray
    need_amount: FloatArray
    level_amount: FloatArray
    activity_amount: FloatArray
    import_amount: FloatArray
    node_value: FloatArray


def operate(
    world: PlanWorld,
    form: NodeForm,
    nodes: Iterable[NodeProgram],
    state: FloatArray,
) -> Outcomes:
    """Outcomes of courses under one plan, each as if it were known from the start.

    Args:
        world: what is decided on.
        form: the recourse template.
        nodes: one a course, in an order in which neighbours are alike.
        state: what is built, ordered and in stock, shape (O + X Y + K,).

    Raises:
        SolveError: a course without an optimum.
    """
    operation = operation_of(form)
    session = Session(form.program, SIMPLEX)
    every_column = np.arange(form.program.cost.size)
    every_row = np.arange(form.program.row_lower.size)
    found = []
    for node in nodes:
        program, shift = node.program, node.link @ state
        session.change_bounds(every_column, program.column_lower, program.column_upper)
        session.change_sides(every_row, program.row_lower - shift, program.row_upper - shift)
        session.change_costs(every_column, program.cost)
        solution = session.solve(read_basis=False)
        found.append(_read(world, operation, program.row_upper, solution))
    return joined(found)


def _read(
    world: PlanWorld,
    operation: Operation,
    row_upper: FloatArray,
    solution: Solution,
) -> Outcomes:
    uses, value = world.uses, solution.value
    worth = world.terms.discount(world.horizon)[operation.periods, None]
    unmet = value[operation.unmet]
    short = np.where(uses.is_shortage, unmet, 0.0)
    pooled = np.zeros((2, unmet.shape[0], operation.need_node.size))
    at = np.searchsorted(operation.need_node, uses.node)
    for kind, amount in enumerate((short, unmet - short)):
        np.add.at(pooled[kind].T, at, amount.T)
    return Outcomes(
        cost=np.array([solution.objective]),
        loss=(short @ uses.cost / MILLION)[None],
        shortage_amount=pooled[0][None],
        thrift_amount=pooled[1][None],
        need_amount=row_upper[operation.need][None],
        level_amount=np.maximum(value[operation.level], 0.0)[None],
        activity_amount=np.maximum(value[operation.activity], 0.0)[None],
        import_amount=value[operation.imports][None],
        node_value=(solution.dual[operation.balance] * MILLION / worth)[None],
    )


def joined(parts: list[Outcomes]) -> Outcomes:
    """Outcomes of several lists of courses as one."""
    return Outcomes(
        **{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Outcomes)}
    )
