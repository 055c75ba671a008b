"""The compiled tables: valid, sourced, and equal to the totals their README prints."""

from __future__ import annotations

import csv

import pytest

from allanite.catalogue.check import check_tables
from allanite.catalogue.compiled import quality
from allanite.catalogue.source import read_source
from allanite.catalogue.tables import TABLES

# Mine output of 2024 by country, rare earth oxide, t: USGS as printed in README section 2.
USGS_2024 = {
    "CHN": 270_000,
    "USA": 45_455,
    "AUS": 29_000,
    "MMR": 27_000,
    "IND": 2_900,
    "RUS": 2_600,
    "THA": 2_100,
    "MDG": 1_400,
    "BRA": 560,
    "VNM": 300,
    "MYS": 140,
}
README_SUM_2024 = 381_455


def test_no_fault_in_any_table(compiled):
    assert check_tables(compiled, TABLES) == []


def test_every_row_has_source_locator_and_quality(rows, datasets):
    known = {path.parent.name for path in datasets.glob("*/source.toml")}
    for name, table in rows.items():
        for row in table:
            assert row["source_id"] in known, (name, row)
            assert row["locator"], (name, row)
            assert row["quality"] in ("observed", "estimated", "assumed"), (name, row)


def test_every_source_writes_the_tables_it_names(datasets):
    for source_id in ("rare-earth-chain", "rare-earth-network", "corrections-2026"):
        source = read_source(datasets / source_id / "source.toml")
        assert set(source.tables) <= set(TABLES)


def mine_output(rows, before_corrections: bool) -> dict[str, float]:
    old = {
        cell["row_key"]: cell["old_value"]
        for cell in rows["corrected_cells"]
        if (cell["table_name"], cell["column_name"]) == ("sites", "output_2024_rate")
    }
    total: dict[str, float] = {}
    for site in rows["sites"]:
        key = f"site_id={site['site_id']}"
        value = old[key] if before_corrections and key in old else site["output_2024_rate"]
        if site["stage"] == "mine" and site["part_of"] is None and value is not None:
            total[site["country"]] = total.get(site["country"], 0.0) + float(value)
    return total


def test_mine_output_of_2024_reproduces_the_table_of_the_readme(rows):
    found = mine_output(rows, before_corrections=True)
    assert found == pytest.approx(USGS_2024)
    assert sum(found.values()) == README_SUM_2024


def test_corrections_change_mine_output_by_what_they_say(rows):
    before = mine_output(rows, before_corrections=True)
    after = mine_output(rows, before_corrections=False)
    changed = {c: after[c] - before.get(c, 0.0) for c in after if after[c] != before.get(c)}
    # Serra Verde 560 -> 150 t; Laos blank -> 7,500 t.
    assert changed == {"BRA": -410.0, "LAO": 7_500.0}


def test_mine_process_rates_equal_the_recomputed_chain(rows):
    # chain_2024.csv: 396,915 t, less 410 t of Serra Verde.
    mines = {p["process_id"] for p in rows["processes"] if p["stage"] == "mine"}
    total = sum(
        row["baseline_2024_rate"] or 0.0
        for row in rows["site_processes"]
        if row["process_id"] in mines and row["use"] == "network"
    )
    assert total == pytest.approx(396_915 - 410)


def test_parts_and_successors_lead_to_other_sites_without_a_circle(rows):
    sites = {site["site_id"]: site for site in rows["sites"]}
    linked = 0
    for site in sites.values():
        for column in ("part_of", "part_of_second", "supersedes"):
            seen = {site["site_id"]}
            at = site[column]
            while at is not None:
                linked += 1
                assert at in sites
                assert at not in seen
                seen.add(at)
                at = sites[at][column]
    assert linked >= 12


def test_sites_counted_twice_enter_the_network_once(rows):
    use = {row["site_id"]: row["use"] for row in rows["site_processes"]}
    assert use["JP_RECYCLE_INTERNAL"] == "network"
    assert use["JP_SHINETSU_SEP"] == "inside another"
    assert use["CN_HRE_SEP"] == use["CN_NDPR"] == "observation"
    parts = {site["site_id"] for site in rows["sites"] if site["part_of"]}
    networked = {row["site_id"] for row in rows["site_processes"] if row["use"] == "network"}
    assert not parts & networked


def test_a_missing_number_is_missing_and_not_zero(rows, datasets):
    path = datasets / "rare-earth-chain" / "snapshot" / "sites.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        blank = {r["site_id"] for r in csv.DictReader(file) if not r["capacity_t_per_year"]}
    corrected = {
        cell["row_key"].removeprefix("site_id=")
        for cell in rows["corrected_cells"]
        if cell["column_name"] == "capacity_rate" and cell["table_name"] == "sites"
    }
    found = {s["site_id"] for s in rows["sites"] if s["capacity_rate"] is None}
    assert blank - corrected <= found
    assert len(blank - corrected) > 60


def test_links_keep_their_ends(rows):
    links = {link["link_id"]: link for link in rows["links"]}
    singapore = links["L080"]
    assert (singapore["to_site"], singapore["to_region"]) == ("JP_MAGNET", "JPN")
    assert singapore["via_region"] == "SGP"
    europe = links["L102"]
    assert (europe["to_site"], europe["to_region"], europe["kind"]) == (None, "XEU", "flow")
    assert links["L108"]["kind"] == "memo"
    assert links["L035"]["to_region"] is None


def test_demand_of_the_world_is_the_sum_of_its_uses(rows):
    item = "NdFeB magnet, finished"
    values = {
        row["end_use"]: row["value"]
        for row in rows["demand"]
        if row["item"] == item
        and row["region"] == "WLD"
        and row["row_type"] == "quantity"
        and row["year"] == 2024
    }
    total = values.pop("all")
    values.pop("high-performance uses")
    assert sum(values.values()) == pytest.approx(total, rel=1e-6)


@pytest.mark.parametrize(
    ("confidence", "seen", "words", "expected"),
    [
        ("official", "yes", "", "observed"),
        ("company", "partly", "", "observed"),
        ("official", "no", "", "estimated"),
        ("press", "own", "", "estimated"),
        ("estimate", "yes", "", "estimated"),
        ("press", "yes", "judgement: captive", "assumed"),
        ("estimate", "own", "grade split assumed", "assumed"),
    ],
)
def test_quality_follows_kind_reading_and_words(confidence, seen, words, expected):
    assert quality(confidence, seen, words) == expected
