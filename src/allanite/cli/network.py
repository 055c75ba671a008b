"""Commands: The supply network: describe, audit, baseline."""

from __future__ import annotations

import typer

app = typer.Typer(help="The supply network: describe, audit, baseline.", no_args_is_help=True)
