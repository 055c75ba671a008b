"""The section on what is claimed: with the shipped claims, with none, and with hostile words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from synthetic import HOSTILE, synthetic

from allanite import Release
from allanite.catalogue.read import rows_table
from allanite.catalogue.tables import TABLES
from allanite.present.data import BriefData
from allanite.present.page import Section
from allanite.present.sections.claimed import claimed_section, told
from allanite.studies.claims.study import check_claims

DAY = date(2026, 11, 27)


@pytest.fixture(scope="module")
def data(release: Release) -> BriefData:
    own = {name: release.table(name) for name in ("claims", "claim_statements")}
    tables = check_claims(release, DAY).tables()
    empty = synthetic()
    return replace(empty, as_of=DAY, tables={**empty.tables, **own, **tables})


@pytest.fixture(scope="module")
def section(data: BriefData) -> Section:
    return claimed_section(data)


def changed(data: BriefData, name: str, **cells: Any) -> BriefData:
    rows = [row | cells for row in data.rows(name)]
    return replace(data, tables={**data.tables, name: rows_table(TABLES[name], rows)})


def texts(section: Section) -> list[str]:
    return [cell.text for table in section.tables for row in table.rows for cell in row]


def test_what_does_not_hold_comes_first_and_nothing_from_outside(section: Section) -> None:
    verdicts = section.tables[0]
    now = [row[3].text for row in verdicts.rows]
    assert now[0] == "contradicted" and now.index("supported") > now.index("not known")
    assert verdicts.total == 30
    assert not any("golf" in text or "prize" in text for text in texts(section))


def test_the_lead_counts_and_names_what_aged(section: Section) -> None:
    assert "of 30 claims in the field" in section.lead[0]
    assert "five new elements and rule on foreign producers" in section.lead[1]
    assert "several texts rest on one origin" in section.lead[2]


def test_a_figure_has_a_row_a_reading_with_the_number_claimed(section: Section) -> None:
    assert [f.identifier for f in section.figures] == [
        "figure-claimed-shares",
        "figure-claimed-numbers",
    ]
    for figure in section.figures:
        marks = re.findall(r"<title>([^<]*): to compare with</title>", figure.panels[0].svg)
        assert len(marks) == figure.table.total


def test_sources_are_counted_with_their_reason(section: Section) -> None:
    row = next(r for r in section.tables[0].rows if r[0].text.startswith("S21"))
    assert row[5].text == "3 in 4 texts: 2 of 2 go back to Reuters"


def test_contradictions_stand_side_by_side_without_a_winner(section: Section) -> None:
    rows = [[cell.text for cell in row] for row in section.tables[2].rows]
    truce = next(row for row in rows if row[0].startswith("Truce"))
    assert "10 November 2026" in truce[1] and "10 January 2027" in truce[2]
    assert truce[3] == "cannot both hold"
    assert not any("lower house" in row[0] for row in rows)


def test_the_headline_is_short(data: BriefData) -> None:
    text = told(data)
    assert text.startswith("Of 26 claims of the news that can be checked,")
    assert len(text) < 160


def test_empty_tables_are_said() -> None:
    section = claimed_section(synthetic())
    assert section.lead == ("The table of claims is empty: nothing is known of what is claimed.",)
    assert section.figures == () and all(table.total == 0 for table in section.tables)
    assert told(synthetic()) == ""


def test_hostile_words_stay_text_and_no_scheme_but_the_web_becomes_a_link(data: BriefData) -> None:
    hostile = changed(data, "claim_contradictions", first_url="javascript:alert(1)")
    hostile = changed(hostile, "claim_verdicts", sentence=HOSTILE)
    section = claimed_section(hostile)
    assert section.tables[2].rows[0][1].href == ""
    assert HOSTILE in section.tables[0].rows[0][0].text


def test_the_tables_are_declared(data: BriefData) -> None:
    assert all(isinstance(data.tables[n], pa.Table) and n in TABLES for n in data.tables)
