"""The plan of the United States and Japan solved by our cuts and by peers: time, gap, memory.

    python benchmarks/plan_speed.py [--scenarios K ...] [--methods NAME ...] [--peer PYTHON]
        [--limit SECONDS] [--results FILE]
    python benchmarks/plan_speed.py --results FILE --table

All solve one and the same file of arrays, projects in any size, mean cost, each in a process of
its own; the clock starts when the arrays are read. Methods that only end with an optimum have
proven each gap at their end. L-shaped method and hedging report bounds and points: their points
are priced by us afterwards, outside their time, and their bounds are held against the least
cost that any method has found, which is kinder to them than their own points. Memory is the
sum over their processes. Results go behind those in FILE.

mpi-sppy lives in a Python of its own; without it, or without `mpirun`, its rows are left out:

    python -m venv PEER && PEER/bin/pip install mpi-sppy==0.14.0 pyomo highspy mpi4py scipy
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from allanite.axis import FloatArray
from allanite.program.recourse import SerialRecourse
from allanite.program.search import relative_gap
from allanite.program.staged import StagedProgram
from apart import run_apart
from plan_instance import plan_instance
from planmethods import FINE, OURS, PEERS, TITLES, UNLIMITED
from stagedfile import read_staged, write_staged
from track import Line, read_track

HERE = Path(__file__).resolve().parent
GAPS = (1e-3, FINE)
GRACE = 20.0  # beyond the limit, for methods that keep it themselves [s]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """An instance; no periods are those of the case, the share is of its projects."""

    scenarios: int
    periods: int | None = None
    share: float = 1.0
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One method on one instance; what it has not reached is None."""

    scenarios: int
    periods: int | None
    share: float
    seed: int
    method: str
    seconds: float
    to_coarse: float | None
    to_fine: float | None
    lower: float | None
    upper: float | None
    processor_seconds: float
    peak_mib: float
    status: str
    load: float

    @property
    def size(self) -> Size:
        """The instance."""
        return Size(**{field.name: getattr(self, field.name) for field in fields(Size)})

    @property
    def gap(self) -> float | None:
        """Relative, of its own bound and its own point."""
        both = self.lower is not None and self.upper is not None
        return relative_gap(self.lower, self.upper) if both else None


def command_of(method: str, peer: str | None) -> list[str]:
    """How a method is started, before its files."""
    if method in OURS:
        return [sys.executable, str(HERE / "planmethods.py"), method]
    _, name, ranks = PEERS[method]
    ours = [str(peer), "-m", "mpi4py", str(HERE / "planpeer.py"), name]
    return ours if ranks == 1 else ["mpirun", "--oversubscribe", "-np", str(ranks), *ours]


def price(staged: StagedProgram, value: FloatArray) -> float | None:
    """Cost of a first stage over all scenarios; None where it is not allowed."""
    first, every = staged.nodes[0], np.arange(len(staged.nodes) - 1)
    inside = np.clip(value, first.template.column_lower, first.template.column_upper)
    outcomes = SerialRecourse(staged=staged).evaluate(inside[first.state], every)
    if not np.isfinite(outcomes.cost).all():
        return None
    own = first.program.cost @ inside + first.program.offset
    return float(own + staged.probability[1:] @ outcomes.cost)


def measure(
    method: str,
    size: Size,
    file: Path,
    limit: float,
    peer: str | None = None,
    known: Sequence[Row] = (),
) -> Row:
    """One row.

    Args:
        method: of `TITLES`.
        size: of the instance; file: where its arrays are.
        limit: when it is stopped [s].
        peer: the Python of mpi-sppy.
        known: rows of other methods on the same instance.
    """
    track = file.with_name(f"{method}.track")
    arguments = [str(file), str(track), "--limit", str(limit)]
    load, grace = os.getloadavg()[0], 0.0 if method in UNLIMITED else GRACE
    command = [*command_of(method, peer), *arguments]
    use, ended = run_apart(command, track, limit + grace)
    lines, value = read_track(track)
    status = ended or next((line["status"] for line in lines[::-1] if "status" in line), "")
    if ended == "failed":
        print(f"{method} failed:\n{track.with_suffix('.txt').read_text()[-3000:]}")
    upper = min((line["upper"] for line in lines if "upper" in line), default=None)
    if upper is None and value is not None:
        upper = price(read_staged(file), value)
    costs = [cost for cost in (upper, *(row.upper for row in known)) if cost is not None]
    coarse, fine = (reached(lines, min(costs, default=np.inf), gap) for gap in GAPS)
    return Row(
        **asdict(size),
        method=method,
        seconds=round(lines[-1]["seconds"] if lines and ended != "limit" else limit, 2),
        to_coarse=coarse,
        to_fine=fine,
        lower=max((line["lower"] for line in lines if "lower" in line), default=None),
        upper=upper,
        processor_seconds=round(use.seconds, 1),
        peak_mib=round(use.peak / 2**20),
        status=status,
        load=round(load, 1),
    )


