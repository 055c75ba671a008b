"""Every benchmark still runs on its smallest instance; no time is asserted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from allanite import Release

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_benchmarks_run(release: Release) -> None:
    command = [sys.executable, "-m", "benchmarks", "--quick"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert release.names
    assert done.returncode == 0, done.stdout + done.stderr
    for script in (ROOT / "benchmarks").glob("*_*.py"):
        if script.name != "__main__.py" and "def main(" in script.read_text():
            assert f"== {script.name}" in done.stdout
