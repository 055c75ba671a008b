from __future__ import annotations

import pickle
import re
from pathlib import Path

import highspy
import numpy as np
import pytest

from allanite.axis import Axis
from allanite.errors import SolveError
from allanite.program import failure, highs
from allanite.program.conflict import Diagnosis
from allanite.program.failure import explain_failure, file_names, program_digest
from allanite.program.highs import Session, solve_program
from allanite.program.linear import LinearProgram, ProgramBuilder
from program_forms import two_uses

ONE = Axis("one", ("a",))
HERE = {ONE: np.array([0])}


def failed(program: LinearProgram, folder: Path | None = None) -> SolveError:
    with pytest.raises(SolveError) as caught:
        solve_program(program, folder=folder)
    return caught.value


def whole_gap() -> LinearProgram:
    """2 x = 3 with whole x: only whole numbers forbid it."""
    build = ProgramBuilder()
    x = build.add_columns("x", "lots", HERE, upper=10.0, is_integer=True)
    row = build.add_rows("sum", "t", HERE, lower=3.0, upper=3.0)
    build.add_terms(row, x, 2.0)
    return build.build()


def ladder(size: int) -> LinearProgram:
    """A chain of levels that must rise by one each step, from 0 to less than its length."""
    step = Axis("step", tuple(map(str, range(size + 1))))
    build = ProgramBuilder()
    level = build.add_columns("level", "t", {step: np.arange(size + 1)}, lower=-np.inf)
    rise = build.add_rows("rise", "t", {step: np.arange(size)}, lower=1.0)
    ends = build.add_rows(
        "end", "t", {step: np.array([0, size])}, lower=[0.0, -np.inf], upper=[0.0, size / 2]
    )
    build.add_terms(rise, level[1:], 1.0)
    build.add_terms(rise, level[:-1], -1.0)
    build.add_terms(ends, level[[0, size]], 1.0)
    return build.build()


def test_one_contradiction_is_told_in_labels_with_values_and_units() -> None:
    error = failed(two_uses(output_upper=3.0, demand=2.0))
    assert error.status == "infeasible"
    lines = str(error).splitlines()
    period = "2025-04" if "2025-04" in lines[1] else "2025-05"
    assert lines[0] == (
        "solver stopped with status infeasible: 3 rows and bounds of 1 column contradict each "
        "other (of 6 rows and 6 columns):"
    )
    assert sorted(lines[1:5]) == [
        f"  balance[{period}] = 0 t",
        f"  demand[{period}, car] ≥ 2 t",
        f"  demand[{period}, wind] ≥ 2 t",
        f"  output[{period}] ≤ 3 t",
    ]
    assert lines[4] == f"  balance[{period}] = 0 t", "what adds nothing stands last"


def test_what_is_missing_in_all_is_told() -> None:
    lines = str(failed(two_uses(output_upper=3.0, demand=2.0))).splitlines()
    assert lines[5].startswith("Widen one of them, or let a column make up for what is missing")
    found = [re.fullmatch(r"  .*\[(2025-0[45]).*\] lacks 1 t", line) for line in lines[6:]]
    assert sorted(match.group(1) for match in found if match) == ["2025-04", "2025-05"]


def test_upper_sides_that_are_exceeded() -> None:
    build = ProgramBuilder()
    x = build.add_columns("x", "t", HERE, lower=4.0)
    row = build.add_rows("cap", "t/yr", HERE, lower=-1.0, upper=2.5)
    build.add_terms(row, x, 1.0)
    text = str(failed(build.build()))
    assert "  cap[a] ≤ 2.5 t/yr\n" in text
    assert "  x[a] ≥ 4 t\n" in text
    assert "  cap[a] exceeds its side by 1.5 t/yr" in text


def test_at_most_ten_are_listed_and_the_rest_counted() -> None:
    lines = str(failed(ladder(40))).splitlines()
    assert "42 rows contradict each other" in lines[0]
    assert lines[11] == "  and 32 more"
    assert "  end[40] ≤ 20 t" in lines[1:3], "what adds most stands first"


def test_whole_numbers_that_cannot_be() -> None:
    error = failed(whole_gap())
    assert error.status == "infeasible"
    assert "but not with whole values" in str(error)
    assert re.search(r"sum\[a\] (lacks|exceeds its side by) 1 t", str(error))


def test_unbounded_names_the_columns_that_grow_together() -> None:
    error = failed(
        two_uses(output_cost=-1.0, output_upper=np.inf, flow_cost=0.25, flow_upper=np.inf)
    )
    lines = str(error).splitlines()
    assert error.status == "unbounded"
    assert "falls without end, by 0.75 each time these columns change together" in lines[0]
    assert len(lines) == 4
    assert re.fullmatch(r"  output\[2025-0[45]\] by \+1 t", lines[1])
    assert re.fullmatch(r"  flow\[2025-0[45], (car|wind)\] by \+1 t", lines[2])
    assert lines[3].startswith("Give one of them a bound")


