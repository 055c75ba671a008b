"""Words and topics by which news texts are read: each file stands in the columns of its table."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from allanite.catalogue.snapshot import placed_tables

SOURCE_ID = "reading-words"
NAMES = ("reading_words", "reading_topics")


def prepare(folder: Path) -> dict[str, pa.Table]:
    """The tables of this source by name."""
    return placed_tables(folder, SOURCE_ID, NAMES)
