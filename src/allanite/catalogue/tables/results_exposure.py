"""Result tables of exposure, concentration, supply risk and joint priorities."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import TableSchema

SCHEMAS: Final[tuple[TableSchema, ...]] = ()
