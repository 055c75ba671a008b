"""Copies count once: light rewrites, credits, houses, quotations, and the two real reports."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from allanite.errors import UsageError
from allanite.ledger.independence import Document, count_sources, credited_agency
from allanite.ledger.texts import plain_words, split_sentences

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 3, 2)
NEWS = Path(os.environ.get("ALLANITE_SHARED", ROOT.parent / "shared")) / "data" / "news"
# Invented copy of an invented agency's story.
COPY = (
    "Ruritania refines more than 80 per cent of the world's gallium, its ministry said on Monday. "
    "The United States has two plants and plans five more by 2030. "
    "Prices rose by $1,200 a tonne after Mr Rupert announced new licences for exporters."
)
REWRITE = (
    "Ruritania refines over 80pc of the world’s gallium, its ministry said Monday. "
    "The US has 2 plants and plans 5 more by 2030. "
    "Prices rose by $1200 a ton after Rupert announced new licences for the exporters."
)
OTHER = (
    "Elbonia's mud exports reached a record in February, traders in the port told this paper. "
    "A new pier opens in May and doubles what ships can load in one day."
)


def document(
    name: str, text: str, publisher: str = "", day: date = DAY, origin: str = ""
) -> Document:
    return Document(name, publisher, day, text, origin)


def test_one_spelling() -> None:
    assert plain_words("The U.S. holds 90 per cent") == plain_words("US holds “90pc”")
    assert plain_words("two tonnes, 1,200 USD") == plain_words("2 t 1200 $")
    assert plain_words("a\u200fb\u202ec") == ("abc",)


def test_sentences_know_their_place_and_titles_end_none() -> None:
    text = '  Mr. Smith left. "He ran," she said! \n\nNew line without a stop'
    found = split_sentences(text)
    assert [text[s.start : s.end] for s in found] == [
        "Mr. Smith left.",
        '"He ran," she said!',
        "New line without a stop",
    ]


def test_a_light_rewrite_is_the_same_source() -> None:
    found = count_sources([document("a", COPY), document("b", REWRITE), document("c", OTHER)])
    assert [group.documents for group in found.groups] == [("a", "b"), ("c",)]
    assert found.groups[0].shared == 3
    assert "share 3 sentences" in found.groups[0].reason
    assert "on one day" in found.groups[0].reason


def test_one_shared_sentence_is_not_enough() -> None:
    first = COPY.split(". ", maxsplit=1)[0] + ". " + OTHER
    assert count_sources([document("a", COPY), document("b", first)]).count == 2


def test_a_shared_quotation_joins_nobody() -> None:
    said = '"We will refine every gram of gallium here and sell it to our friends alone." '
    more = '"Nobody who keeps the rules of our trade has anything at all to fear from us." '
    one, other = document("a", said + more + COPY), document("b", said + more + OTHER)
    assert count_sources([one, other]).count == 2


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("TOKYO, Oct 28 (Reuters) - Something happened.", "Reuters"),
        ("Something happened.\nReuters/ABC", "Reuters"),
        ("Something happened.\nSource: Agence France-Presse", "AFP"),
        ("Something happened.\n— AP", "AP"),
        ("He told Reuters on Monday that something had happened in the town.", ""),
        ("The AP course was hard for many of the pupils in town.\nEnd", ""),
    ],
)
def test_credits_stand_at_the_head_or_the_foot(text: str, agency: str) -> None:
    assert credited_agency(text) == agency


def test_one_agency_and_one_house_count_once() -> None:
    found = count_sources(
        [
            document("a", COPY + "\nReuters"),
            document("b", OTHER, origin="Reuters"),
            document("c", "", "daily.example"),
            document("d", "A text of its own with words that nobody else has.", "daily.example"),
        ]
    )
    assert sorted(group.documents for group in found.groups) == [("a", "b"), ("c", "d")]
    assert any("one house" in group.reason for group in found.groups)


def test_empty_texts_are_named_and_ids_must_differ() -> None:
    found = count_sources([document("a", ""), document("b", COPY), document("c", "\ufeff\u200f ?")])
    assert (found.count, found.empty) == (1, ("a", "c"))
    with pytest.raises(UsageError, match="stand twice"):
        count_sources([document("a", COPY), document("a", OTHER)])


def test_the_two_reports_are_one_source() -> None:
    if not NEWS.is_dir():
        pytest.skip(f"the reports are not here ({NEWS}); set ALLANITE_SHARED to find them")
    files = sorted(NEWS.glob("*.txt"))
    day = date(2025, 10, 28)
    texts = [Document(f.name, "", day, f.read_text(encoding="utf-8")) for f in files]
    found = count_sources(texts)
    assert found.count == 1 and len(found.groups[0].documents) == 2
    assert found.groups[0].origin == "Reuters"
    assert found.groups[0].shared >= 3
