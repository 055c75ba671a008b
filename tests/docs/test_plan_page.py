"""The page on the plan says what the shipped case gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_figures_are_those_of_the_case() -> None:
    command = [sys.executable, str(ROOT / "docs" / "plan.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, "run make docs\n" + done.stdout + done.stderr
