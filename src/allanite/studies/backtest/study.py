"""The back-test from a release to its tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from allanite.catalogue.read import rows_table
from allanite.catalogue.store import Release
from allanite.catalogue.tables import TABLES
from allanite.catalogue.tables.results_backtest import EVENTS, SCHEMAS
from allanite.errors import UsageError
from allanite.law.parameters import READINGS, Reading
from allanite.network.reconcile import Baseline
from allanite.studies.backtest.exports import export_rows, load_evidence, order_rows
from allanite.studies.backtest.figures import export_figures, order_figures, price_figures
from allanite.studies.backtest.notes import APRIL_NOTES, QUOTA_NOTES
from allanite.studies.backtest.prices import april_price_rows
from allanite.studies.backtest.quota import (
    EVENT as QUOTA,
)
from allanite.studies.backtest.quota import (
    READING as QUOTA_READING,
)
from allanite.studies.backtest.quota import quota_export_rows, quota_price_rows, run_quota
from allanite.studies.backtest.runs import APRIL_2025, run_event

Row = dict[str, object]
Rows = dict[str, list[Row]]
Progress = Callable[[str, int, int], None]
EXPORTS: Final = "backtest_exports"
ORDER: Final = "backtest_order"
PRICES: Final = "backtest_prices"
FIGURES: Final = "backtest_figures"
NOTES: Final = "backtest_notes"


@dataclass(frozen=True, slots=True)
class BacktestRequest:
    """What is tested.

    Attributes:
        events: `april-2025`, `quota-2010` or both.
        readings: readings of the controls; the quota has its text only.

    Raises:
        UsageError: a word that is none of those allowed, or none at all.
    """

    events: tuple[str, ...] = EVENTS
    readings: tuple[Reading, ...] = READINGS

    def __post_init__(self) -> None:
        _check("event", self.events, EVENTS)
        _check("reading", self.readings, READINGS)


def _check(name: str, found: Sequence[str], allowed: Sequence[str]) -> None:
    if not found:
        raise UsageError(f"no {name}; one or more of {', '.join(allowed)}")
    for word in found:
        if word not in allowed:
            raise UsageError(f"{name} {word!r} is not known; one of {', '.join(allowed)}")


def backtest_tables(
    release: Release,
    baseline: Baseline,
    request: BacktestRequest,
    progress: Progress | None = None,
) -> dict[str, pa.Table]:
    """All result tables of the back-test.

    Args:
        release: the data; its reports of exports and prices are read after the runs only.
        baseline: the reconciled base year.
        request: what is tested.
        progress: called with (what runs, runs done, runs).

    Raises:
        DataError: a table lacks a row that is needed.
        SolveError: no response exists; what contradicts is named.
    """
    rows: Rows = {schema.name: [] for schema in SCHEMAS}
    if APRIL_2025.name in request.events:
        for reading in request.readings:
            _add(rows, _april(release, baseline, reading, progress))
        rows[NOTES] += [{"event": APRIL_2025.name, "note": note} for note in APRIL_NOTES]
    if QUOTA in request.events:
        _add(rows, _quota(release, baseline))
        rows[NOTES] += [{"event": QUOTA, "note": note} for note in QUOTA_NOTES]
    return {name: rows_table(TABLES[name], found) for name, found in rows.items()}


def _add(rows: Rows, found: Mapping[str, list[Row]]) -> None:
    for name, more in found.items():
        rows[name] += more


def _april(
    release: Release, baseline: Baseline, reading: Reading, progress: Progress | None
) -> Rows:
    def told(done: int, total: int) -> None:
        if progress is not None:
            progress(f"{APRIL_2025.name}, {reading}", done, total)

    runs = run_event(release, baseline, APRIL_2025, reading, told)
    evidence = load_evidence(release)
    exports, order = export_rows(runs, evidence), order_rows(runs, evidence)
    prices = april_price_rows(release, runs.central, APRIL_2025.name, reading)
    return _with_figures(exports, order, prices)


def _quota(release: Release, baseline: Baseline) -> Rows:
    run = run_quota(release, baseline)
    exports, prices = list(quota_export_rows(release, run)), quota_price_rows(release, run)
    found = _with_figures(exports, [], prices)
    for row in found[FIGURES]:
        row["reading"] = QUOTA_READING
    return found


def _with_figures(exports: list[Row], order: list[Row], prices: list[Row]) -> Rows:
    figures = [*export_figures(exports), *order_figures(order), *price_figures(prices)]
    return {EXPORTS: exports, ORDER: order, PRICES: prices, FIGURES: figures}
