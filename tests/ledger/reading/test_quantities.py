"""Quantities of single phrases, each written out by hand."""

from __future__ import annotations

import pytest

from allanite.ledger.reading.quantities import Quantity, find_quantities, plain_dollar

COUNTED = {"mine": "mine", "mines": "mine", "elements": "element", "rare earths": "element"}


def quantities(text: str) -> list[Quantity]:
    return find_quantities(text, 0, len(text), COUNTED, plain_dollar(text))


@pytest.mark.parametrize(
    ("text", "printed", "unit"),
    [
        ("refines more than 90pc of it", ">90", "%"),
        ("refines at least 90 per cent of it", ">=90", "%"),
        ("between 85 and 91 per cent", "85-91", "%"),
        ("a tenth of a percent, or 0.1% of value or more", ">=0.1", "% value"),
        ("2 per cent of GDP", "2", "% GDP"),
        ("only three working lithium mines", "3", "mine"),
        ("five more rare earths", "5", "element"),
        ("1,300 tonnes a year", "1300", "t/yr"),
        ("1.2 kt of NdFeB magnets per year", "1.2", "kt/yr"),
        ("up to 20 kilograms", "<=20", "kg"),
        ("$550-billion deal", "550", "bn USD"),
        ("US$8.5 billion", "8.5", "bn USD"),
        ("8.5 bn dollars", "8.5", "bn USD"),
        ("39 billion yen", "39", "bn JPY"),
        ("about \u20ac47 million", "~47", "million EUR"),
        ("110 USD/kg", "110", "USD/kg"),
        ("$110 a kilogram", "110", "USD/kg"),
        ("billions of dollars", ">=1", "bn USD"),
        ("180 days", "180", "d"),
    ],
)
def test_a_phrase_gives_one_quantity(text: str, printed: str, unit: str) -> None:
    found = quantities(text)
    assert [(q.printed, q.unit) for q in found] == [(printed, unit)]


@pytest.mark.parametrize(
    "text",
    ["F-150 utes", "G7 leaders", "No. 61 of 2025", "3-1", "one of the mines", "1,2,3", "99."],
)
def test_bare_numbers_and_parts_of_names_are_no_quantities(text: str) -> None:
    assert quantities(text) == []


def test_a_plain_dollar_beside_those_of_the_united_states_is_the_publishers_own() -> None:
    """12 / 18 = 0.67: the text gives one sum in two currencies."""
    found = quantities("a loan of $US12 billion ($18 billion)")
    assert [(q.base_value, q.base_unit) for q in found] == [(12e9, "USD"), (18e9, "AUD")]
    assert found[0].note == ""
    assert "$US" in found[1].note


def test_base_values_carry_scale_and_unit() -> None:
    """20 kt = 20,000 t; 300 kg = 0.3 t; 2 bn = 2e9."""
    kilotonnes, kilograms, money = quantities("20 kt, then 300 kg, then 2 bn USD")
    assert (kilotonnes.base_value, kilotonnes.base_unit) == (20_000, "t")
    assert kilograms.base_value == pytest.approx(0.3)
    assert money.base_value == 2e9
