"""Linear programmes as arrays: named blocks of columns and rows, and terms between them.

    min  cost' x    s.t.   row_lower <= A x <= row_upper,   column_lower <= x <= column_upper

A builder collects blocks and terms (COO) and gives one frozen programme (CSC). Nothing here
knows minerals; a block carries its axes, so that a fault or a value can be told in labels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array, csc_array

from allanite.axis import Axis, BoolArray, FloatArray, IntArray
from allanite.errors import ModelError

Positions = NDArray[np.int32]


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

    def labels(self) -> list[str]:
        """All of them in words, in order."""
        words = (
            map(a.labels.__getitem__, p.tolist())
            for a, p in zip(self.axes, self.position, strict=True)
        )
        return [f"{self.name}[{', '.join(one)}]" for one in zip(*words, strict=True)]


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

    def with_costs(self, cost: FloatArray) -> LinearProgram:
        """The same programme at other costs of its columns."""
        return replace(self, cost=cost)


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


def label_of(blocks: Sequence[Block], position: int) -> str:
    """A column or row in words."""
    block, i = block_of(blocks, position)
    return block.label(i)


@dataclass(slots=True)
class ProgramBuilder:
    """Collects blocks and terms; thrown away once `build` has given the programme."""

    _columns: list[Block] = field(default_factory=list)
    _rows: list[Block] = field(default_factory=list)
    _column_data: dict[str, list[FloatArray]] = field(default_factory=dict)
    _row_data: dict[str, list[FloatArray]] = field(default_factory=dict)
    _is_integer: list[BoolArray] = field(default_factory=list)
    _terms: list[tuple[Positions, Positions, FloatArray]] = field(default_factory=list)

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
            lower: least value, scalar or shape (k,).
            upper: greatest value, scalar or shape (k,).
            cost: cost per unit, scalar or shape (k,).
            is_integer: whether values must be whole.

        Raises:
            ModelError: a name stands twice, shapes differ, a bound is not a number, or a cost
                is not finite.
        """
        block = _block(name, unit, index, self._columns)
        values = {"lower": lower, "upper": upper, "cost": cost}
        _store(self._column_data, block, values)
        self._is_integer.append(np.full(block.size, is_integer))
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
        """Add `value` at each (row, column); terms at one place add up.

        Args:
            row: positions in the programme, shape (k,).
            column: positions in the programme, shape (k,).
            value: scalar or shape (k,).

        Raises:
            ModelError: the shapes differ.
        """
        values = np.asarray(value, dtype=np.float64)
        if row.shape != column.shape or values.shape not in ((), row.shape):
            shapes = f"rows {row.shape}, columns {column.shape}, values {values.shape}"
            raise ModelError(f"terms need as many rows as columns and values; found {shapes}")
        # Half the memory of int64; the solver takes no more than int32 anyway.
        rows, columns = row.astype(np.int32), column.astype(np.int32)
        self._terms.append((rows, columns, np.broadcast_to(values, row.shape)))

    def block(self, name: str) -> Block:
        """The block of columns of that name; raises `ModelError` naming those there are."""
        return _named(self._columns, name)

    def positions_of(self, name: str) -> IntArray:
        """Positions of the columns of a block in the programme, shape (k,)."""
        block = self.block(name)
        return np.arange(block.start, block.start + block.size)

    def build(self) -> LinearProgram:
        """The programme; its arrays are read-only.

        Raises:
            ModelError: a lower bound above its upper one, or a term that is not finite or has
                no row or column; the column or row is named.
        """
        matrix = _matrix(self._terms, self._rows, self._columns)
        program = LinearProgram(
            cost=_joined(self._column_data, "cost"),
            matrix=matrix,
            row_lower=_joined(self._row_data, "lower"),
            row_upper=_joined(self._row_data, "upper"),
            column_lower=_joined(self._column_data, "lower"),
            column_upper=_joined(self._column_data, "upper"),
            is_integer=np.concatenate([np.zeros(0, dtype=np.bool_), *self._is_integer]),
            columns=tuple(self._columns),
            rows=tuple(self._rows),
        )
        check_bounds(program)
        return program


