"""Writes the figures of docs/explanation/plan.md from the shipped case.

`--check` writes nothing and ends with 1 where the page says something else.
"""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path
from typing import Final

from allanite import load_case, load_network, load_release
from allanite.ensemble.plan import Means, solve_plan
from allanite.program.information import Bracket
from allanite.program.risk import Risk
from allanite.studies.plan.answer import PlanAnswer
from allanite.studies.plan.node import state_size
from allanite.studies.plan.prepare import PlanDesk, prepare_plan
from allanite.studies.plan.request import PlanRequest

PAGE: Final = Path(__file__).resolve().parent / "explanation" / "plan.md"
CASE: Final = "us-japan"
COURSES: Final = 4
GAP: Final = 2e-3


def main(arguments: list[str]) -> int:
    """Write the page, or check it."""
    desk = plan_desk()
    asked = PlanRequest(
        budget=desk.plan.budget,
        risk=Risk(weight=desk.plan.risk_weight, confidence=desk.plan.confidence),
        scenarios=COURSES,
        gap=GAP,
        fresh=0,
        front=(),
    )
    answer = solve_plan(desk, asked, Means(), lambda _what, _done, _of: None)
    old = PAGE.read_text(encoding="utf-8")
    new = _replaced(old, "size", size_text(answer))
    new = _replaced(new, "worth", worth_text(answer))
    if "--check" in arguments:
        if new != old:
            print(f"{PAGE.name} is not up to date; run docs/plan.py")
        return int(new != old)
    PAGE.write_text(new, encoding="utf-8")
    return 0


def plan_desk() -> PlanDesk:
    """The desk of the shipped case."""
    release, case = load_release(), load_case(CASE)
    if case.plan is None:
        raise SystemExit(f"case {CASE} has no plan")
    baseline = load_network(release, draws=0).baseline
    return prepare_plan(release, baseline, case, case.plan)


def size_text(answer: PlanAnswer) -> str:
    """How large the plan of the case is."""
    world, second = answer.program.world, answer.program.second.program
    rows, columns = second.shape
    committed = int(world.options.is_committed.sum())
    text = (
        f"In the case `{CASE}`: {len(world.pooled.nodes)} pools,"
        f" {len(world.plants.processes)} processes, {len(world.pooled.import_node)} imports and"
        f" {world.horizon.count} quarters; {len(world.options.projects)} projects and contracts,"
        f" {committed} of them decided already, in {world.options.project.size} options;"
        f" {world.stocks.bought.size} stocks that can be bought for. A course has {columns:,}"
        f" columns and {rows:,} rows, and reads a state of {state_size(world)} numbers."
    )
    return textwrap.fill(text, 120)


def worth_text(answer: PlanAnswer) -> str:
    """What the plan of a few courses saves, and what knowing is worth in it."""
    with_plan = answer.with_plan.cost + answer.solution.first_cost
    saved = float(answer.probability @ (answer.without_plan.cost - with_plan))
    text = (
        f"On {COURSES} courses (seed 1, far too few for a decision) the plan of the case saves"
        f" {_rounded(saved)} million USD on the mean. Looking at all courses instead of their mean"
        f" is worth {_between(answer.stochastic)}, knowing the course beforehand"
        f" {_between(answer.perfect)}; the gap asked for was {GAP:.1%}."
    )
    return textwrap.fill(text, 120)


def _between(bracket: Bracket) -> str:
    return f"{_rounded(bracket.low)} to {_rounded(bracket.high)}"


def _rounded(value: float) -> str:
    """Two figures are all that so few courses carry."""
    return f"{float(f'{value:.2g}'):,.0f}"


def _replaced(text: str, mark: str, content: str) -> str:
    pattern = re.compile(rf"(<!-- {mark} -->\n).*?(<!-- end -->)", re.DOTALL)
    return pattern.sub(lambda found: f"{found[1]}{content}\n{found[2]}", text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
