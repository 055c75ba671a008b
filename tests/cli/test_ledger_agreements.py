"""Commands of promises: answers, files, messages for wrong input."""

from __future__ import annotations

import csv
import json

FRAMEWORK = "US-JP-FW-2025"


def test_due_on_the_day_of_the_six_month_mark(run_command, check_golden):
    code, out, _ = run_command("ledger", "due", "--on", "2026-04-28")
    assert code == 0
    check_golden("ledger_due.txt", out)


def test_due_of_one_agreement_as_json(run_command):
    code, out, _ = run_command(
        "ledger", "due", "--on", "2026-04-27", "--agreement", FRAMEWORK, "--json"
    )
    rows = json.loads(out)
    assert code == 0
    assert [(r["provision_id"], r["state"]) for r in rows] == [
        ("P07", "not evidenced"),
        ("P05", "due"),
    ]


def test_hindsight_tells_what_was_late(run_command):
    question = ("ledger", "due", "--on", "2026-03-20", "--json")
    states = {}
    for known in ((), ("--known", "2026-11-28")):
        rows = json.loads(run_command(*question, *known)[1])
        states[known] = next(r["state"] for r in rows if r["provision_id"] == "EU1")
    assert list(states.values()) == ["not evidenced", "late"]


def test_status_shows_both_days_outliers_and_evidence(run_command):
    code, out, _ = run_command("ledger", "status", FRAMEWORK, "--on", "2026-04-28")
    assert code == 0
    assert "signed 2025-10-27 Washington or 2025-10-28 Tokyo; not binding" in out
    assert "signing place: White House, outlier." in out
    assert "does not say that nothing happened" in out
    assert "fact-33" not in out and "Wagerup" not in out  # 15 July 2026 was not known
    whole = json.loads(run_command("ledger", "status", FRAMEWORK, "--json")[1])
    assert {"agreement", "particulars", "provisions", "evidence"} == set(whole)


def test_money_is_told_by_kind_and_never_added(run_command):
    code, out, _ = run_command(
        "ledger", "money", "--on", "2026-11-28", "--agreement", "US-JP-550BN"
    )
    assert code == 0
    assert "Announced, with mixed sums: 550 billion USD" in out
    assert "they never add up" in out
    whole = json.loads(run_command("ledger", "money", "--on", "2026-11-28", "--json")[1])
    assert {row["kind"] for row in whole["totals"]} == {
        "announced", "named", "committed", "disbursed",
    }  # fmt: skip


def test_files(run_command, tmp_path):
    states, deadlines = tmp_path / "due.csv", tmp_path / "deadlines.csv"
    ics = tmp_path / "deadlines.ics"
    run_command("ledger", "due", "--on", "2026-04-28", "--out", states)
    run_command("ledger", "calendar", "--out", deadlines)
    run_command("ledger", "calendar", "--out", ics, "--agreement", FRAMEWORK)
    with states.open(encoding="utf-8") as file:
        assert {row["state"] for row in csv.DictReader(file)} == {"done", "due", "not evidenced"}
    with deadlines.open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 18
    assert ics.read_bytes().count(b"BEGIN:VEVENT\r\n") == 4


def test_wrong_input_is_one_message(run_command, tmp_path):
    for arguments, told in (
        (("due", "--on", "28 April"), "--on"),
        (("status", "US-JP"), "no agreement 'US-JP'"),
        (("calendar", "--out", tmp_path / "x.txt"), "endings known are"),
    ):
        code, _, error = run_command("ledger", *arguments)
        assert code == 2
        assert told in error
