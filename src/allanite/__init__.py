"""Allanite: planning workbench for secure supply of critical minerals and rare earths."""

from __future__ import annotations

from allanite.catalogue.store import Release, load_release
from allanite.errors import AllaniteError, DataError, ModelError, SolveError, UsageError

__all__ = [
    "AllaniteError",
    "DataError",
    "ModelError",
    "Release",
    "SolveError",
    "UsageError",
    "load_release",
]
