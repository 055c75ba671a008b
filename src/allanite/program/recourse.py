"""What scenarios cost at a first decision: costs, cuts, and where no recourse is possible.

    Q_s(z) = min cost' y   s.t.   row_lower <= A y + link z <= row_upper,  bounds of y

The slope of Q_s at z is -link' dual. Where the rows cannot be met, the least violation takes
the place of the cost: it is convex in z too, and must come down to zero.

Each scenario starts from its own last basis, and one that was never solved from that of its
template's anchor. So what is found depends on the states asked for, never on which process
answers or what it did before; `save` and `restore` carry the bases over a stop.

Source: Birge and Louveaux (2011), Introduction to Stochastic Programming, sec. 5.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, Protocol

import numpy as np

from allanite.axis import FloatArray, IntArray
from allanite.errors import SolveError
from allanite.program.conflict import elastic_program
from allanite.program.failure import explain_failure
from allanite.program.highs import Option, diagnosis, solve_program
from allanite.program.linear import LinearProgram
from allanite.program.solution import Basis
from allanite.program.staged import NodeProgram, StagedProgram
from allanite.program.warm import KeptBasis, WarmSolver, codes_of, kept_basis

Saved = dict[str, Any]
# A violation up to here is what the solver itself lets pass.
_LEAST_VIOLATION: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcomes:
    """What K scenarios cost at a state of k columns.

    Attributes:
        cost: least cost, shape (K,); inf where the rows cannot be met.
        violation: least sum of violations of rows, shape (K,); 0 where they can be met.
        gradient: of the cost, or of the violation where there is one, in the state, (K, k).
        iterations: of the simplex, shape (K,).
    """

    cost: FloatArray
    violation: FloatArray
    gradient: FloatArray
    iterations: IntArray


class Recourse(Protocol):
    """What answers for the scenarios of a programme in two stages."""

    def evaluate(self, state: FloatArray, scenarios: IntArray) -> Outcomes:
        """What these scenarios (positions from 0, rising) cost at a state, shape (k,)."""
        ...

    def save(self) -> Saved:
        """Arrays by name that `restore` goes on from."""
        ...

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Go on as the recourse that saved these arrays would have."""
        ...


@dataclass(kw_only=True, eq=False)
class Bench:
    """Scenarios of one process: a solver a template, a basis a scenario; thrown away after use.

    Args:
        nodes: scenario -> its node; those with one template must share the object.
        anchors: scenario -> the scenario whose basis it starts from the first time.
        options: further options of HiGHS by name.
    """

    nodes: Mapping[int, NodeProgram]
    anchors: Mapping[int, int]
    options: Mapping[str, Option] = field(default_factory=dict)
    _solvers: dict[int, _Loaded] = field(default_factory=dict, init=False)
    _bases: dict[int, KeptBasis] = field(default_factory=dict, init=False)
    _anchor_bases: dict[int, KeptBasis] = field(default_factory=dict, init=False)

    def refresh_anchors(self, state: FloatArray, anchors: Iterable[int]) -> None:
        """Solve these anchors at a state, so that new scenarios start from there."""
        for anchor in anchors:
            loaded = self._loaded(anchor)
            start = self._anchor_bases.get(anchor)
            status = loaded.solve(state, self.nodes[anchor], start, is_near=False)
            if status == "optimal":
                self._anchor_bases[anchor] = loaded.solver.keep_basis()

    def evaluate(self, state: FloatArray, scenarios: Sequence[int]) -> Outcomes:
        """What these scenarios cost at a state.

        Raises:
            SolveError: a scenario without an optimum other than for its rows; it is explained.
        """
        rows = [self._one(state, scenario) for scenario in scenarios]
        return Outcomes(
            cost=np.array([row[0] for row in rows]),
            violation=np.array([row[1] for row in rows]),
            gradient=np.array([row[2] for row in rows]).reshape(len(rows), state.size),
            iterations=np.array([row[3] for row in rows], dtype=np.int64),
        )

    def _loaded(self, scenario: int) -> _Loaded:
        template = self.nodes[scenario].template
        if id(template) not in self._solvers:
            self._solvers[id(template)] = _Loaded(WarmSolver(template, self.options))
        return self._solvers[id(template)]

    def _one(self, state: FloatArray, scenario: int) -> tuple[float, float, FloatArray, int]:
        node, loaded = self.nodes[scenario], self._loaded(scenario)
        own, solver = self._bases.get(scenario), loaded.solver
        start = self._anchor_bases.get(self.anchors[scenario]) if own is None else own
        status = loaded.solve(state, node, start, is_near=own is not None)
        if status == "infeasible":
            return _violation(node, state, scenario)
        if status != "optimal":
            fault = explain_failure(_at(node, state), diagnosis(), status, None)
            raise SolveError(fault.status, f"scenario {scenario}: {fault.message}")
        self._bases[scenario] = solver.keep_basis()
        gradient = -(node.link.T @ solver.dual)
        return solver.cost + node.template.offset, 0.0, gradient, solver.iterations

    def save(self) -> Saved:
        """Bases by name."""
        saved: Saved = {}
        for name, bases in (("basis", self._bases), ("anchor", self._anchor_bases)):
            for scenario, kept in bases.items():
                codes = codes_of(kept)
                saved[f"{name}-{scenario}"] = np.concatenate([codes.column, codes.row])
        return saved

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Take up the bases of the scenarios that stand here."""
        self._bases.clear()
        self._anchor_bases.clear()
        for key, codes in saved.items():
            name, scenario = key.split("-")
            if int(scenario) in self.nodes:
                n = self.nodes[int(scenario)].template.shape[1]
                bases = self._bases if name == "basis" else self._anchor_bases
                bases[int(scenario)] = kept_basis(Basis(codes[:n], codes[n:]))


@dataclass(eq=False)
class _Loaded:
    """A template in the solver, and the node whose numbers stand there."""

    solver: WarmSolver
    node: NodeProgram | None = field(default=None, init=False)
    program: LinearProgram = field(init=False)  # of that node, at a state of zero

    def solve(
        self, state: FloatArray, node: NodeProgram, start: KeptBasis | None, *, is_near: bool
    ) -> str:
        """How the solve of this node at this state, from this basis, ended."""
        if node is not self.node:
            self._take(node)
        row, program = _linked(node), self.program
        shift = (node.link @ state)[row]
        self.solver.set_sides(row, program.row_lower[row] - shift, program.row_upper[row] - shift)
        return self.solver.solve(start, is_near=is_near)

    def _take(self, node: NodeProgram) -> None:
        """Set what differs from the node before; the rest stays as the template has it."""
        both = [node] if self.node is None else [self.node, node]
        program = node.changes.applied_to(self.solver.template)
        m, n = program.shape
        column = _union(n, (one.changes.column for one in both))
        self.solver.set_bounds(column, program.column_lower[column], program.column_upper[column])
        dear = _union(n, (one.changes.cost_column for one in both))
        self.solver.set_costs(dear, program.cost[dear])
        row = _union(m, (rows for one in both for rows in (one.changes.row, _linked(one))))
        self.solver.set_sides(row, program.row_lower[row], program.row_upper[row])
        self.node, self.program = node, program


def _linked(node: NodeProgram) -> IntArray:
    """Rows that the parent's state moves."""
    return np.flatnonzero(np.diff(node.link.indptr))


