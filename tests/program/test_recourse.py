from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from allanite.axis import FloatArray
from allanite.errors import SolveError, UsageError
from allanite.program.cuts import no_cuts, with_outcomes
from allanite.program.highs import solve_program
from allanite.program.linear import LinearProgram
from allanite.program.recourse import Bench, SerialRecourse, anchors_of
from allanite.program.staged import NodeProgram, StagedProgram, two_stages
from allanite.program.warm import WarmSolver, codes_of, kept_basis
from staged_forms import dense_program, drawn_plan, leaf, newsvendor

STATE = np.full(6, 1.5)


def at(node: NodeProgram, state: FloatArray) -> LinearProgram:
    program, shift = node.program, node.link @ state
    return program.with_sides(program.row_lower - shift, program.row_upper - shift)


def test_costs_are_those_of_cold_solves_in_any_order() -> None:
    staged = drawn_plan(6)
    recourse = SerialRecourse(staged=staged)
    for state in (STATE, np.zeros(6), 2 * STATE):
        # Changes of the scenario before must be taken back each time.
        for scenarios in ([0, 1, 2, 3, 4, 5], [5, 0], [3]):
            found = recourse.evaluate(state, np.array(scenarios))
            cold = [solve_program(at(staged.nodes[s + 1], state)).objective for s in scenarios]
            assert found.cost == pytest.approx(cold)
            assert not found.violation.any()


def test_gradient_by_differences() -> None:
    staged, recourse = drawn_plan(6), SerialRecourse(staged=drawn_plan(6))
    scenarios, step = np.arange(6), 1e-4
    found = recourse.evaluate(STATE, scenarios)
    assert found.gradient.shape == (6, staged.nodes[0].state.size)
    for j in range(6):
        up, down = STATE.copy(), STATE.copy()
        up[j], down[j] = up[j] + step, down[j] - step
        more, less = recourse.evaluate(up, scenarios), recourse.evaluate(down, scenarios)
        assert found.gradient[:, j] == pytest.approx((more.cost - less.cost) / (2 * step), abs=1e-6)


def test_a_second_solve_of_the_same_needs_no_iterations() -> None:
    recourse, scenarios = SerialRecourse(staged=drawn_plan(6)), np.arange(6)
    first = recourse.evaluate(STATE, scenarios)
    assert first.iterations[0] == 0  # the anchor was solved there beforehand
    assert first.iterations.sum() > 0
    again = recourse.evaluate(STATE, scenarios)
    assert not again.iterations.any()
    assert again.cost == pytest.approx(first.cost, rel=1e-12)


def test_what_is_found_does_not_depend_on_what_else_is_solved() -> None:
    staged, scenarios = drawn_plan(6), np.arange(6)
    states = [STATE, np.zeros(6), 0.7 * STATE]
    together = SerialRecourse(staged=staged)
    expected = [together.evaluate(state, scenarios) for state in states]
    nodes, anchors = dict(enumerate(staged.nodes[1:])), anchors_of(staged)
    alone = Bench(nodes={0: nodes[0], 4: nodes[4]}, anchors={4: anchors[4]})
    for state, whole in zip(states, expected, strict=True):
        if state is states[0]:
            alone.refresh_anchors(state, [0])
        found = alone.evaluate(state, [4])
        assert found.cost[0].tobytes() == whole.cost[4].tobytes()
        assert found.gradient[0].tobytes() == whole.gradient[4].tobytes()
        assert found.iterations[0] == whole.iterations[4]


def test_saved_bases_go_on_to_the_same_bytes() -> None:
    staged, scenarios = drawn_plan(6), np.arange(6)
    one, two = SerialRecourse(staged=staged), SerialRecourse(staged=staged)
    one.evaluate(STATE, scenarios[:4])
    two.restore(one.save())
    for state in (0.8 * STATE, 2 * STATE):
        expected, found = one.evaluate(state, scenarios), two.evaluate(state, scenarios)
        for name in ("cost", "gradient", "iterations"):
            assert getattr(found, name).tobytes() == getattr(expected, name).tobytes()


