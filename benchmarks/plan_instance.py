"""The plan of the United States and Japan as an instance: the same bytes for the same arguments.

Used by the benchmarks of the plan, so that every method solves one and the same programme.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from allanite import Release, load_case, load_network, load_release
from allanite.studies.plan.build import PlanProgram, plan_program
from allanite.studies.plan.drawn import draw_courses
from allanite.studies.plan.prepare import PlanDesk, prepare_plan

OF_PROJECTS = ("projects", "project_processes", "permit_variants")


@cache
def plan_desk(case: str = "us-japan", periods: int | None = None, share: float = 1.0) -> PlanDesk:
    """The desk of a shipped case, over so many quarters and with a share of its projects."""
    chosen, release = load_case(case), load_release()
    plan = chosen.plan
    if plan is None:
        raise SystemExit(f"case {case} has no plan")
    baseline = load_network(release, draws=0).baseline
    if periods is not None:
        plan = replace(plan, horizon=replace(plan.horizon, count=periods))
    return prepare_plan(fewer_projects(release, share), baseline, chosen, plan)


def fewer_projects(release: Release, share: float) -> Release:
    """The release with this share of its projects, drawn once and nested from share to share."""
    if share >= 1:
        return release
    names = [row["project_id"] for row in release.rows("projects")]
    drawn = np.random.default_rng(7).permutation(len(names))
    kept = pa.array([names[j] for j in sorted(drawn[: math.ceil(share * len(names))])])
    tables = {
        name: table.filter(pc.is_in(table.column("project_id"), kept))
        for name, table in ((name, release.table(name)) for name in OF_PROJECTS)
    }
    return replace(release, overrides={**release.overrides, **tables}, opened={})


def plan_instance(
    scenarios: int, seed: int = 1, periods: int | None = None, share: float = 1.0
) -> PlanProgram:
    """The plan of the shipped case with so many scenarios."""
    desk = plan_desk(periods=periods, share=share)
    drawn, courses = draw_courses(desk, scenarios, (seed,))
    return plan_program(desk.world, desk.plan.budget, courses, drawn.probability)
