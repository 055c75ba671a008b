"""Figures of contracts: payoffs, price fans, cost by payer, odds without and with, budgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from allanite.present.bands import Band, year_bands
from allanite.present.bars import ranged_bars
from allanite.present.chart import Size
from allanite.present.contracts import (
    budget,
    contract_names,
    costly,
    effects,
    fan,
    gain,
    named,
    payoffs,
    price_floors,
    venture_names,
)
from allanite.present.curves import Curve, FanPoint, Level, Span, curves, year_fan
from allanite.present.data import BriefData
from allanite.present.figures import IntervalRow, ValueAxis, interval_rows
from allanite.present.page import (
    Figure,
    LegendItem,
    PanelDrawing,
    Row,
    figure,
    panel_figure,
)
from allanite.present.sections.contracts_tables import (
    budget_table,
    cost_table,
    fan_table,
    odds_table,
    payoff_table,
)
from allanite.present.sections.sharing_split import MONEY_AXIS, value_axis
from allanite.present.sharing import cost_short
from allanite.present.words import short_percent

COLOURS: Final = ("var(--partner-1)", "var(--partner-2)", "var(--partner-3)", "var(--partner-4)")
_DASHES: Final[tuple[tuple[int, ...], ...]] = ((1, 0), (6, 3), (2, 2), (8, 2, 2, 2))
_MOST_BARS: Final = 12
_MOST_LINES: Final = 4
_FANS: Final = (
    ("NdPr oxide", "NdPr oxide"),
    ("Dy oxide", "Dysprosium oxide"),
    ("Tb oxide", "Terbium oxide"),
)
_PRICE: Final = "USD/kg"
_BENCHMARK: Final = "FOB China"
IN_FORCE: Final = "in_force"


def payoff_figures(data: BriefData) -> tuple[Figure, ...]:
    """What each price contract pays in a year at a flat price, and what a kilogram then brings."""
    found = dict(list(payoffs(data).items())[:_MOST_LINES])
    if not found:
        return ()
    names = contract_names(data)
    payment = _payoff_curves(found, names, "payment")
    realised = _payoff_curves(found, names, "realised_price")
    span = Span("Price of the index, USD/kg", "To the producer, million USD a year")
    level = Span("Price of the index, USD/kg", "What a kilogram brings, USD")
    rows = [row for rows in found.values() for row in rows]
    return (
        panel_figure(
            "figure-contract-payoffs",
            "What a price contract pays, and takes",
            "Below its floor a contract tops the producer up; above its threshold the payer takes "
            "a share. Prices stand still for a year, volumes are full, money is of 2025.",
            (
                PanelDrawing("Payment", lambda size: curves(payment, span, size)),
                PanelDrawing(
                    "Price after the contract", lambda size: curves(realised, level, size)
                ),
            ),
            payoff_table(data, rows),
            _line_legend(payment),
        ),
    )


def _payoff_curves(
    found: Mapping[str, Sequence[Row]], names: Mapping[str, str], column: str
) -> list[Curve]:
    return [
        Curve(
            names[name],
            _short(name),
            COLOURS[i],
            _DASHES[i],
            tuple((row["index_price"], row[column]) for row in rows),
        )
        for i, (name, rows) in enumerate(found.items())
    ]


def _short(contract_id: str) -> str:
    """The id without its country: `MP-PPA`."""
    return contract_id.split("-", 1)[-1][:14]


def _line_legend(lines: Sequence[Curve]) -> tuple[LegendItem, ...]:
    return tuple(LegendItem(f"{line.name} ({line.short})", line.colour, "line") for line in lines)


def fan_figures(data: BriefData) -> tuple[Figure, ...]:
    """Simulated prices by year, with the floors that are agreed."""
    drawn = [(name, title, fan(data, name, _BENCHMARK)) for name, title in _FANS]
    drawn = [(name, title, rows) for name, title, rows in drawn if rows]
    if not drawn:
        return ()
    floors = price_floors(data)
    panels = [
        PanelDrawing(
            title,
            partial(_fan, [_point(row) for row in rows], floors.get(name, ()), COLOURS[i]),
        )
        for i, (name, title, rows) in enumerate(drawn)
    ]
    rows = [row for _, _, found in drawn for row in found]
    return (
        panel_figure(
            "figure-price-fan",
            "What oxide prices may do",
            "Median, half and nine tenths of simulated paths of the price exported from China, "
            "money of 2025; levels: floors that are agreed, in the money of their day. The process "
            "is fitted to sixteen years of annual averages and a few points: it is wide because "
            "little is known.",
            panels,
            fan_table(data, rows),
            (LegendItem("median", COLOURS[0], "line"), LegendItem("half, nine tenths", COLOURS[0])),
        ),
    )


def _fan(
    points: Sequence[FanPoint], levels: Sequence[Level], colour: str, size: Size
) -> dict[str, object]:
    return year_fan(points, levels, _PRICE, colour, size)


def _point(row: Row) -> FanPoint:
    return FanPoint(row["year"], row["p5"], row["p25"], row["p50"], row["p75"], row["p95"])


def cost_figures(data: BriefData) -> tuple[Figure, ...]:
    """Present cost of each contract to each of its payers, in the mean and the tail."""
    rows = costly(data)[:_MOST_BARS]
    if not rows:
        return ()
    bars = [_cost_bar(row) for row in rows]
    ends = [x for bar in bars for x in (bar.value, bar.low, bar.high) if x is not None]
    return (
        figure(
            "figure-contract-costs",
            "What contracts cost whom",
            "Bars: present cost at the public rate, mean of the paths; the line spans nine tenths "
            "of them. Below zero the payer gains. Hollow: not in force. Several bars of one "
            "contract are its payers. Money of 2025, million USD.",
            lambda size: ranged_bars(bars, value_axis(ends, MONEY_AXIS), size),
            cost_table(data, costly(data)),
            (LegendItem("mean", "var(--drawn)"),
                LegendItem("nine tenths of paths", "var(--ink)", "line"),
            ),
        ),
    )  # fmt: skip


def _cost_bar(row: Row) -> IntervalRow:
    text = cost_short(row["cost_mean"])
    return IntervalRow(
        row["name"], row["payer"], row["cost_mean"], row["cost_low"], row["cost_high"],
        "var(--drawn)", "square", text, is_solid=row["status"] == IN_FORCE,
    )  # fmt: skip


def odds_figures(data: BriefData) -> tuple[Figure, ...]:
    """Odds of survival of each project without its contract and with it."""
    pairs = [pair for pair in effects(data) if abs(gain(pair)) >= 0.005][:_MOST_BARS]
    if not pairs:
        return ()
    ventures, contracts = venture_names(data), contract_names(data)
    rows = [
        bar
        for without, with_it in pairs
        for bar in _odds_bars(
            named(ventures, without["venture_id"]),
            named(contracts, without["contract_id"]),
            without,
            with_it,
        )
    ]
    axis = ValueAxis("Odds of neither default nor closure", 0.0, 1.0)
    shown = [row for pair in effects(data) for row in pair]
    return (
        figure(
            "figure-contract-odds",
            "Which project lives, without and with its contract",
            "Odds over simulated prices that a project neither misses its debt service nor closes; "
            "the line spans what draws of the price process make of it.",
            lambda size: interval_rows(rows, axis, size),
            odds_table(data, shown),
            (
                LegendItem("without", "var(--lost)", "ring"),
                LegendItem("with", "var(--drawn)", "circle"),
            ),
        ),
    )  # fmt: skip


def _odds_bars(venture: str, name: str, without: Row, with_it: Row) -> tuple[IntervalRow, ...]:
    label = f"{venture}: {name}"
    return tuple(
        IntervalRow(
            label, row["state"], row["survival_share"], row["survival_low"], row["survival_high"],
            colour, "circle", f"{row['state']}: {short_percent(row['survival_share'])}",
            is_solid=row is with_it,
        )
        for row, colour in ((without, "var(--lost)"), (with_it, "var(--drawn)"))
    )  # fmt: skip


def budget_figures(data: BriefData) -> tuple[Figure, ...]:
    """What the dearest contracts take from a budget in each year, mean and 95th percentile."""
    rows = [r for r in costly(data) if r["cost_mean"] > 0 and r["status"] == IN_FORCE][:_MOST_LINES]
    bands = [
        Band(
            f"{row['name']}, {row['payer']}", COLOURS[i], _DASHES[i],
            tuple(
                (r["year"], max(r["cost_mean"], 0.0), max(r["cost_high"], 0.0))
                for r in budget(data, row["contract_id"], row["payer"])
            ),
        )
        for i, row in enumerate(rows)
    ]  # fmt: skip
    if not any(len(band.points) > 1 for band in bands):
        return ()
    shown = [r for row in rows for r in budget(data, row["contract_id"], row["payer"])]
    return (
        figure(
            "figure-contract-budget",
            "What a budget must hold",
            "Line: mean payment of a year; band: up to what one path in twenty exceeds. Not "
            "discounted, money of 2025; contracts in force. A budget at the mean fails in years "
            "when prices fall.",
            lambda size: year_bands(bands, "Million USD a year", size),
            budget_table(data, shown),
            tuple(LegendItem(band.name, band.colour, "line") for band in bands),
        ),
    )
