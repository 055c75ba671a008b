"""Wider tolerances never turn a claim against itself; copies and order never change the count."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from allanite.ledger.claims import ClaimQuery
from allanite.ledger.copies import sentence_groups
from allanite.ledger.independence import Document, count_sources
from allanite.ledger.quantity import Interval
from allanite.ledger.texts import split_sentences
from allanite.studies.claims.evaluate import Reading, outcome_of
from allanite.studies.claims.evidence import Evidence
from allanite.studies.claims.verdicts import combined

RANK = ("contradicted", "not known", "supported with nuance", "supported")
numbers = st.floats(-100, 100).map(lambda x: round(x, 2))


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    low, high = sorted((draw(numbers), draw(numbers)))
    is_open = low < high
    return Interval(low, high, is_open and draw(st.booleans()), is_open and draw(st.booleans()))


def asked(role: str, tolerance: float) -> ClaimQuery:
    return ClaimQuery(
        query_id="q",
        topic="t",
        kind="output share",
        reading="r",
        role=role,
        arguments={},
        expected=None,
        states=(),
        unit="1",
        tolerance=tolerance,
        caveat="",
    )


def judged(found: list[tuple[str, Interval]], wanted: Interval, tolerance: float) -> str:
    readings = []
    for role, interval in found:
        evidence = Evidence(told="", table="t", interval=interval)
        query = asked(role, tolerance)
        readings.append(Reading(query, evidence, wanted, outcome_of(evidence, wanted, query)))
    return combined(readings)


@given(
    st.lists(st.tuples(st.sampled_from(("main", "other", "condition")), intervals()), max_size=4),
    intervals(),
    st.floats(0, 20),
    st.floats(0, 20),
)
def test_a_wider_tolerance_never_lowers_a_verdict(
    found: list[tuple[str, Interval]], wanted: Interval, first: float, more: float
) -> None:
    narrow, wide = judged(found, wanted, first), judged(found, wanted, first + more)
    assert RANK.index(wide) >= RANK.index(narrow)


@given(intervals(), intervals())
def test_sides_agree_with_covers_and_meets(one: Interval, other: Interval) -> None:
    assert one.meets(other) == other.meets(one)
    side = one.side_of(other)
    assert (side == "outside") == (not one.meets(other) and not other.covers(one))
    assert (side == "inside") == other.covers(one)


WORDS = ("ore", "mine", "oxide", "metal", "licence", "price", "stock", "port", "ship", "rule")
sentences = st.lists(st.sampled_from(WORDS), min_size=4, max_size=10).map(
    lambda words: " ".join(words).capitalize() + "."
)
texts = st.lists(sentences, min_size=0, max_size=6).map(" ".join)


@st.composite
def documents(draw: st.DrawFn) -> list[Document]:
    drawn = draw(st.lists(st.tuples(texts, st.integers(0, 3)), min_size=1, max_size=7))
    start = date(2026, 1, 1)
    return [
        Document(f"d{i}", "", start + timedelta(days=k), text) for i, (text, k) in enumerate(drawn)
    ]


@given(documents(), st.data())
@settings(deadline=None)
def test_a_copy_never_raises_the_count(found: list[Document], data: st.DataObject) -> None:
    copied = data.draw(st.sampled_from(found))
    publisher = data.draw(st.sampled_from(("", "another house")))
    copy = Document("copy", publisher, date(2025, 12, 31), copied.text)
    if not copied.text:
        return
    assert count_sources([*found, copy]).count <= count_sources(found).count


@given(documents(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_documents_is_irrelevant(found: list[Document], random: object) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert count_sources(shuffled) == count_sources(found)


@given(documents())
@settings(deadline=None)
def test_every_document_with_a_word_stands_in_one_group(found: list[Document]) -> None:
    counted = count_sources(found)
    placed = [name for group in counted.groups for name in group.documents]
    assert sorted([*placed, *counted.empty]) == sorted(d.document_id for d in found)


@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(tuple), max_size=12))
def test_groups_do_not_depend_on_repetition_or_order(found: list[tuple[str, ...]]) -> None:
    assert sentence_groups(found) == sentence_groups([*reversed(found), *found])


@given(st.text(max_size=300))
def test_places_of_sentences_lie_in_order_inside_the_text(text: str) -> None:
    last = 0
    for sentence in split_sentences(text):
        assert last <= sentence.start < sentence.end <= len(text)
        last = sentence.end
