"""Kinds of error a user can meet, and the form every one of them takes.

Each says where it stands, what was found, what is allowed and what to do. All of
them are `AllaniteError`; the command line prints the message and exits with 2. Any
other exception is a bug and keeps its traceback.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class AllaniteError(Exception):
    """An error whose message is written for the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault in one table.

    Attributes:
        table: table name, or the file name where no table could be read.
        place: row and column in the reader's words, e.g. `row 12, column "share"`.
        found: the value as it stands.
        allowed: what may stand there.
        remedy: what the user can do.
        origin: file (and line) the row came from; empty if it has none.
    """

    table: str
    place: str
    found: str
    allowed: str
    remedy: str
    origin: str = ""

    def __str__(self) -> str:
        where = f"{self.table}[{self.place}]" if self.place else self.table
        origin = f" ({self.origin})" if self.origin else ""
        return f"{where}{origin}: found {self.found}; allowed: {self.allowed}. {self.remedy}"


class DataError(AllaniteError):
    """Input tables with faults; lists every finding at once."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        count = len(self.findings)
        head = f"{count} fault{'' if count == 1 else 's'} in the data"
        super().__init__("\n".join([head, *(f"  {finding}" for finding in self.findings)]))

    def __reduce__(self) -> tuple[type[DataError], tuple[tuple[Finding, ...]]]:
        """Its findings: an error must pass from a worker process to its caller whole."""
        return type(self), (self.findings,)


class ModelError(AllaniteError):
    """A network, case or question that cannot be built; names labels and values."""


class SolveError(AllaniteError):
    """A programme the solver could not solve.

    Attributes:
        status: how the solver ended, in words.
        file: name of the file the programme was written to; empty where there is none.
    """

    def __init__(self, status: str, message: str, file: str = "") -> None:
        self.status = status
        self.file = file
        self.message = message
        super().__init__(f"solver stopped with status {status}: {message}")

    def __reduce__(self) -> tuple[type[SolveError], tuple[str, str, str]]:
        """Its three arguments: an error must pass from a worker process to its caller whole."""
        return type(self), (self.status, self.message, self.file)


class UsageError(AllaniteError):
    """A command or a call with arguments that do not fit."""
