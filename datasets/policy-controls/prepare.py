"""Control records in YAML, their errata and additions into the tables of dated law.

The record file stays as it was compiled. `errata.csv` changes fields of records and says
why, `additions.yaml` holds later controls, and the other files name what the records say in
words: stages, destinations, articles, branches and weights.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from allanite.catalogue.documents import read_yaml, read_yaml_text
from allanite.catalogue.read import read_text_table, rows_table
from allanite.catalogue.tables import TABLES
from allanite.errors import DataError, Finding, UsageError
from allanite.law.dates import PartialDate, parse_day, parse_partial
from allanite.law.timeline import (
    ArticleDates,
    Branch,
    OpenPeriod,
    Suspension,
    build_periods,
)

SOURCE_ID: Final = "policy-controls"
WHOLE: Final = "whole"
_NUMBER: Final = re.compile(r"^Announcement No\. (\d+) of (\d{4})")
_NUMBERS: Final = re.compile(r"^Announcements No\. (\d+) .*?No\. (\d+) .*?of (\d{4})")
_ORDER: Final = re.compile(r"^Order No\. (\d+) of (\d{4})")
_RANK: Final = ("official", "company", "press", "analysis", "estimate")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATED: Final = re.compile(r"\b(?:(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* )?(20\d\d)\b")
_DETAILS: Final = ("thresholds", "examples", "cumulative", "milestones", "trigger", "conflict_with")

Row = dict[str, Any]
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Files of the snapshot: records by id in order, and rows of the curated files."""

    records: Mapping[str, Record]
    curated: Mapping[str, Sequence[Row]]


def prepare(folder: Path) -> dict[str, pa.Table]:
    """The law tables, checked references and assumptions of the snapshot in `folder`.

    Raises:
        DataError: a file is broken, an erratum does not fit its record, a word is unknown.
    """
    snapshot = read_snapshot(folder / "snapshot")
    rows: dict[str, list[Row]] = {
        "controls": [_control_row(r, snapshot) for r in snapshot.records.values()],
        "control_articles": _plain(snapshot.curated["articles"], "articles.csv"),
        "control_periods": list(_period_rows(snapshot)),
        "control_scope": list(_scope_rows(snapshot)),
        "control_effects": list(_effect_rows(snapshot)),
        "control_sources": list(_source_rows(snapshot)),
        "control_errata": _errata_rows(snapshot.curated["errata"]),
        "control_events": [*_milestone_rows(snapshot), *_plain(snapshot.curated["events"], "events.csv")],
        "control_words": _plain(snapshot.curated["words"], "words.csv"),
        "assumptions": [_numbers(r, "value", "low", "high") for r in _plain(snapshot.curated["assumptions"], "assumptions.csv")],
    }
    return {name: rows_table(TABLES[name], found) for name, found in rows.items()}


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
)


def read_snapshot(folder: Path) -> Snapshot:
    """Records with errata applied, and the curated rows.

    Raises:
        DataError: a file is broken, a record lacks a field or stands twice, an erratum's
            old value is not what the record says.
    """
    records: dict[str, Record] = {}
    for name in ("controls.yaml", "additions.yaml"):
        for record in _records(folder / name):
            if record["id"] in records:
                raise _fault(name, record["id"], "the id twice", "one record an id")
            records[record["id"]] = {**record, "file": name}
    curated = {name: _csv_rows(folder / f"{name}.csv") for name in CURATED}
    for row in curated["errata"]:
        if row["applied"] == "yes" and row["field"] != "record":
            _apply_erratum(records, row)
    return Snapshot(records, curated)


REQUIRED: Final = ("id", "issuer", "title", "announced", "in_force_from", "kind", "sources")


def _records(path: Path) -> Sequence[Record]:
    document = read_yaml(path)
    if not isinstance(document, dict) or not isinstance(document.get("controls"), list):
        raise _fault(path.name, "", "no list `controls`", "a mapping with a list `controls`")
    for number, record in enumerate(document["controls"], start=1):
        if not isinstance(record, dict):
            raise _fault(path.name, f"record {number}", repr(record)[:60], "a mapping")
        missing = [name for name in REQUIRED if name not in record]
        if missing:
            label = str(record.get("id", f"record {number}"))
            raise _fault(path.name, label, f"no {', '.join(missing)}", ", ".join(REQUIRED))
    found: list[Record] = document["controls"]
    return found


def _csv_rows(path: Path) -> list[Row]:
    text = read_text_table(path)
    rows: list[Row] = text.columns.to_pylist()
    return [{**row, "line": i + text.first_row} for i, row in enumerate(rows)]


