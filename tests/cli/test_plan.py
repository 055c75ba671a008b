"""Command plan on the release that ships: one real plan, small, and everything it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import allanite as al
from allanite.cli.plan_words import budget_of, risk_of, shifts_of
from allanite.conditions.case import shipped_cases
from allanite.conditions.plan_case import Budget
from allanite.program.risk import Risk
from allanite.studies.plan.request import PlanRequest
from allanite.studies.plan_terms import plan_assumptions, plan_of, plan_request
from allanite.studies.result import Result, check_result, write_result

Run = Callable[..., tuple[int, str, str]]
PARTNERS = ("USA", "JPN")
CASE = Budget(total=5000, partners=(("USA", 4000.0), ("JPN", 2500.0)), yearly=1500.0)
# One course, of which no other way is tried: seconds, not minutes.
SMALL = ("--scenarios", 1, "--fresh", 0, "--no-front", "--gap", 0.02)


@pytest.fixture(scope="module")
def solved(release: al.Release) -> Result:
    """A real plan on one course, from Python."""
    case = al.load_case("us-japan")
    assert case.plan is not None
    request = PlanRequest(
        budget=case.plan.budget,
        risk=Risk(weight=0.3, confidence=0.9),
        scenarios=1,
        fresh=0,
        front=(),
        gap=0.02,
    )
    return al.plan(al.load_network(release, draws=0), case, request)


@pytest.fixture
def instead(monkeypatch: pytest.MonkeyPatch, solved: Result) -> list[tuple[object, ...]]:
    """The solved plan in the place of solving; what it was asked for."""
    asked: list[tuple[object, ...]] = []

    def answer(*arguments: object, **more: object) -> Result:
        asked.append((*arguments, more))
        return solved

    monkeypatch.setattr("allanite.workbench.plan", answer)
    return asked


def test_a_plan_has_its_tables_and_no_faults(solved: Result) -> None:
    assert solved.record.command == "plan"
    assert solved.record.parameters["scenarios"] == 1
    assert solved.record.parameters["budget"] == 5000
    assert check_result(solved.tables) == []
    assert solved.table("plan_front").num_rows == 0
    assert "plan_sensitivity" not in solved.tables
    figures = {row["figure"]: row for row in solved.table("plan_figures").to_pylist()}
    assert figures["capital"]["value"] <= 5000
    assert figures["mean cost, plan"]["value"] <= figures["mean cost, no plan"]["value"]


@pytest.mark.slow
def test_the_command_gives_the_same_bytes(run_command: Run, solved: Result, tmp_path: Path) -> None:
    write_result(solved, tmp_path / "python")
    code, out, err = run_command(
        "plan", "us-japan", *SMALL, "--checkpoint", tmp_path / "search",
        "--out-folder", tmp_path / "cli",
    )  # fmt: skip
    assert code == 0 and "wrote cli" in err and "kept the search in search" in err
    assert (tmp_path / "search").is_file()
    assert out.startswith("Budget: 5.0 billion USD in all")
    for path in sorted((tmp_path / "python" / "tables").iterdir()):
        assert path.read_bytes() == (tmp_path / "cli" / "tables" / path.name).read_bytes(), (
            path.name
        )
    code, _, err = run_command(
        "plan", "us-japan", *SMALL, "--risk", "mean", "--checkpoint", tmp_path / "search"
    )
    assert code == 2 and "checkpoint of another programme or risk" in err


def test_the_answer_stands_first_in_sentences(
    run_command: Run, instead: list[tuple[object, ...]]
) -> None:
    code, out, err = run_command("plan", "us-japan", "--budget", "900", "--seed", 3)
    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert lines[0] == "Budget: 900 million USD in all."
    assert "What to store" in out
    assert any(line.startswith("Probabilities are assumptions:") for line in lines)
    request = instead[0][2]
    assert isinstance(request, PlanRequest)
    assert (request.budget, request.seed) == (Budget(total=900.0), 3)


def test_tables_as_json_and_to_files(
    run_command: Run, instead: list[tuple[object, ...]], tmp_path: Path, solved: Result
) -> None:
    code, out, _ = run_command("plan", "us-japan", "--show", "stocks", "--json")
    assert code == 0 and len(json.loads(out)) == solved.table("plan_stocks").num_rows
    for name in ("projects.csv", "projects.xlsx", "projects.parquet"):
        code, out, err = run_command("plan", "us-japan", "--out", tmp_path / name)
        assert (code, out) == (0, "") and f"wrote {name}" in err
    assert instead


def test_assumptions_are_shown_without_a_plan(
    run_command: Run, monkeypatch: pytest.MonkeyPatch, release: al.Release
) -> None:
    monkeypatch.setattr("allanite.workbench.plan", None)
    code, out, _ = run_command("plan", "us-japan", "--show", "assumptions", "--json")
    rows = {row["name"]: row for row in json.loads(out)}
    plan = plan_of(al.load_case("us-japan"))
    assert code == 0 and len(rows) == plan_assumptions(release, plan).num_rows
    assert rows["discount_rate"]["value"] == plan.discount_rate
    assert rows["plan.asset_life"]["unit"] == "yr"
    assert "plan.discount_rate" not in rows
    assert all(row["why"] and row["quality"] for row in rows.values())


def test_two_plans_side_by_side(run_command: Run, solved: Result, tmp_path: Path) -> None:
    write_result(solved, tmp_path / "bold")
    write_result(solved, tmp_path / "cautious")
    code, out, _ = run_command("plan", "compare", tmp_path / "bold", tmp_path / "cautious")
    assert code == 0
    assert out.startswith(
        "Built in bold only: nothing.\nBuilt in cautious only: nothing.\nCapital:"
    )
    folders = (tmp_path / "bold", tmp_path / "cautious")
    code, out, _ = run_command("plan", "compare", *folders, "--json")
    rows = json.loads(out)
    assert code == 0 and {row["kind"] for row in rows} == {"figure"}
    assert {row["difference"] for row in rows} <= {0.0, None}
    table = tmp_path / "bold" / "tables" / "plan_stocks.parquet"
    code, _, err = run_command("plan", "compare", table, table, "--out", tmp_path / "both.csv")
    assert code == 0 and "wrote both.csv" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("us-japon",), "us-japan-australia"),
        (("us-japan", "--budget", "many"), "is no number of million USD"),
        (("us-japan", "--budget", "-5"), "allowed are 0 to 1,000,000"),
        (("us-japan", "--budget", "nan"), "allowed are 0 to 1,000,000"),
        (("us-japan", "--budget", "FRA=300"), "partners of the case are USA, JPN"),
        (("us-japan", "--budget", "1", "--budget", "2"), "one total"),
        (("us-japan", "--budget", "USA=1", "--budget", "usa=2"), "USA has a limit already"),
        (("us-japan", "--yearly", "-1"), "--yearly -1"),
        (("us-japan", "--scenarios", "0"), "0 scenarios; allowed: 1 to 5000"),
        (("us-japan", "--fresh", "-1"), "-1 fresh courses"),
        (("us-japan", "--gap", "0"), "gap 0; allowed: above 0"),
        (("us-japan", "--margin", "2"), "margin 2; allowed: 0 to 1"),
        (("us-japan", "--seconds", "0"), "--seconds 0; allowed: above 0"),
        (("us-japan", "--risk", "var:0.9"), "write cvar:CONFIDENCE:WEIGHT"),
        (("us-japan", "--risk", "cvar:0.9:2"), "both between 0 and 1"),
        (("us-japan", "--risk", "cvar:nan:0.5"), "both between 0 and 1"),
        (("us-japan", "--shift", "embargo-twise"), "did you mean 'embargo-twice'"),
        (("us-japan", "--show", "project"), "did you mean 'projects'"),
        (("us-japan", "--show", "front", "--no-front"), "leave --no-front out"),
        (("us-japan", "--show", "sensitivity"), "add --sensitivity"),
        (("us-japan", "--dask", "tcp://h:1", "--workers", "2"), "exclude one another"),
        (("us-japan", "--checkpoint", "absent/search"), "no folder 'absent'"),
        (("us-japan", "other"), "takes one case"),
        (("compare", "absent"), "compare A B"),
        (("compare", "absent", "gone"), "no such folder or file"),
    ],
)
def test_wrong_arguments_get_one_message(
    run_command: Run, arguments: tuple[str, ...], words: str
) -> None:
    code, out, err = run_command("plan", *arguments)
    assert (code, out) == (2, "")
    assert words in " ".join(err.split())
    assert "Traceback" not in err


def test_a_case_without_a_plan_is_told_what_to_add(run_command: Run, tmp_path: Path) -> None:
    text = shipped_cases()["eu"].read_text(encoding="utf-8")
    case = tmp_path / "own.yaml"
    case.write_text(text[: text.index("# The odds are")], encoding="utf-8")
    code, _, err = run_command("plan", case)
    assert code == 2
    assert "case eu has no plan; add the lines `plan:` and `  like: us-japan`" in err


def test_files_that_are_no_plan_are_refused(run_command: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    for name, words in (("notes.txt", "endings known"), ("table.csv", "no table of a plan")):
        code, _, err = run_command("plan", "compare", tmp_path / name, tmp_path / name)
        assert code == 2 and words in err


def test_a_checkpoint_that_is_a_folder_is_refused(run_command: Run, tmp_path: Path) -> None:
    code, _, err = run_command("plan", "us-japan", "--checkpoint", tmp_path)
    assert code == 2 and "is a folder; name a file" in err


def _budget(total: float, yearly: float | None = None, **partners: float) -> Budget:
    return Budget(total=total, partners=tuple(partners.items()), yearly=yearly)


@pytest.mark.parametrize(
    ("texts", "yearly", "expected"),
    [
        ((), None, CASE),
        (("900",), None, Budget(total=900)),
        (("1,200",), 300.0, Budget(total=1200, yearly=300.0)),
        (("JPN=100",), None, _budget(5000.0, 1500.0, USA=4000.0, JPN=100.0)),
        (("900", "USA=500"), None, _budget(900.0, USA=500.0, JPN=900.0)),
        ((), 700.0, _budget(5000.0, 700.0, USA=4000.0, JPN=2500.0)),
    ],
)
def test_a_total_replaces_the_budget_and_a_partner_its_own_limit(
    texts: tuple[str, ...], yearly: float | None, expected: Budget
) -> None:
    assert budget_of(CASE, PARTNERS, texts, yearly) == expected


def test_risk_and_shifts_are_understood() -> None:
    assert risk_of(None, 0.9, 0.3) == Risk(confidence=0.9, weight=0.3)
    assert risk_of("mean", 0.9, 0.3) == Risk(confidence=0.9, weight=0.0)
    assert risk_of("cvar:0.95:0.5", 0.9, 0.3) == Risk(confidence=0.95, weight=0.5)
    assert shifts_of(("truce-half", "truce-half"), every=False) == ("truce-half",)
    assert len(shifts_of((), every=True)) >= 10


def test_the_request_of_a_case_is_its_own_budget_and_risk() -> None:
    plan = plan_of(al.load_case("us-japan"))
    request = plan_request(plan, 4)
    assert (request.budget, request.seed, request.risk.weight) == (plan.budget, 4, plan.risk_weight)
    assert request.scenarios >= 32


def test_help_shows_examples_and_compare(run_command: Run) -> None:
    code, out, _ = run_command("plan", "--help")
    text = " ".join(out.split())
    assert code == 0
    assert "allanite plan compare bold cautious" in text
    assert "allanite plan us-japan --budget 5000" in text
