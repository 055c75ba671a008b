"""Checks of compiled cells, the cells they changed, and facts of 2026 with what they mean.

`corrections.csv` holds the checks and `proposals.csv` the corrections proposed with the
network tables. `applied.csv` turns those that hold a number or a state into cells;
`not_applied.csv` says why the others do not. Rows that a check adds stand in `added_*.csv`,
from which the chain and the network take them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa

from allanite.catalogue.compiled import LINK, Row, named_page, read_rows
from allanite.catalogue.errata import Erratum, read_errata
from allanite.catalogue.read import rows_table
from allanite.catalogue.tables import TABLES

SOURCE_ID: Final = "corrections-2026"
PERCENT: Final = 0.01
ADDED: Final = {
    "sites": ("added_sites.csv", ("site_id",)),
    "deposit_composition": ("added_deposit_composition.csv", ("deposit_id",)),
    "site_processes": ("added_site_processes.csv", ("site_id", "process_id")),
}
UNCHANGED: Final = {
    "confirmed": "Confirmed: nothing to change.",
    "not found": "No source found: the recalled value stays, marked as not read.",
}
DAY: Final = re.compile(r"^(?P<year>\d{4})-(?P<month>\d{2})(?:-(?P<day>\d{2}))?")


def prepare(folder: Path) -> dict[str, pa.Table]:
    """The tables of this source by name."""
    errata = read_errata(folder / "snapshot" / "applied.csv")
    rows: dict[str, Sequence[dict[str, object]]] = {
        "corrections": list(corrections(folder, errata)),
        "corrected_cells": [corrected_cell(e, i) for i, e in enumerate(errata)],
        "new_facts": [new_fact(row) for row in read_rows(folder, "new_facts.csv")],
        "site_events": [site_event(row) for row in read_rows(folder, "site_events.csv")],
    }
    return {name: rows_table(TABLES[name], table) for name, table in rows.items()}


def corrections(folder: Path, errata: Sequence[Erratum]) -> Iterator[dict[str, object]]:
    """Rows of `corrections`: checks, then proposals."""
    cells = _cells_of_correction(folder, errata)
    reasons = {
        row.cells["correction_id"]: row.cells["reason"]
        for row in read_rows(folder, "not_applied.csv")
    }
    checks = read_rows(folder, "corrections.csv")
    for row in (*checks, *read_rows(folder, "proposals.csv")):
        line = int(row.locator.rpartition(":")[2])
        correction_id = row.cells.get("correction_id") or f"check-{line:03d}"
        verdict = row.cells["verdict"]
        applied = cells.get(correction_id, [])
        reason = None if applied else reasons.get(correction_id, UNCHANGED.get(verdict))
        if not applied and reason is None:
            raise ValueError(f"{correction_id} is neither applied nor explained")
        texts = ("file", "row_id", "old_value", "checked_value", "verdict")
        yield {
            "correction_id": correction_id,
            **{column: row.text(column) for column in texts},
            "column_name": row.text("column"),
            "applied": bool(applied),
            "cells": len(applied),
            **(applied[0] if applied else {}),
            "not_applied_reason": reason,
            "reason": row.text("note"),
            **named_page(row.text("source_url")),
            "as_of": row.text("source_date"),
            "source_id": SOURCE_ID,
            "locator": row.locator,
            "quality": _quality(row),
        }


def _quality(row: Row) -> str:
    address = row.text("source_url")
    if row.cells["verdict"] == "not found" or address is None or address.startswith("own"):
        return "estimated"
    return "estimated" if address.startswith("(second-hand)") else "observed"


def _cells_of_correction(
    folder: Path, errata: Sequence[Erratum]
) -> Mapping[str, list[dict[str, object]]]:
    """What each correction changed: cells, or whole rows that it added."""
    found: dict[str, list[dict[str, object]]] = {}
    for erratum in errata:
        found.setdefault(erratum.correction_id, []).append(
            {
                "applied_table": erratum.table,
                "applied_key": erratum.table_key,
                "applied_column": erratum.table_column,
                "applied_value": _table_value(erratum.column, erratum.new),
            }
        )
    for table, (name, key) in ADDED.items():
        for row in read_rows(folder, name):
            found.setdefault(row.cells["correction_id"], []).append(
                {
                    "applied_table": table,
                    "applied_key": ";".join(f"{column}={row.cells[column]}" for column in key),
                    "applied_column": "(whole row)",
                    "applied_value": None,
                }
            )
    return found


def corrected_cell(erratum: Erratum, index: int) -> dict[str, object]:
    """One row of `corrected_cells`."""
    return {
        "correction_id": erratum.correction_id,
        "table_name": erratum.table,
        "row_key": erratum.table_key,
        "column_name": erratum.table_column,
        "old_value": _table_value(erratum.column, erratum.old),
        "new_value": _table_value(erratum.column, erratum.new),
        "reason": erratum.reason,
        "source_id": SOURCE_ID,
        "locator": f"applied.csv:{index + 2}",
        "quality": "estimated",
    }


def _table_value(column: str, cell: str) -> str | None:
    """The cell in the unit of the table: percentages become shares."""
    if not cell:
        return None
    return repr(float(cell) * PERCENT) if column.endswith("_pct") else cell


def new_fact(row: Row) -> dict[str, object]:
    """One row of `new_facts`."""
    printed, confidence = row.cells["date"], row.cells["confidence"]
    address = row.cells["source_url"]
    found = DAY.match(printed)
    strength = confidence.split(" ")[0] if confidence != "-" else "none"
    second_hand = "second-hand" in address
    return {
        "fact_id": f"fact-{int(row.locator.rpartition(':')[2]):02d}",
        "date_printed": printed,
        "day": _first_day(found) if found else None,
        "fact": row.text("fact"),
        "affects": row.text("affects"),
        "strength": strength,
        "strength_note": confidence if confidence not in (strength, "-") else None,
        "second_hand": second_hand,
        **named_page(address if address not in ("-", "(second-hand)") else None),
        "source_id": SOURCE_ID,
        "locator": row.locator,
        "quality": "observed" if LINK.search(address) and not second_hand else "estimated",
    }


def _first_day(found: re.Match[str]) -> date:
    return date(int(found["year"]), int(found["month"]), int(found["day"] or 1))


def site_event(row: Row) -> dict[str, object]:
    """One row of `site_events`."""
    texts = ("site_id", "event", "status", "capacity_basis", "strength", "fact_id", "url")
    return {
        **{column: row.text(column) for column in texts},
        "day": date.fromisoformat(row.cells["date"]),
        "capacity_rate": row.number("capacity_rate"),
        "source_id": SOURCE_ID,
        "locator": row.locator,
        "quality": "observed" if row.text("url") else "estimated",
    }
