"""Types of what a plan does not know: what they mean, what they refuse."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from tests.conditions.small_uncertainty import (
    AFTER,
    TRANSITION,
    quarters,
    small_chain,
    small_uncertainty,
)

from allanite.conditions.horizon import Horizon
from allanite.conditions.regime_paths import stationary
from allanite.conditions.uncertainty import (
    DemandPath,
    Outage,
    Passing,
    PriceChain,
    PriceState,
    ProjectRisk,
    Regime,
    StatusRisk,
    passing_share,
)
from allanite.errors import UsageError


@pytest.mark.parametrize(
    ("destination", "controlled", "stage", "share"),
    [
        ("JPN", True, "oxide", 0.1),
        ("JPN", False, "oxide", 1.0),
        ("USA", False, "magnet", 0.5),
        ("JPN", True, "magnet", 0.1),
        ("USA", True, "oxide", 1.0),
        ("KOR", False, "metal", 0.9),
    ],
)
def test_the_smallest_matching_share_passes(
    destination: str, controlled: bool, stage: str, share: float
) -> None:
    regime = small_chain().regimes[2]
    found = passing_share(
        regime,
        destination=destination,
        partners=("USA", "JPN"),
        controlled=controlled,
        stage=stage,
    )
    assert found == share


def test_the_truce_ends_once() -> None:
    steps = small_chain().steps(quarters(4))
    assert steps[0, 1].tolist() == AFTER.tolist()
    assert steps[0, [0, 2]].tolist() == TRANSITION[[0, 2]].tolist()
    assert (steps[1:] == TRANSITION).all()


@pytest.mark.parametrize(
    ("end", "changed"),
    [
        (date(2026, 12, 31), None),
        (date(2027, 3, 31), 0),
        (date(2027, 4, 1), 1),
        (date(2030, 1, 1), None),
    ],
)
def test_the_first_quarter_after_the_end_takes_the_row(end: date, changed: int | None) -> None:
    steps = small_chain(end).steps(quarters(4))
    other = [p for p in range(3) if steps[p, 1].tolist() == AFTER.tolist()]
    assert other == ([] if changed is None else [changed])


def test_months_are_refused() -> None:
    with pytest.raises(UsageError, match="by the quarter"):
        small_chain().steps(Horizon(date(2027, 1, 1)))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"transition": TRANSITION + np.diag([0.0, 1e-6, 0.0])}, "row truce: .* 1.000001;"),
        ({"transition": TRANSITION[:2]}, "shape"),
        ({"initial": np.array([0.5, 0.5])}, "2 probabilities for 3"),
        ({"initial": np.array([1.5, -0.5, 0.0])}, "control initial"),
        ({"after_truce": None}, "truce"),
        ({"after_truce": np.array([0.5, 0.2, 0.2])}, "after the truce.* 0.9;"),
        ({"regimes": (Regime(name="normal", title=""),) * 3}, "distinct"),
        (
            {"regimes": tuple(Regime(name=name, title="") for name in "abc")},
            "no regime is called 'truce'",
        ),
    ],
)
def test_chains_that_are_none_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        replace(small_chain(), **changes)


@pytest.mark.parametrize(("rate", "duration"), [(0.5, 0.75), (2.0, 0.25), (1.0, 0.1), (0.0, 1.0)])
def test_outages_last_as_long_as_they_say(rate: float, duration: float) -> None:
    outage = Outage(name="x", place="X", yearly_rate=rate, mean_duration=duration)
    begins, ends = outage.chain[0, 1], outage.chain[1, 0]
    assert outage.quarter_share / ends * 0.25 == pytest.approx(duration)
    assert -np.log(1 - begins) * 4 == pytest.approx(rate)
    long_run = stationary(outage.chain)
    assert long_run @ outage.chain == pytest.approx(long_run, abs=1e-12)
    assert long_run[1] == pytest.approx(begins / (begins + ends))


def test_price_factors_are_means_over_elements() -> None:
    state = PriceState(name="x", factors=(("all", 2.0), ("Dy", 4.0), ("Tb", 6.0)))
    assert state.factor(("Dy", "Tb")) == 5.0
    assert state.factor(("Nd",)) == 2.0
    assert PriceState(name="x").factor(("Nd",)) == 1.0


def test_outcomes_stand_from_best_to_worst() -> None:
    quarters_late, share = StatusRisk(
        status="proposed", delay=((8, 0.2), (4, 0.3)), failure=0.1
    ).outcomes()
    assert quarters_late == (0, 4, 8, -1)
    assert share == pytest.approx([0.4, 0.3, 0.2, 0.1])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Passing(destinations=("all",), goods=("all",), share=1.1), "passing share"),
        (lambda: Outage(name="x", place="X", yearly_rate=-1.0, mean_duration=1.0), "yearly_rate"),
        (lambda: Outage(name="x", place="X", yearly_rate=1.0, mean_duration=0.0), "duration"),
        (
            lambda: ProjectRisk(bad_times_probability=0.5, bad_times_odds=3.0),
            "product at most 1",
        ),
        (lambda: ProjectRisk(bad_times_odds=0.5), "1 or more"),
        (
            lambda: ProjectRisk(statuses=(StatusRisk(status="a", delay=((2, 0.9),), failure=0.2),)),
            "no distribution",
        ),
        (
            lambda: ProjectRisk(statuses=(StatusRisk(status="a", delay=((0, 0.1),), failure=0.2),)),
            "distinct, from 1",
        ),
        (
            lambda: PriceChain(
                states=(PriceState(name="x", factors=(("all", 0.0),)),),
                transition=np.eye(1),
                initial=np.ones(1),
            ),
            "above 0",
        ),
        (
            lambda: replace(small_uncertainty(), demand=(DemandPath(name="a", probability=0.9),)),
            "demand paths: probabilities sum to 0.9",
        ),
        (
            lambda: replace(small_uncertainty(), outages=small_uncertainty().outages * 2),
            "outages",
        ),
    ],
)
def test_figures_out_of_range_are_refused(make: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        make()
