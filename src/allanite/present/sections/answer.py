"""What to do now: measures ranked, what they do together, stocks, prices, what knowing is worth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from allanite.present.bars import ranged_bars
from allanite.present.data import BriefData
from allanite.present.figures import IntervalRow, ValueAxis
from allanite.present.page import (
    Column,
    Figure,
    LegendItem,
    PanelDrawing,
    Row,
    Section,
    TableView,
    figure,
    panel_figure,
    table_view,
)
from allanite.present.response import (
    branch_colour,
    branch_heading,
    branches,
    by_loss,
    computed,
    partner_rows,
    told_together,
    weeks_number,
)
from allanite.present.sections.markets import price_figures, stock_figures
from allanite.present.words import millions, money, opening, short_money, significant
from allanite.studies.response.courses import STATED
from allanite.studies.response.measure_columns import DIPLOMACY

IDENTIFIER: Final = "answer"
_SHOWN_PAIRS: Final = 8
_TOLD: Final = 3
_WORTH: Final = 1e-3  # million USD: less is not worth telling
_SMALL_PART: Final = 0.01  # of the largest saving: what is smaller is not called a help


def answer_section(data: BriefData) -> Section:
    """The measures in order of what they save, and what else bears on the choice."""
    return Section(
        identifier=IDENTIFIER,
        title="What to do now",
        lead=answer_lines(data),
        figures=(
            *_measure_figures(data),
            *_pair_figures(data),
            *stock_figures(data),
            *price_figures(data),
        ),
        tables=(*_measure_tables(data), *_other_tables(data)),
        method=_method(data),
    )


def _method(data: BriefData) -> tuple[str, ...]:
    if not branches(data):
        return ()
    return (
        "Alone: what a measure saves the partners if nothing else is done, its own cost taken "
        "off. Left out: what comes back if all measures but this one are taken. Both are found "
        "by solving the response with and without it.",
        "Licence diplomacy is not in the partners' hands: it shows what a larger share of "
        "approved licences would be worth, and is never counted among the measures together.",
        "Prices are the normal price and the scarcity on top of it: what one tonne more at that "
        "market would save. They are no forecast of a quoted price.",
    )


def measure_rows(data: BriefData, branch: str) -> list[dict[str, Any]]:
    """Measures of one branch by rank."""
    rows = [row for row in data.rows("response_measures") if row["branch"] == branch]
    return sorted(rows, key=lambda r: (r["rank"], r["measure"]))


def answer_lines(data: BriefData) -> tuple[str, ...]:
    """What to do, what it is worth to know the future, and which measures touch each other."""
    if not data.rows("response_measures"):
        return ("No table of measures stands in this brief: what to do now is not known here.",)
    lines = told_together({b: told(data, b) for b in branches(data)})
    known = told_together({b: _knowing(data, b) for b in branches(data)})
    asked = told_together({b: _diplomacy(data, b) for b in branches(data)})
    return (*lines, *asked, *known, *_pair_lines(data))


def told(data: BriefData, branch: str, count: int = _TOLD) -> str:
    """What saves most in one branch, and what all measures leave, without opening.

    Empty where the branch has no measures.
    """
    rows = measure_rows(data, branch)
    if not rows:
        return ""
    useful = [r for r in rows if r["saving_alone"] > _WORTH and r["measure"] != DIPLOMACY]
    if not useful:
        return f"{_all_measures(data, branch)}no measure saves more than it costs."
    first = [f"{row['measure']} ({money(row['saving_alone'])})" for row in useful[:count]]
    return f"{_all_measures(data, branch)}what saves most alone is {', then '.join(first)}."


def _diplomacy(data: BriefData, branch: str) -> str:
    """What a larger share of licences would be worth, beside all measures in the own hand."""
    row = next((r for r in measure_rows(data, branch) if r["measure"] == DIPLOMACY), None)
    if row is None or row["saving_alone"] <= _WORTH:
        return ""
    return (
        f"if more licences were approved, that alone would save {money(row['saving_alone'])}, and "
        f"{money(row['saving_last'])} on top of all other measures."
    )


def _all_measures(data: BriefData, branch: str) -> str:
    """The loss with and without an answer, as the opening of a sentence."""
    rows = [row for row in partner_rows(data, "response_cover") if row["branch"] == branch]
    before, after = (sum(row[x] for row in rows) for x in ("loss_nothing", "loss_cheapest"))
    if not before > 0:
        return ""
    return f"the cheapest answer cuts the partners' loss from {money(before)} to {money(after)}; "


def _knowing(data: BriefData, branch: str) -> str:
    rows = [r for r in data.rows("response_knowledge") if r["branch"] == branch]
    rolling = next((r for r in rows if r["knowledge"] == "rolling"), None)
    if rolling is None:
        return ""
    value = rolling["value_of_knowing"]
    known = "to know the course of the controls in advance would"
    return f"{known} be worth {money(value)}." if value > _WORTH else f"{known} change nothing."


def _measure_figures(data: BriefData) -> tuple[Figure, ...]:
    drawings = [_measure_panel(data, b) for b in branches(data) if measure_rows(data, b)]
    if not drawings:
        return ()
    rows = [row for branch in branches(data) for row in measure_rows(data, branch)]
    return (
        panel_figure(
            "figure-measures",
            "What each measure saves all regions",
            "Full bars: the measure alone, its own cost taken off. Hollow bars: what comes back "
            "if all measures but this one are taken. A short hollow bar beside a long full one "
            "can be replaced by others.",
            drawings,
            _measure_table(data, "rows-measures", rows),
            (
                LegendItem("saved alone", "var(--ink)"),
                LegendItem("missed if left out", "none"),
            ),
        ),
    )


def _measure_panel(data: BriefData, branch: str) -> PanelDrawing:
    bars = [
        IntervalRow(
            label=row["measure"],
            series=series,
            value=row[name],
            low=None,
            high=None,
            colour=branch_colour(data, branch),
            shape="square",
            text=f"{short_money(row[name])}{' left out' if name == 'saving_last' else ' alone'}",
            is_solid=name == "saving_alone",
        )
        for row in measure_rows(data, branch)
        for name, series in (("saving_alone", "alone"), ("saving_last", "if left out"))
    ]
    return PanelDrawing(branch_heading(branch), partial(ranged_bars, bars, _money_axis(bars)))


def _money_axis(bars: Sequence[IntervalRow]) -> ValueAxis:
    values = [bar.value for bar in bars if bar.value is not None]
    low, high = min(0.0, *values), max(0.0, *values)
    room = 0.02 * (high - low) or 1.0
    return ValueAxis("Million USD", low - room if low < 0 else 0.0, high + room, ",.3~r")


def _measure_table(data: BriefData, identifier: str, rows: Sequence[Row]) -> TableView:
    columns = (
        Column("Measure", lambda r: str(r["measure"])),
        *_branch_column(data),
        Column("Saved alone, million USD", lambda r: millions(r["saving_alone"]), True),
        Column("Weeks gained", lambda r: weeks_number(r["weeks_gained"]), True),
        Column("Shortage avoided", _tonnes("shortage_avoided_amount"), True),
        Column("Missed if left out, million USD", lambda r: millions(r["saving_last"]), True),
        Column("1 % more saves, million USD", lambda r: millions(r["marginal_value"]), True),
        Column("What it is", lambda r: str(r["what_it_is"])),
        Column("Source", computed),
    )
    return table_view(identifier, "Measures", columns, rows, table="response_measures")


def _tonnes(name: str) -> Callable[[Row], str]:
    return lambda r: f"{millions(r[name])} t"


def _branch_column(data: BriefData) -> tuple[Column, ...]:
    if branches(data) == [STATED]:
        return ()
    return (Column("Branch", lambda r: str(r["branch"])),)


def _measure_tables(data: BriefData) -> tuple[TableView, ...]:
    """The ranking of the worst branch, open; the others stand behind the figure."""
    found = [rows for branch in branches(data) if (rows := measure_rows(data, branch))]
    return (_measure_table(data, "rows-measures-first", found[0]),) if found else ()


def _pairs(data: BriefData, branch: str) -> list[dict[str, Any]]:
    """Pairs that help or overlap, the strongest first; what is small beside them is left out."""
    rows = [
        row
        for row in data.rows("response_pairs")
        if row["branch"] == branch and row["reading"] != "apart"
    ]
    least = _SMALL_PART * max((abs(row["saving_both"]) for row in rows), default=0.0)
    kept = [row for row in rows if abs(row["interaction"]) >= least]
    return sorted(kept, key=lambda r: (-abs(r["interaction"]), r["first"], r["second"]))


def _pair_branch(data: BriefData) -> str | None:
    """The worst branch that has pairs."""
    return next((b for b in by_loss(data) if _pairs(data, b)), None)


def _pair_lines(data: BriefData) -> tuple[str, ...]:
    branch = _pair_branch(data)
    if branch is None:
        return ()
    lines = []
    for reading, verb in (("help", "help each other"), ("overlap", "do part of the same work")):
        first = next((r for r in _pairs(data, branch) if r["reading"] == reading), None)
        if first is not None:
            size = f"{money(abs(first['interaction']))} {'more' if reading == 'help' else 'less'}"
            lines.append(
                f"{opening(first['first'])} and {first['second']} {verb}: together {size} than "
                "the sum of each alone."
            )
    return tuple(lines)


def _pair_figures(data: BriefData) -> tuple[Figure, ...]:
    branch = _pair_branch(data)
    if branch is None:
        return ()
    bars = [_pair_bar(row) for row in _pairs(data, branch)[:_SHOWN_PAIRS]]
    axis, heading = _money_axis(bars), branch_heading(branch)
    return (
        figure(
            "figure-pairs",
            "Measures that help each other, and measures that overlap",
            "Bars to the right: both together save more than the sum of each alone. Bars to the "
            f"left: one does part of the other's work.{f' {heading}.' if heading else ''}",
            lambda size: ranged_bars(bars, axis, size),
            _pair_table(data),
            (LegendItem("help", "var(--drawn)"), LegendItem("overlap", "var(--other)")),
        ),
    )


def _pair_bar(row: Row) -> IntervalRow:
    return IntervalRow(
        label=f"{row['first']} with {row['second']}",
        series=row["reading"],
        value=row["interaction"],
        low=None,
        high=None,
        colour="var(--drawn)" if row["reading"] == "help" else "var(--other)",
        shape="square",
        text=f"{short_money(row['interaction'])} · {row['reading']}",
    )


def _pair_table(data: BriefData) -> TableView:
    columns = (
        Column("First", lambda r: str(r["first"])),
        Column("Second", lambda r: str(r["second"])),
        *_branch_column(data),
        Column("First alone, million USD", lambda r: millions(r["saving_first"]), True),
        Column("Second alone", lambda r: millions(r["saving_second"]), True),
        Column("Both", lambda r: millions(r["saving_both"]), True),
        Column("Both less the sum", lambda r: millions(r["interaction"]), True),
        Column("Reading", lambda r: str(r["reading"])),
        Column("Source", computed),
    )
    order = branches(data)
    rows = [row for row in data.rows("response_pairs") if row["branch"] in order]
    rows.sort(key=lambda r: (order.index(r["branch"]), -abs(r["interaction"]), r["first"]))
    return table_view("rows-pairs", "Pairs of measures", columns, rows, table="response_pairs")


def _other_tables(data: BriefData) -> tuple[TableView, ...]:
    """What knowing is worth, ranges over draws, what they hang on, and the notes; folded."""
    return (
        *_table_if(
            data,
            "response_knowledge",
            "What it costs to decide month by month",
            (
                Column("Knowledge", lambda r: str(r["knowledge"])),
                *_branch_column(data),
                Column("Cost, million USD", lambda r: millions(r["cost"]), True),
                Column("Loss of the partners", lambda r: millions(r["loss"]), True),
                Column("Shortage", _tonnes("shortage_amount"), True),
                Column("Above foresight", lambda r: millions(r["value_of_knowing"]), True),
            ),
        ),
        *_table_if(data, "ensemble_intervals", "Ranges over many draws", _INTERVAL_COLUMNS),
        *_table_if(data, "ensemble_attribution", "What the range hangs on", _ATTRIBUTION_COLUMNS),
        *_table_if(
            data,
            "response_notes",
            "What was applied and what was assumed",
            (Column("Note", lambda r: str(r["note"])), *_branch_column(data)),
        ),
    )


def _table_if(
    data: BriefData, name: str, caption: str, columns: tuple[Column, ...]
) -> tuple[TableView, ...]:
    rows = data.rows(name)
    if not rows:
        return ()
    identifier = f"rows-{name.replace('_', '-')}"
    return (table_view(identifier, caption, columns, rows, table=name, limit=60, is_folded=True),)


def _number(name: str) -> Callable[[Row], str]:
    return lambda r: "–" if r[name] is None else significant(r[name])


def _index(name: str) -> Callable[[Row], str]:
    return lambda r: "–" if r[name] is None else f"{r[name]:.2f}"


_INTERVAL_COLUMNS: Final = (
    Column("Figure", lambda r: str(r["figure"])),
    Column("Unit", lambda r: str(r["unit"] or "–")),
    Column("Central", _number("central"), True),
    Column("5 %", _number("low"), True),
    Column("Median", _number("median"), True),
    Column("95 %", _number("high"), True),
    Column("Draws", lambda r: f"{r['draws']:,}", True),
)
_ATTRIBUTION_COLUMNS: Final = (
    Column("Figure", lambda r: str(r["figure"])),
    Column("Unknown", lambda r: str(r["unknown"])),
    Column("Share of the variance", _index("total"), True),
    Column("5 %", _index("total_low"), True),
    Column("95 %", _index("total_high"), True),
)
