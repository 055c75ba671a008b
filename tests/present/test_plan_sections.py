"""What to build and store: sentences, figures and tables from invented rows."""

from __future__ import annotations

import re
from dataclasses import replace

import pyarrow as pa
import pytest
from synthetic import HOSTILE, synthetic
from synthetic_plan import PLAN_ROWS, projects, synthetic_plan
from synthetic_response import synthetic_response
from test_brief_page import Page

from allanite.conditions.plan_case import Budget
from allanite.errors import UsageError
from allanite.present.brief import compose_brief
from allanite.present.data import BriefData
from allanite.present.page import Figure
from allanite.present.plan import (
    Figure as PlanFigure,
)
from allanite.present.plan import (
    budget_words,
    capital_by_payer,
    changes_words,
    days_words,
    first_output,
    money_range,
    orders,
    quarter,
    regret_words,
)
from allanite.present.plan_compare import comparison_lines, comparison_table
from allanite.present.plan_text import plan_lines, readable_projects, readable_stocks
from allanite.present.sections.plan import plan_section

FIGURES = [
    "figure-plan-capital",
    "figure-plan-timing",
    "figure-plan-orders",
    "figure-plan-cover",
    "figure-plan-shortage",
    "figure-plan-loss",
    "figure-plan-permits",
    "figure-plan-front",
]


@pytest.fixture(scope="module")
def data() -> BriefData:
    return synthetic_plan()


@pytest.fixture(scope="module")
def html(data: BriefData) -> str:
    return compose_brief(data).html


def marks(data: BriefData, identifier: str) -> list[str]:
    found: Figure = next(f for f in plan_section(data).figures if f.identifier == identifier)
    return [t for p in found.panels for t in re.findall(r"<title>([^<]*)</title>", p.svg)]


def test_the_section_follows_what_to_do_now(html: str) -> None:
    found = [i for i in Page(html).ids if i in ("answer", "plan", "chain")]
    assert found == ["answer", "plan", "chain"]
    assert "does not say what to build" not in html


def test_ids_are_distinct_links_lead_somewhere_and_figures_stand_in_order(html: str) -> None:
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


def test_the_lead_says_what_who_pays_what_it_saves_and_how_sure(data: BriefData) -> None:
    lead = plan_section(data).lead
    # 400 + 2 + 60 for projects; 2 partners x 2 years x (15 + 2.5) for stocks.
    assert lead[0].startswith(
        "Build 3 projects and contracts for 460 million USD and order stocks for 70 million USD, "
        "530 million USD together (the United States 95 million USD, Japan 37 million USD and "
        "either partner 400 million USD)."
    )
    assert "It saves 3.9 billion USD on the mean; 3.5 (2.9–4.0) billion USD on courses" in lead[0]
    assert "mean from 20.4 billion USD to 16.5 billion USD" in lead[1]
    assert "Building it or leaving it cannot be told apart: Contract." in lead[2]
    assert "adding it cannot be told apart: Left out." in lead[2]
    assert "worth most at Great mine (5.0 million USD)." in lead[3]
    assert "1 project under way goes on whatever is decided." in lead[3]
    assert "1 of them run at less than 10 %" in lead[3]
    assert "16 courses" in lead[4] and "120–140 million USD" in lead[4] and "0.04 %" in lead[4]
    assert "2 of the 3 projects" in lead[5]


def test_the_headline_names_the_plan(data: BriefData) -> None:
    found = [f for f in compose_brief(data).findings if f.href == "#plan"]
    assert len(found) == 1
    assert found[0].text.startswith("Build 3 projects and contracts")


def test_without_a_plan_the_section_says_so_and_draws_nothing() -> None:
    html = compose_brief(synthetic_response()).html
    assert "No plan stands in this brief" in html and "does not say what to build" in html
    assert not set(FIGURES) & set(Page(html).ids)


@pytest.mark.parametrize("name", [name for name in PLAN_ROWS if name != "material_prices"])
def test_each_table_may_be_empty(name: str) -> None:
    page = Page(compose_brief(synthetic_plan(empty=[name])).html)
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)


def test_a_plan_that_decides_nothing_says_so() -> None:
    data = synthetic_plan(empty=["plan_stocks"])
    kept = [{**row, "built_share": 0.0, "capital": 0.0} for row in projects()]
    columns = data.tables["plan_projects"].schema
    data.tables["plan_projects"] = pa.Table.from_pylist(kept, columns)  # type: ignore[index]
    assert plan_section(data).lead[0].startswith("The plan builds and stores nothing")


def test_figures_say_their_values(data: BriefData) -> None:
    assert "Great mine, : 400 m · Q1\u00a02027" in marks(data, "figure-plan-capital")
    assert any("nine in ten courses by 2029-12-31" in t for t in marks(data, "figure-plan-timing"))
    assert any("60 t · 41 days" in t for t in marks(data, "figure-plan-orders"))
    assert any("10 t · no own use" in t for t in marks(data, "figure-plan-orders"))
    # 10 t at 300,000 USD/t in the first quarter.
    assert "Oxide, 2027-01-01: 3" in marks(data, "figure-plan-cover")
    assert any("3.0 % (18.0 %)" in t for t in marks(data, "figure-plan-shortage"))
    assert "with plan, 2028: mean 100, worst courses 400" in marks(data, "figure-plan-loss")
    assert len([t for t in marks(data, "figure-plan-front") if t.startswith("Weight 50 %")]) == 2


