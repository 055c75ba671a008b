"""Rows of assumptions and the shifts of a sensitivity run."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.conditions.small_uncertainty import AFTER, TRANSITION, small_uncertainty

from allanite.conditions.case import load_case
from allanite.conditions.regime_odds import exact_regime_share
from allanite.conditions.uncertainty_rows import (
    STANDARD_SHIFTS,
    shifted,
    uncertainty_rows,
    uncertainty_values,
)
from allanite.errors import UsageError

UNCERTAINTY = small_uncertainty()


def value(name: str, which: str, factor: float) -> float:
    return {n: v for n, v, _ in uncertainty_values(shifted(UNCERTAINTY, which, factor))}[name]


def test_every_figure_of_a_case_is_printed_with_range_and_reason() -> None:
    for case in ("us-japan", "us-japan-australia", "eu"):
        plan = load_case(case).plan
        assert plan is not None
        rows = uncertainty_rows(plan.uncertainty)
        assert {row["name"] for row in rows} == set(plan.uncertainty.reasons)
        for row in rows:
            assert row["low"] <= row["value"] <= row["high"], row
            assert row["why"] and row["unit"] and row["quality"] == "assumed"


def test_embargoes_twice_as_often() -> None:
    moved = shifted(UNCERTAINTY, "embargo", 2.0).control
    assert moved.transition[0] == pytest.approx([0.7 * 0.9 / 0.95, 0.25 * 0.9 / 0.95, 0.1])
    assert moved.transition[2].tolist() == TRANSITION[2].tolist()
    assert moved.initial.tolist() == UNCERTAINTY.control.initial.tolist()
    assert moved.after_truce == pytest.approx([AFTER[0] * 0.8 / 0.9, AFTER[1] * 0.8 / 0.9, 0.2])


def test_shifts_by_name() -> None:
    assert "price.transition.normal.dumping" not in {
        name for name, _, _ in uncertainty_values(shifted(UNCERTAINTY, "dumping", 0.0))
    }
    assert value("outage.border.yearly_rate", "border", 3.0) == 1.5
    assert value("outage.power.yearly_rate", "border", 3.0) == 1.0
    assert value("outage.power.yearly_rate", "outages", 2.0) == 2.0
    assert value("demand.high.probability", "demand:high", 0.5) == pytest.approx(0.2)
    assert value("demand.high.probability", "demand:last", math.inf) == 1.0
    assert value("projects.proposed.failure", "delays", 2.0) == pytest.approx(0.6 / 1.3)
    late = [value(f"projects.construction.late_{k}", "delays", 2.0) for k in (2, 4)]
    worse = 2 * 0.45 / (0.55 + 2 * 0.45)
    failure = value("projects.construction.failure", "delays", 2.0)
    assert sum(late) + failure == pytest.approx(worse)
    assert value("projects.construction.late_2", "delays", 0.0) == 0.0


def test_standard_shifts_move_what_they_say() -> None:
    plan = load_case("us-japan").plan
    assert plan is not None
    before = {n: v for n, v, _ in uncertainty_values(plan.uncertainty)}
    odds = {}
    for shift in STANDARD_SHIFTS:
        moved = shifted(plan.uncertainty, shift.which, shift.factor)
        assert {n: v for n, v, _ in uncertainty_values(moved)} != before, shift.name
        assert shifted(plan.uncertainty, shift.which, 1.0).control.transition == pytest.approx(
            plan.uncertainty.control.transition
        )
        odds[shift.name] = exact_regime_share(moved.control, plan.horizon)[-1].quarters
    usual = exact_regime_share(plan.uncertainty.control, plan.horizon)[-1].quarters
    assert odds["embargo-never"] < odds["embargo-half"] < usual < odds["embargo-twice"]


@pytest.mark.parametrize(
    ("which", "factor", "message"),
    [
        ("flood", 2.0, "nothing called 'flood'.*dumping"),
        ("embargo", -1.0, "factor of -1"),
        ("embargo", math.inf, "factor of inf"),
        ("embargo", math.nan, "factor of nan"),
        ("demand:middle", 2.0, "no demand path 'middle'"),
    ],
)
def test_shifts_that_do_not_fit_are_refused(which: str, factor: float, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        shifted(UNCERTAINTY, which, factor)


def test_a_sure_state_takes_no_more_than_all() -> None:
    moved = shifted(UNCERTAINTY, "truce", 100.0).control
    assert moved.transition[0].tolist() == [0.0, 1.0, 0.0]
    assert np.allclose(moved.transition.sum(axis=1), 1.0)
