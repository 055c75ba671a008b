"""Commands: The law of the day: what is in force on a date, what changed."""

from __future__ import annotations

import typer

app = typer.Typer(
    help="The law of the day: what is in force on a date, what changed.", no_args_is_help=True
)
