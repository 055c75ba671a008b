"""Who holds which stock in which form, what it covers, what is held twice, who may draw it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from allanite.present.bars import ranged_bars
from allanite.present.data import BriefData
from allanite.present.figures import IntervalRow
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
from allanite.present.plan import form_word, tonnes_short
from allanite.present.quarters import QuarterPart, QuarterStrip, quarter_columns, quarter_strips
from allanite.present.response import computed, names_of
from allanite.present.sections.plan_store import FORM_COLOURS, OTHER_FORM
from allanite.present.sections.sharing_split import value_axis
from allanite.present.sharing import JOINT, ORDERS, SEPARATE, TODAY, holdings, overlaps, stock_label
from allanite.present.words import millions, opening, percent, short_money, short_percent

_SHOWN: Final = 8
_SHOWN_ROWS: Final = 80
_LEAST_SHARE: Final = 1e-3
_MILLION: Final = 1e6
_COLOURS: Final = {JOINT: "var(--drawn)", SEPARATE: "var(--lost)"}
_SERIES: Final = {JOINT: "one joint plan", SEPARATE: "separate plans"}
_LEGEND: Final = tuple(LegendItem(_SERIES[p], _COLOURS[p]) for p in (JOINT, SEPARATE))
_KINDS: Final = {
    ORDERS: "Orders beyond the joint plan",
    TODAY: "Stocks of today held twice",
}


def holding_figures(data: BriefData) -> tuple[Figure, ...]:
    """The stock map: orders by place, holder and form, joint against separate."""
    rows = holdings(data)
    ordered = [r for r in rows if max(r["cost"], r["separate_cost"]) > 0]
    places = dict.fromkeys(r["region"] for r in ordered)
    if not places:
        return ()
    axis = value_axis([max(r["cost"], r["separate_cost"]) for r in ordered])
    drawings = [
        PanelDrawing(
            _more(data.places.name(place), len(mine) - _SHOWN),
            partial(ranged_bars, _holding_bars(data, mine[:_SHOWN]), axis),
        )
        for place in places
        if (mine := [r for r in ordered if r["region"] == place])
    ]
    return (
        panel_figure(
            "figure-stock-holdings",
            "Who holds which stock in which form",
            "By place: what all orders of a stock cost in one joint plan and in separate ones, and "
            "beside it the tonnes. An arrow leads to the partner in whose use most of it ends in "
            "an embargo, where that is another one. The table says why each stands where it does.",
            drawings,
            _holding_table(data, rows),
            _LEGEND,
        ),
    )


def _more(heading: str, rest: int) -> str:
    return f"{heading} ({rest} more in the table)" if rest > 0 else heading


def _holding_bars(data: BriefData, rows: Sequence[Row]) -> list[IntervalRow]:
    names = names_of(data)
    holders = {row["holder"] for row in rows}
    bars = []
    for row in rows:
        label = stock_label(names.material(row["material"]), row["form"])
        if len(holders) > 1:
            label = f"{label} · {row['holder']}"
        served = row["serves"]
        arrow = f" → {served}" if served and served != row["region"] else ""
        amount = row["ordered_amount"]
        bars.append(_bar(label, JOINT, row["cost"], f"{tonnes_short(amount)}{arrow}"))
        other = tonnes_short(row["separate_ordered"])
        bars.append(_bar(label, SEPARATE, row["separate_cost"], other))
    return bars


def _bar(label: str, plan: str, value: float, text: str) -> IntervalRow:
    return IntervalRow(label, _SERIES[plan], value, None, None, _COLOURS[plan], "square", text)


def _holding_table(data: BriefData, rows: Sequence[Row]) -> TableView:
    names = names_of(data)
    columns = (
        Column("Material", lambda r: opening(names.material(r["material"]))),
        Column("Form", lambda r: form_word(r["form"])),
        Column("Place", lambda r: data.places.name(r["region"])),
        Column("Holder", lambda r: str(r["holder"])),
        Column("There today", lambda r: tonnes_short(r["shelf_amount"]), True),
        Column("Ordered, joint", lambda r: tonnes_short(r["ordered_amount"]), True),
        Column("Ordered, separate", lambda r: tonnes_short(r["separate_ordered"]), True),
        Column("Million USD, joint", lambda r: millions(r["cost"]), True),
        Column("Million USD, separate", lambda r: millions(r["separate_cost"]), True),
        Column("One tonne more saves, USD", lambda r: millions(r["marginal_value"]), True),
        Column("Serves most", lambda r: _served(data, r)),
        Column("Why here, in this form", lambda r: str(r["why"])),
        Column("Source", computed),
    )
    caption = "Stocks, joint against separate"
    return table_view("rows-stock-holdings", caption, columns, rows, table="stock_holdings")


def _served(data: BriefData, row: Row) -> str:
    if not row["serves"]:
        return "–"
    share = "" if row["serves_share"] is None else f" ({percent(row['serves_share'])})"
    return f"{data.places.name(row['serves'])}{share}"


def stock_cover_figures(data: BriefData) -> tuple[Figure, ...]:
    """What each use goes without by month of an embargo, joint against separate."""
    rows = data.rows("stock_cover")
    missing = [1 - r[f"{plan}_share"] for r in rows for plan in (JOINT, SEPARATE)]
    darkest = max(missing, default=0.0)
    if darkest <= _LEAST_SHARE:
        return ()
    drawings = [d for p in data.case.partners if (d := _cover_panel(data, rows, p, darkest))]
    if not drawings:
        return ()
    return (
        panel_figure(
            "figure-stock-cover",
            "What stocks cover in an embargo, joint against separate",
            "Each strip is one product over the months of an embargo, the darker the more of its "
            f"need is missing; full colour is {short_percent(darkest)} missing. Upper strip: one "
            "joint plan; lower strip: separate plans. At the right: what is missing of all that is "
            "needed over these months. Products of which nothing is missing are left out.",
            drawings,
            _cover_table(data),
            _LEGEND,
        ),
    )


def _cover_panel(
    data: BriefData, every: Sequence[Row], partner: str, darkest: float
) -> PanelDrawing | None:
    by_material: dict[str, list[Row]] = defaultdict(list)
    for row in every:
        if row["region"] == partner:
            by_material[row["material"]].append(row)
    short = {m: max(_missing(rows, p) for p in _SERIES) for m, rows in by_material.items()}
    kept = [m for m in sorted(short, key=lambda m: (-short[m], m)) if short[m] > _LEAST_SHARE]
    names = names_of(data)
    strips = [
        _strip(opening(names.material(material)), by_material[material], plan)
        for material in kept[:_SHOWN]
        for plan in (JOINT, SEPARATE)
    ]
    if not strips:
        return None
    heading = _more(data.places.name(partner), len(kept) - _SHOWN)
    return PanelDrawing(heading, partial(quarter_strips, strips, darkest))


def _missing(rows: Sequence[Row], plan: str) -> float:
    """Share of the need of all months that is not met."""
    need = sum(r["need_amount"] for r in rows)
    lost = sum(max(1 - r[f"{plan}_share"], 0.0) * r["need_amount"] for r in rows)
    return float(lost / need) if need > 0 else 0.0


def _strip(label: str, rows: Sequence[Row], plan: str) -> QuarterStrip:
    ordered = sorted(rows, key=lambda r: r["month"])
    cells = tuple((r["month"], max(1 - r[f"{plan}_share"], 0.0)) for r in ordered)
    share = _missing(rows, plan)
    text = f"{100 * share:.1f} % missing" if share > _LEAST_SHARE else "none missing"
    return QuarterStrip(label, _SERIES[plan], _COLOURS[plan], cells, text)


def _cover_table(data: BriefData) -> TableView:
    names = names_of(data)
    columns = (
        Column("Product", lambda r: opening(names.material(r["material"]))),
        Column("Where", lambda r: data.places.name(r["region"])),
        Column("Months", lambda r: f"{r['month']}–{r['month'] + 2}", True),
        Column("Needed", lambda r: tonnes_short(r["need_amount"]), True),
        Column("Served, joint", lambda r: percent(r["joint_share"]), True),
        Column("Served, separate", lambda r: percent(r["separate_share"]), True),
        Column("Short, joint", lambda r: tonnes_short(max(r["joint_short_amount"], 0.0)), True),
        Column(
            "Short, separate", lambda r: tonnes_short(max(r["separate_short_amount"], 0.0)), True
        ),
        Column("Source", computed),
    )
    rows = sorted(
        data.rows("stock_cover"),
        key=lambda r: (min(r["joint_share"], r["separate_share"]), r["region"], r["material"]),
    )
    caption = "Served in an embargo, the least served first"
    return table_view(
        "rows-stock-cover", caption, columns, rows, table="stock_cover", limit=_SHOWN_ROWS
    )


def overlap_figures(data: BriefData) -> tuple[Figure, ...]:
    """What separate stocks hold that joint ones do not need, in USD and tonnes."""
    found = {kind: rows for kind in _KINDS if (rows := overlaps(data, kind))}
    if not found:
        return ()
    axis = value_axis([r["overlap_value"] for rows in found.values() for r in rows])
    drawings = [
        PanelDrawing(
            _more(_KINDS[kind], len(rows) - _SHOWN),
            partial(ranged_bars, [_overlap_bar(data, r) for r in rows[:_SHOWN]], axis),
        )
        for kind, rows in found.items()
    ]
    return (
        panel_figure(
            "figure-stock-overlap",
            "What separate stocks hold twice",
            "Bars: at normal prices; beside them the tonnes. Of orders: what separate plans order "
            "beyond the joint one. Of stocks of today: what lies with others than the one who "
            "holds most of it.",
            drawings,
            _overlap_table(data),
        ),
    )


def _overlap_bar(data: BriefData, row: Row) -> IntervalRow:
    label = stock_label(names_of(data).material(row["material"]), row["form"])
    text = f"{short_money(row['overlap_value'])} · {tonnes_short(row['overlap_amount'])}"
    return IntervalRow(
        label, "overlap", row["overlap_value"], None, None, "var(--drawn)", "square", text
    )


def _overlap_table(data: BriefData) -> TableView:
    names = names_of(data)
    columns = (
        Column("What", lambda r: opening(r["kind"])),
        Column("Material", lambda r: opening(names.material(r["material"]))),
        Column("Form", lambda r: form_word(r["form"])),
        Column("Separate", lambda r: tonnes_short(r["separate_amount"]), True),
        Column("Joint", lambda r: tonnes_short(r["joint_amount"]), True),
        Column("Overlap", lambda r: tonnes_short(r["overlap_amount"]), True),
        Column("Million USD", lambda r: millions(r["overlap_value"]), True),
        Column("Source", computed),
    )
    rows = [row for kind in _KINDS for row in overlaps(data, kind)]
    return table_view("rows-stock-overlap", "Overlap", columns, rows, table="stock_overlap")


def rights_figures(data: BriefData) -> tuple[Figure, ...]:
    """What each partner is entitled to by form and quarter of an embargo, at normal prices."""
    price = {row["material_id"]: float(row["price"]) for row in data.rows("material_prices")}
    worth = {p: _entitled(data, p, price) for p in data.case.partners}
    high = max((sum(f.values()) for p in worth.values() for f in p.values()), default=0.0)
    if high <= 0:
        return ()
    drawings = [
        PanelDrawing(
            data.places.name(partner),
            partial(quarter_columns, parts, high, "Million USD"),
        )
        for partner, found in worth.items()
        if (parts := _rights_parts(found))
    ]
    forms = {form for p in worth.values() for f in p.values() for form in f}
    return (
        panel_figure(
            "figure-share-rights",
            "Who may draw what: the release rule",
            "What each partner may have drawn from all stocks by the end of each quarter since an "
            "embargo began, by form, valued at normal prices so that forms can be compared: what "
            "the joint plan draws for it, and never less than it would have alone. Tonnes by "
            "material stand in the table.",
            drawings,
            _rights_table(data),
            tuple(LegendItem(form_word(f).lower(), _form_colour(f)) for f in _in_order(forms)),
        ),
    )


def _entitled(
    data: BriefData, partner: str, price: dict[str, float]
) -> dict[int, dict[str, float]]:
    """Value of what a partner may draw by quarter and form [million USD]."""
    found: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in data.rows("share_rights"):
        if row["player"] == partner and row["material"] in price:
            value = max(row["entitled_amount"], 0.0) * price[row["material"]] / _MILLION
            found[row["quarter"]][row["form"]] += value
    return found


def _rights_parts(found: dict[int, dict[str, float]]) -> list[QuarterPart]:
    forms = {form for by_form in found.values() for form, v in by_form.items() if v > 0}
    return [
        QuarterPart(
            form_word(form),
            _form_colour(form),
            tuple((q, found[q].get(form, 0.0)) for q in sorted(found)),
        )
        for form in _in_order(forms)
    ]


def _in_order(forms: set[str]) -> list[str]:
    return [f for f in dict.fromkeys([*FORM_COLOURS, *sorted(forms)]) if f in forms]


def _form_colour(form: str) -> str:
    return FORM_COLOURS.get(form, OTHER_FORM)


def _rights_table(data: BriefData) -> TableView:
    names = names_of(data)
    columns = (
        Column("Partner", lambda r: data.places.name(r["player"])),
        Column("Material", lambda r: opening(names.material(r["material"]))),
        Column("Form", lambda r: form_word(r["form"])),
        Column("Entitled", lambda r: tonnes_short(r["entitled_amount"]), True),
        Column("By the end of each quarter", _by_quarter),
        Column("Drawn alone", lambda r: tonnes_short(r["alone_amount"]), True),
        Column("Drawn in the joint plan", lambda r: tonnes_short(r["joint_amount"]), True),
        Column("Not from joint stocks", lambda r: tonnes_short(r["missing_amount"]), True),
        Column("Source", computed),
    )
    caption = "Entitlements: what each may have drawn by the last quarter, and by each one"
    rows = _rights_rows(data)
    return table_view(
        "rows-share-rights", caption, columns, rows, table="share_rights", limit=_SHOWN_ROWS
    )


_AMOUNTS: Final = ("entitled_amount", "alone_amount", "joint_amount", "missing_amount")


def _rights_rows(data: BriefData) -> list[dict[str, Any]]:
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in sorted(data.rows("share_rights"), key=lambda r: r["quarter"]):
        key = (row["player"], row["material"], row["form"])
        whole = found.setdefault(key, {**row, "quarters": {}})
        whole.update({name: row[name] for name in _AMOUNTS})
        whole["quarters"][row["quarter"]] = row["entitled_amount"]
    kept = [row for row in found.values() if row["entitled_amount"] > _LEAST_SHARE]
    return sorted(kept, key=lambda r: (r["player"], r["material"], r["form"]))


def _by_quarter(row: Row) -> str:
    return ", ".join(f"{q}: {tonnes_short(a)}" for q, a in row["quarters"].items())
