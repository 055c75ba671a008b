"""Commands: Tables of the data release: list, show, check, export, query, update."""

from __future__ import annotations

import typer

app = typer.Typer(
    help="Tables of the data release: list, show, check, export, query, update.",
    no_args_is_help=True,
)
