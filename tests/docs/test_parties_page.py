"""Figures of the page on parties are those of the release."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from allanite.law.parties.index import load_parties
from allanite.studies.asset_sale.request import SaleRequest
from allanite.workbench import load_network, screen_sale

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "parties.md"
DAY = date(2026, 11, 27)


@pytest.fixture(scope="module")
def network(release):
    return load_network(release, draws=0)


def share(result, table, **wanted):
    (row,) = [r for r in result.table(table).to_pylist() if {**r, **wanted} == r]
    return row.get("after", row.get("share"))


def test_the_page_gives_the_shares_of_the_two_sales(network):
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    place = {"scope": "outside", "holder_kind": "region", "element": "Nd"}
    lynas = screen_sale(network, SaleRequest(buyer="CHN", on=DAY, seller="LYNAS"))
    separated = share(lynas, "sale_shares", **place, stage="separation", measure="output")
    drawn = share(lynas, "sale_exposure", demand_region="JPN", element="Nd", stage="separation")
    mp = screen_sale(network, SaleRequest(buyer="MAADEN", on=DAY, seller="MP_MATERIALS"))
    mined = share(mp, "sale_shares", **place, stage="mine", measure="output")
    can = share(mp, "sale_shares", **place, stage="separation", measure="capacity")
    assert f"gives China {separated:.0%}".replace("%", " %") in text
    assert f"{drawn:.0%}".replace("%", " %") + " of Japan's" in text
    assert f"gives Saudi Arabia {mined:.0%}".replace("%", " %") in text
    assert f"{can:.0%}".replace("%", " %") + " of the capacity" in text


def test_the_page_gives_the_numbers_of_named_parties(release):
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    counts = load_parties(release).named_counts()
    named = {
        word: sum(n for i, (_, n) in counts.items() if word in i)
        for word in ("CONTROL_JP", "WATCH_JP")
    }
    assert f"control list {named['CONTROL_JP']} are named" in text
    assert f"watch list {named['WATCH_JP']}" in text
