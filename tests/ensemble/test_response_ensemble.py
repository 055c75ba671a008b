"""Draws of a response: equal bytes everywhere, and figures that hang together."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import response_question as question
from dask_cluster import cluster
from toy_study import bits, wait_for

from allanite.catalogue.store import Release, load_release
from allanite.ensemble.response import (
    ANSWERS,
    FIRST_STOP,
    Bench,
    draw_figures,
    figure_name,
    figure_units,
    response_ensemble,
    split_figure_name,
    start_of,
    view_of,
)
from allanite.ensemble.response_draws import DrawPlan
from allanite.ensemble.response_unknowns import (
    BASE,
    COMMERCIAL,
    COST,
    GOVERNMENT,
    GROWTH,
    LICENCES,
    RAMPS,
    START,
    response_unknowns,
)
from allanite.ensemble.run import run_tasks
from allanite.ensemble.tasks import Task
from allanite.errors import UsageError
from allanite.law.controls import load_controls
from allanite.studies.response.figures import headline_figures
from allanite.studies.response.request import ResponseRequest
from allanite.studies.response.solve import solve_foresight
from allanite.studies.response.study import unanswered
from allanite.studies.result import check_result
from allanite.workbench import load_network, respond_draws

HERE = Path(__file__).parent
COURSE = "as stated"
WEEKS = 6 / 12 * 365.25 / 7
Figures = Mapping[str, float]


@pytest.fixture(scope="module")
def bench(release: Release) -> Bench:
    return question.study(release).prepare()


@pytest.fixture(scope="module")
def serial(release: Release) -> list[Figures]:
    return run_tasks(question.study(release), question.tasks(release))


def drawn(bench: Bench, **values: float) -> Figures:
    names = {
        "base": BASE,
        "commercial": COMMERCIAL,
        "government": GOVERNMENT,
        "start": START,
        "growth": GROWTH,
        "cost": COST,
        "ramps": RAMPS,
    }
    task = Task(index=0, seed=1, stream=0, values={names[k]: v for k, v in values.items()})
    return draw_figures(bench, task, ANSWERS)


def loss(figures: Figures, answer: str, region: str = "partners") -> float:
    return figures[figure_name(COURSE, answer, "loss", region)]


def test_the_central_draw_is_the_response_itself(bench: Bench) -> None:
    figures = drawn(bench)
    view = bench.views[None]
    runs = {
        "nothing": unanswered(
            view.desk, bench.rules, bench.request, view.conditions[0], view.active[0]
        )["central"],
        "cheapest": solve_foresight(
            view.desk.world, view.conditions[0], bench.rules, bench.request.horizon
        ).outcome,
    }
    compared = set()
    for answer, outcome in runs.items():
        for (figure, region), (value, unit) in headline_figures(outcome).items():
            name = figure_name(COURSE, answer, figure, region)
            if answer == "nothing" or unit != "week":
                assert figures[name] == pytest.approx(value, rel=1e-6, abs=1e-6), name
                compared.add(name)
    never = {name: figures[name] for name in figures.keys() - compared}
    assert list(never.values()) == [pytest.approx(WEEKS)] * len(never)
    assert len(never) < len(compared) / 10
    assert loss(figures, "nothing") > loss(figures, "cheapest") > 1.0


def test_a_draw_does_not_hang_on_what_was_evaluated_before(
    release: Release, bench: Bench, serial: list[Figures]
) -> None:
    tasks = question.tasks(release)[::-1]
    found = [draw_figures(bench, task, ANSWERS) for task in tasks]
    assert bits([dict(sorted(f.items())) for f in found[::-1]]) == bits(serial)
    assert len({str(figures) for figures in serial}) == len(serial)


def test_each_unknown_moves_figures_the_way_it_must(bench: Bench) -> None:
    central = drawn(bench)
    for answer in ANSWERS:
        here = loss(central, answer)
        assert loss(drawn(bench, commercial=1.0), answer) < here
        assert loss(drawn(bench, commercial=-1.0), answer) > here
        assert loss(drawn(bench, cost=1.0), answer) > here
        assert loss(drawn(bench, cost=-1.0), answer) < here
        assert loss(drawn(bench, start=60.0), answer) < here
        assert loss(drawn(bench, growth=1.0), answer) > here
    assert loss(drawn(bench, government=-1.0), "cheapest") >= loss(central, "cheapest")
    assert loss(drawn(bench, ramps=1.67), "cheapest") > loss(central, "cheapest")
    assert loss(drawn(bench, base=7), "nothing") != loss(central, "nothing")


def test_growth_in_step_scales_losses_where_nobody_acts(bench: Bench) -> None:
    """Without measures nothing rests on capacities, so that the loss grows as the chain does."""
    growth = bench.views[None].growth
    network = bench.views[None].desk.world.network
    at = network.material_chain.index("rare earths")
    expected = 1.0 + float(growth[np.flatnonzero(network.node_material == at)[0]])
    assert 1.05 < expected < 1.5
    ratio = loss(drawn(bench, growth=1.0), "nothing") / loss(drawn(bench), "nothing")
    assert ratio == pytest.approx(expected, rel=0.05)


def test_a_stop_that_never_comes_is_the_end_of_the_horizon(bench: Bench) -> None:
    late = drawn(bench, start=10_000.0)
    for region in ("USA", "JPN", "partners", "all regions"):
        weeks = late[figure_name(COURSE, "nothing", FIRST_STOP, region)]
        assert weeks == pytest.approx(WEEKS)
        assert loss(late, "nothing", region) == 0.0


def test_figures_have_names_that_come_apart_and_units(serial: list[Figures]) -> None:
    units = figure_units(serial[0])
    for name in serial[0]:
        branch, answer, figure, region = split_figure_name(name)
        assert figure_name(branch, answer, figure, region) == name
        assert (units[name] == "week") == (figure == FIRST_STOP)
    parts = ("No. 70 | extended, No. 72", "nothing", "loss", "USA")
    assert split_figure_name(figure_name(*parts)) == parts
    assert not [n for n in serial[0] if FIRST_STOP in n and "cheapest" in n]


def test_a_basis_is_kept_for_the_next_draw_of_the_redraw(bench: Bench) -> None:
    view = view_of(bench, 1)
    assert start_of(bench, view, 0) is start_of(bench, view_of(bench, 1), 0)


def test_unknowns_name_ranges_and_tables(release: Release) -> None:
    controls = load_controls(release)
    stress = ResponseRequest(horizon=question.HORIZON, controls=("CN-2025-61",), stress=True)
    names = [unknown.name for unknown in response_unknowns(release, controls, stress)]
    assert LICENCES + "CN-2025-61" in names
    assert LICENCES + "CN-2024-DUALUSE-REG" in names
    assert [n for n in names if n.startswith(LICENCES)] == sorted(
        n for n in names if n.startswith(LICENCES)
    )
    quiet = ResponseRequest(horizon=question.HORIZON)
    assert START not in [u.name for u in response_unknowns(release, controls, quiet)]
    assert all(len(u.note) > 40 for u in response_unknowns(release, controls, stress))


def test_a_process_with_other_data_refuses(release: Release) -> None:
    study = replace(question.study(release), data_digest="0" * 64)
    with pytest.raises(UsageError, match="give every worker the same release"):
        study.prepare()


def test_a_users_tables_travel_with_the_study(tmp_path: Path) -> None:
    (tmp_path / "ramp_times.csv").write_text(
        "subject,stage,delay_duration,ramp_duration,reach_share,source_id,locator,quality\n"
        "activity,magnet,0,1,0.9,network-assumptions,my table:1,assumed\n"
    )
    laid = load_release(data=tmp_path)
    study = pickle.loads(pickle.dumps(question.study(laid)))
    assert study.digest != question.study(load_release()).digest
    context = study.prepare()
    assert context.release.digest == laid.digest
    rows = [r for r in context.release.rows("ramp_times") if r["stage"] == "magnet"]
    assert [r["ramp_duration"] for r in rows if r["subject"] == "activity"] == [1.0]


def test_arguments_that_do_not_fit_are_refused(release: Release) -> None:
    with pytest.raises(UsageError, match="0 redraws"):
        response_ensemble(release, question.CASE, question.REQUEST, redraws=0)
    with pytest.raises(UsageError, match="nothing, cheapest"):
        response_ensemble(release, question.CASE, question.REQUEST, answers=())


@pytest.mark.slow
def test_a_pool_gives_the_bytes_of_one_process(release: Release, serial: list[Figures]) -> None:
    found = run_tasks(question.study(release), question.tasks(release), workers=2)
    assert bits(found) == bits(serial)


@pytest.mark.slow
def test_a_cluster_gives_the_same_bytes_though_a_worker_is_killed(
    release: Release, serial: list[Figures], tmp_path: Path
) -> None:
    killed: list[int] = []
    with cluster(tmp_path, 2) as found:

        def kill(done: int, total: int) -> None:
            if done >= 3 and not killed:
                found.workers[0].send_signal(signal.SIGKILL)
                killed.append(done)

        results = run_tasks(
            question.study(release),
            question.tasks(release),
            scheduler=found.address,
            folder=tmp_path / "draws",
            progress=kill,
        )
        assert found.workers[0].wait() == -signal.SIGKILL
        assert found.workers[1].poll() is None
    assert killed
    assert killed[0] < len(serial)
    assert bits(results) == bits(serial)


@pytest.mark.slow
def test_a_killed_run_goes_on_from_what_is_stored(
    release: Release, serial: list[Figures], tmp_path: Path
) -> None:
    folder = tmp_path / "draws"
    command = [sys.executable, str(HERE / "response_question.py"), str(folder)]
    with subprocess.Popen(command, env=dict(os.environ)) as started:
        try:
            wait_for(lambda: len(list(folder.glob("chunk-*.json"))) >= 3)
        finally:
            started.send_signal(signal.SIGKILL)
    stored = len(list(folder.glob("chunk-*.json")))
    assert 3 <= stored < len(serial)
    seen: list[int] = []
    found = run_tasks(
        question.study(release),
        question.tasks(release),
        folder=folder,
        progress=lambda done, total: seen.append(done),
    )
    assert seen[0] == stored
    assert bits(found) == bits(serial)


@pytest.mark.slow
def test_intervals_hold_the_central_value_and_the_attribution_adds_up(release: Release) -> None:
    network = load_network(release, draws=0)
    plan = DrawPlan(draws=16, attribution=True, answers=("nothing",), redraws=4)
    result = respond_draws(network, question.CASE, question.REQUEST, plan)
    assert not check_result(result.tables)
    assert result.record.parameters["draws"] == 16
    intervals = result.tables["ensemble_intervals"].to_pylist()
    held = 0
    for row in intervals:
        _, _, figure, region = split_figure_name(row["figure"])
        assert row["draws"] == 16
        assert row["low"] <= row["median"] <= row["high"]
        # Redraws of the base year move small shortages past the central value; losses in sum not.
        if figure == "loss" and region in ("USA", "partners", "all regions"):
            assert row["low"] < row["central"] < row["high"], row
            held += 1
    assert held == 3
    drawn_table = result.tables["ensemble_draws"]
    assert drawn_table.num_rows == 16 * len(intervals)
    rows = [
        row
        for row in result.tables["ensemble_attribution"].to_pylist()
        if row["figure"] == figure_name(COURSE, "nothing", "loss", "partners")
    ]
    total = {row["unknown"]: row["total"] for row in rows}
    assert set(total) == {u.name for u in question.unknowns(release)}
    assert all(value > -0.3 for value in total.values())
    assert 0.5 < sum(total.values()) < 3.0
    # Without measures no government stock is released and no plant runs up.
    assert total[GOVERNMENT] == pytest.approx(0.0, abs=1e-9)
    assert max(total, key=lambda name: total[name]) in (COST, COMMERCIAL, BASE)
