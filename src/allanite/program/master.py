"""The first stage over cuts: the least cost they allow, and the next state to look at.

    min  c' x + (1 - w) sum_s p_s t_s + w (v + sum_s p_s u_s / (1 - confidence))
    s.t. rows and bounds of the first stage;  t_s >= constant + slope' z  for each cut;
         with risk:  u_s >= t_s - v,  u_s >= 0

z are the state columns of x. The next state is the nearest to the best one whose cost by the
cuts is at most a level between the bounds: steps stay short while the cuts are poor.

Source: Lemaréchal, Nemirovskii and Nesterov (1995), New variants of bundle methods.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import scipy.sparse as sp

from allanite.axis import Axis, BoolArray, FloatArray, IntArray
from allanite.errors import SolveError
from allanite.program.cuts import Cuts
from allanite.program.highs import Option, solve_program
from allanite.program.linear import Block, LinearProgram
from allanite.program.quadratic import QuadraticProgram, solve_quadratic
from allanite.program.risk import Risk
from allanite.program.solution import Basis, Solution
from allanite.program.staged import NodeProgram

_MONEY: Final = "cost"
# Rounding leaves terms that HiGHS does not take.
_LEAST_TERM: Final = 1e-12
_NO_PRICE: Final = 1e-12  # of the largest cost
# A box that no optimum was found in is widened up to here.
_WIDEST: Final = 1e12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MasterPoint:
    """What the cuts allow at best.

    Attributes:
        value: columns of the first stage, shape (n,).
        bound: below the least cost; -inf while a scenario has no cut, or a state no bound.
        basis: final basis; none with integers.
        radius: of the box around state columns without bounds.
    """

    value: FloatArray
    bound: float
    basis: Basis | None
    radius: float


@dataclass(kw_only=True, eq=False)
class Master:
    """The first stage over the cuts of S scenarios; thrown away after use.

    Args:
        first: the first stage.
        cuts: of these scenarios, counted from 0 to S - 1.
        scenarios: their positions among all scenarios, shape (S,); only for their names.
        probability: shape (S,), sum 1.
        risk: how the worst outcomes count.
        unit: of the costs t, v and u: of the order of the cost of a scenario.
    """

    first: NodeProgram
    cuts: Cuts
    scenarios: IntArray
    probability: FloatArray
    risk: Risk
    unit: float

    @cached_property
    def program(self) -> LinearProgram:
        """Columns x, t, and with risk v, u; rows of x, with risk those of u, then the cuts."""
        first, sides = self.first.program, self._sides
        cost, lower, upper = self._costs
        (m, n), behind = first.shape, cost.size
        return LinearProgram(
            cost=np.concatenate([first.cost, cost]),
            matrix=self._matrix(n + behind),
            row_lower=np.concatenate([first.row_lower, sides]),
            row_upper=np.concatenate([first.row_upper, np.full(sides.size, np.inf)]),
            column_lower=np.concatenate([first.column_lower, lower]),
            column_upper=np.concatenate([first.column_upper, upper]),
            is_integer=np.concatenate([first.is_integer, np.zeros(behind, dtype=np.bool_)]),
            columns=(*first.columns, *self._column_blocks(n)),
            rows=(*first.rows, *self._row_blocks(m)),
            offset=first.offset,
        )

    @property
    def _costs(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Costs and bounds of t, and with risk of v and u; t stands at 0 until it has a cut."""
        risk, has_cut = self.risk, self._has_cut
        cost = self.unit * (1 - risk.weight) * self.probability
        lower, upper = np.where(has_cut, -np.inf, 0.0), np.where(has_cut, np.inf, 0.0)
        if risk.weight == 0:
            return cost, lower, upper
        excess = self.unit * risk.weight * risk.largest_ratio * self.probability
        return (
            np.concatenate([cost, [self.unit * risk.weight], excess]),
            np.concatenate([lower, [-np.inf], np.zeros(excess.size)]),
            np.concatenate([upper, np.full(1 + excess.size, np.inf)]),
        )

    @cached_property
    def _has_cut(self) -> BoolArray:
        found = np.zeros(self.scenarios.size, dtype=np.bool_)
        found[self.cuts.scenario[self.cuts.is_cost]] = True
        return found

    @cached_property
    def _row_scale(self) -> FloatArray:
        """What each cut is divided by: the unit, or the largest slope of a violation."""
        steepest = np.abs(self.cuts.slope).max(axis=1, initial=0.0)
        steepest = np.where(steepest > 0, steepest, 1.0)
        return np.where(self.cuts.is_cost, self.unit, steepest)

    @cached_property
    def _sides(self) -> FloatArray:
        """Lower sides of the rows behind those of the first stage."""
        excess = np.zeros(self.scenarios.size if self.risk.weight > 0 else 0)
        return np.concatenate([excess, self.cuts.constant / self._row_scale])

    def _matrix(self, width: int) -> sp.csc_array:
        """Rows of the first stage; u_s + v - t_s >= 0; t_s - slope' z >= constant."""
        first, count = self.first.program, self.scenarios.size
        m, n = first.shape
        own = sp.coo_array(first.matrix)
        parts = [(own.row, own.col, own.data)]
        at = np.arange(count)
        if self.risk.weight > 0:
            for column, value in (
                (n + at, -1.0),
                (n + count + 0 * at, 1.0),
                (n + count + 1 + at, 1.0),
            ):
                parts.append((m + at, column, np.full(count, value)))
            m += count
        slope = self.cuts.slope / self._row_scale[:, None]
        row, column = np.nonzero(np.abs(slope) > _LEAST_TERM)
        parts.append((m + row, self.first.state[column], -slope[row, column]))
        of_cost = np.flatnonzero(self.cuts.is_cost)
        parts.append((m + of_cost, n + self.cuts.scenario[of_cost], np.ones(of_cost.size)))
        rows, columns, values = (np.concatenate(part) for part in zip(*parts, strict=True))
        shape = (m + self.cuts.scenario.size, width)
        return sp.csc_array(sp.coo_array((values, (rows, columns)), shape=shape))

    def _column_blocks(self, start: int) -> tuple[Block, ...]:
        scenario, at, count = self._axis, np.arange(self.scenarios.size), self.scenarios.size
        cost = Block("scenario cost", _MONEY, start, (scenario,), (at,))
        if self.risk.weight == 0:
            return (cost,)
        value = Block("value at risk", _MONEY, start + count, (Axis("all", ("all",)),), (at[:1],))
        return cost, value, Block("excess", _MONEY, start + count + 1, (scenario,), (at,))

    def _row_blocks(self, start: int) -> tuple[Block, ...]:
        at, count = np.arange(self.scenarios.size), self.scenarios.size
        excess = [Block("excess", _MONEY, start, (self._axis,), (at,))]
        kind = Axis("kind", ("violation", "cost"))
        cut = Block(
            "what a scenario needs",
            "",
            start if self.risk.weight == 0 else start + count,
            (self._axis, kind),
            (self.cuts.scenario, self.cuts.is_cost.astype(np.int64)),
        )
        return (*(excess if self.risk.weight > 0 else []), cut)

    @cached_property
    def _axis(self) -> Axis:
        return Axis("scenario", tuple(f"scenario {s}" for s in self.scenarios))

    def least(self, centre: FloatArray, radius: float, start: Basis | None) -> MasterPoint:
        """The least cost that the cuts allow, integers taken as any numbers.

        Args:
            centre: columns of the first stage about which states without bounds are boxed.
            radius: of that box.
            start: basis of an earlier master with fewer cuts.

        Raises:
            SolveError: nothing meets the rows and cuts, or the cost falls without end.
        """
        boxed, made_up = self._boxed(centre, radius)
        relaxed = replace(boxed, is_integer=np.zeros(boxed.shape[1], dtype=np.bool_))
        solution = solve_program(relaxed, basis=_grown(start, relaxed))
        return self._point(solution, boxed, made_up, radius)

    def least_whole(self, centre: FloatArray, radius: float, gap: float) -> MasterPoint:
        """The least cost that the cuts allow with integers, to this relative gap.

        Raises:
            SolveError: nothing meets the rows and cuts, or the cost falls without end.
        """
        boxed, made_up = self._boxed(centre, radius)
        # At a tolerance of 1e-9 for whole numbers HiGHS 1.16 cuts optima off; see the canary.
        options: dict[str, Option] = {"mip_rel_gap": gap}
        found = self._point(solve_program(boxed, options=options), boxed, made_up, radius)
        # Columns that are whole within a tolerance become so, and the others follow.
        n, whole = self.first.template.shape[1], self.first.template.is_integer
        value = np.where(whole, np.round(found.value), 0.0)
        low, high = boxed.column_lower.copy(), boxed.column_upper.copy()
        low[:n][whole] = high[:n][whole] = value[whole]
        fixed = replace(boxed.with_bounds(low, high), is_integer=np.zeros(low.size, dtype=np.bool_))
        return replace(found, value=solve_program(fixed).value[:n], basis=None)

    def _boxed(self, centre: FloatArray, radius: float) -> tuple[LinearProgram, BoolArray]:
        """The programme with states in a box, and which columns have a side of it."""
        program, state = self.program, self.first.state
        open_state = np.zeros(program.shape[1], dtype=np.bool_)
        open_state[state] = True
        open_state &= ~(np.isfinite(program.column_lower) & np.isfinite(program.column_upper))
        if not open_state.any():
            return program, open_state
        about = np.zeros(program.shape[1])
        about[: centre.size] = centre
        low = np.maximum(program.column_lower, np.where(open_state, about - radius, -np.inf))
        high = np.minimum(program.column_upper, np.where(open_state, about + radius, np.inf))
        return program.with_bounds(low, high), open_state

    def _point(
        self, solution: Solution, boxed: LinearProgram, open_state: BoolArray, radius: float
    ) -> MasterPoint:
        value, program = solution.value, self.program
        at_low = (value <= boxed.column_lower) & (boxed.column_lower > program.column_lower)
        at_high = (value >= boxed.column_upper) & (boxed.column_upper < program.column_upper)
        # Without a price the side of the box holds nothing up; with integers none is known.
        priced = np.abs(solution.reduced_cost) > _NO_PRICE * np.abs(program.cost).max(initial=0.0)
        held = open_state & (at_low | at_high) & (priced | (solution.basis is None))
        leaves = bool(held.any())
        if leaves and radius > _WIDEST:
            raise SolveError("unbounded", "the cost falls without end as the first stage grows")
        known = bool(self._has_cut.all()) and not leaves
        # The solver's gap is relative to the cost without the offset.
        slack = solution.gap * abs(solution.objective - program.offset)
        return MasterPoint(
            value=value[: self.first.template.shape[1]],
            bound=solution.objective - slack if known else -np.inf,
            basis=solution.basis,
            radius=10 * radius if leaves else radius,
        )

    def nearest_below(self, level: float, centre: FloatArray) -> FloatArray | None:
        """Columns of the first stage, shape (n,), at the state nearest to `centre` of those that
        the cuts allow at a cost of at most `level`; none if the solver finds none.
        """
        try:
            found = solve_quadratic(self._projection(level, centre))
        except SolveError:
            return None
        first = self.first.program
        return np.clip(found[: first.shape[1]], first.column_lower, first.column_upper)

    def _projection(self, level: float, centre: FloatArray) -> QuadraticProgram:
        program, state = self.program, self.first.state
        weight = np.zeros(program.shape[1])
        weight[state] = 1 / _range_of(self.first, centre) ** 2
        linear = np.zeros(program.shape[1])
        linear[state] = -weight[state] * centre[state]
        rows = sp.csr_array(program.matrix)
        low, high = program.row_lower, program.row_upper
        equal = low == high
        below, above = np.isfinite(low) & ~equal, np.isfinite(high) & ~equal
        fixed = program.column_lower == program.column_upper
        one = sp.csr_array(sp.eye_array(program.shape[1], format="csr")[fixed])
        budget = sp.csr_array(program.cost[None, :] / self.unit)
        return QuadraticProgram(
            quadratic=sp.csc_array(sp.diags_array(weight)),
            linear=linear,
            equality=sp.csc_array(sp.vstack([rows[equal], one])),
            equality_value=np.concatenate([low[equal], program.column_lower[fixed]]),
            inequality=sp.csc_array(sp.vstack([-rows[below], rows[above], budget])),
            inequality_upper=np.concatenate(
                [-low[below], high[above], [(level - program.offset) / self.unit]]
            ),
            lower=np.where(fixed, -np.inf, program.column_lower),
            upper=np.where(fixed, np.inf, program.column_upper),
        )


def _range_of(first: NodeProgram, centre: FloatArray) -> FloatArray:
    """Typical size of each state column: its range, or its value where it has none."""
    program, state = first.program, first.state
    span = program.column_upper[state] - program.column_lower[state]
    size = np.where(np.isfinite(span), span, np.maximum(np.abs(centre[state]), 1.0))
    return np.where(size > 0, size, 1.0)


def _grown(basis: Basis | None, program: LinearProgram) -> Basis | None:
    """The basis with further rows, each basic; a bound that is gone is no place to stand."""
    if basis is None:
        return None
    gone = (basis.column == 0) & np.isneginf(program.column_lower)
    column = np.where(gone, 3, basis.column).astype(np.int8)
    added = np.ones(program.shape[0] - basis.row.size, dtype=np.int8)
    return Basis(column, np.concatenate([basis.row, added]))
