"""Contracts of the release in the plan of the shipped case: options, expectations, tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from allanite import Release, load_case, load_network
from allanite.conditions.horizon import Horizon
from allanite.ensemble.plan import Means, solve_plan
from allanite.network.contract_options import load_contract_options
from allanite.program.risk import Risk
from allanite.studies.plan.course import contract_payments
from allanite.studies.plan.drawn import draw_courses
from allanite.studies.plan.options import USUAL
from allanite.studies.plan.prepare import PlanDesk, prepare_plan
from allanite.studies.plan.request import PlanRequest
from allanite.studies.plan.study import plan_tables


def desk_of(release: Release, quarters: int) -> PlanDesk:
    case = load_case("us-japan")
    assert case.plan is not None
    plan = replace(case.plan, horizon=Horizon(case.plan.horizon.start, 0.25, quarters))
    baseline = load_network(release, draws=0).baseline
    return prepare_plan(release, baseline, case, plan, contracts=load_contract_options(release))


@pytest.fixture(scope="module")
def desk(release: Release) -> PlanDesk:
    return desk_of(release, 36)


def test_every_contract_is_a_variant_of_a_project_that_is_not_decided(desk: PlanDesk) -> None:
    options = desk.world.options
    contracts = options.contracts
    assert contracts is not None
    assert not options.is_committed[contracts.option].any()
    for c, o in enumerate(contracts.option):
        twins = np.flatnonzero(
            (options.project == options.project[o]) & (options.start == options.start[o])
        )
        usual = next(k for k in twins if options.variant[k] == USUAL)
        assert options.capital[o] == options.capital[usual]
        grant = contracts.upfront_cost[c] * desk.world.terms.discount(desk.world.horizon)
        cost = options.present_cost[usual] + grant[options.start[o]]
        assert options.present_cost[o] == pytest.approx(cost)
        assert (options.addition[:, [o]] != options.addition[:, [usual]]).nnz == 0


def test_what_budgets_count_is_the_mean_over_many_courses(desk: PlanDesk) -> None:
    """Exact over the chain of prices and the odds of delays; courses drawn come near it."""
    world = desk.world
    contracts = world.options.contracts
    assert contracts is not None
    drawn, courses = draw_courses(desk, 1500, (5,))
    worth = world.terms.discount(world.horizon)
    paid = np.array([worth @ contract_payments(world, course) for course in courses])
    mean = drawn.probability @ paid
    spread = np.sqrt(drawn.probability @ (paid - mean) ** 2 * (drawn.probability**2).sum())
    assert (np.abs(mean - contracts.expected_cost) <= 4 * spread + 0.05).all()


def test_failures_left_are_those_of_the_odds(desk: PlanDesk) -> None:
    options = desk.world.options
    contracts = options.contracts
    assert contracts is not None
    drawn, courses = draw_courses(desk, 1500, (6,))
    late = np.array([options.lateness(c.delay, c.failure_draw, c.lasting_delay) for c in courses])
    fails = drawn.probability @ np.isnan(late)
    for c, o in enumerate(contracts.option):
        usual = int(np.flatnonzero(options.project == options.project[o])[0])
        left = contracts.failure_factor[c] * fails[usual]
        assert fails[o] == pytest.approx(left, abs=2 * drawn.probability.max())
        assert fails[o] <= fails[usual]


def test_a_plan_with_contracts_tells_what_they_cost(release: Release) -> None:
    desk = desk_of(release, 20)
    asked = PlanRequest(
        budget=desk.plan.budget, risk=Risk(weight=0.3, confidence=0.7), scenarios=3, fresh=0,
        gap=1e-2, front=(), contracts=True,
    )  # fmt: skip
    answer = solve_plan(desk, asked, Means(), lambda *_: None)
    tables = plan_tables(answer)
    rows = tables["plan_contracts"].to_pylist()
    assert len({(row["project_id"], row["contract"]) for row in rows}) == len(rows) > 5
    for row in rows:
        assert row["least_cost"] <= row["mean_cost"] <= row["tail_cost"] + 1e-9
        assert row["tail_cost"] <= row["worst_cost"] + 1e-9
        assert row["failure_share"] <= row["failure_share_without"]
        assert row["terms"]
    figures = {row["figure"] for row in tables["plan_figures"].to_pylist()}
    assert "contracts, as budgets count them" in figures
