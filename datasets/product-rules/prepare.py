"""Product rules as conditions, into tables: rules, definitions, own periods, notes, pages.

Conditions are kept as written; they are read, and their words checked, when rules are loaded
beside the controls and lists they name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from allanite.catalogue.documents import read_yaml
from allanite.catalogue.files import fault
from allanite.catalogue.read import rows_table
from allanite.catalogue.tables import TABLES

SOURCE_ID: Final = "product-rules"
FILE: Final = "logic.yaml"
PARTS: Final = ("definitions", "readings", "rules")
RULE_KEYS: Final = frozenset(
    {"id", "title", "issuer", "clause", "kind", "state", "off", "periods", "applies", "cases"}
    | {"otherwise", "discloses", "parameters", "notes", "sources"}
)
LOGIC_KEYS: Final = ("state", "off", "applies", "cases", "otherwise", "discloses", "parameters")

Row = dict[str, Any]


def prepare(folder: Path) -> dict[str, pa.Table]:
    """The tables of this source by name.

    Raises:
        DataError: the file is broken or a rule has a key that no rule has.
    """
    file = read_yaml(folder / "snapshot" / FILE)
    if not isinstance(file, dict) or set(file) != set(PARTS):
        raise fault(FILE, "other parts", ", ".join(PARTS), "Write these three parts.")
    rules: Sequence[Row] = file["rules"]
    for rule in rules:
        if unknown := sorted(set(rule) - RULE_KEYS):
            raise fault(FILE, f"{rule.get('id')}: {unknown}", ", ".join(RULE_KEYS), "Correct it.")
    rows: dict[str, list[Row]] = {
        "rule_logic": [_rule(rule, position) for position, rule in enumerate(rules)],
        "rule_definitions": [*_definitions(file["definitions"]), *_readings(file["readings"])],
        "rule_periods": [row for rule in rules for row in _periods(rule)],
        "rule_notes": [row for rule in rules for row in _notes(rule)],
        "rule_sources": [row for rule in rules for row in _sources(rule)],
    }
    return {name: rows_table(TABLES[name], found) for name, found in rows.items()}


def _provenance(place: str, quality: str = "observed") -> Row:
    return {"source_id": SOURCE_ID, "locator": f"{FILE}, {place}", "quality": quality}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _rule(rule: Row, position: int) -> Row:
    plain = {name: rule[name] for name in ("title", "issuer", "clause", "kind")}
    logic = {key: rule[key] for key in LOGIC_KEYS if key in rule}
    return {
        "rule_id": rule["id"],
        "position": position,
        **plain,
        "logic_json": _json(logic),
        **_provenance(rule["id"]),
    }


def _definitions(found: Mapping[str, Row]) -> Iterator[Row]:
    for name, definition in found.items():
        yield {
            "name": name,
            "kind": "condition",
            "description": definition["description"],
            "logic_json": _json(definition["condition"]),
            **_provenance(name),
        }


def _readings(found: Mapping[str, Row]) -> Iterator[Row]:
    for name, reading in found.items():
        yield {
            "name": name,
            "kind": "reading",
            "description": reading["text"],
            "logic_json": _json(reading["answers"]),
            **_provenance(name),
        }


def _periods(rule: Row) -> Iterator[Row]:
    """Each period ends on the day before the next begins."""
    periods: Sequence[Row] = rule.get("periods", [])
    sequence = 0
    for i, period in enumerate(periods):
        following: date | None = periods[i + 1]["from"] if i + 1 < len(periods) else None
        for branch in period.get("branches") or [{}]:
            yield {
                "rule_id": rule["id"],
                "sequence": sequence,
                "from_date": period["from"],
                "to_date": following - timedelta(days=1) if following is not None else None,
                "from_precision": period.get("precision", "day"),
                "state": period["state"],
                "branch": branch.get("name"),
                "branch_state": branch.get("state"),
                "branch_weight": branch.get("weight"),
                "assumption_id": branch.get("assumption_id"),
                "because_of": period.get("because_of"),
                "what_to_check": period.get("check"),
                "url": period.get("url"),
                **_provenance(f"{rule['id']}, periods[{i}]"),
            }
            sequence += 1


def _notes(rule: Row) -> Iterator[Row]:
    for number, note in enumerate(rule.get("notes", [])):
        quality = "estimated" if note["kind"] == "recalled" else "observed"
        yield {
            "rule_id": rule["id"],
            "note_number": number,
            "kind": note["kind"],
            "note": note["text"],
            **_provenance(f"{rule['id']}, notes[{number}]", quality),
        }


def _sources(rule: Row) -> Iterator[Row]:
    for number, source in enumerate(rule.get("sources", [])):
        yield {
            "rule_id": rule["id"],
            "url": source["url"],
            "as_of": str(source["as_of"]),
            "confidence": source["confidence"],
            "seen": source["seen"],
            **_provenance(f"{rule['id']}, sources[{number}]"),
        }
