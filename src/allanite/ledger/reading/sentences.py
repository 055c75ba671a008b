"""Sentences and their parts as spans of a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

Span = tuple[int, int]

MAX_SENTENCE: Final = 1500  # characters; a longer one is cut at a space
_LINE: Final = re.compile(r"[^\n\r]+")
_END: Final = re.compile(r"[.!?][\"')\]]{0,3}\s+(?=[\"'(\[]?[A-Z0-9$])")
_ABBREVIATION: Final = re.compile(
    r"(?:^|[\s(\"'])(?:Mr|Mrs|Ms|Dr|Prof|No|Nos|St|Gen|Sen|Rep|Gov|Inc|Ltd|Co|Corp|vs|approx|Art|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|[A-Z]|(?:[A-Za-z]\.)+[A-Za-z])$"
)
_PART: Final = re.compile(
    r";\s+|:\s+"
    r"|,?\s+(?=(?:and|but)\s+(?:has|have|had|is|are|was|were|will|would|plans?|recently|then|also"
    r"|to\s|[a-z]{3,}ed\s))"
    r"|,\s+(?=(?:and|as well as|including|while|whereas|which|who|before|after|as)\s)"
    r"|\s+(?=that\s+(?:includes?|will|would|could|may)\s)"
)


def sentence_spans(text: str, start: int = 0) -> Iterator[Span]:
    """Spans of the sentences from `start` on; a line never holds a part of the next one."""
    for line in _LINE.finditer(text, start):
        left = line.start()
        for end in _END.finditer(text, line.start(), line.end()):
            if text[end.start()] == "." and _ABBREVIATION.search(text[left : end.start()][-12:]):
                continue
            yield from _trimmed(text, left, end.end())
            left = end.end()
        yield from _trimmed(text, left, line.end())


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    """The span without blanks at its ends, in pieces where it is too long."""
    while end - start > MAX_SENTENCE:
        cut = text.rfind(" ", start + 1, start + MAX_SENTENCE)
        cut = cut if cut > start else start + MAX_SENTENCE
        yield from _trimmed(text, start, cut)
        start = cut
    piece = text[start:end]
    left = start + len(piece) - len(piece.lstrip())
    right = start + len(piece.rstrip())
    if left < right:
        yield left, right


def part_spans(text: str, sentence: Span) -> list[Span]:
    """Spans of the parts of a sentence that can each state something."""
    start, end = sentence
    spans: list[Span] = []
    for cut in _PART.finditer(text, start, end):
        if cut.start() > start:
            spans.append((start, cut.start()))
        start = cut.end()
    if start < end:
        spans.append((start, end))
    return spans
