"""Tables curated by the project: assumptions, and lists that no publisher provides.

Each file stands in the columns of its table and is named after it; a word after the name
marks a part: `assumptions_chain.csv` adds rows to `assumptions`.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from allanite.catalogue.files import fault
from allanite.catalogue.read import read_table
from allanite.catalogue.tables import TABLES
from allanite.errors import DataError, Finding


def prepare(folder: Path) -> dict[str, pa.Table]:
    """The tables of this source by name.

    Raises:
        DataError: a file that names no table, or cells of another type, all at once.
    """
    parts: dict[str, list[pa.Table]] = {}
    findings: list[Finding] = []
    for path in sorted((folder / "snapshot").glob("*.csv")):
        name = table_of(path.stem)
        rows, faults = read_table(path, TABLES[name])
        parts.setdefault(name, []).append(rows)
        findings += faults
    if findings:
        raise DataError(findings)
    return {name: pa.concat_tables(tables) for name, tables in parts.items()}


def table_of(stem: str) -> str:
    """The longest table name the stem begins with; raises `DataError` if there is none."""
    names = [name for name in TABLES if stem == name or stem.startswith(f"{name}_")]
    if not names:
        remedy = "Name the file after its table."
        raise fault(f"{stem}.csv", "no table of that name", "a declared table", remedy)
    return max(names, key=len)
