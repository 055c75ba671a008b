"""A few large pieces of one question, worked on by several processes side by side.

For thousands of small draws see `run_tasks`. Results come in the order of the pieces, whatever
the number of workers, and are the same for any number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TypeVar

from allanite.ensemble.worker import follow_parent, one_thread
from allanite.errors import UsageError

Piece = TypeVar("Piece")
Found = TypeVar("Found")


def side_by_side(
    work: Callable[[Piece], Found],
    pieces: Sequence[Piece],
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> list[Found]:
    """What `work` finds in each piece, in their order.

    Args:
        work: a function that can be pickled, with one argument.
        pieces: the pieces; the longest first keeps all workers busy to the end.
        workers: processes; 1 works here.
        progress: called with (pieces done, pieces).

    Raises:
        UsageError: fewer than one worker, or a worker died.
    """
    if workers < 1:
        raise UsageError(f"{workers} workers; allowed: 1 or more")
    if workers == 1 or len(pieces) < 2:
        return _here(work, pieces, progress)
    pool = ProcessPoolExecutor(
        min(workers, len(pieces)), mp_context=get_context("spawn"), initializer=follow_parent
    )
    try:
        futures = [pool.submit(_with_one_thread, work, piece) for piece in pieces]
        for done, _ in enumerate(as_completed(futures), 1):
            if progress is not None:
                progress(done, len(pieces))
        return [future.result() for future in futures]
    except BrokenProcessPool as error:
        raise UsageError(
            "a worker process died; most often memory runs out: use fewer workers"
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _here(
    work: Callable[[Piece], Found],
    pieces: Sequence[Piece],
    progress: Callable[[int, int], None] | None,
) -> list[Found]:
    found = []
    for done, piece in enumerate(pieces, 1):
        found.append(_with_one_thread(work, piece))
        if progress is not None:
            progress(done, len(pieces))
    return found


def _with_one_thread(work: Callable[[Piece], Found], piece: Piece) -> Found:
    # Several threads add up in another order: here and in a worker it is one.
    with one_thread():
        return work(piece)
