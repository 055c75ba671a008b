"""One measure at its level as rows: trade, channels, parties, elements.

A figure is that of the central terms; its range spans all cases of the terms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from scipy.sparse import csc_array

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.studies.border.channels import CHANNELS, channel_rates, channel_shares
from allanite.studies.border.payers import PARTIES, maker_gains, party_gains
from allanite.studies.border.point import Point
from allanite.studies.border.protection import home_rise

Row = dict[str, object]
Points = Mapping[str, Point]
CENTRAL: Final = "central"
MILLION: Final = 1e6


def ranged(name: str, values: Mapping[str, float]) -> Row:
    """Columns `name`, `low_name` and `high_name` of values by case of the terms."""
    return {
        name: values[CENTRAL],
        f"low_{name}": min(values.values()),
        f"high_{name}": max(values.values()),
    }


def goods_by_stage(point: Point) -> dict[str, BoolArray]:
    """Materials the measure is laid on by stage, shape (M,) each, in the order of the chain."""
    stage = np.array(point.base.network.material_stage, dtype=object)
    names = dict.fromkeys(stage[point.base.goods].tolist())
    return {name: point.base.goods & (stage == name) for name in names}


def channel_rows(key: Row, points: Points) -> Iterator[Row]:
    """Rows of `border_channels`."""
    for stage, goods in goods_by_stage(points[CENTRAL]).items():
        rates = {case: channel_rates(point, goods) for case, point in points.items()}
        shares = {case: channel_shares(found) for case, found in rates.items()}
        for channel in CHANNELS:
            yield {
                **key,
                "stage": stage,
                "channel": channel,
                **ranged("rate", {case: found[channel] for case, found in rates.items()}),
                **ranged("share", {case: found[channel] for case, found in shares.items()}),
            }


def party_rows(key: Row, points: Points) -> Iterator[Row]:
    """Rows of `border_parties`."""
    gains = {case: party_gains(point) for case, point in points.items()}
    for party in PARTIES:
        by_case = {case: found[party] / MILLION for case, found in gains.items()}
        yield {**key, "party": party, **ranged("gain", by_case)}


def trade_rows(key: Row, points: Points) -> Iterator[Row]:
    """Rows of `border_trade`."""
    central = points[CENTRAL]
    network = central.base.network
    figures = {case: _trade(point) for case, point in points.items()}
    before = _normal_trade(central)
    for m in np.flatnonzero(central.base.goods).tolist():
        yield {
            **key,
            "stage": network.material_stage[m],
            "material": network.materials.labels[m],
            "normal_price": float(central.base.price[m]),
            "duty": float(central.duty[m]),
            **{f"{name}_before_rate": float(before[name][m]) for name in before},
            **{
                column: value
                for name in ("price_rise", "taxed_rate", "other_rate", "home_rate", "home_gain")
                for column, value in ranged(
                    name, {case: float(found[name][m]) for case, found in figures.items()}
                ).items()
            },
            "limit": _limit(central, m),
        }


def _trade(point: Point) -> dict[str, FloatArray]:
    return {
        "price_rise": home_rise(point),
        "taxed_rate": imports(point, point.flow, taxed=True),
        "other_rate": imports(point, point.flow, taxed=False),
        "home_rate": home_output(point, point.activity),
        "home_gain": maker_gains(point, point.home_process) / MILLION,
    }


def _normal_trade(point: Point) -> dict[str, FloatArray]:
    state = point.base.world.state
    return {
        "taxed": imports(point, state.route_rate, taxed=True),
        "other": imports(point, state.route_rate, taxed=False),
        "home": home_output(point, state.activity_rate),
    }


def imports(point: Point, flow: FloatArray, *, taxed: bool) -> FloatArray:
    """What enters those who impose the measure and pays, or does not, shape (M,) [t/yr]."""
    network = point.base.network
    home = point.home[network.node_place]
    enters = home[network.routes.destination_node] & ~home[network.routes.origin_node]
    chosen = point.taxed if taxed else enters & ~point.taxed
    return _by_material(point, point.route_material[chosen], np.maximum(flow[chosen], 0.0))


def home_output(point: Point, activity: FloatArray) -> FloatArray:
    """What home makers make of each material, shape (M,) [t/yr]."""
    network = point.base.network
    made = csc_array(network.processes.recipe).maximum(0) @ (activity * point.home_process)
    return _by_material(point, network.node_material, np.maximum(made, 0.0))


def _by_material(point: Point, material: IntArray, amount: FloatArray) -> FloatArray:
    found = np.zeros(point.duty.size)
    np.add.at(found, material, amount)
    return found


def _limit(point: Point, material: int) -> str:
    """What keeps home makers of a material from making more."""
    network, economics = point.base.network, point.outcome.world.economics
    recipe = csc_array(network.processes.recipe)
    row = np.flatnonzero(network.node_material == material)
    given = np.asarray(recipe[row].maximum(0).sum(axis=0)).ravel()
    year = point.outcome.horizon.start.year
    able = point.home_process & (given > 0) & network.processes.available(year)
    if not able.any():
        return "no maker at home"
    if not (network.processes.capacity_alone(year) - point.activity > 1e-6)[able].any():
        return "makers at home are full"
    margin = np.asarray(recipe.T @ home_rise(point)[network.node_material])
    short = float(((economics.running_cost - margin) / np.where(able, given, 1.0))[able].min())
    if short > 1.0:
        return f"the price would have to rise by {short:,.0f} USD/t more"
    return "users who would switch for less, or inputs"


def element_rows(key: Row, points: Points, elements: Sequence[str]) -> Iterator[Row]:
    """Rows of `border_elements`."""
    central = points[CENTRAL]
    network, state = central.base.network, central.base.world.state
    content = network.element_content.toarray()
    goods = central.base.goods
    for element in (e for e in elements if e in network.elements):
        share = np.where(goods, content[network.elements.position(element)], 0.0)
        taxed = {
            case: float(share @ imports(point, point.flow, taxed=True))
            for case, point in points.items()
        }
        made = {
            case: float(share @ home_output(point, point.activity))
            for case, point in points.items()
        }
        yield {
            **key,
            "element": element,
            "taxed_before_rate": float(share @ imports(central, state.route_rate, taxed=True)),
            **ranged("taxed_rate", taxed),
            "home_before_rate": float(share @ home_output(central, state.activity_rate)),
            **ranged("home_rate", made),
            "embodied_rate": float(share @ embodied(central)),
        }


def embodied(point: Point) -> FloatArray:
    """What moved into imported products, shape (M,) [t/yr]."""
    network, steps = point.base.network, point.outcome.world.economics.steps
    moved = point.outcome.unmet[0][point.leak.first :] * point.leak.embodied_share
    node = network.demands.node[steps.demand[point.leak.first :]]
    return _by_material(point, network.node_material[node], moved)
