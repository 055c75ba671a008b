"""Offsets always point at the quoted words, whatever surrounds them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allanite.catalogue.documents import read_yaml_text
from allanite.ledger.reading.candidates import Reading
from allanite.ledger.reading.found import quoted, write_found
from allanite.ledger.reading.review import read_review
from allanite.ledger.reading.view import reading_view

PIECES = (
    "Over 85 % of rare earths are refined by China. ",
    "Canada runs two lithium mines",
    "\u202b\u0645\u0639\u0627\u062f\u0646\u202c ",
    "C\u006f\u0302te d'Ivoire exports 5 tonnes of gallium. ",
    "ga\u00adlli\u200bum cost $110 a kilogram\u2028",
    "\u201cUS and Japan sign a deal on critical minerals today,\u201d he said. ",
    "\U0001f1ef\U0001f1f5 \u2013 2 bn\u00a0USD for tungsten\r\n",
    "within 180 days",
)
TEXTS = st.lists(
    st.one_of(st.sampled_from(PIECES), st.text(max_size=30)), min_size=1, max_size=12
).map("".join)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=TEXTS)
def test_every_quote_is_the_span_its_offsets_name(
    read_words: Callable[..., Reading], text: str
) -> None:
    for candidate in read_words(text).candidates:
        assert 0 <= candidate.start < candidate.end <= len(text)
        assert text[candidate.start : candidate.end] == candidate.quote
        assert candidate.quote == candidate.quote.strip()


@settings(max_examples=200, deadline=None)
@given(text=TEXTS)
def test_every_character_of_the_view_stands_for_its_own_span(text: str) -> None:
    view = reading_view(text)
    last = 0
    for i in range(len(view.text)):
        start, end = view.span(i, i + 1)
        assert last <= start < end <= len(text)
        last = start
    if view.text:
        assert view.span(0, len(view.text))[1] == len(text)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=st.text(max_size=40), after=st.text(max_size=40))
def test_a_claim_is_found_where_it_stands(
    read_words: Callable[..., Reading], before: str, after: str
) -> None:
    """Own lines, marks and combining characters around it do not move it."""
    claim = "China refines 91 per cent of the world's gallium."
    text = f"{before}\n{claim}\n{after}"
    spans = [(c.start, c.end) for c in read_words(text).candidates if c.quantity == "91"]
    start = len(before) + 1
    assert (start, start + len(claim)) in spans


@pytest.mark.parametrize("mark", ["\u200f", "\u202e", "\u00ad", "\u2066", "\ufeff"])
def test_marks_inside_words_hide_nothing(read_words: Callable[..., Reading], mark: str) -> None:
    text = f"Chi{mark}na refines 9{mark}1 per{mark} cent of gallium."
    (candidate,) = read_words(text).in_field
    assert (candidate.quantity, candidate.regions) == ("91", ("CHN",))
    assert candidate.quote == text


def test_letters_with_combining_marks_are_the_letters_composed(
    read_words: Callable[..., Reading],
) -> None:
    text = "Co\u0302te d'Ivoire refines 5 per cent of the gallium."
    (candidate,) = read_words(text).in_field
    assert candidate.regions == ("CIV",)
    assert candidate.quote == text


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=60))
def test_quoted_texts_come_back_from_yaml(text: str) -> None:
    line = quoted(text)
    assert "\n" not in line
    assert read_yaml_text(f"a: {line}\n", "test.yaml") == {"a": text}


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=TEXTS.filter(str.strip))
def test_the_file_for_review_reads_back(read_words: Callable[..., Reading], text: str) -> None:
    reading = read_words(text)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "found.yaml"
        write_found([reading], path)
        review = read_review(path)
    assert review.count == len(reading.in_field)
    assert review.accepted == ()
