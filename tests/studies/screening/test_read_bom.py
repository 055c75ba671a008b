"""Files of purchasing systems are read; faults are told with row and column, all at once."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from bills import bill, csv_text, faults

from allanite.errors import DataError
from allanite.studies.screening.bom import UNKNOWN
from allanite.studies.screening.columns import Lexicon
from allanite.studies.screening.read_bom import read_bom
from allanite.studies.screening.rollup import roll_up

ROWS = [
    {"part_id": "M", "name": "motor", "mass": 3, "mass_unit": "kg", "end_use": "Wind turbines"},
    {"part_id": "R", "parent_id": "M", "quantity": 2, "supplier": "Acme"},
    {
        "part_id": "g",
        "parent_id": "R",
        "quantity": 4,
        "mass": 50,
        "mass_unit": "g",
        "material": "N42SH",
        "value": 2.5,
        "currency": "USD",
        "country_made": "Japan",
        "country_mined": "China; Australia",
        "country_metal": "CHN; ?",
        "technology_magnet": "none",
        "hts_code": "8505.11.00",
    },
]


def test_a_bill_of_materials_is_read(tmp_path: Path, lexicon: Lexicon) -> None:
    bom = bill(tmp_path, ROWS, lexicon)
    assert bom.part_id == ("M", "R", "g")
    assert bom.tree.parent.tolist() == [-1, 0, 1]
    assert bom.pieces.tolist() == [1, 2, 8]
    assert bom.mass_amount.tolist() == [3e9, UNKNOWN, 50e6]
    assert bom.value_amount.tolist() == [UNKNOWN, UNKNOWN, 2_500_000]
    assert bom.end_use == ("Wind turbines",) * 3
    assert bom.hts_code == ("", "", "85051100")
    assert [str(bom.country[s].at(2)) for s in ("made", "mined", "metal", "separated")] == [
        "JPN",
        "AUS CHN",
        "CHN ?",
        "unknown",
    ]
    assert str(bom.technology["magnet"].at(2)) == "none"
    assert str(bom.material_class.at(2)) == "ndfeb_magnet"
    assert bom.label(0) == "M (motor)"


def test_four_forms_of_one_list_are_one_bill(tmp_path: Path, lexicon: Lexicon) -> None:
    wanted = bill(tmp_path, ROWS, lexicon)
    names = list(dict.fromkeys(name for row in ROWS for name in row))
    book = openpyxl.Workbook()
    book.active.append(names)
    for row in ROWS:
        book.active.append([row.get(name) for name in names])
    book.save(tmp_path / "bill.xlsx")
    (tmp_path / "flat.json").write_text(json.dumps(ROWS))
    inner = {k: v for k, v in ROWS[2].items() if k != "parent_id"}
    rotor = {**{k: v for k, v in ROWS[1].items() if k != "parent_id"}, "parts": [inner]}
    (tmp_path / "deep.json").write_text(json.dumps({"parts": [{**ROWS[0], "parts": [rotor]}]}))
    (tmp_path / "bill.tsv").write_text(csv_text(ROWS).replace(",", "\t"))
    (tmp_path / "semicolon.csv").write_text(csv_text(ROWS).replace(";", "|").replace(",", ";"))
    for name in ("bill.xlsx", "flat.json", "deep.json", "bill.tsv", "semicolon.csv"):
        found = read_bom(tmp_path / name, lexicon)
        assert found.part_id == wanted.part_id, name
        np.testing.assert_array_equal(found.mass_amount, wanted.mass_amount)
        np.testing.assert_array_equal(found.tree.parent, wanted.tree.parent)
        assert str(found.country["mined"].at(2)) == "AUS CHN", name


def test_the_least_list_gives_a_reading(tmp_path: Path, lexicon: Lexicon) -> None:
    """Part, mass, material, supplier: bounds on Dy follow from the name of the material."""
    rows = [{"Part No": "1", "part_id": "a", "Weight [kg]": 2, "material": "NdFeB", "Vendor": "X"}]
    bom = bill(tmp_path, rows, lexicon)
    assert bom.supplier == ("X",)
    assert bom.part_number == ("1",)
    assert bom.mass_amount.tolist() == [2e9]
    low, high = bom.contents.shares("Dy")
    assert (low[0], high[0]) == (0, 0.11)
    assert bom.contents.shares("Nd")[0][0] > 0
    assert bom.contents.shares("W")[1][0] == 0


def test_an_indented_list_has_parents_by_level(tmp_path: Path, lexicon: Lexicon) -> None:
    rows = [{"part_id": p, "level": n} for p, n in zip("abcdef", (0, 1, 2, 2, 1, 0), strict=True)]
    assert bill(tmp_path, rows, lexicon).tree.parent.tolist() == [-1, 0, 1, 1, 0, -1]
    text = csv_text([{"part_id": "a", "level": 0}, {"part_id": "b", "level": 2}])
    assert 'row 2, column "level"' in faults(tmp_path / "l.csv", text, lexicon)


def test_units_and_currencies_convert(tmp_path: Path, lexicon: Lexicon) -> None:
    rows = [
        {
            "part_id": unit,
            "mass": 1,
            "mass_unit": unit,
            "value": 2,
            "currency": "EUR",
            "usd_rate": 1.1,
        }
        for unit in ("mg", "g", "kg", "t", "lb")
    ]
    bom = bill(tmp_path, rows, lexicon)
    assert bom.mass_amount.tolist() == [1e3, 1e6, 1e9, 1e12, 453_592_370]
    assert set(bom.value_amount.tolist()) == {2_200_000}


def test_all_faults_are_told_at_once(tmp_path: Path, lexicon: Lexicon) -> None:
    rows = [
        {"part_id": "a", "parent_id": "zz", "mass": -1, "mass_unit": "g"},
        {"part_id": "a", "mass": 1, "mass_unit": "stone", "material": "NdFeB magnett"},
        {"part_id": "b", "mass": 5, "value": 3, "quantity": 1e9, "country_made": "Japann"},
        {"part_id": "c", "value": 3, "currency": "EUR", "hts_code": "85", "element_shares": "Dy 3"},
        {"part_id": "d", "recycled_share": 1.5, "country_mined": "N/A", "element_shares": "Xx 3 %"},
        {"part_id": "e", "element_shares": "Nd 60 %; Fe 50 %", "country_mined": "none; CHN"},
    ]
    text = faults(tmp_path / "bill.csv", csv_text(rows), lexicon)
    for told in (
        "'zz'",
        "-1.0",
        "2 rows with part_id='a'",
        "'stone'",
        "nearest known: 'NdFeB magnet'",
        "5.0 without a unit",
        "3.0 without a currency",
        "1000000000.0",
        "no country or region 'Japann'",
        "'EUR' without a rate",
        "not six, eight or ten digits",
        "'Dy 3' is not a share",
        "1.5",
        "says nothing certain",
        "'Xx' is no element",
        "more than 100 %",
        "must stand alone",
        "bill.csv:4",
    ):
        assert told in text, f"{told} not in\n{text}"


@pytest.mark.parametrize(("text", "told"), [("NA", "NAM for Namibia"), ("World", "is no country")])
def test_words_that_say_nothing_are_no_country(
    tmp_path: Path, lexicon: Lexicon, text: str, told: str
) -> None:
    rows = [{"part_id": "a", "country_mined": text}]
    assert told in faults(tmp_path / "bill.csv", csv_text(rows), lexicon)


def test_none_is_not_unknown(tmp_path: Path, lexicon: Lexicon) -> None:
    rows = [{"part_id": x, "country_mined": c} for x, c in (("a", "none"), ("b", ""), ("c", "?"))]
    mined = bill(tmp_path, rows, lexicon).country["mined"]
    assert mined.is_known().tolist() == [True, False, False]


def test_xinjiang_is_seen_in_a_country(tmp_path: Path, lexicon: Lexicon) -> None:
    rows = [
        {"part_id": "a", "country_metal": "Xinjiang; Japan"},
        {"part_id": "b", "xinjiang_input": "no"},
        {"part_id": "c"},
    ]
    bom = bill(tmp_path, rows, lexicon)
    assert bom.is_xinjiang.tolist() == [2, 0, 1]
    assert str(bom.country["metal"].at(0)) == "CHN JPN"


def test_a_misspelt_column_is_never_passed_over(tmp_path: Path, lexicon: Lexicon) -> None:
    rows = [{"part_id": "a", "country_minned": "CHN"}]
    assert '"country_minned" is not a column' in faults(
        tmp_path / "bill.csv", csv_text(rows), lexicon
    )
    assert len(bill(tmp_path, [{"part_id": "a", "x_cost_centre": "7"}], lexicon)) == 1


def test_a_material_stands_on_parts_not_on_assemblies(tmp_path: Path, lexicon: Lexicon) -> None:
    rows = [{"part_id": "a", "material": "copper"}, {"part_id": "b", "parent_id": "a"}]
    assert "'copper' on an assembly" in faults(tmp_path / "bill.csv", csv_text(rows), lexicon)


def test_circles_are_named(tmp_path: Path, lexicon: Lexicon) -> None:
    rows = [
        {"part_id": "top"},
        {"part_id": "a", "parent_id": "c"},
        {"part_id": "b", "parent_id": "a"},
        {"part_id": "c", "parent_id": "b"},
        {"part_id": "d", "parent_id": "c"},
        {"part_id": "own", "parent_id": "own"},
    ]
    text = faults(tmp_path / "bill.csv", csv_text(rows), lexicon)
    assert "a circle of 3: 'a' in 'c' in 'b' in 'a'" in text
    with pytest.raises(DataError, match="a circle of 1: 'own' in 'own'"):
        bill(tmp_path, [rows[0], rows[5]], lexicon)


def test_a_chain_of_a_hundred_thousand_does_not_recurse(tmp_path: Path, lexicon: Lexicon) -> None:
    count = 100_000
    lines = [f"c{n},{f'c{n - 1}' if n else ''},{7 if n == count - 1 else ''}" for n in range(count)]
    (tmp_path / "chain.csv").write_text("\n".join(["part_id,parent_id,mass [g]", *lines]) + "\n")
    bom = read_bom(tmp_path / "chain.csv", lexicon)
    assert roll_up(bom).mass.low.tolist() == [7_000_000] * count
    circle = [*lines[1:], f"c0,c{count - 1},"]
    (tmp_path / "ring.csv").write_text("\n".join(["part_id,parent_id,mass [g]", *circle]) + "\n")
    with pytest.raises(DataError, match=r"a circle of 100000: .*…"):
        read_bom(tmp_path / "ring.csv", lexicon)


def test_quantities_that_multiply_beyond_sense_are_refused(
    tmp_path: Path, lexicon: Lexicon
) -> None:
    rows = [
        {"part_id": n, "parent_id": n - 1 if n else None, "quantity": 1e6, "mass [g]": 1}
        for n in range(60)
    ]
    assert "Quantities multiply up the tree" in faults(
        tmp_path / "bill.csv", csv_text(rows), lexicon
    )
