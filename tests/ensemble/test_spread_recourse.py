"""Scenarios over several processes: the bytes of one process, whoever computes."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from dask_cluster import cluster

from allanite.ensemble import recourse
from allanite.ensemble.recourse import cluster_recourse, pool_recourse, shares_of
from allanite.errors import SolveError, UsageError
from allanite.program.decomposition import TwoStageSolution, solve_two_stage
from allanite.program.recourse import Recourse, SerialRecourse
from allanite.program.risk import Risk
from allanite.program.search import Round
from allanite.program.staged import StagedProgram, two_stages
from staged_forms import dense_program, drawn_plan, leaf, newsvendor

RISK = Risk(weight=0.3, confidence=0.8)


def bits(found: TwoStageSolution) -> tuple[bytes, ...]:
    names = ("value", "scenario_cost", "scenario_gradient", "gradient")
    bounds = np.array([(r.scenarios, r.lower, r.upper) for r in found.history])
    arrays = [*(getattr(found, name) for name in names), np.array(found.objective), bounds]
    return tuple(array.tobytes() for array in arrays)


@pytest.fixture(scope="module")
def serial() -> tuple[bytes, ...]:
    return bits(solve_two_stage(drawn_plan(20), RISK, gap=1e-6))


def test_a_pool_gives_the_bytes_of_one_process(serial: tuple[bytes, ...]) -> None:
    for workers in (1, 2, 3):
        with pool_recourse(drawn_plan(20), workers) as pool:
            assert isinstance(pool, SerialRecourse) == (workers == 1)
            found = solve_two_stage(drawn_plan(20), RISK, gap=1e-6, recourse=pool)
        assert bits(found) == serial


def test_another_number_of_processes_goes_on_to_the_same_bytes(
    tmp_path: Path, serial: tuple[bytes, ...]
) -> None:
    staged, file = drawn_plan(20), tmp_path / "search.npz"
    with pool_recourse(staged, 2) as pool:
        solve_two_stage(staged, RISK, gap=1e-6, rounds=4, checkpoint=file, recourse=pool)
    with pool_recourse(staged, 3) as pool:
        found = solve_two_stage(staged, RISK, gap=1e-6, checkpoint=file, recourse=pool)
    assert bits(found) == serial
    again = solve_two_stage(staged, RISK, gap=1e-6, checkpoint=file)
    assert bits(again) == serial


def test_a_worker_that_dies_is_told_and_the_search_goes_on(
    tmp_path: Path, serial: tuple[bytes, ...]
) -> None:
    staged, file = drawn_plan(20), tmp_path / "search.npz"

    def kill(entry: Round) -> None:
        if entry.scenarios == 20:
            calls = {0: (os.getpid, ())}
            os.kill(pool.call_all(calls)[0], signal.SIGKILL)

    with (
        pytest.raises(UsageError, match=r"a worker process died; .* go on from the checkpoint"),
        pool_recourse(staged, 2) as pool,
    ):
        solve_two_stage(staged, RISK, gap=1e-6, checkpoint=file, recourse=pool, progress=kill)
    with pool_recourse(staged, 2) as fresh:
        found = solve_two_stage(staged, RISK, gap=1e-6, checkpoint=file, recourse=fresh)
    assert bits(found) == serial


def some_impossible() -> StagedProgram:
    """Two templates; the scenarios of the second one forbid more than four."""
    good = newsvendor([10.0, 20.0], [0.5, 0.5])
    zero, none = np.zeros(1), np.full(1, np.inf)
    at_most = dense_program(np.ones((1, 1)), zero, (-none, np.full(1, 4.0)), (zero, none))
    nodes = [*good.nodes[1:], leaf(at_most, np.ones((1, 1))), leaf(at_most, 2 * np.ones((1, 1)))]
    return two_stages(good.nodes[0], nodes, np.full(4, 0.25))


def test_unlike_templates_and_forbidden_states_in_a_pool() -> None:
    plain = solve_two_stage(some_impossible(), gap=1e-8)
    assert plain.value == pytest.approx([2.0], rel=1e-6)
    with pool_recourse(some_impossible(), 2) as pool:
        found = solve_two_stage(some_impossible(), gap=1e-8, recourse=pool)
    assert bits(found) == bits(plain)


def test_faults_of_a_scenario_pass_whole_from_a_worker() -> None:
    staged = newsvendor([10.0, 20.0], [0.5, 0.5])
    endless = replace(staged.nodes[2].template, column_upper=np.full(1, np.inf))
    free = replace(staged.nodes[2], template=replace(endless, row_upper=np.full(1, np.inf)))
    changes = replace(free.changes, column=np.zeros(0, dtype=np.int64))
    changes = replace(changes, column_lower=np.zeros(0), column_upper=np.zeros(0))
    broken = two_stages(
        staged.nodes[0],
        [staged.nodes[1], replace(free, changes=changes)],
        np.array([0.5, 0.5]),
    )
    with (
        pytest.raises(SolveError, match="falls without end"),
        pool_recourse(broken, 2) as pool,
    ):
        solve_two_stage(broken, recourse=pool)


def test_shares_are_even_for_each_beginning() -> None:
    staged = drawn_plan(32)
    shares = shares_of(staged, 2, {})
    owned = [sorted(share.anchors) for share in shares]
    assert sorted(owned[0] + owned[1]) == list(range(32))
    first = {0, 4, 8, 12, 16, 20, 24, 28}
    assert [len(first & set(ours)) for ours in owned] == [4, 4]
    # The anchor is everywhere.
    assert all(0 in share.nodes for share in shares)


def test_no_workers() -> None:
    with pytest.raises(UsageError, match="0 workers"), pool_recourse(drawn_plan(2), 0):
        pass


def test_a_worker_started_anew_is_told() -> None:
    with pytest.raises(UsageError, match="go on from the checkpoint"):
        recourse._bench("nothing")


@pytest.mark.slow
def test_a_cluster_gives_the_bytes_of_one_process_and_tells_of_a_lost_worker(
    tmp_path: Path, serial: tuple[bytes, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    from allanite.ensemble import run

    monkeypatch.setattr(run, "_WORKERS_SECONDS", 1.0)
    staged, file = drawn_plan(20), tmp_path / "search.npz"

    def solve(found: Recourse, **more: object) -> TwoStageSolution:
        return solve_two_stage(staged, RISK, gap=1e-6, recourse=found, **more)

    with cluster(tmp_path, 2) as dask:
        with cluster_recourse(staged, dask.address) as spread:
            assert bits(solve(spread)) == serial

        def kill(entry: Round) -> None:
            if entry.scenarios == 20:
                dask.workers[0].kill()
                dask.workers[0].wait()

        with (
            pytest.raises(UsageError, match=r"was lost; .* go on from the checkpoint"),
            cluster_recourse(staged, dask.address) as spread,
        ):
            solve(spread, checkpoint=file, progress=kill)
        with cluster_recourse(staged, dask.address) as spread:
            assert bits(solve(spread, checkpoint=file)) == serial
