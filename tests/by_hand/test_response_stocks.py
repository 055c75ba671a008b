"""Stocks in a response with pencil and paper: release, decision, locks.

Closed ways of 10 t a month for six months; going without costs 1,000 USD/t, a tonne of stock
that is not refilled 100 USD/t.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from allanite.studies.response.outcome import Outcome
from allanite.studies.response.solve import solve_rolling
from response_worlds import (
    MONTHS,
    PARTNER,
    Terms,
    by_month,
    effects,
    supplied,
    three_ways,
    world_of,
)

LINE = "CHN > JPN: met"


# --- a government stock -------------------------------------------------------------------------
# 30 t, released after two months (months 2 to 5) at 48 t/yr, 4 t a month: 16 t. Short: 2 x 10
# + 4 x 6 = 44 t: 44 x 1,000 + 16 x 100 = 45,600.
def test_a_government_stock_takes_its_time(tmp_path: Path) -> None:
    terms = Terms(government={"shelf": (2.0, 48.0)})
    world = world_of(supplied(stock=30.0), terms)
    closed = effects(world, MONTHS, route_availability={LINE: 0.0})

    def check(outcome: Outcome) -> None:
        assert by_month(outcome.shortage) == pytest.approx([10, 10, 6, 6, 6, 6])
        assert outcome.cost == pytest.approx(45_600.0)

    three_ways(world, closed, PARTNER, MONTHS, tmp_path, check)


def test_a_lock_does_not_lift_the_release_rate(tmp_path: Path) -> None:
    # Nine tenths of the 30 t stay open to release, at most 4 t a month all the same.
    world = world_of(supplied(stock=30.0), Terms(government={"shelf": (0.0, 48.0)}))
    closed = effects(
        world, MONTHS, route_availability={LINE: 0.0}, stock_availability={"shelf": 0.9}
    )

    def check(outcome: Outcome) -> None:
        assert by_month(outcome.shortage) == pytest.approx([6.0] * 6)

    three_ways(world, closed, PARTNER, MONTHS, tmp_path, check)


def test_a_lock_of_half_a_stock_leaves_half_of_it(tmp_path: Path) -> None:
    # 12 of 24 t may be drawn, in all and not in every month: 60 - 12 = 48 t short.
    world = world_of(supplied(stock=24.0), Terms())
    closed = effects(
        world, MONTHS, route_availability={LINE: 0.0}, stock_availability={"shelf": 0.5}
    )

    def check(outcome: Outcome) -> None:
        assert outcome.shortage.sum() == pytest.approx(48.0)
        assert outcome.cost == pytest.approx(48 * 1000.0 + 12 * 100.0)

    three_ways(world, closed, PARTNER, MONTHS, tmp_path, check)
    rolling = solve_rolling(world, closed, PARTNER, MONTHS, window=1)
    assert rolling.shortage.sum() == pytest.approx(48.0)
