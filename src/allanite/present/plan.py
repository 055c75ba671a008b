"""Result tables of a plan in the order and the words of a reader.

What the plan decides comes dearest first; what was under way before is told apart from it. A
choice whose regret may be nothing is said not to be told apart from its alternative.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from allanite.conditions.plan_case import Budget
from allanite.present.data import BriefData
from allanite.present.page import Row
from allanite.present.words import (
    in_sentence,
    joined,
    millions,
    money,
    opening,
    percent,
    significant,
)

SHARED: Final = "both"
BUILT: Final = 1e-3  # share of a project from which it counts as built
WHOLE: Final = 0.995
ORDERED: Final = 1e-6  # tonnes
SURE: Final = 0.05  # million USD: a regret that may be less is no difference
WITH: Final = "with plan"
WITHOUT: Final = "without plan"
_NO_USE: Final = 1.0  # days
_LONG: Final = 5 * 365.25  # days
_STAGE_FORMS: Final[Mapping[str, str]] = {"refining": "refined"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the plan: its value and its range, either of which may be missing."""

    value: float | None
    low: float | None
    high: float | None

    def told(self) -> str:
        """The figure in million USD with its range, as far as there is one."""
        if self.low is None or self.high is None:
            return "not known" if self.value is None else money(self.value)
        ends = money_range(self.low, self.high)
        if self.value is None or ends == money(self.value):
            return ends
        number, _, unit = money(self.value).partition(" ")
        same = ends.removesuffix(f" {unit}")
        whole = "–" in ends and ends.endswith(f" {unit}")
        return f"{number} ({same}) {unit}" if whole else f"{number} {unit} ({ends})"


def figures(data: BriefData) -> dict[str, Figure]:
    """Rows of table `plan_figures` by name."""
    return {
        row["figure"]: Figure(row["value"], row["low"], row["high"])
        for row in data.rows("plan_figures")
    }


def money_range(low: float, high: float) -> str:
    """Two amounts of million USD as a range that names its unit once: `2.9–4.0 billion USD`."""
    first, last = money(low), money(high)
    number, _, unit = first.partition(" ")
    other, _, last_unit = last.partition(" ")
    if first == last:
        return first
    if low < 0 and unit == last_unit:
        return f"{number} to {other} {unit}"
    return f"{number}–{other} {unit}" if unit == last_unit else f"{first} to {last}"


def fine_money(value: float) -> str:
    """An amount of million USD to three digits, where a difference of two is of interest."""
    if abs(value) >= 1000:
        return f"{significant(value / 1000)} billion USD"
    return f"{significant(value)} million USD"


def built_words(row: Row) -> str:
    """How much of a project is built."""
    return "whole" if row["built_share"] > WHOLE else percent(row["built_share"])


def chosen(data: BriefData) -> list[dict[str, Any]]:
    """What the plan builds and contracts beyond what was under way, the dearest first."""
    rows = [r for r in data.rows("plan_projects") if not r["is_committed"]]
    built = [r for r in rows if r["built_share"] > BUILT]
    return sorted(built, key=lambda r: (-r["capital"], r["project_id"]))


def left_out(data: BriefData) -> list[dict[str, Any]]:
    """What the plan could build and does not, the nearest to being built first."""
    rows = [r for r in data.rows("plan_projects") if not r["is_committed"]]
    free = [r for r in rows if r["built_share"] <= BUILT]
    return sorted(free, key=lambda r: (regret_low(r), r["project_id"]))


def regret_low(row: Row) -> float:
    """Least extra cost of deciding the other way; nothing proven counts as none."""
    return float(row["regret_low"] or 0.0)


def under_way(data: BriefData) -> list[dict[str, Any]]:
    """Projects that go on whatever is decided."""
    return [r for r in data.rows("plan_projects") if r["is_committed"]]


def orders(data: BriefData) -> list[dict[str, Any]]:
    """Stocks that the plan orders, all years of one together, the dearest first.

    Rows as in `plan_stocks`, with `years` in the place of `year`.
    """
    found: dict[str, dict[str, Any]] = {}
    for row in data.rows("plan_stocks"):
        if row["ordered_amount"] <= ORDERED:
            continue
        whole = found.setdefault(
            row["stock"],
            {**row, "ordered_amount": 0.0, "limit_amount": 0.0, "cost": 0.0, "years": {}},
        )
        for name in ("ordered_amount", "limit_amount", "cost"):
            whole[name] += row[name]
        whole["years"][row["year"]] = row["ordered_amount"]
    return sorted(found.values(), key=lambda r: (-r["cost"], r["stock"]))


