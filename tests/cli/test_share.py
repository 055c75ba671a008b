"""Commands share and stock on the release that ships: one small real game, and what they refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import allanite as al
from allanite.conditions.plan_case import Budget
from allanite.studies.result import Result, check_result

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def solved(release: al.Release) -> Result:
    """The United States and Japan on two courses, from Python."""
    case = al.load_case("us-japan")
    assert case.plan is not None
    request = al.ShareRequest(budget=case.plan.budget, scenarios=2, gap=5e-3)
    return al.share(al.load_network(release, draws=0), case, request)


@pytest.fixture
def instead(monkeypatch: pytest.MonkeyPatch, solved: Result) -> list[tuple[object, ...]]:
    """The solved game in the place of solving; what it was asked for."""
    asked: list[tuple[object, ...]] = []

    def answer(*arguments: object, **more: object) -> Result:
        asked.append((*arguments, more))
        return solved

    monkeypatch.setattr("allanite.workbench.share", answer)
    monkeypatch.setattr("allanite.workbench.stock", answer)
    return asked


def test_the_tables_have_no_faults(solved: Result) -> None:
    assert solved.record.command == "share"
    assert solved.record.parameters["scenarios"] == 2
    assert check_result(solved.tables) == []


def test_together_is_not_dearer_and_shares_sum(solved: Result) -> None:
    figures = {row["figure"]: row for row in solved.table("share_figures").to_pylist()}
    value = figures["value_of_cooperation"]
    assert value["low"] <= value["value"] <= value["high"] and value["high"] > 0
    assert not figures["superadditivity"]["note"].startswith("fails")
    sources = [row["value"] for name, row in figures.items() if name.startswith("saved_")]
    assert sum(sources) == pytest.approx(value["value"], abs=0.5)
    rules = solved.table("share_rules").to_pylist()
    for rule in {row["rule"] for row in rules}:
        mine = [row for row in rules if row["rule"] == rule]
        assert sum(row["saving"] for row in mine) == pytest.approx(value["value"])
    paid = sum(row["cost_paid"] for row in solved.table("share_players").to_pylist())
    assert paid == pytest.approx(figures["joint_cost"]["value"])


def test_payments_make_each_bear_its_share(solved: Result) -> None:
    paid = {row["player"]: row["cost_paid"] for row in solved.table("share_players").to_pylist()}
    for row in solved.table("share_payments").to_pylist():
        if row["rule"] == "nucleolus":
            paid[row["payer"]] += row["payment"]
            paid[row["receiver"]] -= row["payment"]
    for row in solved.table("share_rules").to_pylist():
        if row["rule"] == "nucleolus":
            assert paid[row["player"]] == pytest.approx(row["cost"])


def test_nobody_is_entitled_to_less_than_alone(solved: Result) -> None:
    rows = solved.table("share_rights").to_pylist()
    assert rows
    assert all(row["entitled_amount"] >= row["alone_amount"] - 1e-9 for row in rows)
    assert all(0 <= row["missing_amount"] <= row["entitled_amount"] + 1e-9 for row in rows)


def test_stocks_stand_where_they_are_used(solved: Result) -> None:
    rows = solved.table("stock_holdings").to_pylist()
    used = [row for row in rows if row["serves"] is not None]
    assert used and all(0 < row["serves_share"] <= 1 + 1e-9 for row in used)
    apart = [row for row in used if row["plan"] == "separate"]
    assert all(row["serves"] == row["region"] for row in apart)
    over = solved.table("stock_overlap").to_pylist()
    assert all(
        row["overlap_amount"]
        == pytest.approx(max(row["separate_amount"] - row["joint_amount"], 0.0), abs=1e-9)
        for row in over
    )


@pytest.mark.slow
def test_two_workers_give_the_same_bytes(
    release: al.Release, solved: Result, run_command: Run, tmp_path: Path
) -> None:
    code, out, err = run_command(
        "share", "us-japan", "--scenarios", 2, "--gap", 0.005, "--workers", 2,
        "--out-folder", tmp_path / "cli",
    )  # fmt: skip
    assert code == 0 and "wrote cli" in err
    assert out.startswith("Together the United States and Japan save")
    al.write_result(solved, tmp_path / "python")
    for path in sorted((tmp_path / "python" / "tables").iterdir()):
        assert path.read_bytes() == (tmp_path / "cli" / "tables" / path.name).read_bytes(), (
            path.name
        )


def test_the_answer_in_sentences(run_command: Run, instead: list[tuple[object, ...]]) -> None:
    code, out, err = run_command("share", "us-japan", "--budget", 900, "--seed", 3)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("Together the United States and Japan save")
    assert any(line.startswith("Savings by the nucleolus:") for line in lines)
    assert "Who gains by not going along" in out
    request = instead[0][2]
    assert isinstance(request, al.ShareRequest)
    assert (request.budget, request.seed) == (Budget(total=900.0), 3)
    code, out, _ = run_command("stock", "us-japan")
    assert code == 0 and out.startswith("Orders of stocks:")


def test_one_table(run_command: Run, instead: list[tuple[object, ...]], solved: Result) -> None:
    code, out, _ = run_command("share", "us-japan", "--show", "payments", "--json")
    assert code == 0
    assert len(json.loads(out)) == solved.table("share_payments").num_rows
    code, out, _ = run_command("stock", "us-japan", "--show", "rights", "--json")
    assert code == 0
    assert len(json.loads(out)) == solved.table("share_rights").num_rows


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("share", "us-japan", "--scenarios", 0), "0 scenarios; allowed: 1 to"),
        (("share", "us-japan", "--gap", 0), "gap 0; allowed"),
        (("share", "us-japan", "--permutations", 3), "3 permutations"),
        (("share", "us-japan", "--show", "payment"), "did you mean 'payments'?"),
        (("share", "us-japan", "--budget", "XXX=3"), "partners of the case are"),
        (("stock", "us-japan", "--show", "payments"), "--show 'payments'"),
        (("stock", "us-japan", "--workers", 2, "--dask", "tcp://a:1"), "exclude one another"),
        (("stock", "nowhere"), "nowhere"),
    ],
)
def test_what_is_refused(run_command: Run, arguments: tuple[object, ...], words: str) -> None:
    code, out, err = run_command(*arguments)
    assert (code, out) == (2, "")
    assert words in " ".join(err.split())
