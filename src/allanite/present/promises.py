"""Promises and money in the words of a reader, with marks that need no colour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from allanite.catalogue.tables.results_ledger_agreements import STATES
from allanite.present.words import counted, day, joined, money

Row = Mapping[str, Any]
MARKS: Final[Mapping[str, str]] = {
    "upcoming": "[ ]",
    "due": "[!]",
    "done": "[x]",
    "partly": "[/]",
    "late": "[>]",
    "not evidenced": "[?]",
    "contradictory": "[<>]",
    "superseded": "[-]",
    "standing": "[=]",
}
STATE_TEXTS: Final[Mapping[str, str]] = {
    "upcoming": "upcoming",
    "due": "due",
    "done": "done",
    "partly": "partly delivered",
    "late": "late",
    "not evidenced": "not evidenced",
    "contradictory": "contradictory",
    "superseded": "superseded",
    "standing": "standing, no deadline",
}
NOT_EVIDENCED: Final = (
    "Not evidenced says that no source read shows it; it does not say that nothing happened."
)
NEVER_ADDED: Final = (
    "Announced, named, committed and disbursed money are four kinds; they never add up, for the "
    "same money may pass from one to the next."
)
DUE_COLUMNS: Final = (
    "mark",
    "agreement",
    "id",
    "title",
    "state",
    "deadline",
    "days",
    "delivery",
    "newest evidence",
    "searched until",
)


def state_counts(rows: Sequence[Row]) -> list[tuple[str, int]]:
    """States that occur with their number, in the order of the vocabulary."""
    found = Counter(row["state"] for row in rows)
    return [(state, found[state]) for state in STATES if found[state]]


def counts_text(rows: Sequence[Row]) -> str:
    """The counts as `2 done, 1 due and 3 not evidenced`."""
    return joined([f"{count} {STATE_TEXTS[state]}" for state, count in state_counts(rows)])


def due_lines(rows: Sequence[Row], on: date, within: int) -> list[str]:
    """What a minister's office asks first: how many, in which state, and how to read it."""
    head = (
        f"On {day(on)}: {counted(len(rows), 'promise has', 'promises have')} a deadline within "
        f"{within} days of it, or an earlier one that is not done"
    )
    lines = [f"{head}: {counts_text(rows)}." if rows else f"{head}."]
    lines += [f"  {due_line(row)}" for row in rows if row["state"] == "due"]
    if any(row["state"] == "not evidenced" for row in rows):
        lines.append(NOT_EVIDENCED)
    return lines


def due_line(row: Row) -> str:
    """One promise that is due: `P05 Financial support ...: Due on this day by ...`."""
    return f"{row['agreement_id']} {row['provision_id']} {row['title']}: {row['reason']}"


def shown_row(row: Row) -> dict[str, object]:
    """A row of `promise_states` in the columns a terminal has room for."""
    return {
        "mark": MARKS[row["state"]],
        "agreement": row["agreement_id"],
        "id": row["provision_id"],
        "title": row["title"],
        "state": STATE_TEXTS[row["state"]],
        "deadline": row["deadlines"],
        "days": row["days_left"],
        "delivery": delivery_text(row),
        "newest evidence": newest_text(row),
        "searched until": search_text(row),
    }


def newest_text(row: Row) -> str:
    """The newest evidence with its day; what is only near the promise is told as such."""
    if row["newest"] is None:
        return "nothing found"
    near = "near it: " if row["newest_supports"] == "related" else ""
    return f"{row['newest_day']} {near}{row['newest']}"


def delivery_text(row: Row) -> str:
    """How far it came, with the delay where it came after the deadline."""
    delay = row["delay"]
    return f"{row['delivery']}, {delay} days after the deadline" if delay else str(row["delivery"])


def search_text(row: Row) -> str | None:
    """The day up to which delivery was looked for; whether that lies before the deadline."""
    until, last = row["searched_until"], row["last_deadline"]
    if until is None:
        return None
    return f"{until}, before the deadline" if last is not None and until < last else str(until)


def total_line(row: Row) -> str:
    """`Named: 5.9 billion USD for minerals alone; 12 sums counted, 3 inside them.`"""
    scope = "for minerals alone" if row["scope"] == "minerals" else "with mixed sums"
    inside = f", {row['inside']} more lie inside them" if row["inside"] else ""
    sums = counted(row["counted"], "sum", "sums")
    low, high = money(row["usd_low"]), money(row["usd_high"])
    span = "" if low == high else f" ({low} to {high})"
    return f"{row['kind'].capitalize()}, {scope}: {money(row['usd'])}{span}; {sums}{inside}."


def money_lines(totals: Sequence[Row], on: date) -> list[str]:
    """Sums by kind, each a line, and why no grand total stands below them."""
    if not totals:
        return [f"No sum of money was public by {day(on)}."]
    lines = [f"Money promised or paid, public by {day(on)}, in USD of 2025:"]
    return [*lines, *(f"  {total_line(row)}" for row in totals), NEVER_ADDED]


def particular_line(row: Row) -> str:
    """One particular as a source gives it, with what speaks for or against it."""
    place = f" ({row['place']})" if row["place"] else ""
    note = f" {row['note']}" if row["note"] else ""
    return f"{row['particular']}: {row['value']}{place}, {row['standing']}.{note}"
