"""A programme in two stages as one file of arrays, which any Python with numpy reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.sparse import csc_array, csr_array

from allanite.program.linear import LinearProgram
from allanite.program.staged import Changes, NodeProgram, StagedProgram, two_stages

SIDES = ("cost", "row_lower", "row_upper", "column_lower", "column_upper")
CHANGED = {
    "column": ("column_lower", "column_upper"),
    "row": ("row_lower", "row_upper"),
    "cost_column": ("cost",),
}


def write_staged(staged: StagedProgram, file: Path) -> None:
    """Write a root and scenarios that share one template."""
    first, second = staged.nodes[0], staged.nodes[1:]
    if len({id(node.template) for node in second}) > 1:
        raise SystemExit("scenarios of several templates")
    arrays = {
        **_program_arrays("first", first.program),
        **_program_arrays("second", second[0].template),
        "state": first.state,
        "probability": staged.probability[1:],
    }
    for position, values in CHANGED.items():
        sizes = [getattr(node.changes, position).size for node in second]
        arrays[f"change.{position}.start"] = np.cumsum([0, *sizes])
        for name in (position, *values):
            parts = [getattr(node.changes, name) for node in second]
            arrays[f"change.{position}.{name}"] = np.concatenate(parts)
    links = [csr_array(node.link) for node in second]
    arrays["link.indptr"] = np.stack([link.indptr for link in links])
    arrays["link.start"] = np.cumsum([0, *(link.nnz for link in links)])
    arrays["link.indices"] = np.concatenate([link.indices for link in links])
    arrays["link.data"] = np.concatenate([link.data for link in links])
    np.savez(file, **arrays)


def _program_arrays(name: str, program: LinearProgram) -> dict[str, np.ndarray]:
    found = {f"{name}.{side}": getattr(program, side) for side in SIDES}
    matrix = csc_array(program.matrix)
    return {
        **found,
        f"{name}.offset": np.array(program.offset),
        f"{name}.indptr": matrix.indptr,
        f"{name}.indices": matrix.indices,
        f"{name}.data": matrix.data,
    }


def read_staged(file: Path) -> StagedProgram:
    """The programme of a file, without the names of its columns and rows."""
    with np.load(file, allow_pickle=False) as stored:
        found = {name: stored[name] for name in stored.files}
    first, second = _read_program(found, "first"), _read_program(found, "second")
    state = found["state"]
    root = NodeProgram(
        template=first,
        changes=Changes(),
        state=state,
        link=csr_array((first.shape[0], 0)),
    )
    nothing = np.zeros(0, dtype=np.int64)
    nodes = [
        NodeProgram(
            template=second,
            changes=_read_changes(found, s),
            state=nothing,
            link=_read_link(found, s, (second.shape[0], state.size)),
        )
        for s in range(found["probability"].size)
    ]
    return two_stages(root, nodes, found["probability"])


def _read_program(found: dict[str, np.ndarray], name: str) -> LinearProgram:
    sides = {side: found[f"{name}.{side}"] for side in SIDES}
    terms = tuple(found[f"{name}.{part}"] for part in ("data", "indices", "indptr"))
    shape = (sides["row_lower"].size, sides["cost"].size)
    return LinearProgram(
        **sides,
        matrix=csc_array(terms, shape=shape),
        is_integer=np.zeros(shape[1], dtype=np.bool_),
        columns=(),
        rows=(),
        offset=float(found[f"{name}.offset"]),
    )


def _read_changes(found: dict[str, np.ndarray], s: int) -> Changes:
    parts = {}
    for position, values in CHANGED.items():
        start, stop = found[f"change.{position}.start"][s : s + 2]
        for name in (position, *values):
            parts[name] = found[f"change.{position}.{name}"][start:stop]
    return Changes(**parts)


def _read_link(found: dict[str, np.ndarray], s: int, shape: tuple[int, int]) -> csr_array:
    start, stop = found["link.start"][s : s + 2]
    terms = (found["link.data"][start:stop], found["link.indices"][start:stop])
    return csr_array((*terms, found["link.indptr"][s]), shape=shape)