def _union(size: int, positions: Iterable[IntArray]) -> IntArray:
    """All these positions below `size`, rising, each once."""
    taken = np.zeros(size, dtype=np.bool_)
    for some in positions:
        taken[some] = True
    return np.flatnonzero(taken)


def _at(node: NodeProgram, state: FloatArray) -> LinearProgram:
    """The programme of a node at a state of its parent, integers as any numbers."""
    program, shift = node.program, node.link @ state
    sides = program.with_sides(program.row_lower - shift, program.row_upper - shift)
    return replace(sides, is_integer=np.zeros(program.shape[1], dtype=np.bool_))


def _violation(
    node: NodeProgram, state: FloatArray, scenario: int
) -> tuple[float, float, FloatArray, int]:
    """The least violation and its slope."""
    solution = solve_program(elastic_program(_at(node, state)))
    if solution.objective <= _LEAST_VIOLATION:
        raise SolveError(
            "infeasible",
            f"scenario {scenario}: rows contradict each other by less than {_LEAST_VIOLATION:g};"
            " look for sizes that lie far apart, and bring their units closer together",
        )
    return np.inf, solution.objective, -(node.link.T @ solution.dual), solution.iterations


@dataclass(kw_only=True, eq=False)
class SerialRecourse:
    """All scenarios in this process; thrown away after use.

    Args:
        staged: a programme in two stages.
        options: further options of HiGHS by name.
    """

    staged: StagedProgram
    options: Mapping[str, Option] = field(default_factory=dict)

    @cached_property
    def _bench(self) -> Bench:
        nodes = dict(enumerate(self.staged.nodes[1:]))
        return Bench(nodes=nodes, anchors=anchors_of(self.staged), options=self.options)

    @cached_property
    def _started(self) -> set[int]:
        return set()

    def evaluate(self, state: FloatArray, scenarios: IntArray) -> Outcomes:
        """What these scenarios cost at a state; errors as `Bench.evaluate`."""
        bench, asked = self._bench, scenarios.tolist()
        bench.refresh_anchors(state, new_anchors(bench.anchors, self._started, asked))
        self._started.update(asked)
        return bench.evaluate(state, asked)

    def save(self) -> Saved:
        """Bases, and which scenarios were asked for."""
        return {"started": np.array(sorted(self._started), dtype=np.int64), **self._bench.save()}

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Go on from saved bases."""
        bases = {name: codes for name, codes in saved.items() if name != "started"}
        self._started.clear()
        self._started.update(saved["started"].tolist())
        self._bench.restore(bases)


def anchors_of(staged: StagedProgram) -> dict[int, int]:
    """For each scenario the first one with its template."""
    first: dict[int, int] = {}
    nodes = staged.nodes[1:]
    return {s: first.setdefault(id(node.template), s) for s, node in enumerate(nodes)}


def new_anchors(anchors: Mapping[int, int], started: set[int], asked: Sequence[int]) -> list[int]:
    """Anchors of the scenarios that are asked for the first time, rising."""
    return sorted({anchors[scenario] for scenario in asked if scenario not in started})
