"""A real Dask scheduler with real worker processes, some of which are killed."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import pytest
from dask_cluster import cluster
from toy_study import TASKS, Faulty, Toy, bits, lines

from allanite.ensemble import run
from allanite.ensemble.run import run_tasks
from allanite.errors import DataError, Finding, UsageError


@pytest.mark.slow
def test_a_cluster_gives_the_bytes_of_one_process_though_a_worker_is_killed(
    tmp_path: Path,
) -> None:
    serial = run_tasks(Toy(), TASKS)
    killed: list[int] = []

    with cluster(tmp_path, 2) as found:

        def kill(done: int, total: int) -> None:
            if done >= 5 and not killed and len(set(lines(tmp_path, "prepared"))) == 2:
                found.workers[0].send_signal(signal.SIGKILL)
                killed.append(done)

        study = Toy(log=tmp_path, pause=0.2)
        folder = tmp_path / "draws"
        results = run_tasks(study, TASKS, scheduler=found.address, folder=folder, progress=kill)
        assert found.workers[0].wait() == -signal.SIGKILL
        assert found.workers[1].poll() is None

    assert bits(results) == bits(serial)
    assert killed
    assert killed[0] < len(TASKS) - 5
    prepared = lines(tmp_path, "prepared")
    assert sorted(prepared) == sorted(str(worker.pid) for worker in found.workers)
    assert bits(run_tasks(Toy(), TASKS, folder=folder)) == bits(serial)


@pytest.mark.slow
def test_faults_of_a_cluster_are_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "_WORKERS_SECONDS", 1.0)
    finding = Finding(table="a", place="row 1", found="-1", allowed="0", remedy="Fix it.")
    with cluster(tmp_path, 1) as found:
        with pytest.raises(DataError) as caught:
            run_tasks(Faulty(DataError([finding])), TASKS[:2], scheduler=found.address)
        assert caught.value.findings == (finding,)

        monkeypatch.setattr(run, "package_versions", lambda: {"numpy": "0"})
        with pytest.raises(UsageError, match="install the same versions everywhere"):
            run_tasks(Toy(), TASKS[:2], scheduler=found.address)
        monkeypatch.undo()
        monkeypatch.setattr(run, "_WORKERS_SECONDS", 1.0)

        def kill_the_worker(done: int, total: int) -> None:
            if done == 2:
                found.workers[0].kill()

        folder = tmp_path / "draws"
        with pytest.raises(UsageError, match=r"has no workers; start some: dask worker tcp://"):
            run_tasks(
                Toy(log=tmp_path, pause=0.1),
                TASKS,
                scheduler=found.address,
                folder=folder,
                progress=kill_the_worker,
            )
        assert len(list(folder.glob("chunk-*"))) >= 2


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_CONNECT_SECONDS", 0.5)
    with pytest.raises(UsageError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1"):
        run_tasks(Toy(), TASKS, scheduler="tcp://127.0.0.1:1")


@pytest.mark.slow
def test_a_scheduler_that_dies_is_told_in_words(tmp_path: Path) -> None:
    with cluster(tmp_path, 1) as found:

        def kill_the_scheduler(done: int, total: int) -> None:
            if done == 2:
                found.scheduler.kill()

        started = time.monotonic()
        with pytest.raises(UsageError, match=r"connection to tcp://.* was lost"):
            run_tasks(
                Toy(log=tmp_path, pause=0.1),
                TASKS,
                scheduler=found.address,
                progress=kill_the_scheduler,
            )
        assert time.monotonic() - started < 60


def test_without_the_package_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"pip install allanite\[cluster\]"):
        run_tasks(Toy(), TASKS, scheduler="tcp://127.0.0.1:1")
    assert len(run_tasks(Toy(), TASKS[:2])) == 2
