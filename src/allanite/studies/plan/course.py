"""One scenario as arrays a programme reads, and what it changes of the recourse template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csc_array, csr_array

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.program.staged import Changes
from allanite.studies.plan.operation import MILLION, Operation, flat
from allanite.studies.plan.world import PlanWorld


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Course:
    """What happens in one scenario. P periods of the horizon.

    Attributes:
        passing: of each import right, shape (P, I) [1].
        available: of each process, shape (P, N) [1].
        demand_factor: on the normal demand of each use, shape (P, D) [1].
        price_factor: on the normal price at each node, shape (P, U) [1].
        delay: of each project [periods], shape (J,); NaN where it fails.
        adapted: how long uses have lived with curbs, shape (P,) [yr].
        order_passing: of what is ordered for each stock bought for, shape (P, X) [1].
        released: whether such a stock may be drawn, shape (P, X).
        failure_draw: of each project, shape (J,) [1]: with a contract that leaves the share f of
            its failures it fails where this is below f; None where no contract can help.
        lasting_delay: of each project where it does not fail [periods], shape (J,).
    """

    passing: FloatArray
    available: FloatArray
    demand_factor: FloatArray
    price_factor: FloatArray
    delay: FloatArray
    adapted: FloatArray
    order_passing: FloatArray
    released: BoolArray
    failure_draw: FloatArray | None = None
    lasting_delay: FloatArray | None = None


Link = tuple[IntArray, IntArray, FloatArray]
NO_LINK: Final[Link] = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))


def course_changes(world: PlanWorld, operation: Operation, course: Course) -> Changes:
    """Bounds, sides and costs of one course in the periods of a node.

    Positions are those of the operation, the same object for all courses.
    """
    varying = operation.varying
    row_lower, row_upper = _sides(world, operation, course)
    return Changes(
        column=varying.column,
        column_lower=varying.zero,
        column_upper=_bounds(world, operation, course),
        row=varying.row,
        row_lower=row_lower,
        row_upper=row_upper,
        cost_column=varying.cost_column,
        cost=_costs(world, operation, course),
    )


def _bounds(world: PlanWorld, operation: Operation, course: Course) -> FloatArray:
    """Imports at what passes, steps at what uses can do by then, plants, and released stocks."""
    q, step = operation.periods, world.horizon.step
    growth = import_growth(world, course.demand_factor)[q]
    imports = world.goods.import_rate * growth * course.passing[q] * step
    unmet = world.uses.limits(course.demand_factor[q], course.adapted[q]) * step
    alone = operation.varying.alone
    available = course.available[q][:, world.plants.alone[alone]]
    most = world.stocks.release_rate[world.stocks.bought] * step
    drawn = np.where(course.released[q], most, 0.0)
    return flat((imports, unmet, world.plants.alone_rate[alone] * available * step, drawn))


def import_growth(world: PlanWorld, demand_factor: FloatArray) -> FloatArray:
    """What import rights have grown to, of those of the base year, shape (P, I) [1].

    Contracts grow with the partners' use of their chain, and give some headroom above it.
    """
    uses, chain = world.uses, np.array(world.goods.chain, dtype=object)
    given = world.goods.growth_rate
    rate = uses.demand_rate if given is None else given
    value = rate * world.goods.price[uses.demand_node]
    growth = np.ones((demand_factor.shape[0], len(world.pooled.import_node)))
    for name in np.unique(chain):
        mine = np.flatnonzero(chain[uses.demand_node] == name)
        if value[mine].sum() > 0:
            mean = demand_factor[:, mine] @ value[mine] / value[mine].sum()
            growth[:, chain[world.pooled.import_node] == name] = mean[:, None]
    return growth * (1 + world.terms.import_headroom)


def _sides(world: PlanWorld, operation: Operation, course: Course) -> tuple[FloatArray, FloatArray]:
    """Needs at their level, and plants at what is available of them."""
    q, step, varying = operation.periods, world.horizon.step, operation.varying
    need = np.zeros((q.size, len(world.pooled.nodes)))
    rate = course.demand_factor[q] * world.uses.demand_rate * step
    np.add.at(need.T, world.uses.demand_node, rate.T)
    balance = (need - _contracts(world, course)[q] * step)[:, varying.node]
    needs = need[:, operation.need_node]
    available = plant_availability(world, course.available)[q]
    plant = (world.plants.size * available * step)[:, varying.plant]
    nothing = np.full(needs.size + plant.size, -np.inf)
    return (
        np.concatenate([balance.ravel(), nothing]),
        np.concatenate([np.full(balance.size, np.inf), flat((needs, plant))]),
    )


def _contracts(world: PlanWorld, course: Course) -> FloatArray:
    """Contracts on co-products, shape (P, U) [t/yr]: as available as the plants that make them."""
    made = csc_array(world.pooled.recipe).maximum(0)
    suppliers = np.asarray((made > 0).sum(axis=1)).ravel()
    share = course.available @ csr_array(made > 0).T.astype(float) / np.maximum(suppliers, 1)
    return np.where(suppliers > 0, share, 1.0) * world.pooled.swap_rate


def plant_availability(world: PlanWorld, available: FloatArray) -> FloatArray:
    """Availability of each plant, shape (P, G) [1]: that of its processes, by what they can do."""
    belongs = csr_array((world.plants.weight > 0).astype(float))
    count = np.maximum(np.asarray(belongs.sum(axis=1)).ravel(), 1)
    return np.asarray(available @ belongs.T / count)


def _costs(world: PlanWorld, operation: Operation, course: Course) -> FloatArray:
    """Imports at the prices of the course; sales too, but no speculation on a rise of prices."""
    q, goods = operation.periods, world.goods
    worth = world.terms.discount(world.horizon)[q][:, None] / MILLION
    imports = goods.import_price * course.price_factor[q][:, world.pooled.import_node]
    node = operation.sold_node
    sold = -goods.sale_price[node] * np.minimum(course.price_factor[q][:, node], 1.0)
    return flat((worth * imports, worth * sold))


def option_lateness(world: PlanWorld, course: Course) -> FloatArray:
    """How late each option is in a course [periods], shape (O,); NaN where it fails."""
    return world.options.lateness(course.delay, course.failure_draw, course.lasting_delay)


def contract_payments(world: PlanWorld, course: Course) -> FloatArray:
    """What each contract of a whole project pays, shape (P, C), not discounted [million USD]."""
    contracts = world.options.contracts
    if contracts is None:
        return np.zeros((world.horizon.count, 0))
    late = option_lateness(world, course)
    online = world.options.online_share(late, world.horizon.count)[:, contracts.option]
    due = contracts.floor_payments(online, course.price_factor, world.horizon.step)
    return due + contracts.default_payments(np.isnan(late[contracts.option]), due.shape[0])


def _payments(world: PlanWorld, operation: Operation, course: Course) -> Link:
    """What a whole project with a contract makes its payer pay."""
    contracts = world.options.contracts
    if contracts is None:
        return NO_LINK
    due = contract_payments(world, course)[operation.periods]
    row = operation.payment[:, contracts.payer_position]
    return row, np.broadcast_to(contracts.option, row.shape), -due


def course_link(world: PlanWorld, operation: Operation, course: Course) -> Link:
    """What a unit of the state adds to rows of operation: row, column of the state, value.

    An option relaxes the rows of its plants by what of it is online; an order arrives in equal
    parts over its year, as far as it passes; what was in stock is what the node begins with.
    """
    options, stocks = world.options, world.stocks
    q, step = operation.periods, world.horizon.step
    online = options.online_share(option_lateness(world, course), world.horizon.count)[q]
    added = options.addition.tocoo()
    available = plant_availability(world, course.available)[q]
    value = -online[:, added.col] * available[:, added.row] * added.data * step
    row = operation.plant[:, added.row]
    column = np.broadcast_to(added.col, row.shape)
    years = stocks.purchase_period
    x, y = (index.ravel() for index in np.indices((stocks.bought.size, years.size)))
    inside = (q[:, None] >= years[y]) & (q[:, None] < years[y] + stocks.periods_a_year)
    arrives = -1.0 * inside * course.order_passing[q][:, x] / stocks.periods_a_year
    order = np.broadcast_to(options.project.size + np.arange(x.size), arrives.shape)
    first = operation.level_row[0]
    level = options.project.size + x.size + np.arange(first.size)
    parts = (
        (row, column, value),
        (operation.delivery[:, x], order, arrives),
        (first, level, -((1 - stocks.loss) ** step)),
        _payments(world, operation, course),
    )
    rows, columns, values = (flat(part) for part in zip(*parts, strict=True))
    kept = values != 0
    return rows[kept], columns[kept], values[kept]
