"""Facts from cells: what may be written, and every fault at once."""

from __future__ import annotations

import numpy as np
import pytest

from allanite.errors import DataError
from allanite.law.rules.cells import check_facts, read_facts
from allanite.law.rules.facts import Facts, Interval, WordColumn, WordSet
from allanite.law.rules.vocabulary import FACTS


def test_what_may_be_written() -> None:
    facts = read_facts(
        [
            {"item": "a", "cots_end_item": "yes", "listed_share_of_magnet": "0.1 %"},
            {"item": "b", "country_made": "CHN AUS ?", "listed_share_of_magnet": "0.05..0.2"},
            {"item": "c", "country_made": "none", "minerals": "metallurgical coal; lead"},
            {"item": "d", "country_made": "", "cots_end_item": None},
        ]
    )
    assert facts.labels == ("a", "b", "c", "d")
    assert facts.flag("cots_end_item").tolist() == [2, 1, 1, 1]
    share = facts.number("listed_share_of_magnet")
    assert share.low == pytest.approx([0.001, 0.05, 0, 0])
    assert share.high == pytest.approx([0.001, 0.2, 1, 1])
    assert [facts.text("country_made", row) for row in range(4)] == [
        "unknown",
        "AUS CHN ?",
        "none",
        "unknown",
    ]
    column = facts.word_column("minerals")
    assert column.sets[column.code[2]] == WordSet(frozenset({"metallurgical coal", "lead"}), True)


def test_every_fault_is_found_at_once() -> None:
    with pytest.raises(DataError) as caught:
        read_facts(
            [
                {"listed_share_of_magnet": "3 kg", "country_made": "China", "form": "magnets"},
                {"listed_share_of_magnet": "0.2..0.1", "cots_end_item": "perhaps", "weight": "1"},
                {"listed_share_of_magnet": "1.5", "hts_code": "8505.11", "form": "none magnet"},
                {"listed_share_of_magnet": "nan", "contract": "defence", "tax_year": "1e999"},
            ],
            "items.csv",
        )
    places = {finding.place for finding in caught.value.findings}
    assert places == {
        'column "weight"',
        'row 1, column "listed_share_of_magnet"',
        'row 1, column "country_made"',
        'row 1, column "form"',
        'row 2, column "listed_share_of_magnet"',
        'row 2, column "cots_end_item"',
        'row 3, column "listed_share_of_magnet"',
        'row 3, column "hts_code"',
        'row 3, column "form"',
        'row 4, column "listed_share_of_magnet"',
        'row 4, column "contract"',
        'row 4, column "tax_year"',
    }


def test_columns_built_in_code_are_checked() -> None:
    facts = Facts(
        labels=("a", "b"),
        flags={"cots_end_item": np.array([0, 7], dtype=np.int8)},
        numbers={"tax_year": Interval(np.array([2030.0, np.nan]), np.array([2020.0, 2026.0]))},
        words={
            "country_made": WordColumn(
                np.array([0, 1], dtype=np.int32), (WordSet(frozenset({"China"}), True),)
            ),
            "cots_end_item": WordColumn(np.zeros(2, dtype=np.int32), (WordSet(frozenset(), True),)),
        },
    )
    found = [finding.found for finding in check_facts(facts)]
    assert len(found) == 6
    assert "2030 to 2020" in found[1]


def test_every_fact_is_described_and_shares_lie_between_none_and_all() -> None:
    for name, fact in FACTS.items():
        assert fact.description.endswith("."), name
        assert fact.kind != "number" or fact.unit, name
        assert fact.unit != "1" or (fact.low, fact.high) == (0.0, 1.0), name
