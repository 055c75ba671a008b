"""What each partner bears of a joint plan before side payments.

Who needs a good pays for what it lacks and imports, who holds a stock for holding it, who has a
plant at home for running it. Goods that cross between partners are paid at their price of the
course. What stands in third countries is paid by share of demand, and so are projects there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from allanite.axis import FloatArray, IntArray
from allanite.studies.coalition.operated import Conduct
from allanite.studies.coalition.players import Players
from allanite.studies.coalition.values import Solved
from allanite.studies.plan.course import Course
from allanite.studies.plan.investment import SLICES, order_premium
from allanite.studies.plan.operation import MILLION
from allanite.studies.plan.stock_rows import order_costs
from allanite.studies.plan.world import PlanWorld


def operation_books(
    players: Players, world: PlanWorld, courses: Sequence[Course], done: Conduct
) -> FloatArray:
    """What each bears of operation, shape (n, S, P), discounted [million USD].

    The sum over players and periods is the cost of operation of each course.
    """
    count = len(players.names)
    own = np.zeros((count + 1, len(courses), world.horizon.count))
    home = _homes(players, world)
    for block, amount in done.amount.items():
        np.add.at(own, home[block], np.moveaxis(amount * done.cost[block], 2, 0))
    own += _trade(players, world, courses, done)
    return np.asarray(own[:count] + players.demand_share[:, None, None] * own[count])


def node_homes(players: Players, world: PlanWorld) -> IntArray:
    """Player in whose country each node lies, shape (U,); n for a third country."""
    return _positions(players, [label.split("/")[0] for label in world.pooled.nodes.labels])


def _positions(players: Players, regions: Sequence[str]) -> IntArray:
    place = {name: i for i, name in enumerate(players.names)}
    return np.array([place.get(region, len(players.names)) for region in regions], dtype=np.int64)


def _homes(players: Players, world: PlanWorld) -> Mapping[str, IntArray]:
    """Who bears each column, by block."""
    pooled, stocks, node = world.pooled, world.stocks, node_homes(players, world)
    stock = node[stocks.node]
    return {
        "activity": _positions(players, players.process_home),
        "flow": node[pooled.route_destination],
        "import": node[pooled.import_node],
        "sold": node[world.goods.sale_node],
        "unmet": node[world.uses.node],
        "level": stock,
        "drawn": stock,
        "filled": stock,
        "delivered": stock[stocks.bought],
    }


def _trade(
    players: Players, world: PlanWorld, courses: Sequence[Course], done: Conduct
) -> FloatArray:
    """What each pays the others for goods, shape (n + 1, S, P); it sums to nothing.

    A flow is paid by where it goes to; what a process takes or makes elsewhere, likewise.
    """
    pooled, count = world.pooled, len(players.names) + 1
    node = node_homes(players, world)
    price = np.array([course.price_factor for course in courses]) * world.goods.price
    worth = world.terms.discount(world.horizon)[None, :, None] / MILLION
    found = np.zeros((count, len(courses), world.horizon.count))
    recipe = pooled.recipe.tocoo()
    plant = _positions(players, players.process_home)[recipe.col]
    moves = (
        (pooled.route_origin, node[pooled.route_origin], node[pooled.route_destination],
         done.amount["flow"]),
        (recipe.row, plant, node[recipe.row], done.amount["activity"][:, :, recipe.col]
         * recipe.data),
    )  # fmt: skip
    for priced, seller, buyer, amount in moves:
        crosses = np.flatnonzero(seller != buyer)
        paid = np.moveaxis(amount[:, :, crosses] * price[:, :, priced[crosses]] * worth, 2, 0)
        np.add.at(found, buyer[crosses], paid)
        np.add.at(found, seller[crosses], -paid)
    return found


def decision_books(players: Players, world: PlanWorld, solved: Solved) -> FloatArray:
    """What each bears of decisions, shape (n,), as the objective counts it [million USD]."""
    options, stocks = world.options, world.stocks
    years = world.terms.discount(world.horizon)[stocks.purchase_period]
    built = options.present_cost * solved.built * ~options.is_committed
    premium = _premiums(world, solved.ordered) * years
    return _by_payer(players, world, built, premium.sum(axis=1))


def cash_books(players: Players, world: PlanWorld, solved: Solved) -> tuple[FloatArray, FloatArray]:
    """Cash that each lays out, for projects and for orders, shape (n,) each [million USD]."""
    options = world.options
    built = options.capital * solved.built * ~options.is_committed
    orders = order_costs(world, solved.ordered).sum(axis=1)
    nothing = np.zeros(built.size), np.zeros(orders.size)
    return (
        _by_payer(players, world, built, nothing[1]),
        _by_payer(players, world, nothing[0], orders),
    )


def _by_payer(
    players: Players, world: PlanWorld, built: FloatArray, ordered: FloatArray
) -> FloatArray:
    count = len(players.names)
    found = np.zeros(count + 1)
    # Who has a plant at home sells what it makes, so what any may pay for there is its own to pay.
    own = [
        payer if payer in players.names else home
        for payer, home in zip(world.options.payer, players.owner, strict=True)
    ]
    np.add.at(found, _positions(players, own), built)
    payer = [world.stocks.payer[k] for k in world.stocks.bought]
    np.add.at(found, _positions(players, payer), ordered)
    return np.asarray(found[:count] + players.demand_share * found[count])


def _premiums(world: PlanWorld, ordered: FloatArray) -> FloatArray:
    """What orders cost above the normal price, shape (X, Y), not discounted [million USD]."""
    stocks = world.stocks
    length = stocks.periods_a_year * world.horizon.step
    part = (stocks.purchase_rate[stocks.bought] * length / SLICES)[:, None, None]
    filled = np.clip(ordered[:, :, None] - part * np.arange(SLICES), 0.0, part)
    return np.asarray((filled * order_premium(world)[:, None, :]).sum(axis=2) / MILLION)
