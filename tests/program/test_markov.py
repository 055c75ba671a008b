"""Chains and the trees they unroll to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from allanite.errors import ModelError
from allanite.program.markov import MarkovProgram, MarkovState, certain, tree_size, unrolled
from random_trees import random_markov
from staged_cases import hydro_node, hydro_thermal, wet_and_dry


def test_the_tree_holds_all_that_may_happen():
    markov = wet_and_dry()
    found = unrolled(markov)
    assert tree_size(markov) == len(found.tree.nodes) == 1 + 3 + 18 + 108
    # Wet, then dry with the lowest inflow: 1/4 by 1/2 after any draw of the first stage.
    place = (found.tree.stage == 2) & (found.state == 1) & (found.outcome == 0)
    assert found.tree.probability[place].sum() == pytest.approx(0.25 * 0.5)


def test_moves_of_probability_zero_are_left_out():
    markov = random_markov(np.random.default_rng(1), ((2, 1), (2, 1)))
    assert markov.transition[1][0, 0] == 0
    assert tree_size(markov) == len(unrolled(markov).tree.nodes) == 1 + 2 + 3


def test_a_tree_that_is_too_large_is_refused():
    with pytest.raises(ModelError, match="the tree has 40 nodes; at most 39"):
        unrolled(hydro_thermal(), 39)


def changed(**fields: object) -> MarkovProgram:
    return replace(wet_and_dry(), **fields)


def test_parts_that_do_not_fit_are_named():
    markov = wet_and_dry()
    with pytest.raises(ModelError, match="4 stages and 2 transitions"):
        changed(transition=markov.transition[:2])
    with pytest.raises(ModelError, match="transition 1 has shape"):
        changed(transition=(markov.transition[0],) * 3)
    odd = np.array([[0.75, 0.35]])
    with pytest.raises(ModelError, match=r"state 0 of stage 1: probabilities sum to 1\.1"):
        changed(transition=(markov.transition[0], odd, markov.transition[2]))
    with pytest.raises(ModelError, match="put a stage before it"):
        MarkovProgram(stages=markov.stages[1:], transition=markov.transition[1:])
    with pytest.raises(ModelError, match="stage 0, state 0, outcome 0"):
        first = (certain(markov.stages[1][0].outcomes[0]),)
        changed(stages=(first, *markov.stages[1:]))


def test_outcomes_share_a_template():
    one, other = hydro_node(50.0), hydro_node(50.0)
    with pytest.raises(ModelError, match="outcome 1 has another template"):
        MarkovState(outcomes=(one, other), probability=np.full(2, 0.5))
    with pytest.raises(ModelError, match="no outcome"):
        MarkovState(outcomes=(), probability=np.zeros(0))
    with pytest.raises(ModelError, match=r"sum to 0\.9"):
        MarkovState(outcomes=(one, one), probability=np.array([0.5, 0.4]))
