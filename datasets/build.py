"""Build the data release from every source folder: `python datasets/build.py [--out FOLDER]`.

A source folder holds `source.toml`, `prepare.py` and `snapshot/`. Each snapshot is
compared with its sha256, each `prepare.py` run, tables of the same name joined, all rows
checked against their schemas, and the release written whole or not at all. The same
snapshots give the same bytes.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
from rich.console import Console
from rich.progress import Progress

from allanite.catalogue.files import fault
from allanite.catalogue.read import rows_table
from allanite.catalogue.snapshot import check_snapshot
from allanite.catalogue.source import Source, read_source
from allanite.catalogue.store import shipped_folder, write_release
from allanite.catalogue.tables import TABLES
from allanite.catalogue.tables.core import SOURCE_FILES, SOURCES
from allanite.errors import AllaniteError

DATASETS = Path(__file__).resolve().parent
LICENCES = "LICENCES.md"
SOURCE_FILE = "source.toml"


def source_folders(datasets: Path) -> list[Path]:
    """Folders with a `source.toml`, in alphabetical order."""
    return sorted(path.parent for path in datasets.glob(f"*/{SOURCE_FILE}"))


def run_prepare(folder: Path, source: Source) -> dict[str, pa.Table]:
    """The tables of one source.

    Raises:
        DataError: the tables are not the ones that `source.toml` names, or one is not declared.
    """
    check_snapshot(folder, source)
    module_name = "prepare_" + source.source_id.replace("-", "_")
    spec = importlib.util.spec_from_file_location(module_name, folder / "prepare.py")
    if spec is None or spec.loader is None:
        raise fault(source.source_id, "no prepare.py", "a file prepare.py", "Write it.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    spec.loader.exec_module(module)
    tables: dict[str, pa.Table] = module.prepare(folder)
    named = f"tables {sorted(source.tables)} of {SOURCE_FILE}"
    if set(tables) != set(source.tables):
        raise fault(source.source_id, f"tables {sorted(tables)}", named, "Make the two agree.")
    for name in sorted(set(tables) - set(TABLES)):
        remedy = "Declare its schema in catalogue/tables."
        raise fault(source.source_id, f"table {name!r}", "declared tables", remedy)
    return {name: _plain(table, name) for name, table in tables.items()}


def _plain(table: pa.Table, name: str) -> pa.Table:
    """The table with the declared columns in the declared order, without metadata."""
    target = TABLES[name].arrow_schema()
    missing = sorted(set(target.names) - set(table.column_names))
    if missing:
        raise fault(name, f"no columns {missing}", ", ".join(target.names), "Correct prepare.py.")
    plain = pa.schema([pa.field(field.name, field.type) for field in target])
    return table.select(target.names).cast(plain)


def join_tables(parts: Sequence[Mapping[str, pa.Table]]) -> dict[str, pa.Table]:
    """Tables of the same name one below the other, in the order of the sources."""
    names = sorted({name for part in parts for name in part})
    return {name: pa.concat_tables([p[name] for p in parts if name in p]) for name in names}


def source_tables(sources: Sequence[Source]) -> dict[str, pa.Table]:
    """The tables `sources` and `source_files` from the source records."""
    fields = SOURCES.column_names
    records = [{name: getattr(source, name) or None for name in fields} for source in sources]
    files = [
        {"source_id": source.source_id, "file": file.name, "sha256": file.sha256}
        for source in sources
        for file in source.files
    ]
    return {
        "sources": rows_table(SOURCES, records),
        "source_files": rows_table(SOURCE_FILES, files),
    }


def licences_text(sources: Sequence[Source]) -> str:
    """The page that lists the licence and the citation of every source."""
    head = (
        "# Licences of the data\n\n"
        "Generated from the `source.toml` files by `datasets/build.py`; do not edit.\n"
        "Each source keeps its own licence; rows compiled by this project are CC-BY-4.0.\n"
    )
    return head + "".join(_licence_section(source) for source in sources)


def _licence_section(source: Source) -> str:
    licence = source.licence
    if source.licence_url:
        licence = f"[{licence}]({source.licence_url})"
    address = f"<{source.url}>" if source.url.startswith("http") else source.url
    return (
        f"\n## {source.source_id}\n\n{source.publisher}: {source.title}, {source.version}.\n\n"
        f"- Licence: {licence}\n- Address: {address}\n- Taken: {source.accessed.isoformat()}\n"
        f"- Tables: {', '.join(source.tables)}\n- Cite: {source.citation}\n"
        + (f"- Note: {source.note}\n" if source.note else "")
    )


def build(datasets: Path, out: Path, console: Console) -> int:
    """Build the release into `out`; returns the number of tables."""
    folders = source_folders(datasets)
    sources = [read_source(folder / SOURCE_FILE) for folder in folders]
    parts: list[Mapping[str, pa.Table]] = [source_tables(sources)]
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("sources", total=len(folders))
        for folder, source in zip(folders, sources, strict=True):
            progress.update(task, description=source.source_id)
            parts.append(run_prepare(folder, source))
            progress.advance(task)
    tables = join_tables(parts)
    release = (datasets / "RELEASE").read_text(encoding="utf-8").strip()
    write_release(out, release, tables, {s.source_id: s.licence for s in sources})
    return len(tables)


def main() -> int:
    """Run the command; a fault in the data prints one message and exits with 2."""
    parser = argparse.ArgumentParser(description="Build the data release from datasets/.")
    parser.add_argument("--out", type=Path, default=shipped_folder(), help="folder to write")
    arguments = parser.parse_args()
    console = Console(stderr=True)
    try:
        count = build(DATASETS, arguments.out, console)
        sources = [read_source(folder / SOURCE_FILE) for folder in source_folders(DATASETS)]
        (DATASETS / LICENCES).write_text(licences_text(sources), encoding="utf-8")
    except AllaniteError as error:
        console.print(f"error: {error}", markup=False, soft_wrap=True)
        return 2
    total = sum(path.stat().st_size for path in arguments.out.iterdir())
    console.print(f"wrote {count} tables, {total / 1e6:.1f} MB, to {arguments.out.name}/")
    return 0


if __name__ == "__main__":
    sys.exit(main())
