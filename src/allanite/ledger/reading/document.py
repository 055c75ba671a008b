"""Files into documents: text as it is kept, its day and where it came from.

A text is UTF-8, or UTF-16 with its mark, or in an encoding that the reader names; nothing is
guessed. Character offsets everywhere count code points of `Document.text`.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from allanite.catalogue.documents import read_yaml
from allanite.catalogue.files import fault, inside, read_file
from allanite.errors import DataError, UsageError

MAX_DOCUMENT_BYTES: Final = 5 * 1024**2  # a news text is some kilobytes
MARKUP_SUFFIXES: Final = (".html", ".htm", ".xhtml")
POINTER_SUFFIXES: Final = (".yaml", ".yml")
_POINTER_KEYS: Final = ("address", "day", "file", "publisher", "encoding")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FILES: Final = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)
_DECLARED: Final = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([A-Za-z0-9_:.-]+)""", re.I)
_HEAD_DAY: Final = re.compile(
    r"\A\s*(?:(?:date|dated|published)\s*:?\s*)?(\d{4}-\d{2}-\d{2})(?!\d)[ \t:.,-]*", re.IGNORECASE
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_CONTROL_SHARE: Final = 0.01  # more than that is no text


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One text to be read.

    Attributes:
        name: file name.
        text: plain text as it is kept; all offsets count its characters.
        body_start: where the text begins after a date printed at its head.
        day: day of publication; None where nobody gave one.
        day_from: what gave the day, in words.
        address, publisher: where it was published; empty where not known.
        sha256: digest of the file.
    """

    name: str
    text: str
    body_start: int = 0
    day: date | None = None
    day_from: str = "not given"
    address: str = ""
    publisher: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the reader says about a file beside its content."""

    day: date | None = None
    day_from: str = "given by the reader"
    encoding: str = ""
    address: str = ""
    publisher: str = ""


NOTHING_GIVEN: Final = Given()


def read_document(path: Path, given: Given = NOTHING_GIVEN) -> Document:
    """The document of a text file, a web page or a YAML file that points at one.

    Raises:
        DataError: a file that is missing, empty, binary, larger than `MAX_DOCUMENT_BYTES`, in an
            encoding that is not named, or without text.
        UsageError: an encoding that is not known, or a pointer that leaves its folder.
    """
    if path.suffix.lower() in POINTER_SUFFIXES:
        return _pointed(path, given)
    content = read_file(path, MAX_DOCUMENT_BYTES)
    return document_of(content, path.name, given, path.suffix.lower() in MARKUP_SUFFIXES)


def document_of(
    content: bytes, name: str, given: Given = NOTHING_GIVEN, is_markup: bool | None = None
) -> Document:
    """The document of a file's content; see `read_document`.

    Args:
        content: bytes of the file.
        name: file name for messages.
        given: what the reader says about it.
        is_markup: whether it is HTML; told from its first tag if None or False.
    """
    from allanite.ledger.reading.markup import looks_like_markup, page_of

    text = decode(content, name, given.encoding)
    day, day_from = given.day, given.day_from
    if is_markup or looks_like_markup(text):
        page = page_of(text, name)
        text = page.text
        if day is None and page.day is not None:
            day, day_from = page.day, "the page's own mark"
    _check_text(text, name)
    head = _HEAD_DAY.match(text)
    head_day = _iso_day(head[1]) if head else None
    if day is None and head_day is not None:
        day, day_from = head_day, "the head of the text"
    return Document(
        name=name,
        text=text,
        body_start=head.end() if head and head_day else 0,
        day=day,
        day_from=day_from if day else "not given",
        address=given.address,
        publisher=given.publisher,
        sha256=hashlib.sha256(content).hexdigest(),
    )


def decode(content: bytes, name: str, encoding: str = "") -> str:
    """Text of a file's bytes without its mark.

    Raises:
        DataError: bytes that are not text in that encoding.
        UsageError: an encoding nobody knows.
    """
    for magic, what in _OTHER_FILES:
        if content.startswith(magic):
            raise fault(name, what, "a text or a web page", "Export the text and read that.")
    chosen = encoding or next((c for mark, c in _MARKS if content.startswith(mark)), "")
    if not chosen:
        declared = _DECLARED.search(content[:4096])
        chosen = declared[1].decode("ascii") if declared else "utf-8"
    try:
        return content.decode(_known_encoding(chosen, name)).removeprefix("\ufeff")
    except (UnicodeError, ValueError) as error:
        place = getattr(error, "start", None)
        found = f"bytes that are not {chosen}" + (f" at position {place}" if place else "")
        remedy = "Name the encoding with --encoding, for example cp1252, shift_jis or gb18030."
        raise fault(name, found, "UTF-8 text, or UTF-16 with its mark", remedy) from error


def _known_encoding(encoding: str, name: str) -> str:
    try:
        known = codecs.lookup(encoding)
        "".encode(encoding)  # a codec such as base64 or rot13 is no encoding of text
    except (LookupError, ValueError, TypeError) as error:
        raise UsageError(
            f"{name}: unknown encoding {encoding!r}; examples: utf-8, cp1252"
        ) from error
    return known.name


def _check_text(text: str, name: str) -> None:
    if not text.strip():
        raise fault(name, "no text", "a text with sentences", "Check what the file holds.")
    if "\x00" in text or len(_CONTROL.findall(text)) > _CONTROL_SHARE * len(text):
        remedy = "Export it as text; for UTF-16 without a mark give --encoding utf-16-le."
        raise fault(name, "binary content", "a text", remedy)


def _iso_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _pointed(path: Path, given: Given) -> Document:
    """The document that a YAML file with an address, a day and a file points at."""
    values = read_yaml(path)
    faults = _pointer_faults(path.name, values)
    if faults:
        raise DataError([finding for error in faults for finding in error.findings])
    assert isinstance(values, Mapping)  # noqa: S101 - checked above
    target = inside(path.parent, str(values["file"]))
    if target.suffix.lower() in POINTER_SUFFIXES:
        raise fault(path.name, str(values["file"]), "a text or a page", "Point at the text itself.")
    day = values.get("day")
    return read_document(
        target,
        Given(
            day=given.day or (day if isinstance(day, date) else None),
            day_from=given.day_from if given.day else path.name,
            encoding=given.encoding or str(values.get("encoding") or ""),
            address=str(values["address"]),
            publisher=str(values.get("publisher") or ""),
        ),
    )


def _pointer_faults(name: str, values: object) -> list[DataError]:
    """What is wrong with a pointer, all at once."""
    remedy = "Write address, day and file, and the publisher where it is known."
    if not isinstance(values, Mapping):
        return [fault(name, "no keys", ", ".join(_POINTER_KEYS), remedy)]
    faults = [
        fault(name, f"the key {key!r}", ", ".join(_POINTER_KEYS), "Remove or correct it.")
        for key in values
        if key not in _POINTER_KEYS
    ]
    faults += [
        fault(name, f"no {key}", "an address, a day and a file", remedy)
        for key in ("address", "file")
        if not isinstance(values.get(key), str)
    ]
    if not isinstance(values.get("day"), date):
        found = repr(values.get("day"))
        faults.append(fault(name, f"day {found}", "a day such as 2025-10-28", remedy))
    return faults
