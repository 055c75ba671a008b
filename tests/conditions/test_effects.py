"""Conditions as arrays: what they refuse, and how they combine, by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from tests.small_networks import chain_draft, network_of

from allanite.conditions.effects import (
    EFFECTS,
    Conditions,
    GroupQuota,
    check_conditions,
    combine,
    make_conditions,
    normal_conditions,
)
from allanite.conditions.horizon import Horizon
from allanite.errors import ModelError

NETWORK = network_of(chain_draft())
HORIZON = Horizon(date(2027, 1, 1), count=3)


def _routes(value: float, normal: float) -> np.ndarray:
    array = np.full((3, 2), normal)
    array[2, 1] = value
    return array


def test_normal_conditions_change_nothing_and_cannot_be_changed() -> None:
    normal = normal_conditions(NETWORK, HORIZON)
    assert normal.period_count == 3
    assert normal.route_quota_rate.shape == (3, 2)
    assert np.all(np.isinf(normal.route_quota_rate))
    assert not normal.demand_change.any()
    with pytest.raises(ValueError, match="read-only"):
        normal.route_availability[0, 0] = 0.0


def test_the_callers_array_stays_his_own() -> None:
    mine = np.ones((3, 2))
    made = make_conditions(NETWORK, HORIZON, route_availability=mine)
    mine[0, 0] = 0.5
    assert made.route_availability[0, 0] == 1.0


def test_a_negative_quota_is_named_with_period_and_route() -> None:
    with pytest.raises(ModelError) as raised:
        make_conditions(NETWORK, HORIZON, route_quota_rate=_routes(-3.0, np.inf))
    assert str(raised.value) == (
        "route_quota_rate[2027-03, AAA > BBB: ore] is -3; it must lie between 0 and inf:"
        " a quota is a rate in t/yr"
    )


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("route_availability", 1.5, "it must lie between 0 and 1"),
        ("route_availability", np.nan, "it must lie between 0 and 1"),
        ("route_delay_added", np.inf, "it must be a finite number, 0 or more"),
        ("route_cost_added", -1.0, "it must be a finite number, 0 or more"),
    ],
)
def test_values_out_of_range_are_refused(name: str, value: float, text: str) -> None:
    with pytest.raises(ModelError, match=text):
        make_conditions(NETWORK, HORIZON, **{name: _routes(value, EFFECTS[name].normal)})


def test_without_a_network_the_position_is_named() -> None:
    normal = normal_conditions(NETWORK, HORIZON)
    arrays = {name: getattr(normal, name) for name in EFFECTS}
    with pytest.raises(ModelError, match=r"demand_change\[period 1, demand 0\] is nan"):
        Conditions(**arrays | {"demand_change": np.array([[0.0], [np.nan], [0.0]])})


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ModelError, match=r"route_availability has shape \(3, 3\); \(3, 2\)"):
        make_conditions(NETWORK, HORIZON, route_availability=np.ones((3, 3)))
    with pytest.raises(ModelError, match="no effect route_avail;"):
        make_conditions(NETWORK, HORIZON, route_avail=np.ones((3, 2)))
    longer = normal_conditions(NETWORK, Horizon(date(2027, 1, 1), count=4))
    with pytest.raises(ModelError, match="one network and one horizon"):
        combine(normal_conditions(NETWORK, HORIZON), longer)
    with pytest.raises(ModelError, match=r"\(4, 1\); \(3, 1\) is needed"):
        check_conditions(longer, NETWORK, HORIZON)
    with pytest.raises(ModelError, match="no conditions"):
        combine()


def test_a_group_quota_needs_routes_of_the_network_and_rates() -> None:
    with pytest.raises(ModelError, match="at least one position"):
        GroupQuota(label="q", routes=np.array([], int), quota_rate=np.ones(3))
    with pytest.raises(ModelError, match=r"quota_rate\[period 1, q\] is -1; it must lie between 0"):
        GroupQuota(label="q", routes=np.array([0]), quota_rate=np.array([1.0, -1.0, 1.0]))
    outside = GroupQuota(label="q", routes=np.array([5, 1]), quota_rate=np.ones(3))
    with pytest.raises(ModelError, match="names route 5; there are 2 routes"):
        make_conditions(NETWORK, HORIZON, group_quotas=[outside])


def test_effects_combine_as_smallest_largest_or_sum() -> None:
    one = make_conditions(
        NETWORK,
        HORIZON,
        route_availability=_routes(0.5, 1.0),
        route_delay_added=_routes(0.1, 0.0),
        route_cost_added=_routes(10.0, 0.0),
        demand_change=np.full((3, 1), -0.6),
        notes=["b", "a"],
    )
    other = make_conditions(
        NETWORK,
        HORIZON,
        route_availability=_routes(0.7, 1.0),
        route_quota_rate=_routes(3.0, np.inf),
        route_delay_added=_routes(0.3, 0.0),
        route_cost_added=_routes(5.0, 0.0),
        demand_change=np.full((3, 1), -0.7),
        notes=["c", "a"],
    )
    both = combine(one, other)
    last = {name: getattr(both, name)[2, -1] for name in EFFECTS if name.startswith("route")}
    assert last == {
        "route_availability": 0.5,
        "route_quota_rate": 3.0,
        "route_delay_added": 0.3,
        "route_cost_added": 15.0,
    }
    # -0.6 - 0.7 = -1.3: the sum stands as it is; a study never lets demand fall below zero.
    assert both.demand_change[0, 0] == pytest.approx(-1.3)
    assert both.notes == ("a", "b", "c")


def test_group_quotas_are_kept_once_each_in_order() -> None:
    one = GroupQuota(label="b", routes=np.array([1, 0, 1]), quota_rate=np.ones(3))
    same = GroupQuota(label="b", routes=np.array([0, 1]), quota_rate=np.ones(3))
    other = GroupQuota(label="a", routes=np.array([0]), quota_rate=np.ones(3))
    parts = [make_conditions(NETWORK, HORIZON, group_quotas=[q]) for q in (one, same, other)]
    both = combine(*parts)
    assert [quota.label for quota in both.group_quotas] == ["a", "b"]
    assert both.group_quotas[1].routes.tolist() == [0, 1]
