"""One scenario as arrays a programme reads, and what it changes of the recourse template."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array, csr_array

from allanite.axis import FloatArray, IntArray
from allanite.program.staged import Changes
from allanite.studies.plan.operation import MILLION, Operation
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
    """

    passing: FloatArray
    available: FloatArray
    demand_factor: FloatArray
    price_factor: FloatArray
    delay: FloatArray
    adapted: FloatArray
    order_passing: FloatArray


Link = tuple[IntArray, IntArray, FloatArray]


def course_changes(world: PlanWorld, operation: Operation, course: Course) -> Changes:
    """Bounds, sides and costs of one course in the periods of a node."""
    columns, lower, upper = _bounds(world, operation, course)
    rows, low, high = _sides(world, operation, course)
    cost_columns, cost = _costs(world, operation, course)
    return Changes(
        column=columns,
        column_lower=lower,
        column_upper=upper,
        row=rows,
        row_lower=low,
        row_upper=high,
        cost_column=cost_columns,
        cost=cost,
    )


def _bounds(
    world: PlanWorld, operation: Operation, course: Course
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Imports at what passes, steps at what uses can do by then, plants at what is available."""
    q, step = operation.periods, world.horizon.step
    growth = import_growth(world, course.demand_factor)[q]
    imports = world.goods.import_rate * growth * course.passing[q] * step
    unmet = world.uses.limits(course.demand_factor[q], course.adapted[q]) * step
    alone = world.plants.alone
    activity = world.plants.alone_rate * course.available[q][:, alone] * step
    columns = _flat([operation.imports, operation.unmet, operation.activity[:, alone]])
    upper = _flat([imports, unmet, activity])
    return columns, np.zeros(upper.size), upper


def import_growth(world: PlanWorld, demand_factor: FloatArray) -> FloatArray:
    """What import rights have grown to, of those of the base year, shape (P, I) [1].

    Contracts grow with the partners' use of their chain, and give some headroom above it.
    """
    uses, chain = world.uses, np.array(world.goods.chain, dtype=object)
    value = uses.demand_rate * world.goods.price[uses.demand_node]
    growth = np.ones((demand_factor.shape[0], len(world.pooled.import_node)))
    for name in np.unique(chain):
        mine = np.flatnonzero(chain[uses.demand_node] == name)
        if value[mine].sum() > 0:
            mean = demand_factor[:, mine] @ value[mine] / value[mine].sum()
            growth[:, chain[world.pooled.import_node] == name] = mean[:, None]
    return growth * (1 + world.terms.import_headroom)


def _sides(
    world: PlanWorld, operation: Operation, course: Course
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Needs at their level, and plants at what is available of them."""
    q, step = operation.periods, world.horizon.step
    need = np.zeros((q.size, len(world.pooled.nodes)))
    rate = course.demand_factor[q] * world.uses.demand_rate * step
    np.add.at(need.T, world.uses.demand_node, rate.T)
    contract = _contracts(world, course)[q] * step
    node = operation.need_node
    plant = world.plants.size * plant_availability(world, course.available)[q] * step
    rows = [operation.balance, operation.need, operation.plant]
    least = [need - contract, np.full((q.size, node.size), -np.inf), np.full(plant.shape, -np.inf)]
    most = [np.full(need.shape, np.inf), need[:, node], plant]
    return _flat(rows), _flat(least), _flat(most)


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


def _costs(world: PlanWorld, operation: Operation, course: Course) -> tuple[IntArray, FloatArray]:
    """Imports at the prices of the course; sales too, but no speculation on a rise of prices."""
    q, goods = operation.periods, world.goods
    worth = world.terms.discount(world.horizon)[q][:, None] / MILLION
    imports = goods.import_price * course.price_factor[q][:, world.pooled.import_node]
    node = operation.sold_node
    sold = -goods.sale_price[node] * np.minimum(course.price_factor[q][:, node], 1.0)
    columns = np.concatenate([operation.imports.ravel(), operation.sold.ravel()])
    return columns, np.concatenate([(worth * imports).ravel(), (worth * sold).ravel()])


def course_link(world: PlanWorld, operation: Operation, course: Course) -> Link:
    """What a unit of the state adds to rows of operation: row, column of the state, value.

    An option relaxes the rows of its plants by what of it is online; an order arrives in equal
    parts over its year, as far as it passes; what was in stock is what the node begins with.
    """
    options, stocks = world.options, world.stocks
    q, step = operation.periods, world.horizon.step
    online = options.online_share(course.delay, world.horizon.count)[q]
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
    )
    rows, columns, values = (_flat(list(part)) for part in zip(*parts, strict=True))
    kept = values != 0
    return rows[kept], columns[kept], values[kept]


def _flat(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.asarray(part).ravel() for part in parts])
