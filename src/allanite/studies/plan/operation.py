"""Rows and columns of operation, quarter by quarter: the recourse of a plan.

    min  sum over t of discount_t x [ import + running + freight + holding + going without
                                      - sales ]  - worth of what is left in stock
    s.t. recipe x activity + arrivals - departures + imports + contracts + drawn + unmet
             >= demand + sold + filled                                          [balance]
         weight x activity <= size + what options add                           [plant]
         what one goes without <= what is needed                                [need]
         level = (1 - loss) x level before + delivered + filled - drawn         [level]
         delivered = what was ordered x what passes                             [delivery]
         paid = what the contracts of what is built pay in the course           [contract payment]

Going without costs the normal price on top of its step: a tonne that is thrifted is a tonne
that need not be bought. A substitute is bought instead, at its own node. Every row can be met by
going without, so that recourse is complete.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from allanite.axis import Axis, FloatArray, IntArray
from allanite.program.linear import ProgramBuilder
from allanite.studies.plan.world import PlanWorld

TONNES: Final = "t"
MONEY: Final = "million USD"
MILLION: Final = 1e6
TIE_COST: Final = 1.0  # USD/t on every movement: without it goods may travel in circles


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Operation:
    """Positions of the blocks of operation in a programme. Q periods of the node.

    Attributes:
        periods: positions of the node's periods in the horizon, shape (Q,).
        activity: (Q, N); imports: (Q, I); unmet: (Q, B); sold: (Q, W); level, drawn: (Q, K).
        sold_node: node of each sale, shape (W,); need_node: of each need, shape (H,).
        balance: rows (Q, U); plant: rows (Q, G); need: rows (Q, H).
        delivery: rows (Q, X); level_row: rows (Q, K).
        payment: rows (Q, R), what contracts make each of R payers pay.
        varying: what differs from course to course.
    """

    periods: IntArray
    activity: IntArray
    imports: IntArray
    unmet: IntArray
    sold: IntArray
    sold_node: IntArray
    level: IntArray
    drawn: IntArray
    balance: IntArray
    plant: IntArray
    need: IntArray
    need_node: IntArray
    delivery: IntArray
    level_row: IntArray
    payment: IntArray
    varying: Varying


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Varying:
    """What of an operation differs from course to course; one object for all of them.

    Attributes:
        alone: positions in `plants.alone` of processes that an outage may stop; plant: plants
            likewise; node: nodes whose balance has a need or a contract.
        column: positions of all columns with other bounds; zero: their lower ones.
        row: positions of all rows with other sides: balances, needs, plants.
        cost_column: positions of all columns at other costs.
    """

    alone: IntArray
    plant: IntArray
    node: IntArray
    column: IntArray
    zero: FloatArray
    row: IntArray
    cost_column: IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sheet:
    """A programme under way: what is asked, and how a column of a period is worth."""

    world: PlanWorld
    builder: ProgramBuilder
    periods: IntArray
    period: Axis
    worth: FloatArray

    def grid(self, size: int) -> tuple[IntArray, IntArray]:
        """Period and member of a full grid, shape (Q size,) each."""
        count = self.periods.size
        return np.repeat(np.arange(count), size), np.tile(np.arange(size), count)

    def columns(
        self, name: str, axis: Axis, cost: FloatArray, upper: FloatArray | None = None
    ) -> IntArray:
        """Columns of every period and member, shape (Q, size); cost in USD, (size,) or of all."""
        when, member = self.grid(len(axis))
        costs = np.broadcast_to(cost, (self.periods.size, len(axis)))
        found = self.builder.add_columns(
            name,
            TONNES,
            {self.period: when, axis: member},
            upper=np.inf if upper is None else np.tile(upper, self.periods.size),
            cost=self.worth[when] * costs[when, member] / MILLION,
        )
        return found.reshape(self.periods.size, len(axis))

    def rows(self, name: str, axis: Axis, **sides: FloatArray | float) -> IntArray:
        """Rows of every period and member, shape (Q, size)."""
        when, member = self.grid(len(axis))
        found = self.builder.add_rows(name, TONNES, {self.period: when, axis: member}, **sides)
        return found.reshape(self.periods.size, len(axis))

    def add(self, rows: IntArray, columns: IntArray, value: FloatArray | float) -> None:
        """Terms at (Q, k) rows and columns; one value each member, or one for all."""
        values = np.broadcast_to(value, rows.shape)
        self.builder.add_terms(rows.ravel(), columns.ravel(), values.ravel())


def add_operation(world: PlanWorld, builder: ProgramBuilder, periods: IntArray) -> Operation:
    """Operation in these periods of the horizon, nothing curbed and nothing built.

    Args:
        world: what is decided on.
        builder: the programme that is being built.
        periods: consecutive positions in the horizon, shape (Q,).
    """
    labels = np.array(world.horizon.labels, dtype=object)[periods]
    sheet = _Sheet(
        world=world,
        builder=builder,
        periods=periods,
        period=Axis("period", tuple(labels)),
        worth=world.terms.discount(world.horizon)[periods],
    )
    demand = np.zeros(len(world.pooled.nodes))
    np.add.at(demand, world.uses.demand_node, world.uses.demand_rate)
    demand *= world.horizon.step
    lower = np.tile(demand - world.pooled.swap_rate * world.horizon.step, periods.size)
    balance = sheet.rows("balance", world.pooled.nodes, lower=lower)
    activity, plant = _add_plants(sheet, balance)
    _add_routes(sheet, balance)
    imports = _add_imports(sheet, balance)
    sold_node, sold = _add_sales(sheet, balance)
    need_node, need, unmet = _add_uses(sheet, balance, demand)
    level, level_row, drawn, delivery = _add_stocks(sheet, balance)
    found = Operation(
        periods=periods,
        activity=activity,
        imports=imports,
        unmet=unmet,
        sold=sold,
        sold_node=sold_node,
        level=level,
        drawn=drawn,
        balance=balance,
        plant=plant,
        need=need,
        need_node=need_node,
        delivery=delivery,
        level_row=level_row,
        payment=_add_payments(sheet),
        varying=_NOTHING,
    )
    return replace(found, varying=_varying(world, found))


_NOTHING: Final = Varying(
    **dict.fromkeys(("alone", "plant", "node", "column", "row", "cost_column"), np.zeros(0, int)),
    zero=np.zeros(0),
)


def _varying(world: PlanWorld, operation: Operation) -> Varying:
    plants = world.plants
    exposed = np.ones(len(plants.processes), bool) if world.exposed is None else world.exposed
    alone = np.flatnonzero(exposed[plants.alone])
    plant = np.flatnonzero(plants.weight @ exposed.astype(float) > 0)
    wanted = world.pooled.swap_rate > 0
    wanted[operation.need_node] = True
    node = np.flatnonzero(wanted)
    columns = (
        operation.imports,
        operation.unmet,
        operation.activity[:, plants.alone[alone]],
        operation.drawn[:, world.stocks.bought],
    )
    rows = (operation.balance[:, node], operation.need, operation.plant[:, plant])
    column = flat(columns)
    return Varying(
        alone=alone,
        plant=plant,
        node=node,
        column=column,
        zero=np.zeros(column.size),
        row=flat(rows),
        cost_column=flat((operation.imports, operation.sold)),
    )


def flat(parts: Sequence[np.ndarray]) -> np.ndarray:
    """Arrays one behind the other, each row by row."""
    return np.concatenate([np.asarray(part).ravel() for part in parts])


def _add_plants(sheet: _Sheet, balance: IntArray) -> tuple[IntArray, IntArray]:
    world, plants = sheet.world, sheet.world.plants
    recipe = world.pooled.recipe.tocoo()
    upper = np.full(plants.running_cost.size, np.inf)
    upper[plants.alone] = plants.alone_rate * world.horizon.step
    cost = plants.running_cost + TIE_COST
    activity = sheet.columns("activity", plants.processes, cost, upper)
    sheet.add(balance[:, recipe.row], activity[:, recipe.col], recipe.data)
    size = plants.size * world.horizon.step
    plant = sheet.rows("plant", plants.labels, upper=np.tile(size, sheet.periods.size))
    weight = plants.weight.tocoo()
    sheet.add(plant[:, weight.row], activity[:, weight.col], weight.data)
    return activity, plant


def _add_routes(sheet: _Sheet, balance: IntArray) -> None:
    pooled = sheet.world.pooled
    nodes = pooled.nodes.labels
    ends = zip(pooled.route_origin, pooled.route_destination, strict=True)
    axis = Axis("route", tuple(f"{nodes[a]} > {nodes[b]}" for a, b in ends))
    flow = sheet.columns("flow", axis, pooled.route_cost + TIE_COST)
    sheet.add(balance[:, pooled.route_origin], flow, -1.0)
    sheet.add(balance[:, pooled.route_destination], flow, 1.0)


def _add_imports(sheet: _Sheet, balance: IntArray) -> IntArray:
    world, goods = sheet.world, sheet.world.goods
    axis = Axis("import", tuple(world.pooled.nodes.labels[u] for u in world.pooled.import_node))
    upper = goods.import_rate * world.horizon.step
    found = sheet.columns("import", axis, goods.import_price, upper)
    sheet.add(balance[:, world.pooled.import_node], found, 1.0)
    return found


def _add_sales(sheet: _Sheet, balance: IntArray) -> tuple[IntArray, IntArray]:
    world, goods = sheet.world, sheet.world.goods
    node = goods.sale_node
    axis = Axis("sale", tuple(world.pooled.nodes.labels[u] for u in node))
    upper = goods.sale_rate[node] * world.horizon.step
    sold = sheet.columns("sold", axis, -goods.sale_price[node], upper)
    sheet.add(balance[:, node], sold, -1.0)
    return node, sold


def _add_uses(
    sheet: _Sheet, balance: IntArray, demand: FloatArray
) -> tuple[IntArray, IntArray, IntArray]:
    """What is gone without; nobody goes without more than it needs."""
    world, uses = sheet.world, sheet.world.uses
    axis = Axis("step", uses.label)
    saved = np.where(uses.substitute_node >= 0, 0.0, world.goods.price[uses.node])
    unmet = sheet.columns("unmet", axis, uses.cost + saved)
    sheet.add(balance[:, uses.node], unmet, 1.0)
    instead = np.flatnonzero(uses.substitute_node >= 0)
    sheet.add(balance[:, uses.substitute_node[instead]], unmet[:, instead], -1.0)
    node = np.unique(uses.demand_node)
    needs = Axis("need", tuple(world.pooled.nodes.labels[u] for u in node))
    need = sheet.rows("need", needs, upper=np.tile(demand[node], sheet.periods.size))
    sheet.add(need[:, np.searchsorted(node, uses.node)], unmet, 1.0)
    return node, need, unmet


def _add_stocks(sheet: _Sheet, balance: IntArray) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    world, stocks = sheet.world, sheet.world.stocks
    price, step = world.goods.price[stocks.node], world.horizon.step
    kept = (1 - stocks.loss) ** step
    usual = np.where(stocks.is_bought, np.inf, stocks.initial_amount)
    holding = np.tile(stocks.holding_cost * price * step, (sheet.periods.size, 1))
    if sheet.periods[-1] == world.horizon.count - 1:
        holding[-1] -= world.terms.salvage_share * price
    level = sheet.columns("level", stocks.labels, holding, usual)
    handling = np.full(price.size, TIE_COST)
    drawn = sheet.columns("drawn", stocks.labels, handling, stocks.release_rate * step)
    filled = sheet.columns("filled", stocks.labels, handling, stocks.initial_amount)
    row = sheet.rows("level", stocks.labels, lower=0.0, upper=0.0)
    sheet.add(row, level, 1.0)
    sheet.add(row[1:], level[:-1], -kept)
    for column, sign in ((drawn, 1.0), (filled, -1.0)):
        sheet.add(row, column, sign)
        sheet.add(balance[:, stocks.node], column, sign)
    return level, row, drawn, _add_deliveries(sheet, row)


def _add_deliveries(sheet: _Sheet, level: IntArray) -> IntArray:
    """What arrives of what was ordered; it is paid when it comes."""
    world, stocks = sheet.world, sheet.world.stocks
    bought = stocks.bought
    axis = Axis("delivery", tuple(stocks.labels.labels[k] for k in bought))
    delivered = sheet.columns("delivered", axis, world.goods.price[stocks.node[bought]])
    row = sheet.rows("delivery", axis, lower=0.0, upper=0.0)
    sheet.add(row, delivered, 1.0)
    sheet.add(level[:, bought], delivered, -1.0)
    return row


def _add_payments(sheet: _Sheet) -> IntArray:
    """What each payer pays on the contracts that were signed, and rows that say how much.

    Less than nothing where a payer has a share in high prices.
    """
    world, periods = sheet.world, sheet.periods.size
    contracts = world.options.contracts
    if contracts is None:
        return np.zeros((periods, 0), dtype=np.int64)
    axis = Axis("payer", contracts.payers)
    when, member = sheet.grid(len(axis))
    index = {sheet.period: when, axis: member}
    cost = sheet.worth[when] * world.terms.payment_weight
    paid = sheet.builder.add_columns("contract payment", MONEY, index, lower=-np.inf, cost=cost)
    row = sheet.builder.add_rows("contract payment", MONEY, index, lower=0.0, upper=0.0)
    sheet.builder.add_terms(row, paid, 1.0)
    return row.reshape(periods, len(axis))
