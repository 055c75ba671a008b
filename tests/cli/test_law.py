"""Commands `allanite law`: the answer, the table, files, and messages for wrong input."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from allanite.catalogue import store
from allanite.cli import main

Run = Callable[..., tuple[int, str, str]]
HELPER = Path(__file__).resolve().parents[1] / "law" / "law_release.py"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    spec = importlib.util.spec_from_file_location("law_release", HELPER)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written: Path = module.write_law_release(tmp_path_factory.mktemp("law") / "release")
    return written


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `allanite law` on the small release: exit code, stdout, stderr."""

    def command(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(store, "shipped_folder", lambda: folder)
        monkeypatch.setattr(sys, "argv", ["allanite", "law", *arguments])
        monkeypatch.setenv("COLUMNS", "220")
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return command


DY = ("--material", "Dy oxide", "--destination", "JPN", "--issuer", "CHN")


def test_state_answers_in_the_first_line(run: Run) -> None:
    code, out, _ = run("state", "--on", "2025-10-28", *DY)
    assert code == 0
    first, in_force, announced, unknown, *_ = out.splitlines()
    assert first == (
        "On 28 October 2025 exports of Dy oxide from China to Japan need a licence"
        " (No. 18/2025 since 4 April 2025)."
    )
    assert in_force.startswith("also in force: ")
    assert announced.startswith("announced, not in force: No. 56/2025")
    assert "value rule (start by its text: 2025-12-01)" in announced
    assert "No. 57" not in first + in_force + announced
    assert unknown == "unknown: none"
    assert "observed, No. 18/2025: magnet exports May 2025" in out


def test_unknown_states_show_both_branches_and_the_age_of_the_sources(run: Run) -> None:
    _, out, _ = run("state", "--on", "2026-11-22", *DY)
    first = "\n".join(out.splitlines()[:6])
    assert "[extended: suspended (0.8); revived: in force (0.2)]" in first
    assert "No. 1/2026 for military users since 6 January 2026" in first
    assert "Newest source of these rows:" in first


def test_conditional_control_says_so(run: Run) -> None:
    _, out, _ = run(
        "state", "--on", "2025-10-28", "--material", "NdFeB magnet", "--issuer", "China"
    )
    assert "need a licence under a condition" in out.splitlines()[0]
    assert "only if it is or holds Dy or Tb" in out.splitlines()[0]


def test_nothing_found_is_not_called_free(run: Run) -> None:
    _, out, _ = run("state", "--on", "2009-01-01", "--material", "Mg", "--destination", "JPN")
    assert "no control in these records covers them" in out
    assert "do not prove" in out


def test_json_holds_every_column(run: Run) -> None:
    _, out, _ = run("state", "--on", "2026-11-22", "--json", *DY)
    rows = json.loads(out)
    unknown = [row for row in rows if row["control_id"] == "CN-2025-62"]
    assert [(row["branch"], row["weight"]) for row in unknown] == [
        ("extended", 0.8),
        ("revived", 0.2),
    ]
    assert all(row["de_jure"] and row["url"] and row["confidence"] for row in rows)
    assert unknown[0]["next_date"] == "2027-01-11"


def test_diff_lists_changes_with_their_steps(run: Run) -> None:
    code, out, _ = run("diff", "2025-10-01", "2026-01-10", "--material", "Dy", "--json")
    rows = {(row["control_id"], row["article"]): row for row in json.loads(out)}
    assert code == 0
    row = rows[("CN-2025-61", "para_1_3_china_origin_items")]
    assert row["steps"] == "2025-10-09 in force; 2025-11-07 suspended"
    assert (row["before"], row["after"]) == ("not_announced", "suspended")
    assert row["changed_on"] == "2025-11-07"


def test_diff_of_a_day_with_itself_is_empty(run: Run) -> None:
    _, out, _ = run("diff", "2026-11-22", "2026-11-22")
    assert out.splitlines()[0] == "0 articles differ between 2026-11-22 and 2026-11-22."


def test_out_writes_the_whole_table(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "states.parquet"
    code, out, err = run("state", "--on", "2026-11-22", "--out", str(path), *DY)
    assert (code, out) == (0, "")
    assert "On 22 November 2026" in err
    assert "what_to_check" not in pq.read_table(path).column_names
    assert "check" in pq.read_table(path).column_names


def test_show_has_errata_and_sources(run: Run) -> None:
    code, out, _ = run("show", "CN-2010-JP-EMBARGO", "--json")
    tables = json.loads(out)
    assert code == 0
    changed = {(row["old_value"], row["new_value"]) for row in tables["control_errata"]}
    assert ("2010-09", "2010-09-21") in changed
    assert len(tables["control_sources"]) == 2
    _, text, _ = run("show", "No. 61/2025")
    assert "CN-2025-61" in text.splitlines()[0]
    assert "para_1_1_value_rule" in text


def test_list_gives_every_control_on_a_day(run: Run) -> None:
    _, out, _ = run("list", "--on", "2026-11-22", "--json")
    assert len({row["control_id"] for row in json.loads(out)}) == 44


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (("state", "--on", "28.10.2025"), "2025-10-28"),
        (("state", "--on", "2025-02-30"), "calendar"),
        (("state", "--on", "2025-10-28", "--material", "Dyx oxide"), "dy oxide"),
        (("state", "--on", "2025-10-28", "--destination", "Jpan"), "japan"),
        (("state", "--on", "2025-10-28", "--issuer", "Chnia"), "china"),
        (("state", "--on", "2025-10-28", "--stage", "oxid"), "oxide"),
        (("state", "--on", "2025-10-28", "--party", "army"), "military"),
        (("diff", "2025-10-01", "soon"), "2025-10-28"),
        (("show", "CN-2025-611"), "CN-2025-61"),
        (("list", "--on", "today"), "2025-10-28"),
        (("state", "--on", "2025-10-28", "--out", "states.txt"), ".csv"),
    ],
)
def test_wrong_input_gives_one_message_and_exit_2(
    run: Run, arguments: tuple[str, ...], found: str
) -> None:
    code, _, err = run(*arguments)
    assert code == 2
    assert found in err
    assert "Traceback" not in err


def test_user_tables_with_a_gap_are_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "control_periods.csv").write_text(
        "control_id,article,sequence,from_date,to_date,from_precision,state,source_id,locator,"
        "quality\nCN-2025-18,whole,1,2025-06-01,,day,in_force,policy-controls,mine,observed\n",
        encoding="utf-8",
    )
    code, _, err = run("state", "--on", "2025-05-01", "--data", str(tmp_path))
    assert code == 2
    assert "each day in one period" in err
