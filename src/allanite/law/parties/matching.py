"""Parties that a name may mean: candidates with a score and a reason, and no decision.

Scores run from 0 to 100. An exact hit of a name or alias after folding is marked as such;
everything else is for a person to decide. Words that half the trade carries ("rare earth",
"resources") count little: alone they match nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from allanite.law.parties.names import core_words, fold, is_cjk, romanised

# Declared thresholds; docs/explanation/parties.md shows what falls between them.
EXACT: Final = 100.0
STRONG: Final = 90.0  # one or two letters differ, or the words stand in another order
POSSIBLE: Final = 75.0  # worth a look; below it nothing is proposed
MOST_CANDIDATES: Final = 8
# What a weaker kind of likeness is worth, of 100.
CORE_WORTH: Final = 0.9  # at most, where all telling words are the same and common words differ
PART_WORTH: Final = 0.88  # one name contains the other, in Chinese or Japanese script
READING_WORTH: Final = 0.85  # a Chinese name read aloud is a Latin one
SLIP_COST: Final = 3.0  # what a point of unlikeness of the whole name costs
SHORTEST_FUZZY: Final = 4  # shorter Latin names match exactly or not at all
SHORTEST_PART: Final = 3  # characters that a contained name must have


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """A party that a name may mean.

    Attributes:
        party_id, alias: the party, and the name of it that is most alike.
        score: 0 to 100.
        is_exact: the folded names are equal.
        why: in words.
    """

    party_id: str
    alias: str
    score: float
    is_exact: bool
    why: str


@dataclass(frozen=True, slots=True)
class NameList:
    """Names of parties ready to be compared: names, parties and folded names in one order."""

    names: tuple[str, ...]
    parties: tuple[str, ...]
    folded: tuple[str, ...]


def name_list(pairs: Iterable[tuple[str, str]]) -> NameList:
    """The list of (party id, name) pairs, in alphabetical order so that none rules another."""
    ordered = sorted(set(pairs))
    return NameList(
        tuple(name for _, name in ordered),
        tuple(party for party, _ in ordered),
        tuple(fold(name) for _, name in ordered),
    )


def match_name(known: NameList, name: str) -> tuple[Candidate, ...]:
    """Parties that the name may mean, best first, at most one row a party.

    Where a name is hit exactly, only exact hits are given; there can be several.

    Args:
        known: names and aliases of parties.
        name: as a reader or a supplier wrote it, in any script.

    Raises:
        UsageError: the name is longer than any name.
    """
    wanted = fold(name)
    if not wanted:
        return ()
    exact = [i for i, folded in enumerate(known.folded) if folded == wanted]
    best: dict[str, Candidate] = {}
    for i in exact or _worth_a_look(known, wanted):
        score, why = explained_likeness(wanted, known.folded[i])
        kept = best.get(known.parties[i])
        if score >= POSSIBLE and (kept is None or score > kept.score):
            best[known.parties[i]] = Candidate(
                known.parties[i], known.names[i], round(score, 1), bool(exact), why
            )
    ranked = sorted(best.values(), key=lambda c: (-c.score, c.party_id))
    return tuple(ranked[:MOST_CANDIDATES])


def _worth_a_look(known: NameList, wanted: str) -> list[int]:
    """Positions of names that can reach `POSSIBLE` at all; the rest is left out for speed.

    A Latin name is like another by its letters, by a telling word in common, or by a reading.
    """
    if is_cjk(wanted):
        return list(range(len(known.folded)))
    alike = process.extract(
        wanted,
        known.folded,
        scorer=fuzz.token_sort_ratio,
        score_cutoff=POSSIBLE,
        limit=None,
    )
    words = set(core_words(wanted))
    kin = {
        i
        for i, folded in enumerate(known.folded)
        if is_cjk(folded) or not words.isdisjoint(core_words(folded))
    }
    return sorted(kin | {position for _, _, position in alike})


def explained_likeness(one: str, other: str) -> tuple[float, str]:
    """Likeness of two folded names, 0 to 100, and why; symmetric."""
    if one == other:
        return (EXACT, "the same name once width, case, marks and legal form are set aside")
    found = max(_ways(one, other), default=(0.0, ""))
    return (min(found[0], EXACT - 0.1), found[1])


def _ways(one: str, other: str) -> Sequence[tuple[float, str]]:
    if is_cjk(one) != is_cjk(other):
        return _by_reading(one, other)
    if is_cjk(one):
        return _in_characters(one, other)
    return _in_words(one, other)


def _in_words(one: str, other: str) -> Sequence[tuple[float, str]]:
    """Likeness of Latin names; short ones, where a letter is a third of the name, have none."""
    ways: list[tuple[float, str]] = []
    cores = core_words(one), core_words(other)
    if min(len(one), len(other)) >= SHORTEST_FUZZY:
        whole = fuzz.token_sort_ratio(one, other)
        telling = fuzz.token_sort_ratio(*map(" ".join, cores)) if all(cores) else whole
        # A letter wrong in a common word makes it a telling one: then the whole name counts.
        slip = EXACT - SLIP_COST * (EXACT - whole)
        ways.append((max(min(whole, telling), slip), "spelt nearly alike"))
    if cores[0] and set(cores[0]) == set(cores[1]):
        words = set(one.split()), set(other.split())
        common = len(words[0] & words[1]) / len(words[0] | words[1])
        worth = POSSIBLE + common * (100 * CORE_WORTH - POSSIBLE)
        ways.append((worth, "the telling words are the same, common words differ"))
    elif _is_part(cores):
        ways.append((100 * PART_WORTH - 5, "one name holds all telling words of the other"))
    return ways


def _is_part(cores: tuple[tuple[str, ...], tuple[str, ...]]) -> bool:
    few, many = sorted((set(cores[0]), set(cores[1])), key=len)
    return bool(few) and few < many and max(map(len, few)) >= SHORTEST_FUZZY


def _in_characters(one: str, other: str) -> Sequence[tuple[float, str]]:
    few, many = sorted((one, other), key=len)
    ways = [(100 * Levenshtein.normalized_similarity(one, other), "written nearly alike")]
    if len(few) >= SHORTEST_PART and few in many:
        ways.append((100 * PART_WORTH, "one name contains the other"))
    return ways


def _by_reading(one: str, other: str) -> Sequence[tuple[float, str]]:
    chinese, latin = (one, other) if is_cjk(one) else (other, one)
    reading, words = romanised(chinese), core_words(latin)
    spelt = "".join(words)
    if not reading or len(spelt) < SHORTEST_FUZZY + 1 or spelt not in reading:
        return ()
    return ((100 * READING_WORTH, "the Mandarin reading of the characters holds the Latin name"),)
