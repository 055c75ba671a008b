"""What claims are taken to mean, which queries check them, and who says what.

Each file stands in the columns of its table; added are only the source and the place of every
row. A fault in a cell stops the build.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from allanite.catalogue.snapshot import placed_tables

SOURCE_ID = "claim-queries"
NAMES = ("claim_topics", "claim_queries", "claim_sources", "claim_statements")


def prepare(folder: Path) -> dict[str, pa.Table]:
    """The tables of this source by name.

    Raises:
        DataError: cells that are not of their column's type, all of them at once.
    """
    return placed_tables(folder, SOURCE_ID, NAMES)
