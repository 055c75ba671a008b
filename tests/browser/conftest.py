"""A real Chromium, and the invented brief opened in it from disk."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "present"))

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str:
    """Where Chromium is; on CI it must be there, elsewhere its absence skips."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if found:
        return found
    message = "no Chromium: install it or set CHROMIUM to its path; pages were not opened"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def brief_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from synthetic_sharing import synthetic_sharing

    from allanite.present.brief import write_brief
    from allanite.record import RunRecord

    folder = tmp_path_factory.mktemp("brief") / "out"
    record = RunRecord(command="brief invented", parameters={}, data_digest="0" * 64)
    write_brief(synthetic_sharing(), record, folder)
    return folder / "brief.html"
