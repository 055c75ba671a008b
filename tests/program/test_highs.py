from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import highspy
import numpy as np
import pytest
from highspy import HighsModelStatus

from allanite.axis import Axis
from allanite.errors import ModelError, SolveError, UsageError
from allanite.program import highs
from allanite.program.failure import file_names
from allanite.program.highs import (
    STATUSES,
    Session,
    normal_basis,
    solve_program,
    write_program,
)
from allanite.program.linear import LinearProgram, ProgramBuilder
from program_forms import two_uses

SRC = Path(__file__).resolve().parents[2] / "src"


def one_column(
    cost: float, lower: float, upper: float, side: tuple[float, float], term: float = 1.0
) -> LinearProgram:
    axis = Axis("one", ("a",))
    build = ProgramBuilder()
    here = {axis: np.array([0])}
    column = build.add_columns("x", "t", here, lower=lower, upper=upper, cost=cost)
    row = build.add_rows("r", "t", here, lower=side[0], upper=side[1])
    build.add_terms(row, column, term)
    return build.build()


def test_cost_by_hand() -> None:
    solution = solve_program(two_uses(demand=2.0, output_cost=1.0, flow_cost=0.5))
    assert solution.objective == pytest.approx(4 * 2.0 * 1.5)
    assert solution.value == pytest.approx([4, 4, 2, 2, 2, 2])
    assert solution.activity == pytest.approx([0, 0, 2, 2, 2, 2])
    assert (solution.status, solution.gap) == ("optimal", 0.0)


@pytest.mark.parametrize(
    ("cost", "side", "term", "dual"),
    [
        # min 3 x, 2 x >= 4: one more on the side costs 3 / 2.
        (3.0, (4.0, np.inf), 2.0, 1.5),
        # min -3 x, 2 x <= 4: one more on the side saves 3 / 2.
        (-3.0, (-np.inf, 4.0), 2.0, -1.5),
    ],
)
def test_dual_is_what_one_more_on_the_side_costs(
    cost: float, side: tuple[float, float], term: float, dual: float
) -> None:
    program = one_column(cost, 0.0, 10.0, side, term)
    solution = solve_program(program)
    assert solution.dual == pytest.approx([dual])
    more = program.with_sides(program.row_lower + 1, program.row_upper + 1)
    assert solve_program(more).objective - solution.objective == pytest.approx(dual)


@pytest.mark.parametrize(("cost", "at"), [(3.0, "lower"), (-3.0, "upper")])
def test_reduced_cost_is_what_one_more_on_the_bound_costs(cost: float, at: str) -> None:
    program = one_column(cost, 1.0, 5.0, (-np.inf, np.inf))
    solution = solve_program(program)
    assert solution.reduced_cost == pytest.approx([cost])
    assert solution.value == pytest.approx([1.0 if at == "lower" else 5.0])
    more = program.with_bounds(program.column_lower + 1, program.column_upper + 1)
    assert solve_program(more).objective - solution.objective == pytest.approx(cost)


def test_costs_are_the_duals_and_reduced_costs_together() -> None:
    program = two_uses()
    solution = solve_program(program)
    priced = program.matrix.T @ solution.dual + solution.reduced_cost
    assert priced == pytest.approx(program.cost)


@pytest.mark.parametrize("factor", [1e-9, 1.0, 1e9])
def test_scale_of_costs_does_not_show(factor: float) -> None:
    plain = solve_program(two_uses(output_cost=1.0, flow_cost=0.5))
    scaled = solve_program(two_uses(output_cost=factor, flow_cost=0.5 * factor))
    assert scaled.objective == pytest.approx(factor * plain.objective, rel=1e-12)
    assert scaled.dual == pytest.approx(factor * plain.dual, rel=1e-12)
    assert scaled.reduced_cost == pytest.approx(factor * plain.reduced_cost, rel=1e-12)


def test_small_costs_are_seen_beside_a_large_one() -> None:
    axis = Axis("way", ("dear", "near", "far"))
    build = ProgramBuilder()
    here = {axis: np.arange(3)}
    way = build.add_columns("way", "t", here, upper=2.0, cost=[3e8, 1.0, 1.0 + 1e-4])
    row = build.add_rows("need", "t", {axis: np.array([0])}, lower=3.0)
    build.add_terms(np.repeat(row, 3), way, 1.0)
    solution = solve_program(build.build(), options={"presolve": "off"})
    assert solution.value == pytest.approx([0.0, 2.0, 1.0])
    assert solution.dual == pytest.approx([1.0 + 1e-4], abs=1e-9)


