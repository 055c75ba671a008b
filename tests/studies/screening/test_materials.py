"""Words for materials: grades, ids of the network, elements; the unknown is refused."""

from __future__ import annotations

import pytest

from allanite import Release
from allanite.errors import UsageError
from allanite.studies.screening.columns import Lexicon


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("NdFeB magnet", "NdFeB magnet"),
        ("sintered NdFeB magnet", "NdFeB magnet"),
        ("N52", "NdFeB magnet, grade N"),
        ("N42SH", "NdFeB magnet, grade SH"),
        ("38 UH", "NdFeB magnet, grade UH"),
        ("NdFeB magnet N35EH", "NdFeB magnet, grade EH"),
        ("NdFeB, 30AH", "NdFeB magnet, grade AH"),
        ("N33VH", "NdFeB magnet, grade AH"),
        ("mag_ndfeb_sh", "NdFeB magnet, grade SH"),
        ("SmCo", "SmCo magnet"),
        ("Dy oxide", "Dysprosium oxide"),
        ("dysprosium oxide", "Dysprosium oxide"),
        ("ox_dy", "Dysprosium oxide"),
        ("Terbium metal", "Terbium metal"),
        ("gallium", "Ga metal"),
        ("Aluminum", "aluminium"),
    ],
)
def test_words(lexicon: Lexicon, word: str, name: str) -> None:
    assert lexicon.materials.find(word).name == name


@pytest.mark.parametrize("word", ["42", "unobtainium", "NdFeB 99XX", ""])
def test_words_that_say_too_little(lexicon: Lexicon, word: str) -> None:
    with pytest.raises(UsageError, match="no material"):
        lexicon.materials.find(word)


def test_a_family_holds_all_its_grades(lexicon: Lexicon) -> None:
    family = lexicon.materials.find("NdFeB").contents
    for heat in ("", "M", "H", "SH", "UH", "EH", "AH"):
        for element, (low, high) in lexicon.materials.find(f"N40{heat}").contents.items():
            assert family[element][0] <= low <= high <= family[element][1], (heat, element)


def test_usual_shares_of_grades_lie_in_their_range(release: Release) -> None:
    for row in release.rows("part_contents"):
        assert row["low"] <= row["share"] <= row["high"], row
    totals: dict[str, float] = {}
    for row in release.rows("part_contents"):
        totals[row["material"]] = totals.get(row["material"], 0) + row["share"]
    assert max(totals.values()) <= 1 + 1e-9


def test_no_word_stands_for_two_materials(release: Release) -> None:
    words: dict[str, str] = {}
    for row in release.rows("part_materials"):
        for word in (row["material"], *(row["words"] or "").split("|")):
            if word:
                assert words.setdefault(word.casefold(), row["material"]) == row["material"], word
