"""Where a decomposition stands after a round, as arrays that a file keeps.

A checkpoint holds all that the next round reads: going on from it gives the bytes of a search
that was never stopped. It belongs to one problem, told by a digest.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from allanite.axis import FloatArray, IntArray
from allanite.errors import UsageError
from allanite.program.cuts import Cuts
from allanite.program.linear import LinearProgram
from allanite.program.risk import Risk
from allanite.program.solution import Basis
from allanite.program.staged import StagedProgram

FORMAT: Final = 1
_STARTS: Final = 1e-6  # of a row: what rounding may leave of a start
_BEST: Final = ("value", "scenario_cost", "gradient")
_SCALARS: Final = ("stage", "whole", "is_done", "lower", "radius", "unit")
_HISTORY: Final = ("scenarios", "lower", "upper", "seconds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Bounds after one round.

    Attributes:
        scenarios: how many take part; with less than all, the bounds are not those of the plan.
        lower: no first stage costs less; -inf while none is known.
        upper: cost of the best first stage found; inf while there is none.
        seconds: wall time since the start, over all stops.
    """

    scenarios: int
    lower: float
    upper: float
    seconds: float

    @property
    def gap(self) -> float:
        """(upper - lower) / |upper|; inf while a bound is missing."""
        return relative_gap(self.lower, self.upper)


def check_start(program: LinearProgram, start: FloatArray) -> None:
    """Raise `UsageError` where the first look would not be a first stage."""
    if start.shape != program.cost.shape:
        raise UsageError(f"start has shape {start.shape}; it must be {program.cost.shape}")
    found = program.matrix @ start
    over = np.concatenate([found - program.row_upper, start - program.column_upper])
    under = np.concatenate([program.row_lower - found, program.column_lower - start])
    size = np.maximum(np.abs(np.concatenate([found, start])), 1.0)
    if (np.maximum(over, under) > _STARTS * size).any():
        raise UsageError("start meets not all rows and bounds of the first stage")


def relative_gap(lower: float, upper: float) -> float:
    """(upper - lower) / |upper|, at least 0; inf while a bound is missing."""
    if not (np.isfinite(lower) and np.isfinite(upper)):
        return np.inf
    return max(upper - lower, 0.0) / max(abs(upper), abs(lower), 1e-12)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Best:
    """The best first stage found. S scenarios, of which those that take part have numbers.

    Attributes:
        value: columns of the first stage, shape (n,).
        upper: its cost; inf where none was found.
        scenario_cost: shape (S,); gradient: of each in the state, shape (S, k).
    """

    value: FloatArray
    upper: float
    scenario_cost: FloatArray
    gradient: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Search:
    """A search between two rounds.

    Attributes:
        stage: position among the numbers of scenarios; whole: whether integers must be whole.
        trial: first stage to look at next, shape (n,).
        cuts: found so far, of all scenarios.
        best: the best first stage of this stage.
        lower: the best lower bound of this stage.
        basis: of the last master; radius: of its box; unit: of its costs, 0 before the first.
        history: one entry a round.
        is_done: whether the gap is closed over all scenarios.
    """

    stage: int
    whole: bool
    trial: FloatArray
    cuts: Cuts
    best: Best
    lower: float
    basis: Basis | None
    radius: float
    unit: float
    history: tuple[Round, ...]
    is_done: bool


def problem_digest(staged: StagedProgram, risk: Risk) -> str:
    """Digits that tell this programme in stages, at this risk, from any other."""
    digest = hashlib.sha256(repr((FORMAT, risk, len(staged.nodes))).encode())
    seen: dict[int, int] = {}
    for node in staged.nodes:
        if id(node.template) not in seen:
            seen[id(node.template)] = len(seen)
            _feed_program(digest, node.template)
        changes = [getattr(node.changes, name) for name in node.changes.__slots__]
        link = (node.link.indptr, node.link.indices, node.link.data)
        _feed(digest, np.array(seen[id(node.template)]), *changes, node.state, *link)
    _feed(digest, staged.parent, staged.probability)
    return digest.hexdigest()


def _feed_program(digest: hashlib._Hash, program: LinearProgram) -> None:
    matrix = program.matrix
    arrays = (program.cost, program.row_lower, program.row_upper, program.column_lower)
    more = (program.column_upper, program.is_integer, np.array(program.offset))
    _feed(digest, *arrays, *more, matrix.indptr, matrix.indices, matrix.data)


