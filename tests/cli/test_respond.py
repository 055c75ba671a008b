"""Commands respond and scan on the release that ships, on questions small enough to be quick."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from allanite import read_result
from allanite.cli import response
from allanite.conditions.horizon import Horizon
from allanite.errors import UsageError

Run = Callable[..., tuple[int, str, str]]
SHOCK = """\
shocks:
  - kind: closure
    origin: CHN
    destinations: [USA, JPN]
    materials: [gallium_refined]
    from: 2026-11-01
    to: 2027-06-30
"""


@pytest.fixture
def question(tmp_path: Path) -> tuple[object, ...]:
    """Gallium closed for six months, and no control."""
    shock = tmp_path / "shock.yaml"
    shock.write_text(SHOCK)
    asked = ("respond", "us-japan", "--control", "none", "--shock", shock)
    return (*asked, "--start", "2026-11", "--periods", 6)


def test_the_answer_stands_first_in_sentences(
    run_command: Run, question: tuple[object, ...]
) -> None:
    code, out, err = run_command(*question)
    first = out.splitlines()[0]
    assert (code, err) == (0, "")
    assert first.startswith("If nobody acts, the United States runs short first in gallium")
    assert "no use of Japan falls below 95 % within 6 months" in first
    assert "Cover if nobody acts" in out and "Measures" in out


def test_one_table_as_json_and_all_tables_in_a_folder(
    run_command: Run, question: tuple[object, ...], tmp_path: Path
) -> None:
    folder = tmp_path / "result"
    code, out, err = run_command(
        *question, "--no-measures", "--show", "cover", "--json", "--out-folder", folder
    )
    rows = json.loads(out)
    assert code == 0 and "wrote result" in err
    stopped = [row for row in rows if row["partner"] and row["weeks"] is not None]
    assert [(row["region"], row["material"]) for row in stopped] == [("USA", "gallium_refined")]
    result = read_result(folder)
    assert result.record.command == "respond"
    assert result.record.parameters["periods"] == 6
    assert result.table("response_cover").num_rows == len(rows)


def test_a_table_to_a_file(run_command: Run, question: tuple[object, ...], tmp_path: Path) -> None:
    out = tmp_path / "service.csv"
    code, printed, err = run_command(*question, "--no-measures", "--show", "service", "--out", out)
    assert (code, printed) == (0, "")
    assert "wrote service.csv" in err
    assert out.read_text().startswith('"branch","answer","region"')


def test_a_table_that_was_not_asked_for_says_what_would_give_it(
    run_command: Run, question: tuple[object, ...]
) -> None:
    code, _, err = run_command(*question, "--no-measures", "--show", "measures")
    assert code == 2
    assert "leave --no-measures out" in " ".join(err.split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("us-japon",), "us-japan-australia"),
        (("us-japan", "--start", "2026-13"), "write it as 2026-11"),
        (("us-japan", "--start", "autumn"), "is no month"),
        (("us-japan", "--step", "day"), "month, quarter, week"),
        (("us-japan", "--periods", "0"), "'--periods'"),
        (("us-japan", "--periods", "601"), "allowed: 1 to 600"),
        (("us-japan", "--effect", "imagined"), "observed, de-jure"),
        (("us-japan", "--closure", "open"), "market, partners"),
        (("us-japan", "--rationing", "fair"), "priority, pro-rata, contract"),
        (("us-japan", "--knowledge", "all"), "foresight, rolling, both"),
        (("us-japan", "--show", "covers"), "--show 'covers'"),
        (("us-japan", "--shock", "absent.yaml"), "no such file"),
        (("us-japan", "--control", "No. 99/1999"), "No. 99/1999"),
        (("us-japan", "--control", "none", "--control", "all"), "excludes every other"),
        (("us-japan", "--start", "2019-04"), "begin in 2024 or later"),
        (("us-japan", "--control", "none", "--branch", "revived"), "every state is known"),
    ],
)
def test_wrong_arguments_get_one_message(
    run_command: Run, arguments: tuple[str, ...], words: str
) -> None:
    code, out, err = run_command("respond", *arguments)
    assert (code, out) == (2, "")
    assert words in " ".join(err.split())
    assert "Traceback" not in err


def test_a_folder_of_other_files_is_kept(run_command: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    code, _, err = run_command("respond", "us-japan", "--out-folder", tmp_path)
    assert code == 2
    assert "notes.txt" in err
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_help_shows_examples(run_command: Run) -> None:
    for command in ("respond", "scan"):
        code, out, _ = run_command(command, "--help")
        assert code == 0
        assert f"allanite {command} us-japan" in " ".join(out.split())


@pytest.mark.parametrize(
    ("step", "periods", "count", "last"),
    [
        ("month", None, 24, date(2028, 10, 31)),
        ("quarter", None, 8, date(2028, 10, 31)),
        ("week", 2, 2, date(2026, 11, 14)),
    ],
)
def test_steps_make_two_years(step: str, periods: int | None, count: int, last: date) -> None:
    horizon = response.horizon_of("2026-11", step, periods)
    assert isinstance(horizon, Horizon)
    assert horizon.count == count
    assert horizon.last_day(count - 1) == last


def test_this_month_is_the_first_by_default() -> None:
    assert response.horizon_of(None, "month", 1).start == date.today().replace(day=1)
    with pytest.raises(UsageError, match="--step 'year'"):
        response.horizon_of(None, "year", None)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("--level", "site"), "country, place, both"), (("--start", "2026"), "is no month")],
)
def test_a_scan_refuses_wrong_arguments(
    run_command: Run, arguments: tuple[str, ...], words: str
) -> None:
    code, out, err = run_command("scan", "us-japan", *arguments)
    assert (code, out) == (2, "")
    assert words in " ".join(err.split())


@pytest.mark.slow
def test_a_scan_ranks_countries_by_what_the_partners_lose(run_command: Run) -> None:
    code, out, err = run_command(
        "scan", "us-japan", "--start", "2026-11", "--periods", 2, "--top", 3
    )
    assert (code, err) == (0, "")
    assert out.startswith("If one country stopped at one stage")
    assert "3 of " in out
