"""Who pays a border measure and who gets it, so that the sums agree.

With the price rise d at each node, summing the balances weighted by d over all nodes gives

    users pay = duty + makers' gain + sellers' gain + what costs more + stock

because d is zero where anything is left over. Users pay d on what they use, and the cost of what
they go without; whoever switched for less than d keeps the difference. Makers get d on what they
make, less d on what they take and what the extra tonne costs above the price. Sellers get the
difference of d between two places where a route is full. What the listed origin loses on goods it
no longer sells is not in it: nothing here says what those earned.

Source: Takayama and Judge (1971), Spatial and Temporal Price and Allocation Models, ch. 3.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.sparse import csc_array

from allanite.axis import BoolArray, FloatArray
from allanite.studies.border.channels import listed_places
from allanite.studies.border.point import Point

USERS: Final = "users at home"
TREASURY: Final = "treasury"
MAKERS: Final = "makers at home"
ALLIES: Final = "makers and sellers in third countries"
LISTED: Final = "makers and sellers in listed origins"
OTHERS: Final = "users elsewhere"
STOCKS: Final = "holders of stock that changes in the base year"
COST: Final = "lost to cost: freight, dearer production, going without"
PARTIES: Final = (USERS, TREASURY, MAKERS, ALLIES, LISTED, OTHERS, STOCKS, COST)


def party_gains(point: Point) -> dict[str, float]:
    """What each party gains a year [USD/yr], below 0 for a loss; the sum is the last party."""
    users, switch = _user_cost(point), _switch_gain(point)
    region = point.home[point.base.network.node_place]
    gain = _process_gain(point)
    seller = _seller_gain(point)
    process_place = point.base.network.processes.place
    listed, home = listed_places(point), point.home
    third = ~home & ~listed
    origin = point.base.network.node_place[point.base.network.routes.origin_node]
    demand_home = region[point.base.network.demands.node]
    market_home = region[point.base.network.routes.destination_node]
    stock = point.base.world.state.stock_change_rate
    found = {
        USERS: -float(users[demand_home].sum()) + float(switch[market_home].sum()),
        TREASURY: point.revenue,
        OTHERS: -float(users[~demand_home].sum()) + float(switch[~market_home].sum()),
        STOCKS: -float(point.rise @ stock),
    }
    for name, places in ((MAKERS, home), (ALLIES, third), (LISTED, listed)):
        found[name] = float(gain[places[process_place]].sum() + seller[places[origin]].sum())
    found[COST] = sum(found.values())
    return {name: found[name] for name in PARTIES}


def maker_gains(point: Point, processes: BoolArray) -> FloatArray:
    """Rise of what each material fetches for these makers, shape (M,) [USD/yr], gross of inputs."""
    network = point.base.network
    recipe = csc_array(network.processes.recipe).maximum(0)
    value = (recipe @ (point.activity * processes)) * point.rise
    found = np.zeros(len(network.materials))
    np.add.at(found, network.node_material, value)
    return found


def real_cost(point: Point) -> float:
    """What costs more, reckoned from the amounts and not from the prices [USD/yr]."""
    economics, state = point.outcome.world.economics, point.base.world.state
    extra = np.maximum(point.activity - state.activity_rate, 0.0) @ economics.running_cost
    more = np.maximum(point.flow - state.route_rate, 0.0) @ economics.route_cost
    return float(extra + more + point.outcome.unmet[0] @ economics.steps.cost)


def _user_cost(point: Point) -> FloatArray:
    """What each demand pays more, with what it goes without, shape (D,) [USD/yr]."""
    outcome, network = point.outcome, point.base.network
    steps, unmet = outcome.world.economics.steps, outcome.unmet[0]
    node = network.demands.node
    instead = np.where(steps.substitute_node >= 0, point.rise[steps.substitute_node], 0.0)
    paid = point.rise[node] * outcome.need[0]
    saved = unmet * (steps.cost + instead - point.rise[node[steps.demand]])
    np.add.at(paid, steps.demand, saved)
    return np.asarray(paid)


def _process_gain(point: Point) -> FloatArray:
    """What each process earns more, shape (N,) [USD/yr]."""
    recipe = csc_array(point.base.network.processes.recipe)
    margin = np.asarray(recipe.T @ point.rise)
    normal = point.base.world.state.activity_rate
    dearer = np.maximum(point.activity - normal, 0.0) * point.outcome.world.economics.running_cost
    return np.asarray(margin * point.activity - dearer)


def _route_gain(point: Point) -> FloatArray:
    """Difference of price over each route less its costs, times its flow, (R,) [USD/yr]."""
    routes, normal = point.base.network.routes, point.base.world.state.route_rate
    step = point.rise[routes.destination_node] - point.rise[routes.origin_node]
    duty = np.where(point.taxed, point.duty[point.route_material], 0.0)
    dearer = np.maximum(point.flow - normal, 0.0) * point.outcome.world.economics.route_cost
    return np.asarray((step - duty) * point.flow - dearer)


def _switch_gain(point: Point) -> FloatArray:
    """What users who switched keep, on the ways from desks to markets, shape (R,)."""
    found = np.zeros(point.flow.size)
    found[point.base.switch] = _route_gain(point)[point.base.switch]
    return found


def _seller_gain(point: Point) -> FloatArray:
    found = _route_gain(point)
    found[point.base.switch] = 0.0
    return found
