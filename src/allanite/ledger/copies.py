"""Which sentences of many texts are the same sentence, lightly rewritten or not.

Equal forms are one sentence. The others are compared with leaders: a sentence joins the first
leader that it shares enough word triples with and that it is near in sequence; else it leads.
Leaders are made in the order of their forms, so the order of the texts does not matter. The
cost grows with the number of sentences, not with its square.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from rapidfuzz.distance import Indel

NEAR: Final = 0.72  # least similarity of two word sequences of one sentence, 0 to 1
SHARED_TRIPLES: Final = 0.3  # least share of word triples that a candidate has in common
_COMMON: Final = 400  # leaders that may hold a triple before it says nothing
_MOST_CANDIDATES: Final = 12  # leaders that a sentence is compared with

Words = tuple[str, ...]


def similarity(one: Words, other: Words) -> float:
    """How alike two word sequences are: 2 · longest common subsequence / all words, 0 to 1."""
    return float(Indel.normalized_similarity(one, other))


def sentence_groups(sentences: Iterable[Words]) -> dict[Words, int]:
    """The group of each distinct sentence; near sentences share one.

    Args:
        sentences: word sequences, in any order, repeated or not.
    """
    groups: dict[Words, int] = {}
    leaders: list[Words] = []
    holders: dict[Words, list[int]] = defaultdict(list)
    for words in sorted(set(sentences)):
        triples = _triples(words)
        group = _leader_of(words, triples, leaders, holders)
        if group is None:
            group = len(leaders)
            leaders.append(words)
            for triple in triples:
                if len(holders[triple]) <= _COMMON:
                    holders[triple].append(group)
        groups[words] = group
    return groups


def _triples(words: Words) -> set[Words]:
    return {words[i : i + 3] for i in range(max(1, len(words) - 2))}


def _leader_of(
    words: Words,
    triples: set[Words],
    leaders: list[Words],
    holders: Mapping[Words, list[int]],
) -> int | None:
    """The nearest leader of a sentence; None where none is near."""
    shared: Counter[int] = Counter()
    for triple in triples:
        held = holders.get(triple, ())
        if len(held) <= _COMMON:
            shared.update(held)
    least = SHARED_TRIPLES * len(triples)
    candidates = sorted((-count, leader) for leader, count in shared.items() if count >= least)
    best = max(
        ((similarity(words, leaders[k]), -k) for _, k in candidates[:_MOST_CANDIDATES]),
        default=(0.0, 0),
    )
    return -best[1] if best[0] >= NEAR else None


class Groups:
    """Union of things by pairs; a builder that is thrown away."""

    def __init__(self, count: int) -> None:
        self.parent = list(range(count))

    def root(self, k: int) -> int:
        """The first of the group of `k`."""
        while self.parent[k] != k:
            self.parent[k] = self.parent[self.parent[k]]
            k = self.parent[k]
        return k

    def join(self, one: int, other: int) -> None:
        """Put both into one group, led by the smaller."""
        first, second = sorted((self.root(one), self.root(other)))
        self.parent[second] = first
