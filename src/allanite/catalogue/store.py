"""Read and write a data release: Parquet files and one manifest with digests.

A release is a folder. `manifest.json` lists, for each table, rows, sha256, schema
version and licences. Reading checks the digest of each file it opens. A user's folder
may extend or override rows by key; the result passes through the same checks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from allanite.catalogue.check import check_tables
from allanite.catalogue.files import fault, inside
from allanite.catalogue.folders import write_folder
from allanite.catalogue.query import QUERY_SECONDS, connect_tables, run_query
from allanite.catalogue.read import TABLE_SUFFIXES, empty_table, read_table
from allanite.catalogue.tables import TABLES
from allanite.errors import DataError, Finding, UsageError

MANIFEST: Final = "manifest.json"
FORMAT_VERSION: Final = 1
_POSITION: Final = "position of the row"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableEntry:
    """One table of a release as the manifest lists it."""

    name: str
    file: str
    rows: int
    bytes: int
    sha256: str
    schema_version: int
    sources: tuple[str, ...]
    licences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """An opened data release.

    Attributes:
        folder: where the Parquet files are.
        release: name of the release, its date.
        entries: manifest entries by table name.
        overrides: tables that a user's folder changed, whole.
        digest: sha256 over the manifest and the overrides.
        opened: tables read so far; each file is read and verified once.
    """

    folder: Path
    release: str
    entries: Mapping[str, TableEntry]
    digest: str
    overrides: Mapping[str, pa.Table] = field(default_factory=dict)
    opened: dict[str, pa.Table] = field(default_factory=dict, repr=False, compare=False)

    def table(self, name: str) -> pa.Table:
        """The table of that name as Arrow.

        Raises:
            UsageError: no such table.
            DataError: the file does not have the digest of the manifest.
        """
        if name in self.overrides:
            return self.overrides[name]
        if name not in self.entries:
            raise UsageError(
                f"no table {name!r} in the release{_near(name)}; see allanite data list"
            )
        if name not in self.opened:
            self.opened[name] = _read_verified(self.folder, self.entries[name])
        return self.opened[name]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all tables, sorted."""
        return tuple(sorted({*self.entries, *self.overrides}))

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows of a small table as dictionaries."""
        rows: list[dict[str, Any]] = self.table(name).to_pylist()
        return rows

    def connect(self, names: Iterable[str] | None = None) -> duckdb.DuckDBPyConnection:
        """An in-memory DuckDB connection with one view a table and no access to files.

        Args:
            names: tables to load; all of them by default.
        """
        return connect_tables({name: self.table(name) for name in names or self.names})

    def sql(self, query: str, seconds: float = QUERY_SECONDS) -> pa.Table:
        """Rows of one query over the tables, in plain columns.

        Only the tables that the query names are loaded.

        Args:
            query: one query that reads.
            seconds: longest time it may take [s].

        Raises:
            UsageError: not one query, one that DuckDB refuses, or one that takes too long.
        """
        return run_query(query, self.names, self.table, seconds)


def _read_verified(folder: Path, entry: TableEntry) -> pa.Table:
    path = inside(folder, entry.file)
    if not path.is_file():
        raise fault(entry.file, "no such file", "the release's file", "Build the release again.")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != entry.sha256:
        raise fault(entry.file, "another sha256", entry.sha256, "Build the release again.")
    try:
        table = pq.ParquetFile(pa.py_buffer(content)).read()
    except (pa.ArrowException, OSError) as error:
        raise fault(entry.file, str(error), "a Parquet file", "Build the release again.") from error
    _check_columns(entry, table)
    return table


def _check_columns(entry: TableEntry, table: pa.Table) -> None:
    wanted = [(f.name, f.type) for f in TABLES[entry.name].arrow_schema()]
    if [(f.name, f.type) for f in table.schema] != wanted:
        allowed = ", ".join(f"{name} {kind}" for name, kind in wanted)
        found = ", ".join(f"{f.name} {f.type}" for f in table.schema)
        raise fault(entry.file, found, allowed, "Build the release again with this version.")


def shipped_folder() -> Path:
    """Folder of the release inside the installed package."""
    return Path(str(files("allanite"))) / "release"


def load_release(folder: Path | str | None = None, data: Path | str | None = None) -> Release:
    """Open a release, the shipped one by default, with a user's tables laid over it.

    Args:
        folder: folder of a release; None opens the one in the package.
        data: folder of a user's tables, `<table>.csv`, `.parquet` or `.xlsx`.

    Raises:
        UsageError: no release there, or the user's folder has a file for no known table.
        DataError: a file is damaged, or the user's tables have faults (all listed).
    """
    base = Path(folder) if folder is not None else shipped_folder()
    path = base / MANIFEST
    if not path.is_file():
        raise UsageError(f"no data release at {base.name!r}: run `make release` in the repository")
    content = path.read_bytes()
    try:
        manifest = json.loads(content)
        entries = {e["name"]: _entry(e) for e in manifest["tables"]}
        name = str(manifest["release"])
        _check_versions(manifest["format"], entries)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        remedy = "Build the release again with make release."
        raise fault(MANIFEST, f"{type(error).__name__}: {error}", "a manifest", remedy) from error
    release = Release(base, name, entries, hashlib.sha256(content).hexdigest())
    return overlay(release, Path(data)) if data is not None else release


def _check_versions(found: object, entries: Mapping[str, TableEntry]) -> None:
    """Raise `ValueError` for a release of another form than this version reads."""
    if found != FORMAT_VERSION:
        raise ValueError(f"format {found!r}, this version reads {FORMAT_VERSION}")
    for name, entry in entries.items():
        wanted = TABLES[name].version if name in TABLES else None
        if entry.schema_version != wanted:
            raise ValueError(f"table {name} of form {entry.schema_version}, known form: {wanted}")


def _entry(raw: dict[str, Any]) -> TableEntry:
    lists = {key: tuple(raw[key]) for key in ("sources", "licences")}
    texts = {key: str(raw[key]) for key in ("name", "file", "sha256")}
    return TableEntry(**{**raw, **lists, **texts, "rows": int(raw["rows"])})


def overlay(release: Release, folder: Path) -> Release:
    """The release with the rows of a user's folder added, or put in place of rows of equal key.

    Raises:
        UsageError: `folder` is not a folder, or holds a file that names no table.
        DataError: faults in the user's tables, all at once.
    """
    try:
        if not folder.is_dir():
            raise UsageError(f"--data {folder.name!r} is not a folder")
        paths = user_files(folder)
    except OSError as error:
        raise UsageError(f"--data {folder.name!r}: {error.strerror}") from error
    tables: dict[str, pa.Table] = {}
    findings: list[Finding] = []
    origins: dict[str, str] = {}
    for path in paths:
        rows, faults = read_table(path, TABLES[path.stem])
        findings += faults
        origins[path.stem] = path.name
        tables[path.stem] = rows
    if not findings:
        findings = _check_user_rows(release, tables, origins)
    if findings:
        raise DataError(findings)
    merged = {name: _merge(_base(release, name), rows, name) for name, rows in tables.items()}
    return with_overrides(release, merged)


def with_overrides(release: Release, tables: Mapping[str, pa.Table]) -> Release:
    """The release with whole tables in place of its own; its digest covers them."""
    return Release(
        release.folder,
        release.release,
        release.entries,
        _overlay_digest(release.digest, tables) if tables else release.digest,
        {**release.overrides, **tables},
    )


def _check_user_rows(
    release: Release, tables: Mapping[str, pa.Table], origins: Mapping[str, str]
) -> list[Finding]:
    """Faults of the user's rows alone; references may point at rows of the release."""
    targets = {k.to_table for name in tables for k in TABLES[name].foreign_keys}
    context = {name: _base(release, name) for name in targets}
    for name in targets & set(tables):
        context[name] = _merge(context[name], tables[name], name)
    return check_tables(tables, TABLES, origins, context)