def test_a_solve_that_loses_its_way_starts_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    session, words = Session(two_uses()), ["unknown"]
    real = highs.status_word

    def first_unknown(status: HighsModelStatus, program: LinearProgram) -> str:
        return words.pop() if words else real(status, program)

    monkeypatch.setattr(highs, "status_word", first_unknown)
    assert session.solve().objective == pytest.approx(12.0)
    assert not words


def test_offset_is_part_of_the_objective() -> None:
    program = two_uses()
    shifted = replace(program, offset=100.0)
    difference = solve_program(shifted).objective - solve_program(program).objective
    assert difference == pytest.approx(100.0)


def test_whole_columns() -> None:
    solution = solve_program(two_uses(demand=1.75, is_integer=True))
    # 3.5 t a period are made for the uses; whole output of 3.5 there is none, and the
    # balance is an equation, so that the uses take 4.
    assert solution.value[:2] == pytest.approx([4.0, 4.0])
    assert solution.objective == pytest.approx(2 * (4 * 1.0 + 4 * 0.5))
    assert not solution.dual.any()
    assert solution.basis is None
    assert solution.gap == pytest.approx(0.0, abs=1e-9)


def test_a_basis_saves_all_iterations() -> None:
    program = two_uses()
    options = {"presolve": "off"}
    cold = solve_program(program, options=options)
    assert cold.basis is not None
    warm = solve_program(program, basis=cold.basis, options=options)
    assert cold.iterations > 0
    assert warm.iterations == 0
    assert warm.value == pytest.approx(cold.value)


def test_basis_comes_back_as_it_was_handed_over() -> None:
    program = two_uses()
    session = Session(program, {"presolve": "off"})
    first = session.solve().basis
    again = Session(program, {"presolve": "off"})
    assert first is not None
    again.set_basis(first)
    second = again.solve().basis
    assert second is not None
    assert (first.column.tolist(), first.row.tolist()) == (
        second.column.tolist(),
        second.row.tolist(),
    )


def test_basis_is_read_only_where_asked_for() -> None:
    assert Session(two_uses()).solve(read_basis=False).basis is None


def test_normal_basis() -> None:
    program = two_uses()
    free = program.with_bounds(np.array([-np.inf, 0, 0, 0, 0, 0]), program.column_upper)
    basis = normal_basis(free, np.array([False, True, False, False, False, False]))
    assert basis.column.tolist() == [3, 2, 0, 0, 0, 0]
    assert basis.row.tolist() == [1] * 6
    assert solve_program(free, basis=basis).objective == pytest.approx(12.0)


def test_a_basis_of_another_programme_is_refused() -> None:
    small = one_column(1.0, 0.0, 1.0, (0.0, 1.0))
    basis = normal_basis(small, np.array([False]))
    with pytest.raises(SolveError, match="the basis was refused"):
        solve_program(two_uses(), basis=basis)


def test_a_session_follows_its_changes() -> None:
    program = two_uses()
    session = Session(program)
    session.solve()
    session.change_bounds(np.array([0]), np.array([4.5]), np.array([4.5]))
    session.change_sides(np.array([2]), np.array([1.0]), np.array([np.inf]))
    session.change_costs(np.array([1, 2]), np.array([7.0, 0.25]))
    changed = session.program
    assert changed.column_lower.tolist() == [4.5, 0, 0, 0, 0, 0]
    assert changed.row_lower.tolist() == [0, 0, 1, 2, 2, 2]
    assert changed.cost.tolist() == [1, 7, 0.25, 0.5, 0.5, 0.5]
    assert session.solve().objective == pytest.approx(solve_program(changed).objective)
    assert program.cost.tolist() == [1, 1, 0.5, 0.5, 0.5, 0.5]


def test_no_change_is_no_change() -> None:
    session = Session(two_uses())
    nothing, none = np.zeros(0, dtype=np.int64), np.zeros(0)
    session.change_bounds(nothing, none, none)
    session.change_sides(nothing, none, none)
    session.change_costs(nothing, none)
    assert session.solve().objective == pytest.approx(12.0)


def test_changes_that_no_value_fits_are_told_in_labels() -> None:
    session = Session(two_uses())
    with pytest.raises(ModelError, match=r"output\[2025-05\] must lie between 3 and 2 t"):
        session.change_bounds(np.array([1]), np.array([3.0]), np.array([2.0]))
    with pytest.raises(ModelError, match=r"demand\[2025-04, car\] must lie between"):
        session.change_sides(np.array([2]), np.array([np.nan]), np.array([2.0]))
    with pytest.raises(ModelError, match="costs must be finite"):
        session.change_costs(np.array([1]), np.array([np.inf]))
    assert session.solve().objective == pytest.approx(12.0)


