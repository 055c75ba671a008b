"""Other first stages than the best: what a change costs at least, and how far one may go.

Both read the cuts that a search has found, and nothing is solved again: the cost of a first
stage by the cuts is a lower bound of its true cost, so that a regret is one from below and an
extent one from outside.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csc_array, vstack

from allanite.axis import Axis, FloatArray, IntArray
from allanite.program.decomposition import TwoStageSolution
from allanite.program.highs import Session
from allanite.program.linear import Block, LinearProgram
from allanite.program.master import Master
from allanite.program.risk import Risk
from allanite.program.staged import StagedProgram


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Alternative:
    """The best first stage by the cuts under other bounds.

    Attributes:
        value: its columns, shape (n,); bound: below its cost.
    """

    value: FloatArray
    bound: float


def cut_master(staged: StagedProgram, risk: Risk, solution: TwoStageSolution) -> LinearProgram:
    """The first stage over all cuts that a search has found, integers as any numbers."""
    count = len(staged.nodes) - 1
    master = Master(
        first=staged.nodes[0],
        cuts=solution.cuts,
        scenarios=np.arange(count),
        probability=staged.probability[1:],
        risk=risk,
        unit=solution.unit,
    )
    program = master.program
    return replace(program, is_integer=np.zeros(program.shape[1], dtype=np.bool_))


@dataclass(kw_only=True, eq=False)
class CutDesk:
    """Asks the cuts of a search; thrown away after use.

    Args:
        program: as `cut_master` gives it; columns: how many are of the first stage.
    """

    program: LinearProgram
    columns: int

    def __post_init__(self) -> None:
        self._session = Session(self.program)

    def least(self, column: IntArray, lower: FloatArray, upper: FloatArray) -> Alternative:
        """The best first stage with these columns within these bounds.

        Raises:
            SolveError: none meets the rows.
        """
        old = self.program.column_lower[column], self.program.column_upper[column]
        self._session.change_bounds(column, lower, upper)
        found = self._session.solve(read_basis=False)
        self._session.change_bounds(column, *old)
        return Alternative(value=found.value[: self.columns], bound=found.objective)

    def least_with(self, column: IntArray, amount: float) -> Alternative:
        """The best first stage whose columns sum to at least an amount.

        Raises:
            SolveError: none meets the rows.
        """
        found = Session(_with_sum(self.program, column, amount)).solve(read_basis=False)
        return Alternative(value=found.value[: self.columns], bound=found.objective)


def extents(
    program: LinearProgram, groups: list[IntArray], limit: float
) -> tuple[FloatArray, FloatArray]:
    """Least and most sum of each group of columns at a cost of at most `limit`, shape (k,) each.

    Args:
        program: as `cut_master` gives it.
        groups: positions of the columns of each group.
        limit: cost by the cuts.

    Raises:
        SolveError: nothing costs so little.
    """
    capped = _with_cost_row(program, limit)
    session = Session(capped.with_costs(np.zeros(capped.shape[1])))
    least, most = np.zeros(len(groups)), np.zeros(len(groups))
    for g, group in enumerate(groups):
        least[g], most[g] = _end(session, group, 1.0), _end(session, group, -1.0)
    return least, most


def most_allowed(program: LinearProgram, groups: list[IntArray]) -> FloatArray:
    """Most sum of each group of columns that the rows allow at any cost, shape (k,).

    Raises:
        SolveError: nothing meets the rows, or a sum grows without end.
    """
    session = Session(program.with_costs(np.zeros(program.shape[1])))
    return np.array([_end(session, group, -1.0) for group in groups])


def _end(session: Session, group: IntArray, sign: float) -> float:
    """Least sum of a group of columns that else cost nothing; the most at a sign of -1."""
    session.change_costs(group, np.full(group.size, sign))
    found = sign * session.solve(read_basis=False).objective
    session.change_costs(group, np.zeros(group.size))
    return found


def _with_cost_row(program: LinearProgram, limit: float) -> LinearProgram:
    """The programme with a row that limits its cost; scaled to one."""
    size = max(abs(limit), 1.0)
    row = csc_array(program.cost[None, :] / size)
    return _with_row(program, row, -np.inf, (limit - program.offset) / size)


def _with_sum(program: LinearProgram, column: IntArray, amount: float) -> LinearProgram:
    at = (np.zeros(column.size, dtype=np.int64), column)
    row = csc_array((np.ones(column.size), at), shape=(1, program.shape[1]))
    return _with_row(program, row, amount, np.inf)


def _with_row(program: LinearProgram, row: csc_array, lower: float, upper: float) -> LinearProgram:
    rows = program.shape[0]
    block = Block("asked", "", rows, (Axis("asked", ("asked",)),), (np.zeros(1, dtype=np.int64),))
    return replace(
        program,
        matrix=csc_array(vstack([program.matrix, row])),
        row_lower=np.append(program.row_lower, lower),
        row_upper=np.append(program.row_upper, upper),
        rows=(*program.rows, block),
    )
