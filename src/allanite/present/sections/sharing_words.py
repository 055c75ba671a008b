"""Sentences on acting together: what it is worth, who pays whom, whether it holds, what is held."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from allanite.present.data import BriefData
from allanite.present.page import Row
from allanite.present.plan import SURE, amounts, fine_money, listed, money_range
from allanite.present.response import names_of
from allanite.present.sharing import (
    JOINT,
    MAIN,
    ORDERS,
    SOURCES,
    TEST_NAMES,
    TODAY,
    coalition_members,
    departure,
    everyone,
    holdings,
    lone,
    main_rule,
    overlaps,
    own_rows,
    payments,
    players,
    ranged_money,
    region_names,
    rules,
    sources,
)
from allanite.present.words import in_sentence, joined, money, opening, percent

NOT_MODELLED: Final = (
    "Not modelled: what outsiders do in answer, that joint purchases may move prices otherwise "
    "than separate ones, gains to others, promises that are broken, and security that has no price."
)
_NAMED: Final = 3
_RULE_WORDS: Final = {
    MAIN: "the nucleolus",
    "shapley": "the Shapley value",
    "by cost alone": "shares in proportion to cost alone",
    "by demand": "shares in proportion to demand",
    "equal": "equal parts",
}


def worth_line(data: BriefData) -> str:
    """What acting together is worth, with its range, as far as the bounds allow a claim."""
    whole = everyone(data)
    who = region_names(data, data.case.partners)
    saving = ranged_money(whole["saving"], whole["saving_low"], whole["saving_high"])
    alone = amounts(lone(data), "cost")
    of_all = (
        f", {_part(whole['saving'], alone)} of the {fine_money(alone)} that" if alone > 0 else ""
    )
    ends = money_range(whole["saving_low"], whole["saving_high"])
    if whole["saving_low"] > SURE:
        rest = f"{of_all} they would bear alone{_net(data)}" if of_all else ""
        return f"Acting together saves {who} {saving}{rest}."
    if whole["saving_high"] < -SURE:
        return f"Acting together costs {who} more than acting alone: it saves {ends}."
    return (
        f"Whether acting together saves {who} anything cannot be told: {money(whole['saving'])} as "
        f"found, {ends} within the bounds of the costs."
    )


def _net(data: BriefData) -> str:
    earners = [code for row in lone(data) if row["cost"] < 0 for code in coalition_members(row)]
    return f", net of what {region_names(data, earners)} would earn" if earners else ""


def _part(value: float, whole: float) -> str:
    share = value / whole
    return f"{100 * share:.1f} %" if 0.001 <= share < 0.1 else percent(share)


def source_line(data: BriefData) -> str:
    """What most of the saving consists of, and which costs rise for it."""
    rows = sources(data)
    saved = [r for r in rows if r["value"] > 0][:_NAMED]
    rising = [r for r in reversed(rows) if r["value"] < 0][:_NAMED]
    if not saved:
        return ""
    less = f", less {joined(_by_source(rising))}" if rising else ""
    return f"The saving is mostly {joined(_by_source(saved))}{less}."


def _by_source(rows: Iterable[Row]) -> list[str]:
    return [f"{money(abs(r['value']))} on {SOURCES[r['figure']]}" for r in rows]


def basis_line(data: BriefData) -> str:
    """What the saving is made of: capital, stocks and losses, alone and together."""
    whole, single, own = everyone(data), lone(data), players(data)
    pairs = (
        ("capital for projects", amounts(single, "capital"), whole["capital"]),
        ("cash for stocks", amounts(single, "stock_capital"), whole["stock_capital"]),
        ("the mean loss", amounts(own, "loss_alone"), amounts(own, "loss_joint")),
    )
    kept = [pair for pair in pairs if max(map(abs, pair[1:])) > SURE]
    told = [
        f"{name} {_goes(fine_money(before), fine_money(after))}" for name, before, after in kept
    ]
    return f"From separate plans to the joint one, {joined(told)}." if told else ""


def _goes(before: str, after: str) -> str:
    return f"stays at {after}" if before == after else f"goes from {before} to {after}"


def split_line(data: BriefData) -> str:
    """What each saves under the rule told first, and who pays whom for it."""
    rule, shares = main_rule(data), rules(data)
    if not rule:
        return ""
    told = [
        f"{in_sentence(data.places.name(code))} {_signed(row['saving'])}"
        for code, row in shares[rule].items()
    ]
    return f"Under {_rule(rule)} {joined(told)}.{_paid(data, rule)}"


def _signed(saving: float) -> str:
    if abs(saving) <= SURE:
        return "is as well off as alone"
    return f"is {'better' if saving > 0 else 'worse'} off by {money(abs(saving))}"


def _paid(data: BriefData, rule: str) -> str:
    found = [r for r in payments(data) if r["rule"] == rule and r["payment"] > SURE]
    if not found:
        return " No side payment is needed."
    told = [
        f"{in_sentence(data.places.name(r['payer']))} pays "
        f"{in_sentence(data.places.name(r['receiver']))} {money(r['payment'])}"
        for r in found
    ]
    return f" For that {joined(told)}, in present worth over all years."


def _rule(rule: str) -> str:
    return _RULE_WORDS.get(rule, rule)


def core_lines(data: BriefData) -> list[str]:
    """Under which rules nobody has a reason to leave, and who has one under the others."""
    calm: list[str] = []
    open_: list[str] = []
    lines: list[str] = []
    for rule in rules(data):
        found = departure(data, rule)
        if found is None:
            calm.append(_rule(rule))
        elif found.is_certain:
            who = opening(region_names(data, found.members))
            lines.append(f"{who} would gain {found.gain.told()} by leaving under {_rule(rule)}.")
        else:
            open_.append(_rule(rule))
    if calm:
        lines.insert(0, f"From the start on nobody has a reason to leave under {joined(calm)}.")
    if open_:
        lines.append(
            f"Whether anybody would gain by leaving cannot be told under {joined(open_)}: the "
            "bounds of the costs are as wide as the gain."
        )
    return lines


def stability_lines(data: BriefData) -> list[str]:
    """What each way not to go along brings the one who takes it, a sentence each."""
    lines = []
    for test, name in TEST_NAMES.items():
        told = [
            f"{in_sentence(data.places.name(r['player']))} {_outcome(r)}"
            for r in own_rows(data, test)
        ]
        if told:
            lines.append(f"{name}: {joined(told)}.")
    return lines


def _outcome(row: Row) -> str:
    low, high = row["gain_low"], row["gain_high"]
    if row["verdict"] == "gains":
        return f"gains {money_range(max(low, 0.0), high)}"
    if row["verdict"] == "loses":
        return f"loses {money_range(max(-high, 0.0), -low)}"
    if row["verdict"] == "neither":
        return "neither gains nor loses"
    return f"may gain or lose ({money_range(low, high)}: it cannot be told)"


def stock_lines(data: BriefData) -> list[str]:
    """What each place stores in the joint plan, whom it serves, and what separate plans repeat."""
    rows = [r for r in holdings(data) if r["ordered_amount"] > SURE and r["cost"] > 0]
    lines = []
    if rows:
        places = dict.fromkeys(r["region"] for r in rows)
        told = [
            f"{in_sentence(data.places.name(place))} "
            f"{money(amounts([r for r in rows if r['region'] == place], 'cost'))}"
            for place in places
        ]
        lines.append(f"The joint plan orders stocks in {joined(told)}.{_for_others(data, rows)}")
    elif data.rows("stock_holdings"):
        lines.append("The joint plan orders no stocks.")
    return [*lines, *_overlap_lines(data)]


def _for_others(data: BriefData, rows: Iterable[Row]) -> str:
    crossing = [r for r in rows if r["serves"] and r["serves"] != r["region"]]
    if not crossing:
        return ""
    value = money(amounts(crossing, "cost"))
    return f" {opening(value)} of it serves another partner most in an embargo."


def _overlap_lines(data: BriefData) -> list[str]:
    said = {
        ORDERS: "Of what separate plans order, the joint plan does not need",
        TODAY: "Of what lies there today, others than the one who holds most hold",
    }
    lines = []
    for kind, text in said.items():
        rows = overlaps(data, kind)
        if rows and amounts(rows, "overlap_value") > SURE:
            worth = money(amounts(rows, "overlap_value"))
            weight = f"{amounts(rows, 'overlap_amount'):,.0f} t"
            named = listed(_by_form(data, rows), _NAMED)
            lines.append(f"{text} {weight} worth {worth} at normal prices: {named}.")
    return lines


def _by_form(data: BriefData, rows: Iterable[Row]) -> list[str]:
    names = names_of(data)
    return [f"{names.material(r['material'])} {money(r['overlap_value'])}" for r in rows]


def cover_line(data: BriefData) -> str:
    """How much is short in an embargo under either plan, at normal prices."""
    price = {row["material_id"]: float(row["price"]) / 1e6 for row in data.rows("material_prices")}
    rows = [r for r in data.rows("stock_cover") if r["material"] in price]
    joint, separate = (
        sum(max(r[f"{plan}_short_amount"], 0.0) * price[r["material"]] for r in rows)
        for plan in (JOINT, "separate")
    )
    if not rows or max(joint, separate) <= SURE:
        return ""
    return (
        f"In an embargo uses go without goods worth {money(separate)} under separate plans and "
        f"{money(joint)} under the joint one, at normal prices."
    )
