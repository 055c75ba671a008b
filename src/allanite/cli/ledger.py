"""Commands `allanite ledger`: what was promised, what was delivered, what is claimed."""

from __future__ import annotations

import typer

from allanite.cli import ledger_agreements, ledger_claims, ledger_reading

app = typer.Typer(
    help="What was promised, what was delivered, what is claimed.", no_args_is_help=True
)
ledger_agreements.register(app)
ledger_claims.register(app)
ledger_reading.register(app)
