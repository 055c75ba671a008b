"""Fixtures that several packages' tests share."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from allanite import Release, load_release
from allanite.catalogue.store import MANIFEST, shipped_folder
from allanite.cli import main

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-golden` writes the texts in `tests/golden` anew; look at their diff."""
    parser.addoption("--update-golden", action="store_true", help="write tests/golden anew")


@pytest.fixture
def check_golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the file of that name in `tests/golden`."""

    def check(name: str, text: str) -> None:
        file = GOLDEN / name
        if request.config.getoption("--update-golden"):
            file.write_text(text, encoding="utf-8")
        assert text == file.read_text(encoding="utf-8"), f"{name}: see pytest --update-golden"

    return check


@pytest.fixture(scope="session")
def release() -> Release:
    """The release as it ships; built from `datasets/` where it is not there yet."""
    if not (shipped_folder() / MANIFEST).is_file():
        subprocess.run([sys.executable, str(ROOT / "datasets" / "build.py")], check=True)
    return load_release()


@pytest.fixture
def run_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], release: Release
) -> Callable[..., tuple[int, str, str]]:
    """Run `allanite` with arguments in this process: exit code, stdout, stderr."""

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["allanite", *map(str, arguments)])
        monkeypatch.setenv("COLUMNS", "200")
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run
