"""A policy under training as a file: its cuts, the course so far, the state of the draws.

One npz archive of arrays, without pickled objects. A digest of the programme stands in it, so
that a file of another one is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from allanite.errors import UsageError
from allanite.program.markov import MarkovProgram
from allanite.program.nested import Round
from allanite.program.policy import NodeCuts, Policy
from allanite.program.risk import Risk
from allanite.program.staged import NodeProgram


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Checkpoint:
    """A policy under training.

    Attributes:
        policy: as it stands; history: rounds so far.
        digest: of the programme and what else must stay as it was.
    """

    policy: Policy
    history: tuple[Round, ...]
    digest: str


def save_checkpoint(file: Path, state: Checkpoint, generator: np.random.Generator) -> None:
    """Write a checkpoint and the state of the generator; an older file stays whole until then."""
    arrays = {
        "digest": np.array(state.digest),
        "generator": np.array(json.dumps(generator.bit_generator.state)),
        "history": np.array([[r.bound, r.objective, r.seconds] for r in state.history]),
    }
    for t, stage in enumerate(state.policy.cuts):
        arrays[f"floor {t}"] = state.policy.floor[t]
        for i, cuts in enumerate(stage):
            for one in fields(cuts):
                arrays[f"{one.name} {t} {i}"] = getattr(cuts, one.name)
    part = file.with_name(file.name + ".part")
    write: Callable[..., None] = np.savez  # its types take names of arrays for its own options
    with part.open("wb") as handle:
        write(handle, **arrays)
    part.replace(file)


def load_checkpoint(
    file: Path, markov: MarkovProgram, risk: Risk, digest: str, generator: np.random.Generator
) -> Checkpoint:
    """A checkpoint; the generator goes on from the state that was saved.

    Args:
        file: what `save_checkpoint` wrote.
        markov: the chain and its programmes.
        risk: how outcomes count together.
        digest: what the file must bear.
        generator: of the kind that was saved; its state is set.

    Raises:
        UsageError: no checkpoint, or one of another programme, risk, training or generator.
    """
    arrays = _read(file)
    found = str(arrays.get("digest", ""))
    if found != digest:
        raise _refused(file, f"digest {found[:12]!r}", f"digest {digest[:12]!r}")
    saved = json.loads(str(arrays["generator"]))
    kind = generator.bit_generator.state["bit_generator"]
    if saved["bit_generator"] != kind:
        raise _refused(file, f"generator {saved['bit_generator']}", f"generator {kind}")
    generator.bit_generator.state = saved
    cuts = tuple(
        tuple(
            NodeCuts(**{one.name: arrays[f"{one.name} {t} {i}"] for one in fields(NodeCuts)})
            for i in range(len(stage))
        )
        for t, stage in enumerate(markov.stages[:-1])
    )
    floor = (
        *(arrays[f"floor {t}"] for t in range(len(cuts))),
        np.zeros(len(markov.stages[-1])),
    )
    history = tuple(
        Round(bound=float(b), objective=float(c), seconds=float(s)) for b, c, s in arrays["history"]
    )
    policy = Policy(markov=markov, risk=risk, cuts=cuts, floor=floor)
    return Checkpoint(policy=policy, history=history, digest=digest)


def digest_of(markov: MarkovProgram, risk: Risk, others: Sequence[float]) -> str:
    """SHA-256 of all numbers of a chain and its programmes, of the risk and of other numbers."""
    digest = hashlib.sha256(repr((risk.weight, risk.confidence, *others)).encode())
    known: set[int] = set()
    for matrix in markov.transition:
        _add(digest, matrix)
    for stage in markov.stages:
        for state in stage:
            _add(digest, state.probability)
            for node in state.outcomes:
                _add_node(digest, node, known)
    return digest.hexdigest()


def _add(digest: hashlib._Hash, array: np.ndarray) -> None:
    digest.update(repr((array.dtype.str, array.shape)).encode())
    digest.update(np.ascontiguousarray(array).tobytes())


def _add_node(digest: hashlib._Hash, node: NodeProgram, known: set[int]) -> None:
    for one in fields(node.changes):
        _add(digest, getattr(node.changes, one.name))
    _add(digest, node.state)
    shared: list[np.ndarray] = []
    if id(node.link) not in known:
        shared += [node.link.indptr, node.link.indices, node.link.data]
    if id(node.template) not in known:
        program = node.template
        names = ("cost", "row_lower", "row_upper", "column_lower", "column_upper")
        shared += [getattr(program, name) for name in names]
        shared += [program.matrix.indptr, program.matrix.indices, program.matrix.data]
        digest.update(repr(program.offset).encode())
    known |= {id(node.link), id(node.template)}
    for array in shared:
        _add(digest, array)


def _read(file: Path) -> Mapping[str, np.ndarray]:
    try:
        with np.load(file, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (OSError, EOFError, ValueError, BadZipFile) as error:
        raise _refused(file, "no archive of arrays", "a checkpoint of this programme") from error


def _refused(file: Path, found: str, allowed: str) -> UsageError:
    return UsageError(
        f"checkpoint {file.name}: found {found}; allowed: {allowed}. Name another file, or take"
        " this one away to start from the beginning"
    )
