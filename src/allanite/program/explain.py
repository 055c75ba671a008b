"""A programme and its solution in labels: as tables, and as text that stays the same.

Tables are plain columns of equal length, `name -> column -> values`, since nothing here knows
table formats. The text has one column or row a line and serves golden files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import scipy.sparse as sp

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.program.linear import Block, LinearProgram
from allanite.program.solution import Solution

PlainColumn = list[str] | FloatArray | IntArray | BoolArray
PlainTable = Mapping[str, PlainColumn]


def explain_program(program: LinearProgram) -> Mapping[str, PlainTable]:
    """The programme as tables.

    Returns:
        `columns` (block, label, lower, upper, cost, unit, integer), one row a column, and
        `rows` (block, label, lower, upper, unit), one row a row, both in the order of the
        programme; `terms` (row, column, value) with positions in these two, by row.
    """
    terms = sp.coo_array(sp.csr_array(program.matrix))
    return {
        "columns": {
            **_names(program.columns),
            "lower": program.column_lower,
            "upper": program.column_upper,
            "cost": program.cost,
            "unit": _units(program.columns),
            "integer": program.is_integer,
        },
        "rows": {
            **_names(program.rows),
            "lower": program.row_lower,
            "upper": program.row_upper,
            "unit": _units(program.rows),
        },
        "terms": {
            "row": terms.row.astype(np.int64),
            "column": terms.col.astype(np.int64),
            "value": terms.data,
        },
    }


def explain_solution(program: LinearProgram, solution: Solution) -> Mapping[str, PlainTable]:
    """The solution as tables.

    Returns:
        `columns` (block, label, value, reduced_cost, unit), one row a column, and `rows`
        (block, label, activity, dual, unit), one row a row, in the order of the programme.
    """
    return {
        "columns": {
            **_names(program.columns),
            "value": solution.value,
            "reduced_cost": solution.reduced_cost,
            "unit": _units(program.columns),
        },
        "rows": {
            **_names(program.rows),
            "activity": solution.activity,
            "dual": solution.dual,
            "unit": _units(program.rows),
        },
    }


def program_text(program: LinearProgram) -> str:
    """The programme for a reader, one column or row a line, always the same for the same.

    A row reads `balance[JPN]: 1 flow[a] - 2 use[b] >= 3 t`, a column `flow[a]: 0 <= x <= 5 t,
    cost 2`.
    """
    labels = _labels(program.columns)
    matrix = sp.csr_array(program.matrix)
    lines = [f"minimise cost, from {_number(program.offset)}", "rows"]
    for i, (label, unit) in enumerate(
        zip(_labels(program.rows), _units(program.rows), strict=True)
    ):
        entry = slice(matrix.indptr[i], matrix.indptr[i + 1])
        terms = _sum_text(matrix.indices[entry], matrix.data[entry], labels)
        within = _between(terms, program.row_lower[i], program.row_upper[i], unit)
        lines.append(f"  {label}: {within}")
    lines.append("columns")
    for j, (label, unit) in enumerate(zip(labels, _units(program.columns), strict=True)):
        within = _between("x", program.column_lower[j], program.column_upper[j], unit)
        cost = f", cost {_number(program.cost[j])}" if program.cost[j] else ""
        whole = ", whole" if program.is_integer[j] else ""
        lines.append(f"  {label}: {within}{cost}{whole}")
    return "\n".join(lines) + "\n"


def solution_text(program: LinearProgram, solution: Solution) -> str:
    """The solution for a reader: what is not zero, one column or row a line.

    A column reads `flow[a]: 3 t, reduced cost 2`, a row `balance[JPN]: 3 t, dual 5`.
    """
    columns = zip(
        _labels(program.columns),
        solution.value,
        _units(program.columns),
        solution.reduced_cost,
        strict=True,
    )
    rows = zip(
        _labels(program.rows),
        solution.activity,
        _units(program.rows),
        solution.dual,
        strict=True,
    )
    lines = [f"{solution.status}, cost {_settled(solution.objective)}", "columns"]
    lines += [_result_line(*column, "reduced cost") for column in columns if _shown(column)]
    lines.append("rows")
    lines += [_result_line(*row, "dual") for row in rows if _shown(row)]
    return "\n".join(lines) + "\n"


def _shown(line: tuple[str, float, str, float]) -> bool:
    return _settled(line[1]) != "0" or _settled(line[3]) != "0"


def _result_line(label: str, value: float, unit: str, price: float, word: str) -> str:
    priced = f", {word} {_settled(price)}" if _settled(price) != "0" else ""
    return f"  {label}: {_settled(value)} {unit}".rstrip() + priced


def _between(middle: str, low: float, high: float, unit: str) -> str:
    if low == high:
        text = f"{middle} = {_number(low)}"
    elif np.isneginf(low) and np.isposinf(high):
        text = f"{middle} free"
    elif np.isposinf(high):
        text = f"{middle} >= {_number(low)}"
    elif np.isneginf(low):
        text = f"{middle} <= {_number(high)}"
    else:
        text = f"{_number(low)} <= {middle} <= {_number(high)}"
    return f"{text} {unit}".rstrip()


def _sum_text(column: IntArray, value: FloatArray, labels: Sequence[str]) -> str:
    order = np.argsort(column)
    text = " ".join(
        f"{'-' if value[k] < 0 else '+'} {_number(abs(value[k]))} {labels[column[k]]}"
        for k in order
    )
    return text.removeprefix("+ ") or "0"


def _number(value: float) -> str:
    return f"{value + 0.0:.9g}"


def _settled(value: float) -> str:
    """A number of a solution: none of the last bits of a solve, no minus before zero."""
    return _number(0.0 if abs(value) < 1e-9 else value)


def _labels(blocks: Sequence[Block]) -> list[str]:
    return [label for block in blocks for label in block.labels()]


def _names(blocks: Sequence[Block]) -> dict[str, PlainColumn]:
    names = [block.name for block in blocks for _ in range(block.size)]
    return {"block": names, "label": _labels(blocks)}


def _units(blocks: Sequence[Block]) -> list[str]:
    return [block.unit for block in blocks for _ in range(block.size)]
