"""Quantities with units in a text: shares, money, masses, prices, lengths of time, counts.

An own grammar over the units of `units.UNITS`: readers of quantities that are well kept convert
what they are given and find nothing in running text; those that find are not kept.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from allanite.ledger.reading.numbers import NUMBER, SCALE, number_of, plain_number, scale_of

Relation = Literal["=", "about", ">", ">=", "<", "<="]
Kind = Literal["share", "money", "mass", "price", "time", "count", "vague", "change"]

_RELATIONS: Final[tuple[tuple[str, Relation], ...]] = (
    (r"more than|over|above|exceed(?:s|ed|ing)?|greater than|upwards of|north of|>", ">"),
    (r"at least|no less than|a minimum of|>=|\u2265", ">="),
    (r"less than|under|below|fewer than|<", "<"),
    (r"at most|no more than|up to|as much as|as many as|<=|\u2264", "<="),
    (r"about|around|roughly|nearly|almost|approximately|some|close to|circa|~", "about"),
)
_RELATION: Final = "|".join(words for words, _ in _RELATIONS)
_CURRENCIES: Final[Mapping[str, str]] = {
    "us$": "USD", "$us": "USD", "usd": "USD", "a$": "AUD", "$a": "AUD", "au$": "AUD",
    "aud": "AUD", "c$": "CAD", "ca$": "CAD", "cad": "CAD", "nz$": "NZD", "s$": "SGD",
    "hk$": "HKD", "\u20ac": "EUR", "eur": "EUR", "\u00a3": "GBP", "gbp": "GBP", "jpy": "JPY",
    "cny": "CNY", "rmb": "CNY", "krw": "KRW", "\u20a9": "KRW", "inr": "INR", "\u20b9": "INR",
    "$": "dollars", "\u00a5": "yen or yuan",
}  # fmt: skip
_SYMBOL: Final = "|".join(re.escape(x) for x in sorted(_CURRENCIES, key=len, reverse=True))
_MONEY_WORDS: Final[tuple[tuple[str, str], ...]] = (
    (r"(?:US|U\.S\.|American)[ -]dollars?|USD", "USD"),
    (r"Australian[ -]dollars?|AUD", "AUD"),
    (r"Canadian[ -]dollars?|CAD", "CAD"),
    (r"euros?|EUR", "EUR"),
    (r"yen|JPY", "JPY"),
    (r"yuan|renminbi|RMB|CNY", "CNY"),
    (r"pounds sterling|GBP", "GBP"),
    (r"won|KRW", "KRW"),
    (r"rupees|INR", "INR"),
    (r"dollars?", "dollars"),
)
_MASSES: Final[tuple[tuple[str, str], ...]] = (
    (r"kilotonnes?|kilotons?|kt", "kt"),
    (r"megatonnes?|Mt", "Mt"),
    (r"metric[ -]tons?|tonnes?|tons?|t", "t"),
    (r"kilograms?|kilogrammes?|kilos?|kgs?", "kg"),
    (r"grams?|grammes?|g", "g"),
)
_TIMES: Final[tuple[tuple[str, str], ...]] = (
    (r"days?", "d"),
    (r"weeks?", "week"),
    (r"months?", "month"),
    (r"years?", "yr"),
)
_YEARLY: Final = r"\s?(?:a year|per year|per annum|annually|each year|/\s?yr|/\s?year|/\s?a\b)"
_TO_TONNES: Final = {"t": 1.0, "kt": 1e3, "Mt": 1e6, "kg": 1e-3, "g": 1e-6}


def _any(pairs: tuple[tuple[str, str], ...]) -> str:
    return _spaced("|".join(words for words, _ in pairs))


def _spaced(pattern: str) -> str:
    """The pattern with its blanks kept in a verbose expression."""
    return pattern.replace("[ -]", "[\\s-]").replace(" ", r"[ ]")


_LEFT: Final = r"(?<![\w.,/%-])"  # no part of F-150, 2025-26 or a longer number
_QUANTITY: Final = re.compile(
    rf"""{_LEFT}(?:(?P<relation>{_spaced(_RELATION)})[ ]+)?(?:(?:just|only)[ ]+)?
    (?:(?P<symbol>{_SYMBOL})[ ]?)?
    (?P<number>{_spaced(NUMBER)})
    (?:[ ]?(?:-|to|and)[ ]?(?:(?:{_SYMBOL})[ ]?)?(?P<second>{_spaced(NUMBER)}))?
    (?:[ -]?(?P<scale>{SCALE})(?![\w]))?
    (?:
      [ ]?(?:-[ ]?)?(?P<share>%|per[ ]?cent\b|percent\b|pc\b|percentage[ ]points?\b)
         (?P<base>[ ]of[ ](?:its[ ]|their[ ]|the[ ])?(?:GDP|gross[ ]domestic[ ]product|value\b))?
    | [ -]?(?P<money>{_any(_MONEY_WORDS)})(?!\w)
    | [ -]?(?P<mass>{_any(_MASSES)})(?!\w)(?P<yearly>{_spaced(_YEARLY)})?
         (?P<far>(?=[ ]of(?:[ ][\w-]+){{1,4}}?{_spaced(_YEARLY)}))?
    | [ -]?(?P<time>{_any(_TIMES)})(?!\w)
    | (?P<counted>(?:[ -](?!a\b|of\b|and\b|or\b|in\b|to\b|per\b)[A-Za-z][a-z-]*){{1,6}})
    )?
    (?P<price>[ ]?(?:a|per|/)[ ]?(?P<price_mass>kilogram|kilo|kg|tonne|ton|t|pound|lb)(?!\w))?
    (?P<tail>[ ]or[ ](?:more|less)(?!\w))?""",
    re.VERBOSE | re.IGNORECASE,
)
_CHANGE: Final = re.compile(
    r"\b(?:fell|fallen|falls?|dropp?ed|drops?|rose|risen|rises?|grew|grown|grows?|declined?|declines|"
    r"increased?|increases|decreased?|decreases|jumped|slumped|surged|plunged|climbed|gained|lost|up|"
    r"down|cut|raised)(?:\s+(?:by|some|about|a further|another|nearly|almost|more than)){0,2}\s*$",
    re.IGNORECASE,
)
_VAGUE: Final = re.compile(
    r"(?<![\w-])(?P<some>tens of |hundreds of |several |a few )?"
    r"(?P<scale>billions|millions|trillions|thousands)"
    r"(?: of (?P<of>dollars|tonnes|tons|yen|euros))?\b",
    re.IGNORECASE,
)
_SOME: Final = {"tens of ": 10.0, "hundreds of ": 100.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One quantity of a text.

    Attributes:
        start, end: span in the view.
        kind: what it measures.
        relation: how the text qualifies it.
        value: number as printed, in `unit`; the lower end of a printed range.
        high: upper end of a printed range; None otherwise.
        unit: unit as readers write it: `%`, `bn USD`, `t/yr`, `mine`.
        base_value: the value in the unit without scale: USD, t, %, d.
        base_unit: that unit.
        note: what was taken for granted; empty where nothing was.
    """

    start: int
    end: int
    kind: Kind
    relation: Relation
    value: float
    high: float | None
    unit: str
    base_value: float
    base_unit: str
    note: str = ""

    @property
    def printed(self) -> str:
        """The number as the table of claims prints it: `>90`, `550`, `85-91`, `~400`."""
        sign = {"=": "", "about": "~"}.get(self.relation, self.relation)
        if self.kind == "vague":
            return f">={plain_number(self.value)}"
        last = f"-{plain_number(self.high)}" if self.high is not None else ""
        return f"{sign}{plain_number(self.value)}{last}"


