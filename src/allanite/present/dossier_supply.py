"""Sections of a dossier on time and supply: changes, likely origins, other sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from allanite.law.rules.rule import LawText
from allanite.present.dossier_data import DossierData, sign_words
from allanite.present.figures import IntervalRow, ValueAxis, interval_rows
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
    table_view,
)
from allanite.present.timeline import STATE_COLOURS, STATE_WORDS, StateSpan, timeline
from allanite.present.words import percent, short_day, significant
from allanite.studies.screening.origins import Bound

MOST_ROWS: Final = 300
MOST_BOUNDS: Final = 28
MOST_NAMED: Final = 8
BEFORE, AFTER = timedelta(days=420), timedelta(days=240)
STAGE_WORDS: Final = {
    "mined": "mined",
    "separated": "separated",
    "metal": "metal",
    "made": "made",
}


def changes_section(data: DossierData) -> Section:
    """Dated states of the law under the asked rules, and the days on which verdicts change."""
    rows: list[Row] = [
        {"day": when, "rule": v.rule["rule_id"], "outcome": outcome, "parts": parts}
        for v in data.views
        for when, outcome, parts in v.turns
    ]
    table = table_view(
        "rows-changes",
        "A day on which a verdict changes, with the same facts",
        (
            Column("From", lambda r: short_day(r["day"])),
            Column("Rule", lambda r: r["rule"]),
            Column("Verdict then", lambda r: sign_words(r["outcome"])),
            Column("Rows", lambda r: _some(r["parts"])),
        ),
        sorted(rows, key=lambda r: (r["day"], str(r["rule"]))),
        table="screening_verdicts",
    )  # fmt: skip
    return Section(
        identifier="changes",
        title="What changes when",
        lead=("The states of the law that the rules stand on, and the days that turn a verdict.",),
        figures=_timeline(data),
        tables=(table,),
    )


def _some(parts: Sequence[str]) -> str:
    return ", ".join(parts[:MOST_NAMED]) + (" …" if len(parts) > MOST_NAMED else "")


_STATES: Final = (
    Column("Text", lambda r: r["label"]),
    Column("State", lambda r: STATE_WORDS.get(r["state"], str(r["state"]))),
    Column("From", lambda r: short_day(r["start"])),
    Column("To", lambda r: short_day(r["end"]) if r["end"] else "open"),
)


def _timeline(data: DossierData) -> tuple[Figure, ...]:
    first, last = data.sale.on - BEFORE, data.sale.delivery + AFTER
    spans = [
        span
        for text in _moving_laws(data, first, last)
        for span in _spans(text, first, last)
    ]  # fmt: skip
    if not spans:
        return ()
    days = _days(data, last)
    legend = _legend(spans)
    table = table_view(
        "rows-law",
        "A state of one text",
        _STATES,
        [{"label": s.label, "state": s.state, "start": s.start, "end": s.end} for s in spans],
        table="law",
    )  # fmt: skip
    return (
        figure(
            "figure-law",
            "The law under these rules",
            "Bars end where a suspension runs out; a dashed one is a state nobody has confirmed. "
            "Lines between the two days are days on which a verdict changes.",
            lambda size: timeline(spans, days, size),
            table,
            legend,
        ),
    )


def _legend(spans: Sequence[StateSpan]) -> list[LegendItem]:
    states = dict.fromkeys(span.state for span in spans)
    return [
        LegendItem(STATE_WORDS.get(s, s), STATE_COLOURS.get(s, "var(--unknown)")) for s in states
    ]


def _days(data: DossierData, last: date) -> list[tuple[str, date]]:
    """Days of the sale by name, and unnamed those on which verdicts change."""
    turns = sorted({when for v in data.views for when, _, _ in v.turns if when < last})
    days = [("order", data.sale.on), *(("", turn) for turn in turns[:3])]
    if data.sale.delivery != data.sale.on:
        days.append(("delivery", data.sale.delivery))
    return days


def _moving_laws(data: DossierData, first: date, last: date) -> list[LawText]:
    """Texts whose state changes in the window, each once."""
    found: dict[str, LawText] = {}
    for view in data.views:
        for text in data.rules[str(view.rule["rule_id"])].laws.values():
            starts = [
                p.first_day for p in text.periods if p.first_day and first < p.first_day < last
            ]
            if starts:
                found.setdefault(text.label, text)
    return list(found.values())


def _spans(text: LawText, first: date, last: date) -> Iterator[StateSpan]:
    for period in text.periods:
        start = max(period.first_day or first, first)
        end = min(period.last_day or last, last)
        if start <= end and period.state != "not_announced":
            yield StateSpan(text.label, period.state, start, end)


def origins_section(data: DossierData) -> Section:
    """How likely unknown origins are watched ones; it informs and decides nothing."""
    asked = {(row["part_id"], row["fact"]) for row in data.questions}
    rows = [
        row for row in data.rows("origin_bounds") if row["status"] == "ok" and _is_asked(row, asked)
    ]
    rows.sort(key=lambda r: (-r["low"], r["part_id"], r["element"], r["stage"]))
    table = table_view(
        "rows-origins",
        "Share of likely origin in a watched country",
        (
            Column("Part", lambda r: data.label(r["part_id"])),
            Column("Element", lambda r: r["element"]),
            Column("Stage", lambda r: STAGE_WORDS[r["stage"]]),
            Column("Likely", _bound_text),
            Column("From", lambda r: r["basis"]),
        ),
        rows,
        table="origin_bounds",
        limit=MOST_ROWS,
        is_folded=bool(rows),
    )
    return Section(
        identifier="origins",
        title="Likely origins",
        lead=(
            "Where no country is known, the supply that the network traces tells whom to ask "
            "first. No verdict rests on it, and it knows nothing of your supplier.",
        ),
        figures=(_bounds_figure(data, rows, table),) if rows else (),
        tables=() if rows else (table,),
    )


def _is_asked(row: Row, asked: set[tuple[str, str]]) -> bool:
    """Whether a verdict hangs on the country of that stage, or on what the part is made of."""
    facts = (f"country_{row['stage']}", "material_classes")
    return any((row["part_id"], fact) in asked for fact in facts)


def _bound_text(row: Row) -> str:
    return Bound(row["share"], row["low"], row["high"]).text


def _bounds_figure(data: DossierData, rows: Sequence[Row], table: TableView) -> Figure:
    drawn = [
        IntervalRow(
            label=data.label(row["part_id"]),
            series=f"{row['element']} {STAGE_WORDS[row['stage']]}",
            value=row["share"],
            low=row["low"],
            high=row["high"],
            colour="var(--watched)",
            shape="circle",
            text=f"{row['element']} {STAGE_WORDS[row['stage']]}",
        )
        for row in sorted(rows[:MOST_BOUNDS], key=lambda r: (r["part_id"], -r["low"]))
    ]
    watched = ", ".join(data.places.name(code) for code in data.sale.watched)
    return figure(
        "figure-origins",
        f"How likely an unknown origin is {watched}",
        "A point is the baseline; the line holds what redraws of it, and supply of unknown "
        "country, leave open. The most certain first.",
        lambda size: interval_rows(drawn, ValueAxis("share of likely supply", 0.0, 1.0), size),
        table,
    )


_SOURCES: Final = (
    Column("Part", lambda r: r["part_id"]),
    Column("Element", lambda r: r["element"]),
    Column("Stage", lambda r: STAGE_WORDS[r["stage"]]),
    Column("Country", lambda r: r["name"]),
    Column("Output, t/yr", lambda r: significant(r["output_rate"]), True),
    Column("Capacity, t/yr", lambda r: significant(r["capacity_rate"]), True),
    Column("In five years, t/yr", lambda r: significant(r["planned_rate"]), True),
    Column("Of what is made outside", lambda r: percent(r["share_outside"]), True),
)


_SUBSTITUTES: Final = (
    Column("Part", lambda r: r["part_id"]),
    Column("In place of", lambda r: r["replaces"] or ""),
    Column("Use", lambda r: r["substitute"]),
    Column("Penalty", lambda r: r["penalty"] or ""),
    Column("Months", lambda r: f"{r['duration'] or 0:.0f}", True),
    Column("For", lambda r: percent(r["share"]), True),
    Column(
        "Source",
        lambda r: Cell(
            r["option_id"],
            outside(r["url"]),
            "" if r["quality"] == "observed" else r["quality"] or "",
        ),
    ),
)


def sources_section(data: DossierData) -> Section:
    """Other countries at the stage that catches a part, and ways to use less."""
    sources = [
        {**row, "name": data.places.name(row["country"])}
        for row in data.rows("screening_sources")
        if row["country"] != "none"
    ]
    sources.sort(key=lambda r: (r["part_id"], r["element"], r["stage"], -(r["share_outside"] or 0)))
    others = table_view(
        "rows-sources",
        "Another country that makes the element at that stage",
        _SOURCES,
        sources,
        table="screening_sources",
        limit=MOST_ROWS,
        is_folded=bool(sources),
    )
    substitutes = table_view(
        "rows-substitutes",
        "A way to use less",
        _SUBSTITUTES,
        data.rows("screening_substitutes"),
        table="screening_substitutes",
        limit=MOST_ROWS,
    )
    return Section(
        identifier="elsewhere",
        title="Other sources and substitutes",
        lead=("Where one can ask, from the reconciled network; not who has tonnes to sell.",),
        tables=(others, substitutes),
    )
