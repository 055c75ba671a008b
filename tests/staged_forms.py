"""Small programmes in stages that tests of several folders share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from allanite.axis import Axis, FloatArray
from allanite.program.linear import LinearProgram, ProgramBuilder
from allanite.program.staged import Changes, NodeProgram, StagedProgram, two_stages

NO_STATE = np.zeros(0, dtype=np.int64)


def dense_program(
    matrix: FloatArray,
    cost: FloatArray,
    sides: tuple[FloatArray, FloatArray],
    bounds: tuple[FloatArray, FloatArray],
    *,
    is_integer: bool = False,
) -> LinearProgram:
    """Columns `x` and rows `row` with these terms."""
    m, n = matrix.shape
    columns, rows = (Axis(name, tuple(map(str, range(k)))) for name, k in (("c", n), ("r", m)))
    build = ProgramBuilder()
    x = build.add_columns(
        "x",
        "t",
        {columns: np.arange(n)},
        lower=bounds[0],
        upper=bounds[1],
        cost=cost,
        is_integer=is_integer,
    )
    row = build.add_rows("row", "t", {rows: np.arange(m)}, lower=sides[0], upper=sides[1])
    build.add_terms(np.repeat(row, n), np.tile(x, m), matrix.ravel())
    return build.build()


def root(program: LinearProgram, state: Sequence[int] | None = None) -> NodeProgram:
    """A root whose children read these columns; all of them by default."""
    read = range(program.shape[1]) if state is None else state
    return NodeProgram(
        template=program,
        changes=Changes(),
        state=np.array(read, dtype=np.int64),
        link=csr_array((program.shape[0], 0)),
    )


def leaf(program: LinearProgram, link: FloatArray, changes: Changes | None = None) -> NodeProgram:
    """A node without children."""
    return NodeProgram(
        template=program, changes=changes or Changes(), state=NO_STATE, link=csr_array(link)
    )


def newsvendor(demand: Sequence[float], probability: Sequence[float]) -> StagedProgram:
    """Buy x at 1 each before the demand is known; sell at 2.4, the rest is thrown away."""
    one, zero, none = np.ones(1), np.zeros(1), np.full(1, np.inf)
    order = dense_program(np.zeros((0, 1)), one, (np.zeros(0), np.zeros(0)), (zero, none))
    sale = dense_program(np.ones((1, 1)), np.full(1, -2.4), (-none, zero), (zero, none))
    scenarios = [
        leaf(
            sale,
            np.array([[-1.0]]),
            Changes(column=np.array([0]), column_lower=zero, column_upper=np.array([d])),
        )
        for d in demand
    ]
    return two_stages(root(order), scenarios, np.array(probability))


def drawn_plan(scenarios: int, *, whole: bool = False, seed: int = 4) -> StagedProgram:
    """Six sites are sized under a budget; each scenario runs them, at its limits and costs.

    Each scenario meets four demands from the sites or at a high price, with limits of its own.
    """
    random = np.random.default_rng(seed)
    sites, uses = 6, 4
    cost = random.uniform(4.0, 9.0, sites)
    most = 3.0 if whole else 8.0
    first = dense_program(
        np.ones((1, sites)),
        cost,
        (np.full(1, -np.inf), np.full(1, 20.0)),
        (np.zeros(sites), np.full(sites, most)),
        is_integer=whole,
    )
    # Columns: output of site i for use d at sites * d + i, then what each use lacks.
    runs = np.tile(np.eye(sites), uses)
    served = np.kron(np.eye(uses), np.ones((1, sites)))
    matrix = np.block([[runs, np.zeros((sites, uses))], [served, np.eye(uses)]])
    template = dense_program(
        matrix,
        np.concatenate([random.uniform(1.0, 5.0, sites * uses), random.uniform(20, 40, uses)]),
        (np.repeat([-np.inf, 4.0], [sites, uses]), np.repeat([0.0, np.inf], [sites, uses])),
        (np.zeros(sites * uses + uses), np.full(sites * uses + uses, 10.0)),
    )
    return two_stages(
        root(first),
        [_drawn_scenario(template, sites, uses, random) for _ in range(scenarios)],
        np.full(scenarios, 1 / scenarios),
    )


def _drawn_scenario(
    template: LinearProgram, sites: int, uses: int, random: np.random.Generator
) -> NodeProgram:
    column = random.permutation(sites * uses)[:5]
    rows = np.arange(sites, sites + uses)
    changes = Changes(
        column=column,
        column_lower=np.zeros(5),
        column_upper=random.uniform(0.0, 2.0, 5),
        row=rows,
        row_lower=random.uniform(1.0, 8.0, uses),
        row_upper=np.full(uses, np.inf),
        cost_column=column[:2],
        cost=random.uniform(1.0, 9.0, 2),
    )
    link = np.vstack([-np.diag(random.uniform(0.5, 1.5, sites)), np.zeros((uses, sites))])
    return leaf(template, link, changes)
