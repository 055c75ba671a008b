"""A small study with real arithmetic, for tests and for the processes they start."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info

from allanite.axis import FloatArray
from allanite.ensemble.design import draw_tasks
from allanite.ensemble.tasks import Task, study_digest
from allanite.ensemble.unknowns import (
    Choice,
    Group,
    Integer,
    Lognormal,
    Triangular,
    Uniform,
    Unknown,
)

UNKNOWNS = (
    Unknown("approval_share", Triangular(0.2, 0.5, 0.9), "Share of licences granted."),
    Unknown("demand_change", Uniform(-0.1, 0.2)),
    Unknown("stock_amount", Lognormal(50.0, 100.0, 400.0)),
    Unknown("delay", Integer(0, 3)),
    Unknown("reading", Choice(("observed", "de_jure"), (3.0, 1.0))),
    Unknown("observations", Group()),
)
TASKS = draw_tasks(UNKNOWNS, 40, 1)


@dataclass(frozen=True, slots=True)
class Toy:
    """A system of linear equations, disturbed by the draw, solved again in every task.

    Attributes:
        size: equations.
        log: folder in which each task evaluated leaves a line; not part of the question.
        pause: how long one task takes at least [s]; not part of the question.
        victim: index of a task that kills its process; -1: none.
        deaths: how often it does so before it gives its figures.
    """

    size: int = 24
    log: Path | None = None
    pause: float = 0.0
    victim: int = -1
    deaths: int = 0

    @property
    def name(self) -> str:
        return "toy"

    @property
    def digest(self) -> str:
        return study_digest("toy", {"size": self.size}, "0" * 64)

    def prepare(self) -> FloatArray:
        self._write("prepared", str(os.getpid()))
        generator = np.random.default_rng(7)
        return np.eye(self.size) * self.size + generator.random((self.size, self.size))

    def evaluate(self, context: FloatArray, task: Task) -> Mapping[str, float]:
        self._write("evaluated", str(task.index))
        if task.index == self.victim:
            self._die()
        if self.pause:
            time.sleep(self.pause)
        values = task.values
        redraw = task.group_generator("observations").normal(size=self.size)
        right = 1.0 + float(values["demand_change"]) + 0.1 * redraw
        found = np.linalg.solve(context, right) + 1e-3 * task.generator().normal(size=self.size)
        factor = float(values["approval_share"]) * (0.5 if values["reading"] == "de_jure" else 1.0)
        return {
            "shortage": float(found.sum() * factor / 3.0),
            "cover": float(np.asarray(float(values["stock_amount"]) / (1.0 + found[0]))),
            "months": np.float64(int(values["delay"]) + found[-1]),
        }

    def _write(self, name: str, line: str) -> None:
        if self.log is not None:
            with (self.log / name).open("a", encoding="utf-8") as file:
                file.write(line + "\n")

    def _die(self) -> None:
        assert self.log is not None
        marks = len(list(self.log.glob("mark-*")))
        if marks < self.deaths:
            (self.log / f"mark-{marks}").touch()
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Faulty:
    """A study that breaks in a chosen way."""

    fault: Exception | None = None
    value: float = 1.0

    @property
    def name(self) -> str:
        return "faulty"

    @property
    def digest(self) -> str:
        return hashlib.sha256(repr((self.fault, self.value)).encode()).hexdigest()

    def prepare(self) -> None:
        return None

    def evaluate(self, context: None, task: Task) -> Mapping[str, float]:
        if self.fault is not None:
            raise self.fault
        return {"figure": self.value}


@dataclass(frozen=True, slots=True)
class Threads:
    """How many threads the numerical libraries may use while a task is computed."""

    name: str = "threads"
    digest: str = "1" * 64

    def prepare(self) -> None:
        return None

    def evaluate(self, context: None, task: Task) -> Mapping[str, float]:
        return {"threads": max(library["num_threads"] for library in threadpool_info())}


def lines(folder: Path, name: str) -> list[str]:
    """What the processes have written under a name so far."""
    path = folder / name
    return path.read_text(encoding="utf-8").split() if path.exists() else []


def bits(results: Sequence[Mapping[str, float]]) -> list[list[tuple[str, str]]]:
    """Names and values to the last bit, in the order they came."""
    return [[(name, value.hex()) for name, value in result.items()] for result in results]


def wait_for(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until something has come about; fail if it does not."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)
