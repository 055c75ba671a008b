"""Folders of results: written whole or not at all, and never over a reader's own files."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from allanite.errors import UsageError

RECORD: Final = "record.json"
TABLE_FOLDER: Final = "tables"


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """What the system refuses while `path` is written becomes a `UsageError` that names it."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(
            f"cannot write {path.name!r}: {reason}; nothing was written there, name another place"
        ) from error


def write_folder(folder: Path, fill: Callable[[Path], object]) -> None:
    """Fill a new folder and put it in the place of `folder`; the old one stays if that fails.

    Args:
        folder: where it goes; see `check_replaceable` for what may stand there.
        fill: writes the files into the empty folder it is given.

    Raises:
        UsageError: the system refuses to write there.
    """
    with writing(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".allanite-", dir=folder.parent))
        try:
            (scratch / "new").mkdir()
            fill(scratch / "new")
            _swap(scratch, folder)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def _swap(scratch: Path, folder: Path) -> None:
    had_old = folder.exists()
    if had_old:
        folder.replace(scratch / "old")
    try:
        (scratch / "new").replace(folder)
    except BaseException:
        if had_old:
            (scratch / "old").replace(folder)
        raise


def check_replaceable(
    folder: Path, kind: str, tables: Collection[str], files: Collection[str] = ()
) -> None:
    """Raise `UsageError` where writing a `kind` to `folder` would remove other files.

    What this package wrote holds `record.json`, `tables/` with Parquet files of declared
    tables, and `files`; anything else belongs to the reader.

    Args:
        folder: where the `kind` will be written.
        kind: what is written, in words.
        tables: names of the declared tables.
        files: names of its files beside the record and the tables.
    """
    with writing(folder):
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise UsageError(f"{str(folder)!r} is not a folder; name a new or an empty one")
        if not folder.exists():
            check_parent(folder)
            return
        others = sorted(_foreign(folder, {f"{name}.parquet" for name in tables}, files))
    if others:
        raise UsageError(
            f"folder {str(folder)!r} holds other files than a {kind} ({', '.join(others[:3])});"
            " name a new or an empty folder"
        )


def check_parent(folder: Path) -> None:
    """Raise `UsageError` where no folder of that name can be made."""
    parent = next(path for path in folder.absolute().parents if path.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise UsageError(
            f"cannot write {folder.name!r}: {parent.name!r} is no folder you may write to"
        )


def _foreign(folder: Path, table_files: set[str], files: Collection[str]) -> Iterator[str]:
    names = {path.name for path in folder.iterdir()}
    if names and RECORD not in names:
        yield from names
        return
    yield from names - {RECORD, TABLE_FOLDER, *files}
    tables = folder / TABLE_FOLDER
    if tables.is_symlink() or (tables.exists() and not tables.is_dir()):
        yield TABLE_FOLDER
    elif tables.is_dir():
        found = {path.name for path in tables.iterdir()} - table_files
        yield from (f"{TABLE_FOLDER}/{name}" for name in found)
