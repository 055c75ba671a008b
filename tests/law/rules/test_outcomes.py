"""Outcome sets, their order of precedence, and the word of a verdict."""

from __future__ import annotations

from functools import reduce
from operator import or_

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allanite.errors import UsageError
from allanite.law.rules.outcomes import (
    OUTCOMES,
    WORDS,
    is_single,
    least_severe,
    most_severe,
    outcome_bit,
    outcomes_of,
    word_codes,
)

SETS = st.lists(st.sampled_from(OUTCOMES), min_size=1, unique=True)


@given(names=SETS)
def test_a_set_holds_what_was_put_in(names: list[str]) -> None:
    bits = reduce(or_, map(outcome_bit, names))
    assert outcomes_of(bits) == tuple(sorted(names, key=OUTCOMES.index))
    held = np.array([bits], dtype=np.uint16)
    positions = sorted(OUTCOMES.index(name) for name in names)
    assert (most_severe(held)[0], least_severe(held)[0]) == (positions[0], positions[-1])
    assert bool(is_single(held)[0]) == (len(names) == 1)


def test_open_law_and_missing_facts_have_words_of_their_own() -> None:
    """One outcome; two that the law leaves open; two that the facts leave open."""
    both = outcome_bit("duty") | outcome_bit("clear")
    union = np.array([outcome_bit("duty"), both, both], dtype=np.uint16)
    words = word_codes(union, np.array([True, True, False]))
    assert [WORDS[i] for i in words] == ["duty", "unknown_status", "unknown"]


def test_precedence_runs_from_prohibited_to_clear() -> None:
    assert OUTCOMES[0] == "prohibited"
    assert OUTCOMES[-1] == "clear"


def test_another_word_is_refused() -> None:
    with pytest.raises(UsageError, match="outcomes are prohibited"):
        outcome_bit("maybe")
