from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from allanite.axis import Axis
from allanite.program.explain import (
    explain_program,
    explain_solution,
    program_text,
    solution_text,
)
from allanite.program.highs import solve_program
from allanite.program.linear import LinearProgram, ProgramBuilder
from program_forms import two_uses

PLANT = Axis("plant", ("north", "south", "west", "east"))


def every_form() -> LinearProgram:
    """One programme with each form of bound, side, sign and a column that must be whole."""
    build = ProgramBuilder()
    all_four = {PLANT: np.arange(4)}
    made = build.add_columns(
        "made",
        "t",
        all_four,
        lower=[0.0, -np.inf, -np.inf, 2.0],
        upper=[np.inf, 3.0, np.inf, 2.0],
        cost=[1.0, -0.125, 0.0, 1e6],
    )
    open_ = build.add_columns("open", "", all_four, upper=1.0, cost=-2.5, is_integer=True)
    rows = build.add_rows(
        "limit",
        "t/yr",
        all_four,
        lower=[-np.inf, 1.0, -np.inf, 4.0],
        upper=[5.0, 2.0, np.inf, 4.0],
    )
    build.add_rows("nothing", "t", {PLANT: np.array([1])}, upper=1.0)
    build.add_terms(rows, made, 1.0)
    build.add_terms(rows[:2], open_[:2], [-2.0, 1 / 3])
    build.add_terms(rows[3:], made[:1], -1e-7)
    return build.build()


def test_text_of_a_programme(check_golden: Callable[[str, str], None]) -> None:
    check_golden("every_form.txt", program_text(every_form()))
    check_golden("two_uses.txt", program_text(two_uses()))


def test_text_of_a_solution(check_golden: Callable[[str, str], None]) -> None:
    program = two_uses()
    check_golden("two_uses_solution.txt", solution_text(program, solve_program(program)))


def test_rows_are_told_in_labels_with_sign_and_side() -> None:
    text = program_text(two_uses(demand=3.0))
    assert "  demand[2025-04, car]: 1 flow[2025-04, car] >= 3 t\n" in text
    assert "  output[2025-04]: 0 <= x <= 5 t, cost 1\n" in text


def test_tables_of_a_programme_hold_all_of_it() -> None:
    program = every_form()
    tables = explain_program(program)
    assert list(tables["columns"]) == [
        "block",
        "label",
        "lower",
        "upper",
        "cost",
        "unit",
        "integer",
    ]
    assert list(tables["rows"]) == ["block", "label", "lower", "upper", "unit"]
    for table, size in (("columns", 8), ("rows", 5), ("terms", program.matrix.nnz)):
        assert {len(values) for values in tables[table].values()} == {size}
    again = np.zeros(program.shape)
    terms = tables["terms"]
    again[terms["row"], terms["column"]] = terms["value"]
    assert np.array_equal(again, program.matrix.toarray())
    assert tables["columns"]["label"][4] == "open[north]"
    assert tables["columns"]["unit"][3:5] == ["t", ""]
    assert tables["rows"]["block"][3:] == ["limit", "nothing"]
    assert np.array_equal(tables["columns"]["integer"], program.is_integer)


def test_tables_of_a_solution() -> None:
    program = two_uses()
    solution = solve_program(program)
    tables = explain_solution(program, solution)
    columns, rows = tables["columns"], tables["rows"]
    cost = columns["value"] @ program.cost
    assert cost == pytest.approx(solution.objective)
    assert columns["label"][2] == "flow[2025-04, car]"
    assert rows["dual"] == pytest.approx(solution.dual)
    assert rows["activity"] == pytest.approx(program.matrix @ columns["value"])
    assert rows["unit"] == ["t"] * 6
