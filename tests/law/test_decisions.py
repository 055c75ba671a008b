"""A decision table: what the texts say on the day before, the day of, and later days.

Sources: the pages in `datasets/policy-controls/snapshot`; each block names its text.
"""

from __future__ import annotations

from datetime import date

import pytest

from allanite.law.controls import Controls
from allanite.law.state import changes_between, state_on, states_table

EXTENDED_OR_REVIVED = {("extended", "suspended", 0.8), ("revived", "in_force", 0.2)}

# Announcement 18/2025: announced and in force on 4 April 2025, no end, not suspended in November.
NO_18 = [
    ("2025-04-03", None),
    ("2025-04-04", "in_force"),
    ("2025-04-05", "in_force"),
    ("2025-10-08", "in_force"),
    ("2025-10-09", "in_force"),
    ("2025-11-06", "in_force"),
    ("2025-11-07", "in_force"),
    ("2026-01-06", "in_force"),
    ("2026-11-10", "in_force"),
    ("2026-11-11", "in_force"),
    ("2026-11-22", "in_force"),
    ("2027-01-11", "in_force"),
]
# Announcements 55-58/2025: announced 9 October for 8 November 2025, suspended 7 November, so
# that they never applied; No. 70 runs to 10 November 2026; officials name 10 January 2027.
NO_57 = [
    ("2025-10-08", None),
    ("2025-10-09", "announced"),
    ("2025-10-28", "announced"),
    ("2025-11-06", "announced"),
    ("2025-11-07", "suspended"),
    ("2025-11-08", "suspended"),
    ("2026-01-06", "suspended"),
    ("2026-11-09", "suspended"),
    ("2026-11-10", "suspended"),
    ("2026-11-11", "unknown"),
    ("2026-11-22", "unknown"),
    ("2027-01-10", "unknown"),
    ("2027-01-11", "unknown"),
]
# Announcement 61/2025: items of Chinese origin at once, the two other paragraphs from
# 1 December 2025, all suspended from 7 November 2025.
NO_61_ORIGIN = [
    ("2025-10-08", None),
    ("2025-10-09", "in_force"),
    ("2025-10-28", "in_force"),
    ("2025-11-06", "in_force"),
    *NO_57[4:],
]
NO_61_VALUE = [*NO_57[:6], ("2025-12-01", "suspended"), *NO_57[6:]]
# Announcement 46/2024: Article 1 stands; Article 2 suspended 9 November 2025 to 27 November 2026.
NO_46_ART_1 = [
    ("2024-12-02", None),
    ("2024-12-03", "in_force"),
    ("2025-04-04", "in_force"),
    ("2025-10-09", "in_force"),
    ("2025-11-08", "in_force"),
    ("2025-11-09", "in_force"),
    ("2026-01-06", "in_force"),
    ("2026-11-22", "in_force"),
    ("2026-11-27", "in_force"),
    ("2026-11-28", "in_force"),
]
NO_46_ART_2 = [
    ("2024-12-02", None),
    ("2024-12-03", "in_force"),
    ("2025-11-07", "in_force"),
    ("2025-11-08", "in_force"),
    ("2025-11-09", "suspended"),
    ("2026-11-11", "suspended"),
    ("2026-11-22", "suspended"),
    ("2026-11-27", "suspended"),
    ("2026-11-28", "unknown"),
    ("2027-01-11", "unknown"),
]
# Affiliates rule: in force 29 September 2025, stayed 10 November 2025 to 9 November 2026.
AFFILIATES = [
    ("2025-09-28", None),
    ("2025-09-29", "in_force"),
    ("2025-10-28", "in_force"),
    ("2025-11-09", "in_force"),
    ("2025-11-10", "suspended"),
    ("2026-01-06", "suspended"),
    ("2026-11-09", "suspended"),
    ("2026-11-10", "unknown"),
    ("2026-11-22", "unknown"),
    ("2027-01-11", "unknown"),
]
# Announcement 1/2026: announced and in force on 6 January 2026.
NO_1_2026 = [
    ("2025-11-07", None),
    ("2026-01-05", None),
    ("2026-01-06", "in_force"),
    ("2026-01-07", "in_force"),
    ("2026-02-24", "in_force"),
    ("2026-06-29", "in_force"),
    ("2026-11-10", "in_force"),
    ("2026-11-11", "in_force"),
    ("2026-11-22", "in_force"),
    ("2027-01-11", "in_force"),
]
# The halt of 2010, with the corrected days; the months of the record would leave them open.
HALT_2010 = [
    ("2010-09-01", None),
    ("2010-09-20", None),
    ("2010-09-21", "in_force"),
    ("2010-09-30", "in_force"),
    ("2010-10-28", "in_force"),
    ("2010-11-01", "in_force"),
    ("2010-11-18", "in_force"),
    ("2010-11-19", "in_force"),
    ("2010-11-20", "ended"),
    ("2025-04-04", "ended"),
]
# Quotas end with 2014, duties on 30 April 2015; the year 1999 of the start has no day.
QUOTA = [
    ("1998-12-31", None),
    ("1999-01-01", "unknown"),
    ("1999-12-30", "unknown"),
    ("1999-12-31", "in_force"),
    ("2006-06-30", "in_force"),
    ("2010-07-01", "in_force"),
    ("2014-12-31", "in_force"),
    ("2015-01-01", "ended"),
    ("2015-05-01", "ended"),
    ("2026-11-22", "ended"),
]
# Cobalt: ban 22 February to 15 October 2025 (announced in February, day not given), then quotas.
COBALT_BAN = [
    ("2025-01-31", None),
    ("2025-02-01", "unknown"),
    ("2025-02-21", "unknown"),
    ("2025-02-22", "in_force"),
    ("2025-09-20", "in_force"),
    ("2025-10-14", "in_force"),
    ("2025-10-15", "in_force"),
    ("2025-10-16", "ended"),
    ("2026-01-01", "ended"),
    ("2026-11-22", "ended"),
]
GALLIUM = [
    ("2023-07-02", None),
    ("2023-07-03", "announced"),
    ("2023-07-31", "announced"),
    ("2023-08-01", "in_force"),
    ("2024-12-03", "in_force"),
    ("2025-11-09", "in_force"),
    ("2026-01-06", "in_force"),
    ("2026-11-22", "in_force"),
    ("2026-11-27", "in_force"),
    ("2026-11-28", "in_force"),
]
TABLE = {
    ("CN-2025-18", "whole"): NO_18,
    ("CN-2025-55", "whole"): NO_57,
    ("CN-2025-56", "whole"): NO_57,
    ("CN-2025-57", "whole"): NO_57,
    ("CN-2025-58", "whole"): NO_57,
    ("CN-2025-61", "para_1_1_value_rule"): NO_61_VALUE,
    ("CN-2025-61", "para_1_2_technology_rule"): NO_61_VALUE,
    ("CN-2025-61", "para_1_3_china_origin_items"): NO_61_ORIGIN,
    ("CN-2025-62", "whole"): NO_61_ORIGIN,
    ("CN-2024-46", "art_1"): NO_46_ART_1,
    ("CN-2024-46", "art_2"): NO_46_ART_2,
    ("US-2025-BIS-AFFILIATES", "whole"): AFFILIATES,
    ("CN-2026-01-JP", "whole"): NO_1_2026,
    ("CN-2010-JP-EMBARGO", "whole"): HALT_2010,
    ("CN-1999-2014-QUOTA", "quota"): QUOTA,
    ("CD-2025-CO-BAN", "whole"): COBALT_BAN,
    ("CN-2023-23-GAGE", "whole"): GALLIUM,
}
CASES = [(*key, day, state) for key, cases in TABLE.items() for day, state in cases]


