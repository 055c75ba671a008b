"""Commands `allanite data …`: list, show, check, sources, export, sql, update."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from allanite.cli.options import DataOption, JsonOption, OutOption
from allanite.errors import DataError, UsageError
from allanite.present.output import emit, write_table

if TYPE_CHECKING:
    import pyarrow as pa

    from allanite.catalogue.schema import Column, TableSchema
    from allanite.catalogue.store import Release

DOWNLOADS: Final = "allanite-data"
MEGABYTE: Final = 10**6

app = typer.Typer(
    help="Tables of the data release: list, show, check, export, query, update.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)

TableArgument = Annotated[str, typer.Argument(help="Name of a table; see `data list`.")]


@app.command("list", epilog="Example: `allanite data list --json`")
def list_tables(
    data: DataOption = None, as_json: JsonOption = False, out: OutOption = None
) -> None:
    """List the tables with rows, sources and licences."""
    from allanite.catalogue.store import load_release

    release = load_release(data=data)
    table = _table([_list_row(release, name) for name in release.names])
    if not as_json and out is None:
        table = table.select(["table", "rows", "licences", "description"])
    emit(table, title=f"Release {release.release}", as_json=as_json, out=out)


def _list_row(release: Release, name: str) -> dict[str, object]:
    from allanite.catalogue.tables import TABLES

    entry = release.entries.get(name)
    own = name in release.overrides
    return {
        "table": name,
        "group": TABLES[name].group,
        "rows": release.overrides[name].num_rows if own else (entry.rows if entry else 0),
        "own_rows": own,
        "sources": ", ".join(entry.sources) if entry else "",
        "licences": ", ".join(entry.licences) if entry else "",
        "description": TABLES[name].description,
    }


@app.command(
    epilog="Examples: `allanite data show regions --limit 5` · `allanite data show trade --schema`"
)
def show(
    table: TableArgument,
    schema: Annotated[
        bool, typer.Option("--schema", help="Show the columns, units and bounds, not the rows.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Rows to show.")] = 20,
    data: DataOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
) -> None:
    """Show the first rows of a table, or its columns."""
    from allanite.catalogue.store import load_release

    if schema:
        form = _schema(table)
        emit(schema_table(form), title=_schema_title(form), as_json=as_json, out=out)
        return
    rows = load_release(data=data).table(table)
    title = f"{table}: {min(limit, rows.num_rows):,} of {rows.num_rows:,} rows"
    emit(rows.slice(0, limit), title=title, as_json=as_json, out=out)


def _schema(table: str) -> TableSchema:
    from allanite.catalogue.tables import TABLES

    if table not in TABLES:
        raise UsageError(f"no table {table!r}; tables: {', '.join(TABLES)}")
    return TABLES[table]


def _schema_title(form: TableSchema) -> str:
    references = [f"{k.column} → {k.to_table}.{k.to_column}" for k in form.foreign_keys]
    refers = f"; refers: {', '.join(references)}" if references else ""
    return f"{form.name}: {form.description} Key: {', '.join(form.key)}{refers}"


def schema_table(form: TableSchema) -> pa.Table:
    """The columns of a table as rows."""
    return _table([_column_row(column, form) for column in form.columns])


def _column_row(column: Column, form: TableSchema) -> dict[str, object]:
    return {
        "column": column.name,
        "type": column.dtype,
        "unit": column.unit,
        "required": column.required,
        "key": column.name in form.key,
        "at_least": column.low,
        "at_most": column.high,
        "allowed": ", ".join(column.allowed),
        "description": column.description,
    }


@app.command(epilog="Example: `allanite data check --data my-tables`")
def check(data: DataOption = None, as_json: JsonOption = False, out: OutOption = None) -> None:
    """Check every table, your own laid over the release, against its schema.

    Exits with 2 and lists every fault where there is one.
    """
    from allanite.catalogue.check import check_tables
    from allanite.catalogue.store import load_release
    from allanite.catalogue.tables import TABLES

    release = load_release(data=data)
    tables = {name: release.table(name) for name in release.names}
    findings = check_tables(tables, TABLES)
    if findings:
        raise DataError(findings)
    rows = [{"table": name, "rows": table.num_rows, "faults": 0} for name, table in tables.items()]
    emit(_table(rows), title=f"Release {release.release}: no fault", as_json=as_json, out=out)


@app.command(epilog="Example: `allanite data sources --out sources.xlsx`")
def sources(data: DataOption = None, as_json: JsonOption = False, out: OutOption = None) -> None:
    """List the sources with publisher, date, licence and citation."""
    from allanite.catalogue.store import load_release

    release = load_release(data=data)
    table = release.table("sources")
    if not as_json and out is None:
        table = table.select(["source_id", "title", "licence", "accessed"])
    emit(table, title="Sources", as_json=as_json, out=out)


@app.command(
    epilog="Examples: `allanite data export trade --out trade.parquet` · "
    "`allanite data export sites --out sites.xlsx`"
)
def export(
    table: TableArgument,
    out: Annotated[
        Path,
        typer.Option(
            "--out", help="File to write; the ending rules the form: .csv .json .parquet .xlsx"
        ),
    ],
    data: DataOption = None,
) -> None:
    """Write a whole table to a file."""
    from allanite.catalogue.store import load_release

    rows = load_release(data=data).table(table)
    write_table(rows, out)
    typer.echo(f"wrote {out.name}: {rows.num_rows:,} rows", err=True)


@app.command(
    epilog='Example: `allanite data sql "select exporter, sum(trade_value) from trade '
    "where code = '850511' and year = 2024 group by 1 order by 2 desc limit 5\"`"
)
def sql(
    query: Annotated[str, typer.Argument(help="One query in DuckDB's SQL; it can only read.")],
    seconds: Annotated[
        float | None,
        typer.Option(
            "--seconds",
            min=0.1,
            help="Longest time the query may take [s]; a minute if not given.",
            show_default=False,
        ),
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
    out: OutOption = None,
) -> None:
    """Query the tables; the query has no access to files or the network."""
    from allanite.catalogue.query import QUERY_SECONDS
    from allanite.catalogue.store import load_release

    emit(load_release(data=data).sql(query, seconds or QUERY_SECONDS), as_json=as_json, out=out)


@app.command(
    epilog="Example: `allanite data update natural-earth --into outlines`. The release in the "
    "package is not changed: build it again from the new file in the repository."
)
def update(
    source: Annotated[str, typer.Argument(help="Id of a source; see `data sources`.")],
    into: Annotated[
        Path | None,
        typer.Option("--into", help="Folder for the file. [default: allanite-data/SOURCE]"),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Largest size [MB].")] = 500,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Download a source from its publisher's own address and compare it with the snapshot."""
    from allanite.catalogue.download import fetch
    from allanite.catalogue.files import inside
    from allanite.catalogue.store import load_release

    release = load_release(data=data)
    record = _source_record(release, source)
    serves = (
        f"The shipped release {release.release} serves: {record['title']}, version "
        f"{record['version']}, taken {record['accessed']}. Nothing was written."
    )
    address = record["download"]
    if not address:
        place = f"; see {record['url']}" if str(record["url"]).startswith("http") else ""
        raise UsageError(f"source {source} has no address to download from{place}. {serves}")
    folder = into or inside(Path(DOWNLOADS), source)
    try:
        found = fetch(str(address), folder, limit * MEGABYTE)
    except UsageError as error:
        raise UsageError(f"{error}. {serves}") from error
    row = {
        "source_id": source,
        "file": found.path.name,
        "bytes": found.bytes,
        "sha256": found.sha256,
        "compared": _compared(release, source, found.sha256),
    }
    emit(_table([row]), title=f"Downloaded to {folder}", as_json=as_json)


def _source_record(release: Release, source: str) -> dict[str, object]:
    records: dict[str, dict[str, object]] = {r["source_id"]: r for r in release.rows("sources")}
    if source not in records:
        raise UsageError(f"no source {source!r}; sources: {', '.join(records)}")
    return records[source]


def _compared(release: Release, source: str, sha256: str) -> str:
    files = [row for row in release.rows("source_files") if row["source_id"] == source]
    same = [row["file"] for row in files if row["sha256"] == sha256]
    if same:
        return f"equals the shipped snapshot {same[0]}"
    return (
        "differs from the shipped snapshot: a newer edition, or the publisher's own form "
        "of which the snapshot is an extract"
    )


def _table(rows: list[dict[str, object]]) -> pa.Table:
    import pyarrow as pa

    from allanite.catalogue.query import plain_table

    return plain_table(pa.Table.from_pylist(rows))
