from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from allanite.axis import FloatArray, IntArray
from allanite.errors import ModelError, SolveError, UsageError
from allanite.program import decomposition
from allanite.program.decomposition import TwoStageSolution, solve_two_stage
from allanite.program.recourse import Outcomes, SerialRecourse
from allanite.program.risk import Risk
from allanite.program.search import Round, nested_order, relative_gap
from allanite.program.staged import StagedProgram, two_stages
from staged_forms import dense_program, drawn_plan, leaf, newsvendor, root

TESTS = Path(__file__).resolve().parents[1]


def bits(found: TwoStageSolution) -> tuple[bytes, ...]:
    """Everything but the seconds."""
    names = ("value", "scenario_cost", "scenario_gradient", "gradient")
    scalars = np.array([found.objective, found.bound, found.gap, found.first_cost, found.rounds])
    bounds = np.array([(r.scenarios, r.lower, r.upper) for r in found.history])
    arrays = [*(getattr(found, name) for name in names), scalars, bounds]
    return (*(array.tobytes() for array in arrays), found.stop.encode())


def test_bounds_close_in_on_the_optimum() -> None:
    seen: list[Round] = []
    found = solve_two_stage(
        newsvendor([10.0, 20.0, 30.0], [1 / 3] * 3), gap=1e-6, progress=seen.append
    )
    assert found.stop == "gap"
    assert found.gap <= 1e-6
    assert tuple(seen) == found.history
    assert len(seen) == found.rounds
    assert all(entry.lower <= -20 + 1e-6 and entry.upper >= -20 - 1e-6 for entry in seen)
    lower, upper = [r.lower for r in seen], [r.upper for r in seen]
    assert lower == sorted(lower)
    assert upper == sorted(upper, reverse=True)
    assert seen[-1].gap == found.gap


def test_marginal_value_by_hand() -> None:
    # Short of the best order each further unit sells in the scenarios that lack it.
    staged = newsvendor([10.0, 20.0, 30.0], [0.2, 0.3, 0.5])
    narrow = staged.nodes[0].template.with_bounds(np.full(1, 15.0), np.full(1, 15.0))
    fixed = two_stages(root(narrow), staged.nodes[1:], staged.probability[1:])
    found = solve_two_stage(fixed)
    assert found.gradient == pytest.approx([-2.4 * 0.8])
    assert found.scenario_gradient.ravel() == pytest.approx([0.0, -2.4, -2.4])
    averse = solve_two_stage(fixed, Risk(weight=1.0, confidence=0.8))
    assert averse.gradient == pytest.approx([0.0])


@pytest.mark.parametrize("weight", [0.0, 0.5])
@pytest.mark.parametrize("whole", [False, True])
def test_a_stopped_search_goes_on_to_the_same_bytes(
    tmp_path: Path, weight: float, whole: bool
) -> None:
    staged, risk = drawn_plan(20, whole=whole), Risk(weight=weight)
    plain = solve_two_stage(staged, risk, gap=1e-6)
    assert {entry.scenarios for entry in plain.history} == {8, 20}
    file = tmp_path / "search.npz"
    for rounds in range(1, plain.rounds):
        # Another process each time: nothing but the file is left of the rounds before.
        solve_two_stage(
            staged,
            risk,
            gap=1e-6,
            rounds=rounds,
            checkpoint=file,
            recourse=SerialRecourse(staged=staged),
        )
    found = solve_two_stage(staged, risk, gap=1e-6, checkpoint=file)
    assert bits(found) == bits(plain)
    again = solve_two_stage(staged, risk, gap=1e-6, checkpoint=file)
    assert bits(again) == bits(plain)


KILLED = """
import sys, time
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from staged_forms import drawn_plan
from allanite.program.decomposition import solve_two_stage
solve_two_stage(
    drawn_plan(20), gap=1e-6, checkpoint=Path(sys.argv[2]), progress=lambda r: time.sleep(0.3)
)
"""


def test_a_killed_search_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    file = tmp_path / "search.npz"
    with subprocess.Popen([sys.executable, "-c", KILLED, str(TESTS), str(file)]) as started:
        for _ in range(600):
            if file.exists():
                break
            time.sleep(0.05)
        time.sleep(0.5)
        started.kill()
    assert file.exists()
    resumed = solve_two_stage(drawn_plan(20), gap=1e-6, checkpoint=file)
    plain = solve_two_stage(drawn_plan(20), gap=1e-6)
    assert bits(resumed) == bits(plain)
    assert [path.name for path in tmp_path.iterdir() if "partial" not in path.name] == [file.name]


