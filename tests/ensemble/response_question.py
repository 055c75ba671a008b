"""A small question about the real release, for tests and for the processes they start."""

from __future__ import annotations

from datetime import date

from allanite.catalogue.store import Release, load_release
from allanite.conditions.case import load_case
from allanite.conditions.horizon import Horizon
from allanite.conditions.shocks import Closure
from allanite.ensemble.design import central_task, draw_tasks
from allanite.ensemble.response import ResponseEnsemble, response_ensemble
from allanite.ensemble.response_unknowns import response_unknowns
from allanite.ensemble.tasks import Task
from allanite.ensemble.unknowns import Unknown
from allanite.law.controls import load_controls
from allanite.studies.response.request import ResponseRequest

HORIZON = Horizon(date(2026, 11, 1), count=6)
CASE = load_case("us-japan")
CLOSURE = Closure(
    origin="CHN",
    destinations=("USA", "JPN"),
    elements=("Dy", "Tb"),
    first_day=date(2026, 11, 1),
    last_day=date(2027, 4, 30),
    share_left=0.2,
)
REQUEST = ResponseRequest(horizon=HORIZON, shocks=(CLOSURE,))
REDRAWS = 3


def unknowns(release: Release) -> tuple[Unknown, ...]:
    return response_unknowns(release, load_controls(release), REQUEST)


def study(release: Release) -> ResponseEnsemble:
    return response_ensemble(release, CASE, REQUEST, redraws=REDRAWS)


def tasks(release: Release, draws: int = 8) -> tuple[Task, ...]:
    drawn = unknowns(release)
    return central_task(drawn, 1), *draw_tasks(drawn, draws, 1)


def main(folder: str) -> None:
    """Run the draws in this process and keep them, until it is killed."""
    from pathlib import Path

    from allanite.ensemble.run import run_tasks

    release = load_release()
    run_tasks(study(release), tasks(release), folder=Path(folder))


if __name__ == "__main__":
    import sys

    main(sys.argv[1])
