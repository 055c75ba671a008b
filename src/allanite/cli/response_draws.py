"""Options of `allanite respond` about draws."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from allanite.cli.waiting import counting
from allanite.errors import UsageError

if TYPE_CHECKING:
    from allanite.conditions.case import Case
    from allanite.studies.response.request import ResponseRequest
    from allanite.studies.result import Result
    from allanite.workbench import ReconciledNetwork


@dataclass(frozen=True, slots=True)
class DrawWords:
    """Options of `respond` about draws."""

    draws: int
    seed: int
    attribution: bool
    workers: int
    dask: str | None
    folder: Path | None


def check_draws(
    draws: int, attribution: bool, workers: int, dask: str | None, folder: Path | None
) -> None:
    """Raise `UsageError` where an option about draws stands without any."""
    given = {
        "--attribution": attribution,
        "--workers": workers > 1,
        "--dask": dask is not None,
        "--folder": folder is not None,
    }
    named = [name for name, is_given in given.items() if is_given]
    if named and not draws:
        raise UsageError(f"{named[0]} is about draws; say how many, such as --draws 200")
    if dask is not None and workers > 1:
        raise UsageError("--workers and --dask exclude one another: the cluster has its own")


def with_draws(
    network: ReconciledNetwork,
    case: Case,
    request: ResponseRequest,
    words: DrawWords,
    result: Result,
) -> Result:
    """The result with the tables of an ensemble beside it."""
    from dataclasses import replace

    from allanite.ensemble.response_draws import DrawPlan
    from allanite.studies.result import Result
    from allanite.workbench import respond_draws

    plan = DrawPlan(
        draws=words.draws,
        seed=words.seed,
        attribution=words.attribution,
        workers=words.workers,
        scheduler=words.dask,
        folder=words.folder,
    )
    with counting("Drawing") as tell:
        made = respond_draws(
            network, case, request, plan, lambda done, total: tell("", done, total)
        )
    record = replace(
        result.record,
        parameters=made.record.parameters,
        seconds=result.record.seconds + made.record.seconds,
        peak_memory=made.record.peak_memory,
    )
    return Result(record, {**result.tables, **made.tables})
