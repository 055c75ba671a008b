"""Linear programmes as arrays: named blocks of columns and rows, and terms between them.

    min  cost' x    s.t.   row_lower <= A x <= row_upper,   column_lower <= x <= column_upper

A builder collects blocks and terms (COO) and gives one frozen programme (CSC). Nothing here
knows minerals; a block carries its axes, so that a fault or a value can be told in labels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csc_array

from allanite.axis import Axis, BoolArray, FloatArray, IntArray
from allanite.errors import ModelError


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Columns, or rows, of one kind that stand together.

    Attributes:
        name: what they are, e.g. `route flow`.
        unit: unit of a column's value, or of a row's sides.
        start: position of the first one in the programme.
        axes: what they are indexed by.
        position: position on each axis, one array a axis, shape (size,) each.
    """

    name: str
    unit: str
    start: int
    axes: tuple[Axis, ...]
    position: tuple[IntArray, ...]

    @property
    def size(self) -> int:
        """Number of columns or rows."""
        return int(self.position[0].size)

    @property
    def positions(self) -> slice:
        """Where they stand in the programme."""
        return slice(self.start, self.start + self.size)

    def label(self, i: int) -> str:
        """The i-th one in words: `route flow[2025-04, CHN > JPN: ox_dy]`."""
        words = (a.labels[int(p[i])] for a, p in zip(self.axes, self.position, strict=True))
        return f"{self.name}[{', '.join(words)}]"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinearProgram:
    """One programme; n columns, m rows. All money in one unit, all amounts in one unit.

    Attributes:
        cost: shape (n,); matrix: sparse (m, n); row_lower, row_upper: (m,);
        column_lower, column_upper: (n,); is_integer: (n,).
        columns, rows: the blocks in order; together they cover all columns and rows.
        offset: constant of the objective.
    """

    cost: FloatArray
    matrix: csc_array
    row_lower: FloatArray
    row_upper: FloatArray
    column_lower: FloatArray
    column_upper: FloatArray
    is_integer: BoolArray
    columns: tuple[Block, ...]
    rows: tuple[Block, ...]
    offset: float = 0.0

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.row_lower.size, self.cost.size

    def column_block(self, name: str) -> Block:
        """The block of columns of that name; raises `ModelError` naming those there are."""
        return _named(self.columns, name)

    def row_block(self, name: str) -> Block:
        """The block of rows of that name; raises `ModelError` naming those there are."""
        return _named(self.rows, name)

    def with_bounds(self, column_lower: FloatArray, column_upper: FloatArray) -> LinearProgram:
        """The same programme under other bounds of its columns."""
        return replace(self, column_lower=column_lower, column_upper=column_upper)

    def with_sides(self, row_lower: FloatArray, row_upper: FloatArray) -> LinearProgram:
        """The same programme with other sides of its rows."""
        return replace(self, row_lower=row_lower, row_upper=row_upper)


def _named(blocks: Sequence[Block], name: str) -> Block:
    for block in blocks:
        if block.name == name:
            return block
    raise ModelError(f"no block {name!r}; there are {', '.join(b.name for b in blocks)}")


def block_of(blocks: Sequence[Block], position: int) -> tuple[Block, int]:
    """The block a column or row belongs to, and its place in it."""
    for block in blocks:
        if block.start <= position < block.start + block.size:
            return block, position - block.start
    raise ModelError(f"position {position} lies in no block")


