"""Games that several tests share: published families, and games drawn at random."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from allanite.axis import FloatArray
from allanite.program.games.game import Game, exact_game, members

LETTERS = "ABCDEFGHIJKL"


def game_of(value: dict[str, float]) -> Game:
    """The game with these values of coalitions, `AB` for A and B; others are worth 0."""
    players = sorted(set("".join(value)))
    table = np.zeros(1 << len(players))
    for coalition, worth in value.items():
        table[sum(1 << players.index(name) for name in coalition)] = worth
    return exact_game(players, table)


def tree_order(count: int, first: int = 0, before: int = 0) -> Iterator[int]:
    """Coalitions as A, AB, ABC, AC, B, BC, C: the order of some published tables."""
    for i in range(first, count):
        yield before | 1 << i
        yield from tree_order(count, i + 1, before | 1 << i)


def listed_game(value: Sequence[float]) -> Game:
    """The game with the values of a table in tree order."""
    count = len(value).bit_length()
    table = np.zeros(1 << count)
    table[list(tree_order(count))] = value
    return exact_game(LETTERS[:count], table)


def bankruptcy(estate: float, claim: Sequence[float]) -> Game:
    """What a coalition of creditors gets once all others are paid in full."""
    others = ~members(len(claim)) @ np.asarray(claim, dtype=np.float64)
    return exact_game(LETTERS[: len(claim)], np.maximum(0.0, estate - others))


def airport(cost: Sequence[float]) -> Game:
    """Costs of the runway that the largest plane of a coalition needs."""
    return exact_game(
        LETTERS[: len(cost)], np.max(members(len(cost)) * np.asarray(cost), axis=1, initial=0.0)
    )


def weighted_voting(quota: int, votes: Sequence[int]) -> Game:
    """1 for a coalition with at least the quota of votes."""
    return exact_game(LETTERS[: len(votes)], members(len(votes)) @ np.asarray(votes) >= quota)


def random_game(generator: np.random.Generator, count: int, *, largest: int = 12) -> Game:
    """Whole values with many ties, in which everybody wins at least what the players do alone."""
    value = generator.integers(0, largest + 1, 1 << count).astype(np.float64)
    value[0] = 0
    value[-1] = max(value[-1], value[1 << np.arange(count)].sum())
    return exact_game(LETTERS[:count], value)


def random_convex_game(generator: np.random.Generator, count: int) -> Game:
    """A sum of games in which all members of one coalition are needed, with weights from 0."""
    weight = generator.integers(0, 4, 1 << count).astype(np.float64)
    weight[0] = 0
    mask = np.arange(1 << count)
    value = np.where(mask[:, None] & mask == mask, weight, 0.0).sum(axis=1)
    return exact_game(LETTERS[:count], value)


def random_imputation(generator: np.random.Generator, game: Game) -> FloatArray:
    """Shares that give each player what it wins alone, and the rest at random."""
    part = generator.dirichlet(np.ones(len(game.players)))
    return np.asarray(game.single + part * (game.total - game.single.sum()))


def is_worse(first: FloatArray, second: FloatArray, tolerance: float) -> bool:
    """Whether the first excesses, largest first, are lexicographically above the second."""
    differs = np.flatnonzero(np.abs(first - second) > tolerance)
    return bool(differs.size and first[differs[0]] > second[differs[0]])
