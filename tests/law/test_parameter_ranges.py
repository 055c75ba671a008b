"""Figures of controls somewhere in their ranges."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allanite.errors import DataError
from allanite.law.parameters import ControlFigure, at_position, at_positions, control_parameters


def row(parameter: str, value: float, low: float | None, high: float | None) -> dict[str, Any]:
    return {
        "control_id": "lic",
        "article": "*",
        "parameter": parameter,
        "reading": "observed",
        "destination": "WLD",
        "from_date": None,
        "to_date": None,
        "value": value,
        "low": low,
        "high": high,
        "unit": "d" if parameter == "licence_duration" else "1",
    }


def figure(parameter: str, value: float, low: float | None, high: float | None) -> ControlFigure:
    (found,) = control_parameters([row(parameter, value, low, high)]).figures
    return found


def test_positions_run_from_what_passes_least_to_what_passes_most() -> None:
    share = figure("approval_share", 0.5, 0.1, 0.6)
    assert at_position(share, -1.0).value == pytest.approx(0.1)
    assert at_position(share, -0.5).value == pytest.approx(0.3)
    assert at_position(share, 0.0).value == 0.5
    assert at_position(share, 1.0).value == pytest.approx(0.6)
    wait = figure("licence_duration", 63.0, 30.0, 183.0)
    assert at_position(wait, 1.0).value == pytest.approx(30.0)
    assert at_position(wait, -1.0).value == pytest.approx(183.0)
    listed = figure("listed_share", 0.2, 0.1, 0.4)
    assert at_position(listed, 1.0).value == pytest.approx(0.1)


@given(
    ends=st.tuples(*[st.floats(0, 1)] * 3).map(sorted),
    position=st.floats(-1, 1),
    parameter=st.sampled_from(["approval_share", "listed_share", "growth_closed"]),
)
def test_a_figure_stays_in_its_range(ends: list[float], position: float, parameter: str) -> None:
    low, value, high = ends
    moved = at_position(figure(parameter, value, low, high), position).value
    assert low - 1e-12 <= moved <= high + 1e-12
    if parameter == "approval_share":
        assert (moved - value) * position >= -1e-12
    else:
        assert (moved - value) * position <= 1e-12


def test_figures_without_a_range_and_of_other_controls_stay() -> None:
    fixed = figure("approval_share", 0.5, None, 0.6)
    assert not fixed.has_range
    assert at_position(fixed, 1.0) == fixed
    rows = [row("approval_share", 0.5, 0.1, 0.6), {**row("approval_share", 0.5, 0.1, 0.6)}]
    rows[1]["control_id"] = "ban"
    moved = at_positions(control_parameters(rows), {"lic": 1.0})
    assert [f.value for f in moved.figures] == [pytest.approx(0.6), 0.5]


def test_an_end_out_of_range_is_a_fault_of_the_data() -> None:
    with pytest.raises(DataError, match=r"high 1.5 1.*0 to 1"):
        control_parameters([row("approval_share", 0.5, 0.1, 1.5)])
