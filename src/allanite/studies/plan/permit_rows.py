"""Rows on permits: what a month saved on each brings, and what the start of output waits for."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from allanite.axis import IntArray
from allanite.studies.plan.answer import PlanAnswer, options_of
from allanite.studies.plan.options import USUAL
from allanite.studies.plan.portfolio import project_facts
from allanite.studies.plan.products import feeds_waited_for, main_product

Row = dict[str, object]
MONTHS_PER_YEAR = 12.0


def permit_rows(answer: PlanAnswer) -> Iterator[Row]:
    """Rows of table `plan_permits`: every project whose permit can be had faster.

    The value of a month is the difference of the marginal values of the two variants at one
    start, without the cost of the faster permit, by month. A project that comes within the
    horizon by its faster permit alone has no such difference, and no row.
    """
    program, projects = answer.program, answer.desk.projects
    network = answer.desk.desk.world.network
    feeds = feeds_waited_for(program.world, answer.built)
    for w, position in enumerate(projects.permits.project.tolist()):
        name = projects.labels.labels[position]
        if name not in program.world.options.projects:
            continue
        j = program.world.options.projects.position(name)
        mine = options_of(program, j)
        faster = _faster(answer, mine, projects.permits.name[w])
        pair = _pair(answer, mine, faster)
        if pair is None:
            continue
        usual, fast = pair
        product = main_product(program.world, network, usual)
        months = float(projects.permits.saved_duration.value[w]) * MONTHS_PER_YEAR
        cost = float(projects.permits.cost.value[w])
        built = float(answer.built[mine].sum())
        yield {
            "project_id": name,
            "name": project_facts(answer, name)["name"],
            "programme": projects.permits.programme[w],
            "months_saved": months,
            "cost": cost,
            "output": product.material,
            "output_per_month": product.rate * _arrives(answer, usual) / MONTHS_PER_YEAR,
            "avoided_loss_per_month": (_value(answer, fast) - _value(answer, usual)) / months,
            "chosen_share": float(answer.built[faster].sum()) / built if built > 0 else 0.0,
            "binding": _binding(answer, usual, feeds.get(j)),
        }


def _faster(answer: PlanAnswer, mine: IntArray, permit: str) -> IntArray:
    """Options of a project with this permit; those with a contract are others."""
    variant = answer.program.world.options.variant
    return mine[[variant[o] == permit for o in mine]]


def _pair(answer: PlanAnswer, mine: np.ndarray, faster: np.ndarray) -> tuple[int, int] | None:
    """The usual and the faster option at the start the plan uses, or at the first of both."""
    options = answer.program.world.options
    best = int(mine[np.argmax(answer.built[mine])])
    start = options.start[best]
    usual = [o for o in mine if options.variant[o] == USUAL]
    same = [(u, f) for u in usual for f in faster if options.start[u] == options.start[f] == start]
    first = [(u, f) for u in usual for f in faster if options.start[u] == options.start[f]]
    for u, f in (*same, *first):
        return int(u), int(f)
    return None


def _value(answer: PlanAnswer, option: int) -> float:
    """What a whole option saves in operation, at the margin of the plan [million USD]."""
    return -float(answer.solution.gradient[option])


def _arrives(answer: PlanAnswer, option: int) -> float:
    """Share of the courses in which the project does not fail [1]."""
    return float(answer.probability @ np.isfinite(answer.lateness[:, option]))


def _binding(answer: PlanAnswer, option: int, feed: str | None) -> str:
    """The longest step before the first output, or the feed that comes later."""
    if feed is not None:
        return f"feed from {feed}"
    options, step = answer.program.world.options, answer.program.world.horizon.step
    permit, build = float(options.permit[option]), float(options.build[option])
    word, length = ("permit", permit) if permit >= build else ("building", build)
    months = round(length * step * MONTHS_PER_YEAR)
    return f"{word}, {months} months"
