"""Whatever the rows: a release holds what was written, and laying rows over it is exact."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from allanite.catalogue.read import rows_table
from allanite.catalogue.store import load_release, write_release
from allanite.catalogue.tables.core import ASSUMPTIONS, SOURCES

# A reader's cell of blanks alone is read as no value, so it is no text here.
TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=20
).filter(lambda text: text.strip() != "")
NUMBER = st.none() | st.floats(allow_nan=False, allow_infinity=False)
PROVENANCE = {"source_id": "own", "locator": "note", "quality": "assumed"}
SOURCE = {
    **dict.fromkeys(("publisher", "title", "url", "licence", "citation"), "x"),
    "source_id": "own",
    "accessed": date(2026, 11, 22),
}
ROW = st.fixed_dictionaries(
    {"assumption_id": TEXT, "statement": TEXT, "value": NUMBER, "low": NUMBER, "unit": TEXT}
)
ROWS = st.lists(ROW, max_size=8, unique_by=lambda row: row["assumption_id"])


def _table(rows: list[dict[str, object]]) -> pa.Table:
    full = [{**row, "used_by": "test", "reason": "test", **PROVENANCE} for row in rows]
    return rows_table(ASSUMPTIONS, full)


def _write(folder: Path, table: pa.Table) -> None:
    tables = {"sources": rows_table(SOURCES, [SOURCE]), "assumptions": table}
    write_release(folder, "2026-11-22", tables, {"own": "x"})


@settings(max_examples=40, deadline=None)
@given(ROWS)
def test_what_is_stored_is_what_is_loaded(rows: list[dict[str, object]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "release"
        _write(folder, _table(rows))
        assert load_release(folder).table("assumptions").equals(_table(rows))


@settings(max_examples=40, deadline=None)
@given(ROWS, ROWS)
def test_own_rows_replace_rows_of_equal_key_and_keep_the_others(
    shipped: list[dict[str, object]], own: list[dict[str, object]]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, mine = Path(name) / "release", Path(name) / "mine"
        mine.mkdir()
        _write(folder, _table(shipped))
        pq.write_table(_table(own), mine / "assumptions.parquet")
        found = load_release(folder, mine).rows("assumptions")
        expected = {row["assumption_id"]: row for row in [*shipped, *own]}
        assert len(found) == len(expected)
        for row in found:
            wanted = expected[row["assumption_id"]]
            assert {key: row[key] for key in wanted} == wanted
