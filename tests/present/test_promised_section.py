"""The section on promises: states, deadlines, money by kind, and nothing that accuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from synthetic import HOSTILE, synthetic, table

from allanite.catalogue.store import Release
from allanite.ledger.tables import promise_tables
from allanite.present.brief import compose_brief
from allanite.present.data import BriefData
from allanite.present.promises import MARKS, STATE_TEXTS
from allanite.present.sections.promised import COLOURS, promised_section, told

DAY = date(2026, 4, 28)


@pytest.fixture(scope="module")
def data(release: Release) -> BriefData:
    shown = synthetic()
    return replace(
        shown, as_of=DAY, tables={**shown.tables, **promise_tables(release, ("USA", "JPN"), DAY)}
    )


def test_every_state_has_a_mark_a_word_and_a_colour():
    assert set(MARKS) == set(STATE_TEXTS) == set(COLOURS)
    assert len(set(MARKS.values())) == len(MARKS)


def test_the_lead_tells_counts_deadlines_and_money(data):
    lead = " ".join(promised_section(data).lead).replace("\u00a0", " ")
    assert (
        "Financial support for chosen projects (27 Apr 2026 or 28 Apr 2026): due, so far partly"
        in lead
    )
    assert "Minerals Investment Ministerial (25 Apr 2026 or 26 Apr 2026): not evidenced" in lead
    assert "it does not say that nothing happened" in lead
    assert "announced 550 billion USD" in lead and "never add up" in lead


def test_nothing_accuses_without_a_source(data):
    section = promised_section(data)
    texts = [*section.lead, *(c.text for t in section.tables for row in t.rows for c in row)]
    for word in ("failed", "broken", "missed", "ignored", "late"):
        assert not [text for text in texts if f" {word} " in f" {text.lower()} "], word


def test_evidence_after_the_day_is_not_shown(data):
    evidence = next(t for t in promised_section(data).tables if t.table == "provision_evidence")
    assert not [cell for row in evidence.rows for cell in row if "Wagerup" in cell.text]
    assert all(row[-1].href for row in evidence.rows)


def test_the_timeline_holds_each_promise_with_a_deadline(data):
    (shown,) = promised_section(data).figures
    assert {row[0].text for row in shown.table.rows} == {
        "Minerals Investment Ministerial",
        "Financial support for chosen projects",
        "550 billion USD of investment",
        "Roadmap to standards-based markets",
    }
    assert "as of" in shown.panels[0].svg
    assert {item.text for item in shown.legend} >= {"due", "not evidenced", "upcoming", "done"}


def test_parts_of_a_package_say_where_they_lie(data):
    money = next(t for t in promised_section(data).tables if t.table == "pledge_values")
    inside = {row[2].text: row[5].text for row in money.rows}
    assert inside["Element Six: Synthetic diamond grit, Georgia"] == "JP550-T1, counted there"
    assert inside["Three projects: First tranche"] == "JP550"


def test_the_headline_counts_those_with_a_deadline(data):
    text = told(data).replace("\u00a0", " ")
    assert text.startswith("Of 4 promises with a deadline that all partners made, ")
    assert "1 upcoming, 1 due, 1 done and 1 not evidenced on 28 April 2026" in text
    assert "19 Jan 2029" in text


def test_a_brief_without_promises_says_so():
    brief = compose_brief(synthetic())
    section = next(s for s in brief.sections if s.identifier == "promised")
    assert section.lead == ("The record holds no promise to which all partners are a party.",)
    assert "does not say what was promised" in brief.html


def test_hostile_texts_of_promises_are_text(data):
    rows = [{**row, "title": HOSTILE, "url": "javascript:alert(1)"} for row in
            data.rows("promise_states")]  # fmt: skip
    tables = {**data.tables, "promise_states": table("promise_states", rows)}
    html = compose_brief(replace(data, tables=tables)).html
    assert HOSTILE not in html and 'href="javascript' not in html
    assert "does not say what was promised" not in html
