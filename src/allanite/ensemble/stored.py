"""Results of tasks in a folder: what a stopped run leaves behind and the next one reads.

A folder holds `study.json` and one small file for each chunk of tasks. A chunk is written to
another name and renamed, carries a digest of its content, and is read back only if everything
in it is as it was written; otherwise its tasks count as never computed.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import Any, Final

from allanite.catalogue.files import read_text_file
from allanite.catalogue.folders import check_parent, writing
from allanite.ensemble.tasks import Study, canonical_json
from allanite.ensemble.worker import Figures
from allanite.errors import DataError, UsageError

STUDY_FILE: Final = "study.json"
_FORM: Final = "allanite ensemble 1"
_LOCK_FILE: Final = "lock"
_PART: Final = ".part"
_CHUNKS: Final = "chunk-*.json"
_LIMIT: Final = 64 * 1024**2


@contextmanager
def open_folder(folder: Path, study: Study[Any]) -> Iterator[dict[str, Figures]]:
    """What is stored for the study, by key of the task; no other run may write meanwhile.

    Args:
        folder: made where it does not exist.
        study: the question that the folder is for.

    Raises:
        UsageError: the folder belongs to another study or holds other files, another run
            writes to it, or the system refuses to write there.
    """
    _check_folder(folder, study)
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / _LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    try:
        _take(lock, folder)
        with writing(folder):
            for leftover in folder.glob(_CHUNKS + _PART):
                leftover.unlink(missing_ok=True)
            if not (folder / STUDY_FILE).exists():
                _write(folder / STUDY_FILE, _study_text(study))
        yield _read_chunks(folder, study.digest)
    finally:
        os.close(lock)


def store_chunk(folder: Path, digest: str, results: Mapping[str, Figures]) -> None:
    """Write the results of some tasks, whole or not at all.

    Args:
        folder: a folder that `open_folder` holds.
        digest: digest of the study.
        results: figures by key of the task.

    Raises:
        UsageError: the system refuses to write there.
    """
    body = canonical_json(results)
    name = hashlib.sha256("".join(sorted(results)).encode()).hexdigest()
    text = canonical_json({"study": digest, "results": results, "sha256": _seal(digest, body)})
    with writing(folder):
        _write(folder / f"chunk-{name[:32]}.json", text)


def _seal(digest: str, body: str) -> str:
    return hashlib.sha256((digest + body).encode()).hexdigest()


def _study_text(study: Study[Any]) -> str:
    return canonical_json({"form": _FORM, "name": study.name, "digest": study.digest})


def _write(path: Path, text: str) -> None:
    part = path.with_name(path.name + _PART)
    part.write_text(text + "\n", encoding="utf-8")
    part.replace(path)


def _take(lock: int, folder: Path) -> None:
    """Hold the lock until it is closed or the process ends, however it ends."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise UsageError(
            f"another run writes to {str(folder)!r}; wait for it or name another folder"
        ) from error
    except OSError:
        return  # a file system without locks: the digests of the chunks still guard the content


def _check_folder(folder: Path, study: Study[Any]) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UsageError(f"{str(folder)!r} is not a folder; name a new or an empty one")
    if not folder.exists():
        check_parent(folder)
        return
    with writing(folder):
        names = {path.name for path in folder.iterdir()} - {_LOCK_FILE, STUDY_FILE + _PART}
    if STUDY_FILE in names:
        _check_study(folder, study)
    elif names:
        raise UsageError(
            f"folder {str(folder)!r} holds other files than an ensemble"
            f" ({', '.join(sorted(names)[:3])}); name a new or an empty folder"
        )


def _check_study(folder: Path, study: Study[Any]) -> None:
    content = _read_json(folder / STUDY_FILE)
    if not isinstance(content, dict) or content.get("form") != _FORM:
        raise UsageError(
            f"{STUDY_FILE} in {str(folder)!r} is not that of an ensemble; name a new folder"
        )
    if content.get("digest") != study.digest:
        raise UsageError(
            f"folder {str(folder)!r} holds draws of another study ({content.get('name')!r},"
            f" digest {str(content.get('digest'))[:12]}; this one is {study.name!r},"
            f" digest {study.digest[:12]}): its parameters, data or package versions differ;"
            " name a new folder"
        )


def _read_json(path: Path) -> object:
    """Content of a JSON file; None where it is not one."""
    try:
        return json.loads(read_text_file(path, _LIMIT))
    except (DataError, ValueError, RecursionError):
        return None


def _read_chunks(folder: Path, digest: str) -> dict[str, Figures]:
    known: dict[str, Figures] = {}
    for path in sorted(folder.glob(_CHUNKS)):
        known.update(_trusted(_read_json(path), digest))
    return known


def _trusted(content: object, digest: str) -> dict[str, Figures]:
    """The results in a chunk; none where anything is not as it was written."""
    if not isinstance(content, dict) or content.get("study") != digest:
        return {}
    results = content.get("results")
    if not isinstance(results, dict) or not all(map(_are_figures, results.values())):
        return {}
    sealed = content.get("sha256") == _seal(digest, canonical_json(results))
    return {key: dict(sorted(figures.items())) for key, figures in results.items() if sealed}


def _are_figures(figures: object) -> bool:
    return isinstance(figures, dict) and all(
        isinstance(value, float) and isfinite(value) for value in figures.values()
    )
