"""A release with the law tables, built from the snapshot of the repository."""

from __future__ import annotations

from pathlib import Path

import pytest
from law_release import write_law_release

from allanite.catalogue.store import Release, load_release
from allanite.law.controls import Controls, load_controls


@pytest.fixture(scope="session")
def law_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_law_release(tmp_path_factory.mktemp("law") / "release")


@pytest.fixture(scope="session")
def law_release(law_folder: Path) -> Release:
    return load_release(law_folder)


@pytest.fixture(scope="session")
def controls(law_release: Release) -> Controls:
    return load_controls(law_release)
