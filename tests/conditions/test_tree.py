"""Trees and lattices: children share the past, odds are those of the chain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from tests.conditions.small_uncertainty import PROJECTS, quarters, small_uncertainty

from allanite.conditions.lattice import MarkovLattice, markov_lattice
from allanite.conditions.regime_odds import exact_regime_share, regime_share
from allanite.conditions.regime_paths import marginals
from allanite.conditions.tree import NOT_YET, UNKNOWN, ScenarioTree, leaf_scenarios, sample_tree
from allanite.errors import UsageError

UNCERTAINTY = small_uncertainty()
HORIZON = quarters(8)


def tree(branching: Sequence[int] = (3, 2, 2), seed: int = 1, **more: Any) -> ScenarioTree:
    generator = np.random.default_rng(seed)
    return sample_tree(UNCERTAINTY, PROJECTS, HORIZON, (0, 2, 5), branching, generator, **more)


def lattice(starts: Sequence[int], outcomes: int = 5) -> MarkovLattice:
    return markov_lattice(UNCERTAINTY, HORIZON, starts, outcomes, np.random.default_rng(1))


def test_probabilities_of_children_sum_to_that_of_their_parent() -> None:
    found = tree()
    assert len(found) == 1 + 3 + 6 + 12
    for t in np.unique(found.parent[1:]):
        below = found.probability[found.parent == t].sum()
        assert below == pytest.approx(found.probability[t], abs=1e-12)
    assert found.probability[found.leaves].sum() == pytest.approx(1.0, abs=1e-12)
    assert (found.parent[1:] < np.arange(1, len(found))).all()


def test_children_share_the_past_of_their_parent() -> None:
    found = tree()
    for t in range(1, len(found)):
        above, first, last = found.parent[t], found.first_period[t], found.last_period[t]
        for path in (found.regime, found.price_state, found.outage_share):
            assert (path[t, :first] == path[above, :first]).all()
        assert found.last_period[above] == first - 1
        assert (found.regime[t, : last + 1] >= 0).all()
        assert (found.regime[t, last + 1 :] == UNKNOWN).all()


def test_blocks_are_those_asked_for() -> None:
    found = tree()
    own = sorted(set(zip(found.stage, found.first_period, found.last_period, strict=True)))
    assert own == [(0, 0, -1), (1, 0, 1), (2, 2, 4), (3, 5, 7)]


def test_what_is_known_when() -> None:
    late = tree(known_at=2)
    early = late.stage < 2
    assert (late.demand_path[early] == UNKNOWN).all()
    assert (late.project_delay[early] == NOT_YET).all()
    assert (late.demand_path[~early] >= 0).all()
    last = late.stage == 3
    assert (late.demand_path[last] == late.demand_path[late.parent[last]]).all()
    assert (late.project_delay[last] == late.project_delay[late.parent[last]]).all()
    assert (tree().demand_path[1:] >= 0).all()


def test_leaves_have_the_odds_of_the_chain() -> None:
    wanted = exact_regime_share(UNCERTAINTY.control, HORIZON, (2028, 2029))
    found = [
        regime_share(leaf_scenarios(tree((8, 6, 6), seed)), (2028, 2029)) for seed in range(40)
    ]
    for k, exact in enumerate(wanted):
        quarters_in = [one[k].quarters for one in found]
        error = np.std(quarters_in) / np.sqrt(len(found))
        assert abs(np.mean(quarters_in) - exact.quarters) < 4 * error + 1e-9
        odds = [one[k].before[1][1] for one in found]
        assert abs(np.mean(odds) - exact.before[1][1]) < 4 * np.std(odds) / np.sqrt(40) + 1e-9


def test_every_block_sees_the_rare_regime() -> None:
    found = tree((4, 4, 4))
    for t in np.unique(found.parent[found.stage > 1]):
        own = found.regime[found.parent == t]
        first, last = found.last_period[t] + 1, found.last_period[found.parent == t].max()
        assert (own[:, first : last + 1] == 2).any()


def test_same_seed_same_bytes() -> None:
    first, second, other = tree(seed=5), tree(seed=5), tree(seed=6)
    assert first.regime.tobytes() == second.regime.tobytes()
    assert first.outage_share.tobytes() == second.outage_share.tobytes()
    assert first.project_delay.tobytes() == second.project_delay.tobytes()
    assert first.regime.tobytes() != other.regime.tobytes()


@pytest.mark.parametrize(
    ("starts", "branching", "known_at", "message"),
    [
        ((1, 2), (2, 2), 1, "blocks begin at"),
        ((0, 2, 2), (2, 2, 2), 1, "blocks begin at"),
        ((0, 8), (2, 2), 1, "blocks begin at"),
        ((0, 2), (2,), 1, "branching"),
        ((0, 2), (2, 0), 1, "branching"),
        ((0, 2), (1000, 1000), 1, "1001001 nodes"),
        ((0, 2), (2, 2), 3, "known_at"),
    ],
)
def test_trees_that_do_not_fit_are_refused(
    starts: tuple[int, ...], branching: tuple[int, ...], known_at: int, message: str
) -> None:
    generator = np.random.default_rng(1)
    with pytest.raises(UsageError, match=message):
        sample_tree(UNCERTAINTY, PROJECTS, HORIZON, starts, branching, generator, known_at=known_at)


@pytest.mark.parametrize("starts", [(0, 2, 5), tuple(range(8)), (0,)])
def test_lattices_move_as_the_chain_does(starts: tuple[int, ...]) -> None:
    found = lattice(starts)
    odds = marginals(UNCERTAINTY.control.initial, UNCERTAINTY.control.steps(HORIZON))
    state = found.initial
    ends = [*(start - 1 for start in starts[1:]), 7]
    assert state == pytest.approx(odds[ends[0]], abs=1e-12)
    for step, end in zip(found.transition, ends[1:], strict=True):
        assert step.sum(axis=1) == pytest.approx(1.0, abs=1e-12)
        state = state @ step
        assert state == pytest.approx(odds[end], abs=1e-12)


def test_noise_ends_in_its_state() -> None:
    found = lattice((0, 2, 5), outcomes=30)
    for block, length in zip(found.noise, (2, 3, 3), strict=True):
        for state, noise in enumerate(block):
            assert noise is not None
            assert noise.regime.shape == noise.price_state.shape == (30, length)
            assert (noise.regime[:, -1] == state).all()
            assert noise.outage_share.shape == (30, length, 2)
    assert lattice((0, 1)).noise[0][2] is None, "no embargo in the first quarter"


def test_lattices_that_do_not_fit_are_refused() -> None:
    with pytest.raises(UsageError, match="blocks"):
        lattice((2, 4))
    with pytest.raises(UsageError, match="0 outcomes"):
        lattice((0, 4), outcomes=0)