@dataclass(slots=True)
class ProgramBuilder:
    """Collects blocks and terms; thrown away once `build` has given the programme."""

    _columns: list[Block] = field(default_factory=list)
    _rows: list[Block] = field(default_factory=list)
    _column_data: dict[str, list[Any]] = field(default_factory=dict)
    _row_data: dict[str, list[Any]] = field(default_factory=dict)
    _terms: list[tuple[IntArray, IntArray, FloatArray]] = field(default_factory=list)

    def add_columns(
        self,
        name: str,
        unit: str,
        index: Mapping[Axis, IntArray],
        *,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = np.inf,
        cost: ArrayLike = 0.0,
        is_integer: bool = False,
    ) -> IntArray:
        """Add a block of columns; the positions of its columns in the programme, shape (k,).

        Args:
            name: name of the block, used once.
            unit: unit of the values.
            index: axis -> position on it, shape (k,) each.
            lower, upper: bounds, scalar or shape (k,).
            cost: cost per unit, scalar or shape (k,).
            is_integer: whether values must be whole.

        Raises:
            ModelError: a name stands twice, shapes differ, or a bound is not a number.
        """
        block = _block(name, unit, index, self._columns)
        values = {"lower": lower, "upper": upper, "cost": cost}
        _store(self._column_data, block, values)
        self._column_data.setdefault("integer", []).append(np.full(block.size, is_integer))
        self._columns.append(block)
        return np.arange(block.start, block.start + block.size)

    def add_rows(
        self,
        name: str,
        unit: str,
        index: Mapping[Axis, IntArray],
        *,
        lower: ArrayLike = -np.inf,
        upper: ArrayLike = np.inf,
    ) -> IntArray:
        """Add a block of rows; their positions in the programme, shape (k,).

        Raises:
            ModelError: a name stands twice, shapes differ, or a side is not a number.
        """
        block = _block(name, unit, index, self._rows)
        _store(self._row_data, block, {"lower": lower, "upper": upper})
        self._rows.append(block)
        return np.arange(block.start, block.start + block.size)

    def add_terms(self, row: IntArray, column: IntArray, value: ArrayLike) -> None:
        """Add `value` at each (row, column); terms at one place add up."""
        self._terms.append((row, column, np.broadcast_to(np.asarray(value, float), row.shape)))

    def block(self, name: str) -> Block:
        """The block of columns of that name; raises `ModelError` naming those there are."""
        return _named(self._columns, name)

    def positions_of(self, name: str) -> IntArray:
        """Positions of the columns of a block in the programme, shape (k,)."""
        block = self.block(name)
        return np.arange(block.start, block.start + block.size)

    def build(self) -> LinearProgram:
        """The programme.

        Raises:
            ModelError: a lower bound above its upper one; the column or row is named.
        """
        m = sum(b.size for b in self._rows)
        n = sum(b.size for b in self._columns)
        row, column, value = _joined_terms(self._terms)
        matrix = csc_array((value, (row, column)), shape=(m, n))
        matrix.sum_duplicates()
        program = LinearProgram(
            cost=_joined(self._column_data, "cost"),
            matrix=matrix,
            row_lower=_joined(self._row_data, "lower"),
            row_upper=_joined(self._row_data, "upper"),
            column_lower=_joined(self._column_data, "lower"),
            column_upper=_joined(self._column_data, "upper"),
            is_integer=np.concatenate(self._column_data.get("integer", [np.zeros(0, bool)])),
            columns=tuple(self._columns),
            rows=tuple(self._rows),
        )
        check_bounds(program)
        return program


def check_bounds(program: LinearProgram) -> None:
    """Raise `ModelError` for the first column or row whose lower bound is above its upper."""
    for blocks, low, high in (
        (program.columns, program.column_lower, program.column_upper),
        (program.rows, program.row_lower, program.row_upper),
    ):
        crossed = np.flatnonzero(low > high)
        if crossed.size:
            block, i = block_of(blocks, int(crossed[0]))
            k = block.start + i
            more = f", and {crossed.size - 1} more" if crossed.size > 1 else ""
            raise ModelError(
                f"{block.label(i)} must lie between {low[k]:g} and {high[k]:g} {block.unit}:"
                f" no value does{more}"
            )


def _block(name: str, unit: str, index: Mapping[Axis, IntArray], known: list[Block]) -> Block:
    if any(block.name == name for block in known):
        raise ModelError(f"block {name!r} is added twice")
    positions = tuple(np.asarray(p, dtype=np.int64).ravel() for p in index.values())
    if not positions or len({p.size for p in positions}) != 1:
        sizes = ", ".join(f"{a.name} {p.size}" for a, p in zip(index, positions, strict=True))
        raise ModelError(f"block {name!r}: index arrays must be of one length; found {sizes}")
    start = known[-1].start + known[-1].size if known else 0
    return Block(name, unit, start, tuple(index), positions)


def _store(data: dict[str, list[Any]], block: Block, values: Mapping[str, ArrayLike]) -> None:
    for key, value in values.items():
        array = np.broadcast_to(np.asarray(value, dtype=np.float64), (block.size,))
        bad = np.flatnonzero(np.isnan(array))
        if bad.size:
            raise ModelError(f"{block.label(int(bad[0]))}: {key} is not a number")
        data.setdefault(key, []).append(array)


def _joined(data: Mapping[str, list[Any]], key: str) -> FloatArray:
    return np.concatenate(data.get(key, [np.zeros(0)]))


def _joined_terms(
    terms: Sequence[tuple[IntArray, IntArray, FloatArray]],
) -> tuple[IntArray, IntArray, FloatArray]:
    if not terms:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    row, column, value = zip(*terms, strict=True)
    return np.concatenate(row), np.concatenate(column), np.concatenate(value)
