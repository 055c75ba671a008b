"""Why a programme has no optimum: the few rows and bounds that contradict each other.

A programme that fails is written whole, under the names its blocks give, and then explained.
Where it is infeasible, rows and bounds that contradict each other are told, and the least
change that would help; where it is unbounded, the columns that grow together without end;
else the limit that was reached, and which option raises it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.errors import SolveError
from allanite.program.conflict import (
    SEARCH_SECONDS,
    TOLERANCE,
    Conflict,
    Diagnosis,
    elastic_program,
    finite_sides,
    priced_conflict,
    ray_of,
    smallest_conflict,
)
from allanite.program.linear import Block, LinearProgram, block_of, label_of
from allanite.program.solution import Solution

LISTED: Final = 10
# What to say of a status that needs no search for a cause.
REASONS: Final = {
    "time limit": "its time ran out before the optimum; raise the option time_limit [s], or "
    "solve fewer periods or a coarser step",
    "iteration limit": "its iterations ran out before the optimum; raise the option "
    "simplex_iteration_limit (or ipm_iteration_limit)",
    "memory limit": "its memory ran out; solve fewer periods or a coarser step",
    "solution limit": "it stopped after the number of solutions the options allow",
    "interrupted": "it was interrupted before it reached the optimum",
    "not started": "it refused to start; another part of this process may use HiGHS with "
    "another number of threads: solve in a process of its own",
}
UNKNOWN: Final = (
    "the solver gave up without an answer; look for sizes that lie far apart (terms, sides and "
    "costs), and bring their units closer together"
)


def explain_failure(
    program: LinearProgram, solver: Diagnosis, status: str, folder: Path | None
) -> SolveError:
    """The error of a solve that ended with `status`.

    Args:
        program: the programme as it was solved.
        solver: what finds the cause.
        status: how the solve ended, in words.
        folder: where the programme is written; not written if none.
    """
    # Written first: should the search for the cause be stopped, the programme is there.
    file, written = _write_failed(program, solver, folder)
    if status in ("infeasible", "unbounded", "infeasible or unbounded"):
        status, lines = _cause(program, solver, status)
    else:
        lines = [REASONS.get(status, UNKNOWN)]
    return SolveError(status, "\n".join([*lines, *written]), file)


def _cause(program: LinearProgram, solver: Diagnosis, status: str) -> tuple[str, list[str]]:
    if status != "unbounded":
        lines = _explain_infeasible(program, solver)
        if lines or status == "infeasible":
            return "infeasible", lines or [_within_tolerance()]
    return "unbounded", _explain_unbounded(program, solver)


def _within_tolerance() -> str:
    return (
        f"rows and bounds contradict each other by less than {TOLERANCE:g}; "
        "look for sizes that lie far apart, and bring their units closer together"
    )


def _explain_infeasible(program: LinearProgram, solver: Diagnosis) -> list[str]:
    """Lines of text; none where the rows can be met together."""
    m, n = program.shape
    elastic = elastic_program(program)
    relaxed = replace(elastic, is_integer=np.zeros(elastic.cost.size, dtype=np.bool_))
    found = solver.attempt(relaxed, SEARCH_SECONDS)
    if found is None:
        return [f"no cause was found within {SEARCH_SECONDS:g} s among {m:,} rows"]
    if found.objective > TOLERANCE:
        conflict = smallest_conflict(program, solver, priced_conflict(program, found))
        bounds = f" and bounds of {_count(conflict.column.size, 'column')}"
        head = (
            f"{_count(conflict.row.size, 'row')}{bounds if conflict.column.size else ''} "
            f"contradict each other (of {_count(m, 'row')} and {_count(n, 'column')}):"
        )
        lines = [head, *_listed(_conflict_lines(program, conflict, found))]
        return [*lines, *_give_way(program, found.value)]
    if program.is_integer.any():
        whole = solver.attempt(elastic, SEARCH_SECONDS)
        if whole is not None and whole.objective > TOLERANCE:
            head = "its rows can be met together, but not with whole values of the columns that"
            return [f"{head} must be whole.", *_give_way(program, whole.value)]
    return []


def _conflict_lines(program: LinearProgram, conflict: Conflict, elastic: Solution) -> list[str]:
    """Rows and bounds, those first that add most to the contradiction."""
    n = program.shape[1]
    rows = _sides(
        program.rows,
        conflict.row,
        (conflict.row_at_lower, conflict.row_at_upper),
        (program.row_lower, program.row_upper),
        elastic.dual,
    )
    columns = _sides(
        program.columns,
        conflict.column,
        (conflict.column_at_lower, conflict.column_at_upper),
        (program.column_lower, program.column_upper),
        elastic.reduced_cost[:n],
    )
    lines = sorted([*rows, *columns], key=lambda line: -line[0])
    return [text for _, text in lines]


def _sides(
    blocks: Sequence[Block],
    position: IntArray,
    takes_part: tuple[BoolArray, BoolArray],
    side: tuple[FloatArray, FloatArray],
    price: FloatArray,
) -> list[tuple[float, str]]:
    lines = []
    for k, at_lower, at_upper in zip(position, *takes_part, strict=True):
        low, high = side[0][k], side[1][k]
        sign = "=" if low == high else "≥" if at_lower and not at_upper else "≤"
        value = low if at_lower else high
        if at_lower and at_upper and low != high:
            text = f"{low:g} ≤ {label_of(blocks, k)} ≤ {high:g}"
        else:
            text = f"{label_of(blocks, k)} {sign} {value:g}"
        lines.append((abs(price[k] * value), f"{text} {_unit(blocks, k)}".rstrip()))
    return lines


def _give_way(program: LinearProgram, value: FloatArray) -> list[str]:
    """What would have to give way, at least."""
    lacking, exceeding = finite_sides(program)
    amount = value[program.shape[1] :]
    row = np.concatenate([lacking, exceeding])
    word = np.repeat(["lacks", "exceeds its side by"], [lacking.size, exceeding.size])
    order = [k for k in np.argsort(-amount, kind="stable") if amount[k] > TOLERANCE]
    lines = [
        f"{label_of(program.rows, row[k])} {word[k]} {amount[k]:g} {_unit(program.rows, row[k])}"
        for k in order
    ]
    head = "Widen one of them, or let a column make up for what is missing; in all, at least:"
    return [head, *_listed(lines)]


def _explain_unbounded(program: LinearProgram, solver: Diagnosis) -> list[str]:
    """Lines of text: the columns that grow together without end."""
    ray_program, rising, falling = ray_of(program)
    found = solver.attempt(ray_program, SEARCH_SECONDS)
    if found is None or found.objective > -TOLERANCE * np.abs(program.cost).max(initial=0.0):
        return ["its cost falls without end, in a direction that was not found in time"]
    column = np.concatenate([rising, falling])
    step = found.value / found.value.max(initial=0.0)
    sign = np.repeat([1.0, -1.0], [rising.size, falling.size])
    order = [k for k in np.argsort(-step, kind="stable") if step[k] > TOLERANCE]
    fall = -float(program.cost[column] @ (sign * step))
    head = f"its cost falls without end, by {fall:g} each time these columns change together:"
    lines = [
        f"{label_of(program.columns, column[k])} by {sign[k] * step[k]:+g} "
        f"{_unit(program.columns, column[k])}"
        for k in order
    ]
    return [head, *_listed(lines), "Give one of them a bound, or look at the sign of its cost."]


def _unit(blocks: Sequence[Block], position: int) -> str:
    return block_of(blocks, position)[0].unit


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _listed(lines: Sequence[str]) -> list[str]:
    shown = [f"  {line}" for line in lines[:LISTED]]
    return [*shown, f"  and {len(lines) - LISTED:,} more"] if len(lines) > LISTED else shown


def program_digest(program: LinearProgram) -> str:
    """Sixteen hexadecimal digits that tell this programme, labels included, from any other."""
    digest = hashlib.sha256()
    for array in (
        program.cost,
        program.matrix.indptr.astype(np.int64),
        program.matrix.indices.astype(np.int64),
        program.matrix.data,
        program.row_lower,
        program.row_upper,
        program.column_lower,
        program.column_upper,
        program.is_integer,
        np.array(program.offset),
    ):
        digest.update(np.ascontiguousarray(array).tobytes())
    for block in (*program.columns, *program.rows):
        digest.update("\0".join([block.name, block.unit, *block.labels()]).encode())
    return digest.hexdigest()[:16]


def _write_failed(
    program: LinearProgram, solver: Diagnosis, folder: Path | None
) -> tuple[str, list[str]]:
    """Name of the file (empty if not written) and the line that tells of it."""
    if folder is None:
        return "", []
    name = f"failed-{program_digest(program)}.mps"
    # Several processes may fail on one programme at once.
    partial = folder / f"partial-{os.getpid()}-{name}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        solver.write(program, file_names(program.columns), file_names(program.rows), partial)
        partial.replace(folder / name)
    except (OSError, SolveError) as fault:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        return "", [f"The programme could not be written to {folder}: {fault}"]
    return name, [f"The whole programme stands in {folder / name}."]


def file_names(blocks: Sequence[Block]) -> list[str]:
    """Labels as names for a file: without blanks, and distinct."""
    names = ["_".join(label.split()) for block in blocks for label in block.labels()]
    seen: set[str] = set()
    for position, name in enumerate(names):
        if name in seen:
            names[position] = f"{name}#{position}"
        seen.add(names[position])
    return names
