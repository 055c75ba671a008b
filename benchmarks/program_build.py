"""One programme built and handed to HiGHS by our builder and by three peers, in one run.

    python benchmarks/program_build.py [--size N] [--only NAME ...] [--solve] [--repeat K]

The programme is that of `instance.py`. `size` 1000 gives 792,000 columns: 25,000 routes, 4,000
processes, 3,000 demands and 1,000 stocks in each of 24 periods. Each builder runs in a process
of its own and is measured from drawn arrays to the solver's own model: wall time, and peak
memory above what the process held before. Those below a minute run three times, in turn, and
the fastest counts.
With `--solve` all are solved, and must find the same cost.

linopy and Pyomo are looked for and left out where they are absent; no list of dependencies
of the package names Pyomo.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import resource
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from instance import Instance, draw_instance, our_program
from peers import build_linopy, build_linopy_sparse, build_pyomo


def build_ours(instance: Instance) -> Any:
    """Arrays by our builder, handed over as a session does; costs stay unscaled."""
    from allanite.program.highs import hand_over, silent_solver

    solver = silent_solver({})
    hand_over(solver, our_program(instance), 1.0)
    return solver


# Name -> what is imported before the clock starts, and the builder.
BUILDERS: dict[str, tuple[str, Callable[[Instance], Any]]] = {
    "allanite": ("allanite.program.highs", build_ours),
    "linopy sparse": ("linopy", build_linopy_sparse),
    "linopy": ("linopy", build_linopy),
    "Pyomo": ("pyomo.contrib.appsi.solvers.highs", build_pyomo),
}


def measure(name: str, size: int, solve: bool) -> dict[str, float]:
    """Build once in this process."""
    import highspy

    warnings.simplefilter("ignore")
    module, build = BUILDERS[name]
    importlib.import_module(module)
    instance = draw_instance(size)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start, worked = time.perf_counter(), time.process_time()
    solver = build(instance)
    seconds, worked = time.perf_counter() - start, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = {
        "seconds": seconds,
        "processor_seconds": worked,
        "peak_mib": (peak - before) / 1024,
        "whole_mib": peak / 1024,
        "columns": solver.getNumCol(),
        "rows": solver.getNumRow(),
        "terms": solver.getNumNz(),
    }
    if solve:
        solver.setOptionValue("output_flag", False)
        solver.run()
        assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        found["cost"] = solver.getInfo().objective_function_value
    return found


def run_apart(name: str, size: int, solve: bool) -> dict[str, float]:
    """Build once in a process of its own."""
    command = [sys.executable, str(Path(__file__).resolve()), "--size", str(size), "--in", name]
    done = subprocess.run(
        [*command, *(["--solve"] if solve else [])], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Measure each builder and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1000)
    parser.add_argument("--only", nargs="*", default=list(BUILDERS))
    parser.add_argument("--repeat", type=int, default=3, help="runs of those below a minute")
    parser.add_argument("--solve", action="store_true", help="solve all and compare costs")
    parser.add_argument("--in", dest="inside", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.inside:
        print(json.dumps(measure(asked.inside, asked.size, asked.solve)))
        return
    present = []
    for name in asked.only:
        if importlib.util.find_spec(BUILDERS[name][0].partition(".")[0]) is None:
            print(f"{name}: not installed, left out")
        else:
            present.append(name)
    found: dict[str, dict[str, float]] = {}
    # In turn, so that a busy minute of the machine does not fall on one of them.
    for _ in range(asked.repeat):
        for name in present:
            if name not in found or found[name]["seconds"] < 60:
                run = run_apart(name, asked.size, asked.solve)
                found[name] = min(run, found.get(name, run), key=lambda one: one["seconds"])
    for name in found:
        print_line(name, found)
    check_same(found)


def check_same(found: dict[str, dict[str, float]]) -> None:
    """Stop where the programmes, or their least costs, are not the same."""
    shapes = {tuple(run[k] for k in ("columns", "rows", "terms")) for run in found.values()}
    costs = [run["cost"] for run in found.values() if "cost" in run]
    if len(shapes) > 1 or (costs and max(costs) - min(costs) > 1e-9 * max(costs)):
        raise SystemExit(f"they did not build the same programme: {found}")


def print_line(name: str, found: dict[str, dict[str, float]]) -> None:
    """One builder's figures, beside those of the first."""
    run, first = found[name], next(iter(found.values()))
    cost = f", cost {run['cost'] / first['cost']:.9f} of ours" if "cost" in run else ""
    times = [
        f"{run[key]:.2f} s {word} ({run[key] / first[key]:.1f} times)"
        for key, word in (("seconds", "wall"), ("processor_seconds", "processor"))
    ]
    print(
        f"{name:14} {', '.join(times)}, "
        f"{run['peak_mib']:,.0f} MiB ({run['peak_mib'] / max(first['peak_mib'], 1):.1f} times), "
        f"{run['columns']:,.0f} columns, {run['rows']:,.0f} rows, {run['terms']:,.0f} terms{cost}",
        flush=True,
    )


if __name__ == "__main__":
    main()
