"""Measures of the same effect: what each costs users and treasury for one more tonne at home.

Each measure is raised until home makers make a stated amount more of the goods, or it can not do
it at any level. A payment for each tonne at home (a floor, or a subsidy) is reckoned as a duty on
every import together with the same payment to users: both leave makers at home the same price.

Source: Corden (1974), Trade Policy and Economic Welfare, ch. 2, for a duty as a subsidy and a tax.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
from scipy.sparse import csc_array

from allanite.axis import BoolArray
from allanite.catalogue.tables.border import EVERYONE
from allanite.conditions.border import BorderMeasure, measured_goods, measured_routes
from allanite.network.supply import SupplyNetwork
from allanite.studies.border.payers import MAKERS, TREASURY, USERS, party_gains
from allanite.studies.border.point import Point, Year, solve_point
from allanite.studies.border.terms import BorderTerms
from allanite.studies.border.world import BorderWorld

HIGHEST: Final = 3.0  # duty over price at which a search ends
HALVINGS: Final = 12
CHAIN_STAGES: Final = ("oxide", "metal", "alloy", "magnet")
PAYMENT: Final = "payment for each tonne at home"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a measure does at one level.

    Attributes:
        name: the measure in words; level: its duty as a share of the price [1].
        reached: whether home makers make the stated amount more.
        home_rate: what home makers make more of the goods [t/yr].
        users, treasury, makers: gain of each at home [USD/yr], below 0 for a loss.
    """

    name: str
    level: float
    reached: bool
    home_rate: float
    users: float
    treasury: float
    makers: float


# Home output [t/yr]; gains of users, treasury, makers [USD/yr].
Gains = tuple[float, float, float, float]
Reading = Callable[[Point, float], Gains]
_Solve = Callable[[BorderWorld, BorderMeasure, BorderTerms, Year, float], Point]
Worlds = Callable[[BorderTerms, BoolArray], BorderWorld]


def variants_of(measure: BorderMeasure, partners: tuple[str, ...]) -> dict[str, BorderMeasure]:
    """The measure as an ad valorem duty, and in the forms it is compared with."""
    plain = replace(measure, reference_material="", reference_price=0.0, rate=0.0)
    everyone = replace(plain, origins=(EVERYONE,), exempt=())
    together = tuple(dict.fromkeys((*measure.imposers, *partners)))
    found = {
        "duty on the listed origins": plain,
        "the same, products too": replace(plain, on_products=True),
        "duty on all origins": everyone,
        "duty on all origins, products too": replace(everyone, on_products=True),
    }
    stages = (*CHAIN_STAGES, *(s for s in measure.stages if s not in CHAIN_STAGES))
    if measure.stages and set(measure.stages) != set(stages):
        found["duty on all origins at each stage"] = replace(everyone, stages=stages, materials=())
    if together != measure.imposers:
        free = replace(plain, imposers=together, exempt=_without(plain.exempt, together))
        found["listed origins, by the partners together"] = free
    return found


def _without(names: tuple[str, ...], left_out: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in left_out)


def compare_measures(
    network: SupplyNetwork,
    worlds: Worlds,
    measure: BorderMeasure,
    partners: tuple[str, ...],
    terms: Mapping[str, BorderTerms],
    year: Year,
    target_rate: float,
) -> Iterator[dict[str, Effect]]:
    """Each form of a measure at the least level with which home makers make so much more.

    The level is that of the central terms; what it does is told for each case of the terms.

    Args:
        network: M materials.
        worlds: gives the world with desks under terms for goods, shape (M,).
        measure: the measure; its goods of the last stage are those that are counted and paid.
        partners: who could impose it together.
        terms: elasticities and shares by case, `central` first.
        year: which year is read.
        target_rate: what home makers shall make more [t/yr].
    """
    last = replace(measure, stages=measure.stages[-1:])
    counted = measured_goods(last, network)
    forms: dict[str, tuple[BorderMeasure, _Solve, Reading]] = {
        name: (one, _duty_point, partial(_duty_effect, measure, counted))
        for name, one in variants_of(measure, partners).items()
    }
    forms[PAYMENT] = last, _paid_point, partial(_payment_effect, measure, counted)
    for name, (one, solve, read) in forms.items():
        goods = measured_goods(one, network)
        at = {
            case: partial(solve, worlds(mine, goods), one, mine, year)
            for case, mine in terms.items()
        }
        central = _least(name, next(iter(at.values())), read, target_rate)
        yield {
            case: central if i == 0 else _effect(central, read(point(central.level), central.level))
            for i, (case, point) in enumerate(at.items())
        }


