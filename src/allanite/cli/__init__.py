"""The command line: parse, call one function, print."""

from __future__ import annotations

from allanite.cli.app import main

__all__ = ["main"]
