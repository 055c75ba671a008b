"""Cells of a bill of materials in words: countries, element shares, customs codes.

`none` and an empty cell are two things: the part has no such stage; nobody knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from allanite.errors import UsageError
from allanite.law.scope import Vocabulary
from allanite.studies.screening.bom import NOTHING_KNOWN, Words

OTHERS: Final = "others"
NONE: Final = Words(frozenset(), True)
XINJIANG: Final = frozenset({"xinjiang", "cn-xj", "chn-xj", "xuar", "china (xinjiang)"})
_OPEN: Final = frozenset({"?", "unknown", "others", "other", "tbd", "to be determined"})
# `NA` is Namibia to ISO and "not available" to nearly everyone who writes it.
_AMBIGUOUS: Final = frozenset({"na", "n/a", "n.a.", "-", "--", "various", "multiple", "global"})
_PARTED: Final = re.compile(r"\s*[;|+]\s*")
_NUMBER: Final = r"\d+\.?\d*(?:e-?\d+)?|\.\d+"
_SHARE: Final = re.compile(
    r"^(?P<element>[A-Z][a-z]?(?:-[a-z]+)?|others)\s*[:=]?\s*"
    rf"(?P<less><|≤|<=|up to)?\s*(?P<low>{_NUMBER})"
    rf"\s*(?:%?\s*(?:-|–|to)\s*(?P<high>{_NUMBER}))?\s*(?P<unit>%|ppm)$"
)
_UNIT: Final = {"%": 1e-2, "ppm": 1e-6}
_HTS: Final = re.compile(r"^\d{6}(\d\d){0,2}$", re.ASCII)


def country_words(text: str, vocabulary: Vocabulary) -> Words:
    """Countries of a cell such as `CHN`, `Japan; Australia`, `China; ?`, `none`.

    Raises:
        UsageError: an unknown or ambiguous name.
    """
    folded = " ".join(text.casefold().split())
    if folded in _OPEN:
        return NOTHING_KNOWN
    if folded == "none":
        return NONE
    tokens = [token for token in _PARTED.split(text.strip()) if token]
    known = [token for token in tokens if " ".join(token.casefold().split()) not in _OPEN]
    codes = {code for token in known for code in _codes(token, vocabulary)}
    return Words(frozenset(codes), len(known) == len(tokens))


def _codes(token: str, vocabulary: Vocabulary) -> Iterator[str]:
    folded = " ".join(token.casefold().split())
    if folded in _AMBIGUOUS:
        raise UsageError(
            f"{token!r} says nothing certain; leave the cell empty where the country is not"
            " known, write `none` where there is no such stage, NAM for Namibia"
        )
    if folded == "none":
        raise UsageError("`none` stands beside a country; it must stand alone")
    if folded in XINJIANG:
        yield "CHN"
        return
    try:
        territory = vocabulary.territory(token)
    except UsageError:
        if "," not in token:
            raise
        for part in token.split(","):
            yield from _codes(part.strip(), vocabulary)
        return
    if territory is None or territory.code in ("WLD", "XUN", "XRW"):
        raise UsageError(f"{token!r} is no country; leave the cell empty where it is not known")
    yield territory.code


def names_xinjiang(text: str) -> bool:
    """Whether a cell of countries names Xinjiang."""
    return any(" ".join(t.casefold().split()) in XINJIANG for t in _PARTED.split(text))


def element_shares(text: str, known: frozenset[str]) -> Mapping[str, tuple[float, float]]:
    """Shares by element of `Nd 24 %; Dy 2-3.5 %; Tb < 0.5 %; others 0 %`.

    The entry `OTHERS` holds what any other element may come to, where the text says so.

    Raises:
        UsageError: another form, an unknown element, shares that cannot be.
    """
    shares: dict[str, tuple[float, float]] = {}
    for item in (item.strip() for item in text.split(";")):
        if not item:
            continue
        match = _SHARE.match(item)
        if match is None:
            raise UsageError(f"{item!r} is not a share such as `Dy 3.2 %` or `Dy 2-3.5 %`")
        element = match["element"]
        if element not in known and element != OTHERS:
            raise UsageError(f"{element!r} is no element of the lists")
        if element in shares:
            raise UsageError(f"{element!r} stands twice")
        factor = _UNIT[match["unit"]]
        first, last = float(match["low"]), float(match["high"] or match["low"])
        shares[element] = (0.0 if match["less"] else first * factor, last * factor)
        if not shares[element][0] <= shares[element][1] <= 1:
            raise UsageError(f"{item!r} is not between 0 and 100 %, low before high")
    if sum(low for name, (low, _) in shares.items() if name != OTHERS) > 1 + 1e-9:
        raise UsageError(f"the shares {text!r} come to more than 100 %")
    return shares


def customs_code(text: str) -> str:
    """Digits of a customs code, six to ten; raises `UsageError` for any other."""
    digits = re.sub(r"[\s.]", "", text)
    if _HTS.match(digits) is None:
        raise UsageError(
            f"{text!r} is not six, eight or ten digits, such as 850511 or 8505.11.00.70; a"
            " spreadsheet may have dropped a leading zero"
        )
    return digits
