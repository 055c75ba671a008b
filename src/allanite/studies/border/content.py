"""Whose material is in what users at home use, stage by stage, before and after a measure.

Duties follow the last place that made the goods. A magnet from a third country may hold metal of
the listed origin: its share is traced through every tier, with proportional mixing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csc_array

from allanite.axis import BoolArray, FloatArray
from allanite.studies.border.channels import listed_places, rates_after, rates_before
from allanite.studies.border.point import Point
from allanite.studies.tracing import Rates, element_flows, stop_at, supply_shares, trace_origins

STAGES: Final = ("mine", "separation", "metal", "magnet")
SMALLEST_SHARE: Final = 0.001  # of the use: below it nothing was replaced that could be read


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedContent:
    """Listed origin in what users at home take of the goods, of one element at one stage.

    Attributes:
        element, stage: the element, and the stage at which its origin is read.
        before, after: share of listed origin [1].
        use_before, use_after: the element in what users take [t/yr].
        replacement: share of listed origin in what replaced the goods that paid [1]; None where
            little was replaced, or where makers take the goods as well and no share can be told.
    """

    element: str
    stage: str
    before: float
    after: float
    use_before: float
    use_after: float
    replacement: float | None


def listed_content(point: Point, elements: Sequence[str]) -> list[ListedContent]:
    """Listed-origin shares of elements that the goods hold, by stage.

    Raises:
        ModelError: a loop of the network that nothing outside it feeds.
    """
    network = point.base.network
    users = point.home[network.node_place[network.demands.node]]
    users &= point.base.goods[network.node_material[network.demands.node]]
    before, after = rates_before(point), rates_after(point)
    found: list[ListedContent] = []
    for element in (e for e in elements if e in network.elements):
        first, use = _shares(point, before, element, _at_users(point, before, users))
        second, use_after = _shares(point, after, element, _at_users(point, after, users))
        left = point.base.world.state.route_rate - point.flow
        own, gone = _shares(point, before, element, _at_origins(point, left))
        if use <= 0:
            continue
        for stage in STAGES:
            listed = second[stage] * use_after - first[stage] * use + own[stage] * gone
            replaced = use_after - use + gone
            found.append(
                ListedContent(
                    element=element,
                    stage=stage,
                    before=first[stage],
                    after=second[stage],
                    use_before=use,
                    use_after=use_after,
                    replacement=_told_share(point, listed, replaced, use),
                )
            )
    return found


def _told_share(point: Point, listed: float, replaced: float, use: float) -> float | None:
    stage = np.array(point.base.network.material_stage, dtype=object)[point.base.goods]
    if len(set(stage)) > 1 or replaced < SMALLEST_SHARE * use:
        return None
    return float(np.clip(listed / replaced, 0.0, 1.0))


def _at_users(point: Point, rates: Rates, users: BoolArray) -> FloatArray:
    """What the users draw at each node, shape (V,) [t/yr]."""
    network = point.base.network
    drawn = np.zeros(len(network.nodes))
    np.add.at(drawn, network.demands.node[users], rates.demand[users])
    return drawn


def _at_origins(point: Point, amount: FloatArray) -> FloatArray:
    """Amounts of the routes that pay, at the node they come from, shape (V,) [t/yr]."""
    drawn = np.zeros(len(point.base.network.nodes))
    origin = point.base.network.routes.origin_node[point.taxed]
    np.add.at(drawn, origin, np.maximum(amount[point.taxed], 0.0))
    return drawn


def _shares(
    point: Point, rates: Rates, element: str, drawn: FloatArray
) -> tuple[dict[str, float], float]:
    """Share of listed origin by stage, and the element in what is drawn at nodes [t/yr]."""
    network = point.base.network
    row = network.elements.position(element)
    flows = element_flows(network, rates, row)
    content = network.element_content[[row], :].toarray().ravel()[network.node_material]
    mass = np.zeros(flows.states)
    mass[: drawn.size] = drawn * content
    total = float(mass.sum())
    if total <= 0:
        return dict.fromkeys(STAGES, 0.0), 0.0
    direct = supply_shares(flows)
    listed = listed_places(point)[network.processes.place]
    stage_of = np.array(network.processes.stage, dtype=object)
    first, count = len(network.nodes), len(network.processes.labels)
    found = {}
    for stage in STAGES:
        ends = np.zeros(flows.states, dtype=np.bool_)
        ends[first : first + count] = stage_of == stage
        origin = trace_origins(stop_at(direct, ends), csc_array((mass / total)[:, None]))
        share = origin.toarray().ravel()[first : first + count]
        found[stage] = float(share[(stage_of == stage) & listed].sum())
    return found, total
