"""What must hold for any day and question: order of days, specific and general questions."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from allanite.law.controls import Controls
from allanite.law.state import changes_between, changes_table, state_on, states_table

DAYS = st.dates(date(2009, 1, 1), date(2029, 12, 31))
MATERIALS = st.sampled_from(["Dy", "REE", "Ga", "graphite", "Sb", "NdPr", "Co", "Li", "Y", "W"])
STAGES = st.sampled_from(["oxide", "metal", "magnet", "concentrate", "compound", "scrap"])
DESTINATIONS = st.sampled_from(["JPN", "USA", "EU", "DEU", "KOR", "CHN", "XEU"])
ISSUERS = st.sampled_from(["CHN", "USA", "EU", "China", "IDN"])
PARTIES = st.sampled_from(["civilian", "military", "listed", "affiliate"])


def _periods(
    controls: Controls, day: date, **question: str | None
) -> dict[tuple[str, str], object]:
    found = state_on(controls, day, **question)
    return {
        (s.applicable.control.control_id, s.applicable.article.article): (
            s.period.state,
            s.period.branches,
        )
        for s in found
    }


@settings(max_examples=60, deadline=None)
@given(first=DAYS, second=DAYS, material=st.none() | MATERIALS)
def test_diff_is_empty_exactly_if_states_are_equal(
    controls: Controls, first: date, second: date, material: str | None
) -> None:
    changes = changes_between(controls, first, second, material)
    same = _periods(controls, first, material=material) == _periods(
        controls, second, material=material
    )
    assert (not changes) == same


@settings(max_examples=40, deadline=None)
@given(first=DAYS, second=DAYS, material=st.none() | MATERIALS)
def test_diff_back_is_the_diff_reversed(
    controls: Controls, first: date, second: date, material: str | None
) -> None:
    there = changes_between(controls, first, second, material)
    back = changes_between(controls, second, first, material)
    assert [(c.before, c.after) for c in there] == [(c.after, c.before) for c in back]
    rows, reverse = changes_table(there).to_pylist(), changes_table(back).to_pylist()
    assert [r["steps"] for r in rows] == [r["steps"] for r in reverse]
    assert all(row["steps"] for row in rows)


@settings(max_examples=80, deadline=None)
@given(
    day=DAYS,
    material=st.none() | MATERIALS,
    stage=STAGES,
    destination=st.none() | DESTINATIONS,
    issuer=st.none() | ISSUERS,
    party=st.none() | PARTIES,
)
def test_a_more_specific_question_finds_no_more(
    controls: Controls,
    day: date,
    material: str | None,
    stage: str,
    destination: str | None,
    issuer: str | None,
    party: str | None,
) -> None:
    words = {
        "material": material,
        "stage": stage,
        "destination": destination,
        "issuer": issuer,
        "party": party,
    }
    specific = _periods(controls, day, **words)
    for left_out in words:
        general = _periods(controls, day, **{**words, left_out: None})
        assert specific.items() <= general.items()


@settings(max_examples=40, deadline=None)
@given(day=DAYS, material=MATERIALS, stage=STAGES)
def test_element_and_stage_in_one_name_or_two_are_the_same(
    controls: Controls, day: date, material: str, stage: str
) -> None:
    together = _periods(controls, day, material=f"{material} {stage}")
    assert together == _periods(controls, day, material=material, stage=stage)


@settings(max_examples=60, deadline=None)
@given(day=DAYS)
def test_ended_needs_a_stated_end_and_unknown_all_its_branches(
    controls: Controls, day: date
) -> None:
    states = state_on(controls, day)
    rows = states_table(states).to_pylist()
    for state in states:
        key = (state.applicable.control.control_id, state.applicable.article.article)
        own = [row for row in rows if (row["control_id"], row["article"]) == key]
        assert len(own) == max(1, len(state.period.branches))
        weights = [row["weight"] for row in own if row["weight"] is not None]
        assert not weights or abs(sum(weights) - 1) < 1e-12
        if state.period.state == "unknown":
            assert all(row["check"] and row["branch_state"] for row in own)
        if state.period.state == "ended":
            assert state.period.first_day is not None
            assert not state.period.branches


def test_no_article_ends_but_by_a_text(controls: Controls) -> None:
    """Only four records carry an end that has passed; nothing else may read as ended."""
    ended = {
        s.applicable.control.control_id
        for s in state_on(controls, date(2026, 11, 22))
        if s.period.state == "ended"
    }
    assert ended == {
        "CN-2010-JP-EMBARGO",
        "CN-1999-2014-QUOTA",
        "CN-2023-RE-REPORTING",
        "CD-2025-CO-BAN",
    }
