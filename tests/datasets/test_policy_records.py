"""Policy records: nothing lost, recalled content marked, deadlines of both signing days."""

from __future__ import annotations

import json
from datetime import date

import pytest
from ruamel.yaml.constructor import DuplicateKeyError

COUNTS = {
    "agreements": 25,
    "product_rules": 20,
    "mineral_lists": 68 * 8,
    "instruments": 40,
    "permitting": 31,
    "claims": 49,
}


@pytest.mark.parametrize(("table", "count"), COUNTS.items())
def test_every_record_is_there(rows, table, count):
    assert len(rows[table]) == count


def test_recalled_records_are_never_observed(rows):
    recalled = 0
    for table in (*COUNTS, "provisions"):
        for row in rows[table]:
            if row["basis"] == "recalled":
                recalled += 1
                assert row["quality"] != "observed", row
    assert recalled > 340


def test_the_whole_record_is_kept(rows):
    rule = next(row for row in rows["product_rules"] if row["rule_id"] == "US-FEOC-MACR")
    record = json.loads(rule["record_json"])
    assert record["thresholds_pct"]["45X_wind"] == {"2026": 85, "2027": 90}
    agreement = next(row for row in rows["agreements"] if row["agreement_id"] == "US-JP-550BN")
    assert json.loads(agreement["record_json"])["commitments"][0]["amount_usd_bn"] == 36


def test_both_days_of_signature_and_their_deadlines_are_kept(rows):
    framework = next(r for r in rows["agreements"] if r["agreement_id"] == "US-JP-FW-2025")
    assert framework["signed"] == date(2025, 10, 28)
    assert framework["signed_other"] == date(2025, 10, 27)
    ministerial = next(
        r
        for r in rows["provisions"]
        if (r["agreement_id"], r["provision_id"]) == ("US-JP-FW-2025", "P07")
    )
    assert ministerial["deadline"] == date(2026, 4, 26)
    assert ministerial["deadline_other"] == date(2026, 4, 25)
    assert ministerial["status"] == "overdue_unconfirmed"


def test_provisions_belong_to_agreements_and_have_a_page(rows):
    known = {row["agreement_id"] for row in rows["agreements"]}
    assert {row["agreement_id"] for row in rows["provisions"]} <= known
    assert all(row["url"] for row in rows["provisions"])


def test_lists_are_complete_by_mineral(rows):
    lists = {row["list"] for row in rows["mineral_lists"]}
    minerals = {row["mineral"] for row in rows["mineral_lists"]}
    assert (len(lists), len(minerals)) == (8, 68)


def test_a_key_that_stands_twice_is_refused(tmp_path, prepare_of):
    path = tmp_path / "rules.yaml"
    path.write_text("rules:\n- id: A\n  law: one\n  law: two\n", encoding="utf-8")
    with pytest.raises(DuplicateKeyError):
        prepare_of("policy-records").read_yaml(path)
