from __future__ import annotations

import numpy as np
import pytest

from allanite.axis import Axis
from allanite.errors import ModelError
from allanite.program.linear import ProgramBuilder, block_of, check_bounds, label_of
from program_forms import PERIOD, USE, two_uses

ONE = {PERIOD: np.arange(2)}


def test_blocks_stand_one_after_the_other() -> None:
    program = two_uses()
    assert program.shape == (6, 6)
    assert program.column_block("flow").positions == slice(2, 6)
    assert program.row_block("demand").positions == slice(2, 6)
    assert label_of(program.columns, 3) == "flow[2025-04, wind]"
    block, i = block_of(program.rows, 1)
    assert (block.name, i) == ("balance", 1)


def test_a_builder_tells_where_its_blocks_stand() -> None:
    build = ProgramBuilder()
    build.add_columns("x", "t", ONE)
    column = build.add_columns("y", "t", ONE)
    assert build.positions_of("y").tolist() == column.tolist() == [2, 3]
    assert build.block("x").positions == slice(0, 2)


def test_labels_are_the_label_of_each() -> None:
    block = two_uses().column_block("flow")
    assert block.labels() == [block.label(i) for i in range(block.size)]
    assert block.labels()[0] == "flow[2025-04, car]"


def test_terms_at_one_place_add_up_and_zeros_leave() -> None:
    build = ProgramBuilder()
    x = build.add_columns("x", "t", ONE)
    row = build.add_rows("r", "t", ONE)
    build.add_terms(row, x, [1.0, 2.0])
    build.add_terms(row, x, [0.5, -2.0])
    matrix = build.build().matrix
    assert matrix.nnz == 1
    assert matrix.toarray().tolist() == [[1.5, 0.0], [0.0, 0.0]]


def test_a_programme_cannot_be_written_into() -> None:
    with pytest.raises(ValueError, match="read-only"):
        two_uses().cost[0] = 3.0


def test_a_programme_with_other_bounds_leaves_the_first_as_it_is() -> None:
    program = two_uses()
    other = program.with_bounds(program.column_lower, np.full(6, 7.0)).with_costs(np.ones(6))
    assert program.column_upper[0] == 5.0
    assert (other.column_upper[0], other.cost[2]) == (7.0, 1.0)
    assert other.with_sides(np.zeros(6), np.ones(6)).row_upper.tolist() == [1.0] * 6


def test_an_empty_builder_gives_an_empty_programme() -> None:
    assert ProgramBuilder().build().shape == (0, 0)


def test_unknown_block_names_those_there_are() -> None:
    with pytest.raises(ModelError, match="no block 'stock'; there are output, flow"):
        two_uses().column_block("stock")
    with pytest.raises(ModelError, match="no block 'output'; there are balance, demand"):
        two_uses().row_block("output")
    with pytest.raises(ModelError, match="position 6 lies in no block"):
        block_of(two_uses().rows, 6)


def test_a_block_is_added_once() -> None:
    build = ProgramBuilder()
    build.add_columns("x", "t", ONE)
    with pytest.raises(ModelError, match="block 'x' is added twice"):
        build.add_columns("x", "t", ONE)


def test_index_arrays_are_of_one_length_and_on_their_axes() -> None:
    build = ProgramBuilder()
    with pytest.raises(ModelError, match="of one length; found period 2, use 1"):
        build.add_columns("x", "t", {PERIOD: np.arange(2), USE: np.arange(1)})
    with pytest.raises(ModelError, match="found none"):
        build.add_rows("r", "t", {})
    with pytest.raises(ModelError, match="on period must lie in 0 to 1; found -1 to 2"):
        build.add_rows("r", "t", {PERIOD: np.array([-1, 2])})


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("lower", [0.0, np.nan], r"x\[2025-05\]: lower must be a number; found nan"),
        ("cost", [np.inf, 0.0], r"x\[2025-04\]: cost must be a finite number; found inf"),
        ("upper", [1.0, 2.0, 3.0], r"upper must be one number or 2; found shape \(3,\)"),
    ],
)
def test_values_of_columns_are_numbers_of_their_shape(
    key: str, value: list[float], message: str
) -> None:
    with pytest.raises(ModelError, match=message):
        ProgramBuilder().add_columns("x", "t", ONE, **{key: value})


def test_crossed_bounds_name_the_first_and_count_the_rest() -> None:
    build = ProgramBuilder()
    build.add_columns("x", "t", {PERIOD: np.arange(2)}, lower=2.0, upper=1.0)
    message = r"x\[2025-04\] must lie between 2 and 1 t: no value does, and 1 more"
    with pytest.raises(ModelError, match=message):
        build.build()


@pytest.mark.parametrize("sides", [(np.inf, np.inf), (-np.inf, -np.inf), (np.nan, 1.0)])
def test_sides_without_a_number_between_are_crossed(sides: tuple[float, float]) -> None:
    program = two_uses()
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    lower[1], upper[1] = sides
    with pytest.raises(ModelError, match=r"balance\[2025-05\] must lie between"):
        check_bounds(program.with_sides(lower, upper))


@pytest.mark.parametrize(
    ("row", "column", "value", "message"),
    [
        ([0, 1], [0], 1.0, r"rows \(2,\), columns \(1,\), values \(\)"),
        ([0], [0], [1.0, 2.0], r"rows \(1,\), columns \(1,\), values \(2,\)"),
        ([2], [0], 1.0, "row must lie in 0 to 1; found 2 to 2"),
        ([0], [-1], 1.0, "column must lie in 0 to 1; found -1 to -1"),
        ([0], [1], np.nan, r"r\[2025-04\], x\[2025-05\] must be a finite number; found nan"),
    ],
)
def test_terms_stand_at_a_row_and_a_column(
    row: list[int], column: list[int], value: float | list[float], message: str
) -> None:
    build = ProgramBuilder()
    build.add_columns("x", "t", ONE)
    build.add_rows("r", "t", ONE)
    with pytest.raises(ModelError, match=message):
        build.add_terms(np.array(row), np.array(column), value)
        build.build()


def test_an_axis_of_any_name_may_index_a_block() -> None:
    route = Axis("route", ("CHN > JPN: ox_dy",))
    build = ProgramBuilder()
    build.add_columns("flow", "t", {PERIOD: np.array([1]), route: np.array([0])})
    assert build.build().columns[0].label(0) == "flow[2025-05, CHN > JPN: ox_dy]"
