"""Costs of all coalitions: each planned by itself, or with what all together have found before.

    python benchmarks/coalition_reuse.py [--case ID] [--scenarios K]

Three things can be carried over from the plan of all together: the plan itself, as far as a
coalition may and can pay for it; the bases; and the cuts. All coalitions share matrix and costs
and differ in bounds and sides only, so a dual solution of one is dual feasible for another: with
the bounds and sides of that other it is a cut there. Times are those of the processor.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

import allanite as al
from allanite.axis import FloatArray
from allanite.ensemble.coalition import make_setting
from allanite.ensemble.plan import Means
from allanite.program.cuts import Cuts
from allanite.program.decomposition import TwoStageSolution, solve_two_stage
from allanite.program.highs import Session
from allanite.program.linear import LinearProgram
from allanite.program.recourse import SerialRecourse
from allanite.program.solution import Basis
from allanite.studies.coalition.values import (
    Setting,
    Solved,
    coalition_program,
    coalitions,
    restricted,
    solved_of,
)
from allanite.studies.plan.build import PlanProgram
from allanite.studies.plan.outcome import SIMPLEX
from allanite.studies.plan.prepare import prepare_plan
from allanite.studies.plan_terms import plan_of

MODES = ("alone", "plan", "plan + bases", "plan + cuts")


def duals_at(program: PlanProgram, solved: Solved) -> list[FloatArray]:
    """Dual solution of each course at the plan of all together."""
    found = []
    for s, node in enumerate(program.staged.nodes[1:]):
        own, shift = node.program, node.link @ solved.state
        session = Session(own.with_sides(own.row_lower - shift, own.row_upper - shift), SIMPLEX)
        codes, n = solved.bases[f"basis-{s}"], own.cost.size
        session.set_basis(Basis(codes[:n], codes[n:]))
        found.append(session.solve(read_basis=False).dual)
    return found


def repriced(program: PlanProgram, duals: Sequence[FloatArray]) -> Cuts:
    """The dual solutions of all together as cuts of a coalition."""
    slopes, constants = [], []
    for node, dual in zip(program.staged.nodes[1:], duals, strict=True):
        own = node.program
        slopes.append(-(node.link.T @ dual))
        constants.append(_dual_value(own, dual))
    count = len(duals)
    return Cuts(
        scenario=np.arange(count),
        slope=np.array(slopes),
        constant=np.array(constants),
        is_cost=np.ones(count, dtype=np.bool_),
    )


def _dual_value(program: LinearProgram, dual: FloatArray) -> float:
    """Sides by the sign of the dual, and bounds by that of the reduced cost."""
    reduced = program.cost - program.matrix.T @ dual
    value = program.offset
    for price, low, high in (
        (dual, program.row_lower, program.row_upper),
        (reduced, program.column_lower, program.column_upper),
    ):
        side = np.where(price > 0, low, high)
        # A price of rounding at a side that is not there; what it could hide is as small.
        kept = np.isfinite(side)
        value += float(price[kept] @ side[kept])
    return value


def run(
    setting: Setting, program: PlanProgram, mode: str, all_together: tuple[Solved, TwoStageSolution]
) -> tuple[TwoStageSolution, float]:
    """A coalition in one mode, and the seconds it took."""
    solved, known = all_together
    begun = time.process_time()
    recourse = SerialRecourse(staged=program.staged)
    start = None if mode == "alone" else restricted(program, solved)
    if mode == "plan + bases":
        recourse.restore(solved.bases)
    found = solve_two_stage(
        program.staged,
        recourse=recourse,
        gap=setting.gap,
        start=start,
        known=known if mode == "plan + cuts" else None,
    )
    return found, time.process_time() - begun


def compare(setting: Setting) -> None:
    """Print rounds and seconds of every coalition in every mode, and the ratios."""
    everybody = setting.everybody
    program = coalition_program(setting, everybody)
    recourse = SerialRecourse(staged=program.staged)
    known = solve_two_stage(program.staged, recourse=recourse, gap=setting.gap)
    solved = solved_of(program, everybody, known, recourse.save())
    duals = duals_at(program, solved)
    total = dict.fromkeys(MODES, 0.0)
    for members in coalitions(len(everybody)):
        if members == everybody and len(everybody) > 1:
            continue
        one = coalition_program(setting, members)
        cells = []
        for mode in MODES:
            found, seconds = run(
                setting, one, mode, (solved, replace(known, cuts=repriced(one, duals)))
            )
            total[mode] += seconds
            cells.append(f"{mode} {seconds:.1f} s in {found.rounds} rounds")
        names = " + ".join(setting.players.names[i] for i in members)
        print(f"{names}: {', '.join(cells)}", flush=True)
    ratios = ", ".join(f"{mode} {total['alone'] / total[mode]:.2f}" for mode in MODES[1:])
    print(f"times as fast as alone: {ratios}")


def main() -> None:
    """Read the arguments and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--case", default="us-japan-australia")
    parser.add_argument("--scenarios", type=int, default=8)
    asked = parser.parse_args()
    release, case = al.load_release(), al.load_case(asked.case)
    network = al.load_network(release, draws=0)
    desk = prepare_plan(release, network.baseline, case, plan_of(case))
    request = al.ShareRequest(budget=plan_of(case).budget, scenarios=asked.scenarios)
    compare(make_setting(desk, request, Means()))


if __name__ == "__main__":
    main()
