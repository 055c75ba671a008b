"""What prices of rare-earth oxides may do, and how far to trust that."""

from __future__ import annotations

from typing import Final

from allanite.catalogue.store import Release
from allanite.conditions.prices.report import price_tables
from allanite.errors import UsageError
from allanite.record import Stopwatch
from allanite.studies.result import Result, snapped
from allanite.workbench.base import release_record

YEARS: Final = (1, 30)
PATHS: Final = (100, 100_000)


def simulate_prices(
    release: Release, *, seed: int = 1, paths: int = 4000, years: int = 15
) -> Result:
    """Calibration, fit, checks and fan of twelve oxide prices: tables `price_...`.

    Args:
        release: the data.
        seed: of the calibration and of the paths.
        paths: of the fan and of the checks.
        years: whole years from January 2027.

    Raises:
        UsageError: a number of paths or years that is out of range.
        DataError: quotes that cannot be used.
    """
    for name, value, (low, high) in (("paths", paths, PATHS), ("years", years, YEARS)):
        if not low <= value <= high:
            raise UsageError(f"{name} is {value}; it must be from {low} to {high:,}")
    watch = Stopwatch()
    tables = price_tables(release, seed, paths, years)
    record = release_record(
        "contract prices", {"paths": paths, "years": years}, release, seed, watch
    )
    return Result(record, snapped(tables))