def _fault(file: str, place: str, found: str, allowed: str) -> DataError:
    remedy = "Correct the snapshot."
    return DataError([Finding(table=file, place=place, found=found, allowed=allowed, remedy=remedy)])


def _apply_erratum(records: dict[str, Record], row: Row) -> None:
    place = f"{row['control_id']}.{row['field']}"
    if row["control_id"] not in records:
        raise _fault("errata.csv", place, "no such control", "a control of the record files")
    record = copy.deepcopy(records[row["control_id"]])
    *parents, last = row["field"].split(".")
    holder = record
    for parent in parents:
        holder = holder.setdefault(parent, {})
    old = _value(row["old_value"], last)
    if holder.get(last) != old:
        raise _fault("errata.csv", place, repr(holder.get(last)), f"the old value {old!r}")
    holder[last] = _value(row["new_value"], last)
    records[row["control_id"]] = record


_TEXTS: Final = ("title", "note", "status_now")


def _value(text: str | None, name: str) -> Any:
    """A cell as the YAML value of field `name`; fields of words stay texts."""
    if text is None or name in _TEXTS:
        return text
    return read_yaml_text(text, "errata.csv")


def _plain(rows: Sequence[Row], file: str) -> list[Row]:
    return [{**_without_line(row), **_provenance(row, file)} for row in rows]


def _without_line(row: Row) -> Row:
    return {name: value for name, value in row.items() if name != "line"}


def _provenance(row: Row, file: str) -> Row:
    quality = "assumed" if file in ("assumptions.csv", "branches.csv") else "observed"
    return {"source_id": SOURCE_ID, "locator": f"{file}:{row['line']}", "quality": quality}


def _record_provenance(record: Record) -> Row:
    locator = f"{record['file']}#{record['id']}"
    return {"source_id": SOURCE_ID, "locator": locator, "quality": "observed"}


def _numbers(row: Row, *names: str) -> Row:
    return {**row, **{n: float(row[n]) if row.get(n) is not None else None for n in names}}


def _control_row(record: Record, snapshot: Snapshot) -> Row:
    best = _best_source(record)
    note = record.get("note")
    return {
        "control_id": record["id"],
        "issuer": _issuer(record, snapshot),
        "issuer_name": record["issuer"],
        "title": record["title"],
        "short_title": _short_title(record),
        "kind": record["kind"],
        "announced": None if record["announced"] is None else str(record["announced"]),
        "de_jure": _de_jure(record),
        "thresholds": _details(record),
        "affects": " ".join(record.get("affects", [])) or None,
        "status_text": record.get("status_now"),
        "note": note,
        "evidence_until": _evidence_until(record, snapshot),
        "url": best["url"],
        "as_of": str(best["date"]),
        "confidence": best["confidence"],
        "seen": _seen(best, note),
        **_record_provenance(record),
    }


def _best_source(record: Record) -> Row:
    found: Row = min(record["sources"], key=lambda source: _RANK.index(source["confidence"]))
    return found


def _seen(source: Row, note: str | None) -> str:
    if source["basis"] == "recalled":
        return "no"
    return "partly" if note is not None and "recalled" in note else "yes"


def _issuer(record: Record, snapshot: Snapshot) -> str:
    name = re.split(r"[(/]", record["issuer"])[0].strip()
    if name == "European Union":
        return "EU"
    for row in snapshot.curated["words"]:
        if row["use"] == "region" and row["word"] == name:
            return str(row["regions"])
    raise _fault(record["file"], record["id"], f"issuer {name!r}", "a region of words.csv")


def _short_title(record: Record) -> str:
    title = record["title"]
    for pattern, form in ((_NUMBER, "No. {0}/{1}"), (_NUMBERS, "No. {0} and {1}/{2}")):
        if match := pattern.match(title):
            return form.format(*match.groups())
    if match := _ORDER.match(title):
        return "Order {0}/{1}".format(*match.groups())
    return str(re.split(r" - |; | \(|, ", title)[0])


def _de_jure(record: Record) -> str:
    materials = record.get("materials") or {}
    parts = [record["title"]]
    if "items" in materials:
        parts.append(str(materials["items"]))
    parts += [str(what) for what in (materials.get("sub_items") or {}).values()]
    if "extraterritorial" in record:
        parts.append(str(record["extraterritorial"]))
    return "; ".join(parts)


def _details(record: Record) -> str | None:
    materials = record.get("materials") or {}
    found = {name: record[name] for name in _DETAILS if record.get(name) is not None}
    found |= {n: materials[n] for n in ("hs", "control_items", "n_products") if n in materials}
    return json.dumps(found, ensure_ascii=False, default=str, sort_keys=True) if found else None


