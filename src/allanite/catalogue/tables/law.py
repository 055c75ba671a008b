"""Tables of dated control records: controls, their periods, items and destinations."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import TableSchema

SCHEMAS: Final[tuple[TableSchema, ...]] = ()
