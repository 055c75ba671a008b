"""What was promised: states on the day, a timeline of deadlines, evidence, and money by kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from allanite.ledger.states import OPEN_STATES
from allanite.present.data import BriefData
from allanite.present.page import (
    Cell,
    Column,
    Figure,
    LegendItem,
    Row,
    Section,
    TableView,
    figure,
    outside,
    source_cell,
    table_view,
)
from allanite.present.promises import (
    NEVER_ADDED,
    NOT_EVIDENCED,
    STATE_TEXTS,
    counts_text,
    delivery_text,
    newest_text,
    search_text,
    state_counts,
)
from allanite.present.timeline import StateLook, StateSpan, timeline
from allanite.present.words import counted, day, joined, millions, money, short_day

IDENTIFIER: Final = "promised"
TITLE: Final = "What was promised"
_BEFORE: Final = timedelta(days=400)
_AFTER: Final = timedelta(days=120)
COLOURS: Final[Mapping[str, str]] = {
    "upcoming": "var(--land)",
    "due": "var(--suspended)",
    "done": "var(--partner-2)",
    "partly": "var(--branch-2)",
    "late": "var(--watched)",
    "not evidenced": "var(--unknown)",
    "contradictory": "var(--branch-1)",
    "superseded": "var(--ended)",
    "standing": "var(--other)",
}
_LOOK: Final = StateLook(COLOURS, STATE_TEXTS)


def promised_section(data: BriefData) -> Section:
    """States of the partners' promises, their deadlines, evidence and money."""
    rows = data.rows("promise_states")
    if not rows:
        lead = "The record holds no promise to which all partners are a party."
        return Section(identifier=IDENTIFIER, title=TITLE, lead=(lead,))
    return Section(
        identifier=IDENTIFIER,
        title=TITLE,
        lead=tuple(_lead(data, rows)),
        figures=_figures(data),
        tables=(
            _count_table(rows),
            _provision_table(rows),
            _evidence_table(data),
            *_money_tables(data),
        ),
        method=_METHOD,
    )


_METHOD: Final = (
    "A state follows from the deadline and from evidence that was public on the day; each row of "
    "evidence has a day and a page. A promise is past its deadline only after the last deadline "
    "of all calendars: the same signature is one day later in Tokyo than in Washington.",
    "Late is said only where a source shows that something was not delivered by its deadline. "
    "Where nothing was found after the deadline the state is not evidenced, and the table says "
    "up to which day it was looked for. Contradictory stays until a later source settles it.",
    "Sums are in USD of 2025 by the exchange rates and the rate of inflation among the "
    "assumptions. A sum inside a larger one of the same kind counts once, with the larger one.",
)


def _lead(data: BriefData, rows: Sequence[Row]) -> list[str]:
    agreements = len({row["agreement_id"] for row in rows})
    lines = [
        f"All partners are a party to {counted(agreements, 'agreement', 'agreements')} in the "
        f"record, with {counted(len(rows), 'promise', 'promises')}. On {day(data.as_of)}: "
        f"{counts_text(rows)}."
    ]
    lines += [text for text in (_open_line(rows), _next_line(rows)) if text]
    if any(row["state"] == "not evidenced" for row in rows):
        lines.append(NOT_EVIDENCED)
    sums = _money_line(data)
    return [*lines, sums] if sums else lines


def _dated(rows: Sequence[Row]) -> list[Row]:
    found = [row for row in rows if row["last_deadline"] is not None]
    return sorted(found, key=lambda row: (row["last_deadline"], row["provision_id"]))


def _open_line(rows: Sequence[Row]) -> str:
    """What is due or past its deadline and not done, each with what is known."""
    found = [row for row in _dated(rows) if row["state"] in OPEN_STATES]
    told = [f"{row['title']} ({_when(row)}): {_how(row)}" for row in found]
    return f"Due or past the deadline: {'; '.join(told)}." if told else ""


def _how(row: Row) -> str:
    """The state; for one that is due how far it came, for one not evidenced the search."""
    state, until = STATE_TEXTS[row["state"]], row["searched_until"]
    if row["state"] == "due":
        return f"{state}, so far {row['delivery']}"
    if row["state"] == "not evidenced" and until:
        return f"{state}, looked for up to {short_day(until)}"
    return state


def _next_line(rows: Sequence[Row]) -> str:
    found = [row for row in _dated(rows) if row["state"] == "upcoming"]
    return f"Next deadline: {found[0]['title']}, {_when(found[0])}." if found else ""


def _when(row: Row) -> str:
    """The deadline; both where two calendars differ."""
    first, last = row["first_deadline"], row["last_deadline"]
    return short_day(last) if first == last else f"{short_day(first)} or {short_day(last)}"


def _money_line(data: BriefData) -> str:
    totals = data.rows("pledge_totals")
    if not totals:
        return ""
    told = []
    for row in totals:
        if row["scope"] == "all":
            own = [r for r in totals if r["kind"] == row["kind"] and r["scope"] == "minerals"]
            part = f", of it {money(own[0]['usd'])} for minerals alone" if own else ""
            told.append(f"{row['kind']} {money(row['usd'])}{part}")
    return f"Money of these agreements: {'; '.join(told)}. {NEVER_ADDED}"


def _figures(data: BriefData) -> tuple[Figure, ...]:
    window = data.as_of - _BEFORE, data.as_of + _AFTER
    rows = [r for r in data.rows("promise_spans") if _shown(r, window)]
    if not rows:
        return ()
    labels = {_key(r): r for r in data.rows("promise_states") if r["last_deadline"]}
    spans = [_span(row, labels, window) for row in rows]
    shown = {span.state for span in spans}
    return (
        figure(
            "figure-promises",
            "Promises with a deadline",
            f"Each bar is one promise by what was known on each day. The line marks "
            f"{day(data.as_of)}; what lies after it holds if nothing comes.",
            lambda size: timeline(spans, [("as of", data.as_of)], size, _LOOK),
            _span_table(rows),
            [LegendItem(STATE_TEXTS[s], COLOURS[s]) for s in COLOURS if s in shown],
        ),
    )