def capital_by_payer(data: BriefData) -> dict[str, tuple[float, float]]:
    """(projects, stocks) [million USD] by partner in their order, what they share, then others."""
    spent: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in chosen(data):
        spent[row["payer"]][0] += row["capital"]
    for row in orders(data):
        spent[row["region"]][1] += row["cost"]
    order = dict.fromkeys([*data.case.partners, SHARED, *sorted(spent)])
    return {name: (spent[name][0], spent[name][1]) for name in order if name in spent}


def payer_name(data: BriefData, payer: str) -> str:
    """Who pays, as a heading: a partner, or `Shared` for what any of them may pay."""
    return "Shared" if payer == SHARED else data.places.name(payer)


def of_payer(data: BriefData, payer: str) -> str:
    """Who pays, inside a sentence."""
    return "either partner" if payer == SHARED else in_sentence(data.places.name(payer))


def budget_words(data: BriefData, budget: Budget) -> str:
    """The limits on money as one sentence."""
    parts = [f"at most {money(v)} from {of_payer(data, code)}" for code, v in budget.partners]
    if budget.yearly is not None:
        parts.append(f"at most {money(budget.yearly)} in any year")
    tail = f", {joined(parts)}" if parts else ""
    return f"Budget: {money(budget.total)} in all{tail}."


def quarter(label: str | date | None) -> str:
    """A quarter from its first day: `Q1 2027`."""
    if label is None:
        return "not within the years of the plan"
    day = date.fromisoformat(label) if isinstance(label, str) else label
    return f"Q{(day.month + 2) // 3}\u00a0{day.year}"


def first_output(row: Row) -> str:
    """When a project first delivers, in half and in nine of ten courses."""
    if row["first_output"] is None:
        return "not within the years of the plan"
    late = row["late_first_output"]
    if late == row["first_output"]:
        return quarter(late)
    return f"{quarter(row['first_output'])} ({'later or never' if late is None else quarter(late)})"


def regret_words(row: Row) -> str:
    """What the other decision costs more, with its range."""
    low, high = row["regret_low"], row["regret_high"]
    if low is None:
        return "–"
    if low <= SURE:
        more = "" if high is None or high <= SURE else f", at most {money(high)}"
        return f"cannot be told apart{more}"
    return money_range(low, high) if high is not None else f"at least {money(low)}"


def is_toss_up(row: Row) -> bool:
    """Whether building it and leaving it cannot be told apart."""
    return row["regret_low"] is not None and row["regret_low"] <= SURE


def days_words(days: float) -> str:
    """Cover of an order in days of own use, which a partner may hardly have."""
    if days < _NO_USE:
        return "no own use"
    return "over 5 years" if days > _LONG else f"{days:,.0f} days"


def form_word(form: str) -> str:
    """A form or a stage of a stock as a heading."""
    return opening(_STAGE_FORMS.get(form, form))


def project_names(data: BriefData) -> dict[str, str]:
    """Names of projects and contracts by id."""
    return {row["project_id"]: row["name"] for row in data.rows("plan_projects")}


def names_in(data: BriefData, ids: str | None) -> str:
    """Names for ids that stand with commas between them."""
    known = project_names(data)
    return ", ".join(known.get(x, x) for x in (ids or "").split(", ") if x)


def changes_words(data: BriefData, changes: str) -> str:
    """What another plan would add or drop, with names for ids."""
    known = project_names(data)
    parts = [part.partition(" ") for part in changes.split(", ")]
    return ", ".join(f"{verb} {known.get(name, name)}".strip() for verb, _, name in parts)


def permits(data: BriefData) -> list[dict[str, Any]]:
    """Permits that can be had faster, what a month is worth most first."""
    rows = data.rows("plan_permits")
    return sorted(rows, key=lambda r: (-r["avoided_loss_per_month"], r["project_id"]))


def amounts(rows: Iterable[Row], name: str) -> float:
    """The sum of a column."""
    return float(sum(row[name] for row in rows))


def tonnes_short(value: float) -> str:
    """Tonnes to two digits: `1,300 t`."""
    return f"{millions(value)} t"


def by_year(data: BriefData, variant: str) -> list[dict[str, Any]]:
    """Rows of table `plan_years` of one variant, in order."""
    rows = [r for r in data.rows("plan_years") if r["variant"] == variant]
    return sorted(rows, key=lambda r: r["year"])


def listed(items: Sequence[str], most: int) -> str:
    """The first items, and how many more there are."""
    rest = len(items) - most
    return joined(items) if rest <= 0 else f"{', '.join(items[:most])} and {rest} more"