def test_every_status_of_the_solver_has_a_word() -> None:
    assert set(STATUSES) == set(HighsModelStatus.__members__)
    assert len(set(STATUSES.values())) == len(STATUSES)


def test_a_status_nobody_knows_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allanite.program.highs.STATUSES", {})
    with pytest.raises(SolveError, match="kOptimal"):
        solve_program(two_uses())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tread": 1}, "solver option 'tread' is unknown; did you mean threads"),
        ({"zzzzzz": 1}, "solver option 'zzzzzz' is unknown$"),
        ({"time_limit": "soon"}, "time_limit does not take 'soon'; it stands at inf, a float"),
        ({"time_limit": -1.0}, "time_limit does not take -1.0"),
        ({"presolve": "never"}, "presolve does not take 'never'"),
        ({"presolve": None}, "presolve does not take None"),
        ({"threads": 2}, "threads is 2; it must be 1"),
    ],
)
def test_options_that_do_not_fit(options: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        solve_program(two_uses(), options=options)


def test_limits_are_errors_that_name_their_option() -> None:
    with pytest.raises(SolveError, match="raise the option time_limit") as late:
        solve_program(two_uses(), options={"time_limit": 0.0, "presolve": "off"})
    assert late.value.status == "time limit"
    options = {"simplex_iteration_limit": 1, "presolve": "off"}
    with pytest.raises(SolveError, match="simplex_iteration_limit") as long:
        solve_program(two_uses(), options=options)
    assert long.value.status == "iteration limit"


def test_time_limit_holds_for_each_solve_of_a_session() -> None:
    session = Session(two_uses(), {"time_limit": 5.0})
    for _ in range(3):
        session.solve()
        limit = session._solver.getOptionValue("time_limit")[1]
        # HiGHS counts over all runs, so the limit moves along with its clock.
        assert limit == pytest.approx(5.0, abs=1.0)
        assert limit >= 5.0
    assert limit - session._solver.getRunTime() < 5.0


def test_terms_the_solver_would_leave_out_are_an_error() -> None:
    with pytest.raises(SolveError, match="terms from 1e-12 to 1e15; terms lie between 1e-13"):
        solve_program(one_column(1.0, 0.0, 1.0, (0.0, 1.0), term=1e-13))
    with pytest.raises(SolveError, match="and 1e\\+20"):
        solve_program(one_column(1.0, 0.0, 1.0, (0.0, 1.0), term=1e20))
    assert solve_program(one_column(-1.0, 0.0, 2.0, (0.0, 1e-10), term=1e-10)).value == (
        pytest.approx([1.0])
    )


def test_programmes_without_columns() -> None:
    axis = Axis("one", ("a",))
    build = ProgramBuilder()
    build.add_rows("r", "t", {axis: np.array([0])}, lower=-1.0, upper=1.0)
    solution = solve_program(build.build())
    assert (solution.objective, solution.activity.tolist()) == (0.0, [0.0])
    build = ProgramBuilder()
    build.add_rows("r", "t", {axis: np.array([0])}, lower=1.0)
    with pytest.raises(SolveError, match=r"r\[a\] ≥ 1 t"):
        solve_program(build.build())


def test_another_user_of_the_solver_with_more_threads_does_not_stop_us() -> None:
    other = highspy._core._Highs()
    other.setOptionValue("output_flag", False)
    highspy._core._Highs.resetGlobalScheduler(True)
    other.setOptionValue("threads", 2)
    other.addVar(0.0, 1.0)
    other.run()
    assert solve_program(two_uses()).objective == pytest.approx(12.0)


def test_nothing_is_printed() -> None:
    code = (
        "import sys; sys.path[:0] = ['tests']\n"
        "from program_forms import two_uses\n"
        "from allanite.program.highs import solve_program\n"
        "solve_program(two_uses())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=SRC.parent,
        env={"PYTHONPATH": str(SRC)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("", "")


def test_a_written_programme_reads_back_the_same(tmp_path: Path) -> None:
    program = two_uses(demand=1 / 3, output_cost=0.1)
    file = tmp_path / "program.mps"
    write_program(program, file_names(program.columns), file_names(program.rows), file)
    solver = highspy._core._Highs()
    solver.setOptionValue("output_flag", False)
    assert solver.readModel(str(file)) == highspy.HighsStatus.kOk
    solver.run()
    expected = solve_program(program).objective
    assert solver.getInfo().objective_function_value == pytest.approx(expected, rel=1e-12)
    assert solver.getColName(2)[1] == "flow[2025-04,_car]"
    assert solver.getRowName(5)[1] == "demand[2025-05,_wind]"
