"""Published problems in stages, modelled from their texts; tests of several folders share them."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from allanite.program.markov import MarkovProgram, MarkovState, certain, outcomes_of
from allanite.program.staged import Changes, NodeProgram
from random_trees import dense_program

NO_CHANGES = Changes()


def given(state: np.ndarray) -> MarkovState:
    """A first stage that fixes the state before the first draw."""
    size = len(state)
    template = dense_program(
        np.zeros((1, size)), np.zeros(size), column_lower=state, column_upper=state
    )
    node = NodeProgram(
        template=template,
        changes=NO_CHANGES,
        state=np.arange(size),
        link=csr_array((1, 0)),
    )
    return certain(node)


def hydro_node(fuel_cost: float) -> NodeProgram:
    """Columns volume, thermal, hydro, spill; rows balance and demand of 150."""
    template = dense_program(
        np.array([[1.0, 0, 1, 1], [0, 1, 1, 0]]),
        np.array([0.0, fuel_cost, 0, 0]),
        row_lower=np.array([0.0, 150]),
        row_upper=np.array([0.0, 150]),
        column_upper=np.array([200.0, np.inf, np.inf, np.inf]),
    )
    link = csr_array(([-1.0], ([0], [0])), shape=(2, 1))
    return NodeProgram(template=template, changes=NO_CHANGES, state=np.array([0]), link=link)


def inflow_changes(inflow: float, fuel_cost: float) -> Changes:
    return Changes(
        row=np.array([0]),
        row_lower=np.array([inflow]),
        row_upper=np.array([inflow]),
        cost_column=np.array([1]),
        cost=np.array([fuel_cost]),
    )


def hydro_thermal() -> MarkovProgram:
    stages = [(given(np.array([200.0])),)]
    for fuel in (50.0, 100.0, 150.0):
        changes = [inflow_changes(inflow, fuel) for inflow in (0.0, 50.0, 100.0)]
        stages.append((outcomes_of(hydro_node(fuel), changes, np.full(3, 1 / 3)),))
    return MarkovProgram(stages=tuple(stages), transition=(np.ones((1, 1)),) * 3)


def wet_and_dry() -> MarkovProgram:
    drawn = [(0.0, 1.5), (50.0, 1.0), (100.0, 0.75)]
    share = [np.array([1, 2, 3]) / 6, np.array([3, 2, 1]) / 6]
    stages = [(given(np.array([200.0])),)]
    for fuel, climates in ((50.0, 1), (100.0, 2), (150.0, 2)):
        changes = [inflow_changes(inflow, fuel * factor) for inflow, factor in drawn]
        node = hydro_node(fuel)
        stages.append(tuple(outcomes_of(node, changes, share[i]) for i in range(climates)))
    move = np.array([[0.75, 0.25], [0.25, 0.75]])
    return MarkovProgram(stages=tuple(stages), transition=(np.ones((1, 1)), move[:1], move))


def newsvendor_prices(first_demand: tuple[float, ...] = (10.0, 15.0)) -> MarkovProgram:
    """Columns stock, buy, sell; the price to buy at follows the chain."""
    demand = [first_demand, (12.0, 20.0), (8.0, 20.0)]
    stages = [(given(np.array([5.0])),)]
    link = csr_array(([-1.0], ([0], [0])), shape=(2, 1))
    for t in range(3):
        states = []
        for price in (5.0, 8.0)[: 1 if t == 0 else 2]:
            template = dense_program(
                np.array([[1.0, -1, 1], [0, 0, 1]]),
                np.array([0.0, price, -7]),
                row_lower=np.array([0.0, 0]),
                row_upper=np.array([0.0, np.inf]),
                column_upper=np.array([100.0, np.inf, np.inf]),
            )
            node = NodeProgram(
                template=template, changes=NO_CHANGES, state=np.array([0]), link=link
            )
            changes = [
                Changes(row=np.array([1]), row_lower=np.array([d / 2]), row_upper=np.array([d]))
                for d in demand[t]
            ]
            states.append(outcomes_of(node, changes, np.full(len(changes), 1 / len(changes))))
        stages.append(tuple(states))
    later = np.array([[0.3, 0.7], [0.3, 0.7]])
    return MarkovProgram(
        stages=tuple(stages), transition=(np.ones((1, 1)), np.array([[0.6, 0.4]]), later)
    )


def asset_management() -> MarkovProgram:
    """Columns stocks, bonds; at the end over and short of 80. Returns follow the chain."""
    returns = np.array([[1.25, 1.14], [1.06, 1.12]])
    first = dense_program(np.ones((1, 2)), np.zeros(2), row_lower=55.0, row_upper=55.0)
    kept = dense_program(np.ones((1, 2)), np.zeros(2), row_lower=0.0, row_upper=0.0)
    end = dense_program(
        np.array([[1.0, -1]]), np.array([-1.0, 4.0]), row_lower=-80.0, row_upper=-80.0
    )
    none = np.zeros(0, dtype=np.int64)
    root = NodeProgram(
        template=first, changes=NO_CHANGES, state=np.array([0, 1]), link=csr_array((1, 0))
    )
    links = [csr_array(-pair[None, :]) for pair in returns]
    middle = [
        NodeProgram(template=kept, changes=NO_CHANGES, state=np.array([0, 1]), link=one)
        for one in links
    ]
    last = [NodeProgram(template=end, changes=NO_CHANGES, state=none, link=one) for one in links]
    stages = [(certain(root),)]
    stages += [tuple(certain(n) for n in level) for level in (middle, middle, last)]
    half = np.full((2, 2), 0.5)
    return MarkovProgram(stages=tuple(stages), transition=(half[:1], half, half))


def farmer() -> MarkovProgram:
    """First acres of wheat, corn, beet; then buy wheat, corn, sell wheat, corn, beet, excess.

    Yields are terms of the link: each is a state of the chain.
    """
    first = dense_program(np.ones((1, 3)), np.array([150.0, 230, 260]), row_upper=500.0)
    rows = np.array([[1.0, 0, -1, 0, 0, 0], [0, 1, 0, -1, 0, 0], [0, 0, 0, 0, -1, -1]])
    later = dense_program(
        rows,
        np.array([238.0, 210, -170, -150, -36, -10]),
        row_lower=np.array([200.0, 240, 0]),
        column_upper=np.array([np.inf, np.inf, np.inf, np.inf, 6000, np.inf]),
    )
    root = NodeProgram(
        template=first, changes=NO_CHANGES, state=np.arange(3), link=csr_array((1, 0))
    )
    years = [
        NodeProgram(
            template=later,
            changes=NO_CHANGES,
            state=np.zeros(0, dtype=np.int64),
            link=csr_array(np.diag(np.array([2.5, 3, 20]) * factor)),
        )
        for factor in (1.2, 1.0, 0.8)
    ]
    stages = ((certain(root),), tuple(certain(node) for node in years))
    return MarkovProgram(stages=stages, transition=(np.full((1, 3), 1 / 3),))


def power_plants() -> MarkovProgram:
    """Capacity of four plants, x; built, v; running in three load blocks, y; unserved, z."""
    build, running = np.array([16.0, 5, 32, 2]), np.array([25.0, 80, 6.5, 160])
    hours = np.array([8760.0, 7000, 1500]) / 8760
    load = np.diff(np.array([[0.0, 3919, 7329, 10315], [0, 7086, 9004, 11169]]), axis=1)
    n, m = 4, 3
    matrix = np.zeros((2 * n + m, 2 * n + n * m + 1))
    matrix[:n, :n], matrix[:n, n : 2 * n] = np.eye(n), -np.eye(n)
    for i in range(n):
        matrix[n + i, 2 * n + m * i : 2 * n + m * (i + 1)] = 1.0
        matrix[2 * n :, 2 * n + m * i : 2 * n + m * (i + 1)] = np.eye(m)
    matrix[2 * n :, -1] = 1.0
    cost = np.concatenate([np.zeros(n), build, np.outer(running, hours).ravel(), [1e5]])
    low = np.concatenate([np.zeros(n), np.full(n, -np.inf), np.zeros(m)])
    high = np.concatenate([np.zeros(2 * n), np.full(m, np.inf)])
    link = csr_array(
        (np.full(2 * n, -1.0), (np.arange(2 * n), np.tile(np.arange(n), 2))),
        shape=(2 * n + m, n),
    )
    stages = [(given(np.zeros(n)),)]
    for t in range(3):
        upper = np.full(cost.size, np.inf)
        if t == 2:
            upper[n : 2 * n] = 0.0
        template = dense_program(matrix, cost, row_lower=low, row_upper=high, column_upper=upper)
        node = NodeProgram(template=template, changes=NO_CHANGES, state=np.arange(n), link=link)
        row, none = 2 * n + np.arange(m), np.full(m, np.inf)
        drawn = [Changes(row=row, row_lower=one, row_upper=none) for one in load]
        state = certain(node) if t == 0 else outcomes_of(node, drawn, np.array([0.9, 0.1]))
        stages.append((state,))
    return MarkovProgram(stages=tuple(stages), transition=(np.ones((1, 1)),) * 3)
