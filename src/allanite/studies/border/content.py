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

from allanite.axis import BoolArray
from allanite.studies.border.channels import listed_places, rates_after, rates_before
from allanite.studies.border.point import Point
from allanite.studies.tracing import Rates, element_flows, stop_at, supply_shares, trace_origins

STAGES: Final = ("mine", "separation", "metal", "magnet")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedContent:
    """Listed origin in what users at home take of the goods, of one element at one stage.

    Attributes:
        element, stage: the element, and the stage at which its origin is read.
        before, after: share of listed origin [1].
        use_before, use_after: the element in what users take [t/yr].
    """

    element: str
    stage: str
    before: float
    after: float
    use_before: float
    use_after: float


def listed_content(point: Point, elements: Sequence[str]) -> list[ListedContent]:
    """Listed-origin shares of elements that the goods hold, by stage.

    Raises:
        ModelError: a loop of the network that nothing outside it feeds.
    """
    network = point.base.network
    users = point.home[network.node_place[network.demands.node]]
    users &= point.base.goods[network.node_material[network.demands.node]]
    known = [e for e in elements if e in network.elements]
    before, after = rates_before(point), rates_after(point)
    found = []
    for element in known:
        first, use = _shares(point, before, element, users)
        second, use_after = _shares(point, after, element, users)
        if use <= 0:
            continue
        found += [
            ListedContent(
                element=element,
                stage=stage,
                before=first[stage],
                after=second[stage],
                use_before=use,
                use_after=use_after,
            )
            for stage in STAGES
        ]
    return found


def _shares(
    point: Point, rates: Rates, element: str, users: BoolArray
) -> tuple[dict[str, float], float]:
    """Share of listed origin by stage, and the element in what the users take [t/yr]."""
    network = point.base.network
    flows = element_flows(network, rates, network.elements.position(element))
    drawn = np.zeros(flows.states)
    np.add.at(drawn, network.demands.node[users], flows.demand[users])
    total = float(drawn.sum())
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
        origin = trace_origins(stop_at(direct, ends), csc_array((drawn / total)[:, None]))
        share = origin.toarray().ravel()[first : first + count]
        found[stage] = float(share[(stage_of == stage) & listed].sum())
    return found, total
