"""The brief: every section from tables, escaped, reproducible, whole or not at all."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from synthetic import CASE, HOSTILE, ROWS, synthetic, table

from allanite.errors import UsageError
from allanite.present.brief import compose_brief, write_brief
from allanite.present.sections.reconciliation import explained
from allanite.record import RunRecord

RECORD = RunRecord(command="brief invented", parameters={"seed": 1}, data_digest="0" * 64, seed=1)
SECTIONS = [
    "law", "chain", "dependence", "priorities", "reconciliation", "assumptions", "sources",
]  # fmt: skip


class Page(HTMLParser):
    """Ids, links and elements of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.elements.append((tag, values))
        if values.get("id"):
            self.ids.append(str(values["id"]))
        if tag == "a":
            self.links.append(str(values["href"]))


@pytest.fixture(scope="module")
def html() -> str:
    return compose_brief(synthetic()).html


def test_sections_stand_in_the_order_of_the_questions(html: str) -> None:
    found = [i for i in Page(html).ids if i in SECTIONS]
    assert found == SECTIONS


def test_every_link_inside_the_page_leads_somewhere_and_ids_are_distinct(html: str) -> None:
    page = Page(html)
    assert len(page.ids) == len(set(page.ids))
    inside = {link[1:] for link in page.links if link.startswith("#")}
    assert inside <= set(page.ids)


def test_every_figure_leads_to_its_table(html: str) -> None:
    figures = re.findall(r"<figure id=.*?</figure>", html, re.S)
    assert len(figures) >= 9
    assert all('href="#table-' in figure and "<table" in figure for figure in figures)


def test_every_row_of_a_figure_leads_to_its_source(html: str) -> None:
    for figure in re.findall(r"<figure id=.*?</figure>", html, re.S):
        body = figure[figure.index("<tbody>") : figure.index("</tbody>")]
        rows = re.findall(r"<tr.*?</tr>", body, re.S)
        assert rows
        assert all("<a href=" in row for row in rows)


def test_hostile_names_are_text_and_hostile_links_are_dropped(html: str) -> None:
    page = Page(html)
    assert not [tag for tag, _ in page.elements if tag in ("script", "iframe", "object", "img")]
    assert not [name for _, values in page.elements for name in values if name.startswith("on")]
    assert not [link for link in page.links if link.lower().startswith("javascript")]
    assert HOSTILE not in html
    assert "&lt;script&gt;alert" in html


def test_no_address_is_loaded(html: str) -> None:
    assert "default-src 'none'" in html
    assert not re.search(r"(?:src|srcset)\s*=|@import|url\(", html)
    links = {tag for tag, values in Page(html).elements if "href" in values}
    assert links == {"a"}


def test_recalled_and_assumed_rows_carry_a_tag(html: str) -> None:
    assert '<span class="tag">recalled</span>' in html
    assert '<span class="tag">assumed</span>' in html


def test_the_headline_has_three_to_six_findings_with_ranges_and_links() -> None:
    findings = compose_brief(synthetic()).findings
    assert 3 <= len(findings) <= 10
    assert all(finding.href.startswith("#") for finding in findings)
    told = " ".join(finding.text for finding in findings)
    assert "95 % (90–98 %)" in told
    assert "China has 1 control article in force on 22 November 2026" in told
    assert "61 observations of many sources; 2 statements contradict" in told
    assert "Share of China in invented magnets: 90 % (84–95 %)" in told


def test_both_branches_of_an_unknown_state_are_printed(html: str) -> None:
    assert "extended: suspended (weight 80 %)" in html
    assert "revived: in force (weight 20 %)" in html


def test_missing_risk_is_no_data_and_never_zero(html: str) -> None:
    germanium = next(r for r in re.findall(r"<tr>.*?</tr>", html, re.S) if ">germanium<" in r)
    assert "no data" in germanium
    assert "0.000" not in germanium


def test_minerals_without_data_are_named_and_have_no_point(html: str) -> None:
    figure = html[html.index('<figure id="figure-minerals"') :]
    figure = figure[: figure.index("</figure>")]
    rows = [re.sub(r"<[^>]+>", "|", row) for row in re.findall(r"<tr>.*?</tr>", figure, re.S)]
    own, none, world = (
        next(r for r in rows if w in r) for w in ("United States", "Japan", "97–99")
    )
    # 60 % of unpublished origin stands before the 22 % of the largest known one.
    assert "not published" in own and "60 %" in own and "22 %" not in own
    assert none.count("no data") >= 3 and "0 %" not in none and "No invented code." in none
    assert "China" in world and "98 % (97–99 %)" in world
    drawing = figure[figure.index("<svg", figure.index("panels")) : figure.index("figcaption")]
    assert "USA: unknown" in drawing and "JPN: no data" in drawing and "World: no data" in drawing
    # Two widths; the world and refining in the United States alone have a point.
    told = re.findall(r"(?:Raw g|G)allium, [^<]*", drawing)
    assert sorted(set(told)) == [
        "Gallium, United States: JPN 47 %",
        "Raw gallium, World output: CHN 98 %",
    ]
    assert len(told) == 4
    assert "No share is shown where nobody publishes the makers: gallium." in html


