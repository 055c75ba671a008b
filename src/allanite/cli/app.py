"""The command `allanite`: its groups, its version, and the one place where errors end."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from allanite.cli import (
    backtest,
    brief,
    contract,
    data,
    exposure,
    law,
    ledger,
    network,
    plan,
    response,
    screen,
    screen_sale,
    share,
    tutorial,
)
from allanite.errors import AllaniteError
from allanite.present.output import printable
from allanite.record import package_versions

app = typer.Typer(
    name="allanite",
    help="Planning workbench for secure supply of critical minerals and rare earths.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
app.add_typer(data.app, name="data")
app.add_typer(network.app, name="network")
app.add_typer(law.app, name="law")
app.add_typer(ledger.app, name="ledger")
exposure.register(app)
response.register(app)
plan.register(app)
share.register(app)
app.add_typer(contract.app, name="contract")
brief.register(app)
backtest.register(app)
tutorial.register(app)
screen.register(app)
screen_sale.register(app)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"allanite {package_versions().get('allanite', 'from source')}")
        raise typer.Exit


@app.callback()
def root(
    show_version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Planning workbench for secure supply of critical minerals and rare earths."""


def main() -> None:
    """Run the command; a user's error prints one message and exits with 2."""
    _never_fail_to_print()
    try:
        app()
    except AllaniteError as error:
        message = escape(printable(str(error)))
        Console(stderr=True).print(f"[bold red]error:[/] {message}", soft_wrap=True)
        sys.exit(2)


def _never_fail_to_print() -> None:
    """Letters that the terminal's encoding lacks are replaced, not raised as errors."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="replace")
