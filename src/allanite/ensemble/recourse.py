"""Scenarios of a plan over processes that stay: a pool on this machine, or a Dask cluster.

Each process owns some scenarios from beginning to end, because it keeps their bases; which ones
never shows in what is found. Should a process die, its bases are lost: the search stops with a
message, and goes on from its checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from typing import Any, Final
from uuid import uuid4

import numpy as np

from allanite.axis import FloatArray, IntArray
from allanite.ensemble.run import check_workers, connected, explained, finished
from allanite.ensemble.worker import check_versions, follow_parent, one_thread
from allanite.errors import UsageError
from allanite.program.highs import Option
from allanite.program.recourse import (
    Bench,
    Outcomes,
    Recourse,
    Saved,
    SerialRecourse,
    anchors_of,
    new_anchors,
)
from allanite.program.search import nested_order
from allanite.program.staged import NodeProgram, StagedProgram
from allanite.record import package_versions

Call = tuple[Callable[..., Any], tuple[Any, ...]]
# What each process, by position, is asked; its answers in the same order.
CallAll = Callable[[Mapping[int, Call]], Mapping[int, Any]]

_BENCHES: Final[dict[str, Bench]] = {}  # of this process, by the name of the search


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Share:
    """What one process needs: its scenarios, and the anchors they start from."""

    nodes: Mapping[int, NodeProgram]
    anchors: Mapping[int, int]
    options: Mapping[str, Option]


@contextmanager
def pool_recourse(
    staged: StagedProgram, workers: int, options: Mapping[str, Option] | None = None
) -> Iterator[Recourse]:
    """What answers for the scenarios, in so many processes; 1 answers in this one.

    Args:
        staged: a programme in two stages.
        workers: processes, each with one thread.
        options: further options of HiGHS by name.

    Raises:
        UsageError: fewer than one worker, or a worker died.
    """
    if workers < 1:
        raise UsageError(f"{workers} workers; allowed: 1 or more")
    if workers == 1:
        yield SerialRecourse(staged=staged, options=options or {})
        return
    shares = shares_of(staged, min(workers, len(staged.nodes) - 1), options or {})
    pools = [
        ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=follow_parent)
        for _ in shares
    ]
    try:
        yield _spread(staged, shares, partial(_call_pools, pools))
    finally:
        for pool in pools:
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def cluster_recourse(
    staged: StagedProgram, scheduler: str, options: Mapping[str, Option] | None = None
) -> Iterator[Recourse]:
    """What answers for the scenarios, on the workers that a Dask cluster has at the start.

    Args:
        staged: a programme in two stages.
        scheduler: address, `tcp://host:port`.
        options: further options of HiGHS by name.

    Raises:
        UsageError: no cluster answers, other package versions there, or a worker was lost.
    """
    with connected(scheduler) as client, explained(scheduler):
        check_workers(client, scheduler)
        addresses = sorted(client.nthreads())
        count = min(len(addresses), len(staged.nodes) - 1)
        shares = shares_of(staged, count, options or {})
        call_all = partial(_call_cluster, client, scheduler, addresses[:count])
        spread = _spread(staged, shares, call_all)
        yield spread
        call_all(dict.fromkeys(range(count), (_forget, (spread.name,))))


def shares_of(
    staged: StagedProgram, workers: int, options: Mapping[str, Option]
) -> tuple[Share, ...]:
    """The scenarios dealt out in nested order, so that each beginning of it is even."""
    order, anchors = nested_order(len(staged.nodes) - 1), anchors_of(staged)
    shares = []
    for worker in range(workers):
        ours = sorted(order[worker::workers].tolist())
        needed = {*ours, *(anchors[scenario] for scenario in ours)}
        shares.append(
            Share(
                nodes={scenario: staged.nodes[scenario + 1] for scenario in sorted(needed)},
                anchors={scenario: anchors[scenario] for scenario in ours},
                options=options,
            )
        )
    return tuple(shares)


@dataclass(kw_only=True, eq=False)
class SpreadRecourse:
    """Scenarios over several processes; thrown away after use.

    Args:
        name: of the search, told from any other.
        anchors: scenario -> the scenario whose basis it starts from the first time.
        owner: scenario -> position of the process that keeps its basis.
        states: columns of the state.
        call_all: asks processes and waits for all of them.
    """

    name: str
    anchors: Mapping[int, int]
    owner: Mapping[int, int]
    states: int
    call_all: CallAll
    _started: set[int] = field(default_factory=set, init=False)

    def evaluate(self, state: FloatArray, scenarios: IntArray) -> Outcomes:
        """What these scenarios cost at a state; errors as `Bench.evaluate`."""
        asked = scenarios.tolist()
        anchors = new_anchors(self.anchors, self._started, asked)
        self._started.update(asked)
        parts: dict[int, list[int]] = {worker: [] for worker in set(self.owner.values())}
        for scenario in asked:
            parts[self.owner[scenario]].append(scenario)
        calls: dict[int, Call] = {
            worker: (_evaluate, (self.name, state, ours, anchors))
            for worker, ours in parts.items()
            if ours or anchors
        }
        return self._merged(asked, parts, self.call_all(calls))

    def _merged(
        self, asked: Sequence[int], parts: Mapping[int, list[int]], found: Mapping[int, Outcomes]
    ) -> Outcomes:
        place = {scenario: i for i, scenario in enumerate(asked)}
        cost, violation = np.zeros(len(asked)), np.zeros(len(asked))
        gradient = np.zeros((len(asked), self.states))
        iterations = np.zeros(len(asked), dtype=np.int64)
        for worker, outcomes in found.items():
            at = [place[scenario] for scenario in parts[worker]]
            cost[at], violation[at] = outcomes.cost, outcomes.violation
            gradient[at], iterations[at] = outcomes.gradient, outcomes.iterations
        return Outcomes(cost=cost, violation=violation, gradient=gradient, iterations=iterations)

    def save(self) -> Saved:
        """Bases of all processes, and which scenarios were asked for."""
        saved: Saved = {"started": np.array(sorted(self._started), dtype=np.int64)}
        workers = sorted(set(self.owner.values()))
        found = self.call_all(dict.fromkeys(workers, (_save, (self.name,))))
        for worker in workers:
            saved.update(found[worker])
        return saved

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Go on from saved bases, of any number of processes."""
        bases = {name: codes for name, codes in saved.items() if name != "started"}
        self._started.clear()
        self._started.update(saved["started"].tolist())
        workers = set(self.owner.values())
        self.call_all(dict.fromkeys(workers, (_restore, (self.name, bases))))