def _least(name: str, at: Callable[[float], Point], read: Reading, target: float) -> Effect:
    """The least level that reaches the target; the highest where none does."""
    low, high = 0.0, HIGHEST
    best = read(at(high), high)
    reached = best[0] >= target
    for _ in range(HALVINGS if reached else 0):
        middle = (low + high) / 2
        found = read(at(middle), middle)
        if found[0] >= target:
            high, best = middle, found
        else:
            low = middle
    start = Effect(
        name=name, level=high, reached=reached, home_rate=0.0, users=0.0, treasury=0.0, makers=0.0
    )
    return _effect(start, best)


def _effect(like: Effect, found: Gains) -> Effect:
    """The effect of that form and level with other figures."""
    home, users, treasury, makers = found
    return replace(like, home_rate=home, users=users, treasury=treasury, makers=makers)


def _own_process(point: Point, measure: BorderMeasure) -> BoolArray:
    network = point.base.network
    country = np.array(network.process_country, dtype=object)
    return np.asarray(np.isin(country, measure.imposers))


def _duty_effect(measure: BorderMeasure, goods: BoolArray, point: Point, _: float) -> Gains:
    """Home output, and gains of users, treasury and makers, of those who impose the duty."""
    gains: Mapping[str, float] = party_gains(point)
    more = point.made(_own_process(point, measure), goods[point.base.network.node_material])
    return more, gains[USERS], gains[TREASURY], gains[MAKERS]


def _payment_effect(measure: BorderMeasure, goods: BoolArray, point: Point, level: float) -> Gains:
    """The same under a payment: users pay the world's price, the treasury the difference."""
    gains = party_gains(point)
    network, price = point.base.network, point.base.price
    own, nodes = _own_process(point, measure), goods[network.node_material]
    demand = (nodes & point.home[network.node_place])[network.demands.node]
    per_tonne = level * price[network.node_material]
    spared = float((per_tonne[network.demands.node] * point.outcome.need[0])[demand].sum())
    recipe = csc_array(network.processes.recipe).maximum(0)
    paid = float(((recipe @ (point.activity * own)) * per_tonne)[nodes].sum())
    return point.made(own, nodes), gains[USERS] + spared, -paid, gains[MAKERS]


def _duty_point(
    base: BorderWorld, measure: BorderMeasure, terms: BorderTerms, year: Year, level: float
) -> Point:
    return solve_point(base, measure.at(level), terms, year)


def _paid_point(
    base: BorderWorld, measure: BorderMeasure, terms: BorderTerms, year: Year, level: float
) -> Point:
    """The year in which each tonne of the goods made at home is paid a share of its price."""
    every = replace(
        measure,
        origins=(EVERYONE,),
        exempt=(),
        reference_material="",
        reference_price=0.0,
        rate=0.0,
    )
    material = base.network.node_material[base.network.routes.origin_node]
    enters = measured_routes(every, base.network)
    extra = np.where(enters, level * base.price[material], 0.0)
    raised = _with_step_cost(base, measure, measured_goods(measure, base.network), level)
    return solve_point(raised, every, terms, year, extra)


def _with_step_cost(
    base: BorderWorld, measure: BorderMeasure, goods: BoolArray, level: float
) -> BorderWorld:
    """The world in which users at home save nothing of the payment by going without.

    A substitute of the goods is drawn at the same raised price as what it replaces.
    """
    network, steps = base.network, base.world.economics.steps
    node, instead = network.demands.node[steps.demand], steps.substitute_node
    here = np.isin(np.array(network.place_country, dtype=object), measure.imposers)
    within = (instead >= 0) & goods[network.node_material[instead]]
    paid = here[network.node_place[node]] & goods[network.node_material[node]] & ~within
    cost = steps.cost + np.where(paid, level * base.price[network.node_material[node]], 0.0)
    economics = replace(base.world.economics, steps=replace(steps, cost=cost))
    return replace(base, world=replace(base.world, economics=economics))
