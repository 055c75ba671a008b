"""How time and memory of our cuts grow with scenarios, periods and projects, as plots.

    python benchmarks/plan_growth.py --out FOLDER [--workers 1|2] [--limit SECONDS] [--smoke]
        [--known RESULTS]
    python benchmarks/plan_growth.py --out FOLDER --draw

The plan of the United States and Japan, projects in any size, to a gap of 1e-4; one of the
three is varied at a time. Sizes that `plan_speed.py` has in RESULTS are taken from there.
`growth.csv` is written row by row, `growth.svg` and `growth.png` at the end; `--draw` only
draws again.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from allanite.studies.plan.build import PlanProgram
from plan_instance import plan_instance
from plan_speed import Row, Size, measure, read_rows
from stagedfile import write_staged

SCENARIOS = (8, 32, 128, 512)
PERIODS = (8, 16, 24, 36)
SHARES = (0.25, 0.5, 0.75, 1.0)
MIDDLE = 32  # scenarios where periods or projects vary
AXES = {"scenarios": "scenarios", "periods": "quarters", "projects": "projects to choose from"}
MEASURES = {
    "seconds": "wall time [s]",
    "processor_seconds": "processor time [s]",
    "peak_mib": "peak memory [MiB]",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One size measured; `seconds` to the gap of 1e-4, or to the limit."""

    axis: str
    scenarios: int
    periods: int
    projects: int
    columns: int
    rows: int
    seconds: float
    processor_seconds: float
    peak_mib: float
    status: str


def sizes(is_smoke: bool) -> list[tuple[str, Size]]:
    """What varies, and the size, in the order they run."""
    if is_smoke:
        return [
            ("scenarios", Size(scenarios=2, periods=4, share=0.25)),
            ("scenarios", Size(scenarios=3, periods=4, share=0.25)),
            ("periods", Size(scenarios=2, periods=5, share=0.25)),
            ("projects", Size(scenarios=2, periods=4, share=0.5)),
        ]
    return [
        *(("periods", Size(scenarios=MIDDLE, periods=periods)) for periods in PERIODS),
        *(("projects", Size(scenarios=MIDDLE, share=share)) for share in SHARES),
        *(("scenarios", Size(scenarios=scenarios)) for scenarios in SCENARIOS),
    ]


def run(axis: str, size: Size, method: str, limit: float, known: Sequence[Row]) -> Point:
    """One size measured, or taken from what is known."""
    for row in known:
        if (row.size, row.method) == (size, method):
            return point_of(axis, plan_instance(1, size.seed, size.periods, size.share), row)
    program = plan_instance(size.scenarios, size.seed, size.periods, size.share)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "plan.npz"
        write_staged(program.staged, file)
        return point_of(axis, program, measure(method, size, file, limit))


def point_of(axis: str, program: PlanProgram, row: Row) -> Point:
    """A row with the size of its programme."""
    rows, columns = program.second.program.shape
    return Point(
        axis=axis,
        scenarios=row.scenarios,
        periods=program.world.horizon.count,
        projects=len(program.world.options.projects.labels),
        columns=columns,
        rows=rows,
        seconds=row.to_fine if row.to_fine is not None else row.seconds,
        processor_seconds=row.processor_seconds,
        peak_mib=row.peak_mib,
        status=row.status,
    )


def drawing(points: list[dict[str, Any]]) -> dict[str, Any]:
    """A Vega-Lite specification: time, processors and memory by each of the three."""
    rows = [
        {
            "hconcat": [panel(points, axis, measure) for axis in AXES],
            "resolve": {"scale": {"y": "shared"}},  # so that noise does not look like growth
        }
        for measure in MEASURES
    ]
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "config": {"font": "sans-serif", "view": {"stroke": None}},
        "background": "white",
        "vconcat": rows,
    }


def panel(points: list[dict[str, Any]], axis: str, measure: str) -> dict[str, Any]:
    """One measure by one axis, both in powers."""
    shown = [point for point in points if point["axis"] == axis]
    values = sorted({point[axis] for point in shown})
    others = "" if axis == "scenarios" else f", {shown[0]['scenarios']:.0f} scenarios"

    def side(name: str, title: str, **more: Any) -> dict[str, Any]:
        scale = {"type": "log", "nice": False, "padding": 12}
        return {"field": name, "type": "quantitative", "title": title, "scale": scale, **more}

    encoding = {
        "x": side(axis, AXES[axis] + others, axis={"values": values, "format": "d", "grid": False}),
        "y": side(
            measure, MEASURES[measure], axis={"tickCount": 5, "format": ",.3~r", "minExtent": 40}
        ),
    }
    line = {"mark": {"type": "line", "point": True, "color": "#1f5a7a"}, "encoding": encoding}
    text = {
        "mark": {"type": "text", "dy": -9, "fontSize": 10},
        "encoding": {**encoding, "text": {"field": measure, "format": ",.3~r"}},
    }
    return {"width": 220, "height": 150, "data": {"values": shown}, "layer": [line, text]}


def draw(folder: Path) -> None:
    """Write `growth.svg` and `growth.png` from `growth.csv`."""
    import vl_convert

    text = ("axis", "status")
    with (folder / "growth.csv").open(newline="") as opened:
        points = [
            {name: value if name in text else float(value) for name, value in raw.items()}
            for raw in csv.DictReader(opened)
        ]
    spec = json.dumps(drawing(points))
    (folder / "growth.svg").write_text(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]))
    png = vl_convert.vegalite_to_png(spec, scale=2, allowed_base_urls=[])
    (folder / "growth.png").write_bytes(png)


def main() -> None:
    """Measure each size, then draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder of the table and plots")
    parser.add_argument("--workers", type=int, choices=(1, 2), default=2)
    parser.add_argument("--limit", type=float, default=900.0)
    parser.add_argument("--known", type=Path, help="results of plan_speed.py")
    parser.add_argument("--smoke", action="store_true", help="smallest sizes")
    parser.add_argument("--draw", action="store_true", help="only draw again")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    known = [] if asked.known is None else read_rows(asked.known)
    if not asked.draw:
        with (asked.out / "growth.csv").open("w", newline="") as opened:
            names = [one.name for one in fields(Point)]
            writer = csv.DictWriter(opened, names, lineterminator="\n")
            writer.writeheader()
            for axis, size in sizes(asked.smoke):
                point = run(axis, size, f"cuts-{asked.workers}", asked.limit, known)
                writer.writerow(asdict(point))
                opened.flush()
                print(f"  {point}", flush=True)
    draw(asked.out)


if __name__ == "__main__":
    main()
