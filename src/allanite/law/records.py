"""Control records from YAML: reading, errata, and the dated facts of their articles.

A record file stays as it was compiled. Each erratum names the field, the value it
replaces and the reason; one that does not find its old value is a fault, so a record file
cannot change under its errata unseen.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from allanite.catalogue.documents import read_yaml, read_yaml_text
from allanite.catalogue.files import read_text_table
from allanite.errors import DataError, Finding, UsageError
from allanite.law.dates import PartialDate, parse_day, parse_partial
from allanite.law.timeline import ArticleDates, Branch, OpenPeriod, Suspension

Row = dict[str, Any]
Record = dict[str, Any]
WHOLE: Final = "whole"


@dataclass(frozen=True, slots=True)
class RecordFiles:
    """Files of the snapshot: records by id in order, and rows of the curated files."""

    records: Mapping[str, Record]
    curated: Mapping[str, Sequence[Row]]


CURATED: Final = (
    "errata",
    "branches",
    "assumptions",
    "articles",
    "scope",
    "events",
    "words",
    "destinations",
    "effect_values",
    "short_titles",
)


def read_records(folder: Path) -> RecordFiles:
    """Records with errata applied, and the curated rows.

    Raises:
        DataError: a file is broken, a record lacks a field or stands twice, an erratum's
            old value is not what the record says.
    """
    records: dict[str, Record] = {}
    for name in ("controls.yaml", "additions.yaml"):
        for record in _records(folder / name):
            if record["id"] in records:
                raise record_fault(name, record["id"], "the id twice", "one record an id")
            records[record["id"]] = {**record, "file": name}
    curated = {name: _csv_rows(folder / f"{name}.csv") for name in CURATED}
    for row in curated["errata"]:
        if row["applied"] == "yes" and row["field"] != "record":
            _apply_erratum(records, row)
    return RecordFiles(records, curated)


REQUIRED: Final = ("id", "issuer", "title", "announced", "in_force_from", "kind", "sources")


def _records(path: Path) -> Sequence[Record]:
    document = read_yaml(path)
    if not isinstance(document, dict) or not isinstance(document.get("controls"), list):
        raise record_fault(path.name, "", "no list `controls`", "a mapping with a list `controls`")
    for number, record in enumerate(document["controls"], start=1):
        if not isinstance(record, dict):
            raise record_fault(path.name, f"record {number}", repr(record)[:60], "a mapping")
        missing = [name for name in REQUIRED if name not in record]
        if missing:
            label = str(record.get("id", f"record {number}"))
            raise record_fault(path.name, label, f"no {', '.join(missing)}", ", ".join(REQUIRED))
    found: list[Record] = document["controls"]
    return found


def _csv_rows(path: Path) -> list[Row]:
    text = read_text_table(path)
    rows: list[Row] = text.columns.to_pylist()
    return [{**row, "line": i + text.first_row} for i, row in enumerate(rows)]


def record_fault(file: str, place: str, found: str, allowed: str) -> DataError:
    """A `DataError` about one record or erratum."""
    remedy = "Correct the snapshot."
    return DataError(
        [Finding(table=file, place=place, found=found, allowed=allowed, remedy=remedy)]
    )


def _apply_erratum(records: dict[str, Record], row: Row) -> None:
    place = f"{row['control_id']}.{row['field']}"
    if row["control_id"] not in records:
        raise record_fault("errata.csv", place, "no such control", "a control of the record files")
    record = copy.deepcopy(records[row["control_id"]])
    *parents, last = row["field"].split(".")
    holder = record
    for parent in parents:
        holder = holder.setdefault(parent, {})
    old = _value(row["old_value"], last)
    if holder.get(last) != old:
        raise record_fault("errata.csv", place, repr(holder.get(last)), f"the old value {old!r}")
    holder[last] = _value(row["new_value"], last)
    records[row["control_id"]] = record


_TEXTS: Final = ("title", "note", "status_now")


def _value(text: str | None, name: str) -> object:
    """A cell as the YAML value of field `name`; fields of words stay texts."""
    if text is None or name in _TEXTS:
        return text
    return read_yaml_text(text, "errata.csv")


def articles(record: Record) -> tuple[str, ...]:
    """Names of the articles of a record; `whole` where it is not divided."""
    starts = record["in_force_from"]
    return tuple(starts) if isinstance(starts, dict) else (WHOLE,)


def article_dates(record: Record, article: str, snapshot: RecordFiles) -> ArticleDates:
    """The dated facts of one article, open periods included.

    Raises:
        DataError: a cell is no date, or a suspension names a control that does not affect it.
    """
    try:
        return ArticleDates(
            announced=_date(record["announced"]),
            starts=_date(_of_article(record["in_force_from"], article)),
            last_day=_date(_of_article(record.get("ended"), article)),
            suspensions=tuple(suspensions(record, article, snapshot)),
            open_periods=tuple(_open_periods(record["id"], article, snapshot)),
        )
    except UsageError as error:
        raise record_fault(record["file"], record["id"], str(error), "a date") from error


def _of_article(value: object, article: str) -> object:
    return value.get(article) if isinstance(value, dict) else value


def _date(value: object) -> PartialDate | None:
    return None if value is None else parse_partial(value)


def suspensions(record: Record, article: str, snapshot: RecordFiles) -> Iterator[Suspension]:
    """Suspensions the record states for the article; none or one."""
    stated = record.get("suspended")
    if stated is None:
        return
    span = stated if "from" in stated else stated.get(article)
    if span is None:
        return
    by = re.sub(r"^Announcement (\d+)/(\d{4})$", r"CN-\2-\1", span["by"])
    suspending = snapshot.records.get(by)
    if suspending is not None and record["id"] not in suspending["affects"]:
        raise record_fault(
            record["file"], record["id"], f"suspended by {by}", f"a control {by} affects"
        )
    yield Suspension(span["from"], span["to"], by if suspending is not None else "")


def _open_periods(control: str, article: str, snapshot: RecordFiles) -> Iterator[OpenPeriod]:
    weights = {
        r["assumption_id"]: float(r["value"]) for r in snapshot.curated["assumptions"] if r["value"]
    }
    spans: dict[tuple[str, str | None], list[Row]] = {}
    for row in snapshot.curated["branches"]:
        if control in row["applies_to"].split() and row["article"] in ("*", article):
            spans.setdefault((row["from_date"], row["to_date"]), []).append(row)
    for (first, last), rows in spans.items():
        yield OpenPeriod(
            first_day=parse_day(first),
            last_day=parse_day(last) if last is not None else None,
            branches=tuple(_branch(row, weights) for row in rows),
            check=rows[0]["what_to_check"],
            url=rows[0]["url"] or "",
            because_of=rows[0]["because_of"] or "",
        )


def _branch(row: Row, weights: Mapping[str, float]) -> Branch:
    if row["assumption_id"] is None:
        return Branch(row["branch"], row["branch_state"])
    value = weights[row["assumption_id"]]
    weight = value if row["weight_of"] == "value" else round(1.0 - value, 12)
    return Branch(row["branch"], row["branch_state"], weight, row["assumption_id"])