def _evidence_until(record: Record, snapshot: Snapshot) -> date:
    printed = [source["date"] for source in record["sources"]]
    printed += [
        row["as_of"]
        for row in snapshot.curated["errata"]
        if row["control_id"] == record["id"] and row["as_of"] is not None
    ]
    return max(parse_partial(value).earliest for value in printed)


def _period_rows(snapshot: Snapshot) -> Iterator[Row]:
    for record in snapshot.records.values():
        for article in _articles(record):
            sequence = 0
            for period in build_periods(_article_dates(record, article, snapshot)):
                for branch in period.branches or (None,):
                    yield {
                        "control_id": record["id"],
                        "article": article,
                        "sequence": sequence,
                        "from_date": period.first_day,
                        "to_date": period.last_day,
                        "from_precision": period.precision,
                        "state": period.state,
                        "because_of": period.because_of or None,
                        "what_to_check": period.check or None,
                        "url": period.url or None,
                        **_branch_cells(branch),
                        **_record_provenance(record),
                        "quality": "assumed" if period.branches else "observed",
                    }
                    sequence += 1


def _branch_cells(branch: Branch | None) -> Row:
    if branch is None:
        return {}
    return {
        "branch": branch.name,
        "branch_state": branch.state,
        "branch_weight": branch.weight,
        "assumption_id": branch.assumption_id or None,
    }


def _articles(record: Record) -> tuple[str, ...]:
    starts = record["in_force_from"]
    return tuple(starts) if isinstance(starts, dict) else (WHOLE,)


def _article_dates(record: Record, article: str, snapshot: Snapshot) -> ArticleDates:
    try:
        return ArticleDates(
            announced=_date(record["announced"]),
            starts=_date(_of_article(record["in_force_from"], article)),
            last_day=_date(_of_article(record.get("ended"), article)),
            suspensions=tuple(_suspensions(record, article, snapshot)),
            open_periods=tuple(_open_periods(record["id"], article, snapshot)),
        )
    except UsageError as error:
        raise _fault(record["file"], record["id"], str(error), "a date") from error


def _of_article(value: Any, article: str) -> Any:
    return value.get(article) if isinstance(value, dict) else value


def _date(value: Any) -> PartialDate | None:
    return None if value is None else parse_partial(value)


def _suspensions(record: Record, article: str, snapshot: Snapshot) -> Iterator[Suspension]:
    stated = record.get("suspended")
    if stated is None:
        return
    span = stated if "from" in stated else stated.get(article)
    if span is None:
        return
    by = re.sub(r"^Announcement (\d+)/(\d{4})$", r"CN-\2-\1", span["by"])
    suspending = snapshot.records.get(by)
    if suspending is not None and record["id"] not in suspending["affects"]:
        raise _fault(record["file"], record["id"], f"suspended by {by}", f"a control {by} affects")
    yield Suspension(span["from"], span["to"], by if suspending is not None else "")


def _open_periods(control: str, article: str, snapshot: Snapshot) -> Iterator[OpenPeriod]:
    weights = {r["assumption_id"]: float(r["value"]) for r in snapshot.curated["assumptions"] if r["value"]}
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


def _scope_rows(snapshot: Snapshot) -> Iterator[Row]:
    for record in snapshot.records.values():
        covered = [snapshot.records[name] for name in record.get("affects", [])] or [record]
        for article in _articles(record):
            rows = [row for r in covered for row in _scopes(r, record, article, snapshot)]
            for item, row in enumerate(rows):
                yield {
                    "control_id": record["id"],
                    "article": article,
                    "item": item,
                    **row,
                    **_record_provenance(record),
                }


def _scopes(record: Record, holder: Record, article: str, snapshot: Snapshot) -> list[Row]:
    """Scope of an article; a suspension has the scope of what it suspends."""
    articles = (article,) if record is holder else _suspended_articles(record, holder, snapshot)
    curated = [
        row
        for row in snapshot.curated["scope"]
        if row["control_id"] == record["id"] and row["article"] in articles
    ]
    if curated:
        return [cell for row in curated for cell in _curated_scope(record, row, snapshot)]
    return list(_worded_scope(record, snapshot))


def _suspended_articles(record: Record, holder: Record, snapshot: Snapshot) -> tuple[str, ...]:
    return tuple(
        article
        for article in _articles(record)
        if any(span.by == holder["id"] for span in _suspensions(record, article, snapshot))
    )