def _key(row: Row) -> tuple[str, str]:
    return row["agreement_id"], row["provision_id"]


def _shown(row: Row, window: tuple[date, date]) -> bool:
    return bool(row["to_date"] >= window[0] and row["from_date"] <= window[1])


def _span(row: Row, labels: Mapping[tuple[str, str], Row], window: tuple[date, date]) -> StateSpan:
    state = labels.get(_key(row))
    until = f", {_when(state)}" if state else ""
    return StateSpan(
        f"{row['title']}{until}",
        row["state"],
        max(row["from_date"], window[0]),
        # A bar ends where the next day begins, so that one day is seen.
        min(row["to_date"], window[1]) + timedelta(days=1),
    )


def _page(row: Row) -> Cell:
    cell = source_cell({"url": row.get("url"), "seen": row.get("seen")})
    return cell if cell.href else Cell("table of sources", "#sources", cell.tag)


def _span_table(rows: Sequence[Row]) -> TableView:
    columns = (
        Column("Promise", lambda r: str(r["title"])),
        Column("State", lambda r: STATE_TEXTS[r["state"]]),
        Column("From", lambda r: short_day(r["from_date"])),
        Column("To", lambda r: short_day(r["to_date"])),
        Column("Source", _page),
    )
    caption = "States behind the bars"
    return table_view("rows-promise-spans", caption, columns, rows, table="promise_spans")


def _count_table(rows: Sequence[Row]) -> TableView:
    counts = [
        {
            "state": STATE_TEXTS[state],
            "count": count,
            "which": joined([f"{r['title']}" for r in rows if r["state"] == state]),
        }
        for state, count in state_counts(rows)
    ]
    columns = (
        Column("State", lambda r: str(r["state"])),
        Column("Promises", lambda r: str(r["count"]), True),
        Column("Which", lambda r: str(r["which"])),
    )
    return table_view(
        "rows-promise-counts", "Promises by state", columns, counts, table="promise_states"
    )


def _provision_table(rows: Sequence[Row]) -> TableView:
    columns = (
        Column("Promise", lambda r: f"{r['title']} ({r['agreement_id']} {r['provision_id']})"),
        Column("State", lambda r: STATE_TEXTS[r["state"]]),
        Column("Deadline", lambda r: str(r["deadlines"] or "none")),
        Column("Delivery", delivery_text),
        Column("Newest evidence", _newest),
        Column("Looked for up to", lambda r: search_text(r) or "–"),
        Column("Why this state", lambda r: str(r["reason"])),
        Column("Text", _page),
    )
    caption = "Each promise with its state and evidence"
    return table_view("rows-promises", caption, columns, rows, table="promise_states")


def _newest(row: Row) -> Cell:
    return Cell(newest_text(row), outside(row["newest_url"]))


def _evidence_table(data: BriefData) -> TableView:
    titles = {_key(r): r["title"] for r in data.rows("promise_states")}
    rows = sorted(
        data.rows("provision_evidence"),
        key=lambda r: (r["agreement_id"], r["provision_id"], r["day"]),
    )
    columns = (
        Column("Promise", lambda r: str(titles.get(_key(r), r["provision_id"]))),
        Column("Day", lambda r: short_day(r["day"])),
        Column("What", lambda r: str(r["what"])),
        Column("Supports", lambda r: str(r["supports"])),
        Column("Kind of source", lambda r: str(r["confidence"] or "–")),
        Column("Source", source_cell),
    )
    caption = f"Evidence public by {day(data.as_of)}"
    return table_view(
        "rows-promise-evidence", caption, columns, rows, table="provision_evidence", is_folded=True
    )


def _money_tables(data: BriefData) -> tuple[TableView, ...]:
    rows = data.rows("pledge_values")
    if not rows:
        return ()
    columns = (
        Column("Kind", lambda r: str(r["kind"])),
        Column("Who pays", lambda r: str(r["payer"])),
        Column("To whom, for what", lambda r: f"{r['recipient'] or '–'}: {r['purpose']}"),
        Column("Stated", _stated, True),
        Column("Million USD of 2025", lambda r: millions(r["usd"]), True),
        Column("Inside", _inside),
        Column("Day", lambda r: short_day(r["day"])),
        Column("Source", _page),
    )
    caption = "Money by kind; the kinds never add up"
    return (table_view("rows-pledges", caption, columns, rows, table="pledge_values"),)


def _stated(row: Row) -> str:
    bound = "" if row["bound"] == "stated" else f"{row['bound']} "
    return f"{bound}{row['amount']:,.0f} million {row['currency']}"


def _inside(row: Row) -> str:
    """The larger sum that holds this one; whether the sum of its kind counts it."""
    if row["part_of"] is None:
        return "–"
    basis = "" if row["part_basis"] == "stated" else " (likely)"
    counts = "" if row["counted_in"] is None else ", counted there"
    return f"{row['part_of']}{basis}{counts}"


def told(data: BriefData) -> str:
    """What is due, done or open among the promises with a deadline, for the headline."""
    rows = _dated(data.rows("promise_states"))
    if not rows:
        return ""
    return (
        f"Of {counted(len(rows), 'promise', 'promises')} with a deadline that all partners made, "
        f"{counts_text(rows)} on {day(data.as_of)}. {_next_line(rows)}".strip()
    )
