"""Random staged programmes, and extensive forms that tests compare with."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import coo_array, csc_array, csr_array

from allanite.axis import Axis, FloatArray
from allanite.program.extensive import extensive_form, node_columns
from allanite.program.highs import Session
from allanite.program.linear import LinearProgram, ProgramBuilder
from allanite.program.markov import MarkovProgram, MarkovState, certain, outcomes_of
from allanite.program.risk import Risk
from allanite.program.staged import Changes, NodeProgram, StagedProgram

ITEM = Axis("item", tuple(f"i{k}" for k in range(64)))


def dense_program(
    matrix: FloatArray,
    cost: FloatArray,
    *,
    row_lower: FloatArray | float = -np.inf,
    row_upper: FloatArray | float = np.inf,
    column_lower: FloatArray | float = 0.0,
    column_upper: FloatArray | float = np.inf,
) -> LinearProgram:
    """A programme of one block of columns, x, and one of rows, r."""
    (m, n), build = matrix.shape, ProgramBuilder()
    x = build.add_columns(
        "x", "t", {ITEM: np.arange(n)}, lower=column_lower, upper=column_upper, cost=cost
    )
    r = build.add_rows("r", "t", {ITEM: np.arange(m)}, lower=row_lower, upper=row_upper)
    row, column = np.nonzero(matrix)
    build.add_terms(r[row], x[column], matrix[row, column])
    return build.build()


def random_stage(generator: np.random.Generator, is_complete: bool) -> LinearProgram:
    """Stocks (0, 1), purchases (2, 3), shortage (4, 5), another use (6), limits on both.

    Rows: stock of each item, demand of both together, use of the second. Without shortage
    (where not complete) low stocks have no answer.
    """
    short = 50.0 if is_complete else 0.0
    matrix = np.zeros((4, 7))
    matrix[[0, 1], [0, 1]] = 1.0  # stock + use - bought = stock before
    matrix[[0, 1], [2, 3]] = -1.0
    matrix[[0, 1], [4, 5]] = -1.0
    matrix[1, 6] = 1.0
    matrix[2, [2, 3]] = generator.uniform(0.5, 1.5, 2)
    matrix[3, 6] = generator.uniform(0.5, 1.5)
    cost = generator.uniform(0.1, 3.0, 7)
    cost[[4, 5]] = generator.uniform(20, 40, 2)
    demand = generator.uniform(1, 4, 2)
    return dense_program(
        matrix,
        cost,
        row_lower=np.array([-demand[0], -demand[1], -np.inf, 0.2]),
        row_upper=np.array([-demand[0], -demand[1], generator.uniform(3, 9), np.inf]),
        column_upper=np.array([6.0, 6.0, 5.0, 5.0, short, short, 3.0]),
    )


def random_changes(generator: np.random.Generator) -> Changes:
    """Other demand, another limit on one purchase, another price."""
    demand = -generator.uniform(0, 6, 2)
    return Changes(
        column=np.array([2]),
        column_lower=np.zeros(1),
        column_upper=generator.uniform(1, 6, 1),
        row=np.array([0, 1]),
        row_lower=demand,
        row_upper=demand,
        cost_column=np.array([3]),
        cost=generator.uniform(0.1, 6.0, 1),
    )


def stock_link(generator: np.random.Generator) -> csr_array:
    """What is left of one unit of stock in the next stage, as negative terms of its rows."""
    kept = generator.uniform(0.8, 1.0, 2)
    return csr_array((-kept, (np.arange(2), np.arange(2))), shape=(4, 2))


def random_tree(
    generator: np.random.Generator, branches: tuple[int, ...], is_complete: bool = True
) -> StagedProgram:
    """A tree with so many children a node in each stage; one template a stage."""
    state = np.array([0, 1])
    first = random_stage(generator, True)
    none = csr_array((4, 0))
    nodes = [NodeProgram(template=first, changes=Changes(), state=state, link=none)]
    parent, probability, above = [-1], [1.0], [0]
    for count in branches:
        template, link = random_stage(generator, is_complete), stock_link(generator)
        level = []
        for up in above:
            for share in generator.dirichlet(np.ones(count)):
                level.append(len(nodes))
                changes = random_changes(generator)
                nodes.append(
                    NodeProgram(template=template, changes=changes, state=state, link=link)
                )
                parent.append(up)
                probability.append(probability[up] * share)
        above = level
    return StagedProgram(
        nodes=tuple(nodes), parent=np.array(parent), probability=np.array(probability)
    )


def random_markov(
    generator: np.random.Generator, shape: tuple[tuple[int, int], ...], is_complete: bool = True
) -> MarkovProgram:
    """A chain with so many (states, outcomes) after the first stage; one template a stage."""
    state, none = np.array([0, 1]), csr_array((4, 0))
    first = NodeProgram(
        template=random_stage(generator, True), changes=Changes(), state=state, link=none
    )
    stages: list[tuple[MarkovState, ...]] = [(certain(first),)]
    moves = []
    for states, outcomes in shape:
        template = random_stage(generator, is_complete)
        level = []
        for _ in range(states):
            node = NodeProgram(
                template=template, changes=Changes(), state=state, link=stock_link(generator)
            )
            changes = [random_changes(generator) for _ in range(outcomes)]
            level.append(outcomes_of(node, changes, generator.dirichlet(np.ones(outcomes))))
        move = generator.dirichlet(np.ones(states), size=len(stages[-1]))
        if states > 1 and len(stages[-1]) > 1:  # one move that never happens
            move[0, 0] = 0.0
            move[0] /= move[0].sum()
        moves.append(move)
        stages.append(tuple(level))
    return MarkovProgram(stages=tuple(stages), transition=tuple(moves))


def nested_extensive(staged: StagedProgram, risk: Risk) -> LinearProgram:
    """One programme of the conditional mean and risk, by its own columns.

    V_t = c_t' x_t + (1-w) E V + w (v_t + E z / (1-a)) with z_child >= V_child - v_t, z >= 0.
    Columns behind those of the nodes: V_t, v_t and z_t of each node.
    """
    base = extensive_form(staged)
    (_, n), count, places = base.shape, len(staged.nodes), node_columns(staged)
    total, at_risk, excess = n, n + count, n + 2 * count
    terms: list[tuple[int, int, float]] = []
    side = np.zeros(2 * count)
    for t, node in enumerate(staged.nodes):
        program = node.program
        terms.append((t, total + t, 1.0))
        terms += [(t, places[t].start + j, -float(c)) for j, c in enumerate(program.cost)]
        side[t] = program.offset
        below = staged.children[t]
        if below.size:
            terms.append((t, at_risk + t, -risk.weight))
        for child in below.tolist():
            share = float(staged.probability[child] / staged.probability[t])
            terms.append((t, total + child, -(1 - risk.weight) * share))
            terms.append((t, excess + child, -risk.weight * share / (1 - risk.confidence)))
            terms.append((count + child, excess + child, 1.0))
            terms.append((count + child, total + child, -1.0))
            terms.append((count + child, at_risk + t, 1.0))
    return _widened(base, terms, side, total, excess)


def _widened(
    base: LinearProgram,
    terms: list[tuple[int, int, float]],
    side: FloatArray,
    objective: int,
    excess: int,
) -> LinearProgram:
    (m, n), added = base.shape, 3 * (excess - objective) // 2
    row, column, value = (np.array(part) for part in zip(*terms, strict=True))
    old = coo_array(base.matrix)
    cost = np.zeros(n + added)
    cost[objective] = 1.0
    lower = np.concatenate([base.column_lower, np.full(added, -np.inf)])
    lower[excess:] = 0.0
    half = side.size // 2
    position = (np.concatenate([old.row, m + row]), np.concatenate([old.col, column]))
    return replace(
        base,
        cost=cost,
        matrix=csc_array(
            (np.concatenate([old.data, value]), position), shape=(m + side.size, n + added)
        ),
        row_lower=np.concatenate([base.row_lower, side]),
        row_upper=np.concatenate([base.row_upper, side[:half], np.full(half, np.inf)]),
        column_lower=lower,
        column_upper=np.concatenate([base.column_upper, np.full(added, np.inf)]),
        is_integer=np.zeros(n + added, dtype=np.bool_),
        columns=(),
        rows=(),
        offset=0.0,
    )


def least_or_none(program: LinearProgram) -> float | None:
    """The least cost; none where nothing holds all rows. Failures are not explained."""
    session = Session(program)
    word = session._run()
    assert word in ("optimal", "infeasible"), word
    return session._read(word, 0.0, False).objective if word == "optimal" else None
