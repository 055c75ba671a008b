"""Who bears what: cost alone and together, what groups save, shares by rule, payments, moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from allanite.present.bars import ranged_bars
from allanite.present.chart import Size
from allanite.present.data import BriefData
from allanite.present.figures import IntervalRow, ValueAxis, interval_rows
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
from allanite.present.sharing import (
    SOURCES,
    TEST_NAMES,
    Move,
    affected_name,
    change_short,
    coalition_members,
    cost_short,
    groups,
    lone,
    main_rule,
    moves,
    payments,
    players,
    ranged_short,
    region_names,
    rule_name,
    rules,
    sources,
)
from allanite.present.words import millions, opening, percent, significant

MONEY_AXIS: Final = "Million USD"
_TICKS: Final = ",.3~r"
_EDGE: Final = 0.03  # of the largest value
_RANGE_WIDTH: Final = 152  # px


def value_axis(ends: list[float], title: str = MONEY_AXIS) -> ValueAxis:
    """An axis that holds zero and all ends, with a little room at each end in use."""
    low, high = min(0.0, *ends), max(0.0, *ends)
    return ValueAxis(title, 1.03 * low, 1.03 * high or 1.0, _TICKS, (0.0,) if low < 0 else ())


def roomy(size: Size) -> Size:
    """The size with room for an amount and its range at the right."""
    return replace(size, value_width=_RANGE_WIDTH)


def cost_figures(data: BriefData) -> tuple[Figure, ...]:
    """What each partner bears alone, in the joint plan, and once side payments are made."""
    rows = players(data)
    if not rows:
        return ()
    bars = [bar for row in rows for bar in _cost_bars(data, row)]
    ends = [x for b in bars for x in (b.value, b.low, b.high) if x is not None]
    rule = main_rule(data)
    settled = f"together, after side payments ({rule_name(rule).lower()})"
    return (
        figure(
            "figure-share-costs",
            "What each bears, alone and together",
            "Bars: all costs over the years of the plan, discounted, mean of the courses; the line "
            "spans what its own plan may cost within the proven bounds. Beside the bars of the "
            "joint plan: what that is more or less than alone.",
            lambda size: ranged_bars(bars, value_axis(ends), roomy(size)),
            _player_table(data),
            (
                LegendItem("alone", "var(--lost)"),
                LegendItem("together, before side payments", "none"),
                *((LegendItem(settled, "var(--drawn)"),) if rule else ()),
            ),
        ),
    )


def _cost_bars(data: BriefData, row: Row) -> list[IntervalRow]:
    name, alone, paid = data.places.name(row["player"]), row["cost_alone"], row["cost_paid"]
    low, high = row["cost_alone_low"], row["cost_alone_high"]
    ours, theirs = "var(--drawn)", "var(--lost)"
    bars = [
        IntervalRow(name, "alone", alone, low, high, theirs, "square", cost_short(alone)),
        _joint_bar(name, "together, before side payments", paid, alone, ours, is_solid=False),
    ]
    share = rules(data).get(main_rule(data), {}).get(row["player"])
    if share is not None:
        settled = "together, after side payments"
        bars.append(_joint_bar(name, settled, share["cost"], alone, ours, is_solid=True))
    return bars


def _joint_bar(
    name: str, series: str, value: float, alone: float, colour: str, *, is_solid: bool
) -> IntervalRow:
    text = f"{cost_short(value)} ({change_short(value - alone)})"
    return IntervalRow(name, series, value, None, None, colour, "square", text, is_solid)


def source_figures(data: BriefData) -> tuple[Figure, ...]:
    """What the saving consists of: costs that fall, and costs that rise."""
    rows = sources(data)
    if not rows:
        return ()
    bars = [
        IntervalRow(
            label=opening(SOURCES[row["figure"]]),
            series="saved" if row["value"] > 0 else "costs more",
            value=row["value"],
            low=None,
            high=None,
            colour="var(--drawn)" if row["value"] > 0 else "var(--lost)",
            shape="square",
            text=cost_short(row["value"]),
        )
        for row in rows
    ]
    axis = value_axis([row["value"] for row in rows])
    columns = (
        Column("What", lambda r: opening(SOURCES[r["figure"]])),
        Column("Saved, million USD", _money("value"), True),
        Column("In full", lambda r: str(r["note"])),
        Column("Source", computed),
    )
    return (
        figure(
            "figure-share-sources",
            "What the saving consists of",
            "Costs of separate plans less those of the joint one, by what they are for; a bar to "
            "the left is a cost that rises. Together they are the whole saving.",
            lambda size: ranged_bars(bars, axis, size),
            table_view("rows-share-sources", "What is saved", columns, rows, table="share_figures"),
        ),
    )


def _player_table(data: BriefData) -> TableView:
    columns = (
        Column("Partner", lambda r: data.places.name(r["player"])),
        Column("Share of demand", lambda r: percent(r["demand_share"]), True),
        Column("Budget, million USD", _money("budget"), True),
        Column("Alone, million USD", _cost("cost_alone"), True),
        Column("Range", lambda r: _span(r["cost_alone_low"], r["cost_alone_high"])),
        Column("Together, before side payments", _cost("cost_paid"), True),
        Column("Of it capital", _money("capital"), True),
        Column("Of it stocks", _money("stock_capital"), True),
        Column("Mean loss alone", _money("loss_alone"), True),
        Column("Mean loss together", _money("loss_joint"), True),
        Column("Source", computed),
    )
    rows = players(data)
    return table_view(
        "rows-share-players", "What each brings and bears", columns, rows, table="share_players"
    )


def _money(name: str) -> Callable[[Row], str]:
    return lambda r: millions(r[name])


def _cost(name: str) -> Callable[[Row], str]:
    return lambda r: significant(r[name], 5).replace("-", "−")


def _span(low: float, high: float) -> str:
    ends = [significant(x, 5).replace("-", "−") for x in (low, high)]
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def _ends(low: float, high: float) -> str:
    first, last = millions(low), millions(high)
    return first if first == last else f"{first} to {last}"


def group_figures(data: BriefData) -> tuple[Figure, ...]:
    """What each group saves by acting together, where there are several."""
    rows = groups(data)
    if len(rows) < 2:
        return ()
    bars = [_group_bar(data, row) for row in rows]
    ends = [x for b in bars for x in (b.value, b.low, b.high) if x is not None]
    return (
        figure(
            "figure-share-groups",
            "What each group saves by acting together",
            "Against each of its members alone; those outside the group act alone too. The line "
            "spans the least and the most within the proven bounds of all plans.",
            lambda size: ranged_bars(bars, value_axis(ends), roomy(size)),
            _group_table(data),
        ),
    )


def _group_bar(data: BriefData, row: Row) -> IntervalRow:
    return IntervalRow(
        label=opening(region_names(data, coalition_members(row))),
        series="saves",
        value=row["saving"],
        low=row["saving_low"],
        high=row["saving_high"],
        colour="var(--drawn)",
        shape="square",
        text=ranged_short(row["saving"], row["saving_low"], row["saving_high"]),
    )


def _group_table(data: BriefData) -> TableView:
    columns = (
        Column("Who", lambda r: opening(region_names(data, coalition_members(r)))),
        Column("Cost, million USD", _cost("cost"), True),
        Column("Range", lambda r: _span(r["cost_low"], r["cost_high"])),
        Column("Saves", _money("saving"), True),
        Column("At least", _money("saving_low"), True),
        Column("At most", _money("saving_high"), True),
        Column("Capital", _money("capital"), True),
        Column("Stocks", _money("stock_capital"), True),
        Column("Source", computed),
    )
    rows = [*groups(data), *lone(data)]
    return table_view(
        "rows-share-coalitions", "Groups and single partners", columns, rows,
        table="share_coalitions",
    )  # fmt: skip


def group_tables(data: BriefData) -> tuple[TableView, ...]:
    """The rows of all groups, where no figure holds them."""
    return (_group_table(data),) if len(groups(data)) == 1 else ()


def rule_figures(data: BriefData) -> tuple[Figure, ...]:
    """What each partner saves under each rule, with the interval of the Shapley value."""
    found = rules(data)
    if not found:
        return ()
    ends = [
        x
        for rows in found.values()
        for r in rows.values()
        for x in (r["saving"], r["saving_low"], r["saving_high"])
        if x is not None
    ]
    # A little below zero, so that a point that stands there is whole.
    axis = value_axis([*ends, -_EDGE * max(map(abs, ends))])
    drawings = [
        PanelDrawing(
            data.places.name(player),
            partial(interval_rows, _rule_dots(data, player), axis),
        )
        for player in dict.fromkeys(code for rows in found.values() for code in rows)
    ]
    return (
        panel_figure(
            "figure-share-rules",
            "Who saves how much, by rule",
            "Points: what a partner saves against acting alone once side payments are made. Full "
            "points: no group does better on its own under this rule. The line spans what the rule "
            "gives within the proven bounds of the costs, or one standard error to both sides.",
            drawings,
            _rule_table(data),
            (
                LegendItem("no group would leave", "var(--ink)", "circle"),
                LegendItem("a group would leave", "var(--ink)", "ring"),
            ),
        ),
    )


def _rule_dots(data: BriefData, player: str) -> list[IntervalRow]:
    places = data.places
    return [
        _rule_dot(rule, row, places.colour(player), places.shape(player))
        for rule, rows in rules(data).items()
        if (row := rows.get(player)) is not None
    ]


def _rule_dot(rule: str, row: Row, colour: str, shape: str) -> IntervalRow:
    saving, error = row["saving"], row["standard_error"]
    low, high = row["saving_low"], row["saving_high"]
    if low is None and error is not None:
        low, high = saving - error, saving + error
    text = cost_short(saving)
    if low is not None and high is not None:
        text = ranged_short(saving, low, high)
    return IntervalRow(
        rule_name(rule), "saves", saving, low, high, colour, shape, text, row["is_in_core"]
    )


def _rule_table(data: BriefData) -> TableView:
    columns = (
        Column("Rule", lambda r: rule_name(r["rule"])),
        Column("Partner", lambda r: data.places.name(r["player"])),
        Column("Saves, million USD", _money("saving"), True),
        Column("Least", _maybe("saving_low"), True),
        Column("Most", _maybe("saving_high"), True),
        Column("Standard error", _maybe("standard_error"), True),
        Column("Bears", _cost("cost"), True),
        Column("No group would leave", lambda r: "yes" if r["is_in_core"] else "no"),
        Column("Who would leave", lambda r: _leaver(data, r["leaves"])),
        Column("Source", computed),
    )
    rows = [row for found in rules(data).values() for row in found.values()]
    return table_view("rows-share-rules", "Shares by rule", columns, rows, table="share_rules")


def _maybe(name: str) -> Callable[[Row], str]:
    return lambda r: "–" if r[name] is None else millions(r[name])


def _leaver(data: BriefData, coalition: str | None) -> str:
    if not coalition:
        return "–"
    return opening(region_names(data, coalition_members({"coalition": coalition})))


def payment_tables(data: BriefData) -> tuple[TableView, ...]:
    """Who pays whom, rule by rule."""
    rows = payments(data)
    if not rows:
        return ()
    columns = (
        Column("Rule", lambda r: rule_name(r["rule"])),
        Column("Pays", lambda r: data.places.name(r["payer"])),
        Column("Receives", lambda r: data.places.name(r["receiver"])),
        Column("Million USD, present worth", _money("payment"), True),
        Column("Source", computed),
    )
    caption = "Side payments: who pays whom"
    return (table_view("rows-share-payments", caption, columns, rows, table="share_payments"),)


def stability_tables(data: BriefData) -> tuple[TableView, ...]:
    """Ways not to go along: what each brings the one who takes it, and costs the rest."""
    rows: list[Row] = [{"move": move} for move in moves(data)]
    if not rows:
        return ()
    columns = (
        Column("If a partner does this", lambda r: TEST_NAMES[r["move"].test]),
        Column("Who", lambda r: data.places.name(r["move"].player)),
        Column("It gains, million USD", lambda r: _gain(r["move"].own), True),
        Column("Verdict", lambda r: _verdict(r["move"].own)),
        Column("Others gain", lambda r: _others(data, r["move"])),
        Column("All together gain", lambda r: _gain(r["move"].whole), True),
        Column("How it was reckoned", lambda r: _note(r["move"])),
        Column("Source", computed),
    )
    caption = "Will it hold: what it brings not to go along; below nothing, what it costs"
    return (table_view("rows-share-stability", caption, columns, rows, table="share_stability"),)


def _gain(row: Row | None) -> str:
    if row is None:
        return "–"
    text, ends = millions(row["gain"]), _ends(row["gain_low"], row["gain_high"])
    return text if ends == text else f"{text} ({ends})"


def _verdict(row: Row | None) -> str:
    return "–" if row is None else str(row["verdict"])


def _others(data: BriefData, move: Move) -> str:
    told = [f"{affected_name(data, r['affected'])} {_gain(r)}" for r in move.others]
    return "; ".join(told) or "–"


def _note(move: Move) -> str:
    rows = [*([move.own] if move.own else []), *move.others]
    return opening("; ".join(dict.fromkeys(str(r["note"]) for r in rows)))
