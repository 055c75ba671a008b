"""Errata: cells of a snapshot that a check found wrong, changed in one visible place.

`corrections-2026/snapshot/applied.csv` lists every change: file, row, column, the value that
must stand there, the value put in its place, the correction it rests on and the reason. A
change whose old value is not the one found stops the build: the file or the erratum is stale.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from allanite.errors import DataError, Finding


@dataclass(frozen=True, slots=True)
class Erratum:
    """One changed cell.

    Attributes:
        correction_id: row of table `corrections` it rests on.
        file: snapshot file, `<compilation>/<name>`.
        key: the row, as `column=value` pairs separated by `;`.
        column: column of the file.
        old, new: cell before and after; "" is an empty cell.
        table, table_key, table_column: where the new value stands in the release.
        reason: why.
    """

    correction_id: str
    file: str
    key: str
    column: str
    old: str
    new: str
    table: str
    table_key: str
    table_column: str
    reason: str


def read_errata(path: Path) -> list[Erratum]:
    """Every erratum of the file, in its order."""
    with path.open(encoding="utf-8", newline="") as file:
        return [Erratum(**row) for row in csv.DictReader(file)]


def apply_errata(
    rows: Sequence[dict[str, str]], errata: Sequence[Erratum]
) -> dict[int, tuple[str, ...]]:
    """Change the cells in place; corrections by index of the row they changed.

    Raises:
        DataError: a row that is not there, or a cell with another value; all at once.
    """
    touched: dict[int, tuple[str, ...]] = {}
    findings: list[Finding] = []
    for erratum in errata:
        wanted = dict(pair.split("=", 1) for pair in erratum.key.split(";"))
        places = [
            index
            for index, row in enumerate(rows)
            if all(row.get(column) == value for column, value in wanted.items())
        ]
        if len(places) != 1:
            findings.append(_fault(erratum, f"{len(places)} rows with {erratum.key}", "one row"))
            continue
        row = rows[places[0]]
        found = row.get(erratum.column)
        if found != erratum.old:
            findings.append(_fault(erratum, repr(found), repr(erratum.old)))
            continue
        row[erratum.column] = erratum.new
        known = touched.get(places[0], ())
        touched[places[0]] = tuple(dict.fromkeys((*known, erratum.correction_id)))
    if findings:
        raise DataError(findings)
    return touched


def _fault(erratum: Erratum, found: str, allowed: str) -> Finding:
    return Finding(
        table=erratum.file,
        place=f'row {erratum.key}, column "{erratum.column}"',
        found=found,
        allowed=allowed,
        remedy=f"Bring erratum {erratum.correction_id} in line with the file, or remove it.",
        origin="applied.csv",
    )
