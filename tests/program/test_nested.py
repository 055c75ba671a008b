"""The nested L-shaped method on trees that can be checked by hand, and where it must refuse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array

from allanite.errors import ModelError, SolveError, UsageError
from allanite.program.extensive import extensive_form
from allanite.program.floors import conditional_probability, floors
from allanite.program.highs import solve_program
from allanite.program.nested import Round, nested_value, relative_gap, solve_nested
from allanite.program.risk import Risk
from allanite.program.staged import Changes, NodeProgram, StagedProgram, two_stages
from random_trees import dense_program, least_or_none, nested_extensive, random_tree

NOTHING = np.zeros(0, dtype=np.int64)


def buy(price: float, limit: float = 10.0, least: float = 0.0) -> NodeProgram:
    """Columns stock, bought; stock = stock before + bought, and the stock is at least so much."""
    template = dense_program(
        np.array([[1.0, -1.0], [1.0, 0.0]]),
        np.array([0.0, price]),
        row_lower=np.array([0.0, least]),
        row_upper=np.array([0.0, np.inf]),
        column_upper=np.array([100.0, limit]),
    )
    link = csr_array(([-1.0], ([0], [0])), shape=(2, 1))
    return NodeProgram(template=template, changes=Changes(), state=np.array([0]), link=link)


def as_root(node: NodeProgram) -> NodeProgram:
    return replace(node, link=csr_array((node.template.shape[0], 0)))


def as_leaf(node: NodeProgram) -> NodeProgram:
    return replace(node, state=NOTHING)


def chain(*nodes: NodeProgram) -> StagedProgram:
    last = len(nodes) - 1
    fitted = [as_root(nodes[0]), *nodes[1:last], as_leaf(nodes[last])]
    parent = np.arange(-1, last)
    return StagedProgram(nodes=tuple(fitted), parent=parent, probability=np.ones(last + 1))


def costs(tree: tuple[tuple[float, ...], ...], share: tuple[tuple[float, ...], ...]):
    """Three stages without decisions: under each child of the root, leaves at these costs."""
    nothing = dense_program(np.zeros((1, 1)), np.zeros(1))
    at_zero = csr_array((1, 0))
    node = NodeProgram(template=nothing, changes=Changes(), state=NOTHING, link=at_zero)
    nodes, parent, probability = [node], [-1], [1.0]
    for _ in tree:
        nodes.append(node)
        parent.append(0)
        probability.append(1 / len(tree))
    for i, (leaves, shares) in enumerate(zip(tree, share, strict=True)):
        for cost, part in zip(leaves, shares, strict=True):
            nodes.append(replace(node, template=replace(nothing, offset=cost)))
            parent.append(1 + i)
            probability.append(part / len(tree))
    return StagedProgram(
        nodes=tuple(nodes), parent=np.array(parent), probability=np.array(probability)
    )


def test_what_no_child_can_buy_is_bought_before():
    """Three stages, the last needs 7 and may buy 1, the second 2; the first must buy 4."""
    tree = chain(buy(1.0), buy(3.0, limit=2.0), buy(2.0, limit=1.0, least=7.0))
    found = solve_nested(replace_prices(tree))
    assert found.objective == pytest.approx(4 * 5.0 + 2 * 3.0 + 1 * 2.0)
    assert [value[1] for value in found.value] == pytest.approx([4.0, 2.0, 1.0])
    assert found.gap == 0
    assert found.stop == "gap"


def replace_prices(tree: StagedProgram) -> StagedProgram:
    """The first stage buys at 5, so that no more is bought there than must be."""
    first = tree.nodes[0]
    dear = Changes(cost_column=np.array([1]), cost=np.array([5.0]))
    return replace(tree, nodes=(replace(first, changes=dear), *tree.nodes[1:]))


def test_a_contradiction_in_the_first_stage_is_told():
    with pytest.raises(SolveError, match=r"r\[i1\]"):
        solve_nested(chain(buy(1.0, limit=1.0, least=3.0), buy(1.0)))


def test_a_contradiction_further_down_reaches_the_first_stage():
    tree = chain(buy(1.0, limit=2.0), buy(1.0, limit=2.0), buy(1.0, limit=2.0, least=9.0))
    assert least_or_none(extensive_form(tree)) is None
    with pytest.raises(SolveError, match="need of node 1"):
        solve_nested(tree)


def test_whole_columns_are_refused():
    node = buy(1.0)
    whole = replace(node, template=replace(node.template, is_integer=np.array([False, True])))
    with pytest.raises(ModelError, match="extensive form"):
        solve_nested(chain(whole, buy(1.0)))


@pytest.mark.parametrize(("gap", "rounds"), [(-1.0, 5), (np.nan, 5), (0.1, 0)])
def test_limits_out_of_range_are_refused(gap: float, rounds: int):
    with pytest.raises(UsageError):
        solve_nested(chain(buy(1.0), buy(1.0)), gap=gap, rounds=rounds)


def test_futures_without_a_floor_wait_for_their_first_cut():
    """A child that sells what it is given, where only a row bounds the stock."""
    first = buy(1.0)
    open_stock = replace(first.template, column_upper=np.array([np.inf, 10.0]))
    sell = dense_program(np.array([[1.0]]), np.array([-3.0]), row_lower=0.0, row_upper=0.0)
    link = csr_array(([-1.0], ([0], [0])), shape=(1, 1))
    child = NodeProgram(template=sell, changes=Changes(), state=NOTHING, link=link)
    tree = two_stages(as_root(replace(first, template=open_stock)), [child], np.ones(1))
    assert np.isneginf(floors(tree, Risk())).all()
    rounds: list[Round] = []
    found = solve_nested(tree, progress=rounds.append)
    assert found.objective == pytest.approx(-20.0)
    assert found.bound == pytest.approx(-20.0)
    assert tuple(rounds) == found.history


def test_a_cost_that_falls_without_end_is_told():
    first = buy(1.0, limit=np.inf)
    open_stock = replace(first.template, column_upper=np.full(2, np.inf))
    sell = dense_program(np.array([[1.0]]), np.array([-3.0]), row_lower=0.0, row_upper=0.0)
    link = csr_array(([-1.0], ([0], [0])), shape=(1, 1))
    child = NodeProgram(template=sell, changes=Changes(), state=NOTHING, link=link)
    tree = two_stages(as_root(replace(first, template=open_stock)), [child], np.ones(1))
    with pytest.raises(SolveError, match="unbounded"):
        solve_nested(tree)


def test_limits_stop_with_proven_bounds():
    tree = random_tree(np.random.default_rng(7), (3, 3, 2))
    whole = solve_program(extensive_form(tree)).objective
    few = solve_nested(tree, gap=0.0, rounds=1)
    assert (few.stop, few.rounds) == ("rounds", 1)
    assert few.bound <= whole <= few.objective
    assert few.gap == pytest.approx((few.objective - few.bound) / few.objective)
    assert few.gap > 1e-3
    brief = solve_nested(tree, gap=0.0, seconds=0.0)
    assert (brief.stop, brief.rounds) == ("seconds", 1)


def test_decisions_hold_all_rows_and_cost_what_is_told():
    tree = random_tree(np.random.default_rng(3), (3, 2))
    found = solve_nested(tree)
    for t, node in enumerate(tree.nodes):
        program, value = node.program, found.value[t]
        above = tree.parent[t]
        shift = 0.0 if above < 0 else node.link @ found.value[above][tree.nodes[above].state]
        activity = program.matrix @ value + shift
        assert (activity >= program.row_lower - 1e-6).all()
        assert (activity <= program.row_upper + 1e-6).all()
        assert found.node_cost[t] == pytest.approx(program.cost @ value)
    assert found.objective == pytest.approx(tree.probability @ found.node_cost)


def test_children_of_probability_zero_still_need_an_answer():
    tree = random_tree(np.random.default_rng(11), (3,))
    unlikely = replace(tree, probability=np.array([1.0, 0.25, 0.75, 0.0]))
    whole = solve_program(extensive_form(unlikely)).objective
    assert solve_nested(unlikely, gap=1e-9).objective == pytest.approx(whole)
    assert conditional_probability(unlikely, 3).size == 0


def test_conditional_risk_may_be_below_the_risk_of_paths():
    """Leaves cost 10 or nothing, 10 in half of all cases: the worst half of paths is 10.

    By node the worst halves are 10, 8, 8 and 6; of those the worst half is 9.
    """
    share = tuple((part, 1 - part) for part in (0.9, 0.4, 0.4, 0.3))
    tree = costs(((10.0, 0.0),) * 4, share)
    risk = Risk(weight=1.0, confidence=0.5)
    assert solve_program(extensive_form(tree, risk)).objective == pytest.approx(10.0)
    assert solve_nested(tree, risk).objective == pytest.approx(9.0)
    assert solve_program(nested_extensive(tree, risk)).objective == pytest.approx(9.0)


def test_conditional_risk_may_be_above_the_risk_of_paths():
    """Costs 0, 2 under each of two nodes and 4 more under one: worst halves 2 and 6, then 6.

    Of the four paths 0, 2, 4, 6 the worst half is 5.
    """
    tree = costs(((0.0, 2.0), (4.0, 6.0)), ((0.5, 0.5),) * 2)
    risk = Risk(weight=1.0, confidence=0.5)
    assert solve_program(extensive_form(tree, risk)).objective == pytest.approx(5.0)
    assert solve_nested(tree, risk).objective == pytest.approx(6.0)


def test_nested_value_by_hand():
    tree = costs(((0.0, 2.0), (4.0, 6.0)), ((0.5, 0.5),) * 2)
    cost = np.array([1.0, 0.0, 0.0, 0.0, 2.0, 4.0, 6.0])
    # Half the mean and half the worst half: 1.5 and 5.5 by node, then 4.5 over both.
    assert nested_value(tree, cost, Risk(weight=0.5, confidence=0.5)) == pytest.approx(5.5)


def test_gap_is_a_share_and_rounding_is_none():
    assert relative_gap(10.0, 9.0, 10.0) == pytest.approx(0.1)
    assert relative_gap(-10.0, -11.0, 10.0) == pytest.approx(0.1)
    assert relative_gap(1e-12, -1e-12, 1.0) == 0.0
    assert relative_gap(9.0, 10.0, 1.0) == 0.0
    assert relative_gap(np.inf, 1.0, 0.0) > 1
    assert np.isposinf(relative_gap(0.0, -1.0, 1.0))


def test_same_tree_same_bytes():
    tree = random_tree(np.random.default_rng(5), (3, 3))
    one, other = solve_nested(tree), solve_nested(tree)
    assert [v.tobytes() for v in one.value] == [v.tobytes() for v in other.value]
    assert (one.objective, one.bound) == (other.objective, other.bound)
