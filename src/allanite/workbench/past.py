"""The response on past controls beside what was reported."""

from __future__ import annotations

from collections.abc import Callable

from allanite.record import Stopwatch
from allanite.studies.backtest.study import BacktestRequest, backtest_tables
from allanite.studies.result import Result
from allanite.workbench.base import ReconciledNetwork, run_record


def backtest(
    network: ReconciledNetwork,
    request: BacktestRequest | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Result:
    """The response on past controls beside what was reported: tables `backtest_...`.

    Args:
        network: a reconciled network.
        request: events and readings; everything by default.
        progress: called with (what runs, runs done, runs).

    Raises:
        UsageError: a control of the event is not in the release.
        DataError: a table lacks a row that is needed.
        SolveError: no response exists; what contradicts is named.
    """
    watch, asked = Stopwatch(), request or BacktestRequest()
    tables = backtest_tables(network.release, network.baseline, asked, progress)
    parameters = {"events": list(asked.events), "readings": list(asked.readings)}
    return Result(run_record("backtest", parameters, network, watch), tables)
