"""Names and codes of publishers: what is known is exact, what is not is an error."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from allanite.catalogue.convert import (
    PRINTED_UNITS,
    Printed,
    in_unit,
    period_days,
    read_qualifier,
    read_region_names,
    region_names,
    trade_code,
)
from allanite.errors import DataError, UsageError
from allanite.units import UNITS

DATASETS = Path(__file__).resolve().parents[2] / "datasets"
NAMES = read_region_names(DATASETS)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Burma", "MMR"),
        ("Myanmar", "MMR"),
        ("Congo (Kinshasa)", "COD"),
        ("Democratic Republic of Congo", "COD"),
        ("Congo (Brazzaville)", "COG"),
        ("Korea, Republic of", "KOR"),
        ("Korea, North", "PRK"),
        ("Turkiye", "TUR"),
        ("Turkey", "TUR"),
        ("Côte d’Ivoire", "CIV"),
        ("United\u00a0States", "USA"),
        ("south  africa", "ZAF"),
        ("Rest of world", "XRW"),
        ("World total", "WLD"),
        ("EU + UK", "XEU"),
    ],
)
def test_printed_names_have_their_code(name: str, code: str) -> None:
    assert NAMES.code(name) == code


def test_an_unknown_name_is_an_error_with_near_ones() -> None:
    with pytest.raises(UsageError, match=r"unknown region 'Austalia'; near it: 'australia'"):
        NAMES.code("Austalia")


def test_all_unknown_names_come_at_once() -> None:
    with pytest.raises(DataError) as raised:
        NAMES.codes(["Chile", "Atlantis", None, "Lemuria", "Atlantis"], "sites.csv")
    assert [finding.found.split(";")[0] for finding in raised.value.findings] == [
        "'Atlantis'",
        "'Lemuria'",
    ]


def test_a_name_for_two_regions_is_refused() -> None:
    rows = [
        {"region": "COD", "name": "DR Congo", "other_names": "Congo"},
        {"region": "COG", "name": "Congo", "other_names": None},
    ]
    with pytest.raises(UsageError, match="'Congo' stands for two regions"):
        region_names(rows)


def test_codes_have_their_length_and_demand_regions_exist() -> None:
    assert all(len(code) == 3 for code in NAMES.code_of_name.values())
    assert NAMES.code_of_iso2["TW"] == "TWN"
    assert NAMES.code_of_numeric["032"] == "ARG"


@pytest.mark.parametrize(
    ("value", "unit", "wanted", "expected"),
    [
        (848_000, "kilograms", "t", 848),
        (1.5, "thousand metric tons", "t", 1500),
        (2, "million metric tons", "t", 2_000_000),
        (1, "dollars per pound", "USD/t", 2204.6226218),
        (100, "cents per pound", "USD/t", 2204.6226218),
        (1, "dollars per troy ounce", "USD/t", 32150.746569),
        (1, "dollars per short ton", "USD/t", 1.10231131),
        (3, "dollars per kilogram", "USD/t", 3000),
        (5, "million carats", "t", None),
        (5, "dollars per dry metric ton unit", "USD/t", None),
        (5, "metric tons", "USD/t", None),
        (None, "metric tons", "t", None),
        (5, None, "t", None),
    ],
)
def test_values_in_our_units(
    value: float | None, unit: str | None, wanted: str, expected: float | None
) -> None:
    found = in_unit(value, unit, wanted)
    assert found == (expected if expected is None else pytest.approx(expected, rel=1e-8))


def test_every_printed_unit_is_a_known_symbol() -> None:
    assert set(PRINTED_UNITS.values()) <= set(UNITS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, Printed()),
        ("withheld", Printed("withheld")),
        (">", Printed("greater than")),
        ("very small (s)", Printed("very small")),
        ("range 500–17,000", Printed("range", 500, 17_000)),
        ("range 330 - 390", Printed("range", 330, 390)),
        ("text: Large", Printed("text", words="Large")),
    ],
)
def test_qualifiers(text: str | None, expected: Printed) -> None:
    assert read_qualifier(text) == expected


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2011-Q3", date(2011, 7, 1), date(2011, 9, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-01..05", date(2025, 1, 1), date(2025, 5, 31)),
        ("2025-05-01", date(2025, 5, 1), date(2025, 5, 1)),
        ("2025-04 (start)", date(2025, 4, 1), date(2025, 4, 30)),
    ],
)
def test_periods(period: str, first: date, last: date) -> None:
    assert period_days(period) == (first, last)


@pytest.mark.parametrize("period", ["", "24", "2024-5", "2011-Q5", "spring 2011"])
def test_other_forms_of_a_period_are_refused(period: str) -> None:
    with pytest.raises(UsageError, match="period"):
        period_days(period)


def test_trade_codes() -> None:
    assert trade_code(" 2846.90 ") == "284690"
    for code in ("28469", "2846901", "28469a", ""):
        with pytest.raises(UsageError, match="is not six digits"):
            trade_code(code)
