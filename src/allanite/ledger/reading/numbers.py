"""Numbers as printed, in figures or in English words, and the scales beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_FIRST: Final = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    "twenty",
)  # fmt: skip
WORDS: Final[Mapping[str, float]] = {
    "a dozen": 12,
    **{word: number for number, word in enumerate(_FIRST, start=1)},
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "half": 0.5,
}
SCALES: Final[Mapping[str, float]] = {
    "thousand": 1e3,
    "k": 1e3,
    "million": 1e6,
    "mn": 1e6,
    "m": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "b": 1e9,
    "trillion": 1e12,
    "trn": 1e12,
    "tn": 1e12,
}
FIGURES: Final = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,9})?|\d{1,15}(?:\.\d{1,9})?"
NUMBER: Final = rf"(?:{FIGURES}|\b(?:{'|'.join(sorted(WORDS, key=len, reverse=True))})\b)"
SCALE: Final = rf"(?:{'|'.join(sorted(SCALES, key=len, reverse=True))})"
_FIGURES: Final = re.compile(FIGURES)


def number_of(text: str) -> float:
    """The number of a text that `NUMBER` matches: `1,300`, `0.1`, `six`."""
    folded = " ".join(text.lower().split())
    return float(WORDS[folded]) if folded in WORDS else float(folded.replace(",", ""))


def scale_of(text: str | None) -> float:
    """The factor of a scale; 1 where none is printed."""
    return SCALES[text.lower()] if text else 1.0


def plain_number(value: float) -> str:
    """A number without a needless point or exponent: `550`, `8.5`, `0.1`."""
    return f"{value:.12g}" if abs(value) >= 1e12 else f"{value:.10f}".rstrip("0").rstrip(".")
