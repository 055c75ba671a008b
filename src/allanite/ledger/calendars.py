"""Deadlines as an iCalendar file (RFC 5545): one all-day event a deadline and calendar.

Where two capitals give two days there are two events, each naming its capital, because a
calendar shows a day and not a note. The stamp is the date of the release, so that the same
release gives the same bytes; lines fold at 75 octets and never inside a letter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

Row = Mapping[str, Any]
LINE_OCTETS: Final = 75
_ESCAPED: Final = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"}


def calendar_text(deadlines: Sequence[Row], stamp: date) -> str:
    """The file of rows of table `promise_deadlines`, lines ended by CR LF.

    Source: Desruisseaux (2009), RFC 5545, sections 3.1, 3.3.11, 3.4 and 3.6.1.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Allanite//Deadlines of agreements//EN",
        "CALSCALE:GREGORIAN",
        *(line for row in deadlines for line in _event(row, stamp)),
        "END:VCALENDAR",
    ]
    return "".join(f"{fold(line)}\r\n" for line in lines)


def _event(row: Row, stamp: date) -> Iterator[str]:
    place = f" ({row['place']})" if row["place"] else ""
    summary = f"Deadline{place}: {row['title']} [{row['agreement_id']} {row['provision_id']}]"
    yield "BEGIN:VEVENT"
    yield f"UID:{event_id(row)}"
    yield f"DTSTAMP:{stamp:%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{row['day']:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{row['day'] + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escape(summary)}"
    yield f"DESCRIPTION:{escape(_description(row))}"
    if row["url"]:
        yield f"URL:{_one_line(row['url'])}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _description(row: Row) -> str:
    counted = f"Counted from {row['counted_from']}." if row["counted_from"] else ""
    parts = (row["action"], f"Rule: {row['rule']}." if row["rule"] else "", counted)
    return "\n".join(part for part in parts if part)


def event_id(row: Row) -> str:
    """An id that stays the same from one release to the next."""
    parts = (row["agreement_id"], row["provision_id"], row["place"] or "")
    name = "-".join(part for part in parts if part).lower()
    plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in name)
    return f"{plain}@allanite"


def escape(text: str) -> str:
    """The text with what RFC 5545 reserves escaped, and without other control characters."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(_ESCAPED.get(c, c) for c in plain if c == "\n" or c.isprintable())


def _one_line(text: str) -> str:
    return "".join(c for c in text if c.isprintable())


def fold(line: str) -> str:
    """The line in pieces of at most 75 octets, each further one after CR LF and a space."""
    pieces: list[str] = []
    piece, size = "", 0
    for letter in line:
        octets = len(letter.encode("utf-8"))
        if size + octets > LINE_OCTETS:
            pieces.append(piece)
            piece, size = "", 1  # the space that opens a further line
        piece, size = piece + letter, size + octets
    return "\r\n ".join([*pieces, piece])
