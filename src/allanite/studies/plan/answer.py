"""A solved plan with all that its tables are made from, and small sums over courses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.conditions.scenarios import Scenarios
from allanite.program.decomposition import TwoStageSolution
from allanite.program.information import Bracket
from allanite.program.risk import conditional_value_at_risk
from allanite.studies.plan.adaptive import Adaptive
from allanite.studies.plan.build import PlanProgram
from allanite.studies.plan.course import Course, option_lateness
from allanite.studies.plan.outcome import Outcomes
from allanite.studies.plan.prepare import PlanDesk
from allanite.studies.plan.request import PlanRequest


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Standing:
    """How each project stands among the plans near the best. J projects.

    Attributes:
        regret_low, regret_high: extra cost of deciding the other way, shape (J,) [million USD];
            NaN where not proven.
        least, most: share that a plan near the best builds, shape (J,) [1].
        slack: what a plan near the best may cost more [million USD].
        instead: projects of which more is built where one is left out, by position.
    """

    regret_low: FloatArray
    regret_high: FloatArray
    least: FloatArray
    most: FloatArray
    slack: float
    instead: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FreshTrial:
    """Costs of the plan and of no plan on courses it was not made on. S courses.

    Attributes:
        probability: shape (S,); with_plan, without_plan: total cost, shape (S,) [million USD].
    """

    probability: FloatArray
    with_plan: FloatArray
    without_plan: FloatArray


@dataclass(frozen=True, kw_only=True, eq=False)
class PlanAnswer:
    """A solved plan.

    Attributes:
        desk, request, scenarios, courses, program: what was asked.
        solution: what was found; neutral: the same without regard to the tail.
        with_plan, without_plan: outcomes on its own courses.
        standing: of each project.
        stochastic, perfect: what looking at all courses, and knowing the course, is worth.
        fresh: the trial on other courses; None without one.
        front: solutions by weight of the tail.
        adaptive: the plan that decides again, and that which does not; None without them.
    """

    desk: PlanDesk
    request: PlanRequest
    scenarios: Scenarios
    courses: tuple[Course, ...]
    program: PlanProgram
    solution: TwoStageSolution
    neutral: TwoStageSolution
    with_plan: Outcomes
    without_plan: Outcomes
    standing: Standing
    stochastic: Bracket
    perfect: Bracket
    fresh: FreshTrial | None
    front: tuple[tuple[float, TwoStageSolution], ...]
    adaptive: Adaptive | None = None

    @property
    def probability(self) -> FloatArray:
        """Of each course, shape (S,)."""
        return self.scenarios.probability

    @property
    def built(self) -> FloatArray:
        """What is built of each option, shape (O,) [1]."""
        return built_of(self.program, self.solution.value)

    @property
    def ordered(self) -> FloatArray:
        """What is ordered of each stock in each year, shape (X, Y) [t]."""
        return ordered_of(self.program, self.solution.value)

    @cached_property
    def lateness(self) -> FloatArray:
        """Of each option in each course [periods], shape (S, O); NaN where it fails."""
        return np.stack([option_lateness(self.program.world, course) for course in self.courses])

    @cached_property
    def online_share(self) -> FloatArray:
        """Of each option in each course, shape (S, P, O) [1]."""
        options, count = self.program.world.options, self.program.world.horizon.count
        return np.stack([options.online_share(late, count) for late in self.lateness])

    def mean(self, amount: FloatArray) -> FloatArray:
        """Mean over the courses, of an array whose first axis is the course."""
        return np.asarray(np.tensordot(self.probability, amount, axes=1))

    def tail(self, amount: FloatArray) -> float:
        """Mean of the worst courses beyond the confidence, shape (S,) -> one number."""
        return conditional_value_at_risk(amount, self.probability, self.request.risk.confidence)


def built_of(program: PlanProgram, value: FloatArray) -> FloatArray:
    """What a first stage builds of each option, shape (O,) [1]."""
    investment = program.first.investment
    columns = np.zeros(0, dtype=np.int64) if investment is None else investment.built
    return np.asarray(np.clip(value[columns], 0.0, 1.0))


def ordered_of(program: PlanProgram, value: FloatArray) -> FloatArray:
    """What a first stage orders of each stock in each year, shape (X, Y) [t]."""
    investment = program.first.investment
    columns = np.zeros((0, 0), dtype=np.int64) if investment is None else investment.ordered
    return np.asarray(np.maximum(value[columns], 0.0))


def no_plan(program: PlanProgram) -> FloatArray:
    """The first stage in which nothing is decided, columns of shape (n,)."""
    return np.array(program.first.program.column_lower)


def share_of_projects(program: PlanProgram, built: FloatArray) -> FloatArray:
    """What is built of each project, shape (J,) [1]."""
    options = program.world.options
    total = np.bincount(options.project, weights=built, minlength=len(options.projects))
    return np.asarray(np.minimum(total, 1.0), dtype=np.float64)


def decided(program: PlanProgram) -> BoolArray:
    """Projects that are decided already, shape (J,)."""
    options = program.world.options
    found = np.zeros(len(options.projects), dtype=bool)
    found[options.project[options.is_committed]] = True
    return found


def options_of(program: PlanProgram, project: int) -> IntArray:
    """Positions of the options of a project."""
    return np.flatnonzero(program.world.options.project == project)
