"""Queries over tables in DuckDB: in memory, no files, no network, locked.

A reader's query may only read the tables it is given, within limits of time and memory.
The result comes back in plain columns (text, number, integer, date, flag), so that every
output form can show it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from allanite.errors import UsageError

QUERY_SECONDS: Final = 60.0
MEMORY_LIMIT: Final = "4GB"
_READS: Final = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)


def connect_tables(tables: Mapping[str, pa.Table]) -> duckdb.DuckDBPyConnection:
    """An in-memory connection with one view a table and no access to files or variables."""
    connection = _closed_connection()
    for name, table in tables.items():
        connection.register(name, table)
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


def _closed_connection() -> duckdb.DuckDBPyConnection:
    """A connection that sees no variables, writes no temporary files and draws no progress."""
    connection = duckdb.connect(
        config={
            "python_enable_replacements": "false",
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": "",
        }
    )
    connection.execute("set enable_progress_bar = false")
    return connection


def run_query(
    query: str,
    names: Sequence[str],
    load: Callable[[str], pa.Table],
    seconds: float = QUERY_SECONDS,
) -> pa.Table:
    """Rows of one reading query; only the tables it names are loaded.

    Args:
        query: one SELECT (or DESCRIBE, SUMMARIZE, EXPLAIN, SHOW) in DuckDB's SQL.
        names: the tables there are.
        load: gives the table of a name.
        seconds: longest time the query may take [s].

    Raises:
        UsageError: not one reading query, one that DuckDB refuses, or one that takes too long.
    """
    try:
        statements = duckdb.extract_statements(query)
        if len(statements) != 1 or statements[0].type not in _READS:
            raise UsageError("write one query that reads, such as: select * from sites limit 5")
        wanted = _referenced(query, names)
        connection = connect_tables({name: load(name) for name in wanted})
        return plain_table(_rows_within(connection, query, seconds))
    except duckdb.Error as error:
        raise UsageError(f"query refused: {error}") from error


def _rows_within(connection: duckdb.DuckDBPyConnection, query: str, seconds: float) -> pa.Table:
    """Rows of the query; a thread of its own, so that time and Ctrl-C can stop it."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        rows = pool.submit(lambda: connection.sql(query).to_arrow_table())
        try:
            return rows.result(seconds)
        except TimeoutError as error:
            raise UsageError(
                f"query stopped after {seconds:g} s; ask for less, or allow more seconds"
            ) from error
        finally:
            connection.interrupt()


def _referenced(query: str, names: Sequence[str]) -> list[str]:
    """Tables the query names; all where that cannot be told without them.

    DuckDB resolves some forms (`join … using`) only where the tables are there.
    """
    try:
        found = {name.lower() for name in _closed_connection().get_table_names(query)}
    except duckdb.Error:
        return list(names)
    known = [name for name in names if name.lower() in found]
    return known if known and len(known) == len(found) else list(names)


def plain_table(table: pa.Table) -> pa.Table:
    """The table with distinct names and plain types; NaN and infinity become missing."""
    names: list[str] = []
    for name in table.column_names:
        count = sum(other == name or other.startswith(f"{name}_") for other in names)
        names.append(f"{name}_{count + 1}" if name in names else name)
    return pa.table([_plain_column(column) for column in table.columns], names=names)


def _plain_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_decimal(kind):
        column = column.cast(pa.float64())
        whole = kind.scale == 0
        return _whole_numbers(column) if whole else column
    if pa.types.is_floating(kind):
        return pc.if_else(pc.is_finite(column), column, pa.scalar(None, kind))
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind) or pa.types.is_date(kind):
        return column
    if pa.types.is_string(kind):
        return column
    texts = [None if value is None else str(value) for value in column.to_pylist()]
    return pa.chunked_array([pa.array(texts, pa.string())])


def _whole_numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Integers where they fit, as sums of integers do; floating numbers otherwise."""
    try:
        return column.cast(pa.int64())
    except pa.ArrowInvalid:
        return column
