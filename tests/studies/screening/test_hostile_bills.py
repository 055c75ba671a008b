"""Hostile files are refused or made harmless; every file is made here."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from bills import bill, csv_text, faults

from allanite.catalogue import files
from allanite.studies.screening.columns import Lexicon

ROW = "part_id,mass [g]\na,{}\n"


@pytest.mark.parametrize("text", ["NaN", "inf", "-inf", "1e999", "-3", "=1+1", "1,5", "0x10"])
def test_masses_are_plain_finite_numbers(tmp_path: Path, lexicon: Lexicon, text: str) -> None:
    cell = f'"{text}"' if "," in text else text
    assert 'row 1, column "mass"' in faults(tmp_path / "b.csv", ROW.format(cell), lexicon)


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1+1", "-1", "@SUM(A1)", "\t=1"])
def test_formulas_in_names_stay_text(tmp_path: Path, lexicon: Lexicon, text: str) -> None:
    bom = bill(tmp_path, [{"part_id": "a", "name": text, "supplier": text}], lexicon)
    assert bom.name == (text.strip(),)


@pytest.mark.parametrize("text", ["a\x1b[2Jb", "a\x07", "a\u202eb", "\u2066x"])
def test_unseen_characters_are_refused(tmp_path: Path, lexicon: Lexicon, text: str) -> None:
    told = faults(tmp_path / "b.csv", csv_text([{"part_id": "a", "name": text}]), lexicon)
    assert 'row 1, column "name"' in told
    assert "control characters" in told
    assert "\x1b" not in told
    assert "\u202e" not in told


SHIFT_JIS = "part_id,name\na,モーター\n".encode("shift_jis")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "an empty file"),
        (b"\n\n", "an empty first line"),
        (b"part_id,mass [g]\n", "a header and no row"),
        ("part_id\na\n".encode("utf-16"), "UTF-16 text"),
        ("part_id\na\n".encode("utf-16-le"), "binary content"),
        ("part_id,name\na,Müller\n".encode("latin-1"), "a byte that is not UTF-8 at position"),
        (SHIFT_JIS, "a byte that is not UTF-8 at position"),
        (b"\x7fELF\x00\x00", "binary content"),
        (b"part_id,part_id\na,b\n", "stands twice"),
        (b"part_id,mass [g],Weight [kg]\na,1,2\n", "stands twice"),
        (b"part_id,name\na\nb,c,d\n", "CSV"),
        (b"part_id" + b",x" * 100_000 + b"\na" + b"," * 100_000 + b"\n", "100,001 columns"),
        (b"name\na\n", 'column "part_id" is missing'),
        (b"part_id,mass [stone]\na,3\n", "'stone'"),
        (b"part_id,name\na," + b"x" * 3000 + b"\n", "a long text"),
    ],
)
def test_texts_that_are_no_table(
    tmp_path: Path, lexicon: Lexicon, content: bytes, told: str
) -> None:
    assert told in faults(tmp_path / "b.csv", content, lexicon)


@pytest.mark.parametrize("ending", [".xls", ".xlsm", ".ods", ".xml", ".pdf", ""])
def test_other_endings_are_refused(tmp_path: Path, lexicon: Lexicon, ending: str) -> None:
    assert "the ending" in faults(tmp_path / f"b{ending}", "x", lexicon)


def test_a_name_in_utf8_with_a_mark_is_read(tmp_path: Path, lexicon: Lexicon) -> None:
    from allanite.studies.screening.read_bom import read_bom

    path = tmp_path / "b.csv"
    path.write_bytes("part_id,name\na,モーター\n".encode("utf-8-sig"))
    assert read_bom(path, lexicon).name == ("モーター",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[" * 1_000_000, "nesting of hundreds of levels"),
        ('{"parts":[{"part_id":"a","parts":' * 100_000, "nesting of hundreds of levels"),
        ("[" + "{}," * 4_100_000 + "{}]", "more objects than a list of parts has"),
        ('[{"part_id": "a", "mass": NaN}]', "NaN"),
        ('[{"part_id": "a", "mass": -Infinity}]', "-Infinity"),
        ('[{"part_id": "a", "part_id": "b"}]', "'part_id' twice"),
        ('[{"part_id": ["a"]}]', "a list"),
        ('[{"part_id": "a", "mass": 1e999, "mass_unit": "g"}]', "inf"),
        ('[{"part_id": "a", "mass": ' + "9" * 10_000 + ', "mass_unit": "g"}]', "mass"),
        ('{"part_id": "a"}', 'an object with "parts"'),
        ("[1, 2]", "a text or number as part 1"),
        ("[]", "no parts"),
        ("{", "Expecting property name"),
        ('[{"name": "a", "parts": [{"part_id": "b"}]}]', "which has no part_id"),
    ],
)
def test_hostile_json(tmp_path: Path, lexicon: Lexicon, text: str, told: str) -> None:
    assert told in faults(tmp_path / "b.json", text, lexicon)


def _workbook(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _with(content: bytes, change: Callable[[zipfile.ZipFile], None]) -> bytes:
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        change(archive)
    return out.getvalue()


PLAIN = [["part_id", "mass [g]"], ["a", 1]]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda z: z.writestr("xl/media/a.bin", b"0" * 3_000_000), "to 1"),
        (lambda z: z.writestr("xl/vbaProject.bin", b"x"), "macros"),
        (lambda z: z.writestr("xl/externalLinks/externalLink1.xml", b"x"), "links to other"),
        (lambda z: [z.writestr(f"x{n}", b"") for n in range(1200)], "files inside"),
    ],
)
def test_hostile_workbooks(
    tmp_path: Path, lexicon: Lexicon, change: Callable[[zipfile.ZipFile], None], told: str
) -> None:
    assert told in faults(tmp_path / "b.xlsx", _with(_workbook(PLAIN), change), lexicon)


def test_a_workbook_that_unpacks_beyond_the_limit(
    tmp_path: Path, lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = _workbook(PLAIN)
    monkeypatch.setattr(files, "MAX_FILE_BYTES", len(content))
    assert "unpacked" in faults(tmp_path / "b.xlsx", content, lexicon)


def test_a_sheet_of_blank_cells_does_not_fill_memory(
    tmp_path: Path, lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One cell in the last column of each row makes 16,384 cells a row."""
    monkeypatch.setattr(files, "MAX_CELLS", 100_000)
    book = openpyxl.Workbook()
    book.active.append(["part_id"])
    for row in range(2, 12):
        book.active.cell(row, 16_384, "x")
    out = io.BytesIO()
    book.save(out)
    assert "cells in the first sheet" in faults(tmp_path / "b.xlsx", out.getvalue(), lexicon)


