"""Everything that is known about the rates, each with its standard error.

An observation says: a sum of columns of v is `value`, give or take `standard_error`.
Ties (a grade's share of a use, a recipe) and weak priors (a route is no larger than its
ends) are observations too, of quality `assumed`, so that redraws and residuals treat all
alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import scipy.sparse as sp

from allanite.axis import Axis, BoolArray, FloatArray
from allanite.network.assumptions import Assumptions
from allanite.network.columns import Columns

Row = Mapping[str, Any]
PRIOR = "prior"
OBSERVATION, TIE, STOCK = "observation", "tie", "stock"
CLASSES: Final = (OBSERVATION, TIE, STOCK, PRIOR)
STOCK_CHANGE: Final = "stock change"
TIES: Final = (
    "recipe",
    "share of a grade",
    "share of a code",
    "share of all use",
    "regional key",
)
ASSUMED: Mapping[str, Any] = {
    "source_id": "network-assumptions",
    "locator": "assumptions.csv",
    "quality": "assumed",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Observations:
    """Observations of one network. O observations, n columns.

    Attributes:
        labels: id of each.
        what: kind in the reader's words, shape (O,).
        matrix: sparse (O, n).
        value, standard_error: [t/yr], shape (O,).
        source_id, locator, quality, url: where it comes from, shape (O,).
        columns: the columns.
        expected_activity: activity before reconciliation [t/yr], shape (N,).
        upper: upper bounds of the columns, shape (n,); 0 closes a column.
    """

    labels: Axis
    what: tuple[str, ...]
    matrix: sp.csr_array
    value: FloatArray
    standard_error: FloatArray
    source_id: tuple[str, ...]
    locator: tuple[str, ...]
    quality: tuple[str, ...]
    url: tuple[str, ...]
    columns: Columns
    expected_activity: FloatArray
    upper: FloatArray

    @property
    def statement_class(self) -> tuple[str, ...]:
        """Class of each, one of `CLASSES`, shape (O,).

        An `observation` is a figure somebody printed or compiled about a rate; a `tie` says how
        rates go together; `stock` that a stock changes little; a `prior` only keeps the solution
        unique.
        """
        return tuple(class_of(what) for what in self.what)

    @property
    def is_prior(self) -> BoolArray:
        """Whether each is only a weak prior, shape (O,)."""
        return np.array([w.startswith(PRIOR) for w in self.what])


def class_of(what: str) -> str:
    """Class of a kind of statement."""
    if what.startswith(PRIOR):
        return PRIOR
    if what == STOCK_CHANGE:
        return STOCK
    return TIE if what in TIES else OBSERVATION


@dataclass(slots=True)
class ObservationDraft:
    """Observations collected so far; thrown away after `build`."""

    assumptions: Assumptions
    labels: list[str] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    entries: list[Mapping[int, float]] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)

    def add(
        self,
        label: str,
        what: str,
        entries: Mapping[int, float],
        value: float,
        standard_error: float,
        row: Row = ASSUMED,
        least_error: float | None = None,
    ) -> None:
        """Add one observation; without a column it is only noted as skipped.

        `least_error` is the smallest standard error [t/yr], where a chain has its own.
        """
        if not entries:
            self.skipped.append((label, what))
            return
        self.labels.append(label)
        self.entries.append(entries)
        floor = least_error or self.assumptions.value("sigma.floor_rate")
        self.rows.append(
            {"what": what, "value": value, "error": max(standard_error, floor), **_origin(row)}
        )

    def error_of(self, row: Row, value: float) -> float:
        """Standard error of a row: from its range, else from the class of its evidence."""
        floor = self.assumptions.value("sigma.floor_share") * abs(value)
        low, high = row.get("low"), row.get("high")
        if low is not None and high is not None and high > low:
            return max(float(high - low) / 2 / self.assumptions.value("sigma.range_width"), floor)
        confidence = row.get("confidence")
        if confidence:
            return max(self.assumptions.value("sigma.confidence", confidence) * abs(value), floor)
        place = f"{row['quality']}/{row.get('region') or row.get('scope')}"
        known = self.assumptions.keyed("sigma.quality")
        return float(max(known.get(place, known[row["quality"]]) * abs(value), floor))

    def build(self, columns: Columns, expected: FloatArray, upper: FloatArray) -> Observations:
        """The frozen observations; those of closed columns only are dropped."""
        keep = [i for i, e in enumerate(self.entries) if any(upper[c] > 0 for c in e)]
        index = [(k, c, w) for k, i in enumerate(keep) for c, w in self.entries[i].items()]
        row, column, weight = zip(*index, strict=True)
        shape = (len(keep), columns.size)

        def texts(name: str) -> tuple[str, ...]:
            return tuple(self.rows[i][name] for i in keep)

        return Observations(
            labels=Axis("observation", tuple(self.labels[i] for i in keep)),
            what=texts("what"),
            matrix=sp.csr_array((weight, (row, column)), shape=shape),
            value=np.array([self.rows[i]["value"] for i in keep], dtype=np.float64),
            standard_error=np.array([self.rows[i]["error"] for i in keep], dtype=np.float64),
            source_id=texts("source_id"),
            locator=texts("locator"),
            quality=texts("quality"),
            url=texts("url"),
            columns=columns,
            expected_activity=expected,
            upper=upper,
        )


def _origin(row: Row) -> dict[str, str]:
    names = ("source_id", "locator", "quality", "url")
    return {name: row.get(name) or "" for name in names}
