"""The linear programmes of shares: what every coalition may claim, and how far it is missed.

    min eps   s.t.   x(S) + eps >= v(S)  for claiming S,   x(S) = d(S)  for settled S

Games are taken without what each player wins alone and in a power of two near their largest
value, so that the solver's tolerances mean the same for cents and for billions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from allanite.axis import Axis, BoolArray, FloatArray, IntArray
from allanite.program.games.game import Game, members
from allanite.program.highs import solve_program
from allanite.program.linear import LinearProgram, ProgramBuilder
from allanite.program.solution import Solution

# The tightest that HiGHS takes.
_TIGHT: Final = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
# Duals of a basic solution are quotients of minors of 0-1 matrices. Those have at most
# 13 rows and columns here, and no determinant above 9477: what is not zero is above 1e-4.
LEAST_DUAL: Final = 1e-5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScaledGame:
    """A game without what each player wins alone, in units of `scale`.

    Attributes:
        value: of each coalition, shape (2^n,); 0 for one player.
        base: what each player wins alone, shape (n,), in the unit of the game.
        scale: unit of the values, in the unit of the game.
    """

    value: FloatArray
    base: FloatArray
    scale: float

    @property
    def count(self) -> int:
        """Number of players."""
        return int(self.base.size)

    def share(self, scaled: FloatArray) -> FloatArray:
        """Scaled shares in the unit of the game, shape (n,)."""
        return np.asarray(self.base + self.scale * scaled)


def scaled_game(game: Game) -> ScaledGame:
    """The game without what each player wins alone, its values of order one."""
    value = game.value - members(len(game.players)) @ game.single
    largest = float(np.abs(value).max())
    scale = float(2.0 ** np.floor(np.log2(largest))) if largest > 0 else 1.0
    return ScaledGame(value=value / scale, base=game.single, scale=scale)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExcessProgram:
    """The least greatest excess of claiming coalitions, and what says that it is the least.

    Attributes:
        level: the least greatest excess.
        share: shares that reach it, shape (n,).
        is_binding: whether the excess of a claiming coalition is the level in every optimum,
            because its dual is not zero, shape (k,).
        is_held: whether a player is kept at its lower bound in every optimum, shape (n,).
    """

    level: float
    share: FloatArray
    is_binding: BoolArray
    is_held: BoolArray


def least_excess(
    value: FloatArray, claiming: IntArray, settled: IntArray, demand: FloatArray, lower: float
) -> ExcessProgram:
    """Shares under which the greatest excess of the claiming coalitions is the least.

    Args:
        value: of each coalition, shape (2^n,).
        claiming: coalitions, shape (k,), at least one.
        settled: coalitions whose share is known, shape (r,).
        demand: their shares, shape (r,).
        lower: least share of a player.

    Raises:
        SolveError: no shares reach the demands above the lower bound.
    """
    part = members(value.size.bit_length() - 1)
    count = part.shape[1]
    builder, share = _builder(count, lower, cost=0.0)
    level = builder.add_columns(
        "greatest excess", "1", {Axis("value", ("greatest",)): np.zeros(1, dtype=np.int64)},
        lower=-np.inf, cost=1.0,
    )  # fmt: skip
    rows = add_claims(builder, "claim", part[claiming], share, lower=value[claiming])
    builder.add_terms(rows, np.full(rows.size, level[0]), 1.0)
    add_claims(builder, "settled", part[settled], share, lower=demand, upper=demand)
    found = solve_tight(builder.build())
    return ExcessProgram(
        level=found.objective,
        share=found.value[share],
        is_binding=found.dual[rows] > LEAST_DUAL,
        is_held=found.reduced_cost[share] > LEAST_DUAL,
    )


def least_total(value: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Shares of least sum that meet the claims of all coalitions, and the dual of each claim.

    min x(N)  s.t.  x(S) >= v(S) for all S but nobody; the duals are weights under which every
    player belongs to coalitions of weight one, and their values sum to the least total.

    Returns:
        Shares, shape (n,), and duals, shape (2^n,).
    """
    part = members(value.size.bit_length() - 1)
    builder, share = _builder(part.shape[1], -np.inf, cost=1.0)
    rows = add_claims(builder, "claim", part[1:], share, lower=value[1:])
    found = solve_tight(builder.build())
    dual = np.where(found.dual[rows] > LEAST_DUAL, found.dual[rows], 0.0)
    return found.value[share], np.concatenate([[0.0], dual])


def solve_tight(program: LinearProgram) -> Solution:
    """The optimum of a small programme, to the tightest tolerances of the solver."""
    return solve_program(program, options=_TIGHT)


def add_claims(
    builder: ProgramBuilder,
    name: str,
    part: BoolArray,
    share: IntArray,
    *,
    lower: FloatArray,
    upper: float | FloatArray = np.inf,
) -> IntArray:
    """Add one row a coalition with the shares of its members; the rows, shape (k,).

    Args:
        builder: where to.
        name: of the rows.
        part: who belongs to each coalition, shape (k, n).
        share: columns of the shares, shape (n,).
        lower: least sum, shape (k,).
        upper: greatest sum.
    """
    axis = Axis("claim", tuple(str(k) for k in range(len(part))))
    rows = builder.add_rows(name, "1", {axis: np.arange(len(part))}, lower=lower, upper=upper)
    claim, player = np.nonzero(part)
    builder.add_terms(rows[claim], share[player], 1.0)
    return rows


def _builder(count: int, lower: float, cost: float) -> tuple[ProgramBuilder, IntArray]:
    builder = ProgramBuilder()
    axis = Axis("player", tuple(str(i) for i in range(count)))
    share = builder.add_columns("share", "1", {axis: np.arange(count)}, lower=lower, cost=cost)
    return builder, share
