"""Deadlines and states of promises by hand.

Days: from 28 October 2025, 3 to the end of October, 30 + 31 + 31 + 28 + 31 = 151 to the end of
March: 154; 26 more are 26 April 2026, day 180. From 27 October one day less: 25 April. Six months:
28 and 27 April.
"""

from __future__ import annotations

from datetime import date

import pytest

from allanite.catalogue.store import Release
from allanite.ledger.agreements import find_agreement, load_agreements
from allanite.ledger.deadlines import Deadline, Length, Origin, add_months, after, count_deadlines
from allanite.ledger.states import PromiseState, state_on
from promises_worlds import promise, shown

TOKYO, WASHINGTON = Origin(date(2025, 10, 28), "Tokyo"), Origin(date(2025, 10, 27), "Washington")
DEADLINE = (Deadline(date(2026, 3, 6)),)


def at(provision, day, known=None) -> PromiseState:
    found = state_on(provision, day, known)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("length", "days"),
    [
        (Length(180, "day"), (date(2026, 4, 25), date(2026, 4, 26))),
        (Length(6, "month"), (date(2026, 4, 27), date(2026, 4, 28))),
    ],
)
def test_each_capital_has_its_own_deadline(length, days):
    found = count_deadlines([TOKYO, WASHINGTON], length)
    assert [(d.place, d.day) for d in found] == [("Washington", days[0]), ("Tokyo", days[1])]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2025, 10, 31), 1, date(2025, 11, 30)),
        (date(2025, 12, 31), 1, date(2026, 1, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 12, 3), 12, date(2026, 12, 3)),
    ],
)
def test_months_end_on_the_last_day_where_there_is_no_such_day(day, months, expected):
    assert add_months(day, months) == expected
    assert after(day, Length(months, "month")) == expected


def test_due_on_the_day_and_late_the_day_after_where_a_source_shows_it():
    told = promise(DEADLINE, (shown(date(2026, 3, 7), "open"),))
    assert [at(told, date(2026, 3, d)).state for d in (5, 6, 7)] == ["upcoming", "due", "late"]


def test_nothing_found_is_never_late():
    silent = promise(DEADLINE)
    assert [at(silent, date(2026, 3, d)).state for d in (6, 7)] == ["due", "not evidenced"]
    assert at(silent, date(2030, 1, 1)).state == "not evidenced"
    assert "does not say that none was" in at(silent, date(2026, 3, 7)).reason


def test_what_came_49_days_late_is_late_only_in_hindsight():
    """6 March to 24 April 2026: 25 + 24 = 49 days."""
    told = promise(DEADLINE, (shown(date(2026, 4, 24), "done"),))
    before, known = date(2026, 4, 23), date(2026, 4, 24)
    assert at(told, before).state == "not evidenced"
    assert at(told, before, known).state == "late"
    assert (at(told, known).state, at(told, known).delay) == ("done", 49)
    assert at(told, date(2026, 3, 6), known).state == "due"


def test_a_part_after_the_deadline_is_partly_and_before_it_still_upcoming():
    told = promise(DEADLINE, (shown(date(2026, 2, 1), "partly"),))
    found = [at(told, date(2026, 3, d)) for d in (5, 6, 7)]
    assert [state.state for state in found] == ["upcoming", "due", "partly"]
    assert {state.delivery for state in found} == {"partly"}


def test_sources_that_disagree_are_contradictory_until_a_later_one_settles_it():
    rows = ((10, "announced"), (12, "contradicts"), (20, "done"))
    told = promise(evidence=tuple(shown(date(2026, 1, d), s) for d, s in rows))
    found = [at(told, date(2026, 1, d)).state for d in (9, 10, 12, 20)]
    assert found == ["not evidenced", "standing", "contradictory", "done"]


def test_one_source_against_alone_contradicts_nothing():
    told = promise(evidence=(shown(date(2026, 1, 12), "contradicts"),))
    assert at(told, date(2026, 1, 12)).state == "not evidenced"


def test_another_text_takes_its_place():
    told = promise(DEADLINE, (shown(date(2026, 1, 1), "superseded"),))
    assert at(told, date(2026, 3, 7)).state == "superseded"


# Day of April 2026 -> state of P05 (six months), P07 (180 days), P14 (no deadline).
EXPECTED = {
    24: ("upcoming", "upcoming", "not evidenced"),
    25: ("upcoming", "due", "not evidenced"),
    26: ("upcoming", "due", "not evidenced"),
    27: ("due", "not evidenced", "not evidenced"),
    28: ("due", "not evidenced", "not evidenced"),
    29: ("partly", "not evidenced", "not evidenced"),
}


@pytest.mark.parametrize(("day", "states"), EXPECTED.items())
def test_the_framework_around_its_deadlines(release: Release, day, states):
    framework = find_agreement(load_agreements(release), "US-JP-FW-2025")
    by_id = {p.provision_id: p for p in framework.provisions}
    assert tuple(at(by_id[p], date(2026, 4, day)).state for p in ("P05", "P07", "P14")) == states


def test_the_day_after_a_deadline_in_one_capital_is_told(release: Release):
    framework = find_agreement(load_agreements(release), "US-JP-FW-2025")
    support = next(p for p in framework.provisions if p.provision_id == "P05")
    assert at(support, date(2026, 4, 27)).reason == (
        "Due on this day by the calendar of Washington."
    )
    assert at(support, date(2026, 4, 28)).reason == (
        "Due on this day by the calendar of Tokyo, past by that of Washington."
    )
