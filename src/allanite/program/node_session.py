"""One node in the solver, with columns for what lies ahead of it and the cuts that bound them.

A future column stands for the least cost of one child, or of all children together. A cut is
a linear function of the node's state s that never lies above that cost; a feasibility cut
must not be positive where a child shall have any answer at all:

    future >= constant + gradient' s,        0 >= constant + gradient' s

Futures are counted in a power of two near the largest cost, so that cuts have terms of order
one. Sources: Birge (1985), Decomposition and partitioning methods for multistage stochastic
linear programs; Rockafellar and Uryasev (2000) for the rows of the value at risk.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from scipy.sparse import csc_array, csr_array, hstack, vstack

from allanite.axis import Axis, FloatArray, IntArray
from allanite.errors import ModelError, SolveError
from allanite.program.conflict import elastic_program
from allanite.program.highs import Session, must, solve_program
from allanite.program.linear import Block, LinearProgram
from allanite.program.risk import Risk
from allanite.program.staged import NodeProgram

# The least violation of the rows, in their own units, that counts as no answer.
INFEASIBLE: Final = 1e-7
# A term of a cut below this is left out: the solver takes none below 1e-12.
_LEAST_TERM: Final = 1e-11
# By how much a feasibility cut is drawn tighter, in units of the state.
_MARGIN: Final = 1e-6
# What rows and bounds may be missed by. Coarser, it adds up over the stages to a visible gap.
ROW_TOLERANCE: Final = 1e-9
# States refused in one pass, a node; a need is met, or shown not to be, by far fewer.
REFUSALS: Final = 1000
_NEUTRAL: Final = Risk()


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """constant + gradient' s, a linear function of a state s of shape (k,).

    Attributes:
        gradient: shape (k,); constant: value at a state of zero.
    """

    gradient: FloatArray
    constant: float

    def at(self, state: FloatArray) -> float:
        """Value at a state, shape (k,)."""
        return float(self.gradient @ state) + self.constant


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """What a node decides at one state of its parent.

    Attributes:
        objective: own cost and futures; cost: own cost, offset included.
        value: of the node's own columns, shape (n,); state: what its children read, (k,).
        future: of each future column, in money, shape (f,).
        magnitude: own costs and gains by their size, added up.
        cut: the least objective as a function of the parent's state, touching it here.
    """

    objective: float
    cost: float
    value: FloatArray
    state: FloatArray
    future: FloatArray
    magnitude: float
    cut: Cut


@dataclass(slots=True)
class NodeSession:
    """A solver for nodes of one template and one set of cuts; thrown away after use.

    Args:
        node: one of the nodes; all that are loaded share its template and state.
        probability: of each future column, shape (f,), sum one; empty at the last stage.
        floor: what each future cannot fall below, in money, shape (f,); -inf where nothing is
            known, and then the future counts as zero until it has a cut.
        risk: how the futures count together.
        unit: money one unit of a future column stands for.

    Raises:
        ModelError: whole columns.
    """

    node: NodeProgram
    probability: FloatArray
    floor: FloatArray
    risk: Risk
    unit: float
    _session: Session = field(init=False)
    _parent_state: FloatArray = field(init=False)
    _known: list[bool] = field(init=False)
    _cut: list[tuple[IntArray, FloatArray, float, str]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        template = self.node.template
        if template.is_integer.any():
            raise ModelError(
                "a node has whole columns; cuts need nodes without. Solve the extensive form"
            )
        self._known = np.isfinite(self.floor).tolist()
        program = with_futures(template, self.probability, self.floor, self.risk, self.unit)
        self._session = Session(program, {"primal_feasibility_tolerance": ROW_TOLERANCE})
        self._parent_state = np.zeros(self.node.link.shape[1])

    @property
    def is_bounded(self) -> bool:
        """Whether every future has a cut or a floor, so that the objective is a lower bound."""
        return all(self._known)

    def load(self, node: NodeProgram, parent_state: FloatArray) -> None:
        """Make this node, at this state of its parent, the next one that is solved."""
        self.node, self._parent_state = node, parent_state
        move_to(self._session, node.program, node.link @ parent_state)

    def is_known(self, future: int) -> bool:
        """Whether a future has a cut or a floor."""
        return self._known[future]

    def add_cut(self, future: int, cut: Cut) -> None:
        """Bound a future from below."""
        n = self.node.template.shape[1]
        if not self._known[future]:
            self._known[future] = True
            column = np.array([n + future])
            self._session.change_bounds(column, np.array([-np.inf]), np.array([np.inf]))
        column = np.append(self.node.state, n + future)
        value = np.append(-cut.gradient / self.unit, 1.0)
        self._add(column, value, cut.constant / self.unit, f"future {future}")

    def add_feasibility_cut(self, cut: Cut, origin: str) -> None:
        """Forbid states at which the cut is positive; `origin` says whose need that is."""
        size = _size(cut)
        self._add(self.node.state, -cut.gradient / size, cut.constant / size, origin)

    def solve(self) -> Answer | None:
        """What the loaded node decides; none where it has no answer.

        Raises:
            SolveError: the cost falls without end, or the solver stops early.
        """
        word = self._session._run()
        if word == "infeasible":
            return None
        if word == "optimal":
            return self._answer()
        if word == "infeasible or unbounded" and self.feasibility_cut() is not None:
            return None
        self.explain()
        raise SolveError(word, "a node was not solved; its programme alone was")

    def feasibility_cut(self) -> Cut | None:
        """A cut that the parent's state violates; none where the loaded node has an answer.

        The least sum of violations of the rows is convex in the parent's state; this is its
        linear part there.
        """
        found = solve_program(elastic_program(self.whole_program()))
        if found.objective <= INFEASIBLE:
            return None
        return self._cut_of(found.objective, found.dual)

    def whole_program(self) -> LinearProgram:
        """The loaded node with its futures and cuts as one programme."""
        program = self._session.program
        count, (m, n) = len(self._cut), program.shape
        if not count:
            return program
        axis = Axis("cut", tuple(f"{i}: {cut[3]}" for i, cut in enumerate(self._cut)))
        block = Block("cut", "", m, (axis,), (np.arange(count),))
        row = np.repeat(np.arange(count), [column.size for column, *_ in self._cut])
        column = np.concatenate([column for column, *_ in self._cut])
        value = np.concatenate([value for _, value, *_ in self._cut])
        below = csr_array((value, (row, column)), shape=(count, n))
        return replace(
            program,
            matrix=csc_array(vstack([program.matrix, below], format="csc")),
            row_lower=np.append(program.row_lower, [least for _, _, least, _ in self._cut]),
            row_upper=np.append(program.row_upper, np.full(count, np.inf)),
            rows=(*program.rows, block),
        )

    def explain(self) -> None:
        """Raise the `SolveError` that says why the loaded node has no optimum, if it has none."""
        solve_program(self.whole_program())

    def _add(self, column: IntArray, value: FloatArray, least: float, origin: str) -> None:
        kept = np.abs(value) >= _LEAST_TERM
        column, value = column[kept], value[kept]
        self._cut.append((column, value, least, origin))
        index = column.astype(np.int32)
        low, high = np.array([least]), np.array([np.inf])
        start = np.zeros(1, dtype=np.int32)
        status = self._session._solver.addRows(1, low, high, index.size, start, index, value)
        must(status, "a cut was refused")

    def _answer(self) -> Answer:
        found = self._session._read("optimal", 0.0, False)
        n, futures = self.node.template.shape[1], self.probability.size
        program = self._session.program
        # Within its tolerance the solver leaves bounds; a child may have no answer there.
        value = np.clip(found.value[:n], program.column_lower[:n], program.column_upper[:n])
        cost = program.cost[:n]
        return Answer(
            objective=found.objective,
            cost=float(cost @ value) + self.node.template.offset,
            value=value,
            state=value[self.node.state],
            future=found.value[n : n + futures] * self.unit,
            magnitude=float(np.abs(cost * value).sum()),
            cut=self._cut_of(found.objective, found.dual),
        )

    def _cut_of(self, objective: float, dual: FloatArray) -> Cut:
        gradient = -(self.node.link.T @ dual[: self.node.template.shape[0]])
        return Cut(gradient, objective - float(gradient @ self._parent_state))


def money_unit(nodes: Iterable[NodeProgram]) -> float:
    """A power of two near the largest cost of all nodes; 1 where nothing costs."""
    largest = 0.0
    templates: set[int] = set()
    for node in nodes:
        largest = max(largest, float(np.abs(node.changes.cost).max(initial=0.0)))
        if id(node.template) not in templates:
            templates.add(id(node.template))
            largest = max(largest, float(np.abs(node.template.cost).max(initial=0.0)))
    return float(2.0 ** np.floor(np.log2(largest))) if largest else 1.0


def tightened(cut: Cut, state: FloatArray) -> Cut:
    """A feasibility cut that forbids a state by more than the solver's tolerance.

    A row that the solver takes as held already is drawn tighter, or nothing would move.

    Args:
        cut: of a child.
        state: the state that shall go, shape (k,).
    """
    size = _size(cut)
    held = cut.at(state) <= _MARGIN * size
    return Cut(cut.gradient, cut.constant + _MARGIN * size) if held else cut


def check_refusals(refused: int, nodes: int, where: str) -> None:
    """Raise `SolveError` where states are refused without end: rounding, not need."""
    if refused > REFUSALS * nodes:
        raise SolveError(
            "infeasible",
            f"{where} has no answer to any of {refused} decisions before it; its rows hold at"
            " most by rounding. Widen them, or solve the extensive form",
        )


def _size(cut: Cut) -> float:
    return float(np.abs(cut.gradient).max(initial=0.0)) or 1.0


def move_to(session: Session, wanted: LinearProgram, shift: FloatArray) -> None:
    """Give the solver these bounds, costs and sides less `shift`; only what differs is sent.

    Args:
        session: begins with the columns and rows of `wanted`; others stay as they are.
        wanted: the programme.
        shift: taken off both sides of each row, shape (m,).
    """
    (m, n), now = wanted.shape, session.program
    low, high = wanted.row_lower - shift, wanted.row_upper - shift
    row = np.flatnonzero((low != now.row_lower[:m]) | (high != now.row_upper[:m]))
    session.change_sides(row, low[row], high[row])
    low, high = wanted.column_lower, wanted.column_upper
    column = np.flatnonzero((low != now.column_lower[:n]) | (high != now.column_upper[:n]))
    session.change_bounds(column, low[column], high[column])
    column = np.flatnonzero(wanted.cost != now.cost[:n])
    session.change_costs(column, wanted.cost[column])


def with_futures(
    template: LinearProgram, probability: FloatArray, floor: FloatArray, risk: Risk, unit: float
) -> LinearProgram:
    """The template with a column a future and, with risk, the rows of the value at risk.

    A future without a floor is fixed at zero.
    """
    f, n = probability.size, template.shape[1]
    if not f:
        return template
    low = np.where(np.isfinite(floor), floor / unit, 0.0)
    high = np.where(np.isfinite(floor), np.inf, 0.0)
    axis = Axis("future", tuple(f"future {i}" for i in range(f)))
    program = replace(
        template,
        cost=np.append(template.cost, (1 - risk.weight) * unit * probability),
        matrix=csc_array(
            hstack([template.matrix, csc_array((template.shape[0], f))], format="csc")
        ),
        column_lower=np.append(template.column_lower, low),
        column_upper=np.append(template.column_upper, high),
        is_integer=np.append(template.is_integer, np.zeros(f, dtype=np.bool_)),
        columns=(*template.columns, Block("future", "", n, (axis,), (np.arange(f),))),
    )
    return program if risk.weight == 0 else _with_value_at_risk(program, probability, risk, unit)


def _with_value_at_risk(
    program: LinearProgram, probability: FloatArray, risk: Risk, unit: float
) -> LinearProgram:
    """The programme with columns v and z_i and the rows z_i - future_i + v >= 0."""
    (m, n), f = program.shape, probability.size
    i = np.arange(f)
    axis = Axis("future", tuple(f"future {j}" for j in range(f)))
    excess = csr_array(
        (
            np.repeat([-1.0, 1.0, 1.0], f),
            (np.tile(i, 3), np.concatenate([n - f + i, np.full(f, n), n + 1 + i])),
        ),
        shape=(f, n + 1 + f),
    )
    wide = hstack([program.matrix, csc_array((m, 1 + f))], format="csc")
    one = (Axis("value at risk", ("value at risk",)),)
    tail = risk.weight * unit * risk.largest_ratio * probability
    return replace(
        program,
        cost=np.concatenate([program.cost, [risk.weight * unit], tail]),
        matrix=csc_array(vstack([wide, excess], format="csc")),
        row_lower=np.append(program.row_lower, np.zeros(f)),
        row_upper=np.append(program.row_upper, np.full(f, np.inf)),
        column_lower=np.concatenate([program.column_lower, [-np.inf], np.zeros(f)]),
        column_upper=np.append(program.column_upper, np.full(1 + f, np.inf)),
        is_integer=np.append(program.is_integer, np.zeros(1 + f, dtype=np.bool_)),
        columns=(
            *program.columns,
            Block("value at risk", "", n, one, (np.zeros(1, dtype=np.int64),)),
            Block("excess over value at risk", "", n + 1, (axis,), (i,)),
        ),
        rows=(*program.rows, Block("excess over value at risk", "", m, (axis,), (i,))),
    )
