"""Files into typed tables: what is refused, and the words it is refused with."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from catalogue_forms import PLANTS, write

from allanite.catalogue import files, read
from allanite.errors import DataError, UsageError


def _findings(folder: Path, text: str) -> list[str]:
    _, findings = read.read_table(write(folder, "plants.csv", text), PLANTS)
    return [str(finding) for finding in findings]


def test_cells_take_the_declared_types(tmp_path: Path) -> None:
    text = (
        "plant,region,capacity_rate,first_year,seen_on,operating\n"
        "Weld,AUS, 1.5e3 ,2011,2026-11-22,yes\nLoop,,,,,\n"
    )
    table, findings = read.read_table(write(tmp_path, "plants.csv", text), PLANTS)
    assert findings == []
    weld, loop = table.to_pylist()
    assert weld == {
        "plant": "Weld",
        "region": "AUS",
        "stage": None,
        "capacity_rate": 1500.0,
        "first_year": 2011,
        "seen_on": date(2026, 11, 22),
        "operating": True,
    }
    assert [value for name, value in loop.items() if name != "plant"] == [None] * 6


def test_unit_in_the_header_is_converted(tmp_path: Path) -> None:
    text = "plant,capacity_rate [kg/yr]\nWeld,2500\n"
    table, findings = read.read_table(write(tmp_path, "plants.csv", text), PLANTS)
    assert findings == []
    assert table.column("capacity_rate").to_pylist() == [2.5]


def test_unit_of_another_dimension_is_refused(tmp_path: Path) -> None:
    (finding,) = _findings(tmp_path, "plant,capacity_rate [USD]\nWeld,1\n")
    assert "plants.csv:1" in finding
    assert "'USD' is a money" in finding
    assert 'Write "capacity_rate [t/yr]"' in finding


@pytest.mark.parametrize("cell", ["1,000", "1_000", "about 5", "0x10", "1 2"])
def test_a_cell_that_is_no_number_is_named(tmp_path: Path, cell: str) -> None:
    (finding,) = _findings(tmp_path, f'plant,capacity_rate\nA,1\nB,"{cell}"\n')
    assert finding.startswith('plants[row 2, column "capacity_rate"] (plants.csv:3)')
    assert repr(cell) in finding
    assert "a number in t/yr" in finding


def test_one_bad_cell_does_not_change_the_others(tmp_path: Path) -> None:
    text = "plant,capacity_rate,first_year\nA, 1.5,2001\nB,x,2002.0\nC,.5,20x\n"
    table, findings = read.read_table(write(tmp_path, "plants.csv", text), PLANTS)
    assert table.column("capacity_rate").to_pylist() == [1.5, None, 0.5]
    assert table.column("first_year").to_pylist() == [2001, 2002, None]
    assert len(findings) == 2


def test_missing_and_unknown_columns_are_both_named(tmp_path: Path) -> None:
    findings = _findings(tmp_path, "plnt,stage\nA,mine\n")
    assert len(findings) == 2
    assert 'column "plnt" is not a column of this table' in findings[0]
    assert 'column "plant" is missing' in findings[1]
    assert "allanite data show --schema plants" in findings[1]


def test_a_column_that_stands_twice_is_named(tmp_path: Path) -> None:
    (finding,) = _findings(tmp_path, "plant,stage,stage\nA,mine,magnet\n")
    assert 'column "stage" stands twice' in finding


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "an empty file"),
        (b"\n\n", "an empty first line"),
        (b"plant\n\x00\x01\n", "binary content"),
        (b"plant\nKvalv\xf8ya\n", "not UTF-8 at position 11"),
        (b"plant,stage\nA,mine,extra\n", "Expected 2 columns, got 3"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "plants.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"plants\.csv") as raised:
        read.read_table(path, PLANTS)
    assert words in str(raised.value)


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "plants.csv"
    with path.open("wb") as file:
        file.truncate(files.MAX_FILE_BYTES + 1)
    with pytest.raises(DataError, match="at most 200 MiB"):
        read.read_table(path, PLANTS)


def test_a_workbook_that_unpacks_to_a_huge_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plants.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 4_000_000)
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 2 * 1024**2)
    with pytest.raises(DataError, match="MiB unpacked"):
        read.read_table(path, PLANTS)


def test_a_file_named_as_workbook_or_parquet_that_is_none(tmp_path: Path) -> None:
    for name in ("plants.xlsx", "plants.parquet"):
        with pytest.raises(DataError, match=name):
            read.read_table(write(tmp_path, name, "plant\nA\n"), PLANTS)


def test_the_same_table_from_three_forms(tmp_path: Path) -> None:
    rows = [("plant", "first_year", "capacity_rate"), ("A", 2001, 1.5), ("B", None, None)]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "plants.xlsx")
    columns = dict(zip(rows[0], zip(*rows[1:], strict=True), strict=True))
    pq.write_table(pa.table({n: list(c) for n, c in columns.items()}), tmp_path / "plants.parquet")
    write(tmp_path, "plants.csv", "plant,first_year,capacity_rate\nA,2001,1.5\nB,,\n")
    tables = [read.read_table(tmp_path / f"plants{s}", PLANTS) for s in read.TABLE_SUFFIXES]
    assert all(findings == [] for _, findings in tables)
    assert tables[0][0].to_pylist() == tables[1][0].to_pylist() == tables[2][0].to_pylist()


def test_a_path_that_leaves_the_folder_is_refused(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    write(tmp_path, "plants.csv", "plant\nA\n")
    (inner / "plants.csv").symlink_to(tmp_path / "plants.csv")
    for name in ("plants.csv", "../plants.csv", "/etc/hostname"):
        with pytest.raises(UsageError, match="leaves the folder"):
            files.inside(inner, name)


def test_many_rows_are_typed_quickly_and_alike(tmp_path: Path) -> None:
    text = "plant,capacity_rate\n" + "".join(f"P{i},{i / 8}\n" for i in range(50_000))
    table, findings = read.read_table(write(tmp_path, "plants.csv", text), PLANTS)
    assert findings == []
    assert table.column("capacity_rate").to_pylist() == [i / 8 for i in range(50_000)]


def _parquet(folder: Path, **columns: pa.Array) -> Path:
    pq.write_table(pa.table({"plant": pa.array(["A"]), **columns}), folder / "plants.parquet")
    return folder / "plants.parquet"


@pytest.mark.parametrize("values", [pa.array([[1, 2]]), pa.array([{"a": 1}])])
def test_nested_values_of_a_parquet_file_are_a_fault(tmp_path: Path, values: pa.Array) -> None:
    _, findings = read.read_table(_parquet(tmp_path, capacity_rate=values), PLANTS)
    assert 'column "capacity_rate"' in str(findings[0])
    assert "Write one plain value a cell" in str(findings[0])


def test_damaged_parquet_is_named_wherever_it_is_damaged(tmp_path: Path) -> None:
    path = _parquet(tmp_path, stage=pa.array(["mine"]))
    content = path.read_bytes()
    for start in (4, len(content) - 40):
        path.write_bytes(content[:start] + b"\xff" * 24 + content[start + 24 :])
        with pytest.raises(DataError, match=r"plants\.parquet: found .* Write it again"):
            read.read_table(path, PLANTS)


def test_texts_of_parquet_must_be_utf8(tmp_path: Path) -> None:
    raw = pa.array([b"\xff\xfe"], pa.binary())
    text = pa.Array.from_buffers(pa.string(), 1, raw.buffers())
    with pytest.raises(DataError, match="UTF8"):
        read.read_table(_parquet(tmp_path, stage=text), PLANTS)


def _workbook(folder: Path, *rows: tuple[object, ...]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / "plants.xlsx")
    return folder / "plants.xlsx"


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"]
)
def test_a_workbook_with_a_broken_part_is_refused(tmp_path: Path, part: str) -> None:
    path = tmp_path / "plants.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_column(0, 0, ["plant", "A"])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert part in parts
    bomb = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><sst><si><t>&a;</t></si></sst>'
    for broken in (b"<x", b"<sst/>", bomb):
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in {**parts, part: broken}.items():
                archive.writestr(name, content)
        with pytest.raises(DataError, match=r"plants\.xlsx"):
            read.read_table(path, PLANTS)


def test_blank_rows_and_columns_around_a_sheet_do_not_count(tmp_path: Path) -> None:
    path = _workbook(tmp_path, ("plant", "stage", None), ("A", "mine", None), (None,), (" ",))
    book = openpyxl.load_workbook(path)
    book.active["C9"].value = ""
    book.save(path)
    table, findings = read.read_table(path, PLANTS)
    assert findings == []
    assert table.column("plant").to_pylist() == ["A", None, None]


def test_a_cell_without_a_header_is_named_by_its_column(tmp_path: Path) -> None:
    path = _workbook(tmp_path, ("plant", None, None), ("A", None, "stray"))
    _, (finding,) = read.read_table(path, PLANTS)
    assert 'column "(no header, column 3)" is not a column of this table' in str(finding)


@pytest.mark.parametrize(
    ("content", "rows"),
    [(b"plant,stage", 0), (b"plant,stage\rA,mine\rB,\r", 2), (b"plant\r\nA\r\n", 1)],
)
def test_every_kind_of_line_end_is_read(tmp_path: Path, content: bytes, rows: int) -> None:
    path = tmp_path / "plants.csv"
    path.write_bytes(content)
    table, findings = read.read_table(path, PLANTS)
    assert (table.num_rows, findings) == (rows, [])


def test_utf16_is_named_as_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "plants.csv"
    path.write_bytes("plant\nA\n".encode("utf-16"))
    with pytest.raises(DataError, match="UTF-16 text; allowed: UTF-8 text"):
        read.read_table(path, PLANTS)


def test_a_long_cell_is_read_whole(tmp_path: Path) -> None:
    table, findings = read.read_table(
        write(tmp_path, "plants.csv", f"plant,stage\nA,{'x' * 3_000_000}\n"), PLANTS
    )
    assert findings == []
    assert len(table.column("stage")[0].as_py()) == 3_000_000


def test_a_cell_of_spaces_is_missing(tmp_path: Path) -> None:
    table, _ = read.read_table(write(tmp_path, "plants.csv", "plant,stage\n  , \n"), PLANTS)
    assert table.to_pylist()[0]["plant"] is None
