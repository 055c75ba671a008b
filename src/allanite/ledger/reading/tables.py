"""Readings as result tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import pyarrow as pa

from allanite.catalogue.read import rows_table
from allanite.catalogue.tables.results_ledger_reading import FOUND_CLAIMS, FOUND_OMISSIONS
from allanite.ledger.reading.candidates import Candidate, Reading


def found_table(readings: Sequence[Reading]) -> pa.Table:
    """Table `found_claims`: every candidate, those outside the field too."""
    return rows_table(FOUND_CLAIMS, [_row(c) for r in readings for c in r.candidates])


def omissions_table(readings: Sequence[Reading]) -> pa.Table:
    """Table `found_omissions`."""
    return rows_table(
        FOUND_OMISSIONS,
        [
            {**asdict(o), "document": r.document.name, "provision_id": o.provision_id or "*"}
            for r in readings
            for o in r.omissions
        ],
    )


def _row(candidate: Candidate) -> dict[str, object]:
    row: dict[str, object] = {
        name: getattr(candidate, name) for name in FOUND_CLAIMS.column_names if name != "links"
    }
    for name in ("regions", "materials", "stages", "actors"):
        row[name] = "|".join(getattr(candidate, name))
    row["links"] = "|".join(f"{x.kind} {x.target}" for x in candidate.links)
    return {name: None if value == "" else value for name, value in row.items()}
