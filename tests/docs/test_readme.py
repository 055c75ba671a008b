"""The README says what the commands give."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from allanite import Release

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., tuple[int, str, str]]


def test_figures_are_those_of_the_baseline(release: Release) -> None:
    command = [sys.executable, str(ROOT / "docs" / "readme.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert release.names
    assert done.returncode == 0, "run make docs\n" + done.stdout + done.stderr


def test_links_lead_somewhere() -> None:
    for page in (ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md")):
        targets = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
        for target in targets:
            if not target.startswith(("http://", "https://")):
                assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_quoted_answer_is_given(run_command: Run) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    quoted = re.search(r"^On 28 October 2025 .*$", text, re.MULTILINE)
    assert quoted is not None
    question = ("--on", "2025-10-28", "--material", "Dy oxide", "--destination", "JPN")
    _, out, _ = run_command("law", "state", *question, "--issuer", "CHN")
    assert out.startswith(quoted.group())
