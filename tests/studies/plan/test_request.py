"""What may be asked of a plan, and what is refused."""

from __future__ import annotations

import math

import pytest

from allanite.conditions.plan_case import Budget
from allanite.errors import UsageError
from allanite.program.risk import Risk
from allanite.studies.plan.request import PlanRequest
from plan_worlds import course, plan, small_world


@pytest.mark.parametrize(
    ("budget", "place"),
    [
        (Budget(total=-1.0), "the budget is -1"),
        (Budget(total=math.nan), "the budget is nan"),
        (Budget(total=9.0, yearly=-2.0), "the budget of a year is -2"),
        (Budget(total=9.0, partners=(("AAA", 1.0), ("BBB", -3.0))), "the budget of BBB is -3"),
    ],
)
def test_a_negative_budget_is_refused_with_place_and_remedy(budget: Budget, place: str) -> None:
    with pytest.raises(UsageError, match=place) as raised:
        PlanRequest(budget=budget, risk=Risk())
    assert "allowed: 0 or more" in str(raised.value)
    assert "give 0" in str(raised.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("scenarios", 0),
        ("scenarios", 5001),
        ("fresh", -1),
        ("gap", 0.0),
        ("gap", 1.0),
        ("margin", 1.5),
        ("front", (0.5, 1.2)),
    ],
)
def test_numbers_out_of_range_are_refused(name: str, value: object) -> None:
    with pytest.raises(UsageError):
        PlanRequest(budget=Budget(total=1.0), risk=Risk(), **{name: value})  # type: ignore[arg-type]


def test_a_budget_of_a_region_that_is_no_partner_is_refused() -> None:
    world = small_world()
    budget = Budget(total=9.0, partners=(("CCC", 1.0),))
    with pytest.raises(UsageError, match=r"CCC, which is no partner; allowed: AAA, BBB"):
        plan(world, course(world), budget=budget)


def test_the_record_holds_every_number() -> None:
    asked = PlanRequest(
        budget=Budget(total=5.0, partners=(("AAA", 2.0),), yearly=1.0),
        risk=Risk(weight=0.25, confidence=0.8),
        shifts=("embargo-never",),
    )
    found = asked.parameters()
    assert found["budget"] == 5.0
    assert found["budget_by_partner"] == {"AAA": 2.0}
    assert found["budget_a_year"] == 1.0
    assert (found["risk_weight"], found["confidence"]) == (0.25, 0.8)
    assert found["shifts"] == ["embargo-never"]
