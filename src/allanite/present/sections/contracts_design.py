"""Figures of designs: the least support that keeps a project alive, and what a tariff moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from allanite.present.bars import ranged_bars
from allanite.present.contracts import crossover, designs, packages, size_words
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
from allanite.present.sections.sharing_split import MONEY_AXIS, value_axis
from allanite.present.sharing import cost_short
from allanite.present.words import millions, opening, percent, significant

_COLOURS: Final = ("var(--partner-1)", "var(--partner-2)", "var(--partner-3)", "var(--partner-4)")
_DASHES: Final[tuple[tuple[int, ...], ...]] = ((1, 0), (6, 3), (2, 2), (8, 2, 2, 2))
_MOST: Final = 4


def option_figures(data: BriefData) -> tuple[Figure, ...]:
    """What each kind of support costs at the least size that makes a project bankable."""
    found = designs(data)
    bars = [_option_bar(name, row) for name, rows in found.items() for row in rows]
    if not bars:
        return ()
    ends = [x for bar in bars for x in (bar.value, bar.high) if x is not None]
    rows = [row for members in found.values() for row in members]
    return (
        figure(
            "figure-design-options",
            "The least support that makes a project bankable",
            "Bars: present cost to all payers of the least size that reaches the odds asked for, "
            "mean; the line runs to the 95th percentile. Hollow: no size of it is enough alone; "
            "shown is the largest tried.",
            lambda size: ranged_bars(bars, value_axis(ends, MONEY_AXIS), size),
            _option_table(rows),
            (
                LegendItem("enough", "var(--drawn)"),
                LegendItem("not enough at any size", "var(--lost)"),
            ),
        ),
    )


def _option_bar(venture: str, row: Row) -> IntervalRow:
    cost, colour = row["cost_mean"], "var(--drawn)" if row["is_enough"] else "var(--lost)"
    text = cost_short(cost) if row["is_enough"] else f"odds {percent(row['odds_reached'])}"
    label = f"{venture}, {percent(row['odds_wanted'])} odds"
    return IntervalRow(
        label, f"{row['instrument']} ({size_words(row)})", cost, min(cost, 0.0),
        max(row["cost_high"], cost), colour, "square", f"{row['instrument']}: {text}",
        is_solid=row["is_enough"],
    )  # fmt: skip


def _option_table(rows: Sequence[Row]) -> TableView:
    columns = (
        Column("Project", lambda r: str(r["venture_id"])),
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
    found = {name: crossover(data, name) for name in designs(data)}
    found = {name: lines for name, lines in found.items() if _is_drawn(lines)}
    if not found:
        return ()
    span = Span("Mean price of NdPr oxide, USD/kg", "Present cost, million USD")
    panels = [
        PanelDrawing(name, partial(curves, _cost_curves(lines), span))
        for name, lines in list(found.items())[:_MOST]
    ]
    rows = [row for lines in found.values() for members in lines.values() for row in members]
    columns = (
        Column("Project", lambda r: str(r["venture_id"])),
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
        Curve(opening(name), name[:14], _COLOURS[i], _DASHES[i], tuple(points))
        for i, (name, points) in enumerate(list(drawn.items())[:_MOST])
    ]


def _cost(value: float | None) -> str:
    return "–" if value is None else millions(value)


def package_tables(data: BriefData) -> tuple[TableView, ...]:
    """Packages of two kinds of support, by project and payer."""
    ventures = designs(data)
    rows = [row for name in ventures for row in packages(data, name)]
    if not rows:
        return ()
    shares = [r for r in data.rows("design_packages") if r["is_cheapest"]]
    columns = (
        Column("Project", lambda r: str(r["venture_id"])),
        Column("Package", lambda r: opening(r["package"])),
        Column("Payer", lambda r: str(r["payer"])),
        Column("Bears", lambda r: percent(r["payer_share"]), True),
        Column("Odds", lambda r: percent(r["odds_reached"]), True),
        Column("Cost, mean", lambda r: millions(r["cost_mean"]), True),
        Column("95 %", lambda r: millions(r["cost_high"]), True),
        Column("Dearest twentieth", lambda r: millions(r["cost_tail"]), True),
        Column("Source", computed),
    )
    return (
        table_view(
            "rows-design-shares", "The cheapest package of each project, by payer", columns,
            shares, table="design_packages",
        ),
        table_view(
            "rows-design-packages", "All packages tried", columns, rows,
            table="design_packages", is_folded=True,
        ),
    )  # fmt: skip
