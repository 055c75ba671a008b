"""What the plan stores, and what partners go without: orders, cover over time, shortage, loss."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Final

from allanite.present.bands import Area, Band, stacked_areas, year_bands
from allanite.present.bars import ranged_bars
from allanite.present.data import BriefData
from allanite.present.figures import PERCENT, IntervalRow, ValueAxis
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
from allanite.present.plan import (
    WITH,
    WITHOUT,
    by_year,
    days_words,
    form_word,
    orders,
    quarter,
    tonnes_short,
)
from allanite.present.response import computed, names_of
from allanite.present.words import millions, opening, percent, short_money

_SHOWN_ORDERS: Final = 12
_SHOWN_PRODUCTS: Final = 10
_SHOWN_ROWS: Final = 80
_LEAST_SHARE: Final = 1e-3
_MILLION: Final = 1e6
_COLOURS: Final = {WITH: "var(--drawn)", WITHOUT: "var(--lost)"}
FORM_COLOURS: Final = {
    "oxide": "var(--branch-1)",
    "metal": "var(--branch-2)",
    "alloy": "var(--branch-3)",
    "magnet": "var(--drawn)",
    "refining": "var(--other)",
}
OTHER_FORM: Final = "var(--branch-4)"


def order_figures(data: BriefData) -> tuple[Figure, ...]:
    """Stock orders by form and place: what they cost, how many tonnes, how many days."""
    rows = orders(data)
    if not rows:
        return ()
    axis = ValueAxis("Million USD", 0, 1.02 * max(r["cost"] for r in rows), ",.3~r")
    drawings = [d for p in data.case.partners if (d := _order_panel(data, p, rows, axis))]
    return (
        panel_figure(
            "figure-plan-orders",
            "What to store, in which form and where",
            "Bars: what all orders of a stock cost, with the rise of the price by the purchase "
            "itself. Beside them tonnes and days of the partner's own use of that very form; a "
            "partner that hardly uses a form itself stores it for the next stage.",
            drawings,
            _order_table(data, rows),
        ),
    )


def _order_panel(
    data: BriefData, partner: str, rows: Sequence[Row], axis: ValueAxis
) -> PanelDrawing | None:
    names, colour = names_of(data), data.places.colour(partner)
    mine = [r for r in rows if r["region"] == partner]
    if not mine:
        return None
    bars = [
        IntervalRow(
            label=f"{opening(names.material(r['material']))} · {form_word(r['form']).lower()}",
            series="",
            value=r["cost"],
            low=None,
            high=None,
            colour=colour,
            shape="square",
            text=f"{tonnes_short(r['ordered_amount'])} · {days_words(r['cover'])}",
        )
        for r in mine[:_SHOWN_ORDERS]
    ]
    rest = len(mine) - len(bars)
    heading = f"{data.places.name(partner)}{f' ({rest} more in the table)' if rest else ''}"
    return PanelDrawing(heading, partial(ranged_bars, bars, axis))


def _order_table(data: BriefData, rows: Sequence[Row]) -> TableView:
    names = names_of(data)
    columns = (
        Column("Material", lambda r: opening(names.material(r["material"]))),
        Column("Form", lambda r: form_word(r["form"])),
        Column("Where", lambda r: data.places.name(r["region"])),
        Column("Holder", lambda r: str(r["holder"])),
        Column("Ordered", lambda r: tonnes_short(r["ordered_amount"]), True),
        Column("By year", _by_year),
        Column("Of what may be ordered", lambda r: percent(_filled(r)), True),
        Column("Million USD", lambda r: millions(r["cost"]), True),
        Column("Cover of own use", lambda r: days_words(r["cover"]), True),
        Column("Source", computed),
    )
    return table_view(
        "rows-plan-stocks",
        "Orders, all years of a stock together",
        columns,
        rows,
        table="plan_stocks",
    )


def _by_year(row: Row) -> str:
    return ", ".join(f"{y}: {millions(a)} t" for y, a in sorted(row["years"].items()))


def _filled(row: Row) -> float:
    """Share of the limit of the years in which anything is ordered."""
    limit = float(row["limit_amount"])
    return float(row["ordered_amount"]) / limit if limit > 0 else 0.0


def cover_figures(data: BriefData) -> tuple[Figure, ...]:
    """Value of what is in store by form over time, at normal prices."""
    price = {row["material_id"]: float(row["price"]) for row in data.rows("material_prices")}
    drawings = [d for p in data.case.partners if (d := _cover_panel(data, p, price))]
    if not drawings:
        return ()
    return (
        panel_figure(
            "figure-plan-cover",
            "What is in store over the years, by form",
            "Shelves of makers and government stocks together, the mean over the courses, valued "
            "at normal prices so that forms can be compared. Where the most that is ever in store "
            "is far below what is ordered, orders are used up as they come. The least of all "
            "courses stands in the table.",
            drawings,
            _cover_table(data),
            tuple(
                LegendItem(form_word(form).lower(), colour) for form, colour in FORM_COLOURS.items()
            ),
        ),
    )


def _cover_panel(data: BriefData, partner: str, price: dict[str, float]) -> PanelDrawing | None:
    worth: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in data.rows("plan_cover"):
        if row["region"] == partner and row["material"] in price:
            value = max(row["level_amount"], 0.0) * price[row["material"]] / _MILLION
            worth[row["form"]][row["period"]] += value
    kept = [form for form in (*FORM_COLOURS, *worth) if any(worth.get(form, {}).values())]
    areas = [
        Area(
            form_word(form),
            FORM_COLOURS.get(form, OTHER_FORM),
            tuple((date.fromisoformat(p), v) for p, v in sorted(worth[form].items())),
        )
        for form in dict.fromkeys(kept)
    ]
    if not areas:
        return None
    most = max(sum(found.get(p, 0.0) for found in worth.values()) for p in _periods(worth))
    bought = sum(row["cost"] for row in orders(data) if row["region"] == partner)
    heading = (
        f"{data.places.name(partner)}: at most {short_money(most)}, orders {short_money(bought)}"
    )
    return PanelDrawing(heading, partial(stacked_areas, areas, "Million USD"))


def _periods(worth: dict[str, dict[str, float]]) -> set[str]:
    return {period for found in worth.values() for period in found}


def _cover_table(data: BriefData) -> TableView:
    names = names_of(data)
    columns = (
        Column("Where", lambda r: data.places.name(r["region"])),
        Column("Material", lambda r: opening(names.material(r["material"]))),
        Column("Form", lambda r: form_word(r["form"])),
        Column("Quarter", lambda r: quarter(r["period"])),
        Column("Mean", lambda r: tonnes_short(max(r["level_amount"], 0.0)), True),
        Column(
            "Least of the courses", lambda r: tonnes_short(max(r["worst_level_amount"], 0.0)), True
        ),
        Column("Source", computed),
    )
    return table_view(
        "rows-plan-cover",
        "What is in store",
        columns,
        data.rows("plan_cover"),
        table="plan_cover",
        limit=_SHOWN_ROWS,
    )


def shortage_figures(data: BriefData) -> tuple[Figure, ...]:
    """Share of the need that is not met, by product, with and without the plan."""
    drawings = [d for p in data.case.partners if (d := _shortage_panel(data, p))]
    if not drawings:
        return ()
    return (
        panel_figure(
            "figure-plan-shortage",
            "What partners go without, with and without the plan",
            "Bars: mean share of the need over all years that is not met; what is replaced or made "
            "do with less counts as met. The line ends at the mean of the worst courses.",
            drawings,
            _shortage_table(data),
            (
                *(LegendItem(name, colour) for name, colour in _COLOURS.items()),
                LegendItem("to the worst courses", "var(--ink)", "line"),
            ),
        ),
    )


def _share(row: Row, name: str) -> float:
    need = float(row["need_amount"])
    return float(row[name]) / need if need > 0 else 0.0


def _shortage_panel(data: BriefData, partner: str) -> PanelDrawing | None:
    names = names_of(data)
    rows = {
        (r["material"], r["variant"]): r
        for r in data.rows("plan_shortage")
        if r["region"] == partner
    }
    worst: dict[str, float] = {}
    for (material, _), row in rows.items():
        worst[material] = max(worst.get(material, 0.0), _share(row, "tail_amount"))
    kept = [m for m in sorted(worst, key=lambda m: (-worst[m], m)) if worst[m] > _LEAST_SHARE]
    bars = [
        _shortage_bar(opening(names.material(material)), rows[material, variant])
        for material in kept[:_SHOWN_PRODUCTS]
        for variant in (WITH, WITHOUT)
        if (material, variant) in rows
    ]
    if not bars:
        return None
    high = 1.02 * max(bar.high or 0.0 for bar in bars)
    rest = len(worst) - len(kept[:_SHOWN_PRODUCTS])
    heading = f"{data.places.name(partner)}{f' ({rest} more in the table)' if rest else ''}"
    axis = ValueAxis("Share of the need", 0, high, PERCENT)
    return PanelDrawing(heading, partial(ranged_bars, bars, axis))


def _shortage_bar(label: str, row: Row) -> IntervalRow:
    mean, tail = _share(row, "mean_amount"), _share(row, "tail_amount")
    return IntervalRow(
        label=label,
        series=row["variant"],
        value=mean,
        low=mean,
        high=tail,
        colour=_COLOURS[row["variant"]],
        shape="square",
        text=f"{_fine(mean)} ({_fine(tail)})",
    )


def _fine(share: float) -> str:
    """A small share to a tenth of a per cent."""
    if share <= 0:
        return "0"
    return f"{100 * share:.1f} %" if share >= _LEAST_SHARE else "under 0.1 %"


def _shortage_table(data: BriefData) -> TableView:
    names = names_of(data)
    columns = (
        Column("Product", lambda r: opening(names.material(r["material"]))),
        Column("Where", lambda r: data.places.name(r["region"])),
        Column("Variant", lambda r: str(r["variant"])),
        Column("Need", lambda r: tonnes_short(r["need_amount"]), True),
        Column("Mean shortage", lambda r: tonnes_short(r["mean_amount"]), True),
        Column("Worst courses", lambda r: tonnes_short(r["tail_amount"]), True),
        Column("Worst of all", lambda r: tonnes_short(r["worst_amount"]), True),
        Column("Thrift and replacement", lambda r: tonnes_short(r["thrift_amount"]), True),
        Column("Source", computed),
    )
    rows = sorted(
        data.rows("plan_shortage"),
        key=lambda r: (r["region"], -_share(r, "tail_amount"), r["material"], r["variant"]),
    )
    return table_view(
        "rows-plan-shortage", "Shortage over all years", columns, rows, table="plan_shortage"
    )


def loss_figures(data: BriefData) -> tuple[Figure, ...]:
    """Loss of the partners by year, with and without the plan."""
    bands = [
        Band(
            name,
            _COLOURS[name],
            (1, 0) if name == WITH else (5, 3),
            tuple((r["year"], r["mean_loss"], r["tail_loss"]) for r in rows),
        )
        for name in (WITHOUT, WITH)
        if (rows := by_year(data, name))
    ]
    if not bands:
        return ()
    return (
        figure(
            "figure-plan-loss",
            "Loss by year, with and without the plan",
            "Lines: mean loss from delayed use and idle plants, not discounted. The band above "
            "each line reaches to the mean of the worst courses of that year.",
            lambda size: year_bands(bands, "Million USD", size),
            _year_table(data),
            tuple(LegendItem(name, colour, "line") for name, colour in _COLOURS.items()),
        ),
    )


def _year_table(data: BriefData) -> TableView:
    columns = (
        Column("Year", lambda r: str(r["year"])),
        Column("Variant", lambda r: str(r["variant"])),
        Column("Mean loss, million USD", lambda r: millions(r["mean_loss"]), True),
        Column("Worst courses", lambda r: millions(r["tail_loss"]), True),
        Column("Worst of all", lambda r: millions(r["worst_loss"]), True),
        Column("Spent by the plan", lambda r: millions(r["capital"]), True),
        Column("Source", computed),
    )
    every = sorted(data.rows("plan_years"), key=lambda r: (r["year"], r["variant"]))
    return table_view("rows-plan-years", "Loss by year", columns, every, table="plan_years")
