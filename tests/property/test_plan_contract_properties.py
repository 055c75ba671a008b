"""What holds for every contract: it never makes a course worse, and a higher floor costs more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allanite.conditions.plan_case import Budget
from allanite.conditions.scenarios import draw_fates, systematic_draws
from allanite.conditions.uncertainty import FAILS, ProjectRisk, StatusRisk
from allanite.errors import UsageError
from allanite.network.contract_options import ContractOptions, with_valued_odds
from allanite.network.projects import Ranged
from allanite.program.decomposition import solve_two_stage
from allanite.program.extensive import extensive_form
from allanite.program.highs import solve_program
from allanite.program.risk import Risk
from allanite.studies.plan.course import contract_payments, option_lateness
from plan_worlds import operated, plan, random_course, random_spec, small_world

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=25, deadline=None, derandomize=True)
RISK = ProjectRisk(
    statuses=(StatusRisk(status="proposed", delay=((4, 0.25), (8, 0.2)), failure=0.35),),
    bad_times_probability=0.2,
    bad_times_odds=3.0,
)


# --- whom it saves ------------------------------------------------------------------------------
@FEW
@given(SEEDS, st.floats(0, 1), st.floats(0, 1))
def test_a_contract_never_makes_a_course_worse(seed: int, first: float, second: float) -> None:
    """Nor does a stronger one: who is saved by the weaker is saved by the stronger, as late."""
    weak, strong = max(first, second), min(first, second)
    spec = replace(random_spec(seed), starts=(0,), saved=0.0, committed=False)
    worlds = [small_world(replace(spec, left=left)) for left in (weak, strong)]
    found = [option_lateness(world, random_course(world, seed)) for world in worlds]
    none, some, most = (
        float(np.nan_to_num(late, nan=1e9)) for late in (found[0][0], found[0][1], found[1][1])
    )
    assert most <= some <= none
    if some < 1e9:
        assert most == some


@FEW
@given(SEEDS, st.sampled_from([0.0, 0.3, 0.6, 1.0]))
def test_draws_of_failure_leave_the_share_that_is_asked_for(seed: int, left: float) -> None:
    count = 400
    generator = np.random.default_rng(seed)
    weight = generator.random(count) + 0.1
    weight /= weight.sum()
    fates = draw_fates(RISK, ["proposed"], np.arange(count) % 5, weight, generator)
    fails = fates.delay[:, 0] == FAILS
    draw, lasting = fates.failure_draw[:, 0], fates.lasting_delay[:, 0]
    assert ((draw < 1) == fails).all()
    assert (lasting[~fails] == fates.delay[~fails, 0]).all()
    assert set(lasting.tolist()) <= {0, 4, 8}
    kept = weight[draw < left].sum()
    assert kept == pytest.approx(left * weight[fails].sum(), abs=2 * weight.max())


def test_those_saved_are_late_as_those_that_do_not_fail() -> None:
    """Of those that do not fail 4 quarters are 0.25 / 0.65, 8 are 0.2 / 0.65."""
    count = 20_000
    weight = np.full(count, 1 / count)
    plain = replace(RISK, bad_times_probability=0.0, bad_times_odds=1.0)
    rng = np.random.default_rng(1)
    fates = draw_fates(plain, ["proposed"], np.zeros(count, int), weight, rng)
    saved = fates.lasting_delay[fates.delay[:, 0] == FAILS, 0]
    error = 3 * np.sqrt(0.25 / saved.size)
    assert np.mean(saved == 4) == pytest.approx(0.25 / 0.65, abs=error)
    assert np.mean(saved == 8) == pytest.approx(0.2 / 0.65, abs=error)


@FEW
@given(SEEDS, st.integers(1, 30))
def test_systematic_draws_are_even(seed: int, count: int) -> None:
    generator = np.random.default_rng(seed)
    weight = generator.random(count) + 1e-3
    draws = systematic_draws(weight, generator)
    assert ((draws >= 0) & (draws < 1)).all()
    for below in (0.25, 0.5, 0.9):
        share = weight[draws < below].sum() / weight.sum()
        assert abs(share - below) <= 2 * weight.max() / weight.sum() + 1e-12


def test_draws_without_contracts_stay_what_they_were() -> None:
    """Whom a contract would save is drawn apart: later draws of the same generator are the same."""
    found = []
    for statuses in (["proposed"], ["proposed"]):
        generator = np.random.default_rng(3)
        draw_fates(RISK, statuses, np.zeros(8, int), np.full(8, 0.125), generator)
        found.append(generator.random(4))
    plain = np.random.default_rng(3)
    plain.permutation(8), plain.random(8), plain.permutation(8), plain.random(8)
    assert found[0] == pytest.approx(found[1])
    assert found[0] == pytest.approx(plain.random(4))


# --- what it costs ------------------------------------------------------------------------------
@FEW
@given(SEEDS, st.floats(2, 10), st.floats(0, 5))
def test_a_higher_floor_never_costs_less(seed: int, strike: float, more: float) -> None:
    spec = replace(random_spec(seed), left=0.5, starts=(0,), saved=0.0, committed=False)
    paid = []
    for price in (strike, strike + more):
        world = small_world(replace(spec, strike=price))
        paid.append(contract_payments(world, random_course(world, seed)))
    assert (paid[1] >= paid[0] - 1e-12).all()


@FEW
@given(SEEDS)
def test_the_cost_of_a_contract_stands_in_the_cost_of_the_course(seed: int) -> None:
    """Without failures the variants differ in nothing but what the contract pays."""
    spec = replace(random_spec(seed), left=0.5, starts=(0,), saved=0.0, committed=False)
    world = small_world(spec)
    happens = random_course(world, seed, delay=1.0)
    program = plan(world, happens)
    usual, signed = (operated(program, {o: 1.0}).cost[0] for o in (0, 1))
    due = world.terms.discount(world.horizon) @ contract_payments(world, happens)[:, 0]
    assert signed - usual == pytest.approx(due, abs=1e-7)


# --- proofs -------------------------------------------------------------------------------------
@FEW
@given(SEEDS, st.sampled_from([0.0, 0.6]))
def test_cuts_find_what_the_extensive_form_finds_with_contracts(seed: int, weight: float) -> None:
    spec = replace(random_spec(seed), left=0.3, strike=7.0, volume=20.0, committed=False)
    world, risk = small_world(spec), Risk(weight=weight, confidence=0.6)
    courses = [random_course(world, 10 * seed + s) for s in range(3)]
    budget = Budget(total=0.8, partners=(("AAA", 0.5), ("BBB", 0.6)), yearly=0.7)
    program = plan(world, *courses, budget=budget, whole=True)
    cost = solve_program(extensive_form(program.staged, risk)).objective
    found = solve_two_stage(program.staged, risk, gap=1e-9, rounds=300)
    tolerance = 1e-6 * max(1.0, float(np.abs(found.scenario_cost).max()))
    assert found.objective == pytest.approx(cost, abs=tolerance)
    assert found.bound == pytest.approx(cost, abs=tolerance)


@FEW
@given(SEEDS)
def test_an_offer_of_contracts_never_costs_more(seed: int) -> None:
    spec = replace(random_spec(seed), committed=False)
    costs = []
    for left in (None, 0.2):
        world = small_world(replace(spec, left=left))
        courses = [random_course(world, 10 * seed + s) for s in range(2)]
        costs.append(solve_program(extensive_form(plan(world, *courses).staged)).objective)
    assert costs[1] <= costs[0] + 1e-7 * max(1.0, abs(costs[0]))


# --- valued odds --------------------------------------------------------------------------------
def offered() -> ContractOptions:
    def ranged(*value: float) -> Ranged:
        return Ranged(value=np.array(value), low=np.array(value), high=np.array(value))

    return ContractOptions(
        project=("A", "A"),
        name=("floor", "grant"),
        payer=("USA", "USA"),
        failure_factor=ranged(0.6, 0.8),
        upfront_cost=ranged(0.0, 10.0),
        default_cost=ranged(0.0, 0.0),
        quality=("assumed", "assumed"),
        floor_contract=np.array([0]),
        material=("ox_dy",),
        strike=ranged(260.0),
        index=ranged(239.0),
        upside_from=ranged(260.0),
        upside_share=ranged(0.3),
        volume_rate=ranged(50.0),
    )


def test_odds_of_a_valuation_take_the_place_of_the_estimate() -> None:
    found = with_valued_odds(offered(), {("A", "floor"): (0.3, 0.4, 0.5)})
    assert found.failure_factor.value.tolist() == [0.4, 0.8]
    assert found.failure_factor.low.tolist() == [0.3, 0.8]
    assert found.quality == ("valued", "assumed")
    assert offered().failure_factor.value.tolist() == [0.6, 0.8]


@pytest.mark.parametrize(
    ("odds", "told"),
    [
        ({("A", "flor"): (0.3, 0.4, 0.5)}, "A, floor"),
        ({("A", "floor"): (0.3, 0.4, 1.5)}, "0 to"),
        ({("A", "floor"): (0.5, 0.4, 0.6)}, "rising"),
    ],
)
def test_odds_that_do_not_fit_are_refused(
    odds: dict[tuple[str, str], tuple[float, float, float]], told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        with_valued_odds(offered(), odds)
