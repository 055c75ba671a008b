"""Agreements with their provisions, product rules, mineral lists, instruments, permits, claims.

Records keep their nested content whole in `record_json`; what a study reads stands in
columns of its own. Whether a page was read or recalled is a column of every table.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from ruamel.yaml import YAML

from allanite.catalogue.compiled import Row, named_page, quality, read_errata_of, read_rows
from allanite.catalogue.errata import apply_errata
from allanite.catalogue.files import read_text_file
from allanite.catalogue.read import rows_table
from allanite.catalogue.tables import TABLES

SOURCE_ID: Final = "policy-records"
AGREEMENTS: Final = "agreements.yaml"
RULES: Final = "rules.yaml"
FRAMEWORK: Final = "US-JP-FW-2025"
"""Its sources stand in the head of the file."""
COUNTED_FROM_SIGNATURE: Final = "signature"
REGION_OF_PARTY: Final[dict[str, str]] = {
    "AE": "ARE",
    "AU": "AUS",
    "CN": "CHN",
    "EU": "XEU",
    "GB": "GBR",
    "GR": "GRC",
    "IL": "ISR",
    "IN": "IND",
    "JP": "JPN",
    "KR": "KOR",
    "MX": "MEX",
    "MY": "MYS",
    "QA": "QAT",
    "SA": "SAU",
    "SG": "SGP",
    "TH": "THA",
    "US": "USA",
}

Record = dict[str, Any]


def prepare(folder: Path) -> dict[str, pa.Table]:
    """The tables of this source by name."""
    file = read_yaml(folder / "snapshot" / AGREEMENTS)
    signed = agreement_rows(folder, file)
    rows: dict[str, Sequence[dict[str, object]]] = {
        "agreements": signed,
        "provisions": list(provisions(file["agreements"], signed)),
        "product_rules": [
            product_rule(record) for record in read_yaml(folder / "snapshot" / RULES)["rules"]
        ],
        "mineral_lists": [
            mineral_list(row) for row in read_rows(folder, "lists.csv", "policy/lists.csv")
        ],
        "instruments": [instrument(row) for row in read_rows(folder, "instruments.csv")],
        "permitting": [permitting(row) for row in read_rows(folder, "permitting.csv")],
        "claims": [claim(row) for row in read_rows(folder, "seed_claims.csv")],
    }
    return {name: rows_table(TABLES[name], table) for name, table in rows.items()}


def read_yaml(path: Path) -> Record:
    """The records of a YAML file, read safely; a key that stands twice is an error."""
    records: Record = YAML(typ="safe").load(read_text_file(path))
    return records


def agreement_rows(folder: Path, file: Record) -> list[dict[str, object]]:
    """Rows of `agreements`, with errata applied to their plain columns."""
    records: list[Record] = file["agreements"]
    plain = [{"id": record["id"], "signed_other": ""} for record in records]
    touched = apply_errata(plain, read_errata_of(folder, f"policy/{AGREEMENTS}"))
    heads: list[Record] = file["meta"]["framework_text_sources"]
    return [
        {
            **agreement(record, heads if record["id"] == FRAMEWORK else record.get("sources")),
            "signed_other": _day(cells["signed_other"]),
            "correction_ids": " ".join(touched.get(index, ())) or None,
        }
        for index, (record, cells) in enumerate(zip(records, plain, strict=True))
    ]


def agreement(record: Record, sources: Sequence[Record] | None) -> dict[str, object]:
    """One row of `agreements`."""
    parties = [str(party) for party in record["parties"]]
    regions = [REGION_OF_PARTY[party] for party in parties if party in REGION_OF_PARTY]
    return {
        "agreement_id": record["id"],
        "title": record["title"],
        "parties": "|".join(parties),
        "regions": "|".join(regions) or None,
        "signed": _day(record.get("signed")),
        "binding": record.get("binding"),
        "status": record.get("status"),
        "note": record.get("note"),
        "record_json": _json(record),
        **_evidence(sources, f"{AGREEMENTS}, {record['id']}"),
    }


def provisions(
    records: Sequence[Record], signed: Sequence[Mapping[str, object]]
) -> Iterator[dict[str, object]]:
    """Rows of `provisions`; an entry without an own source takes that of its agreement."""
    for record, row in zip(records, signed, strict=True):
        for kind in ("provision", "commitment"):
            for number, entry in enumerate(record.get(f"{kind}s") or (), start=1):
                name = str(entry.get("id") or f"{kind[0].upper()}{number:02d}")
                locator = f"{AGREEMENTS}, {record['id']}, {name}"
                inherited = {
                    column: row[column]
                    for column in ("basis", "source_id", "quality", "url", "reference", "as_of")
                } | {"confidence": row["confidence"], "seen": row["seen"], "locator": locator}
                sources = entry.get("sources")
                yield {
                    "agreement_id": record["id"],
                    "provision_id": name,
                    "kind": kind,
                    **_provision(entry, row),
                    **(_evidence(sources, locator) if sources else inherited),
                }


def _provision(entry: Record, signed: Mapping[str, object]) -> dict[str, object]:
    deadline = _day(entry.get("deadline"))
    return {
        "heading": entry.get("heading"),
        "actors": _joined(entry.get("actor")),
        "action": _text(entry.get("action") or entry.get("what")),
        "instruments": _joined(entry.get("instrument")),
        "deadline": deadline,
        "deadline_other": _moved(deadline, entry.get("deadline_rule"), signed),
        "deadline_rule": entry.get("deadline_rule"),
        "status": entry.get("status"),
        "evidence": _text(entry.get("evidence")),
        "record_json": _json(entry),
    }


def _moved(deadline: date | None, rule: str | None, signed: Mapping[str, object]) -> date | None:
    """The deadline counted from the other day of signature, where it is counted from it."""
    here, other = signed["signed"], signed["signed_other"]
    if not (isinstance(here, date) and isinstance(other, date) and deadline and rule):
        return None
    if not rule.startswith(COUNTED_FROM_SIGNATURE):
        return None
    shift: timedelta = other - here
    return deadline + shift


def product_rule(record: Record) -> dict[str, object]:
    """One row of `product_rules`."""
    periods = record.get("when") or record.get("tests")
    notes = [record.get("basis_note"), record.get("note"), record.get("open")]
    return {
        "rule_id": record["id"],
        "law": record["law"],
        "question": record.get("question"),
        "applies_if": record.get("applies_if"),
        "test": record.get("test"),
        "verdict": record.get("verdict_true") or record.get("verdict"),
        "periods_json": _json(periods) if periods else None,
        "note": " ".join(str(note) for note in notes if note) or None,
        "record_json": _json(record),
        **_evidence(record["sources"], f"{RULES}, {record['id']}"),
    }


def mineral_list(row: Row) -> dict[str, object]:
    """One row of `mineral_lists`."""
    return {
        "mineral": row.text("mineral"),
        "list": row.text("list"),
        "on_list": row.cells["on_list"] == "1",
        "day": _day(row.text("date")),
        "note": row.text("note"),
        "correction_ids": row.correction_ids or None,
        **_row_evidence(row, "date"),
    }


def instrument(row: Row) -> dict[str, object]:
    """One row of `instruments`."""
    texts = ("country", "instrument", "counterparty", "mineral", "price_unit", "volume_unit")
    return {
        "instrument_id": row.text("id"),
        **{column: row.text(column) for column in (*texts, "start", "terms", "status_2026_07")},
        "kind": row.text("type"),
        "amount": row.number("amount"),
        "amount_unit": row.text("unit"),
        "price_parameter": row.text("price_param"),
        "volume": row.number("volume"),
        "term": row.text("end_or_term"),
        **_row_evidence(row, "source_date"),
    }


def permitting(row: Row) -> dict[str, object]:
    """One row of `permitting`."""
    texts = ("country", "stage", "metric", "unit", "scope", "programme", "note")
    return {
        "figure_id": row.text("id"),
        **{column: row.text(column) for column in texts},
        **{column: row.number(column) for column in ("value", "low", "high")},
        "period": row.text("date"),
        **_row_evidence(row, "date"),
    }


def claim(row: Row) -> dict[str, object]:
    """One row of `claims`."""
    texts = ("claim", "subject", "quantity", "unit", "claim_date", "other_sources_say")
    return {
        "claim_id": row.text("id"),
        "text_file": row.text("seed_file"),
        **{column: row.text(column) for column in (*texts, "verdict", "note")},
        **_row_evidence(row, "source_date"),
    }


def _row_evidence(row: Row, day_column: str) -> dict[str, object]:
    source = {
        "url": row.text("source_url"),
        "date": row.text(day_column),
        "confidence": row.text("confidence"),
        "basis": row.text("basis"),
    }
    return _evidence([source], row.locator)


def _evidence(sources: Sequence[Record] | None, locator: str) -> dict[str, object]:
    """Provenance of a record from its sources: the first that was read, else the first."""
    listed = list(sources or ())
    read = [source for source in listed if source.get("basis") == "retrieved"]
    best = (read or listed or [{}])[0]
    seen = "yes" if read else "no"
    confidence = best.get("confidence")
    return {
        "basis": "retrieved" if read else "recalled",
        "source_id": SOURCE_ID,
        "locator": locator,
        "quality": quality(confidence, seen),
        **named_page(best.get("url")),
        "as_of": _text(best.get("date")),
        "confidence": confidence,
        "seen": seen,
    }


def _day(value: object) -> date | None:
    """A day from a date or its ISO text; a month or a year alone is no day."""
    if isinstance(value, date):
        return value
    text = str(value or "")
    return date.fromisoformat(text) if len(text) == len("2026-01-01") else None


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return _json(value) if isinstance(value, (list, dict)) else str(value)


def _joined(value: object) -> str | None:
    return "|".join(str(item) for item in value) if isinstance(value, list) else _text(value)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
