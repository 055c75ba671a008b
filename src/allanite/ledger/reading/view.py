"""A text as words are looked for in it, and the way back to the text as it is kept.

Marks of direction, joiners and soft hyphens are left out, letters with combining marks composed,
quotes and dashes made plain. Every character of the view knows the span it stands for, so that a
find always points into the untouched text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_PLAIN: Final = str.maketrans(
    {
        "\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"',
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
        "\u00a0": " ", "\u202f": " ", "\u2007": " ", "\u2009": " ", "\u200a": " ", "\u3000": " ",
        "\uff05": "%", "\uff04": "$", "\u2028": "\n", "\u2029": "\n", "\u0085": "\n",
    }
)  # fmt: skip
# Combining marks, and characters of format that print nothing.
_SPECIAL: Final = re.compile(
    "[\u00ad\u0300-\u036f\u061c\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u2069\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\U000e0000-\U000e0fff]"
)


@dataclass(frozen=True, slots=True)
class View:
    """A text for looking words up.

    Attributes:
        text: the text without marks, in plain signs.
        starts, ends: span in the kept text of each character; None where they are the same.
    """

    text: str
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Span in the kept text of a span of the view that is not empty."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def reading_view(text: str) -> View:
    """The view of a text."""
    if text.isascii():
        return View(text)
    if _SPECIAL.search(text) is None:
        return View(text.translate(_PLAIN))
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _clusters(text):
        composed = unicodedata.normalize("NFC", _SPECIAL_FORMAT.sub("", text[start:end]))
        for character in composed.translate(_PLAIN):
            characters.append(character)
            starts.append(start)
            ends.append(end)
    return View("".join(characters), tuple(starts), tuple(ends))


_SPECIAL_FORMAT: Final = re.compile(
    "[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e0fff]"
)


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Spans of a character with the special ones that follow it."""
    start = 0
    for position in range(1, len(text) + 1):
        if position == len(text) or _SPECIAL.match(text, position) is None:
            yield start, position
            start = position
