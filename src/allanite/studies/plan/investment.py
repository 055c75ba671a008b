"""What is decided now: projects in variants and starts, stock orders, who pays, within budgets.

    sum over options of a project <= 1                                            [once]
    capital + stock orders, by payer <= budget                                    [budget]

The state that operation reads is (what is built of each option, what is ordered of each stock
in each year). Orders raise the price: the first third of the yearly limit costs less than the
last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from allanite.axis import Axis, FloatArray, IntArray
from allanite.program.linear import ProgramBuilder
from allanite.studies.plan.world import PlanWorld

SLICES: Final = 3
MILLION: Final = 1e6
MONEY: Final = "million USD"
EITHER: Final = "both"


@dataclass(frozen=True, slots=True)
class Budget:
    """Capital that may be spent [million USD].

    Attributes:
        total: of all partners together; inf for none.
        by_partner: of each partner that has a limit of its own.
        by_year: of all together, by calendar year of the spending.
    """

    total: float
    by_partner: Mapping[str, float]
    by_year: Mapping[int, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Investment:
    """Positions of the blocks of investment. O options, X stocks, Y years.

    Attributes:
        built: columns, shape (O,); ordered: columns, shape (X, Y) [t].
        state: all of them, built first, then ordered, shape (O + X Y,).
    """

    built: IntArray
    ordered: IntArray

    @property
    def state(self) -> IntArray:
        """Columns that operation reads."""
        return np.concatenate([self.built, self.ordered.ravel()])


def add_investment(
    world: PlanWorld, builder: ProgramBuilder, budget: Budget, *, whole: bool
) -> Investment:
    """The decisions of today.

    Args:
        world: what can be decided.
        builder: the programme that is being built.
        budget: limits of the partners.
        whole: whether lumpy projects are built whole or not at all.
    """
    built = _add_options(world, builder, whole)
    ordered, premium = _add_orders(world, builder)
    _add_budgets(world, builder, budget, built, ordered, premium)
    return Investment(built=built, ordered=ordered)


def _add_options(world: PlanWorld, builder: ProgramBuilder, whole: bool) -> IntArray:
    options = world.options
    decided = options.is_committed.astype(float)
    lumpy = options.is_lumpy & ~options.is_committed & whole
    built = np.zeros(decided.size, dtype=np.int64)
    for name, is_integer in (("built", False), ("built whole", True)):
        mine = np.flatnonzero(lumpy == is_integer)
        if mine.size:
            built[mine] = builder.add_columns(
                name,
                "1",
                {options.labels: mine},
                lower=decided[mine],
                upper=1.0,
                cost=options.present_cost[mine],
                is_integer=is_integer,
            )
    free = np.flatnonzero(~options.is_committed)
    projects = np.unique(options.project[free])
    row = builder.add_rows("once", "1", {options.projects: projects}, upper=1.0)
    builder.add_terms(row[np.searchsorted(projects, options.project[free])], built[free], 1.0)
    return built


def _add_orders(world: PlanWorld, builder: ProgramBuilder) -> tuple[IntArray, IntArray]:
    """Orders by stock and year, and their parts at rising prices, shape (X, Y, slices)."""
    stocks, discount = world.stocks, world.terms.discount(world.horizon)
    bought, years = stocks.bought, stocks.purchase_period
    stock_axis = Axis("stock", tuple(stocks.labels.labels[k] for k in bought))
    year_axis = Axis("year", tuple(world.horizon.labels[p] for p in years))
    slice_axis = Axis("part", tuple(f"part {i + 1}" for i in range(SLICES)))
    shape = (bought.size, years.size, SLICES)
    x, y, part = (index.ravel() for index in np.indices(shape))
    length = stocks.periods_a_year * world.horizon.step
    limit = stocks.purchase_rate[bought] * length / SLICES
    cost = _premium(world)[x, part] * discount[years[y]] / MILLION
    index = {stock_axis: x, year_axis: y, slice_axis: part}
    parts = builder.add_columns("order part", "t", index, upper=limit[x], cost=cost)
    x, y = (index.ravel() for index in np.indices(shape[:2]))
    ordered = builder.add_columns("ordered", "t", {stock_axis: x, year_axis: y})
    row = builder.add_rows("order", "t", {stock_axis: x, year_axis: y}, lower=0.0, upper=0.0)
    builder.add_terms(row, ordered, -1.0)
    builder.add_terms(np.repeat(row, SLICES), parts, 1.0)
    return ordered.reshape(shape[:2]), parts.reshape(shape)


def _premium(world: PlanWorld) -> FloatArray:
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
    if budget.by_year:
        _add_yearly(world, builder, budget, spending)
    if budget.by_partner:
        _add_by_partner(builder, budget, spending)


Spending = tuple[IntArray, FloatArray, tuple[str, ...], IntArray]


def _spending(world: PlanWorld, built: IntArray, ordered: IntArray, parts: IntArray) -> Spending:
    """Columns that cost cash, what a unit costs, who pays, and the period it is decided in."""
    options, stocks = world.options, world.stocks
    free = np.flatnonzero(~options.is_committed & (options.capital > 0))
    k = stocks.bought
    price = world.goods.price[stocks.node[k]] / MILLION
    normal = np.broadcast_to(price[:, None], ordered.shape)
    more = np.broadcast_to(_premium(world)[:, None, :] / MILLION, parts.shape)
    start = np.broadcast_to(stocks.purchase_period[None, :], ordered.shape)
    owner = np.array(stocks.payer, dtype=object)[k]
    column = np.concatenate([built[free], ordered.ravel(), parts.ravel()])
    cash = np.concatenate([options.capital[free], normal.ravel(), more.ravel()])
    payer = (
        *(options.payer[o] for o in free),
        *np.repeat(owner, ordered.shape[1]).tolist(),
        *np.repeat(owner, ordered.shape[1] * SLICES).tolist(),
    )
    when = np.concatenate([options.start[free], start.ravel(), np.repeat(start.ravel(), SLICES)])
    return column, cash, payer, when


def _add_yearly(
    world: PlanWorld, builder: ProgramBuilder, budget: Budget, spending: Spending
) -> None:
    """Spending counts in the year in which it is decided."""
    column, cash, _, when = spending
    year = np.floor(world.horizon.years[when]).astype(np.int64)
    limits = sorted(budget.by_year)
    axis = Axis("year", tuple(str(y) for y in limits))
    upper = np.array([budget.by_year[y] for y in limits])
    row = builder.add_rows("budget of a year", MONEY, {axis: np.arange(len(limits))}, upper=upper)
    kept = np.isin(year, limits)
    at = np.searchsorted(limits, year[kept])
    builder.add_terms(row[at], column[kept], cash[kept])


def _add_by_partner(builder: ProgramBuilder, budget: Budget, spending: Spending) -> None:
    """What `both` may pay is split freely; the rest is paid by its payer."""
    column, cash, payer, _ = spending
    names = tuple(sorted(budget.by_partner))
    axis = Axis("partner", names)
    upper = np.array([budget.by_partner[name] for name in names])
    row = builder.add_rows("budget of a partner", MONEY, {axis: np.arange(len(names))}, upper=upper)
    payers = np.array(payer, dtype=object)
    for i, name in enumerate(names):
        mine = payers == name
        builder.add_terms(np.full(int(mine.sum()), row[i]), column[mine], cash[mine])
    shared = np.flatnonzero(payers == EITHER)
    if not shared.size:
        return
    which = Axis("payment", tuple(str(column[s]) for s in shared))
    of, by = (index.ravel() for index in np.indices((shared.size, len(names))))
    paid = builder.add_columns("paid", MONEY, {which: of, axis: by})
    split = builder.add_rows("payment", MONEY, {which: np.arange(shared.size)}, lower=0.0)
    builder.add_terms(split[of], paid, 1.0)
    builder.add_terms(split, column[shared], -cash[shared])
    builder.add_terms(row[by], paid, 1.0)
