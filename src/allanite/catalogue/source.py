"""Where numbers come from: sources, licences, and the columns every observed row carries."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from allanite.catalogue.schema import Column
from allanite.errors import DataError, Finding

# How a number came to be. A reader must see `estimated` and `assumed` wherever the number is shown.
QUALITIES: Final = ("observed", "estimated", "assumed")
CONFIDENCES: Final = ("official", "company", "press", "analysis", "estimate")
SEEN: Final = ("yes", "partly", "no", "own")

PROVENANCE: Final = (
    Column("source_id", "text", "Source of the row.", required=True),
    Column("locator", "text", "Place in the source: file and row, page, or cell.", required=True),
    Column("quality", "text", "How the number came to be.", required=True, allowed=QUALITIES),
)

# Extra columns of hand-compiled rows, each of which has its own page as evidence.
EVIDENCE: Final = (
    Column("url", "text", "Address of the page that supports the row; empty if it has none."),
    Column("reference", "text", "Document or reasoning behind the row, beyond the address."),
    Column("as_of", "text", "Date of the evidence as printed: day, month, year or a word for it."),
    Column("confidence", "text", "What kind of source it is.", allowed=CONFIDENCES),
    Column(
        "seen",
        "text",
        "Whether the page itself was read: yes, partly, no (recalled), own (own arithmetic).",
        allowed=SEEN,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotFile:
    """One untouched file of a source and its sha256."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One publication that rows come from.

    Attributes:
        source_id: short id, also the folder name under `datasets/`.
        publisher, title, version: as printed.
        published: date of publication as printed; accessed: day it was read.
        url: the publisher's own address; download: address of the file itself, empty if none.
        licence: SPDX id or the licence's name; licence_url: its text.
        citation: how to cite it.
        files: untouched files with digests.
        tables: tables the source's `prepare.py` writes.
    """

    source_id: str
    publisher: str
    title: str
    version: str
    published: str
    accessed: date
    url: str
    licence: str
    licence_url: str
    citation: str
    download: str = ""
    note: str = ""
    files: tuple[SnapshotFile, ...] = ()
    tables: tuple[str, ...] = ()


def read_source(path: Path) -> Source:
    """The source declared in a `source.toml`.

    Raises:
        DataError: the file is not TOML, or a field is missing or has the wrong type.
    """
    try:
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        files = tuple(SnapshotFile(**entry) for entry in raw.pop("file", []))
        return Source(files=files, tables=tuple(raw.pop("tables", ())), **raw)
    except (tomllib.TOMLDecodeError, TypeError, UnicodeDecodeError) as error:
        finding = Finding(
            table="source.toml",
            place=path.parent.name,
            found=str(error),
            allowed="TOML with the fields of a source",
            remedy="Compare it with another source.toml.",
        )
        raise DataError([finding]) from error
