"""Where demand goes that leaves a tariffed import, in tonnes that add up.

At each stage of the goods, over all markets of the countries that impose the measure:

    left = own production + exports kept at home + from third countries + thrift and substitution
           + bought inside imports + foregone + delayed or idle - more taken by makers - left unused

What third countries send more is made by them, or replaced for their own users by the listed
origin (transit in effect, though each tonne keeps its papers), or taken from users elsewhere; it
is split in the proportion of the three, material by material.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from scipy.sparse import csc_array

from allanite.axis import BoolArray, FloatArray
from allanite.studies.border.point import Point
from allanite.studies.tracing import Rates

OWN: Final = "own production"
KEPT: Final = "exports kept at home"
ALLIED: Final = "allied production"
TRANSIT: Final = "third-country transit"
TAKEN: Final = "taken from other users"
THRIFT: Final = "thrift and substitution"
EMBODIED: Final = "embodied imports"
FOREGONE: Final = "foregone"
IDLE: Final = "delayed or idle"
INTAKE: Final = "more taken by home makers"
UNUSED: Final = "left unused"
CHANNELS: Final = (
    OWN, KEPT, ALLIED, TRANSIT, TAKEN, THRIFT, EMBODIED, FOREGONE, IDLE, INTAKE, UNUSED
)  # fmt: skip
# Demand that left the import and did not come home, to allies or to thrift.
LEAKS: Final = (TRANSIT, TAKEN, EMBODIED)


def left_rate(point: Point, goods: BoolArray) -> float:
    """What no longer pays, of some materials [t/yr].

    Args:
        point: a steady year.
        goods: materials, shape (M,).
    """
    taxed = point.taxed & goods[point.route_material]
    normal = point.base.world.state.route_rate
    return float((normal - point.flow)[taxed].sum())


def channel_rates(point: Point, goods: BoolArray) -> dict[str, float]:
    """Where what left went, by channel [t/yr]; see the module for what adds up.

    Args:
        point: a steady year.
        goods: materials that are counted together, of one stage, shape (M,).
    """
    network = point.base.network
    inside = point.home[network.node_place] & goods[network.node_material]
    change = point.activity - point.base.world.state.activity_rate
    recipe = csc_array(network.processes.recipe)
    made = float((recipe.maximum(0) @ change)[inside].sum())
    taken = -float((recipe.minimum(0) @ change)[inside].sum())
    found = dict.fromkeys(CHANNELS, 0.0)
    found |= _third_countries(point, goods) | _users(point, goods)
    found[OWN], found[INTAKE] = made, -taken
    found[KEPT] = -_crossing(point, goods, leaving=True)
    found[UNUSED] = left_rate(point, goods) - sum(found.values())
    return found


def channel_shares(rates: Mapping[str, float]) -> dict[str, float]:
    """Share of each channel in all that had to be found elsewhere; they sum to one.

    What makers take more, and what is left unused, had to be found besides and has no share.
    """
    positive = {name: max(rate, 0.0) for name, rate in rates.items()}
    total = sum(positive.values())
    return {name: rate / total if total > 0 else 0.0 for name, rate in positive.items()}


def leak_share(rates: Mapping[str, float]) -> float:
    """Share of what left that went through third countries or into products [1]."""
    shares = channel_shares(rates)
    return sum(shares[name] for name in LEAKS)


def _route_change(point: Point) -> FloatArray:
    return np.asarray(point.flow - point.base.world.state.route_rate)


def _crossing(point: Point, goods: BoolArray, *, leaving: bool) -> float:
    """Change of what leaves, or of what enters and does not pay [t/yr]."""
    start, end = _route_homes(point)
    chosen = (start & ~end) if leaving else (~start & end & ~point.taxed)
    chosen = chosen & goods[point.route_material]
    return float(_route_change(point)[chosen].sum())


def _route_homes(point: Point) -> tuple[BoolArray, BoolArray]:
    """Whether each route starts, and ends, in a country that imposes the measure."""
    network = point.base.network
    home = point.home[network.node_place]
    return home[network.routes.origin_node], home[network.routes.destination_node]


def _third_countries(point: Point, goods: BoolArray) -> dict[str, float]:
    found = dict.fromkeys((ALLIED, TRANSIT, TAKEN), 0.0)
    for material in np.flatnonzero(goods).tolist():
        one = np.zeros_like(goods)
        one[material] = True
        more = _crossing(point, one, leaving=False)
        made, replaced = _made_by_thirds(point, one), _replaced_by_listed(point, one)
        other = max(more - made - replaced, 0.0)
        total = made + replaced + other
        parts = (made, replaced, other) if total > 0 else (0.0, 0.0, 1.0)
        for name, part in zip((ALLIED, TRANSIT, TAKEN), parts, strict=True):
            found[name] += more * part / max(sum(parts), 1e-300)
    return found


def listed_places(point: Point) -> BoolArray:
    """Whether goods from each place pay, shape (L,)."""
    network = point.base.network
    start = network.node_place[network.routes.origin_node[point.taxed]]
    country = np.array(network.place_country, dtype=object)
    return np.isin(country, country[start])


def _made_by_thirds(point: Point, goods: BoolArray) -> float:
    """What countries that neither impose nor pay make more [t/yr]; 0 where they make less."""
    network = point.base.network
    third = ~point.home & ~listed_places(point)
    nodes = goods[network.node_material]
    return max(point.made(third[network.processes.place], nodes), 0.0)


def _replaced_by_listed(point: Point, goods: BoolArray) -> float:
    """What the listed origins send third countries more, less what they take from them."""
    network = point.base.network
    listed, third = listed_places(point), ~point.home & ~listed_places(point)
    start = network.node_place[network.routes.origin_node]
    end = network.node_place[network.routes.destination_node]
    sign = (listed[start] & third[end]).astype(float) - (third[start] & listed[end])
    return max(float((_route_change(point) * sign * goods[point.route_material]).sum()), 0.0)


def _users(point: Point, goods: BoolArray) -> dict[str, float]:
    """What users at home go without, by how."""
    outcome, network = point.outcome, point.base.network
    steps, unmet = outcome.world.economics.steps, outcome.unmet[0]
    node = network.demands.node[steps.demand]
    here = point.home[network.node_place[node]] & goods[network.node_material[node]]
    # A substitute of the same goods moves need from one grade to another and frees nothing.
    instead = steps.substitute_node
    within = (instead >= 0) & goods[network.node_material[instead]]
    moved = np.arange(unmet.size) >= point.leak.first
    embodied = np.zeros(unmet.size)
    embodied[point.leak.first :] = point.leak.embodied_share
    kind = np.array(steps.kind, dtype=object)
    spared = np.isin(kind, ("thrift", "substitution")) & ~moved & ~within

    def total(chosen: BoolArray, share: FloatArray | float = 1.0) -> float:
        return float((unmet * share)[here & chosen].sum())

    return {
        THRIFT: total(spared),
        IDLE: total(np.isin(kind, ("delay", "idle"))),
        EMBODIED: total(moved, embodied),
        FOREGONE: total(moved, 1.0 - embodied),
    }


def rates_after(point: Point) -> Rates:
    """The steady year as rates that can be traced."""
    network, outcome = point.base.network, point.outcome
    short = outcome.unmet_of("thrift", "substitution", "delay", "idle")[0]
    return Rates(
        process_flow=csc_array(network.processes.recipe * point.activity[None, :]),
        route=np.maximum(point.flow, 0.0),
        demand=np.maximum(outcome.need[0] - short, 0.0),
        stock_change=point.base.world.state.stock_change_rate,
    )


def rates_before(point: Point) -> Rates:
    """The base year as rates that can be traced, on the same network."""
    state = point.base.world.state
    recipe = state.network.processes.recipe
    return Rates(
        process_flow=csc_array(recipe * state.activity_rate[None, :]),
        route=np.maximum(state.route_rate, 0.0),
        demand=state.demand_rate,
        stock_change=state.stock_change_rate,
    )