def _states(controls: Controls, day: str, **question: str) -> dict[tuple[str, str], str]:
    found = state_on(controls, date.fromisoformat(day), **question)
    return {
        (s.applicable.control.control_id, s.applicable.article.article): s.period.state
        for s in found
    }


@pytest.mark.parametrize(("control", "article", "day", "state"), CASES)
def test_state_on_the_day(
    controls: Controls, control: str, article: str, day: str, state: str | None
) -> None:
    assert _states(controls, day).get((control, article)) == state


@pytest.mark.parametrize("control", ["55", "56", "57", "58", "61", "62"])
@pytest.mark.parametrize("day", ["2026-11-11", "2026-11-22", "2027-01-10"])
def test_after_the_suspension_both_branches_with_weights(
    controls: Controls, control: str, day: str
) -> None:
    for article in controls.control(f"CN-2025-{control}").articles:
        period = article.period_on(date.fromisoformat(day))
        found = {(b.name, b.state, b.weight) for b in period.branches}
        assert found == EXTENDED_OR_REVIVED
        assert "No. 70" in period.check
        assert {b.assumption_id for b in period.branches} == {"branch_weight_truce_to_2027_01_10"}


def test_after_the_extension_no_weight_is_invented(controls: Controls) -> None:
    (article,) = controls.control("CN-2025-57").articles
    period = article.period_on(date(2027, 1, 11))
    assert [branch.weight for branch in period.branches] == [None, None]
    assert {branch.state for branch in period.branches} == {"suspended", "in_force"}


