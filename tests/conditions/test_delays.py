"""What begins in the horizon begins later than dated."""

from __future__ import annotations

from datetime import date

import pytest
from tests.conditions.small_world import (
    HORIZON,
    control,
    figure,
    figures,
    in_force,
    law,
    small_world,
)

from allanite.conditions.branches import Spell, delay_spells
from allanite.conditions.controls import control_conditions, reach_controls, reached_conditions
from allanite.conditions.scenario import Scenario, scenario_conditions
from allanite.conditions.shocks import Closure, delay_shocks, shock_faults

NETWORK = small_world()
FIRST = HORIZON.first_day(0)
ROUTE = NETWORK.routes.labels.position("AAA > BBB: oxide")


def test_spells_before_the_day_stay_and_later_ones_move() -> None:
    old = Spell(date(2026, 1, 1), None)
    ever = Spell(None, date(2027, 2, 1))
    new = Spell(FIRST, date(2027, 1, 20))
    assert delay_spells([old, ever, new], FIRST, 10) == (
        old,
        ever,
        Spell(date(2027, 1, 11), date(2027, 1, 20)),
    )
    assert delay_spells([old, ever, new], FIRST, 20) == (old, ever)
    assert delay_spells([old, ever, new], FIRST, 0) == (old, ever, new)


def test_a_ban_dated_in_the_horizon_begins_later() -> None:
    record = control("ban", "ban", [in_force(FIRST)])
    options = {"ids": ["ban"], "reading": "de_jure"}
    plain = control_conditions(NETWORK, HORIZON, law(record), figures(), **options)  # type: ignore[arg-type]
    late = control_conditions(
        NETWORK,
        HORIZON,
        law(record),
        figures(),
        start_delay=31,
        **options,  # type: ignore[arg-type]
    )
    assert plain.route_availability[:, ROUTE].tolist() == [0.0, 0.0, 0.0]
    assert late.route_availability[:, ROUTE].tolist() == [1.0, 0.0, 0.0]


def test_a_ban_of_before_is_not_put_off() -> None:
    record = control("ban", "ban", [in_force(date(2026, 6, 1))])
    late = control_conditions(
        NETWORK, HORIZON, law(record), figures(), ids=["ban"], reading="de_jure", start_delay=31
    )
    assert late.route_availability[:, ROUTE].tolist() == [0.0, 0.0, 0.0]


def test_what_is_reached_once_serves_other_figures_and_delays() -> None:
    record = control("lic", "licence", [in_force(FIRST)])
    reached = reach_controls(NETWORK, HORIZON, law(record), ["lic"])
    for share, delay in ((0.25, 0), (0.75, 31)):
        known = figures(figure("lic", "approval_share", share))
        found = reached_conditions(reached, known, reading="de_jure", start_delay=delay)
        plain = control_conditions(
            NETWORK,
            HORIZON,
            law(record),
            known,
            ids=["lic"],
            reading="de_jure",
            start_delay=delay,
        )
        assert found.route_availability.tolist() == plain.route_availability.tolist()
        assert found.route_availability[-1, ROUTE] == pytest.approx(share)
        assert found.notes == plain.notes


def test_a_shock_begins_later_or_not_at_all() -> None:
    days = {"first_day": FIRST, "last_day": date(2027, 3, 31)}
    shock = Closure(origin="AAA", materials=("oxide",), **days)  # type: ignore[arg-type]
    scenario = Scenario(horizon=HORIZON, shocks=(shock,), start_delay=31)
    made = scenario_conditions(NETWORK, scenario, law(), figures())
    assert made.route_availability[:, ROUTE].tolist() == [1.0, 0.0, 0.0]
    assert delay_shocks([shock], FIRST, 90) == ()
    assert delay_shocks([shock], date(2027, 2, 1), 31) == (shock,)


def test_a_shock_that_ends_before_it_begins_is_still_told() -> None:
    wrong = Closure(origin="AAA", first_day=date(2027, 2, 1), last_day=date(2027, 1, 1))
    assert shock_faults(delay_shocks([wrong], FIRST, 5)[0], 2024)