def reached(lines: Sequence[Line], least: float, gap: float) -> float | None:
    """When the bound was so near to the method's own cost, or else to the least cost known."""
    for line in lines:
        cost = line.get("upper", least)
        if "lower" in line and relative_gap(line["lower"], cost) <= gap:
            return round(line["seconds"], 2)
    return None


def check_agreement(rows: Sequence[Row]) -> None:
    """Stop where a bound lies above a cost that another method found; say how near they are."""
    lower = max((row.lower for row in rows if row.lower is not None), default=None)
    costs = [row.upper for row in rows if row.upper is not None]
    if lower is None or not costs:
        return
    upper = min(costs)
    slack = (upper - lower) / abs(upper)
    print(f"least cost of all methods {upper:.4f}, highest bound {lower:.4f}: {slack:.1e} apart")
    # Solvers hold rows to 1e-7 of their own scale; interior points end at 1e-5 of the cost.
    if slack < -1e-4:
        raise SystemExit(f"bounds and costs contradict each other: {[asdict(r) for r in rows]}")


def table(rows: Sequence[Row]) -> str:
    """Markdown."""
    lines = [
        "| scenarios | method | to 1e-3 [s] | to 1e-4 [s] | gap reached | in [s] | processor [s] |"
        " peak [MiB] |",
        "|---|---|---|---|---|---|---|---|",
    ]
    order = list(TITLES)
    for row in sorted(rows, key=lambda r: (r.scenarios, order.index(r.method))):
        coarse, fine = (
            "–" if x is None else f"{x:.1f}" if x < 100 else f"{x:.0f}"
            for x in (row.to_coarse, row.to_fine)
        )
        gap = "none" if row.gap is None else f"{row.gap:.1e}" if row.gap > 1e-9 else "optimal"
        lines.append(
            f"| {row.scenarios} | {TITLES[row.method]} | {coarse} | {fine} | {gap} |"
            f" {row.seconds:.0f} | {row.processor_seconds:.0f} | {row.peak_mib:,.0f} |"
        )
    return "\n".join(lines)


def read_rows(file: Path) -> list[Row]:
    """Rows of earlier runs; of a method that ran twice on one instance the last counts."""
    kinds: dict[str, Callable[[str], Any]] = {
        **dict.fromkeys(("scenarios", "periods", "seed"), int),
        **dict.fromkeys(("method", "status"), str),
    }
    if not file.exists():
        return []
    with file.open(newline="") as opened:
        found = [
            Row(**{k: None if v == "" else kinds.get(k, float)(v) for k, v in raw.items()})
            for raw in csv.DictReader(opened)
        ]
    return list({(row.size, row.method): row for row in found}.values())


def append_row(file: Path, row: Row) -> None:
    """One more line."""
    is_new = not file.exists()
    with file.open("a", newline="") as opened:
        writer = csv.DictWriter(opened, [f.name for f in fields(Row)], lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerow(asdict(row))


def present(asked: argparse.Namespace) -> list[str]:
    """The methods asked for that can run here; says which cannot."""
    done = []
    for name in asked.methods:
        if name in PEERS and asked.peer is None:
            print(f"{TITLES[name]}: left out; name its Python with --peer")
        elif name in PEERS and PEERS[name][2] > 1 and shutil.which("mpirun") is None:
            print(f"{TITLES[name]}: left out; there is no mpirun")
        else:
            done.append(name)
    return done


def write_instance(file: Path, size: Size) -> None:
    """The instance, written by a process whose memory does not count."""
    staged = plan_instance(size.scenarios, size.seed, size.periods, size.share).staged
    write_staged(staged, file)
    rows, columns = staged.nodes[1].template.shape
    print(f"{size.scenarios} scenarios of {columns:,} columns and {rows:,} rows")


def main() -> None:
    """Measure each method on each instance, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenarios", type=int, nargs="+", default=[8, 32, 128, 512])
    parser.add_argument("--methods", nargs="+", default=list(TITLES), choices=list(TITLES))
    parser.add_argument("--limit", type=float, default=900.0, help="for each method [s]")
    parser.add_argument("--peer", help="Python that has mpi-sppy")
    parser.add_argument("--results", type=Path, help="rows are added to this CSV")
    parser.add_argument("--table", action="store_true", help="only render --results")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--periods", type=int, help="other than the case's")
    parser.add_argument("--share", type=float, default=1.0, help="of the projects")
    asked = parser.parse_args()
    if asked.table:
        print(table(read_rows(asked.results)))
        return
    compare(asked)


def compare(asked: argparse.Namespace) -> None:
    """Run the methods; print each row as it comes, then the table."""
    methods, done = present(asked), []
    for scenarios in asked.scenarios:
        size = Size(scenarios=scenarios, periods=asked.periods, share=asked.share, seed=asked.seed)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "plan.npz"
            write_instance(file, size)
            before = [] if asked.results is None else read_rows(asked.results)
            known = [row for row in before if row.size == size]
            for method in methods:
                row = measure(method, size, file, asked.limit, asked.peer, known)
                known = [*(r for r in known if r.method != method), row]
                done.append(row)
                if asked.results is not None:
                    append_row(asked.results, row)
                print(f"  {row}", flush=True)
            check_agreement(known)
    print(table(done))


if __name__ == "__main__":
    main()
