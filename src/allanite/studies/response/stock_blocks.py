"""Stocks of a response: what goes into them normally, and what is drawn, added and released."""

from __future__ import annotations

from typing import Final

import numpy as np

from allanite.axis import FloatArray, IntArray
from allanite.studies.response.blocks import IDLE_COST
from allanite.studies.response.scope import TONNES, Draft

HOLDING_COST_SHARE: Final = 0.1  # of the price, a year: for stock above the usual


def add_stocking(draft: Draft, rows: IntArray) -> None:
    """What normally goes into stock; it may stay away where material is short."""
    rate, nodes = draft.world.state.stock_change_rate, draft.scope.node
    period, node = draft.grid(nodes[rate[nodes] > 0])
    column = draft.builder.add_columns(
        "normal stocking",
        TONNES,
        {draft.axes.period: period, draft.axes.node: node},
        upper=rate[node] * draft.horizon.step,
        cost=-IDLE_COST,
    )
    draft.builder.add_terms(rows[period, node], column, -1.0)


def add_stocks(draft: Draft, rows: IntArray) -> None:
    """Cumulative amounts drawn from a stock and added on top of it."""
    stocks, holdings, horizon = draft.world.network.stocks, draft.world.holdings, draft.horizon
    period, member = draft.grid(draft.scope.stock)
    index = {draft.axes.period: period, draft.axes.stock: member}
    price = draft.world.economics.price[stocks.node[member]]
    last = period == horizon.count - 1
    drawn = draft.builder.add_columns(
        "stock drawn",
        TONNES,
        index,
        upper=_most_drawn(draft)[period, member],
        cost=np.where(last, price, 0.0),
    )
    room = np.where(holdings.is_government[member], 0.0, stocks.initial_amount[member])
    added = draft.builder.add_columns(
        "stock added", TONNES, index, upper=room, cost=HOLDING_COST_SHARE * horizon.step * price
    )
    row = rows[period, stocks.node[member]]
    following = rows[np.minimum(period + 1, horizon.count - 1), stocks.node[member]]
    for column, sign in ((drawn, 1.0), (added, -1.0)):
        draft.builder.add_terms(row, column, sign)
        draft.builder.add_terms(following[~last], column[~last], -sign)


def _most_drawn(draft: Draft) -> FloatArray:
    """Most that may have been drawn from each stock so far, (P, K) [t].

    Nothing before a decision. Where a share of a stock is locked, the rest of it in all; what
    was drawn before stays drawn.
    """
    stocks, holdings, horizon = draft.world.network.stocks, draft.world.holdings, draft.horizon
    middle = draft.past.elapsed + horizon.step * (np.arange(horizon.count) + 0.5)
    late = holdings.decision[None, :] > middle[:, None]
    open_share = np.maximum.accumulate(draft.conditions.stock_availability, axis=0)
    most = np.where(late, 0.0, open_share * stocks.initial_amount)
    return np.asarray(np.maximum(most, draft.past.drawn_amount))


def add_releases(draft: Draft) -> None:
    """Rows drawn[p] - drawn[p-1] <= release, where a rate or a condition limits a release."""
    stocks, holdings, horizon = draft.world.network.stocks, draft.world.holdings, draft.horizon
    available = draft.conditions.stock_availability
    unlocked = np.where(available < 1, available * stocks.initial_amount, np.inf)
    most = np.minimum(unlocked, holdings.release_rate * horizon.step)
    period, member = draft.grid(draft.scope.stock)
    kept = np.isfinite(most[period, member])
    if not kept.any():
        return
    block = draft.builder.positions_of("stock drawn").reshape(horizon.count, -1)
    period, member = period[kept], member[kept]
    at = np.searchsorted(draft.scope.stock, member)
    first = period == 0
    upper = most[period, member] + np.where(first, draft.past.drawn_amount[member], 0.0)
    index = {draft.axes.period: period, draft.axes.stock: member}
    row = draft.builder.add_rows("release", TONNES, index, upper=upper)
    draft.builder.add_terms(row, block[period, at], 1.0)
    draft.builder.add_terms(row[~first], block[period[~first] - 1, at[~first]], -1.0)