def _spread(staged: StagedProgram, shares: Sequence[Share], call_all: CallAll) -> SpreadRecourse:
    """The recourse over these shares, which are handed out here."""
    name, versions = uuid4().hex, package_versions()
    call_all({i: (_start, (name, share, versions)) for i, share in enumerate(shares)})
    return SpreadRecourse(
        name=name,
        anchors=anchors_of(staged),
        owner={scenario: i for i, share in enumerate(shares) for scenario in share.anchors},
        states=staged.nodes[0].state.size,
        call_all=call_all,
    )


def _call_pools(pools: Sequence[ProcessPoolExecutor], calls: Mapping[int, Call]) -> dict[int, Any]:
    try:
        futures = {
            worker: pools[worker].submit(function, *arguments)
            for worker, (function, arguments) in calls.items()
        }
        return {worker: future.result() for worker, future in futures.items()}
    except BrokenProcessPool as error:
        raise UsageError(
            "a worker process died; most often memory runs out: go on from the checkpoint with"
            " fewer workers"
        ) from error


def _call_cluster(
    client: Any,  # noqa: ANN401
    scheduler: str,
    addresses: Sequence[str],
    calls: Mapping[int, Call],
) -> dict[int, Any]:
    def check() -> None:
        there = client.nthreads()
        if lost := [address for address in addresses if address not in there]:
            raise UsageError(
                f"worker {lost[0]} of {scheduler} was lost; most often memory runs out: go on"
                " from the checkpoint"
            )

    check()
    futures = {
        client.submit(
            function, *arguments, workers=[addresses[worker]], pure=False, key=uuid4().hex
        ): worker
        for worker, (function, arguments) in calls.items()
    }
    return dict(finished(futures, check))


def _start(name: str, share: Share, versions: Mapping[str, str]) -> None:
    check_versions(versions, package_versions())
    _BENCHES[name] = Bench(nodes=share.nodes, anchors=share.anchors, options=share.options)


def _evaluate(
    name: str, state: FloatArray, scenarios: Sequence[int], anchors: Sequence[int]
) -> Outcomes:
    bench = _bench(name)
    with one_thread():
        bench.refresh_anchors(state, [a for a in anchors if a in bench.nodes])
        return bench.evaluate(state, scenarios)


def _save(name: str) -> Saved:
    return _bench(name).save()


def _restore(name: str, bases: Mapping[str, Any]) -> None:
    _bench(name).restore(bases)


def _forget(name: str) -> None:
    _BENCHES.pop(name, None)


def _bench(name: str) -> Bench:
    if name not in _BENCHES:
        raise UsageError("a worker was started anew in between; go on from the checkpoint")
    return _BENCHES[name]
