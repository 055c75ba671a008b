"""Table schema to DuckDB queries to findings, all of them at once.

Checked: required values, bounds (and NaN), allowed words, ranges (`low` is not above
`high`), keys, references between tables and circles of references within one. Each check
is one query that returns the rows at fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import duckdb
import pyarrow as pa

from allanite.catalogue.schema import Column, ForeignKey, TableSchema
from allanite.errors import Finding

MAX_FINDINGS_PER_CHECK: Final = 20


def check_tables(
    tables: Mapping[str, pa.Table],
    schemas: Mapping[str, TableSchema],
    origins: Mapping[str, str] | None = None,
    targets: Mapping[str, pa.Table] | None = None,
) -> list[Finding]:
    """Every fault of the tables against their schemas, in table order.

    Args:
        tables: typed tables by name.
        schemas: the declared form of each.
        origins: file a table came from, shown to the reader.
        targets: tables that references point into; the tables themselves by default.
    """
    connection = duckdb.connect()
    for name, table in tables.items():
        connection.register(name, table)
    present = targets if targets is not None else tables
    for name, table in present.items():
        connection.register(_target(name), table)
    findings: list[Finding] = []
    for name in tables:
        schema = schemas[name]
        origin = (origins or {}).get(name, "")
        findings.extend(_check_table(connection, schema, set(present), origin))
    return findings


def _target(table: str) -> str:
    return f"target of a reference: {table}"


def _check_table(
    connection: duckdb.DuckDBPyConnection, schema: TableSchema, present: set[str], origin: str
) -> Iterator[Finding]:
    for column in schema.columns:
        yield from _check_column(connection, schema, column, origin)
    yield from _check_range(connection, schema, origin)
    yield from _check_key(connection, schema, origin)
    for key in schema.foreign_keys:
        if key.to_table in present:
            yield from _check_reference(connection, schema, key, origin)
            if key.is_acyclic:
                yield from _check_circles(connection, schema, key, origin)


def _finding(
    schema: TableSchema, row: int, place: str, *, found: str, allowed: str, remedy: str, origin: str
) -> Finding:
    return Finding(
        table=schema.name,
        place=f"row {row}, {place}",
        found=found,
        allowed=allowed,
        remedy=remedy,
        origin=f"{origin}:{row + 1}" if origin else "",
    )


def _faulty_rows(
    connection: duckdb.DuckDBPyConnection, table: str, column: str, condition: str
) -> list[tuple[int, object]]:
    query = (
        f'select n, v from (select row_number() over () as n, "{column}" as v from "{table}")'
        f" where {condition} order by n limit {MAX_FINDINGS_PER_CHECK}"
    )
    return [(int(row[0]), row[1]) for row in connection.execute(query).fetchall()]


def _check_column(
    connection: duckdb.DuckDBPyConnection, schema: TableSchema, column: Column, origin: str
) -> Iterator[Finding]:
    for condition, allowed, remedy in _column_rules(column):
        for row, value in _faulty_rows(connection, schema.name, column.name, condition):
            yield _finding(
                schema,
                row,
                f'column "{column.name}"',
                found="no value" if value is None else repr(value),
                allowed=allowed,
                remedy=remedy,
                origin=origin,
            )


def _column_rules(column: Column) -> Iterator[tuple[str, str, str]]:
    if column.required:
        yield "v is null", "a value", "Fill the cell; if the value is not known, remove the row."
    if column.allowed:
        words = ", ".join("'" + word.replace("'", "''") + "'" for word in column.allowed)
        yield f"v not in ({words})", ", ".join(column.allowed), "Use one of the words."
    if column.dtype == "number":
        yield "isnan(v) or isinf(v)", "a finite number", "Leave the cell empty if not known."
    unit = f" {column.unit}" if column.unit else ""
    if column.low is not None:
        yield f"v < {column.low!r}", f"at least {column.low:g}{unit}", "Check sign and unit."
    if column.high is not None:
        yield f"v > {column.high!r}", f"at most {column.high:g}{unit}", "Check the unit."


def _check_range(
    connection: duckdb.DuckDBPyConnection, schema: TableSchema, origin: str
) -> Iterator[Finding]:
    if not {"low", "high"} <= set(schema.column_names):
        return
    query = (
        "select n, low, high from (select row_number() over () as n, low, high"
        f' from "{schema.name}") where low > high order by n limit {MAX_FINDINGS_PER_CHECK}'
    )
    for row, low, high in connection.execute(query).fetchall():
        yield _finding(
            schema,
            row,
            'columns "low" and "high"',
            found=f"low {low!r} above high {high!r}",
            allowed="low at most as large as high",
            remedy="Exchange or correct the two.",
            origin=origin,
        )


def _check_key(
    connection: duckdb.DuckDBPyConnection, schema: TableSchema, origin: str
) -> Iterator[Finding]:
    names = ", ".join(f'"{name}"' for name in schema.key)
    query = (
        f"select {names}, count(*), max(n) from (select *, row_number() over () as n"
        f' from "{schema.name}") group by {names} having count(*) > 1'
        f" order by max(n) limit {MAX_FINDINGS_PER_CHECK}"
    )
    for *values, count, row in connection.execute(query).fetchall():
        found = ", ".join(f"{n}={v!r}" for n, v in zip(schema.key, values, strict=True))
        yield _finding(
            schema,
            row,
            f"key ({', '.join(schema.key)})",
            found=f"{count} rows with {found}",
            allowed="one row for each key",
            remedy="Remove or rename all but one.",
            origin=origin,
        )


def _check_reference(
    connection: duckdb.DuckDBPyConnection, schema: TableSchema, key: ForeignKey, origin: str
) -> Iterator[Finding]:
    condition = (
        f'v is not null and v not in (select "{key.to_column}" from "{_target(key.to_table)}")'
    )
    for row, value in _faulty_rows(connection, schema.name, key.column, condition):
        yield _finding(
            schema,
            row,
            f'column "{key.column}"',
            found=repr(value),
            allowed=f"a value of {key.to_table}.{key.to_column}",
            remedy=f"Correct the name, or add it to table {key.to_table}.",
            origin=origin,
        )


def _check_circles(
    connection: duckdb.DuckDBPyConnection, schema: TableSchema, key: ForeignKey, origin: str
) -> Iterator[Finding]:
    """Rows that lead back to themselves through `key`, which points into their own table."""
    name, reference, target = key.to_column, key.column, _target(key.to_table)
    query = (
        f'with recursive up as (select "{name}" as first, "{reference}" as next from "{target}"'
        f' where "{reference}" is not null union select first, "{reference}" from up'
        f' join "{target}" on "{name}" = next where "{reference}" is not null)'
        f' select n, v, r from (select row_number() over () as n, "{name}" as v,'
        f' "{reference}" as r from "{schema.name}")'
        " where v in (select first from up where first = next)"
        f" order by n limit {MAX_FINDINGS_PER_CHECK}"
    )
    for row, value, next_value in connection.execute(query).fetchall():
        yield _finding(
            schema,
            row,
            f'column "{reference}"',
            found=f"{value!r} leads over {next_value!r} back to itself",
            allowed="references that end",
            remedy="Empty the column in one row of the circle.",
            origin=origin,
        )
