"""Stocks in tonnes with their range: commercial cover merged by shelf, and government stocks.

Rows of the cover table at one node are readings of the same shelf, not shelves beside each
other: the mean of their days is the central value, and the range spans them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from allanite.axis import Axis, BoolArray, FloatArray, IntArray
from allanite.catalogue.store import Release
from allanite.network.normal import NormalState
from allanite.network.supply import Stocks
from allanite.units import DAYS_PER_YEAR

# A figure of all inventory counts ore, metal and goods together: it is no shelf of one material.
ALL_FORMS: Final = "all inventory"
GOVERNMENT: Final = "government"
COMMERCIAL: Final = "commercial"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Holdings:
    """Range and release of the stocks of a network. K stocks.

    Attributes:
        low_share, high_share: ends of the range over the central amount, shape (K,) [1].
        release_rate: most that may leave, shape (K,) [t/yr]; inf where nothing limits it.
        decision: time until a release can begin, shape (K,) [yr].
        is_government: shape (K,) of bool.
    """

    low_share: FloatArray
    high_share: FloatArray
    release_rate: FloatArray
    decision: FloatArray
    is_government: BoolArray

    def take(self, index: IntArray) -> Holdings:
        """The holdings of these positions, in their order."""
        return Holdings(**{name: getattr(self, name)[index] for name in self.__slots__})


def hold_stocks(state: NormalState, release: Release) -> tuple[NormalState, Holdings]:
    """The state with its stocks in tonnes, one shelf a node and kind of holder.

    amount = days of cover / 365.25 x use rate of the node; a source in tonnes rules over days.
    """
    rows = [*_commercial(state), *_government(state, release)]
    node = np.array([r["node"] for r in rows], dtype=np.int64)
    amount = np.array([r["amount"] for r in rows], dtype=np.float64)
    free = np.full(len(rows), np.nan)
    stocks = Stocks(
        labels=Axis("stock", tuple(r["label"] for r in rows)),
        node=node,
        holder=tuple(r["holder"] for r in rows),
        kind=tuple(r["kind"] for r in rows),
        cover=free,
        low_cover=free,
        high_cover=free,
        initial_amount=amount,
    )
    whole = np.where(amount > 0, amount, 1.0)
    holdings = Holdings(
        low_share=np.array([r["low"] for r in rows]) / whole,
        high_share=np.array([r["high"] for r in rows]) / whole,
        release_rate=np.array([r["release"] for r in rows], dtype=np.float64),
        decision=np.array([r["decision"] for r in rows], dtype=np.float64),
        is_government=np.array([r["kind"] == GOVERNMENT for r in rows], dtype=bool),
    )
    return replace(state, network=replace(state.network, stocks=stocks)), holdings


def _commercial(state: NormalState) -> list[dict[str, Any]]:
    network = state.network
    stocks, use = network.stocks, state.use_rate()
    rows = []
    one_form = np.array([not kind.startswith(ALL_FORMS) for kind in stocks.kind], dtype=bool)
    for node in sorted(set(stocks.node[one_form].tolist())):
        here = np.flatnonzero((stocks.node == node) & one_form)
        per_day = float(use[node]) / DAYS_PER_YEAR
        held = np.where(
            np.isfinite(stocks.initial_amount[here]),
            stocks.initial_amount[here],
            stocks.cover[here] * per_day,
        )
        ends = np.concatenate([stocks.low_cover[here], stocks.high_cover[here]]) * per_day
        known = np.concatenate([held, ends[np.isfinite(ends)]])
        rows.append(
            {
                "label": f"{COMMERCIAL}: {network.nodes.labels[node]}",
                "node": node,
                "holder": "; ".join(dict.fromkeys(stocks.holder[k] for k in here)),
                "kind": COMMERCIAL,
                "amount": float(held.mean()),
                "low": float(known.min()),
                "high": float(known.max()),
                "release": np.inf,
                "decision": 0.0,
            }
        )
    return rows


def _government(state: NormalState, release: Release) -> list[dict[str, Any]]:
    """Government stocks whose region and material the network has."""
    nodes, rows = state.network.nodes, []
    for row in release.rows("government_stocks"):
        label = f"{row['region']}/{row['material_id']}"
        if label not in nodes or not row["amount"]:
            continue
        rate = row["release_rate"]
        rows.append(
            {
                "label": f"{row['stock_id']}: {row['holder']}: {label}",
                "node": nodes.position(label),
                "holder": row["holder"],
                "kind": GOVERNMENT,
                "amount": float(row["amount"]),
                "low": float(row["amount"] if row["low"] is None else row["low"]),
                "high": float(row["amount"] if row["high"] is None else row["high"]),
                "release": np.inf if rate is None else float(rate),
                "decision": float(row["decision_duration"] or 0.0) / 12,
            }
        )
    return rows
