"""The harness of the plan's benchmarks: the file all methods read, the limit, the figures told."""

from __future__ import annotations

import sys
import time
from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
import psutil
import pytest

from allanite.program.extensive import extensive_form
from allanite.program.highs import solve_program

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
SLEEPS = "import pathlib, subprocess, sys; pathlib.Path(sys.argv[1]).write_text('');"
SLEEPS += "subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    before = set(sys.modules)

    def load(name: str) -> ModuleType:
        return import_module(name)

    yield load
    for name in set(sys.modules) - before:
        if Path(getattr(sys.modules[name], "__file__", None) or "").parent == BENCHMARKS:
            del sys.modules[name]


def test_file_holds_the_programme(module, tmp_path: Path) -> None:
    plans, stagedfile = module("plans"), module("stagedfile")
    staged = plans.draw_scenarios(plans.draw_plan(1, seed=3), 3, whole=False)
    stagedfile.write_staged(staged, tmp_path / "plan.npz")
    read = extensive_form(stagedfile.read_staged(tmp_path / "plan.npz"))
    whole = extensive_form(staged)
    for name in ("cost", "row_lower", "row_upper", "column_lower", "column_upper"):
        np.testing.assert_array_equal(getattr(read, name), getattr(whole, name))
    assert abs(read.matrix - whole.matrix).nnz == 0
    assert read.offset == whole.offset


def test_methods_agree(module, tmp_path: Path) -> None:
    plans, methods, track = module("plans"), module("planmethods"), module("track")
    staged = plans.draw_scenarios(plans.draw_plan(1, seed=3), 3, whole=False)
    least = solve_program(extensive_form(staged)).objective
    for name, (_, solve) in methods.OURS.items():
        if name == "cuts-2":  # its processes would start this module anew
            continue
        solve(staged, track.Track(tmp_path / name), 60.0)
        lines, _ = track.read_track(tmp_path / name)
        assert lines[-1]["lower"] <= least * (1 + 1e-6)
        assert lines[-1]["upper"] == pytest.approx(least, rel=2e-4)


def test_price_of_a_first_stage_is_its_cost(module) -> None:
    plans, speed = module("plans"), module("plan_speed")
    staged = plans.draw_scenarios(plans.draw_plan(1, seed=3), 3, whole=False)
    found = solve_program(extensive_form(staged))
    first = found.value[: staged.nodes[0].template.shape[1]]
    assert speed.price(staged, first) == pytest.approx(found.objective, rel=1e-6)
    assert speed.price(staged, np.zeros_like(first)) > found.objective


def test_limit_ends_a_command_and_what_it_started(module, tmp_path: Path) -> None:
    track, apart = tmp_path / "track", module("apart")
    started = time.perf_counter()
    use, ended = apart.run_apart([sys.executable, "-c", SLEEPS, str(track)], track, 1.0)
    assert ended == "limit"
    assert time.perf_counter() - started < 30
    assert use.peak > 1e6
    ours = psutil.Process().children(recursive=True)
    assert not [one for one in ours if "time.sleep(60)" in " ".join(one.cmdline())]


def test_failure_is_told(module, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "raise SystemExit(3)"]
    assert module("apart").run_apart(command, tmp_path / "track", 5.0)[1] == "failed"


def test_gap_is_reached_by_own_cost_or_the_least_known(module) -> None:
    reached = module("plan_speed").reached
    ours = [
        {"seconds": 1.0, "lower": 90.0, "upper": 100.0},
        {"seconds": 2.0, "lower": 99.95, "upper": 100.0},
    ]
    assert reached(ours, 99.0, 1e-3) == 2.0
    assert reached(ours, 99.0, 1e-4) is None
    bounds_only = [{"seconds": 3.0, "lower": 99.95}, {"seconds": 4.0, "status": "limit"}]
    assert reached(bounds_only, 100.0, 1e-3) == 3.0
    assert reached(bounds_only, np.inf, 1e-3) is None


def test_rows_are_read_as_they_were_written(module, tmp_path: Path) -> None:
    speed = module("plan_speed")
    row = speed.Row(
        scenarios=8,
        periods=None,
        share=0.5,
        seed=1,
        method="sppy-hedging",
        seconds=300.0,
        to_coarse=None,
        to_fine=None,
        lower=90.0,
        upper=100.0,
        processor_seconds=500.0,
        peak_mib=1234.0,
        status="limit",
        load=2.0,
    )
    other = speed.Row(**{**_fields(speed, row), "share": 1.0, "periods": 8})
    for one in (row, other, row):
        speed.append_row(tmp_path / "rows.csv", one)
    assert speed.read_rows(tmp_path / "rows.csv") == [row, other]
    assert "| – | – | 1.0e-01 | 300 | 500 | 1,234 |" in speed.table([row])
    with pytest.raises(SystemExit, match="contradict"):
        speed.check_agreement([row, speed.Row(**{**_fields(speed, row), "lower": 101.0})])


def _fields(speed: ModuleType, row: object) -> dict[str, object]:
    return {name: getattr(row, name) for name in speed.Row.__slots__}


def test_growth_has_one_panel_a_measure_and_axis(module, tmp_path: Path) -> None:
    growth = module("plan_growth")
    point = "axis,scenarios,periods,projects,columns,rows,seconds,processor_seconds,peak_mib,status"
    lines = [f"{axis},{k},{k},{k},9,9,{k},{k},{k},gap" for axis in growth.AXES for k in (2, 4)]
    (tmp_path / "growth.csv").write_text("\n".join([point, *lines]) + "\n")
    growth.draw(tmp_path)
    svg = (tmp_path / "growth.svg").read_text()
    for title in (*growth.MEASURES.values(), "quarters, 2 scenarios"):
        assert title in svg
    assert (tmp_path / "growth.png").read_bytes().startswith(b"\x89PNG")
