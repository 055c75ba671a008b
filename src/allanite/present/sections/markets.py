"""Stocks and markets in the cheapest answer: what is drawn by month, and where prices part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from allanite.network.lineage_rule import base_material
from allanite.present.data import BriefData
from allanite.present.page import (
    Column,
    Figure,
    LegendItem,
    PanelDrawing,
    Row,
    TableView,
    panel_figure,
    table_view,
)
from allanite.present.response import (
    branch_heading,
    by_loss,
    computed,
    names_of,
    period_end,
    period_start,
)
from allanite.present.strips import PriceLine, StripCell, StripRow, price_lines, share_strips
from allanite.present.words import opening, percent, significant

SHOWN_MATERIALS: Final = ("ox_dy", "ox_tb", "ox_ndpr")
_SHOWN_STOCKS: Final = 12
_DRAWN: Final = 0.01  # share of a stock that must be drawn for it to be shown
_KILOGRAMS: Final = 1000.0
_DASHES: Final[tuple[tuple[int, ...], ...]] = ((1, 0), (7, 3), (2, 2), (8, 2, 2, 2))
Shelf = tuple[str, str, str]


def stock_figures(data: BriefData) -> tuple[Figure, ...]:
    """How far the partners' stocks are drawn by month, in the worst branch that draws any."""
    for branch in by_loss(data):
        shelves = _shelves(data, branch)
        drawings = [d for p in data.case.partners if (d := _stock_panel(data, p, shelves))]
        if drawings:
            return (_stock_figure(data, branch, drawings),)
    return ()


def _shelves(data: BriefData, branch: str) -> dict[Shelf, dict[str, tuple[float, float]]]:
    """(initial, level) [t] by (partner, kind, material) and period; classes of origin together."""
    country = {row["site_id"]: row["country"] for row in data.rows("sites")}
    partners = data.case.partners
    found: dict[Shelf, dict[str, tuple[float, float]]] = defaultdict(dict)
    for row in data.rows("response_stocks"):
        code = country.get(row["place"], row["place"])
        region = code if code in partners else data.places.demand_region.get(code, code)
        if row["branch"] != branch or region not in partners:
            continue
        levels = found[region, row["kind"], base_material(row["material"])]
        initial, level = levels.get(row["period"], (0.0, 0.0))
        levels[row["period"]] = (initial + row["initial_amount"], level + row["level_amount"])
    return found


def _stock_panel(
    data: BriefData, partner: str, shelves: dict[Shelf, dict[str, tuple[float, float]]]
) -> PanelDrawing | None:
    names = names_of(data)
    rows = [
        (_most_drawn(levels), _stock_strip(names.material(key[2]), key[1], levels))
        for key, levels in shelves.items()
        if key[0] == partner and _most_drawn(levels) > _DRAWN
    ]
    rows.sort(key=lambda item: (-item[0], item[1].label, item[1].series))
    strips = [strip for _, strip in rows[:_SHOWN_STOCKS]]
    if not strips:
        return None
    more = len(rows) - len(strips)
    heading = data.places.name(partner) + (f" ({more} more in the table)" if more else "")
    return PanelDrawing(heading, partial(share_strips, strips, "var(--drawn)"))


def _most_drawn(levels: dict[str, tuple[float, float]]) -> float:
    return max(_drawn(initial, level) for initial, level in levels.values())


def _drawn(initial: float, level: float) -> float:
    return min(max(1 - level / initial, 0.0), 1.0) if initial > 0 else 0.0


def _stock_strip(material: str, kind: str, levels: dict[str, tuple[float, float]]) -> StripRow:
    labels = sorted(levels)
    cells = tuple(
        StripCell(
            period_start(label),
            period_end(labels, i),
            _drawn(*levels[label]),
            f"{percent(_drawn(*levels[label]))} drawn",
        )
        for i, label in enumerate(labels)
    )
    initial, least = levels[labels[0]][0], min(level for _, level in levels.values())
    text = f"{significant(initial - least, 2)} of {significant(initial, 2)} t"
    return StripRow(f"{opening(material)} · {kind}", kind, cells, text)


def _stock_figure(data: BriefData, branch: str, drawings: Sequence[PanelDrawing]) -> Figure:
    heading = branch_heading(branch)
    return panel_figure(
        "figure-stocks",
        "Stocks drawn by month in the cheapest answer",
        "The stronger the colour, the more of the stock is used up at the end of the month. The "
        f"number is the most that is ever drawn.{f' {heading}.' if heading else ''}",
        drawings,
        _stock_table(data, branch),
        (LegendItem("all drawn", "var(--drawn)"), LegendItem("untouched", "none")),
    )


