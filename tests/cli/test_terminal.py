"""What a terminal, a pipe and Ctrl-C meet: letters, control characters, exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from allanite.catalogue.store import Release

Run = Callable[..., tuple[int, str, str]]
ENDLESS = "select count(*) from range(100000000000) a, range(1000000) b"


def _process(*arguments: str, **variables: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "allanite", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **variables},
    )


def test_letters_the_output_lacks_are_replaced(release: Release) -> None:
    out, err = _process("data", "list", PYTHONIOENCODING="ascii").communicate(timeout=60)
    assert b"trade" in out
    assert out.isascii()
    assert err == b""


def test_json_stays_whole_where_the_output_lacks_letters(release: Release) -> None:
    process = _process(
        "data", "show", "regions", "--limit", "2", "--json", PYTHONIOENCODING="ascii"
    )
    out, _ = process.communicate(timeout=60)
    assert json.loads(out) == release.rows("regions")[:2]


def test_a_closed_pipe_ends_the_command_without_a_word(release: Release) -> None:
    with _process("data", "show", "trade", "--limit", "20000", "--json") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


def test_ctrl_c_stops_an_endless_query(release: Release) -> None:
    process = _process("data", "sql", ENDLESS)
    time.sleep(5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert (out, err.strip()) == (b"", b"")


def test_an_endless_query_ends_by_its_limit(run_command: Run) -> None:
    code, out, err = run_command("data", "sql", ENDLESS, "--seconds", "0.5")
    assert (code, out) == (2, "")
    assert "query stopped after 0.5 s" in err


def test_json_knows_no_infinity(run_command: Run) -> None:
    _, out, _ = run_command("data", "sql", "select 'inf'::double as x, 1.5::double as y", "--json")
    assert json.loads(out) == [{"x": None, "y": 1.5}]


def test_cells_cannot_command_the_terminal(run_command: Run) -> None:
    query = "select 'a' || chr(27) || ']0;title' || chr(7) || 'b' as \"x\x1b[2J\""
    code, out, _ = run_command("data", "sql", query)
    assert code == 0
    assert "\x1b" not in out
    assert "\x07" not in out
    assert "title" in out


def test_a_misspelt_name_cannot_command_the_terminal(run_command: Run) -> None:
    code, _, err = run_command("law", "state", "--on", "2025-10-28", "--material", "x\x1b[2J")
    assert code == 2
    assert "\x1b" not in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("law", "state", "--on", "2025-02-30"), "--on: '2025-02-30' is not a day of the calendar"),
        (("law", "diff", "2025-10-01", "soon"), "second day: 'soon' is not a date"),
        (("exposure", "--all", "--end-use", "Wind turbines"), "leave --end-use out"),
        (("priorities", "--year", "1800"), "unknown year '1800'"),
    ],
)
def test_questions_that_cannot_be_answered(
    run_command: Run, arguments: tuple[str, ...], words: str
) -> None:
    code, out, err = run_command(*arguments)
    assert (code, out) == (2, "")
    assert words in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("network", "baseline", "--seed", "-1"),
        ("exposure", "JPN", "--seed", "-1"),
        ("exposure", "JPN", "--draws", "99999999"),
    ],
)
def test_numbers_out_of_range_are_refused_at_once(
    run_command: Run, arguments: tuple[str, ...]
) -> None:
    code, out, err = run_command(*arguments)
    assert (code, out) == (2, "")
    assert f"Invalid value for '{arguments[-2]}'" in err


def test_help_loads_none_of_the_heavy_libraries() -> None:
    heavy = ("duckdb", "scipy", "pyarrow", "jinja2", "vl_convert", "openpyxl", "ruamel.yaml")
    program = (
        "import sys; from allanite.cli import app;"
        f" print([name for name in {heavy!r} if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"


def test_version_is_told(run_command: Run) -> None:
    code, out, _ = run_command("--version")
    assert code == 0
    assert out.startswith("allanite ")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(run_command: Run, tmp_path: Path) -> None:
    path = tmp_path / "regions.csv"
    path.write_text("region\nXAA\n")
    path.chmod(0)
    code, _, err = run_command("data", "check", "--data", tmp_path)
    assert code == 2
    assert "regions.csv: found Permission denied" in err
