"""Result tables to files: whole or not at all, and texts that stay texts."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest

from allanite.catalogue.files import read_text_table
from allanite.errors import UsageError
from allanite.present.output import FORMATS, write_table, write_workbook

TABLE = pa.table({"site": ["=cmd|' /C calc'!A0", "https://example.org"], "rate": [1.5, None]})


@pytest.mark.parametrize("ending", FORMATS)
def test_a_folder_of_that_name_is_refused(tmp_path: Path, ending: str) -> None:
    folder = tmp_path / f"table{ending}"
    folder.mkdir()
    with pytest.raises(UsageError, match="is a folder; name a file"):
        write_table(TABLE, folder)
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("ending", FORMATS)
def test_a_name_the_system_refuses_leaves_nothing(tmp_path: Path, ending: str) -> None:
    with pytest.raises(UsageError, match=r"cannot write .*File name too long"):
        write_table(TABLE, tmp_path / f"{'x' * 300}{ending}")
    assert list(tmp_path.iterdir()) == []


def test_a_cell_never_becomes_a_formula_or_a_link(tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    write_table(TABLE, path)
    cell = openpyxl.load_workbook(path)["table"]["A2"]
    assert (cell.data_type, cell.value) == ("s", "=cmd|' /C calc'!A0")
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


def test_a_text_too_long_for_a_cell_is_refused_not_dropped(tmp_path: Path) -> None:
    table = pa.table({"note": ["x" * 40_000]})
    with pytest.raises(UsageError, match=r"column note: a text of 40,000 characters"):
        write_table(table, tmp_path / "table.xlsx")
    assert list(tmp_path.iterdir()) == []
    write_table(table, tmp_path / "table.csv")
    assert len((tmp_path / "table.csv").read_text()) > 40_000


def test_any_name_becomes_a_sheet(tmp_path: Path) -> None:
    path = tmp_path / "a[b]c:d?.xlsx"
    write_table(TABLE, path)
    assert openpyxl.load_workbook(path).sheetnames == ["a_b_c_d_"]


def test_infinite_numbers_are_left_empty_in_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    write_workbook({"rates": pa.table({"rate": [float("inf"), float("nan"), 2.0]})}, path)
    sheet = openpyxl.load_workbook(path)["rates"]
    assert [cell.value for cell in sheet["A"]] == ["rate", None, None, 2.0]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("+SUM(A1)", "'+SUM(A1)"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("＝1+1", "'＝1+1"),
        ("-0.5", "-0.5"),
        ("+3 %", "+3 %"),
        ("-", "-"),
        ("a=b", "a=b"),
    ],
)
def test_a_csv_cell_never_becomes_a_formula(tmp_path: Path, text: str, written: str) -> None:
    path = tmp_path / "table.csv"
    write_table(pa.table({"name": [text, None]}), path)
    assert path.read_text(encoding="utf-8").split("\n")[1] == f'"{written}"'
    assert read_text_table(path).columns.column("name")[0].as_py() == text
