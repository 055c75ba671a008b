from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from allanite.program.extensive import (
    extensive_form,
    leaf_costs,
    node_columns,
    node_costs,
    node_rows,
)
from allanite.program.highs import solve_program
from allanite.program.risk import Risk, risk_value
from allanite.program.staged import NodeProgram, StagedProgram
from staged_forms import dense_program, leaf, newsvendor


def test_newsvendor_by_hand() -> None:
    # The critical ratio is (2.4 - 1) / 2.4: the second of three even demands covers it.
    staged = newsvendor([10.0, 20.0, 30.0], [1 / 3] * 3)
    solution = solve_program(extensive_form(staged))
    first, *sales = (solution.value[place] for place in node_columns(staged))
    assert first == pytest.approx([20.0])
    assert np.concatenate(sales) == pytest.approx([10.0, 20.0, 20.0])
    assert solution.objective == pytest.approx(20 - 2.4 * 50 / 3)


def test_aversion_to_risk_buys_less() -> None:
    staged = newsvendor([10.0, 20.0, 30.0], [1 / 3] * 3)
    # The mean of the worst third is the profit at the least demand.
    risk = Risk(weight=1.0, confidence=2 / 3)
    solution = solve_program(extensive_form(staged, risk))
    assert solution.value[0] == pytest.approx(10.0)
    assert solution.objective == pytest.approx(-14.0)
    # Each of the ten more gains 1.6 - 1 in the mean and loses 1 in the worst third.
    half = solve_program(extensive_form(staged, Risk(weight=0.3, confidence=2 / 3)))
    leaves, cost = leaf_costs(staged, node_costs(staged, half.value))
    assert leaves.tolist() == [1, 2, 3]
    assert half.value[0] == pytest.approx(20.0)
    assert half.objective == pytest.approx(
        risk_value(cost, np.full(3, 1 / 3), Risk(weight=0.3, confidence=2 / 3))
    )


def two_periods() -> StagedProgram:
    """Three stages: buy stock now at 1; at each later node demand 1 at price 1, 4 or 6."""
    none = np.full(1, np.inf)

    def node(cost: float, demand: float, levels: int) -> NodeProgram:
        # Columns: purchase, level after it; level = level before + purchase - demand.
        program = dense_program(
            np.array([[1.0, -1.0]]),
            np.array([cost, 0.0]),
            (np.full(1, demand), np.full(1, demand)),
            (np.zeros(2), np.repeat(none, 2)),
        )
        link = np.ones((1, levels))
        made = leaf(program, link)
        return NodeProgram(
            template=program, changes=made.changes, state=np.array([1]), link=made.link
        )

    root_node, dear, cheap = node(1.0, 0.0, 0), node(4.0, 1.0, 1), node(0.25, 1.0, 1)
    return StagedProgram(
        nodes=(root_node, dear, cheap, dear, cheap, dear, cheap),
        parent=np.array([-1, 0, 0, 1, 1, 2, 2]),
        probability=np.array([1.0, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25]),
    )


def test_three_stages_by_hand() -> None:
    staged = two_periods()
    solution = solve_program(extensive_form(staged))
    price = solution.objective
    by_enumeration = min(_three_stage_cost(stock) for stock in np.linspace(0, 2, 21))
    assert price == pytest.approx(by_enumeration)
    leaves, cost = leaf_costs(staged, node_costs(staged, solution.value))
    assert leaves.tolist() == [3, 4, 5, 6]
    assert cost.mean() == pytest.approx(solution.objective)


def _three_stage_cost(stock: float) -> float:
    """Least cost for a first stock, the rest by search over the second one."""

    def last(level: float) -> float:
        return 0.5 * (4.0 + 0.25) * max(1 - level, 0.0)

    def middle(level: float, price: float) -> float:
        options = [level - 1 + x for x in np.linspace(0, 3, 61) if level - 1 + x >= -1e-12]
        return min(price * (after - level + 1) + last(after) for after in options)

    return stock + 0.5 * middle(stock, 4.0) + 0.5 * middle(stock, 0.25)


def test_risk_over_the_leaves_of_three_stages() -> None:
    staged = two_periods()
    risk = Risk(weight=0.5, confidence=0.5)
    solution = solve_program(extensive_form(staged, risk))
    leaves, cost = leaf_costs(staged, node_costs(staged, solution.value))
    probability = staged.probability[leaves]
    assert solution.objective == pytest.approx(risk_value(cost, probability, risk))
    neutral = solve_program(extensive_form(staged))
    _, neutral_cost = leaf_costs(staged, node_costs(staged, neutral.value))
    assert solution.objective <= risk_value(neutral_cost, probability, risk) + 1e-9


def test_blocks_are_named_by_their_node() -> None:
    staged = newsvendor([10.0, 20.0], [0.5, 0.5])
    form = extensive_form(staged, Risk(weight=0.5))
    assert form.column_block("node 2: x").label(0) == "node 2: x[0]"
    assert form.row_block("node 1: row").start == node_rows(staged)[1].start
    assert form.column_block("excess over value at risk").labels() == [
        "excess over value at risk[node 1]",
        "excess over value at risk[node 2]",
    ]
    blocks = [*form.columns]
    assert sum(block.size for block in blocks) == form.shape[1]
    assert [b.start for b in blocks] == np.cumsum([0, *(b.size for b in blocks[:-1])]).tolist()


def test_offsets_count_by_probability() -> None:
    staged = newsvendor([10.0, 30.0], [0.25, 0.75])
    shift = np.array([5.0, 1.0, 2.0])
    nodes = zip(staged.nodes, shift, strict=True)
    shifted = replace(
        staged,
        nodes=tuple(replace(n, template=replace(n.template, offset=float(d))) for n, d in nodes),
    )
    for weight in (0.0, 0.5):
        risk = Risk(weight=weight, confidence=0.5)
        solution = solve_program(extensive_form(shifted, risk))
        _, cost = leaf_costs(shifted, node_costs(shifted, solution.value))
        assert solution.objective == pytest.approx(risk_value(cost, staged.probability[1:], risk))
    plain = solve_program(extensive_form(staged)).objective
    neutral = solve_program(extensive_form(shifted)).objective
    assert neutral == pytest.approx(plain + 5 + 0.25 * 1 + 0.75 * 2)
