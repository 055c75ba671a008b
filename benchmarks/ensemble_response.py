"""Draws of a response on the shipped release: cold, warm, throughput, and two workers.

    python benchmarks/ensemble_response.py [--periods P] [--draws N] [--redraws R] [--workers W]

The question is the strictest case: no licence for the partners. Cold is the first draw of a
redraw (its desk, its law, its optimal basis from the normal state), warm the next one of the
same redraw. Throughput counts draws after every process has prepared and given its first one;
run it on a quiet machine with as many cores as workers, else the scaling says nothing. Seconds
of processor stand beside wall time, and the figures of all ways of running must be equal.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from datetime import date

import allanite as al
from allanite.conditions.case import load_case
from allanite.conditions.horizon import Horizon
from allanite.ensemble.design import central_task, draw_tasks
from allanite.ensemble.response import (
    ANSWERS,
    Bench,
    ResponseEnsemble,
    draw_figures,
    response_ensemble,
)
from allanite.ensemble.response_unknowns import BASE, response_unknowns
from allanite.ensemble.run import run_tasks
from allanite.ensemble.tasks import Task
from allanite.ensemble.worker import one_thread
from allanite.law.controls import load_controls
from allanite.studies.response.request import ResponseRequest

Clock = tuple[float, float]


def now() -> Clock:
    """Wall time and time of the processor [s]."""
    return time.perf_counter(), time.process_time()


def told(name: str, started: Clock, count: int = 1) -> None:
    """Print seconds since a moment, wall and processor, for each of `count`."""
    wall, processor = (end - begin for begin, end in zip(started, now(), strict=True))
    print(f"{name}: {wall / count:.2f} s, of the processor {processor / count:.2f} s", flush=True)


def cold_and_warm(bench: Bench, tasks: tuple[Task, ...]) -> None:
    """One draw of a redraw that nobody asked for yet, and others of the same one."""
    seed = tasks[0].values[BASE]
    same = [Task(index=t.index, seed=1, stream=0, values={**t.values, BASE: seed}) for t in tasks]
    for answer in ANSWERS:
        started = now()
        draw_figures(bench, same[0], (answer,))
        told(f"first draw of a redraw, {answer}", started)
        started = now()
        for task in same[1:4]:
            draw_figures(bench, task, (answer,))
        told(f"next draws of the same redraw, {answer}", started, len(same[1:4]))


def throughput(
    study: ResponseEnsemble, tasks: tuple[Task, ...], workers: int
) -> tuple[float, list[Mapping[str, float]]]:
    """Draws a second once every worker has given one, and the figures."""
    marks: list[tuple[int, float]] = []
    started = time.perf_counter()
    figures = run_tasks(
        study,
        tasks,
        workers=workers,
        progress=lambda done, total: marks.append((done, time.perf_counter())),
    )
    ready = next(mark for mark in marks if mark[0] >= workers)
    rate = (len(tasks) - ready[0]) / (marks[-1][1] - ready[1])
    total = time.perf_counter() - started
    print(f"{len(tasks)} draws, {workers} workers: {total:.1f} s with start, {rate:.2f} draws/s")
    return rate, figures


def main() -> None:
    """Time and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--periods", type=int, default=24)
    parser.add_argument("--draws", type=int, default=32)
    parser.add_argument("--redraws", type=int, default=4)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    release, horizon = al.load_release(), Horizon(date(2026, 11, 1), count=asked.periods)
    request = ResponseRequest(horizon=horizon, stress=True)
    study = response_ensemble(release, load_case("us-japan"), request, redraws=asked.redraws)
    unknowns = response_unknowns(release, load_controls(release), request)
    tasks = central_task(unknowns, 1), *draw_tasks(unknowns, asked.draws, 1)
    with one_thread():
        started = now()
        bench = study.prepare()
        told(f"release, baseline and {asked.redraws} redraws", started)
        cold_and_warm(bench, tasks[1:5])
    alone, serial = throughput(study, tasks, 1)
    together, pooled = throughput(study, tasks, asked.workers)
    if serial != pooled:
        raise SystemExit("a pool gave other figures than one process")
    print(f"{asked.workers} workers give {together / alone:.2f} times the draws of one")


if __name__ == "__main__":
    main()
