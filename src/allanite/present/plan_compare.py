"""Two plans side by side: what one builds and the other does not, costs, losses, stocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from allanite.catalogue.read import read_table
from allanite.catalogue.tables.results_plan import SCHEMAS
from allanite.errors import DataError, UsageError
from allanite.present.words import money, opening
from allanite.studies.result import read_result

Tables = Mapping[str, pa.Table]
Row = dict[str, Any]
BUILT: Final = 0.005  # of a project: less is no difference
ENDINGS: Final = (".csv", ".parquet", ".xlsx")
_SCHEMA: Final = pa.schema(
    [
        ("kind", pa.string()),
        ("what", pa.string()),
        ("unit", pa.string()),
        ("first", pa.float64()),
        ("second", pa.float64()),
        ("difference", pa.float64()),
    ]
)


def read_plan_tables(path: Path) -> Tables:
    """Tables of a plan in a result folder, or the one in a file that `--out` wrote.

    Raises:
        UsageError: no result there, one of another command, or a file without a table of a plan.
        DataError: a table has faults.
    """
    if path.is_dir():
        result = read_result(path)
        if result.record.command != "plan":
            raise UsageError(f"{path.name!r} holds a result of {result.record.command}, not a plan")
        return result.tables
    if not path.is_file():
        raise UsageError(f"no such folder or file: {str(path)!r}")
    return _read_file(path)


def _read_file(path: Path) -> Tables:
    """The table of a file, known by its columns."""
    if path.suffix not in ENDINGS:
        raise UsageError(f"cannot read {path.name!r}: endings known are {', '.join(ENDINGS)}")
    for schema in SCHEMAS:
        if schema.name not in ("plan_figures", "plan_projects", "plan_stocks"):
            continue
        try:
            table, faults = read_table(path, schema)
        except DataError:
            continue
        if not faults:
            return {schema.name: table}
    raise UsageError(
        f"{path.name!r} is no table of a plan that can be compared: figures, projects or stocks"
    )


def comparison_table(first: Tables, second: Tables) -> pa.Table:
    """What differs between two plans, and the costs and losses of both.

    Columns kind (figure, project, stock), what, unit, first, second, difference (second less
    first); a figure that one of them lacks is missing there.

    Raises:
        UsageError: the two have no table in common.
    """
    common = [name for name in _VALUES if name in first and name in second]
    if not common:
        raise UsageError("the two hold different tables; compare folders, or files of one table")
    rows = [row for name in common for row in _pairs(name, first[name], second[name])]
    return pa.Table.from_pylist(rows, _SCHEMA)


def _pairs(name: str, first: pa.Table, second: pa.Table) -> Iterator[Row]:
    one, two = (_VALUES[name](table) for table in (first, second))
    kind = name.removeprefix("plan_").removesuffix("s")
    absent = None if kind == "figure" else 0.0
    for key in dict.fromkeys([*one, *two]):
        a, b = one.get(key, absent), two.get(key, absent)
        if kind != "figure" and abs((a or 0.0) - (b or 0.0)) < BUILT:
            continue
        difference = None if a is None or b is None else b - a
        what, unit = key
        yield {
            "kind": kind,
            "what": what,
            "unit": unit,
            "first": a,
            "second": b,
            "difference": difference,
        }


Values = dict[tuple[str, str], float | None]


def _figures(table: pa.Table) -> Values:
    """Figures by name and unit; where only a range is known, its middle."""
    return {(row["figure"], row["unit"]): _central(row) for row in table.to_pylist()}


def _central(row: Row) -> float | None:
    if row["value"] is not None or row["low"] is None or row["high"] is None:
        return row["value"]  # type: ignore[no-any-return]
    return float(row["low"] + row["high"]) / 2


def _projects(table: pa.Table) -> Values:
    return {
        (f"{row['name']} ({row['project_id']})", "share built"): row["built_share"]
        for row in table.to_pylist()
    }


def _stocks(table: pa.Table) -> Values:
    """Tonnes ordered of each stock over all years."""
    found: Values = {}
    for row in table.to_pylist():
        key = row["stock"], "t"
        found[key] = (found.get(key) or 0.0) + row["ordered_amount"]
    return found


_VALUES: Final = {"plan_figures": _figures, "plan_projects": _projects, "plan_stocks": _stocks}


def comparison_lines(first: Tables, second: Tables, names: tuple[str, str]) -> list[str]:
    """What is built in one plan and not in the other, and what each costs and loses."""
    lines = []
    if "plan_projects" in first and "plan_projects" in second:
        built = [_built(tables["plan_projects"]) for tables in (first, second)]
        for mine, other, name in ((*built, names[0]), (*built[::-1], names[1])):
            only = ", ".join(x for x in mine if x not in other) or "nothing"
            lines.append(f"Built in {name} only: {only}.")
    if "plan_figures" in first and "plan_figures" in second:
        found = [_figures(tables["plan_figures"]) for tables in (first, second)]
        for figure in ("capital", "mean cost, plan", "tail cost, plan", "mean loss, plan"):
            a, b = (values.get((figure, "million USD")) for values in found)
            if a is not None and b is not None:
                title = opening(figure.removesuffix(", plan"))
                lines.append(f"{title}: {money(a)} in {names[0]}, {money(b)} in {names[1]}.")
    return lines


def _built(table: pa.Table) -> list[str]:
    rows = table.to_pylist()
    return [r["name"] for r in rows if r["built_share"] > BUILT and not r["is_committed"]]
