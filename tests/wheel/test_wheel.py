"""The wheel in an empty environment, away from the source tree.

Only what the wheel declares is installed, so an import of an undeclared package fails
here, as does a data file that was not shipped.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAX_WHEEL_BYTES = 25 * 1024**2

pytestmark = pytest.mark.wheel


def run(*command: str | Path, cwd: Path, expect: int = 0) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL"))}
    words = [str(part) for part in command]
    done = subprocess.run(
        words, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == expect, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout if expect == 0 else done.stderr


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(
        sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT,
        cwd=folder,
    )  # fmt: skip
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clean") / "venv"
    run(sys.executable, "-m", "venv", folder, cwd=folder.parent)
    python = folder / "bin" / "python"
    lock = ROOT / "requirements" / "run.txt"
    run(
        python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", lock,
        cwd=folder.parent,
    )  # fmt: skip
    run(python, "-m", "pip", "install", "--quiet", "--no-deps", wheel, cwd=folder.parent)
    run(python, "-m", "pip", "check", cwd=folder.parent)
    return folder / "bin"


def test_wheel_is_small_and_carries_the_release(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert wheel.stat().st_size < MAX_WHEEL_BYTES
    assert "allanite/release/manifest.json" in names
    assert "allanite/py.typed" in names
    assert not [name for name in names if name.startswith(("tests", "datasets", "benchmarks"))]


@pytest.mark.parametrize(
    "command",
    [
        ("--version",),
        ("data", "list"),
        ("data", "sources"),
        ("data", "check"),
        ("data", "sql", "select count(*) as n from sites"),
        ("data", "show", "sites"),
        ("network", "describe"),
        ("network", "audit"),
        ("exposure", "JPN", "--end-use", "EV and hybrid traction motors"),
        ("law", "state", "--on", "2025-10-28", "--material", "Dy oxide", "--destination", "JPN"),
        ("law", "diff", "2025-10-01", "2026-01-10"),
        ("law", "list"),
        ("law", "show", "CN-2025-18"),
        ("network", "baseline", "--draws", "2"),
        ("supply-risk", "graphite", "--region", "JPN"),
        ("priorities", "--partner", "USA", "--partner", "JPN"),
    ],
    ids=" ".join,
)
def test_commands_run_outside_the_source_tree(
    environment: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    assert run(environment / "allanite", *command, cwd=tmp_path).strip()
    assert not list(tmp_path.iterdir())


def test_brief_is_written_outside_the_source_tree(environment: Path, tmp_path: Path) -> None:
    run(
        environment / "allanite",
        "brief",
        "--months",
        "3",
        "--no-plan",
        "--out",
        "brief",
        cwd=tmp_path,
    )
    names = {path.name for path in (tmp_path / "brief").iterdir()}
    assert {"tables.xlsx", "tables", "record.json"} < names
    record = (tmp_path / "brief" / "record.json").read_text(encoding="utf-8")
    assert json.loads(record)["data_digest"]
    assert str(tmp_path) not in record


def test_every_import_is_declared(environment: Path, tmp_path: Path) -> None:
    code = (
        "import importlib, pkgutil, allanite\n"
        "for m in pkgutil.walk_packages(allanite.__path__, 'allanite.'):\n"
        "    if not m.name.endswith('__main__'):\n"
        "        importlib.import_module(m.name)\n"
    )
    run(environment / "python", "-W", "error", "-c", code, cwd=tmp_path)


def test_user_errors_leave_no_traceback(environment: Path, tmp_path: Path) -> None:
    message = run(environment / "allanite", "data", "show", "no_such_table", cwd=tmp_path, expect=2)
    assert "no_such_table" in message
    assert "Traceback" not in message