def forbidding() -> StagedProgram:
    """Its only scenario needs x to be at most 4 and at least 1."""
    zero, none = np.zeros(2), np.full(2, np.inf)
    node = leaf(
        dense_program(
            np.zeros((2, 2)),
            np.ones(2),
            (np.array([-np.inf, 1.0]), np.array([4.0, np.inf])),
            (zero, none),
        ),
        np.ones((2, 1)),
    )
    return two_stages(newsvendor([1.0], [1.0]).nodes[0], [node], np.ones(1))


@pytest.mark.parametrize(("x", "violation", "slope"), [(6.0, 2.0, 1.0), (0.25, 0.75, -1.0)])
def test_violation_and_its_slope_by_hand(x: float, violation: float, slope: float) -> None:
    found = SerialRecourse(staged=forbidding()).evaluate(np.array([x]), np.array([0]))
    assert np.isinf(found.cost[0])
    assert found.violation == pytest.approx([violation])
    assert found.gradient.ravel() == pytest.approx([slope])
    cuts = with_outcomes(no_cuts(1), np.array([0]), np.array([x]), found, 1)
    # The cut forbids x and allows the nearest state that the scenario allows.
    assert (cuts.constant + cuts.slope @ np.array([x]))[0] == pytest.approx(violation)
    assert (cuts.constant + cuts.slope @ np.array([x - violation * slope]))[0] == pytest.approx(0)


def test_a_scenario_whose_cost_falls_without_end() -> None:
    endless = dense_program(
        np.zeros((1, 1)),
        np.full(1, -1.0),
        (-np.ones(1), np.ones(1)),
        (np.zeros(1), np.full(1, np.inf)),
    )
    staged = two_stages(
        newsvendor([1.0], [1.0]).nodes[0], [leaf(endless, np.zeros((1, 1)))], np.ones(1)
    )
    with pytest.raises(SolveError, match="scenario 0: its cost falls without end"):
        SerialRecourse(staged=staged).evaluate(np.zeros(1), np.array([0]))


def test_planes_that_tell_nothing_new_are_left_out() -> None:
    recourse, scenarios = SerialRecourse(staged=drawn_plan(6)), np.arange(6)
    found = recourse.evaluate(STATE, scenarios)
    once = with_outcomes(no_cuts(6), scenarios, STATE, found, 6)
    assert once.scenario.tolist() == list(range(6))
    assert once.cost_at(STATE, 6) == pytest.approx(found.cost)
    twice = with_outcomes(once, scenarios, STATE, found, 6)
    assert twice.scenario.size == 6
    assert once.of(np.array([2, 5])).scenario.tolist() == [0, 1]
    assert np.isneginf(once.of(np.array([2])).cost_at(STATE, 2)[1])


def test_bases_pass_through_their_codes() -> None:
    program = at(drawn_plan(1).nodes[1], STATE)
    solver = WarmSolver(program)
    assert solver.solve(None) == "optimal"
    cost, kept = solver.cost, solver.keep_basis()
    other = WarmSolver(program)
    assert other.solve(kept_basis(codes_of(kept))) == "optimal"
    assert other.iterations == 0
    assert other.cost == pytest.approx(cost)
    assert codes_of(other.keep_basis()).column.tolist() == codes_of(kept).column.tolist()


def test_integers_of_a_template_are_any_numbers() -> None:
    half = dense_program(
        np.ones((1, 1)),
        np.ones(1),
        (np.full(1, 0.5), np.ones(1)),
        (np.zeros(1), np.ones(1)),
        is_integer=True,
    )
    solver = WarmSolver(half)
    assert solver.solve(None) == "optimal"
    assert solver.cost == pytest.approx(0.5)


def test_options_that_are_not_known() -> None:
    node = drawn_plan(1).nodes[1]
    with pytest.raises(UsageError, match="unknown"):
        WarmSolver(node.template, {"nothing": 1})
    with pytest.raises(UsageError, match="must be 1"):
        WarmSolver(replace(node.template), {"threads": 2})
