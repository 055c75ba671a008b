"""Ways to solve a plan of a file: ours, and the extensive form by linopy.

    python planmethods.py METHOD FILE TRACK [--limit SECONDS]

The clock starts when the file is read. `planpeer.py` is the same for mpi-sppy.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from allanite.ensemble.recourse import pool_recourse
from allanite.errors import SolveError
from allanite.program.decomposition import solve_two_stage
from allanite.program.extensive import extensive_form
from allanite.program.highs import solve_program
from allanite.program.staged import StagedProgram
from stagedfile import read_staged
from track import Track

FINE = 1e-4


def by_cuts(workers: int, staged: StagedProgram, track: Track, limit: float) -> None:
    """Ours."""
    count = len(staged.nodes) - 1

    def tell(entry: Any) -> None:
        if entry.scenarios == count:
            track.note(lower=entry.lower, upper=entry.upper)

    with pool_recourse(staged, workers) as recourse:
        found = solve_two_stage(staged, recourse=recourse, gap=FINE, seconds=limit, progress=tell)
    track.note(lower=found.bound, upper=found.objective, status=found.stop)


def by_extensive(
    options: dict[str, Any], staged: StagedProgram, track: Track, limit: float
) -> None:
    """All scenarios as one programme, handed to HiGHS by us."""
    program = extensive_form(staged)
    track.note(built=True)
    left = max(limit - track.seconds, 1.0)
    try:
        found = solve_program(program, options={**options, "time_limit": left})
    except SolveError as error:
        track.note(status=str(error).splitlines()[0][:60])
    else:
        track.note(lower=found.objective, upper=found.objective, status="optimal")


def by_linopy(staged: StagedProgram, track: Track, limit: float) -> None:
    """The same arrays as linopy's variables and constraints, over its direct path to HiGHS."""
    import linopy
    import pandas as pd
    from xarray import DataArray

    linopy.options["semantics"] = "v1"
    program = extensive_form(staged)
    model = linopy.Model(sparse=True)
    columns = pd.RangeIndex(program.cost.size, name="column")
    lower, upper, cost = (
        DataArray(values, coords=[columns])
        for values in (program.column_lower, program.column_upper, program.cost)
    )
    x = model.add_variables(lower, upper, name="x")
    matrix, low, high = program.matrix.tocoo(), program.row_lower, program.row_upper
    same = low == high
    for name, sign, side, rows in (
        ("equal", "=", low, same),
        ("least", ">=", low, ~same & np.isfinite(low)),
        ("most", "<=", high, ~same & np.isfinite(high)),
    ):
        kept = np.flatnonzero(rows[matrix.row])
        if not kept.size:
            continue
        term = pd.RangeIndex(kept.size, name="term")
        value = DataArray(matrix.data[kept], coords=[term])
        which = DataArray(matrix.col[kept], coords=[term])
        row = pd.Series(matrix.row[kept], index=term, name="row")
        left = (x.isel(column=which) * value).groupby(row).sum()
        at = pd.Index(np.unique(matrix.row[kept]), name="row")
        model.add_constraints(left, sign, DataArray(side[at], coords=[at]), name=name)
    model.add_objective((x * cost).sum() + program.offset)
    track.note(built=True)
    left_seconds = max(limit - track.seconds, 1.0)
    status, _ = model.solve("highs", io_api="direct", time_limit=left_seconds, log_to_console=False)
    if status == "ok":
        track.note(lower=model.objective.value, upper=model.objective.value, status="optimal")


Solve = Callable[[StagedProgram, Track, float], None]
OURS: dict[str, tuple[str, Solve]] = {
    "cuts-1": ("allanite, cuts, 1 process", partial(by_cuts, 1)),
    "cuts-2": ("allanite, cuts, 2 processes", partial(by_cuts, 2)),
    "simplex": (
        "allanite extensive form, HiGHS simplex",
        partial(by_extensive, {"solver": "simplex"}),
    ),
    "ipx": (
        "allanite extensive form, HiGHS IPX, no crossover",
        partial(by_extensive, {"solver": "ipx", "run_crossover": "off"}),
    ),
    "linopy": ("linopy extensive form, HiGHS", by_linopy),
}
# Name -> title, method of planpeer.py, ranks.
PEERS: dict[str, tuple[str, str, int]] = {
    "sppy-ef": ("mpi-sppy extensive form, HiGHS", "ef", 1),
    "sppy-l-shaped": ("mpi-sppy L-shaped, HiGHS, 2 ranks", "l-shaped", 2),
    "sppy-hedging": ("mpi-sppy progressive hedging with Lagrangian, 2 ranks", "hedging", 2),
}
UNLIMITED = ("sppy-l-shaped", "sppy-hedging")  # do not look at the clock within a round
TITLES = {name: spec[0] for name, spec in (*OURS.items(), *PEERS.items())}


def main() -> None:
    """Read the file, start the clock, solve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("method", choices=OURS)
    parser.add_argument("file", type=Path)
    parser.add_argument("track", type=Path)
    parser.add_argument("--limit", type=float, default=900.0)
    asked = parser.parse_args()
    staged = read_staged(asked.file)
    OURS[asked.method][1](staged, Track(asked.track), asked.limit)


if __name__ == "__main__":
    sys.exit(main())
