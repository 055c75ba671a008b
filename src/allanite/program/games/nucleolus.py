"""The nucleolus: shares under which the coalition that is worst off is as well off as can be.

Among shares of v(N) that give each player what it wins alone, it makes the greatest excess
v(S) - x(S) as small as possible, then the next greatest, and so on: one linear programme a
step. After each, coalitions with a dual above zero have the same excess in every optimum; they
and those that follow from them are settled. It lies in the core where that is not empty.

Source: Schmeidler (1969), The nucleolus of a characteristic function game; Maschler, Peleg and
Shapley (1979), Geometric properties of the kernel, nucleolus, and related solution concepts;
Guajardo and Jörnsten (2015), Common mistakes in computing the nucleolus (duals, not slacks).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from allanite.axis import BoolArray, FloatArray, IntArray
from allanite.errors import ModelError, SolveError, UsageError
from allanite.program.games.claims import ScaledGame, least_excess, scaled_game
from allanite.program.games.game import TOLERANCE, Game, largest_value, members
from allanite.program.games.kohlberg import outside_span, satisfies_kohlberg, with_independent

MOST_PLAYERS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Nucleolus:
    """The nucleolus and the steps that led to it.

    Attributes:
        share: of each player, shape (n,), in the unit of the game.
        level: greatest excess that each step could not avoid, none above the one before, (k,).
        settled: coalitions that each step settled at its level, by bit mask.
    """

    share: FloatArray
    level: FloatArray
    settled: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Step:
    """Coalitions whose excess is the level, and players who get no more than alone."""

    coalitions: IntArray
    held: IntArray
    level: float


def nucleolus(game: Game) -> Nucleolus:
    """The nucleolus of a game of up to 8 players, proven by Kohlberg's criterion.

    Raises:
        UsageError: more than 8 players.
        ModelError: everybody wins less than the players alone, so that no shares give each
            what it wins alone.
        SolveError: the shares found do not satisfy the criterion to 1e-9 of the largest value.
    """
    _check(game)
    scaled = scaled_game(game)
    steps = _steps(scaled)
    share, level = _shares(scaled, steps)
    # Values that cancel to a small surplus keep the rounding of the large ones.
    tolerance = TOLERANCE * max(1.0, largest_value(game) / scaled.scale)
    if not satisfies_kohlberg(scaled, share, tolerance):
        raise SolveError(
            "not proven", "the shares found are not the nucleolus by Kohlberg's criterion"
        )
    return Nucleolus(
        share=scaled.share(share),
        level=scaled.scale * level,
        settled=tuple(tuple(step.coalitions.tolist()) for step in steps),
    )


def _check(game: Game) -> None:
    if len(game.players) > MOST_PLAYERS:
        raise UsageError(
            f"{len(game.players)} players; the nucleolus takes at most {MOST_PLAYERS}: join"
            " players, or use the Shapley value"
        )
    alone = float(game.single.sum())
    if game.total < alone - TOLERANCE * largest_value(game):
        raise ModelError(
            f"{game.label(game.everybody)} wins {game.total:g} together and its members"
            f" {alone:g} alone: no shares give each what it wins alone, so there is no nucleolus."
            " Look at superadditivity(game) for coalitions that lose by joining"
        )


def _steps(scaled: ScaledGame) -> list[_Step]:
    part = members(scaled.count)
    settled, demand = part[-1:], np.maximum(scaled.value[-1:], 0.0)
    steps: list[_Step] = []
    while (left := outside_span(part, settled)).any():
        claiming = np.flatnonzero(left)
        found = least_excess(scaled.value, claiming, _coalitions(settled), demand, lower=0.0)
        step = _Step(
            coalitions=claiming[found.is_binding],
            held=np.flatnonzero(found.is_held),
            level=found.level,
        )
        if not step.coalitions.size:
            raise SolveError("not proven", "no coalition has a dual above zero")
        before = len(settled)
        settled = with_independent(settled, part[step.coalitions])
        new = _coalitions(settled[before:])
        demand = np.concatenate([demand, scaled.value[new] - found.level])
        steps.append(step)
    return steps


def _coalitions(part: BoolArray) -> IntArray:
    """Bit masks of coalitions given by their members, shape (k,)."""
    return np.asarray(part @ (1 << np.arange(part.shape[1])), dtype=np.int64)


def _shares(scaled: ScaledGame, steps: list[_Step]) -> tuple[FloatArray, FloatArray]:
    """Shares, shape (n,), and levels, shape (k,), from what the steps settled.

    All excesses of a step are its level and all held players get 0: linear equations that
    determine both, and to the last places where the solver only keeps to its tolerance.
    """
    part, count = members(scaled.count), scaled.count
    left = [np.concatenate([part[-1], np.zeros(len(steps))])]
    right = [max(float(scaled.value[-1]), 0.0)]
    for k, step in enumerate(steps):
        of_step, of_none = np.eye(len(steps))[k], np.zeros(len(steps))
        left += [np.concatenate([part[s], of_step]) for s in step.coalitions]
        left += [np.concatenate([np.eye(count)[i], of_none]) for i in step.held]
        right += [*scaled.value[step.coalitions], *np.zeros(step.held.size)]
    found = np.linalg.lstsq(np.array(left), np.array(right), rcond=None)[0]
    # A held player gets 0 and not what rounding leaves of it.
    return np.maximum(found[:count], 0.0), found[count:]
