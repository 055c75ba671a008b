"""One measure at one level after some months: the steady year it leads to.

The year is one period of a response with what had time to adapt by then. Stocks stand still: a
duty that stays is no reason to empty a shelf.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np
from scipy.sparse import csc_array

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.conditions.border import (
    BorderMeasure,
    border_conditions,
    duty_by_material,
    measured_routes,
)
from allanite.conditions.effects import Conditions, combine, make_conditions
from allanite.conditions.horizon import Horizon
from allanite.program.highs import Session
from allanite.studies.border.leak import LeakSteps, add_leak_steps
from allanite.studies.border.terms import MONTHS, BorderTerms
from allanite.studies.border.world import BorderWorld
from allanite.studies.response.bounds import activity_limits, elapsed_years
from allanite.studies.response.outcome import Outcome, read_outcome
from allanite.studies.response.program import build_response
from allanite.studies.response.solve import SIMPLEX
from allanite.studies.response.world import Rules, opening

YEAR: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Point:
    """A steady year under a measure. R routes, V nodes, M materials, D demands, S steps.

    Attributes:
        measure: the measure; base: the world it meets; outcome: amounts of one year [t].
        duty: on each material, shape (M,) [USD/t].
        taxed: routes that pay, shape (R,).
        leak: the steps by which products move.
        home: whether each place lies in a country that imposes it, shape (L,).
    """

    measure: BorderMeasure
    base: BorderWorld
    outcome: Outcome
    duty: FloatArray
    taxed: BoolArray
    leak: LeakSteps
    home: BoolArray

    @property
    def flow(self) -> FloatArray:
        """Flow of each route, shape (R,) [t/yr]."""
        return np.asarray(self.outcome.flow[0])

    @property
    def activity(self) -> FloatArray:
        """Activity of each process, shape (N,) [t/yr]."""
        return np.asarray(self.outcome.activity[0])

    @property
    def rise(self) -> FloatArray:
        """Price rise at each node, shape (V,) [USD/t]; 0 outside the programme."""
        return np.asarray(np.nan_to_num(self.outcome.marginal_value[0]), dtype=np.float64)

    @property
    def route_material(self) -> IntArray:
        """Material of each route, shape (R,)."""
        network = self.base.network
        return np.asarray(network.node_material[network.routes.origin_node])

    @property
    def taxed_rate(self) -> float:
        """What still pays, all goods together [t/yr]."""
        return float(self.flow[self.taxed].sum())

    @property
    def revenue(self) -> float:
        """Duty collected [USD/yr]."""
        return float((self.flow * self.duty[self.route_material])[self.taxed].sum())

    @property
    def home_process(self) -> BoolArray:
        """Whether each process stands in a country that imposes it, shape (N,)."""
        return np.asarray(self.home[self.base.network.processes.place])

    def made(self, processes: BoolArray, nodes: BoolArray) -> float:
        """What these processes make more at these nodes than normally [t/yr]."""
        recipe = csc_array(self.base.network.processes.recipe).maximum(0)
        change = self.activity - self.base.world.state.activity_rate
        return float((recipe @ (change * processes))[nodes].sum())


@dataclass(frozen=True, slots=True)
class Year:
    """Which year is read.

    Attributes:
        start: the first day of the measure; months: how long users and makers have had by the
            first day of the year.
    """

    start: date
    months: int

    @property
    def horizon(self) -> Horizon:
        """The year as one period."""
        total = self.start.year * 12 + self.start.month - 1 + self.months
        return Horizon(date(total // 12, total % 12 + 1, 1), YEAR, 1)

    @property
    def elapsed(self) -> float:
        """Time since the measure began [yr]."""
        return self.months / MONTHS


def solve_point(
    base: BorderWorld,
    measure: BorderMeasure,
    terms: BorderTerms,
    year: Year,
    extra: FloatArray | None = None,
) -> Point:
    """The steady year that begins some months after a measure.

    Args:
        base: the world with desks.
        measure: the measure.
        terms: elasticities and shares.
        year: which year is read.
        extra: another cost on each route, shape (R,) [USD/t].

    Raises:
        UsageError: the measure does not fit the network.
        SolveError: no response exists; what contradicts is named.
    """
    network, horizon = base.network, year.horizon
    duty = duty_by_material(measure, network, base.price)
    home = np.isin(np.array(network.place_country, dtype=object), measure.imposers)
    base, leak = _with_leak(base, measure, duty, home, terms)
    conditions = _conditions(base, measure, year, extra)
    rules = Rules(partners=measure.imposers, watched=measure.origins[0])
    past = replace(opening(base.world, YEAR, 1), elapsed=year.elapsed)
    active = base.goods[network.node_material]
    made = build_response(base.world, conditions, rules, horizon, past, active)
    session = Session(made.program, SIMPLEX)
    session.set_basis(made.start)
    outcome = read_outcome(base.world, conditions, rules, horizon, made, session.solve())
    taxed = measured_routes(measure, network)
    return Point(
        measure=measure, base=base, outcome=outcome, duty=duty, taxed=taxed, leak=leak, home=home
    )


def _with_leak(
    base: BorderWorld,
    measure: BorderMeasure,
    duty: FloatArray,
    home: BoolArray,
    terms: BorderTerms,
) -> tuple[BorderWorld, LeakSteps]:
    """The world with the steps by which products of users at home move abroad."""
    network, node = base.network, base.network.demands.node
    taxed_use = home[network.node_place[node]] & (duty > 0)[network.node_material[node]]
    steps, on_products = base.world.economics.steps, measure.on_products
    leak = add_leak_steps(network, steps, base.price, duty, taxed_use, terms, on_products)
    world = replace(base.world, economics=replace(base.world.economics, steps=leak.steps))
    return replace(base, world=world), leak


def _conditions(
    base: BorderWorld, measure: BorderMeasure, year: Year, extra: FloatArray | None
) -> Conditions:
    """The duty, settled buyers, parts of users, origin rules, stocks that stand still."""
    network, horizon = base.network, year.horizon
    duty = border_conditions(measure, network, horizon, base.price)
    quota = np.full(len(network.routes.labels), np.inf)
    quota[base.settled] = np.maximum(base.world.state.route_rate[base.settled], 0.0)
    quota[base.switch] = base.switch_rate
    quota = np.minimum(quota, _origin_limits(base, measure, year))
    fixed = make_conditions(
        network,
        horizon,
        route_quota_rate=quota[None, :],
        route_cost_added=np.zeros((1, quota.size)) if extra is None else extra[None, :],
        stock_availability=np.zeros((1, len(network.stocks.labels))),
    )
    return combine(duty, fixed)


def _origin_limits(base: BorderWorld, measure: BorderMeasure, year: Year) -> FloatArray:
    """What may come through a country that does not pay: no more than it can make, (R,) [t/yr].

    Goods that only pass through keep their origin and pay as if they came straight from it; a
    country that sends its own and buys as much for its own use breaks no rule.
    """
    network, routes = base.network, base.network.routes
    country = np.array(network.place_country, dtype=object)
    start, end = country[network.node_place[routes.origin_node]], routes.destination_node
    sent = np.zeros(len(routes.labels))
    sent[base.newcomer] = np.maximum(base.world.state.route_rate[base.settled], 0.0)
    checked = np.zeros(sent.size, dtype=bool)
    checked[base.newcomer] = True
    checked &= np.isin(country[network.node_place[end]], measure.imposers)
    checked &= ~np.isin(start, measure.imposers) & ~measured_routes(measure, network)
    able = _possible_output(base, year)[routes.origin_node]
    return np.where(checked, np.maximum(able - sent, 0.0), np.inf)


def _possible_output(base: BorderWorld, year: Year) -> FloatArray:
    """Most of each node's material that its whole country can make, shape (V,) [t/yr]."""
    network = base.network
    neutral = make_conditions(network, year.horizon)
    since = elapsed_years(year.horizon, year.elapsed)
    usual, more = activity_limits(base.world, neutral, year.horizon, since)
    made = csc_array(network.processes.recipe).maximum(0) @ (usual + more)[0]
    codes, of_place = np.unique(np.array(network.place_country, dtype=str), return_inverse=True)
    at = of_place[network.node_place], network.node_material
    output = np.zeros((codes.size, len(network.materials)))
    np.add.at(output, at, made)
    return np.asarray(output[at])
