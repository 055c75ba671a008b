"""A result: the run record and the result tables, written and read like a release.

A result folder holds `record.json` and `tables/<name>.parquet`. Every table has a declared
schema and is checked against it before anything is written; a folder appears whole or not
at all. Equal results give equal tables, byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from allanite.catalogue.check import check_tables
from allanite.catalogue.files import fault, inside, read_text_file
from allanite.catalogue.folders import RECORD, TABLE_FOLDER, check_replaceable, write_folder
from allanite.catalogue.read import read_table
from allanite.catalogue.schema import TableSchema
from allanite.catalogue.store import parquet_bytes
from allanite.catalogue.tables import TABLES
from allanite.errors import DataError, Finding, UsageError
from allanite.record import RunRecord

_DUST: Final = 1e-9  # what a bounded number may lie beyond its bound by rounding


@dataclass(frozen=True, slots=True)
class Result:
    """What a study found.

    Attributes:
        record: what was asked, of which data, with which versions.
        tables: result tables by name, each of a declared schema.
    """

    record: RunRecord
    tables: Mapping[str, pa.Table]

    def table(self, name: str) -> pa.Table:
        """The table of that name; raises `UsageError` naming those there are."""
        if name not in self.tables:
            raise UsageError(f"no table {name!r} in the result; it has {', '.join(self.tables)}")
        return self.tables[name]


def snapped(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """The tables with bounded numbers that rounding left a hair outside put on their bound.

    So the check of bounds finds faults, and not the dust of a solver.
    """
    return {name: _snapped(table, TABLES[name]) for name, table in tables.items()}


def _snapped(table: pa.Table, schema: TableSchema) -> pa.Table:
    for column in schema.columns:
        for bound, beyond in ((column.low, pc.less), (column.high, pc.greater)):
            if bound is None or column.dtype != "number":
                continue
            values = table.column(column.name)
            near = pc.less_equal(pc.abs(pc.subtract(values, bound)), _DUST)
            kept = pc.if_else(pc.and_(beyond(values, bound), near), bound, values)
            table = table.set_column(table.column_names.index(column.name), column.name, kept)
    return table


def check_result(tables: Mapping[str, pa.Table]) -> list[Finding]:
    """Every fault of result tables: unknown names, columns, types, bounds and keys."""
    findings = [_unknown_table(name) for name in tables if not _is_result(name)]
    known = {name: table for name, table in tables.items() if _is_result(name)}
    for name, table in known.items():
        findings += _column_faults(table, TABLES[name])
    return findings or check_tables(known, TABLES)


def _is_result(name: str) -> bool:
    return name in TABLES and TABLES[name].group == "results"


def _unknown_table(name: str) -> Finding:
    return Finding(
        table=name,
        place="",
        found="a table that is not declared as a result",
        allowed=", ".join(n for n, schema in TABLES.items() if schema.group == "results"),
        remedy="Declare it in catalogue.tables.results_*.",
    )


def _column_faults(table: pa.Table, schema: TableSchema) -> list[Finding]:
    wanted = [(field.name, field.type) for field in schema.arrow_schema()]
    found = [(field.name, field.type) for field in table.schema]
    if wanted == found:
        return []
    return [
        Finding(
            table=schema.name,
            place="columns",
            found=", ".join(f"{name} {kind}" for name, kind in found),
            allowed=", ".join(f"{name} {kind}" for name, kind in wanted),
            remedy="Build the table with `catalogue.read.rows_table` or in the schema's order.",
        )
    ]


def write_result(result: Result, folder: Path) -> None:
    """Check the tables and write the result as a folder, all or nothing.

    Raises:
        DataError: any fault of any table; nothing is written.
        UsageError: `folder` holds something that is not a result.
    """
    findings = check_result(result.tables)
    if findings:
        raise DataError(findings)
    check_replaceable(folder, "result", TABLES)
    write_folder(folder, lambda scratch: _fill(scratch, result))


def _fill(folder: Path, result: Result) -> None:
    (folder / RECORD).write_text(result.record.to_json() + "\n", encoding="utf-8")
    tables = folder / TABLE_FOLDER
    tables.mkdir()
    for name in sorted(result.tables):
        (tables / f"{name}.parquet").write_bytes(parquet_bytes(result.tables[name]))


def read_result(folder: Path) -> Result:
    """The result in a folder that `write_result` wrote.

    Raises:
        UsageError: no result there.
        DataError: the record is not one, or a table has faults (all listed).
    """
    if not (folder / RECORD).is_file() or not (folder / TABLE_FOLDER).is_dir():
        raise UsageError(
            f"no result in {folder.name!r}: {RECORD} and {TABLE_FOLDER}/ must stand there"
        )
    record = read_record(folder / RECORD)
    tables: dict[str, pa.Table] = {}
    findings: list[Finding] = []
    for path in sorted((folder / TABLE_FOLDER).glob("*.parquet")):
        if not _is_result(path.stem):
            findings.append(_unknown_table(path.stem))
            continue
        inside(folder, f"{TABLE_FOLDER}/{path.name}")
        tables[path.stem], faults = read_table(path, TABLES[path.stem])
        findings += faults
    findings = findings or check_result(tables)
    if findings:
        raise DataError(findings)
    return Result(record, tables)


def read_record(path: Path) -> RunRecord:
    """The run record in a file; raises `DataError` for anything else."""
    try:
        raw: dict[str, Any] = json.loads(read_text_file(path))
        return RunRecord(**raw)
    except (json.JSONDecodeError, TypeError) as error:
        raise fault(path.name, str(error), "a run record", "Write the result again.") from error
