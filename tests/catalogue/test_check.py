"""Every kind of fault is found, all at once, and named with its row."""

from __future__ import annotations

import math

import pyarrow as pa
import pytest
from catalogue_forms import FORMS, PLACES, PLANTS

from allanite.catalogue.check import MAX_FINDINGS_PER_CHECK, check_tables
from allanite.catalogue.read import rows_table
from allanite.errors import DataError


def _check(*rows: dict[str, object]) -> list[str]:
    tables = {
        "plants": rows_table(PLANTS, rows),
        "places": rows_table(PLACES, [{"region": "AUS"}]),
    }
    return [str(finding) for finding in check_tables(tables, FORMS)]


def test_good_rows_have_no_finding() -> None:
    assert _check({"plant": "A", "region": "AUS", "capacity_rate": 0.0}, {"plant": "B"}) == []


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"region": "AUS"}, 'row 2, column "plant"]: found no value'),
        ({"plant": "B", "capacity_rate": -3.0}, "found -3.0; allowed: at least 0 t/yr"),
        ({"plant": "B", "capacity_rate": 1e12}, "allowed: at most 1e+09 t/yr"),
        ({"plant": "B", "capacity_rate": math.inf}, "allowed: a finite number"),
        ({"plant": "B", "stage": "mines"}, "found 'mines'; allowed: mine, magnet"),
        ({"plant": "A"}, "found 2 rows with plant='A'"),
        ({"plant": "B", "region": "ATL"}, "found 'ATL'; allowed: a value of places.region"),
    ],
)
def test_a_fault_names_row_and_what_is_allowed(row: dict[str, object], words: str) -> None:
    findings = _check({"plant": "A"}, row)
    assert any(words in finding for finding in findings), findings


def test_all_faults_come_at_once() -> None:
    findings = _check(
        {"plant": "A", "capacity_rate": -1.0, "stage": "x", "region": "ATL"}, {"plant": None}
    )
    assert len(findings) == 4


def test_the_list_of_faults_of_one_kind_is_bounded() -> None:
    rows = [{"plant": str(i), "capacity_rate": -1.0} for i in range(100)]
    assert len(_check(*rows)) == MAX_FINDINGS_PER_CHECK


def test_rows_with_an_undeclared_column_are_refused() -> None:
    with pytest.raises(DataError, match="capacty"):
        rows_table(PLANTS, [{"plant": "A", "capacty": 1.0}])


def test_missing_values_are_no_fault_of_a_reference() -> None:
    tables = {"plants": rows_table(PLANTS, [{"plant": "A"}]), "places": pa.table({"region": []})}
    assert check_tables(tables, FORMS) == []
