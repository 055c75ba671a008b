"""Stocks in tonnes from days of cover."""

from __future__ import annotations

import numpy as np
import pytest

from allanite.network.reconcile import Baseline
from allanite.network.stocks import stock_amounts, use_rate


def test_use_leaves_each_node_as_often_as_it_arrives(baseline: Baseline) -> None:
    network = baseline.network
    made = np.asarray(baseline.process_flow().maximum(0).sum(axis=1)).ravel()
    arrived = made + np.bincount(
        network.routes.destination_node, weights=baseline.route_rate, minlength=len(network.nodes)
    )
    slack = baseline.unused_rate + baseline.stock_change_rate
    assert use_rate(baseline) + slack == pytest.approx(arrived, abs=1e-2)


def test_amounts_are_days_times_use(baseline: Baseline) -> None:
    stocks = baseline.network.stocks
    initial, low, high = stock_amounts(baseline)
    k = int(np.argmax(np.isfinite(stocks.cover)))
    expected = stocks.cover[k] / 365.25 * use_rate(baseline)[stocks.node[k]]
    assert initial[k] == pytest.approx(expected)
    ranged = np.isfinite(low)
    assert (low[ranged] <= high[ranged]).all()


def test_a_stock_given_in_tonnes_keeps_them(baseline: Baseline) -> None:
    stocks = baseline.network.stocks
    k = next(i for i, label in enumerate(stocks.labels) if label.startswith("K16"))
    assert stock_amounts(baseline)[0][k] == 500.0
    assert np.isnan(stocks.cover[k])
