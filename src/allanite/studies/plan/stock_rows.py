"""Rows on stocks: what is ordered in which form and place, what it covers, what is in store."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from allanite.axis import FloatArray
from allanite.studies.plan.answer import PlanAnswer
from allanite.studies.plan.investment import SLICES, order_premium
from allanite.studies.plan.world import PlanWorld
from allanite.units import DAYS_PER_YEAR

Row = dict[str, object]
MILLION = 1e6


def stock_rows(answer: PlanAnswer) -> Iterator[Row]:
    """Rows of table `plan_stocks`: every stock that may be built, year by year."""
    world, ordered = answer.program.world, answer.ordered
    stocks, horizon = world.stocks, world.horizon
    cost, margin = order_costs(world, ordered), _marginal_values(answer)
    cover = order_cover(answer)
    limit = stocks.purchase_rate[stocks.bought] * stocks.periods_a_year * horizon.step
    for x, k in enumerate(stocks.bought):
        region, material = place_and_material(world, int(k))
        for y, period in enumerate(stocks.purchase_period):
            yield {
                "stock": stocks.labels.labels[k],
                "holder": stocks.holder[k],
                "region": region,
                "material": material,
                "form": stocks.form[k],
                "year": horizon.first_day(int(period)).year,
                "ordered_amount": float(ordered[x, y]),
                "limit_amount": float(limit[x]),
                "cost": float(cost[x, y]),
                "cover": float(cover[x]),
                "marginal_value": float(margin[x, y]),
            }


def place_and_material(world: PlanWorld, stock: int) -> tuple[str, str]:
    """Region and material of a stock."""
    region, material = world.pooled.nodes.labels[int(world.stocks.node[stock])].split("/")
    return region, material


def order_costs(world: PlanWorld, ordered: FloatArray) -> FloatArray:
    """Cash of each order with the rise of the price, shape (X, Y) [million USD]."""
    stocks = world.stocks
    k = stocks.bought
    price = world.goods.price[stocks.node[k]]
    length = stocks.periods_a_year * world.horizon.step
    part = (stocks.purchase_rate[k] * length / SLICES)[:, None, None]
    filled = np.clip(ordered[:, :, None] - part * np.arange(SLICES), 0.0, part)
    premium = order_premium(world)[:, None, :]
    return np.asarray((price[:, None] * ordered + (filled * premium).sum(axis=2)) / MILLION)


def _marginal_values(answer: PlanAnswer) -> FloatArray:
    """What a tonne more would save beyond its price and premium, shape (X, Y) [USD/t].

    Where less than the whole limit is ordered the premium is that of the part in use.
    """
    world = answer.program.world
    stocks, options = world.stocks, world.options.project.size
    shape = stocks.bought.size, stocks.purchase_period.size
    gradient = answer.solution.gradient[options : options + shape[0] * shape[1]].reshape(shape)
    length = stocks.periods_a_year * world.horizon.step
    part = (stocks.purchase_rate[stocks.bought] * length / SLICES)[:, None]
    at = np.minimum((answer.ordered / part * (1 - 1e-9)).astype(np.int64), SLICES - 1)
    premium = np.take_along_axis(order_premium(world), at, axis=1)
    worth = world.terms.discount(world.horizon)[stocks.purchase_period]
    return np.asarray(-gradient * MILLION - premium * worth)


def order_cover(answer: PlanAnswer) -> FloatArray:
    """Days of the region's own use that all orders of a stock make, shape (X,) [d]."""
    world, whole = answer.program.world, answer.desk.desk.world
    pool = world.pooled.pool
    inside = pool >= 0
    use = whole.state.use_rate() * answer.desk.rights.node_share
    total = np.bincount(pool[inside], weights=use[inside], minlength=len(world.pooled.nodes))
    k = world.stocks.bought
    daily = total[world.stocks.node[k]] / DAYS_PER_YEAR
    return np.asarray(answer.ordered.sum(axis=1) / np.where(daily > 0, daily, np.inf))


def cover_rows(answer: PlanAnswer) -> Iterator[Row]:
    """Rows of table `plan_cover`: what is in store over time, shelves and orders together."""
    world = answer.program.world
    stocks, horizon = world.stocks, world.horizon
    keys: dict[tuple[str, str, str], list[int]] = {}
    for k in range(len(stocks.labels)):
        region, material = place_and_material(world, k)
        keys.setdefault((region, material, _form(answer, material)), []).append(k)
    for (region, material, form), members in sorted(keys.items()):
        level = answer.with_plan.level_amount[:, :, members].sum(axis=2)
        mean = answer.mean(level)
        for p, label in enumerate(horizon.labels):
            yield {
                "region": region,
                "material": material,
                "form": form,
                "period": label,
                "level_amount": float(mean[p]),
                "worst_level_amount": float(level[:, p].min()),
            }


def _form(answer: PlanAnswer, material: str) -> str:
    network = answer.desk.desk.world.network
    return network.material_stage[network.materials.position(material)]
