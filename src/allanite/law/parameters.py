"""Figures of controls: approval shares, delays, listed shares and quotas, dated and sourced.

A control record says what a text does; how much passes is a figure with a reading (by the
text, or as observed), a destination and dates. Where no row says anything, no figure is made
up here: who asks is told so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Literal

from allanite.catalogue.store import Release
from allanite.catalogue.tables.core import WORLD
from allanite.errors import DataError, Finding, UsageError
from allanite.units import unit_factor

TABLE: Final = "control_parameters"
EVERY_ARTICLE: Final = "*"
Reading = Literal["de_jure", "observed"]
READINGS: Final[tuple[Reading, ...]] = ("de_jure", "observed")
Parameter = Literal[
    "approval_share", "licence_duration", "listed_share", "quota_rate", "growth_closed"
]
# parameter -> (unit of its value here, largest value)
PARAMETERS: Final[Mapping[str, tuple[str, float]]] = {
    "approval_share": ("1", 1.0),
    "licence_duration": ("d", 3660.0),
    "listed_share": ("1", 1.0),
    "quota_rate": ("t/yr", math.inf),
    "growth_closed": ("1", 1.0),
}
PASSING: Final[tuple[Parameter, ...]] = ("approval_share", "quota_rate")  # more of it, more passes


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlFigure:
    """One figure of one control.

    Attributes:
        control_id: the control; article: its article, `*` for all.
        parameter: approval_share [1], licence_duration [d], listed_share [1],
            quota_rate [t/yr] or growth_closed [1].
        reading: by the text, or as observed.
        destination: region code, EU, or WLD for all.
        first_day: None for "since always"; last_day: None for "until a text changes it".
        value: in the unit above; low, high: ends of its range, None where no source gives one.
    """

    control_id: str
    article: str
    parameter: str
    reading: str
    destination: str
    first_day: date | None
    last_day: date | None
    value: float
    low: float | None = None
    high: float | None = None

    @property
    def has_range(self) -> bool:
        """Whether the value is known only between two ends."""
        return self.low is not None and self.high is not None and self.low < self.high

    def holds(self, day: date) -> bool:
        """Whether the day lies in the figure's dates."""
        after = self.first_day is None or self.first_day <= day
        return after and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class ControlParameters:
    """Every figure of a release about its controls."""

    figures: tuple[ControlFigure, ...] = ()

    def of(
        self, control_id: str, article: str, parameter: Parameter, reading: Reading
    ) -> tuple[ControlFigure, ...]:
        """Figures of one article; those of the article itself come before those for all."""
        found = [
            figure
            for figure in self.figures
            if figure.control_id == control_id
            and figure.article in (article, EVERY_ARTICLE)
            and figure.parameter == parameter
            and figure.reading == reading
        ]
        return tuple(sorted(found, key=lambda figure: figure.article == EVERY_ARTICLE))


def at_position(figure: ControlFigure, position: float) -> ControlFigure:
    """The figure somewhere in its range; one without a range stays as it is.

    Args:
        figure: the figure.
        position: -1 is the end at which least passes, 0 the value, 1 the end at which most does.
    """
    up = position if figure.parameter in PASSING else -position
    end, weight = figure.high if up > 0 else figure.low, abs(up)
    if end is None or not figure.has_range:
        return figure
    return replace(figure, value=(1.0 - weight) * figure.value + weight * end)


def at_positions(
    parameters: ControlParameters, positions: Mapping[str, float]
) -> ControlParameters:
    """All figures of some controls somewhere in their ranges, those of one control together.

    Args:
        parameters: figures of a release.
        positions: position by control id, see `at_position`; other controls stay as they are.
    """
    return ControlParameters(
        tuple(at_position(f, positions.get(f.control_id, 0.0)) for f in parameters.figures)
    )


def load_control_parameters(release: Release) -> ControlParameters:
    """The figures of a release; none where it has no table of them.

    Raises:
        DataError: rows with an unknown parameter, reading or unit, dates the wrong way round,
            or a value out of range (all listed).
    """
    if TABLE not in release.entries:
        return ControlParameters()
    return control_parameters(release.rows(TABLE))


def control_parameters(rows: Iterable[Mapping[str, Any]]) -> ControlParameters:
    """The figures of rows of table `control_parameters`; errors as `load_control_parameters`."""
    findings: list[Finding] = []
    figures = tuple(figure for row in rows if (figure := _figure(row, findings)) is not None)
    if findings:
        raise DataError(findings)
    return ControlParameters(figures)


def _figure(row: Mapping[str, Any], findings: list[Finding]) -> ControlFigure | None:
    parameter, first, last = row["parameter"], row["from_date"], row["to_date"]
    faults: list[tuple[str, str]] = []
    if parameter not in PARAMETERS:
        faults.append((f"parameter {parameter!r}", ", ".join(PARAMETERS)))
    if row["reading"] not in READINGS:
        faults.append((f"reading {row['reading']!r}", " or ".join(READINGS)))
    if first is not None and last is not None and last < first:
        faults.append((f"dates {first} to {last}", "a first day before the last"))
    value = _value(row, faults, "value") if parameter in PARAMETERS else math.nan
    ends = [
        None if row.get(end) is None or faults else _value(row, faults, end)
        for end in ("low", "high")
    ]
    if faults:
        findings.extend(_findings(row, faults))
        return None
    return ControlFigure(
        control_id=row["control_id"],
        article=row["article"],
        parameter=parameter,
        reading=row["reading"],
        destination=row["destination"] or WORLD,
        first_day=first,
        last_day=last,
        value=value,
        low=ends[0],
        high=ends[1],
    )


def _value(row: Mapping[str, Any], faults: list[tuple[str, str]], column: str) -> float:
    unit, largest = PARAMETERS[row["parameter"]]
    try:
        value = float(row[column]) * unit_factor(row["unit"], unit)
    except UsageError as error:
        faults.append((f"unit {row['unit']!r}", f"a unit of {unit} ({error})"))
        return math.nan
    if not 0 <= value <= largest:
        faults.append((f"{column} {row[column]} {row['unit']}", f"0 to {largest:g} {unit}"))
    return value


def _findings(row: Mapping[str, Any], faults: Sequence[tuple[str, str]]) -> list[Finding]:
    place = f"{row['control_id']} {row['article']}, {row['parameter']}"
    return [
        Finding(
            table=TABLE,
            place=place,
            found=found,
            allowed=allowed,
            remedy="Correct the row.",
            origin=str(row.get("locator") or ""),
        )
        for found, allowed in faults
    ]
