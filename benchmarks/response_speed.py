"""A response on the shipped release: from nothing to the cheapest answer, and the N-1 scan.

    python benchmarks/response_speed.py [--periods P] [--removals K]

The scan is timed warm (one programme a chain in the solver, each removal from the basis of the
normal state) and cold (every removal built, handed over and solved by itself with the solver's
own presolve); both must find the same cost.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from datetime import date

import numpy as np

import allanite as al
from allanite.conditions.case import load_case
from allanite.conditions.effects import normal_conditions
from allanite.conditions.horizon import Horizon
from allanite.program.highs import solve_program
from allanite.studies.response.courses import branch_cases
from allanite.studies.response.prepare import prepare_desk
from allanite.studies.response.program import build_response
from allanite.studies.response.request import ResponseRequest
from allanite.studies.response.scan import Removal, list_removals, scan_removals
from allanite.studies.response.solve import solve_foresight
from allanite.studies.response.world import Rules, World, opening, touched_nodes

START = date(2026, 11, 1)


def timed_answer(periods: int) -> World:
    """Load, reconcile, compile the strictest case and solve it; the world for the scan."""
    started = time.perf_counter()
    release = al.load_release()
    network = al.load_network(release, draws=0)
    loaded = time.perf_counter()
    horizon, case = Horizon(START, count=periods), load_case("us-japan")
    rules = Rules(partners=case.partners, watched=case.watched)
    desk = prepare_desk(release, network.baseline, horizon, ())
    request = ResponseRequest(horizon=horizon, stress=True)
    conditions = branch_cases(desk, request, rules)[-1].conditions
    ready = time.perf_counter()
    active = touched_nodes(desk.world.network, conditions)
    solved = solve_foresight(desk.world, conditions, rules, horizon, active=active)
    done = time.perf_counter()
    rows, columns = solved.made.program.shape
    print(
        f"{periods} periods: {rows:,} rows, {columns:,} columns, {solved.solution.iterations:,}"
        f" iterations; load {loaded - started:.1f} s, law and costs {ready - loaded:.1f} s,"
        f" build and solve {done - ready:.1f} s, in all {done - started:.1f} s"
    )
    return desk.world


def timed_scan(world: World, rules: Rules, horizon: Horizon, removals: list[Removal]) -> None:
    """Warm and cold seconds of the same removals, and the ratio."""
    scan_removals(world, rules, horizon, removals[:1])  # the programme of the first chain
    started = time.perf_counter()
    points = scan_removals(world, rules, horizon, removals)
    warm = time.perf_counter() - started
    started = time.perf_counter()
    costs = [cold_cost(world, rules, horizon, removal) for removal in removals]
    cold = time.perf_counter() - started
    far = max(
        abs(point.outcome.cost - cost) / max(abs(cost), 1.0)
        for point, cost in zip(points, costs, strict=True)
    )
    print(
        f"N-1: {len(removals)} removals over {horizon.count} periods; warm {warm:.1f} s"
        f" ({warm / len(removals):.3f} s each), cold {cold:.1f} s"
        f" ({cold / len(removals):.3f} s each), ratio {cold / warm:.1f};"
        f" largest relative difference of cost {far:.1e}"
    )


def timed_whole(world: World, rules: Rules, horizon: Horizon, removals: list[Removal]) -> None:
    """Seconds of removals where nobody takes the chains apart: the whole network each time."""
    started = time.perf_counter()
    for removal in removals:
        cold_cost(world, rules, horizon, removal, whole=True)
    seconds = (time.perf_counter() - started) / len(removals)
    print(f"whole network, cold: {seconds:.3f} s each over {len(removals)} removals")


def cold_cost(
    world: World, rules: Rules, horizon: Horizon, removal: Removal, *, whole: bool = False
) -> float:
    """Counted cost of one removal, built and solved by itself."""
    normal = normal_conditions(world.network, horizon)
    available = np.array(normal.process_availability)
    available[:, removal.processes] = 0.0
    conditions = replace(normal, process_availability=available)
    active = touched_nodes(world.network, conditions)
    if whole:
        active = np.ones_like(active)
    past = opening(world, horizon.step, horizon.count)
    made = build_response(world, conditions, rules, horizon, past, active)
    return float(made.counted_cost @ solve_program(made.program).value)


def main() -> None:
    """Time the answer and the scan."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--periods", type=int, default=24)
    parser.add_argument("--removals", type=int, default=0, help="first K removals; 0 for all")
    options = parser.parse_args()
    world = timed_answer(options.periods)
    case = load_case("us-japan")
    rules = Rules(partners=case.partners, watched=case.watched)
    removals = list_removals(world, "place")
    if options.removals:
        removals = removals[:: max(len(removals) // options.removals, 1)][: options.removals]
    year = Horizon(START, count=min(options.periods, 12))
    timed_scan(world, rules, year, removals)
    timed_whole(world, rules, year, removals[:: max(len(removals) // 20, 1)])


if __name__ == "__main__":
    main()
