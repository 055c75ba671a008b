"""One template in the solver, for thousands of solves: only what differs is handed over.

Where a `Session` keeps the whole programme up and reads all values back, this sets numbers
by position and reads the cost and the duals of rows alone. Each solve starts from the basis it
is given and from nothing else, so that it gives the same bytes whatever was solved before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from operator import methodcaller
from typing import Any, Final

import numpy as np

from allanite.axis import FloatArray, IntArray
from allanite.program.highs import (
    Option,
    hand_over,
    handed_basis,
    must,
    power_of_two,
    read_basis,
    silent_solver,
    status_word,
)
from allanite.program.linear import LinearProgram
from allanite.program.solution import Basis

# A basis as the solver keeps it; reading its codes takes longer than a warm solve may.
KeptBasis = Any

_EDGE_WEIGHTS: Final = "simplex_dual_edge_weight_strategy"
_DEVEX: Final = 1


@dataclass(slots=True)
class WarmSolver:
    """One programme in the solver; thrown away after use.

    Args:
        template: the programme; its integers are taken as any numbers.
        options: further options of HiGHS by name.
    """

    template: LinearProgram
    options: Mapping[str, Option] = field(default_factory=dict)
    _solver: Any = field(init=False)
    _cost_scale: float = field(init=False)
    _weights: int = field(init=False)

    def __post_init__(self) -> None:
        self._solver = silent_solver(self.options)
        self._cost_scale = power_of_two(self.template.cost)
        relaxed = replace(
            self.template, is_integer=np.zeros(self.template.shape[1], dtype=np.bool_)
        )
        hand_over(self._solver, relaxed, self._cost_scale)
        self._weights = int(self._solver.getOptionValue(_EDGE_WEIGHTS)[1])

    def set_bounds(self, column: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Set bounds of columns (positions, rising, shape (k,))."""
        if column.size:
            index = column.astype(np.int32)
            must(self._solver.changeColsBounds(index.size, index, lower, upper), "bounds")

    def set_sides(self, row: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Set sides of rows (positions, rising, shape (k,))."""
        if row.size:
            change = methodcaller("changeRowsBounds", row.size, row.astype(np.int32), lower, upper)
            must(change(self._solver), "sides of rows")

    def set_costs(self, column: IntArray, cost: FloatArray) -> None:
        """Set costs of columns (positions, rising, shape (k,))."""
        if column.size:
            index, scaled = column.astype(np.int32), cost * self._cost_scale
            must(self._solver.changeColsCost(index.size, index, scaled), "costs")

    def solve(self, start: KeptBasis | None, *, is_near: bool = False) -> str:
        """How the solve from this basis, or from nothing, ended: `optimal`, `infeasible`, ...

        Args:
            start: where to start from.
            is_near: whether few iterations are likely. Weights of steepest edges then take longer
                to make ready than they save.
        """
        self._solver.clearSolver()
        weights = _DEVEX if is_near else self._weights
        must(self._solver.setOptionValue(_EDGE_WEIGHTS, weights), "edge weights were refused")
        if start is not None:
            must(self._solver.setBasis(start), "the basis was refused")
        self._solver.run()
        word = self._word()
        if word != "optimal":
            # From a basis of other bounds the simplex may lose its way; a fresh start does not.
            self._solver.clearSolver()
            self._solver.run()
            word = self._word()
        return word

    def _word(self) -> str:
        return status_word(self._solver.getModelStatus(), self.template)

    @property
    def cost(self) -> float:
        """The least cost of the last solve, without the offset."""
        return float(self._solver.getInfo().objective_function_value) / self._cost_scale

    @property
    def iterations(self) -> int:
        """Simplex iterations of the last solve."""
        return max(int(self._solver.getInfo().simplex_iteration_count), 0)

    @property
    def dual(self) -> FloatArray:
        """Duals of the rows, shape (m,), signs as in `program.highs`."""
        return np.array(self._solver.getSolution().row_dual, dtype=np.float64) / self._cost_scale

    def value(self) -> FloatArray:
        """Values of the columns, shape (n,)."""
        return np.array(self._solver.getSolution().col_value, dtype=np.float64)

    def keep_basis(self) -> KeptBasis:
        """The final basis of the last solve."""
        return self._solver.getBasis()


def codes_of(kept: KeptBasis) -> Basis:
    """The codes of a basis that a solver kept."""
    return read_basis(kept)


def kept_basis(basis: Basis) -> KeptBasis:
    """The basis of these codes, as if this solver had kept it."""
    handed = handed_basis(basis)
    # It came from a solver: it needs no repair, which would put its columns in another order.
    handed.alien = False
    return handed