def user_files(folder: Path) -> list[Path]:
    """Files of a user's folder, one a table, in alphabetical order.

    Raises:
        UsageError: a file for no known table, a known table in an unknown form, one table in
            two files, or no table at all.
    """
    found: dict[str, Path] = {}
    for path in sorted(p for p in folder.iterdir() if p.name[0] != "."):
        name, known = path.stem, path.suffix in TABLE_SUFFIXES
        if path.suffix.lower() not in TABLE_SUFFIXES and name.split(".")[0] not in TABLES:
            continue  # a note to the reader, such as README.md
        _check_user_file(path, known)
        if name in found:
            raise UsageError(f"table {name} stands in {found[name].name} and {path.name}: keep one")
        inside(folder, path.name)
        found[name] = path
    if not found:
        raise UsageError(f"--data {folder.name!r} holds no table; name a file <table>.csv")
    return list(found.values())


def _check_user_file(path: Path, has_known_ending: bool) -> None:
    if not has_known_ending:
        endings = ", ".join(TABLE_SUFFIXES)
        raise UsageError(f"{path.name}: ending {path.suffix!r}; known endings: {endings}")
    if path.stem not in TABLES:
        near = _near(path.stem)
        raise UsageError(f"{path.name}: no table {path.stem!r}{near}; see allanite data list")
    if TABLES[path.stem].group == "results":
        raise UsageError(
            f"{path.name}: table {path.stem} is a result, computed from the others; it cannot be"
            " given"
        )


