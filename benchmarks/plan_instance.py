"""The plan of the United States and Japan as an instance: the same bytes for the same arguments.

Used by the benchmarks of the plan, so that every method solves one and the same programme.
"""

from __future__ import annotations

from functools import cache

from allanite import load_case, load_network, load_release
from allanite.studies.plan.build import PlanProgram, plan_program
from allanite.studies.plan.drawn import draw_courses
from allanite.studies.plan.prepare import PlanDesk, prepare_plan


@cache
def plan_desk(case: str = "us-japan") -> PlanDesk:
    """The desk of a shipped case."""
    release, chosen = load_release(), load_case(case)
    if chosen.plan is None:
        raise SystemExit(f"case {case} has no plan")
    baseline = load_network(release, draws=0).baseline
    return prepare_plan(release, baseline, chosen, chosen.plan)


def plan_instance(scenarios: int, seed: int = 1) -> PlanProgram:
    """The plan of the shipped case with so many scenarios."""
    desk = plan_desk()
    drawn, courses = draw_courses(desk, scenarios, (seed,))
    return plan_program(desk.world, desk.plan.budget, courses, drawn.probability)
