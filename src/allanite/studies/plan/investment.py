"""What is decided now: projects in variants and starts, stock orders, who pays, within budgets.

    sum over options of a project <= 1                                            [once]
    capital + stock orders, by payer <= budget                                    [budget]

A contract counts with its grant and the present worth of what it is expected to pay. Operation
reads what is built of each option and what is ordered of each stock in each year. Orders raise the
price: the first third of the yearly limit costs less than the last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from allanite.axis import Axis, BoolArray, FloatArray, IntArray
from allanite.conditions.plan_case import Budget
from allanite.errors import UsageError
from allanite.program.linear import ProgramBuilder
from allanite.studies.plan.options import EITHER
from allanite.studies.plan.world import PlanWorld

SLICES: Final = 3
MILLION: Final = 1e6
MONEY: Final = "million USD"
NO_ROWS: Final = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moment:
    """What may be decided at one node. O options, Y years of purchase.

    Attributes:
        options: shape (O,) of bool; years: shape (Y,) of bool.
        inherits: whether decisions were made before.
        whole: whether lumpy projects are built whole or not at all.
    """

    options: BoolArray
    years: BoolArray
    inherits: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Investment:
    """Positions of the blocks of investment. O options, X stocks bought for, Y years.

    Attributes:
        built: columns of what has been decided so far, shape (O,).
        ordered: columns, shape (X, Y) [t].
        carried: rows by which both follow what was decided before, shape (O + X Y,); empty
            where nothing was.
    """

    built: IntArray
    ordered: IntArray
    carried: IntArray


def add_investment(
    world: PlanWorld, builder: ProgramBuilder, budget: Budget, moment: Moment
) -> Investment:
    """The decisions of one moment.

    Args:
        world: what can be decided.
        builder: the programme that is being built.
        budget: limits of the partners, on all that is decided up to here.
        moment: what may be decided here.
    """
    built, carried_options = _add_options(world, builder, moment)
    ordered, parts, carried_orders = _add_orders(world, builder, moment)
    _add_budgets(world, builder, budget, built, ordered, parts)
    carried = np.concatenate([carried_options, carried_orders])
    return Investment(built=built, ordered=ordered, carried=carried)


def _add_options(
    world: PlanWorld, builder: ProgramBuilder, moment: Moment
) -> tuple[IntArray, IntArray]:
    options = world.options
    decided = options.is_committed * options.most
    open_now = moment.options & ~options.is_committed
    most = options.most if moment.inherits else np.where(open_now, options.most, decided)
    cost = np.zeros(decided.size) if moment.inherits else options.present_cost * open_now
    whole = options.is_lumpy & open_now & moment.whole
    built = np.zeros(decided.size, dtype=np.int64)
    for name, mine in (("built", ~whole), ("built whole", whole)):
        if mine.any():
            built[mine] = builder.add_columns(
                name,
                "1",
                {options.labels: np.flatnonzero(mine)},
                lower=decided[mine],
                upper=most[mine],
                cost=cost[mine],
                is_integer=name == "built whole",
            )
    free = np.flatnonzero(~options.is_committed)
    projects = np.unique(options.project[free])
    once = np.zeros(len(options.projects))
    np.maximum.at(once, options.project, options.most)
    row = builder.add_rows("once", "1", {options.projects: projects}, upper=once[projects])
    builder.add_terms(row[np.searchsorted(projects, options.project[free])], built[free], 1.0)
    carried = _carry(builder, "built", options.labels, built) if moment.inherits else NO_ROWS
    if moment.inherits:
        new = np.flatnonzero(open_now)
        index = {options.labels: new}
        added = builder.add_columns("new", "1", index, upper=1.0, cost=options.present_cost[new])
        builder.add_terms(carried[new], added, -1.0)
    return built, carried


def _carry(builder: ProgramBuilder, name: str, axis: Axis, column: IntArray) -> IntArray:
    """Rows column - what was decided before (- what is new) = 0."""
    index = {axis: np.arange(column.size)}
    row = builder.add_rows(f"{name} before", "1", index, lower=0.0, upper=0.0)
    builder.add_terms(row, column, 1.0)
    return row


def _add_orders(
    world: PlanWorld, builder: ProgramBuilder, moment: Moment
) -> tuple[IntArray, IntArray, IntArray]:
    """Orders by stock and year, their parts at rising prices, (X, Y, slices), and carry rows.

    Orders of earlier moments keep their parts, already paid, since budgets count them too.
    """
    stocks, discount = world.stocks, world.terms.discount(world.horizon)
    bought, years = stocks.bought, stocks.purchase_period
    labels = [
        f"{stocks.labels.labels[k]}, {world.horizon.labels[p]}" for k in bought for p in years
    ]
    order_axis, part_axis = Axis("order", tuple(labels)), Axis("part", ("1", "2", "3"))
    shape = (bought.size, years.size, SLICES)
    x, y, part = (index.ravel() for index in np.indices(shape))
    length = stocks.periods_a_year * world.horizon.step
    new = moment.years[y]
    limit = (stocks.purchase_rate[bought] * length / SLICES)[x] * (new | moment.inherits)
    cost = order_premium(world)[x, part] * discount[years[y]] * new / MILLION
    order = x * years.size + y
    index = {order_axis: order, part_axis: part}
    parts = builder.add_columns("order part", "t", index, upper=limit, cost=cost)
    every = {order_axis: np.arange(len(order_axis))}
    most = np.repeat(stocks.purchase_rate[bought] * length, years.size)
    ordered = builder.add_columns("ordered", "t", every, upper=most)
    row = builder.add_rows("order", "t", every, lower=0.0, upper=0.0)
    builder.add_terms(row, ordered, 1.0)
    builder.add_terms(row[order], parts, -1.0)
    shaped = ordered.reshape(shape[:2]), parts.reshape(shape)
    if not moment.inherits:
        return *shaped, NO_ROWS
    carried = _carry(builder, "ordered", order_axis, ordered)
    fresh = np.flatnonzero(np.tile(moment.years, bought.size))
    added = builder.add_columns("new order", "t", {order_axis: fresh}, upper=most[fresh])
    builder.add_terms(carried[fresh], added, -1.0)
    return *shaped, carried


def order_premium(world: PlanWorld) -> FloatArray:
    """What each part of a year's order costs above the normal price, (X, slices) [USD/t].

    The price rises in a straight line with the share of the market that is bought; a part pays
    the mean over itself.
    """
    stocks = world.stocks
    k = stocks.bought
    share = stocks.purchase_rate[k] / np.maximum(stocks.market_rate[k], 1e-9)
    middle = 2 * (np.arange(SLICES) + 0.5) / SLICES  # the marginal price rises twice as fast
    rise = stocks.impact[k, None] * share[:, None] * middle[None, :]
    return np.asarray(world.goods.price[stocks.node[k], None] * rise)


def _add_budgets(
    world: PlanWorld,
    builder: ProgramBuilder,
    budget: Budget,
    built: IntArray,
    ordered: IntArray,
    parts: IntArray,
) -> None:
    spending = _spending(world, built, ordered, parts)
    if np.isfinite(budget.total):
        axis = Axis("budget", ("all partners",))
        row = builder.add_rows("budget", MONEY, {axis: np.zeros(1, int)}, upper=budget.total)
        column, cash, _, _ = spending
        builder.add_terms(np.repeat(row, column.size), column, cash)
    if budget.yearly is not None:
        _add_yearly(world, builder, budget.yearly, spending)
    if budget.partners:
        _add_by_partner(world, builder, budget, spending)


Spending = tuple[IntArray, FloatArray, tuple[str, ...], IntArray]


def _spending(world: PlanWorld, built: IntArray, ordered: IntArray, parts: IntArray) -> Spending:
    """Columns that cost cash, what a unit costs, who pays, and the period it is decided in."""
    options, stocks = world.options, world.stocks
    free = np.flatnonzero(~options.is_committed & (options.capital > 0))
    k = stocks.bought
    price = world.goods.price[stocks.node[k]] / MILLION
    normal = np.broadcast_to(price[:, None], ordered.shape)
    more = np.broadcast_to(order_premium(world)[:, None, :] / MILLION, parts.shape)
    start = np.broadcast_to(stocks.purchase_period[None, :], ordered.shape)
    owner = np.array(stocks.payer, dtype=object)[k]
    signed, scored, signers = _signed(world)
    column = np.concatenate([built[free], ordered.ravel(), parts.ravel(), built[signed]])
    cash = np.concatenate([options.capital[free], normal.ravel(), more.ravel(), scored])
    payer = (
        *(options.payer[o] for o in free),
        *np.repeat(owner, ordered.shape[1]).tolist(),
        *np.repeat(owner, ordered.shape[1] * SLICES).tolist(),
        *signers,
    )
    years = start.ravel()
    when = np.concatenate(
        [options.start[free], years, np.repeat(years, SLICES), options.start[signed]]
    )
    return column, cash, payer, when


def _signed(world: PlanWorld) -> tuple[IntArray, FloatArray, tuple[str, ...]]:
    """Options that bring a contract, what a budget counts for each, and who pays."""
    contracts = world.options.contracts
    if contracts is None:
        return NO_ROWS, np.zeros(0), ()
    return contracts.option, contracts.scored_cost, contracts.payer


def _add_yearly(
    world: PlanWorld, builder: ProgramBuilder, yearly: float, spending: Spending
) -> None:
    """Spending counts in the year in which it is decided."""
    column, cash, _, when = spending
    year = np.floor(world.horizon.years[when]).astype(np.int64)
    found, at = np.unique(year, return_inverse=True)
    axis = Axis("year", tuple(str(y) for y in found))
    row = builder.add_rows("budget of a year", MONEY, {axis: np.arange(found.size)}, upper=yearly)
    builder.add_terms(row[at.ravel()], column, cash)


def _add_by_partner(
    world: PlanWorld, builder: ProgramBuilder, budget: Budget, spending: Spending
) -> None:
    """What `both` may pay is split freely; the rest is paid by its payer.

    A partner without a limit can pay all of what `both` may.

    Raises:
        UsageError: a limit of a region that is no partner.
    """
    column, cash, payer, _ = spending
    names = tuple(name for name, _ in budget.partners)
    strange = [name for name in names if name not in world.partners]
    if strange:
        raise UsageError(
            f"a budget of {strange[0]}, which is no partner; allowed: {', '.join(world.partners)}"
        )
    axis = Axis("partner", names)
    upper = np.array([most for _, most in budget.partners])
    row = builder.add_rows("budget of a partner", MONEY, {axis: np.arange(len(names))}, upper=upper)
    payers = np.array(payer, dtype=object)
    for i, name in enumerate(names):
        mine = payers == name
        builder.add_terms(np.full(int(mine.sum()), row[i]), column[mine], cash[mine])
    shared = np.flatnonzero(payers == EITHER)
    if not shared.size or not set(world.partners) <= set(names):
        return
    which = Axis("payment", tuple(str(s) for s in shared))
    of, by = (index.ravel() for index in np.indices((shared.size, len(names))))
    paid = builder.add_columns("paid", MONEY, {which: of, axis: by})
    split = builder.add_rows("payment", MONEY, {which: np.arange(shared.size)}, lower=0.0)
    builder.add_terms(split[of], paid, 1.0)
    builder.add_terms(split, column[shared], -cash[shared])
    builder.add_terms(row[by], paid, 1.0)
