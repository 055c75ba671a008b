"""The file of candidates that a person reads, edits and accepts; the texts lie beside it.

YAML with plain values. Everything a text says stands in quotes with every character that prints
nothing written as an escape, so that no text can break the file or deceive its reader.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from allanite.catalogue.documents import MAX_YAML_BYTES
from allanite.catalogue.folders import writing
from allanite.errors import UsageError
from allanite.ledger.reading.candidates import Candidate, Reading

FORM: Final = "allanite found claims 1"
TEXT_FOLDER_ENDING: Final = ".texts"
NOT_CHECKED: Final = "not_checked"
_UNSAFE_NAME: Final = re.compile(r"[^A-Za-z0-9._-]+")
_HEAD: Final = """\
# Candidate claims found in texts. Nothing here is in the ledger yet.
# Read each quote in its text; correct claim, subject, quantity, unit, claim_date, verdict and note
# as you see fit; then write `accept: yes` for those that may enter. The lines below
# `document` are what was found and must stay as they are: start and end count characters of the
# kept text. Then: allanite ledger accept THIS-FILE --data YOUR-FOLDER
"""


def write_found(readings: Sequence[Reading], path: Path) -> Path:
    """Write the file of candidates and the folder of kept texts beside it; the folder.

    Raises:
        UsageError: another ending than .yaml, a file too large to be read by a person, or a place
            that cannot be written; nothing is left then.
    """
    if path.suffix not in (".yaml", ".yml"):
        raise UsageError(f"--out {path.name!r}: the file of candidates ends in .yaml")
    folder = path.with_suffix(TEXT_FOLDER_ENDING)
    _check_place(path, folder)
    content = "\n".join(_lines(readings, folder.name)) + "\n"
    if len(content.encode()) > MAX_YAML_BYTES:
        count = sum(len(reading.in_field) for reading in readings)
        raise UsageError(
            f"{count:,} candidates are more than one file holds ({MAX_YAML_BYTES // 1024**2} MiB)"
            "; read fewer texts at a time, or take the rows with --json"
        )
    with (
        writing(path),
        tempfile.TemporaryDirectory(prefix=".allanite-", dir=path.parent) as scratch,
    ):
        texts = Path(scratch) / "texts"
        texts.mkdir()
        for number, reading in enumerate(readings, start=1):
            (texts / text_name(number, reading)).write_bytes(reading.document.text.encode())
        (Path(scratch) / "found").write_text(content, encoding="utf-8", newline="\n")
        if folder.exists():
            shutil.rmtree(folder)
        texts.replace(folder)
        (Path(scratch) / "found").replace(path)
    return folder


def _check_place(path: Path, folder: Path) -> None:
    """Raise `UsageError` where something else than our own files would be replaced."""
    if folder.exists() and (folder.is_symlink() or not folder.is_dir() or not path.is_file()):
        raise UsageError(f"{folder.name!r} is in the way: name another file with --out")
    if path.is_file() and FORM not in path.read_bytes()[:4096].decode("utf-8", "replace"):
        raise UsageError(f"{path.name!r} is another file; name a new one with --out")


def text_name(number: int, reading: Reading) -> str:
    """File name of the kept text of a document."""
    stem = _UNSAFE_NAME.sub("-", Path(reading.document.name).stem)[:60].strip(".-") or "text"
    return f"{number:03d}-{stem}.txt"


def text_digest(text: str) -> str:
    """sha256 of a kept text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def _lines(readings: Sequence[Reading], folder: str) -> Iterator[str]:
    yield _HEAD.rstrip("\n")
    yield f"form: {FORM}"
    yield f"texts: {quoted(folder)}"
    yield "documents:" if readings else "documents: []"
    for number, reading in enumerate(readings, start=1):
        yield from _document_lines(number, reading)
    candidates = [(n, c) for n, r in enumerate(readings, start=1) for c in r.in_field]
    yield "candidates:" if candidates else "candidates: []"
    for number, candidate in candidates:
        yield from _candidate_lines(number, candidate)
    yield from _outside_lines(readings)
    yield from _omission_lines(readings)


def _document_lines(number: int, reading: Reading) -> Iterator[str]:
    document = reading.document
    yield f"- document: {number}"
    yield f"  file: {quoted(document.name)}"
    yield f"  text: {quoted(text_name(number, reading))}"
    yield f"  text_sha256: {text_digest(document.text)}"
    day = document.day.isoformat() if document.day else quoted("")
    yield f"  day: {day}  # {_comment(document.day_from)}"
    yield f"  address: {quoted(document.address)}"
    yield f"  publisher: {quoted(document.publisher)}"


def _comment(text: str) -> str:
    """A text that is safe after `#`: on one line, with nothing that does not print."""
    return "".join(c for c in text if c.isprintable())


def _candidate_lines(number: int, candidate: Candidate) -> Iterator[str]:
    yield ""
    yield f"- id: {quoted(candidate.candidate_id)}"
    yield "  accept: no"
    for name in ("claim", "subject", "quantity", "unit", "claim_date"):
        yield f"  {name}: {quoted(getattr(candidate, name))}"
    yield f"  verdict: {NOT_CHECKED}"
    yield f"  note: {quoted(candidate.note)}"
    yield f"  document: {number}"
    yield f"  start: {candidate.start}"
    yield f"  end: {candidate.end}"
    for name in ("quote", "topic", "reason", "flag", "flag_reason"):
        yield f"  {name}: {quoted(getattr(candidate, name))}"
    for name in ("event_date", "date_rule", "repeats"):
        if getattr(candidate, name):
            yield f"  {name}: {quoted(getattr(candidate, name))}"
    if candidate.links:
        yield "  links:"
        yield from (f"  - {quoted(f'{x.kind} {x.target}: {x.why}')}" for x in candidate.links)


def _outside_lines(readings: Sequence[Reading]) -> Iterator[str]:
    yield ""
    outside = [(n, c) for n, r in enumerate(readings, start=1) for c in r.outside]
    yield "# Statements outside the field of the project; they are not taken over."
    yield "outside:" if outside else "outside: []"
    for number, c in outside:
        yield (
            f"- {{document: {number}, start: {c.start}, end: {c.end}, reason: {quoted(c.reason)}, "
            f"quote: {quoted(c.quote)}}}"
        )


def _omission_lines(readings: Sequence[Reading]) -> Iterator[str]:
    yield ""
    omissions = [(n, o) for n, r in enumerate(readings, start=1) for o in r.omissions]
    yield "# What the texts leave out of the agreements they report, by the record of the release."
    yield "omissions:" if omissions else "omissions: []"
    for number, o in omissions:
        place = f"{o.agreement_id} {o.provision_id}".strip()
        yield (
            f"- {{document: {number}, agreement: {quoted(place)}, kind: {quoted(o.kind)}, "
            f"what: {quoted(o.what)}}}"
        )


def quoted(text: str) -> str:
    """A text as a YAML value in double quotes, on one line, with what prints nothing escaped."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable() and not unicodedata.combining(character):
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
