"""A small release: the law tables from the repository's snapshot, with a few regions."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from allanite.catalogue.read import rows_table
from allanite.catalogue.source import read_source
from allanite.catalogue.store import write_release
from allanite.catalogue.tables import TABLES

DATASET = Path(__file__).resolve().parents[2] / "datasets" / "policy-controls"
REGIONS = (
    ("CHN", "China", "country", "CN", "CHN"),
    ("JPN", "Japan", "country", "JP", "JPN"),
    ("USA", "United States", "country", "US", "USA"),
    ("KOR", "South Korea", "country", "KR", "KOR"),
    ("DEU", "Germany", "country", "DE", "XEU"),
    ("FRA", "France", "country", "FR", "XEU"),
    ("GBR", "United Kingdom", "country", "GB", "XEU"),
    ("XEU", "EU and United Kingdom", "aggregate", None, "XEU"),
    ("WLD", "World", "aggregate", None, None),
)


def load_prepare() -> ModuleType:
    """The module `prepare.py` of the dataset."""
    spec = importlib.util.spec_from_file_location("prepare_controls", DATASET / "prepare.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["prepare_controls"] = module
    spec.loader.exec_module(module)
    return module


def write_law_release(folder: Path) -> Path:
    """Write the release to `folder` and return it."""
    source = read_source(DATASET / "source.toml")
    tables = load_prepare().prepare(DATASET)
    assert set(tables) == set(source.tables)
    declared = TABLES["sources"].column_names
    record = {name: getattr(source, name) for name in declared if hasattr(source, name)}
    tables["sources"] = rows_table(TABLES["sources"], [record])
    names = ("region", "name", "kind", "iso2", "demand_region")
    origin = {"source_id": source.source_id, "locator": "test", "quality": "observed"}
    regions = [dict(zip(names, row, strict=True)) | origin for row in REGIONS]
    tables["regions"] = rows_table(TABLES["regions"], regions)
    write_release(folder, "test", tables, {source.source_id: source.licence})
    return folder
