"""What the network and its reconciliation assume, and processes and flows the files lack.

The files stand in the columns of their tables; a fault in a cell stops the build.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from allanite.catalogue.read import read_table
from allanite.catalogue.tables import TABLES
from allanite.errors import DataError


def prepare(folder: Path) -> dict[str, pa.Table]:
    """The tables of this source by name.

    Raises:
        DataError: cells that are not of their column's type, all of them at once.
    """
    tables: dict[str, pa.Table] = {}
    findings = []
    for name in ("assumptions", "site_processes", "links", "observation_explanations"):
        tables[name], faults = read_table(folder / "snapshot" / f"{name}.csv", TABLES[name])
        findings += faults
    if findings:
        raise DataError(findings)
    return tables