def test_a_formula_without_a_value_is_no_blank(tmp_path: Path, lexicon: Lexicon) -> None:
    content = _workbook([["part_id", "mass [g]"], ["a", "=1+1"]])
    assert "a formula without a stored value in row 2" in faults(
        tmp_path / "b.xlsx", content, lexicon
    )


def test_a_broken_workbook(tmp_path: Path, lexicon: Lexicon) -> None:
    assert "an XLSX workbook" in faults(tmp_path / "b.xlsx", b"PK\x03\x04 broken", lexicon)
    assert "an XLSX workbook" in faults(tmp_path / "c.xlsx", b"part_id\na\n", lexicon)


def test_too_many_parts(tmp_path: Path, lexicon: Lexicon, monkeypatch: pytest.MonkeyPatch) -> None:
    from allanite.studies.screening import read_bom

    monkeypatch.setattr(read_bom, "MAX_PARTS", 3)
    assert "4 parts" in faults(tmp_path / "b.csv", "part_id\n1\n2\n3\n4\n", lexicon)


def test_findings_stop_at_a_limit(tmp_path: Path, lexicon: Lexicon) -> None:
    lines = "\n".join(f"p{n},x{n},-1,g,m{n},c{n}" for n in range(5_000))
    header = "part_id,parent_id,mass,mass_unit,material,country_made"
    text = faults(tmp_path / "b.csv", f"{header}\n{lines}\n", lexicon)
    assert text.count("\n") <= 100


def test_ids_that_look_like_paths_are_only_names(tmp_path: Path, lexicon: Lexicon) -> None:
    bom = bill(tmp_path, [{"part_id": "../../etc/passwd"}, {"part_id": "C:\\x"}], lexicon)
    assert bom.part_id == ("../../etc/passwd", "C:\\x")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bill.csv"]


def test_cyclonedx_of_another_version(tmp_path: Path, lexicon: Lexicon) -> None:
    text = json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.4", "components": []})
    assert "CycloneDX 1.4" in faults(tmp_path / "b.json", text, lexicon)
