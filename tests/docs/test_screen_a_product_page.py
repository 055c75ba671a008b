"""Commands, words and code of the pages on screening hold on the release that ships."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from allanite.cli.screen import TABLE_OF
from allanite.law.rules.vocabulary import END_USES
from allanite.present.screen_words import SIGNS
from allanite.studies.screening.verdicts import MOST_EXPLAINED

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/how-to/screen-a-product.md").read_text(encoding="utf-8")
WHY = (ROOT / "docs/explanation/screening.md").read_text(encoding="utf-8")
Run = Callable[..., tuple[int, str, str]]


def test_the_commands_of_the_page_run(
    run_command: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bom.csv").write_text("part_id,material,mass [g]\nm,N42SH,4\n")
    commands = re.findall(r"```console\n(.*?)```", TEXT, re.DOTALL)
    assert len(commands) == 3
    for command in commands:
        arguments = shlex.split(command.replace("\\\n", " "))[1:]
        if "--draws" not in arguments and "--sample" not in arguments:
            arguments += ["--draws", "0"] if "--replay" not in arguments else []
        code, _, err = run_command(*arguments)
        assert code == 0, err
    made = {p.name for p in tmp_path.iterdir()}
    assert {"dossier.html", "questions.csv", "screening.xlsx", "kept", "again"} <= made


def test_the_lines_shown_are_those_printed(run_command: Run) -> None:
    (shown,) = re.findall(r"```text\n(.*?)```", TEXT, re.DOTALL)
    _, out, _ = run_command("screen", "--sample", "fin-actuator", "--on", "2026-12-01",
                            "--delivery", "2027-03-01")  # fmt: skip
    printed = " ".join(out.split())
    for line in shown.splitlines():
        assert " ".join(line.split()) in printed


def test_signs_uses_and_tables_are_named() -> None:
    for word in (*TABLE_OF, *END_USES):
        assert f"`{word}`" in TEXT
    for sign in SIGNS.values():
        assert f"`{sign.mark}`" in TEXT


def test_the_code_prints_the_duty(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    exec(compile(code, "page", "exec"), {})
    assert capsys.readouterr().out == "US-S301-MAGNET duty decided\n"


def test_figures_of_the_explanation() -> None:
    """0.8 g of Dy at 0.25 to 1.26 USD/g over 800 and, for one magnet, over 4 USD."""
    assert "0.025 to\n0.13 %" in WHY
    assert "2.5 to 13 %" in WHY
    assert f"first {MOST_EXPLAINED} cases" in WHY
