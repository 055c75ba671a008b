"""Mineral Commodity Summaries 2025: the world tables of the edition before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from allanite.catalogue.convert import (
    RegionNames,
    in_unit,
    plain_text,
    read_qualifier,
    read_region_names,
)
from allanite.catalogue.read import rows_table
from allanite.catalogue.snapshot import read_snapshot
from allanite.catalogue.tables.bulk import MINERAL_PRODUCTION

SOURCE_ID = "usgs-mcs-2025"
LAST_YEAR = "2024"  # the edition marks every figure of its last year as estimated
_REMARK = re.compile(r"\s*\(.*$")
GROUPS = ("United States and Canada",)


def prepare(folder: Path) -> dict[str, pa.Table]:
    """The world tables of the edition."""
    names = read_region_names(folder.parent)
    rows = read_snapshot(folder, "world.csv.gz").to_pylist()
    return {"mineral_production": rows_table(MINERAL_PRODUCTION, list(_production(rows, names)))}


def _production(rows: list[dict[str, Any]], names: RegionNames) -> Iterator[dict[str, Any]]:
    for row in rows:
        country = plain_text(row["country"])
        scope = _scope(country)
        value = None if row["value"] is None else float(row["value"])
        beside = read_qualifier(row["qualifier"])
        name = _REMARK.sub("", country)
        yield {
            "commodity": plain_text(row["commodity"]),
            "item": plain_text(row["type"]),
            "statistic": row["statistic"],
            "country": country,
            "region": names.code(name) if scope in ("country", "world") else None,
            "scope": scope,
            "year": int(row["year"]),
            "value": value,
            "unit": row["unit"],
            "qualifier": beside.qualifier,
            "low": beside.low,
            "high": beside.high,
            "note": row["notes"],
            "tonnes": in_unit(value, row["unit"], "t"),
            "source_id": SOURCE_ID,
            "locator": f"world.csv, line {row['line']}",
            "quality": _quality(row),
        }


def _scope(country: str) -> str:
    if country.startswith("World total"):
        return "world"
    if country.casefold().startswith("other countries"):
        return "other"
    return "group" if country in GROUPS else "country"


def _quality(row: dict[str, Any]) -> str:
    words = f"{row['type']} {row['notes'] or ''}".lower()
    estimated = "estimated" in words or row["year"] == LAST_YEAR
    return "estimated" if estimated else "observed"
