"""The errata layer: every change is visible, stands where it says, and cannot go stale."""

from __future__ import annotations

import csv
import shutil

import pytest

from allanite.catalogue.compiled import read_rows
from allanite.catalogue.errata import Erratum, apply_errata, read_errata
from allanite.errors import DataError

CHECKS = 610
COUNTS = {"confirmed": 465, "corrected": 58, "contradicted": 10, "not found": 77}


def row_of(rows, table: str, key: str) -> dict[str, object]:
    wanted = dict(pair.split("=", 1) for pair in key.split(";"))
    found = [
        row
        for row in rows[table]
        if all((row[column] or "") == value for column, value in wanted.items())
    ]
    assert len(found) == 1, (table, key)
    return found[0]


def same(cell: object, text: str | None) -> bool:
    if cell is None or text is None:
        return cell is None and text is None
    if isinstance(cell, bool):
        return cell == (text == "1")
    if isinstance(cell, (int, float)):
        return cell == pytest.approx(float(text), rel=1e-9)
    return str(cell) == text


def test_all_checks_are_there_with_their_verdicts(rows):
    checks = [row for row in rows["corrections"] if row["correction_id"].startswith("check-")]
    assert len(checks) == CHECKS
    for verdict, count in COUNTS.items():
        assert sum(row["verdict"] == verdict for row in checks) == count


def test_every_corrected_cell_stands_in_its_table(rows):
    cells = rows["corrected_cells"]
    assert len(cells) > 150
    for cell in cells:
        row = row_of(rows, cell["table_name"], cell["row_key"])
        assert same(row[cell["column_name"]], cell["new_value"]), cell
        assert not same(row[cell["column_name"]], cell["old_value"]), cell


def test_every_changed_row_names_its_correction(rows):
    for cell in rows["corrected_cells"]:
        if cell["table_name"] == "process_losses":
            continue
        row = row_of(rows, cell["table_name"], cell["row_key"])
        assert cell["correction_id"] in (row["correction_ids"] or "").split(), cell


def test_each_correction_is_applied_or_says_why_not(rows):
    for row in rows["corrections"]:
        assert row["applied"] == (row["not_applied_reason"] is None), row
        assert row["applied"] == (row["cells"] > 0)
        if row["applied"] and row["applied_column"] != "(whole row)":
            target = row_of(rows, row["applied_table"], row["applied_key"])
            assert same(target[row["applied_column"]], row["applied_value"]), row


@pytest.mark.parametrize(
    ("table", "key", "column", "value"),
    [
        ("sites", "site_id=MY_LAMP_HRE2", "capacity_rate", 300.0),
        ("sites", "site_id=MY_LAMP_HRE2", "capital_cost", 191.0),
        ("sites", "site_id=BR_SERRA_VERDE", "output_2024_rate", 150.0),
        ("sites", "site_id=US_LYNAS_SEADRIFT", "status", "cancelled"),
        ("sites", "site_id=AU_NOLANS_SEP", "status", "construction"),
        ("deposit_composition", "deposit_id=MT_WELD_CLD", "dysprosium_share", 0.0025),
        ("deposit_composition", "deposit_id=MT_WELD_CLD", "terbium_share", 0.0009),
        ("mineral_lists", "mineral=uranium;list=JP_ESPA_2022", "on_list", True),
    ],
)
def test_known_corrections(rows, table, key, column, value):
    assert row_of(rows, table, key)[column] == value


def test_the_snapshots_keep_the_old_values(rows, datasets):
    path = datasets / "rare-earth-chain" / "snapshot" / "sites.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        raw = {row["site_id"]: row for row in csv.DictReader(file)}
    assert raw["BR_SERRA_VERDE"]["output_2024_t"] == "560"
    assert raw["US_LYNAS_SEADRIFT"]["status"] == "idle"


def test_serra_verde_is_the_same_number_everywhere(rows):
    site = row_of(rows, "sites", "site_id=BR_SERRA_VERDE")
    key = "site_id=BR_SERRA_VERDE;process_id=mine_iac_granite"
    process = row_of(rows, "site_processes", key)
    link = row_of(rows, "links", "link_id=L015")
    assert site["output_2024_rate"] == process["baseline_2024_rate"] == link["rate"] == 150.0


def erratum(**changes: str) -> Erratum:
    fields = {
        "correction_id": "check-001",
        "file": "x.csv",
        "key": "site_id=A",
        "column": "status",
        "old": "idle",
        "new": "cancelled",
        "table": "sites",
        "table_key": "site_id=A",
        "table_column": "status",
        "reason": "it says so",
    }
    return Erratum(**(fields | changes))


def test_an_erratum_changes_its_cell_only():
    rows = [{"site_id": "A", "status": "idle"}, {"site_id": "B", "status": "idle"}]
    assert apply_errata(rows, [erratum()]) == {0: ("check-001",)}
    assert [row["status"] for row in rows] == ["cancelled", "idle"]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"old": "operating"}, "'idle'"),
        ({"key": "site_id=C"}, "0 rows"),
        ({"column": "state"}, "None"),
    ],
)
def test_a_stale_erratum_stops_the_build(changes, found):
    rows = [{"site_id": "A", "status": "idle"}]
    with pytest.raises(DataError, match=found) as caught:
        apply_errata(rows, [erratum(**changes)])
    assert "check-001" in str(caught.value)


def test_a_changed_snapshot_makes_its_errata_fail(tmp_path, datasets):
    for source_id in ("rare-earth-chain", "corrections-2026", "iso-3166"):
        shutil.copytree(datasets / source_id / "snapshot", tmp_path / source_id / "snapshot")
    path = tmp_path / "rare-earth-chain" / "snapshot" / "sites.csv"
    text = path.read_text(encoding="utf-8")
    folder = tmp_path / "rare-earth-chain"
    assert read_rows(folder, "sites.csv", "rare_earths/sites.csv")
    assert ',117,"self-funded' in text
    path.write_text(text.replace(',117,"self-funded', ',118,"self-funded'), encoding="utf-8")
    with pytest.raises(DataError, match="'118'"):
        read_rows(folder, "sites.csv", "rare_earths/sites.csv")


def test_each_erratum_belongs_to_a_check_and_a_file_that_is_read(rows, datasets):
    known = {row["correction_id"] for row in rows["corrections"]}
    errata = read_errata(datasets / "corrections-2026" / "snapshot" / "applied.csv")
    assert {e.correction_id for e in errata} <= known
    assert all(e.old != e.new and e.reason for e in errata)


def test_events_follow_from_facts_and_change_sites(rows):
    facts = {row["fact_id"]: row for row in rows["new_facts"]}
    sites = {row["site_id"] for row in rows["sites"]}
    assert len(facts) == 42
    for event in rows["site_events"]:
        assert event["site_id"] in sites
        if event["fact_id"] is not None:
            day = facts[event["fact_id"]]["day"]
            assert day is not None
    last = {}
    for event in sorted(rows["site_events"], key=lambda e: e["day"]):
        if event["status"]:
            last[event["site_id"]] = event["status"]
    for site in rows["sites"]:
        if site["site_id"] in last:
            assert site["status"] == last[site["site_id"]], site["site_id"]
