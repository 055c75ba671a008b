"""Accepted candidates into the claims of a user's own folder of tables, after a full check.

Only candidates that a person marked `accept: yes` go on, and only if the whole file is without a
fault. They never enter the release: `--data FOLDER` lays the folder over it.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from allanite.catalogue.folders import writing
from allanite.catalogue.read import TABLE_SUFFIXES, read_table
from allanite.catalogue.store import Release, overlay
from allanite.catalogue.tables import TABLES
from allanite.errors import DataError, Finding, UsageError
from allanite.ledger.reading.review import Reviewed, read_review, text_of

Row = Mapping[str, Any]
OWN_SOURCE: Final = "own-reading"
EDITABLE: Final = ("claim", "subject", "quantity", "unit", "claim_date", "verdict", "note")


@dataclass(frozen=True, slots=True)
class Accepted:
    """What accepting did: rows added, rows that stood there already, candidates left out."""

    added: tuple[str, ...]
    already: tuple[str, ...]
    left_out: int


def accept_found(path: Path, folder: Path, release: Release) -> Accepted:
    """Add the accepted candidates of a file to the claims of a user's folder.

    Args:
        path: file of candidates, edited by a person.
        folder: folder of the user's tables; made if need be.
        release: the release without the folder; its own claims are never replaced.

    Raises:
        DataError: faults of the file, all of them at once; nothing is written.
        UsageError: claims of the folder in another form than CSV, or a place that is closed.
    """
    values = read_review(path)
    rows = [_row(values, candidate, claim_id) for claim_id, candidate in values.accepted]
    before = {name: _user_rows(folder, name) for name in ("claims", "sources")}
    own = {row["claim_id"]: row for row in before["claims"]}
    new = [row for row in rows if row["claim_id"] not in own]
    _check_ids(path.name, rows, own, release)
    if new:
        claims = [*before["claims"], *new]
        sources = before["sources"]
        if all(row["source_id"] != OWN_SOURCE for row in sources):
            sources = [*sources, _source(values)]
        _write(folder, {"claims": claims, "sources": sources}, release)
    already = tuple(str(row["claim_id"]) for row in rows if row["claim_id"] in own)
    added = tuple(str(row["claim_id"]) for row in new)
    return Accepted(added, already, values.count - len(rows))


def _row(values: Reviewed, candidate: Row, claim_id: str) -> dict[str, Any]:
    document = values.documents[candidate["document"]]
    digest = str(document["text_sha256"])[:12]
    return {
        "claim_id": claim_id,
        "text_file": text_of(document.get("file")),
        **{key: text_of(candidate.get(key)) for key in EDITABLE},
        "basis": "retrieved",
        "source_id": OWN_SOURCE,
        "locator": f"text {digest}, characters {candidate['start']}-{candidate['end']}",
        "quality": "observed",
        "url": text_of(document.get("address")),
        "reference": text_of(document.get("publisher")),
        "as_of": text_of(document.get("day")),
        "confidence": "press",
        "seen": "yes",
    }


def _source(values: Reviewed) -> dict[str, Any]:
    day = values.last_day or date(2025, 10, 28).isoformat()
    return {
        "source_id": OWN_SOURCE,
        "publisher": "The reader",
        "title": "Claims of news texts that the reader accepted",
        "version": "own",
        "published": day,
        "accessed": day,
        "url": "own folder",
        "licence": "own",
        "licence_url": "own folder",
        "citation": "Own reading.",
        "note": "Texts belong to their publishers; only claims in own words stand here.",
    }


def _user_rows(folder: Path, table: str) -> list[dict[str, Any]]:
    """Rows of a user's table; none where it is not there yet."""
    other = [folder / f"{table}{ending}" for ending in TABLE_SUFFIXES if ending != ".csv"]
    for path in other:
        if path.exists():
            raise UsageError(
                f"{path.name}: only claims in CSV are added to; save it as {table}.csv"
            )
    path = folder / f"{table}.csv"
    if not path.exists():
        return []
    rows, faults = read_table(path, TABLES[table])
    if faults:
        raise DataError(faults)
    listed: list[dict[str, Any]] = rows.to_pylist()
    return listed


def _check_ids(name: str, rows: Sequence[Row], own: Mapping[str, Row], release: Release) -> None:
    """Raise `DataError` for a claim of the release, or one accepted before in other words."""
    shipped = {row["claim_id"] for row in release.rows("claims")}
    faults = []
    for row in rows:
        claim_id = row["claim_id"]
        before = own.get(claim_id)
        differs = before is not None and any(
            text_of(before.get(key)) != text_of(row.get(key)) for key in EDITABLE
        )
        if differs or claim_id in shipped:
            remedy = f"Edit or remove the row {claim_id} of claims.csv."
            found = "a claim that was accepted before in other words"
            faults.append(
                Finding(table=name, place=claim_id, found=found, allowed="new", remedy=remedy)
            )
    if faults:
        raise DataError(faults)


def _write(folder: Path, tables: Mapping[str, Sequence[Row]], release: Release) -> None:
    """Write the tables, checked as `--data` will check them; all or nothing."""
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".allanite-", dir=folder) as scratch:
            for name, rows in tables.items():
                content = _csv(name, rows)
                (Path(scratch) / f"{name}.csv").write_text(content, encoding="utf-8", newline="")
            overlay(release, Path(scratch))
            for name in tables:
                (Path(scratch) / f"{name}.csv").replace(folder / f"{name}.csv")


def _csv(table: str, rows: Sequence[Row]) -> str:
    names = TABLES[table].column_names
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        values = (row.get(name) for name in names)
        writer.writerow(["" if value is None else str(value) for value in values])
    return out.getvalue()
