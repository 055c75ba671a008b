"""States of promises: known evidence only grows, states turn only on deadlines and evidence."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from allanite.catalogue.tables.promises import SUPPORTS
from allanite.ledger.calendars import LINE_OCTETS, escape, fold
from allanite.ledger.deadlines import Deadline, add_months
from allanite.ledger.states import spans, state_on
from promises_worlds import promise, shown

DAY = timedelta(days=1)
FIRST, LAST = date(2025, 10, 27), date(2026, 3, 1)
days = st.dates(FIRST, LAST)
rows = st.builds(shown, days, st.sampled_from(SUPPORTS))
provisions = st.builds(
    lambda ends, evidence, nature: promise(
        tuple(Deadline(day) for day in sorted(ends)), tuple(evidence), FIRST, nature
    ),
    st.sets(days, max_size=2),
    st.lists(rows, max_size=5),
    st.sampled_from(("act", "duty")),
)


@given(provisions)
def test_a_state_turns_only_on_deadlines_and_days_of_evidence(provision):
    turning = {item.day for item in provision.evidence}
    if provision.deadlines:
        turning |= {provision.deadlines[0].day, provision.deadlines[-1].day + DAY}
    day = FIRST + DAY
    while day <= LAST:
        before, now = state_on(provision, day - DAY), state_on(provision, day)
        assert before is not None and now is not None
        assert before.state == now.state or day in turning
        day += DAY


@given(provisions, days, days)
def test_what_is_known_grows(provision, one, other):
    early, late = sorted((one, other))
    before, after = state_on(provision, early), state_on(provision, late)
    assert before is not None and after is not None
    assert set(before.known) <= set(after.known)
    assert all(item.day <= early for item in before.known)


@given(provisions, days)
def test_late_is_said_only_with_a_source(provision, day):
    found = state_on(provision, day)
    assert found is not None
    if found.state == "late":
        last = provision.deadlines[-1].day
        assert any(e.supports == "open" and last < e.day <= day for e in provision.evidence)


@given(provisions)
def test_spans_cover_every_day_once_and_tell_its_state(provision):
    found = spans(provision, LAST)
    assert found[0].first_day == FIRST and found[-1].last_day == LAST
    for one, following in pairwise(found):
        assert one.last_day + DAY == following.first_day
        assert one.state != following.state
    for span in found:
        for day in (span.first_day, span.last_day):
            state = state_on(provision, day)
            assert state is not None and state.state == span.state


@given(provisions, days)
def test_the_course_after_a_day_knows_nothing_of_later_evidence(provision, known):
    cut = tuple(item for item in provision.evidence if item.day <= known)
    blind = promise(provision.deadlines, cut, FIRST, provision.nature)
    assert spans(provision, LAST, known) == spans(blind, LAST)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 60), st.integers(0, 60))
def test_months_add_up_but_for_the_ends_of_months(day, one, other):
    twice, once = add_months(add_months(day, one), other), add_months(day, one + other)
    assert (twice.year, twice.month) == (once.year, once.month)
    assert twice.day <= once.day <= day.day
    if day.day <= 28:
        assert twice == once


@given(st.text())
def test_folded_lines_are_short_and_unfold_to_themselves(text):
    line = escape(text)
    folded = fold(line)
    assert folded.replace("\r\n ", "") == line
    assert all(len(piece.encode()) <= LINE_OCTETS for piece in folded.split("\r\n"))
