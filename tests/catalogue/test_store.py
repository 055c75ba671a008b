"""A release is written whole or not at all, read back unchanged, and never read when damaged."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pyarrow as pa
import pytest
from catalogue_forms import TRADE_HEADER, TRADE_ROW, write

from allanite.catalogue.read import rows_table
from allanite.catalogue.store import MANIFEST, Release, load_release, parquet_bytes, write_release
from allanite.catalogue.tables.core import REGIONS, SOURCES
from allanite.errors import DataError, UsageError

PROVENANCE = {"source_id": "codes", "locator": "line 2", "quality": "observed"}
SOURCE = {
    "source_id": "codes",
    "publisher": "P",
    "title": "T",
    "accessed": None,
    "url": "U",
    "licence": "L",
    "citation": "C",
}


def _tables(*regions: str, kind: str = "country") -> dict[str, pa.Table]:
    from datetime import date

    rows = [{"region": r, "name": r.title(), "kind": kind, **PROVENANCE} for r in regions]
    return {
        "sources": rows_table(SOURCES, [{**SOURCE, "accessed": date(2026, 11, 22)}]),
        "regions": rows_table(REGIONS, rows),
    }


def _write(folder: Path, *regions: str, kind: str = "country") -> None:
    write_release(folder, "2026-11-22", _tables(*regions, kind=kind), {"codes": "L"})


def test_a_release_is_read_as_it_was_written(tmp_path: Path) -> None:
    _write(tmp_path / "r", "AUS", "JPN")
    found = load_release(tmp_path / "r")
    assert found.names == ("regions", "sources")
    assert found.entries["regions"].licences == ("L",)
    for name, table in _tables("AUS", "JPN").items():
        assert found.table(name).equals(table)


def test_equal_tables_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        _write(tmp_path / name, "AUS", "JPN")
    first, second = (load_release(tmp_path / name) for name in ("a", "b"))
    assert first.digest == second.digest
    for entry in first.entries.values():
        same = [(tmp_path / name / entry.file).read_bytes() for name in ("a", "b")]
        assert same[0] == same[1]


def test_another_row_gives_another_digest(tmp_path: Path) -> None:
    _write(tmp_path / "a", "AUS")
    _write(tmp_path / "b", "JPN")
    assert load_release(tmp_path / "a").digest != load_release(tmp_path / "b").digest


def test_a_fault_leaves_the_old_release_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    _write(folder, "AUS")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(DataError, match="'planet'; allowed: country, aggregate"):
        _write(folder, "MRS", kind="planet")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_a_failure_while_writing_leaves_the_old_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "r"
    _write(folder, "AUS")

    def full_disk(self: Path, text: str, **_: object) -> int:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "write_text", full_disk)
    with pytest.raises(UsageError, match="cannot write 'r': no space left"):
        _write(folder, "JPN")
    monkeypatch.undo()
    assert load_release(folder).table("regions").column("region").to_pylist() == ["AUS"]
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_a_new_release_takes_the_place_of_the_old(tmp_path: Path) -> None:
    _write(tmp_path / "r", "AUS")
    _write(tmp_path / "r", "JPN")
    assert load_release(tmp_path / "r").table("regions").column("region").to_pylist() == ["JPN"]
    assert [path.name for path in tmp_path.iterdir()] == ["r"]


def test_a_damaged_file_is_not_read(tmp_path: Path) -> None:
    _write(tmp_path / "r", "AUS")
    path = tmp_path / "r" / "regions.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    found = load_release(tmp_path / "r")
    with pytest.raises(DataError, match=r"regions\.parquet: found another sha256"):
        found.table("regions")
    path.unlink()
    with pytest.raises(DataError, match="no such file"):
        found.table("regions")


def test_a_manifest_that_points_outside_is_refused(tmp_path: Path) -> None:
    _write(tmp_path / "r", "AUS")
    manifest = tmp_path / "r" / MANIFEST
    raw = json.loads(manifest.read_text())
    raw["tables"][0]["file"] = "../regions.parquet"
    manifest.write_text(json.dumps(raw))
    with pytest.raises(UsageError, match="leaves the folder"):
        load_release(tmp_path / "r").table("regions")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"release": 1, "tables": [{"name": "x"}]}'])
def test_a_broken_manifest_is_refused(tmp_path: Path, text: str) -> None:
    write(tmp_path, MANIFEST, text)
    with pytest.raises(DataError, match="a manifest"):
        load_release(tmp_path)


def test_no_release_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="make release"):
        load_release(tmp_path)


def test_own_rows_extend_and_override_by_key(release: Release, tmp_path: Path) -> None:
    old = "HS17,2024,283691,CHL,CHN,5,1,complete,cepii-baci-202601,own note,assumed"
    write(tmp_path, "trade.csv", f"{TRADE_HEADER}\n{old}\n{TRADE_ROW}\n")
    mine = load_release(data=tmp_path)
    flows = "select trade_value from trade where nomenclature = 'HS17' and year = 2024"
    lithium = f"{flows} and code = '283691' and exporter = 'CHL' and importer = 'CHN'"
    (before,) = release.sql(lithium).to_pylist()
    assert before["trade_value"] > 1e6
    assert mine.sql(lithium).to_pylist() == [{"trade_value": 5.0}]
    assert mine.sql(f"{flows} and code = '284690'").to_pylist() == [{"trade_value": 1000.0}]
    assert mine.table("trade").num_rows == release.table("trade").num_rows + 1
    assert mine.digest != release.digest
    assert mine.digest == load_release(data=tmp_path).digest


def test_own_rows_may_name_regions_of_their_own(release: Release, tmp_path: Path) -> None:
    write(
        tmp_path,
        "regions.csv",
        "region,name,kind,source_id,locator,quality\nXMR,Moon,aggregate,iso-3166,own,assumed\n",
    )
    write(tmp_path, "trade.csv", f"{TRADE_HEADER}\n{TRADE_ROW.replace('CHN', 'XMR')}\n")
    mine = load_release(data=tmp_path)
    assert mine.table("regions").num_rows == release.table("regions").num_rows + 1


def test_a_table_the_release_lacks_can_be_added(tmp_path: Path) -> None:
    _write(tmp_path / "r", "AUS")
    own = tmp_path / "own"
    own.mkdir()
    write(
        own, "region_names.csv", "name,region,source_id,locator,quality\nOz,AUS,codes,o,assumed\n"
    )
    found = load_release(tmp_path / "r", own)
    assert found.sql("select name from region_names").to_pylist() == [{"name": "Oz"}]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"trades.csv": "a\n1\n"}, "no table 'trades'.*near it: trade"),
        ({"baseline_rates.csv": "a\n1\n"}, "baseline_rates is a result, computed"),
        ({"trade.csv": "a\n1\n", "trade.xlsx": ""}, r"trade\.csv and trade\.xlsx: keep one"),
        ({"trade.txt": "a\n"}, r"ending '\.txt'; known endings: \.csv, \.parquet, \.xlsx"),
        ({"trade.csv.gz": "a\n"}, r"ending '\.gz'"),
        ({"README.md": "words"}, "holds no table"),
        ({"trade.CSV": "a\n1\n"}, r"ending '\.CSV'; known endings"),
        ({"TRADE.CSV": "a\n1\n"}, r"ending '\.CSV'; known endings"),
    ],
)
def test_a_folder_with_a_doubtful_file_is_refused(
    release: Release, tmp_path: Path, files: dict[str, str], words: str
) -> None:
    for name, text in files.items():
        write(tmp_path, name, text)
    with pytest.raises(UsageError, match=words):
        load_release(data=tmp_path)
    assert release.names


def test_a_folder_that_is_none_is_refused(release: Release, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a folder"):
        load_release(data=tmp_path / "nothing")
    assert release.names


def test_nothing_named_as_a_table_is_passed_over(release: Release, tmp_path: Path) -> None:
    (tmp_path / "trade.csv").mkdir()
    with pytest.raises(DataError, match=r"trade\.csv: found a folder"):
        load_release(data=tmp_path)
    (tmp_path / "trade.csv").rmdir()
    (tmp_path / "trade.csv").symlink_to("absent.csv")
    with pytest.raises(DataError, match=r"trade\.csv: found no such file"):
        load_release(data=tmp_path)
    assert release.names


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"format": 1', '"format": 99', "format 99, this version reads 1"),
        ('"schema_version": 1', '"schema_version": 99', "of form 99, known form: 1"),
        ('"name": "regions"', '"name": "planets"', "table planets of form 1, known form: None"),
        ('"file": "regions.parquet"', '"file": "../../regions.parquet"', "leaves the folder 'r'"),
        ('"file": "regions.parquet"', '"file": 7', "7: found no such file"),
    ],
)
def test_a_changed_manifest_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    _write(tmp_path / "r", "AUS")
    path = tmp_path / "r" / "manifest.json"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises((DataError, UsageError), match=words):
        load_release(tmp_path / "r").table("regions")


def test_a_table_of_other_columns_is_refused_even_with_its_digest(tmp_path: Path) -> None:
    _write(tmp_path / "r", "AUS")
    content = parquet_bytes(pa.table({"planet": ["Mars"]}))
    old = hashlib.sha256((tmp_path / "r" / "regions.parquet").read_bytes()).hexdigest()
    (tmp_path / "r" / "regions.parquet").write_bytes(content)
    path = tmp_path / "r" / "manifest.json"
    path.write_text(path.read_text().replace(old, hashlib.sha256(content).hexdigest()))
    with pytest.raises(DataError, match="found planet string"):
        load_release(tmp_path / "r").table("regions")


def test_a_link_within_the_folder_is_read_under_its_own_name(
    release: Release, tmp_path: Path
) -> None:
    text = f"{TRADE_HEADER}\n{TRADE_ROW}\n"
    (tmp_path / ".kept").write_text(text)
    (tmp_path / "trade.csv").symlink_to(".kept")
    assert set(load_release(data=tmp_path).overrides) == {"trade"}
    assert "trade" not in release.overrides
