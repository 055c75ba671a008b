"""What a method has proven and found, and when: a file of lines that survives its being stopped.

Reads and writes nothing but standard Python and numpy, so that a peer in another Python uses it.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

Line = dict[str, Any]


@dataclass(slots=True)
class Track:
    """A clock that starts now, and the file it writes to."""

    file: Path
    started: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        self.file.write_text("")

    @property
    def seconds(self) -> float:
        """Wall time since the start."""
        return time.perf_counter() - self.started

    def note(self, **found: Any) -> None:
        """One more line: `lower` and `upper` bound, `status`, whatever else is told.

        A first stage given as `value` goes to a file beside it; the last one stays.
        """
        value = found.pop("value", None)
        if value is not None:
            partial = self.file.with_suffix(".partial.npy")
            np.save(partial, np.asarray(value, dtype=np.float64))
            partial.replace(self.file.with_suffix(".npy"))
        with self.file.open("a") as file:
            file.write(json.dumps({"seconds": self.seconds, **found}) + "\n")


def read_track(file: Path) -> tuple[list[Line], np.ndarray | None]:
    """Lines in order, and the last first stage."""
    lines = file.read_text().splitlines() if file.exists() else []
    value = file.with_suffix(".npy")
    return [json.loads(line) for line in lines], np.load(value) if value.exists() else None