def _feed(digest: hashlib._Hash, *arrays: NDArray[np.generic]) -> None:
    for array in arrays:
        wide = np.int64 if array.dtype.kind == "i" else array.dtype
        digest.update(repr(array.shape).encode())
        digest.update(np.ascontiguousarray(array, dtype=wide).tobytes())


def save_search(file: Path, digest: str, search: Search, warm: Mapping[str, Any]) -> None:
    """Write a checkpoint; the one before stays whole until this one is."""
    arrays = {
        "digest": np.frombuffer(digest.encode(), dtype=np.uint8),
        "scalars": np.array([float(getattr(search, name)) for name in _SCALARS]),
        "upper": np.array(search.best.upper),
        "trial": search.trial,
        "history": np.array([[getattr(r, name) for name in _HISTORY] for r in search.history]),
        **{f"cuts.{name}": getattr(search.cuts, name) for name in Cuts.__slots__},
        **{f"best.{name}": getattr(search.best, name) for name in _BEST},
        **{f"warm.{name}": array for name, array in warm.items()},
    }
    if search.basis is not None:
        arrays["basis.column"], arrays["basis.row"] = search.basis.column, search.basis.row
    partial = file.with_name(f"partial-{os.getpid()}-{file.name}")
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with partial.open("wb") as written:
            np.savez(written, **arrays)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


@dataclass(slots=True)
class Keeper:
    """Writes checkpoints, at most a tenth of the time; thrown away after use.

    Args:
        file: where; none writes nothing.
        digest: of the problem.
    """

    file: Path | None
    digest: str
    _ended: float = field(default=-np.inf, init=False)  # of the last one [s]
    _took: float = field(default=0.0, init=False)

    def keep(self, search: Search, save: Callable[[], Mapping[str, Any]], is_last: bool) -> None:
        """Write one if it is time, or the last."""
        started = time.perf_counter()
        if self.file is None or not (is_last or started - self._ended >= 9 * self._took):
            return
        save_search(self.file, self.digest, search, save())
        self._ended = time.perf_counter()
        self._took = self._ended - started


def load_search(file: Path, digest: str) -> tuple[Search, dict[str, Any]]:
    """The search of a checkpoint, and what its recourse saved.

    Raises:
        UsageError: no checkpoint, or one of another problem.
    """
    try:
        with np.load(file, allow_pickle=False) as stored:
            found = {name: stored[name] for name in stored.files}
        owner = found["digest"].tobytes().decode()
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise UsageError(f"{file} is no checkpoint; name another file or delete it") from error
    if owner != digest:
        raise UsageError(
            f"{file} is the checkpoint of another programme or risk; name another file for this"
            " one, or delete it"
        )
    warm = {name[5:]: array for name, array in found.items() if name.startswith("warm.")}
    return _search_from(found), warm


def _search_from(found: Mapping[str, Any]) -> Search:
    stage, whole, is_done, lower, radius, unit = found["scalars"].tolist()
    best = {name: found[f"best.{name}"] for name in _BEST}
    basis = None
    if "basis.row" in found:
        basis = Basis(found["basis.column"], found["basis.row"])
    rounds = found["history"].reshape(-1, len(_HISTORY)).tolist()
    return Search(
        stage=int(stage),
        whole=bool(whole),
        trial=found["trial"],
        cuts=Cuts(**{name: found[f"cuts.{name}"] for name in Cuts.__slots__}),
        best=Best(upper=float(found["upper"]), **best),
        lower=lower,
        basis=basis,
        radius=radius,
        unit=unit,
        history=tuple(
            Round(scenarios=int(count), lower=low, upper=high, seconds=seconds)
            for count, low, high, seconds in rounds
        ),
        is_done=bool(is_done),
    )


def nested_order(count: int) -> IntArray:
    """Scenarios in an order whose every beginning is spread over all of them, shape (count,).

    The binary digits of the position are read backwards.

    Source: van der Corput (1935), Verteilungsfunktionen.
    """
    digits = max(count - 1, 1).bit_length()
    reversed_ = [int(format(i, f"0{digits}b")[::-1], 2) for i in range(2**digits)]
    return np.array([i for i in reversed_ if i < count], dtype=np.int64)
