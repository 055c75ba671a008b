"""A typed table while it is read into a bill of materials: its cells, and the findings so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from allanite.axis import FloatArray, IntArray
from allanite.catalogue.read import MAX_FINDINGS_PER_COLUMN
from allanite.errors import Finding, UsageError
from allanite.studies.screening.tree import row_finding

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A typed table while it is read, and the findings so far."""

    table: pa.Table
    origin: str
    findings: list[Finding] = field(default_factory=list)

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def values(self, column: str) -> list[Any]:
        """Cells of a column, None where empty."""
        return list(self.table.column(column).to_pylist())

    def numbers(self, column: str) -> FloatArray:
        """Cells of a number column, NaN where empty, shape (P,)."""
        array = self.table.column(column).cast(pa.float64()).to_numpy(zero_copy_only=False)
        return np.asarray(array, dtype=np.float64)

    def texts(self, column: str) -> tuple[str, ...]:
        """Cells of a text column in one line, "" where empty."""
        filled = pc.fill_null(pc.utf8_trim_whitespace(self.table.column(column)), "")
        return tuple(filled.to_pylist())

    def report(
        self, rows: Iterable[int], column: str, *, found: str, allowed: str, remedy: str
    ) -> None:
        """Add findings about some rows of a column; `found` may name the cell by `{}`."""
        cells_of = self.table.column(column)
        for row in list(rows)[:MAX_FINDINGS_PER_COLUMN]:
            text = found.format(repr(cells_of[row].as_py()))
            self.findings.append(
                row_finding(row, column, self.origin, found=text, allowed=allowed, remedy=remedy)
            )

    def distinct(
        self, column: str, read: Callable[[str], Found], empty: Found
    ) -> tuple[IntArray, list[Found]]:
        """Codes (P,) and what each distinct text means; 0 is `empty`.

        A word nobody knows is a finding on the first row that has it. After twenty the rest
        are not looked up: the file is refused anyhow, and near words take time to find.
        """
        encoded = self.table.column(column).combine_chunks().dictionary_encode()
        codes = np.asarray(encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)) + 1
        meanings, faults = [empty], 0
        for n, text in enumerate(encoded.dictionary.to_pylist(), start=1):
            if faults == MAX_FINDINGS_PER_COLUMN:
                meanings.append(empty)
                continue
            try:
                meanings.append(read(text))
            except UsageError as error:
                meanings.append(empty)
                faults += 1
                self._word_finding(int(np.flatnonzero(codes == n)[0]), column, text, error)
        return codes.astype(np.int64), meanings

    def _word_finding(self, row: int, column: str, text: str, error: UsageError) -> None:
        self.findings.append(
            row_finding(
                row,
                column,
                self.origin,
                found=repr(text),
                allowed=str(error),
                remedy="Correct the cell, or leave it empty if the value is not known.",
            )
        )
