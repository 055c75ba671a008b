"""Priors of the price process, each with its reason: weak, but not silent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """Prior of one kind of parameter.

    Attributes:
        form: family; first, second: its two numbers (mean and sd, median and sd of the
            logarithm, or the two counts of a beta).
        unit: of the parameter; why: what the numbers rest on.
    """

    form: str
    first: float
    second: float
    unit: str
    why: str

    @property
    def text(self) -> str:
        """Family and numbers in words."""
        return f"{self.form} ({self.first:g}, {self.second:g})"


PRIORS: Final = {
    "reversion": Prior(
        form="lognormal",
        first=0.5,
        second=0.4,
        unit="1/yr",
        why="Common level, half-life of 8 months to 3 years: mines and stocks answer a price.",
    ),
    "own_reversion": Prior(
        form="lognormal",
        first=0.4,
        second=0.5,
        unit="1/yr",
        why="Own levels, half-life of 8 months to 5 years: uses of one oxide come and go slowly.",
    ),
    "spike_decay": Prior(
        form="lognormal",
        first=1.2,
        second=0.4,
        unit="1/yr",
        why="Half-life of 3 to 14 months: stocks and thrift answer a squeeze within a year or so.",
    ),
    "error_scale": Prior(
        form="lognormal",
        first=1.0,
        second=0.3,
        unit="1",
        why="Stated errors of quotes may be too small or large by a third.",
    ),
    "mean": Prior(
        form="normal",
        first=0.0,
        second=0.6,
        unit="log",
        why="Of the long-run log price, about the mean log quote since 2018 of the same oxide.",
    ),
    "quota_shift": Prior(
        form="normal",
        first=0.0,
        second=1.0,
        unit="log",
        why="Of the mean while export quotas and taxes stood (to 2014): up or down by a factor of"
        " e.",
    ),
    "common_load": Prior(
        form="normal, above 0",
        first=0.0,
        second=0.1,
        unit="1/yr^0.5",
        why="About the mean of its group (magnets and clays, others): short series borrow.",
    ),
    "common_load_mean": Prior(
        form="normal, above 0",
        first=0.25,
        second=0.15,
        unit="1/yr^0.5",
        why="Common moves of a quarter a year: half the variance of oxides is shared.",
    ),
    "jump_load": Prior(
        form="normal, above 0",
        first=0.0,
        second=0.35,
        unit="log",
        why="About the mean of its group (magnets and clays, others).",
    ),
    "jump_load_mean": Prior(
        form="normal, above 0",
        first=0.7,
        second=0.3,
        unit="log",
        why="A mean jump doubles the price; sizes spread as an exponential.",
    ),
    "dumping_load": Prior(
        form="normal, above 0",
        first=0.0,
        second=0.15,
        unit="log",
        why="About the mean of all oxides.",
    ),
    "dumping_load_mean": Prior(
        form="normal, above 0",
        first=0.4,
        second=0.15,
        unit="log",
        why="In a spell the mean falls by a third (a tenth to a half).",
    ),
    "own_volatility": Prior(
        form="lognormal",
        first=1.0,
        second=0.3,
        unit="1",
        why="About the median of all oxides.",
    ),
    "own_volatility_median": Prior(
        form="lognormal",
        first=0.25,
        second=0.4,
        unit="1/yr^0.5",
        why="A quarter a year, as metals of small markets.",
    ),
    "jump_chance": Prior(
        form="beta",
        first=1.5,
        second=50.0,
        unit="1/quarter",
        why="About one jump in nine years, 0.1 to 0.3 a year.",
    ),
    "dumping_entry": Prior(
        form="beta",
        first=2.0,
        second=38.0,
        unit="1/quarter",
        why="Five years between spells.",
    ),
    "dumping_exit": Prior(
        form="beta",
        first=2.0,
        second=22.0,
        unit="1/quarter",
        why="A spell lasts three years (2 to 10 by the middle half).",
    ),
}
