"""An ensemble of responses from plan to tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from allanite.catalogue.store import Release
from allanite.catalogue.tables.results_ensemble import (
    ENSEMBLE_ATTRIBUTION,
    ENSEMBLE_DRAWS,
    ENSEMBLE_INTERVALS,
    ENSEMBLE_UNKNOWNS,
)
from allanite.conditions.case import Case
from allanite.ensemble.design import base_draws, central_task, draw_tasks, pick_freeze_tasks
from allanite.ensemble.merge import (
    attribution_table,
    draws_table,
    intervals_table,
    unknowns_table,
)
from allanite.ensemble.response import (
    ANSWERS,
    REDRAWS,
    Answer,
    figure_units,
    response_ensemble,
)
from allanite.ensemble.response_unknowns import response_unknowns
from allanite.ensemble.run import run_tasks
from allanite.ensemble.tasks import Task
from allanite.ensemble.unknowns import Unknown
from allanite.law.controls import load_controls
from allanite.studies.response.request import ResponseRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawPlan:
    """How many draws, and where they are computed and kept.

    Attributes:
        draws: independent draws; an attribution brings them up to a power of two and runs half
            as many times the number of unknowns beside them.
        seed: of the draws.
        attribution: whether to find how much of the spread each unknown explains.
        answers: `nothing` (nobody acts), `cheapest` (the best answer), or both.
        redraws: of the base year, in each process; draws take them in turn.
        workers: processes on this machine; scheduler: address of a Dask scheduler instead.
        folder: where draws are kept, so that a run that was stopped goes on.
    """

    draws: int
    seed: int = 1
    attribution: bool = False
    answers: tuple[Answer, ...] = ANSWERS
    redraws: int = REDRAWS
    workers: int = 1
    scheduler: str | None = None
    folder: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MadeDraws:
    """Tables of an ensemble by name, and its parameters with defaults resolved."""

    parameters: Mapping[str, object]
    tables: Mapping[str, pa.Table]


def run_draws(
    release: Release,
    case: Case,
    request: ResponseRequest,
    plan: DrawPlan,
    baseline_seed: int,
    progress: Callable[[int, int], object] | None = None,
) -> MadeDraws:
    """Draws of a response: tables of unknowns, draws, intervals and, if asked, attribution.

    Errors as `workbench.respond_draws`.
    """
    study = response_ensemble(
        release,
        case,
        request,
        seed=baseline_seed,
        redraws=plan.redraws,
        answers=plan.answers,
    )
    unknowns = response_unknowns(release, load_controls(release), request)
    tasks = _tasks(unknowns, plan)
    central, *results = run_tasks(
        study,
        (central_task(unknowns, plan.seed), *tasks),
        workers=plan.workers,
        scheduler=plan.scheduler,
        folder=plan.folder,
        progress=progress,
    )
    parameters = {
        "draws": _independent(plan),
        "draws_seed": plan.seed,
        "redraws": plan.redraws,
        "answers": list(plan.answers),
        "attribution": plan.attribution,
    }
    tables = _tables(unknowns, plan, central, results)
    return MadeDraws(parameters=parameters, tables=tables)


def _tasks(unknowns: tuple[Unknown, ...], plan: DrawPlan) -> tuple[Task, ...]:
    if plan.attribution:
        return pick_freeze_tasks(unknowns, base_draws(plan.draws), plan.seed)
    return draw_tasks(unknowns, plan.draws, plan.seed)


def _independent(plan: DrawPlan) -> int:
    return 2 * base_draws(plan.draws) if plan.attribution else plan.draws


def _tables(
    unknowns: tuple[Unknown, ...],
    plan: DrawPlan,
    central: Mapping[str, float],
    results: list[Mapping[str, float]],
) -> dict[str, pa.Table]:
    units, independent = figure_units(central), results[: _independent(plan)]
    tables = {
        ENSEMBLE_UNKNOWNS.name: unknowns_table(unknowns),
        ENSEMBLE_DRAWS.name: draws_table(independent, units),
        ENSEMBLE_INTERVALS.name: intervals_table(independent, central, units),
    }
    if plan.attribution:
        stream = np.random.SeedSequence(plan.seed, spawn_key=(len(results),))
        generator = np.random.default_rng(stream)
        tables[ENSEMBLE_ATTRIBUTION.name] = attribution_table(unknowns, results, generator)
    return tables