@dataclass(frozen=True, slots=True)
class PlainDollar:
    """Currency of a dollar without a country, and why."""

    currency: str
    note: str


def find_quantities(
    text: str, start: int, end: int, counted: Mapping[str, str], plain: PlainDollar
) -> list[Quantity]:
    """Quantities between two positions of a view, in order.

    Args:
        text: text of the view.
        start: first position.
        end: position after the last one.
        counted: unit of each noun that is counted, `mines` -> `mine`.
        plain: what a plain dollar means.
    """
    found: list[Quantity] = []
    for match in _QUANTITY.finditer(text, start, end):
        quantity = _quantity(match, counted)
        if quantity is not None:
            found.append(quantity)
    found += [_vague(match) for match in _VAGUE.finditer(text, start, end)]
    found.sort(key=lambda quantity: quantity.start)
    return [_with_currency(quantity, plain) for quantity in found]


def _relation(match: re.Match[str]) -> Relation:
    words = match["relation"]
    if match["tail"]:
        return ">=" if match["tail"].lower().endswith("more") else "<="
    for pattern, relation in _RELATIONS:
        if words and re.fullmatch(pattern, words, re.IGNORECASE):
            return relation
    return "="


_SCALE_SIGN: Final = ((1e12, "tn"), (1e9, "bn"), (1e6, "million"), (1e3, "thousand"))


def _quantity(match: re.Match[str], counted: Mapping[str, str]) -> Quantity | None:
    """The quantity of a match; None for a bare number."""
    if match["price"] and (match["symbol"] or match["money"]):
        return _priced(match)
    if match["share"]:
        return _share(match)
    if match["symbol"] or match["money"]:
        return _money(match)
    if match["mass"]:
        return _mass(match)
    if match["time"]:
        return _made(match, "time", _named(_TIMES, match["time"]), match.end("time"))
    return _counted(match, counted) if match["counted"] else None


def _share(match: re.Match[str]) -> Quantity:
    """A share, or a change where a word such as `fell` stands before it."""
    if _CHANGE.search(match.string[max(0, match.start() - 40) : match.start()]):
        return _made(match, "change", "% change", match.end("share"))
    if not match["base"]:
        return _made(match, "share", "%", match.end("share"))
    unit = "% value" if "value" in match["base"].lower() else "% GDP"
    return _made(match, "share", unit, match.end("base"))


