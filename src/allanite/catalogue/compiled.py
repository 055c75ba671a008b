"""Rows of tables compiled by hand: cells of a snapshot with errata laid over, into typed rows.

A snapshot file keeps its cells as compiled. `read_cells` reads them as text, applies the
errata of that file (`errata`), and gives each row its locator. The quality of a row follows
from what kind of source it has and whether the page was read:

- observed: official, company, press or analysis, and the page was read in full or in part;
- estimated: an estimate, own arithmetic, or a named document that was recalled, not re-read;
- assumed: judgement, an order of magnitude, or an assumption, in the compiler's own words.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from allanite.catalogue.convert import RegionNames, read_region_names
from allanite.catalogue.errata import Erratum, apply_errata, read_errata
from allanite.errors import DataError, Finding, UsageError

PUBLISHED: Final = ("official", "company", "press", "analysis")
READ: Final = ("yes", "partly")
JUDGEMENT: Final = re.compile(
    r"judgement|order of magnitude|assumption|assumed|own fill|midpoint guess", re.IGNORECASE
)
LINK: Final = re.compile(r"https?://[^\s;,)'\"]+")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a snapshot file.

    Attributes:
        cells: text by column after the errata; an empty cell is "".
        locator: file and line.
        correction_ids: corrections that changed the row, separated by a space.
        names: region codes by the names that are printed.
    """

    cells: Mapping[str, str]
    locator: str
    correction_ids: str
    names: RegionNames

    def text(self, column: str) -> str | None:
        """The cell, or None where it is empty."""
        return self.cells[column].strip() or None

    def number(self, column: str, factor: float = 1.0) -> float | None:
        """The cell as a number times `factor`, or None where it is empty."""
        cell = self.text(column)
        if cell is None:
            return None
        try:
            value = float(cell)
        except ValueError as error:
            raise DataError([self._fault(column, cell, "a number")]) from error
        return value if factor == 1.0 else value * factor

    def integer(self, column: str) -> int | None:
        """The cell as a whole number, or None where it is empty."""
        value = self.number(column)
        return None if value is None else int(value)

    def region(self, column: str) -> str:
        """The region code of a name; raises `DataError` for a name without one."""
        name = self.cells[column].strip()
        code = self.code(name)
        if code is None:
            raise DataError([self._fault(column, name, "a name of table region_names")])
        return code

    def code(self, name: str) -> str | None:
        """The region code of a name, or None where it is no single region."""
        try:
            return self.names.code(name)
        except UsageError:
            return None

    def regions(self, column: str) -> str:
        """Region codes of names that are separated by a /."""
        parts = [name.strip() for name in self.cells[column].split("/")]
        codes = [(name, self.code(name)) for name in parts]
        faults = [
            self._fault(column, name, "names of table region_names")
            for name, code in codes
            if code is None
        ]
        if faults:
            raise DataError(faults)
        return "/".join(code for _, code in codes if code is not None)

    def _fault(self, column: str, found: str, allowed: str) -> Finding:
        return Finding(
            table=self.locator,
            place=f'column "{column}"',
            found=repr(found),
            allowed=allowed,
            remedy="Correct the snapshot, or add an erratum with the reason.",
        )


def read_rows(folder: Path, name: str, errata_of: str = "") -> list[Row]:
    """The rows of `folder/snapshot/name` with the errata of that file applied.

    Args:
        folder: dataset folder; errata stand in the dataset `corrections-2026` beside it.
        name: file name.
        errata_of: name under which the errata list the file; empty for none.

    Raises:
        DataError: an erratum whose old value is not the one that stands in the file.
    """
    with (folder / "snapshot" / name).open(encoding="utf-8-sig", newline="") as file:
        rows = [dict(row) for row in csv.DictReader(file)]
    changes = read_errata_of(folder, errata_of) if errata_of else []
    touched = apply_errata(rows, changes)
    names = read_region_names(folder.parent)
    return [
        Row(cells, f"{name}:{index + 2}", " ".join(touched.get(index, ())), names)
        for index, cells in enumerate(rows)
    ]


def read_errata_of(folder: Path, name: str) -> Sequence[Erratum]:
    """Errata of one compiled file; they stand in the dataset `corrections-2026` beside it."""
    path = folder.parent / "corrections-2026" / "snapshot" / "applied.csv"
    return [erratum for erratum in read_errata(path) if erratum.file == name]


def quality(confidence: str | None, seen: str | None, *words: str | None) -> str:
    """Quality of a row from its kind of source, whether it was read, and its own words."""
    if any(JUDGEMENT.search(word) for word in words if word):
        return "assumed"
    if confidence in PUBLISHED and seen in READ:
        return "observed"
    return "estimated"


def provenance(row: Row, source_id: str, *words: str | None) -> dict[str, object]:
    """Provenance and evidence columns of a row that has source_url, as_of, confidence.

    A file without `source_seen` counts a named page as read, and own work as own.
    """
    address = row.text("source_url")
    confidence = row.text("confidence")
    seen = row.text("source_seen") if "source_seen" in row.cells else _seen(address)
    return {
        "source_id": source_id,
        "locator": row.locator,
        "quality": quality(confidence, seen, *words),
        **named_page(address),
        "as_of": row.text("as_of"),
        "confidence": confidence,
        "seen": seen,
    }


def named_page(printed: str | None) -> dict[str, str | None]:
    """Columns `url` and `reference`: the first address of a text, and the text if it says more."""
    found = LINK.search(printed or "")
    url = found.group().rstrip(".,;:") if found else None
    return {"url": url, "reference": None if printed == url else printed}


def _seen(address: str | None) -> str:
    return "own" if address is None or address.startswith("own") else "yes"
