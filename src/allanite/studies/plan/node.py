"""One function builds one node's programme; the plan in two stages and in a tree both use it.

A node operates its periods with what was decided before, and then decides for what follows:
so that no decision sees more than its past. The root only decides, a leaf only operates.
The state is (built of each option, ordered of each stock and year, level of each stock).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from allanite.axis import IntArray
from allanite.conditions.plan_case import Budget
from allanite.errors import ModelError
from allanite.program.linear import LinearProgram, ProgramBuilder
from allanite.program.staged import Changes, NodeProgram
from allanite.studies.plan.course import Course, course_changes, course_link
from allanite.studies.plan.investment import Investment, Moment, add_investment
from allanite.studies.plan.operation import TONNES, Operation, add_operation
from allanite.studies.plan.world import PlanWorld


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NodeForm:
    """What all nodes of one stage share.

    Attributes:
        program: the template.
        operation: where its operation stands; None at the root.
        investment: where its decisions stand; None at a leaf.
        state: columns that children read, shape (O + X Y + K,); empty at a leaf.
    """

    program: LinearProgram
    operation: Operation | None
    investment: Investment | None
    state: IntArray


def build_form(
    world: PlanWorld, budget: Budget, periods: IntArray, moment: Moment | None
) -> NodeForm:
    """The template of a stage.

    Args:
        world: what is decided on.
        budget: limits of the partners.
        periods: that it operates, positions in the horizon; none at the root.
        moment: what it decides for what follows; None at a leaf.
    """
    builder = ProgramBuilder()
    operation = add_operation(world, builder, periods) if periods.size else None
    investment = add_investment(world, builder, budget, moment) if moment is not None else None
    state = np.zeros(0, dtype=np.int64)
    if investment is not None:
        level = _opening(world, builder) if operation is None else operation.level[-1]
        state = np.concatenate([investment.built, investment.ordered.ravel(), level])
    return NodeForm(
        program=builder.build(), operation=operation, investment=investment, state=state
    )


def _opening(world: PlanWorld, builder: ProgramBuilder) -> IntArray:
    """What is in stock before the first period, as columns that cannot move."""
    stocks = world.stocks
    amount = np.where(stocks.is_bought, 0.0, stocks.initial_amount)
    index = {stocks.labels: np.arange(amount.size)}
    return builder.add_columns("opening level", TONNES, index, lower=amount, upper=amount)


def root_node(form: NodeForm) -> NodeProgram:
    """The node at which the plan begins."""
    rows = form.program.shape[0]
    return NodeProgram(
        template=form.program, changes=Changes(), state=form.state, link=csr_array((rows, 0))
    )


def course_node(world: PlanWorld, form: NodeForm, course: Course) -> NodeProgram:
    """A node of a stage in one course."""
    operation = operation_of(form)
    row, column, value = course_link(world, operation, course)
    count = state_size(world)
    if form.investment is not None:
        carried = form.investment.carried
        row = np.concatenate([row, carried])
        column = np.concatenate([column, np.arange(carried.size)])
        value = np.concatenate([value, np.full(carried.size, -1.0)])
    return NodeProgram(
        template=form.program,
        changes=course_changes(world, operation, course),
        state=form.state,
        link=csr_array((value, (row, column)), shape=(form.program.shape[0], count)),
    )


def operation_of(form: NodeForm) -> Operation:
    """Where the operation of a stage stands.

    Raises:
        ModelError: the stage only decides.
    """
    if form.operation is None:
        raise ModelError("the root of a plan operates no period; ask for a later stage")
    return form.operation


def state_size(world: PlanWorld) -> int:
    """Length of the state: O + X Y + K."""
    stocks = world.stocks
    orders = stocks.bought.size * stocks.purchase_period.size
    return int(world.options.project.size + orders + stocks.node.size)
