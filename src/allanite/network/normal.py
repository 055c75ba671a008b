"""The state a response departs from: the reconciled base year as plain arrays.

Studies of what happens next read this and not a `Baseline`, so that a redraw, a network by
hand or a network that carries lineage serve as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array

from allanite.axis import FloatArray, IntArray
from allanite.network.reconcile import Baseline
from allanite.network.supply import SupplyNetwork


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NormalState:
    """Rates of a network in its normal state.

    Attributes:
        network: N processes, R routes, D demands, V nodes.
        activity_rate: shape (N,) [t/yr]; route_rate: (R,) [t/yr]; demand_rate: (D,) [t/yr].
        stock_change_rate: what goes into stock at each node, shape (V,) [t/yr].
    """

    network: SupplyNetwork
    activity_rate: FloatArray
    route_rate: FloatArray
    demand_rate: FloatArray
    stock_change_rate: FloatArray

    def surplus_rate(self) -> FloatArray:
        """What leaves each node unused, shape (V,) [t/yr]; negative where mass is missing."""
        net = self.network
        return np.asarray(
            net.processes.recipe @ self.activity_rate
            + net.route_matrix() @ self.route_rate
            - net.demand_matrix() @ self.demand_rate
            - self.stock_change_rate
        )

    def use_rate(self) -> FloatArray:
        """What leaves each node for processes, demands and other places, shape (V,) [t/yr]."""
        net = self.network
        taken = -(csc_array(net.processes.recipe).minimum(0) @ self.activity_rate)
        left = _at(net.routes.origin_node, self.route_rate, len(net.nodes))
        return np.asarray(taken + left + net.demand_matrix() @ self.demand_rate)

    def supply_rate(self) -> FloatArray:
        """What reaches each node from processes and other places, shape (V,) [t/yr]."""
        net = self.network
        made = csc_array(net.processes.recipe).maximum(0) @ self.activity_rate
        return np.asarray(made + _at(net.routes.destination_node, self.route_rate, len(net.nodes)))


def _at(node: IntArray, rate: FloatArray, count: int) -> FloatArray:
    return np.asarray(np.bincount(node, weights=rate, minlength=count), dtype=np.float64)


def normal_state(baseline: Baseline, draw: int | None = None) -> NormalState:
    """The normal state of a baseline, or of one of its redraws.

    The recipes are those reconciled in the same solution or draw, so that every node balances.
    """
    rates = baseline.rates if draw is None else baseline.draws.draw(draw)
    return NormalState(
        network=baseline.network_of(draw),
        activity_rate=rates.activity_rate,
        route_rate=rates.route_rate,
        demand_rate=rates.demand_rate,
        stock_change_rate=rates.stock_change_rate,
    )
