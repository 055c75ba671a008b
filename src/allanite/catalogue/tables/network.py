"""Tables the network is built from: materials, processes, what sites run, links, cover."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import TableSchema

SCHEMAS: Final[tuple[TableSchema, ...]] = ()
