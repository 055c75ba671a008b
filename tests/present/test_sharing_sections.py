"""What it costs and who pays: sentences, figures and tables from invented rows."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from synthetic import HOSTILE
from synthetic_plan import synthetic_plan
from synthetic_sharing import (
    PARTNERS,
    SHARING_ROWS,
    coalition,
    coalitions,
    rules,
    stability,
    synthetic_sharing,
)
from test_brief_page import Page

from allanite.present.brief import compose_brief
from allanite.present.data import BriefData
from allanite.present.page import Figure
from allanite.present.plan import money_range
from allanite.present.sections.sharing import sharing_lead, sharing_section
from allanite.present.sections.sharing_words import core_lines, split_line, worth_line
from allanite.present.sharing import departure, holdings, ranged_money, ranged_short, stock_label
from allanite.present.sharing import rules as rules_of

FIGURES = [
    "figure-share-costs",
    "figure-share-sources",
    "figure-share-rules",
    "figure-share-rights",
    "figure-stock-holdings",
    "figure-stock-cover",
    "figure-stock-overlap",
]


@pytest.fixture(scope="module")
def data() -> BriefData:
    return synthetic_sharing()


@pytest.fixture(scope="module")
def html(data: BriefData) -> str:
    return compose_brief(data).html


def marks(data: BriefData, identifier: str) -> list[str]:
    found: Figure = next(f for f in sharing_section(data).figures if f.identifier == identifier)
    return [t for p in found.panels for t in re.findall(r"<title>([^<]*)</title>", p.svg)]


def three(data: BriefData, pair: float, width: float) -> BriefData:
    """Three partners who save 300 together, of whom the first two save `pair` on their own."""
    rows = [
        *(coalition(name, 1_000.0, 0.0, 0.0) for name in ("USA", "JPN", "AUS")),
        coalition("USA + JPN", 2_000.0 - pair, pair, width),
        coalition("USA + AUS", 2_000.0, 0.0, width),
        coalition("JPN + AUS", 2_000.0, 0.0, width),
        coalition("USA + JPN + AUS", 2_700.0, 300.0, width),
    ]
    row = {**rules()[4], "is_in_core": True, "leaves": None, "rule": "equal", "saving": 100.0}
    shares = [{**row, "player": name, "cost": 900.0} for name in ("USA", "JPN", "AUS")]
    found = synthetic_sharing(data=data, share_coalitions=rows, share_rules=shares)
    return replace(found, case=replace(data.case, partners=("USA", "JPN", "AUS")))


def test_the_section_follows_what_to_build_and_store(html: str) -> None:
    found = [i for i in Page(html).ids if i in ("plan", "sharing", "chain")]
    assert found == ["plan", "sharing", "chain"]
    assert "does not say what acting together is worth" not in html


def test_ids_are_distinct_links_lead_somewhere_and_figures_stand_in_order(html: str) -> None:
    page = Page(html)
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert [i for i in page.ids if i in FIGURES] == FIGURES


def test_every_row_leads_to_its_source_and_names_are_text(html: str) -> None:
    section = html[html.index('<section id="sharing"') : html.index('<section id="chain"')]
    bodies = re.findall(r"<tbody>.*?</tbody>", section, re.S)
    assert len(bodies) == len(FIGURES) + 4
    rows = [row for body in bodies for row in re.findall(r"<tr.*?</tr>", body, re.S)]
    assert all("<a href=" in row for row in rows)
    assert section.count('href="#table-') >= 2 * len(FIGURES)
    assert HOSTILE not in html and "&lt;script&gt;alert" in section
    assert not [tag for tag, _ in Page(html).elements if tag in ("script", "iframe", "img")]


def test_the_lead_says_worth_split_stability_and_stocks(data: BriefData) -> None:
    lead = sharing_lead(data)
    # 400 of 16,400 is 2.4 %.
    assert lead[0].startswith(
        "Acting together saves the United States and Japan 400 (300–500) million USD, 2.4 % of the "
        "16.4 billion USD that they would bear alone."
    )
    assert (
        "The saving is mostly 450 million USD on delayed use and idle plants and 20 million USD on "
        "filling and holding stocks, less 70 million USD on running plants and buying from those "
        "abroad."
    ) in lead[0]
    assert "capital for projects goes from 500 million USD to 300 million USD" in lead[0]
    assert "the mean loss goes from 2.00 billion USD to 1.60 billion USD." in lead[0]
    assert lead[1].startswith(
        "Under the nucleolus the United States is better off by 200 million USD and Japan is "
        "better off by 200 million USD. For that Japan pays the United States 100 million USD"
    )
    assert (
        "From the start on nobody has a reason to leave under the nucleolus, the Shapley value"
        in lead[1]
    )
    assert (
        "Japan would gain 30 million USD by leaving under shares in proportion to demand"
        in (lead[1])
    )
    assert "acting together: the United States" not in lead[2]
    assert lead[2] == (
        "Staying outside while the others act together: the United States loses 150–250 million "
        "USD. Leaving once an embargo has come: the United States may gain or lose "
        "(−20 to 10 million USD: it cannot be told) and Japan gains 20–40 million USD."
    )
    # Joint orders: USA 15 + 15, Japan metal 15; the two of the United States serve Japan.
    assert lead[3].startswith(
        "The joint plan orders stocks in the United States 30 million USD and Japan 15 million USD."
        " 30 million USD of it serves another partner most in an embargo."
    )
    assert "50 t worth 15 million USD at normal prices: dysprosium oxide 15 million USD" in lead[3]
    assert "lies there today" not in lead[3]
    # Two partners, 22 t of the months 1, 4, 7, 10 at 0.3 million USD a tonne.
    assert "worth 26 million USD under separate plans and 13 million USD" in lead[3]
    assert "Not modelled" in lead[4]


def test_the_headline_names_what_acting_together_is_worth(data: BriefData) -> None:
    found = [f for f in compose_brief(data).findings if f.href == "#sharing"]
    assert len(found) == 1
    assert found[0].text.startswith("Acting together saves")


def test_without_the_tables_the_section_says_so_and_draws_nothing() -> None:
    html = compose_brief(synthetic_plan()).html
    assert "It was not worked out for this brief what acting together" in html
    assert "does not say what acting together is worth" in html
    assert not set(FIGURES) & set(Page(html).ids)


def test_one_partner_shares_nothing() -> None:
    base = synthetic_plan()
    html = compose_brief(replace(base, case=replace(base.case, partners=("JPN",)))).html
    assert "There is one partner: nothing is shared." in html
    assert "does not say what acting together is worth" not in html


@pytest.mark.parametrize("name", SHARING_ROWS)
def test_each_table_may_be_empty(name: str) -> None:
    page = Page(compose_brief(synthetic_sharing(empty=[name])).html)
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)


def test_what_bounds_do_not_allow_is_not_claimed(data: BriefData) -> None:
    def worth(saving: float, width: float) -> str:
        rows = [*coalitions()[:2], coalition("USA + JPN", 16_000.0, saving, width)]
        return worth_line(synthetic_sharing(data=data, share_coalitions=rows))

    assert worth(3.0, 8.0) == (
        "Whether acting together saves the United States and Japan anything cannot be told: 3.0 "
        "million USD as found, −5.0 to 11 million USD within the bounds of the costs."
    )
    assert "costs the United States and Japan more than acting alone" in worth(-20.0, 5.0)


@pytest.mark.parametrize(
    ("pair", "width", "line"),
    [
        (150.0, 5.0, "From the start on nobody has a reason to leave under equal parts."),
        (
            260.0,
            20.0,
            "The United States and Japan would gain 60 (40–80) million USD by leaving under equal "
            "parts.",
        ),
        (
            205.0,
            20.0,
            "Whether anybody would gain by leaving cannot be told under equal parts: the bounds of "
            "the costs are as wide as the gain.",
        ),
    ],
)
def test_a_group_leaves_where_it_is_proven_to_gain(
    data: BriefData, pair: float, width: float, line: str
) -> None:
    found = three(data, pair, width)
    assert core_lines(found) == [line]
    one = departure(found, "equal")
    assert (one is None) == (pair == 150.0)
    assert one is None or one.members == ("USA", "JPN")


def test_groups_are_drawn_where_there_are_several(data: BriefData) -> None:
    found = three(data, 150.0, 5.0)
    told = marks(found, "figure-share-groups")
    assert "The United States and Japan, saves: 150 m (145–155)" in told
    assert not [f for f in sharing_section(data).figures if f.identifier == "figure-share-groups"]
    assert "rows-share-coalitions" in [t.identifier for t in sharing_section(data).tables]


def test_where_no_nucleolus_was_found_another_rule_is_told(data: BriefData) -> None:
    kept = [{**r, "standard_error": 10.0} for r in rules() if r["rule"] == "shapley"]
    kept = [{**r, "saving_low": None, "saving_high": None} for r in kept]
    found = synthetic_sharing(data=data, share_rules=kept, share_payments=[])
    assert list(rules_of(found)) == ["shapley"]
    assert split_line(found).endswith("No side payment is needed.")
    assert "Shapley value, saves: 200 m (190–210)" in marks(found, "figure-share-rules")


def test_figures_say_their_values(data: BriefData) -> None:
    costs = marks(data, "figure-share-costs")
    assert "United States, alone: 9.00 bn" in costs
    assert "Japan, together, before side payments: 7.10 bn (−300 m)" in costs
    assert "Japan, together, after side payments: 7.20 bn (−200 m)" in costs
    rising = "Running plants and buying from those abroad, costs more: −70.0 m"
    assert rising in marks(data, "figure-share-sources")
    assert not any(t.startswith("Moving goods") for t in marks(data, "figure-share-sources"))
    assert "In proportion to demand, saves: −30.0 m" in marks(data, "figure-share-rules")
    # 10 t at 300,000 USD/t in the first quarter.
    assert "Oxide, quarter 1: 3" in marks(data, "figure-share-rights")
    held = marks(data, "figure-stock-holdings")
    assert any("one joint plan: 30 t → JPN" in t for t in held)
    assert any("separate plans: 40 t" in t for t in held)
    cover = marks(data, "figure-stock-cover")
    assert any("separate plans, months 10 to 12: 20 % missing" in t for t in cover)
    assert not any("etal" in t for t in cover if "missing" in t)
    assert any("15 m · 50 t" in t for t in marks(data, "figure-stock-overlap"))


def test_a_stock_of_one_plan_only_stands_in_the_map(data: BriefData) -> None:
    rows = [r for r in data.rows("stock_holdings") if (r["plan"], r["form"]) != ("joint", "metal")]
    found = holdings(synthetic_sharing(data=data, stock_holdings=rows))
    metal = next(r for r in found if r["form"] == "metal")
    assert (metal["ordered_amount"], metal["separate_ordered"]) == (0.0, 40.0)
    assert [r["region"] for r in found] == [PARTNERS[0]] * 2 + [PARTNERS[1]] * 2


def test_a_move_that_changes_nothing_is_told_so(data: BriefData) -> None:
    row = {**stability()[0], "gain": 0.0, "gain_low": 0.0, "gain_high": 0.0, "verdict": "neither"}
    lead = sharing_lead(synthetic_sharing(data=data, share_stability=[row]))
    assert any("the United States neither gains nor loses." in line for line in lead)


def test_a_range_across_nothing_names_both_signs() -> None:
    assert money_range(-5.0, 11.0) == "−5.0 to 11 million USD"


def test_amounts_carry_their_range() -> None:
    assert ranged_money(3_520.0, 3_510.0, 3_540.0) == "3.52 (3.51–3.54) billion USD"
    assert ranged_money(3_520.0, 3_519.0, 3_521.0) == "3.52 billion USD (known to 2.0 million USD)"
    assert ranged_money(990.0, 980.0, 1_010.0) == (
        "990 million USD (980 million USD to 1.01 billion USD)"
    )
    assert ranged_short(1_760.0, 1_750.0, 1_770.0) == "1.76 bn (1.75–1.77)"
    assert ranged_short(5.0, -5.0, 15.0) == "5.00 m (−5.00 to 15.0)"
    assert ranged_short(5.0, 5.0, 5.0) == "5.00 m"


def test_a_form_is_said_once() -> None:
    assert stock_label("terbium oxide", "oxide") == "Terbium oxide"
    assert stock_label("sintered NdFeB", "magnet") == "Sintered NdFeB · magnet"


def test_a_partner_that_earns_is_told_and_one_without_stocks_has_no_columns(
    data: BriefData,
) -> None:
    rows = [*coalitions()[1:], coalition("USA", -900.0, 0.0, 0.0)]
    rights = [
        {**r, "entitled_amount": 0.0} if r["player"] == "USA" else r
        for r in data.rows("share_rights")
    ]
    found = synthetic_sharing(data=data, share_coalitions=rows, share_rights=rights)
    assert "would bear alone, net of what the United States would earn." in worth_line(found)
    figure = next(
        f for f in sharing_section(found).figures if f.identifier == "figure-share-rights"
    )
    assert {panel.heading for panel in figure.panels} == {"Japan"}


def test_a_move_is_one_row_with_what_it_does_to_others(data: BriefData) -> None:
    view = next(t for t in sharing_section(data).tables if t.identifier == "rows-share-stability")
    assert [" | ".join(cell.text for cell in row[1:6]) for row in view.rows] == [
        "United States | −200 (−250 to −150) | loses | The others −200 (−250 to −150) | –",
        "United States | −5.0 (−20 to 10) | cannot be told | – | –",
        "Japan | 30 (20 to 40) | gains | – | –",
        "United States | – | – | Japan −12 | –",
    ]
