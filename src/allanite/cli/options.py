"""Options that several commands share, declared once so that they read alike everywhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Final

import typer

from allanite.errors import UsageError
from allanite.law.dates import parse_day

MAX_DRAWS: Final = 10_000

DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        help="Folder of your own tables (TABLE.csv, .parquet, .xlsx) laid over the release.",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        help="Write the table to this file; the ending rules the form: .csv .json .parquet .xlsx",
        show_default=False,
    ),
]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="Seed of the redraws.")]
BudgetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--budget",
        help="Million USD: 5000 for all together, USA=3000 for one partner; repeatable. A total "
        "replaces the limits of the case.",
        show_default=False,
    ),
]
YearlyOption = Annotated[
    float | None,
    typer.Option("--yearly", help="Most of a year, million USD.", show_default=False),
]
WorkersOption = Annotated[
    int, typer.Option("--workers", min=1, help="Processes that work on courses.")
]
DaskOption = Annotated[
    str | None,
    typer.Option(
        "--dask",
        help="Dask scheduler that works on courses, tcp://host:port.",
        show_default=False,
    ),
]
CourseSeedOption = Annotated[int, typer.Option("--seed", min=0, help="Seed of the courses.")]


def day_of(option: str, text: str) -> date:
    """The day of an option's text; raises `UsageError` that names the option."""
    try:
        return parse_day(text)
    except UsageError as error:
        raise UsageError(f"{option}: {error}") from error
