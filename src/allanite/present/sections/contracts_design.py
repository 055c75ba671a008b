"""Figures of designs: the least support that keeps a project alive, and what a tariff moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from allanite.present.bars import ranged_bars
from allanite.present.contracts import (
    ALL_PAYERS,
    crossover,
    designs,
    named,
    packages,
    short_kind,
    size_words,
    venture_names,
)
from allanite.present.curves import Curve, Span, curves
from allanite.present.data import BriefData
from allanite.present.figures import IntervalRow
from allanite.present.page import (
    Column,
    Figure,
    LegendItem,
    PanelDrawing,
    Row,
    TableView,
    figure,
    panel_figure,
    table_view,
)
from allanite.present.response import computed
from allanite.present.sections.sharing_split import MONEY_AXIS, roomy, value_axis
from allanite.present.sharing import cost_short
from allanite.present.words import millions, opening, percent, significant

_COLOURS: Final = ("var(--partner-1)", "var(--partner-2)", "var(--partner-3)", "var(--partner-4)")
_DASHES: Final[tuple[tuple[int, ...], ...]] = ((1, 0), (6, 3), (2, 2), (8, 2, 2, 2))
_MOST: Final = 4


def option_figures(data: BriefData) -> tuple[Figure, ...]:
    """What each kind of support costs at the least size that makes a project bankable."""
    found, ventures = designs(data), venture_names(data)
    bars = [
        _option_bar(named(ventures, name), row)
        for name, rows in found.items()
        for row in rows
        if row["is_enough"]
    ]
    if not bars:
        return ()
    ends = [x for bar in bars for x in (bar.value, bar.high) if x is not None]
    rows = [row for members in found.values() for row in members]
    return (
        figure(
            "figure-design-options",
            "The least support that makes a project bankable",
            "Bars: present cost to all payers of the least size that reaches the odds asked for, "
            "mean, and the size; the line runs to the 95th percentile. Supports that are not "
            "enough at any size stand in the table. Below zero payers gain on the mean: a fixed "
            "price hands them all that prices rise, and all that they fall.",
            lambda size: ranged_bars(bars, value_axis(ends, MONEY_AXIS), roomy(size)),
            _option_table(data, rows),
            (
                LegendItem("mean", "var(--drawn)"),
                LegendItem("to the 95th percentile", "var(--ink)", "line"),
            ),
        ),
    )


def _option_bar(venture: str, row: Row) -> IntervalRow:
    cost = row["cost_mean"]
    return IntervalRow(
        f"{venture}: {row['instrument']}", size_words(row), cost, min(cost, 0.0),
        max(row["cost_high"], cost), "var(--drawn)", "square",
        f"{cost_short(cost)}, {size_words(row)}",
    )  # fmt: skip


def _option_table(data: BriefData, rows: Sequence[Row]) -> TableView:
    ventures = venture_names(data)
    columns = (
        Column("Project", lambda r: named(ventures, r["venture_id"])),
        Column("Support", lambda r: opening(r["instrument"])),
        Column("Least size", size_words, True),
        Column("Odds without", lambda r: percent(r["odds_without"]), True),
        Column("Odds with", lambda r: percent(r["odds_reached"]), True),
        Column("Cost, mean", lambda r: millions(r["cost_mean"]), True),
        Column("95 %", lambda r: millions(r["cost_high"]), True),
        Column("Dearest year, 95 %", lambda r: millions(r["worst_year_cost_high"]), True),
        Column("Source", computed),
    )
    caption = "Support by project, the cheapest first"
    return table_view("rows-design-options", caption, columns, rows, table="design_options")


def crossover_figures(data: BriefData) -> tuple[Figure, ...]:
    """At which expected price which support is cheapest, for each project."""
    ventures = venture_names(data)
    found = {name: crossover(data, name) for name in designs(data)}
    found = {name: lines for name, lines in found.items() if _is_drawn(lines)}
    if not found:
        return ()
    span = Span("Mean price of NdPr oxide, USD/kg", "Present cost, million USD")
    panels = [
        PanelDrawing(named(ventures, name), partial(curves, _cost_curves(lines), span))
        for name, lines in list(found.items())[:_MOST]
    ]
    rows = [row for lines in found.values() for members in lines.values() for row in members]
    columns = (
        Column("Project", lambda r: named(ventures, r["venture_id"])),
        Column("Prices times", lambda r: significant(r["price_factor"]), True),
        Column("Mean NdPr, USD/kg", lambda r: significant(r["price_mean"]), True),
        Column("Support", lambda r: opening(r["instrument"])),
        Column("Least size", size_words, True),
        Column("Cost, mean", lambda r: _cost(r["cost_mean"]), True),
        Column("Cheapest", lambda r: "yes" if r["is_cheapest"] else ""),
        Column("Source", computed),
    )
    return (
        panel_figure(
            "figure-design-crossover",
            "When a floor is cheaper than a grant",
            "Each line: present cost of the least size of one kind of support that reaches the "
            "odds, as all expected prices are lower or higher. Where a line is missing no size of "
            "it is enough.",
            panels,
            table_view(
                "rows-design-crossover", "Cost by expected price", columns, rows,
                table="design_crossover",
            ),
        ),
    )  # fmt: skip


def _is_drawn(lines: Mapping[str, Sequence[Row]]) -> bool:
    return any(len([r for r in rows if r["cost_mean"] is not None]) > 1 for rows in lines.values())


def _cost_curves(lines: Mapping[str, Sequence[Row]]) -> list[Curve]:
    drawn = {
        name: [(r["price_mean"], r["cost_mean"]) for r in rows if r["cost_mean"] is not None]
        for name, rows in lines.items()
    }
    drawn = {name: points for name, points in drawn.items() if len(points) > 1}
    return [
        Curve(opening(name), short_kind(name), _COLOURS[i], _DASHES[i], tuple(points))
        for i, (name, points) in enumerate(list(drawn.items())[:_MOST])
    ]


def payer_name(data: BriefData, payer: str) -> str:
    """A payer of a design: a partner by name, or all."""
    return "All" if payer == ALL_PAYERS else data.places.name(payer)


def _cost(value: float | None) -> str:
    return "–" if value is None else millions(value)


def package_tables(data: BriefData) -> tuple[TableView, ...]:
    """Packages of two kinds of support, by project and payer."""
    ventures = venture_names(data)
    rows = [row for name in designs(data) for row in packages(data, name)]
    if not rows:
        return ()
    shares = [r for r in data.rows("design_packages") if r["is_cheapest_tail"]]
    columns = (
        Column("Project", lambda r: named(ventures, r["venture_id"])),
        Column("Package", lambda r: opening(r["package"])),
        Column("Payer", lambda r: payer_name(data, r["payer"])),
        Column("Bears", lambda r: f"{100 * r['payer_share']:.0f} %", True),
        Column("Odds", lambda r: percent(r["odds_reached"]), True),
        Column("Cost, mean", lambda r: millions(r["cost_mean"]), True),
        Column("95 %", lambda r: millions(r["cost_high"]), True),
        Column("Dearest twentieth", lambda r: millions(r["cost_tail"]), True),
        Column("Source", computed),
    )
    return (
        table_view(
            "rows-design-shares", "The cheapest package by mean and tail, by payer", columns,
            shares, table="design_packages",
        ),
        table_view(
            "rows-design-packages", "All packages tried", columns, rows,
            table="design_packages", is_folded=True,
        ),
    )  # fmt: skip