def test_a_checkpoint_of_another_problem_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "search.npz"
    staged = newsvendor([10.0, 20.0], [0.5, 0.5])
    solve_two_stage(staged, checkpoint=file)
    other = newsvendor([10.0, 21.0], [0.5, 0.5])
    for asked, risk in ((other, Risk()), (staged, Risk(weight=0.5))):
        with pytest.raises(UsageError, match="another programme or risk"):
            solve_two_stage(asked, risk, checkpoint=file)
    file.write_bytes(b"nothing")
    with pytest.raises(UsageError, match="is no checkpoint"):
        solve_two_stage(staged, checkpoint=file)


def test_a_start_at_the_optimum_ends_at_once() -> None:
    staged = drawn_plan(4)
    found = solve_two_stage(staged, gap=1e-6)
    again = solve_two_stage(staged, gap=1e-6, start=found.value)
    assert again.history[0].upper == pytest.approx(found.objective)
    assert again.objective == pytest.approx(found.objective, rel=1e-6)
    assert again.rounds <= found.rounds


def test_a_start_that_is_no_first_stage_is_refused() -> None:
    staged = drawn_plan(4)
    found = solve_two_stage(staged, gap=1e-3)
    with pytest.raises(UsageError, match="it must be"):
        solve_two_stage(staged, start=found.value[1:])
    with pytest.raises(UsageError, match="meets not all rows"):
        solve_two_stage(staged, start=found.value - 1e9)


def test_a_stop_before_the_end_reports_a_gap_over_all_scenarios() -> None:
    staged = drawn_plan(20)
    exact = solve_two_stage(staged, gap=1e-7)
    for found in (
        solve_two_stage(staged, rounds=2, gap=1e-7),
        solve_two_stage(staged, seconds=0.0, gap=1e-7),
    ):
        assert found.stop in ("rounds", "seconds")
        assert found.history[-1].scenarios == 20
        assert np.isfinite(found.scenario_cost).all()
        assert found.bound <= exact.objective + 1e-6 <= found.objective + 2e-6
    whole = drawn_plan(20, whole=True)
    stopped = solve_two_stage(whole, rounds=2)
    integers = whole.nodes[0].template.is_integer
    assert stopped.value[integers] == pytest.approx(np.round(stopped.value[integers]), abs=1e-9)
    assert stopped.bound <= solve_two_stage(whole, gap=1e-6).objective + 1e-6


def test_unlike_templates_and_offsets() -> None:
    one, two = (newsvendor([d], [1.0]).nodes[1] for d in (10.0, 30.0))
    shifted = replace(two, template=replace(two.template, offset=100.0))
    first = newsvendor([1.0], [1.0]).nodes[0]
    found = solve_two_stage(two_stages(first, [one, shifted], np.array([0.5, 0.5])), gap=1e-7)
    # The second half of the demand sells in one of two: 1.2 > 1.
    assert found.value == pytest.approx([30.0], rel=1e-5)
    assert found.objective == pytest.approx(30 - 0.5 * 24 + 0.5 * (100 - 72), rel=1e-5)


def test_a_scenario_of_no_weight_still_forbids() -> None:
    staged = newsvendor([10.0, 20.0], [1.0, 0.0])
    zero, none = np.zeros(1), np.full(1, np.inf)
    at_most = dense_program(np.ones((1, 1)), zero, (-none, np.full(1, 4.0)), (zero, none))
    forbids = leaf(at_most, np.ones((1, 1)))
    found = solve_two_stage(
        two_stages(staged.nodes[0], [staged.nodes[1], forbids], np.array([1.0, 0.0])), gap=1e-8
    )
    assert found.value == pytest.approx([4.0])
    assert found.objective == pytest.approx(4 - 2.4 * 4)


def test_first_stage_that_contradicts_itself_is_told() -> None:
    staged = newsvendor([10.0], [1.0])
    wants = dense_program(
        np.ones((1, 1)),
        np.ones(1),
        (np.full(1, 7.0), np.full(1, np.inf)),
        (np.zeros(1), np.ones(1)),
    )
    with pytest.raises(SolveError, match=r"row\[0\] lacks 6 t"):
        solve_two_stage(two_stages(root(wants), staged.nodes[1:], np.ones(1)))


def test_scenario_that_no_first_stage_allows_is_told() -> None:
    staged = newsvendor([10.0], [1.0])
    none = np.full(1, np.inf)
    impossible = dense_program(
        np.ones((1, 1)),
        np.zeros(1),
        (np.full(1, 5.0), none),
        (np.zeros(1), np.ones(1)),
    )
    with pytest.raises(SolveError, match="scenario 1, violation"):
        solve_two_stage(
            two_stages(
                staged.nodes[0],
                [staged.nodes[1], leaf(impossible, np.zeros((1, 1)))],
                np.array([0.5, 0.5]),
            )
        )


