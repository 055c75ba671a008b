"""The compiled sources, prepared once from their snapshots."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pytest

DATASETS = Path(__file__).resolve().parents[2] / "datasets"
COMPILED = (
    "iso-3166",
    "rare-earth-chain",
    "rare-earth-network",
    "corrections-2026",
    "policy-records",
    "allanite-curated",
)


def load_prepare(source_id: str) -> ModuleType:
    name = "tested_" + source_id.replace("-", "_")
    spec = importlib.util.spec_from_file_location(name, DATASETS / source_id / "prepare.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def datasets() -> Path:
    return DATASETS


@pytest.fixture(scope="session")
def prepare_of() -> Callable[[str], ModuleType]:
    """The `prepare` module of a source."""
    return load_prepare


@pytest.fixture(scope="session")
def compiled() -> dict[str, pa.Table]:
    """Tables of the compiled sources by name."""
    parts: dict[str, list[pa.Table]] = {}
    for source_id in COMPILED:
        for name, table in load_prepare(source_id).prepare(DATASETS / source_id).items():
            parts.setdefault(name, []).append(table)
    return {name: pa.concat_tables(tables) for name, tables in parts.items()}


@pytest.fixture(scope="session")
def rows(compiled: dict[str, pa.Table]) -> dict[str, list[dict[str, object]]]:
    """Rows of the compiled tables by name."""
    return {name: table.to_pylist() for name, table in compiled.items()}
