"""Quoted prices of rare-earth oxides and metals, inside and outside China."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from allanite.catalogue.convert import in_unit, period_days
from allanite.catalogue.read import rows_table
from allanite.catalogue.snapshot import read_snapshot
from allanite.catalogue.tables.trade import OXIDE_PRICES

FILE = "reported_ree_prices_2007_2025.csv"
OUTSIDE = ("Europe", "Rotterdam", "ex-China")
_URL = re.compile(r"https?://\S+")


def prepare(folder: Path) -> dict[str, pa.Table]:
    """The table `oxide_prices`."""
    return {"oxide_prices": rows_table(OXIDE_PRICES, list(_prices(folder)))}


def _prices(folder: Path) -> Iterator[dict[str, Any]]:
    for row in read_snapshot(folder, FILE).to_pylist():
        first, last = period_days(row["period"])
        low, high = float(row["low"]), float(row["high"])
        address = _URL.search(row["source"])
        yield {
            "product": row["product"],
            "market": row["market"],
            "market_place": _market_place(row["market"]),
            "period": row["period"],
            "first_day": first,
            "last_day": last,
            "low": low,
            "high": high,
            "unit": row["unit"],
            "basis": row["basis"],
            "low_price": in_unit(low, row["unit"], "USD/t"),
            "high_price": in_unit(high, row["unit"], "USD/t"),
            "cited": row["source"],
            "url": address.group() if address else None,
            "confidence": "official" if row["source"].startswith("USGS") else "press",
            "source_id": "oxide-prices",
            "locator": f"{FILE}, line {row['line']}",
            "quality": "estimated" if "[estimated]" in row["source"] else "observed",
        }


def _market_place(market: str) -> str:
    if market.startswith("China domestic"):
        return "inside China"
    if "FOB China" in market:
        return "export from China"
    return "outside China" if any(word in market for word in OUTSIDE) else "not stated"
