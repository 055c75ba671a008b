"""A command in processes of its own, with a limit: what it used of memory and processors."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(slots=True)
class Use:
    """What a process and those it started have used so far."""

    peak: float = 0.0  # of memory [bytes]
    seconds: float = 0.0  # of processors

    def watch(self, process: psutil.Process) -> None:
        """Look once more."""
        memory = seconds = 0.0
        try:
            family = [process, *process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return
        for one in family:
            try:
                times = one.cpu_times()
                memory += one.memory_info().rss
                seconds += times.user + times.system
            except psutil.NoSuchProcess:
                continue
        self.peak, self.seconds = max(self.peak, memory), max(self.seconds, seconds)


def run_apart(command: Sequence[str], track: Path, limit: float) -> tuple[Use, str]:
    """Run it in processes of its own, to the limit; what it used, and how it ended.

    It ended by itself where nothing is said.
    """
    # Open MPI starts nothing for the user root unless told twice.
    allowed = {f"OMPI_ALLOW_RUN_AS_ROOT{more}": "1" for more in ("", "_CONFIRM")}
    use, started = Use(), None
    with track.with_suffix(".txt").open("w") as out:
        child = psutil.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, **allowed}
        )
        while child.poll() is None:
            time.sleep(0.1)
            use.watch(child)
            if started is None and track.exists():
                started = time.perf_counter()
            if started is not None and time.perf_counter() - started > limit:
                end(child)
                return use, "limit"
    return use, "failed" if child.returncode else ""


def end(process: psutil.Process) -> None:
    """End a process and those it started."""
    family = [*process.children(recursive=True), process]
    for one in family:
        try:
            one.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(family, timeout=10)
