"""Who pays and who holds which stock, in the words of a terminal: sentences first, then tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import pyarrow as pa

from allanite.present.data import BriefData
from allanite.present.page import Row
from allanite.present.plan import form_word, listed, money_range, tonnes_short
from allanite.present.response import names_of
from allanite.present.words import (
    counted,
    in_sentence,
    joined,
    lower_first,
    millions,
    money,
    opening,
    percent,
)

# What `--show` calls a table.
SHOWN_OF_STOCK: Final[Mapping[str, str]] = {
    "figures": "stock_figures",
    "holdings": "stock_holdings",
    "cover": "stock_cover",
    "overlap": "stock_overlap",
    "rights": "share_rights",
}
SHOWN_OF_SHARE: Final[Mapping[str, str]] = {
    **{
        name: f"share_{name}"
        for name in (
            *("figures", "coalitions", "players", "rules", "payments", "stability", "rights"),
        )
    },
    "stock-figures": "stock_figures",
    "holdings": "stock_holdings",
    "cover": "stock_cover",
    "overlap": "stock_overlap",
}
RULES: Final[Mapping[str, str]] = {
    "shapley": "Shapley value",
    "nucleolus": "nucleolus",
    "equal": "equal shares",
    "by demand": "by demand",
    "by cost alone": "by cost alone",
}
TESTS: Final[Mapping[str, str]] = {
    "outside": "stays outside",
    "leaving": "leaves in an embargo",
    "late": "joins two years late",
    "hoarding": "keeps its stocks",
}
REST: Final = "the others"
ALL: Final = "all"
_TOLD: Final = 6
_MONTHS: Final = 24
_LEAST: Final = 0.01  # million USD, and share of cover


def share_lines(data: BriefData) -> list[str]:
    """What acting together is worth, how it may be shared, who pays whom, whether it holds."""
    found = {row["figure"]: row for row in data.rows("share_figures")}
    lines = [_value_line(data, found), *_loss_line(found), *_rule_lines(data)]
    lines += [_core_line(found), *_payment_lines(data), *_stability_lines(data)]
    return [*lines, *_pair_line(found), *stock_lines(data)]


def _who(data: BriefData, code: str) -> str:
    if code in (REST, ALL):
        return code
    return in_sentence(data.places.name(code))


def _group(data: BriefData, label: str) -> str:
    return joined([_who(data, code) for code in label.split(" + ")])


def _value_line(data: BriefData, found: Mapping[str, Row]) -> str:
    saved, cost = found["value_of_cooperation"], found["joint_cost"]
    names = joined([_who(data, code) for code in data.case.partners])
    if len(data.case.partners) < 2:
        return f"{opening(names)} is alone: there is nobody to share with."
    told = _ranged(saved, "value", "low", "high")
    return (
        f"Together {names} save {told} against each on its own, on a joint cost of "
        f"{money(cost['value'])}; both are means over "
        f"{counted(round(found['courses']['value']), 'course', 'courses')}, discounted."
    )


def _loss_line(found: Mapping[str, Row]) -> list[str]:
    alone, joint = found["loss_alone"]["value"], found["loss_joint"]["value"]
    return [f"Loss from delay and idle plants: {money(alone)} apart, {money(joint)} together."]


def _rule_lines(data: BriefData) -> list[str]:
    lines = []
    for rule in ("nucleolus", "shapley"):
        rows = [row for row in data.rows("share_rules") if row["rule"] == rule]
        if rows and len(rows) > 1:
            parts = [f"{_who(data, row['player'])} {_saving(row)}" for row in rows]
            leaves = rows[0]["leaves"]
            hint = f"; {_group(data, leaves)} would rather leave" if leaves else ""
            lines.append(f"Savings by the {RULES[rule]}: {joined(parts)}{hint}.")
    return lines


def _saving(row: Row) -> str:
    if row["standard_error"] is not None:
        return f"{money(row['saving'])} (standard error {money(row['standard_error'])})"
    return _ranged(row, "saving", "saving_low", "saving_high")


def _ranged(row: Row, *names: str) -> str:
    """An amount of million USD, with its range where that reads otherwise."""
    value, low, high = (row[name] for name in names)
    told = money(value)
    if low is None or high is None or money_range(low, high) == told:
        return told
    return f"{told} ({money_range(low, high)})"


def _core_line(found: Mapping[str, Row]) -> str:
    if "subsidy" not in found:
        return "With so many partners only some groups were valued: no core can be told."
    subsidy, room = found["subsidy"], found["least_core"]
    if subsidy["value"] > 0:
        return f"No shares keep every group in; the least subsidy is {money(subsidy['value'])}."
    return f"There are shares that keep every group in, each with {money(room['value'])} to spare."


def _pair_line(found: Mapping[str, Row]) -> list[str]:
    row = found.get("superadditivity")
    if row is None or row["note"].startswith("holds"):
        return []
    return [f"Do groups lose by joining? {opening(row['note'])}."]


def _payment_lines(data: BriefData) -> list[str]:
    rows = [row for row in data.rows("share_payments") if row["rule"] == "nucleolus"]
    rows = rows or [row for row in data.rows("share_payments") if row["rule"] == "shapley"]
    parts = [
        f"{_who(data, row['payer'])} pays {_who(data, row['receiver'])} {money(row['payment'])}"
        for row in rows
    ]
    if not parts:
        return []
    rule = RULES[rows[0]["rule"]]
    return [f"So that each bears its share by the {rule}, {joined(parts)} over the horizon."]


def _stability_lines(data: BriefData) -> list[str]:
    rows = data.rows("share_stability")
    # How one cheapest operation is split is not unique: the other tests speak of all together.
    own = [r for r in rows if r["player"] == r["affected"] and r["test"] in ("outside", "leaving")]
    gains = [
        f"{_who(data, row['player'])} by {money(row['gain'])} where it {TESTS[row['test']]}"
        for row in own
        if row["verdict"] == "gains"
    ]
    lines = []
    if own:
        lines.append(
            f"Gaining by not going along: {'; '.join(gains)}."
            if gains
            else "Nobody surely gains by staying outside, or by leaving in an embargo."
        )
    return [*lines, *_harm_lines(data)]


def _harm_lines(data: BriefData) -> list[str]:
    """What joining late and keeping goods back costs all together."""
    lines = []
    for test, words in (
        ("late", "Joining two years late costs all together"),
        ("hoarding", "Keeping its goods at home in an embargo costs all together"),
    ):
        told = [
            f"{_who(data, row['player'])} {money(-row['gain'])}"
            for row in data.rows("share_stability")
            if (row["test"], row["affected"], row["verdict"]) == (test, ALL, "loses")
        ]
        if told:
            lines.append(f"{words}: {joined(told)}.")
    return lines


def stock_lines(data: BriefData) -> list[str]:
    """What is ordered and held where, what separate plans double, and what uses get."""
    found = {row["figure"]: row["value"] for row in data.rows("stock_figures")}
    lines = [
        f"Orders of stocks: {money(found['joint_orders'])} under one plan, "
        f"{money(found['separate_orders'])} under separate ones; the joint plan does without "
        f"{money(found['overlap_of_orders'])} of the latter."
    ]
    lines += [line for code in data.case.partners for line in _hold_lines(data, code)]
    short = found["joint_short_amount"], found["separate_short_amount"]
    lines.append(
        f"In an embargo uses go short of {tonnes_short(short[0])} under one plan and of "
        f"{tonnes_short(short[1])} under separate ones."
    )
    return [*lines, *_cover_line(data)]


def _hold_lines(data: BriefData, code: str) -> list[str]:
    rows = sorted(_ordered(data), key=lambda r: -r["cost"])
    mine = [row for row in rows if row["region"] == code]
    names = names_of(data)
    told = [
        f"{lower_first(names.material(row['material']))} {tonnes_short(row['ordered_amount'])}"
        for row in mine
    ]
    if not told:
        return []
    return [f"{opening(_who(data, code))} orders {listed(told, _TOLD)}."]


def _ordered(data: BriefData) -> list[dict[str, Any]]:
    rows = data.rows("stock_holdings")
    return [row for row in rows if row["plan"] == "joint" and row["ordered_amount"] > 0]


def _cover_line(data: BriefData) -> list[str]:
    """The uses that one plan serves better in the first two years, the most first."""
    best: dict[tuple[str, str], tuple[float, Row]] = {}
    for row in data.rows("stock_cover"):
        more = row["joint_share"] - row["separate_share"]
        key = row["region"], row["material"]
        if row["month"] <= _MONTHS and more > best.get(key, (_LEAST, row))[0]:
            best[key] = more, row
    names = names_of(data)
    told = [
        f"{lower_first(names.material(row['material']))} in {_who(data, row['region'])} "
        f"{percent(row['joint_share'])} instead of {percent(row['separate_share'])} from month "
        f"{row['month']}"
        for _, row in sorted(best.values(), key=lambda pair: -pair[0])
    ]
    return [f"Served better under one plan: {listed(told, _TOLD)}."] if told else []


def readable_shares(data: BriefData) -> pa.Table:
    """Savings of each partner by rule, in words."""
    return _words(
        data.rows("share_rules") if len(data.case.partners) > 1 else [],
        {
            "rule": lambda r: opening(RULES[r["rule"]]),
            "partner": lambda r: data.places.name(r["player"]),
            "saves": _saving,
            "bears": lambda r: millions(r["cost"]),
            "would leave": lambda r: _group(data, r["leaves"]) if r["leaves"] else "nobody",
        },
    )


def readable_stability(data: BriefData) -> pa.Table:
    """What not going along brings, in words."""
    return _words(
        data.rows("share_stability"),
        {
            "who": lambda r: data.places.name(r["player"]),
            "does": lambda r: TESTS[r["test"]],
            "for whom": lambda r: opening(_who(data, r["affected"])),
            "gain": lambda r: millions(r["gain"]),
            "low to high": lambda r: f"{millions(r['gain_low'])} to {millions(r['gain_high'])}",
            "verdict": lambda r: str(r["verdict"]),
        },
    )


def readable_stocks(data: BriefData) -> pa.Table:
    """What the joint plan orders, in words."""
    names = names_of(data)
    return _words(
        sorted(_ordered(data), key=lambda r: (-r["cost"], r["stock"])),
        {
            "store": lambda r: names.material(r["material"]),
            "form": lambda r: form_word(r["form"]),
            "where": lambda r: data.places.name(r["region"]),
            "ordered": lambda r: tonnes_short(r["ordered_amount"]),
            "million USD": lambda r: millions(r["cost"]),
            "why": lambda r: str(r["why"]),
        },
    )


def readable_overlap(data: BriefData) -> pa.Table:
    """What separate stocks hold twice, in words."""
    names = names_of(data)
    rows = [row for row in data.rows("stock_overlap") if row["overlap_amount"] > _LEAST]
    return _words(
        sorted(rows, key=lambda r: (r["kind"], -r["overlap_value"])),
        {
            "which": lambda r: opening(r["kind"]),
            "material": lambda r: names.material(r["material"]),
            "form": lambda r: form_word(r["form"]),
            "separate": lambda r: tonnes_short(r["separate_amount"]),
            "joint or largest": lambda r: tonnes_short(r["joint_amount"]),
            "overlap": lambda r: tonnes_short(r["overlap_amount"]),
            "million USD": lambda r: millions(r["overlap_value"]),
        },
    )


def _words(rows: Iterable[Row], columns: Mapping[str, Callable[[Row], str]]) -> pa.Table:
    found = list(rows)
    return pa.table(
        {name: pa.array([cell(r) for r in found], pa.string()) for name, cell in columns.items()}
    )
