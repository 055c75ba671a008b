"""Pure tasks: what one draw of a study is, and the key that its result is kept under.

A task holds everything that may differ between two draws. Its key is a digest of the study
and of the task, so a stored result is the answer to exactly one question and a run that was
stopped goes on from what is stored. Nothing in a task depends on who computes it, or when.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import numpy as np

from allanite.record import package_versions

Value = float | int | str
Context = TypeVar("Context")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One draw.

    Attributes:
        index: position among the tasks of the run, from 0.
        seed: entropy of the run, the same in all its tasks.
        stream: which random stream under `seed` the task reads. Plain draws have each their
            own, equal to the index; in a pick-freeze design the runs that are compared with one
            another share one, so that what is not drawn as an unknown stays as it is.
        values: drawn value of each unknown; an unknown that is missing stays as it is known.
    """

    index: int
    seed: int
    stream: int
    values: Mapping[str, Value] = field(default_factory=dict)

    def generator(self) -> np.random.Generator:
        """The task's own random numbers, the same on every call and every machine."""
        return np.random.default_rng(np.random.SeedSequence(self.seed, spawn_key=(self.stream,)))

    def group_generator(self, name: str) -> np.random.Generator:
        """Random numbers that the drawn value of one `Group` sets, and nothing else does.

        Raises:
            KeyError: no value of that name was drawn.
        """
        return np.random.default_rng(np.random.SeedSequence(int(self.values[name])))


class Study(Protocol[Context]):
    """A question with figures for an answer: a light frozen specification that can be pickled.

    `evaluate` must be pure: the same context and the same task give the same figures, bit for
    bit, whatever was evaluated before. Figures are finite; a time that never comes is written
    as the end of the horizon.
    """

    @property
    def name(self) -> str:
        """What is asked, in a few words for people."""
        ...

    @property
    def digest(self) -> str:
        """Digest of everything that can change a figure; see `study_digest`."""
        ...

    def prepare(self) -> Context:
        """What all tasks share and is slow to make; called once in each process."""
        ...

    def evaluate(self, context: Context, task: Task) -> Mapping[str, float]:
        """Figures of one draw by name."""
        ...


def canonical_json(content: Mapping[str, Any]) -> str:
    """JSON with sorted names and no spaces: equal content gives equal text.

    Raises:
        ValueError: a number that is not finite.
    """
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), allow_nan=False, ensure_ascii=True
    )


def study_digest(command: str, parameters: Mapping[str, Any], data_digest: str) -> str:
    """Digest of a study: its command, parameters, data, and the packages that set a number.

    Args:
        command: the question in the words of the command line.
        parameters: every parameter with defaults resolved, of values that JSON knows.
        data_digest: digest of the data release.
    """
    content = {
        "command": command,
        "parameters": dict(parameters),
        "data": data_digest,
        "versions": package_versions(),
    }
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()


def task_key(digest: str, task: Task) -> str:
    """The key of a task's result in the study of that digest."""
    content = {
        "index": task.index,
        "seed": task.seed,
        "stream": task.stream,
        "values": dict(task.values),
    }
    return hashlib.sha256((digest + canonical_json(content)).encode()).hexdigest()
