"""One node in the solver: what cuts say, and that nothing of earlier loads is left."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from allanite.errors import SolveError
from allanite.program.floors import Floors
from allanite.program.highs import solve_program
from allanite.program.node_session import Cut, NodeSession, check_refusals, money_unit, tightened
from allanite.program.risk import Risk
from random_trees import random_tree

NONE = np.zeros(0)


def test_a_node_costs_the_same_whatever_was_loaded_before():
    tree = random_tree(np.random.default_rng(2), (6,))
    session = NodeSession(tree.nodes[1], NONE, NONE, Risk(), 1.0)
    states = np.random.default_rng(0).uniform(0, 3, (6, 2))
    for node, state in zip(tree.nodes[1:], states, strict=True):
        session.load(node, state)
        found = session.solve()
        program, shift = node.program, node.link @ state
        alone = program.with_sides(program.row_lower - shift, program.row_upper - shift)
        assert found is not None
        assert found.objective == pytest.approx(solve_program(alone).objective)


def test_a_cut_touches_the_cost_and_lies_below_it():
    tree = random_tree(np.random.default_rng(4), (1,))
    session = NodeSession(tree.nodes[1], NONE, NONE, Risk(), 1.0)
    for state in np.random.default_rng(1).uniform(0, 4, (5, 2)):
        session.load(tree.nodes[1], state)
        here = session.solve()
        assert here is not None
        assert here.cut.at(state) == pytest.approx(here.objective)
        for other in np.random.default_rng(2).uniform(0, 6, (5, 2)):
            session.load(tree.nodes[1], other)
            there = session.solve()
            assert there is not None
            assert here.cut.at(other) <= there.objective + 1e-6


def test_a_feasibility_cut_forbids_where_nothing_holds_and_nothing_else():
    tree = random_tree(np.random.default_rng(16), (1,), is_complete=False)
    node = tree.nodes[1]
    session = NodeSession(node, NONE, NONE, Risk(), 1.0)
    session.load(node, np.zeros(2))
    assert session.solve() is None
    cut = session.feasibility_cut()
    assert cut is not None
    assert cut.at(np.zeros(2)) > 0
    held = 0
    for state in np.random.default_rng(3).uniform(0, 12, (40, 2)):
        session.load(node, state)
        if session.solve() is not None:
            held += 1
            assert cut.at(state) <= 1e-6
            assert session.feasibility_cut() is None
    assert held


def test_a_row_that_counts_as_held_is_drawn_tighter():
    cut = Cut(np.array([-2.0]), 6.0)
    assert tightened(cut, np.array([1.0])) is cut
    drawn = tightened(cut, np.array([3.0 - 1e-8]))
    assert drawn.at(np.array([3.0])) > 0
    assert drawn.at(np.array([3.0 + 1e-5])) < 0


def test_floors_lie_below_every_cost():
    tree = random_tree(np.random.default_rng(6), (4,))
    least = Floors()
    for node in tree.nodes[1:]:
        floor = least.least_cost(node, tree.nodes[0])
        session = NodeSession(node, NONE, NONE, Risk(), 1.0)
        costs = []
        for state in ([0.0, 0.0], [6.0, 6.0], [3.0, 1.0], [0.0, 6.0]):
            session.load(node, np.array(state))
            found = session.solve()
            if found is not None:
                costs.append(found.objective)
        assert np.isfinite(floor)
        assert floor <= min(costs)
        assert Floors().least_cost(node, tree.nodes[0]) == pytest.approx(floor)


def test_money_is_counted_near_the_largest_cost():
    tree = random_tree(np.random.default_rng(6), (2,))
    assert money_unit(tree.nodes) in (16.0, 32.0)
    nothing = replace(tree.nodes[0], template=tree.nodes[0].template.with_costs(np.zeros(7)))
    assert money_unit([nothing]) == 1.0


def test_refusals_without_end_are_told():
    check_refusals(2000, 2, "node 1")
    with pytest.raises(SolveError, match="node 1 has no answer to any of 2001 decisions"):
        check_refusals(2001, 2, "node 1")