def check_bounds(program: LinearProgram) -> None:
    """Raise `ModelError` for the first column or row that no value fits between its bounds."""
    for blocks, low, high in (
        (program.columns, program.column_lower, program.column_upper),
        (program.rows, program.row_lower, program.row_upper),
    ):
        # Written so that what is not a number counts as crossed.
        crossed = np.flatnonzero(~((low <= high) & (low < np.inf) & (high > -np.inf)))
        if crossed.size:
            k = int(crossed[0])
            block, i = block_of(blocks, k)
            more = f", and {crossed.size - 1} more" if crossed.size > 1 else ""
            raise ModelError(
                f"{block.label(i)} must lie between {low[k]:g} and {high[k]:g} {block.unit}:"
                f" no value does{more}"
            )


def _block(name: str, unit: str, index: Mapping[Axis, IntArray], known: list[Block]) -> Block:
    if any(block.name == name for block in known):
        raise ModelError(f"block {name!r} is added twice")
    positions = tuple(np.asarray(p, dtype=np.int64).ravel() for p in index.values())
    if len({p.size for p in positions}) != 1:
        sizes = ", ".join(f"{a.name} {p.size}" for a, p in zip(index, positions, strict=True))
        raise ModelError(
            f"block {name!r}: index arrays must be of one length; found {sizes or 'none'}"
        )
    for axis, position in zip(index, positions, strict=True):
        if position.size and not 0 <= position.min() <= position.max() < len(axis):
            found = f"{position.min()} to {position.max()}"
            raise ModelError(
                f"block {name!r}: positions on {axis.name} must lie in 0 to {len(axis) - 1}; "
                f"found {found}"
            )
    start = known[-1].start + known[-1].size if known else 0
    return Block(name, unit, start, tuple(index), positions)


def _store(
    data: dict[str, list[FloatArray]], block: Block, values: Mapping[str, ArrayLike]
) -> None:
    for key, value in values.items():
        given = np.asarray(value, dtype=np.float64)
        if given.shape not in ((), (block.size,)):
            raise ModelError(
                f"block {block.name!r}: {key} must be one number or {block.size}; "
                f"found shape {given.shape}"
            )
        bad = ~np.isfinite(given) if key == "cost" else np.isnan(given)
        if block.size and bad.any():
            i = int(np.argmax(bad))
            allowed = "a finite number" if key == "cost" else "a number"
            raise ModelError(f"{block.label(i)}: {key} must be {allowed}; found {given.flat[i]}")
        data.setdefault(key, []).append(np.broadcast_to(given, (block.size,)))


def _joined(data: Mapping[str, list[FloatArray]], key: str) -> FloatArray:
    joined = np.concatenate([np.zeros(0), *data.get(key, [])])
    joined.setflags(write=False)
    return joined


def _matrix(
    terms: Sequence[tuple[Positions, Positions, FloatArray]],
    rows: Sequence[Block],
    columns: Sequence[Block],
) -> csc_array:
    m, n = (blocks[-1].positions.stop if blocks else 0 for blocks in (rows, columns))
    parts = list(zip(*terms, strict=True)) or [(), (), ()]
    row = np.concatenate([np.zeros(0, dtype=np.int32), *parts[0]])
    column = np.concatenate([np.zeros(0, dtype=np.int32), *parts[1]])
    value = np.concatenate([np.zeros(0), *parts[2]])
    for what, position, size in (("row", row, m), ("column", column, n)):
        if position.size and not 0 <= position.min() <= position.max() < size:
            found = f"{position.min()} to {position.max()}"
            raise ModelError(f"terms: {what} must lie in 0 to {size - 1}; found {found}")
    if not np.isfinite(value).all():
        k = int(np.argmin(np.isfinite(value)))
        place = f"{label_of(rows, row[k])}, {label_of(columns, column[k])}"
        raise ModelError(f"term of {place} must be a finite number; found {value[k]}")
    # By rows first and then by columns, which sorts for nothing; the mark keeps scipy from
    # sorting on the way. Terms at one place are added up at the end.
    terms_in_turn = coo_array((value, (row, column)), shape=(m, n))
    terms_in_turn.has_canonical_format = True
    matrix = csc_array(terms_in_turn.tocsr().tocsc())
    matrix.sum_duplicates()
    if np.count_nonzero(matrix.data) < matrix.nnz:
        matrix.eliminate_zeros()
    return matrix
