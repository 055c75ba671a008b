"""Other plans, extents and the worth of knowing, against programmes solved whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allanite.axis import FloatArray
from allanite.program.alternatives import CutDesk, cut_master, extents, most_allowed
from allanite.program.decomposition import TwoStageSolution, solve_two_stage
from allanite.program.extensive import extensive_form, node_columns
from allanite.program.highs import solve_program
from allanite.program.information import (
    mean_solution,
    value_of_perfect_information,
    value_of_stochastic_solution,
    wait_and_see,
)
from allanite.program.recourse import SerialRecourse
from allanite.program.risk import Risk
from allanite.program.staged import StagedProgram, two_stages
from staged_forms import drawn_plan

FEW = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
SEEDS = st.integers(0, 5000)
WEIGHTS = st.sampled_from([0.0, 0.6])
SITES = 6


def solved(seed: int, weight: float = 0.0) -> tuple[StagedProgram, Risk, TwoStageSolution]:
    """A drawn plan of five scenarios and what a search finds of it."""
    staged, risk = drawn_plan(5, seed=seed), Risk(weight=weight, confidence=0.6)
    return staged, risk, solve_two_stage(staged, risk, gap=1e-7)


def least(
    staged: StagedProgram, risk: Risk, lower: FloatArray, upper: FloatArray, built: float = 0.0
) -> float:
    """Least cost with the sites within these bounds, at least so much of them in all."""
    form, place = extensive_form(staged, risk), node_columns(staged)[0]
    low, high = form.column_lower.copy(), form.column_upper.copy()
    low[place][:SITES], high[place][:SITES] = lower, upper
    return solve_program(form.with_bounds(low, high)).objective


def size(*costs: float) -> float:
    """What costs are measured by."""
    return max(1.0, *(abs(cost) for cost in costs))


@FEW
@given(SEEDS, WEIGHTS, st.integers(0, SITES - 1))
def test_the_regret_of_an_alternative_is_bounded_from_below(
    seed: int, weight: float, site: int
) -> None:
    staged, risk, found = solved(seed, weight)
    desk = CutDesk(program=cut_master(staged, risk, found), columns=SITES)
    column, none = np.array([site]), np.zeros(1)
    first = staged.nodes[0].program
    upper = first.column_upper.copy()
    upper[site] = 0.0
    true = least(staged, risk, first.column_lower, upper)
    without = desk.least(column, none, none)
    assert without.bound <= true + 1e-6 * size(true)
    assert without.value[site] == pytest.approx(0.0, abs=1e-9)
    # The whole again afterwards: bounds are put back.
    again = desk.least(column, first.column_lower[column], first.column_upper[column])
    assert again.bound == pytest.approx(found.bound, rel=1e-6)
    lower = first.column_lower.copy()
    lower[site] = 1.5
    more = desk.least_with(column, 1.5)
    assert more.bound <= least(staged, risk, lower, first.column_upper) + 1e-6 * size(true)
    assert more.value[site] >= 1.5 - 1e-6


@FEW
@given(SEEDS, WEIGHTS, st.floats(0.0, 0.3))
def test_extents_hold_every_plan_that_costs_so_little(
    seed: int, weight: float, margin: float
) -> None:
    staged, risk, found = solved(seed, weight)
    limit = found.objective + margin * abs(found.objective)
    groups = [np.array([site]) for site in range(SITES)] + [np.arange(SITES)]
    low, high = extents(cut_master(staged, risk, found), groups, limit)
    form, place = extensive_form(staged, risk), node_columns(staged)[0]
    best = solve_program(form).value[place]
    for g, group in enumerate(groups):
        for plan in (best, found.value):
            assert low[g] - 1e-6 <= plan[group].sum() <= high[g] + 1e-6
        # What lies outside costs more.
        if len(group) == 1 and low[g] > 0.1:
            upper = staged.nodes[0].program.column_upper.copy()
            upper[group] = low[g] - 0.05
            lower = staged.nodes[0].program.column_lower
            assert least(staged, risk, lower, upper) >= limit - 1e-6 * size(limit)
    wide = extents(cut_master(staged, risk, found), groups, limit + abs(limit))
    assert (wide[0] <= low + 1e-6).all()
    assert (wide[1] >= high - 1e-6).all()


def test_most_that_the_rows_allow() -> None:
    staged, risk, found = solved(4)
    cost = staged.nodes[0].program.cost
    groups = [np.array([site]) for site in range(SITES)] + [np.arange(SITES)]
    most = most_allowed(cut_master(staged, risk, found), groups)
    # A budget of 20 in all and 8 a site: the row of the drawn plan weighs each site by one.
    assert cost.size == SITES
    assert most == pytest.approx([8.0] * SITES + [20.0])


def evaluated(staged: StagedProgram, plan: FloatArray) -> float:
    """Mean cost of a first stage, by the extensive form with it held."""
    form, place = extensive_form(staged), node_columns(staged)[0]
    low, high = form.column_lower.copy(), form.column_upper.copy()
    low[place], high[place] = plan - 1e-9, plan + 1e-9
    return solve_program(form.with_bounds(low, high)).objective


def alone(staged: StagedProgram) -> FloatArray:
    """Least cost of each scenario planned by itself, shape (S,)."""
    return np.array(
        [
            solve_program(extensive_form(two_stages(staged.nodes[0], [node], np.ones(1)))).objective
            for node in staged.nodes[1:]
        ]
    )


@FEW
@given(SEEDS, st.booleans())
def test_brackets_hold_what_knowing_is_worth(seed: int, rough: bool) -> None:
    staged = alike(drawn_plan(5, seed=seed))
    found = solve_two_stage(staged, gap=0.05 if rough else 1e-7)
    recourse = SerialRecourse(staged=staged)
    best = solve_program(extensive_form(staged)).objective
    share = staged.probability[1:]
    each, slack = alone(staged), 1e-6 * size(best)
    low, high = wait_and_see(staged, recourse, found)
    assert (low <= each + slack).all()
    assert (high >= each - slack).all()
    perfect = value_of_perfect_information(staged, recourse, found)
    worth = best - float(share @ each)
    assert worth >= -slack
    assert 0 <= perfect.low <= perfect.high
    assert perfect.low - slack <= worth <= perfect.high + slack
    mean = mean_solution(staged, 1e-7)
    stochastic = value_of_stochastic_solution(staged, recourse, found, mean)
    saved = evaluated(staged, mean) - best
    assert saved >= -slack
    assert stochastic.low - slack <= saved <= stochastic.high + slack
    assert 0 <= stochastic.low <= stochastic.high


def test_the_mean_of_equal_scenarios_is_one_of_them_and_knowing_is_worth_nothing() -> None:
    drawn = drawn_plan(3, seed=2)
    staged = two_stages(drawn.nodes[0], [drawn.nodes[1]] * 3, np.array([0.2, 0.3, 0.5]))
    found = solve_two_stage(staged, gap=1e-8)
    recourse = SerialRecourse(staged=staged)
    mean = mean_solution(staged, 1e-8)
    for worth in (
        value_of_stochastic_solution(staged, recourse, found, mean),
        value_of_perfect_information(staged, recourse, found),
    ):
        assert worth.low == pytest.approx(0.0, abs=1e-4 * abs(found.objective))
        assert worth.high == pytest.approx(0.0, abs=2e-4 * abs(found.objective))


def alike(staged: StagedProgram) -> StagedProgram:
    """The same scenarios, all changing the same places: those of the first one."""
    places = staged.nodes[1].changes
    nodes = [
        replace(
            node,
            changes=replace(node.changes, column=places.column, cost_column=places.cost_column),
        )
        for node in staged.nodes[1:]
    ]
    return two_stages(staged.nodes[0], nodes, staged.probability[1:])
