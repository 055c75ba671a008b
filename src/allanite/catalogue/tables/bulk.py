"""Tables of statistical publishers: production, trade, prices, governance, outlooks, outlines."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import TableSchema

SCHEMAS: Final[tuple[TableSchema, ...]] = ()
