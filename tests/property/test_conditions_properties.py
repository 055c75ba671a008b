"""Effects combine in any order and grouping, and normal changes nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.conditions.small_world import control, figure, figures, in_force, law, small_world

from allanite.conditions.controls import control_conditions
from allanite.conditions.effects import (
    EFFECTS,
    Conditions,
    GroupQuota,
    combine,
    make_conditions,
    normal_conditions,
)
from allanite.conditions.horizon import Horizon

NETWORK = small_world()
HORIZON = Horizon(date(2027, 1, 1), count=3)
SIZES = {
    "process": len(NETWORK.processes.labels),
    "route": len(NETWORK.routes.labels),
    "demand": len(NETWORK.demands.labels),
    "stock": len(NETWORK.stocks.labels),
}
RANGES = {
    "route_quota_rate": (0.0, np.inf),
    "route_delay_added": (0.0, 5.0),
    "route_cost_added": (0.0, 1e6),
    "demand_change": (-1.0, 3.0),
}


@st.composite
def conditions(draw: st.DrawFn) -> Conditions:
    """Any conditions of the small world."""
    changed: dict[str, Any] = {}
    for name in draw(st.sets(st.sampled_from(sorted(EFFECTS)))):
        low, high = RANGES.get(name, (0.0, 1.0))
        values = st.floats(low, high, allow_nan=False)
        changed[name] = draw(arrays(np.float64, (3, SIZES[EFFECTS[name].axis]), elements=values))
    quotas = draw(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 5)), max_size=3))
    return make_conditions(
        NETWORK,
        HORIZON,
        group_quotas=[
            GroupQuota(label=label, routes=np.array([route]), quota_rate=np.ones(3))
            for label, route in quotas
        ],
        notes=draw(st.lists(st.sampled_from(("x.", "y.", "z.")))),
        **changed,
    )


def _same(one: Conditions, other: Conditions, exact: bool) -> None:
    for name in EFFECTS:
        left, right = getattr(one, name), getattr(other, name)
        if exact:
            assert np.array_equal(left, right), name
        else:
            np.testing.assert_allclose(left, right, rtol=1e-12, atol=1e-9, err_msg=name)
    assert [q.key for q in one.group_quotas] == [q.key for q in other.group_quotas]
    assert one.notes == other.notes


@given(st.lists(conditions(), min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_effects_leaves_every_bit_the_same(found: Any, random: Any) -> None:
    mixed = list(found)
    random.shuffle(mixed)
    _same(combine(*found), combine(*mixed), exact=True)


@given(conditions(), conditions(), conditions())
def test_the_grouping_of_effects_does_not_matter(a: Any, b: Any, c: Any) -> None:
    _same(combine(combine(a, b), c), combine(a, combine(b, c)), exact=False)


@given(conditions())
def test_normal_is_neutral(one: Conditions) -> None:
    _same(combine(one, normal_conditions(NETWORK, HORIZON)), one, exact=True)
    _same(combine(one), one, exact=True)


days = st.dates(date(2026, 6, 1), date(2027, 6, 1))


@settings(deadline=None)
@given(days, st.integers(0, 300), st.integers(0, 200), st.floats(0, 1), st.booleans())
def test_a_licence_passes_a_share_and_acts_once(
    first: date, length: int, waiting: int, share: float, listed_first: bool
) -> None:
    last = first + timedelta(days=length)
    record = control("lic", "licence", [in_force(first, last)])
    ban = control("ban", "ban", [in_force(first, last)])
    rows = figures(
        figure("lic", "licence_duration", waiting, "d"), figure("lic", "approval_share", share)
    )
    order = ["ban", "lic"] if listed_first else ["lic", "ban"]
    options: dict[str, Any] = {"reading": "de_jure", "branch": None}
    once, twice, with_ban, only_ban = (
        control_conditions(NETWORK, HORIZON, law(record, ban), rows, ids=ids, **options)
        for ids in (["lic"], ["lic", "lic"], order, ["ban"])
    )
    _same(once, twice, exact=True)
    passing = once.route_availability
    assert np.all((passing >= 0) & (passing <= 1))
    # One day at a time: the mean over the days of each period.
    for p, column in ((0, 1), (2, 2)):
        passed = [_passes(first, last, waiting, share, day) for day in _days(p)]
        assert abs(float(np.mean(passed)) - passing[p, column]) < 1e-9
    # A ban beside the licence leaves what the ban leaves: never more, and not twice taken off.
    np.testing.assert_allclose(with_ban.route_availability, only_ban.route_availability)


def _days(period: int) -> list[date]:
    first, last = HORIZON.first_day(period), HORIZON.last_day(period)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _passes(first: date, last: date, waiting: int, share: float, day: date) -> float:
    if not first <= day <= last:
        return 1.0
    return 0.0 if day < first + timedelta(days=waiting) else share
