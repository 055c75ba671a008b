"""The run record: what was asked, of which data, with which versions.

It holds everything needed to repeat a run and nothing about the machine or the person
that made it: no host, user or path names.
"""

from __future__ import annotations

import json
import platform
import resource
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any

RECORDED_PACKAGES = (
    "allanite",
    "numpy",
    "scipy",
    "pyarrow",
    "duckdb",
    "highspy",
    "piqp",
    "vl-convert-python",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """What produced a result.

    Attributes:
        command: the command in the words of the CLI, without paths.
        parameters: every parameter, defaults resolved.
        data_digest: sha256 over the manifest of the data release.
        seed: seed of every random draw; None where nothing is drawn.
        versions: package -> version.
        seconds: wall time [s]; not part of the digest of a result.
        peak_memory: peak resident memory of the process [MiB].
    """

    command: str
    parameters: Mapping[str, Any]
    data_digest: str
    seed: int | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    peak_memory: float = 0.0

    def to_json(self) -> str:
        """The record as JSON text with sorted keys."""
        return json.dumps(asdict(self), indent=2, sort_keys=True, default=str, ensure_ascii=False)


def package_versions() -> dict[str, str]:
    """Versions of the packages that can change a number, and of Python."""
    found = {"python": platform.python_version()}
    for name in RECORDED_PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def peak_memory() -> float:
    """Peak resident memory of this process [MiB]."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024**2 if sys.platform == "darwin" else 1024)


@dataclass(slots=True)
class Stopwatch:
    """Wall time since it was made."""

    started: float = field(default_factory=time.perf_counter)

    def seconds(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self.started
