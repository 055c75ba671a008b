"""Equal bytes wherever tasks are computed; processes that die; runs that are killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from toy_study import TASKS, UNKNOWNS, Faulty, Threads, Toy, bits, lines, wait_for

from allanite.ensemble.design import draw_tasks
from allanite.ensemble.run import MAX_REBUILDS, run_tasks
from allanite.ensemble.worker import check_versions
from allanite.errors import DataError, Finding, ModelError, SolveError, UsageError

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def serial() -> list[list[tuple[str, str]]]:
    return bits(run_tasks(Toy(), TASKS))


def test_results_come_in_the_order_of_the_tasks(serial: list[object]) -> None:
    turned = bits(run_tasks(Toy(), TASKS[::-1]))
    assert turned[::-1] == serial
    assert len({str(row) for row in serial}) == len(TASKS)


def test_stored_results_have_the_same_bytes(tmp_path: Path, serial: list[object]) -> None:
    run_tasks(Toy(), TASKS, folder=tmp_path / "draws")
    assert bits(run_tasks(Toy(), TASKS, folder=tmp_path / "draws")) == serial


@pytest.mark.parametrize("workers", [2, 3])
def test_a_pool_gives_the_same_bytes(tmp_path: Path, serial: list[object], workers: int) -> None:
    found = run_tasks(Toy(log=tmp_path), TASKS, workers=workers, folder=tmp_path / "draws")
    assert bits(found) == serial
    prepared = lines(tmp_path, "prepared")
    assert len(prepared) == len(set(prepared)) <= workers  # once in each process
    assert str(os.getpid()) not in prepared
    assert sorted(map(int, lines(tmp_path, "evaluated"))) == list(range(len(TASKS)))


@pytest.mark.parametrize("workers", [1, 2])
def test_numerical_libraries_use_one_thread(workers: int) -> None:
    results = run_tasks(Threads(), TASKS[:4], workers=workers)
    assert [result["threads"] for result in results] == [1.0] * 4


def test_chunks_of_many_tasks_give_the_same_bytes(tmp_path: Path) -> None:
    tasks = draw_tasks(UNKNOWNS, 600, 1)  # three to a chunk
    found = run_tasks(Toy(), tasks, folder=tmp_path / "draws")
    assert len(list((tmp_path / "draws").glob("chunk-*.json"))) == 200
    assert bits(found)[:40] == bits(run_tasks(Toy(), TASKS))
    assert bits(run_tasks(Toy(), tasks, folder=tmp_path / "draws")) == bits(found)


def test_progress_counts_what_is_stored(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    run_tasks(Toy(), TASKS[:3], folder=tmp_path / "draws")
    run_tasks(Toy(), TASKS[:5], folder=tmp_path / "draws", progress=lambda *n: seen.append(n))
    assert seen == [(3, 5), (4, 5), (5, 5)]


def test_no_tasks_give_no_results(tmp_path: Path) -> None:
    assert run_tasks(Toy(log=tmp_path), []) == []
    assert lines(tmp_path, "prepared") == []


def test_a_pool_that_breaks_is_built_again(tmp_path: Path, serial: list[object]) -> None:
    study = Toy(log=tmp_path, victim=20, deaths=2)
    found = run_tasks(study, TASKS, workers=2, folder=tmp_path / "draws")
    assert bits(found) == serial
    assert len(list(tmp_path.glob("mark-*"))) == 2


def test_a_pool_is_given_up_where_workers_go_on_dying(tmp_path: Path) -> None:
    study = Toy(log=tmp_path, victim=0, deaths=99)
    with pytest.raises(UsageError, match=r"died 4 times.*draws left"):
        run_tasks(study, TASKS[:4], workers=2)
    assert len(list(tmp_path.glob("mark-*"))) == MAX_REBUILDS + 1


FINDING = Finding(table="a", place="row 1", found="-1", allowed="0", remedy="Fix it.")


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    "fault",
    [
        ModelError("a draw that cannot be built"),
        DataError([FINDING]),
        SolveError("unbounded", "too cheap"),
        ZeroDivisionError("a bug"),
    ],
)
def test_what_a_study_raises_passes_through(workers: int, fault: Exception) -> None:
    with pytest.raises(type(fault)) as caught:
        run_tasks(Faulty(fault), TASKS[:3], workers=workers)
    assert str(caught.value) == str(fault)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_figures_must_be_finite(tmp_path: Path, value: float) -> None:
    with pytest.raises(ModelError, match=f"figure 'figure' of draw 0 is {value}"):
        run_tasks(Faulty(value=value), TASKS[:1], folder=tmp_path / "draws")
    assert not list((tmp_path / "draws").glob("chunk-*"))


def test_an_error_leaves_what_was_computed(tmp_path: Path, serial: list[object]) -> None:
    def stop(done: int, total: int) -> None:
        if done >= 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_tasks(Toy(log=tmp_path), TASKS, workers=2, folder=tmp_path / "draws", progress=stop)
    assert len(list((tmp_path / "draws").glob("chunk-*"))) == 5
    assert bits(run_tasks(Toy(), TASKS, folder=tmp_path / "draws")) == serial


KILLED = """
import sys
from pathlib import Path
from toy_study import UNKNOWNS, Toy
from allanite.ensemble.design import draw_tasks
from allanite.ensemble.run import run_tasks

if __name__ == "__main__":
    log, workers = Path(sys.argv[1]), int(sys.argv[2])
    study = Toy(log=log, pause=0.05)
    run_tasks(study, draw_tasks(UNKNOWNS, 40, 1), workers=workers, folder=log / "draws")
"""


def is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    except FileNotFoundError:
        return False
    return state[0] != "Z"


@pytest.mark.parametrize("workers", [1, 2])
def test_a_killed_run_goes_on_from_what_is_stored(
    tmp_path: Path, serial: list[object], workers: int
) -> None:
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    path = os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")])
    folder = tmp_path / "draws"
    command = [sys.executable, str(script), str(tmp_path), str(workers)]
    with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": path}) as run:
        try:
            wait_for(lambda: len(list(folder.glob("chunk-*.json"))) >= 8)
        finally:
            run.send_signal(signal.SIGKILL)
    assert run.returncode == -signal.SIGKILL
    started = map(int, lines(tmp_path, "prepared"))
    wait_for(lambda: not any(is_running(process) for process in started))  # no worker stays
    stored = len(list(folder.glob("chunk-*.json")))
    before = lines(tmp_path, "evaluated")
    assert 8 <= stored < len(TASKS)

    found = run_tasks(Toy(log=tmp_path), TASKS, folder=folder)

    assert bits(found) == serial
    again = lines(tmp_path, "evaluated")[len(before) :]
    assert len(again) == len(TASKS) - stored
    assert len(set(before) & set(again)) <= 2 * workers  # only what was under way


def test_arguments_that_do_not_fit_are_refused() -> None:
    with pytest.raises(UsageError, match="0 workers"):
        run_tasks(Toy(), TASKS, workers=0)
    with pytest.raises(UsageError, match="tcp://host:8786"):
        run_tasks(Toy(), TASKS, scheduler="cluster.example")
    with pytest.raises(UsageError, match="exclude one another"):
        run_tasks(Toy(), TASKS, workers=2, scheduler="tcp://127.0.0.1:1")


def test_workers_of_other_versions_are_refused() -> None:
    check_versions({"numpy": "2.4"}, {"numpy": "2.4"})
    with pytest.raises(UsageError, match=r"numpy 2.3 instead of 2.4, scipy missing instead of 1"):
        check_versions({"numpy": "2.4", "scipy": "1"}, {"numpy": "2.3"})