def _curated_scope(record: Record, row: Row, snapshot: Snapshot) -> Iterator[Row]:
    for element in _elements((row["elements"] or "").split(), snapshot) or (None,):
        for stage in (row["stages"] or "").split() or (None,):
            for word in row["destinations"].split(" | "):
                yield {
                    "element": element,
                    "stage": stage,
                    **_destination(record, word, snapshot),
                    "party": row["party"],
                    "subject": row["subject"],
                    "condition": row["condition"],
                    "printed": row["printed"],
                }


def _worded_scope(record: Record, snapshot: Snapshot) -> Iterator[Row]:
    materials = record["materials"]
    elements = _elements(materials.get("elements", []), snapshot) or (None,)
    for word in record["stage"]:
        found = _word(record, "stage", word, snapshot)
        subject = "technology" if record["kind"] == "technology" else found["subject"] or "goods"
        for stage in (found["stages"] or "").split() or (None,):
            for element in elements:
                for where in record["destinations"]:
                    destination = _destination(record, where, snapshot)
                    yield {
                        "element": element,
                        "stage": stage,
                        "subject": subject,
                        "printed": f"{word}; {where}",
                        **destination,
                        "condition": _condition(materials, element, destination["condition"]),
                    }


def _condition(materials: Row, element: str | None, of_destination: str | None) -> str | None:
    of_items = f"only {materials['items']}" if element is None else None
    parts = [text for text in (of_items, of_destination) if text is not None]
    return "; ".join(parts) or None


def _elements(symbols: Sequence[str], snapshot: Snapshot) -> tuple[str, ...]:
    words = {r["word"]: r for r in snapshot.curated["words"] if r["use"] == "element"}
    found: list[str] = []
    for symbol in symbols:
        if symbol not in words:
            raise _fault("controls.yaml", "elements", repr(symbol), "an element of words.csv")
        row = words[symbol]
        found += (row["elements"] or row["possible_elements"]).split()
    return tuple(dict.fromkeys(found))


def _word(record: Record, use: str, word: str, snapshot: Snapshot) -> Row:
    for row in snapshot.curated["words"]:
        if row["use"] == use and row["word"] == word:
            return row
    # A word of several uses counts in its plural form too.
    raise _fault(record["file"], record["id"], f"{use} {word!r}", f"a {use} of words.csv")


def _destination(record: Record, word: str, snapshot: Snapshot) -> Row:
    for row in snapshot.curated["destinations"]:
        if row["word"] == word:
            own = row["excluded_destination"] == "own"
            excluded = _issuer(record, snapshot) if own else row["excluded_destination"]
            return {
                "destination": row["destination"],
                "excluded_destination": excluded,
                "party": row["party"],
                "condition": row["condition"],
            }
    raise _fault(record["file"], record["id"], f"destination {word!r}", "one of destinations.csv")


def _effect_rows(snapshot: Snapshot) -> Iterator[Row]:
    for record in snapshot.records.values():
        for number, text in enumerate(record.get("observed_effect", [])):
            common = {
                "control_id": record["id"],
                "effect": number,
                "observed_text": text,
                **_record_provenance(record),
            }
            yield {**common, "measure": "text", "dated": _dated(text)}
            for row in snapshot.curated["effect_values"]:
                if (row["control_id"], int(row["effect"])) == (record["id"], number):
                    figures = {name: row[name] for name in ("measure", "dated", "unit")}
                    yield {**common, **figures, "value": float(row["value"])}


def _dated(text: str) -> str | None:
    """The latest month or year that the words name."""
    found = [
        f"{year}-{_MONTHS.index(month) + 1:02d}" if month else year
        for month, year in _DATED.findall(text)
    ]
    return max(found, key=lambda value: parse_partial(value).latest) if found else None


def _source_rows(snapshot: Snapshot) -> Iterator[Row]:
    for record in snapshot.records.values():
        for source in record["sources"]:
            yield {
                "control_id": record["id"],
                "url": source["url"],
                "as_of": str(source["date"]),
                "confidence": source["confidence"],
                "seen": "yes" if source["basis"] == "retrieved" else "no",
                **_record_provenance(record),
            }


def _errata_rows(rows: Sequence[Row]) -> list[Row]:
    return [{**row, "applied": row["applied"] == "yes"} for row in _plain(rows, "errata.csv")]


def _milestone_rows(snapshot: Snapshot) -> Iterator[Row]:
    for record in snapshot.records.values():
        for number, milestone in enumerate(record.get("milestones", [])):
            yield {
                "event": f"{record['id']}_{number}",
                "control_id": record["id"],
                "dated": str(milestone["date"]),
                "what": milestone["what"],
                "url": _best_source(record)["url"],
                "confidence": _best_source(record)["confidence"],
                "seen": "yes",
                **_record_provenance(record),
            }
