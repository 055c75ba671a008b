"""Tables of the rare-earth chain compiled by hand: sites, ores, recipes, demand, costs, stocks."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import TableSchema

SCHEMAS: Final[tuple[TableSchema, ...]] = ()
