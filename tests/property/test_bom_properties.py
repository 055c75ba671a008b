"""Bills of materials of any shape: sums are exact and do not depend on the order of the rows."""

from __future__ import annotations

import random
from collections.abc import Mapping
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allanite import Release
from allanite.catalogue.read import rows_table
from allanite.catalogue.tables.screening import BILL_OF_MATERIALS
from allanite.studies.screening.bom import Bom
from allanite.studies.screening.columns import Lexicon, bom_of_table, load_lexicon
from allanite.studies.screening.cyclonedx import cyclonedx_rows, cyclonedx_text, sorted_rows
from allanite.studies.screening.json_rows import parse_json
from allanite.studies.screening.rollup import element_mass, roll_up

Row = dict[str, object]
MATERIALS = (None, "NdFeB", "N42SH", "SmCo magnet", "copper", "electronics")


@pytest.fixture(scope="module")
def lexicon(release: Release) -> Lexicon:
    return load_lexicon(release)


@st.composite
def bills(draw: st.DrawFn) -> list[Row]:
    """Trees of up to thirty parts; leaves with masses in grams to the microgram, or none."""
    count = draw(st.integers(1, 30))
    parents = [None, *(draw(st.integers(-1, n - 1)) for n in range(1, count))]
    inner = {parent for parent in parents if parent is not None}
    rows: list[Row] = []
    for n, parent in enumerate(parents):
        row: Row = {"part_id": f"p{n}", "quantity": float(draw(st.integers(1, 9)))}
        row["parent_id"] = None if parent in (None, -1) else f"p{parent}"
        if n not in inner:
            micrograms = draw(st.none() | st.integers(0, 10**9))
            row["mass"] = None if micrograms is None else micrograms / 1e6
            row["mass_unit"] = "g"
            row["material"] = draw(st.sampled_from(MATERIALS))
            row["country_made"] = draw(st.sampled_from([None, "CHN", "JPN; ?", "none"]))
        rows.append(row)
    return rows


def _bom(rows: list[Row], lexicon: Lexicon) -> Bom:
    return bom_of_table(rows_table(BILL_OF_MATERIALS, rows), lexicon, "bill")


def _by_plain_sums(rows: list[Row]) -> dict[str, Fraction]:
    """Known mass [µg] of each part with all that is in it, by walking up from every leaf."""
    row_of: Mapping[str, Row] = {str(row["part_id"]): row for row in rows}
    total = {name: Fraction(0) for name in row_of}
    for row in rows:
        if row.get("mass") is None:
            continue
        path: list[str] = [str(row["part_id"])]
        while row_of[path[-1]]["parent_id"] is not None:
            path.append(str(row_of[path[-1]]["parent_id"]))
        amount = Fraction(round(Fraction(str(row["mass"])) * 10**6))
        for name in path:
            amount *= Fraction(str(row_of[name]["quantity"]))
        for name in path:
            total[name] += amount
    return total


@settings(max_examples=60, deadline=None)
@given(rows=bills())
def test_masses_add_up_exactly(lexicon: Lexicon, rows: list[Row]) -> None:
    bom = _bom(rows, lexicon)
    wanted = _by_plain_sums(rows)
    found = roll_up(bom).mass.low.tolist()
    assert {name: Fraction(m) for name, m in zip(bom.part_id, found, strict=True)} == wanted


@settings(max_examples=40, deadline=None)
@given(rows=bills(), seed=st.integers(0, 2**32))
def test_the_order_of_rows_changes_nothing(lexicon: Lexicon, rows: list[Row], seed: int) -> None:
    mixed = random.Random(seed).sample(rows, len(rows))
    one, other = _bom(rows, lexicon), _bom(mixed, lexicon)
    place = {name: n for n, name in enumerate(other.part_id)}
    order = np.array([place[name] for name in one.part_id])
    for a, b in zip(_figures(one), _figures(other), strict=True):
        np.testing.assert_array_equal(a, b[order])


def _figures(bom: Bom) -> list[np.ndarray]:
    sums = roll_up(bom)
    found = [sums.mass.low, sums.mass.high, sums.value.low, bom.pieces]
    return [*found, *element_mass(bom, sums, "Dy"), *element_mass(bom, sums, "Nd")]


@settings(max_examples=40, deadline=None)
@given(rows=bills())
def test_bounds_hold_each_other(lexicon: Lexicon, rows: list[Row]) -> None:
    bom = _bom(rows, lexicon)
    sums = roll_up(bom)
    for element in ("Dy", "Nd", "Sm", "Cu"):
        low, high = element_mass(bom, sums, element)
        assert (low <= high).all()
        assert (high <= sums.mass_grams()[1]).all()


@settings(max_examples=40, deadline=None)
@given(rows=bills())
def test_knowing_the_grade_only_narrows(lexicon: Lexicon, rows: list[Row]) -> None:
    known = [
        {**r, "material": "N42SH" if r.get("material") == "NdFeB" else r.get("material")}
        for r in rows
    ]
    wide, narrow = _bom(rows, lexicon), _bom(known, lexicon)
    for element in ("Dy", "Tb", "Nd", "Pr"):
        low, high = element_mass(wide, roll_up(wide), element)
        least, most = element_mass(narrow, roll_up(narrow), element)
        assert (least >= low - 1e-12).all()
        assert (most <= high + 1e-12).all()


@settings(max_examples=40, deadline=None)
@given(rows=bills())
def test_cyclonedx_there_and_back(lexicon: Lexicon, rows: list[Row]) -> None:
    bom = _bom(rows, lexicon)
    table = rows_table(BILL_OF_MATERIALS, rows)
    listed = sorted_rows(table.to_pylist(), bom.tree.order.tolist())
    back = cyclonedx_rows(parse_json(cyclonedx_text(listed), "b.json"), "b.json")
    found = {row["part_id"]: row for row in back}
    assert len(found) == len(rows)
    for row in table.to_pylist():
        twin = found[row["part_id"]]
        for name in ("parent_id", "material", "country_made", "mass_unit"):
            assert twin.get(name) == row[name]
        for name in ("quantity", "mass"):
            assert row[name] is None or float(twin[name] or "nan") == row[name]
    assert isinstance(table, pa.Table)