def test_unbounded_downward() -> None:
    build = ProgramBuilder()
    build.add_columns("x", "t", HERE, lower=-np.inf, upper=3.0, cost=2.0)
    text = str(failed(build.build()))
    assert "by 2 each time" in text
    assert "  x[a] by -1 t" in text


@pytest.mark.parametrize(
    ("program", "status"),
    [
        (two_uses(output_upper=3.0), "infeasible"),
        (two_uses(output_upper=np.inf, flow_upper=np.inf, output_cost=-1.0), "unbounded"),
    ],
)
def test_infeasible_or_unbounded_is_decided(program: LinearProgram, status: str) -> None:
    assert explain_failure(program, highs.diagnosis(), "infeasible or unbounded", None).status == (
        status
    )


def test_whole_and_unbounded() -> None:
    error = failed(
        two_uses(output_upper=np.inf, flow_upper=np.inf, output_cost=-1.0, is_integer=True)
    )
    assert error.status == "unbounded"


def test_a_failure_after_changes_tells_of_the_programme_as_it_stood(tmp_path: Path) -> None:
    session = Session(two_uses(), folder=tmp_path)
    session.solve()
    session.change_bounds(np.array([1]), np.array([0.0]), np.array([1.5]))
    with pytest.raises(SolveError, match=r"output\[2025-05\] ≤ 1.5 t") as caught:
        session.solve()
    assert caught.value.file == f"failed-{program_digest(session.program)}.mps"


def test_the_programme_is_written_whole(tmp_path: Path) -> None:
    program = two_uses(output_upper=3.0)
    folder = tmp_path / "new" / "failed"
    error = failed(program, folder)
    assert [file.name for file in folder.iterdir()] == [error.file]
    assert str(error).endswith(f"The whole programme stands in {folder / error.file}.")
    solver = highspy._core._Highs()
    solver.setOptionValue("output_flag", False)
    solver.readModel(str(folder / error.file))
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible
    assert solver.getNumNz() == program.matrix.nnz


def test_a_folder_that_cannot_be_written_does_not_hide_the_cause(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    error = failed(two_uses(output_upper=3.0), blocked)
    assert error.file == ""
    assert "output[" in str(error)
    assert f"could not be written to {blocked}" in str(error)


def test_digest_tells_programmes_apart() -> None:
    program = two_uses()
    assert program_digest(program) == program_digest(two_uses())
    others = [
        two_uses(demand=2.5),
        two_uses(output_upper=4.0),
        two_uses(is_integer=True),
        program.with_costs(program.cost + 1),
        whole_gap(),
    ]
    assert len({program_digest(other) for other in [program, *others]}) == 6


def test_names_in_a_file_have_no_blanks_and_are_distinct() -> None:
    axis = Axis("place", ("a b", "a_b", "a  b"))
    build = ProgramBuilder()
    build.add_columns("x", "t", {axis: np.arange(3)})
    assert file_names(build.build().columns) == ["x[a_b]", "x[a_b]#1", "x[a_b]#2"]


def test_an_error_passes_between_processes() -> None:
    error = failed(two_uses(output_upper=3.0))
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.status, again.file) == (str(error), error.status, error.file)


def test_where_the_solver_finds_no_cause_the_text_says_so() -> None:
    silent = Diagnosis(
        attempt=lambda program, seconds: None,
        find_conflict=lambda program, seconds: None,
        write=highs.write_program,
    )
    program = two_uses(output_upper=3.0)
    assert "no cause was found within 60 s among 6 rows" in str(
        explain_failure(program, silent, "infeasible", None)
    )
    assert "direction that was not found" in str(
        explain_failure(program, silent, "unbounded", None)
    )


def test_without_an_irreducible_set_all_that_contradict_are_listed() -> None:
    partial = Diagnosis(
        attempt=highs._attempt,
        find_conflict=lambda program, seconds: None,
        write=highs.write_program,
    )
    text = str(explain_failure(two_uses(output_upper=3.0), partial, "infeasible", None))
    assert "6 rows and bounds of 2 columns contradict" in text


def test_contradictions_below_the_tolerance_are_called_so() -> None:
    text = str(explain_failure(two_uses(), highs.diagnosis(), "infeasible", None))
    assert "contradict each other by less than 1e-06" in text


@pytest.mark.parametrize("status", sorted(set(highs.STATUSES.values()) - {"optimal", "empty"}))
def test_every_status_is_told_with_more_than_its_name(status: str) -> None:
    text = str(explain_failure(two_uses(), highs.diagnosis(), status, None))
    assert len(text.split(": ", maxsplit=1)[1]) > 20
    assert failure.UNKNOWN not in text or status not in failure.REASONS
