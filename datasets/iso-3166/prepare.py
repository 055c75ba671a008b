"""Regions: countries, codes that publishers add, aggregates, and the names printed for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from allanite.catalogue.convert import printed_names
from allanite.catalogue.read import rows_table
from allanite.catalogue.snapshot import read_snapshot
from allanite.catalogue.tables.core import REGION_NAMES, REGIONS

FILE = "regions.csv"


def prepare(folder: Path) -> dict[str, pa.Table]:
    """The tables `regions` and `region_names`."""
    rows = read_snapshot(folder, FILE).to_pylist()
    regions = [
        {
            **{name: row[name] for name in REGIONS.column_names if name in row},
            **_provenance(row),
        }
        for row in rows
    ]
    names = [
        {"name": name, "region": row["region"], **_provenance(row)}
        for row in rows
        for name in printed_names(row)
    ]
    return {
        "regions": rows_table(REGIONS, regions),
        "region_names": rows_table(REGION_NAMES, names),
    }


def _provenance(row: dict[str, Any]) -> dict[str, object]:
    locator = f"{FILE}, line {row['line']}"
    return {"source_id": "iso-3166", "locator": locator, "quality": "observed"}
