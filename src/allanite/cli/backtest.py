"""Command `allanite backtest`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from allanite.cli.options import DataOption, JsonOption, OutOption
from allanite.cli.waiting import waiting
from allanite.errors import UsageError
from allanite.present.output import emit, say

if TYPE_CHECKING:
    from allanite.law.parameters import Reading
    from allanite.studies.result import Result

SHOWN: Final = ("exports", "order", "prices", "figures", "notes")
BOTH: Final = "both"
OBSERVED: Final = "observed"
DE_JURE: Final = "de-jure"


def register(app: typer.Typer) -> None:
    """Add the command to the root application."""
    app.command("backtest", epilog="Example: `allanite backtest --event april-2025`")(backtest)


def backtest(
    event: Annotated[str, typer.Option(help="april-2025 or quota-2010.")] = "april-2025",
    show: Annotated[
        str, typer.Option(help="exports, order, prices, figures or notes.")
    ] = "exports",
    reading: Annotated[str, typer.Option(help="observed, de-jure (the text) or both.")] = BOTH,
    data: DataOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
) -> None:
    """Show what the response says of past controls beside what was reported, errors as they are."""
    from allanite.catalogue.store import load_release
    from allanite.studies.backtest.study import BacktestRequest
    from allanite.workbench import backtest as run_backtest
    from allanite.workbench import load_network

    if show not in SHOWN:
        raise UsageError(f"--show {show!r}: use {', '.join(SHOWN)}")
    request = BacktestRequest(events=(event,), readings=_readings(reading))
    with waiting("Reconciling and running the past"):
        result = run_backtest(load_network(load_release(data=data), draws=0), request)
    if not as_json and out is None and show == "exports":
        _show_exports(result)
        return
    emit(result.tables[f"backtest_{show}"], as_json=as_json, out=out)


def _readings(word: str) -> tuple[Reading, ...]:
    readings: dict[str, tuple[Reading, ...]] = {
        OBSERVED: ("observed",),
        DE_JURE: ("de_jure",),
        BOTH: ("de_jure", "observed"),
    }
    if word not in readings:
        raise UsageError(f"--reading {word!r}: use {', '.join(readings)}")
    return readings[word]


def _show_exports(result: Result) -> None:
    """The reported periods, the errors in one sentence each, and what is no test."""
    from allanite.present.backtest_text import error_sentences, month_tables, note_lines

    for word, table in month_tables(result.tables["backtest_exports"]).items():
        emit(table, title=f"Exports of China, {word}")
    say(error_sentences(result.tables["backtest_figures"]))
    say(note_lines(result.tables["backtest_notes"]))
