"""Sets of words of which some only may hold: the tests of rules on them, and less is never more."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from allanite.law.rules.cells import make_facts
from allanite.law.rules.facts import WordSet, atom_truth, words_text
from allanite.law.rules.logic import FALSE, MAYBE, TRUE, AllIn, AnyIn, Differs, FactAtom

WORDS = ("AUS", "CHN", "JPN", "USA")
MADE, METAL = "country_made", "country_metal"


def truth(atom: FactAtom, found: WordSet, other: WordSet | None = None) -> int:
    """Truth of a test of one item."""
    return int(atom_truth(atom, make_facts(("x",), {MADE: [found], METAL: [other]}))[0])


def known(*words: str, maybe: tuple[str, ...] = (), complete: bool = False) -> WordSet:
    """A set of words."""
    return WordSet(frozenset(words), complete, frozenset(maybe))


def test_only_possible_words_leave_a_test_open() -> None:
    found = known("JPN", maybe=("AUS",))
    chinese = AnyIn(MADE, frozenset({"CHN"}))
    assert truth(chinese, found) == FALSE
    assert truth(chinese, known("JPN")) == MAYBE
    assert truth(AnyIn(MADE, frozenset({"AUS"})), found) == MAYBE
    assert truth(AllIn(MADE, frozenset({"JPN", "AUS"})), found) == TRUE
    assert truth(AllIn(MADE, frozenset({"JPN"})), found) == MAYBE
    assert truth(AllIn(MADE, frozenset({"CHN"})), known(maybe=("JPN",))) == FALSE
    assert truth(Differs(MADE, METAL), found, known("CHN", complete=True)) == TRUE
    assert truth(Differs(MADE, METAL), found, known("AUS", complete=True)) == MAYBE
    assert truth(Differs(MADE, METAL), found, known("CHN", maybe=("JPN",))) == MAYBE


def test_they_are_told_apart() -> None:
    assert words_text(known("Fe", maybe=("Ni", "Co"))) == "Fe, perhaps Co Ni"
    assert words_text(known(maybe=("Ni",))) == "perhaps Ni"
    assert words_text(known("Fe")) == "Fe ?"


@st.composite
def world(draw: st.DrawFn) -> tuple[WordSet, WordSet]:
    """What holds, and what of it is known: some sure words, and others that may hold."""
    real = draw(st.sets(st.sampled_from(WORDS)))
    sure = {word for word in sorted(real) if draw(st.booleans())}
    extra = draw(st.sets(st.sampled_from(WORDS)))
    maybe = (real - sure) | (extra - sure)
    return known(*real, complete=True), known(*sure, maybe=tuple(maybe), complete=not maybe)


@given(made=world(), metal=world(), wanted=st.sets(st.sampled_from(WORDS), min_size=1))
def test_what_is_decided_is_so(
    made: tuple[WordSet, WordSet], metal: tuple[WordSet, WordSet], wanted: set[str]
) -> None:
    words = frozenset(wanted)
    for atom in (AnyIn(MADE, words), AllIn(MADE, words), Differs(MADE, METAL)):
        guess = truth(atom, made[1], metal[1])
        assert guess in (MAYBE, truth(atom, made[0], metal[0]))