def _near(name: str) -> str:
    near = get_close_matches(name, list(TABLES), n=2)
    return f" (near it: {', '.join(near)})" if near else ""


def _base(release: Release, name: str) -> pa.Table:
    return release.table(name) if name in release.names else empty_table(TABLES[name])


def _merge(base: pa.Table, rows: pa.Table, name: str) -> pa.Table:
    """`base`, in its order, without the rows whose key stands in `rows`; then `rows`."""
    position = pa.array(range(base.num_rows), pa.int64())
    match = " and ".join(
        f'base."{column}" is not distinct from added."{column}"' for column in TABLES[name].key
    )
    tables = {"base": base.append_column(_POSITION, position), "added": rows}
    query = f'select base."{_POSITION}" from base semi join added on {match}'
    replaced = connect_tables(tables).sql(query).to_arrow_table().column(_POSITION)
    kept = base.filter(pc.invert(pc.is_in(position, value_set=replaced.combine_chunks())))
    plain = pa.schema([pa.field(f.name, f.type) for f in TABLES[name].arrow_schema()])
    return pa.concat_tables([kept.cast(plain), rows.cast(plain)])


def _overlay_digest(digest: str, tables: Mapping[str, pa.Table]) -> str:
    hasher = hashlib.sha256(digest.encode())
    for name in sorted(tables):
        hasher.update(name.encode())
        hasher.update(parquet_bytes(tables[name]))
    return hasher.hexdigest()


def parquet_bytes(table: pa.Table) -> bytes:
    """The table as a Parquet file; equal tables give equal bytes."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", compression_level=9, version="2.6")
    content: bytes = sink.getvalue().to_pybytes()
    return content


def write_release(
    folder: Path,
    release: str,
    tables: Mapping[str, pa.Table],
    licence_of_source: Mapping[str, str],
) -> None:
    """Check the tables and write them as a release, all or nothing.

    Raises:
        DataError: any fault of any table; nothing is written.
    """
    findings = check_tables(tables, TABLES)
    if findings:
        raise DataError(findings)
    write_folder(folder, lambda scratch: _fill(scratch, release, tables, licence_of_source))


def _fill(
    folder: Path,
    release: str,
    tables: Mapping[str, pa.Table],
    licence_of_source: Mapping[str, str],
) -> None:
    entries = [
        _write_table(folder, name, tables[name], licence_of_source) for name in sorted(tables)
    ]
    manifest = {"format": FORMAT_VERSION, "release": release, "tables": entries}
    text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _write_table(
    folder: Path, name: str, table: pa.Table, licence_of_source: Mapping[str, str]
) -> dict[str, Any]:
    content = parquet_bytes(table)
    (folder / f"{name}.parquet").write_bytes(content)
    sources = source_ids(table)
    return {
        "name": name,
        "file": f"{name}.parquet",
        "rows": table.num_rows,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "schema_version": TABLES[name].version,
        "sources": sources,
        "licences": sorted({licence_of_source[s] for s in sources}),
    }


def source_ids(table: pa.Table) -> list[str]:
    """The distinct source ids of a table's rows, sorted; empty if it has no such column."""
    if "source_id" not in table.column_names:
        return []
    return sorted(x for x in table.column("source_id").unique().to_pylist() if x is not None)
