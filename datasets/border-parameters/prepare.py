"""Input tables of border measures: each file stands in the columns of its table.

Added here are only the source and the place of every row; a fault in a cell stops the build.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from allanite.catalogue.snapshot import placed_tables

SOURCE_ID = "border-parameters"
NAMES = ("border_measures", "border_uses", "assumptions")


def prepare(folder: Path) -> dict[str, pa.Table]:
    """The tables of this source by name.

    Raises:
        DataError: cells that are not of their column's type, all of them at once.
    """
    return placed_tables(folder, SOURCE_ID, NAMES)
