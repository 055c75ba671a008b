"""The law of the day: what is in force, what changed, and both branches where it is unknown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

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
    source_cell,
    table_view,
)
from allanite.present.timeline import STATE_COLOURS, STATE_WORDS, StateSpan, timeline
from allanite.present.words import counted, day, percent, short_day

IDENTIFIER: Final = "law"
_LIVE: Final = ("in_force", "suspended", "unknown", "announced")
_BEFORE: Final = timedelta(days=365)
_AFTER: Final = timedelta(days=90)


def law_section(data: BriefData) -> Section:
    """States on the day, changes since, and a timeline of the watched issuer's controls."""
    titles = {row["control_id"]: row["title"] for row in data.rows("controls")}
    states = [
        {**row, "label": _label(row["control"], titles.get(row["control_id"]))}
        for row in _articles(data.rows("control_states"))
    ]
    changes = [
        {**row, "label": _label(row["control"], titles.get(row["control_id"]))}
        for row in data.rows("control_changes")
    ]
    return Section(
        identifier=IDENTIFIER,
        title="The law of the day, and what changed",
        lead=_lead(data, states, changes),
        figures=_figures(data, states),
        tables=_tables(data, states, changes),
        method=(
            "A control is stated as in force, suspended or ended only where a text or a source "
            "carries it. Where a suspension runs out and no news is known, the state is unknown "
            "and both branches are shown. The text of the law and its observed effect are kept "
            "apart. Weights of branches are assumptions and stand in the table of assumptions.",
            "A page marked recalled was not read again for this release: check it before use.",
        ),
    )


def _label(control: str, title: str | None) -> str:
    """The short name with what the title adds to it: `No. 18/2025: seven medium ...`."""
    _, dash, subject = (title or "").partition(" - ")
    subject = subject.split(" (")[0].split(";")[0]
    return f"{control}: {subject}" if dash and subject not in control else control


def live_count(states: Sequence[Row], state: str) -> int:
    """Number of articles in one state."""
    return sum(row["state"] == state for row in states)


def watched_articles(data: BriefData) -> list[dict[str, Any]]:
    """Articles of the watched issuer, one row each with its branches in `branches`."""
    rows = _articles(data.rows("control_states"))
    return [row for row in rows if row["issuer"] == data.case.watched]


