"""A real Dask scheduler with worker processes, for tests that kill some of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from distributed import Client
from toy_study import wait_for

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Cluster:
    address: str
    scheduler: subprocess.Popen[bytes]
    workers: tuple[subprocess.Popen[bytes], ...]


def environment() -> dict[str, str]:
    path = os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PYTHONPATH": path, "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "10s"}


@contextmanager
def process(module: str, *arguments: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", f"distributed.cli.{module}", "--no-dashboard", *arguments]
    with (
        log.open("wb") as output,
        subprocess.Popen(command, env=environment(), stdout=output, stderr=output) as started,
    ):
        try:
            yield started
        finally:
            started.kill()


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    """A scheduler on a free port of the loopback, and workers of one thread each."""
    file = folder / "scheduler.json"
    with ExitStack() as stack:
        place = ("--host", "127.0.0.1")
        address = ("--port", "0", "--scheduler-file", str(file))
        scheduler = stack.enter_context(
            process("dask_scheduler", *place, *address, log=folder / "scheduler.log")
        )
        wait_for(file.exists)
        options = ("--scheduler-file", str(file), "--nthreads", "1", "--no-nanny")
        started = tuple(
            stack.enter_context(
                process(
                    "dask_worker",
                    *options,
                    *place,
                    "--local-directory",
                    str(folder / f"worker-{i}"),
                    log=folder / f"worker-{i}.log",
                )
            )
            for i in range(workers)
        )
        found = json.loads(file.read_text(encoding="utf-8"))["address"]
        with Client(found, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=60)
        yield Cluster(found, scheduler, started)
