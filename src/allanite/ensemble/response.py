"""Ensembles of responses: headline figures of many draws of what a response does not know.

The baseline is reconciled and redrawn once in each process. Each draw takes one of the
redraws, varies the world, compiles the course of the law anew and solves it from the optimal
basis of its redraw with everything else central: that basis is a function of the redraw
alone, so a draw gives the same figures whatever was evaluated before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal

import pyarrow as pa

from allanite.axis import BoolArray, FloatArray
from allanite.catalogue.store import Release, load_release, shipped_folder, with_overrides
from allanite.conditions.case import Case
from allanite.conditions.controls import Reached, reach_controls
from allanite.conditions.effects import Conditions
from allanite.ensemble.response_unknowns import (
    BASE,
    COMMERCIAL,
    COST,
    GOVERNMENT,
    GROWTH,
    RAMPS,
    START,
    licence_positions,
)
from allanite.ensemble.tasks import Task, study_digest
from allanite.errors import UsageError
from allanite.law.parameters import at_positions
from allanite.network.economics import step_cost_range
from allanite.network.growth import fastest_growth, node_growth
from allanite.network.load import load_network
from allanite.network.observe import load_observations
from allanite.network.reconcile import Baseline, reconcile_baseline
from allanite.program.highs import Basis
from allanite.studies.response.courses import BranchCase, branch_cases, course_conditions
from allanite.studies.response.figures import ALL_PARTNERS, ALL_REGIONS, headline_figures
from allanite.studies.response.measure_columns import OWN_MEASURES
from allanite.studies.response.outcome import WEEKS_PER_YEAR, Outcome
from allanite.studies.response.prepare import Desk, prepare_desk
from allanite.studies.response.request import ResponseRequest, request_parameters, request_rules
from allanite.studies.response.solve import solve_foresight, solve_rolling
from allanite.studies.response.vary import (
    with_growth,
    with_ramp_factor,
    with_step_costs,
    with_stocks_at,
)
from allanite.studies.response.world import Rules, World, touched_nodes

Answer = Literal["nothing", "cheapest"]
ANSWERS: Final[tuple[Answer, ...]] = ("nothing", "cheapest")
REDRAWS: Final = 25  # of the base year; the draws of an ensemble take them in turn
FIRST_STOP: Final = "weeks until the first use stops"
_BETWEEN: Final = " | "


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResponseEnsemble:
    """The question of an ensemble; light, and pickled to whoever evaluates draws of it.

    Attributes:
        case: partners and the issuer they watch.
        request: controls, shocks and rules; measures and knowledge are not looked at.
        data_digest: digest of the release; a process that opens another one refuses.
        folder: folder of the release; None for the one in the package.
        overrides: tables that a user laid over it, whole.
        seed, redraws: of the baseline.
        answers: `nothing` (nobody acts), `cheapest` (the best answer), or both.
    """

    case: Case
    request: ResponseRequest
    data_digest: str
    folder: Path | None = None
    overrides: Mapping[str, pa.Table] = field(default_factory=dict)
    seed: int = 1
    redraws: int = REDRAWS
    answers: tuple[Answer, ...] = ANSWERS

    @property
    def name(self) -> str:
        """What is asked, in words."""
        return f"response of {self.case.case_id} from {self.request.horizon.start}"

    @property
    def digest(self) -> str:
        """Digest of case, request, data and seed."""
        asked = request_parameters(self.case, self.request)
        own = {"seed": self.seed, "redraws": self.redraws, "answers": list(self.answers)}
        return study_digest("respond", {**asked, **own}, self.data_digest)

    def prepare(self) -> Bench:
        """The release, its baseline with redraws, and the courses of the law.

        Raises:
            UsageError: this process has another release; an unknown control or branch.
            DataError: a table lacks a row the network needs.
        """
        release = with_overrides(load_release(self.folder), self.overrides)
        if release.digest != self.data_digest:
            raise UsageError(
                f"this process has data of digest {release.digest[:12]} instead of"
                f" {self.data_digest[:12]}; give every worker the same release"
            )
        observations = load_observations(release, load_network(release))
        baseline = reconcile_baseline(observations, self.seed, self.redraws)
        return make_bench(release, baseline, self.case, self.request)

    def evaluate(self, context: Bench, task: Task) -> Mapping[str, float]:
        """Headline figures of every course of the law in one draw."""
        return draw_figures(context, task, self.answers)


def response_ensemble(
    release: Release,
    case: Case,
    request: ResponseRequest,
    *,
    seed: int = 1,
    redraws: int = REDRAWS,
    answers: tuple[Answer, ...] = ANSWERS,
) -> ResponseEnsemble:
    """The ensemble of a request over a release that is open here.

    Raises:
        UsageError: no answers or an unknown one, or a count of redraws below 1.
    """
    if redraws < 1:
        raise UsageError(f"{redraws} redraws of the base year; one or more are needed")
    if not answers or set(answers) - set(ANSWERS):
        raise UsageError(f"answers {answers}; one or more of {', '.join(ANSWERS)}")
    shipped = release.folder == shipped_folder()
    return ResponseEnsemble(
        case=case,
        request=request,
        data_digest=release.digest,
        folder=None if shipped else release.folder,
        overrides=release.overrides,
        seed=seed,
        redraws=redraws,
        answers=answers,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """The world of one redraw, and per course what its solves begin with.

    Attributes:
        desk: the desk; growth: of the fastest outlook, (V,) [1]; low_cost, high_cost: ends of
            the range of each step, (S,) [USD/t].
        reached: what the controls reach in its network.
        active: nodes each course reaches; conditions: of each course.
        starts: optimal basis of each course, made when first asked.
    """

    desk: Desk
    growth: FloatArray
    low_cost: FloatArray
    high_cost: FloatArray
    reached: Reached
    active: tuple[BoolArray, ...]
    conditions: tuple[Conditions, ...]
    starts: dict[int, Basis | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bench:
    """What all draws of a process share.

    Attributes:
        release, baseline: the data; request, rules: the question.
        courses: courses of the law as the central run tells them apart.
        views: one a redraw, made when first asked; None is the central baseline.
    """

    release: Release
    baseline: Baseline
    request: ResponseRequest
    rules: Rules
    courses: tuple[BranchCase, ...]
    views: dict[int | None, View]

    @property
    def redraws(self) -> int:
        """Redraws of the base year."""
        return int(self.baseline.draws.activity_rate.shape[0])


def make_bench(release: Release, baseline: Baseline, case: Case, request: ResponseRequest) -> Bench:
    """The bench of a reconciled release; errors as `ResponseEnsemble.prepare`."""
    rules = request_rules(case, request)
    desk = prepare_desk(release, baseline, request.horizon, request.controls)
    courses = branch_cases(desk, request, rules)
    bench = Bench(
        release=release,
        baseline=baseline,
        request=request,
        rules=rules,
        courses=courses,
        views={},
    )
    bench.views[None] = _make_view(bench, desk)
    return bench


def _make_view(bench: Bench, desk: Desk) -> View:
    network, request = desk.world.network, bench.request
    reached = reach_controls(network, request.horizon, desk.controls, request.controls)
    conditions = tuple(
        course_conditions(desk, request, bench.rules, course, reached=reached)
        for course in bench.courses
    )
    low, high = step_cost_range(bench.release, desk.world.economics.steps)
    fastest = fastest_growth(bench.release, network.year, request.horizon.start)
    return View(
        desk=desk,
        growth=node_growth(network, fastest),
        low_cost=low,
        high_cost=high,
        reached=reached,
        active=tuple(touched_nodes(network, one) for one in conditions),
        conditions=conditions,
    )


def view_of(bench: Bench, draw: int | None) -> View:
    """The view of a redraw, kept for the draws that take the same one."""
    if draw not in bench.views:
        request = bench.request
        desk = prepare_desk(bench.release, bench.baseline, request.horizon, request.controls, draw)
        bench.views[draw] = _make_view(bench, desk)
    return bench.views[draw]


def start_of(bench: Bench, view: View, course: int) -> Basis | None:
    """The optimal basis of a course in a view with everything else central."""
    if course not in view.starts:
        solved = solve_foresight(
            view.desk.world,
            view.conditions[course],
            bench.rules,
            bench.request.horizon,
            active=view.active[course],
        )
        view.starts[course] = solved.solution.basis
    return view.starts[course]


def draw_figures(bench: Bench, task: Task, answers: tuple[Answer, ...]) -> dict[str, float]:
    """Figures of one draw by `figure_name`."""
    values = task.values
    draw = None
    if BASE in values:
        draw = int(task.group_generator(BASE).integers(bench.redraws))
    view = view_of(bench, draw)
    desk = drawn_desk(view, values)
    delay = round(float(values.get(START, 0.0)))
    found: dict[str, float] = {}
    for i, course in enumerate(bench.courses):
        conditions = course_conditions(
            desk, bench.request, bench.rules, course, delay, view.reached
        )
        active = view.active[i] | touched_nodes(desk.world.network, conditions)
        for answer in answers:
            if answer == "nothing":
                outcome = _unanswered(bench, desk.world, conditions, active)
            else:
                basis = start_of(bench, view, i)
                outcome = _answered(bench, desk.world, conditions, active, basis)
            found |= _named(outcome, course.name, answer)
    return found


def drawn_desk(view: View, values: Mapping[str, float | int | str]) -> Desk:
    """The desk with drawn values; what is missing stays as it is known."""

    def value(name: str, otherwise: float = 0.0) -> float:
        return float(values.get(name, otherwise))

    world = with_growth(view.desk.world, view.growth * value(GROWTH))
    world = with_stocks_at(world, value(COMMERCIAL), value(GOVERNMENT))
    world = with_step_costs(world, view.low_cost, view.high_cost, value(COST))
    world = with_ramp_factor(world, value(RAMPS, 1.0))
    parameters = at_positions(view.desk.parameters, licence_positions(values))
    return replace(view.desk, world=world, parameters=parameters)


def _unanswered(bench: Bench, world: World, conditions: Conditions, active: BoolArray) -> Outcome:
    """Nobody acts: each period met as it comes, the same share for every use at a market."""
    passive = replace(bench.rules, rationing="pro_rata", closure="market")
    return solve_rolling(
        world,
        conditions,
        passive,
        bench.request.horizon,
        window=1,
        active=active,
        off=OWN_MEASURES,
    )


def _answered(
    bench: Bench, world: World, conditions: Conditions, active: BoolArray, basis: Basis | None
) -> Outcome:
    return solve_foresight(
        world,
        conditions,
        bench.rules,
        bench.request.horizon,
        active=active,
        basis=basis,
        read_basis=False,
    ).outcome


def figure_name(branch: str, answer: str, figure: str, region: str) -> str:
    """Name of a figure in the tables of an ensemble: `figure, answer | region | branch`."""
    return _BETWEEN.join((f"{figure}, {answer}", region, branch))


def split_figure_name(name: str) -> tuple[str, str, str, str]:
    """Branch, answer, figure and region of a name made by `figure_name`."""
    said, region, branch = name.split(_BETWEEN, 2)
    figure, answer = said.rsplit(", ", 1)
    return branch, answer, figure, region


def _named(outcome: Outcome, branch: str, answer: Answer) -> dict[str, float]:
    """Headline figures by name; a first stop that never comes is the end of the horizon.

    Who knows the course stops a use at once to spare a dearer one, so that the cheapest answer
    has no first stop worth telling.
    """
    found = {key: value for key, (value, _) in headline_figures(outcome).items()}
    end = outcome.horizon.count * outcome.horizon.step * WEEKS_PER_YEAR
    for region in (*outcome.rules.partners, ALL_PARTNERS, ALL_REGIONS):
        if answer == "cheapest":
            found.pop((FIRST_STOP, region), None)
        else:
            found.setdefault((FIRST_STOP, region), end)
    return {
        figure_name(branch, answer, figure, region): value
        for (figure, region), value in found.items()
    }


UNITS: Final[Mapping[str, str]] = {
    "shortage": "t",
    "loss": "million USD",
    "share not served": "1",
    FIRST_STOP: "week",
    "uses that stop": "count",
}


def figure_units(names: Iterable[str]) -> dict[str, str]:
    """Unit of each figure name."""
    return {name: UNITS[split_figure_name(name)[2]] for name in names}
