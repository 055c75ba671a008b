"""Topics of a part of a sentence, told from words that stand in it together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from allanite.catalogue.store import Release
from allanite.errors import DataError, Finding

NEEDS: Final = (
    "share", "money", "vague", "count", "mass", "price", "time", "change", "quantity",
    "date", "day", "deadline", "material", "agreement", "talks",
)  # fmt: skip
_CACHE_LIMIT: Final = 50_000  # words of hostile texts must not fill the memory


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic.

    Attributes:
        topic_id, label: short id, and name shown to readers.
        in_field: whether the project is about it.
        strong: whether it alone makes a statement one of the field.
        needs: what must stand beside its cues.
        cues: alternatives, each a set of positions in `Topics.cue_words`; empty is any word.
    """

    topic_id: str
    label: str
    in_field: bool
    strong: bool
    needs: frozenset[str]
    cues: tuple[frozenset[int], ...]


@dataclass(frozen=True, slots=True)
class Topics:
    """All topics, and which cue words a word fits.

    Attributes:
        topics: in the order of the table.
        exact: position of each whole word among the cue words.
        stems: beginnings of words with their positions.
        known: cue words that a word fits, by word; filled as words are met.
    """

    topics: tuple[Topic, ...]
    exact: dict[str, int]
    stems: tuple[tuple[str, int], ...]
    known: dict[str, frozenset[int]] = field(default_factory=dict, repr=False, compare=False)

    def found(self, words: Iterable[str]) -> list[Topic]:
        """Topics whose cues stand among some folded words."""
        present: set[int] = set()
        for word in words:
            present |= self._cues_of(word)
        return [t for t in self.topics if any(cue <= present for cue in t.cues)]

    def _cues_of(self, word: str) -> frozenset[int]:
        known = self.known.get(word)
        if known is not None:
            return known
        fits = {i for stem, i in self.stems if word.startswith(stem)}
        if word in self.exact:
            fits.add(self.exact[word])
        if len(self.known) < _CACHE_LIMIT:
            self.known[word] = frozenset(fits)
        return frozenset(fits)


def load_topics(release: Release) -> Topics:
    """Topics of the table `reading_topics`.

    Raises:
        DataError: a need that is not known, all of them at once.
    """
    rows = release.rows("reading_topics")
    faults = [
        Finding(
            table="reading_topics",
            place=f'{row["topic_id"]}, column "needs"',
            found=need,
            allowed=", ".join(NEEDS),
            remedy="Correct the word or leave the cell empty.",
        )
        for row in rows
        for need in (row["needs"] or "").split()
        if need not in NEEDS
    ]
    if faults:
        raise DataError(faults)
    position: dict[str, int] = {}
    topics = tuple(
        Topic(
            row["topic_id"],
            row["label"],
            row["in_field"],
            row["strong"],
            frozenset((row["needs"] or "").split()),
            tuple(_cue(text, position) for text in row["cues"].split("|") if text.strip()),
        )
        for row in rows
    )
    exact = {word: i for word, i in position.items() if not word.endswith("*")}
    stems = tuple((word[:-1], i) for word, i in position.items() if word.endswith("*"))
    return Topics(topics, exact, stems)


def _cue(text: str, position: dict[str, int]) -> frozenset[int]:
    """Positions of the words of one alternative; `*` alone asks for no word."""
    words: Sequence[str] = [word for word in text.lower().split() if word != "*"]
    return frozenset(position.setdefault(word, len(position)) for word in words)
