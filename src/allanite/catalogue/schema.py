"""The form of one table: columns with type, unit and bounds, key and references.

A `TableSchema` is inert data. From it come the checks (`check`), the Arrow types
(`arrow_schema`), the reference page and the typed readers; nothing about a table is
written a second time anywhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import pyarrow as pa

from allanite.units import UNITS

DType = Literal["text", "number", "integer", "date", "flag"]

ARROW_TYPE: Final[dict[DType, pa.DataType]] = {
    "text": pa.string(),
    "number": pa.float64(),
    "integer": pa.int64(),
    "date": pa.date32(),
    "flag": pa.bool_(),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        name: column name; a rate ends in `_rate`, an amount in `_amount`.
        dtype: text, number (float64), integer (int64), date, or flag (bool).
        description: what a value means, one sentence.
        unit: a symbol from `units.UNITS`; empty for text, or where a `unit` column rules the row.
        required: a missing value is a fault.
        low, high: closed bounds of numbers, in `unit`.
        allowed: the only values a text may take; empty means any.
    """

    name: str
    dtype: DType
    description: str
    unit: str = ""
    required: bool = False
    low: float | None = None
    high: float | None = None
    allowed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.unit and self.unit not in UNITS:
            raise ValueError(f"column {self.name}: unit {self.unit!r} is not in units.UNITS")


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Values of `column` must stand in `to_table.to_column`; missing values are allowed.

    Attributes:
        column: the column that refers.
        to_table, to_column: where its values must stand.
        is_acyclic: within one table, following the references must come to an end.
    """

    column: str
    to_table: str
    to_column: str
    is_acyclic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSchema:
    """The form of one table.

    Attributes:
        name: table name.
        group: heading of the reference page ("trade", "rare earths", "law", "results", ...).
        description: what one row is.
        columns: the columns in order.
        key: columns whose values together name a row.
        foreign_keys: references to other tables.
        version: raised when a column changes meaning.
    """

    name: str
    group: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()
    version: int = 1

    def __post_init__(self) -> None:
        names = self.column_names
        if len(set(names)) != len(names):
            raise ValueError(f"table {self.name}: a column stands twice")
        for needed in (*self.key, *(key.column for key in self.foreign_keys)):
            if needed not in names:
                raise ValueError(f"table {self.name}: key column {needed!r} is not declared")

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of that name; raises `KeyError` if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def arrow_schema(self) -> pa.Schema:
        """The Arrow schema: names, types, and nullability from `required`."""
        return pa.schema(
            [pa.field(c.name, ARROW_TYPE[c.dtype], nullable=not c.required) for c in self.columns]
        )
