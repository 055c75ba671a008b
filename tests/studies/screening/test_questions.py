"""Questions go to who can answer, say what would settle them, and stand once."""

from __future__ import annotations

from pathlib import Path

import pytest
from bills import bill

from allanite.catalogue.tables.results_screening import OPEN_QUESTIONS
from allanite.errors import UsageError
from allanite.studies.result import check_result
from allanite.studies.screening.columns import Lexicon
from allanite.studies.screening.questions import NOBODY, open_questions

ROWS = [
    {"part_id": "m", "name": "motor"},
    {"part_id": "r", "parent_id": "m", "supplier": "Rotor shop"},
    {"part_id": "g", "parent_id": "r", "name": "magnet", "part_number": "G-1"},
    {"part_id": "w", "parent_id": "m", "manufacturer": "Wire works"},
]


def test_questions_by_supplier(tmp_path: Path, lexicon: Lexicon) -> None:
    bom = bill(tmp_path, ROWS, lexicon)
    needed = [("w", "country_made"), ("g", "country_separated"), ("g", "country_separated")]
    needed += [("g", "elements"), ("m", "country_assembled"), ("r", "listed_share_of_magnet")]
    table = open_questions(bom, needed)
    assert check_result({OPEN_QUESTIONS.name: table}) == []
    rows = table.to_pylist()
    assert [(row["supplier"], row["part_id"], row["fact"]) for row in rows] == [
        (NOBODY, "m", "country_assembled"),
        ("Rotor shop", "r", "listed_share_of_magnet"),
        ("Rotor shop", "g", "country_separated"),
        ("Rotor shop", "g", "elements"),
        ("Wire works", "w", "country_made"),
    ]
    asked = rows[2]
    assert asked["question"] == (
        "In which country was magnet (part G-1) separated and refined to oxide?"
    )
    assert "Refiner's name" in asked["proof"]
    assert asked["product"] == "m (motor)"
    assert asked["answer"] is None


def test_a_fact_without_words_is_asked_plainly(tmp_path: Path, lexicon: Lexicon) -> None:
    table = open_questions(bill(tmp_path, ROWS, lexicon), [("g", "cots_end_item")])
    assert table.column("question")[0].as_py() == (
        "Please state for magnet (part G-1): cots end item."
    )


def test_a_part_nobody_listed(tmp_path: Path, lexicon: Lexicon) -> None:
    with pytest.raises(UsageError, match="no part 'zz'"):
        open_questions(bill(tmp_path, ROWS, lexicon), [("zz", "mass")])
