"""Small bills of materials for tests."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from allanite.errors import DataError
from allanite.studies.screening.bom import Bom
from allanite.studies.screening.columns import Lexicon
from allanite.studies.screening.read_bom import read_bom

Row = Mapping[str, object]


def csv_text(rows: Sequence[Row]) -> str:
    """Rows as CSV with every column that any of them has."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, names, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows([{k: "" if v is None else v for k, v in row.items()} for row in rows])
    return out.getvalue()


def bill(folder: Path, rows: Sequence[Row], lexicon: Lexicon, name: str = "bill.csv") -> Bom:
    """The rows, written as CSV and read."""
    path = folder / name
    path.write_text(csv_text(rows), encoding="utf-8")
    return read_bom(path, lexicon)


def faults(path: Path, content: bytes | str, lexicon: Lexicon) -> str:
    """The message with which a file is refused."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    before = set(path.parent.iterdir())
    try:
        read_bom(path, lexicon)
    except DataError as error:
        assert set(path.parent.iterdir()) == before, "nothing may be written"
        return str(error)
    raise AssertionError("the file was read")
