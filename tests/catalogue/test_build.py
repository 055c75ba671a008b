"""The command that builds the release: whole, repeatable, and refusing what it does not know."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest
from rich.console import Console

from allanite.catalogue.snapshot import SNAPSHOT, check_snapshot, read_snapshot
from allanite.catalogue.source import read_source
from allanite.catalogue.store import load_release
from allanite.errors import DataError

DATASETS = Path(__file__).resolve().parents[2] / "datasets"
QUIET = Console(quiet=True)


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("datasets_build", DATASETS / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["datasets_build"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A datasets folder with two small sources."""
    folder = tmp_path / "datasets"
    folder.mkdir()
    (folder / "RELEASE").write_text("2026-01-01\n")
    for name in ("iso-3166", "customs-reports"):
        shutil.copytree(DATASETS / name, folder / name)
    return folder


def test_two_builds_give_equal_bytes(builder: ModuleType, small: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        builder.build(small, tmp_path / name, QUIET)
    first, second = (load_release(tmp_path / name) for name in ("a", "b"))
    assert first.release == "2026-01-01"
    assert first.digest == second.digest
    assert first.names == (
        *("customs_exports", "export_quotas", "region_names", "regions"),
        *("source_files", "sources"),
    )
    assert {row["source_id"] for row in first.rows("sources")} == {"iso-3166", "customs-reports"}


def test_a_changed_snapshot_is_refused(builder: ModuleType, small: Path, tmp_path: Path) -> None:
    path = small / "iso-3166" / SNAPSHOT / "regions.csv"
    path.write_bytes(path.read_bytes().replace(b"Aruba", b"Arubb"))
    with pytest.raises(DataError, match=r"iso-3166/snapshot/regions\.csv: found sha256"):
        builder.build(small, tmp_path / "out", QUIET)
    assert not (tmp_path / "out").exists()


def test_a_missing_or_extra_snapshot_file_is_refused(small: Path) -> None:
    folder = small / "iso-3166"
    source = read_source(folder / "source.toml")
    extra = folder / SNAPSHOT / "more.csv"
    extra.write_text("a\n1\n")
    with pytest.raises(DataError, match="a file without an entry"):
        check_snapshot(folder, source)
    extra.unlink()
    (folder / SNAPSHOT / "regions.csv").unlink()
    with pytest.raises(DataError, match="no such file"):
        check_snapshot(folder, source)


def test_a_table_that_the_source_does_not_name_is_refused(
    builder: ModuleType, small: Path, tmp_path: Path
) -> None:
    path = small / "customs-reports" / "source.toml"
    path.write_text(path.read_text().replace('"customs_exports", ', ""))
    with pytest.raises(DataError, match="customs-reports: found tables"):
        builder.build(small, tmp_path / "out", QUIET)


@pytest.mark.parametrize("text", ["source_id = ", 'source_id = "x"\n', 'colour = "red"\n'])
def test_a_broken_source_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "source.toml"
    path.write_text(text)
    with pytest.raises(DataError, match="TOML with the fields of a source"):
        read_source(path)


def test_the_page_of_licences_is_up_to_date(builder: ModuleType) -> None:
    sources = [read_source(f / "source.toml") for f in builder.source_folders(DATASETS)]
    page = (DATASETS / "LICENCES.md").read_text(encoding="utf-8")
    assert page == builder.licences_text(sources), "run python datasets/build.py"


def test_every_source_says_what_a_reader_needs(builder: ModuleType) -> None:
    for folder in builder.source_folders(DATASETS):
        source = read_source(folder / "source.toml")
        assert source.source_id == folder.name
        for field in ("publisher", "title", "url", "licence", "citation", "note"):
            assert getattr(source, field), f"{source.source_id}: no {field}"
        assert source.files
        assert source.tables
        assert not source.download or source.download.startswith("https://")


def test_compressed_snapshots_are_read_as_text_with_their_lines() -> None:
    table = read_snapshot(DATASETS / "worldbank-wgi", "political_stability.csv.gz")
    assert table.num_rows == 16_173
    assert table.column("line").to_pylist()[:2] == [2, 3]
    assert {str(field.type) for field in table.schema} == {"string", "int64"}


def test_the_digest_of_a_file_is_the_one_it_states() -> None:
    source = read_source(DATASETS / "natural-earth" / "source.toml")
    (file,) = source.files
    content = (DATASETS / "natural-earth" / SNAPSHOT / file.name).read_bytes()
    assert hashlib.sha256(content).hexdigest() == file.sha256
