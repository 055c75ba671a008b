"""Commands about the network."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]


def test_describe_counts_by_stage(run_command: Run) -> None:
    code, out, _ = run_command("network", "describe", "--json")
    rows = {(r["part"], r["kind"]): r for r in json.loads(out) if r["chain"] == "rare earths"}
    assert code == 0
    assert rows["processes", "mine"]["count"] > rows["processes", "mine"]["available"] > 10


def test_audit_prints_all_findings(run_command: Run) -> None:
    code, out, err = run_command("network", "audit", "--json")
    assert code == 0
    assert "0 errors" in err
    assert {r["check"] for r in json.loads(out)} >= {"sites not connected", "supply from outside"}


def test_baseline_totals(run_command: Run) -> None:
    code, out, _ = run_command("network", "baseline", "--draws", "4", "--json")
    assert code == 0
    rows = {r["check_id"]: r for r in json.loads(out)}
    assert rows["mine-reo-china-2024"]["published"] == 270000


def test_baseline_writes_rates(run_command: Run, tmp_path: Path) -> None:
    target = tmp_path / "rates.csv"
    code, _, err = run_command(
        "network", "baseline", "--show", "rates", "--draws", "2", "--out", target
    )
    assert code == 0
    assert "wrote rates.csv" in err
    assert target.read_text(encoding="utf-8").startswith('"kind","label"')


def test_a_missing_assumption_names_its_row(run_command: Run, tmp_path: Path) -> None:
    header = "assumption_id,statement,value,used_by,reason,source_id,locator,quality\n"
    row = "network.sigma.coefficient,none,,x,x,network-assumptions,own,assumed\n"
    (tmp_path / "assumptions.csv").write_text(header + row, encoding="utf-8")
    code, _, err = run_command("network", "baseline", "--draws", "2", "--data", tmp_path)
    assert code == 2
    assert "network.sigma.coefficient" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("command", ["describe", "audit", "baseline"])
def test_help_shows_examples(run_command: Run, command: str) -> None:
    code, out, _ = run_command("network", command, "--help")
    assert code == 0
    assert f"allanite network {command}" in out
