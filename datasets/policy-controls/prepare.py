"""Control records in YAML, their errata and additions into the tables of dated law.

The record file stays as it was compiled. `errata.csv` changes fields of records and says
why, `additions.yaml` holds later controls, and the other files name what the records say in
words: stages, destinations, articles, branches and weights.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa

from allanite.catalogue.read import rows_table
from allanite.catalogue.tables import TABLES
from allanite.law.dates import parse_partial
from allanite.law.records import (
    Record,
    RecordFiles,
    Row,
    article_dates,
    articles,
    read_records,
    record_fault,
    suspensions,
)
from allanite.law.timeline import Branch, build_periods

SOURCE_ID: Final = "policy-controls"
_NUMBER: Final = re.compile(r"^Announcement No\. (\d+) of (\d{4})")
_RANK: Final = ("official", "company", "press", "analysis", "estimate")
_MONTHS: Final = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DATED: Final = re.compile(rf"\b(?:({_MONTHS})[a-z]* )?(20\d\d)\b")
_DETAILS: Final = ("thresholds", "examples", "cumulative", "milestones", "trigger", "conflict_with")


def prepare(folder: Path) -> dict[str, pa.Table]:
    """The law tables, checked references and assumptions of the snapshot in `folder`.

    Raises:
        DataError: a file is broken, an erratum does not fit its record, a word is unknown.
    """
    snapshot = read_records(folder / "snapshot")
    rows: dict[str, list[Row]] = {
        "controls": [_control_row(r, snapshot) for r in snapshot.records.values()],
        "control_articles": list(_article_rows(snapshot)),
        "control_periods": list(_period_rows(snapshot)),
        "control_scope": list(_scope_rows(snapshot)),
        "control_effects": list(_effect_rows(snapshot)),
        "control_sources": list(_source_rows(snapshot)),
        "control_errata": _errata_rows(snapshot.curated["errata"]),
        "control_events": [
            *_milestone_rows(snapshot),
            *_plain(snapshot.curated["events"], "events.csv"),
        ],
        "control_words": _plain(snapshot.curated["words"], "words.csv"),
        "assumptions": [
            _numbers(r, "value", "low", "high")
            for r in _plain(snapshot.curated["assumptions"], "assumptions.csv")
        ],
    }
    return {name: rows_table(TABLES[name], found) for name, found in rows.items()}


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


def _control_row(record: Record, snapshot: RecordFiles) -> Row:
    best = _best_source(record)
    note = record.get("note")
    return {
        "control_id": record["id"],
        "issuer": _issuer(record, snapshot),
        "issuer_name": record["issuer"],
        "title": record["title"],
        "short_title": _short_title(record, snapshot),
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


def _issuer(record: Record, snapshot: RecordFiles) -> str:
    name = re.split(r"[(/]", record["issuer"])[0].strip()
    if name == "European Union":
        return "EU"
    for row in snapshot.curated["words"]:
        if row["use"] == "region" and row["word"] == name:
            return str(row["regions"])
    raise record_fault(record["file"], record["id"], f"issuer {name!r}", "a region of words.csv")


def _short_title(record: Record, snapshot: RecordFiles) -> str:
    for row in snapshot.curated["short_titles"]:
        if row["control_id"] == record["id"]:
            return str(row["short_title"])
    if match := _NUMBER.match(record["title"]):
        return "No. {}/{}".format(*match.groups())
    raise record_fault(record["file"], record["id"], "no short title", "a row of short_titles.csv")


def _article_rows(snapshot: RecordFiles) -> Iterator[Row]:
    for record in snapshot.records.values():
        short = {"label": _short_title(record, snapshot), "de_jure": _de_jure(record)}
        for article in articles(record):
            texts = [
                row
                for row in snapshot.curated["articles"]
                if (row["control_id"], row["article"]) == (record["id"], article)
            ]
            dates = article_dates(record, article, snapshot)
            yield {
                "control_id": record["id"],
                "article": article,
                **({k: texts[0][k] for k in short} if texts else short),
                "in_force_from": str(dates.starts) if dates.starts is not None else None,
                "last_day": str(dates.last_day) if dates.last_day is not None else None,
                **_record_provenance(record),
            }


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


def _evidence_until(record: Record, snapshot: RecordFiles) -> date:
    printed = [source["date"] for source in record["sources"]]
    printed += [record["announced"]] if record["announced"] is not None else []
    printed += [
        row["as_of"]
        for row in snapshot.curated["errata"]
        if row["control_id"] == record["id"] and row["as_of"] is not None
    ]
    return max(parse_partial(value).earliest for value in printed)


def _period_rows(snapshot: RecordFiles) -> Iterator[Row]:
    for record in snapshot.records.values():
        for article in articles(record):
            sequence = 0
            for period in build_periods(article_dates(record, article, snapshot)):
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


def _scope_rows(snapshot: RecordFiles) -> Iterator[Row]:
    for record in snapshot.records.values():
        covered = [snapshot.records[name] for name in record.get("affects", [])] or [record]
        for article in articles(record):
            rows = [row for r in covered for row in _scopes(r, record, article, snapshot)]
            for item, row in enumerate(rows):
                yield {
                    "control_id": record["id"],
                    "article": article,
                    "item": item,
                    **row,
                    **_record_provenance(record),
                }


def _scopes(record: Record, holder: Record, article: str, snapshot: RecordFiles) -> list[Row]:
    """Scope of an article; a suspension has the scope of what it suspends."""
    wanted = (article,) if record is holder else _suspended_articles(record, holder, snapshot)
    curated = [
        row
        for row in snapshot.curated["scope"]
        if row["control_id"] == record["id"] and row["article"] in wanted
    ]
    if curated:
        return [cell for row in curated for cell in _curated_scope(record, row, snapshot)]
    return list(_worded_scope(record, snapshot))


def _suspended_articles(record: Record, holder: Record, snapshot: RecordFiles) -> tuple[str, ...]:
    return tuple(
        article
        for article in articles(record)
        if any(span.by == holder["id"] for span in suspensions(record, article, snapshot))
    )


def _curated_scope(record: Record, row: Row, snapshot: RecordFiles) -> Iterator[Row]:
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


def _worded_scope(record: Record, snapshot: RecordFiles) -> Iterator[Row]:
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
    of_items = f"only these items: {materials['items']}" if element is None else None
    parts = [text for text in (of_items, of_destination) if text is not None]
    return "; ".join(parts) or None


def _elements(symbols: Sequence[str], snapshot: RecordFiles) -> tuple[str, ...]:
    words = {r["word"]: r for r in snapshot.curated["words"] if r["use"] == "element"}
    found: list[str] = []
    for symbol in symbols:
        if symbol not in words:
            raise record_fault("controls.yaml", "elements", repr(symbol), "an element of words.csv")
        row = words[symbol]
        found += (row["elements"] or row["possible_elements"]).split()
    return tuple(dict.fromkeys(found))


def _word(record: Record, use: str, word: str, snapshot: RecordFiles) -> Row:
    for row in snapshot.curated["words"]:
        if row["use"] == use and row["word"] == word:
            return row
    raise record_fault(record["file"], record["id"], f"{use} {word!r}", f"a {use} of words.csv")


def _destination(record: Record, word: str, snapshot: RecordFiles) -> Row:
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
    raise record_fault(
        record["file"], record["id"], f"destination {word!r}", "one of destinations.csv"
    )


def _effect_rows(snapshot: RecordFiles) -> Iterator[Row]:
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
    order = _MONTHS.split("|")
    found = [
        f"{year}-{order.index(month) + 1:02d}" if month else year
        for month, year in _DATED.findall(text)
    ]
    return max(found, key=lambda value: parse_partial(value).latest) if found else None


def _source_rows(snapshot: RecordFiles) -> Iterator[Row]:
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


def _milestone_rows(snapshot: RecordFiles) -> Iterator[Row]:
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
