"""Result tables of acting together in the order and the words of a reader.

Partners stand in the order of the case, rules with the nucleolus first. What lies within the
bounds of the costs is said not to be told, and never printed as a gain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from allanite.present.data import BriefData
from allanite.present.page import Row
from allanite.present.plan import SURE, Figure, fine_money, form_word
from allanite.present.words import in_sentence, joined, money, opening, short_money, significant

MAIN: Final = "nucleolus"
RULE_NAMES: Final[Mapping[str, str]] = {
    MAIN: "Nucleolus",
    "shapley": "Shapley value",
    "by cost alone": "In proportion to cost alone",
    "by demand": "In proportion to demand",
    "equal": "Equal parts",
}
TEST_NAMES: Final[Mapping[str, str]] = {
    "outside": "Staying outside while the others act together",
    "leaving": "Leaving once an embargo has come",
    "late": "Joining two years late",
    "hoarding": "Keeping its stocks to itself",
}
SOURCES: Final[Mapping[str, str]] = {
    "saved_shortage": "delayed use and idle plants",
    "saved_thrift": "thrift and substitutes",
    "saved_imports": "goods from the watched country",
    "saved_running": "running plants and buying from those abroad",
    "saved_freight": "moving goods",
    "saved_stocks": "filling and holding stocks",
    "saved_sales": "what surplus earns",
    "saved_decisions": "capital, permits and the rise of prices by orders",
}
JOINT: Final = "joint"
SEPARATE: Final = "separate"
ORDERS: Final = "orders"
TODAY: Final = "stocks of today"
ALL: Final = "all"
_SEPARATOR: Final = " + "
_LEAST: Final = 1e-6  # tonnes, or million USD


def is_shared(data: BriefData) -> bool:
    """Whether it was worked out what acting together is worth."""
    return bool(data.rows("share_coalitions"))


def region_names(data: BriefData, codes: Iterable[str]) -> str:
    """Regions inside a sentence: `the United States and Japan`."""
    return joined([in_sentence(data.places.name(code)) for code in codes])


def coalition_members(row: Row) -> list[str]:
    """Region codes of those who act together."""
    return str(row["coalition"]).split(_SEPARATOR)


def everyone(data: BriefData) -> dict[str, Any]:
    """The row of table `share_coalitions` in which all act together."""
    return max(data.rows("share_coalitions"), key=lambda r: r["members"])


def lone(data: BriefData) -> list[dict[str, Any]]:
    """Rows of table `share_coalitions` of one partner each."""
    return [row for row in data.rows("share_coalitions") if row["members"] == 1]


def groups(data: BriefData) -> list[dict[str, Any]]:
    """Groups of two and more, all of them first, then what saves most."""
    rows = [row for row in data.rows("share_coalitions") if row["members"] > 1]
    return sorted(rows, key=lambda r: (-r["members"], -r["saving"], r["coalition"]))


def sources(data: BriefData) -> list[dict[str, Any]]:
    """What the saving consists of, rows of table `share_figures`, the largest first."""
    rows = [r for r in data.rows("share_figures") if r["figure"] in SOURCES and _is_seen(r)]
    return sorted(rows, key=lambda r: (-r["value"], r["figure"]))


def _is_seen(row: Row) -> bool:
    return row["value"] is not None and abs(row["value"]) > SURE


def players(data: BriefData) -> list[dict[str, Any]]:
    """Rows of table `share_players`, partners in the order of the case."""
    return sorted(data.rows("share_players"), key=lambda r: _place(data, r["player"]))


def _place(data: BriefData, code: str) -> tuple[int, str]:
    known = data.case.partners
    return (known.index(code) if code in known else len(known), code)


def rules(data: BriefData) -> dict[str, dict[str, dict[str, Any]]]:
    """Rows of table `share_rules` by rule, the nucleolus first, and by partner."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    rows = data.rows("share_rules")
    for rule in dict.fromkeys([*RULE_NAMES, *(r["rule"] for r in rows)]):
        mine = [r for r in rows if r["rule"] == rule]
        if mine:
            ordered = sorted(mine, key=lambda r: _place(data, r["player"]))
            found[rule] = {r["player"]: r for r in ordered}
    return found


def main_rule(data: BriefData) -> str:
    """The rule that is told first: the nucleolus, or what there is in its place."""
    return next(iter(rules(data)), "")


def rule_name(rule: str) -> str:
    """The name of a rule as a heading."""
    return RULE_NAMES.get(rule, opening(rule))


