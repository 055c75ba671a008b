"""Result tables of the reconciled baseline and the audit."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import TableSchema

SCHEMAS: Final[tuple[TableSchema, ...]] = ()
