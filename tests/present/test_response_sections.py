"""Sections of the response: who stops first, what to do now, and what they say of gaps."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from synthetic import HOSTILE, synthetic, table
from synthetic_response import (
    BRANCHES,
    PERIODS,
    RESPONSE_ROWS,
    cover,
    pairs,
    prices,
    synthetic_response,
)
from test_brief_page import Page

from allanite.conditions.horizon import Horizon
from allanite.present.brief import compose_brief
from allanite.present.data import BriefData
from allanite.present.page import Figure
from allanite.present.response import (
    branches,
    horizon_weeks,
    horizon_words,
    names_of,
    period_end,
    period_start,
    short_weeks,
    told_together,
    weeks_range,
)
from allanite.present.response_text import readable_cover, readable_measures, response_lines
from allanite.present.sections.answer import answer_section, measure_rows
from allanite.present.sections.choke import choke_rows
from allanite.present.sections.served import served_shares
from allanite.present.sections.stops import stops_section
from allanite.studies.response.courses import NO_LICENCES, STATED

FIGURES = [
    "figure-cover",
    "figure-served-1",
    "figure-served-2",
    "figure-choke",
    "figure-measures",
    "figure-pairs",
    "figure-stocks",
    "figure-prices",
]
REVIVED, EXTENDED = BRANCHES


@pytest.fixture(scope="module")
def data() -> BriefData:
    return synthetic_response()


@pytest.fixture(scope="module")
def html(data: BriefData) -> str:
    return compose_brief(data).html


def figure_of(data: BriefData, identifier: str) -> Figure:
    found = (*stops_section(data).figures, *answer_section(data).figures)
    return next(f for f in found if f.identifier == identifier)


def told_marks(figure: Figure) -> list[str]:
    return [t for p in figure.panels for t in re.findall(r"<title>([^<]*)</title>", p.svg)]


def test_the_sections_follow_the_law(html: str) -> None:
    found = [i for i in Page(html).ids if i in ("law", "stops", "answer", "chain")]
    assert found == ["law", "stops", "answer", "chain"]


def test_ids_are_distinct_and_links_lead_somewhere(html: str) -> None:
    page = Page(html)
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert [i for i in page.ids if i in FIGURES] == FIGURES


def test_every_row_of_a_figure_leads_to_its_source_and_names_are_text(html: str) -> None:
    for figure in re.findall(r"<figure id=.*?</figure>", html, re.S):
        body = figure[figure.index("<tbody>") : figure.index("</tbody>")]
        assert all("<a href=" in row for row in re.findall(r"<tr.*?</tr>", body, re.S))
    assert HOSTILE not in html
    assert not [tag for tag, _ in Page(html).elements if tag in ("script", "iframe", "img")]


def test_the_lead_names_the_first_use_of_each_partner_in_each_branch(data: BriefData) -> None:
    revived, extended = stops_section(data).lead[:2]
    assert revived.startswith(f"With {REVIVED}: if nobody acts, the United States runs short")
    # 1.4 weeks in Japan; the rows of the United States stand 1.6 times later: 2.24, 1.28, 4.16.
    assert "first in defence and aerospace after 2 weeks (1.3–4) (samarium metal)" in revived
    assert "after 1.4 weeks (0.8–3)" in revived
    assert "Below 95 % within 24 months: 6 of 7 uses of the United States" in revived
    # 4,000 / 1.4 weeks, the same in both partners.
    assert "Most is lost in Defence and aerospace of the United States: 2.9 billion" in revived
    assert extended.startswith(f"With {EXTENDED}:") and "after 20 weeks (9–41)" in extended


def test_what_is_the_same_in_two_branches_is_told_once() -> None:
    assert told_together({"a": "it rains.", "b": "it rains.", "c": "", "d": "it snows."}) == [
        "With a or with b: it rains.",
        "With d: it snows.",
    ]
    assert told_together({STATED: "it rains."}) == ["It rains."]


def test_a_single_course_of_the_law_has_no_branch_in_its_words() -> None:
    data = synthetic_response(branches=[REVIVED])
    assert branches(data) == [STATED]
    section = stops_section(data)
    assert section.lead[0].startswith("If nobody acts, the United States")
    html = compose_brief(data).html
    assert STATED not in html[html.index('<section id="stops"') : html.index('<section id="chain"')]
    headings = [h.text for t in section.tables for h in t.headings]
    assert "Branch" not in headings


def test_uses_that_do_not_stop_are_drawn_open_and_said_so(data: BriefData) -> None:
    told = told_marks(figure_of(data, "figure-cover"))
    assert f"Power steering · automotive, with {EXTENDED}: does not stop" in told
    assert f"Invented motors · automotive, with {EXTENDED}: may stop" in told
    assert f"Invented motors · automotive, with {REVIVED}: 6 (4–9)" in told
    assert not [text for text in told if text.startswith("Glass and ceramics")]


@pytest.mark.parametrize(
    ("weeks", "low", "high", "long", "short"),
    [
        (6.1, 4.2, 9.0, "6 weeks (4–9)", "6 (4–9)"),
        (1.0, 0.6, 1.9, "1.0 week (0.6–1.9)", "1.0 (0.6–1.9)"),
        (4.0, 4.0, 4.0, "4 weeks", "4"),
        (17.0, 12.0, None, "17 weeks (12–later)", "17 (12–later)"),
        (0.01, 0.0, 0.3, "under 0.1 weeks (0–0.3)", "under 0.1 (0–0.3)"),
        (5.0, None, None, "5 weeks (range not known)", "5 (range not known)"),
        (None, None, None, "not within the time looked at", "does not stop"),
        (None, 30.0, None, "not within the time looked at (30 weeks at low stocks)", "may stop"),
    ],
)
def test_weeks_in_words(
    weeks: float | None, low: float | None, high: float | None, long: str, short: str
) -> None:
    row = {"weeks": weeks, "low": low, "high": high}
    assert (weeks_range(row), short_weeks(row)) == (long, short)


def test_shares_served_are_what_is_neither_postponed_nor_idle(data: BriefData) -> None:
    shares = served_shares(data)[REVIVED, "nothing", "JPN", "Invented motors"]
    # 6.1 weeks of cover: the first month is served, from the second on 65 % are missing.
    assert shares[PERIODS[0]] == pytest.approx(1.0)
    assert shares[PERIODS[1]] == pytest.approx(0.35)
    told = told_marks(figure_of(data, "figure-served-1"))
    month = "2026-12-01 to 2028-11-01"
    assert f"Invented motors, if nobody acts, {month}: 35 % served" in told


def test_the_headline_tells_each_course_after_the_law_and_no_more_than_ten(
    data: BriefData,
) -> None:
    findings = compose_brief(data).findings
    assert [f.href for f in findings[:3]] == ["#law", "#stops", "#stops"]
    assert 6 <= len(findings) <= 10
    assert findings[1].text.startswith(f"With {REVIVED}: if nobody acts, the United States")
    assert "what saves most alone is stock release (1.5 billion USD)." in findings[1].text


def test_licence_diplomacy_is_told_apart_from_own_measures(data: BriefData) -> None:
    lead = answer_section(data).lead
    assert "allied spare capacity" in lead[0] and "licence diplomacy" not in lead[0]
    assert any(
        "if more licences were approved, that alone would save 900 million" in x for x in lead
    )
    assert any("would be worth 180 million USD" in x for x in lead)
    assert any(x == f"With {EXTENDED}: to know the course of the controls in advance would change "
               "nothing." for x in lead)  # fmt: skip


def test_measures_stand_by_rank_and_negative_numbers_have_a_minus(data: BriefData) -> None:
    ranks = [row["rank"] for row in measure_rows(data, REVIVED)]
    assert ranks == sorted(ranks)
    told = told_marks(figure_of(data, "figure-measures"))
    assert "purchase outside, if left out: −3.0 m left out" in told
    assert "stock release, alone: 1.5 bn alone" in told


def test_pairs_apart_are_not_drawn(data: BriefData) -> None:
    rows = [row for row in pairs() if row["reading"] != "apart"]
    told = set(told_marks(figure_of(data, "figure-pairs")))
    assert len(told) == 8 < len(rows)
    assert all("apart" not in text for text in told)
    assert any("overlap" in text for text in told)


def test_prices_part_by_the_dearer_class(data: BriefData) -> None:
    figure = figure_of(data, "figure-prices")
    told = told_marks(figure)
    # 240 USD/kg, five times as much in Japan after six months; listed origin is cheaper there.
    assert "Japan, 2027-05-01: 1,200" in told and "China, 2027-05-01: 240" in told
    assert figure.panels[0].heading == "Dysprosium oxide: up to 5.0 times the price in China"


def test_a_market_without_rows_keeps_the_normal_price(data: BriefData) -> None:
    rows = [row for row in prices() if row["place"] != "CHN"]
    tables = {**data.tables, "response_prices": table("response_prices", rows)}
    figure = figure_of(replace(data, tables=tables), "figure-prices")
    assert "China, 2027-05-01: 240" in told_marks(figure)
    assert not any(cell.text == "China" for row in figure.table.rows for cell in row)


def test_stocks_of_partners_alone_are_drawn_and_classes_of_origin_added(data: BriefData) -> None:
    told = told_marks(figure_of(data, "figure-stocks"))
    assert any(text.startswith("Terbium oxide · government") for text in told)
    figure = figure_of(data, "figure-stocks")
    assert "54 of 60 t" in "".join(panel.svg for panel in figure.panels)
    assert "10 t" not in re.sub(r"\d of \d+ t", "", "".join(told))


def test_choke_points_are_ranked_and_mapped(data: BriefData) -> None:
    rows = choke_rows(data, "country")
    assert [row["loss"] for row in rows] == sorted((r["loss"] for r in rows), reverse=True)
    told = told_marks(figure_of(data, "figure-choke"))
    # The invented outlines know China alone.
    assert told and all(text.startswith("China") for text in told)
    lead = stops_section(data).lead[-1]
    assert "rare earths, separation, in China would cost the partners most: 9.0 billion USD" in lead
    assert "Next outside it: rare earths, magnet, in Japan" in lead


def test_the_case_without_licences_comes_last_and_is_no_course_of_the_law() -> None:
    base = synthetic_response()
    rows = [{**r, "branch": NO_LICENCES, "loss_nothing": 1e6} for r in cover()]
    rows = [*cover(), *(r for r in rows if r["end_use"] == "Invented motors")]
    seen = {(r["branch"], r["region"], r["end_use"]): r for r in rows}
    tables = {**base.tables, "response_cover": table("response_cover", list(seen.values()))}
    assert branches(replace(base, tables=tables)) == [REVIVED, EXTENDED, NO_LICENCES]


def test_names_of_materials(data: BriefData) -> None:
    names = names_of(data)
    assert names.material("met_dy@CHN") == "Dysprosium metal, listed origin CHN"
    assert names.material("ox_y") == "yttrium oxide"
    assert names.material("seg_mp") == "seg mp"
    assert names.material(None) == "not known"


@pytest.mark.parametrize("step", [1 / 12, 7 / 365.25])
def test_periods_read_from_their_labels_are_those_of_the_horizon(step: float) -> None:
    start = period_start("2026-11")
    horizon = Horizon(start, step, 14)
    labels = horizon.labels
    found = [(period_start(x), period_end(labels, i)) for i, x in enumerate(labels)]
    assert found == [(horizon.first_day(i), horizon.first_day(i + 1)) for i in range(14)]


def test_the_time_looked_at(data: BriefData) -> None:
    assert horizon_words(data) == "24 months"
    # 1 November 2026 to 1 November 2028: 731 days.
    assert horizon_weeks(data) == pytest.approx(731 / 7)


@pytest.mark.parametrize("name", sorted(RESPONSE_ROWS))
def test_each_section_lives_without_any_one_table(name: str) -> None:
    data = synthetic_response(empty=[name])
    page = Page(compose_brief(data).html)
    assert {"stops", "answer"} <= set(page.ids)
    tables = dict(data.tables)
    del tables[name]
    page = Page(compose_brief(replace(data, tables=tables)).html)
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)


def test_a_brief_without_a_response_says_so_in_one_sentence_each() -> None:
    brief = compose_brief(synthetic())
    assert "No response was computed for it" in brief.html
    stops, answer = brief.sections[1:3]
    assert stops.lead == (
        "No table of cover stands in this brief: who stops first is not known here.",
    )
    assert answer.lead == (
        "No table of measures stands in this brief: what to do now is not known here.",
    )
    assert stops.figures == answer.figures == ()
    assert "No response was computed for it" not in compose_brief(synthetic_response()).html


def test_the_same_in_a_terminal(data: BriefData) -> None:
    lines = response_lines(data)
    assert lines[0].startswith(f"With {REVIVED}: if nobody acts")
    covers, measures = readable_cover(data), readable_measures(data)
    # Six uses stop for two partners in one branch, one in the other; nothing is lost elsewhere.
    assert covers.num_rows == 14
    assert measures.column("measure").to_pylist()[0] == "stock release"
    assert {"with", "cover"} <= set(covers.column_names)
    assert response_lines(synthetic_response(empty=["response_measures"]))[-1].startswith("With")
