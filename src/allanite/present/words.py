"""Numbers, dates and codes in the words of a reader.

Every text of the brief goes through these functions, so that a number reads alike in a
headline, a table and a figure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from allanite.law.dates import MONTHS, spoken

NOT_KNOWN: Final = "not known"
_THOUSAND: Final = 1e-3  # million USD
_LEAST: Final = 1e-6  # million USD, or tonnes: what is less is rounding of a solver

_WITH_ARTICLE: Final = ("United ", "European Union", "EU", "Rest of", "Netherlands", "Philippines")
ELEMENT_NAMES: Final[Mapping[str, str]] = {
    "La": "lanthanum",
    "Ce": "cerium",
    "Pr": "praseodymium",
    "Nd": "neodymium",
    "Sm": "samarium",
    "Eu": "europium",
    "Gd": "gadolinium",
    "Tb": "terbium",
    "Dy": "dysprosium",
    "Ho": "holmium",
    "Er": "erbium",
    "Lu": "lutetium",
    "Y": "yttrium",
    "Sc": "scandium",
}
STAGE_WORDS: Final[Mapping[str, str]] = {
    "mine": "Mine",
    "concentrate": "Concentrate",
    "separation": "Separation",
    "oxide": "Separation",
    "metal": "Metal",
    "alloy": "Alloy",
    "magnet": "Magnet",
    "recycling": "Recycling",
    "end use": "End use",
    "end_use": "End use",
}


def day(value: date | None) -> str:
    """A date as `28 October 2025`."""
    return NOT_KNOWN if value is None else spoken(value)


def short_day(value: date) -> str:
    """A date as `28 Oct 2025`, with spaces that do not break."""
    return f"{value.day}\u00a0{MONTHS[value.month - 1][:3]}\u00a0{value.year}"


def month(value: date) -> str:
    """A month as `Nov 2026`, with a space that does not break."""
    return f"{MONTHS[value.month - 1][:3]}\u00a0{value.year}"


def money(value: float) -> str:
    """An amount of million USD as `1.2 billion USD` or `34 million USD`."""
    size = abs(value)
    if _LEAST < size < _THOUSAND:
        return "under 1 thousand USD" if value > 0 else "over −1 thousand USD"
    if _THOUSAND <= size < 1:
        return _signed(f"{significant(1000 * value, 2)} thousand USD")
    if size >= 1000:
        return _signed(f"{significant(value / 1000, 2)} billion USD")
    return f"{millions(value)} million USD"


def millions(value: float) -> str:
    """A number to two digits for columns that name the unit; rounding of a solver is 0."""
    return _signed(significant(value, 2)) if abs(value) > _LEAST else "0"


def _signed(text: str) -> str:
    return text.replace("-", "−")


def short_money(value: float) -> str:
    """An amount of million USD where room is small: `1.2 bn`, `34 m`, `0.2 m`."""
    if abs(value) >= 1000:
        return _signed(f"{significant(value / 1000, 2)} bn")
    if abs(value) >= 1:
        return _signed(f"{significant(value, 2)} m")
    return _signed(f"{value:.1f} m") if abs(value) >= 0.05 else "0"


def significant(value: float, digits: int = 3) -> str:
    """A number to so many significant digits, with thousands separated."""
    if value == 0:
        return "0"
    decimals = digits - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, decimals)
    return f"{rounded:,.{max(decimals, 0)}f}"


def tonnes(value: float | None) -> str:
    """A rate as `58,200 t`."""
    return NOT_KNOWN if value is None else f"{significant(value)} t"


def sigmas(value: float) -> str:
    """A residual in standard errors, with its sign."""
    return f"{value:+.1f} σ".replace("-", "−")


def percent(share: float | None) -> str:
    """A share as `91 %`; the ends read `under 1 %` and `over 99 %`, for a small rest may be."""
    if share is None:
        return NOT_KNOWN
    value = 100 * share
    if 0 < value < 1:
        return "under 1 %"
    if value > 99:
        return "over 99 %"
    return f"{value:.0f} %"


def share_range(share: float | None, low: float | None, high: float | None) -> str:
    """A share with its interval: `91 % (88–95 %)`."""
    if share is None:
        return NOT_KNOWN
    if low is None or high is None:
        return f"{percent(share)} (range not known)"
    if f"{100 * low:.0f}" == f"{100 * high:.0f}":
        return f"{percent(share)} (range under 1 point)"
    return f"{percent(share)} ({100 * low:.0f}–{100 * high:.0f} %)"


def short_percent(share: float) -> str:
    """A share where room is small: `91 %`, `>99 %`."""
    return percent(share).replace("over ", ">").replace("under ", "<")


def short_range(share: float, low: float | None, high: float | None) -> str:
    """A share with its interval where room is small: `91 % (88–95)`."""
    centre = short_percent(share)
    if low is None or high is None or f"{100 * low:.0f}" == f"{100 * high:.0f}":
        return centre
    return f"{centre} ({100 * low:.0f}–{100 * high:.0f})"


def rate_range(rate: float | None, low: float | None, high: float | None) -> str:
    """A rate with its interval: `77,100 t (71,000–83,000 t)`."""
    if rate is None:
        return NOT_KNOWN
    if low is None or high is None:
        return f"{tonnes(rate)} (range not known)"
    return f"{tonnes(rate)} ({significant(low, 2)}–{significant(high, 2)} t)"


def in_sentence(name: str) -> str:
    """A country's name as it stands inside a sentence: `the United States`."""
    return f"the {name}" if name.startswith(_WITH_ARTICLE) else name


def opening(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """The text as it stands inside a sentence; names such as `EV` or `SmCo` keep their capital."""
    word = text.split(" ", 1)[0].rstrip(",")
    return text[:1].lower() + text[1:] if word[1:].islower() else text


def element_name(symbol: str) -> str:
    """The element's name in lower case; the symbol where the list has none."""
    return ELEMENT_NAMES.get(symbol, symbol)


def joined(items: Sequence[str], last: str = "and") -> str:
    """Items as `a, b and c`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def counted(count: int, one: str, many: str) -> str:
    """A count with its noun: `1 change`, `3 changes`, `no changes`."""
    return f"no {many}" if count == 0 else f"{count:,} {one if count == 1 else many}"


def stage_word(stage: str | None) -> str:
    """A stage as it stands in a heading or a label."""
    if stage is None:
        return NOT_KNOWN
    return STAGE_WORDS.get(stage, stage[:1].upper() + stage[1:])


def wrapped(text: str, width: int, lines: int = 2) -> list[str]:
    """The text in lines of at most `width` characters; what does not fit ends in an ellipsis."""
    words, found = text.split(), [""]
    for word in words:
        candidate = f"{found[-1]} {word}".strip()
        if len(candidate) <= width or not found[-1]:
            found[-1] = candidate
        else:
            found.append(word)
    if len(found) > lines:
        found = [*found[: lines - 1], found[lines - 1][: max(width - 1, 1)].rstrip() + "…"]
    return [line if len(line) <= width else line[: width - 1] + "…" for line in found]