def _articles(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row an article; the rows of its branches are kept under `branches`."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        key = (row["control_id"], row["article"])
        article = found.setdefault(key, {**row, "branches": []})
        if row["branch"] is not None:
            article["branches"].append(row)
    return list(found.values())


def _lead(data: BriefData, states: Sequence[Row], changes: Sequence[Row]) -> tuple[str, ...]:
    if not states:
        return ("The table of control states is empty: nothing is known about the law of the day.",)
    watched = [row for row in states if row["issuer"] == data.case.watched]
    force, suspended = (live_count(watched, s) for s in ("in_force", "suspended"))
    unknown = live_count(watched, "unknown")
    lines = [
        f"The record holds {len(watched)} articles of {data.watched_name()} that bear on the "
        f"partners. On {day(data.as_of)}, {force} are in force and {suspended} suspended.",
    ]
    if unknown:
        lines.append(
            f"The state of {unknown} is not known on that day. Both branches are shown below, "
            "with what to check."
        )
    lines.append(
        f"Since {day(data.since)} the record shows "
        f"{counted(len(changes), 'article', 'articles')} of all issuers in another state."
    )
    return tuple(lines)


def _figures(data: BriefData, states: Sequence[Row]) -> tuple[Figure, ...]:
    names = {
        (row["control_id"], row["article"]): row
        for row in states
        if row["issuer"] == data.case.watched and row["state"] in _LIVE
    }
    periods = [
        row for row in data.rows("control_periods") if (row["control_id"], row["article"]) in names
    ]
    spans = _spans(periods, names, (data.since - _BEFORE, data.as_of + _AFTER))
    return (_timeline_figure(data, spans, _period_table(periods, names)),) if spans else ()


def _timeline_figure(data: BriefData, spans: Sequence[StateSpan], rows: TableView) -> Figure:
    days = [("since", data.since), ("as of", data.as_of)]
    shown = {span.state for span in spans}
    return figure(
        "figure-controls",
        f"Controls of {data.watched_name()} that are not ended",
        f"Each bar is one article. The lines mark {day(data.since)} and {day(data.as_of)}. "
        "A bar that is drawn as unknown has two branches in the table.",
        lambda size: timeline(spans, days, size),
        rows,
        [LegendItem(word, STATE_COLOURS[s]) for s, word in STATE_WORDS.items() if s in shown],
    )


def _spans(
    periods: Sequence[Row], names: dict[tuple[str, str], Row], window: tuple[date, date]
) -> list[StateSpan]:
    """Spans inside the window, the latest article first; branches share one span."""
    found: dict[tuple[str, date, date], StateSpan] = {}
    for row in periods:
        start = max(row["from_date"] or window[0], window[0])
        end = min(row["to_date"] or window[1], window[1])
        if start > end or row["state"] in ("not_announced", "ended"):
            continue
        label = str(names[row["control_id"], row["article"]]["label"])
        found[label, start, end] = StateSpan(label, row["state"], start, end)
    first: dict[str, date] = {}
    for span in found.values():
        first[span.label] = min(first.get(span.label, span.start), span.start)
    return _joined(sorted(found.values(), key=lambda s: (first[s.label], s.label, s.start)))


def _joined(spans: Sequence[StateSpan]) -> list[StateSpan]:
    """Spans of one label and state that follow each other, as one."""
    joined: list[StateSpan] = []
    for span in spans:
        last = joined[-1] if joined else None
        if last and last.end and (last.label, last.state) == (span.label, span.state):
            joined[-1] = StateSpan(span.label, span.state, last.start, span.end)
        else:
            joined.append(span)
    return joined


def _period_table(periods: Sequence[Row], names: dict[tuple[str, str], Row]) -> TableView:
    columns = (
        Column("Control", lambda r: str(names[r["control_id"], r["article"]]["label"])),
        Column("From", lambda r: short_day(r["from_date"]) if r["from_date"] else "always"),
        Column("To", lambda r: short_day(r["to_date"]) if r["to_date"] else "open"),
        Column("State", _state),
        Column("Branch", lambda r: _branch(r, "branch_weight")),
        Column("Source", source_cell),
    )
    return table_view(
        "rows-controls", "Periods behind the bars", columns, periods, table="control_periods"
    )


def _branch(row: Row, weight: str) -> str:
    if row.get("branch") is None:
        return "–"
    state = _word(str(row["branch_state"]))
    share = "no weight" if row.get(weight) is None else f"weight {percent(row[weight])}"
    return f"{row['branch']}: {state} ({share})"


def _state(row: Row) -> str:
    return _word(str(row["state"]))


def _word(state: str) -> str:
    return STATE_WORDS.get(state, state.replace("_", " "))


def _source(row: Row) -> Cell:
    """The page of a control; rows of results name the control's page and not a source id."""
    cell = source_cell(row)
    return Cell("page", cell.href, cell.tag) if cell.href else Cell("table of controls", "#sources")


def _tables(
    data: BriefData, states: Sequence[Row], changes: Sequence[Row]
) -> tuple[TableView, ...]:
    live = sorted(
        (row for row in states if row["state"] in _LIVE),
        key=lambda r: (r["issuer"] != data.case.watched, _LIVE.index(r["state"]), r["control"]),
    )
    columns = (
        Column("Control", text_with_kind),
        Column("Issuer", lambda r: data.places.name(r["issuer"])),
        Column("State", _state),
        Column(
            "If unknown", lambda r: "; ".join(_branch(b, "weight") for b in r["branches"]) or "–"
        ),
        Column("Next date", lambda r: short_day(r["next_date"]) if r["next_date"] else "–"),
        Column("What to check", lambda r: str(r["check"] or r["next_event"] or "–")),
        Column("Source", _source),
    )
    now = table_view(
        "rows-states",
        f"In force, suspended or unknown on {day(data.as_of)}",
        columns,
        live,
        table="control_states",
        is_folded=True,
    )
    return (_change_table(data, changes), now)


def text_with_kind(row: Row) -> str:
    """Name and kind of a control."""
    return f"{row['label']} ({str(row['kind']).replace('_', ' ')})"


def _change_table(data: BriefData, changes: Sequence[Row]) -> TableView:
    columns = (
        Column("Control", text_with_kind),
        Column("Issuer", lambda r: data.places.name(r["issuer"])),
        Column("Before", lambda r: _word(r["before"])),
        Column("Now", lambda r: _word(r["after"])),
        Column("Branches now", lambda r: str(r["after_branches"] or "–")),
        Column(
            "Changed on", lambda r: short_day(r["changed_on"]) if r["changed_on"] else "not known"
        ),
        Column("Source", _source),
    )
    return table_view(
        "rows-changes",
        f"What changed from {day(data.since)} to {day(data.as_of)}",
        columns,
        sorted(changes, key=lambda r: (r["issuer"] != data.case.watched, r["control"])),
        table="control_changes",
    )
