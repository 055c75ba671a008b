"""Many files: read here or in processes, the faults of all of them told at once."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from allanite.errors import DataError, Finding
from allanite.ledger.reading.candidates import Reading, read_text, with_repeats
from allanite.ledger.reading.document import Document, Given, read_document
from allanite.ledger.reading.record import Record

CHUNK: Final = 50  # documents a task
_state: dict[str, Record] = {}


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that could not be read, and why."""

    file: str
    findings: tuple[Finding, ...]


def read_files(
    paths: Sequence[Path],
    record: Record,
    given: Given,
    workers: int = 1,
    *,
    skip_faulty: bool = False,
) -> tuple[list[Reading], list[Refused]]:
    """Readings of files in their order, and the files that were refused.

    Args:
        paths: files.
        record: what the release records.
        given: what the reader says about all of them.
        workers: processes that read.
        skip_faulty: read on where a file is refused.

    Raises:
        DataError: faults of any file, all of them at once; not with `skip_faulty`.
    """
    documents: list[Document] = []
    refused: list[Refused] = []
    for path in paths:
        try:
            documents.append(read_document(path, given))
        except DataError as error:
            refused.append(Refused(path.name, error.findings))
    if refused and not skip_faulty:
        raise DataError([finding for file in refused for finding in file.findings])
    return read_documents(documents, record, workers), refused


def read_documents(
    documents: Sequence[Document], record: Record, workers: int = 1
) -> list[Reading]:
    """Readings of documents in their order, repeats marked; the same whatever the processes."""
    numbered = list(enumerate(documents, start=1))
    if workers == 1 or len(numbered) <= CHUNK:
        return with_repeats([read_text(text, record, number) for number, text in numbered])
    chunks = [numbered[i : i + CHUNK] for i in range(0, len(numbered), CHUNK)]
    with ProcessPoolExecutor(workers, initializer=_keep, initargs=(record,)) as pool:
        return with_repeats([reading for part in pool.map(_read, chunks) for reading in part])


def _keep(record: Record) -> None:
    """Keep the record in a worker process, so that it is sent once."""
    _state["record"] = record


def _read(chunk: Sequence[tuple[int, Document]]) -> list[Reading]:
    return [read_text(text, _state["record"], number) for number, text in chunk]