def test_dy_oxide_to_japan_on_28_october_2025(controls: Controls) -> None:
    states = _states(controls, "2025-10-28", material="Dy oxide", destination="JPN", issuer="CHN")
    assert states[("CN-2025-18", "whole")] == "in_force"
    assert states[("CN-2025-61", "para_1_3_china_origin_items")] == "in_force"
    assert states[("CN-2025-61", "para_1_1_value_rule")] == "announced"
    assert states[("CN-2025-61", "para_1_2_technology_rule")] == "announced"
    assert states[("CN-2025-62", "whole")] == "in_force"
    # No. 57 is on Ho, Er, Tm, Eu and Yb; No. 46 on the United States.
    assert ("CN-2025-57", "whole") not in states
    assert not [key for key in states if key[0] == "CN-2024-46"]


def test_japan_ban_is_for_military_users_and_the_practice_stands_apart(
    controls: Controls,
) -> None:
    states = state_on(controls, date(2026, 1, 31), "Dy oxide", destination="Japan")
    rows = states_table(states).to_pylist()
    (row,) = [row for row in rows if row["control_id"] == "CN-2026-01-JP"]
    assert (row["kind"], row["party"], row["coverage"]) == ("ban", "military", "whole")
    assert "licence reviews for Japan halted" in row["observed"]
    assert "licence reviews" not in row["de_jure"]
    civilian = state_on(
        controls, date(2026, 1, 31), "Dy oxide", destination="Japan", party="civilian"
    )
    assert "CN-2026-01-JP" not in {s.applicable.control.control_id for s in civilian}
    assert "CN-2025-18" in {s.applicable.control.control_id for s in civilian}


def test_observed_effects_are_those_seen_by_the_day(controls: Controls) -> None:
    row = _row(controls, date(2025, 4, 30), "CN-2025-18")
    assert "May 2025" not in (row["observed"] or "")
    assert "May 2025" in _row(controls, date(2025, 6, 30), "CN-2025-18")["observed"]


def _row(controls: Controls, day: date, control: str) -> dict[str, object]:
    rows = states_table(state_on(controls, day, "Dy oxide")).to_pylist()
    return next(row for row in rows if row["control_id"] == control)


