"""Factors between units of one dimension; nothing across dimensions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allanite.errors import UsageError
from allanite.units import UNITS, unit_factor

UNIT = st.sampled_from(sorted(UNITS))


@pytest.mark.parametrize(
    ("found", "wanted", "factor"),
    [("kt/yr", "t/yr", 1000.0), ("kg", "t", 0.001), ("USD/kg", "USD/t", 1000.0), ("%", "1", 0.01)],
)
def test_known_factors(found: str, wanted: str, factor: float) -> None:
    assert unit_factor(found, wanted) == pytest.approx(factor, rel=1e-15)


@given(UNIT, UNIT)
def test_there_and_back_is_one(found: str, wanted: str) -> None:
    if UNITS[found][0] == UNITS[wanted][0]:
        assert unit_factor(found, wanted) * unit_factor(wanted, found) == pytest.approx(1.0)
    else:
        with pytest.raises(UsageError, match="is needed"):
            unit_factor(found, wanted)


def test_unknown_unit_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"unknown unit 'tons'; known units: .*t/yr"):
        unit_factor("tons", "t")
