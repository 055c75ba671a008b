"""A changed programme solved again from the last basis, against a solve from nothing.

    python benchmarks/solver_warm.py [--size N] [--changes K]

The network is that of `instance.py`; `size` 100 gives 79,200 columns.
Each change closes some routes in all periods after a random one and raises some demands, as a
control or a shock would: only bounds and sides change. Both solves must find the same cost.
The time to hand a basis over and to read it back stands beside them.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from allanite.axis import IntArray
from allanite.program.highs import Session, Solution, solve_program
from allanite.program.linear import LinearProgram
from instance import PERIODS, Instance, draw_instance, our_program

CLOSED_SHARE, RAISED_SHARE, RAISED = 0.05, 0.05, 1.2


def change(session: Session, instance: Instance, random: np.random.Generator) -> None:
    """Close routes and raise demands, from a random period on."""
    program, start = session.program, int(random.integers(1, PERIODS - 1))
    blocks = [program.column_block(name) for name in ("flow", "shortage")]
    balance = program.row_block("balance")

    def chosen(size: int, share: float) -> tuple[IntArray, IntArray]:
        member = random.choice(size, max(int(size * share), 1), replace=False)
        period = np.arange(start, PERIODS)
        return np.repeat(period, member.size), np.tile(member, period.size)

    period, route = chosen(instance.origin.size, CLOSED_SHARE)
    closed = blocks[0].start + period * instance.origin.size + route
    session.change_bounds(closed, np.zeros(closed.size), np.zeros(closed.size))
    period, demand = chosen(instance.demand_node.size, RAISED_SHARE)
    row = balance.start + period * instance.nodes + instance.demand_node[demand]
    raised = program.row_lower[row] * RAISED
    short = blocks[1].start + period * instance.demand_node.size + demand
    session.change_sides(row, raised, np.full(row.size, np.inf))
    session.change_bounds(short, np.zeros(row.size), raised)


def time_basis(program: LinearProgram, solution: Solution) -> tuple[float, float]:
    """Seconds to hand a basis over, and to read it back."""
    assert solution.basis is not None
    session = Session(program)
    start = time.perf_counter()
    session.set_basis(solution.basis)
    handed = time.perf_counter()
    session._basis()
    return handed - start, time.perf_counter() - handed


def main() -> None:
    """Solve cold, change, solve warm and cold again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100)
    parser.add_argument("--changes", type=int, default=5)
    asked = parser.parse_args()
    random, instance = np.random.default_rng(7), draw_instance(asked.size)
    session = Session(our_program(instance))
    first = session.solve()
    m, n = session.program.shape
    print(f"{n:,} columns, {m:,} rows: {first.seconds:.2f} s, {first.iterations:,} iterations")
    warm_seconds, cold_seconds = [], []
    for _ in range(asked.changes):
        change(session, instance, random)
        warm, cold = session.solve(read_basis=False), solve_program(session.program)
        if not np.isclose(warm.objective, cold.objective, rtol=1e-9):
            raise SystemExit(f"warm {warm.objective!r} and cold {cold.objective!r} differ")
        warm_seconds.append(warm.seconds)
        cold_seconds.append(cold.seconds)
        print(
            f"  warm {warm.seconds:6.2f} s, {warm.iterations:7,} iterations; "
            f"cold {cold.seconds:6.2f} s, {cold.iterations:7,} iterations",
            flush=True,
        )
    ratio = np.median(np.array(cold_seconds) / np.array(warm_seconds))
    handed, read = time_basis(session.program, cold)
    print(f"warm is {ratio:.1f} times as fast (median)")
    print(f"basis of {n + m:,}: handed over in {handed:.3f} s, read back in {read:.3f} s")


if __name__ == "__main__":
    main()
