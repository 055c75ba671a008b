"""Every command and the case file of the page on plans are understood as they stand there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from allanite.conditions.case import read_case
from allanite.conditions.plan_case import Budget
from allanite.errors import UsageError

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "plan-a-budget.md"
TEXT = PAGE.read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ allanite (plan .*)$", TEXT, re.MULTILINE)
Run = Callable[..., tuple[int, str, str]]


def test_the_page_has_commands_of_every_kind() -> None:
    assert len(COMMANDS) >= 10
    assert sum(" compare " in command for command in COMMANDS) == 2


@pytest.mark.parametrize("command", [c for c in COMMANDS if " compare " not in c])
def test_its_commands_are_understood(
    run_command: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    def understood(*_: object, **__: object) -> None:
        raise UsageError("understood")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("allanite.workbench.plan", understood)
    code, out, err = run_command(*shlex.split(command))
    if "--show assumptions" in command:
        assert code == 0 and "discount_rate" in out
    else:
        assert code == 2 and err.split() == ["error:", "understood"]


@pytest.mark.parametrize("command", [c for c in COMMANDS if " compare " in c])
def test_its_comparisons_ask_for_the_results(
    run_command: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = run_command(*shlex.split(command))
    assert code == 2 and "no such folder or file: 'base'" in err


def test_its_case_file_is_a_case(tmp_path: Path) -> None:
    block = re.search(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    assert block is not None
    file = tmp_path / "own.yaml"
    file.write_text(block.group(1), encoding="utf-8")
    case = read_case(file)
    assert case.plan is not None
    assert case.plan.budget == Budget(total=2000, yearly=700)
