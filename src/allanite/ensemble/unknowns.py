"""What is not known exactly: a name and a distribution, turned from shares into values.

Every distribution is given by its quantile function, so that one table of uniform numbers,
however it was drawn, serves all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final

import numpy as np
from scipy.special import ndtri

from allanite.axis import FloatArray
from allanite.ensemble.tasks import Value
from allanite.errors import ModelError

_TAIL: Final = 0.05  # low and high of a lognormal are its 5th and 95th percentile
_SEED_COUNT: Final = 2**53  # a uniform float64 tells so many seeds apart


@dataclass(frozen=True, slots=True)
class Triangular:
    """Between two limits, most often near `central`.

    Formula, with c = (central - low) / (high - low):
        value = low + (high - low) · √(u c)                      for u <= c
        value = high - (high - low) · √((1 - u)(1 - c))          for u > c
    """

    low: float
    central: float
    high: float

    def __post_init__(self) -> None:
        _check_order("a triangular distribution", self.low, self.central, self.high)

    def quantile(self, share: FloatArray) -> FloatArray:
        """Values at shares of the probability, shape (n,) both."""
        width = self.high - self.low
        if width == 0.0:
            return np.full(share.shape, self.low)
        peak = (self.central - self.low) / width
        rising = self.low + width * np.sqrt(share * peak)
        falling = self.high - width * np.sqrt((1.0 - share) * (1.0 - peak))
        return np.where(share <= peak, rising, falling)


@dataclass(frozen=True, slots=True)
class Uniform:
    """Anything between two limits alike."""

    low: float
    high: float

    def __post_init__(self) -> None:
        _check_order("a uniform distribution", self.low, self.central, self.high)

    @property
    def central(self) -> float:
        """The middle."""
        return 0.5 * (self.low + self.high)

    def quantile(self, share: FloatArray) -> FloatArray:
        """Values at shares of the probability, shape (n,) both."""
        return self.low + (self.high - self.low) * share


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Positive, skew: 5th percentile `low`, median `central`, 95th percentile `high`.

    Two numbers set a lognormal and three are given, so each side of the median has its own
    width: with z the standard normal quantile of u,
        value = central · exp(z · ln(central / low) / z95)       for u < 1/2
        value = central · exp(z · ln(high / central) / z95)      for u >= 1/2
    """

    low: float
    central: float
    high: float

    def __post_init__(self) -> None:
        _check_order("a lognormal distribution", self.low, self.central, self.high)
        if self.low <= 0.0:
            raise ModelError(
                f"a lognormal distribution has low {self.low:g}; it must be above 0:"
                " use a triangular one where 0 can occur"
            )

    def quantile(self, share: FloatArray) -> FloatArray:
        """Values at shares of the probability, shape (n,) both."""
        deviate = ndtri(share) / ndtri(1.0 - _TAIL)
        below, above = np.log(self.central / self.low), np.log(self.high / self.central)
        return np.asarray(self.central * np.exp(deviate * np.where(share < 0.5, below, above)))


@dataclass(frozen=True, slots=True)
class Integer:
    """Whole numbers from `low` to `high`, both included, all alike."""

    low: int
    high: int

    def __post_init__(self) -> None:
        _check_order("a distribution of whole numbers", self.low, self.low, self.high)

    @property
    def central(self) -> int:
        """The middle; the lower of two."""
        return (self.low + self.high) // 2

    def quantile(self, share: FloatArray) -> FloatArray:
        """Values at shares of the probability, shape (n,) both."""
        count = self.high - self.low + 1
        return self.low + np.minimum(np.floor(share * count), count - 1)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values; the first is the central one.

    Attributes:
        options: the values, distinct.
        weights: how often each comes, relative to one another; empty: all alike.
    """

    options: tuple[Value, ...]
    weights: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not self.options or len(set(self.options)) != len(self.options):
            raise ModelError(f"a choice has options {self.options}; they must be distinct")
        good = all(isfinite(weight) and weight >= 0.0 for weight in self.weights)
        if self.weights and not (
            good and sum(self.weights) > 0.0 and len(self.weights) == len(self.options)
        ):
            raise ModelError(
                f"a choice of {len(self.options)} options has weights {self.weights};"
                " one weight an option is needed, none below 0, not all 0"
            )

    @property
    def central(self) -> Value:
        """The first option."""
        return self.options[0]

    def positions(self, share: FloatArray) -> list[int]:
        """Positions of the options at shares of the probability, shape (n,)."""
        weights = np.asarray(self.weights or [1.0] * len(self.options))
        edges = np.cumsum(weights) / weights.sum()
        found = np.searchsorted(edges, share, side="right")
        last = int(np.flatnonzero(weights)[-1])  # an edge may round to just below 1
        return [int(i) for i in np.minimum(found, last)]


@dataclass(frozen=True, slots=True)
class Group:
    """One random number that drives many things at once, such as a redraw of all observations.

    The drawn value is a seed: read it with `Task.group_generator`. It has no central value:
    where it is missing the study takes everything in the group as it is known.
    """


Distribution = Triangular | Uniform | Lognormal | Integer | Choice | Group


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something not known exactly.

    Attributes:
        name: the name in `Task.values` and in the tables.
        distribution: what it may be.
        note: what it is and where the range comes from, for the reader.
    """

    name: str
    distribution: Distribution
    note: str = ""


def drawn_values(distribution: Distribution, share: FloatArray) -> list[Value]:
    """Values of a distribution at shares of the probability strictly between 0 and 1.

    Args:
        distribution: what may be drawn.
        share: uniform numbers, shape (n,).
    """
    match distribution:
        case Choice():
            return [distribution.options[i] for i in distribution.positions(share)]
        case Group():
            return [int(number * _SEED_COUNT) for number in share.tolist()]
        case Integer():
            return [int(number) for number in distribution.quantile(share)]
        case _:
            return [float(number) for number in distribution.quantile(share)]


def central_values(unknowns: Iterable[Unknown]) -> dict[str, Value]:
    """Central value by name; a group has none and is left out."""
    return {
        unknown.name: unknown.distribution.central
        for unknown in unknowns
        if not isinstance(unknown.distribution, Group)
    }


def check_names(unknowns: Sequence[Unknown]) -> None:
    """Raise `ModelError` where nothing is unknown or a name stands twice."""
    names = [unknown.name for unknown in unknowns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if not names or twice:
        raise ModelError(f"unknowns must be one or more, with distinct names; found twice: {twice}")


def _check_order(what: str, low: float, central: float, high: float) -> None:
    finite = isfinite(low) and isfinite(central) and isfinite(high)
    if not (finite and low <= central <= high):
        raise ModelError(
            f"{what} has low {low:g}, central {central:g}, high {high:g};"
            " they must be finite and rise"
        )