def test_orders_of_all_years_are_one_row(data: BriefData) -> None:
    rows = orders(data)
    assert [(r["region"], r["material"], r["ordered_amount"]) for r in rows] == [
        ("JPN", "ox_dy", 60.0),
        ("USA", "ox_dy", 60.0),
        ("JPN", "met_dy", 10.0),
        ("USA", "met_dy", 10.0),
    ]
    assert rows[0]["years"] == {2027: 30.0, 2028: 30.0}
    assert capital_by_payer(data)["JPN"] == (2.0, 35.0)


def test_a_payer_who_is_no_partner_is_named_too(data: BriefData) -> None:
    alone = replace(data, case=replace(data.case, partners=("JPN",)))
    assert list(capital_by_payer(alone)) == ["JPN", "both", "USA"]
    assert any(line.startswith("Build, United States: ") for line in plan_lines(alone))


def test_what_other_odds_would_change_is_told_by_name(data: BriefData, html: str) -> None:
    assert "drop Great mine" in html
    assert changes_words(data, "add CONTRACT, drop ELSEWHERE") == "add Contract, drop ELSEWHERE"
    assert changes_words(data, "none") == "none"


def test_words() -> None:
    assert money_range(2_940.0, 3_960.0) == "2.9–4.0 billion USD"
    assert money_range(900.0, 1_100.0) == "900 million USD to 1.1 billion USD"
    assert money_range(5.01, 5.02) == "5.0 million USD"
    assert PlanFigure(None, None, None).told() == "not known"
    assert PlanFigure(900.0, 800.0, 1_100.0).told() == (
        "900 million USD (800 million USD to 1.1 billion USD)"
    )
    assert quarter("2029-10-01") == "Q4\u00a02029"
    assert quarter(None) == "not within the years of the plan"
    assert days_words(0.0) == "no own use" and days_words(1e4) == "over 5 years"
    row = {"first_output": "2028-01-01", "late_first_output": None}
    assert first_output(row) == "Q1\u00a02028 (later or never)"
    assert first_output({**row, "late_first_output": "2028-01-01"}) == "Q1\u00a02028"


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (None, None, "–"),
        (0.0, None, "cannot be told apart"),
        (0.0, 12.0, "cannot be told apart, at most 12 million USD"),
        (80.0, 95.0, "80–95 million USD"),
        (70.0, None, "at least 70 million USD"),
    ],
)
def test_a_regret_that_may_be_nothing_is_no_difference(
    low: float | None, high: float | None, text: str
) -> None:
    assert regret_words({"regret_low": low, "regret_high": high}) == text


def test_the_terminal_says_the_same(data: BriefData) -> None:
    lines = plan_lines(data)
    assert any(
        line.startswith("Build, Shared: Great mine (400 million USD, decided Q1\u00a02027")
        for line in lines
    )
    assert any("Contract, 70 % of it" in line for line in lines)
    assert any(
        line.startswith("Store, Japan, 35 million USD: oxide 30 million USD") for line in lines
    )
    assert lines[-1] == (
        f"Probabilities are assumptions: allanite plan {data.case.case_id} --show assumptions"
    )
    assert readable_projects(data).num_rows == 3
    assert readable_stocks(data).column("cover").to_pylist()[-1] == "no own use"


def test_the_budget_in_words() -> None:
    data = synthetic()
    budget = Budget(total=5000.0, partners=(("USA", 4000.0),), yearly=1500.0)
    assert budget_words(data, budget) == (
        "Budget: 5.0 billion USD in all, at most 4.0 billion USD from the United States and at "
        "most 1.5 billion USD in any year."
    )
    assert budget_words(data, Budget(total=10.0)) == "Budget: 10 million USD in all."


def test_two_plans_side_by_side(data: BriefData) -> None:
    first = {name: data.tables[name] for name in ("plan_figures", "plan_projects", "plan_stocks")}
    kept = [r if r["name"] != "Great mine" else {**r, "built_share": 0.0} for r in projects()]
    schema = first["plan_projects"].schema
    second = {**first, "plan_projects": pa.Table.from_pylist(kept, schema)}
    rows = comparison_table(first, second).to_pylist()
    built = [row for row in rows if row["kind"] == "project"]
    assert [(r["what"], r["first"], r["second"], r["difference"]) for r in built] == [
        ("Great mine (GREAT MINE)", 1.0, 0.0, -1.0)
    ]
    assert not [row for row in rows if row["kind"] == "stock"]
    saved = next(r for r in rows if r["what"] == "value of perfect information")
    assert (saved["first"], saved["difference"]) == (175.0, 0.0)
    lines = comparison_lines(first, second, ("a", "b"))
    assert lines[:2] == ["Built in a only: Great mine.", "Built in b only: nothing."]
    with pytest.raises(UsageError, match="different tables"):
        comparison_table(
            {"plan_figures": first["plan_figures"]}, {"plan_stocks": first["plan_stocks"]}
        )
