"""Writes the figures of docs/explanation/uncertainty.md from the shipped case.

`--check` writes nothing and ends with 1 where the page says something else.
"""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path
from typing import Final

import numpy as np

from allanite.conditions.case import load_case
from allanite.conditions.plan_case import PlanCase
from allanite.conditions.reduction import path_metric, reduce_scenarios
from allanite.conditions.regime_odds import exact_regime_share
from allanite.conditions.scenarios import sample_scenarios

PAGE: Final = Path(__file__).resolve().parent / "explanation" / "uncertainty.md"
CASE: Final = "us-japan"
SCENARIOS: Final = 500
KEPT: Final = (16, 64, 256)
PROJECTS: Final = tuple(
    (f"{status} {i}", status)
    for status in ("construction", "permitted", "proposed")
    for i in range(5)
)


def main(arguments: list[str]) -> int:
    """Write the page, or check it."""
    plan = load_case(CASE).plan
    if plan is None:
        return 1
    old = PAGE.read_text(encoding="utf-8")
    new = _replaced(old, "table", regime_table(plan))
    new = _replaced(new, "distances", distance_text(plan))
    if "--check" in arguments:
        if new != old:
            print(f"{PAGE.name} is not up to date; run docs/uncertainty.py")
        return int(new != old)
    PAGE.write_text(new, encoding="utf-8")
    return 0


def regime_table(plan: PlanCase) -> str:
    """Rows of the table of regimes."""
    lines = [
        "| regime | quarters | before 2030 | before 2035 | mean spell, quarters |",
        "|---|---|---|---|---|",
    ]
    for odds in exact_regime_share(plan.uncertainty.control, plan.horizon):
        name = "any embargo" if odds.name == "embargo" else odds.name
        before = " | ".join(f"{share:.0%}" for _, share in odds.before)
        lines.append(f"| {name} | {odds.quarters:.1f} | {before} | {odds.spell:.1f} |")
    return "\n".join(lines)


def distance_text(plan: PlanCase) -> str:
    """Sentence on the distances of some reductions."""
    metric = path_metric(plan.uncertainty)
    generator = np.random.default_rng(1)
    drawn = sample_scenarios(plan.uncertainty, PROJECTS, plan.horizon, SCENARIOS, generator)
    single = reduce_scenarios(drawn, 1, metric)[1]
    parts = []
    for count in KEPT:
        free = reduce_scenarios(drawn, count, metric)[1]
        kept = reduce_scenarios(drawn, count, metric, keep_rare=plan.uncertainty)[1]
        parts.append(f"{count} are at {free / single:.0%} ({kept / single:.0%} with `keep_rare`)")
    text = (
        f"Of {SCENARIOS} scenarios of the case with {len(PROJECTS)} projects (seed 1), in shares of"
        f" the distance of the single best one: {', '.join(parts)}. Paths of nine years differ in"
        " many ways: few scenarios stand for many only roughly, and the distance says how roughly."
    )
    return textwrap.fill(text, 120)


def _replaced(text: str, mark: str, content: str) -> str:
    pattern = re.compile(rf"(<!-- {mark} -->\n).*?(<!-- end -->)", re.DOTALL)
    return pattern.sub(lambda found: f"{found[1]}{content}\n{found[2]}", text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
