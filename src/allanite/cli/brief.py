"""Command `allanite brief`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from allanite.cli.options import DataOption, SeedOption, day_of
from allanite.cli.waiting import counting


def register(app: typer.Typer) -> None:
    """Add the command to the root application."""
    app.command("brief", epilog="Example: `allanite brief us-japan --out my-brief`")(brief)


def brief(  # noqa: PLR0913, PLR0917 - one argument an option of the command
    case: Annotated[
        str,
        typer.Argument(help="A shipped case (us-japan, us-japan-australia, eu) or a .yaml file."),
    ] = "us-japan",
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            help="Day the brief speaks of, YYYY-MM-DD; today if not given.",
            show_default=False,
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            help="Tell changes from this day on; the case's own day if not given.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder to write; brief-CASE if not given.", show_default=False),
    ] = None,
    months: Annotated[
        int,
        typer.Option(min=1, max=60, help="How far who stops first looks ahead; fewer are quicker."),
    ] = 24,
    plan: Annotated[
        bool,
        typer.Option(
            "--plan/--no-plan", help="Work out what to build and store, which takes minutes."
        ),
    ] = True,
    sharing: Annotated[
        bool,
        typer.Option(
            "--sharing/--no-sharing",
            help="Work out what acting together is worth and who pays, which takes minutes; only"
            " with a plan.",
        ),
    ] = True,
    contracts: Annotated[
        bool,
        typer.Option(
            "--contracts/--no-contracts",
            help="Value contracts, look for the least support, and follow a duty.",
        ),
    ] = True,
    data: DataOption = None,
    seed: SeedOption = 1,
) -> None:
    """Write the brief of a case: one HTML page, its tables and the record of the run."""
    from allanite.catalogue.store import load_release
    from allanite.conditions.case import load_case
    from allanite.present.gather import BriefRequest, make_brief

    chosen = load_case(case)
    request = BriefRequest(
        case=chosen,
        as_of=date.today() if as_of is None else day_of("--as-of", as_of),
        since=chosen.since if since is None else day_of("--since", since),
        seed=seed,
        months=months,
        plan=plan,
        sharing=sharing,
        contracts=contracts,
    )
    folder = out or Path(f"brief-{chosen.case_id}")
    with counting(f"Making the brief of {chosen.title}") as tell:
        made = make_brief(load_release(data=data), request, folder, tell)
    for finding in made.findings:
        print(f"- {finding.text}")
    print(f"wrote {folder}/brief.html, tables.xlsx, tables/, record.json")
