"""What to build and store: the plan of the case in one section, with all that bears on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from allanite.present.bands import Choice, choice_line
from allanite.present.data import BriefData
from allanite.present.page import (
    Cell,
    Column,
    Figure,
    LegendItem,
    Row,
    Section,
    TableView,
    figure,
    quality_tag,
    table_view,
)
from allanite.present.plan import changes_words, chosen, figures, fine_money, money_range
from allanite.present.response import computed
from allanite.present.sections.plan_build import (
    capital_figures,
    left_table,
    permit_figures,
    project_table,
    timing_figures,
)
from allanite.present.sections.plan_store import (
    cover_figures,
    loss_figures,
    order_figures,
    shortage_figures,
)
from allanite.present.sections.plan_words import (
    certainty_lines,
    headline_line,
    permit_line,
    saving_lines,
    swap_lines,
    under_way_line,
)
from allanite.present.words import counted, millions, money, percent, significant

IDENTIFIER: Final = "plan"
_MONEY: Final = "million USD"


def plan_section(data: BriefData) -> Section:
    """What is built and stored, what that saves, what could be otherwise, how sure it is."""
    return Section(
        identifier=IDENTIFIER,
        title="What to build and store",
        lead=plan_lead(data),
        figures=(
            *capital_figures(data),
            *timing_figures(data),
            *order_figures(data),
            *cover_figures(data),
            *shortage_figures(data),
            *loss_figures(data),
            *permit_figures(data),
            *_front_figures(data),
        ),
        tables=(
            *_built_table(data),
            *left_table(data),
            *_figure_table(data),
            *_sensitivity_table(data),
            *_regime_table(data),
            *_assumption_table(data),
        ),
        method=_method(data),
    )


def plan_lead(data: BriefData) -> tuple[str, ...]:
    """What to build and store, what it saves, what can be swapped, how sure it is."""
    if not data.rows("plan_projects"):
        return ("No plan stands in this brief: what to build and store is not known here.",)
    paragraphs = (
        [headline_line(data)],
        saving_lines(data),
        swap_lines(data),
        [*permit_line(data), under_way_line(data)],
        certainty_lines(data),
        [_rests_on(data)],
    )
    return tuple(text for lines in paragraphs if (text := " ".join(filter(None, lines))))


def _rests_on(data: BriefData) -> str:
    rows = chosen(data)
    weak = sum(row["quality"] in ("estimated", "assumed") for row in rows)
    return (
        "Every probability is an assumption, printed below with its range and reason. The cost of "
        f"{weak} of the {counted(len(rows), 'project', 'projects')} built is estimated or assumed, "
        "and marked so."
    )


def _method(data: BriefData) -> tuple[str, ...]:
    if not data.rows("plan_projects"):
        return ()
    return (
        "The plan decides now, before the future is known; trade, use and stocks then answer to "
        "each course of controls, outages, demand, prices and delays. It is the cheapest on a mix "
        "of the mean and of the worst courses, within the budgets of the partners.",
        "The regret of a project is what the best plan costs more that decides the other way about "
        "it: proven from below, and tried on all courses from above. Where it may be nothing, the "
        "two cannot be told apart. A good plan costs at most a margin more than the best.",
        "One more saves: what a whole one more would save beyond its cost, where the plan stands. "
        "Two that do the same work do not save twice.",
        "Capital is cash on the day of the decision. Costs are discounted; losses by year are not.",
    )


def _built_table(data: BriefData) -> tuple[TableView, ...]:
    rows = chosen(data)
    if not rows:
        return ()
    caption = "What to build, the dearest first"
    return (project_table(data, "rows-plan-built", rows, caption, is_short=True),)


def _front_figures(data: BriefData) -> tuple[Figure, ...]:
    """What a safer plan costs on the mean, and what it saves in the tail."""
    rows = sorted(data.rows("plan_front"), key=lambda r: r["risk_weight"])
    if len(rows) < 2:
        return ()
    first = rows[0]
    choices = [_choice(row, first) for row in rows]
    width = first["tail_cost"] - rows[-1]["tail_cost"]
    return (
        figure(
            "figure-plan-front",
            "What safety costs",
            "Each point is the best plan at one weight of the worst courses, projects in any size. "
            "To the right: cheaper in the worst courses; upward: dearer on the mean. The whole "
            f"line spans {money(max(width, 0.0))} of {money(first['tail_cost'])} in the worst "
            "courses.",
            lambda size: choice_line(
                choices,
                "Saved in the worst courses, million USD",
                "Dearer on the mean, million USD",
                size,
            ),
            _front_table(rows),
            (LegendItem("best plan at a weight", "var(--ink)", "ring"),),
        ),
    )


def _front_table(rows: Sequence[Row]) -> TableView:
    columns = (
        Column("Weight of the worst courses", lambda r: f"{100 * r['risk_weight']:.0f} %", True),
        Column("Mean cost, million USD", lambda r: significant(r["mean_cost"], 5), True),
        Column("Worst courses", lambda r: significant(r["tail_cost"], 5), True),
        Column("Capital", lambda r: millions(r["capital"]), True),
        Column("Of it stocks", lambda r: millions(r["stock_capital"]), True),
        Column("Proven gap", lambda r: f"{100 * r['gap']:.2g} %", True),
        Column("Source", computed),
    )
    return table_view("rows-plan-front", "Plans by weight", columns, rows, table="plan_front")


def _choice(row: Row, first: Row) -> Choice:
    saved = max(first["tail_cost"] - row["tail_cost"], 0.0)
    dearer = max(row["mean_cost"] - first["mean_cost"], 0.0)
    weight = f"{100 * row['risk_weight']:.0f} %"
    told = f"Weight {weight}: {money(saved)} saved in the worst courses, {money(dearer)} dearer"
    return Choice(saved, dearer, weight, told, is_chosen=False)


# figure -> what it is, in the words of an adviser
_EXPLAINED: Final = {
    "mean saving": "Saved on the mean of all courses, against no plan",
    "mean saving on fresh courses": "The same on courses the plan was not made on",
    "mean cost, plan": "All costs with the plan, mean",
    "tail cost, plan": "All costs with the plan, mean of the worst courses",
    "worst cost, plan": "All costs with the plan, the worst course",
    "mean cost, no plan": "All costs without a plan, mean",
    "tail cost, no plan": "All costs without a plan, mean of the worst courses",
    "worst cost, no plan": "All costs without a plan, the worst course",
    "capital": "Cash decided now and in the years of orders",
    "capital for stocks": "Of it for stocks",
    "value of the stochastic solution": "What it saves to plan for many futures and not for the "
    "average one",
    "value of perfect information": "What it would save to know the future before deciding: the "
    "most any intelligence could be worth",
    "gap": "How far a better plan on these courses can be, at most",
    "scenarios": "Courses the plan was made on",
}


def _figure_table(data: BriefData) -> tuple[TableView, ...]:
    rows = {row["figure"]: row for row in data.rows("plan_figures")}
    shown = [rows[name] for name in _EXPLAINED if name in rows]
    if not shown:
        return ()
    columns = (
        Column("In words", lambda r: _EXPLAINED[r["figure"]]),
        Column("Figure", _figure_words, True),
        Column("How it was found", lambda r: str(r["note"])),
        Column("Source", computed),
    )
    caption = "How good the plan is, and how sure"
    return (table_view("rows-plan-figures", caption, columns, shown, table="plan_figures"),)


def _figure_words(row: Row) -> str:
    if row["figure"] == "gap":
        return f"{100 * row['value']:.2g} %"
    if row["unit"] != _MONEY:
        return significant(row["value"])
    if row["value"] is None:
        return money_range(max(row["low"], 0.0), max(row["high"], 0.0))
    ends = "" if row["low"] is None else f" ({money_range(row['low'], row['high'])})"
    return f"{fine_money(row['value'])}{ends}"


def _folded(
    data: BriefData, name: str, caption: str, columns: Sequence[Column]
) -> tuple[TableView, ...]:
    rows = data.rows(name)
    if not rows:
        return ()
    identifier = f"rows-{name.replace('_', '-')}"
    return (table_view(identifier, caption, columns, rows, table=name, is_folded=True),)


def _money(name: str) -> Callable[[Row], str]:
    return lambda r: millions(r[name])


def _sensitivity_table(data: BriefData) -> tuple[TableView, ...]:
    """The plan under other odds, open: it says which assumption would change what is built."""
    columns = (
        Column("If", lambda r: str(r["shift"])),
        Column("This plan costs, million USD", _money("plan_cost"), True),
        Column("No plan", _money("no_plan_cost"), True),
        Column("Plan saves", lambda r: millions(r["no_plan_cost"] - r["plan_cost"]), True),
        Column("Regret, at most", _money("regret"), True),
        Column("The best plan would then", lambda r: changes_words(data, r["changes"])),
        Column("Source", computed),
    )
    return _folded(data, "plan_sensitivity", "The plan under other odds", columns)


def _regime_table(data: BriefData) -> tuple[TableView, ...]:
    columns = (
        Column("Regime", lambda r: str(r["title"])),
        Column("Holds before 2030", lambda r: percent(r["by_2030_share"]), True),
        Column("Holds ever", lambda r: percent(r["ever_share"]), True),
        Column("Quarters, mean", lambda r: significant(r["expected_quarters"], 2), True),
        Column("Months in a row, mean", lambda r: significant(r["mean_spell"], 2), True),
        Column("Source", computed),
    )
    caption = "How often each regime of control holds in the courses"
    return _folded(data, "plan_regimes", caption, columns)


def _assumption_table(data: BriefData) -> tuple[TableView, ...]:
    columns = (
        Column("Assumption", lambda r: str(r["name"])),
        Column("Value (range)", _assumed, True),
        Column("Why", lambda r: str(r["why"])),
        Column("Source", lambda r: Cell("case file", "#assumptions", quality_tag(r))),
    )
    return _folded(data, "plan_assumptions", "What the plan rests on", columns)


def _assumed(row: Row) -> str:
    unit = "" if row["unit"] == "1" else f" {row['unit']}"
    if row["low"] is None or row["high"] is None:
        return f"{significant(row['value'])}{unit}"
    ends = f"{significant(row['low'])}–{significant(row['high'])}"
    return f"{significant(row['value'])} ({ends}){unit}"


def told(data: BriefData) -> str:
    """The plan in one or two sentences for the headline; nothing where there is none."""
    return headline_line(data) if data.rows("plan_projects") and figures(data) else ""
