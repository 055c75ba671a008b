"""Runs the tasks of a study: in this process, in a pool of processes, or on a Dask cluster.

Where and in what order a task is computed never shows in its result. Results come back to
this process, which alone writes them; workers need no common folder. The only file that
imports distributed, and only when a cluster is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from math import ceil
from multiprocessing import get_context
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final, TypeVar

from allanite.ensemble.stored import open_folder, store_chunk
from allanite.ensemble.tasks import Study, Task, task_key
from allanite.ensemble.worker import (
    Figures,
    evaluate,
    evaluate_chunk,
    follow_parent,
    one_thread,
)
from allanite.errors import UsageError
from allanite.record import package_versions

if TYPE_CHECKING:
    from distributed import Client

Progress = Callable[[int, int], object]
Chunk = tuple[Task, ...]
Done = tuple[Chunk, list[Figures]]
Key = TypeVar("Key")

MAX_REBUILDS: Final = 3
_CHUNKS_WANTED: Final = 256
_CHUNK_MAX: Final = 64
_CONNECT_SECONDS: Final = 10.0
_WORKERS_SECONDS: Final = 30.0
_PROTOCOLS: Final = ("tcp://", "tls://")


def run_tasks(
    study: Study[Any],
    tasks: Sequence[Task],
    *,
    workers: int = 1,
    scheduler: str | None = None,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> list[Mapping[str, float]]:
    """Figures of every task, in their order; equal bytes wherever they are computed.

    Args:
        study: the question.
        tasks: its draws.
        workers: processes on this machine; 1 computes in this one.
        scheduler: address of a Dask scheduler, `tcp://host:port`, instead of `workers`.
        folder: where results are kept; what is there already is not computed again.
        progress: told how many tasks are done, and of how many.

    Raises:
        UsageError: arguments that do not fit, a folder of another study, a cluster that does
            not answer, workers that die again and again.
        ModelError: a figure is not finite. What the study raises passes through.
    """
    _check_arguments(workers, scheduler)
    digest = study.digest
    keys = [task_key(digest, task) for task in tasks]
    with _kept(study, folder) as stored:
        known: dict[str, Figures] = {key: stored[key] for key in keys if key in stored}
        report = progress or (lambda done, total: None)
        report(len(known), len(keys))
        missing = [task for task, key in zip(tasks, keys, strict=True) if key not in known]
        with closing(_computed(study, missing, workers, scheduler)) as computed:
            for chunk, rows in computed:
                fresh = {task_key(digest, task): row for task, row in zip(chunk, rows, strict=True)}
                if folder is not None:
                    store_chunk(folder, digest, fresh)
                known.update(fresh)
                report(len(known), len(keys))
    return [known[key] for key in keys]


def _kept(study: Study[Any], folder: Path | None) -> AbstractContextManager[Mapping[str, Figures]]:
    return nullcontext({}) if folder is None else open_folder(folder, study)


def _check_arguments(workers: int, scheduler: str | None) -> None:
    if workers < 1:
        raise UsageError(f"{workers} workers; one or more are needed")
    if scheduler is None:
        return
    if not scheduler.startswith(_PROTOCOLS):
        raise UsageError(f"scheduler {scheduler!r}; an address such as tcp://host:8786 is needed")
    if workers != 1:
        raise UsageError("workers and a scheduler exclude one another: the cluster has its own")


def _computed(
    study: Study[Any], tasks: Sequence[Task], workers: int, scheduler: str | None
) -> Generator[Done, None, None]:
    """Chunks of the tasks with their figures, as they come."""
    chunks = _cut(tasks)
    if not chunks:
        return
    if scheduler is not None:
        yield from _on_cluster(study, chunks, scheduler)
    elif workers > 1:
        yield from _in_pool(study, chunks, workers)
    else:
        yield from _here(study, chunks)


def _cut(tasks: Sequence[Task]) -> list[Chunk]:
    """Chunks small enough to lose, large enough that handing them over costs little."""
    size = min(_CHUNK_MAX, max(1, ceil(len(tasks) / _CHUNKS_WANTED)))
    return [tuple(tasks[i : i + size]) for i in range(0, len(tasks), size)]


def _here(study: Study[Any], chunks: Sequence[Chunk]) -> Iterator[Done]:
    with one_thread():
        context = study.prepare()
    for chunk in chunks:
        with one_thread():
            rows = [evaluate(study, context, task) for task in chunk]
        yield chunk, rows


def _in_pool(study: Study[Any], chunks: Sequence[Chunk], workers: int) -> Iterator[Done]:
    """The chunks in a pool; a pool that breaks because a worker died is built again."""
    pending = list(chunks)
    for _ in range(MAX_REBUILDS + 1):
        try:
            for chunk, rows in _in_one_pool(study, pending, workers):
                pending.remove(chunk)
                yield chunk, rows
        except BrokenProcessPool:
            continue
        return
    raise UsageError(
        f"worker processes died {MAX_REBUILDS + 1} times, the last time with"
        f" {sum(map(len, pending))} draws left; most often memory runs out: use fewer workers"
    )


def _in_one_pool(study: Study[Any], chunks: Sequence[Chunk], workers: int) -> Iterator[Done]:
    versions = package_versions()
    pool = ProcessPoolExecutor(
        min(workers, len(chunks)), mp_context=get_context("spawn"), initializer=follow_parent
    )
    try:
        futures: dict[Any, Chunk] = {
            pool.submit(evaluate_chunk, study, chunk, versions): chunk for chunk in chunks
        }
        yield from finished(futures)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def finished(
    futures: dict[Any, Key], check: Callable[[], None] | None = None
) -> Iterator[tuple[Key, Any]]:
    """Keys of the futures and their results, as they come.

    Args:
        futures: what is waited for; emptied on the way.
        check: called whenever none has come for a while.
    """
    done: SimpleQueue[Any] = SimpleQueue()
    for future in futures:
        future.add_done_callback(done.put)
    while futures:
        try:
            future = done.get(timeout=_WORKERS_SECONDS)
        except Empty:
            if check is not None:
                check()
            continue
        yield futures.pop(future), future.result()


def _on_cluster(study: Study[Any], chunks: Sequence[Chunk], scheduler: str) -> Iterator[Done]:
    """The chunks on a cluster; what a dying worker held is computed by the others."""
    versions = package_versions()
    with connected(scheduler) as client, explained(scheduler):
        check_workers(client, scheduler)
        futures: dict[Any, Chunk] = {
            client.submit(evaluate_chunk, study, chunk, versions, pure=False): chunk
            for chunk in chunks
        }
        yield from finished(futures, lambda: check_workers(client, scheduler))


@contextmanager
def connected(scheduler: str) -> Iterator[Client]:
    """A client of the cluster; raises `UsageError` where none answers."""
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError(
            "a cluster needs one more package: pip install allanite[cluster]"
        ) from error
    try:
        client = Client(scheduler, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(f"no Dask scheduler answers at {scheduler}") from error
    with client:
        yield client


@contextmanager
def explained(scheduler: str) -> Iterator[None]:
    """What goes wrong with a cluster, in words."""
    from distributed import CancelledError, KilledWorker

    try:
        yield
    except KilledWorker as error:
        raise UsageError(
            f"workers of {scheduler} died again and again over the same draws; most often"
            " memory runs out: give each worker more"
        ) from error
    except CancelledError as error:
        raise UsageError(
            f"the connection to {scheduler} was lost; start the cluster again:"
            " a run with a folder goes on from what is stored"
        ) from error


def check_workers(client: Client, scheduler: str) -> None:
    """Raise `UsageError` where the cluster has no worker and none comes."""
    try:
        client.wait_for_workers(1, timeout=_WORKERS_SECONDS)
    except TimeoutError as error:
        raise UsageError(
            f"the scheduler at {scheduler} has no workers; start some:"
            f" dask worker {scheduler} --nthreads 1"
        ) from error
