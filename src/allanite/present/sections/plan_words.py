"""Sentences on a plan: what it decides, what that saves, what can be swapped, how sure it is."""

from __future__ import annotations

from typing import Final

from allanite.present.data import BriefData
from allanite.present.page import Row
from allanite.present.plan import (
    Figure,
    amounts,
    capital_by_payer,
    chosen,
    figures,
    fine_money,
    is_toss_up,
    left_out,
    listed,
    money_range,
    of_payer,
    orders,
    permits,
    regret_words,
    under_way,
)
from allanite.present.words import counted, joined, money, opening, percent

_SWAPS: Final = 5
_MONTHS: Final = 3
_IDLE: Final = 0.1  # share of what is online
_LEAST: Final = 0.05  # million USD a month
_SIGNED: Final = 1e-3  # share of a project below which a contract is not signed
_EMPTY: Final = Figure(None, None, None)
SWAPPED: Final = "can be swapped"


def headline_line(data: BriefData) -> str:
    """What is built and stored for how much, who pays, and what it saves on the mean."""
    projects, stocks = chosen(data), orders(data)
    spent = amounts(projects, "capital") + amounts(stocks, "cost")
    if not projects and not stocks:
        return "The plan builds and stores nothing: nothing within the budget saves what it costs."
    who = [
        f"{of_payer(data, payer)} {money(sum(both))}"
        for payer, both in capital_by_payer(data).items()
    ]
    parts = []
    if projects:
        count = counted(len(projects), "project or contract", "projects and contracts")
        parts.append(f"build {count} for {money(amounts(projects, 'capital'))}")
    if stocks:
        parts.append(f"order stocks for {money(amounts(stocks, 'cost'))}")
    pays = f", {money(spent)} together ({joined(who)})" if len(who) > 1 else ""
    return f"{opening(joined(parts))}{pays}.{_saves(data)}"


def _saves(data: BriefData) -> str:
    found = figures(data)
    saved, fresh = found.get("mean saving", _EMPTY), found.get("mean saving on fresh courses")
    if saved.value is None:
        return ""
    more = "" if fresh is None else f"; {fresh.told()} on courses it was not made on"
    return f" It saves {money(saved.value)} on the mean{more}."


def saving_lines(data: BriefData) -> list[str]:
    """Cost and loss with and without the plan: mean, tail, worst."""
    found, lines = figures(data), []
    for word, text in (("cost", "All costs"), ("loss", "Losses from delayed use and idle plants")):
        parts = [
            f"{name} from {fine_money(without.value)} to {fine_money(with_plan.value)}"
            for name in ("mean", "tail", "worst")
            if (without := found.get(f"{name} {word}, no plan", _EMPTY)).value is not None
            and (with_plan := found.get(f"{name} {word}, plan", _EMPTY)).value is not None
        ]
        if parts:
            lines.append(f"{text} fall: {joined(parts)}.")
    return lines


def permit_line(data: BriefData) -> list[str]:
    """What a month saved on permits brings, where it brings most."""
    best = [r for r in permits(data) if r["avoided_loss_per_month"] > _LEAST]
    if not data.rows("plan_permits"):
        return []
    if not best:
        return ["No month saved on a permit saves anything at the margin of this plan."]
    told = [f"{r['name']} ({money(r['avoided_loss_per_month'])})" for r in best]
    return [f"A month saved on its permit is worth most at {listed(told, _MONTHS)}."]


def contract_lines(data: BriefData) -> list[str]:
    """What the plan signs to keep projects alive, and what it costs whom; nothing unless asked."""
    offered = data.rows("plan_contracts")
    signed = [row for row in offered if row["signed_share"] > _SIGNED]
    if offered and not signed:
        return [f"None of {len(offered)} contracts that were offered is worth its cost here."]
    return [
        f"Contract, {row['name']}: {row['contract']} ({row['terms']}), paid by"
        f" {of_payer(data, row['payer'])}: {money(row['mean_cost'])} on the mean,"
        f" {money(row['tail_cost'])} in the dearest courses; it fails in"
        f" {percent(row['failure_share'])} instead of {percent(row['failure_share_without'])} of"
        " the courses."
        for row in signed
    ]


def swap_lines(data: BriefData) -> list[str]:
    """What cannot be told apart, and what can be left at a known price."""
    free = [r for r in chosen(data) if r["regret_low"] is not None]
    same = [r["name"] for r in free if is_toss_up(r)]
    near = [f"{r['name']} ({regret_words(r)})" for r in free if _is_near(r)]
    out = [r["name"] for r in left_out(data) if is_toss_up(r)]
    lines = []
    if same:
        lines.append(f"Building it or leaving it cannot be told apart: {listed(same, _SWAPS)}.")
    if near:
        lines.append(f"Can be left out, at an extra cost: {listed(near, _SWAPS)}.")
    if out:
        lines.append(f"Left out, and adding it cannot be told apart: {listed(out, _SWAPS)}.")
    return lines


def _is_near(row: Row) -> bool:
    return row["verdict"] == SWAPPED and not is_toss_up(row)


def certainty_lines(data: BriefData) -> list[str]:
    """Gap, worth of looking at all courses and of knowing the course, and the fresh trial."""
    found, lines = figures(data), []
    gap, courses = found.get("gap", _EMPTY).value, found.get("scenarios", _EMPTY).value
    if gap is not None and courses is not None:
        proven = f"{max(100 * gap, 0.01):.2g} %"
        lines.append(
            f"Made on {counted(round(courses), 'course', 'courses')} of what may come; no plan on "
            f"these courses is better by more than {proven}."
        )
    stochastic = found.get("value of the stochastic solution")
    if stochastic is not None and stochastic.low is not None and stochastic.high is not None:
        worth = money_range(max(stochastic.low, 0.0), stochastic.high)
        lines.append(f"Planning for many courses and not for the mean one saves {worth}.")
    perfect = found.get("value of perfect information")
    if perfect is not None and perfect.low is not None and perfect.high is not None:
        worth = money_range(max(perfect.low, 0.0), perfect.high)
        lines.append(f"To know the course beforehand would save {worth} more on the mean.")
    return lines


def under_way_line(data: BriefData) -> str:
    """Projects that go on whatever is decided, and how much of them the plan expects to run."""
    rows = under_way(data)
    if not rows:
        return ""
    idle = [r["name"] for r in rows if r["running_share"] < _IDLE]
    rest = (
        f" {len(idle)} of them run at less than {percent(_IDLE)} of what is online, among them "
        f"{joined(idle[:3])}."
        if idle
        else ""
    )
    some = counted(len(rows), "project under way goes", "projects under way go")
    return f"{some} on whatever is decided.{rest}"
