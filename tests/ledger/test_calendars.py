"""The iCalendar file: read back by a reader of its own, equal bytes, two events for two days."""

from __future__ import annotations

from datetime import date

import pytest

from allanite.catalogue.store import Release
from allanite.ledger.agreements import load_agreements
from allanite.ledger.calendars import calendar_text, event_id
from allanite.ledger.tables import deadlines_table

STAMP = date(2026, 11, 22)
HOSTILE = {
    "agreement_id": "A;1",
    "provision_id": "P,1",
    "title": "Größe; 希土類, \\ and\r\nEND:VCALENDAR" + "é" * 80,
    "action": "one\ntwo",
    "day": date(2026, 12, 31),
    "place": "",
    "counted_from": None,
    "rule": None,
    "url": "https://example.org/a\r\nX-EVIL:1",
}


@pytest.fixture(scope="module")
def rows(release: Release):
    return deadlines_table(load_agreements(release)).to_pylist()


def events(text: str) -> list[dict[str, str]]:
    """Properties of each event: unfold, split at the first colon, unescape."""
    found: list[dict[str, str]] = []
    for line in text.replace("\r\n ", "").split("\r\n"):
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and name not in ("BEGIN", "END"):
            found[-1][name] = unescaped(value)
    return found


def unescaped(value: str) -> str:
    text, escaping = "", False
    for letter in value:
        if escaping:
            text, escaping = text + ("\n" if letter == "n" else letter), False
        elif letter == "\\":
            escaping = True
        else:
            text += letter
    return text


def test_every_deadline_is_an_event_of_its_day(rows):
    found = events(calendar_text(rows, STAMP))
    assert [e["DTSTART;VALUE=DATE"] for e in found] == [f"{r['day']:%Y%m%d}" for r in rows]
    assert len({e["UID"] for e in found}) == len(found) == len(rows)
    assert {e["DTSTAMP"] for e in found} == {"20261122T000000Z"}
    assert all(e["DTSTART;VALUE=DATE"] < e["DTEND;VALUE=DATE"] for e in found)


def test_two_calendars_are_two_events_that_name_their_capital(rows):
    found = [e for e in events(calendar_text(rows, STAMP)) if "FW-2025 P07" in e["SUMMARY"]]
    assert [(e["DTSTART;VALUE=DATE"], e["UID"]) for e in found] == [
        ("20260425", "us-jp-fw-2025-p07-washington@allanite"),
        ("20260426", "us-jp-fw-2025-p07-tokyo@allanite"),
    ]
    assert "(Washington)" in found[0]["SUMMARY"] and "(Tokyo)" in found[1]["SUMMARY"]
    assert "180 days from the signature" in found[0]["DESCRIPTION"]


def test_equal_rows_give_equal_bytes_and_only_crlf(rows):
    text = calendar_text(rows, STAMP)
    assert text == calendar_text(list(rows), STAMP)
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_hostile_texts_stay_inside_their_property():
    text = calendar_text([HOSTILE], STAMP)
    (event,) = events(text)
    assert event["SUMMARY"].startswith("Deadline: Größe; 希土類, \\ and\nEND:VCALENDAR")
    assert text.count("END:VCALENDAR\r\n") == 1
    assert "X-EVIL" not in event
    assert event_id(HOSTILE) == "a-1-p-1@allanite"


def test_another_reader_finds_the_same(rows):
    icalendar = pytest.importorskip("icalendar", reason="an independent reader of iCalendar")
    found = icalendar.Calendar.from_ical(calendar_text([*rows, HOSTILE], STAMP)).walk("VEVENT")
    assert [event.decoded("dtstart") for event in found] == [r["day"] for r in (*rows, HOSTILE)]
