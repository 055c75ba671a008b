"""Policies by drawn courses: what they promise, what they keep, how they go on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from allanite.errors import ModelError, SolveError, UsageError
from allanite.program.highs import solve_program
from allanite.program.markov import MarkovProgram, outcomes_of, unrolled
from allanite.program.node_session import Cut
from allanite.program.policy import Policy, draw_path
from allanite.program.risk import Risk
from allanite.program.sddp import Training, averaged, solve_policy
from allanite.program.simulation import exact_value, mean_interval, simulate
from random_trees import nested_extensive, random_markov
from staged_cases import hydro_thermal, inflow_changes, newsvendor_prices, wet_and_dry

# No tree is small enough to follow: what is told rests on draws.
DRAWN = Training(tree_nodes=0, check_rounds=5, rounds=60, draws=100)
AVERSE = Risk(weight=0.5, confidence=0.6)


def seeded(seed: int = 3) -> np.random.Generator:
    return np.random.default_rng(seed)


def optimum(markov: MarkovProgram, risk: Risk) -> float:
    return solve_program(nested_extensive(unrolled(markov).tree, risk)).objective


def numbers(policy: Policy) -> bytes:
    arrays = [cuts for stage in policy.cuts for cuts in stage]
    return b"".join(c.gradient.tobytes() + c.constant.tobytes() for c in arrays)


@pytest.mark.parametrize("risk", [Risk(), AVERSE])
def test_the_bound_rises_and_never_passes_the_optimum(risk: Risk):
    markov = wet_and_dry()
    whole = optimum(markov, risk)
    found = solve_policy(markov, seeded(), risk, training=replace(DRAWN, gap=0.0, rounds=30))
    bounds = np.array([now.bound for now in found.history])
    assert (np.diff(bounds) >= 0).all()
    assert bounds[0] < whole - 1.0
    assert (bounds <= whole * (1 + 1e-9)).all()
    assert bounds[-1] == pytest.approx(whole, rel=1e-6)


def test_without_risk_the_mean_of_draws_is_told_and_its_interval():
    found = solve_policy(hydro_thermal(), seeded(), training=DRAWN)
    assert found.stop == "bound stalls within the interval"
    assert found.objective is None
    assert found.gap is None
    assert found.interval is not None
    assert found.interval.count == 100
    assert found.interval.low <= 8333.33 <= found.interval.high


def test_with_risk_no_draws_are_told():
    found = solve_policy(wet_and_dry(), seeded(), AVERSE, training=DRAWN)
    assert (found.stop, found.objective, found.interval) == ("bound stalls", None, None)


def test_a_tree_that_is_followed_proves_its_gap():
    for risk in (Risk(), AVERSE):
        found = solve_policy(wet_and_dry(), seeded(), risk, training=Training(gap=1e-6))
        assert found.stop == "gap"
        assert found.gap is not None
        assert found.gap <= 1e-6
        assert found.interval is None
        assert found.objective == pytest.approx(exact_value(found.policy))


def test_limits_end_the_training():
    markov = wet_and_dry()
    few = solve_policy(markov, seeded(), training=replace(DRAWN, rounds=3))
    assert (few.stop, few.rounds, len(few.history)) == ("rounds", 3, 3)
    assert few.interval is not None
    brief = solve_policy(markov, seeded(), training=replace(DRAWN, seconds=0.0))
    assert (brief.stop, brief.rounds) == ("seconds", 1)


def test_same_seed_same_bytes():
    markov = random_markov(seeded(8), ((2, 2), (2, 3)))
    one, same, other = (solve_policy(markov, seeded(seed), training=DRAWN) for seed in (1, 1, 2))
    assert numbers(one.policy) == numbers(same.policy)
    assert one.interval == same.interval
    assert one.first.tobytes() == same.first.tobytes()
    assert numbers(one.policy) != numbers(other.policy)


def test_a_stopped_training_goes_on_to_the_same_bytes(tmp_path: Path):
    markov = random_markov(seeded(18), ((2, 3), (2, 3), (2, 2)), is_complete=False)
    how = replace(DRAWN, gap=0.0, rounds=23)
    without = solve_policy(markov, seeded(), training=how)
    assert any(cuts.is_feasibility.any() for stage in without.policy.cuts for cuts in stage)
    file = tmp_path / "policy.npz"
    solve_policy(markov, seeded(), training=replace(how, rounds=13), checkpoint=file)
    on = solve_policy(markov, seeded(99), training=how, checkpoint=file)
    assert numbers(on.policy) == numbers(without.policy)
    assert (on.bound, on.interval, on.stop) == (without.bound, without.interval, without.stop)
    assert on.first.tobytes() == without.first.tobytes()
    assert [now.bound for now in on.history] == [now.bound for now in without.history]
    assert [p.name for p in tmp_path.iterdir()] == ["policy.npz"]


def test_a_checkpoint_of_something_else_is_refused(tmp_path: Path):
    file = tmp_path / "policy.npz"
    solve_policy(hydro_thermal(), seeded(), training=replace(DRAWN, rounds=5), checkpoint=file)
    with pytest.raises(UsageError, match="digest"):
        solve_policy(wet_and_dry(), seeded(), training=DRAWN, checkpoint=file)
    with pytest.raises(UsageError, match="digest"):
        solve_policy(hydro_thermal(), seeded(), AVERSE, training=DRAWN, checkpoint=file)
    with pytest.raises(UsageError, match="generator PCG64"):
        other = np.random.Generator(np.random.MT19937(1))
        solve_policy(hydro_thermal(), other, training=DRAWN, checkpoint=file)
    for text in (b"", b"not an archive"):
        file.write_bytes(text)
        with pytest.raises(UsageError, match="no archive"):
            solve_policy(hydro_thermal(), seeded(), training=DRAWN, checkpoint=file)


def test_cuts_that_are_nowhere_highest_leave_the_solver():
    markov = random_markov(seeded(5), ((2, 3),) * 4)
    how = replace(DRAWN, gap=0.0, rounds=40)
    found = solve_policy(markov, seeded(), training=how)
    cuts = found.policy.cuts[1][0]
    assert 0 < cuts.is_active.sum() < cuts.constant.size
    # Those left are the highest at every state met.
    for at in cuts.visited:
        future = cuts.future_at(at)
        assert future[cuts.is_active].max() == pytest.approx(future.max(), rel=1e-9)


def test_a_simulation_adds_up():
    markov = newsvendor_prices()
    policy = solve_policy(markov, seeded(), training=Training(gap=1e-8)).policy
    found = simulate(policy, 400, seeded(1), ["x"])
    stock = [found.values["x"][t][:, 0] for t in range(4)]
    for t in (1, 2, 3):
        bought, sold = found.values["x"][t][:, 1], found.values["x"][t][:, 2]
        assert stock[t] == pytest.approx(stock[t - 1] + bought - sold)
        price = np.array([5.0, 8.0])[found.state[:, t]]
        assert found.stage_cost[:, t] == pytest.approx(price * bought - 7 * sold)
    assert found.interval(0.99).low <= -97.9 <= found.interval(0.99).high
    # Half the draws of the first stage have the low demand.
    assert found.outcome[:, 1].mean() == pytest.approx(0.5, abs=0.1)
    assert (found.state[:, 2] == 0).mean() == pytest.approx(0.6, abs=0.1)
    assert simulate(policy, 400, seeded(1)).stage_cost.tobytes() == found.stage_cost.tobytes()


def test_a_block_that_is_nowhere_has_no_columns():
    policy = solve_policy(hydro_thermal(), seeded(), training=DRAWN).policy
    found = simulate(policy, 2, seeded(), ["none"])
    assert [values.shape for values in found.values["none"]] == [(2, 0)] * 4
    with pytest.raises(UsageError, match="0 courses"):
        simulate(policy, 0, seeded())


def test_following_a_policy_leaves_it_as_it_was():
    policy = solve_policy(hydro_thermal(), seeded(), training=replace(DRAWN, rounds=1)).policy
    before = numbers(policy), policy.cuts[1][0].is_active.tobytes()
    value = exact_value(policy)
    simulate(policy, 20, seeded())
    assert (numbers(policy), policy.cuts[1][0].is_active.tobytes()) == before
    assert value >= 8333.33
    with pytest.raises(ModelError, match="at most 10"):
        exact_value(policy, 10)


def test_cuts_are_averaged_by_the_risk_at_their_point():
    cuts = [Cut(np.array([1.0]), 0.0), Cut(np.array([-1.0]), 4.0)]
    share, cost = np.array([0.5, 0.5]), np.array([1.0, 3.0])
    mean = averaged(cuts, cost, share, Risk())
    assert (mean.gradient.tolist(), mean.constant) == ([0.0], 2.0)
    # The worst half is the second alone: 1/4 and 3/4.
    averse = averaged(cuts, cost, share, Risk(weight=0.5, confidence=0.5))
    assert (averse.gradient.tolist(), averse.constant) == ([-0.5], 3.0)


def test_courses_follow_the_chain():
    markov, generator = wet_and_dry(), seeded()
    paths = [draw_path(markov, generator) for _ in range(2000)]
    state = np.array([path.state for path in paths])
    assert (state[:, :2] == 0).all()
    assert state[:, 2].mean() == pytest.approx(0.25, abs=0.03)
    stayed = state[state[:, 2] == 1, 3]
    assert stayed.mean() == pytest.approx(0.75, abs=0.05)
    lowest = np.array([path.outcome[2] == 0 for path in paths])
    assert lowest[state[:, 2] == 1].mean() == pytest.approx(0.5, abs=0.06)


def test_a_mean_of_draws_by_hand():
    found = mean_interval(np.array([1.0, 3.0]), 0.95)
    assert found.mean == 2.0
    assert found.high - found.mean == pytest.approx(1.959964 * np.sqrt(2) / np.sqrt(2))
    with pytest.raises(UsageError):
        mean_interval(np.ones(1), 0.95)
    with pytest.raises(UsageError):
        mean_interval(np.ones(3), 1.0)


@pytest.mark.parametrize(
    "fields", [{"rounds": 0}, {"courses": 0}, {"draws": 1}, {"gap": -1.0}, {"confidence": 1.0}]
)
def test_training_out_of_range_is_refused(fields: dict[str, float]):
    with pytest.raises(UsageError):
        Training(**fields)


def test_a_chain_without_an_answer_is_told():
    """The reservoir of 200 loses 400."""
    markov = hydro_thermal()
    loss = outcomes_of(markov.stages[1][0].node, [inflow_changes(-400.0, 50.0)], np.ones(1))
    chain = replace(markov, stages=(markov.stages[0], (loss,), *markov.stages[2:]))
    with pytest.raises(SolveError, match="infeasible"):
        solve_policy(chain, seeded(), training=DRAWN)
