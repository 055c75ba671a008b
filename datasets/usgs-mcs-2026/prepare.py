"""Mineral Commodity Summaries 2026: world tables, salient statistics, prices, import shares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from allanite.catalogue.convert import in_unit, plain_text, read_qualifier, read_region_names
from allanite.catalogue.read import rows_table
from allanite.catalogue.snapshot import read_snapshot
from allanite.catalogue.tables.bulk import (
    MINERAL_PRICES,
    MINERAL_PRODUCTION,
    US_IMPORT_SHARES,
    US_SALIENT,
)

SOURCE_ID = "usgs-mcs-2026"
SCOPE = {"World total": "world", "Other countries": "other"}
_ROUNDED = re.compile(r"[,:]\s*rounded$", re.IGNORECASE)


def prepare(folder: Path) -> dict[str, pa.Table]:
    """The four tables of the edition."""
    return {
        "mineral_production": rows_table(MINERAL_PRODUCTION, list(_production(folder))),
        "us_salient": rows_table(US_SALIENT, list(_salient(folder))),
        "mineral_prices": rows_table(MINERAL_PRICES, list(_prices(folder))),
        "us_import_shares": rows_table(US_IMPORT_SHARES, list(_import_shares(folder))),
    }


def _rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    for row in read_snapshot(folder, f"{name}.csv.gz").to_pylist():
        row["locator"] = f"{name}.csv, line {row['line']}"
        yield row


def _printed(row: dict[str, Any]) -> dict[str, Any]:
    """Value, unit, qualifier and note of a row, and where it comes from."""
    beside = read_qualifier(row["qualifier"])
    notes = [text for text in (row["notes"], beside.words) if text]
    return {
        "value": None if row["value"] is None else float(row["value"]),
        "unit": None if row["unit"] is None else plain_text(row["unit"]),
        "qualifier": beside.qualifier,
        "low": beside.low,
        "high": beside.high,
        "note": " -- ".join(notes) or None,
        "source_id": SOURCE_ID,
        "locator": row["locator"],
        "quality": "estimated" if "estimated" in (row["notes"] or "").lower() else "observed",
    }


def _production(folder: Path) -> Iterator[dict[str, Any]]:
    names = read_region_names(folder.parent)
    for row in _rows(folder, "world"):
        printed = _printed(row)
        country = row["country"]
        scope = SCOPE.get(country, "country")
        yield {
            "commodity": row["commodity"],
            "item": _ROUNDED.sub("", plain_text(row["detail"])),
            "statistic": row["statistic"].lower(),
            "country": country,
            "region": None if scope == "other" else names.code(country),
            "scope": scope,
            "year": int(row["year"]),
            "tonnes": in_unit(printed["value"], row["unit"], "t"),
            **printed,
        }


def _salient(folder: Path) -> Iterator[dict[str, Any]]:
    for row in _rows(folder, "us_salient"):
        printed = _printed(row)
        yield {
            "commodity": row["commodity"],
            "statistic": row["statistic"],
            "item": plain_text(row["detail"]),
            "year": int(row["year"]),
            "tonnes": in_unit(printed["value"], row["unit"], "t"),
            **printed,
        }


def _prices(folder: Path) -> Iterator[dict[str, Any]]:
    for row in _rows(folder, "prices"):
        printed = _printed(row)
        yield {
            "commodity": row["commodity"],
            "item": plain_text(row["detail"]),
            "year": int(row["year"]),
            "price": in_unit(printed["value"], row["unit"], "USD/t"),
            **printed,
        }


def _import_shares(folder: Path) -> Iterator[dict[str, Any]]:
    names = read_region_names(folder.parent)
    for row in _rows(folder, "us_import_sources"):
        printed = _printed(row)
        country = row["country"]
        grouped = country == "Other countries" or "," in country
        first, last = row["year"].split("-")
        yield {
            "commodity": row["commodity"],
            "item": plain_text(row["detail"]),
            "country": country,
            "region": None if grouped and row["iso3"] is None else names.code(country),
            "first_year": int(first),
            "last_year": int(first[:2] + last),
            "import_share": float(row["value"]) / 100,
            "qualifier": printed["qualifier"],
            "note": printed["note"],
            "source_id": SOURCE_ID,
            "locator": printed["locator"],
            "quality": printed["quality"],
        }
