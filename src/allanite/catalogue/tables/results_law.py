"""Result tables of the law of the day: states and changes."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import TableSchema

SCHEMAS: Final[tuple[TableSchema, ...]] = ()
