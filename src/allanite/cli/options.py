"""Options that several commands share, declared once so that they read alike everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
