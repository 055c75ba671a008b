"""Contracts in a brief: sentences, figures and tables from a small valuation of the release."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from test_brief_page import Page

import allanite as al
from allanite.conditions.case import Case
from allanite.present.border import border_lines, channels
from allanite.present.brief import compose_brief
from allanite.present.contracts import costly, designs, effects, gain, price_floors, venture_name
from allanite.present.data import BriefData
from allanite.present.gather import brief_data
from allanite.present.gather_contracts import (
    SHOWN_TABLES,
    needy_ventures,
    other_projects,
    partner_measure,
)
from allanite.present.sections.contracts import contracts_lead, contracts_section, told
from allanite.studies.contracts.request import DesignRequest, ValuationRequest

CONTRACTS = ("US-MP-PPA", "JP-LYNAS-2026", "AU-ILUKA-EFA", "US-SERRA-SIIE-DY")
FIGURES = [
    "figure-price-fan",
    "figure-contract-payoffs",
    "figure-contract-costs",
    "figure-contract-budget",
    "figure-contract-odds",
    "figure-design-options",
    "figure-design-crossover",
    "figure-floor-elements",
    "figure-border-leak",
]


@pytest.fixture(scope="module")
def case() -> Case:
    return al.load_case("us-japan")


@pytest.fixture(scope="module")
def data(release: al.Release, case: Case) -> BriefData:
    network = al.load_network(release, draws=0)
    design = DesignRequest(
        odds=0.9, paths=300, check_paths=300, factors=(0.8, 1.3), packages=True,
        payers=(("USA", 0.5), ("JPN", 0.5)),
    )  # fmt: skip
    element = {
        "rank": 1, "element": "Y", "material": "ox_y", "market_price": 9.0,
        "market_date": date(2025, 12, 31), "normal_price": 6.0, "response_value": 3000.0,
        "stress_value": 4000.0, "plan_value": 20.0, "plan_value_without": 110.0,
        "curbed_value": 40.0, "ratio": 18.0, "use_rate": 2000.0, "scarcity_cost": 180.0,
        "floor_count": 0, "floor_share": 0.0, "project_id": None, "offered_strike": None,
        "needed_price": None,
    }  # fmt: skip
    named = {**element, "rank": 2, "element": "NdPr", "scarcity_cost": 0.0, "floor_count": 3}
    results = {
        **{name: release.table(name) for name in SHOWN_TABLES},
        **al.simulate_prices(release, paths=200, years=5).tables,
        **al.value_contracts(network, CONTRACTS, ValuationRequest(paths=400)).tables,
        **al.design_support(network, "AU_ENEABBA", design).tables,
        **al.border(network, case).tables,
        "floor_elements": table_of("floor_elements", [element, named]),
    }
    return brief_data(case, release, date(2025, 10, 28), date(2026, 11, 27), results)


def table_of(name: str, rows: list[dict[str, object]]) -> object:
    from allanite.catalogue.read import rows_table
    from allanite.catalogue.tables import TABLES

    return rows_table(TABLES[name], rows)


def test_every_figure_stands_and_says_its_values(data: BriefData) -> None:
    section = contracts_section(data)
    assert [figure.identifier for figure in section.figures] == FIGURES
    for figure in section.figures:
        for panel in figure.panels:
            assert panel.svg.startswith("<svg") and "NaN" not in panel.svg
        assert figure.table.rows


def test_the_lead_names_payer_project_element_and_leak(data: BriefData) -> None:
    text = " ".join(contracts_lead(data))
    for word in (
        "in the dearest twentieth",
        "MP Materials",
        "Eneabba refinery",
        "Floors that are agreed name NdPr",
        "Y (180 million USD a year",
        "third-country transit",
        "imposed by the United States",
    ):
        assert word in text, word
    assert "nan" not in text.lower() and "USA" not in text
    assert told(data)


def test_without_tables_nothing_is_claimed(data: BriefData) -> None:
    empty = replace(data, tables={})
    assert contracts_lead(empty) == ("Contracts were not valued for this brief.",)
    assert contracts_section(empty).figures == () and told(empty) == ""
    assert border_lines({}) == [] and channels({}) == []


def test_the_page_links_every_table(data: BriefData) -> None:
    html = compose_brief(data).html
    page = Page(html)
    assert "contracts" in page.ids
    assert not re.search(r"<script", html)
    assert "does not say which contracts" not in html


def test_readers_order_and_name(data: BriefData) -> None:
    rows = costly(data)
    assert rows and all(row["cost_mean"] is not None for row in rows)
    pairs = effects(data)
    assert [gain(pair) for pair in pairs] == sorted((gain(p) for p in pairs), reverse=True)
    assert venture_name(data, "LYNAS") == "Lynas Rare Earths"
    assert venture_name(data, "US_MOUNTAIN_PASS") == "MP Materials"
    assert venture_name(data, "nobody knows") == "nobody knows"
    assert {level.value for level in price_floors(data)["NdPr oxide"]} == {110.0}
    (found,) = designs(data).values()
    enough = [row["is_enough"] for row in found]
    assert enough == sorted(enough, reverse=True)


def test_needy_projects_are_those_that_live_sometimes(data: BriefData) -> None:
    found = needy_ventures(data.tables["contract_effects"])
    assert found == ["AU_ENEABBA"]
    assert needy_ventures(data.tables["contract_effects"], {"AU_ENEABBA"}) == []


def test_projects_of_others_are_left_to_them(release: al.Release, case: Case) -> None:
    assert "US_MP_HRE" not in other_projects(release, case)
    assert "US_MP_HRE" in other_projects(release, al.load_case("eu"))
    assert "AU_ENEABBA" not in other_projects(release, al.load_case("eu"))


def test_a_measure_of_a_partner(release: al.Release, case: Case) -> None:
    assert partner_measure(release, case) == "US-301-MAG"
    assert partner_measure(release, replace(case, partners=("JPN",))) is None
