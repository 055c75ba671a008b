"""Input tables of the plan: complete for the sites, ordered, and tied to what they name."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import pytest

from allanite.catalogue.check import check_tables
from allanite.catalogue.store import Release, load_release
from allanite.catalogue.tables import TABLES
from allanite.catalogue.tables.plan import BOTH_PAYERS, SCHEMAS

Row = dict[str, Any]
REFERENCES = {
    "costs": (re.compile(r"\bC\d{3}\b"), "cost_id"),
    "links": (re.compile(r"\bL\d{3}\b"), "link_id"),
    "stockpiles": (re.compile(r"\bK\d{2}\b"), "stock_id"),
    "permitting": (re.compile(r"\bPM\d{2}\b"), "figure_id"),
    "instruments": (re.compile(r"\b(?:US|AU|JP)-[A-Z]+-[A-Z0-9]+\b"), "instrument_id"),
    "corrections": (re.compile(r"\bcheck-\d{3}\b"), "correction_id"),
}
NO_RATE_OF_ITS_OWN = {("US_WHITE_MESA_HRE2", "sep_monazite_heavy")}  # less the first part


@pytest.fixture(scope="module")
def release() -> Release:
    return load_release()


@pytest.fixture(scope="module")
def rows(release: Release) -> dict[str, list[Row]]:
    return {schema.name: release.rows(schema.name) for schema in SCHEMAS}


def test_the_tables_keep_their_schemas(release: Release) -> None:
    names = [schema.name for schema in SCHEMAS]
    targets = {name: release.table(name) for name in release.names}
    assert not check_tables({n: targets[n] for n in names}, TABLES, targets=targets)


@pytest.mark.parametrize("name", [schema.name for schema in SCHEMAS])
def test_ranges_hold_their_value(rows: dict[str, list[Row]], name: str) -> None:
    ends = [c.removeprefix("low_") for c in TABLES[name].column_names if c.startswith("low_")]
    wrong = [
        (row, column)
        for row in rows[name]
        for column in ends
        if not row[f"low_{column}"] <= row[column] <= row[f"high_{column}"]
    ]
    assert not wrong


def test_an_estimate_has_a_range(rows: dict[str, list[Row]]) -> None:
    for row in rows["projects"]:
        if row["quality"] != "observed" and row["capex"] > 0:
            assert row["low_capex"] < row["capex"] < row["high_capex"], row["project_id"]


def test_every_later_process_is_in_a_project_or_left_out(
    release: Release, rows: dict[str, list[Row]]
) -> None:
    chosen = {(row["place"], row["process_id"]) for row in rows["project_processes"]}
    left = {row["site_id"] for row in rows["projects_left_out"]}
    missing = [
        (row["site_id"], row["process_id"])
        for row in release.rows("site_processes")
        if row["use"] == "network" and (row["available_from"] or 0) > 2025
        if (row["site_id"], row["process_id"]) not in chosen and row["site_id"] not in left
    ]
    assert not missing


def test_every_site_without_a_process_is_in_a_project_or_left_out(
    release: Release, rows: dict[str, list[Row]]
) -> None:
    running = {row["site_id"] for row in release.rows("site_processes") if row["use"] == "network"}
    chosen = {row["place"] for row in rows["project_processes"]}
    left = {row["site_id"] for row in rows["projects_left_out"]}
    missing = [
        row["site_id"]
        for row in release.rows("sites")
        if row["site_id"] not in running | chosen | left and row["status"] != "operating"
    ]
    assert not missing


def test_nothing_is_chosen_and_left_out(rows: dict[str, list[Row]]) -> None:
    chosen = {row["place"] for row in rows["project_processes"]}
    assert not chosen & {row["site_id"] for row in rows["projects_left_out"]}


def test_capacities_are_those_of_the_network(release: Release, rows: dict[str, list[Row]]) -> None:
    known = {
        (row["site_id"], row["process_id"]): row["capacity_rate"]
        for row in release.rows("site_processes")
        if row["use"] == "network"
    }
    # The plan moves a part of these plants to the highest grade: together they make as much.
    moved = {
        row["place"]: row["capacity_rate"]
        for row in rows["project_processes"]
        if row["process_id"] == "sint_eh_gbd" and not row["in_network"]
    }
    for row in rows["project_processes"]:
        key = row["place"], row["process_id"]
        if row["in_network"]:
            if row["process_id"] == "sint_h_gbd" and row["place"] in moved:
                whole = row["capacity_rate"] + moved[row["place"]]
                assert whole == pytest.approx(known[key]), key
            elif key in NO_RATE_OF_ITS_OWN:
                assert row["capacity_rate"] < known[key]
            else:
                assert row["capacity_rate"] == pytest.approx(known[key], rel=1e-5), key


def test_every_project_has_a_process(rows: dict[str, list[Row]]) -> None:
    with_process = {row["project_id"] for row in rows["project_processes"]}
    assert with_process == {row["project_id"] for row in rows["projects"]}


def test_a_lumpy_project_is_whole_and_one_in_ramp_up_has_no_time_left(
    rows: dict[str, list[Row]],
) -> None:
    for row in rows["projects"]:
        assert not row["lumpy"] or row["smallest_share"] == 1.0, row["project_id"]
        assert row["smallest_share"] > 0, row["project_id"]
        if row["status"] in ("ramp-up", "construction"):
            assert row["high_permit_duration"] == 0, row["project_id"]
        if row["status"] == "ramp-up":
            assert row["high_build_duration"] == 0, row["project_id"]


def test_payers_are_partners_or_both(rows: dict[str, list[Row]]) -> None:
    assert {row["payer"] for row in rows["projects"]} == {"USA", "JPN", BOTH_PAYERS}
    for row in rows["projects"]:
        if row["country"] in ("USA", "JPN"):
            assert row["payer"] == row["country"], row["project_id"]


def test_months_are_saved_only_where_some_are_left(rows: dict[str, list[Row]]) -> None:
    left = {row["project_id"]: row for row in rows["projects"]}
    for row in rows["permit_variants"]:
        project = left[row["project_id"]]
        assert row["months_saved"] < project["permit_duration"], row["project_id"]
        assert row["high_months_saved"] <= project["high_permit_duration"], row["project_id"]
    waiting = {key for key, row in left.items() if row["permit_duration"] > 0}
    assert waiting == {row["project_id"] for row in rows["permit_variants"]}


def test_a_share_is_contracted_once(rows: dict[str, list[Row]]) -> None:
    taken: dict[tuple[str, str], float] = defaultdict(float)
    for row in rows["offtake_options"]:
        taken[row["place"], row["process_id"]] += row["today_share"] + row["share"]
    assert not {key: share for key, share in taken.items() if share > 1.0 + 1e-9}


def test_both_partners_may_hold_every_stock(rows: dict[str, list[Row]]) -> None:
    of = {
        region: [r["material_id"] for r in rows["stock_options"] if r["region"] == region]
        for region in ("USA", "JPN")
    }
    assert of["USA"] == of["JPN"]
    assert all(r["purchase_rate"] <= 0.25 * r["market_rate"] for r in rows["stock_options"])


@pytest.mark.parametrize("table", sorted(REFERENCES))
def test_references_name_rows_that_exist(
    release: Release, rows: dict[str, list[Row]], table: str
) -> None:
    pattern, key = REFERENCES[table]
    known = {row[key] for row in release.rows(table)}
    texts = (f"{r['reference'] or ''} {r['note'] or ''}" for part in rows.values() for r in part)
    named = {found for text in texts for found in pattern.findall(text)}
    assert named, f"no row names one of {table}"
    assert not named - known


def test_assumptions_of_the_plan_have_a_range(release: Release) -> None:
    found = [r for r in release.rows("assumptions") if r["assumption_id"].startswith("plan.")]
    assert {r["assumption_id"] for r in found} >= {
        "plan.discount_rate",
        "plan.asset_life",
        "plan.surplus_sale_discount",
        "plan.stock_salvage_share",
        "plan.import_headroom",
        "plan.offtake_premium",
    }
    assert all(r["low"] < r["value"] < r["high"] for r in found)
