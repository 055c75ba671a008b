"""The file of candidates as a person gives it back: read whole, every fault told at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from allanite.catalogue.documents import read_yaml
from allanite.catalogue.files import inside, read_file
from allanite.errors import DataError, Finding, UsageError
from allanite.ledger.reading.document import MAX_DOCUMENT_BYTES
from allanite.ledger.reading.found import FORM, text_digest

Row = Mapping[str, Any]
_REQUIRED: Final = ("claim", "subject", "verdict")
_YES, _NO = ("yes", "true"), ("no", "false", "")
_QUANTITY: Final = re.compile(
    r"(?:>=|<=|>|<|~)?\d+(?:\.\d+)?(?:-\d+(?:\.\d+)?)?"
    r"|\d{4}-\d{2}(?:-\d{2})?(?:\.\.\d{4}-\d{2}-\d{2})?"
)
_DATE: Final = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_REMEDY: Final = "Correct the line, or read the texts again with `allanite ledger read`."


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A file of candidates without faults; the accepted ones with the ids of their claims."""

    documents: Mapping[int, Row]
    accepted: tuple[tuple[str, Row], ...]
    count: int
    last_day: str


def read_review(path: Path) -> Reviewed:
    """The file with its accepted candidates.

    Raises:
        DataError: a text or a quote that was changed, offsets that do not point at it, fields that
            cannot stand in a table; all of them at once.
    """
    values = read_yaml(path)
    if not isinstance(values, Mapping) or values.get("form") != FORM:
        raise DataError([_fault(path, "form", "another file", FORM)])
    faults: list[Finding] = []
    documents = _documents(path, values, faults)
    texts = _texts(path, values, documents, faults)
    candidates = _mappings(path, values, "candidates", faults)
    accepted: list[Row] = []
    for i, candidate in enumerate(candidates):
        name = str(candidate.get("id") or f"candidate {i + 1}")
        faults += _span_faults(path, name, candidate, texts)
        if _is_accepted(path, name, candidate, faults):
            faults += _field_faults(path, name, candidate)
            accepted.append(candidate)
    if faults:
        raise DataError(faults)
    days = [str(d["day"]) for d in documents.values() if d.get("day")]
    claim_ids = _claim_ids(documents, candidates)
    pairs = tuple((claim_ids[id(candidate)], candidate) for candidate in accepted)
    return Reviewed(documents, pairs, len(candidates), max(days, default=""))


def _claim_ids(documents: Mapping[int, Row], candidates: Sequence[Row]) -> dict[int, str]:
    """Ids of claims by identity of their candidate: text, span, topic, and a number if need be.

    They stay the same when the file is edited or the texts are read again.
    """
    ids: dict[int, str] = {}
    met: Counter[str] = Counter()
    for candidate in candidates:
        digest = str(documents[candidate["document"]]["text_sha256"])[:12]
        name = f"own-{digest}-{candidate['start']}-{candidate['end']}-{candidate['topic']}"
        met[name] += 1
        ids[id(candidate)] = name if met[name] == 1 else f"{name}-{met[name]}"
    return ids


def _fault(path: Path, place: str, found: str, allowed: str) -> Finding:
    return Finding(table=path.name, place=place, found=found, allowed=allowed, remedy=_REMEDY)


def _mappings(path: Path, values: Row, name: str, faults: list[Finding]) -> list[Row]:
    entries = values.get(name)
    if isinstance(entries, Sequence) and all(isinstance(entry, Mapping) for entry in entries):
        return list(entries)
    faults.append(_fault(path, name, "no list of entries", f"the list {name}"))
    return []


def _documents(path: Path, values: Row, faults: list[Finding]) -> dict[int, Row]:
    entries = _mappings(path, values, "documents", faults)
    return {d["document"]: d for d in entries if isinstance(d.get("document"), int)}


def _texts(
    path: Path, values: Row, documents: Mapping[int, Row], faults: list[Finding]
) -> dict[int, str]:
    """Kept texts by document, each compared with its digest."""
    texts: dict[int, str] = {}
    for number, document in documents.items():
        place = f"document {number}"
        try:
            folder = inside(path.parent, str(values.get("texts")))
            content = read_file(inside(folder, str(document.get("text"))), 2 * MAX_DOCUMENT_BYTES)
            texts[number] = content.decode()
        except DataError as error:
            faults.extend(error.findings)
            continue
        except (UsageError, UnicodeDecodeError) as error:
            faults.append(_fault(path, place, str(error), "the kept text"))
            continue
        if text_digest(texts[number]) != document.get("text_sha256"):
            faults.append(_fault(path, place, "a text that was changed", "the text as it was kept"))
    return texts


def _span_faults(path: Path, name: str, candidate: Row, texts: Mapping[int, str]) -> list[Finding]:
    """A quote must be exactly the characters that its offsets name."""
    start, end, number = (candidate.get(key) for key in ("start", "end", "document"))
    if not isinstance(number, int) or number not in texts:
        return [_fault(path, f'{name}, "document"', repr(number), "a document whose text is kept")]
    text = texts[number]
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end <= len(text):
        allowed = f"0 <= start < end <= {len(text)}"
        return [_fault(path, f'{name}, "start" and "end"', f"{start!r}, {end!r}", allowed)]
    if not isinstance(candidate.get("topic"), str):
        return [_fault(path, f'{name}, "topic"', repr(candidate.get("topic")), "the topic found")]
    if text[start:end] != candidate.get("quote"):
        return [_fault(path, f'{name}, "quote"', "other words", "the words at start to end")]
    return []


def _is_accepted(path: Path, name: str, candidate: Row, faults: list[Finding]) -> bool:
    found = str(candidate.get("accept", "")).strip().lower()
    if found not in (*_YES, *_NO):
        faults.append(_fault(path, f'{name}, "accept"', found, "yes or no"))
    return found in _YES


def _field_faults(path: Path, name: str, candidate: Row) -> list[Finding]:
    """Faults of the fields that a person may edit."""
    faults = [
        _fault(path, f'{name}, "{key}"', "nothing", "a text")
        for key in _REQUIRED
        if not text_of(candidate.get(key))
    ]
    quantity, unit = text_of(candidate.get("quantity")), text_of(candidate.get("unit"))
    if quantity and not _QUANTITY.fullmatch(quantity):
        allowed = "a number such as 550, >90, ~400, 85-91, or a date"
        faults.append(_fault(path, f'{name}, "quantity"', quantity, allowed))
    if bool(quantity) != bool(unit):
        allowed = "quantity and unit together, or neither"
        faults.append(_fault(path, f'{name}, "unit"', unit or "nothing", allowed))
    day = text_of(candidate.get("claim_date"))
    if day and not _is_date(day):
        allowed = "a day, month or year: 2025-10-28"
        faults.append(_fault(path, f'{name}, "claim_date"', day, allowed))
    return faults


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return False
    return True


def text_of(value: object) -> str:
    """A value of a person's file as one line of text; empty for none."""
    return "" if value is None else " ".join(str(value).split())
