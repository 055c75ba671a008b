"""Pairs of instruments: along a sweep of the first, the least second that makes both enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from allanite.conditions.instruments.contract import Contract
from allanite.studies.contracts.costs import tail_mean
from allanite.studies.contracts.levers import Lever
from allanite.studies.contracts.search import Field, Found, least_size, try_contracts

PAIRS: Final = (
    ("floor", "grant"),
    ("floor", "loan"),
    ("floor", "equity"),
    ("guarantee", "floor"),
    ("loan", "grant"),
    ("credit", "floor"),
    ("earnings", "grant"),
)
SWEEP: Final = (0.2, 0.4, 0.6, 0.8, 1.0)  # of the first alone, or of its largest
SPARED: Final = 0.99  # of the second alone; a first that spares less is of no use


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Option:
    """One kind of support at its least size.

    Attributes:
        lever: which; found: its least size and what it reaches.
    """

    lever: Lever
    found: Found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Package:
    """Support of one or two kinds that is enough.

    Attributes:
        parts: each lever with its size.
        mean, tail: of the present cost, on the paths of the search [million USD].
    """

    parts: tuple[tuple[Lever, float], ...]
    mean: float
    tail: float

    @property
    def contracts(self) -> tuple[Contract, ...]:
        """Contracts of its parts."""
        return tuple(lever.contract(size) for lever, size in self.parts)

    @property
    def words(self) -> str:
        """What it is made of, with sizes."""
        return " + ".join(part_words(lever, size) for lever, size in self.parts)

    def mixed(self, weight: float) -> float:
        """Mean and tail of the cost, the tail with a weight [million USD]."""
        return (1.0 - weight) * self.mean + weight * self.tail


def part_words(lever: Lever, size: float) -> str:
    """A kind of support and its size in words."""
    amount = f"{100 * size:.0f} %" if lever.unit == "1" else f"{size:.0f} {lever.unit}"
    return f"{lever.name}: {amount}"


def priced(field: Field, parts: Sequence[tuple[Lever, float]]) -> Package:
    """A package with its cost."""
    contracts = [lever.contract(size) for lever, size in parts]
    cost = try_contracts(field, contracts).cost.sum(axis=0)
    return Package(parts=tuple(parts), mean=float(cost.mean()), tail=tail_mean(cost))


def find_packages(
    field: Field, options: Sequence[Option], progress: Callable[[str], object] | None = None
) -> list[Package]:
    """Every single kind that is enough, and for each pair all points of its sweep.

    Of floors on several products the cheapest stands for all of them.
    """
    singles = [
        priced(field, [(option.lever, option.found.size)])
        for option in options
        if option.found.size is not None
    ]
    chosen = representatives(options, singles)
    found = list(singles)
    for first, second in PAIRS:
        if first in chosen and second in chosen:
            if progress:
                progress(f"{first} and {second}")
            found += _sweep(field, chosen[first], chosen[second])
    return found


def representatives(options: Sequence[Option], singles: Sequence[Package]) -> Mapping[str, Option]:
    """One option of each kind: the cheapest that is enough, else the first."""
    cost = {package.parts[0][0].name: package.mean for package in singles}
    ordered = sorted(options, key=lambda option: cost.get(option.lever.name, np.inf))
    return {option.lever.kind: option for option in reversed(ordered)}


def _sweep(field: Field, first: Option, second: Option) -> Iterator[Package]:
    """Points with both in use: the second is needed, and the first spares some of it."""
    most = first.lever.most if first.found.size is None else first.found.size
    for part in SWEEP:
        size = part * most
        if size <= 0:
            return
        beside = first.lever.contract(size)
        found = least_size(field, second.lever, [beside])
        if found.size and not _spares_nothing(found.size, second.found.size):
            yield priced(field, [(first.lever, size), (second.lever, found.size)])


def _spares_nothing(size: float, alone: float | None) -> bool:
    return alone is not None and size > SPARED * alone
