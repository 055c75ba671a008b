"""What one process does with a chunk of tasks: here, in a pool, or on a cluster.

One chunk at a time in a process, numerical libraries on one thread: the order of additions,
and so the last bit of a figure, must not depend on who else computes.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cache
from math import isfinite
from multiprocessing import parent_process
from typing import Any, Final

from threadpoolctl import threadpool_limits

from allanite.ensemble.tasks import Context, Study, Task
from allanite.errors import ModelError, UsageError
from allanite.record import package_versions

Figures = dict[str, float]

_BUSY: Final = threading.Lock()
_PREPARED: Final[dict[str, Any]] = {}  # study digest -> context; the last one only


def evaluate_chunk(
    study: Study[Any], tasks: Sequence[Task], versions: Mapping[str, str]
) -> list[Figures]:
    """Figures of each task in order, in a worker process that keeps the study's context.

    Args:
        study: the question.
        tasks: draws to evaluate.
        versions: package versions of the process that asks.

    Raises:
        UsageError: this process has other package versions.
        ModelError: a figure is not a finite number.
    """
    check_versions(versions, _own_versions())
    with _BUSY, one_thread():
        context = _prepared(study)
        return [evaluate(study, context, task) for task in tasks]


def _prepared(study: Study[Context]) -> Context:
    """The study's context; the one of another study before it is let go."""
    digest = study.digest
    if digest not in _PREPARED:
        _PREPARED.clear()
        _PREPARED[digest] = study.prepare()
    context: Context = _PREPARED[digest]
    return context


def evaluate(study: Study[Context], context: Context, task: Task) -> Figures:
    """Figures of one task, sorted by name; raises `ModelError` where one is not finite."""
    figures = {name: float(value) for name, value in study.evaluate(context, task).items()}
    for name, value in figures.items():
        if not isfinite(value):
            raise ModelError(
                f"{study.name}: figure {name!r} of draw {task.index} is {value};"
                " a study gives finite figures: write what never comes as the end of the horizon"
            )
    return dict(sorted(figures.items()))


def one_thread() -> AbstractContextManager[object]:
    """Numerical libraries use one thread within."""
    limits: AbstractContextManager[object] = threadpool_limits(limits=1)
    return limits


def check_versions(wanted: Mapping[str, str], found: Mapping[str, str]) -> None:
    """Raise `UsageError` where two processes have other versions of what can change a number."""
    differing = [
        f"{name} {found.get(name, 'missing')} instead of {wanted.get(name, 'none')}"
        for name in sorted({*wanted, *found})
        if wanted.get(name) != found.get(name)
    ]
    if differing:
        raise UsageError(
            f"a worker has {', '.join(differing)}; figures could differ from worker to worker:"
            " install the same versions everywhere"
        )


def follow_parent() -> None:
    """End this process as soon as the one that started it has ended, even if it was killed."""
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@cache
def _own_versions() -> dict[str, str]:
    return package_versions()
