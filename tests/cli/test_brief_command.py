"""Command `allanite brief` on the shipped release: what it writes, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from allanite.conditions.case import shipped_cases

Run = Callable[..., tuple[int, str, str]]


@pytest.mark.slow
def test_the_shipped_case_becomes_a_whole_brief(run_command: Run, tmp_path: Path) -> None:
    out = tmp_path / "made" / "us-japan"
    asked = ("brief", "us-japan", "--as-of", "2026-11-22", "--months", "6", "--no-plan")
    asked = (*asked, "--out", out)
    code, printed, errors = run_command(*asked)
    assert (code, errors) == (0, "")
    assert 3 <= printed.count("\n- ") + printed.startswith("- ") <= 10
    assert {p.name for p in out.iterdir()} == {
        "brief.html",
        "tables.xlsx",
        "tables",
        "record.json",
    }
    html = (out / "brief.html").read_text(encoding="utf-8")
    assert html.count("<figure id=") >= 12
    assert "is empty" not in html
    record = json.loads((out / "record.json").read_text())
    assert record["parameters"]["as_of"] == "2026-11-22"
    assert record["parameters"]["since"] == "2025-10-28"
    assert record["seed"] == 1
    tables = {p.stem: pq.read_table(p).num_rows for p in (out / "tables").iterdir()}
    book = openpyxl.load_workbook(out / "tables.xlsx", read_only=True)
    assert set(book.sheetnames) == {name[:31] for name in tables}
    assert all(f'id="table-{name}"' in html for name in tables)
    assert min(tables.values()) > 0


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["us-japon"], "us-japan-australia"),
        (["us-japan", "--as-of", "yesterday"], "--as-of: 'yesterday' is not a date"),
        (["us-japan", "--as-of", "2025-01-01"], "is after --as-of"),
        (["absent.yaml"], "no such file"),
    ],
)
def test_bad_requests_are_refused_before_anything_is_written(
    run_command: Run, tmp_path: Path, arguments: list[str], expected: str
) -> None:
    code, _, errors = run_command("brief", *arguments, "--out", tmp_path / "out")
    assert code == 2
    assert expected in errors
    assert "Traceback" not in errors
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("2024", "2020", "base_year 2020; the network of this release is that of 2024"),
        ("- Wind turbines", "- Windturbine", "did you mean 'Wind turbines'"),
    ],
)
def test_a_case_that_the_release_cannot_answer_is_refused(
    run_command: Run, tmp_path: Path, old: str, new: str, expected: str
) -> None:
    text = shipped_cases()["us-japan"].read_text(encoding="utf-8")
    assert old in text
    case = tmp_path / "own.yaml"
    case.write_text(text.replace(old, new), encoding="utf-8")
    code, _, errors = run_command("brief", case, "--as-of", "2026-11-22", "--out", tmp_path / "out")
    assert code == 2
    assert expected in errors
    assert list(tmp_path.iterdir()) == [case]


def test_a_case_with_an_unknown_region_is_refused(run_command: Run, tmp_path: Path) -> None:
    case = tmp_path / "own.yaml"
    case.write_text(
        "id: own\ntitle: Own\npartners: [USA, QQQ]\nwatched: CHN\nsince: 2025-10-28\n"
        "base_year: 2024\nelement_groups: [{name: Heavy, elements: [Dy]}]\n"
    )
    code, _, errors = run_command("brief", case, "--as-of", "2026-11-22", "--out", tmp_path / "out")
    assert code == 2
    assert "unknown regions QQQ" in errors
    assert not (tmp_path / "out").exists()
