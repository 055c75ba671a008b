"""A game: what every coalition of players is worth, or costs, with bounds.

A coalition is a bit mask: bit i stands for player i, so 0 is nobody and 2^n - 1 everybody.
All money in one unit. Values come from programmes solved to a gap, so each may lie between
two bounds; a game without them has both bounds at the value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from allanite.axis import BoolArray, FloatArray, IntArray, frozen
from allanite.errors import UsageError

MOST_PLAYERS: Final = 12
# Of the largest value: what two sums of the same values in another order may differ by.
TOLERANCE: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Game:
    """What each coalition of n players is worth or, in a game of costs, what it costs.

    Attributes:
        players: their names, shape (n,), distinct, 1 to 12.
        value: of each coalition, by its bit mask, shape (2^n,); that of nobody is 0.
        low, high: bounds of the values, shape (2^n,).

    Raises:
        UsageError: names, a shape or a value that does not fit; the coalition is named.
    """

    players: tuple[str, ...]
    value: FloatArray
    low: FloatArray
    high: FloatArray

    def __post_init__(self) -> None:
        check_players(self.players, MOST_PLAYERS)
        for name in ("value", "low", "high"):
            given = np.array(getattr(self, name), dtype=np.float64)
            _check_values(self, name, given)
            object.__setattr__(self, name, frozen(given))
        crossed = np.flatnonzero((self.low > self.value) | (self.value > self.high))
        if crossed.size:
            s = int(crossed[0])
            raise UsageError(
                f"value[{self.label(s)}] is {self.value[s]:g}, its bounds are {self.low[s]:g} and"
                f" {self.high[s]:g}; the value must lie between them"
            )

    @property
    def everybody(self) -> int:
        """The coalition of all players."""
        return self.value.size - 1

    @property
    def total(self) -> float:
        """The value of the coalition of all players."""
        return float(self.value[-1])

    @property
    def single(self) -> FloatArray:
        """The value of each player alone, shape (n,)."""
        return np.asarray(self.value[single_coalitions(len(self.players))])

    def label(self, coalition: int) -> str:
        """A coalition in words: `Japan + United States`."""
        return coalition_label(self.players, coalition)

    def coalition(self, members: Iterable[str]) -> int:
        """The coalition of these players; raises `UsageError` naming an unknown one."""
        found = 0
        for member in members:
            if member not in self.players:
                known = ", ".join(self.players)
                raise UsageError(f"unknown player {member!r}; players: {known}")
            found |= 1 << self.players.index(member)
        return found


def exact_game(players: Sequence[str], value: ArrayLike) -> Game:
    """A game whose values are known exactly.

    Args:
        players: their names, shape (n,).
        value: of each coalition by its bit mask, shape (2^n,).

    Raises:
        UsageError: names, a shape or a value that does not fit.
    """
    known = np.asarray(value, dtype=np.float64)
    return Game(players=tuple(players), value=known, low=known, high=known)


def savings_game(cost: Game) -> Game:
    """What each coalition saves: v(S) = sum of c({i}) over S - c(S).

    A player alone saves exactly nothing. The bounds of a saving take those of all its costs at
    their worst, each by itself.
    """
    part = members(len(cost.players))
    several = part.sum(axis=1) > 1
    alone = {
        name: part @ array[single_coalitions(len(cost.players))]
        for name, array in (("value", cost.value), ("low", cost.low), ("high", cost.high))
    }
    return Game(
        players=cost.players,
        value=np.where(several, alone["value"] - cost.value, 0.0),
        low=np.where(several, alone["low"] - cost.high, 0.0),
        high=np.where(several, alone["high"] - cost.low, 0.0),
    )


def members(count: int) -> BoolArray:
    """Who belongs to each coalition, shape (2^n, n)."""
    return np.asarray((np.arange(1 << count)[:, None] >> np.arange(count)) & 1, dtype=np.bool_)


def single_coalitions(count: int) -> IntArray:
    """The coalitions of one player each, shape (n,)."""
    return np.asarray(1 << np.arange(count), dtype=np.int64)


def coalition_label(players: Sequence[str], coalition: int) -> str:
    """A coalition in words: `Japan + United States`; `nobody` for the empty one."""
    names = [name for i, name in enumerate(players) if coalition >> i & 1]
    return " + ".join(names) or "nobody"


def excess(game: Game, share: ArrayLike) -> FloatArray:
    """What each coalition could win beyond its share, v(S) - x(S), shape (2^n,).

    Args:
        game: the game, of values and not of costs.
        share: of each player, shape (n,).

    Raises:
        UsageError: not one finite share a player.
    """
    return np.asarray(game.value - members(len(game.players)) @ checked_share(game, share))


def lexicographic_excess(game: Game, share: ArrayLike) -> FloatArray:
    """Excesses of all coalitions but nobody and everybody, the largest first, (2^n - 2,)."""
    return np.asarray(np.sort(excess(game, share)[1:-1])[::-1])


def blocking_coalitions(game: Game, share: ArrayLike) -> tuple[int, ...]:
    """Coalitions that could win more than their share, the largest excess first.

    Empty for a share in the core. An excess counts from 1e-9 of the largest value on.
    """
    found = excess(game, share)
    found[[0, -1]] = -np.inf
    order = np.argsort(-found, kind="stable")
    return tuple(int(s) for s in order if found[s] > TOLERANCE * largest_value(game))


def largest_value(game: Game) -> float:
    """The largest value without its sign, the yardstick of tolerances."""
    return float(np.abs(game.value).max())


def checked_share(game: Game, share: ArrayLike) -> FloatArray:
    """The shares as an array of numbers, shape (n,).

    Raises:
        UsageError: not one finite share a player.
    """
    found = np.asarray(share, dtype=np.float64)
    if found.shape != (len(game.players),):
        raise UsageError(
            f"share has shape {found.shape}; {len(game.players)} players need one each"
        )
    for name, number in zip(game.players, found, strict=True):
        if not np.isfinite(number):
            raise UsageError(f"share[{name}] is {number}; it must be a finite number")
    return found


def check_players(players: Sequence[str], most: int) -> None:
    """Raise `UsageError` unless there are 1 to `most` players with distinct names."""
    if not 1 <= len(players) <= most:
        raise UsageError(f"{len(players)} players; there must be 1 to {most}")
    twice = sorted({name for name in players if list(players).count(name) > 1})
    if twice:
        raise UsageError(f"players must be distinct; found twice: {', '.join(twice)}")


def _check_values(game: Game, name: str, given: FloatArray) -> None:
    wanted = 1 << len(game.players)
    if given.shape != (wanted,):
        raise UsageError(
            f"{name} has shape {given.shape}; {len(game.players)} players need {wanted} values, one"
            " a coalition in the order of their bit masks"
        )
    bad = np.flatnonzero(~np.isfinite(given))
    if bad.size:
        s = int(bad[0])
        raise UsageError(f"{name}[{game.label(s)}] is {given[s]}; it must be a finite number")
    if given[0] != 0:
        raise UsageError(f"{name}[nobody] is {given[0]:g}; nobody wins and costs 0")
