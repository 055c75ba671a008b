"""Stocks in tonnes: days of cover times the use of the baseline, with the range of the source."""

from __future__ import annotations

import numpy as np

from allanite.axis import FloatArray
from allanite.network.reconcile import Baseline
from allanite.units import DAYS_PER_YEAR


def use_rate(baseline: Baseline) -> FloatArray:
    """What leaves each node for processes, demands and other places, shape (V,) [t/yr]."""
    network = baseline.network
    taken = -np.asarray(baseline.process_flow().minimum(0).sum(axis=1)).ravel()
    left = np.bincount(
        network.routes.origin_node, weights=baseline.route_rate, minlength=len(network.nodes)
    )
    return np.asarray(taken + left + network.demand_matrix() @ baseline.demand_rate)


def stock_amounts(baseline: Baseline) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Initial, low and high amount of each stock [t], shape (K,) each.

    amount = days of cover / 365.25 x use rate of the node. A source that gives tonnes rules
    over days; an end of the range that no source gives is NaN.
    """
    stocks = baseline.network.stocks
    per_day = use_rate(baseline)[stocks.node] / DAYS_PER_YEAR
    held = np.isfinite(stocks.initial_amount)
    initial = np.where(held, stocks.initial_amount, stocks.cover * per_day)
    low = np.where(held, stocks.initial_amount, stocks.low_cover * per_day)
    high = np.where(held, stocks.initial_amount, stocks.high_cover * per_day)
    return initial, low, high
