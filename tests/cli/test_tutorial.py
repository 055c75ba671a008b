"""The tutorial: every command in its text runs and says what the text says it will."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from allanite.cli.tutorial import steps_of

Run = Callable[..., tuple[int, str, str]]
EXPOSURE = ("JPN", "--end-use", "EV and hybrid traction motors", "--element", "Dy")


@pytest.fixture
def case(run_command: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    code, out, _ = run_command("tutorial", "case", "--no-run")
    assert code == 0
    assert "README.md" in out
    monkeypatch.chdir(tmp_path / "case")
    return tmp_path / "case"


def test_steps_keep_text_and_commands_in_order() -> None:
    text = "# A\n\n```console\n$ allanite one\nshown\n$ allanite two\n```\n\nend\n"
    first, last = steps_of(text)
    assert first.text == "# A"
    assert first.commands == ("allanite one", "allanite two")
    assert (last.text, last.commands) == ("end", ())


@pytest.mark.slow
def test_every_command_of_the_text_runs(case: Path, run_command: Run) -> None:
    steps = list(steps_of((case / "README.md").read_text(encoding="utf-8")))
    commands = [command for step in steps for command in step.commands]
    assert len(commands) == 7
    for command in commands:
        code, out, err = run_command(*shlex.split(command)[1:])
        assert code == (2 if "broken-tables" in command else 0), command + err
        assert out or err
    assert (case / "brief" / "brief.html").is_file()


def test_own_figures_change_the_answer(case: Path, run_command: Run) -> None:
    def share_of_china(*extra: str) -> float:
        options = ("--stage", "separation", "--draws", 2, "--json")
        _, out, _ = run_command("exposure", *EXPOSURE, *options, *extra)
        rows = json.loads(out)
        return float(sum(row["share"] for row in rows if row["origin_country"] == "CHN"))

    shipped, own = share_of_china(), share_of_china("--data", str(case / "my-tables"))
    assert own < shipped - 0.1


def test_the_broken_tables_name_both_faults(case: Path, run_command: Run) -> None:
    code, out, err = run_command("network", "describe", "--data", "broken-tables")
    assert (code, out) == (2, "")
    assert "site_processes.csv:2" in err
    assert "MY_NOWHERE" in err


def test_an_existing_folder_is_refused(case: Path, run_command: Run) -> None:
    code, _, err = run_command("tutorial", str(case))
    assert code == 2
    assert "exists" in err