def test_cost_without_end_is_told() -> None:
    free = dense_program(
        np.zeros((0, 1)),
        np.full(1, -1.0),
        (np.zeros(0), np.zeros(0)),
        (np.zeros(1), np.full(1, np.inf)),
    )
    staged = newsvendor([10.0], [1.0])
    with pytest.raises(SolveError, match="unbounded"):
        solve_two_stage(two_stages(root(free), staged.nodes[1:], np.ones(1)))
    endless = leaf(free, np.zeros((0, 1)))
    with pytest.raises(SolveError, match="unbounded"):
        solve_two_stage(two_stages(staged.nodes[0], [endless], np.ones(1)))


def test_arguments_out_of_range() -> None:
    staged = newsvendor([10.0], [1.0])
    for wrong in ({"gap": -1.0}, {"gap": float("nan")}, {"rounds": 0}, {"seconds": -1.0}):
        with pytest.raises(UsageError, match=r"must be 0 or more|one or more are needed"):
            solve_two_stage(staged, **wrong)
    with pytest.raises(ModelError, match="no scenario"):
        solve_two_stage(
            StagedProgram(
                nodes=staged.nodes[:1], parent=np.array([-1]), probability=np.array([1.0])
            )
        )
    with pytest.raises(ModelError, match="no scenario"):
        newsvendor([], [])
    with pytest.raises(ModelError, match="children"):
        newsvendor([10.0, 20.0], [0.5, 0.6])
    with pytest.raises(ModelError, match="numbers from 0 on"):
        newsvendor([10.0, 20.0], [1.5, -0.5])


def test_whole_columns_in_a_scenario_are_refused() -> None:
    staged = newsvendor([10.0], [1.0])
    node = staged.nodes[1]
    whole = replace(node, template=replace(node.template, is_integer=np.ones(1, dtype=np.bool_)))
    with pytest.raises(ModelError, match="scenario 0 has columns that must be whole"):
        solve_two_stage(two_stages(staged.nodes[0], [whole], np.ones(1)))


def test_three_stages_are_refused() -> None:
    staged = newsvendor([10.0], [1.0])
    deeper = replace(staged.nodes[1], state=np.array([0]))
    tree = StagedProgram(
        nodes=(staged.nodes[0], deeper, staged.nodes[1]),
        parent=np.array([-1, 0, 1]),
        probability=np.ones(3),
    )
    with pytest.raises(ModelError, match="3 stages; this solves two"):
        solve_two_stage(tree)


@pytest.mark.parametrize("count", [1, 2, 5, 8, 37])
def test_nested_order_is_spread(count: int) -> None:
    order = nested_order(count)
    assert sorted(order.tolist()) == list(range(count))
    if count == 8:
        assert order.tolist() == [0, 4, 2, 6, 1, 5, 3, 7]


def test_gap_of_missing_bounds_is_infinite() -> None:
    assert relative_gap(-np.inf, 1.0) == np.inf
    assert relative_gap(1.0, np.inf) == np.inf
    assert relative_gap(-11.0, -10.0) == pytest.approx(1 / 11)
    assert relative_gap(2.0, 2.0 - 1e-12) == 0.0


def test_more_scenarios_come_in_when_the_first_agree() -> None:
    found = solve_two_stage(drawn_plan(40), gap=1e-5)
    counts = [entry.scenarios for entry in found.history]
    assert counts == sorted(counts)
    assert set(counts) == {8, 40}
    assert decomposition.FIRST_SCENARIOS == 8


@dataclass(kw_only=True, eq=False)
class DearAtFirst(SerialRecourse):
    """Says too much of the first state it is asked for, as a solver in error would."""

    extra: list[float]

    def evaluate(self, state: FloatArray, scenarios: IntArray) -> Outcomes:
        found = super().evaluate(state, scenarios)
        return replace(found, cost=found.cost + (self.extra.pop() if self.extra else 0.0))


def test_a_lower_bound_above_a_cost_is_an_error_and_no_answer() -> None:
    staged = newsvendor([10.0, 20.0, 30.0], [1 / 3] * 3)
    held = staged.nodes[0].template.with_bounds(np.zeros(1), np.full(1, 40.0))
    bounded = two_stages(root(held), staged.nodes[1:], staged.probability[1:])
    wrong = DearAtFirst(staged=bounded, extra=[100.0])
    with pytest.raises(SolveError, match="bounds crossed") as raised:
        solve_two_stage(bounded, recourse=wrong, rounds=10)
    assert raised.value.status == "bounds crossed"
    assert solve_two_stage(bounded, recourse=DearAtFirst(staged=bounded, extra=[])).gap <= 1e-4