def test_a_case_of_one_partner_has_its_own_ranking() -> None:
    case = replace(CASE, partners=("USA",))
    data = synthetic(case=case)
    rows = [{**r, "agreement": "the partner's list"} for r in data.rows("joint_priorities")]
    tables = {**data.tables, "joint_priorities": table("joint_priorities", rows)}
    brief = compose_brief(replace(data, tables=tables))
    assert "On the list of the United States: 3 minerals" in brief.html
    assert "The first priorities" in brief.html and "oint priorities" not in brief.html.split(
        '<section id="tables"'
    )[0].replace(">Joint priorities</a>", "")
    assert any("The first priorities are Dysprosium" in finding.text for finding in brief.findings)


def test_a_partner_counted_in_a_larger_region_is_told_so() -> None:
    html = compose_brief(synthetic(case=replace(CASE, partners=("USA", "AUS")))).html
    assert (
        "No source gives the use of Australia by itself: the network counts it in the Rest of world"
    ) in html


# Tables that name or draw what other tables hold leave no gap of their own.
@pytest.mark.parametrize("name", sorted(set(ROWS) - {"regions", "country_outlines", "controls"}))
def test_each_empty_table_is_said_to_be_empty(name: str) -> None:
    html = compose_brief(synthetic(empty=[name])).html
    entry = html[html.index(f'<section id="table-{name}"') :]
    assert "0 rows." in entry[: entry.index("</section>")]
    assert re.search(r"is empty|no rows|is not known|no sites", html)


def test_a_brief_of_empty_tables_states_no_finding() -> None:
    brief = compose_brief(synthetic(empty=ROWS))
    assert brief.findings == ()
    assert "there is no finding to state" in brief.html
    assert "<figure" not in brief.html


def test_equal_inputs_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("first", "second"):
        write_brief(synthetic(), RECORD, tmp_path / name)
    first = {p.relative_to(tmp_path / "first"): p for p in (tmp_path / "first").rglob("*.*")}
    assert len(first) == len(ROWS) + 3
    for name, path in first.items():
        assert path.read_bytes() == (tmp_path / "second" / name).read_bytes(), name


def test_a_brief_replaces_a_brief_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write_brief(synthetic(), RECORD, folder)
    write_brief(synthetic(empty=["sites"]), RECORD, folder)
    assert "The table of sites is empty" in (folder / "brief.html").read_text()
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"notes\.txt"):
        write_brief(synthetic(), RECORD, folder)
    assert (folder / "notes.txt").read_text() == "mine"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("name", ["tables/mine.docx", "tables/mine.parquet", "brief.html"])
def test_files_of_the_reader_under_our_names_stay(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "out"
    (folder / "tables").mkdir(parents=True)
    if name != "brief.html":
        (folder / "record.json").write_text("{}")
    (folder / name).write_text("mine")
    with pytest.raises(UsageError, match=re.escape(name)):
        write_brief(synthetic(), RECORD, folder)
    assert (folder / name).read_text() == "mine"


def test_a_brief_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for name in ("file/out", "x" * 300):
        with pytest.raises(UsageError, match="cannot write"):
            write_brief(synthetic(), RECORD, tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_nothing_half_written_stays_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("allanite.present.brief.write_workbook", fail)
    with pytest.raises(UsageError, match="disk full"):
        write_brief(synthetic(), RECORD, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_shared_cause_is_told_once_and_its_rows_stand_together() -> None:
    rows = [
        {"observation_id": "a", "topic": "canada", "residual": 7.0, "explanation": "cause"},
        {"observation_id": "b", "topic": "israel", "residual": 5.0, "explanation": "other"},
        {"observation_id": "c", "topic": "canada", "residual": -4.0, "explanation": "cause"},
        {"observation_id": "d", "topic": None, "residual": 3.5, "explanation": None},
    ]
    told = [(row["observation_id"], row["told"]) for row in explained(rows)]
    assert told == [
        ("a", "cause"),
        ("c", "Same cause as above."),
        ("b", "other"),
        ("d", "none yet"),
    ]
