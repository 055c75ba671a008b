"""The record of the release and a way to read a text, made once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from allanite import Release
from allanite.ledger.reading.candidates import Reading, read_text
from allanite.ledger.reading.document import Document, read_document
from allanite.ledger.reading.record import Record, load_record

TEXTS = Path(__file__).parent / "texts"


@pytest.fixture(scope="session")
def record(release: Release) -> Record:
    return load_record(release)


@pytest.fixture(scope="session")
def read_own(record: Record) -> Callable[[str], Reading]:
    """Read a text of the folder `texts`."""
    return lambda name: read_text(read_document(TEXTS / name), record)


@pytest.fixture(scope="session")
def read_words(record: Record) -> Callable[..., Reading]:
    """Read words as a text of a day."""

    def read(text: str, day: date | None = date(2025, 10, 28)) -> Reading:
        return read_text(Document(name="words.txt", text=text, day=day), record)

    return read