def _made(
    match: re.Match[str], kind: Kind, unit: str, end: int, base: float = 1.0, base_unit: str = ""
) -> Quantity:
    value = number_of(match["number"])
    second = number_of(match["second"]) if match["second"] else None
    scale = scale_of(match["scale"])
    return Quantity(
        start=match.start(),
        end=end,
        kind=kind,
        relation=_relation(match),
        value=value,
        high=second if second is not None and second > value else None,
        unit=unit,
        base_value=value * scale * base,
        base_unit=base_unit or unit,
    )


def _money(match: re.Match[str]) -> Quantity:
    symbol, word = match["symbol"], match["money"]
    currency = _named(_MONEY_WORDS, word) if word else "dollars"
    if symbol and currency == "dollars":
        currency = _CURRENCIES[symbol.lower()]
    sign = dict(_SCALE_SIGN).get(scale_of(match["scale"]), "")
    last = (
        "money"
        if word
        else "scale"
        if match["scale"]
        else "second"
        if match["second"]
        else "number"
    )
    return _made(match, "money", f"{sign} {currency}".strip(), match.end(last), 1.0, currency)


def _mass(match: re.Match[str]) -> Quantity:
    symbol = _named(_MASSES, match["mass"])
    rate = "/yr" if match["yearly"] or match["far"] is not None else ""
    sign = dict(_SCALE_SIGN).get(scale_of(match["scale"]), "")
    end = match.end("yearly" if match["yearly"] else "mass")
    unit = f"{sign} {symbol}{rate}".strip()
    return _made(match, "mass", unit, end, _TO_TONNES[symbol], f"t{rate}")


def _priced(match: re.Match[str]) -> Quantity:
    currency = _money(match).base_unit
    word = match["price_mass"].lower()
    mass = {"k": "kg", "t": "t"}.get(word[0], "lb")
    return _made(match, "price", f"{currency}/{mass}", match.end("price"))


def _counted(match: re.Match[str], counted: Mapping[str, str]) -> Quantity | None:
    """A count whose noun is among the words that are counted; the first such noun counts."""
    lowered = match["counted"].lower()
    pairs = list(re.finditer(r"[a-z-]+", lowered))
    for i in range(len(pairs)):
        for length in (2, 1):
            noun = " ".join(w.group() for w in pairs[i : i + length])
            if noun in counted and len(pairs[i : i + length]) == length:
                if _goes_on(pairs, i + length, counted):
                    continue
                end = match.start("counted") + pairs[i + length - 1].end()
                unit = counted[noun]
                return _made(match, "count", unit, end)
    return None


def _goes_on(pairs: list[re.Match[str]], after: int, counted: Mapping[str, str]) -> bool:
    """Whether the next word is counted too: in `rare earth mines` mines are counted."""
    return after < len(pairs) and pairs[after].group() in counted


def _named(pairs: tuple[tuple[str, str], ...], text: str) -> str:
    return next(name for words, name in pairs if re.fullmatch(words, text, re.IGNORECASE))


def _vague(match: re.Match[str]) -> Quantity:
    scale = scale_of(match["scale"].lower().removesuffix("s"))
    value = _SOME.get((match["some"] or "").lower(), 1.0)
    sign = dict(_SCALE_SIGN)[scale]
    of = (match["of"] or "").lower()
    return Quantity(
        start=match.start(),
        end=match.end(),
        kind="vague",
        relation=">=",
        value=value,
        high=None,
        unit=f"{sign} {of}".strip(),
        base_value=value * scale,
        base_unit=of,
        note="the text gives no number",
    )


def _with_currency(quantity: Quantity, plain: PlainDollar) -> Quantity:
    """The quantity with the currency that a plain dollar stands for."""
    if "dollars" not in quantity.base_unit:
        return quantity
    return replace(
        quantity,
        unit=quantity.unit.replace("dollars", plain.currency),
        base_unit=quantity.base_unit.replace("dollars", plain.currency),
        note=plain.note,
    )


def equal_values(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities of one unit are equal to half a per cent.

    A plain dollar whose country is not known equals any dollar of that number.
    """
    units = {one.base_unit, other.base_unit}
    if len(units) > 1 and not ("dollars" in units and units <= {"dollars", "USD", "AUD", "CAD"}):
        return False
    return math.isclose(one.base_value, other.base_value, rel_tol=0.005)


def plain_dollar(text: str) -> PlainDollar:
    """What a plain dollar means in a text, told from how it marks those of the United States."""
    if re.search(r"\$US\s?\d", text):
        return PlainDollar("AUD", "a plain dollar in a text that writes $US, the Australian style")
    if re.search(r"US\$\s?\d", text):
        return PlainDollar("dollars", "a plain dollar in a text that marks others as US$")
    return PlainDollar("USD", "a plain dollar, taken as that of the United States")