def payments(data: BriefData) -> list[dict[str, Any]]:
    """Side payments, the nucleolus first, then the largest."""
    order = [*RULE_NAMES]
    rows = [r for r in data.rows("share_payments") if r["payment"] > _LEAST]
    return sorted(
        rows,
        key=lambda r: (order.index(r["rule"]), -r["payment"], r["payer"], r["receiver"]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """What a group gains by leaving under one rule, with its bounds [million USD]."""

    members: tuple[str, ...]
    gain: Figure
    is_certain: bool


def departure(data: BriefData, rule: str) -> Departure | None:
    """The group with most reason to leave; None where none can gain within the bounds.

    A group's gain is what it saves on its own less what the rule hands to its members.
    """
    share = {code: row["saving"] for code, row in rules(data)[rule].items()}
    found = [
        _departure(row, sum(share.get(code, 0.0) for code in coalition_members(row)))
        for row in data.rows("share_coalitions")
        if row["members"] < len(share)
    ]
    able = [one for one in found if (one.gain.high or 0.0) > SURE]
    return max(able, key=lambda one: (one.is_certain, one.gain.value or 0.0), default=None)


def _departure(row: Row, handed: float) -> Departure:
    low, high = row["saving_low"] - handed, row["saving_high"] - handed
    gain = Figure(row["saving"] - handed, low, high)
    return Departure(members=tuple(coalition_members(row)), gain=gain, is_certain=low > SURE)


def own_rows(data: BriefData, test: str) -> list[dict[str, Any]]:
    """What one way not to go along brings to the one who takes it, by partner."""
    rows = [
        r
        for r in data.rows("share_stability")
        if r["test"] == test and r["player"] == r["affected"]
    ]
    return sorted(rows, key=lambda r: _place(data, r["player"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One way not to go along: rows of `share_stability` of its own gain, of others, of all."""

    test: str
    player: str
    own: Row | None
    others: tuple[Row, ...]
    whole: Row | None


def moves(data: BriefData) -> list[Move]:
    """Ways not to go along, by test and partner."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in data.rows("share_stability"):
        found.setdefault((row["test"], row["player"]), []).append(row)
    order = [*TEST_NAMES]
    keys = sorted(found, key=lambda k: (order.index(k[0]), _place(data, k[1])))
    return [_move(data, *key, found[key]) for key in keys]


def _move(data: BriefData, test: str, player: str, rows: list[Row]) -> Move:
    others = [r for r in rows if r["affected"] not in (player, ALL)]
    return Move(
        test=test,
        player=player,
        own=next((r for r in rows if r["affected"] == player), None),
        others=tuple(sorted(others, key=lambda r: _place(data, r["affected"]))),
        whole=next((r for r in rows if r["affected"] == ALL), None),
    )


def affected_name(data: BriefData, code: str) -> str:
    """A partner by name; `the others` and `all` as they are."""
    return opening(data.places.name(code))


def holdings(data: BriefData) -> list[dict[str, Any]]:
    """Stocks that any plan orders or that lie there today, by place, the dearest first.

    Rows of the joint plan with `separate_ordered` and `separate_cost` from the separate ones.
    """
    blank = {"ordered_amount": 0.0, "cost": 0.0}
    every = data.rows("stock_holdings")
    joint = {r["stock"]: r for r in every if r["plan"] == JOINT}
    separate = {r["stock"]: r for r in every if r["plan"] == SEPARATE}
    rows = []
    for stock in dict.fromkeys([*joint, *separate]):
        other = separate.get(stock, blank)
        row = joint.get(stock) or {**separate[stock], **blank, "plan": JOINT, "serves": None}
        rows.append(
            {
                **row,
                "separate_ordered": other["ordered_amount"],
                "separate_cost": other["cost"],
            }
        )
    kept = [r for r in rows if _is_held(r)]
    return sorted(
        kept, key=lambda r: (_place(data, r["region"]), -max(r["cost"], r["separate_cost"]))
    )


def _is_held(row: Row) -> bool:
    names = ("shelf_amount", "ordered_amount", "separate_ordered")
    return any(row[name] > _LEAST for name in names)


def overlaps(data: BriefData, kind: str) -> list[dict[str, Any]]:
    """What separate stocks hold beyond joint ones, by form, the most valuable first."""
    rows = [
        r for r in data.rows("stock_overlap") if r["kind"] == kind and r["overlap_amount"] > _LEAST
    ]
    return sorted(rows, key=lambda r: (-r["overlap_value"], r["material"], r["form"]))


def cost_short(value: float) -> str:
    """An amount of million USD to three digits where room is small: `16.4 bn`."""
    if abs(value) >= 1000:
        return f"{significant(value / 1000)} bn".replace("-", "−")
    return f"{significant(value)} m".replace("-", "−") if abs(value) >= 1 else short_money(value)


def ranged_short(value: float, low: float, high: float) -> str:
    """An amount of million USD with its range where room is small: `1.76 bn (1.75–1.77)`."""
    text, first, last = cost_short(value), cost_short(low), cost_short(high)
    if first == last:
        return text
    units = {x.partition(" ")[2] for x in (text, first, last)}
    if len(units) == 1:
        first, last = first.partition(" ")[0], last.partition(" ")[0]
    return f"{text} ({first} to {last})" if low < 0 else f"{text} ({first}–{last})"


def ranged_money(value: float, low: float, high: float) -> str:
    """An amount of million USD to three digits with its range, or how well it is known."""
    text, first, last = (fine_money(x).replace("-", "−") for x in (value, low, high))
    if first == last:
        return f"{text} (known to {money(high - low)})"
    number, _, unit = text.partition(" ")
    ends = [x.partition(" ") for x in (first, last)]
    if all(end[2] == unit for end in ends):
        return f"{number} ({ends[0][0]}–{ends[1][0]}) {unit}"
    return f"{text} ({first} to {last})"


def stock_label(material: str, form: str) -> str:
    """A stock as it is labelled: its material, and its form where the name does not end in it."""
    name, word = opening(material), form_word(form).lower()
    return name if name.lower().endswith(word) else f"{name} · {word}"


def change_short(value: float) -> str:
    """A difference with its sign where room is small: `−110 m`."""
    text = short_money(value)
    return f"+{text}" if value > 0 and text != "0" else text
