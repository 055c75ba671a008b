"""From states of the world to a course, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from allanite.studies.plan.climate import Climate, make_course, regime_passing
from allanite.studies.plan.course import Course
from plan_worlds import PlanWorld, small_world

OPEN, CURBED = 0, 1


def climate_of(world: PlanWorld) -> Climate:
    """Open and curbed; normal and dumping; one outage of an import and of the old plant."""
    return Climate(
        passing=np.array([[1.0], [0.4]]),
        order_passing=np.array([[1.0], [0.1]]),
        release_share=0.5,
        is_calm=np.array([True, False]),
        price_factor=np.array([[1.0, 1.0, 1.0], [0.5, 0.6, 0.6]]),
        demand_factor=np.array([np.ones((8, 1)), np.linspace(1.0, 1.7, 8)[:, None]]),
        import_loss=np.array([[0.5], [0.2]]),
        process_loss=np.array([[0.0, 1.0, 0.0], [0.0, 0.5, 0.25]]),
        adapted=0.5,
        project=np.array([1, -1]),
    )


def made(world: PlanWorld, **changed: object) -> Course:
    states = {
        "regime": np.zeros(8, dtype=np.int64),
        "price_state": np.zeros(8, dtype=np.int64),
        "outage_share": np.zeros((8, 2)),
        "demand_path": 0,
        "project_delay": np.zeros(2, dtype=np.int64),
    }
    return make_course(world, climate_of(world), **{**states, **changed})  # type: ignore[arg-type]


@pytest.fixture
def world() -> PlanWorld:
    return small_world(bought=10.0, offtake=4.0)


def test_regimes_let_shares_pass_and_uses_live_with_them(world: PlanWorld) -> None:
    regime = np.array([OPEN, CURBED, CURBED, OPEN, OPEN, CURBED, OPEN, OPEN])
    found = made(world, regime=regime)
    assert found.passing[:, 0] == pytest.approx([1, 0.4, 0.4, 1, 1, 0.4, 1, 1])
    assert found.order_passing[:, 0] == pytest.approx([1, 0.1, 0.1, 1, 1, 0.1, 1, 1])
    # Half a year at the start, and each curbed quarter counts from its middle.
    years = 0.5 + 0.25 * np.array([0, 0.5, 1.5, 2, 2, 2.5, 3, 3])
    assert found.adapted == pytest.approx(years)


def test_outages_that_meet_take_of_what_is_left(world: PlanWorld) -> None:
    share = np.zeros((8, 2))
    share[2] = 1.0
    share[3] = [0.5, 0.0]
    found = made(world, regime=np.full(8, CURBED), outage_share=share)
    assert found.passing[:, 0] == pytest.approx(0.4 * np.array([1, 1, 0.5 * 0.8, 0.75, 1, 1, 1, 1]))
    assert found.available[2] == pytest.approx([1.0, 0.0, 0.75])
    assert found.available[3] == pytest.approx([1.0, 0.5, 1.0])
    assert (found.available[[0, 1, 4]] == 1).all()


def test_prices_and_demand_follow_their_paths(world: PlanWorld) -> None:
    state = np.array([0, 1, 1, 0, 0, 0, 0, 1])
    found = made(world, price_state=state, demand_path=1)
    assert found.price_factor[:, 0] == pytest.approx(np.where(state == 1, 0.5, 1.0))
    assert found.demand_factor[:, 0] == pytest.approx(np.linspace(1.0, 1.7, 8))


@pytest.mark.parametrize(("drawn", "delay"), [(0, 0.0), (3, 3.0), (-1, np.nan)])
def test_delays_reach_their_project_and_no_other(
    world: PlanWorld, drawn: int, delay: float
) -> None:
    # The smelter is the second project drawn; the contract is none of them.
    found = made(world, project_delay=np.array([7, drawn]))
    assert found.delay == pytest.approx([delay, 0.0], nan_ok=True)


def test_what_passes_of_goods_by_region_list_and_stage() -> None:
    from allanite import load_case

    plan = load_case("us-japan").plan
    assert plan is not None
    goods = [("JPN", True, "oxide"), ("JPN", False, "oxide"), ("USA", True, "magnet")]
    found = regime_passing(plan.uncertainty, ("USA", "JPN"), goods)
    regimes = plan.uncertainty.control.regimes
    assert found.shape == (len(regimes), 3)
    assert (found >= 0).all()
    assert (found <= 1).all()
    # What licences do not cover passes at least as well as what they do.
    assert (found[:, 1] >= found[:, 0]).all()
    assert found.min() < 0.5
