"""Sales by hand on a small chain, and what the shipped release says of sales people talk about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from two_countries import two_country_chain

from allanite.axis import Axis
from allanite.errors import ModelError, UsageError
from allanite.studies.asset_sale.control import Control
from allanite.studies.asset_sale.made import made_by_place
from allanite.studies.asset_sale.request import SaleRequest
from allanite.studies.asset_sale.shares import Change, choke_rows, share_rows
from allanite.studies.result import check_result
from allanite.workbench import load_network, screen_sale

DAY = date(2026, 11, 27)
PLACES = ("Bayan", "Weld", "Ganzhou", "Kuantan", "JPN", "CHN")


def control(**deciders):
    """Who decides on each place; two names decide together."""
    names = sorted({"Buyer", *(n for who in deciders.values() for n in who.split("/"))})
    low, share, high = (np.zeros((len(names), len(PLACES))) for _ in range(3))
    for place, who in deciders.items():
        owners = who.split("/")
        for owner in owners:
            cell = names.index(owner), PLACES.index(place)
            share[cell], low[cell], high[cell] = 1 / len(owners), len(owners) == 1, 1.0
    return Control(holders=Axis("holder", tuple(names)), low=low, share=share, high=high)


BEFORE = control(
    Bayan="China", Weld="Lynas", Ganzhou="China", Kuantan="Lynas", JPN="Japan", CHN="China"
)


def rows(before, sold, effect="passes", holder="Buyer", watched=("Bayan", "Ganzhou", "CHN")):
    chain = two_country_chain()
    assert tuple(chain.network.places) == PLACES
    places = [PLACES.index(name) for name in sold]
    after = before.sold(holder, places, effect)
    is_sold = np.isin(PLACES, sold)
    outside = ~np.isin(PLACES, watched)
    made = {"output": made_by_place(chain, 2024, PLACES)["output"]}
    change = Change(kind="group", holder=holder, before=before, after=after)
    return list(share_rows(made, [change], is_sold, outside))


def one(found, **wanted):
    (row,) = [r for r in found if {**r, **wanted} == r]
    return row


def test_shares_of_a_mine_before_and_after_by_hand():
    """Weld mines 20 of 100 t: in the world 0 to 20 %, outside China 0 to all.

    HHI in the world before 0.8² + 0.2² = 0.68, after the same; Kuantan stays with its owner.
    """
    found = rows(BEFORE, ["Weld"])
    world = one(found, stage="mine", scope="world")
    assert (world["before"], world["after"], world["total_rate"]) == (0.0, 0.2, 100.0)
    assert world["concentration_before"] == pytest.approx(0.68)
    assert world["concentration_after"] == pytest.approx(0.68)
    assert one(found, stage="mine", scope="outside")["after"] == 1.0
    assert not [row for row in found if row["stage"] == "separation"]


def test_a_buyer_who_had_a_part_adds_it_up_and_concentration_rises():
    """China has 80 of 100 t and buys 20: HHI from 0.68 to 1."""
    world = one(rows(BEFORE, ["Weld"], holder="China"), stage="mine", scope="world")
    assert (world["before"], world["after"]) == pytest.approx((0.8, 1.0))
    assert world["concentration_after"] == pytest.approx(1.0)


def test_partners_count_half_with_none_to_all_as_bounds():
    """Weld held by two: the buyer, one of them, has 0 (0 to 0.2, centre 0.1) of the world."""
    before = control(Bayan="China", Weld="Buyer/Lynas", Ganzhou="China", Kuantan="Lynas")
    world = one(rows(before, ["Weld"]), stage="mine", scope="world")
    assert (world["before_low"], world["before"], world["before_high"]) == (0.0, 0.1, 0.2)
    assert (world["after_low"], world["after_high"]) == (0.2, 0.2)


@pytest.mark.parametrize(
    ("stake", "effect", "low", "share", "high"),
    [
        (0.199, "stays", 0.0, 0.0, 0.0),
        (0.2, "unknown", 0.0, 0.0, 0.2),
        (0.499, "unknown", 0.0, 0.0, 0.2),
        (0.5, "passes", 0.2, 0.2, 0.2),
        (1.0, "passes", 0.2, 0.2, 0.2),
    ],
)
def test_control_passes_from_half_and_is_unknown_from_a_fifth(stake, effect, low, share, high):
    request = SaleRequest(buyer="CHN", on=DAY, sites=("X",), stake=stake)
    assert request.effect == effect
    world = one(rows(BEFORE, ["Weld"], effect), stage="mine", scope="world")
    assert (world["after_low"], world["after"], world["after_high"]) == (low, share, high)


def test_scrap_is_no_separation():
    chain = two_country_chain(scrap=2.0)
    made = made_by_place(chain, 2024, PLACES)["output"]
    assert made["recycling", "Dy"][PLACES.index("JPN")] == 2.0
    assert made["separation", "Dy"].sum() == 100.0


def crossed(before, after, others=(), **bounds):
    row = {
        **dict.fromkeys(("stage", "element", "scope", "measure", "holder_kind", "holder"), "x"),
        "total_rate": 1.0,
        "before": before,
        "before_high": before,
        "after": after,
        "after_low": after,
        "after_high": after,
        **bounds,
    }
    return [(r["crossing"], r["certainty"]) for r in choke_rows([row], lambda _: others)]


@pytest.mark.parametrize(
    ("before", "after", "marks"),
    [
        (0.0, 0.1999, []),
        (0.0, 0.2, [("20 %", "true")]),
        (0.0, 0.34, [("33 %", "true")]),
        (0.2, 0.5, [("50 %", "true")]),
        (0.1, 1.0, [("sole", "true")]),
        (0.5, 0.9, []),
        (0.195, 0.204, []),  # crosses a mark by less than a hundredth
        (0.6, 0.2, []),
    ],
)
def test_the_highest_mark_crossed_is_told_and_a_small_gain_raises_no_alarm(before, after, marks):
    assert crossed(before, after) == marks


def test_a_mark_crossed_at_some_bounds_only_is_unknown():
    assert crossed(0.0, 0.6, after_low=0.4) == [("50 %", "unknown")]
    assert crossed(0.0, 0.0, after_high=0.6) == [("50 %", "unknown")]
    assert crossed(0.1, 0.6, before_high=0.55) == [("50 %", "unknown")]


def test_nobody_else_is_left_is_not_certain_beside_a_plant_without_a_figure():
    assert crossed(0.0, 1.0, others=("EE_SILMET_HRE",)) == [("sole", "unknown")]
    assert crossed(0.0, 0.6, others=("EE_SILMET_HRE",)) == [("50 %", "true")]


# The release that ships

Screen = Callable[..., dict[str, list[dict[str, object]]]]


@pytest.fixture(scope="module")
def network(release):
    return load_network(release, draws=0)


@pytest.fixture(scope="module")
def screen(network) -> Screen:
    def run(**asked):
        request = replace(SaleRequest(buyer="CHN", on=DAY, sites=("AU_MT_WELD",)), **asked)
        result = screen_sale(network, request)
        assert not check_result(result.tables)
        return {name: table.to_pylist() for name, table in result.tables.items()}

    return run


LYNAS = ("AU_MT_WELD", "MY_LAMP_LRE", "MY_LAMP_HRE1", "MY_LAMP_HRE2")


def test_lynas_in_chinese_hands_ends_separation_of_heavy_oxides_elsewhere(screen):
    tables = screen(sites=LYNAS, buyer="China Northern Rare Earth")
    marks = tables["sale_choke_points"]
    for element in ("Dy", "Tb"):
        row = one(
            marks,
            stage="separation",
            element=element,
            scope="outside",
            measure="capacity",
            holder_kind="region",
        )
        assert (row["before"], row["after"], row["crossing"]) == (0.0, 1.0, "sole")
        assert row["certainty"] == "unknown"
        assert "EE_SILMET_HRE" in str(row["besides"])
    nd = one(
        tables["sale_shares"],
        stage="separation",
        element="Nd",
        scope="outside",
        measure="output",
        holder_kind="region",
    )
    assert nd["before"] == 0.0
    assert 0.6 < nd["after"] < 0.8
    use = one(tables["sale_exposure"], demand_region="JPN", element="Nd", stage="separation")
    assert 0.25 < use["share"] < 0.5


def test_the_same_sites_come_with_the_seller(screen):
    by_seller = screen(seller="Lynas", sites=(), buyer="CHN")["sale_sites"]
    assert {*LYNAS, "AU_KALGOORLIE"} <= {row["site_id"] for row in by_seller}
    assert "MY_JSLINK_KUANTAN" not in {row["site_id"] for row in by_seller}  # shared with JS Link


def test_a_small_sale_raises_no_alarm(screen):
    tables = screen(sites=("UK_HYPROMAG",))
    assert tables["sale_shares"]
    assert tables["sale_choke_points"] == []


def test_a_sale_within_the_same_region_moves_no_region(screen):
    tables = screen(buyer="ILUKA")
    moved = [r for r in tables["sale_shares"] if r["holder_kind"] == "region"]
    assert all(row["before"] == row["after"] for row in moved)
    assert (
        one(
            tables["sale_shares"],
            stage="mine",
            element="Nd",
            scope="outside",
            measure="output",
            holder_kind="group",
        )["after"]
        > 0.2
    )


def test_a_site_the_network_does_not_know_is_never_clear(screen):
    tables = screen(sites=("GL_KVANEFJELD",))
    (site,) = tables["sale_sites"]
    assert not site["is_in_network"] and "not known" in str(site["note"])
    whole = screen(sites=("JP_TDK_MAG",))
    assert "JP_MAGNET" in str(whole["sale_sites"][0]["note"])
    assert {row["certainty"] for row in whole["sale_choke_points"]} == {"unknown"}


def test_a_listed_buyer_is_told_with_its_list(screen):
    tables = screen(buyer="TDK株式会社")
    assert tables["sale_ownership"][0]["listed_as"] == "CN_WATCH_JP_2026_02"
    assert tables["sale_ownership"][0]["at_least_half"] == "true"


@pytest.mark.parametrize(
    ("sites", "buyer", "rule", "asks"),
    [
        (("JP_MINAMITORISHIMA",), "CHN", "JP-FEFA", "true"),
        (("JP_MINAMITORISHIMA",), "TDK", "JP-FEFA", "false"),
        (("JP_DAIDO_MAG",), "CHN", "JP-FEFA", "unknown"),
        (("AU_MT_WELD",), "CHN", "JP-FEFA", "false"),
        (("AU_MT_WELD",), "CHN", "none read: AUS", "unknown"),
        (("US_MP_NDPR",), "MAADEN", "US-JP-FW-2025/P10", "unknown"),
        (("UK_HYPROMAG",), "CHN", "US-JP-FW-2025/P10", "false"),
    ],
)
def test_which_rules_ask(screen, sites, buyer, rule, asks):
    found = screen(sites=sites, buyer=buyer)["sale_notices"]
    assert {row["asks"] for row in found if row["rule_id"] == rule} == {asks}


def test_the_order_on_northern_minerals_is_told_of_australia(screen):
    found = screen(sites=("AU_BROWNS_RANGE",))["sale_notices"]
    (row,) = [r for r in found if r["rule_id"] == "none read: AUS"]
    assert "AU_BROWNS_RANGE" in str(row["why"])


def test_the_same_question_gives_the_same_tables(network):
    request = SaleRequest(buyer="MAADEN", on=DAY, seller="MP Materials")
    one_time, again = screen_sale(network, request), screen_sale(network, request)
    assert all(one_time.tables[name].equals(again.tables[name]) for name in one_time.tables)


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ({"sites": ("AU_MT_WELT",)}, ModelError, "did you mean 'AU_MT_WELD'"),
        ({"buyer": "Shenghe Resource"}, UsageError, "not decided; give the id.*SHENGHE"),
        ({"seller": "TANZANIA", "sites": ()}, UsageError, "decides on no site"),
    ],
)
def test_words_that_mean_nothing_get_one_message(screen, asked, error, words):
    with pytest.raises(error, match=words):
        screen(**asked)


@pytest.mark.parametrize("stake", [0.0, -0.1, 1.01])
def test_a_stake_is_a_share(stake):
    with pytest.raises(UsageError, match="above 0 and at most 1"):
        SaleRequest(buyer="CHN", on=DAY, sites=("X",), stake=stake)


def test_something_must_be_sold():
    with pytest.raises(UsageError, match="--site"):
        SaleRequest(buyer="CHN", on=DAY)