def _stock_table(data: BriefData, branch: str) -> TableView:
    names = names_of(data)
    columns = (
        Column("Stock", lambda r: str(r["stock"])),
        Column("Holder", lambda r: str(r["holder"])),
        Column("Kind", lambda r: str(r["kind"])),
        Column("Material", lambda r: names.material(r["material"])),
        Column("Period", lambda r: str(r["period"])),
        Column("At the start", lambda r: f"{significant(r['initial_amount'], 2)} t", True),
        Column("At its end", lambda r: f"{significant(r['level_amount'], 2)} t", True),
        Column("Source", computed),
    )
    rows = [
        row
        for row in data.rows("response_stocks")
        if row["branch"] == branch and _drawn(row["initial_amount"], row["level_amount"]) > _DRAWN
    ]
    return table_view(
        "rows-stocks",
        "Stocks drawn by more than 1 %",
        columns,
        sorted(rows, key=lambda r: (r["stock"], r["period"])),
        table="response_stocks",
        limit=40,
    )


def price_figures(data: BriefData) -> tuple[Figure, ...]:
    """Prices inside the watched country and at the partners, in the worst branch that has any."""
    for branch in by_loss(data):
        rows = _price_rows(data, branch)
        drawings = [d for m in SHOWN_MATERIALS if (d := _price_panel(data, m, rows))]
        if drawings:
            return (_price_figure(data, branch, drawings, rows),)
    return ()


def _price_rows(data: BriefData, branch: str) -> list[dict[str, Any]]:
    """The dearer class of each material at each market shown, by period, with `price` [USD/t].

    Goods of free origin serve wherever those of listed origin do: the dearer class is the price
    of one tonne that any buyer may use.
    """
    markets = (data.case.watched, *data.case.partners)
    best: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in data.rows("response_prices"):
        base = base_material(row["material"])
        if row["branch"] != branch or base not in SHOWN_MATERIALS or row["place"] not in markets:
            continue
        key = (base, row["place"], row["period"])
        price = row["normal_price"] + row["price_added"]
        if key not in best or price > best[key]["price"]:
            best[key] = {**row, "base": base, "price": price}
    return sorted(best.values(), key=lambda r: (r["base"], r["place"], r["period"]))


def _price_panel(data: BriefData, material: str, rows: Sequence[Row]) -> PanelDrawing | None:
    of_material = [r for r in rows if r["base"] == material]
    lines = []
    for i, place in enumerate((data.case.watched, *data.case.partners)):
        members = [r for r in of_material if r["place"] == place] or _untouched(of_material)
        if members:
            points = tuple((period_start(r["period"]), r["price"] / _KILOGRAMS) for r in members)
            colour, dash = data.places.colour(place), _DASHES[min(i, len(_DASHES) - 1)]
            lines.append(PriceLine(data.places.name(place), place, colour, dash, points))
    if not lines:
        return None
    heading = f"{opening(names_of(data).material(material))}{_gap(data, material, rows)}"
    return PanelDrawing(heading, partial(price_lines, lines, "USD/kg"))


def _untouched(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Periods of a market without rows, which is one without scarcity: the normal price."""
    normal = {row["period"]: row["normal_price"] for row in rows}
    return [{"period": p, "price": price} for p, price in sorted(normal.items())]


def _gap(data: BriefData, material: str, rows: Sequence[Row]) -> str:
    """The dearest partner's price over the price inside, where they are furthest apart."""
    of_material = [r for r in rows if r["base"] == material]
    watched = [r for r in of_material if r["place"] == data.case.watched]
    inside = {r["period"]: r["price"] for r in watched or _untouched(of_material)}
    ratios = [
        r["price"] / inside[r["period"]]
        for r in of_material
        if r["place"] != data.case.watched and inside.get(r["period"], 0.0) > 0
    ]
    if not ratios:
        return ""
    times = f"up to {significant(max(ratios), 2)} times the price in {data.watched_name()}"
    return f": {times}" if max(ratios) > 1.05 else ": one price"


def _price_figure(
    data: BriefData, branch: str, drawings: Sequence[PanelDrawing], rows: Sequence[Row]
) -> Figure:
    heading = branch_heading(branch)
    markets = (data.case.watched, *data.case.partners)
    legend = [
        LegendItem(data.places.name(code), data.places.colour(code), "line") for code in markets
    ]
    return panel_figure(
        "figure-prices",
        f"One market or two: prices inside and outside {data.watched_name()}",
        "The normal price and the scarcity on top of it, by month of the cheapest answer. Lines "
        "that part show a split market; a market without rows in the table has no scarcity."
        f"{f' {heading}.' if heading else ''}",
        drawings,
        _price_table(data, rows),
        legend,
    )


def _price_table(data: BriefData, rows: Sequence[Row]) -> TableView:
    names = names_of(data)
    columns = (
        Column("Material", lambda r: names.material(r["material"])),
        Column("Market", lambda r: data.places.name(r["place"])),
        Column("Period", lambda r: str(r["period"])),
        Column("Normal price", _per_kilogram("normal_price"), True),
        Column("Scarcity", _per_kilogram("price_added"), True),
        Column("Price", _per_kilogram("price"), True),
        Column("Source", computed),
    )
    return table_view(
        "rows-prices", "Prices drawn above", columns, rows, table="response_prices", limit=80
    )


def _per_kilogram(name: str) -> Callable[[Row], str]:
    return lambda r: f"{significant(r[name] / _KILOGRAMS)} USD/kg"
