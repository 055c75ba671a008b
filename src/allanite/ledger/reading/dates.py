"""Dates and deadlines of a text, counted from the day of the document.

Days without a year, weekdays and spans are resolved from that day alone; without it they stay as
they are printed. An own grammar: general readers of dates guess a day from words such as `may` or
`second`, take today as their base where none is found, and cost milliseconds a sentence.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from allanite.ledger.deadlines import add_months
from allanite.ledger.reading.numbers import NUMBER, number_of

Precision = Literal["day", "month", "year", "span"]

# Written out, because the names of the calendar module follow the reader's locale.
_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
_WEEKDAYS: Final = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
_COUNT: Final = NUMBER.replace(" ", "[ ]")
_MONTH: Final = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_YEAR: Final = r"(?:19|20)\d\d"
_FORMS: Final = re.compile(
    rf"""(?<![\w-])(?P<by>(?:by|before|until|no[ ]later[ ]than)[ ](?:the[ ]end[ ]of[ ])?)?(?:
      (?P<iso>{_YEAR}-\d\d-\d\d)
    | (?P<d1>\d{{1,2}})(?:st|nd|rd|th)?[ ](?:of[ ])?(?P<m1>{_MONTH})(?:,?[ ](?P<y1>{_YEAR}))?
    | (?P<m2>{_MONTH})[ ](?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?![\d,]\d)(?:,?[ ](?P<y2>{_YEAR}))?
    | (?P<m3>{_MONTH})[ ](?P<y3>{_YEAR})
    | (?P<turn_month>last|next|this)[ ](?P<m4>{_MONTH})(?![ ]\d)
    | (?P<near>today|tonight|yesterday|tomorrow)
    | (?P<which>last|next|this|on)?[ ]?(?P<weekday>{"|".join(d.title() for d in _WEEKDAYS)})
    | (?P<turn>this|last|next)[ ](?P<unit>week|month|year)
    | (?:within|in[ ]the[ ]next|over[ ]the[ ]next)[ ](?:the[ ]next[ ])?(?P<n>{_COUNT})[ -]
      (?P<span>day|week|month|year)s?
    | (?P<past_n>{_COUNT})[ ](?P<past>day|week|month|year)s?[ ]ago
    )(?!\w|-\d)""",
    re.VERBOSE,
)
_BARE_YEAR: Final = re.compile(
    rf"\b(?P<by>by|until|before)?(?:in|since|from|of|for|during|to|late|early|mid-)?\s?\b(?P<year>{_YEAR})\b(?![-,.]\d|\s?%)"
)
_OF_NUMBER: Final = re.compile(r"\bNos?\.?\s?[\d and,]{1,12}\s?(?:of\s|/\s?)$")  # No. 61 of 2025
_PAST: Final = re.compile(
    r"\b(?:was|were|had|has|have|met|arriv\w+|signed|said|told|announced|agreed|visited|held|"
    r"following|after|since)\b"
)
_FUTURE: Final = re.compile(
    r"\b(?:will|would|plans?|to meet|to hold|expected|scheduled|due|before|ahead|next|later)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateFind:
    """One date of a text.

    Attributes:
        start, end: span in the view.
        printed: as it stands.
        earliest, latest: days it can be, both included; None where no base day is known.
        precision: day, month, year, or span of days.
        is_deadline: whether it bounds what is to be done.
        rule: how it was counted; empty where it was printed in full.
    """

    start: int
    end: int
    printed: str
    earliest: date | None
    latest: date | None
    precision: Precision
    is_deadline: bool = False
    rule: str = ""

    @property
    def iso(self) -> str:
        """The date as tables print it: `2025-10-30`, `2025-10`, `2025`; empty if not resolved."""
        if self.earliest is None or self.latest is None:
            return ""
        if self.precision == "year":
            return str(self.earliest.year)
        if self.precision == "month":
            return self.earliest.isoformat()[:7]
        last = self.latest if self.is_deadline else self.earliest
        if self.precision == "span" and not self.is_deadline:
            return f"{self.earliest.isoformat()}..{self.latest.isoformat()}"
        return last.isoformat()


def find_dates(text: str, start: int, end: int, base: date | None) -> list[DateFind]:
    """Dates between two positions of a view, in order.

    Args:
        text: text of the view.
        start: first position.
        end: position after the last one.
        base: day from which relative dates count; None leaves them unresolved.
    """
    found = [_date(match, text, start, base) for match in _FORMS.finditer(text, start, end)]
    dates = [find for find in found if find is not None]
    taken = [(find.start, find.end) for find in dates]
    dates += [
        _year(match)
        for match in _BARE_YEAR.finditer(text, start, end)
        if not any(s < match.end("year") and match.start("year") < e for s, e in taken)
        and not _OF_NUMBER.search(text[max(start, match.start("year") - 24) : match.start("year")])
    ]
    return sorted(dates, key=lambda find: find.start)


def _year(match: re.Match[str]) -> DateFind:
    year = int(match["year"])
    return DateFind(
        start=match.start("year"),
        end=match.end(),
        printed=match["year"],
        earliest=date(year, 1, 1),
        latest=date(year, 12, 31),
        precision="year",
        is_deadline=bool(match["by"]),
    )


def _date(match: re.Match[str], text: str, start: int, base: date | None) -> DateFind | None:
    """The date of a match; None where it names no day of the calendar."""
    try:
        earliest, latest, precision, rule = _resolved(match, text, start, base)
    except (ValueError, OverflowError):
        return None
    left = match.start() + (match.group()[:1] == " ")
    return DateFind(
        start=left,
        end=match.end(),
        printed=text[left : match.end()],
        earliest=earliest,
        latest=latest,
        precision=precision,
        is_deadline=bool(match["by"] or match["span"]),
        rule=rule,
    )


Resolved = tuple[date | None, date | None, Precision, str]


def _resolved(match: re.Match[str], text: str, start: int, base: date | None) -> Resolved:
    """Days of a match and how they were counted; `ValueError` for no day of the calendar."""
    if match["iso"]:
        return _one_day(date.fromisoformat(match["iso"]), "")
    for d, m, y in (("d1", "m1", "y1"), ("d2", "m2", "y2")):
        if match[m]:
            return _calendar_day(int(match[d]), _month(match[m]), match[y], base)
    if match["m3"]:
        year, month = int(match["y3"]), _month(match["m3"])
        last = calendar.monthrange(year, month)[1]
        return date(year, month, 1), date(year, month, last), "month", ""
    if base is None:
        precision: Precision = "day" if match["near"] or match["weekday"] else "span"
        return None, None, precision, "no day of the document is known"
    return _relative(match, text, start, base)


def _month(text: str) -> int:
    return _MONTHS.index(text[:3].lower()) + 1


def _one_day(day: date, rule: str) -> Resolved:
    return day, day, "day", rule


def _calendar_day(day: int, month: int, year: str | None, base: date | None) -> Resolved:
    """A day with its year, or in the year that puts it nearest to the base."""
    if year:
        return _one_day(date(int(year), month, day), "")
    if base is None:
        date(2024, month, day)  # a leap year: a fault of the day itself is told
        return None, None, "day", "no year and no day of the document"
    years = [y for y in (base.year - 1, base.year, base.year + 1) if _exists(y, month, day)]
    nearest = min((date(y, month, day) for y in years), key=lambda found: abs(found - base))
    return _one_day(nearest, f"the year nearest to {base.isoformat()}")


def _exists(year: int, month: int, day: int) -> bool:
    return day <= calendar.monthrange(year, month)[1]


def _relative(match: re.Match[str], text: str, start: int, base: date) -> Resolved:
    """Days counted from the base."""
    rule = f"from {base.isoformat()}"
    if match["near"]:
        step = {"yesterday": -1, "tomorrow": 1}.get(match["near"].lower(), 0)
        return _one_day(base + timedelta(days=step), rule)
    if match["weekday"]:
        return _one_day(_weekday(match, text, start, base), f"the weekday {rule}")
    if match["m4"]:
        return _named_month(match["turn_month"], _month(match["m4"]), base)
    if match["unit"]:
        return _turn(match["turn"], match["unit"], base)
    name = "span" if match["span"] else "past"
    count = int(number_of(match["n"] or match["past_n"]))
    if match["past"]:
        return _one_day(_step(base, -count, match["past"]), f"{match.group().strip()}, {rule}")
    return base, _step(base, count, match[name]), "span", f"{match.group().strip()} {rule}"


def _step(base: date, count: int, unit: str) -> date:
    if unit in ("month", "year"):
        return add_months(base, count * (12 if unit == "year" else 1))
    return base + timedelta(days=count * (7 if unit == "week" else 1))


def _weekday(match: re.Match[str], text: str, start: int, base: date) -> date:
    """The day of that name: before or after the base as the words around it say, or the nearest."""
    ahead = (_WEEKDAYS.index(match["weekday"].lower()) - base.weekday()) % 7
    if match["which"] == "last":
        return base + timedelta(days=ahead - 7)
    if match["which"] == "next":
        return base + timedelta(days=ahead or 7)
    before = text[max(start, match.start() - 80) : match.start()]
    past, future = _last_end(_PAST.finditer, before), _last_end(_FUTURE.finditer, before)
    if ahead and past > future:
        return base + timedelta(days=ahead - 7)
    if future > past or ahead <= 3:  # the nearer half of a week
        return base + timedelta(days=ahead)
    return base + timedelta(days=ahead - 7)


def _last_end(find: Callable[[str], Iterator[re.Match[str]]], text: str) -> int:
    return max((match.end() for match in find(text)), default=-1)


def _named_month(turn: str, month: int, base: date) -> Resolved:
    """The last, the next or this May: the one before, after or of the month of the base."""
    here = base.year * 12 + base.month - 1
    months = (base.year * 12 + month - 1) - here
    if turn.lower() == "last" and months >= 0:
        months -= 12
    if turn.lower() == "next" and months <= 0:
        months += 12
    first = add_months(base.replace(day=1), months)
    rule = f"{turn} {_MONTHS[month - 1]}, from {base.isoformat()}"
    return first, add_months(first, 1) - timedelta(days=1), "month", rule


def _turn(turn: str, unit: str, base: date) -> Resolved:
    """This, the last or the next week, month or year."""
    step = {"this": 0, "last": -1, "next": 1}[turn.lower()]
    rule = f"{turn} {unit}, from {base.isoformat()}"
    if unit == "year":
        year = base.year + step
        return date(year, 1, 1), date(year, 12, 31), "year", rule
    if unit == "month":
        first = add_months(base.replace(day=1), step)
        return first, add_months(first, 1) - timedelta(days=1), "month", rule
    monday = base - timedelta(days=base.weekday()) + timedelta(days=7 * step)
    return monday, monday + timedelta(days=6), "span", rule
