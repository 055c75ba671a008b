"""China's rare-earth exports and quotas as reported in print, one page a row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from allanite.catalogue.convert import in_unit, period_days, read_region_names
from allanite.catalogue.read import rows_table
from allanite.catalogue.snapshot import read_snapshot
from allanite.catalogue.tables.trade import CUSTOMS_EXPORTS, EXPORT_QUOTAS

EXPORTS = "reported_china_ree_exports_2024_2025q3.csv"
QUOTAS = "reported_china_ree_quota_2009_2014.csv"
PRODUCTS = {
    "rare-earth permanent magnets": "magnets",
    "rare earths, all 17 elements": "rare earths",
    "dysprosium": "dysprosium",
    "terbium": "terbium",
}
QUOTA_UNITS = {"t": "t", "M USD": "million USD", "percent": "%", "ratio": "1"}


def prepare(folder: Path) -> dict[str, pa.Table]:
    """The tables `customs_exports` and `export_quotas`."""
    return {
        "customs_exports": rows_table(CUSTOMS_EXPORTS, list(_exports(folder))),
        "export_quotas": rows_table(EXPORT_QUOTAS, list(_quotas(folder))),
    }


def _evidence(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {
        "kind": row["kind"],
        "note": row["note"],
        "url": row["source_url"],
        "confidence": "press",
        "source_id": "customs-reports",
        "locator": f"{name}, line {row['line']}",
        "quality": "observed" if row["kind"] == "reported" else "estimated",
    }


def _exports(folder: Path) -> Iterator[dict[str, Any]]:
    names = read_region_names(folder.parent)
    for row in read_snapshot(folder, EXPORTS).to_pylist():
        first, last = period_days(row["period"])
        yield {
            "product": PRODUCTS[row["product"].split(" (")[0]],
            "product_name": row["product"],
            "destination": names.code(row["destination"]),
            "period": row["period"],
            "first_day": first,
            "last_day": last,
            "export_amount": in_unit(float(row["value"]), row["unit"], "t"),
            **_evidence(row, EXPORTS),
        }


def _quotas(folder: Path) -> Iterator[dict[str, Any]]:
    for row in read_snapshot(folder, QUOTAS).to_pylist():
        yield {
            "series": row["series"],
            "year": int(row["year"]),
            "value": float(row["value"]),
            "unit": QUOTA_UNITS[row["unit"]],
            **_evidence(row, QUOTAS),
        }