@pytest.mark.parametrize(
    ("material", "control", "coverage"),
    [
        ("Dy oxide", "CN-2025-18", "whole"),
        ("dysprosium oxide", "CN-2025-18", "whole"),
        ("SmCo magnet", "CN-2025-18", "whole"),
        ("NdFeB magnet", "CN-2025-18", "conditional"),
        ("Gd magnet", "CN-2025-18", None),
        ("Nd oxide", "CN-2025-18", None),
        ("Ho oxide", "CN-2025-18", None),
        ("Nd oxide", "CN-2025-62", "whole"),
        ("REE", "CN-2025-18", "conditional"),
        ("Ga", "CN-2023-23-GAGE", "conditional"),
        ("Ga metal", "CN-2023-23-GAGE", "whole"),
        ("graphite", "CN-2023-39-GRAPHITE", "conditional"),
    ],
)
def test_scope(controls: Controls, material: str, control: str, coverage: str | None) -> None:
    rows = states_table(state_on(controls, date(2025, 10, 28), material)).to_pylist()
    found = {row["control_id"]: row["coverage"] for row in rows}
    assert found.get(control) == coverage


def test_condition_names_the_elements_that_matter(controls: Controls) -> None:
    rows = states_table(state_on(controls, date(2025, 10, 28), "NdFeB magnet")).to_pylist()
    (row,) = [row for row in rows if row["control_id"] == "CN-2025-18"]
    assert row["condition"] == "only if it is or holds Dy or Tb"
    rows = states_table(state_on(controls, date(2025, 10, 28), "Ga")).to_pylist()
    (row,) = [row for row in rows if row["control_id"] == "CN-2023-23-GAGE"]
    assert row["condition"] == "only as compound or metal or oxide"


@pytest.mark.parametrize(
    ("destination", "covered"),
    [("JPN", True), ("DEU", True), ("EU", True), ("CHN", False), ("world", True), (None, True)],
)
def test_extraterritorial_rule_reaches_every_country_but_china(
    controls: Controls, destination: str | None, covered: bool
) -> None:
    found = state_on(controls, date(2025, 10, 28), "Dy oxide", destination=destination)
    assert ("CN-2025-61" in {s.applicable.control.control_id for s in found}) is covered


def test_union_covers_its_members_and_not_the_united_kingdom(controls: Controls) -> None:
    on = date(2026, 8, 1)
    for destination, covered in (("DEU", True), ("EU", True), ("GBR", False), ("JPN", False)):
        found = state_on(controls, on, destination=destination)
        ids = {s.applicable.control.control_id for s in found}
        assert ("CN-2026-30-EU-ENT" in ids) is covered
    rows = states_table(state_on(controls, on, destination="XEU")).to_pylist()
    (row,) = [row for row in rows if row["control_id"] == "CN-2026-30-EU-ENT"]
    assert "only to DEU, FRA" in row["condition"]


def test_changes_from_october_2025_to_january_2026(controls: Controls) -> None:
    changes = changes_between(controls, date(2025, 10, 1), date(2026, 1, 10), issuer="CHN")
    found = {
        (c.after.applicable.control.control_id, c.after.applicable.article.article): (
            c.before.period.state,
            c.after.period.state,
        )
        for c in changes
    }
    for number in (55, 56, 57, 58, 62):
        assert found[(f"CN-2025-{number}", "whole")] == ("not_announced", "suspended")
    assert found[("CN-2024-46", "art_2")] == ("in_force", "suspended")
    assert ("CN-2024-46", "art_1") not in found
    assert found[("CN-2025-70", "whole")] == ("not_announced", "in_force")
    assert found[("CN-2026-01-JP", "whole")] == ("not_announced", "in_force")
    assert ("CN-2025-18", "whole") not in found


def test_state_names_the_next_date_to_watch(controls: Controls) -> None:
    states = state_on(controls, date(2026, 11, 22), "Ga", destination="USA", issuer="CHN")
    by_article = {s.applicable.article.article: s for s in states}
    assert by_article["art_2"].next_date == date(2026, 11, 28)
    row = _row(controls, date(2025, 10, 28), "CN-2025-61")
    assert row["next_date"] == date(2025, 11, 7)
