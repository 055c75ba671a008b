"""What a study of a border measure is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from allanite.errors import UsageError

START: Final = date(2027, 1, 1)
LEVELS: Final = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
MOST_MONTHS: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderRequest:
    """What is asked of a border measure.

    Attributes:
        measure_id: a row of table `border_measures`.
        level: another rate [1], or reference price [USD/t], than the table's; None for its own.
        start: first day of the measure.
        months: how long users and makers have had by the first day of each year that is read;
            the last one is the year of the sweep and the comparison.
        levels: duties of the sweep, as shares of the price; under a reference price, how far it
            stands above the price.
        target_rate: what home makers shall make more in the comparison [t/yr].
        elements: symbols whose origin is traced.

    Raises:
        UsageError: no year, or a number out of range.
    """

    measure_id: str = "US-301-MAG"
    level: float | None = None
    start: date = START
    months: tuple[int, ...] = (0, 12, 24)
    levels: tuple[float, ...] = LEVELS
    target_rate: float = 500.0
    elements: tuple[str, ...] = ("Nd", "Pr", "Dy", "Tb", "Sm")

    def __post_init__(self) -> None:
        if not self.months or not all(0 <= m <= MOST_MONTHS for m in self.months):
            raise UsageError(f"months {self.months}; one or more of 0 to {MOST_MONTHS}")
        if len(set(self.months)) != len(self.months):
            raise UsageError(f"months {self.months}; each once")
        if not all(0 <= level <= 3 for level in self.levels):
            raise UsageError(f"levels {self.levels}; each from 0 to 3")
        if not self.target_rate > 0:
            raise UsageError(f"target_rate is {self.target_rate:g} t/yr; it must be above 0")
        if self.level is not None and not 0 <= self.level < float("inf"):
            raise UsageError(f"level is {self.level:g}; it must be a finite number, 0 or more")

    def parameters(self) -> dict[str, object]:
        """What is asked for, for the record of the run."""
        return {
            "measure": self.measure_id,
            "level": self.level,
            "start": self.start.isoformat(),
            "months": list(self.months),
            "levels": list(self.levels),
            "target_rate": self.target_rate,
            "elements": list(self.elements),
        }
