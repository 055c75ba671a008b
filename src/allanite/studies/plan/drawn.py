"""Courses drawn from what a plan does not know."""

from __future__ import annotations

import numpy as np

from allanite.conditions.scenarios import Scenarios, sample_scenarios
from allanite.conditions.tree import ScenarioTree
from allanite.conditions.uncertainty import Uncertainty
from allanite.studies.plan.climate import make_course
from allanite.studies.plan.course import Course
from allanite.studies.plan.prepare import PlanDesk


def draw_courses(
    desk: PlanDesk, count: int, seed: tuple[int, ...], unknown: Uncertainty | None = None
) -> tuple[Scenarios, tuple[Course, ...]]:
    """Scenarios in the order of their paths, and what happens in each.

    Args:
        desk: the plan's.
        count: how many.
        seed: of the draws; further numbers tell one purpose from another.
        unknown: other odds than those of the case.
    """
    odds = desk.plan.uncertainty if unknown is None else unknown
    generator = np.random.default_rng(seed)
    drawn = sample_scenarios(odds, desk.risky, desk.plan.horizon, count, generator)
    return drawn, tuple(course_of(desk, drawn, s) for s in range(count))


def course_of(desk: PlanDesk, drawn: Scenarios | ScenarioTree, s: int) -> Course:
    """What happens in one scenario, or along the path to one node of a tree."""
    return make_course(
        desk.world,
        desk.climate,
        regime=drawn.regime[s],
        price_state=drawn.price_state[s],
        outage_share=drawn.outage_share[s],
        demand_path=int(drawn.demand_path[s]),
        project_delay=drawn.project_delay[s],
        failures=(drawn.failure_draw[s], drawn.lasting_delay[s]),
    )
