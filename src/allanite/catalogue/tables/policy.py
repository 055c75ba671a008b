"""Tables of the policy files: agreements, product rules, lists, instruments, permits, claims."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.schema import TableSchema

SCHEMAS: Final[tuple[TableSchema, ...]] = ()
