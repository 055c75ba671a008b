"""The shipped tables give the sums that their publishers print.

Sources: U.S. Geological Survey, Mineral Commodity Summaries 2025 and 2026; IEA, Critical
Minerals Dataset, 2025; Chinese customs as reported; CEPII, BACI 202601.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from allanite.catalogue.store import Release

WORLD_AND_SUM = """
select sum(tonnes) filter (scope = 'world') as world, sum(tonnes) filter (scope <> 'world') as total
from mineral_production where source_id = 'usgs-mcs-2026' and statistic = 'production'
  and commodity = '{0}' and item = '{1}' and year = 2024
"""


def _one(release: Release, query: str) -> Any:
    ((value,),) = [tuple(row.values()) for row in release.sql(query).to_pylist()]
    return value


@pytest.mark.parametrize(
    ("commodity", "item"),
    [
        ("Tungsten", "Mine production"),
        ("Antimony", "Mine production"),
        ("Cobalt", "Mine production"),
        ("Lithium", "Mine production"),
        ("Nickel", "Mine production"),
        ("Magnesium Metal", "Smelter production"),
        ("Bismuth", "Refinery production"),
        ("Indium", "Refinery production"),
        ("Vanadium", "Mine production"),
        ("Copper", "Mine production"),
        ("Copper", "Refinery production"),
        ("Graphite (Natural)", "Mine production"),
        ("Gallium", "Primary production"),
    ],
)
def test_countries_sum_to_the_printed_total(release: Release, commodity: str, item: str) -> None:
    (row,) = release.sql(WORLD_AND_SUM.format(commodity, item)).to_pylist()
    assert row["total"] == pytest.approx(row["world"], rel=0.005)


def test_gallium_of_2024(release: Release) -> None:
    query = """select {0} from mineral_production where source_id = 'usgs-mcs-2026'
      and commodity = 'Gallium' and statistic = 'production' and year = 2024"""
    assert _one(release, query.format("sum(tonnes) filter (region = 'WLD')")) == 848
    share = "sum(tonnes) filter (region = 'CHN') / sum(tonnes) filter (region = 'WLD')"
    assert _one(release, query.format(share)) == pytest.approx(0.989, abs=5e-4)


@pytest.mark.parametrize(
    ("edition", "region", "tonnes"),
    [
        ("usgs-mcs-2026", "WLD", 380_000),
        ("usgs-mcs-2025", "WLD", 390_000),
        ("usgs-mcs-2026", "AUS", 29_000),
        ("usgs-mcs-2025", "AUS", 13_000),
        ("usgs-mcs-2026", "CHN", 270_000),
    ],
)
def test_editions_differ_for_rare_earths_of_2024(
    release: Release, edition: str, region: str, tonnes: float
) -> None:
    query = f"""select tonnes from mineral_production where source_id = '{edition}'
      and lower(commodity) = 'rare earths' and statistic = 'production'
      and region = '{region}' and year = 2024"""
    assert _one(release, query) == tonnes


def test_values_not_printed_are_missing_and_zeros_are_printed(release: Release) -> None:
    query = "select count(*) from mineral_production where {0}"
    withheld = "qualifier in ('withheld', 'not available') and value is not null"
    assert _one(release, query.format(withheld)) == 0
    assert _one(release, query.format("value = 0 and qualifier <> 'zero'")) == 0
    assert _one(release, query.format("qualifier = 'withheld'")) == 30
    germanium = "commodity = 'Germanium' and scope = 'country' and statistic = 'production'"
    assert _one(release, query.format(f"{germanium} and tonnes > 0")) == 0


@pytest.mark.parametrize(("stage", "share"), [("mining", 0.61), ("refining", 0.913)])
def test_share_of_china_in_magnet_rare_earths(release: Release, stage: str, share: float) -> None:
    query = f"""select sum(supply_rate) filter (region = 'CHN')
        / sum(supply_rate) filter (region = 'WLD')
      from mineral_outlook where scope like 'magnet rare earths%' and stage = '{stage}'
      and year = 2024"""
    assert _one(release, query) == pytest.approx(share, abs=1e-3)


def test_outlook_countries_sum_to_the_world_but_for_two_minerals(release: Release) -> None:
    query = """select mineral, stage, year, sum(supply_rate) filter (region <> 'WLD')
        - sum(supply_rate) filter (region = 'WLD') as excess
      from mineral_outlook group by all having abs(excess) > 1"""
    rates = {
        (row["mineral"], row["stage"], row["year"], row["country"]): row["supply_rate"]
        for row in release.rows("mineral_outlook")
    }
    twice = {
        ("Graphite", "mining"): "Tanzania",
        ("Graphite", "refining"): "Germany",
        ("Nickel", "mining"): "Australia",
        ("Nickel", "refining"): "Canada",
    }
    found = release.sql(query).to_pylist()
    assert {(row["mineral"], row["stage"]) for row in found} == set(twice)
    for row in found:
        place = (row["mineral"], row["stage"])
        assert row["excess"] == pytest.approx(rates[(*place, row["year"], twice[place])], abs=1)


@pytest.mark.parametrize(
    ("product", "period", "destination", "tonnes"),
    [
        ("magnets", "2024", "WLD", 58_152),
        ("magnets", "2025-05", "WLD", 1_238),
        ("magnets", "2025-05", "USA", 46),
        ("magnets", "2025-06", "WLD", 3_188),
        ("magnets", "2025-07", "WLD", 5_577),
        ("magnets", "2025-08", "WLD", 6_146),
        ("magnets", "2025-09", "WLD", 5_774),
        ("dysprosium", "2024-06", "WLD", 26.037),
        ("dysprosium", "2025-05", "WLD", 0),
    ],
)
def test_reported_exports(
    release: Release, product: str, period: str, destination: str, tonnes: float
) -> None:
    query = f"""select export_amount from customs_exports where product = '{product}'
      and period = '{period}' and destination = '{destination}'"""
    assert _one(release, query) == pytest.approx(tonnes, rel=1e-9)


def test_trade_code_of_magnets_holds_other_magnets_too(release: Release) -> None:
    query = """select {0} from trade where nomenclature = 'HS17' and code = '850511'
      and year = 2024 and exporter = 'CHN'"""
    assert _one(release, query.format("sum(trade_amount)")) == pytest.approx(137_248, abs=1)
    assert _one(release, query.format("sum(trade_value)")) == pytest.approx(3.11e6, rel=1e-3)


def test_flows_of_the_quota_year_exceed_customs(release: Release) -> None:
    query = """select sum(trade_amount) from trade where nomenclature = 'HS92'
      and code in ('280530', '284610', '284690') and year = 2010 and exporter = 'CHN'"""
    assert _one(release, query) == pytest.approx(56_270, abs=1)


def test_price_of_the_first_crisis(release: Release) -> None:
    query = """select sum(trade_value) / sum(trade_amount) from trade where nomenclature = 'HS92'
      and code in ('280530', '284610', '284690') and exporter = 'CHN' and importer = 'JPN'
      and trade_amount is not null and year = {0}"""
    assert _one(release, query.format(2009)) == pytest.approx(9.9, abs=0.1)
    assert _one(release, query.format(2011)) == pytest.approx(117, abs=1)


def test_trade_extracts_do_not_overlap(release: Release) -> None:
    query = """select nomenclature, coverage, count(*) as rows, min(year) as first,
      max(year) as last from trade group by all order by all"""
    found = [tuple(row.values()) for row in release.sql(query).to_pylist()]
    assert found == [
        ("HS02", "largest partners", 18_671, 2002, 2016),
        ("HS17", "complete", 21_723, 2024, 2024),
        ("HS17", "largest partners", 10_220, 2017, 2023),
        ("HS92", "complete", 560_006, 1995, 2024),
    ]
    assert _one(release, "select count(*) from trade where 'S19' in (exporter, importer)") == 0
    assert _one(release, "select count(*) from trade where trade_amount is null") > 50_000


def test_oxide_prices_tell_where_they_hold(release: Release) -> None:
    query = """select distinct market_place from oxide_prices where product = 'Dy oxide'"""
    found = set(release.sql(query).column("market_place").to_pylist())
    assert {"inside China", "export from China", "outside China"} <= found
    yuan = "select count(low_price) from oxide_prices where unit = 'CNY/kg'"
    assert _one(release, yuan) == 0


def test_outlines_are_closed_rings_on_the_globe(release: Release) -> None:
    for row in release.rows("country_outlines"):
        shape = json.loads(row["geometry"])
        polygons = shape["coordinates"]
        for polygon in [polygons] if shape["type"] == "Polygon" else polygons:
            for ring in polygon:
                assert ring[0] == ring[-1], row["name"]
                assert len(ring) >= 4
                assert all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in ring)


def test_demand_regions_cover_every_country(release: Release) -> None:
    found = {row["region"]: row for row in release.rows("regions")}
    assert {row["demand_region"] for row in found.values() if row["kind"] == "country"} == {
        *("CHN", "JPN", "USA", "KOR", "IND", "XEU", "XRW")
    }
    members = [r for r, row in found.items() if row["demand_region"] == "XEU" and r != "XEU"]
    assert {"DEU", "FRA", "GBR", "EST"} <= set(members)
    assert not {"NOR", "CHE", "TUR"} & set(members)


def test_every_row_of_the_release_names_a_source(release: Release) -> None:
    known = {row["source_id"] for row in release.rows("sources")}
    for name in release.names:
        entry = release.entries[name]
        assert set(entry.sources) <= known
        assert entry.licences or name in ("sources",)
