"""Texts to sentences in one spelling, so that a light rewrite is seen as the same sentence.

Signs, quotation marks, titles, units and number words are brought to one form; what is said
stays. The form serves comparison only and is never shown.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

LEAST_WORDS: Final = 6  # shorter sentences are too common to tell a copy
_NUMBERS: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen", "twenty"),
)
_WORDS: Final[dict[str, str]] = {
    **{word: str(i) for i, word in enumerate(_NUMBERS)},
    "percent": "%",
    "pc": "%",
    "pct": "%",
    "bn": "billion",
    "mn": "million",
    "tn": "trillion",
    "aud": "a$",
    "usd": "$",
    "tonnes": "t",
    "tonne": "t",
    "tons": "t",
    "us": "usa",
    "america": "usa",
    "mr": "",
    "ms": "",
    "mrs": "",
    "dr": "",
    "the": "",
    "a": "",
    "an": "",
    "of": "",
    "s": "",
}
_QUOTES: Final = str.maketrans(
    {
        **dict.fromkeys("“”„«»″", '"'),
        **dict.fromkeys("‘’‚′`´", "'"),
        **dict.fromkeys("–—−‐‑", "-"),
        "\u00a0": " ",
        "\u00ad": "",
    }
)
_INVISIBLE: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_PHRASES: Final = (
    (re.compile(r"\bper cent\b"), " % "),
    (re.compile(r"\bunited states\b|\bu\.s\.(?:a\.)?"), " usa "),
    (re.compile(r"(?<=\d)\s?(?=(?:pc|pct|bn|mn|tn|t|kg|%)\b)|(?<=\d)(?=%)"), " "),
    (re.compile(r"\b(?:us|usa)\s?\$|\$(?:us)?(?=\d)"), " $ "),
    (re.compile(r"(?<=\d),(?=\d{3}\b)"), ""),
)
_TOKEN: Final = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+|[%$]")
_END: Final = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9])|\n+")
_NOT_AN_END: Final = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Gen|Sen|St|No|Nos|vs|Inc|Ltd|Co|Corp|Jan|Feb|Mar|Apr|Jun|Jul|Aug"
    r"|Sep|Sept|Oct|Nov|Dec)|\b[A-Z])\.$"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a text.

    Attributes:
        start, end: its place in the text, `text[start:end]`.
        words: its words in one spelling.
        is_quoted: whether most of it stands between quotation marks.
    """

    start: int
    end: int
    words: tuple[str, ...]
    is_quoted: bool

    @property
    def form(self) -> str:
        """The words as one text; equal forms are equal sentences."""
        return " ".join(self.words)

    @property
    def is_telling(self) -> bool:
        """Whether it is long enough to tell a copy."""
        return len(self.words) >= LEAST_WORDS


def plain_words(text: str) -> tuple[str, ...]:
    """Words of a text in one spelling: small letters, signs for units, figures for numbers."""
    plain = unicodedata.normalize("NFKC", text.translate(_QUOTES))
    plain = _INVISIBLE.sub("", plain).casefold()
    for pattern, replacement in _PHRASES:
        plain = pattern.sub(replacement, plain)
    found = (_WORDS.get(token, token) for token in _TOKEN.findall(plain))
    return tuple(word for word in found if word)


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Sentences of a text in order, with their places; lines end sentences too."""
    sentences: list[Sentence] = []
    start = 0
    for match in _END.finditer(text):
        if "\n" not in match.group() and _NOT_AN_END.search(text[start : match.start()]):
            continue
        _add(sentences, text, start, match.start())
        start = match.end()
    _add(sentences, text, start, len(text))
    return tuple(sentences)


def _add(sentences: list[Sentence], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    words = plain_words(piece)
    if words:
        shift = len(piece) - len(piece.lstrip())
        last = start + len(piece.rstrip())
        sentences.append(Sentence(start + shift, last, words, _is_quoted(piece)))


def _is_quoted(piece: str) -> bool:
    """Whether more than half of a sentence stands between double quotation marks."""
    parts = piece.translate(_QUOTES).split('"')
    inside = sum(len(part) for part in parts[1::2])
    return 2 * inside > len(piece.strip())
