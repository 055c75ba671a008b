"""A plan in two stages solved by cuts: how long, in how many rounds, and where the time goes.

    python benchmarks/plan_decomposition.py [--size N] [--scenarios K ...] [--workers W ...]

The plan is that of `plans.py`; size 10 gives 30,400 columns and 11,840 rows a scenario.
With `--extensive` the extensive form is solved beside it, and both must agree.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, field

import numpy as np

from allanite.axis import FloatArray, IntArray
from allanite.ensemble.recourse import pool_recourse
from allanite.program.decomposition import TwoStageSolution, solve_two_stage
from allanite.program.extensive import extensive_form
from allanite.program.highs import solve_program
from allanite.program.recourse import Outcomes, Recourse, Saved
from allanite.program.risk import Risk
from allanite.program.search import Round
from allanite.program.staged import StagedProgram
from plans import draw_plan, draw_scenarios


@dataclass(eq=False)
class Timed:
    """A recourse with a watch."""

    recourse: Recourse
    seconds: list[float] = field(default_factory=list)
    iterations: list[float] = field(default_factory=list)

    def evaluate(self, state: FloatArray, scenarios: IntArray) -> Outcomes:
        """As the recourse."""
        started = time.perf_counter()
        found = self.recourse.evaluate(state, scenarios)
        self.seconds.append(time.perf_counter() - started)
        self.iterations.append(float(found.iterations.mean()))
        return found

    def save(self) -> Saved:
        """As the recourse."""
        return self.recourse.save()

    def restore(self, saved: Saved) -> None:
        """As the recourse."""
        self.recourse.restore(saved)


def run(
    staged: StagedProgram, risk: Risk, workers: int, gap: float, quiet: bool
) -> TwoStageSolution:
    """Solve it and print what it took."""

    def tell(entry: Round) -> None:
        if not quiet:
            print(
                f"    {entry.scenarios:4d} scenarios, gap {entry.gap:.1e}, {entry.seconds:6.2f} s,"
                f" {watch.seconds[-1]:5.2f} s in scenarios,"
                f" {watch.iterations[-1]:6.0f} iterations each"
            )

    started = time.perf_counter()
    with pool_recourse(staged, workers) as recourse:
        ready = time.perf_counter() - started
        watch = Timed(recourse)
        found = solve_two_stage(staged, risk, recourse=watch, gap=gap, progress=tell)
    seconds = time.perf_counter() - started
    count = len(staged.nodes) - 1
    last = sum(entry.scenarios == count for entry in found.history)
    print(
        f"{count:4d} scenarios, {workers} workers, risk {risk.weight:g}: {seconds:6.2f} s"
        f" ({ready:.2f} to start, {sum(watch.seconds):.2f} in scenarios),"
        f" {found.rounds} rounds ({last} over all), gap {found.gap:.1e}",
        flush=True,
    )
    return found


def main() -> None:
    """Solve the family by cuts, and where asked as a whole."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10)
    parser.add_argument("--scenarios", type=int, nargs="+", default=[8, 32, 128])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--weights", type=float, nargs="+", default=[0.0])
    parser.add_argument("--gap", type=float, default=1e-4)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--extensive", action="store_true")
    parser.add_argument("--quiet", action="store_true")
    asked = parser.parse_args()
    plan = draw_plan(asked.size, seed=asked.seed)
    for count in asked.scenarios:
        staged = draw_scenarios(plan, count, whole=asked.whole)
        for weight in asked.weights:
            risk = Risk(weight=weight)
            for workers in asked.workers:
                found = run(staged, risk, workers, asked.gap, asked.quiet)
            if asked.extensive:
                started = time.perf_counter()
                whole = solve_program(extensive_form(staged, risk)).objective
                print(f"     extensive form: {time.perf_counter() - started:.2f} s")
                if not np.isclose(whole, found.objective, rtol=2 * asked.gap):
                    raise SystemExit(f"extensive {whole!r} and cuts {found.objective!r} differ")


if __name__ == "__main__":
    main()
